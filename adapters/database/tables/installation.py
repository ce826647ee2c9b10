"""The installation, its workspaces and what it keeps for all of them."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base


class Installation(Base):
    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    installed_at: Mapped[datetime]


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


class Forgotten(Base):
    """Somebody asked to be forgotten: a digest of who, so that no backup brings them back."""

    __tablename__ = "forgotten"

    digest: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
