"""Random departments, people, limits, faults and clocks: what has to hold, holds at every step."""

from datetime import timedelta
from random import Random

import pytest

from bot.domain.budget import Caps, Money, Purpose, dollars
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.soak.department import BAD_LUCK, BEFORE_NEW_YEAR, BEFORE_WINTER, MONDAY, department
from tests.soak.life_at_x import something_happens
from tests.soak.people import somebody_acts

STEPS = 150
DAYS = 12


@pytest.mark.parametrize("seed", range(20))
async def test_no_cap_is_passed_no_rule_is_broken_and_all_that_was_read_is_considered(seed: int) -> None:
    random, clock = Random(seed), FakeClock()
    moment = random.choice((MONDAY, BEFORE_WINTER, BEFORE_NEW_YEAR))
    async with department([FakeStore(clock)], clock, random, some_caps(random), DAYS, start=moment) as ours:
        for step in range(STEPS):
            moment += timedelta(seconds=random.choice((7, 61, 600, 3_600, 5 * 3_600, 86_400 if step % 40 == 0 else 60)))
            ours.server.fail_no_more()
            if random.random() < 0.15:
                ours.server.fail_next(random.choice(BAD_LUCK), random.randint(1, 4))
            if random.random() < 0.4:
                await somebody_acts(random, ours)
            if random.random() < 0.2:
                something_happens(random, ours.server, moment)
            await ours.turn(moment, sweeps=random.random() < 0.2)
            if step % 25 == 0:
                assert not await ours.unconsidered()
        ours.server.fail_no_more()
        await ours.turn(moment + timedelta(minutes=10))
        assert not ours.broken
        assert not ours.server.refused
        assert not await ours.doubled()
        assert not await ours.unanswered()


def some_caps(random: Random) -> Caps:
    """None, tiny ones and usual ones; for some purposes nothing at all."""
    of_purpose = {
        Purpose.AT_ONCE: random.choice(("0", "0.05", "0.10", "0.10")),
        Purpose.SEARCH: random.choice(("0", "0.05", "0.25")),
        Purpose.ENQUIRY: random.choice(("0", "0.01", "0.10")),
        Purpose.SWEEP: random.choice(("0", "0.01", "0.05")),
    }
    daily = random.choice([None, dollars(0), dollars("0.06"), dollars("0.12"), dollars("0.5"), dollars(1)])
    return Caps(
        daily,
        random.choice([None, dollars("0.3"), dollars(3)]),
        {purpose: dollars(cap) for purpose, cap in of_purpose.items()},
        kept_for_digests=Money((daily or 0) // random.choice((2, 4))),
    )
