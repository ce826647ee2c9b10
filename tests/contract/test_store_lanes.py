"""What every store promises of lanes, threads, pages and edits in the outbox."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.content import AskForm, ShowCard, ShowCover, ShowHome, say
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Outcome, Surface
from bot.domain.events import ReplyHandle
from bot.domain.keys import PostKey
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
    VALLEY,
    VALLEY_MATHS,
    delivery,
    digest,
    new_slot,
    planned,
    school,
)

SECOND = timedelta(seconds=1)
HANDLE = ReplyHandle("https://hooks.example/1", NOW + HOUR, NOW + 3 * SECOND)


async def queued(store: Store, *deliveries: NewDelivery, expires_at: datetime | None = None) -> None:
    async with school(store) as tx:
        for each in deliveries:
            assert await tx.outbox.put(each, NOW, expires_at)


async def claimed(store: Store, lane: Lane, *, now: datetime = NOW, most: int = 50) -> list[Delivery]:
    async with store.transaction() as tx:
        return await tx.outbox.claim("worker", now, LEASE, lane, most)


async def keys(store: Store, lane: Lane, *, now: datetime = NOW, most: int = 50) -> list[str]:
    return [each.key for each in await claimed(store, lane, now=now, most=most)]


async def recorded(
    store: Store,
    delivery: Delivery,
    state: DeliveryState = DeliveryState.SHOWN,
    *,
    now: datetime = NOW,
    again: datetime | None = None,
) -> None:
    """Shown in the version that was claimed, or in another state without having been shown."""
    is_there = state in {DeliveryState.SHOWN, DeliveryState.ACCEPTED} and again is None
    message = f"m {delivery.key}" if state is DeliveryState.SHOWN else None
    version = delivery.desired_version if is_there else None
    async with store.transaction() as tx:
        await tx.outbox.record(delivery, Outcome(state, message, version, again), now)


async def shown(store: Store, lane: Lane = Lane.MESSAGES, *, now: datetime = NOW) -> Delivery:
    [claim] = await claimed(store, lane, now=now)
    await recorded(store, claim, now=now)
    return claim


async def refreshed(store: Store, *deliveries: str, now: datetime = NOW, every: timedelta = timedelta(0)) -> None:
    async with store.transaction() as tx:
        await tx.outbox.refresh(HILL, deliveries, now, every)


async def next_due(store: Store, now: datetime = NOW) -> datetime | None:
    async with store.reading() as tx:
        return await tx.outbox.next_due(now)


async def state_of(store: Store, id_: str) -> str:
    async with store.reading() as tx:
        found = await tx.outbox.get(HILL, id_)
    return found.state if found else "unknown"


# ---------------------------------------------------------------------------------------------------------------- lanes


def private(key: str) -> NewDelivery:
    return replace(delivery(key), private_to="ana")


def reply(key: str) -> NewDelivery:
    return replace(delivery(key), reply=HANDLE)


def form(key: str) -> NewDelivery:
    return replace(delivery(key), surface=Surface.FORM, content=(AskForm("save", "{}", "again"),), reply=HANDLE)


def home(key: str = "home:ana") -> NewDelivery:
    return replace(delivery(key), surface=Surface.HOME, content=(ShowHome("ana"),))


async def test_every_delivery_is_in_one_lane(store: Store) -> None:
    await queued(store, delivery("old"))
    old = await shown(store)
    await refreshed(store, old.id)
    await queued(store, delivery("new"), private("private"), reply("reply"), form("form"), home("home"))
    assert await keys(store, Lane.MESSAGES) == ["new"]
    assert await keys(store, Lane.EDITS) == ["old"]
    assert await keys(store, Lane.ANSWERS) == ["private", "reply", "form", "home"]


async def test_an_answer_that_is_shown_stays_in_its_lane(store: Store) -> None:
    await queued(store, private("private"))
    answer = await shown(store, Lane.ANSWERS)
    await refreshed(store, answer.id)
    assert await keys(store, Lane.EDITS) == []
    assert await keys(store, Lane.ANSWERS) == ["private"]


async def test_surface_thread_and_handle_come_back_as_they_were_put(store: Store) -> None:
    await queued(store, delivery("cover"), replace(form("form"), under="cover"))
    async with store.reading() as tx:
        found = await tx.outbox.by_key(HILL, "form")
        assert found
        assert (found.surface, found.under, found.reply) == (Surface.FORM, "cover", HANDLE)
        assert found == await tx.outbox.get(HILL, found.id)
        assert await tx.outbox.by_key(VALLEY, "form") is None
        assert await tx.outbox.by_key(HILL, "unknown") is None


async def test_no_more_are_claimed_than_asked_for_and_the_earliest_come_first(store: Store) -> None:
    await queued(store, *(delivery(f"{number}") for number in range(5)))
    async with store.transaction() as tx:
        await tx.outbox.put(delivery("earlier"), NOW - HOUR)
    assert await keys(store, Lane.MESSAGES, most=2) == ["earlier", "0"]
    assert await keys(store, Lane.MESSAGES, most=3) == ["1", "2", "3"]
    assert await keys(store, Lane.MESSAGES, most=3) == ["4"]
    assert await keys(store, Lane.MESSAGES, most=3) == []


async def test_workers_that_claim_many_at_once_share_them_out(stores: tuple[Store, Store]) -> None:
    await queued(stores[0], *(delivery(f"{number:03}") for number in range(100)))

    async def worker(number: int) -> list[str]:
        mine: list[str] = []
        while several := await keys(stores[number % 2], Lane.MESSAGES, most=7):
            mine += several
        return mine

    claims = await asyncio.gather(*(worker(number) for number in range(6)))
    assert sorted(key for mine in claims for key in mine) == [f"{number:03}" for number in range(100)]


async def test_a_form_that_was_not_opened_in_time_expires(store: Store) -> None:
    new = form("form")
    await queued(store, new, expires_at=NOW + 3 * SECOND)
    assert await claimed(store, Lane.ANSWERS, now=NOW + 3 * SECOND) == []
    assert await state_of(store, new.id) == "expired"


# -------------------------------------------------------------------------------------------------------------- threads


@pytest.mark.parametrize("state", ["shown", "accepted", "lost", "abandoned", "removed", "expired"])
async def test_a_card_waits_until_its_cover_is_settled(store: Store, state: str) -> None:
    cover = delivery("cover")
    await queued(store, cover, delivery("1", under=cover.id), delivery("2", under=cover.id))
    [first] = await claimed(store, Lane.MESSAGES)
    assert await keys(store, Lane.MESSAGES) == []
    await recorded(store, first, DeliveryState.QUEUED, again=NOW + MINUTE)
    assert await keys(store, Lane.MESSAGES) == []
    [first] = await claimed(store, Lane.MESSAGES, now=NOW + MINUTE)
    await recorded(store, first, DeliveryState.UNCERTAIN, again=NOW + HOUR)
    assert await keys(store, Lane.MESSAGES, now=NOW + MINUTE) == []
    [first] = await claimed(store, Lane.MESSAGES, now=NOW + HOUR)
    await recorded(store, first, DeliveryState(state))
    assert await keys(store, Lane.MESSAGES, now=NOW + HOUR) == ["1", "2"]


async def test_a_message_under_one_that_nobody_knows_waits_for_none(store: Store) -> None:
    await queued(store, delivery("1", under="unknown"))
    cover = delivery("cover", to=VALLEY_MATHS)
    await queued(store, cover)
    await queued(store, delivery("2", under=cover.id))
    assert await keys(store, Lane.MESSAGES) == ["1", "cover", "2"]


async def test_a_post_is_shown_by_its_own_card_only(store: Store) -> None:
    [slot] = await planned(store, new_slot())
    head = replace(delivery("cover", slot=slot.id), content=(ShowCover(slot.id),))
    cards = [replace(delivery(f"{n}", slot=slot.id), content=(ShowCard(slot.id, n),)) for n in (1, 2)]
    await queued(store, head, *cards)
    async with store.transaction() as tx:
        await tx.digests.put(digest(slot, PostKey("x", "1"), PostKey("x", "2")), [], NOW)
    for claim in await claimed(store, Lane.MESSAGES):
        await recorded(store, claim)
    async with store.reading() as tx:
        assert await tx.outbox.showing(HILL, PostKey("x", "1")) == [cards[0].id]
        assert await tx.outbox.showing(HILL, PostKey("x", "2")) == [cards[1].id]
        assert await tx.outbox.showing(HILL, PostKey("x", "3")) == []


# ---------------------------------------------------------------------------------------------------------------- pages


async def test_a_page_is_shown_again_whether_or_not_it_has_a_reference(store: Store) -> None:
    await queued(store, home())
    for state in (DeliveryState.ACCEPTED, DeliveryState.SHOWN, DeliveryState.ACCEPTED):
        [page] = await claimed(store, Lane.ANSWERS)
        async with store.transaction() as tx:
            await tx.outbox.record(page, Outcome(state, None, page.desired_version), NOW)
        assert await claimed(store, Lane.ANSWERS, now=NOW + DAY) == []
        await refreshed(store, page.id)
    [page] = await claimed(store, Lane.ANSWERS)
    assert (page.desired_version, page.attempts) == (4, 0)


@pytest.mark.parametrize("state", ["lost", "abandoned", "expired", "removed"])
async def test_a_page_that_was_given_up_is_wanted_anew(store: Store, state: str) -> None:
    await queued(store, home(), expires_at=NOW + MINUTE)
    [page] = await claimed(store, Lane.ANSWERS)
    await recorded(store, page, DeliveryState(state))
    await refreshed(store, page.id)
    [again] = await claimed(store, Lane.ANSWERS, now=NOW + DAY)
    assert (again.state, again.attempts) == (DeliveryState.SENDING, 0)


async def test_a_form_that_was_opened_is_never_opened_again(store: Store) -> None:
    await queued(store, form("form"))
    [opened] = await claimed(store, Lane.ANSWERS)
    await recorded(store, opened, DeliveryState.ACCEPTED)
    await refreshed(store, opened.id)
    assert await claimed(store, Lane.ANSWERS, now=NOW + DAY) == []


# ---------------------------------------------------------------------------------------------------------------- edits


async def test_newer_versions_are_shown_no_oftener_than_wished(store: Store) -> None:
    message = await edited_once(store)
    for second in range(0, 60, 10):
        await refreshed(store, message.id, now=NOW + second * SECOND, every=MINUTE)
    assert await claimed(store, Lane.EDITS, now=NOW + 59 * SECOND) == []
    assert await next_due(store, NOW + 59 * SECOND) == NOW + MINUTE
    edit = await shown(store, Lane.EDITS, now=NOW + MINUTE)
    assert edit.desired_version == 8
    await refreshed(store, message.id, now=NOW + MINUTE + SECOND, every=MINUTE)
    assert await claimed(store, Lane.EDITS, now=NOW + 2 * MINUTE - SECOND) == []
    assert await keys(store, Lane.EDITS, now=NOW + 2 * MINUTE) == ["1"]


async def edited_once(store: Store) -> Delivery:
    await queued(store, delivery("1"))
    message = await shown(store)
    await refreshed(store, message.id, every=MINUTE)
    return await shown(store, Lane.EDITS)


async def test_the_first_newer_version_is_shown_at_once(store: Store) -> None:
    await queued(store, delivery("1"))
    message = await shown(store)
    await refreshed(store, message.id, now=NOW + SECOND, every=MINUTE)
    assert await keys(store, Lane.EDITS, now=NOW + SECOND) == ["1"]


async def test_a_message_that_has_stood_for_long_is_changed_at_once(store: Store) -> None:
    await queued(store, delivery("1"))
    message = await shown(store)
    await refreshed(store, message.id, now=NOW + HOUR, every=MINUTE)
    assert await keys(store, Lane.EDITS, now=NOW + HOUR) == ["1"]


async def test_the_most_urgent_of_several_wishes_counts(store: Store) -> None:
    message = await edited_once(store)
    await refreshed(store, message.id, every=MINUTE)
    await refreshed(store, message.id, now=NOW + SECOND)
    await refreshed(store, message.id, now=NOW + 2 * SECOND, every=MINUTE)
    assert await keys(store, Lane.EDITS, now=NOW + 2 * SECOND) == ["1"]


async def test_a_wish_while_an_edit_is_under_way_counts_from_now(store: Store) -> None:
    await queued(store, delivery("1"))
    message = await shown(store)
    await refreshed(store, message.id, now=NOW + HOUR)
    [edit] = await claimed(store, Lane.EDITS, now=NOW + HOUR)
    await refreshed(store, message.id, now=NOW + HOUR, every=MINUTE)
    await recorded(store, edit, now=NOW + HOUR + SECOND)
    assert await claimed(store, Lane.EDITS, now=NOW + HOUR + 59 * SECOND) == []
    [edit] = await claimed(store, Lane.EDITS, now=NOW + HOUR + MINUTE)
    await refreshed(store, message.id, now=NOW + HOUR + MINUTE)
    await refreshed(store, message.id, now=NOW + HOUR + MINUTE, every=HOUR)
    await recorded(store, edit, now=NOW + HOUR + MINUTE)
    assert await keys(store, Lane.EDITS, now=NOW + HOUR + MINUTE) == ["1"]


async def test_a_wish_never_hurries_a_message_that_waits_for_its_next_attempt(store: Store) -> None:
    await queued(store, delivery("1"))
    message = await shown(store)
    await refreshed(store, message.id)
    [edit] = await claimed(store, Lane.EDITS)
    await recorded(store, edit, again=NOW + HOUR)
    await refreshed(store, message.id, now=NOW + MINUTE)
    assert await claimed(store, Lane.EDITS, now=NOW + HOUR - SECOND) == []
    [edit] = await claimed(store, Lane.EDITS, now=NOW + HOUR)
    assert edit.attempts == 0


async def test_what_is_not_shown_yet_is_sent_without_waiting(store: Store) -> None:
    new = delivery("1")
    await queued(store, new)
    await refreshed(store, new.id, every=HOUR)
    [sending] = await claimed(store, Lane.MESSAGES)
    await refreshed(store, new.id, every=HOUR)
    await recorded(store, sending, DeliveryState.QUEUED, again=NOW + SECOND)
    assert await keys(store, Lane.MESSAGES, now=NOW + SECOND) == ["1"]


async def test_thirty_who_save_at_once_make_one_edit(stores: tuple[Store, Store]) -> None:
    await queued(stores[0], delivery("1"))
    message = await shown(stores[0])
    await asyncio.gather(*(refreshed(stores[number % 2], message.id, every=MINUTE) for number in range(30)))
    edit = await shown(stores[0], Lane.EDITS, now=NOW + MINUTE)
    assert edit.desired_version == 31
    assert await claimed(stores[1], Lane.EDITS, now=NOW + DAY) == []


# ------------------------------------------------------------------------------------------------------------- next due


async def test_the_next_attempt_is_known(store: Store) -> None:
    assert await next_due(store) is None
    await queued(store, delivery("1"), delivery("2", to=ARTS), delivery("3", to=VALLEY_MATHS))
    assert await next_due(store) is None
    first, second, third = await claimed(store, Lane.MESSAGES)
    await recorded(store, first, DeliveryState.QUEUED, again=NOW + HOUR)
    await recorded(store, second, DeliveryState.UNCERTAIN, again=NOW + MINUTE)
    await recorded(store, third)
    assert await next_due(store) == NOW + MINUTE
    assert await next_due(store, NOW + MINUTE) == NOW + HOUR
    assert await next_due(store, NOW + HOUR) is None
    await claimed(store, Lane.MESSAGES, now=NOW + MINUTE)
    assert await next_due(store) == NOW + HOUR


async def test_nothing_is_next_of_what_ended(store: Store) -> None:
    await queued(store, delivery("1"))
    [claim] = await claimed(store, Lane.MESSAGES)
    await recorded(store, claim, DeliveryState.ABANDONED, again=NOW + HOUR)
    assert await next_due(store) is None


async def test_text_of_any_kind_may_be_a_key(store: Store) -> None:
    await queued(store, replace(delivery("k'\"; -- %"), content=say("x")))
    async with store.reading() as tx:
        assert await tx.outbox.by_key(HILL, "k'\"; -- %") is not None
    assert (await claimed(store, Lane.MESSAGES))[0].channel == MATHS
