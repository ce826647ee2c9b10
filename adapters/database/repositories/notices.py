from datetime import datetime

from sqlalchemy import delete

from adapters.database.statements import Statements
from adapters.database.tables import Notice


class NoticeRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        notice = self._db.insert(Notice).values(workspace_id=workspace, key=key, told_at=at)
        return await self._db.run(notice.on_conflict_do_nothing()) == 1

    async def clear(self, workspace: str, key: str) -> None:
        await self._db.run(delete(Notice).where(Notice.workspace_id == workspace, Notice.key == key))
