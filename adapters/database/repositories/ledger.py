import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, func, literal, select, true, update

from adapters.database.repositories.topics import topic_id, topics_of
from adapters.database.statements import Statements
from adapters.database.tables import Billed, LedgerEntry, LedgerShare
from adapters.database.text import storable_text
from bot.domain.budget import Caps, Entry, EntryState, Money, Prices, Purpose, Reservation, Resources, Spent
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic
from bot.errors import StoreError
from bot.ports import Receipt

LOCK = 7_304_001
"""A number of ours under which PostgreSQL lets one reservation at a time through."""

COST = func.coalesce(LedgerEntry.cost, LedgerEntry.worst)


class LedgerRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def reserve(
        self,
        reservation: Reservation,
        topics: Sequence[Topic],
        payers: Mapping[ChannelKey, Fraction],
        caps: Caps,
        at: datetime,
    ) -> Money | None:
        if self._db.on_postgresql:
            await self._db.row(select(func.pg_advisory_xact_lock(LOCK)))
        day = at.astimezone(UTC).date()
        spent, spent_for_it = Spent(*await self.spent(day)), await self.spent_for(reservation.purpose, day)
        for_digests = await self.spent_for(Purpose.DIGESTS, day)
        left = caps.left_for(reservation.purpose, spent, spent_for_it.today, for_digests.today)
        if left is not None and reservation.worst > left:
            return left
        entry = self._db.insert(LedgerEntry).values(
            id=reservation.id,
            source=reservation.source,
            endpoint=reservation.endpoint,
            purpose=reservation.purpose,
            topics=json.dumps([storable_text(topic_id(topic)) for topic in topics], ensure_ascii=False),
            day=day,
            state=EntryState.RESERVED,
            worst=reservation.worst,
            reserved_at=at,
        )
        await self._db.run(entry)
        await self._db.add(LedgerShare, [_share(reservation, *each) for each in payers.items() if each[1]])
        return None

    async def settle(self, receipt: Receipt, prices: Prices, at: datetime) -> Money:
        this = LedgerEntry.id == receipt.reservation.id
        entry = await self._db.row(select(LedgerEntry).where(this).with_for_update())
        if entry is None:
            raise StoreError("There is no such reservation.")
        if entry.state == EntryState.SETTLED:
            return Money(entry.cost)
        if receipt.resources is None:
            await self._db.run(update(LedgerEntry).where(this).values(state=EntryState.UNKNOWN, settled_at=at))
            return Money(entry.worst)
        returned, billed = receipt.resources, await self._bill(entry, receipt.resources)
        cost = billed.cost(prices)
        settled = {
            "state": EntryState.SETTLED,
            "settled_at": at,
            "cost": cost,
            "posts": returned.posts,
            "users": returned.users,
            "counts": returned.counts,
            "billed_posts": billed.posts,
            "billed_users": billed.users,
            "billed_counts": billed.counts,
        }
        await self._db.run(update(LedgerEntry).where(this).values(**settled))
        return cost

    async def _bill(self, entry: Row[Any], returned: Resources) -> Resources:
        """What of it is billed: what has no known id, and the ids that are new on that day."""
        new_posts = await self._new(entry, "post", returned.post_ids)
        new_users = await self._new(entry, "user", returned.user_ids)
        posts = min(returned.posts, max(0, returned.posts - len(returned.post_ids)) + new_posts)
        users = min(returned.users, max(0, returned.users - len(returned.user_ids)) + new_users)
        return Resources(posts, users, returned.counts)

    async def _new(self, entry: Row[Any], kind: str, ids: Collection[str]) -> int:
        """How many of them were not billed that day; from now on they are. In order, so that nobody waits for
        somebody who waits for them."""
        if not ids:
            return 0
        given = self._db.given(sorted(set(ids)))
        row = literal(entry.day, LedgerEntry.day.type), literal(entry.source), literal(kind), given.c.value
        new = self._db.insert(Billed).from_select(["day", "source", "kind", "id"], select(*row).where(true()))
        return await self._db.run(new.on_conflict_do_nothing())

    async def spent(self, day: date) -> tuple[Money, Money]:
        spent = await self._spent(day)
        return spent.today, spent.this_month

    async def spent_for(self, purpose: Purpose, day: date) -> Spent:
        return await self._spent(day, LedgerEntry.purpose == purpose)

    async def _spent(self, day: date, *which: ColumnElement[bool]) -> Spent:
        today = func.coalesce(func.sum(case((LedgerEntry.day == day, COST), else_=0)), 0)
        this_month = func.coalesce(func.sum(COST), 0)
        row = await self._db.row(select(today, this_month).where(_in_month_until(day), *which))
        return Spent(*(Money(int(each)) for each in row)) if row else Spent()

    async def spent_by_channel(self, day: date) -> dict[ChannelKey, Spent]:
        """Equal parts of requests are added up by the database; what is cut is cut once, at the end."""
        which = LedgerShare.workspace_id, LedgerShare.channel_id, LedgerShare.part
        asked = (
            select(*which, (LedgerEntry.day == day).label("is_today"), func.sum(COST).label("spent"))
            .join(LedgerEntry, LedgerEntry.id == LedgerShare.entry_id)
            .where(_in_month_until(day))
            .group_by(*which, "is_today")
        )
        today: dict[ChannelKey, Fraction] = defaultdict(Fraction)
        this_month: dict[ChannelKey, Fraction] = defaultdict(Fraction)
        for row in await self._db.rows(asked):
            channel, part = ChannelKey(row.workspace_id, row.channel_id), Fraction(row.part) * int(row.spent)
            this_month[channel] += part
            today[channel] += part if row.is_today else 0
        return {each: Spent(Money(int(today[each])), Money(int(part))) for each, part in this_month.items()}

    async def entries(self, first: date, last: date) -> list[Entry]:
        in_order = select(LedgerEntry).where(LedgerEntry.day.between(first, last)).order_by(*_OLDEST_FIRST)
        rows = await self._db.rows(in_order)
        topics = await topics_of(self._db, {id_ for row in rows for id_ in json.loads(row.topics)})
        return [_entry_of(row, topics) for row in rows]

    async def forget_billed_before(self, day: date) -> None:
        await self._db.run(delete(Billed).where(Billed.day < day))


_OLDEST_FIRST = LedgerEntry.day, LedgerEntry.reserved_at, LedgerEntry.id


def _in_month_until(day: date) -> ColumnElement[bool]:
    return LedgerEntry.day.between(day.replace(day=1), day)


def _share(reservation: Reservation, channel: ChannelKey, part: Fraction) -> dict[str, object]:
    return {
        "workspace_id": channel.workspace,
        "channel_id": channel.channel,
        "entry_id": reservation.id,
        "part": str(part),
    }


def _entry_of(row: Row[Any], topics: Mapping[str, Topic]) -> Entry:
    returned = _resources(row.posts, row.users, row.counts)
    return Entry(
        reservation=Reservation(row.id, row.source, row.endpoint, Money(row.worst), Purpose(row.purpose)),
        topics=tuple(topics[id_].label for id_ in json.loads(row.topics)),
        day=row.day,
        at=row.reserved_at,
        state=EntryState(row.state),
        cost=Money(row.worst if row.cost is None else row.cost),
        returned=returned,
        billed=_resources(row.billed_posts, row.billed_users, row.billed_counts) or returned,
    )


def _resources(posts: int | None, users: int | None, counts: int | None) -> Resources | None:
    return None if posts is None else Resources(posts, users or 0, counts or 0)
