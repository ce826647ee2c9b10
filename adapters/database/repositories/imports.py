import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import ColumnElement, ScalarSelect, bindparam, delete, select, update
from sqlalchemy import Row as Found

from adapters.database.repositories.library_rows import date, hold, mark_of, mark_row, note_row
from adapters.database.statements import Statements, free, held, in_parts
from adapters.database.tables import Import, ImportedItem, ImportRow, ItemNote, ItemShare, ItemTag
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.text import storable, storable_text
from bot.domain.exchange import MOST_NAMED, Bringing, Broken, Cut, ImportForm, ImportState, Row
from bot.domain.keys import PersonKey
from bot.domain.library import Mark, NewItem
from bot.domain.topic import folded
from bot.errors import LeaseLost
from bot.ports import Brought, Saving

UNDER_WAY = (ImportState.WAITING, ImportState.UNDOING)

_UNTAG = delete(ItemTag).where(
    ItemTag.workspace_id == bindparam("of_workspace"),
    ItemTag.item_id == bindparam("of_item"),
    ItemTag.tag == bindparam("value"),
)
_DROP_NOTE = delete(ItemNote).where(
    ItemNote.workspace_id == bindparam("of_workspace"),
    ItemNote.item_id == bindparam("of_item"),
    ItemNote.id == bindparam("value"),
)
_UNSHARE = delete(ItemShare).where(
    ItemShare.workspace_id == bindparam("of_workspace"),
    ItemShare.item_id == bindparam("of_item"),
    ItemShare.library == bindparam("value"),
)
_row = TypeAdapter(Row)
_ZERO = r"\u0000"
"""As JSON spells it."""


class ImportRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add_pages(self, workspace: str, pages: Sequence[tuple[NewItem, datetime]]) -> dict[str, str]:
        """In the order of their keys, so that two that add the same ones wait for each other once."""
        in_order = sorted(pages, key=lambda page: page[0].key)
        new = self._db.insert(ItemRow).on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        await self._db.change_each(new, [_item_row(workspace, item, at) for item, at in in_order])
        found: dict[str, str] = {}
        for part in in_parts([item.key for item, _ in pages]):
            these = ItemRow.workspace_id == workspace, self._db.is_one_of(ItemRow.key, part)
            found |= {row.key: row.id for row in await self._db.rows(select(ItemRow.key, ItemRow.id).where(*these))}
        return found

    async def save(self, workspace: str, savings: Sequence[Saving]) -> None:
        items = [saving.mark.item for saving in savings]
        await hold(self._db, workspace, items)
        await self._db.put(MarkRow, [mark_row(workspace, saving.mark) for saving in savings])
        await self._db.add(ItemTag, [row for saving in savings for row in _tag_rows(workspace, saving)])
        await self._db.put(ItemNote, [row for saving in savings for row in _note_rows(workspace, saving)])
        await self._db.add(ItemShare, [row for saving in savings for row in _share_rows(workspace, saving)])
        await date(self._db, workspace, items)

    async def unsave(self, workspace: str, savings: Sequence[Saving]) -> None:
        items = [saving.mark.item for saving in savings]
        await hold(self._db, workspace, items)
        await self._db.put(MarkRow, [mark_row(workspace, saving.mark) for saving in savings])
        tags = [(saving.mark.item, storable_text(tag)) for saving in savings for tag in saving.tags]
        await self._db.change_each(_UNTAG, [_of(workspace, item, tag) for item, tag in tags])
        notes = [(saving.mark.item, note.id) for saving in savings for note in saving.notes]
        await self._db.change_each(_DROP_NOTE, [_of(workspace, item, note) for item, note in notes])
        shares = [(saving.mark.item, library) for saving in savings for library in saving.libraries]
        await self._db.change_each(_UNSHARE, [_of(workspace, item, library) for item, library in shares])
        await date(self._db, workspace, items)

    async def marks(self, person: PersonKey, items: Collection[str]) -> list[Mark]:
        """Of all that is asked for by the items, because SQLite would look through all marks of the person."""
        found: list[Mark] = []
        for part in in_parts(items):
            these = MarkRow.workspace_id == person.workspace, MarkRow.item_id.in_(part)
            found += [mark_of(row) for row in await self._db.rows(select(MarkRow).where(*these))]
        return [mark for mark in found if mark.person == person.person]

    async def shares(self, workspace: str, items: Collection[str]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for part in in_parts(items):
            these = ItemShare.workspace_id == workspace, ItemShare.item_id.in_(part)
            for row in await self._db.rows(select(ItemShare.item_id, ItemShare.library).where(*these)):
                found.setdefault(row.item_id, set()).add(row.library)
        return found

    async def put(self, bringing: Bringing, rows: Sequence[Row]) -> None:
        values = {
            "workspace_id": bringing.workspace,
            "id": bringing.id,
            "person_id": bringing.person,
            "form": bringing.form,
            "library": bringing.library,
            "vouched": bringing.vouched,
            "asked_at": bringing.asked_at,
            "state": bringing.state,
            "total": bringing.total,
            "new_count": bringing.new,
            "done": bringing.done,
            "broken": _told(bringing),
            "broken_count": bringing.broken_count,
            "fence": 0,
        }
        await self._db.put(Import, [values])
        key = {"workspace_id": bringing.workspace, "import_id": bringing.id}
        written = ({**key, "number": number, "row": _written(row)} for number, row in enumerate(rows))
        await self._db.add(ImportRow, list(written))

    async def get(self, workspace: str, id: str) -> Bringing | None:  # noqa: A002
        row = await self._db.row(select(Import).where(_this(workspace, id)))
        return _bringing_of(row) if row else None

    async def of(self, workspace: str, person: str | None = None) -> list[Bringing]:
        theirs = [Import.workspace_id == workspace]
        if person is not None:
            theirs.append(Import.person_id == person)
        rows = await self._db.rows(select(Import).where(*theirs).order_by(Import.asked_at.desc(), Import.id))
        return [_bringing_of(row) for row in rows]

    async def drop(self, workspace: str, id: str) -> None:  # noqa: A002
        await self._db.run(delete(Import).where(_this(workspace, id)))

    async def begin(self, workspace: str, id: str, before: ImportState, now: ImportState) -> bool:  # noqa: A002
        row = await self._db.row(select(Import).where(_this(workspace, id), Import.state == before).with_for_update())
        if row is None:
            return False
        done = row.done if before.when_tried_again is now else 0
        told = _told(replace(_bringing_of(row), failures=0))
        begun = update(Import).where(_this(workspace, id)).values(state=now, done=done, broken=told, lease_until=None)
        await self._db.run(begun)
        return True

    async def fail(self, bringing: Bringing, state: ImportState) -> None:
        failed = replace(bringing, failures=bringing.failures + 1)
        changed = update(Import).where(*_held(bringing)).values(state=state, broken=_told(failed))
        _require_held(await self._db.run(changed))

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Bringing | None:
        due = Import.state.in_(UNDER_WAY) & free(Import, now)
        order = Import.asked_at, Import.workspace_id, Import.id
        row = await self._db.claim(Import, due, order, held(worker, now, lease))
        return _bringing_of(row) if row else None

    async def rows(self, bringing: Bringing, most: int) -> list[Row]:
        left = *_rows_of(bringing), ImportRow.number >= _done(bringing)
        rows = await self._db.rows(select(ImportRow.row).where(*left).order_by(ImportRow.number).limit(most))
        return [_row.validate_json(row.row) for row in rows]

    async def brought(self, bringing: Bringing, most: int) -> list[Brought]:
        theirs = ImportedItem.workspace_id == bringing.workspace, ImportedItem.import_id == bringing.id
        rows = await self._db.rows(select(ImportedItem).where(*theirs).order_by(ImportedItem.item_id).limit(most))
        return [_brought_of(row) for row in rows]

    async def of_others(self, bringing: Bringing, items: Collection[str]) -> list[tuple[Bringing, Brought]]:
        """By the keys of the imports, of which there are few: what was brought has no other index."""
        await hold(self._db, bringing.workspace, items)
        here = await self.of(bringing.workspace)
        others = {each.id: each for each in sorted(here, key=_earliest) if each.id != bringing.id}
        found: list[tuple[Bringing, Brought]] = []
        for part in in_parts(items) if others else ():
            theirs = ImportedItem.workspace_id == bringing.workspace, ImportedItem.import_id.in_(others)
            rows = await self._db.rows(select(ImportedItem).where(*theirs, ImportedItem.item_id.in_(part)))
            found += [(others[row.import_id], _brought_of(row)) for row in rows]
        return sorted(found, key=lambda each: (_earliest(each[0]), each[1].item))

    async def amend(self, bringing: Bringing, brought: Sequence[Brought]) -> None:
        await self._db.put(ImportedItem, [_imported_row(bringing, each) for each in brought])

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        named = (*bringing.broken, *broken)[:MOST_NAMED]
        count = bringing.broken_count + len(broken)
        told = _told(replace(bringing, broken=named, failures=0))
        await self._set(bringing, done=Import.done + rows, broken=told, broken_count=count)
        these = ImportRow.number >= _done(bringing) - rows, ImportRow.number < _done(bringing)
        await self._db.run(delete(ImportRow).where(*_rows_of(bringing), *these))
        await self._db.add(ImportedItem, [_imported_row(bringing, each) for each in brought])

    async def taken_out(self, bringing: Bringing, items: Collection[str]) -> None:
        told = _told(replace(bringing, failures=0))
        await self._set(bringing, done=Import.done + len(items), broken=told)
        theirs = ImportedItem.workspace_id == bringing.workspace, ImportedItem.import_id == bringing.id
        for part in in_parts(items):
            await self._db.run(delete(ImportedItem).where(*theirs, ImportedItem.item_id.in_(part)))

    async def finish(self, bringing: Bringing, state: ImportState) -> None:
        await self._set(bringing, state=state)
        await self._db.run(delete(ImportRow).where(*_rows_of(bringing)))

    async def forget_before(self, at: datetime, state: ImportState) -> None:
        await self._db.run(delete(Import).where(Import.asked_at < at, Import.state == state))

    async def erase(self, person: PersonKey) -> None:
        theirs = Import.workspace_id == person.workspace, Import.person_id == person.person
        await self._db.run(delete(Import).where(*theirs))

    async def _set(self, bringing: Bringing, **changes: object) -> None:
        changed = update(Import).where(*_held(bringing)).values(**changes, claimed_by=None, lease_until=None)
        _require_held(await self._db.run(changed))


def _item_row(workspace: str, item: NewItem, at: datetime) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "id": item.id,
        "key": item.key,
        "url": item.url,
        "title": item.title,
        "search_text": folded(item.search_text),
        "added_at": at,
        "kind": item.kind,
    }


def _tag_rows(workspace: str, saving: Saving) -> list[dict[str, object]]:
    said = {"added_by": saving.mark.person, "added_at": saving.mark.made_at}
    key = {"workspace_id": workspace, "item_id": saving.mark.item}
    return [{**key, "tag": tag, "folded": folded(tag), **said} for tag in saving.tags]


def _note_rows(workspace: str, saving: Saving) -> list[dict[str, object]]:
    return [note_row(workspace, saving.mark.item, note) for note in saving.notes]


def _share_rows(workspace: str, saving: Saving) -> list[dict[str, object]]:
    said = {"shared_by": saving.mark.person, "shared_at": saving.mark.made_at}
    key = {"workspace_id": workspace, "item_id": saving.mark.item}
    return [{**key, "library": library, **said} for library in saving.libraries]


def _of(workspace: str, item: str, value: str) -> dict[str, object]:
    return {"of_workspace": workspace, "of_item": item, "value": value}


def _this(workspace: str, id_: str) -> ColumnElement[bool]:
    return (Import.workspace_id == workspace) & (Import.id == id_)


def _held(bringing: Bringing) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _this(bringing.workspace, bringing.id), Import.fence == bringing.fence


def _rows_of(bringing: Bringing) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ImportRow.workspace_id == bringing.workspace, ImportRow.import_id == bringing.id


def _done(bringing: Bringing) -> ScalarSelect[int]:
    """So many of its rows are gone, and this is the number of the next one: PostgreSQL would look through all that are
    gone for as long as anybody else reads."""
    return select(Import.done).where(_this(bringing.workspace, bringing.id)).scalar_subquery()


def _require_held(changed: int) -> None:
    if not changed:
        raise LeaseLost("Another worker took this import over.")


def _earliest(bringing: Bringing) -> tuple[datetime, str]:
    return bringing.asked_at, bringing.id


def _told(bringing: Bringing) -> str:
    """What was cut, and how often it failed, here as well: another column would be of no use to anybody."""
    told = {
        "broken": [[each.line, each.reason, each.title] for each in storable(bringing.broken)],
        "cut": [[each.line, each.what, each.title] for each in storable(bringing.cut)],
        "cut_count": bringing.cut_count,
        "failures": bringing.failures,
    }
    return json.dumps(told, ensure_ascii=False)


def _imported_row(bringing: Bringing, brought: Brought) -> dict[str, object]:
    """Beside the tags stands whatever else there is."""
    kept = storable(brought)
    tags: object = kept.tags
    if kept.libraries or kept.behind:
        behind = _row.dump_python(kept.behind, mode="json") if kept.behind else None
        tags = {"tags": kept.tags, "libraries": kept.libraries, "behind": behind}
    return {
        "workspace_id": bringing.workspace,
        "import_id": bringing.id,
        "item_id": kept.item,
        "tags": json.dumps(tags, ensure_ascii=False),
        "notes": json.dumps(kept.notes),
    }


def _brought_of(row: Found[Any]) -> Brought:
    read, notes = json.loads(row.tags), tuple(json.loads(row.notes))
    if isinstance(read, list):
        return Brought(row.item_id, tuple(read), notes)
    behind = _row.validate_python(read["behind"]) if read["behind"] else None
    return Brought(row.item_id, tuple(read["tags"]), notes, tuple(read["libraries"]), behind)


def _written(row: Row) -> str:
    """To make a row storable takes much longer than to write it, and hardly any row needs it."""
    try:
        text = _row.dump_json(row).decode()
    except PydanticSerializationError:
        text = _ZERO
    return _row.dump_json(storable(row)).decode() if _ZERO in text else text


def _bringing_of(row: Found[Any]) -> Bringing:
    """Before rows could be cut, the broken ones were all that was told."""
    read = json.loads(row.broken)
    told = read if isinstance(read, dict) else {"broken": read, "cut": [], "cut_count": 0}
    return Bringing(
        id=row.id,
        workspace=row.workspace_id,
        person=row.person_id,
        form=ImportForm(row.form),
        library=row.library,
        vouched=row.vouched,
        asked_at=row.asked_at,
        state=ImportState(row.state),
        total=row.total,
        new=row.new_count,
        done=row.done,
        broken=tuple(Broken(*each) for each in told["broken"]),
        broken_count=row.broken_count,
        cut=tuple(Cut(*each) for each in told["cut"]),
        cut_count=told["cut_count"],
        failures=told.get("failures", 0),
        fence=row.fence,
    )
