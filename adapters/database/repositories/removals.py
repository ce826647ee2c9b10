from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, select

from adapters.database.statements import Statements
from adapters.database.tables import Removal as RemovalRow
from bot.domain.keys import PostKey
from bot.domain.removal import Cause, Removal


class RemovalRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, removal: Removal) -> None:
        row = {
            "id": uuid4().hex,
            "source": removal.post.source,
            "post_id": removal.post.id,
            "cause": removal.cause,
            "how": removal.how,
            "at": removal.at,
            "erased": removal.erased,
            "messages": removal.messages,
            "items": removal.items,
        }
        await self._db.add(RemovalRow, [row])

    async def since(self, at: datetime) -> list[Removal]:
        oldest_first = RemovalRow.at, RemovalRow.source, RemovalRow.post_id, RemovalRow.erased
        rows = await self._db.rows(select(RemovalRow).where(RemovalRow.at >= at).order_by(*oldest_first))
        return [_removal_of(row) for row in rows]


def _removal_of(row: Row[Any]) -> Removal:
    post = PostKey(row.source, row.post_id)
    return Removal(post, Cause(row.cause), row.how, row.at, row.erased, row.messages, row.items)
