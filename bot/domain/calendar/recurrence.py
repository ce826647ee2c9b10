"""On which days something repeats: the rules of iCalendar that concern whole days, in a bounded number of steps.

The libraries for this look for the next day of a rule such as “30 February” until the year 9999, and a calendar is
somebody else's file.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from bot.domain.topic import plain
from bot.errors import Mistake

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_INTERVAL = 1_000
MOST_VALUES = 62
"""Of one part of a rule: each day of a month, from its beginning and from its end."""
UNDERSTOOD = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}


class NotFollowed(Mistake):
    """A rule that is not understood: what it does, as the rest of a sentence about its event."""


class Steps:
    """How much may be looked through for one calendar, whatever stands in it."""

    def __init__(self, left: int = 500_000) -> None:
        self._left = left

    def take(self, steps: int) -> None:
        """Raises Mistake when there is nothing left."""
        self._left -= steps
        if self._left < 0:
            raise Mistake("It has too many repeating events to look through. Keep only what concerns school days.")


@dataclass(frozen=True, slots=True)
class Weekday:
    """Monday is 0. `nth` is which one of the month or year, counted from its end where negative; 0 for all."""

    day: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What an RRULE says, as far as it concerns whole days."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    week_start: int = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def rule_of(parts: Mapping[str, Sequence[Any]]) -> Rule:
    """From the parts of an RRULE, values of `until` as days already. Raises NotFollowed."""
    frequency = str(next(iter(parts.get("FREQ", [])), "")).upper()
    strangers = sorted(set(parts) - UNDERSTOOD)
    if frequency not in _PERIODS or strangers:
        what = f"FREQ={frequency}" if frequency not in _PERIODS else ", ".join(strangers)
        raise NotFollowed(f"repeats in a way that cannot be followed ({plain(what)[:40]}).")
    if any(len(values) > MOST_VALUES for values in parts.values()):
        raise NotFollowed("repeats by a rule that is too long to follow.")
    try:
        return Rule(
            frequency,
            interval=_between(_number(parts.get("INTERVAL", [1])), 1, LONGEST_INTERVAL),
            count=_between(_number(parts["COUNT"]), 1, 1_000_000) if "COUNT" in parts else None,
            until=next(iter(parts.get("UNTIL", [])), None),
            week_start=WEEKDAYS.index(str(next(iter(parts.get("WKST", ["MO"])))).upper()),
            weekdays=tuple(_weekday(str(each)) for each in parts.get("BYDAY", [])),
            month_days=tuple(
                _between(abs(int(each)), 1, 31) * _sign(int(each)) for each in parts.get("BYMONTHDAY", [])
            ),
            months=tuple(_between(int(each), 1, 12) for each in parts.get("BYMONTH", [])),
            positions=tuple(_between(abs(int(each)), 1, 366) * _sign(int(each)) for each in parts.get("BYSETPOS", [])),
        )
    except (ValueError, TypeError, StopIteration):
        raise NotFollowed("repeats by a rule that cannot be read.") from None


def _number(values: Sequence[Any]) -> int:
    return int(next(iter(values)))


def _sign(number: int) -> int:
    return -1 if number < 0 else 1


def _between(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(number)
    return number


def _weekday(text: str) -> Weekday:
    nth = int(text[:-2] or 0)
    return Weekday(WEEKDAYS.index(text[-2:].upper()), _between(abs(nth), 0, 53) * _sign(nth))


def occurrences(rule: Rule, start: date, first: date, last: date, steps: Steps) -> Iterator[date]:
    """The days from `first` to `last` on which what began on `start` takes place, in order. Raises Mistake when that
    takes more than the steps that are left."""
    end = min(last, rule.until or last)
    for number, day in enumerate(_all(rule, start, first, end, steps), 1):
        if day > end or (rule.count is not None and number > rule.count):
            return
        if day >= first:
            yield day


def _all(rule: Rule, start: date, first: date, end: date, steps: Steps) -> Iterator[date]:
    """From `start` on, or from a little before `first` where nothing has to be counted."""
    skipped = 0 if rule.count is not None else max(0, _periods_before(rule, start, first) - 1)
    for number in count(skipped):
        try:
            begin, days = _PERIODS[rule.frequency](rule, start, number * rule.interval)
        except (ValueError, OverflowError):  # beyond the last year there is
            return
        steps.take(1 + len(days))
        if begin > end:
            return
        yield from (day for day in _chosen(rule, days) if day >= start)


def _periods_before(rule: Rule, start: date, first: date) -> int:
    days = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.frequency]
    return (first - start).days // (days * rule.interval)


def _chosen(rule: Rule, days: Iterable[date]) -> list[date]:
    ordered = sorted(set(days))
    if not rule.positions:
        return ordered
    at = {place - 1 if place > 0 else len(ordered) + place for place in rule.positions}
    return [day for number, day in enumerate(ordered) if number in at]


# ------------------------------------------------------------------------------ one period: its first day, and its days


def _day(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    day = start + timedelta(days=number)
    fits = _is_of_its_month(rule, day) and (not rule.weekdays or day.weekday() in {each.day for each in rule.weekdays})
    return day, [day] if fits and _is_of_its_month_days(rule, day) else []


def _week(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    begin = start - timedelta(days=(start.weekday() - rule.week_start) % 7) + timedelta(weeks=number)
    wanted = {each.day for each in rule.weekdays} or {start.weekday()}
    days = [begin + timedelta(days=n) for n in range(7)]
    return begin, [day for day in days if day.weekday() in wanted and _is_of_its_month(rule, day)]


def _month(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    year, month = divmod(start.month - 1 + number, 12)
    begin = date(start.year + year, month + 1, 1)
    return begin, _days_in(rule, begin, start.day) if _is_of_its_month(rule, begin) else []


def _year(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    begin = date(start.year + number, 1, 1)
    if rule.weekdays and not rule.months:
        days = _weekdays_of(rule.weekdays, begin, date(begin.year, 12, 31))
        return begin, [day for day in days if _is_of_its_month_days(rule, day)]
    months = rule.months or (range(1, 13) if rule.month_days else [start.month])
    return begin, [day for month in months for day in _days_in(rule, begin.replace(month=month), start.day)]


_PERIODS = {"DAILY": _day, "WEEKLY": _week, "MONTHLY": _month, "YEARLY": _year}


def _days_in(rule: Rule, begin: date, usual: int) -> list[date]:
    """Those of a month: by number, by weekday, or by both at once; the day it began on where the rule says neither."""
    length = monthrange(begin.year, begin.month)[1]
    numbered = [begin + timedelta(days=n - 1 if n > 0 else length + n) for n in rule.month_days if abs(n) <= length]
    if not rule.weekdays:
        return numbered or ([begin.replace(day=usual)] if not rule.month_days and usual <= length else [])
    by_weekday = _weekdays_of(rule.weekdays, begin, begin.replace(day=length))
    return [day for day in by_weekday if day in numbered] if rule.month_days else by_weekday


def _weekdays_of(weekdays: Iterable[Weekday], begin: date, end: date) -> list[date]:
    found = []
    for weekday in weekdays:
        first = begin + timedelta(days=(weekday.day - begin.weekday()) % 7)
        days = [first + timedelta(weeks=n) for n in range((end - first).days // 7 + 1)]
        at = weekday.nth - 1 if weekday.nth > 0 else len(days) + weekday.nth
        found += days if not weekday.nth else [day for number, day in enumerate(days) if number == at]
    return found


def _is_of_its_month(rule: Rule, day: date) -> bool:
    return not rule.months or day.month in rule.months


def _is_of_its_month_days(rule: Rule, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    return not rule.month_days or day.day in rule.month_days or day.day - length - 1 in rule.month_days
