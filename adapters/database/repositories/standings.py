"""What has become of posts, stored or not."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, not_, null, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import TextClause

from adapters.database.statements import Statements
from adapters.database.tables import ABSENT
from adapters.database.tables import Standing as StandingRow
from bot.domain.keys import PostKey
from bot.domain.standing import Standing

LOCK = 7_304_003
"""A number of ours under which PostgreSQL keeps those who erase posts from those who add them."""


def is_absent(source: InstrumentedAttribute[str], post_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether that post must not be shown. SQLite looks each up; a list of all it would search through for each."""
    this = StandingRow.source == source, StandingRow.post_id == post_id
    return select(StandingRow.post_id).where(*this, ABSENT).exists()


class StandingTable:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, keys: Collection[PostKey], standing: Standing, at: datetime) -> None:
        """What was erased stays away, whatever its source says of it."""
        changes: dict[str, object] = {"looked_at": at}
        match standing:
            case Standing.UNKNOWN:
                missed_at = None
            case Standing.PRESENT:
                missed_at = None
                changes["standing"] = case((StandingRow.erased, StandingRow.standing), else_=standing.value)
                changes["missed_at"] = case((StandingRow.erased, StandingRow.missed_at), else_=null())
            case _:
                missed_at = at
                changes |= {"standing": standing, "missed_at": func.coalesce(StandingRow.missed_at, at)}
        new = {"standing": standing, "looked_at": at, "missed_at": missed_at, "erased": False}
        await self._put(keys, new, changes)

    async def erase(self, keys: Collection[PostKey]) -> None:
        new = {"standing": Standing.GONE, "looked_at": None, "missed_at": None, "erased": True}
        unmissed = {each.value: Standing.GONE.value for each in (Standing.PRESENT, Standing.UNKNOWN)}
        kept = case(unmissed, value=StandingRow.standing, else_=StandingRow.standing)
        await self._put(keys, new, {"standing": kept, "erased": True})

    async def absent(self, keys: Collection[PostKey]) -> dict[PostKey, Standing]:
        rows = await self._of(keys, ABSENT)
        return {PostKey(row.source, row.post_id): Standing(row.standing) for row in rows}

    async def missed_since(self, keys: Collection[PostKey]) -> dict[PostKey, datetime]:
        rows = await self._of(keys, ABSENT, StandingRow.missed_at.is_not(None))
        return {PostKey(row.source, row.post_id): row.missed_at for row in rows}

    async def hold(self, *, to_erase: bool = False) -> None:
        """On PostgreSQL nothing is added while something is erased, or the one would bring back what the other takes
        away. SQLite has one writer at a time."""
        if self._db.on_postgresql:
            lock = func.pg_advisory_xact_lock if to_erase else func.pg_advisory_xact_lock_shared
            await self._db.row(select(lock(LOCK)))

    async def erased(self, keys: Collection[PostKey]) -> set[PostKey]:
        return {PostKey(row.source, row.post_id) for row in await self._of(keys, ABSENT, StandingRow.erased.is_(True))}

    async def unconfirmed(self, source: str, checked_before: datetime, most: int) -> list[PostKey]:
        asked = select(StandingRow).where(StandingRow.source == source, ABSENT, not_(StandingRow.erased))
        oldest_first = asked.where(StandingRow.looked_at < checked_before).order_by(
            StandingRow.looked_at, StandingRow.post_id
        )
        return [PostKey(row.source, row.post_id) for row in await self._db.rows(oldest_first.limit(most))]

    async def _of(self, keys: Collection[PostKey], *which: ColumnElement[bool] | TextClause) -> Sequence[Row[Any]]:
        found: list[Row[Any]] = []
        for source in {key.source for key in keys}:
            these = self._db.is_one_of(StandingRow.post_id, [key.id for key in keys if key.source == source])
            found += await self._db.rows(select(StandingRow).where(StandingRow.source == source, these, *which))
        return found

    async def _put(self, keys: Collection[PostKey], new: Mapping[str, object], changes: Mapping[str, object]) -> None:
        """In order, so that nobody waits for somebody who waits for them."""
        put = self._db.insert(StandingRow).on_conflict_do_update(index_elements=["source", "post_id"], set_=changes)
        await self._db.change_each(put, [{"source": key.source, "post_id": key.id, **new} for key in sorted(set(keys))])
