from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select

from adapters.database.statements import Statements
from adapters.database.tables import AdminAct as ActRow
from adapters.database.tables import Forgotten as ForgottenRow
from adapters.database.text import storable_text
from bot.domain.admin_acts import AdminAct
from bot.domain.forgetting import Forgotten, digest_of
from bot.domain.keys import PersonKey


class TombstoneRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, person: PersonKey, at: datetime) -> None:
        earlier = await self.at(person)
        later = at if earlier is None else max(at, earlier)
        await self._db.put(ForgottenRow, [{"digest": digest_of(person), "at": later}])

    async def at(self, person: PersonKey) -> datetime | None:
        at: datetime | None = await self._db.value(
            select(ForgottenRow.at).where(ForgottenRow.digest == digest_of(person))
        )
        return at

    async def all(self) -> list[Forgotten]:
        rows = await self._db.rows(select(ForgottenRow).order_by(ForgottenRow.at, ForgottenRow.digest))
        return [Forgotten(row.digest, row.at) for row in rows]


class AdminActRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, workspace: str, act: AdminAct) -> None:
        row = {
            "workspace_id": workspace,
            "id": act.id,
            "at": act.at,
            "done_by": act.by,
            "what": storable_text(act.what),
            "about": storable_text(act.about),
        }
        await self._db.add(ActRow, [row])

    async def of(self, workspace: str, limit: int, offset: int) -> tuple[list[AdminAct], int]:
        there = ActRow.workspace_id == workspace
        newest_first = select(ActRow).where(there).order_by(ActRow.at.desc(), ActRow.id.desc())
        rows = await self._db.rows(newest_first.limit(limit).offset(offset))
        total = await self._db.value(select(func.count()).select_from(ActRow).where(there))
        return [_act_of(row) for row in rows], int(total)

    async def since(self, at: datetime) -> list[tuple[str, AdminAct]]:
        asked = select(ActRow).where(ActRow.at >= at).order_by(ActRow.at, ActRow.workspace_id, ActRow.id)
        return [(row.workspace_id, _act_of(row)) for row in await self._db.rows(asked)]

    async def drop_before(self, at: datetime) -> int:
        return await self._db.run(delete(ActRow).where(ActRow.at < at))


def _act_of(row: Row[Any]) -> AdminAct:
    return AdminAct(row.id, row.at, row.done_by, row.what, row.about)
