"""Plan: the slots of the next days, from each channel's zone, days and time."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

from bot.domain.channel import Channel, NewSlot
from bot.domain.schedule import SlotKind
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts

DAYS_AHEAD = 2
DAYS_BEHIND = 7
AT_ONCE = 4


class Planner:
    """Remembers what it has planned, so that the handle may turn often: a channel comes again when it has changed, and
    every day."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._planned: set[tuple[Channel, date]] = set()

    async def plan(self, between: Callable[[], Awaitable[None]]) -> None:
        """Every channel of a connected workspace has its morning slots for today and the next days. A few at a time,
        because nobody else can write meanwhile; `between` is awaited before the next ones."""
        now = self._parts.clock.now()
        async with self._parts.store.reading() as tx:
            channels = [each for each in await tx.channels.all() if self._parts.chat_of(each.key.workspace)]
        wanted = {(channel, channel.schedule.local_date(now)): None for channel in channels}
        self._planned &= wanted.keys()
        lacking = [each for each in wanted if each not in self._planned]
        for start in range(0, len(lacking), AT_ONCE):
            await self._plan(lacking[start : start + AT_ONCE], now)
            await between()

    async def _plan(self, lacking: Sequence[tuple[Channel, date]], now: datetime) -> None:
        async with self._parts.store.transaction() as tx:
            for channel, _ in lacking:
                if (current := await tx.channels.get(channel.key)) is not None:
                    await plan_channel(tx, current, now)
        self._planned.update(lacking)


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
