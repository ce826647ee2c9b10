from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, or_, select, update

from adapters.database.repositories.outbox_rows import (
    CLAIM,
    EXPIRE,
    NEXT_DUE,
    RECORD,
    UNSENT,
    WISH,
    delivery_of,
    new_row,
    rows_naming,
)
from adapters.database.statements import Statements, in_parts, last_in_line
from adapters.database.tables import Delivery as DeliveryRow
from adapters.database.tables import DigestItem, RoomMessage, Slot
from adapters.database.wishes import not_before
from bot.domain.content import (
    SOMEBODY,
    Content,
    ShowCard,
    ShowCover,
    ShowItem,
    ShowNotes,
    ShowPost,
    ShowRoundup,
    content_from_json,
    content_to_json,
)
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Outcome, Surface
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.schedule import SlotKind
from bot.errors import LeaseLost

ON_ITS_WAY = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
TROUBLED = (DeliveryState.UNCERTAIN, DeliveryState.LOST, DeliveryState.ABANDONED)
IS_TROUBLE = or_(
    DeliveryRow.state != DeliveryState.ABANDONED,
    and_(DeliveryRow.private_to.is_(None), DeliveryRow.reply_value.is_(None)),
)


class OutboxRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        row = new_row(delivery) | {"created_at": at, "expires_at": expires_at}
        new = self._db.insert(DeliveryRow).values(**row, position=last_in_line(DeliveryRow.position))
        return await self._db.run(new.on_conflict_do_nothing(index_elements=["workspace_id", "key"])) == 1

    async def claim(self, worker: str, now: datetime, lease: timedelta, lane: Lane, most: int) -> list[Delivery]:
        await self._db.run(EXPIRE, {"now": now})
        held = {"now": now, "worker": worker, "until": now + lease, "most": most}
        rows = await self._db.rows(CLAIM[lane], held)
        return [delivery_of(row) for row in sorted(rows, key=_earliest)]

    async def release(self, workspace: str, now: datetime) -> None:
        claimed = DeliveryRow.workspace_id == workspace, DeliveryRow.lease_until.is_not(None)
        await self._db.run(update(DeliveryRow).where(*claimed).values(lease_until=now))

    async def next_due(self, now: datetime) -> datetime | None:
        earliest: datetime | None = await self._db.value(NEXT_DUE, {"now": now})
        return earliest

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        changes = {
            "of_workspace": delivery.channel.workspace,
            "of_delivery": delivery.id,
            "claimed_under": delivery.fence,
            "new_state": outcome.state,
            "new_next_attempt_at": outcome.next_attempt_at,
            "new_problem": outcome.problem,
            "one_more": int(outcome.counts_as_attempt),
            "new_message": outcome.message,
            "new_version": outcome.shown_version,
            "version_shown_at": now if outcome.shown_version and delivery.shown_version else None,
            "is_shown_at": now if outcome.state is DeliveryState.SHOWN else None,
        }
        if not await self._db.run(RECORD, changes):
            raise LeaseLost("Another worker took this message over.")

    async def refresh(
        self, workspace: str, deliveries: Collection[str], now: datetime, at_most_every: timedelta = timedelta(0)
    ) -> None:
        for part in in_parts(sorted(deliveries)):
            these = DeliveryRow.workspace_id == workspace, DeliveryRow.id.in_(part)
            asked = select(DeliveryRow).where(*these).order_by(DeliveryRow.id).with_for_update()
            wishes = [_wish(row, now, at_most_every) for row in await self._db.rows(asked)]
            await self._db.change_each(WISH, wishes)

    async def by_key(self, workspace: str, key: str) -> Delivery | None:
        asked = select(DeliveryRow).where(DeliveryRow.workspace_id == workspace, DeliveryRow.key == key)
        row = await self._db.row(asked)
        return delivery_of(row) if row else None

    async def get(self, workspace: str, delivery: str) -> Delivery | None:
        row = await self._db.row(select(DeliveryRow).where(_is(workspace, delivery)))
        return delivery_of(row) if row else None

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None:
        there = DeliveryRow.workspace_id == channel.workspace, DeliveryRow.channel_id == channel.channel
        row = await self._db.row(select(DeliveryRow).where(*there, DeliveryRow.message == message))
        return delivery_of(row) if row else None

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        there = DeliveryRow.workspace_id == channel.workspace, DeliveryRow.channel_id == channel.channel
        on_its_way = DeliveryRow.state.in_(ON_ITS_WAY)
        asked = select(DeliveryRow.id).where(*there, on_its_way, DeliveryRow.slot_id.is_not(None)).limit(1)
        return await self._db.row(asked) is not None

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        of_post = DigestItem.source == post.source, DigestItem.post_id == post.id
        there = DigestItem.workspace_id == DeliveryRow.workspace_id, DigestItem.slot_id == DeliveryRow.slot_id
        asked = select(DeliveryRow.id, DeliveryRow.content, DigestItem.number).join(DigestItem, and_(*there))
        seen = DeliveryRow.workspace_id == workspace, DeliveryRow.state.in_([DeliveryState.SHOWN, *ON_ITS_WAY])
        rows = await self._db.rows(asked.where(*seen, *of_post).order_by(DeliveryRow.position))
        return [row.id for row in rows if _shows(content_from_json(row.content), row.number)]

    async def looking_back_on(self, workspace: str, items: Collection[str]) -> list[str]:
        """By their slots, which are few. Asked for the state too, SQLite would look at every message there is."""
        slots = select(Slot.id).where(Slot.workspace_id == workspace, Slot.kind == SlotKind.ROUNDUP)
        columns = DeliveryRow.id, DeliveryRow.content, DeliveryRow.state, DeliveryRow.position
        asked = select(*columns).where(DeliveryRow.workspace_id == workspace)
        rows: list[Row[Any]] = []
        for part in in_parts([row.id for row in await self._db.rows(slots)]):
            rows += await self._db.rows(asked.where(DeliveryRow.slot_id.in_(part)))
        seen = [row for row in rows if row.state in {DeliveryState.SHOWN, *ON_ITS_WAY} and _names_any(row, items)]
        seen.sort(key=lambda row: row.position)
        return [row.id for row in seen if _shows_any(content_from_json(row.content), items)]

    async def sharing(self, workspace: str, items: Collection[str]) -> list[str]:
        to_all = DeliveryRow.private_to.is_(None), DeliveryRow.slot_id.is_(None)
        seen = DeliveryRow.state.in_([DeliveryState.SHOWN, *ON_ITS_WAY])
        shows = DeliveryRow.content.contains('"block":"item"')
        asked = select(DeliveryRow.id, DeliveryRow.content).where(
            DeliveryRow.workspace_id == workspace, *to_all, seen, shows
        )
        rows = await self._db.rows(asked.order_by(DeliveryRow.position))
        return [row.id for row in rows if _quotes_any(content_from_json(row.content), (), items)]

    async def quoting(self, workspace: str, posts: Collection[PostKey], items: Collection[str]) -> list[str]:
        """A glance at the text leaves out most messages before any is understood."""
        seen = DeliveryRow.state.in_([DeliveryState.SHOWN, *ON_ITS_WAY]), DeliveryRow.slot_id.is_(None)
        may_quote = or_(DeliveryRow.content.contains('"block":"post"'), DeliveryRow.content.contains('"block":"item"'))
        asked = select(DeliveryRow.id, DeliveryRow.content).where(
            DeliveryRow.workspace_id == workspace, *seen, may_quote
        )
        rows = await self._db.rows(asked.order_by(DeliveryRow.position))
        return [row.id for row in rows if _quotes_any(content_from_json(row.content), posts, items)]

    async def naming(self, person: PersonKey) -> list[str]:
        return [row.id for row in await rows_naming(self._db, person)]

    async def forget_answers(self, before: datetime) -> int:
        private = DeliveryRow.private_to.is_not(None), DeliveryRow.slot_id.is_(None)
        await self._clear_the_page(select(DeliveryRow.id).where(*private), before)
        nothing = content_to_json(())
        done = DeliveryRow.surface != Surface.HOME, DeliveryRow.state.not_in(UNSENT)
        old = DeliveryRow.created_at < before, DeliveryRow.content != nothing
        emptied = update(DeliveryRow).where(*private, *done, *old)
        nobodys = {
            "private_to": SOMEBODY,
            "reply_value": case((DeliveryRow.reply_value.is_(None), None), else_=""),
            "channel_id": case(
                (DeliveryRow.channel_id == DeliveryRow.private_to, SOMEBODY), else_=DeliveryRow.channel_id
            ),
        }
        return await self._db.run(emptied.values(content=nothing, shown_version=DeliveryRow.desired_version, **nobodys))

    async def _clear_the_page(self, answers: Select[str], before: datetime) -> None:
        """Of what was typed there, and of these answers to it."""
        one_persons = RoomMessage.private_to.is_not(None), RoomMessage.posted_at < before
        such = or_(RoomMessage.delivery.is_(None), RoomMessage.delivery.in_(answers))
        await self._db.run(delete(RoomMessage).where(*one_persons, such))

    async def drop_pages(self, person: PersonKey) -> None:
        pages = DeliveryRow.private_to == person.person, DeliveryRow.surface == Surface.HOME
        is_behind = DeliveryRow.shown_version < DeliveryRow.desired_version
        waits = and_(is_behind, DeliveryRow.state.in_((*UNSENT, DeliveryState.SHOWN)))
        await self._db.run(delete(DeliveryRow).where(DeliveryRow.workspace_id == person.workspace, *pages, ~waits))

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        of_digests = _shown(workspace), DeliveryRow.slot_id.is_not(None), DeliveryRow.shown_at >= since
        asked = select(DeliveryRow).where(*of_digests).order_by(DeliveryRow.shown_at, DeliveryRow.position)
        return [delivery_of(row) for row in await self._db.rows(asked)]

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        wanting = _shown(workspace), DeliveryRow.seeded.is_(False)
        asked = select(DeliveryRow).where(*wanting).order_by(DeliveryRow.position).limit(count)
        return [delivery_of(row) for row in await self._db.rows(asked)]

    async def set_seeded(self, workspace: str, delivery: str) -> None:
        await self._db.run(update(DeliveryRow).where(_is(workspace, delivery)).values(seeded=True))

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        rows = await self._db.rows(
            select(DeliveryRow.state, func.count().label("how_many"))
            .where(DeliveryRow.workspace_id == workspace, DeliveryRow.state.in_(TROUBLED), IS_TROUBLE)
            .group_by(DeliveryRow.state)
        )
        return {row.state: row.how_many for row in rows}


def _earliest(row: Row[Any]) -> tuple[datetime, int]:
    return row.next_attempt_at or row.created_at, row.position


def _wish(row: Row[Any], now: datetime, at_most_every: timedelta) -> dict[str, object]:
    """A new wish has all its attempts before it. A page that was given up, or taken without a reference, is queued
    again."""
    again = row.surface == Surface.HOME and row.state not in {*UNSENT, DeliveryState.SHOWN}
    return {
        "of_workspace": row.workspace_id,
        "of_delivery": row.id,
        "new_state": DeliveryState.QUEUED if again else row.state,
        "new_attempts": 0 if again or row.state == DeliveryState.SHOWN else row.attempts,
        "new_expires_at": None if again else row.expires_at,
        "new_not_before": not_before(
            now=now,
            at_most_every=at_most_every,
            last_shown_at=row.last_shown_at,
            is_behind=row.desired_version > row.shown_version,
            is_held=row.lease_until is not None and row.lease_until > now,
            earlier=row.not_before,
        ),
    }


def _shows(content: Content, number: int) -> bool:
    """Whether the message has that item of its digest: a card has its own, a cover none."""
    return not any(
        isinstance(part, ShowCover) or (isinstance(part, ShowCard) and part.number != number) for part in content
    )


def _names_any(row: Row[Any], items: Collection[str]) -> bool:
    """A glance at the text, before it is understood."""
    return any(item in row.content for item in items)


def _shows_any(content: Content, items: Collection[str]) -> bool:
    return any(isinstance(part, ShowRoundup) and not set(items).isdisjoint(part.items) for part in content)


def _quotes_any(content: Content, posts: Collection[PostKey], items: Collection[str]) -> bool:
    return any(
        (isinstance(part, ShowPost) and PostKey(part.source, part.id) in posts)
        or (isinstance(part, ShowItem | ShowNotes) and part.item in items)
        for part in content
    )


def _is(workspace: str, delivery: str) -> ColumnElement[bool]:
    return and_(DeliveryRow.workspace_id == workspace, DeliveryRow.id == delivery)


def _shown(workspace: str) -> ColumnElement[bool]:
    return and_(DeliveryRow.workspace_id == workspace, DeliveryRow.state == DeliveryState.SHOWN)
