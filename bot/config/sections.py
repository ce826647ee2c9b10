"""The sections of the configuration that belong to Staffroom itself."""

from collections.abc import Callable
from datetime import time
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, field_validator

from bot.config.emoji import known_shelves
from bot.domain.calendar.openings import parse_place
from bot.domain.calendar.regions import parse_region
from bot.domain.channel import DEFAULT_SIZE, LARGEST_SIZE, Layout
from bot.domain.department import parse_department
from bot.domain.languages import parse_language
from bot.domain.library import SHELVES
from bot.domain.schedule import (
    SCHOOL_DAYS,
    WeeklyTime,
    parse_days,
    parse_time,
    parse_weekly_time,
    parse_zone,
)
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.plugins import Section

T = TypeVar("T")

DATABASES = ("sqlite", "postgresql")


def _known_department(name: str) -> str:
    try:
        return parse_department(name) if name.strip() else ""
    except Mistake as mistake:
        raise ValueError(str(mistake)) from mistake


def _known_zone(text: str) -> str:
    return _refused_in_words(parse_zone, text)


def _as_days(days: object) -> object:
    """`"mon-fri"`, or a list such as `["mon", "wed"]`."""
    text = ",".join(map(str, days)) if isinstance(days, list) else days
    return _refused_in_words(parse_days, text) if isinstance(text, str) else text


def _as_time(at: object) -> object:
    """`"07:30"`, or one of TOML's own times, which stand without quotation marks."""
    return _refused_in_words(parse_time, at) if isinstance(at, str) else at


def _as_id(value: object) -> object:
    """Numbers are allowed where a platform's id is wanted, for many of them look like one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_languages(languages: object) -> object:
    return _each_in_words(parse_language, languages)


def _as_regions(regions: object) -> object:
    return _each_in_words(parse_region, regions)


def _as_places(places: object) -> object:
    return _each_in_words(parse_place, places)


def _each_in_words(parse: Callable[[str], str], values: object) -> object:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return values
    return tuple(_refused_in_words(parse, each) for each in values)


def _as_weekly(text: object) -> object:
    """`"fri 15:00"`; empty for none."""
    if text == "":
        return None
    return _refused_in_words(parse_weekly_time, text) if isinstance(text, str) else text


def _refused_in_words(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except Mistake as mistake:
        raise ValueError(str(mistake)) from None


Zone = Annotated[str, AfterValidator(_known_zone)]
Days = Annotated[frozenset[int], BeforeValidator(_as_days)]
Time = Annotated[time, BeforeValidator(_as_time)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_as_id)]
Shelves = Annotated[dict[str, str], AfterValidator(known_shelves)]
Languages = Annotated[tuple[str, ...], BeforeValidator(_as_languages)]
Regions = Annotated[tuple[str, ...], BeforeValidator(_as_regions)]
Places = Annotated[tuple[str, ...], BeforeValidator(_as_places)]
Department = Annotated[str, AfterValidator(_known_department)]
Weekly = Annotated[WeeklyTime | None, BeforeValidator(_as_weekly)]
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Admin(Section):
    """Where Staffroom reports what a person has to look after."""

    platform: Id
    channel: Id
    workspace: Id | None = None


class Staffroom(Section):
    """`[staffroom]`: the installation as a whole. `secrets` and `packs` are files, seen from the folder of this one."""

    zone: Zone = "UTC"
    log: Literal["auto", "console", "json"] = "auto"
    admin: Admin | None = None
    owners: list[Id] = Field(default_factory=list)
    save_emoji: Shelves = Field(default_factory=lambda: dict(SHELVES))
    packs: str = ""
    secrets: str = ""


class SchoolSection(Section):
    """`[school]`: what holds for every channel that says nothing else. Calendars are links, or files seen from the
    folder of this one."""

    languages: Languages = ()
    holidays: Regions = ()
    terms: Places = ()
    closed: Places = ()


class Database(Section):
    """`[database]`: the address may hold a password, so that all of it is treated as a secret."""

    url: SecretStr = SecretStr("sqlite:///staffroom.sqlite")

    @field_validator("url")
    @classmethod
    def _is_a_database(cls, url: SecretStr) -> SecretStr:
        scheme, separator, _ = url.get_secret_value().partition("://")
        kind = scheme.partition("+")[0]
        if not separator or kind not in DATABASES:
            meant = nearest(kind, DATABASES) if separator else ""
            raise ValueError(f"this is no address of a database. Write {' or '.join(_DATABASE_EXAMPLES)}.{meant}")
        return url


class LibrarySection(Section):
    """`[library]`: how long, in days, what was removed can be restored, and the audit of admins' decisions is kept."""

    removed_days: int = Field(default=30, ge=1, le=365)
    audit_days: int = Field(default=365, ge=30, le=3650)
    page_titles: bool = True


class Budget(Section):
    """`[budget]`: what may be spent on reading; 0 means that nothing may be. A month has about 22 school days. Shares
    are parts, from 0 to 1, of what the installation may spend."""

    daily_usd: Dollars = 0.45
    monthly_usd: Dollars = 10.0
    agree_above_usd: Dollars = 5.0
    workspace_shares: dict[Id, Part] = Field(default_factory=dict)
    sweep_daily_usd: Dollars = 0.05
    searches_daily_usd: Dollars = 0.25
    searches_per_person: int = Field(default=3, ge=0)
    look_ups_daily_usd: Dollars = 0.10
    at_once_daily_usd: Dollars = 0.10
    at_once_minutes: int = Field(default=15, ge=5, le=240)


class ChannelSection(Section):
    """One `[[channels]]`: where a digest goes, when, and what is in it. Without a zone it has that of `[staffroom]`."""

    platform: Id
    channel: Id
    name: str = ""
    workspace: Id | None = None
    topics: list[str] = Field(default_factory=list)
    sources: list[str] = Field(default_factory=lambda: ["x"], min_length=1)
    zone: Zone | None = None
    days: Days = SCHOOL_DAYS
    at: Time = time(7, 30)
    size: int = Field(default=DEFAULT_SIZE, ge=1, le=LARGEST_SIZE)
    layout: Layout = Layout.LIST
    keycaps: bool = True
    saves_links: bool = False
    department: Department = ""
    languages: Languages | None = None
    holidays: Regions | None = None
    terms: Places | None = None
    closed: Places | None = None
    roundup: Weekly = None
    share: Part | None = None


_DATABASE_EXAMPLES = ("sqlite:///FILE", "postgresql://USER:PASSWORD@HOST/NAME")

CORE: dict[str, type[Section]] = {
    "staffroom": Staffroom,
    "school": SchoolSection,
    "database": Database,
    "budget": Budget,
    "library": LibrarySection,
}
