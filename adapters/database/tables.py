"""Every table. Correctness stands in the keys and unique constraints here, not in the code that writes.

Tables of a tenant are `Tenant`s: the workspace is part of their key and of every reference between them, so that
nothing can cross it. Topics, posts, authors, what was read of them and the ledger belong to the installation.
"""

from datetime import date, datetime, time

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.database.types import PlainText, UtcDateTime
from bot.domain.budget import Money


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {str: PlainText(), datetime: UtcDateTime(), Money: BigInteger()}  # noqa: RUF012


class Tenant:
    """Rows of one workspace."""

    workspace_id: Mapped[str] = mapped_column(primary_key=True, sort_order=-1)


class Leased:
    """Rows that one worker at a time holds, until its lease ends. `fence` grows with every claim."""

    fence: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)


def within_workspace(table: str, **columns: str) -> ForeignKeyConstraint:
    """A reference to a row of the same workspace, which cannot go before this one."""
    there = (f"{table}.workspace_id", *(f"{table}.{column}" for column in columns.values()))
    return ForeignKeyConstraint(("workspace_id", *columns), there)


def part_of(table: str, **columns: str) -> ForeignKeyConstraint:
    """A reference to a row of the same workspace; this one goes with it."""
    reference = within_workspace(table, **columns)
    reference.ondelete = "CASCADE"
    return reference


# ------------------------------------------------------------------------------------------------- the installation


class Installation(Base):
    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    installed_at: Mapped[datetime]


class Topic(Base):
    """`id` is made of kind, source and key, so that nobody has to look it up."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    key: Mapped[str]
    label: Mapped[str]
    account_id: Mapped[str | None]


class Post(Base):
    """`details` is the rest of the post as JSON."""

    __tablename__ = "post"
    __table_args__ = (Index(None, "source", "created_at"), Index(None, "source", "author_id"))

    source: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    details: Mapped[str]
    read_at: Mapped[datetime]


class Author(Base):
    __tablename__ = "author"

    source: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    handle: Mapped[str]
    name: Mapped[str]
    profile_url: Mapped[str]
    avatar_url: Mapped[str]
    protected: Mapped[bool]
    followers: Mapped[int | None] = mapped_column(BigInteger)
    put_at: Mapped[datetime]


class Match(Base):
    """A post belongs to a topic."""

    __tablename__ = "match"
    __table_args__ = (
        ForeignKeyConstraint(("source", "post_id"), ("post.source", "post.id"), ondelete="CASCADE"),
        Index(None, "source", "post_id"),
    )

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)


class Coverage(Base):
    """A span of a topic that was read at a source; spans of one topic and filter neither touch nor overlap."""

    __tablename__ = "coverage"

    source: Mapped[str] = mapped_column(primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    filter: Mapped[str] = mapped_column(primary_key=True, server_default="")
    start_at: Mapped[datetime] = mapped_column(primary_key=True)
    end_at: Mapped[datetime]


class Heard(Base):
    """What a reading of a topic brought; `filter` and `likes` are JSON."""

    __tablename__ = "heard"
    __table_args__ = (Index(None, "source", "topic_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    filter: Mapped[str]
    likes: Mapped[str]
    wasted: Mapped[float]
    cut: Mapped[bool]


class Volume(Base):
    """How many posts a topic has on an average day, as its source counted them."""

    __tablename__ = "volume"

    source: Mapped[str] = mapped_column(primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    per_day: Mapped[float]
    counted_at: Mapped[datetime]


ABSENT = text("standing NOT IN ('present', 'unknown')")
"""Few posts are: those that must not be shown are found among them."""


class Standing(Base):
    """What has become of a post, whether or not it is stored. `looked_at` is when it was looked for last, `missed_at`
    when it was first missed. One that was erased stays absent for ever."""

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_absent", "source", "post_id", sqlite_where=ABSENT, postgresql_where=ABSENT),)

    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    standing: Mapped[str]
    looked_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    erased: Mapped[bool]


class Removal(Base):
    """The audit of what was hidden, erased and updated."""

    __tablename__ = "removal"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    post_id: Mapped[str]
    cause: Mapped[str]
    how: Mapped[str]
    at: Mapped[datetime]
    erased: Mapped[bool]
    messages: Mapped[int]
    items: Mapped[int]


class LedgerEntry(Base):
    """What a request may cost at worst, and what it did cost. `posts`, `users` and `counts` came back; of these so many
    were billed as the `billed_` columns say, empty where an earlier version settled it: then all were."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "day"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    endpoint: Mapped[str]
    topics: Mapped[str]
    day: Mapped[date]
    state: Mapped[str]
    worst: Mapped[Money]
    cost: Mapped[Money | None]
    posts: Mapped[int | None]
    users: Mapped[int | None]
    reserved_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    purpose: Mapped[str] = mapped_column(server_default="digests")
    counts: Mapped[int | None]
    billed_posts: Mapped[int | None]
    billed_users: Mapped[int | None]
    billed_counts: Mapped[int | None]


class Billed(Base):
    """A source has billed this post or user on this UTC day, and will not do so again."""

    __tablename__ = "billed"

    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)


class Workspace(Base):
    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    name: Mapped[str]


class Calendar(Base):
    """A school's calendar as it was read last; `days` is JSON."""

    __tablename__ = "calendar"

    place: Mapped[str] = mapped_column(primary_key=True)
    tried_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    days: Mapped[str]
    problem: Mapped[str]


class Secret(Base):
    """What the vault keeps of the installation, encrypted by whoever put it there; about whom, where it is about
    somebody."""

    __tablename__ = "vault"
    __table_args__ = (Index(None, "expires_at"), Index(None, "about_workspace", "about_person"))

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    about_workspace: Mapped[str | None]
    about_person: Mapped[str | None]


# ---------------------------------------------------------------------------------------------- channels and digests


class Channel(Tenant, Base):
    """`languages`, `holidays`, `terms` and `closed` are lists as JSON, or nothing where the school's own hold;
    `roundup` is a weekday's number and a local time."""

    __tablename__ = "channel"
    __table_args__ = (ForeignKeyConstraint(("workspace_id",), ("workspace.id",)),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    days: Mapped[str]
    at: Mapped[time]
    sources: Mapped[str]
    size: Mapped[int]
    origin: Mapped[str]
    stopped: Mapped[str]
    layout: Mapped[str] = mapped_column(server_default="list")
    owner: Mapped[str | None]
    keycaps: Mapped[bool] = mapped_column(server_default=true())
    saves_links: Mapped[bool] = mapped_column(server_default=false())
    languages: Mapped[str | None]
    holidays: Mapped[str | None]
    terms: Mapped[str | None]
    closed: Mapped[str | None]
    paused_until: Mapped[date | None]
    roundup: Mapped[str | None]
    taste_since: Mapped[datetime | None]
    share: Mapped[float | None]
    department: Mapped[str] = mapped_column(server_default="")


class Subscription(Tenant, Base):
    """`position` keeps the order in which a channel followed its topics. `at_once` is how many likes a post needs to be
    shown within minutes, empty where none is."""

    __tablename__ = "subscription"
    __table_args__ = (part_of("channel", channel_id="id"), Index(None, "topic_id"))

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    position: Mapped[int]
    origin: Mapped[str]
    followed_by: Mapped[str | None]
    followed_at: Mapped[datetime]
    at_once: Mapped[int | None]


class LedgerShare(Tenant, Base):
    """The part of a request that is spent for a channel, as a fraction: `1/3`. Channels may go; this stays."""

    __tablename__ = "ledger_share"
    __table_args__ = (Index(None, "entry_id"),)

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str]


class Slot(Tenant, Leased, Base):
    __tablename__ = "slot"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "kind", "key"), Index(None, "state", "due_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str]
    reading: Mapped[str]
    reading_until: Mapped[datetime | None]
    note: Mapped[str]


class Digest(Tenant, Base):
    __tablename__ = "digest"
    __table_args__ = (within_workspace("slot", slot_id="id"), Index(None, "workspace_id", "channel_id", "until_at"))

    slot_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    since_at: Mapped[datetime]
    until_at: Mapped[datetime]
    topics: Mapped[str]
    looked_at: Mapped[int]
    in_part: Mapped[bool]
    made_at: Mapped[datetime]
    remarks: Mapped[str] = mapped_column(server_default="[]")


class DigestItem(Tenant, Base):
    __tablename__ = "digest_item"
    __table_args__ = (part_of("digest", slot_id="slot_id"), Index(None, "workspace_id", "source", "post_id"))

    slot_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    post_id: Mapped[str]
    why: Mapped[str]
    gone: Mapped[str]
    asks: Mapped[bool] = mapped_column(server_default=false())


class Seen(Tenant, Base):
    """What a channel has seen: a post, a link or a wording, each by its key."""

    __tablename__ = "seen"
    __table_args__ = (Index(None, "workspace_id", "seen_at"),)

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


# ---------------------------------------------------------------------------------------------------- outbox, inbox


BEHIND = text("desired_version > shown_version")
"""Few deliveries are: what is due is found among them, however many are shown."""


class Delivery(Tenant, Leased, Base):
    """`position` is the order of arrival; `content` refers to posts and items by id. `sent_at` is when it was claimed
    to be sent for the first time, or again after nothing had come of that. `shown_at` is when it was shown first,
    `last_shown_at` when a newer version was shown last; the next one is not shown before `not_before`."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        within_workspace("slot", slot_id="id"),
        Index(None, "workspace_id", "slot_id"),
        Index(None, "workspace_id", "channel_id", "message"),
        Index(None, "workspace_id", "state", "shown_at"),
        Index(None, "position"),
        Index("ix_delivery_behind", "state", "position", sqlite_where=BEHIND, postgresql_where=BEHIND),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str]
    channel_id: Mapped[str]
    slot_id: Mapped[str | None]
    content: Mapped[str]
    private_to: Mapped[str | None]
    reply_value: Mapped[str | None]
    reply_deadline: Mapped[datetime | None]
    seeds: Mapped[str]
    seeded: Mapped[bool]
    state: Mapped[str]
    message: Mapped[str | None]
    desired_version: Mapped[int]
    shown_version: Mapped[int]
    attempts: Mapped[int]
    problem: Mapped[str]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    surface: Mapped[str] = mapped_column(server_default="message")
    under: Mapped[str | None]
    reply_form_until: Mapped[datetime | None]
    last_shown_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class InboxEvent(Tenant, Leased, Base):
    """`happening` is emptied once the event is done; its key stays, so that it is not done twice."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "state", "position"), Index(None, "position"))

    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    happening: Mapped[str | None]
    happened_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    problem: Mapped[str]


class Errand(Tenant, Leased, Base):
    """`words` and `person_groups` are JSON. Once it is done, only who asked for what kind of thing and when is kept:
    people may ask for some things a limited number of times."""

    __tablename__ = "errand"
    __table_args__ = (Index(None, "state", "asked_at"), Index(None, "workspace_id", "person_id", "kind", "asked_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    channel_id: Mapped[str]
    person_id: Mapped[str]
    person_name: Mapped[str]
    words: Mapped[str]
    asked_at: Mapped[datetime]
    reply_value: Mapped[str | None]
    reply_deadline: Mapped[datetime | None]
    reply_form_until: Mapped[datetime | None]
    is_admin: Mapped[bool]
    person_groups: Mapped[str] = mapped_column(server_default="[]")
    state: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]


class Notice(Tenant, Base):
    """Somebody has been told about this."""

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]


# ------------------------------------------------------------------------------------------------- people and library


class Person(Tenant, Base):
    """`findable` is their consent to be found by name."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    findable: Mapped[bool] = mapped_column(server_default=false())


class Item(Tenant, Base):
    """`saved_at` is the time of the newest save that stands, empty where none does: only those are ever searched.
    `savers` is how many people's saves stand, `vouched` whether one of them looks after the workspace. `author_id` is
    who wrote the post that is shown of its citations. `kind` is empty where only the address tells. Private marks
    count for none of these. What was removed is found nowhere until it is restored: none of its saves counts.
    `own_title` and `own_kind` are those that somebody wrote or chose. `title_due_at` is when the page is asked for its
    title. Of what is `erased` nothing but the key is left, so that it stays removed."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "post_source", "post_id"),
        Index(None, "workspace_id", "post_source", "author_id"),
        Index(None, "workspace_id", "saved_at"),
        Index(None, "workspace_id", "removed_at"),
        Index(None, "removed_at"),
        Index(None, "title_due_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    search_text: Mapped[str]
    post_source: Mapped[str | None]
    post_id: Mapped[str | None]
    author_id: Mapped[str | None]
    added_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    savers: Mapped[int] = mapped_column(server_default="0")
    vouched: Mapped[bool] = mapped_column(server_default=false())
    kind: Mapped[str] = mapped_column(server_default="")
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(server_default="")
    erased: Mapped[bool] = mapped_column(server_default=false())
    own_title: Mapped[bool] = mapped_column(server_default=false())
    own_kind: Mapped[bool] = mapped_column(server_default=false())
    title_due_at: Mapped[datetime | None]
    title_tries: Mapped[int] = mapped_column(server_default="0")


class Citation(Tenant, Base):
    """A post that leads to the page of an item, or is the item. `search_text` is what it says, `author_id` who wrote
    it, whether or not it is still stored; both go when it is erased."""

    __tablename__ = "citation"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "source", "post_id"),
        Index(None, "workspace_id", "source", "author_id"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    cited_at: Mapped[datetime]
    search_text: Mapped[str]
    author_id: Mapped[str | None]


class ItemShare(Tenant, Base):
    """An item that was saved in one department, in the library of another as well."""

    __tablename__ = "item_share"
    __table_args__ = (part_of("item", item_id="id"), Index(None, "workspace_id", "shared_by"))

    item_id: Mapped[str] = mapped_column(primary_key=True)
    library: Mapped[str] = mapped_column(primary_key=True)
    shared_by: Mapped[str]
    shared_at: Mapped[datetime]


class ItemChange(Tenant, Base):
    """What somebody changed about an item. Who did it is empty once that person is forgotten, and so is `whose` note it
    was. Of what was changed at once, `position` says what came first."""

    __tablename__ = "item_change"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "item_id", "at"),
        Index(None, "workspace_id", "changed_by"),
        Index(None, "workspace_id", "whose"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]
    at: Mapped[datetime]
    changed_by: Mapped[str]
    what: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    whose: Mapped[str]
    position: Mapped[int]


class Sought(Tenant, Base):
    """What an item is found by, while somebody's save stands. `place` is when the newest was made, in microseconds
    since 1970. On SQLite it is the row's number in its full-text table as well, and no two are the same; `vector` is
    what PostgreSQL searches."""

    __tablename__ = "sought"
    __table_args__ = (part_of("item", item_id="id"), Index(None, "place"))

    item_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    vector: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


ALONE = text("private")
"""Few marks are: what people keep to themselves is found among them."""
DEPARTMENT = text("library <> ''")
"""Where there are no departments, no mark is."""


class Mark(Tenant, Base):
    """An ended mark stays as a tombstone. `library` is the department it was made in, empty for the library of all; a
    `private` one only that person finds."""

    __tablename__ = "mark"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "person_id"),
        Index(None, "workspace_id", "made_at"),
        Index("ix_mark_private", "workspace_id", "person_id", sqlite_where=ALONE, postgresql_where=ALONE),
        Index("ix_mark_library", "workspace_id", "library", sqlite_where=DEPARTMENT, postgresql_where=DEPARTMENT),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    shelf: Mapped[str] = mapped_column(server_default="")
    vouched: Mapped[bool] = mapped_column(server_default=false())
    library: Mapped[str] = mapped_column(server_default="")
    private: Mapped[bool] = mapped_column(server_default=false())


class ItemTag(Tenant, Base):
    """`folded` is what is searched. Who added it is empty once that person is forgotten."""

    __tablename__ = "item_tag"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "added_by"),
        Index(None, "workspace_id", "added_at"),
        Index(None, "workspace_id", "tag", "item_id"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class ItemNote(Tenant, Base):
    """One a person; `folded` is what is searched. A `private` one only that person reads."""

    __tablename__ = "item_note"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "person_id"),
        Index(None, "workspace_id", "written_at"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    folded: Mapped[str]
    written_at: Mapped[datetime]
    private: Mapped[bool] = mapped_column(server_default=false())


class Feed(Tenant, Base):
    """An address that news of a library, a tag or a shelf is read at; only a digest of its secret is kept."""

    __tablename__ = "feed"
    __table_args__ = (UniqueConstraint("secret_hash"), Index(None, "workspace_id", "person_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str]
    person_id: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str]
    made_at: Mapped[datetime]


class Import(Tenant, Leased, Base):
    """A file that somebody brings in. `new_count` is how many of its rows the library did not have, `done` how many are
    worked off, `broken` the first of those that cannot be, as JSON."""

    __tablename__ = "import"
    __table_args__ = (Index(None, "workspace_id", "person_id"), Index(None, "state", "asked_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    form: Mapped[str]
    library: Mapped[str]
    vouched: Mapped[bool]
    asked_at: Mapped[datetime]
    state: Mapped[str]
    total: Mapped[int]
    new_count: Mapped[int]
    done: Mapped[int]
    broken: Mapped[str]
    broken_count: Mapped[int]


class ImportRow(Tenant, Base):
    """A row of a file, as JSON, until it is worked off. They are numbered in the order of the file."""

    __tablename__ = "import_row"
    __table_args__ = (part_of("import", import_id="id"),)

    import_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[str]


class ImportedItem(Tenant, Base):
    """What an import alone brought: it goes when the import is undone. `tags`, as JSON, and `note` were not there
    before."""

    __tablename__ = "imported_item"
    __table_args__ = (part_of("import", import_id="id"), part_of("item", item_id="id"))

    import_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    tags: Mapped[str]
    note: Mapped[str]


class WebSession(Tenant, Base):
    """Somebody is signed in on the web; `id` is a digest of what their browser keeps."""

    __tablename__ = "web_session"
    __table_args__ = (UniqueConstraint("id"), Index(None, "workspace_id", "person_id"), Index(None, "ends_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    looked_up_at: Mapped[datetime]
    role: Mapped[str]


class AdminAct(Tenant, Base):
    """What somebody decided for a workspace. Who did it is empty once that person is forgotten."""

    __tablename__ = "admin_act"
    __table_args__ = (Index(None, "workspace_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    done_by: Mapped[str]
    what: Mapped[str]
    about: Mapped[str]


class Forgotten(Base):
    """Somebody asked to be forgotten: a digest of who, so that no backup brings them back."""

    __tablename__ = "forgotten"

    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


# --------------------------------------------------------------------------------------------------- rules and reports


class Rule(Tenant, Base):
    """What a workspace, or one channel of it, has decided; the channel is empty for the whole workspace. Who made it is
    empty once that person is forgotten."""

    __tablename__ = "rule"

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class Less(Tenant, Base):
    """A person asked for less like this post in a channel."""

    __tablename__ = "less"
    __table_args__ = (Index(None, "workspace_id", "person_id"),)

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[str]
    asked_at: Mapped[datetime]


class Report(Tenant, Base):
    """A post is hidden in the workspace unless its report was settled by restoring it. People are empty once they are
    forgotten."""

    __tablename__ = "report"

    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    settled_by: Mapped[str]
    settled_at: Mapped[datetime | None]


# ------------------------------------------------------------------------------------------------ the local web page


class RoomMessage(Tenant, Base):
    """A message of the local page; `said` is what a person typed."""

    __tablename__ = "room_message"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("delivery"),
        Index(None, "workspace_id", "channel_id", "position"),
        Index(None, "position"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[str]
    delivery: Mapped[str | None]
    posted_at: Mapped[datetime]
    message: Mapped[str | None]
    said_by: Mapped[str | None]
    said: Mapped[str]
    private_to: Mapped[str | None]


class RoomReaction(Tenant, Base):
    """An emoji that stands on a message; the bot's own have no person."""

    __tablename__ = "room_reaction"
    __table_args__ = (part_of("room_message", message_id="id"), Index(None, "position"))

    message_id: Mapped[str] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
