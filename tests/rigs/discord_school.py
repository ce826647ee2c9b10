"""A school on Discord: the engine runs by itself behind the adapter and a loopback Discord, and people use it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.database.inbox import StoreInbox
from adapters.discord.plugin import plugin
from adapters.discord.section import DiscordSection
from bot.app import Engine
from bot.domain.budget import Caps, dollars
from bot.domain.keys import ChannelKey
from bot.plugins import ChatTools
from bot.ports import ChatAdapter, Suggestion, Typing
from bot.services.parts import Parts
from tests.fakes.clock import FakeClock
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.source import FakeSource
from tests.fakes.store import FakeStore
from tests.fakes.vault import FakeVault
from tests.rigs.discord import HILLTOP, discord_section
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_people import Told
from tests.rigs.discord_server_text import read, read_modal
from tests.rigs.discord_server_world import Interaction
from tests.rigs.school import EVENING_BEFORE, NeverTicking

PATIENCE = 10.0


@dataclass
class DiscordSchool:
    """Everybody is in the staff room of the first server. What people do is answered by the running engine."""

    server: DiscordServer
    clock: FakeClock
    store: FakeStore
    x: FakeSource
    engine: Engine
    staff: ChannelKey

    async def say(self, person: str, text: str) -> str:
        """Types the command as Discord offers it; returns what only that person is answered, or what the form says that
        opens instead."""
        return await self._answer(self.server.people.command(person, self.staff.channel, text))

    async def say_directly(self, person: str, text: str) -> str:
        """The same in the conversation with Staffroom alone."""
        return await self._answer(self.server.people.command(person, "me", text))

    async def press(self, person: str, message: str, label: str) -> str:
        return await self._answer(self.server.people.press(person, message, label))

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> str:
        return await self._answer(self.server.people.fill(person, filled))

    async def proposals(self, person: str, text: str) -> list[str]:
        found = await self.server.people.proposals(person, self.staff.channel, text)
        assert found is not None, "nothing came in time"
        return found

    def last_answer(self, person: str) -> str:
        """The message that this person was answered with last."""
        user = self.server.world.person(person).id
        answers = [each.original for each in self.server.world.interactions.values() if each.user == user]
        return [each for each in answers if each][-1]

    async def _answer(self, told: Told) -> str:
        assert await told.acknowledged()
        asked = told.interaction
        await self.until(lambda: asked.modal is not None or _has_answer(asked))
        if asked.modal is not None:
            return read_modal(asked.modal).text
        return read(self.server.world.messages[asked.original or ""]).text

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110 - anything may be waited for
                await asyncio.sleep(0)  # the engine's turn


def _has_answer(asked: Interaction) -> bool:
    return asked.original is not None and not asked.is_thinking


class EngineSide:
    """What the adapter calls, who is there before the engine is."""

    engine: Engine | None = None

    def wake(self) -> None:
        if self.engine:
            self.engine.wake()

    def missed(self) -> None:
        if self.engine:
            self.engine.missed()

    async def installed(self) -> None:
        if self.engine:
            await self.engine.installed()

    async def suggest(self, typing: Typing) -> Sequence[Suggestion]:
        return await self.engine.suggest(typing) if self.engine else ()


@asynccontextmanager
async def discord_school(
    open_chat: Callable[[DiscordSection, ChatTools], ChatAdapter] = plugin.open, **more: Any
) -> AsyncIterator[DiscordSchool]:
    """`more` are parts of the engine. In the end nothing that Discord was asked may have been refused as invalid."""
    clock, side = FakeClock(EVENING_BEFORE), EngineSide()
    store, x = FakeStore(clock), FakeSource(clock)
    inbox = StoreInbox(store, clock, side.wake)
    async with DiscordServer(clock) as server:
        tools = ChatTools(
            clock,
            inbox,
            FakeRoom(inbox),
            FakePages(),
            FakeVault(),
            side.installed,
            missed=side.missed,
            suggest=side.suggest,
        )
        chat = open_chat(discord_section(server), tools)
        caps = Caps(dollars(1), dollars(10))
        parts = Parts(store, clock, "worker", {"x": x}, {"discord": chat}, caps, config_name="config.toml", **more)
        side.engine = Engine(parts, NeverTicking())
        async with x, chat, side.engine as engine:
            staff = ChannelKey(HILLTOP, server.world.guild.channel("staffroom").id)
            await engine.installed()
            yield DiscordSchool(server, clock, store, x, engine, staff)
        assert server.invalid == []
