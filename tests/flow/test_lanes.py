"""How deliveries go out: at once and in order, each lane for itself, and when they were asked to wait."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.inbox import StoreInbox
from bot.app import Engine
from bot.domain.content import Say
from bot.domain.delivery import DeliveryState, Lane, NewDelivery
from bot.domain.keys import ChannelKey
from bot.domain.library import KEYCAPS
from bot.errors import AdapterError, Throttled, Unavailable
from bot.flow.deliver import Courier
from bot.flow.learn import learn
from bot.flow.precedence import Precedence
from bot.ports import Outgoing, Store
from bot.views import Message
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, NeverTicking, NoTicker, School, school

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class HoldingChat(FakeChat):
    """What is said aloud waits at the door until it is opened; answers pass. `refused` fails as nobody foresaw."""

    def __init__(self, our: School) -> None:
        super().__init__(StoreInbox(our.store, our.clock), workspace=WORKSPACE, clock=our.clock)
        self.door = asyncio.Event()
        self.at_the_door: list[str] = []
        self.refused = ""
        self.not_before: dict[str, datetime] = {}

    async def send(self, outgoing: Outgoing) -> str | None:
        if self.not_before.get(outgoing.delivery, self._clock.now()) > self._clock.now():
            self.at_the_door.append(outgoing.delivery)
            raise Throttled("Not yet.", self.not_before[outgoing.delivery])
        if outgoing.private_to is None:
            self.at_the_door.append(outgoing.delivery)
            await self.door.wait()
        if outgoing.delivery == self.refused:
            raise ZeroDivisionError
        return await super().send(outgoing)

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        self.at_the_door.append(message)
        await self.door.wait()
        await super().edit(channel, message, new)


@asynccontextmanager
async def holding() -> AsyncIterator[tuple[School, HoldingChat]]:
    """A school whose engine runs by itself and never ticks."""
    async with school() as our:
        chat = HoldingChat(our)
        our.chat, our.parts = chat, replace(our.parts, chats={"fake": chat})
        our.engine = Engine(our.parts, NeverTicking())
        await our.configure()
        async with chat, our.engine:
            yield our, chat
            chat.door.set()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0)  # the engine's turn


async def announce(our: School, *names: str, channel: str = "") -> None:
    """Something to say, each in a channel of its own unless one is named."""
    async with our.store.transaction() as tx:
        for name in names:
            key = ChannelKey(WORKSPACE, channel or f"channel-{name}")
            await tx.outbox.put(NewDelivery(name, name, key, (Say(name),)), our.clock.now())


async def say_something(our: School) -> None:
    """Whatever somebody does wakes the engine."""
    await our.chat.command("ana", STAFF, "/pln list")
    our.engine.wake()


async def state_of(our: School, delivery: str) -> DeliveryState:
    async with our.store.reading() as tx:
        found = await tx.outbox.get(WORKSPACE, delivery)
    assert found
    return found.state


async def test_an_answer_passes_by_the_messages_that_are_under_way() -> None:
    async with holding() as (our, chat):
        await announce(our, *(str(number) for number in range(30)))
        await say_something(our)
        await until(lambda: bool(chat.shown(STAFF, "ana")) and len(chat.at_the_door) == 20)
        assert "#edchat" in chat.shown(STAFF, "ana")[0].text
        chat.door.set()
        await until(lambda: len(chat.messages) == 31)


async def test_an_answer_goes_out_after_the_commit_that_queues_it() -> None:
    async with school() as our:
        await our.configure()
        courier = _answering(our)
        await our.chat.command("ana", STAFF, "/pln list")
        assert await learn(our.parts, courier.claiming)
        await until(lambda: bool(our.chat.messages))
        assert "#edchat" in our.chat.shown(STAFF, "ana")[0].text
        await courier.turn()
        assert not courier.is_busy


async def test_what_was_claimed_in_a_transaction_that_is_undone_does_not_go_out() -> None:
    async with school() as our:
        await our.configure()
        courier = _answering(our)
        await announce_privately(our, "waiting")
        with suppress(ZeroDivisionError):
            async with courier.claiming() as claim, our.store.transaction() as tx:
                await claim(tx)
                raise ZeroDivisionError
        assert not courier.is_busy
        assert await state_of(our, "waiting") is DeliveryState.QUEUED
        await courier.turn()
        assert [shown.text for shown in our.chat.messages] == ["waiting"]


async def test_an_attempt_that_ends_wakes_the_courier_that_began_none() -> None:
    async with school() as our:
        courier = _answering(our)
        await announce_privately(our, "waiting")
        waits = asyncio.create_task(courier.wait())
        await asyncio.sleep(0)
        async with courier.claiming() as claim, our.store.transaction() as tx:
            await claim(tx)
        await asyncio.wait_for(waits, 10)
        assert await courier.step()
        assert await state_of(our, "waiting") is DeliveryState.SHOWN


def _answering(our: School) -> Courier:
    async def gives_no_way() -> None: ...

    return Courier(our.parts, Lane.ANSWERS, lambda *_: None, gives_no_way)


async def announce_privately(our: School, name: str) -> None:
    async with our.store.transaction() as tx:
        await tx.outbox.put(NewDelivery(name, name, STAFF, (Say(name),), private_to="ana"), our.clock.now())


async def test_messages_to_many_channels_go_out_at_once_and_those_to_one_in_order() -> None:
    async with holding() as (our, chat):
        await announce(our, "first", "second", "third", channel="one")
        await announce(our, "another")
        await say_something(our)
        await until(lambda: len(chat.at_the_door) == 2)
        assert chat.at_the_door == ["first", "another"]
        chat.door.set()
        await until(lambda: len(chat.messages) == 5)
        said = [shown.text for shown in chat.shown(ChannelKey(WORKSPACE, "one"))]
        assert said == ["first", "second", "third"]


async def test_a_message_goes_out_when_the_wait_is_over_without_a_tick() -> None:
    async with holding() as (our, chat):
        our.clock.speed = 100.0
        chat.door.set()
        chat.not_before["patient"] = our.clock.now() + 1.1 * SECOND
        await announce(our, "patient")
        await say_something(our)
        await until(lambda: chat.at_the_door == ["patient"])
        our.clock.advance(1.0 * SECOND)
        await say_something(our)
        await until(lambda: len(chat.shown(STAFF, "ana")) == 2)
        assert chat.at_the_door == ["patient"]
        our.clock.advance(0.1 * SECOND)
        await until(lambda: len(chat.messages) == 3)


async def test_who_is_asked_to_wait_keeps_the_place_in_the_channel() -> None:
    async with school() as our:
        our.chat.throttle_next(our.clock.now() + SECOND)
        await announce(our, "first", "second", channel="one")
        await announce(our, "another")
        await our.engine.turn_answers()
        assert [shown.text for shown in our.chat.messages] == ["another"]
        assert len(our.chat.attempts) == 2
        our.clock.advance(SECOND)
        await our.engine.turn_answers()
        assert [shown.text for shown in our.chat.messages] == ["another", "first", "second"]


async def test_what_could_not_begin_while_its_lease_is_good_is_put_back_and_comes_once() -> None:
    async with holding() as (our, chat):
        await announce(our, "first", "second", channel="one")
        await say_something(our)
        await until(lambda: bool(chat.at_the_door))
        our.clock.advance(timedelta(minutes=2.5))
        chat.door.set()
        await until(lambda: len(chat.messages) == 3)
        assert chat.at_the_door == ["first", "second"]


async def test_a_delivery_that_fails_in_a_way_nobody_foresaw_keeps_no_other_from_going_out() -> None:
    async with holding() as (our, chat):
        chat.door.set()
        chat.refused = "bad"
        await announce(our, "bad", "good")
        await say_something(our)
        await until(lambda: len(chat.messages) == 2)
    assert await state_of(our, "good") is DeliveryState.SHOWN
    assert await state_of(our, "bad") is DeliveryState.UNCERTAIN


async def test_an_engine_that_stops_lets_what_is_under_way_come_to_its_end_and_begins_nothing() -> None:
    async with school() as our:
        chat = HoldingChat(our)
        parts = replace(our.parts, chats={"fake": chat})
        await announce(our, "first", "second", channel="one")
        engine = Engine(parts, NeverTicking())
        async with chat:
            async with engine:
                await chat.command("ana", STAFF, "/pln list")
                engine.wake()
                await until(lambda: bool(chat.at_the_door))
                asyncio.get_running_loop().call_later(0.01, chat.door.set)
            assert await state_of(our, "first") is DeliveryState.SHOWN
            assert await state_of(our, "second") is DeliveryState.QUEUED


class BusyChat(FakeChat):
    """While a message is being edited, something else happens, once."""

    def __init__(self, our: School) -> None:
        super().__init__(StoreInbox(our.store, our.clock), workspace=WORKSPACE, clock=our.clock)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            await happens()
        await super().edit(channel, message, new)


async def test_thirty_saves_at_once_even_during_an_edit_are_all_shown_within_a_minute(
    store: Store, clock: FakeClock
) -> None:
    async with school(store=store, clock=clock) as our, BusyChat(our) as chat:
        our.chat, our.parts = chat, replace(our.parts, chats={"fake": chat})
        our.engine = Engine(our.parts, NoTicker())
        await our.configure()
        await our.plan()
        clock.set(HALF_PAST_SEVEN)
        our.write()
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()

        async def the_others_save() -> None:
            await asyncio.gather(*(chat.react(f"person{n}", digest.id, KEYCAPS[0]) for n in range(1, 30)))
            while await learn(our.parts):
                pass

        chat.meanwhile = the_others_save
        await chat.react("person0", digest.id, KEYCAPS[0])
        await our.at(HALF_PAST_SEVEN + 2 * MINUTE)
        assert digest.text.endswith("Saved by Person0\nView on X")
        await our.at(HALF_PAST_SEVEN + 3 * MINUTE)
        assert "Saved by Person0 and 29 colleagues" in digest.text
        assert digest.versions == 3


async def test_the_bots_reactions_wait_as_they_are_told_and_are_not_forgotten() -> None:
    async with school() as our:
        chat = SeedingChat(our)
        async with chat:
            our.chat, our.parts = chat, replace(our.parts, chats={"fake": chat})
            our.engine = Engine(our.parts, NoTicker())
            chat.refusals = [Throttled("Slow down.", HALF_PAST_SEVEN + MINUTE), Unavailable("A hiccup.")]
            await a_morning(our)
            for minute, expected in ((0.5, 0), (1, 0), (1.5, 0), (2, 1)):
                await our.at(HALF_PAST_SEVEN + minute * MINUTE)
                assert len(our.digests()[0].seeds) == expected


async def test_reactions_are_not_added_to_a_digest_of_hours_ago() -> None:
    async with school() as our:
        chat = SeedingChat(our)
        async with chat:
            our.chat, our.parts = chat, replace(our.parts, chats={"fake": chat})
            our.engine = Engine(our.parts, NoTicker())
            chat.refusals = [Throttled("Slow down.", HALF_PAST_SEVEN + 240 * MINUTE)]
            await a_morning(our)
            await our.at(HALF_PAST_SEVEN + 241 * MINUTE)
            assert our.digests()[0].seeds == []
            async with our.store.reading() as tx:
                assert await tx.outbox.unseeded(WORKSPACE, 9) == []


class SeedingChat(FakeChat):
    """Refuses to add reactions as often as it is told."""

    def __init__(self, our: School) -> None:
        super().__init__(StoreInbox(our.store, our.clock), workspace=WORKSPACE, clock=our.clock)
        self.refusals: list[AdapterError] = []

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        await super().seed(channel, message, emoji)


async def a_morning(our: School, posts: int = 1) -> None:
    await our.configure()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    for _ in range(posts):
        our.write()
    await our.at(HALF_PAST_SEVEN)


async def test_bulk_gives_way_until_the_answer_is_on_its_way_but_not_for_ever() -> None:
    precedence = Precedence()
    await precedence.give_way()
    precedence.somebody_waits()
    bulk = asyncio.create_task(precedence.give_way())
    await asyncio.sleep(0)
    assert not bulk.done()
    precedence.nobody_waits()
    await bulk
    precedence.somebody_waits()
    await precedence.give_way()


async def test_whoever_asks_for_a_search_gets_it_without_a_tick() -> None:
    async with holding() as (our, chat):
        chat.door.set()
        our.write("Fractions with paper plates, a lesson that my pupils asked for again")
        await chat.command("ana", STAFF, "/pln search fractions")
        our.engine.wake()
        await until(lambda: any("paper plates" in each.text for each in chat.messages))
