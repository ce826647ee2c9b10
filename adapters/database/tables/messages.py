"""What is to be sent, and what happened in the chats."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Leased, Tenant, within_workspace

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
