"""One attempt at a delivery: it asks, sends, edits, opens or publishes, whichever closes the gap, and says what came of
it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.content import AskForm, ShowFile, ShowHome
from bot.domain.delivery import MOST_ATTEMPTS, Delivery, DeliveryState, Outcome, Surface, pause_after
from bot.domain.keys import PersonKey
from bot.errors import AdapterError, OutOfCredit, Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from bot.ports import ChatAdapter, Outgoing, Transaction
from bot.services.digest.calls import called_by
from bot.services.parts import Parts
from bot.services.saying.forms import form_of
from bot.services.saying.present import Occasion, occasion_of, present
from bot.views import Form, Message

TOO_LATE_FOR_A_FORM = "the form could not be opened in time"
FORGOTTEN = "whoever it was for is forgotten"
GIVEN_UP_WITH_ITS_HEAD = "the message it belongs under was given up"

TO_ARRIVE = timedelta(seconds=30)
"""So long a request may be on its way."""

T = TypeVar("T")


class Attempt:
    """`desk` is where messages are put into words, a few at a time."""

    def __init__(self, parts: Parts, delivery: Delivery, desk: asyncio.Semaphore) -> None:
        self._parts = parts
        self._desk = desk
        self._delivery = delivery
        self._has_left = False

    async def make(self) -> Outcome:
        delivery = self._delivery
        if not delivery.content:
            return Outcome(DeliveryState.EXPIRED, delivery.message, delivery.desired_version, problem=FORGOTTEN)
        chat = self._parts.chat_of(delivery.channel.workspace)
        if chat is None:
            return self._later("no chat is connected to this workspace")
        if delivery.surface is Surface.FORM:
            return await self._open_form(chat)
        if delivery.surface is Surface.HOME:
            return await self._publish_home(chat)
        if delivery.state is DeliveryState.UNCERTAIN:
            return await self._settle(chat)
        if delivery.message is not None:
            return await self._edit(chat, delivery.message)
        return await self._send(chat)

    def put_off(self, until: datetime) -> Outcome:
        """Nothing was attempted."""
        return replace(self._until(until, "it waits for its turn"), counts_as_attempt=False)

    def after(self, mistake: Exception) -> Outcome:
        """What `make` did not foresee. Only what may have been sent is uncertain."""
        problem = f"unexpected: {type(mistake).__name__}"
        return self._after_cut(problem) if self._has_left else self._later(problem)

    async def _send(self, chat: ChatAdapter) -> Outcome:
        delivery = self._delivery
        async with self._room_to_write(), self._parts.store.reading() as tx:
            head = await tx.outbox.get(delivery.channel.workspace, delivery.under) if delivery.under else None
            message = await present(tx, self._parts, await self._occasion(tx), delivery.content)
            calls = await called_by(tx, self._parts, delivery)
        if head and head.state is DeliveryState.ABANDONED:
            return Outcome(DeliveryState.ABANDONED, problem=GIVEN_UP_WITH_ITS_HEAD)
        under = head.message if head and head.state is DeliveryState.SHOWN else None
        outgoing = Outgoing(delivery.id, delivery.channel, message, delivery.private_to, delivery.reply, under, calls)
        return await self._try(lambda: chat.send(outgoing), self._shown)

    async def _edit(self, chat: ChatAdapter, reference: str) -> Outcome:
        if not chat.abilities(self._delivery.channel.workspace).edit:
            return self._shown(reference)
        message = await self._message()
        return await self._try(
            lambda: chat.edit(self._delivery.channel, reference, message), lambda _: self._shown(reference)
        )

    async def _settle(self, chat: ChatAdapter) -> Outcome:
        """What became of a request whose answer never came: ask where that is possible, send it once more while the
        platform itself refuses a double, and else leave it: one message too few rather than one twice."""
        able = chat.abilities(self._delivery.channel.workspace)
        is_private = self._delivery.private_to or self._delivery.reply
        outcome = Outcome(DeliveryState.LOST, problem="the connection was cut and the platform cannot be asked")
        if able.find_private if is_private else able.find:
            outcome = _lost(await self._try(lambda: chat.find(self._delivery.channel, self._delivery.id), self._found))
        refused_for = able.resend_safe_for if is_private else chat.refuses_doubles_for(self._delivery.channel)
        if outcome.state is DeliveryState.LOST and self._is_safe_again(refused_for):
            return _lost(await self._send(chat))
        return outcome

    def _is_safe_again(self, refused_for: timedelta) -> bool:
        """Whether a request that leaves now arrives while the platform still knows the first."""
        sent_at, window = self._delivery.sent_at, refused_for * self._parts.clock.speed
        on_its_way = TO_ARRIVE * self._parts.clock.speed
        return sent_at is not None and self._parts.clock.now() + on_its_way < sent_at + window

    def _found(self, reference: str | None) -> Outcome:
        if reference is None:
            return self._later("it was not there", DeliveryState.QUEUED, timedelta(0))
        return replace(self._shown(reference), shown_version=0)

    async def _open_form(self, chat: ChatAdapter) -> Outcome:
        """Once or not at all: nobody wants a form to open over what they are typing by now."""
        reply = self._delivery.reply
        if self._delivery.state is DeliveryState.UNCERTAIN:
            return Outcome(DeliveryState.EXPIRED, problem="nobody knows whether the form was opened")
        if reply is None or reply.form_until is None or reply.form_until <= self._parts.clock.now():
            return Outcome(DeliveryState.EXPIRED, problem=TOO_LATE_FOR_A_FORM)
        form = await self._form()
        self._has_left = True
        try:
            await chat.open_form(reply, form)
        except Uncertain as cut:
            return Outcome(DeliveryState.EXPIRED, problem=str(cut))
        except AdapterError:
            return Outcome(DeliveryState.EXPIRED, problem=TOO_LATE_FOR_A_FORM)
        return self._shown(None)

    async def _publish_home(self, chat: ChatAdapter) -> Outcome:
        """A page may be published twice: an uncertain one is, like any other."""
        page = await self._message()
        return await self._try(lambda: chat.publish_home(self._person(), page), self._shown)

    def _person(self) -> PersonKey:
        page = next(part for part in self._delivery.content if isinstance(part, ShowHome))
        return PersonKey(self._delivery.channel.workspace, page.person)

    def _shown(self, reference: str | None) -> Outcome:
        if reference is None:
            return Outcome(DeliveryState.ACCEPTED, shown_version=self._delivery.desired_version)
        return Outcome(DeliveryState.SHOWN, reference, self._delivery.desired_version)

    async def _message(self) -> Message:
        async with self._desk, self._parts.store.reading() as tx:
            return await present(tx, self._parts, await self._occasion(tx), self._delivery.content)

    def _room_to_write(self) -> AbstractAsyncContextManager[object]:
        """Beside the desk for a file: it may take long, and nobody's message has to wait for it."""
        has_file = any(isinstance(part, ShowFile) for part in self._delivery.content)
        return nullcontext() if has_file else self._desk

    async def _form(self) -> Form:
        wanted = next(part for part in self._delivery.content if isinstance(part, AskForm))
        async with self._desk, self._parts.store.reading() as tx:
            return await form_of(tx, self._parts, await self._occasion(tx), wanted)

    async def _occasion(self, tx: Transaction) -> Occasion:
        mine = self._delivery
        return await occasion_of(tx, self._parts, mine.channel, delivery=mine.id, viewer=mine.private_to)

    async def _try(self, request: Callable[[], Awaitable[T]], then: Callable[[T], Outcome]) -> Outcome:
        self._has_left = True
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


def _lost(outcome: Outcome) -> Outcome:
    """Of what is uncertain: who gives up does not know that it is not there."""
    return replace(outcome, state=DeliveryState.LOST) if outcome.state is DeliveryState.ABANDONED else outcome
