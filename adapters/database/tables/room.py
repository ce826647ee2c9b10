"""The chat of the local page."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Tenant, part_of


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
