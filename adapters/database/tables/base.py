"""What all tables share: their names, their keys, and references that cannot leave a workspace."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, MetaData
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
