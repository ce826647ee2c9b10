"""The ledger and notices in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from adapters.database.text import storable, storable_text
from bot.domain.budget import Caps, Entry, EntryState, Money, Prices, Purpose, Reservation, Resources, Spent
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic
from bot.errors import StoreError
from bot.ports import Receipt
from tests.fakes.store_data import Data, EntryRow, topic_key


class FakeLedger:
    def __init__(self, data: Data) -> None:
        self._data = data
        self._entries = data.ledger

    async def reserve(
        self,
        reservation: Reservation,
        topics: Sequence[Topic],
        payers: Mapping[ChannelKey, Fraction],
        caps: Caps,
        at: datetime,
    ) -> Money | None:
        day = at.astimezone(UTC).date()
        spent_for_it = await self.spent_for(reservation.purpose, day)
        for_digests = await self.spent_for(Purpose.DIGESTS, day)
        spent = Spent(*await self.spent(day))
        left = caps.left_for(reservation.purpose, spent, spent_for_it.today, for_digests.today)
        if left is not None and reservation.worst > left:
            return left
        row = EntryRow(storable(reservation), day, storable(at), storable(tuple(topics)), tuple(payers.items()))
        self._entries[reservation.id] = row
        return None

    async def settle(self, receipt: Receipt, prices: Prices, at: datetime) -> Money:
        storable(at)
        entry = self._entries.get(receipt.reservation.id)
        if entry is None:
            raise StoreError("There is no such reservation.")
        if entry.state is EntryState.SETTLED:
            return entry.cost
        if receipt.resources is None:
            self._entries[receipt.reservation.id] = replace(entry, state=EntryState.UNKNOWN)
            return entry.cost
        returned, billed = receipt.resources, self._bill(entry, receipt.resources)
        settled = replace(
            entry,
            state=EntryState.SETTLED,
            paid=billed.cost(prices),
            returned=Resources(returned.posts, returned.users, returned.counts),
            billed=billed,
        )
        self._entries[receipt.reservation.id] = settled
        return settled.cost

    def _bill(self, entry: EntryRow, returned: Resources) -> Resources:
        posts = len(self._new(entry, "post", returned.post_ids)) + max(0, returned.posts - len(returned.post_ids))
        users = len(self._new(entry, "user", returned.user_ids)) + max(0, returned.users - len(returned.user_ids))
        return Resources(min(posts, returned.posts), min(users, returned.users), returned.counts)

    def _new(self, entry: EntryRow, kind: str, ids: Collection[str]) -> set[str]:
        keys = {(entry.day, entry.reservation.source, kind, storable_text(id_)) for id_ in ids}
        new = keys - set(self._data.billed)
        self._data.billed |= dict.fromkeys(new)
        return {id_ for *_, id_ in new}

    async def spent(self, day: date) -> tuple[Money, Money]:
        spent = _added_up(self._entries_of_month(day), day)
        return spent.today, spent.this_month

    async def spent_for(self, purpose: Purpose, day: date) -> Spent:
        return _added_up([row for row in self._entries_of_month(day) if row.reservation.purpose is purpose], day)

    async def spent_by_channel(self, day: date) -> dict[ChannelKey, Spent]:
        today: dict[ChannelKey, Fraction] = defaultdict(Fraction)
        this_month: dict[ChannelKey, Fraction] = defaultdict(Fraction)
        for entry in self._entries_of_month(day):
            for channel, part in entry.payers:
                this_month[channel] += part * entry.cost
                today[channel] += part * entry.cost if entry.day == day else 0
        return {each: Spent(Money(int(today[each])), Money(int(part))) for each, part in this_month.items()}

    async def entries(self, first: date, last: date) -> list[Entry]:
        rows = [row for row in self._entries.values() if first <= row.day <= last]
        in_order = sorted(rows, key=lambda row: (row.day, row.at, row.reservation.id))
        return [
            Entry(
                row.reservation,
                tuple(self._label(topic) for topic in row.topics),
                row.day,
                row.at,
                row.state,
                row.cost,
                row.returned,
                row.billed,
            )
            for row in in_order
        ]

    def _label(self, topic: Topic) -> str:
        known = self._data.topics.get(topic_key(topic))
        return known.label if known else topic.key

    async def forget_billed_before(self, day: date) -> None:
        for key in [key for key in self._data.billed if key[0] < day]:
            del self._data.billed[key]

    def _entries_of_month(self, day: date) -> list[EntryRow]:
        return [entry for entry in self._entries.values() if day.replace(day=1) <= entry.day <= day]


def _added_up(entries: Collection[EntryRow], day: date) -> Spent:
    today = sum(entry.cost for entry in entries if entry.day == day)
    return Spent(Money(today), Money(sum(entry.cost for entry in entries)))


class FakeNotices:
    def __init__(self, data: Data) -> None:
        self._told = data.notices

    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        is_first = (workspace, key) not in self._told
        self._told.setdefault((workspace, key), storable(at))
        return is_first

    async def told_at(self, workspace: str, key: str) -> datetime | None:
        return self._told.get((workspace, key))

    async def told(self, workspace: str, keys: Collection[str]) -> set[str]:
        return {key for there, key in self._told if there == workspace and key in keys}

    async def clear(self, workspace: str, key: str) -> bool:
        was_told = (workspace, key) in self._told
        self._told.pop((workspace, key), None)
        return was_told
