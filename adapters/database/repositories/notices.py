from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from adapters.database.statements import Statements
from adapters.database.tables import Notice


class NoticeRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        notice = self._db.insert(Notice).values(workspace_id=workspace, key=key, told_at=at)
        return await self._db.run(notice.on_conflict_do_nothing()) == 1

    async def told_at(self, workspace: str, key: str) -> datetime | None:
        this = Notice.workspace_id == workspace, Notice.key == key
        told_at: datetime | None = await self._db.value(select(Notice.told_at).where(*this))
        return told_at

    async def told(self, workspace: str, keys: Collection[str]) -> set[str]:
        these = Notice.workspace_id == workspace, self._db.is_one_of(Notice.key, keys)
        return {row.key for row in await self._db.rows(select(Notice.key).where(*these))}

    async def clear(self, workspace: str, key: str) -> bool:
        return await self._db.run(delete(Notice).where(Notice.workspace_id == workspace, Notice.key == key)) == 1
