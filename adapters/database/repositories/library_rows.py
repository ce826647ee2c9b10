"""Items of the library as people see them: gathered from their marks, tags and notes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, update

from adapters.database.repositories.citations import CitationTable
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import ItemNote, ItemShare, ItemTag, Person
from adapters.database.tables import Mark as MarkRow
from bot.domain.keys import PostKey
from bot.domain.library import Ending, Item, Mark, Note
from bot.domain.topic import folded


@dataclass
class Marked:
    """The people who saved an item, with the time of the oldest mark of each that stands, the shelves and libraries it
    is on, and those who keep it to themselves."""

    since: dict[str, datetime] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    shelves: list[str] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    vouched: bool = False
    alone: dict[str, datetime] = field(default_factory=dict)

    @property
    def newest(self) -> datetime | None:
        return max(self.since.values(), default=None)

    def add(self, mark: Row[Any]) -> None:
        if mark.private:
            self.alone.setdefault(mark.person_id, mark.made_at)
            return
        if mark.person_id not in self.since:
            self.since[mark.person_id] = mark.made_at
            self.names.append(mark.name or "")
        if mark.shelf and mark.shelf not in self.shelves:
            self.shelves.append(mark.shelf)
        if mark.library not in self.libraries:
            self.libraries.append(mark.library)
        self.vouched = self.vouched or mark.vouched


def stands(workspace: str) -> ColumnElement[bool]:
    """What counts for all."""
    return and_(kept(workspace), MarkRow.private.is_(False))


def kept(workspace: str) -> ColumnElement[bool]:
    """What counts for whoever made it."""
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
            MarkRow.library,
            MarkRow.private,
            Person.name,
        )
        .outerjoin(Person, by_name)
        .where(kept(workspace), MarkRow.item_id.in_(items))
    )
    found: dict[str, Marked] = {}
    for row in sorted(rows, key=lambda row: (row.made_at, row.person_id, row.origin)):
        found.setdefault(row.item_id, Marked()).add(row)
    return found


async def hold(db: Statements, workspace: str, items: Collection[str]) -> None:
    """Makes others wait who would change these items, so that nothing of it is overlooked."""
    for part in in_parts(sorted(items)):
        these = ItemRow.workspace_id == workspace, ItemRow.id.in_(part)
        await db.rows(select(ItemRow.id).where(*these).order_by(ItemRow.id).with_for_update())


async def date(db: Statements, workspace: str, items: Collection[str]) -> None:
    """Writes down when the newest save was made and how many there are, by which items are found and sorted: none of
    what was removed."""
    for part in in_parts(items):
        saves = await marked(db, workspace, part)
        gone = ItemRow.workspace_id == workspace, ItemRow.id.in_(part), ItemRow.removed_at.is_not(None)
        removed = {row.id for row in await db.rows(select(ItemRow.id).where(*gone))}
        for item in part:
            by_all = saves.get(item, Marked()) if item not in removed else Marked()
            stand = {"saved_at": by_all.newest, "savers": len(by_all.since), "vouched": by_all.vouched}
            this = ItemRow.workspace_id == workspace, ItemRow.id == item
            await db.run(update(ItemRow).where(*this).values(**stand))
    await db.index(workspace, items)


async def items_of(db: Statements, workspace: str, ids: Collection[str], viewer: str | None) -> Iterator[Item]:
    rows = await db.rows(select(ItemRow).where(ItemRow.workspace_id == workspace, ItemRow.id.in_(ids)))
    standing = await marked(db, workspace, [row.id for row in rows if row.removed_at is None])
    told = Told(
        await _tags(db, workspace, ids),
        await _notes(db, workspace, ids, viewer),
        await CitationTable(db).of(workspace, ids),
        await _shares(db, workspace, ids),
    )
    return (_item_of(row, standing.get(row.id, Marked()), told, viewer) for row in rows)


@dataclass
class Told:
    """What else is known about some items, each by its id."""

    tags: Mapping[str, Sequence[str]]
    notes: Mapping[str, Sequence[Note]]
    citations: Mapping[str, Sequence[PostKey]]
    shares: Mapping[str, Sequence[str]]


async def _tags(db: Statements, workspace: str, ids: Collection[str]) -> dict[str, list[str]]:
    rows = await db.rows(select(ItemTag).where(ItemTag.workspace_id == workspace, ItemTag.item_id.in_(ids)))
    tags: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.added_at, row.tag)):
        tags.setdefault(row.item_id, []).append(row.tag)
    return tags


async def _notes(db: Statements, workspace: str, ids: Collection[str], viewer: str | None) -> dict[str, list[Note]]:
    by_name = and_(Person.workspace_id == ItemNote.workspace_id, Person.id == ItemNote.person_id)
    asked = select(*ItemNote.__table__.columns, Person.name).outerjoin(Person, by_name)
    of_them = ItemNote.workspace_id == workspace, ItemNote.item_id.in_(ids)
    rows = await db.rows(asked.where(*of_them, or_(ItemNote.private.is_(False), ItemNote.person_id == viewer)))
    notes: dict[str, list[Note]] = {}
    for row in sorted(rows, key=lambda row: (row.written_at, row.person_id)):
        note = Note(row.person_id, row.text, row.written_at, row.name or "", row.private)
        notes.setdefault(row.item_id, []).append(note)
    return notes


async def _shares(db: Statements, workspace: str, ids: Collection[str]) -> dict[str, list[str]]:
    rows = await db.rows(select(ItemShare).where(ItemShare.workspace_id == workspace, ItemShare.item_id.in_(ids)))
    shares: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.shared_at, row.library)):
        shares.setdefault(row.item_id, []).append(row.library)
    return shares


def _item_of(row: Row[Any], saves: Marked, told: Told, viewer: str | None) -> Item:
    is_public = viewer in saves.since
    own = saves.alone.get(viewer) if viewer is not None else None
    shared = told.shares.get(row.id, ()) if saves.since else ()
    return Item(
        id=row.id,
        key=row.key,
        url=row.url,
        title=row.title,
        post=PostKey(row.post_source, row.post_id) if row.post_id is not None else None,
        saved_at=row.saved_at or own or row.added_at,
        savers=tuple(name for name in saves.names if name),
        saver_count=len(saves.since),
        saved_by_me=is_public or own is not None,
        shelves=tuple(saves.shelves),
        tags=tuple(told.tags.get(row.id, ())),
        notes=tuple(told.notes.get(row.id, ())),
        vouched=saves.vouched,
        citations=tuple(told.citations.get(row.id, ())),
        kind=row.kind,
        libraries=tuple(dict.fromkeys((*saves.libraries, *shared))),
        private=own is not None and not is_public,
        removed_at=row.removed_at,
    )


def mark_of(row: Row[Any]) -> Mark:
    ending = Ending(row.ending) if row.ending else None
    return Mark(
        row.item_id,
        row.person_id,
        row.origin,
        row.made_at,
        row.ended_at,
        ending,
        row.shelf,
        row.vouched,
        row.library,
        row.private,
    )


def mark_row(workspace: str, mark: Mark) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "item_id": mark.item,
        "person_id": mark.person,
        "origin": mark.origin,
        "made_at": mark.made_at,
        "ended_at": mark.ended_at,
        "ending": mark.ending,
        "shelf": mark.shelf,
        "vouched": mark.vouched,
        "library": mark.library,
        "private": mark.private,
    }


def note_row(workspace: str, item: str, note: Note) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "item_id": item,
        "person_id": note.by,
        "text": note.text,
        "folded": folded(note.text),
        "written_at": note.written_at,
        "private": note.private,
    }
