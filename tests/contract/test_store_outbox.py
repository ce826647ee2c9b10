"""What every store promises of the outbox, the inbox and the text in them."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.content import content_to_json, say
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Outcome
from bot.domain.events import (
    Change,
    ChannelChanged,
    CommandGiven,
    Event,
    FormSent,
    Happening,
    HomeOpened,
    MessageChosen,
    Person,
    ReplyHandle,
    WorkspaceLeft,
)
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.errors import LeaseLost
from bot.ports import Received, Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    HILL,
    HOUR,
    LEASE,
    MATHS,
    MINUTE,
    NOW,
    VALLEY,
    VALLEY_MATHS,
    command,
    delivery,
    digest,
    new_id,
    new_slot,
    planned,
    school,
)

POST = PostKey("x", "1")
AFTER_THE_LEASE = NOW + LEASE
SECOND = timedelta(seconds=1)


# --------------------------------------------------------------------------------------------------------------- outbox


async def queued(store: Store, *deliveries: NewDelivery, at: datetime = NOW) -> None:
    async with school(store) as tx:
        for each in deliveries:
            assert await tx.outbox.put(each, at)


async def taken(store: Store, now: datetime = NOW, worker: str = "worker") -> Delivery | None:
    """The first that is due, in whatever lane."""
    async with store.transaction() as tx:
        for lane in Lane:
            for claim in await tx.outbox.claim(worker, now, LEASE, lane, 1):
                return claim
    return None


async def recorded(store: Store, delivery: Delivery, outcome: Outcome, now: datetime = NOW) -> Delivery:
    async with store.transaction() as tx:
        await tx.outbox.record(delivery, outcome, now)
        after = await tx.outbox.get(delivery.channel.workspace, delivery.id)
    assert after
    return after


async def test_erasing_a_person_empties_what_only_they_were_told(store: Store) -> None:
    theirs = replace(delivery("answer", "Your note: call home"), private_to="ana")
    other = replace(delivery("other", "Good morning"), private_to="ben")
    await queued(store, theirs, other)
    await shown(store, "m-1")
    await shown(store, "m-2")
    async with store.transaction() as tx:
        await tx.people.erase(PersonKey(HILL, "ana"))
        told = [await tx.outbox.get(HILL, each.id) for each in (theirs, other)]
    assert [each.content for each in told if each] == [(), say("Good morning")]


async def shown(store: Store, message: str, now: datetime = NOW) -> Delivery:
    delivery = await taken(store, now)
    assert delivery
    return await recorded(store, delivery, Outcome(DeliveryState.SHOWN, message, delivery.desired_version), now)


async def test_a_delivery_is_made_once_under_its_key(store: Store) -> None:
    handle = ReplyHandle("https://hooks.example/1", NOW + HOUR)
    new = NewDelivery(new_id(), "event:1", MATHS, say("Hello"), private_to="ana", reply=handle, seeds=("🔖", "1️⃣"))
    await queued(store, new)
    async with store.transaction() as tx:
        assert not await tx.outbox.put(delivery("event:1", "Another"), NOW)
        assert await tx.outbox.put(delivery("event:1", to=VALLEY_MATHS), NOW)
        stored = await tx.outbox.get(HILL, new.id)
    assert stored
    assert (stored.content, stored.private_to, stored.reply, stored.seeds) == (say("Hello"), "ana", handle, ("🔖", "1️⃣"))
    assert (stored.state, stored.desired_version, stored.shown_version, stored.attempts) == ("queued", 1, 0, 0)


async def test_deliveries_come_out_in_the_order_they_went_in(store: Store) -> None:
    await queued(store, *(delivery(key) for key in ("header", "first", "second")))
    await queued(store, delivery("earlier"), at=NOW - HOUR)
    claims = [await taken(store) for _ in range(5)]
    assert [each.key for each in claims if each] == ["earlier", "header", "first", "second"]
    assert {each.state for each in claims if each} == {DeliveryState.SENDING}


async def test_many_workers_at_once_send_every_delivery_exactly_once(stores: tuple[Store, Store]) -> None:
    await queued(stores[0], *(delivery(f"{number:02}") for number in range(20)))

    async def worker(number: int) -> list[str]:
        mine = []
        while delivery := await taken(stores[number % 2], worker=f"worker {number}"):
            mine.append(delivery.key)
        return mine

    claims = await asyncio.gather(*(worker(number) for number in range(6)))
    assert sorted(key for mine in claims for key in mine) == [f"{number:02}" for number in range(20)]


async def test_a_shown_delivery_is_found_by_its_message_and_is_done(store: Store) -> None:
    await queued(store, delivery("1"))
    after = await shown(store, "m1")
    assert (after.state, after.message, after.shown_version, after.attempts) == ("shown", "m1", 1, 1)
    async with store.reading() as tx:
        assert await tx.outbox.by_message(MATHS, "m1") == after
        assert await tx.outbox.by_message(ARTS, "m1") is None
        assert await tx.outbox.by_message(VALLEY_MATHS, "m1") is None


async def test_a_digest_on_its_way_is_unsettled_until_its_message_is_known(store: Store) -> None:
    slot = new_slot()
    async with store.transaction() as tx:
        await tx.slots.plan(slot)
        await tx.outbox.put(delivery("slot 1", slot=slot.id), NOW)
        await tx.outbox.put(delivery("answer", to=ARTS), NOW)
        assert not await tx.outbox.is_unsettled(MATHS)
        claims = await tx.outbox.claim("worker", NOW, LEASE, Lane.MESSAGES, 2)
        assert await tx.outbox.is_unsettled(MATHS)
        assert not await tx.outbox.is_unsettled(ARTS)
        for claim in claims:
            await tx.outbox.record(claim, Outcome(DeliveryState.SHOWN, "m1", 1), NOW)
        assert not await tx.outbox.is_unsettled(MATHS)
    assert await taken(store, NOW + DAY) is None


async def test_what_was_claimed_by_whoever_is_gone_can_be_released(stores: tuple[Store, Store]) -> None:
    await queued(stores[0], delivery("slot"))
    first = await taken(stores[0], worker="first")
    async with stores[1].transaction() as tx:
        await tx.outbox.release(VALLEY, NOW + MINUTE)
    assert await taken(stores[1], NOW + MINUTE, worker="second") is None
    async with stores[1].transaction() as tx:
        await tx.outbox.release(HILL, NOW + MINUTE)
    again = await taken(stores[1], NOW + MINUTE, worker="second")
    assert first
    assert again
    assert (again.id, again.state, again.sent_at) == (first.id, DeliveryState.UNCERTAIN, NOW)
    with pytest.raises(LeaseLost):
        await recorded(stores[0], first, Outcome(DeliveryState.SHOWN, "m-1", 1))


async def test_a_delivery_left_behind_in_sending_is_uncertain(stores: tuple[Store, Store]) -> None:
    await queued(stores[0], delivery("1"))
    first = await taken(stores[0], worker="first")
    assert first
    assert await taken(stores[1], AFTER_THE_LEASE - timedelta(seconds=1)) is None
    second = await taken(stores[1], AFTER_THE_LEASE, "second")
    assert second
    assert (second.state, second.fence) == (DeliveryState.UNCERTAIN, first.fence + 1)
    with pytest.raises(LeaseLost):
        await recorded(stores[0], first, Outcome(DeliveryState.SHOWN, "m1", 1))
    assert await taken(stores[0], AFTER_THE_LEASE + MINUTE) is None
    third = await taken(stores[0], AFTER_THE_LEASE + LEASE)
    assert third
    assert third.state is DeliveryState.UNCERTAIN


async def test_it_is_known_when_a_delivery_was_sent_that_may_be_there(store: Store) -> None:
    """Not when it was asked about, nor when it was sent before and certainly came to nothing."""
    await queued(store, delivery("1"))
    first = await taken(store, NOW)
    assert first
    assert first.sent_at == NOW
    nothing = Outcome(DeliveryState.QUEUED, next_attempt_at=NOW + MINUTE)
    assert (await recorded(store, first, nothing)).sent_at == NOW
    second = await taken(store, NOW + MINUTE)
    assert second
    assert second.sent_at == NOW + MINUTE
    await recorded(store, second, Outcome(DeliveryState.UNCERTAIN, next_attempt_at=NOW + 2 * MINUTE))
    third = await taken(store, NOW + 2 * MINUTE)
    assert third
    assert third.sent_at == NOW + MINUTE


async def test_another_attempt_comes_at_its_time_and_a_wait_costs_none(store: Store) -> None:
    await queued(store, delivery("1"))
    delivery_ = await taken(store)
    assert delivery_
    again = Outcome(DeliveryState.QUEUED, next_attempt_at=NOW + MINUTE, counts_as_attempt=False)
    assert (await recorded(store, delivery_, again)).attempts == 0
    assert await taken(store, NOW + MINUTE - timedelta(seconds=1)) is None
    delivery_ = await taken(store, NOW + MINUTE)
    assert delivery_
    doubtful = Outcome(DeliveryState.UNCERTAIN, next_attempt_at=NOW + HOUR)
    assert (await recorded(store, delivery_, doubtful)).attempts == 1
    assert await taken(store, NOW + HOUR - MINUTE) is None
    delivery_ = await taken(store, NOW + HOUR)
    assert delivery_
    assert delivery_.state is DeliveryState.UNCERTAIN


@pytest.mark.parametrize("state", ["accepted", "lost", "abandoned", "expired", "removed"])
async def test_what_ended_is_not_taken_up_again(store: Store, state: str) -> None:
    await queued(store, delivery("1"))
    delivery_ = await taken(store)
    assert delivery_
    await recorded(store, delivery_, Outcome(DeliveryState(state)))
    async with store.transaction() as tx:
        await tx.outbox.refresh(HILL, [delivery_.id], NOW)
    assert await taken(store, NOW + DAY) is None


async def test_a_refreshed_message_is_due_until_its_newest_version_is_shown(store: Store) -> None:
    await queued(store, delivery("1"))
    after = await shown(store, "m1")
    async with store.transaction() as tx:
        await tx.outbox.refresh(HILL, [after.id, "unknown"], NOW)
        await tx.outbox.refresh(VALLEY, [after.id], NOW)
    edit = await taken(store)
    assert edit
    assert (edit.state, edit.desired_version, edit.shown_version, edit.attempts) == ("shown", 2, 1, 0)
    assert await taken(store) is None
    async with store.transaction() as tx:
        await tx.outbox.refresh(HILL, [edit.id], NOW)
    await recorded(store, edit, Outcome(DeliveryState.SHOWN, "m1", edit.desired_version))
    newer = await taken(store)
    assert newer
    assert (newer.desired_version, newer.shown_version) == (3, 2)
    assert await taken(store, AFTER_THE_LEASE) is not None


async def test_an_answer_nobody_waits_for_any_more_expires(store: Store) -> None:
    async with school(store) as tx:
        late = delivery("late")
        await tx.outbox.put(late, NOW, expires_at=NOW + MINUTE)
        await tx.outbox.put(delivery("in time"), NOW + timedelta(seconds=1), expires_at=NOW + HOUR)
    claim = await taken(store, NOW + MINUTE)
    assert claim
    assert claim.key == "in time"
    async with store.reading() as tx:
        after = await tx.outbox.get(HILL, late.id)
    assert after
    assert after.state is DeliveryState.EXPIRED


async def test_messages_that_show_a_post_are_known(store: Store) -> None:
    slots = await planned(store, new_slot("1"), new_slot("2"))
    await queued(store, delivery("1", slot=slots[0].id), delivery("2", slot=slots[1].id), delivery("reply"))
    async with store.transaction() as tx:
        await tx.digests.put(digest(slots[0], POST), [], NOW)
        await tx.digests.put(digest(slots[1], PostKey("x", "2")), [], NOW)
        assert await tx.outbox.showing(HILL, POST) == []
    first = await shown(store, "m1")
    await shown(store, "m2", NOW + HOUR)
    await shown(store, "m3", NOW + HOUR)
    async with store.reading() as tx:
        assert await tx.outbox.showing(HILL, POST) == [first.id]
        assert await tx.outbox.showing(VALLEY, POST) == []
        assert [each.key for each in await tx.outbox.recent(HILL, NOW)] == ["1", "2"]
        assert [each.key for each in await tx.outbox.recent(HILL, NOW + HOUR)] == ["2"]
        assert await tx.outbox.recent(VALLEY, NOW) == []


async def test_messages_on_their_way_may_show_a_post_already_and_are_shown_anew_once_they_are_there(
    store: Store,
) -> None:
    """What they say was read from the store before."""
    [slot] = await planned(store, new_slot("1"))
    await queued(store, delivery("1", slot=slot.id))
    async with store.transaction() as tx:
        await tx.digests.put(digest(slot, POST), [], NOW)
    under_way = await taken(store, NOW)
    assert under_way
    async with store.transaction() as tx:
        assert await tx.outbox.showing(HILL, POST) == [under_way.id]
        await tx.outbox.refresh(HILL, [under_way.id], NOW)
    await recorded(store, under_way, Outcome(DeliveryState.SHOWN, "m1", under_way.desired_version), NOW)
    async with store.transaction() as tx:
        (again,) = await tx.outbox.claim("worker", NOW + MINUTE, HOUR, Lane.EDITS, 5)
    assert (again.message, again.desired_version) == ("m1", 2)


async def test_shown_messages_get_their_seeds_once(store: Store) -> None:
    await queued(
        store, delivery("1", seeds=["🔖"]), delivery("2"), delivery("3", seeds=["🔖"]), delivery("4", seeds=["🔖"])
    )
    for number in range(3):
        await shown(store, f"m{number}")
    async with store.transaction() as tx:
        assert [each.key for each in await tx.outbox.unseeded(HILL, 5)] == ["1", "3"]
        [first] = await tx.outbox.unseeded(HILL, 1)
        await tx.outbox.set_seeded(HILL, first.id)
        assert [each.key for each in await tx.outbox.unseeded(HILL, 5)] == ["3"]


async def test_troubled_deliveries_are_counted_by_state(store: Store) -> None:
    states = [DeliveryState.LOST, DeliveryState.LOST, DeliveryState.ABANDONED, DeliveryState.SHOWN]
    await queued(store, *(delivery(str(number)) for number in range(5)), delivery("x", to=VALLEY_MATHS))
    for state in states:
        delivery_ = await taken(store)
        assert delivery_
        await recorded(store, delivery_, Outcome(state, "m"))
    async with store.reading() as tx:
        assert await tx.outbox.count_troubled(HILL) == {"lost": 2, "abandoned": 1}
        assert await tx.outbox.count_troubled(VALLEY) == {}


async def test_what_one_person_alone_did_not_take_is_nobody_elses_trouble(store: Store) -> None:
    await queued(store, replace(delivery("1"), private_to="ana"), replace(delivery("2"), reply=ReplyHandle("r", NOW)))
    for _ in range(2):
        delivery_ = await taken(store)
        assert delivery_
        await recorded(store, delivery_, Outcome(DeliveryState.ABANDONED))
    await queued(store, replace(delivery("3"), private_to="ana"))
    delivery_ = await taken(store)
    assert delivery_
    await recorded(store, delivery_, Outcome(DeliveryState.LOST))
    async with store.reading() as tx:
        assert await tx.outbox.count_troubled(HILL) == {"lost": 1}


# ---------------------------------------------------------------------------------------------------------------- inbox


async def received(store: Store, now: datetime = NOW, worker: str = "worker") -> Received | None:
    async with store.transaction() as tx:
        return await tx.events.claim(worker, now, LEASE)


async def test_an_event_is_kept_once_under_its_key(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.events.put(command("1", "list"), NOW)
        assert not await tx.events.put(command("1", "help"), NOW + MINUTE)
        assert await tx.events.put(command("1", workspace=VALLEY), NOW + HOUR)
    first = await received(store, NOW + HOUR)
    assert first
    assert (first.event, first.received_at, first.attempts) == (command("1", "list"), NOW, 0)


async def test_events_are_worked_off_in_the_order_they_came(store: Store) -> None:
    async with store.transaction() as tx:
        for key in ("b", "a", "c"):
            await tx.events.put(command(key, at=NOW - HOUR), NOW)
    claims = [await received(store) for _ in range(4)]
    assert [each.event.key for each in claims if each] == ["b", "a", "c"]
    assert claims[0]
    assert claims[0].at == NOW - HOUR


ANA = Person(PersonKey(HILL, "ana"), "Ana")
HANDLE = ReplyHandle("https://hooks.example/1", NOW + HOUR, NOW + 3 * SECOND)


@pytest.mark.parametrize(
    "happening",
    [
        FormSent(ANA, MATHS, "save", '{"item": 1}', {"tags": "year 5, maths", "note": "'; --"}, HANDLE),
        MessageChosen(
            ANA, MATHS, "m1", ("https://a.example", "https://b.example"), "https://m.example", "Look", HANDLE
        ),
        HomeOpened(ANA, ChannelKey(HILL, "ana")),
        ChannelChanged(MATHS, Change.RENAMED, "Mathematics", ANA),
        ChannelChanged(MATHS, Change.DELETED),
        WorkspaceLeft("Somebody took the app away."),
    ],
    ids=lambda happening: happening.kind,
)
async def test_every_kind_of_event_comes_back_as_it_was_put(store: Store, happening: Happening) -> None:
    async with store.transaction() as tx:
        await tx.events.put(Event(HILL, "1", happening, NOW), NOW)
    got = await received(store)
    assert got
    assert got.event.happening == happening


async def test_an_event_that_is_done_stays_done(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.events.put(command("1"), NOW)
    first = await received(store)
    assert first
    async with store.transaction() as tx:
        await tx.events.done(first)
    async with store.transaction() as tx:
        assert not await tx.events.put(command("1"), NOW + DAY)
    assert await received(store, NOW + DAY) is None


async def test_an_event_of_a_lost_worker_goes_to_the_next(stores: tuple[Store, Store]) -> None:
    async with stores[0].transaction() as tx:
        await tx.events.put(command("1"), NOW)
    first = await received(stores[0])
    assert first
    assert await received(stores[1], AFTER_THE_LEASE - timedelta(seconds=1)) is None
    second = await received(stores[1], AFTER_THE_LEASE, "second")
    assert second
    assert (second.attempts, second.fence) == (1, first.fence + 1)
    async with stores[0].transaction() as tx:
        with pytest.raises(LeaseLost):
            await tx.events.done(first)
        with pytest.raises(LeaseLost):
            await tx.events.failed(first, "ValueError", None)


async def test_a_failed_event_is_tried_at_its_time_and_at_last_kept(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.events.put(command("1"), NOW)
    first = await received(store)
    assert first
    async with store.transaction() as tx:
        await tx.events.failed(first, "ValueError", NOW + MINUTE)
    assert await received(store, NOW + MINUTE - timedelta(seconds=1)) is None
    again = await received(store, NOW + MINUTE)
    assert again
    assert again.attempts == 1
    async with store.transaction() as tx:
        await tx.events.failed(again, "ValueError", None)
    assert await received(store, NOW + DAY) is None
    async with store.transaction() as tx:
        assert not await tx.events.put(command("1"), NOW)


# --------------------------------------------------------------------------------------------------------- hostile text


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE delivery; --",
        "100%_done \\ %s {0} :name ?",
        "👩🏽‍🏫 Ελληνικά עברית \u202eright to left\u202c",
        "line\r\nbreak\ttab \x01\x7f\ufeff\uffff",
        "@everyone <!channel> </script> =HYPERLINK(",
        "x" * 100_000,
    ],
)
async def test_text_is_stored_as_given(store: Store, text: str) -> None:
    new = delivery(text, text, to=ChannelKey(HILL, "maths"))
    await queued(store, new)
    async with store.transaction() as tx:
        stored = await tx.outbox.get(HILL, new.id)
        await tx.events.put(command(text, text), NOW)
    got = await received(store)
    assert stored
    assert got
    assert (stored.key, stored.content, got.event) == (text, say(text), command(text, text))


async def test_what_no_database_takes_is_left_out(store: Store) -> None:
    """U+0000, and halves of characters that never were one."""
    new = delivery("a\0b", "c\0d\ud800e\ud83d\ude00")
    await queued(store, new)
    async with store.transaction() as tx:
        assert not await tx.outbox.put(delivery("ab"), NOW)
        stored = await tx.outbox.get(HILL, new.id)
        await tx.events.put(command("k\0", "\udc00 list\0"), NOW)
    got = await received(store)
    assert stored
    assert (stored.key, content_to_json(stored.content)) == ("ab", content_to_json(say("cd\ufffde😀")))
    assert got
    assert isinstance(got.event.happening, CommandGiven)
    assert (got.event.key, got.event.happening.text) == ("k", "\ufffd list")
