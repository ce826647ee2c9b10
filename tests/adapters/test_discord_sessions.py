"""Sessions of Discord's gateway beside the usual ones: a silent line, commands typed meanwhile, several shards."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.chat import DiscordChat
from adapters.discord.requests import Requests
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from bot.domain.events import CommandGiven, ReactionAdded
from bot.domain.keys import ChannelKey
from bot.errors import Unavailable
from bot.plugins import ChatTools
from bot.ports import Outgoing
from bot.testing.messages import sentence
from bot.testing.talk import sent
from tests.rigs.discord import HILLTOP, discord_rig
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_world import FIRST_GUILD

pytestmark = pytest.mark.asyncio

BOOKMARK = "🔖"
HASTE = Patience(to_connect=5, for_a_heartbeat=0.5, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)
OTHER = str(int(FIRST_GUILD) + (1 << 22))
"""A server that is another shard's than the first one where there are two."""


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE)


def often(server: DiscordServer) -> None:
    server.gateway.heartbeat = 0.1


def in_two_servers(server: DiscordServer) -> None:
    server.world.add_guild("Riverside School", OTHER, people=("ana", "cleo"))
    server.gateway.shards = 2
    often(server)


async def test_what_is_told_comes_as_one_compressed_stream() -> None:
    async with discord_rig() as rig:
        assert [each.is_compressed for each in rig.server.gateway.connections] == [True]


async def test_a_line_that_went_silent_is_given_up_and_nothing_is_lost() -> None:
    async with discord_rig(often, hasty) as rig:
        message = await sent(rig, "d-1", "Worth keeping.")
        rig.server.gateway.mute()
        rig.server.people.react("ben", message, BOOKMARK)
        await rig.server.gateway.until(lambda: rig.server.gateway.resumed > 0)
        [event] = await rig.events()
        assert isinstance(event.happening, ReactionAdded)
        assert event.happening.person.key.person == rig.person_id("ben")
        assert rig.missed == []


async def test_a_command_that_was_typed_while_it_was_cut_off_is_heard_and_acknowledged() -> None:
    async with discord_rig(often, hasty) as rig:
        rig.server.gateway.cut()
        told = rig.server.people.command("ana", "staffroom", "/pln help")
        assert await told.acknowledged()
        assert [type(each.happening) for each in await rig.events()] == [CommandGiven]


async def test_a_gateway_that_is_out_of_service_for_a_while_is_come_back_to() -> None:
    async with discord_rig(often, hasty) as rig:
        gateway = rig.server.gateway
        gateway.is_refusing = True
        gateway.cut()
        await gateway.until(lambda: not gateway.connections)
        gateway.is_refusing = False
        await gateway.until(lambda: bool(gateway.connected), within=20)
        assert await rig.command("ana", "/pln help")


@pytest.mark.parametrize("shards", [{"shards": 2}, {}])
async def test_each_shard_brings_what_happens_in_its_servers_and_the_first_direct_messages(
    shards: dict[str, int],
) -> None:
    async with discord_rig(in_two_servers, hasty, **shards) as rig:
        assert sorted(each.shard for each in rig.server.gateway.connected) == [(0, 2), (1, 2)]
        there = ChannelKey(f"discord:{OTHER}", rig.server.world.guilds[OTHER].channel("staffroom").id)
        message = await rig.chat.send(Outgoing("d-1", there, sentence("Worth keeping.")))
        assert message
        assert await rig.react("cleo", message, BOOKMARK)
        assert await rig.command("dev", "/pln help")
        assert await rig.command_alone("dev", "/pln help")
        heard = [(each.workspace, type(each.happening)) for each in await rig.events()]
        assert heard == [(there.workspace, ReactionAdded), (HILLTOP, CommandGiven), (HILLTOP, CommandGiven)]


async def test_a_session_that_one_shard_loses_leaves_the_other_alone() -> None:
    async with discord_rig(in_two_servers, hasty, shards=2) as rig:
        gateway = rig.server.gateway
        [lost] = [each for each in gateway.connected if each.holds(OTHER)]
        [kept] = [each for each in gateway.connected if each.holds(FIRST_GUILD)]
        assert lost.connection
        lost.is_valid = False
        lost.connection.close(4000)
        await gateway.until(lambda: len(gateway.connected) == 2 and lost not in gateway.connected)
        await gateway.settled()
        assert kept in gateway.connected
        assert rig.missed == ["missed"]


async def test_a_server_that_is_lost_for_a_time_stays_a_workspace_in_which_nothing_can_be_sent() -> None:
    async with discord_rig() as rig:
        rig.server.people.lose_guild()
        await rig.server.gateway.settled()
        assert [each.name for each in rig.chat.workspaces()] == ["Hilltop School"]
        with pytest.raises(Unavailable):
            await sent(rig, "d-1", "Good morning.")
        rig.server.people.bring_back_guild()
        await rig.server.gateway.settled()
        await sent(rig, "d-1", "Good morning.")
        assert await rig.events() == []


async def test_a_renamed_server_and_a_renamed_channel_have_their_new_names() -> None:
    async with discord_rig() as rig:
        rig.server.people.rename_guild("Hilltop Academy")
        rig.server.people.rename("staffroom", "common-room")
        await rig.server.gateway.settled()
        assert [each.name for each in rig.chat.workspaces()] == ["Hilltop Academy"]
        seen = await rig.chat.look(rig.channel)
        assert seen
        assert "common-room" in seen.name


async def test_it_says_good_bye_when_it_leaves() -> None:
    async with discord_rig() as rig:
        await rig.leave()
        await rig.server.gateway.until(lambda: not rig.server.gateway.connections)
        assert rig.server.gateway.closed_with == [1000]


@pytest.mark.parametrize("mistake", [RuntimeError("a mistake of a library"), ConnectionResetError()])
async def test_a_mistake_while_it_connects_anew_does_not_end_the_tries(
    mistake: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with discord_rig(open_chat=hasty) as here:
        real, mistakes = Requests.static_login, [mistake]

        async def static_login(requests: Requests, token: str) -> Any:
            if mistakes:
                raise mistakes.pop()
            return await real(requests, token)

        monkeypatch.setattr(Requests, "static_login", static_login)
        here.server.gateway.close(4004)
        await here.server.gateway.until(lambda: here.server.gateway.identified == 2)
        assert mistakes == []


async def test_what_becomes_of_many_servers_at_once_is_looked_at_once_or_twice() -> None:
    """The engine writes down all workspaces each time."""
    looks: list[str] = []
    goes_on = asyncio.Event()

    async def look() -> None:
        looks.append("all workspaces")
        await goes_on.wait()

    def slow(section: DiscordSection, tools: ChatTools) -> DiscordChat:
        return hasty(section, replace(tools, installed=look))

    async with discord_rig(open_chat=slow) as here:
        for number in range(20):
            here.server.people.rename_guild(f"School {number}")
        await here.server.gateway.settled()
        goes_on.set()
        assert here.chat.workspaces()[0].name == "School 19"
    assert len(looks) == 2
