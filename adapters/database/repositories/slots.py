from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from adapters.database.statements import Statements, held
from adapters.database.tables import Slot as SlotRow
from bot.domain.channel import NewSlot, Slot
from bot.domain.keys import ChannelKey
from bot.domain.schedule import NO_DIGESTS, Reading, SlotKind, SlotState
from bot.errors import LeaseLost

OPEN = (SlotState.PLANNED, SlotState.CLAIMED)
FINISHED = (SlotState.COMPOSED, SlotState.QUIET, SlotState.SKIPPED)


class SlotRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def plan(self, slot: NewSlot) -> bool:
        new = self._db.insert(SlotRow).values(
            workspace_id=slot.channel.workspace,
            id=slot.id,
            channel_id=slot.channel.channel,
            kind=slot.kind,
            key=slot.key,
            due_at=slot.due_at,
            state=SlotState.PLANNED,
            reading=Reading.WAITING,
            note="",
        )
        if await self._db.run(new.on_conflict_do_nothing()):
            return True
        await self._move(slot)
        return False

    async def _move(self, slot: NewSlot) -> None:
        """A slot that comes at another time has to be read for anew."""
        there = _in(slot.channel), SlotRow.kind == slot.kind, SlotRow.key == slot.key
        unclaimed = SlotRow.state == SlotState.PLANNED, SlotRow.due_at != slot.due_at
        await self._db.run(
            update(SlotRow)
            .where(*there, *unclaimed)
            .values(due_at=slot.due_at, reading=Reading.WAITING, reading_until=None)
        )

    async def drop_planned(
        self, channel: ChannelKey, kind: SlotKind, keep: Collection[str], due_after: datetime | None = None
    ) -> None:
        unclaimed = _in(channel), SlotRow.kind == kind, SlotRow.state == SlotState.PLANNED
        to_come = [SlotRow.due_at > due_after] if due_after is not None else []
        await self._db.run(delete(SlotRow).where(*unclaimed, *to_come, SlotRow.key.not_in(keep)))

    async def claim_reading(self, now: datetime, due_before: datetime, lease: timedelta) -> list[Slot]:
        waiting = SlotRow.state == SlotState.PLANNED, SlotRow.reading == Reading.WAITING
        taken = update(SlotRow).where(*waiting, SlotRow.due_at < due_before, _nobody_reads(now))
        rows = await self._db.rows(taken.values(reading_until=now + lease).returning(SlotRow))
        return sorted((_slot_of(row) for row in rows), key=lambda slot: (slot.due_at, slot.id))

    async def set_reading(self, slots: Collection[Slot], reading: Reading) -> None:
        for slot in slots:
            await self._db.run(
                update(SlotRow).where(_is(slot.channel.workspace, slot.id)).values(reading=reading, reading_until=None)
            )

    async def claim(self, worker: str, now: datetime, lease: timedelta, patience: timedelta) -> Slot | None:
        ready = or_(SlotRow.reading != Reading.WAITING, SlotRow.due_at < now - patience)
        due = or_(
            and_(SlotRow.state == SlotState.PLANNED, SlotRow.due_at <= now, ready, _nobody_reads(now)),
            and_(SlotRow.state == SlotState.CLAIMED, SlotRow.lease_until <= now),
        )
        taken = held(worker, now, lease) | {"state": SlotState.CLAIMED}
        row = await self._db.claim(SlotRow, due, (SlotRow.due_at, SlotRow.id), taken)
        return _slot_of(row) if row else None

    async def finish(self, slot: Slot, state: SlotState, note: str = "") -> None:
        held_still = _is(slot.channel.workspace, slot.id), SlotRow.fence == slot.fence
        done = update(SlotRow).where(*held_still).values(state=state, note=note, claimed_by=None, lease_until=None)
        if not await self._db.run(done):
            raise LeaseLost("Another worker took this digest over.")

    async def get(self, workspace: str, slot: str) -> Slot | None:
        row = await self._db.row(select(SlotRow).where(_is(workspace, slot)))
        return _slot_of(row) if row else None

    async def next_due(self, channel: ChannelKey) -> Slot | None:
        waiting = _in(channel), SlotRow.state.in_(OPEN), SlotRow.kind.not_in(NO_DIGESTS)
        row = await self._db.row(select(SlotRow).where(*waiting).order_by(SlotRow.due_at, SlotRow.id).limit(1))
        return _slot_of(row) if row else None

    async def latest(self, channel: ChannelKey, kind: SlotKind, count: int) -> list[Slot]:
        finished = _in(channel), SlotRow.kind == kind, SlotRow.state.in_(FINISHED)
        asked = select(SlotRow).where(*finished).order_by(SlotRow.due_at.desc(), SlotRow.id.desc())
        return [_slot_of(row) for row in await self._db.rows(asked.limit(count))]


def _nobody_reads(now: datetime) -> ColumnElement[bool]:
    return or_(SlotRow.reading_until.is_(None), SlotRow.reading_until <= now)


def _is(workspace: str, slot: str) -> ColumnElement[bool]:
    return and_(SlotRow.workspace_id == workspace, SlotRow.id == slot)


def _in(channel: ChannelKey) -> ColumnElement[bool]:
    return and_(SlotRow.workspace_id == channel.workspace, SlotRow.channel_id == channel.channel)


def _slot_of(row: Row[Any]) -> Slot:
    return Slot(
        id=row.id,
        channel=ChannelKey(row.workspace_id, row.channel_id),
        kind=SlotKind(row.kind),
        key=row.key,
        due_at=row.due_at,
        state=SlotState(row.state),
        reading=Reading(row.reading),
        fence=row.fence,
        note=row.note,
    )
