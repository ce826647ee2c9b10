"""On which days there is no digest, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit

from bot.domain.calendar.regions import holidays_of
from bot.domain.calendar.school import CalendarRead, Days, School
from bot.domain.schedule import Schedule
from bot.errors import Mistake

UNTIL_RESUMED = date.max
"""A pause without an end."""
LOOKED_AHEAD = timedelta(days=400)
IS_A_YEAR_AWAY = timedelta(days=330)
_LINKS = ("https://", "http://", "webcal://")


def parse_place(text: str) -> str:
    """Where a calendar is: a link, or a file beside the configuration. Raises Mistake."""
    place = text.strip()
    try:
        is_link = place.casefold().startswith(_LINKS) and bool(urlsplit(place).hostname)
    except ValueError:
        is_link = False
    is_file = "://" not in place and place.casefold().endswith(".ics")
    if not (is_link or is_file) or not place.isprintable():
        raise Mistake(
            "this is neither a link nor the name of a calendar file. Write one such as "
            "https://school.example.org/terms.ics or terms.ics."
        )
    return place


def called(place: str) -> str:
    """How a calendar is called in a sentence. The link itself may be a secret."""
    return f"the calendar at {urlsplit(place).hostname}" if "://" in place else f"the calendar {place}"


@dataclass(frozen=True, eq=False)
class Openings:
    """The days on which a school is open, from its calendars as they were read last. One that could never be read
    closes nothing, because mornings that stay away without a reason are noticed last."""

    school: School
    calendars: Mapping[str, CalendarRead] = field(default_factory=dict)

    def why_closed(self, day: date) -> str:
        """As a part of a sentence, such as `public holiday: Christmas Day`; empty for an open day."""
        if (found := self._within(day, self.school.closed)) is not None:
            return _named("closed", found.name)
        terms = [place for place in self.school.terms if self._was_read(place)]
        if terms and self._within(day, terms) is None:
            return "outside term"
        names = (holidays_of(region, day.year).get(day) for region in self.school.holidays)
        return next((_named("public holiday", name) for name in names if name), "")

    def same_days_as(self, other: "Openings") -> bool:
        """Whether they close the same days, whenever they were read."""
        return self.school == other.school and self.known_days == other.known_days

    @property
    def are_known(self) -> bool:
        """Whether each calendar was read, or could not be."""
        return all(place in self.calendars for place in self.school.calendars)

    @property
    def known_days(self) -> dict[str, tuple[bool, tuple[Days, ...]]]:
        """Of each calendar: whether it was ever read, and what it holds."""
        return {place: (read.read_at is not None, read.days) for place, read in self.calendars.items()}

    def _within(self, day: date, places: Sequence[str]) -> Days | None:
        known = (self.calendars[place] for place in places if place in self.calendars)
        return next((days for read in known for days in read.days if days.first <= day <= days.last), None)

    def _was_read(self, place: str) -> bool:
        return place in self.calendars and self.calendars[place].read_at is not None


def _named(what: str, name: str) -> str:
    return f"{what}: {name}" if name else what


def why_none(day: date, openings: Openings, paused_until: date | None) -> str:
    """Why there is no digest on a local day, as a part of a sentence; empty where there may be one."""
    if paused_until == UNTIL_RESUMED:
        return "paused until somebody says resume"
    if paused_until is not None and day < paused_until:
        return f"paused until {short_day(paused_until, day)}"
    return openings.why_closed(day)


def first_day(
    schedule: Schedule, openings: Openings, paused_until: date | None, start: date
) -> tuple[date | None, dict[date, str]]:
    """The first scheduled day with a digest from `start` on, None where there is none for more than a year; and the
    scheduled days before it, each with why it has none."""
    missed: dict[date, str] = {}
    for day in schedule.days_between(start, start + LOOKED_AHEAD):
        why = why_none(day, openings, paused_until)
        if not why:
            return day, missed
        missed[day] = why
    return None, missed


def short_day(day: date, seen_from: date) -> str:
    """`8 January`; with the year where it may be mistaken for another."""
    year = f" {day.year}" if abs(day - seen_from) > IS_A_YEAR_AWAY else ""
    return f"{day.day} {day:%B}{year}"


def weekly_day(day: date, openings: Openings, schedule: Schedule, paused_until: date | None) -> date | None:
    """The open day for what comes once a week on `day`: then, or else the last scheduled day before it in the same week
    that is open. None where there is none."""
    monday = day - timedelta(days=day.weekday())
    earlier = schedule.days_between(monday, day - timedelta(days=1))
    return next((each for each in [day, *reversed(earlier)] if not why_none(each, openings, paused_until)), None)
