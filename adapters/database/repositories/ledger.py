import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

from sqlalchemy import func, select, update

from adapters.database.repositories.topics import topic_id, topics_of
from adapters.database.statements import Statements
from adapters.database.tables import LedgerEntry
from adapters.database.text import storable_text
from bot.domain.budget import Caps, EntryState, Money, Reservation
from bot.domain.topic import Topic
from bot.ports import Receipt

LOCK = 7_304_001
"""A number of ours under which PostgreSQL lets one reservation at a time through."""


class LedgerRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def reserve(
        self, reservation: Reservation, topics: Sequence[Topic], caps: Caps, at: datetime
    ) -> Money | None:
        if self._db.on_postgresql:
            await self._db.row(select(func.pg_advisory_xact_lock(LOCK)))
        day = at.astimezone(UTC).date()
        left = caps.left(*await self.spent(day))
        if left is not None and reservation.worst > left:
            return left
        entry = self._db.insert(LedgerEntry).values(
            id=reservation.id,
            source=reservation.source,
            endpoint=reservation.endpoint,
            topics=json.dumps([storable_text(topic_id(topic)) for topic in topics], ensure_ascii=False),
            day=day,
            state=EntryState.RESERVED,
            worst=reservation.worst,
            reserved_at=at,
        )
        await self._db.run(entry)
        return None

    async def settle(self, receipt: Receipt, cost: Money | None, at: datetime) -> None:
        """What is settled is not unsettled by a later doubt."""
        entry = LedgerEntry.id == receipt.reservation.id
        if cost is None:
            open_still = LedgerEntry.state != EntryState.SETTLED
            doubt = update(LedgerEntry).where(entry, open_still).values(state=EntryState.UNKNOWN, settled_at=at)
            await self._db.run(doubt)
            return
        counted = {"posts": receipt.resources.posts, "users": receipt.resources.users} if receipt.resources else {}
        paid = update(LedgerEntry).where(entry).values(state=EntryState.SETTLED, cost=cost, settled_at=at, **counted)
        await self._db.run(paid)

    async def spent(self, day: date) -> tuple[Money, Money]:
        return await self._between(day, day), await self._between(day.replace(day=1), day)

    async def spent_by_topic(self, day: date) -> dict[Topic, Money]:
        """Requests for the same topics are added up by the database; what is cut is cut once, at the end."""
        spent = func.sum(func.coalesce(LedgerEntry.cost, LedgerEntry.worst)).label("spent")
        in_month = LedgerEntry.day.between(day.replace(day=1), day)
        rows = await self._db.rows(select(LedgerEntry.topics, spent).where(in_month).group_by(LedgerEntry.topics))
        shares: dict[str, Fraction] = defaultdict(Fraction)
        for row in rows:
            ids = json.loads(row.topics)
            for id_ in ids:
                shares[id_] += Fraction(int(row.spent), len(ids))
        topics = await topics_of(self._db, shares)
        return {topics[id_]: Money(int(share)) for id_, share in shares.items()}

    async def _between(self, first: date, last: date) -> Money:
        total = func.coalesce(func.sum(func.coalesce(LedgerEntry.cost, LedgerEntry.worst)), 0)
        spent = await self._db.value(select(total).where(LedgerEntry.day.between(first, last)))
        return Money(int(spent))
