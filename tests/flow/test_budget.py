"""What reading costs: /pln budget, and the daily comparison of the ledger with what the source counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.budget import Caps, Prices, Purpose, Resources, SpendingRules, dollars
from bot.domain.keys import ChannelKey
from bot.domain.people import Standing
from bot.domain.topic import Topic, parse_topic
from bot.errors import Unauthorised, Unavailable
from bot.ports import Receipt
from bot.services.reading.costs import month_ends, rest_of_month
from bot.services.reading.spending import SpendingAllowance
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

EDCHAT, LATIN = (parse_topic(each, account_source="x") for each in ("#edchat", "#latin"))
ARTS = ChannelKey(WORKSPACE, "arts")
CAPS = Caps(dollars(1), dollars(10))
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
COUNTED = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


async def pay(
    our: School,
    cost: str,
    purpose: Purpose = Purpose.DIGESTS,
    *,
    payer: ChannelKey | None = STAFF,
    topic: Topic = EDCHAT,
) -> None:
    await request(our, Prices(dollars(cost)), 1, purpose=purpose, payer=payer, topic=topic)


async def request(our: School, prices: Prices, posts: int | None, *, expected: int = 1, **more: Any) -> None:
    """With None posts its fate is unknown."""
    topic, purpose, payer = (more.get(each) for each in ("topic", "purpose", "payer"))
    allowance = SpendingAllowance(
        our.store, our.clock, our.parts.caps, "x", prices, purpose=purpose or Purpose.DIGESTS, payers=payer
    )
    worst = Resources(posts=expected if posts is None else posts).cost(prices)
    reservation = await allowance.reserve("search", worst, [topic or EDCHAT])
    await allowance.settle(Receipt(reservation, None if posts is None else Resources(posts=posts)))


def an_admin(our: School) -> str:
    our.chat.standings["head"] = Standing.ADMIN
    return "head"


async def test_everybody_sees_what_the_channel_costs() -> None:
    async with school(caps=CAPS) as our:
        await our.open_channel()
        await pay(our, "0.30")
        await pay(our, "0.20", payer=ARTS, topic=LATIN)
        told = await our.say("ana", "/pln budget")
        assert "Spent on reading: $0.50 of $1.00 today, $0.50 of $10.00 this month (UTC)." in told
        assert "This channel: $0.30 today, $0.30 this month. Channels that follow the same topic" in told
        assert "Dearest topics, in a month: #edchat about $" in told
        assert "Planned until the month ends in 8 days: about $" in told
        assert "% of this month's budget; a whole month takes " in told
        assert "#latin" not in told
        assert "For what" not in told
        assert "By channel" not in told


async def test_an_admin_sees_for_what_and_for_whom() -> None:
    async with school(caps=CAPS) as our:
        await our.open_channel()
        for _ in range(20):
            our.write(hashtags=("latin",))
        await our.say("ana", "/pln follow #latin", ARTS)
        await pay(our, "0.30")
        await pay(our, "0.20", payer=ARTS, topic=LATIN)
        await pay(our, "0.05", Purpose.SEARCH)
        await pay(our, "0.01", Purpose.SWEEP, payer=None, topic=EDCHAT)
        told = await our.say(an_admin(our), "/pln budget")
        assert "For what this month: digests $0.50, searches $0.05" in told
        assert "looking after posts that were shown $0.01." in told
        assert "By channel this month: Staff $0.35 and Arts $0.20." in told
        assert "Dearest topics, in a month: #edchat about $" in told
        assert " and #latin about $" in told
        assert "set under [budget] in config.toml" in told


async def test_the_part_of_a_channel_is_said() -> None:
    async with school(caps=CAPS) as our:
        await our.open_channel()
        await pay(our, "0.10")
        async with our.store.transaction() as tx:
            known = await tx.channels.get(STAFF)
            assert known
            await tx.channels.put(replace(known, share=0.25))
        told = await our.say("ana", "/pln budget")
        assert "This channel: $0.10 today, $0.10 this month; its share allows $0.15 more now." in told


async def test_the_part_of_a_workspace_is_said_as_well() -> None:
    async with school(caps=CAPS, spending=SpendingRules(workspace_shares={WORKSPACE: 0.5})) as our:
        await our.open_channel()
        await pay(our, "0.10", payer=ARTS)
        assert "its share allows $0.40 more now" in await our.say("ana", "/pln budget")


async def test_more_than_there_is_is_said_as_what_it_means() -> None:
    async with school(caps=Caps(dollars(1), dollars("0.05"))) as our:
        await our.open_channel()
        assert "digests will be read in part towards the end of the month" in await our.say("ana", "/pln budget")


async def test_where_reading_costs_nothing_that_is_said() -> None:
    async with school() as our:
        our.x.prices = Prices()
        await our.open_channel()
        assert "Reading costs nothing here." in await our.say("ana", "/pln budget")


async def test_status_keeps_one_line() -> None:
    async with school(caps=CAPS) as our:
        await our.open_channel()
        await pay(our, "0.30")
        told = await our.say(an_admin(our), "/pln status")
        assert [line for line in told.splitlines() if "$" in line] == [
            "Spent on reading: $0.30 of $1.00 today, $0.30 of $10.00 this month (UTC)."
        ]


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (datetime(2026, 11, 23, 18, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        (datetime(2027, 1, 31, 12, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)),
        (datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_ends_where_the_next_begins(now: datetime, ends: datetime) -> None:
    assert month_ends(now) == ends
    part = rest_of_month(dollars(3), now) / dollars(3)
    assert part == pytest.approx((ends - now) / timedelta(days=30), abs=1e-6)


# ------------------------------------------------------------------------------------------------ what the source says


@asynccontextmanager
async def counted(theirs: int | None, ours: int, unknown: int = 0) -> AsyncIterator[School]:
    """The morning after a Monday on which each counted so many posts, and some requests were cut off."""
    clock = FakeClock(datetime(2026, 11, 20, tzinfo=UTC))
    store = FakeStore(clock)
    await store.installed_at()
    async with school(caps=Caps(), store=store, clock=clock) as our:
        await our.configure()
        clock.set(datetime(2026, 11, 23, 7, 30, tzinfo=UTC))
        await request(our, our.x.prices, ours)
        if unknown:
            await request(our, our.x.prices, None, expected=unknown)
        our.x.usage_by_day = None if theirs is None else {MONDAY: theirs, TUESDAY: 1}
        clock.set(COUNTED)
        yield our


async def told(our: School) -> list[str]:
    await our.engine.turn_comparison()
    await our.settle()
    return [each for each in our.told_to_the_office() if "counted" in each]


async def test_a_difference_is_told_once_with_both_numbers_and_what_to_do() -> None:
    async with counted(theirs=1200, ours=1000) as our:
        (problem,) = await told(our)
        assert "X counted 1,200 posts on 23 November 2026 (UTC), Staffroom 1,000." in problem
        assert "If other programs use the same project at X, that is why" in problem
        assert "make a new one" in problem
        assert len(await told(our)) == 1
        our.x.usage_by_day = {TUESDAY: 300}
        our.clock.advance(timedelta(days=1))
        assert len(await told(our)) == 1


@pytest.mark.parametrize(("theirs", "ours"), [(1050, 1000), (1000, 1050), (20, 0), (40, 21), (0, 20)])
async def test_a_few_posts_or_less_than_a_twentieth_are_no_reason_to_call_anybody(theirs: int, ours: int) -> None:
    async with counted(theirs, ours) as our:
        assert await told(our) == []


@pytest.mark.parametrize(("theirs", "ours"), [(1060, 1000), (41, 20), (21, 0)])
async def test_more_than_that_is(theirs: int, ours: int) -> None:
    async with counted(theirs, ours) as our:
        assert len(await told(our)) == 1


async def test_a_source_that_counted_less_costs_nobody_anything() -> None:
    async with counted(theirs=500, ours=1000) as our:
        (problem,) = await told(our)
        assert "nothing has to be done" in problem


async def test_what_was_cut_off_may_have_been_counted_or_not() -> None:
    async with counted(theirs=1100, ours=1000, unknown=100) as our:
        assert await told(our) == []
    async with counted(theirs=1000, ours=1000, unknown=100) as our:
        assert await told(our) == []
    async with counted(theirs=1200, ours=1000, unknown=100) as our:
        (problem,) = await told(our)
        assert "Staffroom 1,000 to 1,100" in problem


async def test_when_the_numbers_meet_again_that_is_told() -> None:
    async with counted(theirs=1200, ours=1000) as our:
        await told(our)
        our.clock.set(HALF_PAST_SEVEN)
        our.x.usage_by_day = {TUESDAY: 0}
        our.clock.advance(timedelta(days=1))
        assert "X and Staffroom counted the same number of posts on 24 November 2026" in (await told(our))[-1]


async def test_a_source_that_does_not_say_is_believed() -> None:
    async with counted(theirs=None, ours=1000) as our:
        assert await told(our) == []


async def test_a_day_is_not_compared_before_the_source_has_counted_it() -> None:
    async with counted(theirs=1200, ours=1000) as our:
        our.clock.set(COUNTED - timedelta(minutes=1))
        assert await told(our) == []
        our.clock.set(COUNTED)
        assert len(await told(our)) == 1


@pytest.mark.parametrize("problem", [Unavailable("Away."), Unauthorised("No.")])
async def test_a_failure_is_tried_again_in_an_hour(problem: Exception) -> None:
    async with counted(theirs=1200, ours=1000) as our:
        our.x.fail_next(problem)  # type: ignore[arg-type]
        assert await told(our) == []
        assert await told(our) == []
        our.clock.advance(timedelta(hours=1))
        assert len(await told(our)) == 1


async def test_after_a_crash_a_day_is_compared_and_told_once() -> None:
    async with counted(theirs=1200, ours=1000) as our:
        await told(our)
        our.engine = School(our.clock, our.store, our.chat.abilities(WORKSPACE), Caps()).engine
        await our.engine.turn_comparison()
        assert len(await told(our)) == 1


async def test_the_day_on_which_staffroom_was_installed_is_not_compared() -> None:
    clock = FakeClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    async with school(clock=clock) as our:
        await our.store.installed_at()
        await our.configure()
        our.x.usage_by_day = {MONDAY: 5000}
        clock.set(COUNTED)
        assert await told(our) == []
