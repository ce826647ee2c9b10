"""The outbox in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.text import storable
from adapters.database.wishes import not_before
from bot.domain.content import (
    SOMEBODY,
    Content,
    Part,
    ShowCard,
    ShowCover,
    ShowItem,
    ShowNotes,
    ShowPost,
    ShowRoundup,
    without,
)
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Outcome, Surface
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.errors import LeaseLost, StoreError
from tests.fakes.store_data import Data, DeliveryRow, RowKey, is_free

UNSENT = {DeliveryState.QUEUED, DeliveryState.UNCERTAIN, DeliveryState.SENDING}
ON_ITS_WAY = {DeliveryState.SENDING, DeliveryState.UNCERTAIN}
TROUBLED = {DeliveryState.UNCERTAIN, DeliveryState.LOST, DeliveryState.ABANDONED}
ONCE_CLAIMED = {
    DeliveryState.QUEUED: DeliveryState.SENDING,
    DeliveryState.SENDING: DeliveryState.UNCERTAIN,
}


class FakeOutbox:
    def __init__(self, data: Data) -> None:
        self._data = data
        self._rows = data.deliveries

    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        workspace = delivery.channel.workspace
        if await self.by_key(workspace, delivery.key):
            return False
        if delivery.slot is not None and (workspace, delivery.slot) not in self._data.slots:
            raise StoreError("There is no such slot.")
        row = DeliveryRow(_queued(storable(delivery)), storable(at), expires_at, seeded=not delivery.seeds)
        self._rows[workspace, delivery.id] = row
        return True

    async def claim(self, worker: str, now: datetime, lease: timedelta, lane: Lane, most: int) -> list[Delivery]:
        assert worker
        self._expire(now)
        in_lane = [(key, row) for key, row in self._rows.items() if _lane_of(row.delivery) is lane]
        due = [(key, row) for key, row in in_lane if self._is_due(row, now)]
        due.sort(key=lambda each: each[1].next_attempt_at or each[1].created_at)
        return [self._claim(key, row, now, now + lease) for key, row in due[:most]]

    async def release(self, workspace: str, now: datetime) -> None:
        for key, row in self._rows.items():
            if key[0] == workspace and row.lease_until is not None:
                self._rows[key] = replace(row, lease_until=now)

    def _claim(self, key: RowKey, row: DeliveryRow, now: datetime, lease_until: datetime) -> Delivery:
        state = ONCE_CLAIMED.get(row.delivery.state, row.delivery.state)
        sent_at = now if row.delivery.state is DeliveryState.QUEUED else row.delivery.sent_at
        claimed = replace(row.delivery, state=state, fence=row.delivery.fence + 1, sent_at=sent_at)
        self._rows[key] = replace(row, delivery=claimed, not_before=None, lease_until=lease_until)
        return claimed

    def _expire(self, now: datetime) -> None:
        for key, row in self._rows.items():
            if row.delivery.state is DeliveryState.QUEUED and row.expires_at is not None and row.expires_at <= now:
                self._rows[key] = replace(row, delivery=replace(row.delivery, state=DeliveryState.EXPIRED))

    def _is_due(self, row: DeliveryRow, now: datetime) -> bool:
        due_at = _due_at(row)
        return self._is_free(row, now) and (due_at is None or due_at <= now)

    def _is_free(self, row: DeliveryRow, now: datetime) -> bool:
        return _is_wanted(row.delivery) and is_free(row.lease_until, now) and not self._waits_for_another(row)

    def _waits_for_another(self, row: DeliveryRow) -> bool:
        other = self._rows.get((row.delivery.channel.workspace, row.delivery.under or ""))
        return other is not None and other.delivery.state in UNSENT

    async def next_due(self, now: datetime) -> datetime | None:
        due = (_due_at(row) for row in self._rows.values() if self._is_free(row, now))
        return min((at for at in due if at is not None and at > now), default=None)

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
        self._rows[key] = replace(
            row,
            delivery=now_so,
            next_attempt_at=outcome.next_attempt_at,
            shown_at=row.shown_at or (now if outcome.state is DeliveryState.SHOWN else None),
            last_shown_at=now if shown and row.delivery.shown_version else row.last_shown_at,
            lease_until=None,
        )

    async def refresh(
        self, workspace: str, deliveries: Collection[str], now: datetime, at_most_every: timedelta = timedelta(0)
    ) -> None:
        for id_ in set(deliveries):
            row = self._rows.get((workspace, id_))
            if row:
                self._rows[workspace, id_] = _refreshed(row, now, at_most_every)

    async def by_key(self, workspace: str, key: str) -> Delivery | None:
        there = (row.delivery for (where, _), row in self._rows.items() if where == workspace)
        return next((delivery for delivery in there if delivery.key == storable(key)), None)

    async def get(self, workspace: str, delivery: str) -> Delivery | None:
        row = self._rows.get((workspace, delivery))
        return row.delivery if row else None

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        deliveries = (row.delivery for row in self._rows.values())
        return any(each.channel == channel and each.slot and each.state in ON_ITS_WAY for each in deliveries)

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None:
        there = (row.delivery for row in self._rows.values() if row.delivery.channel == channel)
        return next((delivery for delivery in there if delivery.message == message), None)

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        numbers = {
            slot: item.number
            for (there, slot), row in self._data.digests.items()
            for item in row.digest.items
            if there == workspace and item.post == post
        }
        there = (row.delivery for (where, _), row in self._rows.items() if where == workspace)
        shown = (each for each in there if each.state in {DeliveryState.SHOWN, *ON_ITS_WAY} and each.slot in numbers)
        return [each.id for each in shown if _shows(each.content, numbers[each.slot or ""])]

    async def looking_back_on(self, workspace: str, items: Collection[str]) -> list[str]:
        there = (row.delivery for (where, _), row in self._rows.items() if where == workspace)
        shown = (each for each in there if each.state in {DeliveryState.SHOWN, *ON_ITS_WAY})
        return [each.id for each in shown if any(_shows_any(part, items) for part in each.content)]

    async def sharing(self, workspace: str, items: Collection[str]) -> list[str]:
        quoting = set(await self.quoting(workspace, (), items))
        there = (row.delivery for (where, _), row in self._rows.items() if where == workspace)
        return [each.id for each in there if each.id in quoting and each.private_to is None]

    async def quoting(self, workspace: str, posts: Collection[PostKey], items: Collection[str]) -> list[str]:
        there = (row.delivery for (where, _), row in self._rows.items() if where == workspace)
        shown = (each for each in there if each.state in {DeliveryState.SHOWN, *ON_ITS_WAY} and each.slot is None)
        return [each.id for each in shown if any(_quotes(part, posts, items) for part in each.content)]

    async def naming(self, person: PersonKey) -> list[str]:
        there = (row.delivery for (where, _), row in self._rows.items() if where == person.workspace)
        return [each.id for each in there if without(person.person, each.content) != each.content]

    async def forget_answers(self, before: datetime) -> int:
        emptied = 0
        for key, row in self._rows.items():
            each = row.delivery
            is_private = each.private_to is not None and each.slot is None and each.surface is not Surface.HOME
            if is_private and each.state not in UNSENT and row.created_at < before and each.content:
                empty = replace(each, content=(), shown_version=each.desired_version, private_to=SOMEBODY)
                self._rows[key] = replace(row, delivery=empty)
                emptied += 1
        return emptied

    async def drop_pages(self, person: PersonKey) -> None:
        for key, row in list(self._rows.items()):
            each = row.delivery
            is_page = each.surface is Surface.HOME and each.private_to == person.person
            waits = each.shown_version < each.desired_version and each.state in {*UNSENT, DeliveryState.SHOWN}
            if key[0] == person.workspace and is_page and not waits:
                del self._rows[key]

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
        there = [row.delivery for (where, _), row in self._rows.items() if where == workspace]
        states = [each.state for each in there if each.state is not DeliveryState.ABANDONED or _is_for_all(each)]
        return {state.value: states.count(state) for state in TROUBLED if state in states}

    def _shown(self, workspace: str) -> list[DeliveryRow]:
        rows = (row for (there, _), row in self._rows.items() if there == workspace)
        return [row for row in rows if row.delivery.state is DeliveryState.SHOWN]


def _is_for_all(delivery: Delivery) -> bool:
    return delivery.private_to is None and delivery.reply is None


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
        surface=new.surface,
        under=new.under,
    )


def _lane_of(delivery: Delivery) -> Lane:
    if delivery.private_to is not None or delivery.reply is not None or delivery.surface is not Surface.MESSAGE:
        return Lane.ANSWERS
    return Lane.EDITS if delivery.state is DeliveryState.SHOWN else Lane.MESSAGES


def _is_wanted(delivery: Delivery) -> bool:
    editable = delivery.message is not None or delivery.surface is Surface.HOME
    behind = delivery.desired_version > delivery.shown_version
    return behind and (delivery.state in UNSENT or (delivery.state is DeliveryState.SHOWN and editable))


def _due_at(row: DeliveryRow) -> datetime | None:
    polite_at = row.not_before if row.last_shown_at or row.shown_at else None
    return max((at for at in (row.next_attempt_at, polite_at) if at is not None), default=None)


def _refreshed(row: DeliveryRow, now: datetime, at_most_every: timedelta) -> DeliveryRow:
    """A page that was given up or taken without a reference is queued again."""
    delivery = row.delivery
    again = delivery.surface is Surface.HOME and delivery.state not in {*UNSENT, DeliveryState.SHOWN}
    state = DeliveryState.QUEUED if again else delivery.state
    attempts = 0 if again or state is DeliveryState.SHOWN else delivery.attempts
    return replace(
        row,
        delivery=replace(delivery, state=state, desired_version=delivery.desired_version + 1, attempts=attempts),
        expires_at=None if again else row.expires_at,
        not_before=not_before(
            now=now,
            at_most_every=at_most_every,
            last_shown_at=row.last_shown_at,
            is_behind=delivery.desired_version > delivery.shown_version,
            is_held=not is_free(row.lease_until, now),
            earlier=row.not_before,
        ),
    )


def _quotes(part: Part, posts: Collection[PostKey], items: Collection[str]) -> bool:
    match part:
        case ShowPost(source, id_):
            return PostKey(source, id_) in posts
        case ShowItem(item) | ShowNotes(item):
            return item in items
        case _:
            return False


def _shows_any(part: Part, items: Collection[str]) -> bool:
    return isinstance(part, ShowRoundup) and not set(items).isdisjoint(part.items)


def _shows(content: Content, number: int) -> bool:
    """Whether the message has that item of its digest: a card has its own, a cover none."""
    return not any(
        isinstance(part, ShowCover) or (isinstance(part, ShowCard) and part.number != number) for part in content
    )
