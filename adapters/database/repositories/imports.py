import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy import ColumnElement, bindparam, delete, select, update
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
        await date(self._db, workspace, items)

    async def marks(self, person: PersonKey, items: Collection[str], origin: str) -> list[Mark]:
        """Of all that is asked for by the items, because SQLite would look through all marks of the person."""
        found: list[Mark] = []
        for part in in_parts(items):
            these = MarkRow.workspace_id == person.workspace, MarkRow.item_id.in_(part)
            found += [mark_of(row) for row in await self._db.rows(select(MarkRow).where(*these))]
        return [mark for mark in found if (mark.person, mark.origin) == (person.person, origin)]

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
            "broken": _named(bringing, bringing.broken),
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
        begun = update(Import).where(_this(workspace, id), Import.state == before).values(state=now, done=0)
        return await self._db.run(begun) == 1

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Bringing | None:
        due = Import.state.in_(UNDER_WAY) & free(Import, now)
        order = Import.asked_at, Import.workspace_id, Import.id
        row = await self._db.claim(Import, due, order, held(worker, now, lease))
        return _bringing_of(row) if row else None

    async def rows(self, bringing: Bringing, most: int) -> list[Row]:
        theirs = ImportRow.workspace_id == bringing.workspace, ImportRow.import_id == bringing.id
        rows = await self._db.rows(select(ImportRow.row).where(*theirs).order_by(ImportRow.number).limit(most))
        return [_row.validate_json(row.row) for row in rows]

    async def brought(self, bringing: Bringing, most: int) -> list[Brought]:
        theirs = ImportedItem.workspace_id == bringing.workspace, ImportedItem.import_id == bringing.id
        rows = await self._db.rows(select(ImportedItem).where(*theirs).order_by(ImportedItem.item_id).limit(most))
        return [Brought(row.item_id, tuple(json.loads(row.tags)), tuple(json.loads(row.notes))) for row in rows]

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        named = _named(bringing, (*bringing.broken, *broken)[:MOST_NAMED])
        count = bringing.broken_count + len(broken)
        await self._set(bringing, done=Import.done + rows, broken=named, broken_count=count)
        theirs = ImportRow.workspace_id == bringing.workspace, ImportRow.import_id == bringing.id
        first = select(ImportRow.number).where(*theirs).order_by(ImportRow.number).limit(rows)
        await self._db.run(delete(ImportRow).where(*theirs, ImportRow.number.in_(first)))
        key = {"workspace_id": bringing.workspace, "import_id": bringing.id}
        kept = (storable(each) for each in brought)
        values = [
            {
                **key,
                "item_id": each.item,
                "tags": json.dumps(each.tags, ensure_ascii=False),
                "notes": json.dumps(each.notes),
            }
            for each in kept
        ]
        await self._db.add(ImportedItem, values)

    async def taken_out(self, bringing: Bringing, items: Collection[str]) -> None:
        await self._set(bringing, done=Import.done + len(items))
        theirs = ImportedItem.workspace_id == bringing.workspace, ImportedItem.import_id == bringing.id
        for part in in_parts(items):
            await self._db.run(delete(ImportedItem).where(*theirs, ImportedItem.item_id.in_(part)))

    async def finish(self, bringing: Bringing, state: ImportState) -> None:
        await self._set(bringing, state=state)

    async def forget_before(self, at: datetime, state: ImportState) -> None:
        await self._db.run(delete(Import).where(Import.asked_at < at, Import.state == state))

    async def erase(self, person: PersonKey) -> None:
        theirs = Import.workspace_id == person.workspace, Import.person_id == person.person
        await self._db.run(delete(Import).where(*theirs))

    async def _set(self, bringing: Bringing, **changes: object) -> None:
        mine = _this(bringing.workspace, bringing.id), Import.fence == bringing.fence
        changed = update(Import).where(*mine).values(**changes, claimed_by=None, lease_until=None)
        if not await self._db.run(changed):
            raise LeaseLost("Another worker took this import over.")


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


def _named(bringing: Bringing, broken: Sequence[Broken]) -> str:
    """Of what was cut here as well: another column would be of no use to anybody."""
    named = {
        "broken": [[each.line, each.reason, each.title] for each in storable(tuple(broken))],
        "cut": [[each.line, each.what, each.title] for each in storable(bringing.cut)],
        "cut_count": bringing.cut_count,
    }
    return json.dumps(named, ensure_ascii=False)


def _written(row: Row) -> str:
    """To make a row storable takes much longer than to write it, and hardly any row needs it."""
    try:
        text = _row.dump_json(row).decode()
    except PydanticSerializationError:
        text = _ZERO
    return _row.dump_json(storable(row)).decode() if _ZERO in text else text


def _bringing_of(row: Found[Any]) -> Bringing:
    """Before rows could be cut, the broken ones were all that was named."""
    read = json.loads(row.broken)
    named = read if isinstance(read, dict) else {"broken": read, "cut": [], "cut_count": 0}
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
        broken=tuple(Broken(*each) for each in named["broken"]),
        broken_count=row.broken_count,
        cut=tuple(Cut(*each) for each in named["cut"]),
        cut_count=named["cut_count"],
        fence=row.fence,
    )
