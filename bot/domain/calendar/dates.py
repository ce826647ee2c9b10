"""Days as people write them."""

import re
from calendar import isleap, monthrange
from datetime import date, timedelta

from bot.domain.schedule import FULL_DAY_NAMES
from bot.errors import Mistake

MONTHS = "january february march april may june july august september october november december".split()
NUMBERS = {word: n for n, word in enumerate("a two three four five six seven eight nine ten".split(), 1)} | {"one": 1}
UNITS = ("day", "week", "month")
LONGEST = timedelta(days=400)
DAYS_LIKELY_MISTAKEN = 183
EXAMPLE = "Write a day such as 8 January, 2027-01-08, Monday or “for two weeks”."


def parse_day(text: str, today: date) -> date:
    """A day after today: `8 January`, `8 Jan 2027`, `2027-01-08`, `Monday`, `tomorrow`, `next week`, `two weeks`.
    Raises Mistake for one that is past, too far away, or may mean several."""
    words = re.sub(r"[,.]", " ", text.casefold()).split()
    day = _relative(words, today) or _weekday(words, today) or _dated(words, today)
    if not words:
        raise Mistake(f"Until when? {EXAMPLE}")
    if day is None:
        raise Mistake(f"“{text[:40]}” is not a day I understand. {EXAMPLE}")
    if day <= today:
        raise Mistake(f"{_said(day)} is not ahead of us. {EXAMPLE}")
    if day - today > LONGEST:
        raise Mistake(f"{_said(day)} is more than a year away. {EXAMPLE}")
    return day


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _relative(words: list[str], today: date) -> date | None:
    match words:
        case ["today"]:
            return today
        case ["tomorrow"]:
            return today + timedelta(days=1)
        case ["next", "week"]:
            return today + timedelta(days=7 - today.weekday())
        case ["next", "month"]:
            return _months_later(today.replace(day=1), 1)
        case [number, unit] if unit.removesuffix("s") in UNITS:
            return _later(today, _number(number), unit.removesuffix("s"))
        case _:
            return None


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return int(word)
    return 1 if word == "an" else NUMBERS.get(word)


def _later(today: date, number: int | None, unit: str) -> date | None:
    if number is None:
        return None
    if unit == "month":
        return _months_later(today, number)
    return today + timedelta(days=number * (7 if unit == "week" else 1))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    length = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, length))


def _weekday(words: list[str], today: date) -> date | None:
    """The coming one, never today. Raises Mistake for “next Friday”, which may mean two days, except on one."""
    number = _named(words[-1] if words else "", FULL_DAY_NAMES)
    if number is None or words[:-1] not in ([], ["next"], ["this"]):
        return None
    coming = today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if words[0] == "next" and number != today.weekday():
        after = coming + timedelta(weeks=1)
        raise Mistake(
            f"“{' '.join(words)}” can mean {_said(coming)} or {_said(after)}. "
            f"Write the date, such as {after.day} {after:%B}."
        )
    return coming


def _dated(words: list[str], today: date) -> date | None:
    """With or without its weekday before it. Raises Mistake where that is another."""
    weekday = _named(words[0], FULL_DAY_NAMES) if words else None
    if weekday is None:
        return _date(words, today)
    day = _date(words[1:], today)
    if day is not None and day.weekday() != weekday:
        raise Mistake(f"{_said(day)} is a {FULL_DAY_NAMES[day.weekday()].title()}. {EXAMPLE}")
    return day


def _date(words: list[str], today: date) -> date | None:
    """Raises Mistake for a day that no month has, and for numbers that are read in two orders."""
    written = " ".join(words)
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", written):
        return _day_of(int(found[1]), int(found[2]), int(found[3]), written)
    if re.fullmatch(r"\d{1,2}[/\- ]\d{1,2}([/\- ]\d{2,4})?", written):
        raise Mistake(f"“{written}” is read as two different days. Write the month as a word, such as 8 January.")
    names = [word for word in words if _named(word, MONTHS) is not None]
    numbers = [re.sub(r"(?<=\d)(st|nd|rd|th)$", "", word) for word in words if word not in {*names, "the", "of"}]
    if len(names) != 1 or not 1 <= len(numbers) <= 2 or not all(re.fullmatch(r"\d{1,4}", each) for each in numbers):
        return None
    month = (_named(names[0], MONTHS) or 0) + 1
    if len(numbers) == 2:
        return _day_of(int(numbers[1]), month, int(numbers[0]), written)
    return _coming(month, int(numbers[0]), today, written)


def _coming(month: int, number: int, today: date, written: str) -> date:
    """Without a year: the next one, or the one that is just past, because then somebody has mistaken the date."""
    if (month, number) == (2, 29) and not isleap(today.year):
        return _day_of(today.year + 1, month, number, written)
    this_year = _day_of(today.year, month, number, written)
    days_ago = (today - this_year).days
    return this_year if days_ago < DAYS_LIKELY_MISTAKEN else _day_of(today.year + 1, month, number, written)


def _day_of(year: int, month: int, number: int, written: str) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise Mistake(f"“{written}” is a day that no calendar has. {EXAMPLE}") from None


def _named(word: str, names: "list[str] | tuple[str, ...]") -> int | None:
    """Which of them it is, or begins."""
    found = [number for number, name in enumerate(names) if len(word) >= 3 and name.startswith(word)]
    return found[0] if len(found) == 1 else None
