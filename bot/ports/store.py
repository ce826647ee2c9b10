"""Where everything is kept: a transaction of small repositories, one a concern."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Protocol

from bot.domain.budget import Caps, Entry, Money, Prices, Purpose, Reservation, Spent
from bot.domain.calendar.school import CalendarRead
from bot.domain.channel import AtOnce, Channel, Following, Freshness, NewSlot, Origin, Slot, Workspace
from bot.domain.check import Check
from bot.domain.coverage import Span
from bot.domain.delivery import Delivery, Lane, NewDelivery, Outcome
from bot.domain.digest import Candidate, Digest
from bot.domain.errand import Errand, ErrandKind
from bot.domain.events import Event, Person
from bot.domain.exchange import Bringing, Broken, ImportState, Listing, Row
from bot.domain.history import ItemChange
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note
from bot.domain.post import Author, Link, Post
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.removal import Removal
from bot.domain.rules import Less, Rule, RuleKind, Verdict
from bot.domain.schedule import Reading, SlotKind, SlotState
from bot.domain.search import Query
from bot.domain.standing import Standing
from bot.domain.taste import Vote
from bot.domain.topic import Topic
from bot.ports.facts import Facts
from bot.ports.network import Network
from bot.ports.privacy import Acquaintance, AdminActs, Tombstones
from bot.ports.sessions import Sessions
from bot.ports.source import Receipt


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

    async def set_at_once(self, channel: ChannelKey, topic: Topic, at_once: AtOnce | None) -> bool:
        """False where the channel does not follow it."""
        ...

    async def wanted_at_once(self) -> dict[ChannelKey, dict[Topic, AtOnce]]:
        """What channels want within minutes; those that want nothing so are left out."""
        ...

    async def followers(self) -> dict[Topic, list[ChannelKey]]:
        """The channels that follow each watched topic, and share what reading it costs."""
        ...


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
        """Posts written within the span that match a topic the channel follows, newest first, with those topics and
        when they were read last."""
        ...

    async def put_links(self, key: PostKey, links: Sequence[Link]) -> None:
        """Replaces the links of a stored post, until it is read anew; one that is not stored is left alone."""
        ...

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None: ...

    async def set_standing(self, keys: Collection[PostKey], standing: Standing, at: datetime) -> None:
        """What has become of them, as far as known at that time. A post that is not stored is remembered all the same.
        PRESENT clears what was there; UNKNOWN only notes that it was looked for."""
        ...

    async def absent(self, keys: Collection[PostKey]) -> dict[PostKey, Standing]:
        """Those of them that are gone, protected, suspended or withheld: they must not be shown."""
        ...

    async def missed_since(self, keys: Collection[PostKey]) -> dict[PostKey, datetime]:
        """When each of those that are absent was first missed."""
        ...

    async def to_recheck(
        self, source: str, checked_before: datetime, written_after: datetime, most: int
    ) -> list[PostKey]:
        """Posts that were shown or are saved somewhere, also by somebody alone, were read or looked for last before
        then, were written after then, and are not erased: those looked for longest ago first."""
        ...

    async def unconfirmed(self, source: str, checked_before: datetime, most: int) -> list[PostKey]:
        """Posts that are absent, were looked for last before then, and are not erased: those looked for longest ago
        first."""
        ...

    async def erase(self, keys: Collection[PostKey]) -> None:
        """Forgets all that they say, and who wrote them, also in what is saved: wording, media, polls and the post's
        address go, a saved outside link with its title, notes and tags stay. Their ids stay, so that they never
        come back."""
        ...

    async def drop_unseen(self, before: datetime, most: int) -> int:
        """Forgets posts that were read last before then and that nobody was shown, alone or with another post, saved,
        reported or asked for less of; whoever wrote nothing else is forgotten, too. They may be read again. Returns how
        many there were."""
        ...

    async def by_author(self, source: str, author_id: str) -> list[PostKey]:
        """All that are stored or saved of that author."""
        ...

    async def with_edition(self, source: str, id: str) -> PostKey | None:  # noqa: A002
        """The stored post whose first or newest edition has that id. Looked for only when somebody names a post, so it
        may take a moment."""
        ...

    async def referring_to(self, keys: Collection[PostKey]) -> dict[PostKey, list[PostKey]]:
        """The posts of digests that answer, quote or repost any of these, by what they refer to."""
        ...

    async def author_named(self, source: str, handle: str) -> Author | None:
        """Whoever was last known under that handle, whatever its case."""
        ...

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        """Those known, by id; with `not_before`, only those that were put since then."""
        ...


class Coverage(Protocol):
    async def add(self, source: str, topic: Topic, span: Span, filter: Filter = EVERYTHING) -> None:  # noqa: A002
        """Adjacent and overlapping spans of one filter become one."""
        ...

    async def of(
        self,
        source: str,
        topics: Collection[Topic],
        since: datetime,
        filter: Filter | None = None,  # noqa: A002
    ) -> dict[Topic, list[Span]]:
        """What has been read of each since then, by that filter, or by whatever filter, in as few spans as possible,
        earliest first; a topic that was not read has an empty list."""
        ...

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        """One for each, in the order asked."""
        ...


class Readings(Protocol):
    """What earlier reading brought, and how much there is to read."""

    async def add(self, source: str, heard: Sequence[Heard]) -> None: ...

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Heard]]:
        """Each topic's readings since then, newest first; a topic that was not read has an empty list."""
        ...

    async def put_volume(self, source: str, volume: Volume) -> None: ...

    async def volumes(self, source: str, topics: Collection[Topic], not_before: datetime) -> dict[Topic, Volume]:
        """Those counted since then."""
        ...

    async def forget_before(self, at: datetime) -> None:
        """Drops the readings and counts from before then."""
        ...


class Errands(Protocol):
    async def put(self, errand: Errand) -> bool:
        """False where the same event asked for it already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Errand | None:
        """The earliest one that is due and that nobody is at, or whose worker lost its lease."""
        ...

    async def done(self, errand: Errand, *, in_vain: bool = False) -> None:
        """Forgets what it was about. One that was `in_vain` no longer counts as asked for. Raises LeaseLost where the
        fence is no longer the errand's."""
        ...

    async def later(self, errand: Errand, at: datetime) -> None:
        """To be tried again then. Raises LeaseLost likewise."""
        ...

    async def asked(self, person: PersonKey, kind: ErrandKind, since: datetime) -> int:
        """How many that person asked for since then, done ones included, but none that was in vain."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Forgets what that person asked for, waiting or done."""
        ...

    async def forget_before(self, at: datetime) -> None:
        """Forgets who asked for what was asked for before then and is done."""
        ...


class Removals(Protocol):
    """The audit of what was hidden, erased and updated."""

    async def put(self, removal: Removal) -> None: ...

    async def since(self, at: datetime) -> list[Removal]:
        """Oldest first."""
        ...


class Slots(Protocol):
    async def plan(self, slot: NewSlot) -> bool:
        """False where the channel has one of that kind and key already. An unclaimed one then takes the new time; where
        that differs, its posts have to be read anew."""
        ...

    async def drop_planned(
        self, channel: ChannelKey, kind: SlotKind, keep: Collection[str], due_after: datetime | None = None
    ) -> None:
        """Forgets unclaimed slots of the kind whose key is not kept; only those due after then, where that is given."""
        ...

    async def claim_reading(self, now: datetime, due_before: datetime, lease: timedelta) -> list[Slot]:
        """Unclaimed slots due before then whose posts have not been read and that nobody is reading for, earliest
        first; until the lease ends nobody else reads for them or claims them."""
        ...

    async def set_reading(self, slots: Collection[Slot], reading: Reading) -> None:
        """What came of reading; nobody is reading for them any more."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta, patience: timedelta) -> Slot | None:
        """The earliest due slot, now this worker's until the lease ends: one whose posts have been read, or that has
        waited for them longer than `patience`. One whose lease ended may be claimed again, with a higher fence."""
        ...

    async def finish(self, slot: Slot, state: SlotState, note: str = "") -> None:
        """Raises LeaseLost where the fence is no longer the slot's."""
        ...

    async def get(self, workspace: str, slot: str) -> Slot | None: ...

    async def next_due(self, channel: ChannelKey) -> Slot | None:
        """The earliest slot that has not been composed. Round-ups and cards that come at once do not count."""
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
        """The one that reaches furthest. Cards that came at once are none, here and in `latest`."""
        ...

    async def latest(self, channel: ChannelKey) -> Digest | None:
        """The one that was composed last."""
        ...

    async def past(self, channels: Collection[ChannelKey], limit: int, offset: int) -> tuple[list[Digest], int]:
        """Those of all these channels, composed last first, and how many there are in all. Cards that came at once are
        none, nor are round-ups."""
        ...

    async def seen(self, channel: ChannelKey, keys: Collection[str], before: datetime | None = None) -> set[str]:
        """Those of the keys that the channel has seen, or had seen before then."""
        ...

    async def seen_elsewhere(self, channel: ChannelKey, keys: Collection[str], since: datetime) -> set[str]:
        """Those of the keys that another channel of the workspace, one that is still there, has seen since then. What
        somebody's personal digest showed tells the others nothing."""
        ...

    async def shown(self, channel: ChannelKey, since: datetime) -> list[PostKey]:
        """The posts of the channel's digests composed since then, each once, newest digest first."""
        ...


class Outbox(Protocol):
    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        """False where one with that key is there already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta, lane: Lane, most: int) -> list[Delivery]:
        """The earliest deliveries of the lane that are due: queued, uncertain and to be asked about, shown in another
        version than desired, or left behind in `sending` by a worker whose lease ended (then its state says UNCERTAIN).
        A queued one is `sending`, sent at `now`, from now on. None waits for the one it belongs `under`: that is shown,
        accepted, lost, abandoned or removed already."""
        ...

    async def release(self, workspace: str, now: datetime) -> None:
        """Whoever has claimed a delivery there is gone: their leases end now."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """When the earliest delivery that waits for its next attempt is due; None where none waits."""
        ...

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Raises LeaseLost where the fence is no longer the delivery's."""
        ...

    async def refresh(
        self, workspace: str, deliveries: Collection[str], now: datetime, at_most_every: timedelta = timedelta(0)
    ) -> None:
        """Wants a newer version of them shown, not before `at_most_every` has passed since a newer one was shown last;
        attempts count anew. A page that was given up, or taken without a reference, is queued again."""
        ...

    async def by_key(self, workspace: str, key: str) -> Delivery | None: ...

    async def get(self, workspace: str, delivery: str) -> Delivery | None: ...

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        """Whether a digest is on its way to the channel whose message is not known yet."""
        ...

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None: ...

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        """The deliveries that show this post, or will once they arrive: what they say was read before; of a digest in
        cards only its card."""
        ...

    async def looking_back_on(self, workspace: str, items: Collection[str]) -> list[str]:
        """The round-ups that show any of these items of the library, or may once they arrive. Looked for only when
        something is taken back, so it may take a moment."""
        ...

    async def sharing(self, workspace: str, items: Collection[str]) -> list[str]:
        """The messages to all, outside digests, that show any of these items of the library, or will once they arrive.
        Looked for only when something is taken back, so it may take a moment."""
        ...

    async def quoting(self, workspace: str, posts: Collection[PostKey], items: Collection[str]) -> list[str]:
        """The deliveries outside digests that are shown, or will be once they arrive, and quote any of these posts or
        items of the library. Looked for only when something is taken back, so it may take a moment."""
        ...

    async def naming(self, person: PersonKey) -> list[str]:
        """The deliveries whose sentences are about this person."""
        ...

    async def forget_answers(self, before: datetime) -> int:
        """Empties what was said to one person alone before then, outside digests, and is not on its way any more: what
        they typed is quoted in it, and nobody can take it back everywhere. A page of our own shows it no longer, nor
        what they typed there. Whose they were is forgotten, too. Returns how many were emptied."""
        ...

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        """Shown deliveries of digests since then."""
        ...

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        """Shown deliveries that still want the bot's own reactions, oldest first."""
        ...

    async def set_seeded(self, workspace: str, delivery: str) -> None: ...

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        """How many are uncertain, lost or abandoned, by state; states without one are left out, and so is what was
        refused to one person alone, who may have wanted that."""
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

    async def erase(self, person: PersonKey, until: datetime) -> None:
        """Empties what the person did until then, whether it waits or failed: it is not worked off any more."""
        ...


class Library(Protocol):
    async def add(self, workspace: str, item: NewItem, at: datetime) -> str:
        """The id of the item that its post leads to already; else of the one under its key, new or not, which the post
        leads to from now on. Of an erased post nothing is known but its item."""
        ...

    async def renew(self, workspace: str, item: NewItem) -> None:
        """Replaces what is searched of its post in the item that it leads to, where there is one; where that is the
        post itself, address, title and kind as well."""
        ...

    async def links(self) -> list[tuple[str, str, str]]:
        """Pages of the web that were saved, in all workspaces: workspace, item and address. Asked for only when
        somebody names a post, so it may take a moment."""
        ...

    async def take_link_away(self, workspace: str, item: str, post: PostKey) -> None:
        """From now on the item is that of this post, of which nothing is known: address and title go, tags, notes and
        saves stay."""
        ...

    async def marks(self, workspace: str, item: str, person: str) -> list[Mark]:
        """All marks of that person on the item, tombstones included."""
        ...

    async def marked(self, person: PersonKey, origin: str) -> list[str]:
        """The items on which that person has a mark of this origin, tombstones included."""
        ...

    async def last_saved(self, person: PersonKey) -> str | None:
        """The item that this person saved last, of those whose save stands. What was removed is none."""
        ...

    async def put_mark(self, workspace: str, mark: Mark) -> None:
        """Adds it or replaces the one of the same item, person and origin."""
        ...

    async def end_marks(self, person: PersonKey, item: str | None, at: datetime, ending: Ending) -> int:
        """Ends the standing marks on one item, or on all. Returns how many; with ERASED the ended ones count too."""
        ...

    async def items(self, workspace: str, ids: Collection[str], viewer: str | None = None) -> dict[str, Item]:
        """Those that exist, saved or not. Private notes and saves only the viewer's."""
        ...

    async def of_post(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Item]:
        """The items that these posts lead to and that somebody's save keeps in the library; none of a post that is
        hidden by a report. Private saves keep nothing there."""
        ...

    async def led_to(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, list[str]]:
        """The items that each of these posts leads to and that somebody saved, also to themselves alone."""
        ...

    async def share(self, workspace: str, item: str, library: str, by: str, at: datetime) -> bool:
        """Puts it into the library of a department as well, for as long as it is saved. False where it is shared so
        already."""
        ...

    async def unshare(self, workspace: str, item: str, library: str) -> bool:
        """False where it was not shared so. Saves made in that department keep it there all the same."""
        ...

    async def departments(self, workspace: str) -> list[str]:
        """The departments by name: those of channels, and those that something is in the library of, whose channels are
        gone, by their keys. By their keys in order."""
        ...

    async def has_departments(self, workspace: str) -> bool: ...

    async def kept_alone(self, person: PersonKey, least: int = 1) -> list[Item]:
        """What that person saved and others do not find: private, or saved by fewer than `least`; newest first."""
        ...

    async def tag(self, workspace: str, item: str, tags: Collection[str], by: str, at: datetime) -> None:
        """Adds tags; one that is there stays as it is."""
        ...

    async def note(self, workspace: str, item: str, note: Note) -> None:
        """Adds a note, or replaces that person's note on the item, private or not."""
        ...

    async def noted(self, person: PersonKey) -> list[str]:
        """The items that have a note by that person."""
        ...

    async def tags(self, workspace: str, having: str, most: int, least: int = 1) -> list[str]:
        """Tags of what stands in the library that have this somewhere, whatever its case and accents: those of most
        items first, then by name. Here and below, `least` leaves out what fewer people saved and nobody vouched for."""
        ...

    async def find(
        self,
        workspace: str,
        query: Query,
        *,
        saved_by: str | None,
        viewer: str | None,
        limit: int,
        offset: int,
        least: int = 1,
    ) -> tuple[list[Item], int]:
        """Saved items that have what the query says, and how many there are in all: those that have its words in more
        important places first, by title, tags, notes and text; then, and without words, the newest save first. Of very
        many only the newest are weighed. Those whose post is hidden by a report are left out."""
        ...

    async def known_words(
        self, workspace: str, shortest: int, longest: int, beginnings: Collection[str] = ("",)
    ) -> list[str]:
        """Words of so many letters with one of these beginnings, folded, by which something may be found: what is
        suggested of them has to be looked for first, because others may not find it. Without a beginning all words are
        read, which takes long."""
        ...

    async def savers_of_authors(
        self, workspace: str, authors: Collection[tuple[str, str]], least: int = 1
    ) -> dict[tuple[str, str], int]:
        """How many people have a standing save of a post by each author, given by source and author id; authors
        without one are left out."""
        ...

    async def active_since(self, workspace: str, since: datetime, limit: int, least: int = 1) -> tuple[list[str], int]:
        """Items that stand in the library and were saved, tagged or noted since then: first those with which most
        people did so, then those with which somebody did last; and how many there are in all. Those whose post is
        hidden by a report are left out."""
        ...


class History(Protocol):
    """Who changed what about the items of the library."""

    async def add(self, workspace: str, change: ItemChange) -> None:
        """Its `name` is not kept."""
        ...

    async def of_item(self, workspace: str, item: str, limit: int, offset: int) -> tuple[list[ItemChange], int]:
        """Newest first, of what was changed at once the last one, and how many there are in all."""
        ...

    async def forget_note(self, person: PersonKey, item: str) -> None:
        """What that person's note on the item said goes, also what it said before."""
        ...

    async def forget(self, person: PersonKey) -> None:
        """What their notes said goes, and that it was them."""
        ...


@dataclass(frozen=True, slots=True)
class RemovedItem:
    """Found nowhere, and restorable until it is erased. `by` is who removed it, empty once they are forgotten."""

    item: Item
    at: datetime
    by: str


class Care(Protocol):
    """What is changed about an item that is there. Each waits for others who are at the same item."""

    async def hold(self, workspace: str, item: str) -> None:
        """From now on, until the transaction ends, nobody else changes the item."""
        ...

    async def untag(self, workspace: str, item: str, tags: Collection[str]) -> None: ...

    async def drop_note(self, workspace: str, item: str, person: str) -> None: ...

    async def retitle(self, workspace: str, item: str, title: str) -> None:
        """From now on no other title of its post or page replaces it."""
        ...

    async def set_kind(self, workspace: str, item: str, kind: str) -> None:
        """From now on no other kind replaces it."""
        ...

    async def remove(self, workspace: str, item: str, by: str, at: datetime) -> bool:
        """From now on it is found nowhere, and nobody's save counts. False where it is removed already."""
        ...

    async def restore(self, workspace: str, item: str) -> bool:
        """Saves that stand count again. False where it is not removed."""
        ...

    async def removed_at(self, workspace: str, item: str) -> datetime | None:
        """None where it is not removed."""
        ...

    async def removed_under(self, workspace: str, new: NewItem) -> str | None:
        """The item that this one would join, where that is removed."""
        ...

    async def is_erased(self, workspace: str, item: str) -> bool:
        """Whether what it said was erased: it can be saved anew, but not restored."""
        ...

    async def rewrite(self, workspace: str, item: str, new: NewItem) -> None:
        """Gives an item that was erased what it says anew. Its post is cited when it is added."""
        ...

    async def removed(self, workspace: str, limit: int, offset: int) -> tuple[list[RemovedItem], int]:
        """Newest first, and how many there are in all. What is erased is not among them."""
        ...

    async def erase_removed(self, before: datetime, most: int) -> int:
        """Erases what was removed before then, in all workspaces, with its history; but for its key, by which it stays
        removed, and its saves, which end as erased. Returns how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Untitled:
    """A page in the library whose title is wanted. `tries` is how often it was asked for before."""

    workspace: str
    item: str
    url: str
    tries: int


class Titles(Protocol):
    """Pages in the library that say by themselves what they are called."""

    async def want(self, workspace: str, items: Collection[str], at: datetime) -> None:
        """The page's own title is to be read from then on, unless somebody wrote one, or it was tried before."""
        ...

    async def claim(self, now: datetime, lease: timedelta, most: int) -> list[Untitled]:
        """Those that are due, in all workspaces, now this worker's until the lease ends: those wanted first come
        first."""
        ...

    async def later(self, untitled: Untitled, at: datetime | None) -> None:
        """To be tried again then; with None not again."""
        ...

    async def found(self, untitled: Untitled, title: str) -> str | None:
        """Gives it that title and returns the one before; None where somebody wrote one meanwhile, or it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in a listing. `at` is when it was saved, by whomever the listing is about."""

    at: datetime
    item: str


class Listings(Protocol):
    async def standing(self, workspace: str, what: Listing, *, viewer: str, least: int, most: int) -> list[Place]:
        """What stands there, newest first, at most so much of it. What was removed, is hidden by a report, or was saved
        by fewer than `least` people and vouched for by nobody is left out, and so is what others keep for themselves
        alone; among their own saves people find all of that but what was removed or is hidden. Of digests nothing."""
        ...

    async def known(self, workspace: str, keys: Collection[str], least: int = 1) -> set[str]:
        """Those of the keys under which something stands in the library that so many people saved, or somebody vouched
        for."""
        ...

    async def shelves(self, workspace: str, least: int = 1) -> list[str]:
        """The shelves that public marks put things on which everybody finds, by name: what was removed, is hidden by a
        report, or was saved by fewer than `least` people and vouched for by nobody does not count."""
        ...


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that news is read at. `secret_hash` is a digest of what its address carries."""

    id: str
    person: PersonKey
    what: Listing
    made_at: datetime
    secret_hash: str = field(repr=False)


class Feeds(Protocol):
    async def put(self, feed: Feed) -> None: ...

    async def by_secret(self, secret_hash: str) -> Feed | None: ...

    async def of(self, workspace: str, person: str | None = None) -> list[Feed]:
        """Newest first; of all people where none is given."""
        ...

    async def end(self, workspace: str, feed: str) -> bool:
        """False where there is none."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Ends all that this person made."""
        ...


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import alone brought to an item: the save of whoever brought it always, tags and that person's note
    where they were not there before."""

    item: str
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A page that is brought in with all that is said of it. `note` is that of whoever brings it."""

    item: NewItem
    mark: Mark
    tags: tuple[str, ...] = ()
    note: Note | None = None


class Imports(Protocol):
    async def add_new(self, workspace: str, pages: Sequence[Fresh]) -> set[str]:
        """Adds those whose key no item has, in few steps, and returns the ids of these; the others are left alone."""
        ...

    async def put(self, bringing: Bringing, rows: Sequence[Row]) -> None:
        """Keeps it with its rows until they are worked off."""
        ...

    async def get(self, workspace: str, id: str) -> Bringing | None: ...  # noqa: A002

    async def of(self, workspace: str, person: str | None = None) -> list[Bringing]:
        """Newest first; of all people where none is given."""
        ...

    async def drop(self, workspace: str, id: str) -> None:  # noqa: A002
        """Forgets it with its rows, and what it brought; that stays where it is."""
        ...

    async def begin(self, workspace: str, id: str, before: ImportState, now: ImportState) -> bool:  # noqa: A002
        """Whether it was in that state before; now it is in the other, of which nothing is done yet."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Bringing | None:
        """The earliest one under way that nobody is at, or whose worker lost its lease."""
        ...

    async def rows(self, bringing: Bringing, most: int) -> list[Row]:
        """Its next ones, in the order of the file."""
        ...

    async def brought(self, bringing: Bringing, most: int) -> list[Brought]:
        """What is still to be taken out again, in any order."""
        ...

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        """So many of its next rows are done and brought this, or turned out to be broken; whoever likes may claim it
        again. Raises LeaseLost where the fence is no longer its own."""
        ...

    async def taken_out(self, bringing: Bringing, items: Collection[str]) -> None:
        """What it brought to these is out again; whoever likes may claim it. Raises LeaseLost likewise."""
        ...

    async def finish(self, bringing: Bringing, state: ImportState) -> None:
        """Raises LeaseLost likewise."""
        ...

    async def forget_before(self, at: datetime, state: ImportState) -> None:
        """Drops those in this state that were asked for before then; what they brought stays."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Drops all of this person, also those under way."""
        ...


class Rules(Protocol):
    async def put(self, rule: Rule) -> bool:
        """False where it was there already. One of a kind of which there is one at a time replaces the one of the same
        channel."""
        ...

    async def remove(self, workspace: str, channel: str, kind: RuleKind, value: str) -> bool:
        """False where it was not there."""
        ...

    async def of(self, workspace: str) -> list[Rule]:
        """All of the workspace and its channels, oldest first."""
        ...

    async def ask_for_less(self, less: Less) -> None:
        """Adds it; the same person and post again is one wish, as old as the newest."""
        ...

    async def take_back_less(self, less: Less) -> None:
        """The person no longer asks for less like this post."""
        ...

    async def votes(self, channel: ChannelKey, since: datetime | None, least: int = 1) -> list[Vote]:
        """Standing saves of posts that the channel's digests showed, and wishes for less there, made since then; each
        person and post once a kind, oldest first. In somebody's own channel only that person's. With `least`, saves of
        what so many people saved, or somebody vouched for."""
        ...


class Reports(Protocol):
    """Posts that somebody reported to those who look after the workspace."""

    async def open(self, workspace: str, post: PostKey, by: str, at: datetime) -> bool:
        """Hides the post. False where it is reported already, or was removed."""
        ...

    async def settle(self, workspace: str, post: PostKey, verdict: Verdict, by: str, at: datetime) -> bool:
        """False where no report of it is open."""
        ...

    async def reopen(self, workspace: str, post: PostKey) -> bool:
        """Takes the verdict back: the post is hidden and waits for another. False where there was none."""
        ...

    async def hidden(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Verdict]:
        """Those whose report is open or led to their removal, and which of the two."""
        ...

    async def waiting(self, workspace: str) -> list[PostKey]:
        """Those whose report is open, oldest first."""
        ...


class People(Acquaintance, Protocol):
    async def put(self, person: Person) -> None:
        """Remembers the name; an empty name changes nothing."""
        ...

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        """Those that are known, by person id."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Forgets the name, who followed what, notes, wishes for less, who made rules, tags and reports, errands, what
        the vault keeps about them, the person's own channel with its digests, and what only that person was told or is
        to be told; what others were told speaks of somebody from now on. Marks that ended as erased go, too; others are
        the library's, what waits to be worked off is the inbox's."""
        ...


class Ledger(Protocol):
    async def reserve(
        self,
        reservation: Reservation,
        topics: Sequence[Topic],
        payers: Mapping[ChannelKey, Fraction],
        caps: Caps,
        at: datetime,
    ) -> Money | None:
        """Writes it where the caps allow it and returns None; else writes nothing and returns what was left. Two
        processes at once cannot both get the last of it. `payers` are for whom it is spent and in which parts, which
        add up to at most 1; the rest is the installation's."""
        ...

    async def settle(self, receipt: Receipt, prices: Prices, at: datetime) -> Money:
        """Replaces the worst case by what it cost, and returns that: resources with a known id are billed once in the
        UTC day of the reservation. Without resources the worst case stays, as unknown. What is settled stays so."""
        ...

    async def spent(self, day: date) -> tuple[Money, Money]:
        """On that UTC day and in its month up to the end of that day, worst cases of open requests included."""
        ...

    async def spent_for(self, purpose: Purpose, day: date) -> Spent:
        """The same for one purpose."""
        ...

    async def spent_by_topic(self, day: date) -> dict[Topic, Money]:
        """The same for the month, each request's cost in equal parts over its topics; rounded down."""
        ...

    async def spent_by_channel(self, day: date) -> dict[ChannelKey, Spent]:
        """For each channel its part of what it shared in, rounded down; channels without any are left out."""
        ...

    async def entries(self, first: date, last: date) -> list[Entry]:
        """All of these UTC days, oldest first."""
        ...

    async def forget_billed_before(self, day: date) -> None:
        """Drops which resources were billed on earlier days; what was spent stays."""
        ...


class Calendars(Protocol):
    """School calendars as they were read last, by the place they are at."""

    async def put(self, calendar: CalendarRead) -> None: ...

    async def of(self, places: Collection[str]) -> dict[str, CalendarRead]:
        """Those that were ever tried."""
        ...


class Notices(Protocol):
    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        """Whether nobody has been told about `key` since it was last cleared; from now on somebody has."""
        ...

    async def told_at(self, workspace: str, key: str) -> datetime | None:
        """When somebody was told first since it was last cleared; None where nobody was."""
        ...

    async def clear(self, workspace: str, key: str) -> bool:
        """False where nobody had been told."""
        ...


class Transaction(Protocol):
    """One unit of work: all of it is kept or nothing. Holds small repositories, one a concern."""

    topics: Topics
    channels: Channels
    posts: Posts
    coverage: Coverage
    readings: Readings
    errands: Errands
    removals: Removals
    slots: Slots
    digests: Digests
    outbox: Outbox
    events: Events
    library: Library
    facts: Facts
    history: History
    care: Care
    tombstones: Tombstones
    admin_acts: AdminActs
    network: Network
    titles: Titles
    people: People
    listings: Listings
    feeds: Feeds
    imports: Imports
    rules: Rules
    reports: Reports
    ledger: Ledger
    notices: Notices
    calendars: Calendars
    sessions: Sessions


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

    async def tidy(self) -> None:
        """Deletes what expired, and leaves as little as can be on the disk of what was deleted before. Called outside
        transactions; where others are at work what was deleted may stay on the disk."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`."""
        ...
