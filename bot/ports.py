"""What the engine asks of the world, a small protocol each. Every adapter and every fake keeps these promises.

Adapters raise nothing but `bot.errors.AdapterError`s (chats and sources) and `bot.errors.StoreError`s (stores). They
never sleep and never repeat a request by themselves: an attempt returns its outcome and the flow decides.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from bot.domain.budget import Caps, Money, Prices, Reservation, Resources
from bot.domain.channel import Channel, Following, Freshness, NewSlot, Origin, Slot, Workspace
from bot.domain.check import Check
from bot.domain.coverage import Span
from bot.domain.delivery import Delivery, NewDelivery, Outcome
from bot.domain.digest import Candidate, Digest
from bot.domain.events import Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem
from bot.domain.post import Author, Post
from bot.domain.schedule import Reading, SlotKind, SlotState
from bot.domain.topic import Topic
from bot.views import LibraryEntry, Message

# --------------------------------------------------------------------------------------------------------------- time


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware UTC. Never goes backwards by more than the machine's own corrections."""
        ...

    @property
    def speed(self) -> float:
        """How many seconds of this clock pass in one real second: 1 except in trials."""
        ...


class Ticker(Protocol):
    """Turns the handle. A tick is a hint that may be lost or come late; what is due stands in the store."""

    def start(self, every: timedelta, tick: Callable[[], Awaitable[None]]) -> None:
        """Calls `tick` again and again, never twice at once; an exception of one call does not end the next."""
        ...

    def stop(self) -> None:
        """No tick starts after this returns."""
        ...


# --------------------------------------------------------------------------------------------------------------- chat


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a chat can do in a workspace. The engine adapts to these and never to names.

    `find` is asking, after a crash, whether a delivery is there; `find_private` the same for private ones.
    `resend_safe_for` is how long the platform itself refuses a double of the same delivery. A chat that can neither
    edit nor remove is never given the text of a post, because it could not be taken back.
    """

    commands: bool = False
    buttons: bool = False
    private_messages: bool = False
    reaction_events: bool = False
    read_reactions: bool = False
    seeded_reactions: bool = False
    edit: bool = False
    remove: bool = False
    find: bool = False
    find_private: bool = False
    resend_safe_for: timedelta = timedelta(0)

    @property
    def can_take_back(self) -> bool:
        return self.edit or self.remove


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `private_to` and `reply` are only given to chats with private messages."""

    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None = None
    reply: ReplyHandle | None = None


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """A reaction that stands on a message now; `emoji` is a Unicode emoji without skin tone."""

    person: Person
    emoji: str


class ChatAdapter(Protocol):
    """A chat platform, connected while it is entered. Message references are opaque: only their platform reads them."""

    name: str

    async def __aenter__(self) -> Self:
        """Connects. Raises Unauthorised with one sentence that names the token where it is refused."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnects; no event reaches the inbox afterwards."""
        ...

    def workspaces(self) -> Sequence[Workspace]:
        """The workspaces it is connected to."""
        ...

    def abilities(self, workspace: str) -> Abilities:
        """What can be done there."""
        ...

    async def send(self, outgoing: Outgoing) -> str | None:
        """Shows the message once and returns its reference, or None where the platform gives none.

        Raises Throttled and Unavailable when it was not shown, Uncertain when that is not known, Rejected when it
        never will be.
        """
        ...

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        """Replaces what the message says. Editing to what it says already is no error."""
        ...

    async def remove(self, channel: ChannelKey, message: str) -> None:
        """Takes the message back. Removing what is gone is no error."""
        ...

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        """The reference of the message that carries this delivery, or None when it is certainly not there."""
        ...

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        """Adds the bot's own reactions, for people to tap. They are never reported as events."""
        ...

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        """The reactions of people that stand on the message now, the bot's own left out."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`, without changing anything anywhere."""
        ...


class Inbox(Protocol):
    async def accept(self, event: Event) -> bool:
        """Commits the event and returns True, or False where the same key was there already. To be called before the
        platform gets its acknowledgement; when it raises, the platform must not get one."""
        ...


# ------------------------------------------------------------------------------------------------------------- source


@dataclass(frozen=True, slots=True)
class Want:
    """A topic to be read over a span, the newest `limit` posts of it first. `account_id` is known for accounts only."""

    topic: Topic
    span: Span
    limit: int
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reserved request really brought. None: its fate is unknown, so that its worst case stands."""

    reservation: Reservation
    resources: Resources | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought. To be stored in one transaction: posts, coverage and receipt together.

    `certain` are topics that every post of the batch matches because the source said so. `covered` is what has now
    been read, and `problems` names in plain words what the source left out.
    """

    receipt: Receipt | None
    posts: Sequence[Post] = ()
    authors: Sequence[Author] = ()
    certain: Sequence[Topic] = ()
    covered: Sequence[tuple[Topic, Span]] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts by the handle they were asked for, folded; `missing` are handles that nobody has or that are closed."""

    receipt: Receipt | None
    found: Mapping[str, Author] = field(default_factory=dict)
    missing: Collection[str] = ()


class Allowance(Protocol):
    """What a source may spend. A request is reserved before it leaves, at its worst case."""

    async def left(self) -> Money | None:
        """What may still be spent now, or None without a cap."""
        ...

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:
        """Counts the worst case against the caps, committed. Raises OutOfAllowance; the request must then not be made.
        A reservation that is never settled stays counted."""
        ...

    async def settle(self, receipt: Receipt) -> None:
        """For answers that bring nothing to store: an error that costs nothing, or a fate that is unknown. What a
        batch carries is settled by whoever stores the batch."""
        ...


class PostSource(Protocol):
    """Where posts come from, connected while it is entered. `label` is how people call it."""

    name: str
    label: str
    prices: Prices

    async def __aenter__(self) -> Self:
        """Opens it. Raises Mistake where what it is configured with cannot be used."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        ...

    def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        """Reads the wants, a batch a request, as far as the allowance goes.

        Every post inside a covered span that the source would give for the topic is in a batch that came no later. A
        want whose limit or allowance ran out is covered from its end backwards, as far as it was read; a source may
        round a limit up to its smallest page. Raises OutOfAllowance, Throttled, Unavailable, Uncertain, Unauthorised,
        OutOfCredit or Rejected; batches that came before count.
        """
        ...

    async def accounts(self, handles: Sequence[str], allowance: Allowance) -> Sequence[Accounts]:
        """Looks handles up."""
        ...

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        """The authors of these posts, under their author ids, the cheapest way there is."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`; spends nothing."""
        ...


# -------------------------------------------------------------------------------------------------------------- store


class Topics(Protocol):
    async def follow(self, channel: ChannelKey, topic: Topic, origin: Origin, by: str | None, at: datetime) -> bool:
        """False where the channel followed it already; its origin then stays as it was."""
        ...

    async def unfollow(self, channel: ChannelKey, topic: Topic) -> bool:
        """False where the channel did not follow it."""
        ...

    async def followed(self, channel: ChannelKey) -> list[Following]:
        """In the order they were followed."""
        ...

    async def watched(self) -> list[Topic]:
        """Every topic that any channel follows, each once."""
        ...

    async def account_ids(self, topics: Collection[Topic]) -> dict[Topic, str]:
        """The user ids of the account topics that are known."""
        ...

    async def set_account_id(self, topic: Topic, account_id: str) -> None: ...


class Channels(Protocol):
    async def put_workspace(self, workspace: Workspace) -> None: ...

    async def workspaces(self) -> list[Workspace]: ...

    async def put(self, channel: Channel) -> None:
        """Adds it or replaces what was known; its workspace must be there."""
        ...

    async def get(self, key: ChannelKey) -> Channel | None: ...

    async def all(self) -> list[Channel]:
        """By workspace and channel."""
        ...

    async def remove(self, key: ChannelKey) -> None:
        """With its subscriptions and unclaimed slots. Digests, deliveries and the library stay."""
        ...


class Posts(Protocol):
    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        """Stores posts and matches; a post that is there gets its newest reading. A match is never taken away."""
        ...

    async def get(self, keys: Collection[PostKey]) -> dict[PostKey, Post]:
        """Those that are stored."""
        ...

    async def candidates(self, channel: ChannelKey, sources: Collection[str], span: Span) -> list[Candidate]:
        """Posts written within the span that match a topic the channel follows, newest first, with those topics."""
        ...

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None: ...

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        """Those known, by id; with `not_before`, only those that were put since then."""
        ...


class Coverage(Protocol):
    async def add(self, source: str, topic: Topic, span: Span) -> None:
        """Adjacent and overlapping spans become one."""
        ...

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Span]]:
        """What has been read of each since then, earliest first; a topic that was not read has an empty list."""
        ...

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        """One for each, in the order asked."""
        ...


class Slots(Protocol):
    async def plan(self, slot: NewSlot) -> bool:
        """False where the channel has one of that kind and key already. An unclaimed one then takes the new time; where
        that differs, its posts have to be read anew."""
        ...

    async def drop_planned(self, channel: ChannelKey, kind: SlotKind, keep: Collection[str]) -> None:
        """Forgets unclaimed slots of the kind whose key is not kept."""
        ...

    async def to_read(self, due_before: datetime) -> list[Slot]:
        """Unclaimed slots due before then whose posts have not been read, earliest first."""
        ...

    async def set_reading(self, slots: Collection[Slot], reading: Reading) -> None: ...

    async def claim(self, worker: str, now: datetime, lease: timedelta, patience: timedelta) -> Slot | None:
        """The earliest due slot, now this worker's until the lease ends: one whose posts have been read, or that has
        waited for them longer than `patience`. One whose lease ended may be claimed again, with a higher fence."""
        ...

    async def finish(self, slot: Slot, state: SlotState, note: str = "") -> None:
        """Raises LeaseLost where the fence is no longer the slot's."""
        ...

    async def get(self, workspace: str, slot: str) -> Slot | None: ...

    async def next_due(self, channel: ChannelKey) -> Slot | None:
        """The earliest slot that has not been composed."""
        ...

    async def latest(self, channel: ChannelKey, kind: SlotKind, count: int) -> list[Slot]:
        """The newest finished ones, newest first."""
        ...


class Digests(Protocol):
    async def put(self, digest: Digest, seen_keys: Collection[str], at: datetime) -> None:
        """Stores it and what the channel has now seen."""
        ...

    async def get(self, workspace: str, slot: str) -> Digest | None: ...

    async def last(self, channel: ChannelKey) -> Digest | None:
        """The one that reaches furthest."""
        ...

    async def seen(self, channel: ChannelKey, keys: Collection[str]) -> set[str]:
        """Those of the keys that the channel has seen."""
        ...


class Outbox(Protocol):
    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        """False where one with that key is there already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Delivery | None:
        """The earliest delivery that is due: queued, uncertain and to be asked about, shown in another version than
        desired, or left behind in `sending` by a worker whose lease ended (then its state says UNCERTAIN).
        A queued one is `sending` from now on."""
        ...

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Raises LeaseLost where the fence is no longer the delivery's."""
        ...

    async def refresh(self, workspace: str, deliveries: Collection[str]) -> None:
        """Wants a newer version of them shown; attempts count anew."""
        ...

    async def get(self, workspace: str, delivery: str) -> Delivery | None: ...

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None: ...

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        """The shown deliveries whose digest has this post."""
        ...

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        """Shown deliveries of digests since then."""
        ...

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        """Shown deliveries that still want the bot's own reactions, oldest first."""
        ...

    async def set_seeded(self, workspace: str, delivery: str) -> None: ...

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        """How many are uncertain, lost or abandoned, by state; states without one are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """An event of the inbox, claimed by one worker. `attempts` is how often it was claimed before."""

    event: Event
    received_at: datetime
    attempts: int
    fence: int

    @property
    def at(self) -> datetime:
        """When it happened, by the platform's time where it gave one, else when it arrived."""
        return self.event.happened_at or self.received_at


class Events(Protocol):
    async def put(self, event: Event, at: datetime) -> bool:
        """False where the key was there already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Received | None:
        """The earliest unfinished event that is due, whose earlier worker if any lost its lease."""
        ...

    async def done(self, received: Received) -> None:
        """Raises LeaseLost where the fence is no longer the event's."""
        ...

    async def failed(self, received: Received, problem: str, next_attempt_at: datetime | None) -> None:
        """To be tried again then; with None, kept as failed for a person to look at."""
        ...


class Library(Protocol):
    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        """The id of the item under that key: the new one's, or that of the one that was there."""
        ...

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        """All marks of that person on the item, tombstones included."""
        ...

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        """Adds it or replaces the one of the same item, person and origin."""
        ...

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        """Ends the standing marks on one item, or on all. Returns how many; with ERASED the ended ones count too."""
        ...

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        """Those that exist, saved or not."""
        ...

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        """The items of these posts that somebody's save keeps in the library."""
        ...

    async def find(
        self, workspace: str, words: Sequence[str], *, saved_by: str | None, viewer: str | None, limit: int, offset: int
    ) -> tuple[list[Item], int]:
        """Saved items whose folded text has every word, newest save first, and how many there are in all."""
        ...


class People(Protocol):
    async def put(self, person: Person) -> None:
        """Remembers the name; an empty name changes nothing."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Forgets the name and who followed what. Marks are the library's."""
        ...


class Ledger(Protocol):
    async def reserve(
        self, reservation: Reservation, topics: Sequence[Topic], caps: Caps, at: datetime
    ) -> Money | None:
        """Writes it where the caps allow it and returns None; else writes nothing and returns what was left. Two
        processes at once cannot both get the last of it."""
        ...

    async def settle(self, receipt: Receipt, cost: Money | None, at: datetime) -> None:
        """Replaces the worst case by the cost; without a cost it stays, as unknown."""
        ...

    async def spent(self, day: date) -> tuple[Money, Money]:
        """On that UTC day and in its month up to the end of that day, worst cases of open requests included."""
        ...


class Notices(Protocol):
    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        """Whether nobody has been told about `key` since it was last cleared; from now on somebody has."""
        ...

    async def clear(self, workspace: str, key: str) -> None: ...


class Transaction(Protocol):
    """One unit of work: all of it is kept or nothing. Holds small repositories, one a concern."""

    topics: Topics
    channels: Channels
    posts: Posts
    coverage: Coverage
    slots: Slots
    digests: Digests
    outbox: Outbox
    events: Events
    library: Library
    people: People
    ledger: Ledger
    notices: Notices


class Store(Protocol):
    """Where everything is kept. No network call may be made while a transaction is open."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commits when the block ends, leaves no trace when it raises."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """For looking only: waits for no writer. What is written in it is not kept."""
        ...

    async def installed_at(self) -> datetime:
        """When this installation first started."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`."""
        ...


# -------------------------------------------------------------------------------------------------- the local web page


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A message of the local page. `said_by` is set for what a person typed; `reactions` are person ids by emoji, an
    emoji the bot seeded is there even where nobody tapped it."""

    id: str
    posted_at: datetime
    message: Message | None
    said_by: str | None
    said: str
    private_to: str | None
    reactions: Mapping[str, tuple[str, ...]]


class Room(Protocol):
    """Where the local web page, as a chat platform, keeps its messages. Each method is one transaction."""

    async def post(self, outgoing: Outgoing, at: datetime) -> str:
        """Shows a message and returns its id; the same delivery again returns the first one's."""
        ...

    async def replace(self, message: str, new: Message) -> bool:
        """False where there is no such message."""
        ...

    async def delete(self, message: str) -> None:
        """Its delivery is then no longer found, and setting or reading its reactions is no error."""
        ...

    async def by_delivery(self, delivery: str) -> str | None: ...

    async def seed(self, message: str, emoji: Sequence[str]) -> None: ...

    async def reactions(self, message: str) -> list[tuple[str, str]]:
        """Person and emoji, in the order they were set."""
        ...

    async def say(self, event: Event, text: str, at: datetime) -> bool:
        """Shows what a person typed, to that person, and commits the event with it."""
        ...

    async def react(self, event: Event, at: datetime) -> bool:
        """Sets or withdraws a reaction and commits the event with it; False where nothing changed."""
        ...

    async def messages(self, channel: ChannelKey, viewer: str, limit: int) -> list[RoomMessage]:
        """The newest ones that the viewer may see, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """A channel as the page's head shows it; its times are said in `zone`."""

    key: ChannelKey
    name: str
    topics: tuple[str, ...]
    next_digest: str
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class LibraryShelf:
    entries: tuple[LibraryEntry, ...]
    total: int


class Pages(Protocol):
    """What the web page asks of the engine."""

    async def channels(self, platform: str) -> Sequence[ChannelCard]: ...

    async def library(
        self, workspace: str, viewer: str, words: str, *, mine: bool, limit: int, offset: int
    ) -> LibraryShelf:
        """Items that match the words, newest first; all of them for no words."""
        ...

    async def readiness(self) -> Sequence[Check]:
        """Whether the engine works: its database, its last tick, its chats."""
        ...
