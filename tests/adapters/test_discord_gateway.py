"""The connection to Discord's gateway: how it begins, what ends it, and that nothing is lost or doubled by it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from adapters.discord.wire.reports import MOST_WAITING, Reports
from bot.domain.check import Health
from bot.domain.events import Change, ChannelChanged, Event, ReactionAdded, ReactionRemoved, WorkspaceLeft
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Unauthorised, Unavailable
from bot.plugins import ChatTools
from bot.ports import Abilities, Outgoing
from bot.testing.messages import sentence
from bot.testing.talk import send, sent
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig, discord_section
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_shapes import channel_json

BOOKMARK = "🔖"
HASTE = Patience(to_connect=30, for_a_heartbeat=30, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)
IMPATIENT = replace(HASTE, to_connect=0.3)
ATTENTIVE = replace(HASTE, for_a_heartbeat=0.5)


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE, timeout=aiohttp.ClientTimeout(total=5))


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig(open_chat=hasty) as rig:
        yield rig


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0)


def reactions(rig: DiscordRig) -> list[Event]:
    return [each for each in rig.inbox.events if isinstance(each.happening, ReactionAdded | ReactionRemoved)]


def changes(rig: DiscordRig) -> list[ChannelChanged]:
    return [each.happening for each in rig.inbox.events if isinstance(each.happening, ChannelChanged)]


# -------------------------------------------------------------------------------------------------------- how it begins


async def test_it_asks_for_servers_and_reactions_and_for_nothing_privileged(rig: DiscordRig) -> None:
    [identified] = [each["d"] for each in rig.server.gateway.heard if each["op"] == 2]
    assert identified["intents"] == 1025


async def test_a_wrong_token_is_said_at_the_start_with_where_to_find_the_right_one(rig: DiscordRig) -> None:
    chat = hasty(discord_section(rig.server, token="MTEw.wrong.secret"), rig.tools)
    with pytest.raises(Unauthorised, match=r"token of \[discord\].*Copy it again") as caught:
        await chat.__aenter__()
    assert "wrong.secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [(4004, "Copy it again"), (4014, "does not let this application hear"), (4010, "Check shards"), (4011, "at 0")],
)
async def test_what_ends_the_connection_for_good_is_said_at_the_start(code: int, words: str) -> None:
    async with discord_rig(open_chat=hasty) as rig:
        chat = hasty(discord_section(rig.server), rig.tools)
        rig.server.gateway.refuses_with = code
        with pytest.raises(Unauthorised, match=words):
            await chat.__aenter__()
        rig.server.gateway.refuses_with = 0


async def test_a_gateway_that_is_not_reached_is_said_at_the_start(rig: DiscordRig) -> None:
    for wrong in ("ws://127.0.0.1:9/", "ws://127.0.0.1:9/elsewhere"):
        chat = DiscordChat(discord_section(rig.server, gateway_url=wrong), rig.tools, patience=IMPATIENT)
        with pytest.raises(Unavailable, match="gateway cannot be reached"):
            await chat.__aenter__()


async def test_a_gateway_that_says_nothing_is_said_at_the_start(rig: DiscordRig) -> None:
    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(says_nothing, "127.0.0.1", 0) as silent:
        address = f"ws://127.0.0.1:{silent.sockets[0].getsockname()[1]}/"
        chat = DiscordChat(discord_section(rig.server, gateway_url=address), rig.tools, patience=IMPATIENT)
        with pytest.raises(Unavailable, match="gateway cannot be reached"):
            await chat.__aenter__()


async def test_where_too_many_sessions_began_today_it_says_when_to_start_again(rig: DiscordRig) -> None:
    rig.server.world.app.sessions_left = 0
    with pytest.raises(Unavailable, match=r"has to wait until \d\d:\d\d UTC"):
        await hasty(discord_section(rig.server), rig.tools).__aenter__()
    assert rig.server.gateway.identified == 1


async def test_a_server_in_trouble_does_not_keep_the_others_waiting() -> None:
    def troubled(server: DiscordServer) -> None:
        server.world.add_guild("Riverside School").is_unavailable = True

    async with discord_rig(troubled, hasty) as rig:
        names = {each.name for each in rig.chat.workspaces()}
        assert "Hilltop School" in names
        [riverside] = [each for each in rig.server.world.guilds.values() if each.name == "Riverside School"]
        channel = ChannelKey(f"discord:{riverside.id}", next(iter(riverside.channels)))
        with pytest.raises(Unavailable, match="cannot be reached at the moment"):
            await rig.chat.send(Outgoing("d-1", channel, sentence("Good morning.")))
        assert await rig.chat.look(channel) is None
        assert rig.installed == []
        rig.server.people.bring_back_guild(riverside.id)
        await until(lambda: len(rig.installed) == 1)
        assert {each.name for each in rig.chat.workspaces()} == {"Hilltop School", "Riverside School"}
        await rig.chat.send(Outgoing("d-1", channel, sentence("Good morning.")))


async def test_several_shards_are_one_chat() -> None:
    def large(server: DiscordServer) -> None:
        server.gateway.shards = 3
        for number in range(6):
            server.world.add_guild(f"School {number}")

    async with discord_rig(large, hasty) as rig:
        assert len(rig.chat.workspaces()) == 7
        assert rig.server.gateway.identified == 3
        for guild in rig.server.world.guilds.values():
            if guild.name.startswith("School"):
                channel = ChannelKey(f"discord:{guild.id}", next(iter(guild.channels)))
                message = await rig.chat.send(Outgoing(f"d-{guild.id}", channel, sentence("Good morning.")))
                assert message is not None
                rig.server.people.react("ben", message.partition(":")[2], BOOKMARK)
        await rig.server.gateway.settled()
        assert len({each.workspace for each in reactions(rig)}) == 6
        assert len({each.key for each in reactions(rig)}) == 6


async def test_a_process_can_hold_some_of_the_shards() -> None:
    def large(server: DiscordServer) -> None:
        for number in range(6):
            server.world.add_guild(f"School {number}")

    async with discord_rig(large, hasty, shards=2, shard_ids=[1]) as rig:
        assert {int(each.id.partition(":")[2]) >> 22 & 1 for each in rig.chat.workspaces()} == {1}


async def test_a_wrong_number_of_a_shard_is_a_mistake_of_the_configuration(rig: DiscordRig) -> None:
    with pytest.raises(ValueError, match="one less than shards"):
        discord_section(rig.server, shards=2, shard_ids=[2])


# ------------------------------------------------------------------------------------------------ what ends it, and how


async def test_after_a_cut_what_happened_meanwhile_is_heard_once(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    number = message.partition(":")[2]
    rig.server.people.react("ana", number, BOOKMARK)
    await rig.server.gateway.settled()
    rig.server.gateway.cut()
    rig.server.people.react("ben", number, BOOKMARK)
    rig.server.people.react("cleo", number, BOOKMARK)
    rig.server.people.unreact("ana", number, BOOKMARK)
    await rig.server.gateway.until(lambda: rig.server.gateway.resumed == 1)
    await rig.server.gateway.settled()
    heard = [(type(each.happening).__name__, each.happening.person.key.person) for each in reactions(rig)]  # type: ignore[union-attr]
    people = {name: rig.person_id(name) for name in ("ana", "ben", "cleo")}
    assert heard == [
        ("ReactionAdded", people["ana"]),
        ("ReactionAdded", people["ben"]),
        ("ReactionAdded", people["cleo"]),
        ("ReactionRemoved", people["ana"]),
    ]
    assert rig.missed == []


async def test_what_is_told_twice_after_a_resumption_is_one_event(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    await rig.server.gateway.settled()
    rig.server.gateway.repeat()
    await rig.server.gateway.settled()
    assert len(reactions(rig)) == 1


@pytest.mark.parametrize("ends", ["asked", "may resume", "mute", "4000", "4009", "1001"])
async def test_the_session_is_resumed_after(ends: str) -> None:
    def restless(server: DiscordServer) -> None:
        server.gateway.heartbeat = 0.1

    def brief(section: DiscordSection, tools: ChatTools) -> DiscordChat:
        return DiscordChat(section, tools, patience=ATTENTIVE)

    async with discord_rig(restless, brief) as rig:
        message = await sent(rig, "d-1", "Worth keeping.")
        gateway = rig.server.gateway
        match ends:
            case "asked":
                gateway.ask_to_reconnect()
            case "may resume":
                gateway.invalidate(may_resume=True)
            case "mute":
                gateway.mute()
            case code:
                gateway.close(int(code))
        await gateway.until(lambda: gateway.resumed >= 1)
        await gateway.is_ready()
        rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
        await until(lambda: len(reactions(rig)) == 1)
        assert gateway.identified == 1
        assert rig.missed == []


async def test_a_new_session_asks_the_engine_to_look_for_what_nobody_told(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    rig.server.gateway.invalidate()
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    await until(lambda: len(rig.missed) == 1)
    assert reactions(rig) == []
    [standing] = await rig.chat.reactions(rig.channel, message)
    assert standing.emoji == BOOKMARK
    await rig.server.gateway.settled()
    rig.server.people.react("ben", message.partition(":")[2], BOOKMARK)
    await until(lambda: len(reactions(rig)) == 1)
    assert rig.missed == ["missed"]


async def test_a_token_that_is_withdrawn_meanwhile_is_told_by_the_doctor_and_tried_again(rig: DiscordRig) -> None:
    rig.server.gateway.refuses_with = 4004
    rig.server.gateway.close(4004)
    await until(lambda: len(rig.server.gateway.closed_with) >= 3)
    gateway = {each.name: each for each in await rig.chat.check()}["discord gateway"]
    assert gateway.health is Health.FAIL
    assert "Copy it again" in gateway.remedy
    assert HILLTOP in {each.id for each in rig.chat.workspaces()}
    await send(rig, "d-1", "Digests still go out.")
    rig.server.gateway.refuses_with = 0
    await until(lambda: len(rig.missed) >= 1)
    await rig.server.gateway.is_ready()
    await rig.server.gateway.settled()
    gateway = {each.name: each for each in await rig.chat.check()}["discord gateway"]
    assert gateway.health is Health.OK


async def test_what_discord_tells_and_nobody_can_read_does_not_end_the_connection(rig: DiscordRig) -> None:
    gateway, server = rig.server.gateway, rig.server.guild.id
    for kind in ("INTERACTION_CREATE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE"):
        for data in ({}, {"guild_id": server}, {"type": 2, "data": []}, {"user_id": "x", "guild_id": "y", "emoji": 7}):
            rig.server.world.tell(kind, dict(data), server)
    await gateway.settled()
    message = await sent(rig, "d-1", "Worth keeping.")
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    await gateway.settled()
    assert len(reactions(rig)) == 1
    assert gateway.identified == 1


async def test_what_discord_py_itself_cannot_read_makes_a_new_connection(rig: DiscordRig) -> None:
    rig.server.world.tell("CHANNEL_UPDATE", {"guild_id": rig.server.guild.id}, rig.server.guild.id)
    await until(lambda: rig.server.gateway.identified == 2 and rig.missed == ["missed"])
    await rig.server.gateway.settled()
    message = await sent(rig, "d-1", "Worth keeping.")
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    await until(lambda: len(reactions(rig)) == 1)


# ------------------------------------------------------------------------------------------------------- what people do


async def test_a_reaction_in_a_thread_belongs_to_the_channel_also_when_the_thread_was_closed(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    assert card is not None
    thread, number = card.split(":")
    await rig.server.gateway.settled()
    rig.server.people.react("ana", number, BOOKMARK)
    await rig.server.gateway.settled()
    rig.server.people.archive(thread)
    rig.server.people.react("ben", number, BOOKMARK)
    await until(lambda: len(reactions(rig)) == 2)
    for event in reactions(rig):
        assert isinstance(event.happening, ReactionAdded)
        assert (event.happening.channel, event.happening.message) == (rig.channel, card)


async def test_bots_and_a_servers_own_emoji_save_nothing_and_clearing_withdraws_nothing(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    number = message.partition(":")[2]
    rig.server.people.react("ana", number, BOOKMARK)
    rig.server.people.react("ana", number, "hilltop:1574680972492800999")
    rig.server.people.clear_reactions(number, BOOKMARK)
    rig.server.people.react("ben", number, BOOKMARK)
    rig.server.people.clear_reactions(number)
    await rig.server.gateway.settled()
    heard = [each.happening for each in reactions(rig)]
    assert all(isinstance(each, ReactionAdded) for each in heard)
    assert [each.emoji for each in heard if isinstance(each, ReactionAdded)] == [
        BOOKMARK,
        "<:1574680972492800999>",
        BOOKMARK,
    ]


async def test_what_the_inbox_could_not_keep_is_looked_for_later(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    rig.inbox.broken = True
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    await until(lambda: rig.missed == ["missed"])
    rig.inbox.broken = False
    rig.server.people.react("ben", message.partition(":")[2], BOOKMARK)
    await until(lambda: len(reactions(rig)) == 1)
    assert rig.missed == ["missed"]


async def test_what_comes_faster_than_it_can_be_kept_is_bounded_and_looked_for_later(rig: DiscordRig) -> None:
    reports = Reports(rig.tools, lambda: None)
    event = Event(HILLTOP, "gateway:1", WorkspaceLeft("Gone."))
    reports.open()
    for _each in range(MOST_WAITING + 1):
        reports.tell(event)
    await reports.close()
    assert rig.missed == ["missed"]
    reports.tell(event)
    assert len(rig.inbox.events) == 1


# ---------------------------------------------------------------------------------------------------- servers, channels


async def test_being_let_into_a_server_is_told_where_it_can_be_greeted() -> None:
    async with discord_rig(open_chat=hasty) as rig:
        riverside = rig.server.world.add_guild("Riverside School", with_app=False)
        rig.server.people.invite_app(riverside.id)
        await until(lambda: len(rig.installed) == 1)
        await until(lambda: len(changes(rig)) == 1)
        [joined] = changes(rig)
        assert (joined.change, joined.channel.workspace) == (Change.JOINED, f"discord:{riverside.id}")
        assert joined.channel.channel == riverside.system_channel
        assert {each.name for each in rig.chat.workspaces()} == {"Hilltop School", "Riverside School"}


async def test_a_system_channel_where_nothing_may_be_written_is_not_chosen() -> None:
    async with discord_rig(open_chat=hasty) as rig:
        riverside = rig.server.world.add_guild("Riverside School", with_app=False)
        rig.server.world.put_app_in(riverside)
        rig.server.world.deny_app(riverside.channel("staffroom"), "Send Messages")
        rig.server.world.take_app_out(riverside)
        rig.server.people.invite_app(riverside.id)
        await until(lambda: len(changes(rig)) == 1)
        assert changes(rig)[0].name == "maths"


async def test_whoever_invites_staffroom_and_starts_it_afterwards_is_greeted_once() -> None:
    def invited_today(server: DiscordServer) -> None:
        riverside = server.world.add_guild("Riverside School", with_app=False)
        server.people.invite_app(riverside.id)

    async with discord_rig(invited_today, hasty) as rig:
        await until(lambda: len(changes(rig)) == 1)
        await rig.chat.__aexit__(None, None, None)
        async with hasty(discord_section(rig.server), rig.tools):
            await rig.server.gateway.settled()
        assert [each.change for each in changes(rig)] == [Change.JOINED]


async def test_a_server_that_is_renamed_is_called_by_its_new_name(rig: DiscordRig) -> None:
    rig.server.people.rename_guild("Hillside School")
    await until(lambda: len(rig.installed) == 1)
    assert [each.name for each in rig.chat.workspaces()] == ["Hillside School"]


async def test_being_taken_out_is_told_and_nothing_is_sent_there_until_the_next_invitation(rig: DiscordRig) -> None:
    rig.server.people.kick_app()
    await until(lambda: len(rig.inbox.events) == 1)
    left = rig.inbox.events[0].happening
    assert isinstance(left, WorkspaceLeft)
    assert "invited again" in left.why
    assert rig.chat.workspaces() == []
    assert rig.chat.abilities(HILLTOP) == Abilities()
    with pytest.raises(Rejected, match="not in this Discord server"):
        await send(rig, "d-1", "Good morning.")
    rig.clock.advance(timedelta(hours=1))
    rig.server.people.invite_app(rig.server.guild.id)
    await until(lambda: len(changes(rig)) == 1)
    await send(rig, "d-1", "Good morning.")


async def test_being_taken_out_while_away_is_told_afterwards(rig: DiscordRig) -> None:
    rig.server.people.gateway.forget_sessions()
    rig.server.world.take_app_out(rig.server.guild)
    rig.server.gateway.cut()
    await until(lambda: any(isinstance(each.happening, WorkspaceLeft) for each in rig.inbox.events))
    assert rig.chat.workspaces() == []


async def test_other_servers_than_those_named_are_left(rig: DiscordRig) -> None:
    async with discord_rig(open_chat=hasty, only_in=[rig.server.guild.id]) as strict:
        riverside = strict.server.world.add_guild("Riverside School", with_app=False)
        strict.server.people.invite_app(riverside.id)
        await until(lambda: len(strict.server.seen_at("leave_guild")) == 1)
        assert [each.name for each in strict.chat.workspaces()] == ["Hilltop School"]
        assert strict.inbox.events == []


async def test_what_becomes_of_a_channel_is_told(rig: DiscordRig) -> None:
    people = rig.server.people
    people.rename("staffroom", "science")
    people.deny("science", "Send Messages")
    people.delete_channel("science")
    await until(lambda: len(changes(rig)) >= 3)
    assert [each.change for each in changes(rig)] == [Change.RENAMED, Change.LEFT, Change.DELETED]
    renamed, left, *_ = changes(rig)
    assert renamed.name == "science"
    assert "allow Staffroom: Send Messages" in left.remedy


async def test_a_private_channel_that_lets_us_in_is_joined_and_rights_given_back_are_no_invitation(
    rig: DiscordRig,
) -> None:
    people, world = rig.server.people, rig.server.world
    heads = people.make_channel("heads")
    everybody, us = rig.server.guild.id, world.app.id
    for who, way in ((everybody, "deny"), (us, "allow"), (us, "deny"), (us, "")):
        world.set_overwrite(heads, who, **({way: ["View Channel", "Send Messages"]} if way else {}))
        world.tell("CHANNEL_UPDATE", channel_json(world, heads), heads.guild)
    await rig.server.gateway.settled()
    world.set_overwrite(heads, everybody)
    world.tell("CHANNEL_UPDATE", channel_json(world, heads), heads.guild)
    await until(lambda: len(changes(rig)) == 4)
    assert [each.change for each in changes(rig)] == [Change.LEFT, Change.JOINED, Change.LEFT, Change.UNARCHIVED]


async def test_a_thread_that_is_locked_is_archived_and_one_that_is_only_closed_is_not(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    assert card is not None
    thread = card.partition(":")[0]
    await rig.server.gateway.settled()
    rig.server.people.archive(thread)
    rig.server.people.archive(thread, undo=True)
    await rig.server.gateway.settled()
    assert changes(rig) == []
    rig.server.people.lock(thread)
    await rig.server.gateway.settled()
    assert [(each.change, each.channel.channel) for each in changes(rig)] == [(Change.ARCHIVED, thread)]


async def test_leaving_does_not_wait_for_a_gateway_that_is_silent() -> None:
    async with discord_rig(open_chat=hasty) as rig:
        rig.server.gateway.mute()
        async with asyncio.timeout(6):
            await rig.chat.__aexit__(None, None, None)


async def test_after_leaving_nothing_is_heard_and_nothing_is_left_running(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    await rig.chat.__aexit__(None, None, None)
    rig.server.people.react("ana", message.partition(":")[2], BOOKMARK)
    assert rig.server.gateway.connected == []
    assert rig.inbox.events == []
    with pytest.raises(Unavailable):
        await send(rig, "d-2", "Good morning.")
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
    assert not [name for name in names if name.startswith(("Gateway", "Reports", "StaffroomClient", "Shard"))]
