"""A loopback Discord, and the real discord.py with its bot's token."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord.http import Route

from tests.adapters.discord_server.asking import Asking
from tests.fakes.clock import FakeClock
from tests.rigs.discord_server import TOKEN, DiscordServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def server(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(clock, patience=0.3) as server:
        monkeypatch.setattr(Route, "BASE", server.api)
        server.doubt_itself()
        yield server
        assert list(dict.fromkeys(server.unlike))[:20] == []
        assert server.invalid == []


@pytest.fixture
async def client(server: DiscordServer) -> AsyncIterator[discord.Client]:
    assert server.api == Route.BASE
    client = discord.Client(intents=discord.Intents(1025), max_messages=None)
    await client.login(TOKEN)
    yield client
    await client.close()


@pytest.fixture
def ask(client: discord.Client, server: DiscordServer) -> Asking:
    return Asking(client, server)
