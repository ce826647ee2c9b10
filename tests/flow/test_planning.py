"""Planning is cheap: all channels are looked at when the handle turns, else only those that somebody touched."""

from dataclasses import replace
from datetime import time

from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.flow.plan import Planner
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
