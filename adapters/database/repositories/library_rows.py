"""Items of the library as people see them: gathered from their marks, tags and notes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from adapters.database.statements import Statements
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import ItemNote, ItemTag, Person
from adapters.database.tables import Mark as MarkRow
from bot.domain.keys import PostKey
from bot.domain.library import Ending, Item, Mark, Note


@dataclass
class Marked:
    """The people who saved an item, with the time of the oldest mark of each that stands, and the shelves it is on."""

    since: dict[str, datetime] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    shelves: list[str] = field(default_factory=list)
    vouched: bool = False

    @property
    def newest(self) -> datetime | None:
        return max(self.since.values(), default=None)

    def add(self, mark: Row[Any]) -> None:
        if mark.person_id not in self.since:
            self.since[mark.person_id] = mark.made_at
            self.names.append(mark.name or "")
        if mark.shelf and mark.shelf not in self.shelves:
            self.shelves.append(mark.shelf)
        self.vouched = self.vouched or mark.vouched


def stands(workspace: str) -> ColumnElement[bool]:
    return and_(MarkRow.workspace_id == workspace, MarkRow.ended_at.is_(None))


def for_all(least: int) -> list[ColumnElement[bool]]:
    """That so many people saved the item, or somebody vouched for it; nothing to ask where one is enough."""
    return [or_(ItemRow.vouched, ItemRow.savers >= least)] if least > 1 else []


async def marked(db: Statements, workspace: str, items: Collection[str]) -> dict[str, Marked]:
    """What stands on each of the items, which must be few enough for one statement. They are sorted here: SQLite would
    take the index of the order and look through all marks of the workspace."""
    by_name = and_(Person.workspace_id == MarkRow.workspace_id, Person.id == MarkRow.person_id)
    rows = await db.rows(
        select(
            MarkRow.item_id,
            MarkRow.person_id,
            MarkRow.origin,
            MarkRow.made_at,
            MarkRow.shelf,
            MarkRow.vouched,
            Person.name,
        )
        .outerjoin(Person, by_name)
        .where(stands(workspace), MarkRow.item_id.in_(items))
    )
    found: dict[str, Marked] = {}
    for row in sorted(rows, key=lambda row: (row.made_at, row.person_id, row.origin)):
        found.setdefault(row.item_id, Marked()).add(row)
    return found


async def items_of(db: Statements, workspace: str, ids: Collection[str], viewer: str | None) -> Iterator[Item]:
    rows = await db.rows(select(ItemRow).where(ItemRow.workspace_id == workspace, ItemRow.id.in_(ids)))
    saves = await marked(db, workspace, ids)
    tags, notes = await _tags(db, workspace, ids), await _notes(db, workspace, ids)
    return (
        _item_of(row, saves.get(row.id, Marked()), tags.get(row.id, ()), notes.get(row.id, ()), viewer) for row in rows
    )


async def _tags(db: Statements, workspace: str, ids: Collection[str]) -> dict[str, list[str]]:
    rows = await db.rows(select(ItemTag).where(ItemTag.workspace_id == workspace, ItemTag.item_id.in_(ids)))
    tags: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.added_at, row.tag)):
        tags.setdefault(row.item_id, []).append(row.tag)
    return tags


async def _notes(db: Statements, workspace: str, ids: Collection[str]) -> dict[str, list[Note]]:
    by_name = and_(Person.workspace_id == ItemNote.workspace_id, Person.id == ItemNote.person_id)
    asked = select(*ItemNote.__table__.columns, Person.name).outerjoin(Person, by_name)
    rows = await db.rows(asked.where(ItemNote.workspace_id == workspace, ItemNote.item_id.in_(ids)))
    notes: dict[str, list[Note]] = {}
    for row in sorted(rows, key=lambda row: (row.written_at, row.person_id)):
        notes.setdefault(row.item_id, []).append(Note(row.person_id, row.text, row.written_at, row.name or ""))
    return notes


def _item_of(row: Row[Any], saves: Marked, tags: Sequence[str], notes: Sequence[Note], viewer: str | None) -> Item:
    return Item(
        id=row.id,
        key=row.key,
        url=row.url,
        title=row.title,
        post=PostKey(row.post_source, row.post_id) if row.post_id is not None else None,
        saved_at=row.saved_at or row.added_at,
        savers=tuple(name for name in saves.names if name),
        saver_count=len(saves.since),
        saved_by_me=viewer in saves.since,
        shelves=tuple(saves.shelves),
        tags=tuple(tags),
        notes=tuple(notes),
        vouched=saves.vouched,
    )


def mark_of(row: Row[Any]) -> Mark:
    ending = Ending(row.ending) if row.ending else None
    return Mark(row.item_id, row.person_id, row.origin, row.made_at, row.ended_at, ending, row.shelf, row.vouched)
