"""The ledger and notices in memory."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from adapters.database.text import storable
from bot.domain.budget import Caps, EntryState, Money, Reservation
from bot.domain.topic import Topic
from bot.ports import Receipt
from tests.fakes.store_data import Data, EntryRow


class FakeLedger:
    def __init__(self, data: Data) -> None:
        self._entries = data.ledger

    async def reserve(
        self, reservation: Reservation, topics: Sequence[Topic], caps: Caps, at: datetime
    ) -> Money | None:
        day = at.astimezone(UTC).date()
        left = caps.left(*await self.spent(day))
        if left is not None and reservation.worst > left:
            return left
        self._entries[reservation.id] = EntryRow(day, reservation.worst, storable(tuple(topics)))
        return None

    async def settle(self, receipt: Receipt, cost: Money | None, at: datetime) -> None:
        storable(at)
        entry = self._entries.get(receipt.reservation.id)
        if entry is None or (cost is None and entry.state is EntryState.SETTLED):
            return
        state = EntryState.UNKNOWN if cost is None else EntryState.SETTLED
        self._entries[receipt.reservation.id] = replace(entry, cost=cost, state=state)

    async def spent(self, day: date) -> tuple[Money, Money]:
        return self._between(day, day), self._between(day.replace(day=1), day)

    async def spent_by_topic(self, day: date) -> dict[Topic, Money]:
        shares: dict[Topic, Fraction] = defaultdict(Fraction)
        for entry in self._entries_between(day.replace(day=1), day):
            for topic in entry.topics:
                shares[topic] += Fraction(_cost(entry), len(entry.topics))
        return {topic: Money(int(share)) for topic, share in shares.items()}

    def _between(self, first: date, last: date) -> Money:
        return Money(sum(_cost(entry) for entry in self._entries_between(first, last)))

    def _entries_between(self, first: date, last: date) -> list[EntryRow]:
        return [entry for entry in self._entries.values() if first <= entry.day <= last]


def _cost(entry: EntryRow) -> Money:
    return entry.worst if entry.cost is None else entry.cost


class FakeNotices:
    def __init__(self, data: Data) -> None:
        self._told = data.notices

    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        storable(at)
        is_first = (workspace, key) not in self._told
        self._told[workspace, key] = None
        return is_first

    async def clear(self, workspace: str, key: str) -> None:
        self._told.pop((workspace, key), None)
