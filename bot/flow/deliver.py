"""Deliver: close the gap between what should be shown and what is, and never show a thing twice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.domain.delivery import MOST_ATTEMPTS, Delivery, DeliveryState, Outcome, pause_after
from bot.errors import AdapterError, OutOfCredit, Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from bot.ports import ChatAdapter, Outgoing, Transaction
from bot.services.parts import Parts
from bot.services.present import occasion_of, present
from bot.services.report import report
from bot.views import Message

LEASE = timedelta(minutes=2)
SEEDS_AT_ONCE = 5

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def deliver(parts: Parts) -> bool:
    """Makes one attempt at the earliest delivery that is due. False where none is."""
    async with parts.store.transaction() as tx:
        delivery = await tx.outbox.claim(parts.worker, parts.clock.now(), LEASE)
    if delivery is None:
        return False
    outcome = await _Attempt(parts, delivery).make()
    await _record(parts, delivery, outcome)
    return True


class _Attempt:
    """One attempt: it asks, sends or edits, whichever closes the gap, and says what came of it."""

    def __init__(self, parts: Parts, delivery: Delivery) -> None:
        self._parts = parts
        self._delivery = delivery

    async def make(self) -> Outcome:
        delivery = self._delivery
        chat = self._parts.chat_of(delivery.channel.workspace)
        if chat is None:
            return self._later("no chat is connected to this workspace")
        if delivery.state is DeliveryState.UNCERTAIN:
            return await self._settle(chat)
        if delivery.message is not None:
            return await self._edit(chat, delivery.message)
        return await self._send(chat)

    async def _send(self, chat: ChatAdapter) -> Outcome:
        message = await self._message()
        delivery = self._delivery
        outgoing = Outgoing(delivery.id, delivery.channel, message, delivery.private_to, delivery.reply)
        return await self._try(lambda: chat.send(outgoing), self._shown)

    async def _edit(self, chat: ChatAdapter, reference: str) -> Outcome:
        if not chat.abilities(self._delivery.channel.workspace).edit:
            return self._shown(reference)
        message = await self._message()
        return await self._try(
            lambda: chat.edit(self._delivery.channel, reference, message), lambda _: self._shown(reference)
        )

    async def _settle(self, chat: ChatAdapter) -> Outcome:
        """What became of a request whose answer never came: ask where that is possible, and else leave it: one message
        too few rather than one twice."""
        able = chat.abilities(self._delivery.channel.workspace)
        is_private = self._delivery.private_to or self._delivery.reply
        if able.find_private if is_private else able.find:
            return await self._try(lambda: chat.find(self._delivery.channel, self._delivery.id), self._found)
        return Outcome(DeliveryState.LOST, problem="the connection was cut and the platform cannot be asked")

    def _found(self, reference: str | None) -> Outcome:
        if reference is None:
            return self._later("it was not there", DeliveryState.QUEUED, timedelta(0))
        return replace(self._shown(reference), shown_version=0)

    def _shown(self, reference: str | None) -> Outcome:
        if reference is None:
            return Outcome(DeliveryState.ACCEPTED, shown_version=self._delivery.desired_version)
        return Outcome(DeliveryState.SHOWN, reference, self._delivery.desired_version)

    async def _message(self) -> Message:
        delivery = self._delivery
        async with self._parts.store.reading() as tx:
            occasion = await occasion_of(
                tx, self._parts, delivery.channel, delivery=delivery.id, viewer=delivery.private_to
            )
            return await present(tx, self._parts, occasion, delivery.content)

    async def _try(self, request: Callable[[], Awaitable[T]], then: Callable[[T], Outcome]) -> Outcome:
        try:
            return then(await request())
        except Throttled as wait:
            return replace(self._until(wait.until, str(wait)), counts_as_attempt=False)
        except Uncertain as cut:
            return self._after_cut(str(cut))
        except (Unavailable, OutOfCredit, Unauthorised) as problem:
            return self._later(str(problem))
        except Rejected as refusal:
            taken_away = self._delivery.message is not None
            state = DeliveryState.REMOVED if taken_away else DeliveryState.ABANDONED
            return Outcome(state, self._delivery.message, problem=str(refusal))

    def _after_cut(self, problem: str) -> Outcome:
        if self._delivery.message is not None:
            return self._later(problem)
        return replace(self._later(problem), state=DeliveryState.UNCERTAIN)

    def _later(self, problem: str, state: DeliveryState | None = None, pause: timedelta | None = None) -> Outcome:
        if self._delivery.attempts + 1 >= MOST_ATTEMPTS:
            return Outcome(DeliveryState.ABANDONED, self._delivery.message, problem=problem)
        wait = pause_after(self._delivery.attempts, self._parts.random) if pause is None else pause
        return replace(self._until(self._parts.clock.now() + wait, problem), state=state or self._unchanged())

    def _until(self, moment: datetime, problem: str) -> Outcome:
        return Outcome(self._unchanged(), self._delivery.message, next_attempt_at=moment, problem=problem)

    def _unchanged(self) -> DeliveryState:
        if self._delivery.state is DeliveryState.UNCERTAIN:
            return DeliveryState.UNCERTAIN
        return DeliveryState.QUEUED if self._delivery.message is None else DeliveryState.SHOWN


async def _record(parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    context = {"delivery": delivery.id, "channel": delivery.channel.channel, "state": outcome.state.value}
    log.info("delivery", **context, problem=outcome.problem)
    async with parts.store.transaction() as tx:
        await tx.outbox.record(delivery, outcome, parts.clock.now())
        if outcome.state in {DeliveryState.ABANDONED, DeliveryState.LOST} and delivery.reply is None:
            await _tell(tx, parts, delivery, outcome)
        if delivery.slot is not None:
            await _note_on_channel(tx, delivery, outcome)


async def _note_on_channel(tx: Transaction, delivery: Delivery, outcome: Outcome) -> None:
    """A channel that refused its digest says so in `status` and `doctor` until one arrives again."""
    channel = await tx.channels.get(delivery.channel)
    stopped = outcome.problem if outcome.state is DeliveryState.ABANDONED else ""
    if channel and channel.stopped != stopped and outcome.state in {DeliveryState.ABANDONED, DeliveryState.SHOWN}:
        await tx.channels.put(replace(channel, stopped=stopped))


async def _tell(tx: Transaction, parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    workspace, channel = delivery.channel.workspace, delivery.channel.channel
    if outcome.state is DeliveryState.LOST:
        sentence = f"One message to {channel} may be missing: {outcome.problem}. It was not sent a second time."
        await report(tx, parts, workspace, f"lost:{delivery.id}", sentence)
    else:
        sentence = f"A message to {channel} could not be delivered and was given up: {outcome.problem}"
        await report(tx, parts, workspace, f"abandoned:{delivery.id}", sentence)


async def seed(parts: Parts) -> bool:
    """Adds the bot's own reactions to messages that want them: best effort, tried once. False where none does."""
    done = False
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            async with parts.store.reading() as tx:
                waiting = await tx.outbox.unseeded(workspace.id, SEEDS_AT_ONCE)
            for delivery in waiting:
                await _seed_one(parts, chat, delivery)
                done = True
    return done


async def _seed_one(parts: Parts, chat: ChatAdapter, delivery: Delivery) -> None:
    if delivery.message is not None and chat.abilities(delivery.channel.workspace).seeded_reactions:
        try:
            await chat.seed(delivery.channel, delivery.message, delivery.seeds)
        except AdapterError as problem:
            log.info("reactions not added", delivery=delivery.id, problem=str(problem))
    async with parts.store.transaction() as tx:
        await tx.outbox.set_seeded(delivery.channel.workspace, delivery.id)
