"""Channels, what they follow, and what people decided there."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, false, true
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Tenant, part_of


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


class Notice(Tenant, Base):
    """Somebody has been told about this."""

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]


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
