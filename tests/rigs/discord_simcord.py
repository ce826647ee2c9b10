"""A school on Discord as somebody else imagines it: the engine runs behind the real adapter inside simcord, a stand-in
for Discord that is not ours.

simcord brings a client of discord.py up by itself, in place of its connection, and answers its requests. So the
adapter's gateway is opened by simcord here, and its requests go the way that simcord has put in place.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env
from simcord.gateway import FakeShard, FakeWebSocket
from simcord.results import ResponseMessage

from adapters.database.inbox import StoreInbox
from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Gateway, Patience
from bot.app import Engine
from bot.domain.budget import Caps, dollars
from bot.plugins import ChatTools
from bot.services.parts import Parts
from tests.fakes.clock import FakeClock
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.source import FakeSource
from tests.fakes.store import FakeStore
from tests.fakes.vault import FakeVault
from tests.rigs.discord_school import EngineSide
from tests.rigs.discord_server_world import TOKEN
from tests.rigs.school import NeverTicking

NOWHERE = "http://127.0.0.1:9"
PATIENCE = 10.0
SIMCORD_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
"""Its clock goes by itself only where it is told to."""

SECTION = DiscordSection.model_validate({"token": TOKEN, "api_url": NOWHERE})

# simcord never connects again, and numbers no reports: what discord.py's own sockets have, these two lack.
FakeShard._backoff = SimpleNamespace(_max=0)  # type: ignore[attr-defined]  # noqa: SLF001
FakeWebSocket.session_id = FakeWebSocket.sequence = None  # type: ignore[attr-defined]


class SimcordGateway(Gateway):
    """simcord logs the client in, and tells it of the servers: at once, or when it is opened again after a restart."""

    env: Env | None = None

    async def open(self) -> None:
        client = self._client = self._make_client(1)
        if self.env is None:
            self.env = Env(client, shard_count=1)
            await self.env.start()
        else:
            await self.env.restart_bot(client)
        self._real = self._api.requests
        self._api._requests = client.http  # type: ignore[assignment]  # noqa: SLF001

    def opened(self) -> Env:
        assert self.env is not None
        return self.env

    async def close(self) -> None:
        self._api._requests = self._real  # noqa: SLF001 - to be closed


class SimcordSchool:
    """Hilltop School with a staff room, where ana and cleo are members."""

    env: Env
    guild: GuildHandle
    staff: ChannelHandle
    ana: MemberActor
    cleo: MemberActor

    def __init__(self) -> None:
        self.clock = FakeClock(SIMCORD_BEGINS)
        self.store, self.vault, self.x = FakeStore(self.clock), FakeVault(), FakeSource(self.clock)
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Connects a new adapter with an engine behind it. In simcord it is the same bot every time."""
        side = EngineSide()
        inbox = StoreInbox(self.store, self.clock, side.wake)
        room = FakeRoom(inbox)
        tools = ChatTools(self.clock, inbox, room, FakePages(), self.vault, side.installed, missed=side.missed)
        chat = DiscordChat(SECTION, tools)
        gateway = SimcordGateway(
            SECTION,
            tools,
            chat._api,  # noqa: SLF001
            chat._hear,  # noqa: SLF001
            is_at_rest=chat._is_at_rest,  # noqa: SLF001
            patience=Patience(),
        )
        gateway.env = getattr(self, "env", None)
        chat._gateway = gateway  # noqa: SLF001
        caps = Caps(dollars(1), dollars(10))
        parts = Parts(self.store, self.clock, "worker", {"x": self.x}, {"discord": chat}, caps, config_name="c")
        side.engine = Engine(parts, NeverTicking())
        await self._running.enter_async_context(chat)
        await self._running.enter_async_context(side.engine)
        await side.engine.installed()
        self.env = gateway.opened()

    async def stop(self) -> None:
        await self._running.aclose()

    async def restart(self) -> None:
        """Whatever the adapter and the engine had in memory is gone."""
        await self.stop()
        await self.start()

    async def until(self, happened: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110 - anything may be waited for
                await asyncio.sleep(0)  # the engine's turn

    async def shown(self, words: str) -> discord.Message:
        """The newest message of ours in the staff room that says this, as soon as there is one."""
        found: list[discord.Message] = []

        def look() -> bool:
            found[:] = [each for each in self.staff.history() if words in text_of(each)]
            return bool(found)

        await self.until(look)
        return found[-1]


def text_of(shown: discord.Message | ResponseMessage) -> str:
    """Whatever stands in it, buttons included."""
    message = shown if isinstance(shown, discord.Message) else shown.message
    return "\n".join(_texts(each) for each in message.components)


def _texts(part: Any) -> str:
    own = [getattr(part, name, None) for name in ("content", "label")]
    inside = [_texts(each) for each in getattr(part, "children", [])]
    return "\n".join([each for each in own if each] + inside)


@asynccontextmanager
async def simcord_school() -> AsyncIterator[SimcordSchool]:
    """In the end nothing may have failed inside simcord."""
    async with AsyncExitStack() as stack:
        our = SimcordSchool()
        await stack.enter_async_context(our.x)
        await our.start()
        stack.push_async_callback(our.stop)
        our.guild = our.env.create_guild("Hilltop School")
        our.staff = our.guild.create_text_channel("staffroom")
        our.ana, our.cleo = (our.guild.add_member(our.env.create_user(name)) for name in ("ana", "cleo"))
        yield our
        await our.env.shutdown()
        our.env.raise_errors()
