"""A month of school days with everything going wrong now and then."""

from contextlib import AsyncExitStack
from datetime import timedelta
from random import Random

import pytest

from adapters.database.store import open_store
from bot.domain.budget import Caps, Purpose, dollars
from tests.fakes.clock import FakeClock
from tests.soak.department import BAD_LUCK, HOURS, MONDAY, Department, department
from tests.soak.life_at_x import something_happens
from tests.soak.people import somebody_acts

DAYS = 30
CAPS = Caps(
    dollars("0.45"),
    dollars(8),
    {
        Purpose.AT_ONCE: dollars("0.10"),
        Purpose.SEARCH: dollars("0.25"),
        Purpose.ENQUIRY: dollars("0.10"),
        Purpose.SWEEP: dollars("0.05"),
    },
    kept_for_digests=dollars("0.225"),
)


@pytest.mark.parametrize("seed", [1, 2])
async def test_thirty_days_of_faults_end_without_an_error_and_the_ledger_is_never_below_xs_bill(
    sqlite: str, seed: int
) -> None:
    random, clock = Random(seed), FakeClock()
    async with open_store(sqlite, clock) as store, department([store], clock, random, CAPS, DAYS) as ours:
        await live(random, ours, DAYS)
        assert len(ours.digests()) > DAYS / 2, "in spite of everything digests came"
        assert ours.cards()


async def test_two_processes_on_one_database_pass_no_cap_and_say_nothing_twice(postgres: str) -> None:
    random, clock = Random(3), FakeClock()
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(postgres, clock)) for _ in range(2)]
        ours = await stack.enter_async_context(department(stores, clock, random, CAPS, DAYS))
        await live(random, ours, 5)
        assert ours.digests()


async def live(random: Random, ours: Department, days: int) -> None:
    for day in range(days):
        for hour in HOURS:
            ours.server.fail_no_more()
            if random.random() < 0.3:
                ours.server.fail_next(random.choice(BAD_LUCK), random.randint(1, 3))
            for minute in (25, 30, 31, 41):
                moment = MONDAY + timedelta(days=day, hours=hour, minutes=minute)
                if random.random() < 0.1:
                    await somebody_acts(random, ours)
                if random.random() < 0.1:
                    something_happens(random, ours.server, moment)
                await ours.turn(moment, sweeps=minute == 41 and hour in {5, 16})
        ours.server.fail_no_more()
        await ours.turn(MONDAY + timedelta(days=day, hours=23), sweeps=True)
    assert not ours.broken
    assert not ours.server.refused
    assert not await ours.unconsidered()
    assert not await ours.doubled()
    assert not await ours.unanswered()
