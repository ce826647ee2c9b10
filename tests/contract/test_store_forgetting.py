"""What every store forgets of a person."""

from dataclasses import replace
from datetime import datetime

from bot.domain.content import SOMEBODY, Say
from bot.domain.delivery import DeliveryState, Lane, Outcome
from bot.domain.events import CommandGiven, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Note
from bot.domain.schedule import SlotState
from bot.ports import Store
from tests.contract.store_examples import (
    DAY,
    HILL,
    HOUR,
    LEASE,
    MATHS,
    MINUTE,
    NOW,
    VALLEY,
    channel,
    delivery,
    digest,
    new_id,
    new_slot,
    planned,
    school,
)
from tests.contract.test_store_outbox import queued, recorded, shown
from tests.contract.test_store_privacy import saved

POST = PostKey("x", "1")


async def test_erasing_a_person_drops_what_only_they_are_about_to_be_told(store: Store) -> None:
    queued_for = replace(delivery("queued", "Your note: call home"), private_to="ana")
    under_way = replace(delivery("under way", "Your note: call home"), private_to="ana")
    await queued(store, under_way, queued_for)
    async with store.transaction() as tx:
        (held,) = await tx.outbox.claim("worker", NOW, LEASE, Lane.ANSWERS, 1)
        await tx.people.erase(PersonKey(HILL, "ana"))
        told = [await tx.outbox.get(HILL, each.id) for each in (under_way, queued_for)]
    assert [(each.content, each.state) for each in told if each] == [
        ((), DeliveryState.SENDING),
        ((), DeliveryState.EXPIRED),
    ]
    again = Outcome(DeliveryState.QUEUED, next_attempt_at=NOW + MINUTE)
    await recorded(store, held, again)
    async with store.transaction() as tx:
        assert await tx.outbox.claim("worker", NOW + DAY, LEASE, Lane.ANSWERS, 5) == []


async def test_erasing_a_person_takes_their_name_from_what_others_were_told(store: Store) -> None:
    aloud = replace(delivery("aloud"), content=(Say("added #maths.", by='ana"x'),))
    others = replace(delivery("others"), content=(Say("said ana.", by="ben"),))
    await queued(store, aloud, others)
    await shown(store, "m-1")
    await shown(store, "m-2")
    person = PersonKey(HILL, 'ana"x')
    async with store.transaction() as tx:
        assert await tx.outbox.naming(PersonKey(VALLEY, 'ana"x')) == []
        assert await tx.outbox.naming(person) == [aloud.id]
        await tx.people.erase(person)
        assert await tx.outbox.naming(person) == []
        told = [await tx.outbox.get(HILL, each.id) for each in (aloud, others)]
    assert [each.content for each in told if each] == [(Say("added #maths.", by=SOMEBODY),), others.content]


async def test_erasing_a_person_erases_their_own_digests(store: Store) -> None:
    own = replace(channel(ChannelKey(HILL, "dm-ana")), owner="ana")
    async with school(store) as tx:
        await tx.channels.put(own)
    slots = await planned(store, new_slot("1", to=own.key), new_slot("2"))
    async with store.transaction() as tx:
        for slot in slots:
            await tx.digests.put(digest(slot, POST), ["seen"], NOW)
            claimed = await tx.slots.claim("worker", NOW, LEASE, HOUR)
            assert claimed
            await tx.slots.finish(claimed, SlotState.COMPOSED)
        await tx.outbox.put(replace(delivery("1", slot=slots[0].id), channel=own.key), NOW)
        await tx.people.erase(PersonKey(HILL, "ana"))
    async with store.transaction() as tx:
        assert await tx.digests.latest(own.key) is None
        assert await tx.digests.seen(own.key, ["seen"]) == set()
        assert await tx.digests.latest(MATHS)
        assert await tx.digests.seen(MATHS, ["seen"]) == {"seen"}
        assert await tx.outbox.claim("worker", NOW, LEASE, Lane.MESSAGES, 5) == []


async def test_what_somebody_did_is_erased_up_to_a_moment(store: Store) -> None:
    def done_by(person: str, key: str, at: datetime) -> Event:
        reply = ReplyHandle("handle", NOW + HOUR)
        return Event(HILL, key, CommandGiven(Person(PersonKey(HILL, person)), MATHS, "/pln", reply), at)

    async with school(store) as tx:
        for event in (
            done_by("ana", "kept as failed", NOW),
            done_by("ana", "before", NOW),
            done_by("ana", "after", NOW + HOUR),
            done_by("ben", "another's", NOW),
        ):
            await tx.events.put(event, NOW)
        failed = await tx.events.claim("worker", NOW, LEASE)
        assert failed
        await tx.events.failed(failed, "no", None)
        await tx.events.erase(PersonKey(HILL, "ana"), NOW + MINUTE)
    keys = []
    async with store.transaction() as tx:
        while received := await tx.events.claim("worker", NOW, LEASE):
            keys.append(received.event.key)
            await tx.events.done(received)
    assert keys == ["after", "another's"]


async def test_what_only_they_ever_saved_goes_with_them_and_what_others_described_stays(store: Store) -> None:
    ana = PersonKey(HILL, "ana")
    async with school(store) as tx:
        ids = {name: await saved(tx, name, ana) for name in ("alone", "tagged", "noted", "both", "removed")}
        await tx.library.tag(HILL, ids["alone"], ["paper"], "ana", NOW)
        await tx.library.note(HILL, ids["alone"], Note(new_id(), "ana", "Mine", NOW))
        await tx.library.note(HILL, ids["alone"], Note(new_id(), "ana", "Mine, too", NOW, private=True))
        await tx.library.note(HILL, ids["noted"], Note(new_id(), "ana", "Hers", NOW))
        await tx.library.note(HILL, ids["noted"], Note(new_id(), "ana", "Hers, too", NOW, edited_at=NOW))
        await tx.library.tag(HILL, ids["tagged"], ["paper"], "ben", NOW)
        await tx.library.note(HILL, ids["noted"], Note(new_id(), "ben", "His", NOW))
        await saved(tx, "both", PersonKey(HILL, "ben"))
        await tx.care.remove(HILL, ids["removed"], "ben", NOW)
    async with store.transaction() as tx:
        await tx.library.end_marks(ana, None, NOW, Ending.ERASED)
        await tx.people.erase(ana)
        left = await tx.library.items(HILL, list(ids.values()))
        assert sorted(left) == sorted(ids[name] for name in ("tagged", "noted", "both", "removed"))
        assert [note.text for note in left[ids["noted"]].notes] == ["His"]
        again = await saved(tx, "alone", PersonKey(HILL, "ben"))
        item = (await tx.library.items(HILL, [again], "ben"))[again]
        assert (item.tags, item.notes, item.saver_count) == ((), (), 1)
