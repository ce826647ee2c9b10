"""A loopback Discord as a process of its own, and how others act in it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import discord
import pytest
from aiohttp import ClientSession
from discord.http import Route

from tests.adapters.discord_server.asking import Asking
from tests.rigs.discord_server import DiscordServer

HOUSE = Path(__file__).parents[3]


async def test_people_act_by_http(server: DiscordServer, ask: Asking) -> None:
    sent = await ask.post()
    async with ClientSession(server.url) as session:
        reaction = {"person": "ana", "message": sent["id"], "emoji": "⭐"}
        async with session.post("/_rig/act/react", json=reaction) as response:
            assert await response.json() == {"acknowledged": True}
        async with session.get("/_rig/shown", params={"channel": ask.room.id}) as response:
            shown = await response.json()
        assert [(each["id"], each["text"], list(each["reactions"])) for each in shown] == [
            (sent["id"], "Good morning", ["⭐"])
        ]
        async with session.post("/_rig/fault", params={"name": "the page of a proxy", "operation": "get_my_user"}):
            with pytest.raises(discord.Forbidden):
                await ask("GET", "/users/@me")
        async with session.get("/_rig/log") as response:
            assert [each["operation"] for each in await response.json()][-2:] == ["create_message", "get_my_user"]
        async with session.get("/_rig/wrong") as response:
            assert await response.json() == {"invalid": [], "refused": []}


async def test_it_runs_by_itself_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("-m", "tests.rigs.discord_server", "--channels", "2", "--guilds", "3", "--speed", "60")
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=HOUSE, stdout=PIPE)
    assert process.stdout
    try:
        lines = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode().split() for _line in range(6)]
        told = dict(lines)
        monkeypatch.setattr(Route, "BASE", told["api_url"])
        client = discord.Client(intents=discord.Intents(1025))
        await client.login(told["token"])
        assert len([each async for each in client.fetch_guilds()]) == 4
        room = await client.fetch_channel(int(told["channel"]))
        assert isinstance(room, discord.TextChannel)
        await room.send("Good morning")
        await client.close()
    finally:
        process.kill()
        await process.wait()
