"""Learn: work off the inbox. What an event changes, its answer and its being done are one transaction."""

from datetime import timedelta

import structlog

from bot.commands import Answer, Asked, run
from bot.commands.library import saved_answer
from bot.domain.actions import Action, save_item, whole_number
from bot.domain.content import Content, Say, ShowDigest, offer, say
from bot.domain.delivery import Delivery, NewDelivery
from bot.domain.digest import Digest
from bot.domain.events import ButtonPressed, CommandGiven, Happening, ReactionAdded, ReactionRemoved, ReplyHandle
from bot.domain.keys import PostKey
from bot.domain.library import SAVE_EMOJI, number_meant, reaction_origin
from bot.errors import LeaseLost, Mistake
from bot.ports import Received, Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.report import report
from bot.services.shelf import save_post, undo, withdraw_reaction

LEASE = timedelta(minutes=1)
MOST_ATTEMPTS = 4
MOST_CLAIMS = 30
"""An event that takes the process down with it is not tried for ever."""
PAUSE = timedelta(seconds=20)
PRIVATE_ANSWER_KEPT = timedelta(hours=1)

log = structlog.get_logger(__name__)


async def learn(parts: Parts) -> bool:
    """Works off the earliest event. False where there is none."""
    async with parts.store.transaction() as tx:
        received = await tx.events.claim(parts.worker, parts.clock.now(), LEASE)
    if received is None:
        return False
    if received.attempts >= MOST_CLAIMS:
        await _failed(parts, received, RuntimeError("it ended the process again and again"))
        return True
    try:
        async with parts.store.transaction() as tx:
            await _handle(tx, parts, received)
            await tx.events.done(received)
    except _TooEarly:
        await _wait_for_the_message(parts, received)
    except LeaseLost:
        log.info("another worker took the event over", event_key=received.event.key)
    except Exception as problem:
        log.exception("event failed", event_key=received.event.key)
        await _failed(parts, received, problem)
    return True


class _TooEarly(Exception):
    """The reaction is on a message that may be ours and is not known to be yet."""


async def _wait_for_the_message(parts: Parts, received: Received) -> None:
    async with parts.store.transaction() as tx:
        await tx.events.failed(received, "its message is not known yet", parts.clock.now() + PAUSE)


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
            await _answer(tx, parts, received, Answer(say("That did not work, and it is our fault. Please try again.")))


async def _handle(tx: Transaction, parts: Parts, received: Received) -> None:
    happening = received.event.happening
    match happening:
        case CommandGiven():
            await _answer(tx, parts, received, await run(_asked(tx, parts, received), happening.text))
        case ButtonPressed():
            await _answer(tx, parts, received, await _press(tx, parts, received, happening))
        case ReactionAdded():
            await _react(tx, parts, received, happening)
        case ReactionRemoved():
            await _unreact(tx, received, happening)


def _asked(tx: Transaction, parts: Parts, received: Received) -> Asked:
    happening = received.event.happening
    return Asked(tx, parts, happening.person, happening.channel, received.event.key, received.at)


async def _press(tx: Transaction, parts: Parts, received: Received, pressed: ButtonPressed) -> Answer:
    try:
        action = Action.decode(pressed.action)
    except Mistake as mistake:
        return Answer(say(str(mistake)))
    match action:
        case Action("save", (delivery, number)):
            post = await _shown_post(tx, received.event.workspace, delivery, whole_number(number))
            saved = await save_post(tx, pressed.person, post, origin="button", at=received.at) if post else None
            return saved_answer(saved)
        case Action("undo", (item,)):
            undone = await undo(tx, pressed.person.key, item, received.at)
            return Answer(
                say("Undone: it is no longer among your saves." if undone else "It was not among your saves.")
            )
        case Action("run", words):
            return await run(_asked(tx, parts, received), " ".join(words))
        case _:
            return Answer(say("This button is not one of ours."))


async def _react(tx: Transaction, parts: Parts, received: Received, reaction: ReactionAdded) -> None:
    shown = await _shown_digest(tx, reaction)
    if shown is None:
        return
    delivery, digest = shown
    number = number_meant(reaction.emoji, len(digest.items))
    if number is not None:
        await save_post(tx, reaction.person, _post(digest, number), origin=_origin(reaction), at=received.at)
    elif reaction.emoji in SAVE_EMOJI:
        await _answer(tx, parts, received, Answer(_which_one(delivery, digest)))


async def _unreact(tx: Transaction, received: Received, reaction: ReactionRemoved) -> None:
    shown = await _shown_digest(tx, reaction)
    number = number_meant(reaction.emoji, len(shown[1].items)) if shown else None
    if shown and number is not None:
        post = _post(shown[1], number)
        await withdraw_reaction(tx, reaction.person.key, post, origin=_origin(reaction), at=received.at)


def _which_one(delivery: Delivery, digest: Digest) -> Content:
    buttons = offer(
        *((f"Save item {item.number}", save_item(delivery.id, item.number).encode()) for item in digest.items)
    )
    return (Say("Which item would you like to save? A reaction with its number does it, too."), buttons)


async def _shown_digest(tx: Transaction, reaction: ReactionAdded | ReactionRemoved) -> tuple[Delivery, Digest] | None:
    """The digest that the message shows; None for messages that are not ours to save from. Raises _TooEarly while that
    cannot be told."""
    delivery = await tx.outbox.by_message(reaction.channel, reaction.message)
    if delivery is None and await tx.outbox.is_unsettled(reaction.channel):
        raise _TooEarly
    digest = await _digest_of(tx, delivery) if delivery else None
    return (delivery, digest) if delivery and digest else None


async def _shown_post(tx: Transaction, workspace: str, delivery_id: str, number: int) -> PostKey | None:
    delivery = await tx.outbox.get(workspace, delivery_id)
    digest = await _digest_of(tx, delivery) if delivery else None
    return next((item.post for item in digest.items if item.number == number), None) if digest else None


async def _digest_of(tx: Transaction, delivery: Delivery) -> Digest | None:
    slots = [part.slot for part in delivery.content if isinstance(part, ShowDigest)]
    return await tx.digests.get(delivery.channel.workspace, slots[0]) if slots else None


def _post(digest: Digest, number: int) -> PostKey:
    return next(item.post for item in digest.items if item.number == number)


def _origin(reaction: ReactionAdded | ReactionRemoved) -> str:
    return reaction_origin(reaction.message, reaction.emoji)


async def _answer(tx: Transaction, parts: Parts, received: Received, answer: Answer) -> None:
    happening, key = received.event.happening, received.event.key
    able = parts.abilities(received.event.workspace)
    now = parts.clock.now()
    if answer.private:
        reply = _reply_handle(happening) if able.private_messages else None
        person = happening.person.key.person if able.private_messages else None
        delivery = NewDelivery(
            new_id(), f"event:{key}:private", happening.channel, answer.private, private_to=person, reply=reply
        )
        expires_at = reply.deadline if reply else now + PRIVATE_ANSWER_KEPT
        await tx.outbox.put(delivery, now, expires_at)
    if answer.aloud:
        await tx.people.put(happening.person)
        await tx.outbox.put(NewDelivery(new_id(), f"event:{key}:aloud", happening.channel, answer.aloud), now)


def _reply_handle(happening: Happening) -> ReplyHandle | None:
    return happening.reply if isinstance(happening, CommandGiven | ButtonPressed) else None
