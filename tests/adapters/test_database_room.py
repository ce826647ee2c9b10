"""The room of the local web page, and the inbox, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.database.store import DatabaseStore
from bot.domain.events import Event, Person, ReactionAdded, ReactionRemoved
from bot.domain.keys import ChannelKey, PersonKey
from bot.ports import Outgoing, Room
from bot.views import Button, Buttons, Hint, Message, Paragraph
from tests.contract.store_examples import (
    ARTS,
    HILL,
    MATHS,
    NOW,
    VALLEY,
    command,
    delivery,
    new_id,
    new_slot,
    school,
)
from tests.fakes.clock import FakeClock

LEASE = timedelta(minutes=1)


class Bell:
    """Counts how often somebody was woken."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def room(database_store: DatabaseStore, bell: Bell) -> Room:
    return database_store.room(bell)


def message(text: str) -> Message:
    return Message((Paragraph(text), Hint("a hint"), Buttons((Button("Save", "save/1/1"),))), text)


def outgoing(text: str, delivery: str = "", *, to: ChannelKey = MATHS, private_to: str | None = None) -> Outgoing:
    return Outgoing(delivery or new_id(), to, message(text), private_to)


def reaction(
    kind: type[ReactionAdded] | type[ReactionRemoved], message_id: str, person: str = "ana", key: str = ""
) -> Event:
    return Event(HILL, key or new_id(), kind(Person(PersonKey(HILL, person)), MATHS, message_id, "🔖"))


async def texts(room: Room, viewer: str, to: ChannelKey = MATHS, limit: int = 50) -> list[str]:
    shown = await room.messages(to, viewer, limit)
    return [each.message.summary if each.message else f"{each.said_by}: {each.said}" for each in shown]


async def waiting(store: DatabaseStore) -> int:
    async with store.reading() as tx:
        claims = 0
        while await tx.events.claim("counting", NOW + LEASE, LEASE):
            claims += 1
        return claims


async def test_a_delivery_is_shown_once(room: Room) -> None:
    first = await room.post(outgoing("Good morning", "d1"), NOW)
    assert await room.post(outgoing("Good morning again", "d1"), NOW) == first
    assert await room.by_delivery("d1") == first
    assert await room.by_delivery("d2") is None
    [shown] = await room.messages(MATHS, "ana", 10)
    assert (shown.id, shown.posted_at, shown.message, shown.said_by) == (first, NOW, message("Good morning"), None)


async def test_a_message_is_replaced_and_taken_back(room: Room) -> None:
    first = await room.post(outgoing("Good morning"), NOW)
    await room.seed(first, ["🔖"])
    assert await room.replace(first, message("Corrected"))
    assert await texts(room, "ana") == ["Corrected"]
    await room.delete(first)
    await room.delete(first)
    assert not await room.replace(first, message("Too late"))
    assert await texts(room, "ana") == []


async def test_a_viewer_sees_only_what_is_for_them_the_newest_in_order(room: Room) -> None:
    await room.post(outgoing("oldest"), NOW)
    await room.post(outgoing("for all"), NOW)
    await room.post(outgoing("for Ana", private_to="ana"), NOW)
    await room.post(outgoing("elsewhere", to=ARTS), NOW)
    await room.post(outgoing("another school", to=ChannelKey(VALLEY, "maths")), NOW)
    assert await texts(room, "ana", limit=2) == ["for all", "for Ana"]
    assert await texts(room, "ben") == ["oldest", "for all"]
    assert await texts(room, "ana", ARTS) == ["elsewhere"]


async def test_what_a_person_typed_is_theirs_to_see_and_committed_with_its_event(
    room: Room, database_store: DatabaseStore, bell: Bell
) -> None:
    assert await room.say(command("1"), "/pln list", NOW)
    assert not await room.say(command("1"), "/pln list", NOW)
    assert await texts(room, "ana") == ["ana: /pln list"]
    assert await texts(room, "ben") == []
    assert (await waiting(database_store), bell.rung) == (1, 1)


async def test_a_reaction_is_set_and_withdrawn_with_its_event(
    room: Room, database_store: DatabaseStore, bell: Bell
) -> None:
    shown = await room.post(outgoing("Good morning"), NOW)
    assert await room.react(reaction(ReactionAdded, shown), NOW)
    assert not await room.react(reaction(ReactionAdded, shown), NOW)
    assert await room.react(reaction(ReactionAdded, shown, "ben"), NOW)
    assert await room.reactions(shown) == [("ana", "🔖"), ("ben", "🔖")]
    assert await room.react(reaction(ReactionRemoved, shown), NOW)
    assert not await room.react(reaction(ReactionRemoved, shown), NOW)
    assert await room.reactions(shown) == [("ben", "🔖")]
    assert (await waiting(database_store), bell.rung) == (3, 3)


async def test_an_event_that_came_already_changes_no_reaction(room: Room) -> None:
    shown = await room.post(outgoing("Good morning"), NOW)
    assert await room.react(reaction(ReactionAdded, shown, key="1"), NOW)
    assert await room.react(reaction(ReactionRemoved, shown, key="2"), NOW)
    assert not await room.react(reaction(ReactionAdded, shown, key="1"), NOW)
    assert await room.reactions(shown) == []


async def test_nobody_reacts_to_what_they_may_not_see(room: Room, database_store: DatabaseStore) -> None:
    private = await room.post(outgoing("for Ana", private_to="ana"), NOW)
    assert not await room.react(reaction(ReactionAdded, private, "ben"), NOW)
    assert not await room.react(reaction(ReactionAdded, "unknown"), NOW)
    assert await waiting(database_store) == 0


async def test_seeded_reactions_are_there_for_people_to_tap(room: Room) -> None:
    shown = await room.post(outgoing("Good morning"), NOW)
    for _ in range(2):
        await room.seed(shown, ["1️⃣", "🔖"])
    await room.seed("unknown", ["🔖"])
    await room.react(reaction(ReactionAdded, shown), NOW)
    [found] = await room.messages(MATHS, "ben", 10)
    assert dict(found.reactions) == {"1️⃣": (), "🔖": ("ana",)}
    assert list(found.reactions) == ["1️⃣", "🔖"]
    assert await room.reactions(shown) == [("ana", "🔖")]


async def test_the_inbox_keeps_an_event_once_and_wakes_the_engine(
    database_store: DatabaseStore, bell: Bell, clock: FakeClock
) -> None:
    inbox = database_store.inbox(bell)
    assert await inbox.accept(command("1"))
    assert bell.rung == 2  # when it comes, so that others give way, and once it is there
    assert not await inbox.accept(command("1"))
    assert bell.rung == 3
    async with database_store.reading() as tx:
        received = await tx.events.claim("worker", clock.now(), LEASE)
    assert received
    assert (received.event, received.received_at) == (command("1"), clock.now())


async def test_what_one_person_typed_and_was_told_leaves_the_page_when_answers_are_forgotten(
    room: Room, database_store: DatabaseStore
) -> None:
    for name, private_to in (("answer", "ana"), ("own digest", "ana"), ("for all", None)):
        await room.post(outgoing(name, name, private_to=private_to), NOW)
    async with school(database_store) as tx:
        await tx.outbox.put(replace(delivery("1"), id="answer", private_to="ana"), NOW)
        slot = new_slot()
        await tx.slots.plan(slot)
        await tx.outbox.put(replace(delivery("2", slot=slot.id), id="own digest", private_to="ana"), NOW)
    await room.say(command("e1", "find fractions"), "/pln find fractions", NOW)
    async with database_store.transaction() as tx:
        await tx.outbox.forget_answers(NOW)
    assert len(await texts(room, "ana")) == 4
    async with database_store.transaction() as tx:
        await tx.outbox.forget_answers(NOW + LEASE)
    assert await texts(room, "ana") == ["own digest", "for all"]
