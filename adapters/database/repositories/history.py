from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import ItemChange as ChangeRow
from adapters.database.tables import Person
from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey

NOBODY = ""


class HistoryRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, workspace: str, *changes: ItemChange) -> None:
        positions = await self._last_positions(workspace, [change.item for change in changes])
        rows = []
        for change in changes:
            positions[change.item] = positions.get(change.item, 0) + 1
            rows.append(_row_of(workspace, change, positions[change.item]))
        await self._db.add(ChangeRow, rows)

    async def _last_positions(self, workspace: str, items: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in in_parts(items):
            these = ChangeRow.workspace_id == workspace, ChangeRow.item_id.in_(part)
            last = select(ChangeRow.item_id, func.max(ChangeRow.position).label("last")).where(*these)
            found |= {row.item_id: row.last for row in await self._db.rows(last.group_by(ChangeRow.item_id))}
        return found

    async def of_item(self, workspace: str, item: str, limit: int, offset: int) -> tuple[list[ItemChange], int]:
        this = ChangeRow.workspace_id == workspace, ChangeRow.item_id == item
        by_name = and_(Person.workspace_id == ChangeRow.workspace_id, Person.id == ChangeRow.changed_by)
        asked = select(*ChangeRow.__table__.columns, Person.name).outerjoin(Person, by_name).where(*this)
        newest_first = asked.order_by(ChangeRow.at.desc(), ChangeRow.position.desc())
        rows = await self._db.rows(newest_first.limit(limit).offset(offset))
        total = await self._db.value(select(func.count()).select_from(ChangeRow).where(*this))
        return [_change_of(row) for row in rows], int(total)

    async def forget_note(self, workspace: str, item: str, note: str) -> None:
        of_item = ChangeRow.workspace_id == workspace, ChangeRow.item_id == item
        await self._db.run(update(ChangeRow).where(*of_item, ChangeRow.note == note).values(before="", after=""))

    async def forget_titles(self, workspace: str, item: str) -> None:
        """For a post that was erased: what colleagues called it may be its words."""
        retitled = ChangeRow.workspace_id == workspace, ChangeRow.item_id == item, ChangeRow.what == What.RETITLED
        await self._db.run(update(ChangeRow).where(*retitled).values(before="", after=""))

    async def forget(self, person: PersonKey) -> None:
        there = ChangeRow.workspace_id == person.workspace
        theirs = update(ChangeRow).where(there, ChangeRow.whose == person.person)
        await self._db.run(theirs.values(before="", after="", whose=NOBODY))
        by_them = update(ChangeRow).where(there, ChangeRow.changed_by == person.person)
        await self._db.run(by_them.values(changed_by=NOBODY))


def _row_of(workspace: str, change: ItemChange, position: int) -> dict[str, object]:
    return {
        "workspace_id": workspace,
        "id": change.id,
        "item_id": change.item,
        "at": change.at,
        "changed_by": change.by,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "whose": change.whose,
        "position": position,
        "note": change.note,
    }


def _change_of(row: Row[Any]) -> ItemChange:
    return ItemChange(
        id=row.id,
        item=row.item_id,
        at=row.at,
        by=row.changed_by,
        what=What(row.what),
        before=row.before,
        after=row.after,
        whose=row.whose,
        name=row.name or "",
        note=row.note,
    )
