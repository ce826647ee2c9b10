"""What every store promises of money: caps that hold, who pays, and what was billed already."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from bot.domain.budget import (
    NOTHING,
    Caps,
    Entry,
    EntryState,
    Money,
    Prices,
    Purpose,
    Reservation,
    Resources,
    Spent,
    parts_of,
)
from bot.domain.keys import ChannelKey
from bot.errors import StoreError
from bot.ports import Receipt, Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    EDCHAT,
    FRIDA,
    HOUR,
    MATHCHAT,
    MATHS,
    MINUTE,
    NOW,
    VALLEY_MATHS,
    new_id,
    school,
)

PRICES = Prices(post=Money(5), user=Money(10), counts=Money(3))
TODAY = NOW.date()


def reservation(worst: int, purpose: Purpose = Purpose.DIGESTS, source: str = "x") -> Reservation:
    return Reservation(new_id(), source, "search", Money(worst), purpose)


async def reserved(
    store: Store, *reservations: Reservation, at: datetime = NOW, caps: Caps | None = None
) -> list[Money | None]:
    async with store.transaction() as tx:
        return [await tx.ledger.reserve(each, [EDCHAT], {}, caps or Caps(), at) for each in reservations]


async def settled(store: Store, of: Reservation, resources: Resources | None, at: datetime = NOW) -> Money:
    async with store.transaction() as tx:
        return await tx.ledger.settle(Receipt(of, resources), PRICES, at)


async def spent(store: Store, at: datetime = NOW) -> tuple[int, int]:
    async with store.reading() as tx:
        return await tx.ledger.spent(at.date())


async def entries(store: Store, first: date = TODAY, last: date = TODAY) -> list[Entry]:
    async with store.reading() as tx:
        return await tx.ledger.entries(first, last)


def read(*ids: str) -> Resources:
    """Posts that came back, all with a known id."""
    return Resources(posts=len(ids), post_ids=ids)


# ------------------------------------------------------------------------------------------------ reserving, settling


async def test_a_reservation_counts_at_its_worst_until_it_is_settled(store: Store) -> None:
    cheap, doubtful, never = reservation(100), reservation(200), reservation(400)
    assert await reserved(store, cheap, doubtful, never) == [None, None, None]
    assert await spent(store) == (700, 700)
    assert await settled(store, cheap, Resources(posts=1)) == 5
    assert await settled(store, doubtful, None) == 200
    assert await spent(store) == (605, 605)


async def test_what_is_settled_is_not_settled_anew(store: Store) -> None:
    once = reservation(100)
    await reserved(store, once)
    for resources in (read("1", "2"), read("1", "2"), None, Resources(posts=9)):
        assert await settled(store, once, resources) == 10
    [entry] = await entries(store)
    assert (entry.state, entry.cost) == (EntryState.SETTLED, 10)


async def test_an_unknown_fate_may_become_known(store: Store) -> None:
    late = reservation(100)
    await reserved(store, late)
    assert await settled(store, late, None) == 100
    assert (await entries(store))[0].state is EntryState.UNKNOWN
    assert await settled(store, late, Resources(users=2)) == 20
    assert await spent(store) == (20, 20)


async def test_nothing_is_settled_that_was_not_reserved(store: Store) -> None:
    with pytest.raises(StoreError):
        await settled(store, reservation(100), Resources(posts=1))


async def test_money_larger_than_a_small_number_is_counted_right(store: Store) -> None:
    await reserved(store, *(reservation(5_000_000_000) for _ in range(3)))
    assert await spent(store) == (15_000_000_000, 15_000_000_000)


async def test_a_ledger_row_says_what_came_and_what_of_it_was_billed(store: Store) -> None:
    first, second, open_still = reservation(100), reservation(100, Purpose.SEARCH), reservation(7)
    await reserved(store, second, at=NOW + HOUR)
    await reserved(store, first, open_still)
    await settled(store, first, read("1", "2"))
    await settled(store, second, Resources(3, 2, 1, post_ids=("2", "3"), user_ids=("a",)))
    paid, open_row, latest = sorted(await entries(store), key=lambda each: (each.at, each.reservation.id))
    assert paid == Entry(
        first, ("edchat",), TODAY, NOW, EntryState.SETTLED, Money(10), Resources(posts=2), Resources(posts=2)
    )
    assert (open_row.reservation, open_row.state, open_row.cost) == (open_still, EntryState.RESERVED, 7)
    assert (open_row.returned, open_row.billed) == (None, None)
    assert latest.reservation == second
    assert (latest.returned, latest.billed, latest.cost) == (Resources(3, 2, 1), Resources(2, 2, 1), 33)


async def test_ledger_rows_come_by_day_oldest_first(store: Store) -> None:
    for at in (NOW, NOW - DAY, NOW + DAY, NOW - HOUR):
        await reserved(store, reservation(1), at=at)
    found = await entries(store, TODAY - DAY, TODAY)
    assert [each.at for each in found] == [NOW - DAY, NOW - HOUR, NOW]
    assert [each.day for each in found] == [TODAY - DAY, TODAY, TODAY]


# ------------------------------------------------------------------------------------------------------- billed once


async def test_the_same_post_is_billed_once_a_day_and_again_on_the_next(store: Store) -> None:
    morning, evening, tomorrow = reservation(100), reservation(100), reservation(100)
    await reserved(store, morning, evening)
    await reserved(store, tomorrow, at=NOW + DAY)
    assert await settled(store, morning, read("1", "2")) == 10
    assert await settled(store, evening, read("2", "3")) == 5
    assert await settled(store, tomorrow, read("1", "2", "3"), NOW + DAY) == 15


async def test_what_is_settled_after_midnight_belongs_to_the_day_it_was_reserved(store: Store) -> None:
    late = datetime(2026, 11, 24, 23, 58, tzinfo=UTC)
    before, after = reservation(100), reservation(100)
    await reserved(store, before, at=late)
    await reserved(store, after, at=late + 5 * MINUTE)
    assert await settled(store, after, read("1"), late + 5 * MINUTE) == 5
    assert await settled(store, before, read("1"), late + 6 * MINUTE) == 5


async def test_an_id_is_one_of_its_source_and_kind(store: Store) -> None:
    post, user, elsewhere = reservation(100), reservation(100), reservation(100, source="sample")
    await reserved(store, post, user, elsewhere)
    assert await settled(store, post, read("1")) == 5
    assert await settled(store, user, Resources(users=1, user_ids=("1",))) == 10
    assert await settled(store, elsewhere, read("1")) == 5


async def test_what_has_no_known_id_is_billed_each_time(store: Store) -> None:
    first, second = reservation(100), reservation(100)
    await reserved(store, first, second)
    for each in (first, second):
        assert await settled(store, each, Resources(posts=3, counts=1, post_ids=())) == 18


async def test_an_id_that_is_given_twice_in_an_answer_is_billed_once(store: Store) -> None:
    once = reservation(100)
    await reserved(store, once)
    assert await settled(store, once, read("1", "1", "2")) == 10


async def test_more_ids_than_resources_never_cost_more_than_the_resources(store: Store) -> None:
    odd = reservation(100)
    await reserved(store, odd)
    assert await settled(store, odd, Resources(posts=1, post_ids=("1", "2", "3"))) == 5


async def test_two_at_once_pay_for_a_post_once(stores: tuple[Store, Store]) -> None:
    both = [reservation(100), reservation(100)]
    await reserved(stores[0], *both)
    ids = [str(number) for number in range(10)]
    given = [read(*ids), read(*reversed(ids))]
    costs = await asyncio.gather(*(settled(stores[number], both[number], given[number]) for number in (0, 1)))
    assert sum(costs) == 50


async def test_forgetting_what_was_billed_changes_no_cost(store: Store) -> None:
    yesterday, today = reservation(100), reservation(100)
    await reserved(store, yesterday, at=NOW - DAY)
    await reserved(store, today)
    await settled(store, yesterday, read("1"), NOW - DAY)
    await settled(store, today, read("1"))
    async with store.transaction() as tx:
        await tx.ledger.forget_billed_before(TODAY)
    again = reservation(100)
    await reserved(store, again)
    assert await settled(store, again, read("1")) == NOTHING
    assert await spent(store) == (5, 10)


# --------------------------------------------------------------------------------------------------------------- caps


async def test_what_a_cap_does_not_allow_is_not_written(store: Store) -> None:
    caps = Caps(daily=Money(100), monthly=Money(250))
    assert await reserved(store, reservation(60), reservation(41), caps=caps) == [None, 40]
    assert await reserved(store, reservation(40), reservation(1), caps=caps) == [None, NOTHING]
    assert await reserved(store, reservation(100), at=NOW + DAY, caps=caps) == [None]
    assert await reserved(store, reservation(60), at=NOW + 2 * DAY, caps=caps) == [50]
    assert await spent(store) == (100, 100)


async def test_a_purpose_has_a_cap_of_its_own_within_that_of_the_day(store: Store) -> None:
    caps = Caps(daily=Money(100), of_purpose={Purpose.SEARCH: Money(30), Purpose.SWEEP: NOTHING})
    search = Purpose.SEARCH
    assert await reserved(store, reservation(20, search), reservation(20, search), caps=caps) == [None, 10]
    assert await reserved(store, reservation(1, Purpose.SWEEP), reservation(70), caps=caps) == [NOTHING, None]
    assert await reserved(store, reservation(11, search), reservation(10, search), caps=caps) == [10, None]
    assert await reserved(store, reservation(30, search), at=NOW + DAY, caps=caps) == [None]
    async with store.reading() as tx:
        assert await tx.ledger.spent_for(search, TODAY) == Spent(Money(30), Money(30))
        assert await tx.ledger.spent_for(search, TODAY + DAY) == Spent(Money(30), Money(60))
        assert await tx.ledger.spent_for(Purpose.SWEEP, TODAY) == Spent()


async def test_days_and_months_are_those_of_utc(store: Store) -> None:
    last_minute = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    await reserved(store, reservation(1))
    await reserved(store, reservation(10), at=last_minute)
    await reserved(store, reservation(100), at=(last_minute + MINUTE).astimezone(tz=None))
    assert await spent(store, last_minute) == (10, 11)
    assert await spent(store, last_minute + MINUTE) == (100, 100)
    assert await spent(store) == (1, 1)


async def test_what_is_kept_for_digests_is_left_by_all_others_until_it_is_spent(store: Store) -> None:
    caps = Caps(daily=Money(100), kept_for_digests=Money(60))
    search, sweep = Purpose.SEARCH, Purpose.SWEEP
    assert await reserved(store, reservation(41, search), reservation(30, search), caps=caps) == [40, None]
    assert await reserved(store, reservation(50), reservation(11, sweep), caps=caps) == [None, 10]
    assert await reserved(store, reservation(10, sweep), reservation(1, sweep), caps=caps) == [None, NOTHING]
    assert await reserved(store, reservation(11), reservation(10), caps=caps) == [10, None]


@pytest.mark.parametrize("caps", [Caps(daily=Money(100)), Caps(of_purpose={Purpose.DIGESTS: Money(100)})])
async def test_twenty_at_once_cannot_spend_more_than_a_cap(stores: tuple[Store, Store], caps: Caps) -> None:
    twenty = (reserved(stores[number % 2], reservation(30), caps=caps) for number in range(20))
    answers = [answer for [answer] in await asyncio.gather(*twenty)]
    assert answers.count(None) == 3
    assert await spent(stores[0]) == (90, 90)


# --------------------------------------------------------------------------------------------------------- who pays


async def test_what_was_spent_is_known_by_channel(store: Store) -> None:
    earlier, today = reservation(100), reservation(30)
    parts = {MATHS: Fraction(1, 3), VALLEY_MATHS: Fraction(1, 2)}
    async with store.transaction() as tx:
        await tx.ledger.reserve(earlier, [EDCHAT], parts, Caps(), NOW - DAY)
        await tx.ledger.reserve(today, [EDCHAT], {MATHS: Fraction(1)}, Caps(), NOW)
        await tx.ledger.reserve(reservation(1000), [EDCHAT], {}, Caps(), NOW)
        await tx.ledger.reserve(reservation(1000), [EDCHAT], {ARTS: Fraction(1)}, Caps(), NOW + DAY)
        await tx.ledger.settle(Receipt(earlier, Resources(posts=10)), PRICES, NOW)
    async with store.reading() as tx:
        assert await tx.ledger.spent_by_channel(TODAY) == {
            MATHS: Spent(Money(30), Money(46)),
            VALLEY_MATHS: Spent(NOTHING, Money(25)),
        }
        assert await tx.ledger.spent_by_channel(TODAY - timedelta(days=40)) == {}


async def test_small_parts_are_added_up_before_they_are_rounded(store: Store) -> None:
    async with store.transaction() as tx:
        for _ in range(3):
            await tx.ledger.reserve(reservation(1), [EDCHAT], {MATHS: Fraction(1, 3)}, Caps(), NOW)
        assert (await tx.ledger.spent_by_channel(TODAY))[MATHS] == Spent(Money(1), Money(1))


async def test_a_channel_that_is_gone_has_spent_what_it_spent(store: Store) -> None:
    async with school(store) as tx:
        await tx.ledger.reserve(reservation(7), [EDCHAT], {MATHS: Fraction(1)}, Caps(), NOW)
        await tx.channels.remove(MATHS)
        assert await tx.ledger.spent_by_channel(TODAY) == {MATHS: Spent(Money(7), Money(7))}


def test_a_topic_is_paid_for_by_all_who_follow_it() -> None:
    followers = {EDCHAT: [MATHS, ARTS], MATHCHAT: [MATHS]}
    assert parts_of([EDCHAT, MATHCHAT, FRIDA], followers) == {MATHS: Fraction(1, 2), ARTS: Fraction(1, 6)}
    assert parts_of([EDCHAT, EDCHAT], {EDCHAT: [ARTS, ARTS]}) == {ARTS: Fraction(1)}
    assert parts_of([], followers) == parts_of([FRIDA], {}) == {}


async def test_parts_of_many_channels_are_kept_exactly(store: Store) -> None:
    many = [ChannelKey("hill-school", f"c{number}") for number in range(60)]
    topics = [EDCHAT, MATHCHAT, FRIDA]
    parts = parts_of(topics, {topic: many[: 53 + number] for number, topic in enumerate(topics)})
    async with store.transaction() as tx:
        await tx.ledger.reserve(reservation(1_000_000), topics, parts, Caps(), NOW)
        by_channel = await tx.ledger.spent_by_channel(TODAY)
    assert {channel: each.today for channel, each in by_channel.items()} == {
        channel: int(part * 1_000_000) for channel, part in parts.items()
    }
