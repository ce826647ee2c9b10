"""Items of the library as people see them: gathered from their marks, tags and notes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.statements import Statements, given_to_be_one_of, in_parts
from adapters.database.tables import Citation, ItemNote, ItemShare, ItemTag, Person
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.types import PlainText
from bot.domain.keys import PostKey
from bot.domain.library import Ending, Item, Mark, Note
from bot.domain.topic import folded

_STAND = update(ItemRow).where(ItemRow.workspace_id == bindparam("of_workspace"), ItemRow.id == bindparam("of_item"))


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


def stands(workspace: str | BindParameter[str]) -> ColumnElement[bool]:
    """What counts for all."""
    return and_(kept(workspace), MarkRow.private.is_(False))


def kept(workspace: str | BindParameter[str]) -> ColumnElement[bool]:
    """What counts for whoever made it."""
    return and_(MarkRow.workspace_id == workspace, MarkRow.ended_at.is_(None))


def for_all(least: int) -> list[ColumnElement[bool]]:
    """That so many people saved the item, or somebody vouched for it; nothing to ask where one is enough."""
    return [or_(ItemRow.vouched, ItemRow.savers >= least)] if least > 1 else []


_workspace = bindparam("workspace", type_=PlainText())
_nothing = literal_column("''", type_=PlainText())


class _Asked(NamedTuple):
    items: Select[*tuple[Any, ...]]
    marks: Select[*tuple[Any, ...]]
    notes: Select[*tuple[Any, ...]]
    told: CompoundSelect[*tuple[Any, ...]]


@cache
def _asked(on_postgresql: bool) -> _Asked:  # noqa: FBT001 - there are the two of them
    """These are asked all day long, and building a statement takes longer than running it. What they find is sorted
    here: SQLite would take the index of the order and look through all marks of the workspace."""
    one_of_these = given_to_be_one_of("items", on_postgresql=on_postgresql)

    def of_these(of_workspace: InstrumentedAttribute[str], id_: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return and_(of_workspace == _workspace, one_of_these(id_))

    def told(
        what: str,
        of: type[ItemTag | Citation | ItemShare],
        at: InstrumentedAttribute[datetime],
        said: InstrumentedAttribute[str],
        source: ColumnElement[str] | InstrumentedAttribute[str] = _nothing,
    ) -> Select[*tuple[Any, ...]]:
        kind = literal_column(f"'{what}'", type_=PlainText()).label("what")
        columns = kind, of.item_id, at.label("at"), said.label("said"), source.label("source")
        return select(*columns).where(of_these(of.workspace_id, of.item_id))

    items = select(
        *(ItemRow.id, ItemRow.key, ItemRow.url, ItemRow.title, ItemRow.kind, ItemRow.post_source, ItemRow.post_id),
        *(ItemRow.added_at, ItemRow.saved_at, ItemRow.removed_at),
    ).where(of_these(ItemRow.workspace_id, ItemRow.id))
    marks = select(
        *(MarkRow.item_id, MarkRow.person_id, MarkRow.origin, MarkRow.made_at),
        *(MarkRow.shelf, MarkRow.vouched, MarkRow.library, MarkRow.private),
    ).where(kept(_workspace), of_these(MarkRow.workspace_id, MarkRow.item_id))
    own = or_(ItemNote.private.is_(False), ItemNote.person_id == bindparam("viewer", type_=PlainText()))
    notes = select(
        *(ItemNote.item_id, ItemNote.id, ItemNote.person_id, ItemNote.text),
        *(ItemNote.written_at, ItemNote.edited_at, ItemNote.private),
    ).where(of_these(ItemNote.workspace_id, ItemNote.item_id), own)
    rest = union_all(
        told("tag", ItemTag, ItemTag.added_at, ItemTag.tag),
        told("citation", Citation, Citation.cited_at, Citation.post_id, Citation.source),
        told("share", ItemShare, ItemShare.shared_at, ItemShare.library),
    )
    return _Asked(items, _with_names(marks, MarkRow), _with_names(notes, ItemNote), rest)


def _with_names(asked: Select[*tuple[Any, ...]], of: type[MarkRow | ItemNote]) -> Select[*tuple[Any, ...]]:
    by_name = and_(Person.workspace_id == of.workspace_id, Person.id == of.person_id)
    return asked.add_columns(Person.name).outerjoin(Person, by_name)


async def marked(db: Statements, workspace: str, items: Collection[str]) -> dict[str, Marked]:
    """What stands on each of the items, which must be few enough for one statement."""
    rows = await db.rows(_asked(db.on_postgresql).marks, _these(db, workspace, items))
    found: dict[str, Marked] = {}
    for row in sorted(rows, key=lambda row: (row.made_at, row.person_id, row.origin)):
        found.setdefault(row.item_id, Marked()).add(row)
    return found


def _these(db: Statements, workspace: str, items: Collection[str]) -> dict[str, object]:
    return {"workspace": workspace, "items": db.as_given(items)}


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
        by_all = {item: saves.get(item, Marked()) if item not in removed else Marked() for item in sorted(part)}
        await db.change_each(_STAND, [_stand(workspace, item, saves) for item, saves in by_all.items()])
    await db.index(workspace, items)


def _stand(workspace: str, item: str, saves: Marked) -> dict[str, object]:
    stand = {"saved_at": saves.newest, "savers": len(saves.since), "vouched": saves.vouched}
    return {"of_workspace": workspace, "of_item": item, **stand}


async def items_of(db: Statements, workspace: str, ids: Collection[str], viewer: str | None) -> Iterator[Item]:
    these = _these(db, workspace, ids)
    rows = await db.rows(_asked(db.on_postgresql).items, these)
    standing = await marked(db, workspace, [row.id for row in rows if row.removed_at is None])
    told = await _told(db, these, viewer)
    return (_item_of(row, standing.get(row.id, Marked()), told, viewer) for row in rows)


@dataclass
class Told:
    """What else is known about some items, each by its id; oldest first."""

    tags: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)
    citations: dict[str, list[PostKey]] = field(default_factory=dict)
    shares: dict[str, list[str]] = field(default_factory=dict)


async def _told(db: Statements, these: Mapping[str, object], viewer: str | None) -> Told:
    told = Told(notes=await _notes(db, these, viewer))
    for row in sorted(await db.rows(_asked(db.on_postgresql).told, these), key=attrgetter("at", "source", "said")):
        match row.what:
            case "tag":
                told.tags.setdefault(row.item_id, []).append(row.said)
            case "citation":
                told.citations.setdefault(row.item_id, []).append(PostKey(row.source, row.said))
            case "share":
                told.shares.setdefault(row.item_id, []).append(row.said)
    return told


async def _notes(db: Statements, these: Mapping[str, object], viewer: str | None) -> dict[str, list[Note]]:
    asked = _asked(db.on_postgresql).notes
    rows = await db.rows(asked, {**these, "viewer": viewer})
    notes: dict[str, list[Note]] = {}
    for row in sorted(rows, key=lambda row: (row.written_at, row.id)):
        note = Note(row.id, row.person_id, row.text, row.written_at, row.name or "", row.private, row.edited_at)
        notes.setdefault(row.item_id, []).append(note)
    return notes


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
        citations=tuple(reversed(told.citations.get(row.id, ()))),
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
        "id": note.id,
        "person_id": note.by,
        "text": note.text,
        "folded": folded(note.text),
        "written_at": note.written_at,
        "edited_at": note.edited_at,
        "private": note.private,
    }
