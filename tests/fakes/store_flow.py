"""Slots, digests and inbox in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.text import storable, storable_text
from bot.domain.channel import NewSlot, Slot
from bot.domain.digest import Digest
from bot.domain.events import Event, person_of
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.schedule import NO_DIGESTS, Reading, SlotKind, SlotState
from bot.errors import LeaseLost, StoreError
from bot.ports import Received
from tests.fakes.store_data import Data, DigestRow, EventRow, SlotRow, is_free

OPEN = {SlotState.PLANNED, SlotState.CLAIMED}


class FakeSlots:
    def __init__(self, data: Data) -> None:
        self._rows = data.slots

    async def plan(self, slot: NewSlot) -> bool:
        slot = storable(slot)
        for key, row in self._rows.items():
            if (row.slot.channel, row.slot.kind, row.slot.key) == (slot.channel, slot.kind, slot.key):
                if row.slot.state is SlotState.PLANNED and row.slot.due_at != slot.due_at:
                    self._rows[key] = SlotRow(replace(row.slot, due_at=slot.due_at, reading=Reading.WAITING))
                return False
        new = Slot(slot.id, slot.channel, slot.kind, slot.key, slot.due_at)
        self._rows[slot.channel.workspace, slot.id] = SlotRow(new)
        return True

    async def drop_planned(
        self, channel: ChannelKey, kind: SlotKind, keep: Collection[str], due_after: datetime | None = None
    ) -> None:
        for key, row in list(self._rows.items()):
            slot = row.slot
            if (slot.channel, slot.kind, slot.state) != (channel, kind, SlotState.PLANNED) or slot.key in keep:
                continue
            if due_after is None or slot.due_at > due_after:
                del self._rows[key]

    async def claim_reading(self, now: datetime, due_before: datetime, lease: timedelta) -> list[Slot]:
        waiting = [
            (key, row)
            for key, row in self._rows.items()
            if (row.slot.state, row.slot.reading) == (SlotState.PLANNED, Reading.WAITING)
            and row.slot.due_at < due_before
            and is_free(row.reading_until, now)
        ]
        for key, row in waiting:
            self._rows[key] = replace(row, reading_until=now + lease)
        return sorted((row.slot for _, row in waiting), key=_by_due)

    async def set_reading(self, slots: Collection[Slot], reading: Reading) -> None:
        for slot in slots:
            key = (slot.channel.workspace, slot.id)
            if key in self._rows:
                row = self._rows[key]
                self._rows[key] = replace(row, slot=replace(row.slot, reading=reading), reading_until=None)

    async def claim(self, worker: str, now: datetime, lease: timedelta, patience: timedelta) -> Slot | None:
        assert worker
        due = [row.slot for row in self._rows.values() if _slot_is_due(row, now, patience)]
        if not due:
            return None
        slot = min(due, key=_by_due)
        claimed = replace(slot, state=SlotState.CLAIMED, fence=slot.fence + 1)
        self._rows[slot.channel.workspace, slot.id] = SlotRow(claimed, now + lease)
        return claimed

    async def finish(self, slot: Slot, state: SlotState, note: str = "") -> None:
        row = self._rows.get((slot.channel.workspace, slot.id))
        if row is None or row.slot.fence != slot.fence:
            raise LeaseLost("Another worker took this digest over.")
        self._rows[slot.channel.workspace, slot.id] = SlotRow(replace(row.slot, state=state, note=storable_text(note)))

    async def get(self, workspace: str, slot: str) -> Slot | None:
        row = self._rows.get((workspace, slot))
        return row.slot if row else None

    async def next_due(self, channel: ChannelKey) -> Slot | None:
        there = (row.slot for row in self._rows.values() if row.slot.channel == channel)
        waiting = [slot for slot in there if slot.state in OPEN and slot.kind not in NO_DIGESTS]
        return min(waiting, key=_by_due, default=None)

    async def latest(self, channel: ChannelKey, kind: SlotKind, count: int) -> list[Slot]:
        slots = [row.slot for row in self._rows.values() if (row.slot.channel, row.slot.kind) == (channel, kind)]
        return sorted((slot for slot in slots if slot.state not in OPEN), key=_by_due, reverse=True)[:count]


def _by_due(slot: Slot) -> tuple[datetime, str]:
    return slot.due_at, slot.id


def _slot_is_due(row: SlotRow, now: datetime, patience: timedelta) -> bool:
    slot = row.slot
    if slot.state is SlotState.PLANNED:
        is_read = slot.reading is not Reading.WAITING or slot.due_at < now - patience
        return slot.due_at <= now and is_read and is_free(row.reading_until, now)
    return slot.state is SlotState.CLAIMED and is_free(row.lease_until, now)


class FakeDigests:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def put(self, digest: Digest, seen_keys: Collection[str], at: datetime) -> None:
        key = (digest.channel.workspace, digest.slot)
        if key not in self._data.slots:
            raise StoreError("There is no such slot.")
        self._data.digests[key] = DigestRow(storable(digest))
        for seen in seen_keys:
            self._data.seen.setdefault((digest.channel, storable_text(seen)), storable(at))

    async def get(self, workspace: str, slot: str) -> Digest | None:
        row = self._data.digests.get((workspace, slot))
        return row.digest if row else None

    async def last(self, channel: ChannelKey) -> Digest | None:
        rows = self._digests_of(channel)
        furthest = max(rows, key=lambda row: (row.digest.until, row.digest.composed_at, row.digest.slot), default=None)
        return furthest.digest if furthest else None

    async def latest(self, channel: ChannelKey) -> Digest | None:
        rows = self._digests_of(channel)
        newest = max(rows, key=lambda row: (row.digest.composed_at, row.digest.slot), default=None)
        return newest.digest if newest else None

    async def past(self, channels: Collection[ChannelKey], limit: int, offset: int) -> tuple[list[Digest], int]:
        digests = [row.digest for channel in dict.fromkeys(channels) for row in self._digests_of(channel)]
        digests.sort(key=lambda digest: (digest.composed_at, digest.slot), reverse=True)
        return digests[offset : offset + limit], len(digests)

    def _digests_of(self, channel: ChannelKey) -> list[DigestRow]:
        return [
            row
            for key, row in self._data.digests.items()
            if row.digest.channel == channel and self._data.slots[key].slot.kind is not SlotKind.AT_ONCE
        ]

    async def seen(self, channel: ChannelKey, keys: Collection[str], before: datetime | None = None) -> set[str]:
        seen = {key: self._data.seen.get((channel, storable_text(key))) for key in keys}
        return {key for key, at in seen.items() if at is not None and (before is None or at < before)}

    async def seen_elsewhere(self, channel: ChannelKey, keys: Collection[str], since: datetime) -> set[str]:
        seen = {key for (there, key), at in self._data.seen.items() if at >= since and self._tells(there, channel)}
        return {key for key in keys if storable_text(key) in seen}

    def _tells(self, there: ChannelKey, channel: ChannelKey) -> bool:
        other = self._data.channels.get(there)
        return other is not None and other.owner is None and there != channel and there.workspace == channel.workspace

    async def shown(self, channel: ChannelKey, since: datetime) -> list[PostKey]:
        digests = [row.digest for row in self._data.digests.values() if row.digest.channel == channel]
        newest_first = sorted(digests, key=lambda digest: (digest.composed_at, digest.slot), reverse=True)
        items = (item for digest in newest_first if digest.composed_at >= since for item in digest.items)
        return list(dict.fromkeys(item.post for item in items))


class FakeEvents:
    def __init__(self, data: Data) -> None:
        self._rows = data.events

    async def put(self, event: Event, at: datetime) -> bool:
        key = (event.workspace, event.key)
        is_new = key not in self._rows
        self._rows.setdefault(key, EventRow(storable(event), storable(at)))
        return is_new

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Received | None:
        assert worker
        due = [(key, row) for key, row in self._rows.items() if _event_is_due(row, now)]
        if not due:
            return None
        key, row = min(due, key=lambda each: each[1].received_at)
        self._rows[key] = replace(row, attempts=row.attempts + 1, fence=row.fence + 1, lease_until=now + lease)
        return Received(row.event, row.received_at, row.attempts, row.fence + 1)

    async def done(self, received: Received) -> None:
        self._end(received, open_still=False, next_attempt_at=None)

    async def failed(self, received: Received, problem: str, next_attempt_at: datetime | None) -> None:
        assert problem
        self._end(received, open_still=next_attempt_at is not None, next_attempt_at=next_attempt_at)

    async def erase(self, person: PersonKey, until: datetime) -> None:
        for key, row in self._rows.items():
            is_theirs = key[0] == person.workspace and person_of(row.event.happening) == person
            if is_theirs and (row.event.happened_at or row.received_at) <= until:
                self._rows[key] = replace(row, open=False)

    def _end(self, received: Received, *, open_still: bool, next_attempt_at: datetime | None) -> None:
        key = (received.event.workspace, received.event.key)
        row = self._rows.get(key)
        if row is None or row.fence != received.fence:
            raise LeaseLost("Another worker took this event over.")
        self._rows[key] = replace(row, open=open_still, next_attempt_at=next_attempt_at, lease_until=None)


def _event_is_due(row: EventRow, now: datetime) -> bool:
    waited = row.next_attempt_at is None or row.next_attempt_at <= now
    return row.open and waited and is_free(row.lease_until, now)
