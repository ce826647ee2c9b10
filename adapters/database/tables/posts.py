"""Posts as they were read, and what became of them. They belong to the installation."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base


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
