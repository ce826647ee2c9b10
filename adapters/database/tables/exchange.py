"""Feeds, and what is brought in."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Leased, Tenant, part_of


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
    worked off, `broken` the first of those that cannot be or are cut and how often it failed in a row, as JSON."""

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
    """What an import alone brought: it goes when the import is undone. `tags` and `notes`, the latter by their
    ids, were not there before; both are JSON. Beside the tags stand the libraries that it was shared with and the row
    of the file where another import was there before, if there is any of it."""

    __tablename__ = "imported_item"
    __table_args__ = (part_of("import", import_id="id"), part_of("item", item_id="id"))

    import_id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    tags: Mapped[str]
    notes: Mapped[str] = mapped_column(server_default="[]")
