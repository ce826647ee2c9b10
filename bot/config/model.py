"""A configuration without mistakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from bot.config.sections import Admin, Budget, Database, LibrarySection, SchoolSection, Staffroom
from bot.domain.budget import Caps, Purpose, SpendingRules, dollars
from bot.domain.calendar.school import School
from bot.domain.channel import Layout
from bot.domain.keeping import Keeping
from bot.domain.schedule import Schedule, WeeklyTime
from bot.domain.topic import Topic
from bot.plugins import Section

AnySection = TypeVar("AnySection", bound=Section)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A channel as the file describes it. Without a workspace it is in the only one its platform has."""

    platform: str
    channel: str
    workspace: str | None
    name: str
    topics: tuple[Topic, ...]
    sources: tuple[str, ...]
    schedule: Schedule
    size: int
    layout: Layout
    keycaps: bool
    saves_links: bool
    department: str
    languages: tuple[str, ...] | None
    holidays: tuple[str, ...] | None
    terms: tuple[str, ...] | None
    closed: tuple[str, ...] | None
    roundup: WeeklyTime | None
    share: float | None


@dataclass(frozen=True)
class Config:
    """A configuration without mistakes. `origin` is the file as people call it, `in_use` the plug-ins that a channel
    needs or that are configured; one that is not in use and cannot do without settings is missing from `plugins`."""

    origin: str
    staffroom: Staffroom
    school_section: SchoolSection
    database: Database
    budget: Budget
    library: LibrarySection
    channels: tuple[ChannelSettings, ...]
    plugins: Mapping[str, Section]
    in_use: frozenset[str]

    @property
    def admin(self) -> Admin | None:
        return self.staffroom.admin

    @property
    def database_url(self) -> str:
        """May hold a password: for the database only."""
        return self.database.url.get_secret_value()

    @property
    def caps(self) -> Caps:
        given = self.budget
        of_purpose = {
            Purpose.SWEEP: dollars(given.sweep_daily_usd),
            Purpose.SEARCH: dollars(given.searches_daily_usd),
            Purpose.ENQUIRY: dollars(given.look_ups_daily_usd),
            Purpose.AT_ONCE: dollars(given.at_once_daily_usd),
        }
        half = dollars(given.daily_usd / 2)
        return Caps(dollars(given.daily_usd), dollars(given.monthly_usd), of_purpose, kept_for_digests=half)

    @property
    def spending(self) -> SpendingRules:
        given = self.budget
        return SpendingRules(
            agree_above=dollars(given.agree_above_usd),
            workspace_shares=given.workspace_shares,
            searches_per_person=given.searches_per_person,
            at_once_every=timedelta(minutes=given.at_once_minutes),
        )

    @property
    def keeping(self) -> Keeping:
        given = self.library
        return Keeping(timedelta(days=given.removed_days), timedelta(days=given.audit_days), given.page_titles)

    @property
    def school(self) -> School:
        given = self.school_section
        return School(given.languages, given.holidays, given.terms, given.closed)

    def section(self, name: str, model: type[AnySection]) -> AnySection:
        """The plug-in's own part of the configuration."""
        found = self.plugins.get(name)
        if not isinstance(found, model):
            raise KeyError(name)
        return found

    def secrets(self) -> frozenset[str]:
        """Every secret value, the passwords inside addresses, and the links of calendars, of which whoever knows them
        reads all: for the log to hide."""
        found = {text for section in (self.database, *self.plugins.values()) for text in _secrets_of(section)}
        schools = (self.school, *(School(terms=each.terms or (), closed=each.closed or ()) for each in self.channels))
        links = {place for school in schools for place in school.calendars if "://" in place}
        return frozenset(found | links | {password for text in found if (password := _password(text))})


def _secrets_of(section: BaseModel) -> Iterator[str]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, BaseModel):
            yield from _secrets_of(value)
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, SecretStr) and each.get_secret_value():
                yield each.get_secret_value()


def _password(address: str) -> str | None:
    try:
        return urlsplit(address).password
    except ValueError:
        return None
