"""What was read of which topic, and what it cost."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Leased, Tenant
from bot.domain.budget import Money


class Topic(Base):
    """`id` is made of kind, source and key, so that nobody has to look it up."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    key: Mapped[str]
    label: Mapped[str]
    account_id: Mapped[str | None]


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


class LedgerShare(Tenant, Base):
    """The part of a request that is spent for a channel, as a fraction: `1/3`. Channels may go; this stays."""

    __tablename__ = "ledger_share"
    __table_args__ = (Index(None, "entry_id"),)

    channel_id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("ledger.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str]


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
