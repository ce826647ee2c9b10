"""Which days the events of an iCalendar text take, however broken or hostile it is."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.calendar.recurrence import NotFollowed, Steps, occurrences, rule_of
from bot.domain.calendar.school import Days
from bot.domain.topic import plain
from bot.errors import Mistake

if TYPE_CHECKING:
    from icalendar import Component

MOST_CHARACTERS = 1 << 20
MOST_EVENTS = 5_000
MOST_DAYS = 2_000
LONGEST_NAME = 80
LONGEST_LINE = 20_000
NEEDED = frozenset("DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID STATUS SUMMARY UID BEGIN END".split())
"""Nothing else is given to the library: no attachments, no alarms, and no time zones made by hand, whose rules may have
no end. A zone is known by its name or it is the calendar's own."""
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What the library raises for properties that are not what they should be."""


@dataclass(frozen=True, slots=True)
class DaysRead:
    """The days found, in order. `problem` says in a sentence what had to be left out; empty where nothing was."""

    days: tuple[Days, ...]
    problem: str = ""


def read_calendar(text: str, zone: ZoneInfo, first: date, last: date) -> DaysRead:
    """The days from `first` to `last` that its events take. Timed events count for each day they touch, in their own
    zone; those in UTC in the calendar's, or else in `zone`. Raises Mistake where it is no calendar, or one that is too
    large."""
    if len(text) > MOST_CHARACTERS:
        raise Mistake("It is larger than 1 MiB. Use a calendar that has only terms, or only closing days.")
    lines = list(_unfolded(text))
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in lines[:10]):
        raise Mistake("It is not a calendar: an iCal file begins with BEGIN:VCALENDAR. A link may need a login.")
    reader = _Reader(_zone_of(lines) or zone, first, last)
    return reader.read(_events(lines))


def _unfolded(text: str) -> Iterator[str]:
    """Whole lines; one that begins with a space goes on with what came before."""
    parts: list[str] = []
    for line in text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts = [line]
    yield "".join(parts)


def _zone_of(lines: Sequence[str]) -> ZoneInfo | None:
    named = next((line for line in lines if line.upper().startswith("X-WR-TIMEZONE")), "")
    try:
        return ZoneInfo(named.rpartition(":")[2].strip()) if named else None
    except (KeyError, ValueError, OSError):
        return None


def _events(lines: Sequence[str]) -> "list[Component]":
    """Raises Mistake where there are too many, or where the text ends within one."""
    from icalendar import Event  # noqa: PLC0415 - most installations need no calendar

    return [Event.from_ical("\r\n".join(block)) for block in _blocks(lines)]


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """The needed lines of each event, without what is nested in it."""
    blocks: list[list[str]] = []
    inside: list[str] = []
    for line in lines:
        name = re.split("[:;]", line, maxsplit=1)[0].strip().upper()
        what = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            inside.append(what)
            if what == "VEVENT":
                blocks.append([])
        if inside[-1:] == ["VEVENT"] and name in NEEDED and len(line) <= LONGEST_LINE:
            blocks[-1].append(line)
        if name == "END" and inside:
            inside.pop()
    if "VEVENT" in inside:
        raise Mistake("It ends in the middle of an event, so that it may not be complete.")
    if len(blocks) > MOST_EVENTS:
        raise Mistake(f"It has more than {MOST_EVENTS:,} events. Use one that has only terms, or only closing days.")
    return blocks


class _Reader:
    def __init__(self, zone: ZoneInfo, first: date, last: date) -> None:
        self._zone = zone
        self._first, self._last = first, last
        self._steps = Steps()
        self._left_out: list[str] = []

    def read(self, events: "Sequence[Component]") -> DaysRead:
        moved = _moved_days(events)
        found: set[Days] = set()
        for event in events:
            try:
                found.update(self._days_of(event, moved[_id_of(event)]))
            except _Strange as strange:
                self._left_out.append(str(strange))
            except NotFollowed as problem:
                self._left_out.append(f"“{_name_of(event) or 'An event'}” {problem}")
            if len(found) > MOST_DAYS:
                raise Mistake("Its events take too many days. Use one that has only terms, or only closing days.")
        return DaysRead(tuple(sorted(found, key=lambda days: (days.first, days.last, days.name))), self._problem())

    def _problem(self) -> str:
        number = len(self._left_out)
        events = "1 event was" if number == 1 else f"{number} events were"
        return f"{events} left out. {self._left_out[0]}" if self._left_out else ""

    def _days_of(self, event: "Component", moved: Collection[date]) -> Iterator[Days]:
        """`moved` are the days on which it was moved or called off. Raises _Strange where it cannot be understood."""
        try:
            if str(event.get("STATUS", "")).upper() != "CANCELLED":
                took_place = self._taking_place(event, moved)
                yield from (days for days in took_place if days.last >= self._first and days.first <= self._last)
        except UNREADABLE:
            raise _Strange(f"When “{_name_of(event) or 'an event'}” takes place cannot be read.") from None

    def _taking_place(self, event: "Component", moved: Collection[date]) -> Iterator[Days]:
        start, end = _start_and_end(event)
        own, first, last = _day_of(start), self._local(start), self._local(end)
        excluded = {*_listed_days(event, "EXDATE"), *(() if _is_an_exception(event) else moved)}
        for day in {*self._occurrences(event, own, (last - first).days)} - excluded:
            yield Days(day + (first - own), day + (last - own), _name_of(event))

    def _occurrences(self, event: "Component", start: date, length: int) -> Iterator[date]:
        """By its own days, from those whose event may still reach into the time that is asked for."""
        first = date.fromordinal(max(1, self._first.toordinal() - length - 1))
        last = self._last + timedelta(days=1)
        yield start
        yield from _listed_days(event, "RDATE")
        for parts in _values(event, "RRULE"):
            until = [_day_of(_in_zone_of(each, _moment(event, "DTSTART"))) for each in parts.get("UNTIL", [])]
            rule = rule_of({**parts, "UNTIL": until} if until else parts)
            yield from occurrences(rule, start, first, last, self._steps)

    def _local(self, moment: date) -> date:
        if isinstance(moment, datetime) and str(moment.tzinfo) == "UTC":
            return moment.astimezone(self._zone).date()
        return _day_of(moment)


class _Strange(Exception):
    """An event that cannot be understood; its text is a sentence for whoever keeps the calendar."""


def _moved_days(events: "Sequence[Component]") -> dict[str, set[date]]:
    """By the id of a repeating event."""
    moved: dict[str, set[date]] = defaultdict(set)
    for event in events:
        with suppress(NotFollowed, *UNREADABLE):
            if _is_an_exception(event):
                moved[_id_of(event)].add(_day_of(_moment(event, "RECURRENCE-ID")))
    return moved


def _is_an_exception(event: "Component") -> bool:
    """Raises NotFollowed for one that stands for all that come after it, too."""
    if any("RANGE" in each.params for each in _values(event, "RECURRENCE-ID")):
        raise NotFollowed("changes all its later days, which cannot be followed.")
    return "RECURRENCE-ID" in event


def _start_and_end(event: "Component") -> tuple[date, date]:
    """The first and the last moment, or day, that belong to it."""
    start = _moment(event, "DTSTART")
    if "DTEND" in event:
        after = _moment(event, "DTEND")
    elif "DURATION" in event:
        after = start + _values(event, "DURATION")[0].dt
    else:
        return start, start
    before = after - (timedelta(microseconds=1) if isinstance(after, datetime) else timedelta(days=1))
    if _day_of(after) < _day_of(start):
        raise ValueError("it ends before it begins")
    return start, before if _day_of(before) > _day_of(start) else start


def _listed_days(event: "Component", name: str) -> set[date]:
    """Its own days of an EXDATE or RDATE; of a period that it begins."""
    moments = [each.dt for listing in _values(event, name) for each in listing.dts]
    begins = [each[0] if isinstance(each, tuple) else each for each in moments]
    return {_day_of(_in_zone_of(each, _moment(event, "DTSTART"))) for each in begins}


def _in_zone_of(moment: date, start: date) -> date:
    if isinstance(moment, datetime) and isinstance(start, datetime) and moment.tzinfo and start.tzinfo:
        return moment.astimezone(start.tzinfo)
    return moment


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _moment(event: "Component", name: str) -> date:
    """Raises one of UNREADABLE."""
    moment = _values(event, name)[0].dt
    if not isinstance(moment, date):
        raise TypeError(name)
    return moment


def _values(event: "Component", name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _id_of(event: "Component") -> str:
    return str(event.get("UID", ""))


def _name_of(event: "Component") -> str:
    return _cut(" ".join(plain(str(event.get("SUMMARY", ""))[:1_000].replace("\n", " ")).split()))


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
