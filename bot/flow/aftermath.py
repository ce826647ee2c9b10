"""What follows from an attempt beyond the delivery itself: who has to be told, and what the channel remembers."""

from dataclasses import replace

from bot.domain.channel import Channel
from bot.domain.content import AskForm, Say, ShowFile, headed, offer, say
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Outcome, Surface
from bot.domain.keys import ChannelKey, PersonKey
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.notice_keys import stopped_key
from bot.services.parts import Parts
from bot.services.report import report

IT_MAY_BE_THERE = (
    "The connection was cut while the file was sent, so nobody knows whether it arrived. If it is not there, ask for "
    "it again."
)
GIVEN_UP = frozenset({DeliveryState.ABANDONED, DeliveryState.LOST})


async def follow_up(tx: Transaction, parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    """In the transaction that records the outcome."""
    if outcome.state in GIVEN_UP and not _is_for_one(delivery) and delivery.surface is Surface.MESSAGE:
        await _tell(tx, parts, delivery, outcome)
    if outcome.state in GIVEN_UP and any(isinstance(part, ShowFile) for part in delivery.content):
        await _say_that_it_did_not_come(tx, parts, delivery, outcome)
    if delivery.slot is not None:
        await _note_on_channel(tx, parts, delivery, outcome)
    if delivery.surface is Surface.HOME and outcome.next_attempt_at is None:
        await _forget_whose_page_it_was(tx, PersonKey(delivery.channel.workspace, delivery.channel.channel))
    if outcome.state is DeliveryState.EXPIRED and delivery.surface is Surface.FORM:
        await _offer_again(tx, parts, delivery)


async def _forget_whose_page_it_was(tx: Transaction, person: PersonKey) -> None:
    """Where that person was forgotten and has done nothing since that they would be known by."""
    if await tx.tombstones.at(person) and not await tx.people.names(person.workspace, [person.person]):
        await tx.outbox.drop_pages(person)


def _is_for_one(delivery: Delivery) -> bool:
    """Who gets no answer asks once more; the office has nothing to mend."""
    return bool(delivery.reply or delivery.private_to)


def lane_of_news(delivery: Delivery, outcome: Outcome) -> Lane | None:
    """Where `follow_up` may have queued something."""
    if outcome.state in GIVEN_UP:
        return Lane.ANSWERS if _is_for_one(delivery) else Lane.MESSAGES
    return Lane.ANSWERS if outcome.state is DeliveryState.EXPIRED else None


async def _tell(tx: Transaction, parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    """A digest in several messages that are all refused is one problem; each that may be missing is one of its own."""
    workspace, where = delivery.channel.workspace, await _where(tx, delivery.channel)
    if outcome.state is DeliveryState.LOST:
        sentence = f"One message to {where} may be missing: {outcome.problem}. It was not sent a second time."
        await report(tx, parts, workspace, f"lost:{delivery.id}", sentence)
    else:
        sentence = f"A message to {where} could not be delivered and was given up: {outcome.problem}"
        await report(tx, parts, workspace, f"abandoned:{delivery.slot or delivery.id}", sentence)


async def _where(tx: Transaction, key: ChannelKey) -> str:
    """Whose personal digest it is, is nobody else's business."""
    channel = await tx.channels.get(key)
    if channel is None:
        return key.channel
    return "somebody's own channel" if channel.owner else channel.name


async def _note_on_channel(tx: Transaction, parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    """A channel that refused its digest says so in `status` and `doctor` until one arrives again."""
    channel = await tx.channels.get(delivery.channel)
    if channel and outcome.state is DeliveryState.ABANDONED:
        await _stop(tx, parts, channel, delivery, outcome.problem)
    elif channel and channel.stopped and outcome.state is DeliveryState.SHOWN:
        await tx.channels.put(replace(channel, stopped=""))
        await tx.notices.clear(channel.key.workspace, stopped_key(channel.key))


async def _stop(tx: Transaction, parts: Parts, channel: Channel, delivery: Delivery, problem: str) -> None:
    if delivery.under is None or not channel.stopped:
        await tx.channels.put(replace(channel, stopped=problem))
    if parts.abilities(channel.key.workspace).personal_channels:
        await _tell_who_follows(tx, parts, channel, problem)


async def _tell_who_follows(tx: Transaction, parts: Parts, channel: Channel, problem: str) -> None:
    """Whoever followed something there last knows the channel, and whom to ask."""
    workspace = channel.key.workspace
    followers = [
        each.by for each in await tx.topics.followed(channel.key) if each.by and each.by != channel.key.channel
    ]
    if not followers or not await tx.notices.first_time(workspace, stopped_key(channel.key), parts.clock.now()):
        return
    identifier, own = new_id(), ChannelKey(workspace, followers[-1])
    sentences = [
        f"The digest for {channel.name} could not be sent: {problem}",
        "You followed something there, so you are told, once. When it is mended, the next digest comes by itself.",
    ]
    content = headed("A digest could not be delivered", sentences)
    await tx.outbox.put(NewDelivery(identifier, f"notice:{identifier}", own, content), parts.clock.now())


async def _say_that_it_did_not_come(tx: Transaction, parts: Parts, delivery: Delivery, outcome: Outcome) -> None:
    """A file, to whoever asked for it: as an answer, or where the file was to come once that is too late."""
    now = parts.clock.now()
    reply = delivery.reply if delivery.reply and delivery.reply.deadline > now else None
    is_their_own = delivery.channel.channel == delivery.private_to
    private_to = None if reply is None and is_their_own else delivery.private_to
    is_lost = outcome.state is DeliveryState.LOST
    sentence = IT_MAY_BE_THERE if is_lost else f"The file could not be sent. {outcome.problem}"
    key, content = f"{delivery.key}:sorry", say(sentence)
    sorry = NewDelivery(new_id(), key, delivery.channel, content, private_to=private_to, reply=reply)
    await tx.outbox.put(sorry, now, reply.deadline if reply else None)


async def _offer_again(tx: Transaction, parts: Parts, delivery: Delivery) -> None:
    """Nothing is offered where the form may have been opened long ago, or where nobody can be answered any more."""
    reply, now = delivery.reply, parts.clock.now()
    if delivery.state is DeliveryState.UNCERTAIN or reply is None or reply.deadline <= now:
        return
    wanted = next((part for part in delivery.content if isinstance(part, AskForm)), None)
    if wanted is None:
        return
    content = (
        Say("The form took too long to open. Press the button to open it."),
        offer(("Open the form", wanted.again)),
    )
    again = NewDelivery(
        new_id(), f"{delivery.key}:again", delivery.channel, content, private_to=delivery.private_to, reply=reply
    )
    await tx.outbox.put(again, now, reply.deadline)
