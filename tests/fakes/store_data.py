"""What the store in memory holds: dictionaries of values that never change, in the order they came."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from fractions import Fraction

from bot.domain.admin_acts import AdminAct
from bot.domain.budget import EntryState, Money, Reservation, Resources
from bot.domain.calendar.school import CalendarRead
from bot.domain.channel import Channel, Following, Slot, Workspace
from bot.domain.coverage import Span
from bot.domain.delivery import Delivery
from bot.domain.digest import Digest
from bot.domain.errand import Errand
from bot.domain.events import Event
from bot.domain.exchange import Bringing, Row
from bot.domain.history import ItemChange
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Mark, NewItem, Note
from bot.domain.post import Author, Post
from bot.domain.reading.heard import Heard, Volume
from bot.domain.removal import Removal
from bot.domain.rules import Less, Rule, Verdict
from bot.domain.session import Session
from bot.domain.standing import Standing
from bot.domain.topic import Topic
from bot.ports import Brought, Feed

TopicKey = tuple[str, str, str]
RowKey = tuple[str, str]
"""A workspace and an id of it."""


@dataclass(frozen=True)
class SlotRow:
    slot: Slot
    lease_until: datetime | None = None
    reading_until: datetime | None = None


@dataclass(frozen=True)
class DigestRow:
    digest: Digest


@dataclass(frozen=True)
class DeliveryRow:
    delivery: Delivery
    created_at: datetime
    expires_at: datetime | None
    seeded: bool
    next_attempt_at: datetime | None = None
    shown_at: datetime | None = None
    last_shown_at: datetime | None = None
    not_before: datetime | None = None
    lease_until: datetime | None = None


@dataclass(frozen=True)
class EventRow:
    event: Event
    received_at: datetime
    open: bool = True
    attempts: int = 0
    fence: int = 0
    next_attempt_at: datetime | None = None
    lease_until: datetime | None = None


@dataclass(frozen=True)
class ItemRow:
    item: NewItem
    added_at: datetime


@dataclass(frozen=True)
class CareRow:
    """What was changed about an item."""

    removed_at: datetime | None = None
    removed_by: str = ""
    erased: bool = False
    own_title: bool = False
    own_kind: bool = False
    title_due_at: datetime | None = None
    title_tries: int = 0


@dataclass(frozen=True)
class CitationRow:
    """`author` is empty where nobody knows who wrote the post."""

    cited_at: datetime
    text: str
    author: str


@dataclass(frozen=True)
class TagRow:
    tag: str
    by: str
    added_at: datetime


@dataclass(frozen=True)
class ReportRow:
    verdict: Verdict
    opened_by: str
    opened_at: datetime
    settled_by: str = ""


@dataclass(frozen=True)
class EntryRow:
    reservation: Reservation
    day: date
    at: datetime
    topics: tuple[Topic, ...] = ()
    payers: tuple[tuple[ChannelKey, Fraction], ...] = ()
    state: EntryState = EntryState.RESERVED
    paid: Money | None = None
    returned: Resources | None = None
    billed: Resources | None = None

    @property
    def cost(self) -> Money:
        return self.reservation.worst if self.paid is None else self.paid


@dataclass(frozen=True)
class ImportRow:
    """An import with the rows that are not worked off, and what it brought."""

    bringing: Bringing
    rows: tuple[Row, ...]
    brought: tuple[Brought, ...] = ()
    lease_until: datetime | None = None


@dataclass(frozen=True)
class ErrandRow:
    errand: Errand
    open: bool = True
    in_vain: bool = False
    next_attempt_at: datetime | None = None
    lease_until: datetime | None = None


@dataclass(frozen=True)
class StandingRow:
    standing: Standing = Standing.UNKNOWN
    looked_at: datetime | None = None
    missed_at: datetime | None = None
    erased: bool = False

    @property
    def is_absent(self) -> bool:
        return self.standing not in {Standing.PRESENT, Standing.UNKNOWN}


@dataclass
class Data:
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    channels: dict[ChannelKey, Channel] = field(default_factory=dict)
    topics: dict[TopicKey, Topic] = field(default_factory=dict)
    account_ids: dict[TopicKey, str] = field(default_factory=dict)
    following: dict[tuple[ChannelKey, TopicKey], Following] = field(default_factory=dict)
    posts: dict[PostKey, Post] = field(default_factory=dict)
    read_at: dict[PostKey, datetime] = field(default_factory=dict)
    matches: dict[tuple[PostKey, TopicKey], None] = field(default_factory=dict)
    authors: dict[tuple[str, str], tuple[Author, datetime]] = field(default_factory=dict)
    standings: dict[PostKey, StandingRow] = field(default_factory=dict)
    removals: dict[int, Removal] = field(default_factory=dict)
    coverage: dict[tuple[str, TopicKey, str], tuple[Span, ...]] = field(default_factory=dict)
    heard: dict[int, tuple[str, Heard]] = field(default_factory=dict)
    volumes: dict[tuple[str, TopicKey], Volume] = field(default_factory=dict)
    errands: dict[RowKey, ErrandRow] = field(default_factory=dict)
    slots: dict[RowKey, SlotRow] = field(default_factory=dict)
    digests: dict[RowKey, DigestRow] = field(default_factory=dict)
    seen: dict[tuple[ChannelKey, str], datetime] = field(default_factory=dict)
    deliveries: dict[RowKey, DeliveryRow] = field(default_factory=dict)
    events: dict[RowKey, EventRow] = field(default_factory=dict)
    items: dict[RowKey, ItemRow] = field(default_factory=dict)
    cared: dict[RowKey, CareRow] = field(default_factory=dict)
    history: dict[RowKey, ItemChange] = field(default_factory=dict)
    citations: dict[tuple[str, str, PostKey], CitationRow] = field(default_factory=dict)
    shares: dict[tuple[str, str, str], tuple[str, datetime]] = field(default_factory=dict)
    marks: dict[tuple[str, str, str, str], Mark] = field(default_factory=dict)
    tags: dict[tuple[str, str, str], TagRow] = field(default_factory=dict)
    notes: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    feeds: dict[RowKey, Feed] = field(default_factory=dict)
    imports: dict[RowKey, ImportRow] = field(default_factory=dict)
    rules: dict[tuple[str, str, str, str], Rule] = field(default_factory=dict)
    less: dict[tuple[ChannelKey, str, PostKey], Less] = field(default_factory=dict)
    reports: dict[tuple[str, PostKey], ReportRow] = field(default_factory=dict)
    people: dict[PersonKey, str] = field(default_factory=dict)
    findable: dict[PersonKey, None] = field(default_factory=dict)
    forgotten: dict[str, datetime] = field(default_factory=dict)
    admin_acts: dict[RowKey, AdminAct] = field(default_factory=dict)
    ledger: dict[str, EntryRow] = field(default_factory=dict)
    billed: dict[tuple[date, str, str, str], None] = field(default_factory=dict)
    notices: dict[RowKey, datetime] = field(default_factory=dict)
    calendars: dict[str, CalendarRead] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    links: dict[str, tuple[PersonKey, datetime]] = field(default_factory=dict)

    def copy(self) -> "Data":
        return Data(**{each.name: dict(getattr(self, each.name)) for each in fields(self)})


def topic_key(topic: Topic) -> TopicKey:
    return (topic.kind, topic.source, topic.key)


def is_free(lease_until: datetime | None, now: datetime) -> bool:
    return lease_until is None or lease_until <= now
