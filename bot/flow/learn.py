"""Learn: work off the inbox. What an event changes, its answer and its being done are one transaction, and in the same
one the answer is claimed, so that it can go out at once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.commands import Answer, Around, Asked, run
from bot.commands.buttons import press
from bot.commands.filled import fill_in
from bot.commands.governing.comings import change, leave
from bot.commands.library.reactions import TooEarly, react, unreact
from bot.commands.library.saving import choose
from bot.domain.channel import Origin
from bot.domain.content import say
from bot.domain.events import (
    Asking,
    ButtonPressed,
    ChannelChanged,
    CommandGiven,
    Event,
    FormSent,
    HomeOpened,
    MessageChosen,
    ReactionAdded,
    ReactionRemoved,
    WorkspaceLeft,
    person_of,
)
from bot.domain.keys import ChannelKey
from bot.errors import LeaseLost
from bot.flow.answer import Answerable, give, show_home, show_home_again
from bot.flow.deliver import Claim, Claiming
from bot.flow.look_around import look_around
from bot.ports import Received, Transaction
from bot.services.erasing.forgetting import is_forgotten
from bot.services.parts import Parts
from bot.services.report import report

LEASE = timedelta(minutes=1)
MOST_ATTEMPTS = 4
MOST_CLAIMS = 30
"""An event that takes the process down with it is not tried for ever."""
PAUSE = timedelta(seconds=20)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def _leaving_the_answer() -> AsyncIterator[Claim]:
    async def nothing(_tx: Transaction) -> None: ...

    yield nothing


def _nobody_asks(_channels: set[ChannelKey]) -> None: ...


def _channels_of(event: Event) -> set[ChannelKey]:
    """Where it happened, and the own channel of whoever did it."""
    happening = event.happening
    if isinstance(happening, ChannelChanged):
        return {happening.channel}
    if isinstance(happening, Answerable):
        return {happening.channel, ChannelKey(event.workspace, happening.person.key.person)}
    return set()


async def learn(
    parts: Parts, claiming: Claiming = _leaving_the_answer, touched: Callable[[set[ChannelKey]], None] = _nobody_asks
) -> bool:
    """Works off the earliest event. False where there is none. `claiming` is entered around the transaction in which
    the answer is queued, and what it gives may claim it there. `touched` hears which channels may have changed."""
    async with parts.store.transaction() as tx:
        received = await tx.events.claim(parts.worker, parts.clock.now(), LEASE)
    if received is None:
        return False
    if received.attempts >= MOST_CLAIMS:
        await _failed(parts, received, RuntimeError("it ended the process again and again"))
        return True
    try:
        await _work_off(parts, received, claiming)
        touched(_channels_of(received.event))
    except TooEarly:
        await _wait_for_the_message(parts, received)
    except LeaseLost:
        log.info("another worker took the event over", event_key=received.event.key)
    except Exception as problem:
        log.exception("event failed", event_key=received.event.key)
        await _failed(parts, received, problem)
    return True


async def _work_off(parts: Parts, received: Received, claiming: Claiming) -> None:
    event, around = await look_around(parts, received.event)
    received = replace(received, event=event)
    async with claiming() as claim, parts.store.transaction() as tx:
        if not await is_forgotten(tx, person_of(event.happening), received.at):
            await _handle(tx, parts, received, around)
        await tx.events.done(received)
        await claim(tx)


async def _wait_for_the_message(parts: Parts, received: Received) -> None:
    async with parts.store.transaction() as tx:
        await tx.events.failed(received, "its message is not known or cannot be read yet", parts.clock.now() + PAUSE)


async def _failed(parts: Parts, received: Received, problem: Exception) -> None:
    """Whatever went wrong, the event stays: tried again, and kept for a person to look at when that does not help."""
    last = received.attempts + 1 >= MOST_ATTEMPTS
    async with parts.store.transaction() as tx:
        again_at = None if last else parts.clock.now() + PAUSE * (received.attempts + 1)
        await tx.events.failed(received, type(problem).__name__, again_at)
        if last:
            workspace, name = received.event.workspace, type(problem).__name__
            sentence = f"Something a person did could not be worked off ({name}); it is kept. See the log."
            await report(tx, parts, workspace, f"event:{received.event.key}", sentence)
            await _apologise(tx, parts, received)


async def _apologise(tx: Transaction, parts: Parts, received: Received) -> None:
    if isinstance(received.event.happening, Answerable):
        sorry = Answer(say("That did not work, and it is our fault. Please try again."))
        await give(tx, parts, received, received.event.happening, sorry)


async def _handle(tx: Transaction, parts: Parts, received: Received, around: Around) -> None:
    happening = received.event.happening
    match happening:
        case HomeOpened():
            await show_home(tx, parts, received, happening)
        case ChannelChanged():
            await change(tx, parts, happening)
        case WorkspaceLeft():
            await leave(tx, parts, received.event.workspace, happening)
        case ReactionRemoved():
            await unreact(_asked(tx, parts, received, happening, around), happening)
        case _:
            asked = _asked(tx, parts, received, happening, around)
            await _keep_name(asked)
            await give(tx, parts, received, happening, await _act(asked, happening))
            await show_home_again(tx, parts, received, happening)


async def _act(asked: Asked, happening: Answerable) -> Answer:
    match happening:
        case CommandGiven():
            return await run(asked, happening.text)
        case ButtonPressed():
            return await press(asked, happening.action)
        case FormSent():
            return await fill_in(asked, happening)
        case MessageChosen():
            return await choose(asked, happening)
        case ReactionAdded():
            return await react(asked, happening)


def _asked(
    tx: Transaction, parts: Parts, received: Received, happening: Answerable | ReactionRemoved, around: Around
) -> Asked:
    reply = happening.reply if isinstance(happening, Asking) else None
    return Asked(tx, parts, happening.person, happening.channel, received.event.key, received.at, around, reply)


async def _keep_name(asked: Asked) -> None:
    """How people call the channel, where the platform said it."""
    seen, channel = asked.around.seen, await asked.tx.channels.get(asked.channel)
    if channel and seen and seen.name and seen.name != channel.name and channel.origin is Origin.COMMAND:
        await asked.tx.channels.put(replace(channel, name=seen.name))
