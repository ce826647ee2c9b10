import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update

from adapters.database.statements import Statements, free, held, last_in_line
from adapters.database.tables import BEHIND, DigestItem
from adapters.database.tables import Delivery as DeliveryRow
from adapters.database.text import storable, storable_text
from bot.domain.content import content_from_json, content_to_json
from bot.domain.delivery import Delivery, DeliveryState, NewDelivery, Outcome
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey, PostKey
from bot.errors import LeaseLost

UNSENT = (DeliveryState.QUEUED, DeliveryState.UNCERTAIN, DeliveryState.SENDING)
TROUBLED = (DeliveryState.UNCERTAIN, DeliveryState.LOST, DeliveryState.ABANDONED)

STATE_ONCE_CLAIMED = case(
    (DeliveryRow.state == DeliveryState.QUEUED, DeliveryState.SENDING.value),
    (DeliveryRow.state == DeliveryState.SENDING, DeliveryState.UNCERTAIN.value),
    else_=DeliveryRow.state,
)


class OutboxRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        row = _new_row(delivery) | {"created_at": at, "expires_at": expires_at}
        new = self._db.insert(DeliveryRow).values(**row, position=last_in_line(DeliveryRow.position))
        return await self._db.run(new.on_conflict_do_nothing(index_elements=["workspace_id", "key"])) == 1

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Delivery | None:
        await self._expire(now)
        earliest = func.coalesce(DeliveryRow.next_attempt_at, DeliveryRow.created_at), DeliveryRow.position
        taken = held(worker, now, lease) | {"state": STATE_ONCE_CLAIMED}
        row = await self._db.claim(DeliveryRow, _due(now), earliest, taken)
        return _delivery_of(row) if row else None

    async def _expire(self, now: datetime) -> None:
        too_late = BEHIND, DeliveryRow.state == DeliveryState.QUEUED, DeliveryRow.expires_at <= now
        await self._db.run(update(DeliveryRow).where(*too_late).values(state=DeliveryState.EXPIRED))

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        changes: dict[str, Any] = {
            "state": outcome.state,
            "next_attempt_at": outcome.next_attempt_at,
            "problem": outcome.problem,
            "attempts": DeliveryRow.attempts + int(outcome.counts_as_attempt),
            "claimed_by": None,
            "lease_until": None,
        }
        if outcome.message is not None:
            changes["message"] = outcome.message
        if outcome.shown_version is not None:
            changes["shown_version"] = outcome.shown_version
        if outcome.state is DeliveryState.SHOWN:
            changes["shown_at"] = func.coalesce(DeliveryRow.shown_at, now)
        held_still = _is(delivery.channel.workspace, delivery.id), DeliveryRow.fence == delivery.fence
        if not await self._db.run(update(DeliveryRow).where(*held_still).values(**changes)):
            raise LeaseLost("Another worker took this message over.")

    async def refresh(self, workspace: str, deliveries: Collection[str]) -> None:
        """A new wish has all its attempts before it."""
        shown = DeliveryRow.state == DeliveryState.SHOWN
        newer = {
            "desired_version": DeliveryRow.desired_version + 1,
            "attempts": case((shown, 0), else_=DeliveryRow.attempts),
        }
        for delivery in sorted(set(deliveries)):
            await self._db.run(update(DeliveryRow).where(_is(workspace, delivery)).values(**newer))

    async def get(self, workspace: str, delivery: str) -> Delivery | None:
        row = await self._db.row(select(DeliveryRow).where(_is(workspace, delivery)))
        return _delivery_of(row) if row else None

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None:
        there = DeliveryRow.workspace_id == channel.workspace, DeliveryRow.channel_id == channel.channel
        row = await self._db.row(select(DeliveryRow).where(*there, DeliveryRow.message == message))
        return _delivery_of(row) if row else None

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        there = DeliveryRow.workspace_id == channel.workspace, DeliveryRow.channel_id == channel.channel
        on_its_way = DeliveryRow.state.in_([DeliveryState.SENDING, DeliveryState.UNCERTAIN])
        asked = select(DeliveryRow.id).where(*there, on_its_way, DeliveryRow.slot_id.is_not(None)).limit(1)
        return await self._db.row(asked) is not None

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        of_post = DigestItem.workspace_id == workspace, DigestItem.source == post.source, DigestItem.post_id == post.id
        slots = select(DigestItem.slot_id).where(*of_post)
        asked = select(DeliveryRow.id).where(_shown(workspace), DeliveryRow.slot_id.in_(slots))
        return [row.id for row in await self._db.rows(asked.order_by(DeliveryRow.position))]

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        of_digests = _shown(workspace), DeliveryRow.slot_id.is_not(None), DeliveryRow.shown_at >= since
        asked = select(DeliveryRow).where(*of_digests).order_by(DeliveryRow.shown_at, DeliveryRow.position)
        return [_delivery_of(row) for row in await self._db.rows(asked)]

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        wanting = _shown(workspace), DeliveryRow.seeded.is_(False)
        asked = select(DeliveryRow).where(*wanting).order_by(DeliveryRow.position).limit(count)
        return [_delivery_of(row) for row in await self._db.rows(asked)]

    async def set_seeded(self, workspace: str, delivery: str) -> None:
        await self._db.run(update(DeliveryRow).where(_is(workspace, delivery)).values(seeded=True))

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        rows = await self._db.rows(
            select(DeliveryRow.state, func.count().label("how_many"))
            .where(DeliveryRow.workspace_id == workspace, DeliveryRow.state.in_(TROUBLED))
            .group_by(DeliveryRow.state)
        )
        return {row.state: row.how_many for row in rows}


def _due(now: datetime) -> ColumnElement[bool]:
    """What is to be sent or asked about, and what is shown in another version than desired."""
    editable = and_(DeliveryRow.state == DeliveryState.SHOWN, DeliveryRow.message.is_not(None))
    waited = or_(DeliveryRow.next_attempt_at.is_(None), DeliveryRow.next_attempt_at <= now)
    return and_(BEHIND, or_(DeliveryRow.state.in_(UNSENT), editable), waited, free(DeliveryRow, now))


def _is(workspace: str, delivery: str) -> ColumnElement[bool]:
    return and_(DeliveryRow.workspace_id == workspace, DeliveryRow.id == delivery)


def _shown(workspace: str) -> ColumnElement[bool]:
    return and_(DeliveryRow.workspace_id == workspace, DeliveryRow.state == DeliveryState.SHOWN)


def _new_row(delivery: NewDelivery) -> dict[str, object]:
    return {
        "workspace_id": delivery.channel.workspace,
        "id": delivery.id,
        "key": delivery.key,
        "channel_id": delivery.channel.channel,
        "slot_id": delivery.slot,
        "content": content_to_json(storable(delivery.content)),
        "private_to": delivery.private_to,
        "reply_value": delivery.reply.value if delivery.reply else None,
        "reply_deadline": delivery.reply.deadline if delivery.reply else None,
        "seeds": json.dumps([storable_text(seed) for seed in delivery.seeds], ensure_ascii=False),
        "seeded": not delivery.seeds,
        "state": DeliveryState.QUEUED,
        "desired_version": 1,
        "shown_version": 0,
        "attempts": 0,
        "problem": "",
    }


def _delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        channel=ChannelKey(row.workspace_id, row.channel_id),
        content=content_from_json(row.content),
        slot=row.slot_id,
        private_to=row.private_to,
        reply=ReplyHandle(row.reply_value, row.reply_deadline) if row.reply_value is not None else None,
        seeds=tuple(json.loads(row.seeds)),
        state=DeliveryState(row.state),
        message=row.message,
        desired_version=row.desired_version,
        shown_version=row.shown_version,
        attempts=row.attempts,
        fence=row.fence,
    )
