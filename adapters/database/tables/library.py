"""What is in the library, and the words it is found by."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from adapters.database.tables.base import Base, Tenant, part_of


class Item(Tenant, Base):
    """`saved_at` is the time of the newest save that stands, empty where none does: only those are ever searched.
    `savers` is how many people's saves stand, `vouched` whether one of them looks after the workspace. `author_id` is
    who wrote the post that is shown of its citations. `kind` is empty where only the address tells. Private marks
    count for none of these. What was removed is found nowhere until it is restored: none of its saves counts.
    `own_title` and `own_kind` are those that somebody wrote or chose. `title_due_at` is when the page is asked for its
    title. Of what is `erased` nothing but the key is left, so that it stays removed."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "post_source", "post_id"),
        Index(None, "workspace_id", "post_source", "author_id"),
        Index(None, "workspace_id", "saved_at"),
        Index(None, "workspace_id", "removed_at"),
        Index(None, "removed_at"),
        Index(None, "title_due_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    url: Mapped[str]
    title: Mapped[str]
    search_text: Mapped[str]
    post_source: Mapped[str | None]
    post_id: Mapped[str | None]
    author_id: Mapped[str | None]
    added_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    savers: Mapped[int] = mapped_column(server_default="0")
    vouched: Mapped[bool] = mapped_column(server_default=false())
    kind: Mapped[str] = mapped_column(server_default="")
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str] = mapped_column(server_default="")
    erased: Mapped[bool] = mapped_column(server_default=false())
    own_title: Mapped[bool] = mapped_column(server_default=false())
    own_kind: Mapped[bool] = mapped_column(server_default=false())
    title_due_at: Mapped[datetime | None]
    title_tries: Mapped[int] = mapped_column(server_default="0")


class Citation(Tenant, Base):
    """A post that leads to the page of an item, or is the item. `search_text` is what it says, `author_id` who wrote
    it, whether or not it is still stored; both go when it is erased."""

    __tablename__ = "citation"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "source", "post_id"),
        Index(None, "workspace_id", "source", "author_id"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(primary_key=True)
    cited_at: Mapped[datetime]
    search_text: Mapped[str]
    author_id: Mapped[str | None]


class ItemShare(Tenant, Base):
    """An item that was saved in one department, in the library of another as well."""

    __tablename__ = "item_share"
    __table_args__ = (part_of("item", item_id="id"), Index(None, "workspace_id", "shared_by"))

    item_id: Mapped[str] = mapped_column(primary_key=True)
    library: Mapped[str] = mapped_column(primary_key=True)
    shared_by: Mapped[str]
    shared_at: Mapped[datetime]


class ItemChange(Tenant, Base):
    """What somebody changed about an item. Who did it is empty once that person is forgotten, and so is `whose` note it
    was; `note` is which. Of what was changed at once, `position` says what came first."""

    __tablename__ = "item_change"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "item_id", "at"),
        Index(None, "workspace_id", "changed_by"),
        Index(None, "workspace_id", "whose"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]
    at: Mapped[datetime]
    changed_by: Mapped[str]
    what: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    whose: Mapped[str]
    position: Mapped[int]
    note: Mapped[str] = mapped_column(server_default="")


class Sought(Tenant, Base):
    """What an item is found by, while somebody's save stands. `place` is when the newest was made, in microseconds
    since 1970. On SQLite it is the row's number in its full-text table as well, and no two are the same; `vector` is
    what PostgreSQL searches."""

    __tablename__ = "sought"
    __table_args__ = (part_of("item", item_id="id"), Index(None, "place"))

    item_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    vector: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


ALONE = text("private")
"""Few marks are: what people keep to themselves is found among them."""


DEPARTMENT = text("library <> ''")
"""Where there are no departments, no mark is."""


class Mark(Tenant, Base):
    """An ended mark stays as a tombstone. `library` is the department it was made in, empty for the library of all; a
    `private` one only that person finds."""

    __tablename__ = "mark"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index("ix_mark_of_person", "workspace_id", "person_id", "ended_at", "item_id"),
        Index(None, "workspace_id", "made_at"),
        Index(
            "ix_mark_private",
            *("workspace_id", "person_id", "ended_at", "item_id"),
            sqlite_where=ALONE,
            postgresql_where=ALONE,
        ),
        Index("ix_mark_library", "workspace_id", "library", sqlite_where=DEPARTMENT, postgresql_where=DEPARTMENT),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    shelf: Mapped[str] = mapped_column(server_default="")
    vouched: Mapped[bool] = mapped_column(server_default=false())
    library: Mapped[str] = mapped_column(server_default="")
    private: Mapped[bool] = mapped_column(server_default=false())


class ItemTag(Tenant, Base):
    """`folded` is what is searched. Who added it is empty once that person is forgotten."""

    __tablename__ = "item_tag"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "added_by"),
        Index(None, "workspace_id", "added_at"),
        Index(None, "workspace_id", "tag", "item_id"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class ItemNote(Tenant, Base):
    """A person may write several; `folded` is what is searched. A `private` one only that person reads."""

    __tablename__ = "item_note"
    __table_args__ = (
        part_of("item", item_id="id"),
        Index(None, "workspace_id", "person_id"),
        Index(None, "workspace_id", "written_at"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    text: Mapped[str]
    folded: Mapped[str]
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    private: Mapped[bool] = mapped_column(server_default=false())
