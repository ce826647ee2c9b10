"""When a channel's digest is due: on its school days, at its own local time, exactly once a local day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.suggest import nearest
from bot.errors import Mistake

FULL_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SCHOOL_DAYS = frozenset(range(5))
_CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)
_BETWEEN = frozenset({"every", "each", "on", "at"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """`days` are weekday numbers, Monday 0."""

    zone: str
    days: frozenset[int] = SCHOOL_DAYS
    at: time = time(7, 30)

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone_info).date()

    def due_at(self, day: date) -> datetime:
        """The one instant of that local day, in UTC, whatever the clocks do: a time that is skipped in spring comes as
        much later as the clocks jump, one that happens twice in autumn is taken the first time."""
        return datetime.combine(day, self.at, self.zone_info).astimezone(UTC)

    def days_between(self, first: date, last: date) -> list[date]:
        """The scheduled local days from `first` to `last`, both included."""
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in every if day.weekday() in self.days]

    def in_words(self) -> str:
        return f"{days_in_words(self.days)} at {self.at:%H:%M} ({self.zone})"


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A day of the week, Monday 0, and a local time."""

    day: int
    at: time


def parse_time(text: str) -> time:
    """`7:30`, `07:30`, `0730`, `7:30pm` or `7 pm`. Raises Mistake."""
    digits = text.replace(" ", "").replace(".", ":")
    for layout in ("%H:%M", "%H%M", "%I:%M%p", "%I%p"):
        try:
            return datetime.strptime(digits, layout).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
    raise Mistake(f"“{text}” is not a time. Write hours and minutes of a 24-hour clock, such as 07:30.")


def parse_zone(text: str) -> str:
    """A zone of the IANA list, such as Europe/London, by its name or by the city that it is named after. Raises Mistake
    with the nearest name."""
    zones = available_timezones()
    if text in zones:
        return text
    by_folded = {zone.casefold(): zone for zone in zones}
    if text.casefold() in by_folded:
        return by_folded[text.casefold()]
    if named_after := zone_of_city(text.replace(" ", "_")):
        return named_after
    raise Mistake(
        f"“{text}” is not a time zone. Write one such as Europe/London or America/New_York.{nearest(text, zones)}"
    )


@cache
def known_zones() -> Sequence[str]:
    """Those of the IANA list that name a place, and UTC."""
    named = (zone for zone in available_timezones() if zone.partition("/")[0] in _CONTINENTS and "/" in zone)
    return ("UTC", *sorted(named, key=lambda zone: (_city(zone), zone)))


def zone_of_city(word: str) -> str:
    """The zone that is called after this city, such as Europe/London; empty where none is, or several."""
    found = [zone for zone in known_zones() if _city(zone).casefold() == word.casefold()]
    return found[0] if len(found) == 1 else ""


def _city(zone: str) -> str:
    return zone.rpartition("/")[2]


def is_zone(text: str) -> bool:
    """Whether it can be reckoned with here; platforms know zones that this computer does not."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        return False
    return True


def parse_days(text: str) -> frozenset[int]:
    """`mon-fri`, `mon,wed,fri`, `weekdays` or `daily`. Raises Mistake."""
    words = text.casefold().replace("weekdays", "mon-fri").replace("daily", "mon-sun").replace("–", "-")
    days: set[int] = set()
    for part in words.replace(" ", ",").split(","):
        if part:
            first, _, last = part.partition("-")
            days.update(_day_range(_day(first, text), _day(last or first, text)))
    if not days:
        raise Mistake(f"“{text}” names no day. Write days such as mon-fri or mon,wed,fri.")
    return frozenset(days)


def _day_range(first: int, last: int) -> list[int]:
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _day(word: str, text: str) -> int:
    found = _day_called(word)
    if found is None:
        raise Mistake(
            f"“{text}” names no days, time or zone that can be used. Write days such as mon-fri or mon,wed,fri, a time "
            "of a 24-hour clock such as 07:30, and a zone such as Europe/London."
        )
    return found


def _day_called(word: str) -> int | None:
    """By its name, as it begins, or as people say that something comes on `fridays`."""
    found = [
        number
        for number, name in enumerate(FULL_DAY_NAMES)
        if len(word) > 1 and (name.startswith(word) or word == f"{name}s")
    ]
    return found[0] if len(found) == 1 else None


def days_in_words(days: frozenset[int]) -> str:
    """`Monday to Friday`, `every day`, or the days one by one."""
    if days == SCHOOL_DAYS:
        return "Monday to Friday"
    if len(days) == 7:
        return "every day"
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return ", ".join(names[day] for day in sorted(days))


def parse_weekly_time(text: str) -> WeeklyTime:
    """`fri 15:00`, or `every Friday at 3 pm`. Raises Mistake."""
    words = [word for word in text.casefold().replace(",", " ").split() if word not in _BETWEEN]
    at = [word for word in words if word[0].isdigit() or word in {"am", "pm"}]
    days = [_day_called(word) for word in words if word not in at]
    if not at or len(days) != 1 or days[0] is None:
        raise Mistake(f"“{text.strip()[:40]}” is not a time of the week. Write a day and a time, such as fri 15:00.")
    return WeeklyTime(days[0], parse_time(" ".join(at)))


class SlotKind(StrEnum):
    """A morning slot's key is its local date, a round-up's that of its week's Monday, that of a single card its post;
    every other kind has a key of its own and leaves the morning alone."""

    MORNING = "morning"
    NOW = "now"
    FIRST = "first"
    ROUNDUP = "roundup"
    AT_ONCE = "at once"


NO_DIGESTS = (SlotKind.ROUNDUP, SlotKind.AT_ONCE)
"""Slots of what is shown besides the digests."""


class SlotState(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"
    COMPOSED = "composed"
    QUIET = "quiet"
    SKIPPED = "skipped"


class Reading(StrEnum):
    """Whether what the slot needs has been read: not yet, all of it, or only in part."""

    WAITING = "waiting"
    DONE = "done"
    PART = "part"
