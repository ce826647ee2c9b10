"""What every store promises of round-ups: that they are found again when something in them is taken back."""

from datetime import date

from bot.domain.channel import NewSlot
from bot.domain.content import Content, ShowItem, ShowRoundup, say
from bot.domain.delivery import DeliveryState, Lane, NewDelivery, Outcome
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import Note
from bot.domain.schedule import SlotKind
from bot.ports import Store
from tests.contract.store_examples import ARTS, DAY, HILL, LEASE, MATHS, NOW, VALLEY, VALLEY_MATHS, item, new_id, school

SINCE = date(2026, 11, 20)


async def shown(store: Store, content: Content, *, to: ChannelKey = MATHS, kind: SlotKind = SlotKind.ROUNDUP) -> str:
    """A message that stands in the channel, made for a slot."""
    slot = NewSlot(new_id(), to, kind, new_id(), NOW)
    message = NewDelivery(new_id(), f"slot:{slot.id}:1", to, content, slot=slot.id)
    async with school(store) as tx:
        await tx.slots.plan(slot)
        await tx.outbox.put(message, NOW)
    async with store.transaction() as tx:
        for each in await tx.outbox.claim("worker", NOW, LEASE, Lane.MESSAGES, 9):
            await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, each.id, 1), NOW)
    return message.id


async def looking_back_on(store: Store, *items: str, workspace: str = HILL) -> list[str]:
    async with store.reading() as tx:
        return await tx.outbox.looking_back_on(workspace, items)


async def test_round_ups_are_found_by_what_they_show(store: Store) -> None:
    one = await shown(store, (ShowRoundup(("i-1", "i-2"), 2, SINCE),))
    two = await shown(store, (*say("The week"), ShowRoundup(("i-2",), 1, SINCE)), to=ARTS)
    await shown(store, (ShowRoundup(("i-1",), 1, SINCE),), to=VALLEY_MATHS)
    await shown(store, (ShowItem("i-1"),), kind=SlotKind.NOW)

    assert await looking_back_on(store, "i-1") == [one]
    assert await looking_back_on(store, "i-2", "i-9") == [one, two]
    assert await looking_back_on(store, "i-9") == []
    assert await looking_back_on(store) == []
    assert len(await looking_back_on(store, "i-1", workspace=VALLEY)) == 1


async def test_one_that_waits_will_be_put_into_words_when_it_is_sent(store: Store) -> None:
    slot = NewSlot(new_id(), MATHS, SlotKind.ROUNDUP, "2026-11-27", NOW)
    async with school(store) as tx:
        await tx.slots.plan(slot)
        await tx.outbox.put(NewDelivery(new_id(), "k", MATHS, (ShowRoundup(("i-1",), 1, SINCE),), slot=slot.id), NOW)
    assert await looking_back_on(store, "i-1") == []


async def test_notes_are_found_by_who_wrote_them(store: Store) -> None:
    async with school(store) as tx:
        tickets, maps = [await tx.library.add(HILL, item(name), NOW) for name in ("tickets", "maps")]
        elsewhere = await tx.library.add(VALLEY, item("tickets"), NOW)
        await tx.library.note(HILL, tickets, Note(new_id(), "ana", "Worked well", NOW))
        await tx.library.note(HILL, maps, Note(new_id(), "ben", "Too small", NOW))
        await tx.library.note(VALLEY, elsewhere, Note(new_id(), "ana", "Another Ana", NOW))
        await tx.library.note(HILL, tickets, Note(new_id(), "ana", "Twice", NOW, private=True))
        assert await tx.library.noted(PersonKey(HILL, "ana")) == [tickets]
        assert await tx.library.noted(PersonKey(HILL, "cleo")) == []


async def test_the_next_digest_is_never_a_round_up(store: Store) -> None:
    async with school(store) as tx:
        await tx.slots.plan(NewSlot(new_id(), MATHS, SlotKind.ROUNDUP, "2026-11-23", NOW))
        assert await tx.slots.next_due(MATHS) is None
        await tx.slots.plan(NewSlot(new_id(), MATHS, SlotKind.MORNING, "2026-11-25", NOW + DAY))
        waiting = await tx.slots.next_due(MATHS)
        assert waiting
        assert waiting.kind is SlotKind.MORNING
