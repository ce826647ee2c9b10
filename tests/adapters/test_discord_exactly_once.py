"""Where a message could be doubled or lost on Discord: what is sent again, and how it is found before that."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from adapters.discord.wire.reports import TRIES, Reports
from bot.domain.events import CommandGiven, Event, Person, ReactionAdded, ReactionRemoved
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import Rejected, StoreError, Throttled, Unavailable, Uncertain
from bot.plugins import ChatTools
from bot.ports import Outgoing
from bot.testing.messages import sentence
from bot.views import Message, Paragraph
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_text import read

pytestmark = pytest.mark.asyncio

HASTE = Patience(to_connect=5, for_a_heartbeat=30, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)
LONG = Message(tuple(Paragraph(f"{number}. " + "words " * 150) for number in range(12)), summary="Long")


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE)


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig(open_chat=hasty) as rig:
        yield rig


def with_a_forum(server: DiscordServer) -> None:
    server.world.add_channel(server.guild, "ideas", Kind.FORUM)


@pytest.fixture
async def forum() -> AsyncIterator[DiscordRig]:
    """A rig whose channel is a forum."""
    async with discord_rig(with_a_forum, open_chat=hasty) as rig:
        yield replace(rig, channel=ChannelKey(HILLTOP, rig.server.guild.channel("ideas").id))


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0.01)


async def cut_off(rig: DiscordRig, delivery: str, operation: str) -> None:
    """It arrives, and nobody says so."""
    rig.server.faults.fail_next("done, then dropped", operation=operation)
    with pytest.raises(Uncertain):
        await rig.chat.send(Outgoing(delivery, rig.channel, sentence(f"This is {delivery}.")))


# --------------------------------------------------------------------------------------------------------------- forums


async def test_a_forum_knows_no_doubles_so_nothing_is_sent_there_again_unasked(forum: DiscordRig) -> None:
    staffroom = ChannelKey(HILLTOP, forum.server.guild.channel("staffroom").id)
    assert forum.chat.refuses_doubles_for(staffroom) == timedelta(minutes=2)
    assert forum.chat.refuses_doubles_for(forum.channel) == timedelta(0)


async def test_a_post_is_found_that_the_gateway_did_not_tell_of_yet(forum: DiscordRig) -> None:
    """What cuts a request off often cuts the gateway off, too."""
    forum.server.gateway.mute()
    await cut_off(forum, "d-1", "create_thread")
    assert await forum.chat.find(forum.channel, "d-1") is not None


async def test_a_post_is_found_also_after_a_whole_digest_of_others(forum: DiscordRig) -> None:
    await cut_off(forum, "d-0", "create_thread")
    for number in range(1, 31):
        await forum.chat.send(Outgoing(f"d-{number}", forum.channel, sentence(f"{number}.")))
    assert await forum.chat.find(forum.channel, "d-0") is not None


async def test_of_more_posts_than_can_be_looked_at_nobody_says_that_one_is_not_there(
    forum: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.history.MOST_POSTS", 3)
    for number in range(4):
        await forum.chat.send(Outgoing(f"d-{number}", forum.channel, sentence(f"{number}.")))
    assert await forum.chat.find(forum.channel, "d-1") is not None
    with pytest.raises(Rejected):
        await forum.chat.find(forum.channel, "d-0")


async def test_an_answer_that_does_not_say_where_a_post_is_leaves_open_whether_it_is_there(
    forum: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Api.post_in_forum

    async def post_in_forum(api: Api, forum: str, name: str, message: dict[str, Any]) -> dict[str, Any]:
        await real(api, forum, name, message)
        return {}

    monkeypatch.setattr(Api, "post_in_forum", post_in_forum)
    with pytest.raises(Uncertain):
        await forum.chat.send(Outgoing("d-1", forum.channel, sentence("Good morning.")))


async def test_a_card_is_found_in_its_thread_however_much_is_written_in_the_channel(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.history.MOST_PAGES", 2)
    for number in range(250):
        rig.server.people.say("ana", rig.channel.channel, f"{number}.")
    digest = await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Good morning.")))
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("A card."), under=digest))
    assert await rig.chat.find(rig.channel, "d-2") == card
    with pytest.raises(Rejected):
        await rig.chat.find(rig.channel, "d-3")


async def test_searches_that_nobody_goes_on_with_keep_no_other_from_going_on(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.history.MOST_BEGUN", 1)
    for number in range(150):
        rig.server.people.say("ana", rig.channel.channel, f"{number}.")
    for delivery in ("given-up", "d-1"):
        rig.server.faults.fail_next("429 30", operation="list_messages", after=1)
        with pytest.raises(Throttled):
            await rig.chat.find(rig.channel, delivery)
        rig.clock.advance(timedelta(minutes=1))
    asked = len(rig.server.seen_at("list_messages"))
    assert await rig.chat.find(rig.channel, "d-1") is None
    assert len(rig.server.seen_at("list_messages")) == asked + 1


# ------------------------------------------------------------------------------------------------------ connecting anew


async def test_while_it_connects_anew_its_own_messages_are_still_its_own(rig: DiscordRig) -> None:
    await cut_off(rig, "d-1", "create_message")
    rig.server.faults.fail_next("slow", operation="get_my_user")
    rig.server.gateway.close(4004)
    await until(lambda: rig.server.seen_at("get_my_user")[1:])
    assert await rig.chat.find(rig.channel, "d-1") is not None


# ----------------------------------------------------------------------------------------------------------- in private


@pytest.mark.parametrize("trouble", ["out of service", "429 300"])
async def test_a_long_direct_message_goes_on_where_it_was_interrupted(rig: DiscordRig, trouble: str) -> None:
    """Discord has long forgotten the first part's nonce by then."""
    ana = rig.person_id("ana")
    outgoing = Outgoing("d-1", rig.channel, LONG, private_to=ana)
    rig.server.faults.fail_next(trouble, operation="create_message", after=1)
    with pytest.raises((Unavailable, Throttled)):
        await rig.chat.send(outgoing)
    rig.clock.advance(timedelta(minutes=6))
    shown = await rig.chat.send(outgoing)
    parts = rig.server.messages("me", "ana")
    assert len({read(each).text for each in parts}) == len(parts) > 1
    assert shown == f"{parts[0].channel}:{parts[0].id}"


async def test_where_conversations_are_begun_too_fast_nobody_new_is_written_to_for_a_while(rig: DiscordRig) -> None:
    """On a morning with many digests of people's own. Discord takes whoever goes on for a spammer."""
    rig.server.faults.refuse_next(40003, "You are opening direct messages too fast", 400, operation="create_dm")
    for person in ("ana", "ben"):
        with pytest.raises(Throttled):
            await rig.chat.send(Outgoing(person, rig.channel, sentence("Hello."), private_to=rig.person_id(person)))
    assert len(rig.server.seen_at("create_dm")) == 1
    rig.clock.advance(timedelta(minutes=10))
    await rig.chat.send(Outgoing("ana", rig.channel, sentence("Hello."), private_to=rig.person_id("ana")))
    assert len(rig.server.messages("me", "ana")) == 1


async def test_the_conversation_with_somebody_is_not_begun_anew_every_morning(rig: DiscordRig) -> None:
    for number in range(3):
        outgoing = Outgoing(f"d-{number}", rig.channel, sentence("Good morning."), private_to=rig.person_id("ana"))
        await rig.chat.send(outgoing)
        rig.clock.advance(timedelta(days=1))
    assert len(rig.server.seen_at("create_dm")) == 1


async def test_an_answer_that_may_be_there_is_not_written_again_once_its_time_is_over(rig: DiscordRig) -> None:
    told = rig.server.people.command("ana", rig.channel.channel, "/pln help")
    await until(lambda: rig.inbox.events)
    asked = rig.inbox.events[-1].happening
    assert isinstance(asked, CommandGiven)
    outgoing = Outgoing(
        "d-1", rig.channel, sentence("Here you are."), private_to=asked.person.key.person, reply=asked.reply
    )
    rig.server.faults.fail_next("done, then dropped", operation="create_interaction_response")
    with pytest.raises(Unavailable):
        await rig.chat.send(outgoing)
    assert await told.acknowledged()
    rig.clock.advance(timedelta(minutes=16))
    with pytest.raises(Rejected, match="Nobody knows"):
        await rig.chat.send(outgoing)
    assert rig.server.messages("me", "ana") == []


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_further_answer_that_may_be_there_is_not_written_again_once_its_time_is_over(
    rig: DiscordRig, *, arrives: bool
) -> None:
    rig.server.people.command("ana", rig.channel.channel, "/pln help")
    await until(lambda: rig.inbox.events)
    asked = rig.inbox.events[-1].happening
    assert isinstance(asked, CommandGiven)
    ana = asked.person.key.person
    await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Wait."), private_to=ana, reply=asked.reply))
    further = Outgoing("d-2", rig.channel, sentence("Here you are."), private_to=ana, reply=asked.reply)
    rig.server.faults.fail_next("done, then dropped" if arrives else "dropped", operation="execute_webhook")
    with pytest.raises(Uncertain):
        await rig.chat.send(further)
    rig.clock.advance(timedelta(minutes=16))
    with pytest.raises(Rejected, match="Nobody knows"):
        await rig.chat.send(further)
    assert rig.server.messages("me", "ana") == []


# ------------------------------------------------------------------------------------------------------------ reactions


async def test_in_a_closed_thread_what_is_taken_back_comes_after_what_was_given(
    rig: DiscordRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = rig.server.world
    post = await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Good morning.")))
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("A card."), under=post))
    assert card
    thread = world.channels[card.partition(":")[0]]
    rig.server.people.archive(thread.id)
    await rig.server.gateway.settled()
    real, pauses = Api.channel, [0.3, 0.0]

    async def channel(api: Api, channel: str) -> dict[str, Any]:
        """Discord answers the first question later than the second."""
        await asyncio.sleep(pauses.pop(0))
        return await real(api, channel)

    monkeypatch.setattr(Api, "channel", channel)
    rig.server.people.react("ana", card, "🔖")
    await asyncio.sleep(0.05)
    rig.server.people.unreact("ana", card, "🔖")
    await until(lambda: len(rig.inbox.events) == 2)
    assert [type(each.happening) for each in rig.inbox.events] == [ReactionAdded, ReactionRemoved]


async def test_an_emoji_that_discord_does_not_know_keeps_no_other_from_coming_after_a_wait(rig: DiscordRig) -> None:
    message = await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Good morning.")))
    assert message
    rig.server.faults.throttle(0.3, operation="add_my_message_reaction")
    rig.server.faults.refuse_next(10014, "Unknown Emoji", 400, operation="add_my_message_reaction")
    seeding = asyncio.create_task(rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"]))
    await until(lambda: rig.server.seen_at("add_my_message_reaction"))
    await asyncio.sleep(0.1)
    rig.clock.advance(timedelta(seconds=1))
    await seeding
    assert len(rig.server.world.messages[message.partition(":")[2]].reactions) == 1


async def test_leaving_does_not_wait_for_a_database_that_takes_nothing(rig: DiscordRig) -> None:
    """What is not kept then is looked for after the next start."""
    tries: list[Event] = []

    class Broken:
        async def accept(self, event: Event) -> bool:
            tries.append(event)
            raise StoreError("The database does not answer.")

    reports = Reports(replace(rig.tools, inbox=Broken()), lambda: None)
    reports.open()
    person = Person(PersonKey(HILLTOP, "ana"), "Ana")
    for number in range(100):
        reports.tell(Event(HILLTOP, f"r-{number}", ReactionAdded(person, rig.channel, "m-1", "🔖")))
    await reports.close()
    assert len(tries) == TRIES
