import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy import Row as Found

from adapters.database.repositories.library_rows import mark_row, note_row
from adapters.database.statements import Statements, free, held, in_parts
from adapters.database.tables import Import, ImportedItem, ImportRow, ItemNote, ItemTag
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.text import storable
from bot.domain.exchange import MOST_NAMED, Bringing, Broken, ImportForm, ImportState, Row
from bot.domain.keys import PersonKey
from bot.domain.topic import folded
from bot.errors import LeaseLost
from bot.ports import Brought, Fresh

UNDER_WAY = (ImportState.WAITING, ImportState.UNDOING)

_row = TypeAdapter(Row)


class ImportRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add_new(self, workspace: str, pages: Sequence[Fresh]) -> set[str]:
        """What is there first is left to whoever looks at each; somebody else may add one at this very moment."""
        keys = ItemRow.workspace_id == workspace, ItemRow.key.in_([page.item.key for page in pages])
        known = {row.key for row in await self._db.rows(select(ItemRow.key).where(*keys))}
        await self._db.add(ItemRow, [_item_row(workspace, each) for each in pages if each.item.key not in known])
        ours = ItemRow.workspace_id == workspace, ItemRow.id.in_([page.item.id for page in pages])
        added = {row.id for row in await self._db.rows(select(ItemRow.id).where(*ours))}
        new = [page for page in pages if page.item.id in added]
        await self._db.add(MarkRow, [mark_row(workspace, page.mark) for page in new])
        await self._db.add(ItemTag, [row for page in new for row in _tag_rows(workspace, page)])
        await self._db.add(ItemNote, [note_row(workspace, page.item.id, page.note) for page in new if page.note])
        await self._db.index(workspace, added)
        return added

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
            "broken": _named(bringing.broken),
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
        return [Brought(row.item_id, tuple(json.loads(row.tags)), row.note) for row in rows]

    async def worked_off(
        self, bringing: Bringing, rows: int, brought: Sequence[Brought], broken: Sequence[Broken] = ()
    ) -> None:
        named = _named((*bringing.broken, *broken)[:MOST_NAMED])
        count = bringing.broken_count + len(broken)
        await self._set(bringing, done=Import.done + rows, broken=named, broken_count=count)
        theirs = ImportRow.workspace_id == bringing.workspace, ImportRow.import_id == bringing.id
        first = select(ImportRow.number).where(*theirs).order_by(ImportRow.number).limit(rows)
        await self._db.run(delete(ImportRow).where(*theirs, ImportRow.number.in_(first)))
        key = {"workspace_id": bringing.workspace, "import_id": bringing.id}
        kept = (storable(each) for each in brought)
        values = [
            {**key, "item_id": each.item, "tags": json.dumps(each.tags, ensure_ascii=False), "note": each.note}
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


def _item_row(workspace: str, page: Fresh) -> dict[str, object]:
    """With what its only save makes of it."""
    item, mark = page.item, page.mark
    return {
        "workspace_id": workspace,
        "id": item.id,
        "key": item.key,
        "url": item.url,
        "title": item.title,
        "search_text": folded(item.search_text),
        "added_at": mark.made_at,
        "kind": item.kind,
        "saved_at": None if mark.private else mark.made_at,
        "savers": 0 if mark.private else 1,
        "vouched": mark.vouched and not mark.private,
    }


def _tag_rows(workspace: str, page: Fresh) -> list[dict[str, object]]:
    said = {"added_by": page.mark.person, "added_at": page.mark.made_at}
    key = {"workspace_id": workspace, "item_id": page.item.id}
    return [{**key, "tag": tag, "folded": folded(tag), **said} for tag in page.tags]


def _this(workspace: str, id_: str) -> ColumnElement[bool]:
    return (Import.workspace_id == workspace) & (Import.id == id_)


def _named(broken: Sequence[Broken]) -> str:
    return json.dumps([[each.line, each.reason] for each in broken], ensure_ascii=False)


def _written(row: Row) -> str:
    return _row.dump_json(storable(row)).decode()


def _bringing_of(row: Found[Any]) -> Bringing:
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
        broken=tuple(Broken(*each) for each in json.loads(row.broken)),
        broken_count=row.broken_count,
        fence=row.fence,
    )
