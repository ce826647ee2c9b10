"""What every store promises of errands: each is done once, by one worker at a time, and leaves little behind."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.errand import Errand, ErrandKind
from bot.domain.events import Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import LeaseLost
from bot.ports import Store
from tests.contract.store_examples import DAY, HILL, HOUR, LEASE, MATHS, MINUTE, NOW, VALLEY, VALLEY_MATHS, school

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")
REPLY = ReplyHandle("handle", NOW + HOUR, NOW + MINUTE)


def errand(id_: str, person: PersonKey = ANA, at: datetime = NOW, *, kind: ErrandKind = ErrandKind.SEARCH) -> Errand:
    channel = ChannelKey(person.workspace, "maths")
    return Errand(
        id_, kind, channel, Person(person, "Ana"), ("folding", "paper \U0001f4c4"), at, REPLY, True, ("r1", "r2")
    )


async def asked(store: Store, *errands: Errand) -> list[bool]:
    async with store.transaction() as tx:
        return [await tx.errands.put(each) for each in errands]


async def claimed(store: Store, now: datetime = NOW) -> Errand | None:
    async with store.transaction() as tx:
        return await tx.errands.claim("worker", now, LEASE)


async def test_an_errand_comes_back_as_it_was_asked_for(store: Store) -> None:
    plain = replace(errand("2", at=NOW + MINUTE), reply=None, is_admin=False, words=(), kind=ErrandKind.FORECAST)
    by_form = replace(errand("3", at=NOW + HOUR), reply=ReplyHandle("", NOW + DAY))
    await asked(store, errand("1"), plain, by_form)
    for each in (errand("1"), plain, by_form):
        found = await claimed(store, NOW + HOUR)
        assert found == each
        assert found.fence == 1


async def test_the_same_event_asks_once_even_after_it_was_done(store: Store) -> None:
    assert await asked(store, errand("1"), errand("1"), errand("1", PersonKey(VALLEY, "ana"))) == [True, False, True]
    first = await claimed(store)
    assert first
    async with store.transaction() as tx:
        await tx.errands.done(first)
    assert await asked(store, errand("1")) == [False]
    second = await claimed(store)
    assert second
    assert second.channel == VALLEY_MATHS
    assert await claimed(store) is None
    async with store.transaction() as tx:
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW) == 1


async def test_an_errand_in_vain_is_done_and_does_not_count(store: Store) -> None:
    await asked(store, errand("1"))
    first = await claimed(store)
    assert first
    async with store.transaction() as tx:
        await tx.errands.done(first, in_vain=True)
    assert await asked(store, errand("1")) == [False]
    assert await claimed(store) is None
    async with store.transaction() as tx:
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW) == 0


async def test_the_earliest_errand_is_claimed_first_and_by_one_worker_only(stores: tuple[Store, Store]) -> None:
    await asked(stores[0], *(errand(str(number), at=NOW + number * MINUTE) for number in (3, 1, 2)))
    found = await asyncio.gather(*(claimed(stores[number % 2], NOW + HOUR) for number in range(5)))
    assert sorted(each.id for each in found if each) == ["1", "2", "3"]
    await asked(stores[0], errand("5", at=NOW + 5 * MINUTE), errand("4", at=NOW + 4 * MINUTE))
    assert [each.id for each in [await claimed(stores[0]), await claimed(stores[1])] if each] == ["4", "5"]


async def test_an_errand_left_behind_is_claimed_again_and_the_first_worker_is_too_late(store: Store) -> None:
    await asked(store, errand("1"))
    first = await claimed(store)
    assert first
    assert await claimed(store, NOW + LEASE - MINUTE) is None
    second = await claimed(store, NOW + LEASE)
    assert second
    assert (first.attempts, second.attempts) == (0, 1)
    async with store.transaction() as tx:
        with pytest.raises(LeaseLost):
            await tx.errands.done(first)
        with pytest.raises(LeaseLost):
            await tx.errands.later(first, NOW)
        await tx.errands.done(second)
    assert await claimed(store, NOW + DAY) is None


async def test_an_errand_waits_for_its_next_attempt(store: Store) -> None:
    await asked(store, errand("1"))
    first = await claimed(store)
    assert first
    async with store.transaction() as tx:
        await tx.errands.later(first, NOW + 10 * MINUTE)
    assert await claimed(store, NOW + 9 * MINUTE) is None
    again = await claimed(store, NOW + 10 * MINUTE)
    assert again
    assert (again.words, again.reply, again.attempts) == (first.words, REPLY, 1)


async def test_what_somebody_asked_for_is_counted_by_kind_and_time(store: Store) -> None:
    await asked(
        store,
        errand("1", at=NOW - DAY),
        errand("2", at=NOW),
        errand("3", at=NOW + MINUTE),
        errand("4", kind=ErrandKind.LOOK_UP),
        errand("5", BEN),
        errand("6", PersonKey(VALLEY, "ana")),
    )
    async with store.reading() as tx:
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW) == 2
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW - DAY) == 3
        assert await tx.errands.asked(ANA, ErrandKind.LOOK_UP, NOW) == 1
        assert await tx.errands.asked(BEN, ErrandKind.FORECAST, NOW) == 0


@pytest.mark.parametrize("by_people", [False, True])
async def test_what_somebody_asked_for_is_erased(store: Store, by_people: bool) -> None:  # noqa: FBT001
    async with school(store):
        pass
    await asked(store, errand("1"), errand("2", BEN), errand("3", PersonKey(VALLEY, "ana")))
    under_way = await claimed(store)
    assert under_way
    assert under_way.id == "1"
    async with store.transaction() as tx:
        await (tx.people.erase(ANA) if by_people else tx.errands.erase(ANA))
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW - DAY) == 0
        with pytest.raises(LeaseLost):
            await tx.errands.done(under_way)
    found = [await claimed(store) for _ in range(3)]
    assert [each.id for each in found if each] == ["2", "3"]


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    await asked(store, errand("1"))
    first = await claimed(store)
    assert first
    assert first.channel == MATHS
    async with store.transaction() as tx:
        with pytest.raises(ValueError, match="zone"):
            await tx.errands.later(first, datetime(2026, 11, 24, 7, 0))  # noqa: DTZ001


async def test_who_asked_is_forgotten_where_it_is_done_and_long_ago(store: Store) -> None:
    await asked(store, errand("1"), errand("2", at=NOW + MINUTE), errand("3", at=NOW + HOUR))
    for _ in range(2):
        found = await claimed(store, NOW + MINUTE)
        assert found
        async with store.transaction() as tx:
            await tx.errands.done(found)
    async with store.transaction() as tx:
        await tx.errands.forget_before(NOW + MINUTE)
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW) == 2
        await tx.errands.forget_before(NOW + DAY)
        assert await tx.errands.asked(ANA, ErrandKind.SEARCH, NOW) == 1
    assert await claimed(store, NOW + HOUR)
