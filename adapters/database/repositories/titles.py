from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, tuple_, update

from adapters.database.repositories.library_rows import hold
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Item as ItemRow
from bot.ports import Untitled

NEVER_TRIED = 0


class TitleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def want(self, workspace: str, items: Collection[str], at: datetime) -> None:
        untried = ItemRow.own_title.is_(False), ItemRow.title_tries == NEVER_TRIED, ItemRow.title_due_at.is_(None)
        there = ItemRow.removed_at.is_(None), ItemRow.url != ""
        for part in in_parts(items):
            these = ItemRow.workspace_id == workspace, ItemRow.id.in_(part)
            await self._db.run(update(ItemRow).where(*these, *untried, *there).values(title_due_at=at))

    async def claim(self, now: datetime, lease: timedelta, most: int) -> list[Untitled]:
        """A try counts from its claim on, so that a page that ends the process is not asked for ever."""
        due = select(ItemRow.workspace_id, ItemRow.id).where(ItemRow.title_due_at <= now)
        wanted_first = due.order_by(ItemRow.title_due_at, ItemRow.id).limit(most)
        first = wanted_first.with_for_update(skip_locked=True).cte("first")
        these = tuple_(ItemRow.workspace_id, ItemRow.id).in_(select(*first.c))
        taken = update(ItemRow).where(these).values(title_due_at=now + lease, title_tries=ItemRow.title_tries + 1)
        rows = await self._db.rows(taken.returning(ItemRow.workspace_id, ItemRow.id, ItemRow.url, ItemRow.title_tries))
        return sorted((_untitled_of(row) for row in rows), key=lambda each: (each.workspace, each.item))

    async def later(self, untitled: Untitled, at: datetime | None) -> None:
        this = ItemRow.workspace_id == untitled.workspace, ItemRow.id == untitled.item
        waiting = ItemRow.title_due_at.is_not(None)
        await self._db.run(update(ItemRow).where(*this, waiting).values(title_due_at=at))

    async def found(self, untitled: Untitled, title: str) -> str | None:
        await hold(self._db, untitled.workspace, [untitled.item])
        this = ItemRow.workspace_id == untitled.workspace, ItemRow.id == untitled.item
        waiting = ItemRow.title_due_at.is_not(None), ItemRow.own_title.is_(False), ItemRow.url == untitled.url
        before: str | None = await self._db.value(select(ItemRow.title).where(*this, *waiting))
        if before is None:
            return None
        await self._db.run(update(ItemRow).where(*this).values(title=title, title_due_at=None))
        await self._db.index(untitled.workspace, [untitled.item])
        return before


def _untitled_of(row: Row[Any]) -> Untitled:
    return Untitled(row.workspace_id, row.id, row.url, row.title_tries - 1)
