"""What every store promises to those who look back: past digests, the last save, what was shared in channels."""

from dataclasses import replace

from bot.domain.content import Content, ShowItem, say
from bot.domain.delivery import DeliveryState, Lane, NewDelivery, Outcome
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending
from bot.domain.schedule import SlotKind
from bot.ports import Store
from tests.contract.store_examples import (
    ARTS,
    HILL,
    HOUR,
    LEASE,
    MATHS,
    MINUTE,
    NOW,
    VALLEY_MATHS,
    digest,
    item,
    mark,
    new_id,
    new_slot,
    school,
)

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")
ONE, TWO = PostKey("x", "1"), PostKey("x", "2")


async def test_past_digests_come_newest_first_part_by_part_and_only_of_the_channels_asked_for(store: Store) -> None:
    slots = [new_slot(f"2026-11-2{number}") for number in range(4)]
    art = replace(new_slot("2026-11-24"), channel=ARTS)
    valley = replace(new_slot("2026-11-24"), channel=VALLEY_MATHS)
    card = replace(new_slot("card"), kind=SlotKind.AT_ONCE)
    async with school(store) as tx:
        for number, slot in enumerate([*slots, art, valley, card]):
            await tx.slots.plan(slot)
            await tx.digests.put(digest(slot, ONE, TWO, composed_at=NOW + number * HOUR), [], NOW)
    async with store.reading() as tx:
        newest, total = await tx.digests.past([MATHS], 3, 0)
        assert ([each.slot for each in newest], total) == ([slots[3].id, slots[2].id, slots[1].id], 4)
        assert [item.post for item in newest[0].items] == [ONE, TWO]
        assert [each.slot for each in (await tx.digests.past([MATHS], 3, 3))[0]] == [slots[0].id]
        assert await tx.digests.past([MATHS], 3, 9) == ([], 4)
        both, total = await tx.digests.past([MATHS, ARTS], 2, 0)
        assert ([each.slot for each in both], total) == ([art.id, slots[3].id], 5)
        assert await tx.digests.past([], 3, 0) == ([], 0)


async def test_the_last_save_is_the_newest_that_stands_also_where_others_saved_later(store: Store) -> None:
    first, second = item("first"), item("second")
    async with school(store) as tx:
        for new in (first, second):
            await tx.library.add(HILL, new, NOW)
        await tx.library.put_mark(HILL, mark(first.id, at=NOW))
        await tx.library.put_mark(HILL, replace(mark(second.id, at=NOW + MINUTE), private=True))
        await tx.library.put_mark(HILL, mark(first.id, "ben", at=NOW + HOUR))
        assert await tx.library.last_saved(ANA) == second.id
        await tx.library.end_marks(ANA, second.id, NOW + HOUR, Ending.UNDONE)
        assert await tx.library.last_saved(ANA) == first.id
        await tx.library.end_marks(ANA, None, NOW + HOUR, Ending.UNDONE)
        assert await tx.library.last_saved(ANA) is None
        assert await tx.library.last_saved(BEN) == first.id
        assert await tx.library.last_saved(PersonKey("valley-school", "ben")) is None


async def test_what_an_admin_removed_is_nobodys_last_save(store: Store) -> None:
    first = item("first")
    async with school(store) as tx:
        await tx.library.add(HILL, first, NOW)
        await tx.library.put_mark(HILL, mark(first.id, at=NOW))
        await tx.care.remove(HILL, first.id, "ada", NOW + MINUTE)
        assert await tx.library.last_saved(ANA) is None


async def shown(store: Store, content: Content, *, private_to: str | None = None) -> str:
    message = NewDelivery(new_id(), new_id(), MATHS, content, private_to=private_to)
    async with school(store) as tx:
        await tx.outbox.put(message, NOW)
    async with store.transaction() as tx:
        for lane in (Lane.MESSAGES, Lane.ANSWERS):
            for each in await tx.outbox.claim("worker", NOW, LEASE, lane, 9):
                await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, each.id, 1), NOW)
    return message.id


async def test_messages_that_shared_an_item_with_all_are_found_and_private_answers_are_not(store: Store) -> None:
    shared = await shown(store, (*say("Ana shared this"), ShowItem("i-1")))
    await shown(store, (*say("Found"), ShowItem("i-1")), private_to="ana")
    await shown(store, (*say("Another"), ShowItem("i-2")))
    await shown(store, say('None: {"block":"item","item":"i-1"}'))
    async with store.reading() as tx:
        assert await tx.outbox.sharing(HILL, ["i-1"]) == [shared]
        assert await tx.outbox.sharing(HILL, ["i-9"]) == []
        assert await tx.outbox.sharing("valley-school", ["i-1"]) == []
