"""When digests come, what was in them, and what was seen already."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Leased, Tenant, part_of, within_workspace


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
