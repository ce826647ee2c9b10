"""A channel as the engine knows it, and what it follows."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.calendar.school import School
from bot.domain.department import library_key
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Reading, Schedule, SlotKind, SlotState, WeeklyTime
from bot.domain.topic import Topic

DEFAULT_SIZE = 5
LARGEST_SIZE = 10


class Origin(StrEnum):
    """Who said so: rows of the config file follow the file and refuse commands; anybody may change the others."""

    CONFIG = "config"
    COMMAND = "command"


class Layout(StrEnum):
    """`list` is one message a digest; `cards` a message for its head and one for each item."""

    LIST = "list"
    CARDS = "cards"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: one Slack team, one Discord guild, the local web page. `id` is unique over all platforms."""

    id: str
    platform: str
    name: str


@dataclass(frozen=True, slots=True)
class Channel:
    """`stopped` says in plain words why its last digest could not be sent there; empty when all is well.

    `owner` is the person whose own channel it is, for a personal digest. `keycaps` says whether the bot adds numbers to
    tap below its digests, `saves_links` whether a save reaction on anybody's message saves the post that it links to.

    `languages`, `holidays`, `terms` and `closed` are those of a School; None where the school's own hold. There is no
    digest before the local day `paused_until`. `roundup` is when the week is summed up, `taste_since` when people last
    began anew with what the channel leans to. `share` is the part of the installation's money that may be spent on the
    channel, from 0 to 1; None is all that others leave. What is saved there is in the library of its `department`, by
    its name; empty where that is the workspace's.
    """

    key: ChannelKey
    name: str
    schedule: Schedule
    sources: tuple[str, ...] = ("x",)
    size: int = DEFAULT_SIZE
    origin: Origin = Origin.COMMAND
    stopped: str = ""
    layout: Layout = Layout.LIST
    owner: str | None = None
    keycaps: bool = True
    saves_links: bool = False
    languages: tuple[str, ...] | None = None
    holidays: tuple[str, ...] | None = None
    terms: tuple[str, ...] | None = None
    closed: tuple[str, ...] | None = None
    paused_until: date | None = None
    roundup: WeeklyTime | None = None
    share: float | None = None
    taste_since: datetime | None = None
    department: str = ""

    @property
    def library(self) -> str:
        """The key of the library that is saved to there."""
        return library_key(self.department)

    def school(self, usual: School) -> School:
        """What holds here, where `usual` holds for channels that decided nothing."""
        return School(
            usual.languages if self.languages is None else self.languages,
            usual.holidays if self.holidays is None else self.holidays,
            usual.terms if self.terms is None else self.terms,
            usual.closed if self.closed is None else self.closed,
        )


@dataclass(frozen=True, slots=True)
class AtOnce:
    """That new posts of a topic are shown within minutes in school hours, those with at least so many likes."""

    min_likes: int = 0


@dataclass(frozen=True, slots=True)
class Following:
    """A subscription: this channel follows that topic, and with `at_once` wants its posts within minutes, too."""

    topic: Topic
    origin: Origin
    by: str | None = None
    at_once: AtOnce | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest due. `fence` grows with every claim, so that a worker that lost its lease is noticed."""

    id: str
    channel: ChannelKey
    kind: SlotKind
    key: str
    due_at: datetime
    state: SlotState = SlotState.PLANNED
    reading: Reading = Reading.WAITING
    fence: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewSlot:
    id: str
    channel: ChannelKey
    kind: SlotKind
    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a topic has been read, and when its newest post was written."""

    topic: Topic
    read_until: datetime | None = None
    newest_post_at: datetime | None = None
