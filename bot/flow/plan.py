"""Plan: the slots of the next days, from each channel's zone, days and time, and the school's calendar."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.calendar.openings import Openings, weekly_day, why_none
from bot.domain.channel import Channel, NewSlot
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule, SlotKind
from bot.errors import StoreError
from bot.ports import Transaction
from bot.services.digest.calendars import openings_of
from bot.services.ids import new_id
from bot.services.parts import Parts

if TYPE_CHECKING:
    from bot.domain.calendar.school import School

DAYS_AHEAD = 2
DAYS_BEHIND = 7


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A channel as it was planned, on which of its local days and by which calendars."""

    channel: Channel
    day: date
    openings: Openings


class Planner:
    """Remembers what it has planned, so that the handle may turn often: a channel comes again when it or its calendars
    have changed, and every day. It looks at all channels when it is told to, else at those that somebody touched."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._planned: dict[ChannelKey, _Wanted] = {}
        self._openings: dict[School, Openings] = {}
        self._all_are_wanted = True
        self._touched: set[ChannelKey] = set()

    def look_at_all(self) -> None:
        """At the next turn."""
        self._all_are_wanted = True

    def look_at(self, channels: Iterable[ChannelKey]) -> None:
        """At the next turn: something happened there that may have changed when its digest is due."""
        self._touched.update(channels)

    async def plan(self, between: Callable[[], Awaitable[None]]) -> None:
        """The channels of connected workspaces have their slots for today and the next days. One at a time, because
        nobody else can write meanwhile; `between` is awaited before the next one."""
        now = self._parts.clock.now()
        for each in [self._wanted(channel, now) for channel in await self._look()]:
            if self._planned.get(each.channel.key) != each:
                await self._plan(each, now)
                await between()

    async def _look(self) -> list[Channel]:
        all_are_wanted, self._all_are_wanted = self._all_are_wanted, False
        touched, self._touched = self._touched, set()
        try:
            async with self._parts.store.reading() as tx:
                found = await tx.channels.all() if all_are_wanted else await _those_there(tx, touched)
                channels = [each for each in found if self._parts.chat_of(each.key.workspace)]
                await self._look_at_calendars(tx, channels)
        except StoreError:
            self._all_are_wanted = True
            raise
        self._forget(set(self._planned) if all_are_wanted else touched, but={channel.key for channel in channels})
        return channels

    def _forget(self, keys: Iterable[ChannelKey], but: Collection[ChannelKey]) -> None:
        """Channels that are gone: one that comes again has to be planned again."""
        for key in keys:
            if key not in but:
                self._planned.pop(key, None)

    async def _look_at_calendars(self, tx: Transaction, channels: Iterable[Channel]) -> None:
        """Openings that are as they were stay the same object, by which a channel's plan is known to be the newest."""
        by_school = {channel.school(self._parts.school): channel for channel in channels}
        for school, channel in by_school.items():
            found = await openings_of(tx, self._parts, channel)
            self._openings[school] = _same(self._openings.get(school), found)

    def _wanted(self, channel: Channel, now: datetime) -> _Wanted:
        openings = self._openings[channel.school(self._parts.school)]
        return _Wanted(channel, channel.schedule.local_date(now), openings)

    async def _plan(self, wanted: _Wanted, now: datetime) -> None:
        async with self._parts.store.transaction() as tx:
            current = await tx.channels.get(wanted.channel.key)
            if current is not None:
                await plan_channel(tx, current, await openings_of(tx, self._parts, current), now)
        self._planned[wanted.channel.key] = wanted


async def _those_there(tx: Transaction, keys: Iterable[ChannelKey]) -> list[Channel]:
    found = [await tx.channels.get(key) for key in keys]
    return [channel for channel in found if channel]


def _same(old: Openings | None, new: Openings) -> Openings:
    """The old one where it closes the same days."""
    return old if old is not None and old.same_days_as(new) else new


async def plan_channel(tx: Transaction, channel: Channel, openings: Openings, now: datetime) -> None:
    """Re-plans unclaimed slots to the channel's schedule and calendar as they are now."""
    await _plan_mornings(tx, channel, openings, now)
    await _plan_roundups(tx, channel, openings, now)


async def _plan_mornings(tx: Transaction, channel: Channel, openings: Openings, now: datetime) -> None:
    """A time that has passed is planned only for a channel that has had a digest, to catch up; a new channel begins
    with the next one. It waits until new calendars are read, which may close today."""
    schedule, today = channel.schedule, channel.schedule.local_date(now)
    days = open_mornings(channel, openings, today - timedelta(days=DAYS_BEHIND), today + timedelta(days=DAYS_AHEAD))
    if not openings.are_known:
        days = [day for day in days if schedule.due_at(day) > now]
    await tx.slots.drop_planned(channel.key, SlotKind.MORNING, keep={day.isoformat() for day in days})
    due = [day for day in days if schedule.due_at(day) > now]
    if today in days and today not in due and await tx.digests.last(channel.key) is not None:
        due = [today, *due]
    for day in due:
        await _plan_slot(tx, channel, SlotKind.MORNING, day, schedule.due_at(day))


def open_mornings(channel: Channel, openings: Openings, first: date, last: date) -> list[date]:
    """The local days from `first` to `last` that have a digest."""
    return [
        day for day in channel.schedule.days_between(first, last) if not why_none(day, openings, channel.paused_until)
    ]


async def _plan_roundups(tx: Transaction, channel: Channel, openings: Openings, now: datetime) -> None:
    """One a week: its key is that week's Monday, so that it stays one when its day or the calendar changes."""
    monday = _monday(channel.schedule.local_date(now))
    weeks = [monday, monday + timedelta(weeks=1)] if channel.roundup else []
    found = {week: roundup_due_at(channel, openings, week) for week in weeks}
    due = {week: due_at for week, due_at in found.items() if due_at is not None and due_at > now}
    keep = {week.isoformat() for week in due}
    await tx.slots.drop_planned(channel.key, SlotKind.ROUNDUP, keep, due_after=now)
    for week, due_at in due.items():
        await _plan_slot(tx, channel, SlotKind.ROUNDUP, week, due_at)


def roundup_due_at(channel: Channel, openings: Openings, monday: date) -> datetime | None:
    """When the week that begins on that Monday is summed up; None where it is not."""
    if channel.roundup is None:
        return None
    usual = monday + timedelta(days=channel.roundup.day)
    day = weekly_day(usual, openings, channel.schedule, channel.paused_until)
    return Schedule(channel.schedule.zone, at=channel.roundup.at).due_at(day) if day else None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


async def _plan_slot(tx: Transaction, channel: Channel, kind: SlotKind, day: date, due_at: datetime) -> None:
    await tx.slots.plan(NewSlot(new_id(), channel.key, kind, day.isoformat(), due_at))
