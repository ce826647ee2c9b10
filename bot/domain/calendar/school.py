"""What a school decides for all its channels: its languages and its calendar."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class School:
    """`languages` are two-letter codes, empty for all. `holidays` are countries and regions whose public holidays have
    no digest, such as `GB-ENG`. `terms` and `closed` are calendars, a file beside the configuration or a link each:
    with terms there are digests only inside their events, and never inside the events of `closed`."""

    languages: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def calendars(self) -> tuple[str, ...]:
        """Every calendar that has to be read, each once."""
        return tuple(dict.fromkeys((*self.terms, *self.closed)))


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last local day, both included, and what people call them."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """A calendar as it was read last. `read_at` is None where it never could be; `problem` is what the latest try met,
    empty where it went well."""

    place: str
    tried_at: datetime
    read_at: datetime | None = None
    days: tuple[Days, ...] = ()
    problem: str = ""
