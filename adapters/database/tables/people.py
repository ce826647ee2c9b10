"""People as a workspace knows them, who is signed in, and what admins did."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Tenant


class Person(Tenant, Base):
    """`findable` is their consent to be found by name."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    findable: Mapped[bool] = mapped_column(server_default=false())


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
