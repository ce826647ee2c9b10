"""Why there is no digest: the steps that one takes, and the first of them that stopped."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.budget import in_words
from bot.domain.channel import Channel, Slot
from bot.domain.delivery import DeliveryState
from bot.domain.schedule import SlotKind, SlotState, days_in_words
from bot.ports import Transaction
from bot.services.digest.calendars import coming, why_closed
from bot.services.digest.explained import nothing_in_words
from bot.services.digest.selection import select
from bot.services.parts import Parts
from bot.services.wording import ago_in_words

READ_WITHIN = timedelta(days=4)
"""A long weekend without reading is no reason to worry."""

SEE_THE_LOG = "Is staffroom run running? See its log, and /pln status."
BY_ITSELF = "Nothing has to be done: it goes on by itself."


class Step(StrEnum):
    """
    connection   a chat is connected to the workspace
    topics       the channel follows something
    place        its last digest could be sent there
    calendar     today is a day with a digest
    time         its time has come
    reading      what is needed has been read
    choice       something of it is suitable and new
    sending      the digest arrived
    """

    CONNECTION = "connection"
    TOPICS = "topics"
    PLACE = "place"
    CALENDAR = "calendar"
    TIME = "time"
    READING = "reading"
    CHOICE = "choice"
    SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """The step that stopped, what stopped it, and what to do about it."""

    step: Step
    what: str
    remedy: str

    @property
    def in_words(self) -> str:
        return f"{self.what} {self.remedy}"


Look = Callable[[Transaction, Parts, Channel], Awaitable[Obstacle | None]]


async def obstacle_today(tx: Transaction, parts: Parts, channel: Channel, *, connected: bool) -> Obstacle | None:
    """What keeps today's digest from being there; None where it is. `connected` says whether a chat is connected to
    the channel's workspace."""
    if not connected:
        what = "No chat is connected to this channel."
        return Obstacle(Step.CONNECTION, what, "Give its platform a section in the configuration, and start again.")
    if (slot := await _finished_today(tx, parts, channel)) is not None:
        return await _outcome(tx, parts, channel, slot)
    return await _first(tx, parts, channel, _topics, _place, _calendar, _time, _reading)


async def obstacle_ahead(tx: Transaction, parts: Parts, channel: Channel) -> Obstacle | None:
    """What will keep the next digest from coming unless it changes."""
    return await _first(tx, parts, channel, _topics, _place, _calendar, _old_reading)


async def _first(tx: Transaction, parts: Parts, channel: Channel, *looks: Look) -> Obstacle | None:
    for look in looks:
        if (found := await look(tx, parts, channel)) is not None:
            return found
    return None


async def _topics(tx: Transaction, _: Parts, channel: Channel) -> Obstacle | None:
    if await tx.topics.followed(channel.key):
        return None
    return Obstacle(
        Step.TOPICS, "The channel follows nothing.", "Type /pln follow #edchat there, or add topics to the file."
    )


async def _place(_: Transaction, __: Parts, channel: Channel) -> Obstacle | None:
    return _refused(Step.PLACE, channel) if channel.stopped else None


def _refused(step: Step, channel: Channel) -> Obstacle:
    what = f"The last digest could not be sent: {channel.stopped.rstrip('.')}."
    return Obstacle(step, what, "Mend it on the platform; the next digest that arrives clears this.")


async def _calendar(tx: Transaction, parts: Parts, channel: Channel) -> Obstacle | None:
    schedule = channel.schedule
    today = schedule.local_date(parts.clock.now())
    if why := await why_closed(tx, parts, channel, today):
        return Obstacle(Step.CALENDAR, f"There is no digest today: {why}.", await _next(tx, parts, channel))
    if today.weekday() in schedule.days:
        return None
    what = f"There is no digest today: they come {days_in_words(schedule.days)}."
    return Obstacle(Step.CALENDAR, what, await _next(tx, parts, channel))


async def _time(tx: Transaction, parts: Parts, channel: Channel) -> Obstacle | None:
    slot = await tx.slots.next_due(channel.key)
    if slot is not None and slot.due_at <= parts.clock.now():
        return None
    return Obstacle(Step.TIME, "The next digest is not due yet.", await _next(tx, parts, channel))


async def _next(tx: Transaction, parts: Parts, channel: Channel) -> str:
    ahead = await coming(tx, parts, channel)
    if ahead.at is None and channel.paused_until and channel.paused_until > _today(channel, parts):
        return f"Type {_pln(channel)} resume there to have digests again."
    if ahead.at is None:
        return f"None is in sight: look at its days with {_pln(channel)} schedule and {_pln(channel)} holidays."
    return f"The next digest comes {ahead.when(parts.clock.now())} ({channel.schedule.zone})."


def _today(channel: Channel, parts: Parts) -> date:
    return channel.schedule.local_date(parts.clock.now())


def _pln(channel: Channel) -> str:
    return "/pln me" if channel.owner else "/pln"


async def _reading(tx: Transaction, parts: Parts, channel: Channel) -> Obstacle | None:
    """Of a digest that is due and has not been composed."""
    if (spent := await _spent(tx, parts)) is not None:
        return spent
    if (old := await _old_reading(tx, parts, channel)) is not None:
        return old
    what = "The digest is due, and its posts are being read, or cannot be read just now."
    return Obstacle(Step.READING, what, f"It waits ten minutes for them, then comes with what there is. {SEE_THE_LOG}")


async def _spent(tx: Transaction, parts: Parts) -> Obstacle | None:
    """The limit of the day or the month is reached."""
    today, month = await tx.ledger.spent(parts.clock.now().date())
    for spent, cap, period in ((today, parts.caps.daily, "day (UTC)"), (month, parts.caps.monthly, "month")):
        if cap is not None and spent >= cap:
            what = f"The limit for reading is reached: {in_words(spent)} of {in_words(cap)} this {period}."
            return Obstacle(Step.READING, what, "Raise it under [budget], or wait until it begins anew.")
    return None


async def _old_reading(tx: Transaction, parts: Parts, channel: Channel) -> Obstacle | None:
    """Some topic was read before, and nothing at all for days."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    fresh = [each for source in channel.sources for each in await tx.coverage.freshness(source, topics)]
    reached = max((each.read_until for each in fresh if each.read_until), default=None)
    now = parts.clock.now()
    if reached is None or now - reached <= READ_WITHIN:
        return None
    return Obstacle(Step.READING, f"The topics were last read {ago_in_words(reached, now)}.", SEE_THE_LOG)


async def _finished_today(tx: Transaction, parts: Parts, channel: Channel) -> Slot | None:
    today = channel.schedule.local_date(parts.clock.now()).isoformat()
    return next((slot for slot in await tx.slots.latest(channel.key, SlotKind.MORNING, 1) if slot.key == today), None)


async def _outcome(tx: Transaction, parts: Parts, channel: Channel, slot: Slot) -> Obstacle | None:
    match slot.state:
        case SlotState.QUIET:
            what = f"Nothing was shown today: {nothing_in_words(await select(tx, parts, channel))}"
            return Obstacle(Step.CHOICE, what, "Follow another topic, or loosen what is kept out.")
        case SlotState.SKIPPED:
            left_out = Obstacle(Step.READING, f"Today's digest was left out: {slot.note}.", SEE_THE_LOG)
            return await _calendar(tx, parts, channel) or await _spent(tx, parts) or left_out
        case _:
            return await _sending(tx, channel, slot)


async def _sending(tx: Transaction, channel: Channel, slot: Slot) -> Obstacle | None:
    keys = (f"slot:{slot.id}:1", f"slot:{slot.id}:cover")
    found = [await tx.outbox.by_key(channel.key.workspace, key) for key in keys]
    delivery = next((each for each in found if each), None)
    if delivery is None:
        return None
    if delivery.state is DeliveryState.ABANDONED and channel.stopped:
        return _refused(Step.SENDING, channel)
    what, remedy = _FATES_OF_DELIVERIES.get(delivery.state, ("", ""))
    return Obstacle(Step.SENDING, what, remedy) if what else None


_FATES_OF_DELIVERIES = {
    DeliveryState.QUEUED: ("The digest is ready and waits to be sent.", SEE_THE_LOG),
    DeliveryState.SENDING: ("The digest is being sent just now.", BY_ITSELF),
    DeliveryState.UNCERTAIN: (
        "The connection broke while the digest was sent, and the platform is asked whether it is there.",
        BY_ITSELF,
    ),
    DeliveryState.LOST: (
        "The connection broke while the digest was sent. It may be missing, and is never sent twice.",
        "Look into the channel; /pln digest now brings another one.",
    ),
    DeliveryState.ABANDONED: (
        "The digest could not be sent and was given up.",
        "The log says why; /pln digest now brings another one.",
    ),
    DeliveryState.REMOVED: ("The digest was there, and somebody took it away.", "/pln digest now brings another one."),
}
