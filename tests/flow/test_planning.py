"""Planning is cheap: all channels are looked at when the handle turns, else only those that somebody touched."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar.openings import Openings
from bot.domain.calendar.school import CalendarRead, Days
from bot.domain.calendar.school import School as Decided
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule, SlotKind, SlotState, WeeklyTime
from bot.flow.plan import Planner, plan_channel, roundup_due_at
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.school import STAFF, WORKSPACE, School, school

MATHS = ChannelKey(WORKSPACE, "maths")


async def nobody_waits() -> None: ...


async def due(our: School, channel: ChannelKey) -> time | None:
    async with our.store.reading() as tx:
        slot = await tx.slots.next_due(channel)
    return slot.due_at.time() if slot else None


async def change(our: School, *channels: ChannelKey, at: time) -> None:
    async with our.store.transaction() as tx:
        for key in channels:
            known = await tx.channels.get(key) or Channel(key, key.channel, Schedule("UTC"))
            await tx.channels.put(replace(known, schedule=Schedule("UTC", at=at)))


async def test_only_what_was_touched_is_planned_anew_until_all_are_looked_at() -> None:
    async with school() as our:
        await our.configure()
        planner = Planner(our.parts)
        await change(our, STAFF, MATHS, at=time(8))
        await planner.plan(nobody_waits)
        assert (await due(our, STAFF), await due(our, MATHS)) == (time(8), time(8))
        await change(our, STAFF, MATHS, at=time(9))
        planner.look_at([MATHS])
        await planner.plan(nobody_waits)
        assert (await due(our, STAFF), await due(our, MATHS)) == (time(8), time(9))
        planner.look_at_all()
        await planner.plan(nobody_waits)
        assert (await due(our, STAFF), await due(our, MATHS)) == (time(9), time(9))


async def test_what_somebody_changed_by_a_command_is_planned_before_the_next_tick() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.chat.command("ana", STAFF, "/pln schedule 09:15")
        await our.chat.command("ana", STAFF, "/pln me schedule 10:15")
        await our.engine.turn_answers()
        await our.engine._turn_morning()  # noqa: SLF001 - as a wake-up turns it, without a look at all channels
        assert await due(our, STAFF) == time(9, 15)
        assert await due(our, ChannelKey(WORKSPACE, "ana")) == time(10, 15)


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from(["Europe/London", "America/New_York", "Pacific/Chatham", "Africa/Casablanca", "Asia/Tehran"]),
    weekly=st.builds(WeeklyTime, st.integers(0, 6), st.times().map(lambda at: at.replace(second=0, microsecond=0))),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    closed=st.sets(st.integers(0, 60), max_size=30),
    hours=st.lists(st.integers(1, 60), min_size=25, max_size=40),
)
async def test_each_week_has_one_round_up_at_its_time_whatever_the_clocks_and_calendars_do(
    zone: str, weekly: WeeklyTime, start: datetime, closed: set[int], hours: list[int]
) -> None:
    """The handle turns at any hours, days apart too, also over the year's end."""
    channel = Channel(STAFF, "Staff", Schedule(zone), roundup=weekly)
    days = [Days(day, day) for day in (start.date() + timedelta(days=n) for n in closed)]
    read = CalendarRead("closed.ics", start, start, tuple(days))
    openings = Openings(Decided(closed=("closed.ics",)), {"closed.ics": read})
    store, clock = FakeStore(FakeClock(start)), FakeClock(start)
    came: dict[str, datetime] = {}
    for gap in hours:
        async with store.transaction() as tx:
            await plan_channel(tx, channel, openings, clock.now())
            while slot := await tx.slots.claim("worker", clock.now(), timedelta(hours=1), timedelta(0)):
                if slot.kind is SlotKind.ROUNDUP:
                    assert slot.key not in came
                    came[slot.key] = slot.due_at
                await tx.slots.finish(slot, SlotState.COMPOSED)
        last = clock.now()
        clock.advance(timedelta(hours=gap))
    mondays = [start.date() - timedelta(days=start.date().weekday() + 7) + timedelta(weeks=n) for n in range(20)]
    due = {monday.isoformat(): roundup_due_at(channel, openings, monday) for monday in mondays}
    assert came == {key: due_at for key, due_at in due.items() if due_at is not None and start < due_at <= last}
