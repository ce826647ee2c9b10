from typing import Any

from sqlalchemy import Row, and_, func, select, update

from adapters.database.statements import Statements
from adapters.database.tables import ItemChange as ChangeRow
from adapters.database.tables import Person
from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey

NOBODY = ""


class HistoryRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, workspace: str, change: ItemChange) -> None:
        of_item = ChangeRow.workspace_id == workspace, ChangeRow.item_id == change.item
        last = await self._db.value(select(func.max(ChangeRow.position)).where(*of_item))
        row = {
            "workspace_id": workspace,
            "id": change.id,
            "item_id": change.item,
            "at": change.at,
            "changed_by": change.by,
            "what": change.what,
            "before": change.before,
            "after": change.after,
            "whose": change.whose,
            "position": (last or 0) + 1,
        }
        await self._db.add(ChangeRow, [row])

    async def of_item(self, workspace: str, item: str, limit: int, offset: int) -> tuple[list[ItemChange], int]:
        this = ChangeRow.workspace_id == workspace, ChangeRow.item_id == item
        by_name = and_(Person.workspace_id == ChangeRow.workspace_id, Person.id == ChangeRow.changed_by)
        asked = select(*ChangeRow.__table__.columns, Person.name).outerjoin(Person, by_name).where(*this)
        newest_first = asked.order_by(ChangeRow.at.desc(), ChangeRow.position.desc())
        rows = await self._db.rows(newest_first.limit(limit).offset(offset))
        total = await self._db.value(select(func.count()).select_from(ChangeRow).where(*this))
        return [_change_of(row) for row in rows], int(total)

    async def forget_note(self, person: PersonKey, item: str) -> None:
        theirs = ChangeRow.workspace_id == person.workspace, ChangeRow.whose == person.person
        await self._db.run(update(ChangeRow).where(*theirs, ChangeRow.item_id == item).values(before="", after=""))

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
    )
