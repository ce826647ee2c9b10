"""Dates, times and lists as people say them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.search import Total
from bot.domain.topic import plain

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January February March April May June July August September October November December").split()


def day_in_words(day: date) -> str:
    """`Tuesday 24 November`"""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def date_in_words(day: date) -> str:
    """`24 November 2026`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_in_words(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """`today 06:12`, `yesterday 16:05`, `Friday 09:30`, and beyond a week the date."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    names = {-1: "tomorrow", 0: "today", 1: "yesterday"}
    if days in names:
        return f"{names[days]} {local:%H:%M}"
    if abs(days) < 7:
        return f"{DAYS[local.weekday()]} {local:%H:%M}"
    return f"{day_in_words(local.date())} {local:%H:%M}"


def ago_in_words(moment: datetime | None, now: datetime) -> str:
    """`12 minutes ago`, `3 hours ago`, `2 days ago`; `not yet` for None."""
    if moment is None:
        return "not yet"
    past = max(now - moment, timedelta(0))
    for size, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if past >= size:
            return f"{counted(past // size, word)} ago"
    return "just now"


def in_how_long(moment: datetime, now: datetime) -> str:
    """`in 3 hours`, `in 20 minutes`; `now` for what is past."""
    ahead = max(moment - now, timedelta(0))
    for size, word in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute")):
        if ahead >= size:
            return f"in {counted(ahead // size, word)}"
    return "in a moment" if ahead else "now"


def counted(number: int | Total, word: str, plural: str = "") -> str:
    """`1 post`, `5 posts`, `more than 300 posts`"""
    return f"{amount(number)} {word if number in (1, Total(1)) else plural or word + 's'}"


def amount(number: int | Total) -> str:
    """`5`, `more than 300`"""
    if isinstance(number, int):
        return f"{number:,}"
    return f"more than {number.counted:,}" if number.more else f"{number.counted:,}"


def capital(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str], most: int = 4) -> str:
    """`a, b and c`; beyond `most`, `a, b, c and 4 more`."""
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    *first, last = words or ("nothing",)
    return f"{', '.join(first)} and {last}" if first else last


def cut(text: str, most: int) -> tuple[str, bool]:
    """The text cut at a word, and whether anything was cut."""
    if len(text) <= most:
        return text, False
    head = text[:most]
    at = max(head.rfind(" "), head.rfind("\n"))
    return (head[:at] if at > most // 2 else head).rstrip().rstrip(".,;:…") + "…", True


def one_line(text: str) -> str:
    """As a terminal may show it."""
    return plain(text.replace("\n", " "))
