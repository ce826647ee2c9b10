"""The allowance within which a source reads: within the caps, for those who pay, and never into the next day's bill."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.domain.budget import NOTHING, Caps, Money, Prices, Purpose, Resources, SpendingRules, Spent
from bot.domain.channel import Channel
from bot.domain.schedule import Schedule
from bot.errors import OutOfAllowance, Throttled
from bot.ports import Receipt, Transaction
from bot.services.parts import Parts
from bot.services.reading.means import can_pay
from bot.services.reading.spending import Payers, SpendingAllowance
from tests.contract.store_examples import ARTS, EDCHAT, FRIDA, MATHCHAT, MATHS
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

PRICES = Prices(Money(5), Money(10), Money(5))
CAPS = Caps(Money(100), Money(1000), {Purpose.SEARCH: Money(30)})
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)


def allowance(
    store: FakeStore, clock: FakeClock, purpose: Purpose = Purpose.DIGESTS, payers: Payers = None
) -> SpendingAllowance:
    return SpendingAllowance(store, clock, CAPS, "x", PRICES, purpose=purpose, payers=payers)


async def test_a_request_is_reserved_at_its_worst_and_settled_at_its_cost() -> None:
    clock = FakeClock()
    store = FakeStore(clock)
    ours = allowance(store, clock)
    reservation = await ours.reserve("search", Money(60), [EDCHAT])
    assert await ours.left() == 40
    async with store.transaction() as tx:
        assert await ours.settle_in(tx, None) == NOTHING
        assert await ours.settle_in(tx, Receipt(reservation, Resources(posts=2))) == 10
    assert await ours.left() == 90
    await ours.settle(Receipt(reservation, None))
    assert await ours.left() == 90


async def test_what_the_caps_do_not_allow_is_refused_in_plain_words() -> None:
    clock = FakeClock()
    ours = allowance(FakeStore(clock), clock)
    await ours.reserve("search", Money(90))
    with pytest.raises(
        OutOfAllowance, match=r"is left of the budget, and the next request may cost .* Raise \[budget\]"
    ):
        await ours.reserve("search", Money(11))
    clock.advance(timedelta(days=1))
    await ours.reserve("search", Money(100))


async def test_a_purpose_has_an_allowance_of_its_own() -> None:
    clock = FakeClock()
    store = FakeStore(clock)
    searches, digests = allowance(store, clock, purpose=Purpose.SEARCH), allowance(store, clock)
    await searches.reserve("search", Money(25))
    assert (await searches.left(), await digests.left()) == (5, 75)
    with pytest.raises(OutOfAllowance, match="is left of the budget for searches, and the next"):
        await searches.reserve("search", Money(6))
    await digests.reserve("search", Money(73))
    assert (await searches.left(), await digests.left()) == (2, 2)


async def test_those_who_follow_a_topic_pay_for_it() -> None:
    clock = FakeClock()
    store = FakeStore(clock)
    shared = allowance(store, clock, payers={EDCHAT: [MATHS, ARTS], MATHCHAT: [MATHS]})
    await shared.reserve("search", Money(40), [EDCHAT, MATHCHAT])
    await shared.reserve("search", Money(10), [FRIDA])
    await allowance(store, clock, payers=ARTS).reserve("users", Money(5))
    async with store.reading() as tx:
        assert await tx.ledger.spent_by_channel(clock.now().date()) == {
            MATHS: Spent(Money(30), Money(30)),
            ARTS: Spent(Money(15), Money(15)),
        }


@pytest.mark.parametrize("seconds", [-60, -30, -0.000_001, 0, 30, 59.999_999])
async def test_nothing_is_asked_for_in_the_last_minute_of_a_utc_day_and_in_the_first(seconds: float) -> None:
    clock = FakeClock(MIDNIGHT + timedelta(seconds=seconds))
    ours = allowance(FakeStore(clock), clock)
    with pytest.raises(Throttled) as refused:
        await ours.reserve("search", Money(5))
    over = MIDNIGHT + timedelta(minutes=1)
    assert refused.value.until == over
    assert await ours.left() == 100
    clock.set(over)
    await ours.reserve("search", Money(5))


async def test_what_costs_nothing_is_asked_for_at_any_time() -> None:
    clock = FakeClock(MIDNIGHT - timedelta(seconds=1))
    free = await allowance(FakeStore(clock), clock).reserve("search", NOTHING)
    assert free.worst == NOTHING
    clock.set(MIDNIGHT - timedelta(seconds=61))
    paid = await allowance(FakeStore(clock), clock).reserve("search", Money(5))
    assert paid.worst == Money(5)


async def test_the_ledger_is_asked_only_for_channels_whose_share_is_limited() -> None:
    """It adds up a month: once for each digest of hundreds of channels would take longer than the morning has."""
    nobody = cast("Transaction", None)
    parts = Parts(FakeStore(clock := FakeClock()), clock, "worker", caps=CAPS)
    shared = replace(parts, spending=SpendingRules(workspace_shares={MATHS.workspace: 0.5}))
    limited = Channel(MATHS, "Maths", Schedule("UTC"), share=0.5)
    assert await can_pay(nobody, parts, replace(limited, share=None), Money(5))
    for rules, channel in ((parts, limited), (shared, replace(limited, share=None))):
        with pytest.raises(AttributeError):
            await can_pay(nobody, rules, channel, Money(5))


async def test_what_comes_before_the_digests_of_a_day_leaves_them_half_of_its_money() -> None:
    """Days of the budget begin at midnight UTC: for a school in Sydney that is in the middle of a school day, and what
    its people search for then comes before the next morning's digest."""
    clock = FakeClock()
    store = FakeStore(clock)
    caps = Caps(Money(100), Money(1000), kept_for_digests=Money(50))
    of = {
        each: SpendingAllowance(store, clock, caps, "x", PRICES, purpose=each)
        for each in (Purpose.DIGESTS, Purpose.SEARCH, Purpose.AT_ONCE)
    }
    await of[Purpose.SEARCH].reserve("search", Money(30))
    assert (await of[Purpose.AT_ONCE].left(), await of[Purpose.DIGESTS].left()) == (20, 70)
    with pytest.raises(OutOfAllowance):
        await of[Purpose.AT_ONCE].reserve("search", Money(21))
    await of[Purpose.DIGESTS].reserve("search", Money(40))
    assert (await of[Purpose.AT_ONCE].left(), await of[Purpose.DIGESTS].left()) == (20, 30)
    await of[Purpose.AT_ONCE].reserve("search", Money(20))
    assert (await of[Purpose.SEARCH].left(), await of[Purpose.DIGESTS].left()) == (0, 10)
