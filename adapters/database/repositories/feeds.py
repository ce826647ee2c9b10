from typing import Any

from sqlalchemy import Row, delete, select

from adapters.database.statements import Statements
from adapters.database.tables import Feed as FeedRow
from bot.domain.exchange import Listing, ListingKind
from bot.domain.keys import PersonKey
from bot.ports import Feed


class FeedRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, feed: Feed) -> None:
        row = {
            "workspace_id": feed.person.workspace,
            "id": feed.id,
            "secret_hash": feed.secret_hash,
            "person_id": feed.person.person,
            "kind": feed.what.kind,
            "value": feed.what.value,
            "made_at": feed.made_at,
        }
        await self._db.put(FeedRow, [row])

    async def by_secret(self, secret_hash: str) -> Feed | None:
        row = await self._db.row(select(FeedRow).where(FeedRow.secret_hash == secret_hash))
        return _feed_of(row) if row else None

    async def of(self, workspace: str, person: str | None = None) -> list[Feed]:
        theirs = [FeedRow.workspace_id == workspace]
        if person is not None:
            theirs.append(FeedRow.person_id == person)
        rows = await self._db.rows(select(FeedRow).where(*theirs).order_by(FeedRow.made_at.desc(), FeedRow.id))
        return [_feed_of(row) for row in rows]

    async def end(self, workspace: str, feed: str) -> bool:
        this = FeedRow.workspace_id == workspace, FeedRow.id == feed
        return await self._db.run(delete(FeedRow).where(*this)) == 1

    async def erase(self, person: PersonKey) -> None:
        theirs = FeedRow.workspace_id == person.workspace, FeedRow.person_id == person.person
        await self._db.run(delete(FeedRow).where(*theirs))


def _feed_of(row: Row[Any]) -> Feed:
    return Feed(
        id=row.id,
        person=PersonKey(row.workspace_id, row.person_id),
        what=Listing(ListingKind(row.kind), row.value),
        made_at=row.made_at,
        secret_hash=row.secret_hash,
    )
