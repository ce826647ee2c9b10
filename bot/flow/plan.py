"""Plan: the slots of the next days, from each channel's zone, days and time."""

from datetime import date, datetime, timedelta

from bot.domain.channel import Channel, NewSlot
from bot.domain.schedule import SlotKind
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts

DAYS_AHEAD = 2
DAYS_BEHIND = 7


async def plan(parts: Parts) -> None:
    """Every channel has its morning slots for today and the next days."""
    async with parts.store.transaction() as tx:
        for channel in await tx.channels.all():
            await plan_channel(tx, channel, parts.clock.now())


async def plan_channel(tx: Transaction, channel: Channel, now: datetime) -> None:
    """Re-plans unclaimed slots to the channel's schedule as it is now.

    A time that has passed is planned only for a channel that has had a digest, to catch up; a new channel begins with
    the next one.
    """
    days = _days_around(channel, now)
    await tx.slots.drop_planned(channel.key, SlotKind.MORNING, keep={day.isoformat() for day in days})
    catching_up = await tx.digests.last(channel.key) is not None
    today = channel.schedule.local_date(now)
    for day in days:
        due_at = channel.schedule.due_at(day)
        if due_at > now or (catching_up and day == today):
            await tx.slots.plan(NewSlot(new_id(), channel.key, SlotKind.MORNING, day.isoformat(), due_at))


def _days_around(channel: Channel, now: datetime) -> list[date]:
    today = channel.schedule.local_date(now)
    return channel.schedule.days_between(today - timedelta(days=DAYS_BEHIND), today + timedelta(days=DAYS_AHEAD))
