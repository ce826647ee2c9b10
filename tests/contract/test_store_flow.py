"""What every store promises of slots and digests."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.channel import NewSlot
from bot.domain.keys import PostKey
from bot.domain.schedule import Reading, SlotKind, SlotState
from bot.errors import LeaseLost, StoreError
from bot.ports import Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    HILL,
    HOUR,
    LEASE,
    MATHS,
    MINUTE,
    NOW,
    PATIENCE,
    VALLEY_MATHS,
    claimed,
    digest,
    new_id,
    new_slot,
    planned,
    school,
)

POST = PostKey("x", "1")
AFTER_THE_LEASE = NOW + LEASE


# ---------------------------------------------------------------------------------------------------------------- slots


async def test_a_slot_is_planned_once_and_moves_while_nobody_has_it(store: Store) -> None:
    [slot] = await planned(store, new_slot())
    async with store.transaction() as tx:
        assert not await tx.slots.plan(new_slot(due_at=NOW))
        assert await tx.slots.get(HILL, slot.id) == slot
        assert not await tx.slots.plan(new_slot(due_at=NOW + HOUR))
        moved = await tx.slots.get(HILL, slot.id)
    assert moved
    assert (moved.due_at, moved.reading) == (NOW + HOUR, Reading.WAITING)
    await claimed(store, now=NOW + DAY)
    async with store.transaction() as tx:
        assert not await tx.slots.plan(new_slot(due_at=NOW))
        unmoved = await tx.slots.get(HILL, slot.id)
    assert unmoved
    assert unmoved.due_at == NOW + HOUR


async def test_another_kind_or_channel_leaves_the_morning_alone(store: Store) -> None:
    async with school(store) as tx:
        assert await tx.slots.plan(new_slot())
        assert await tx.slots.plan(new_slot(to=ARTS))
        assert await tx.slots.plan(new_slot(to=VALLEY_MATHS))
        assert await tx.slots.plan(NewSlot(new_id(), MATHS, SlotKind.NOW, "2026-11-24", NOW))


async def test_dropping_forgets_unclaimed_slots_that_are_not_kept(store: Store) -> None:
    days = ["2026-11-23", "2026-11-24", "2026-11-25"]
    slots = [new_slot(day, due_at=NOW + n * DAY) for n, day in enumerate(days, start=-1)]
    await planned(store, *slots)
    await claimed(store, now=NOW - DAY)
    async with store.transaction() as tx:
        await tx.slots.drop_planned(MATHS, SlotKind.NOW, keep=[])
        await tx.slots.drop_planned(ARTS, SlotKind.MORNING, keep=[])
        await tx.slots.drop_planned(MATHS, SlotKind.MORNING, keep=["2026-11-24"])
        left = [each.key for each in slots if await tx.slots.get(HILL, each.id)]
    assert left == ["2026-11-23", "2026-11-24"]


async def test_dropping_what_is_to_come_leaves_what_is_due(store: Store) -> None:
    slots = [new_slot(str(hours), due_at=NOW + hours * HOUR) for hours in (-1, 0, 1, 2)]
    await planned(store, *slots)
    async with store.transaction() as tx:
        await tx.slots.drop_planned(MATHS, SlotKind.MORNING, keep=["2"], due_after=NOW)
        left = [each.key for each in slots if await tx.slots.get(HILL, each.id)]
    assert left == ["-1", "0", "2"]


async def test_slots_are_read_for_once_earliest_first(store: Store) -> None:
    late, early, later = new_slot("b"), new_slot("a", due_at=NOW - HOUR), new_slot("c", due_at=NOW + HOUR)
    await planned(store, late, early, later, reading=Reading.WAITING)
    async with store.transaction() as tx:
        waiting = await tx.slots.claim_reading(NOW, NOW + HOUR, MINUTE)
        assert [slot.key for slot in waiting] == ["a", "b"]
        await tx.slots.set_reading(waiting[:1], Reading.DONE)
        await tx.slots.set_reading(waiting[1:], Reading.PART)
        assert await tx.slots.claim_reading(NOW, NOW + HOUR, MINUTE) == []


async def test_while_somebody_reads_for_a_slot_nobody_else_does_or_claims_it(store: Store) -> None:
    await planned(store, new_slot(due_at=NOW - DAY), reading=Reading.WAITING)
    async with store.transaction() as tx:
        (slot,) = await tx.slots.claim_reading(NOW, NOW + HOUR, MINUTE)
        assert await tx.slots.claim_reading(NOW, NOW + HOUR, MINUTE) == []
    assert await claimed(store) is None
    async with store.transaction() as tx:
        assert len(await tx.slots.claim_reading(NOW + MINUTE, NOW + HOUR, MINUTE)) == 1
        await tx.slots.set_reading([slot], Reading.WAITING)
        assert len(await tx.slots.claim_reading(NOW, NOW + HOUR, MINUTE)) == 1
        await tx.slots.set_reading([slot], Reading.WAITING)
    assert await claimed(store) is not None


async def test_a_slot_that_was_read_for_is_claimed_when_due_the_earliest_first(store: Store) -> None:
    await planned(store, new_slot("b"), new_slot("a", due_at=NOW - HOUR), new_slot("c", due_at=NOW + MINUTE))
    claims = [await claimed(store), await claimed(store), await claimed(store)]
    assert [(slot.key, slot.state, slot.fence) for slot in claims if slot] == [
        ("a", SlotState.CLAIMED, 1),
        ("b", SlotState.CLAIMED, 1),
    ]


async def test_a_slot_waits_for_its_posts_but_not_for_ever(store: Store) -> None:
    await planned(store, new_slot(), reading=Reading.WAITING)
    assert await claimed(store, now=NOW + PATIENCE) is None
    slot = await claimed(store, now=NOW + PATIENCE + timedelta(seconds=1))
    assert slot
    assert slot.reading is Reading.WAITING


async def test_many_workers_at_once_claim_every_slot_exactly_once(stores: tuple[Store, Store]) -> None:
    await planned(stores[0], *(new_slot(f"day {number:02}") for number in range(20)))

    async def worker(number: int) -> list[str]:
        mine = []
        while slot := await claimed(stores[number % 2], f"worker {number}"):
            mine.append(slot.key)
        return mine

    claims = await asyncio.gather(*(worker(number) for number in range(6)))
    assert sorted(key for mine in claims for key in mine) == [f"day {number:02}" for number in range(20)]


async def test_a_slot_whose_lease_ended_goes_to_the_next_and_the_first_is_told(stores: tuple[Store, Store]) -> None:
    await planned(stores[0], new_slot())
    first = await claimed(stores[0], "first")
    assert first
    assert await claimed(stores[1], "second", AFTER_THE_LEASE - timedelta(seconds=1)) is None
    second = await claimed(stores[1], "second", AFTER_THE_LEASE)
    assert second
    assert second.fence > first.fence
    with pytest.raises(LeaseLost):
        async with stores[0].transaction() as tx:
            await tx.slots.finish(first, SlotState.COMPOSED)
    async with stores[1].transaction() as tx:
        await tx.slots.finish(second, SlotState.COMPOSED, "5 posts of 40")
        done = await tx.slots.get(HILL, second.id)
    assert done
    assert (done.state, done.note) == (SlotState.COMPOSED, "5 posts of 40")
    assert await claimed(stores[0], now=NOW + DAY) is None


async def test_the_next_slot_and_the_latest_ones_are_found(store: Store) -> None:
    await planned(store, *(new_slot(str(number), due_at=NOW + number * MINUTE) for number in range(4)))
    for state in (SlotState.COMPOSED, SlotState.QUIET):
        slot = await claimed(store, now=NOW + HOUR)
        assert slot
        async with store.transaction() as tx:
            await tx.slots.finish(slot, state)
    async with store.reading() as tx:
        waiting = await tx.slots.next_due(MATHS)
        assert waiting
        assert waiting.key == "2"
        assert [slot.key for slot in await tx.slots.latest(MATHS, SlotKind.MORNING, 5)] == ["1", "0"]
        assert [slot.key for slot in await tx.slots.latest(MATHS, SlotKind.MORNING, 1)] == ["1"]
        assert await tx.slots.next_due(ARTS) is None


# -------------------------------------------------------------------------------------------------------------- digests


async def test_a_digest_comes_back_and_what_it_showed_was_seen(store: Store) -> None:
    [slot] = await planned(store, new_slot())
    remarks = ("Since Monday nobody has written about #mathchat.", "Half a \ud800 is left out.")
    made = replace(digest(slot, POST, PostKey("x", "2")), remarks=remarks)
    async with store.transaction() as tx:
        await tx.digests.put(made, ["post:x:1", "link:a"], NOW)
        await tx.digests.put(made, ["post:x:1", "link:b"], NOW)
        kept = replace(made, remarks=(remarks[0], "Half a \N{REPLACEMENT CHARACTER} is left out."))
        assert await tx.digests.get(HILL, slot.id) == kept
        assert await tx.digests.seen(MATHS, ["post:x:1", "link:a", "link:b", "link:c"]) == {
            "post:x:1",
            "link:a",
            "link:b",
        }
        assert await tx.digests.seen(ARTS, ["post:x:1"]) == set()
        assert await tx.digests.seen(VALLEY_MATHS, ["post:x:1"]) == set()


async def test_what_was_seen_before_a_moment_is_told_apart(store: Store) -> None:
    first, second = await planned(store, new_slot("1"), new_slot("2"))
    later = NOW + timedelta(days=1)
    async with store.transaction() as tx:
        await tx.digests.put(digest(first), ["post:x:1"], NOW)
        await tx.digests.put(digest(second), ["post:x:1", "post:x:2"], later)
        assert await tx.digests.seen(MATHS, ["post:x:1", "post:x:2"], before=later) == {"post:x:1"}
        assert await tx.digests.seen(MATHS, ["post:x:1"], before=NOW) == set()


async def test_many_seen_keys_are_looked_up_at_once(store: Store) -> None:
    [slot] = await planned(store, new_slot())
    async with store.transaction() as tx:
        await tx.digests.put(digest(slot), [f"key {number}" for number in range(0, 5000, 2)], NOW)
        seen = await tx.digests.seen(MATHS, [f"key {number}" for number in range(5000)])
    assert len(seen) == 2500


async def test_the_last_digest_is_the_one_that_reaches_furthest(store: Store) -> None:
    slots = await planned(store, new_slot("1"), new_slot("2"), new_slot("3", to=ARTS))
    async with store.transaction() as tx:
        await tx.digests.put(digest(slots[0], POST, until=NOW), [], NOW)
        later = digest(slots[1], POST, until=NOW - HOUR, composed_at=NOW + HOUR)
        await tx.digests.put(later, [], NOW)
        await tx.digests.put(digest(slots[2], POST, until=NOW + DAY), [], NOW)
        last = await tx.digests.last(MATHS)
        assert last
        assert last.slot == slots[0].id
        assert await tx.digests.last(VALLEY_MATHS) is None


async def test_a_card_that_came_at_once_is_no_digest(store: Store) -> None:
    card = replace(new_slot("2", due_at=NOW - MINUTE), kind=SlotKind.AT_ONCE)
    morning, at_once = await planned(store, new_slot("1"), card)
    async with store.transaction() as tx:
        assert await tx.slots.next_due(MATHS) == morning
        await tx.digests.put(digest(at_once, POST, until=NOW + HOUR, composed_at=NOW + HOUR), [], NOW)
        assert (await tx.digests.latest(MATHS), await tx.digests.last(MATHS)) == (None, None)
        await tx.digests.put(digest(morning, POST), [], NOW)
        newest = await tx.digests.latest(MATHS)
        assert newest
        assert newest.slot == morning.id
        assert await tx.digests.last(MATHS) == newest
        assert await tx.digests.get(HILL, at_once.id)
        assert await tx.digests.shown(MATHS, NOW) == [POST]


async def test_a_digest_needs_its_slot(store: Store) -> None:
    with pytest.raises(StoreError):
        async with school(store) as tx:
            await tx.digests.put(digest(new_slot()), [], NOW)
