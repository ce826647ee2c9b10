"""Answer: what a person hears, sees opened, and sees on their own page after something they did."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.context import Answer
from bot.domain.actions import open_form
from bot.domain.content import AskForm, Block, Content, ShowFile, ShowHome
from bot.domain.delivery import NewDelivery, Surface
from bot.domain.errand import Errand
from bot.domain.events import Asking, HomeOpened, ReactionAdded, ReplyHandle
from bot.domain.keys import ChannelKey
from bot.ports import Received, Transaction
from bot.services.ids import new_id
from bot.services.notice_keys import page_key
from bot.services.parts import Parts

PRIVATE_ANSWER_KEPT = timedelta(hours=1)
TO_BE_SENT = timedelta(seconds=20)
"""An answer has to be on its way that long before its handle runs out."""

Answerable = Asking | ReactionAdded


async def give(tx: Transaction, parts: Parts, received: Received, happening: Answerable, answer: Answer) -> None:
    """A form where one can be opened, else the private words; and what the channel hears."""
    key, now = received.event.key, parts.clock.now()
    if answer.form is not None and _opens_forms(parts, happening):
        await _put(tx, parts, happening, (answer.form,), key=f"event:{key}:form", surface=Surface.FORM)
    elif answer.private:
        await _put(tx, parts, happening, answer.private, key=f"event:{key}:private")
    if answer.aloud:
        await tx.people.put(happening.person)
        await tx.outbox.put(NewDelivery(new_id(), f"event:{key}:aloud", happening.channel, answer.aloud), now)
    if answer.file is not None:
        await _hand_over(tx, parts, happening, answer.file, key=f"event:{key}:file")


async def give_later(tx: Transaction, parts: Parts, errand: Errand, answer: Answer) -> None:
    """What came of an errand: through the handle while it lasts, else as a private message; once, however often it is
    given."""
    await _speak(tx, parts, errand, answer)
    if answer.aloud:
        await tx.people.put(errand.person)
        await tx.outbox.put(
            NewDelivery(new_id(), f"errand:{errand.id}:aloud", errand.channel, answer.aloud), parts.clock.now()
        )


async def _speak(tx: Transaction, parts: Parts, errand: Errand, answer: Answer) -> None:
    now = parts.clock.now()
    is_private = _is_for_one_person(parts, errand.channel.workspace)
    reply = errand.reply if is_private and _lasts(errand.reply, now) else None
    delivery = NewDelivery(
        new_id(),
        f"errand:{errand.id}:private",
        errand.channel,
        answer.private,
        private_to=errand.person.key.person if is_private else None,
        reply=reply,
    )
    if answer.private:
        await tx.outbox.put(delivery, now, reply.deadline if reply else now + PRIVATE_ANSWER_KEPT)


def may_still_wait(errand: Errand, at: datetime) -> bool:
    """Whether the answer to the errand can be given as late as that, in the way that was meant."""
    return errand.reply is None or _lasts(errand.reply, at)


def _is_for_one_person(parts: Parts, workspace: str) -> bool:
    """Where the platform can do that; and while it is away, so that nothing private is said aloud when it is back."""
    return parts.chat_of(workspace) is None or parts.abilities(workspace).private_messages


def _lasts(reply: ReplyHandle | None, at: datetime) -> bool:
    return reply is not None and at + TO_BE_SENT < reply.deadline


def _opens_forms(parts: Parts, happening: Answerable) -> bool:
    able = parts.abilities(happening.channel.workspace)
    return able.forms and not isinstance(happening, ReactionAdded) and happening.reply.form_until is not None


async def _put(
    tx: Transaction,
    parts: Parts,
    happening: Answerable,
    content: Content,
    *,
    key: str,
    surface: Surface = Surface.MESSAGE,
) -> None:
    is_private = _is_for_one_person(parts, happening.channel.workspace)
    reply = None if isinstance(happening, ReactionAdded) else happening.reply
    wants_reply = is_private or surface is Surface.FORM
    now, identifier = parts.clock.now(), new_id()
    delivery = NewDelivery(
        identifier,
        key,
        happening.channel,
        tuple(_opened_again_by(identifier, part) for part in content),
        private_to=happening.person.key.person if wants_reply else None,
        reply=reply if wants_reply else None,
        surface=surface,
    )
    expires_at = reply.deadline if reply and wants_reply else now + PRIVATE_ANSWER_KEPT
    await tx.outbox.put(delivery, now, expires_at)


async def _hand_over(tx: Transaction, parts: Parts, happening: Answerable, file: ShowFile, *, key: str) -> None:
    """A message of its own: of an answer it is not certain that it can carry a file. The handle is kept, to say so
    where the file cannot be sent."""
    person, able = happening.person.key.person, parts.abilities(happening.channel.workspace)
    where = ChannelKey(happening.channel.workspace, person) if able.personal_channels else happening.channel
    reply = None if isinstance(happening, ReactionAdded) else happening.reply
    delivery, now = NewDelivery(new_id(), key, where, (file,), private_to=person, reply=reply), parts.clock.now()
    await tx.outbox.put(delivery, now, now + PRIVATE_ANSWER_KEPT)


def _opened_again_by(delivery: str, part: Block) -> Block:
    return replace(part, again=open_form(delivery).encode()) if isinstance(part, AskForm) else part


async def show_home(tx: Transaction, parts: Parts, received: Received, opened: HomeOpened) -> None:
    await _show_home(tx, parts, opened.person.key.person, received, received.event.key)


async def show_home_again(tx: Transaction, parts: Parts, received: Received, happening: Answerable) -> None:
    """For those who have looked at their page: what they did may have changed it."""
    person = happening.person.key.person
    if await tx.outbox.by_key(received.event.workspace, page_key(person)) is not None:
        await _show_home(tx, parts, person, received, received.event.key)


async def _show_home(tx: Transaction, parts: Parts, person: str, received: Received, key: str) -> None:
    """The first one under a key that tells, later, that there was one."""
    workspace, now = received.event.workspace, parts.clock.now()
    if not parts.abilities(workspace).home:
        return
    for each in (page_key(person), f"event:{key}:home"):
        delivery = NewDelivery(
            new_id(),
            each,
            ChannelKey(workspace, person),
            (ShowHome(person),),
            private_to=person,
            surface=Surface.HOME,
        )
        if await tx.outbox.put(delivery, now, now + PRIVATE_ANSWER_KEPT):
            return
