"""Slots, digests, outbox and inbox in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.text import storable, storable_text
from bot.domain.channel import NewSlot, Slot
from bot.domain.delivery import Delivery, DeliveryState, NewDelivery, Outcome
from bot.domain.digest import Digest
from bot.domain.events import Event
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.schedule import Reading, SlotKind, SlotState
from bot.errors import LeaseLost, StoreError
from bot.ports import Received
from tests.fakes.store_data import Data, DeliveryRow, DigestRow, EventRow, RowKey, SlotRow, is_free

OPEN = {SlotState.PLANNED, SlotState.CLAIMED}
UNSENT = {DeliveryState.QUEUED, DeliveryState.UNCERTAIN, DeliveryState.SENDING}
TROUBLED = {DeliveryState.UNCERTAIN, DeliveryState.LOST, DeliveryState.ABANDONED}
ONCE_CLAIMED = {
    DeliveryState.QUEUED: DeliveryState.SENDING,
    DeliveryState.SENDING: DeliveryState.UNCERTAIN,
}


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

    async def drop_planned(self, channel: ChannelKey, kind: SlotKind, keep: Collection[str]) -> None:
        for key, row in list(self._rows.items()):
            slot = row.slot
            if (slot.channel, slot.kind, slot.state) == (channel, kind, SlotState.PLANNED) and slot.key not in keep:
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
        waiting = [row.slot for row in self._rows.values() if row.slot.channel == channel and row.slot.state in OPEN]
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

    async def put(self, digest: Digest, seen_keys: Collection[str], at: datetime) -> None:  # noqa: ARG002
        key = (digest.channel.workspace, digest.slot)
        if key not in self._data.slots:
            raise StoreError("There is no such slot.")
        self._data.digests[key] = DigestRow(storable(digest))
        self._data.seen |= {(digest.channel, storable_text(key)): None for key in seen_keys}

    async def get(self, workspace: str, slot: str) -> Digest | None:
        row = self._data.digests.get((workspace, slot))
        return row.digest if row else None

    async def last(self, channel: ChannelKey) -> Digest | None:
        rows = [row for row in self._data.digests.values() if row.digest.channel == channel]
        furthest = max(rows, key=lambda row: (row.digest.until, row.digest.composed_at, row.digest.slot), default=None)
        return furthest.digest if furthest else None

    async def latest(self, channel: ChannelKey) -> Digest | None:
        rows = [row for row in self._data.digests.values() if row.digest.channel == channel]
        newest = max(rows, key=lambda row: (row.digest.composed_at, row.digest.slot), default=None)
        return newest.digest if newest else None

    async def seen(self, channel: ChannelKey, keys: Collection[str]) -> set[str]:
        return {key for key in keys if (channel, storable_text(key)) in self._data.seen}


class FakeOutbox:
    def __init__(self, data: Data) -> None:
        self._data = data
        self._rows = data.deliveries

    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        workspace = delivery.channel.workspace
        if any(row.delivery.key == delivery.key for (there, _), row in self._rows.items() if there == workspace):
            return False
        if delivery.slot is not None and (workspace, delivery.slot) not in self._data.slots:
            raise StoreError("There is no such slot.")
        row = DeliveryRow(_queued(storable(delivery)), storable(at), expires_at, seeded=not delivery.seeds)
        self._rows[workspace, delivery.id] = row
        return True

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Delivery | None:
        assert worker
        self._expire(now)
        due = [(key, row) for key, row in self._rows.items() if _delivery_is_due(row, now)]
        if not due:
            return None
        key, row = min(due, key=lambda each: each[1].next_attempt_at or each[1].created_at)
        state = ONCE_CLAIMED.get(row.delivery.state, row.delivery.state)
        claimed = replace(row.delivery, state=state, fence=row.delivery.fence + 1)
        self._rows[key] = replace(row, delivery=claimed, lease_until=now + lease)
        return claimed

    def _expire(self, now: datetime) -> None:
        for key, row in self._rows.items():
            if row.delivery.state is DeliveryState.QUEUED and row.expires_at is not None and row.expires_at <= now:
                self._rows[key] = replace(row, delivery=replace(row.delivery, state=DeliveryState.EXPIRED))

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        key = (delivery.channel.workspace, delivery.id)
        row = self._rows.get(key)
        if row is None or row.delivery.fence != delivery.fence:
            raise LeaseLost("Another worker took this message over.")
        shown = outcome.shown_version
        now_so = replace(
            row.delivery,
            state=outcome.state,
            message=row.delivery.message if outcome.message is None else outcome.message,
            shown_version=row.delivery.shown_version if shown is None else shown,
            attempts=row.delivery.attempts + int(outcome.counts_as_attempt),
        )
        shown_at = row.shown_at or (now if outcome.state is DeliveryState.SHOWN else None)
        self._rows[key] = replace(
            row, delivery=now_so, next_attempt_at=outcome.next_attempt_at, shown_at=shown_at, lease_until=None
        )

    async def refresh(self, workspace: str, deliveries: Collection[str]) -> None:
        for id_ in set(deliveries):
            row = self._rows.get((workspace, id_))
            if row:
                attempts = 0 if row.delivery.state is DeliveryState.SHOWN else row.delivery.attempts
                newer = replace(row.delivery, desired_version=row.delivery.desired_version + 1, attempts=attempts)
                self._rows[workspace, id_] = replace(row, delivery=newer)

    async def get(self, workspace: str, delivery: str) -> Delivery | None:
        row = self._rows.get((workspace, delivery))
        return row.delivery if row else None

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        on_its_way = {DeliveryState.SENDING, DeliveryState.UNCERTAIN}
        deliveries = (row.delivery for row in self._rows.values())
        return any(each.channel == channel and each.slot and each.state in on_its_way for each in deliveries)

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None:
        there = (row.delivery for row in self._rows.values() if row.delivery.channel == channel)
        return next((delivery for delivery in there if delivery.message == message), None)

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        slots = {
            slot
            for (there, slot), row in self._data.digests.items()
            if there == workspace and any(item.post == post for item in row.digest.items)
        }
        return [row.delivery.id for row in self._shown(workspace) if row.delivery.slot in slots]

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        rows = [(row.shown_at, row.delivery) for row in self._shown(workspace) if row.delivery.slot is not None]
        since_then = [(at, delivery) for at, delivery in rows if at is not None and at >= since]
        return [delivery for _, delivery in sorted(since_then, key=lambda each: each[0])]

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        return [row.delivery for row in self._shown(workspace) if not row.seeded][:count]

    async def set_seeded(self, workspace: str, delivery: str) -> None:
        key: RowKey = (workspace, delivery)
        if key in self._rows:
            self._rows[key] = replace(self._rows[key], seeded=True)

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        states = [row.delivery.state for (there, _), row in self._rows.items() if there == workspace]
        return {state.value: states.count(state) for state in TROUBLED if state in states}

    def _shown(self, workspace: str) -> list[DeliveryRow]:
        rows = (row for (there, _), row in self._rows.items() if there == workspace)
        return [row for row in rows if row.delivery.state is DeliveryState.SHOWN]


def _queued(new: NewDelivery) -> Delivery:
    return Delivery(
        id=new.id,
        key=new.key,
        channel=new.channel,
        content=new.content,
        slot=new.slot,
        private_to=new.private_to,
        reply=new.reply,
        seeds=new.seeds,
        state=DeliveryState.QUEUED,
        message=None,
        desired_version=1,
        shown_version=0,
        attempts=0,
        fence=0,
    )


def _delivery_is_due(row: DeliveryRow, now: datetime) -> bool:
    delivery = row.delivery
    editable = delivery.state is DeliveryState.SHOWN and delivery.message is not None
    behind = delivery.desired_version > delivery.shown_version and (delivery.state in UNSENT or editable)
    waited = row.next_attempt_at is None or row.next_attempt_at <= now
    return behind and waited and is_free(row.lease_until, now)


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

    def _end(self, received: Received, *, open_still: bool, next_attempt_at: datetime | None) -> None:
        key = (received.event.workspace, received.event.key)
        row = self._rows.get(key)
        if row is None or row.fence != received.fence:
            raise LeaseLost("Another worker took this event over.")
        self._rows[key] = replace(row, open=open_still, next_attempt_at=next_attempt_at, lease_until=None)


def _event_is_due(row: EventRow, now: datetime) -> bool:
    waited = row.next_attempt_at is None or row.next_attempt_at <= now
    return row.open and waited and is_free(row.lease_until, now)
