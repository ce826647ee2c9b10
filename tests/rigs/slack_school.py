"""A school on Slack: the engine runs by itself behind the adapter and a loopback Slack, and people use it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.database.inbox import StoreInbox
from adapters.slack.plugin import plugin
from adapters.slack.rights import RIGHTS, events_of
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
from tests.rigs.school import EVENING_BEFORE, NeverTicking
from tests.rigs.slack import EVERY_RIGHT, STAFFROOM, slack_section
from tests.rigs.slack_server import SlackServer
from tests.rigs.slack_server_text import read, read_view
from tests.rigs.slack_server_wire import Told
from tests.rigs.slack_server_world import Message

PATIENCE = 10.0
ROOM = STAFFROOM.channel


@dataclass
class SlackSchool:
    """Everybody is in the staff room of the first workspace. What people do is answered by the running engine."""

    server: SlackServer
    clock: FakeClock
    store: FakeStore
    x: FakeSource
    engine: Engine

    async def say(self, person: str, text: str, channel: str = ROOM) -> str:
        """Types the command; returns what only that person is answered there, or what the modal says that opens
        instead."""
        before = self._seen(person)
        return await self._answer(person, before, await self.server.people.command(person, channel, text))

    async def press(self, person: str, message: Message, label: str) -> str:
        """The button, or the entry of a menu, with that label."""
        before = self._seen(person)
        return await self._answer(person, before, await self.server.people.press(person, message.ts, label))

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> str:
        before = self._seen(person)
        given = {label: value if isinstance(value, str) else list(value) for label, value in filled.items()}
        return await self._answer(person, before, await self.server.people.submit(person, given))

    def last_answer(self, person: str) -> Message:
        """The message that this person alone was answered with last."""
        return self._answers(person)[-1]

    def aloud(self) -> list[str]:
        """What everybody in the staff room reads."""
        return [read(each).text for each in self.server.messages(ROOM, "dev") if each.only_for is None]

    def files(self, person: str) -> list[tuple[str, bytes]]:
        """Those in this person's own conversation with the app."""
        return [file for each in self.server.messages("me", person) for file in each.files]

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110 - anything may be waited for
                await asyncio.sleep(0)  # the engine's turn

    async def _answer(self, person: str, before: int, told: Told) -> str:
        assert told.acknowledged
        await self.until(lambda: self._seen(person) > before)
        modal = self.server.people.modal(person)
        return read_view(modal.shown).text if modal else read(self.last_answer(person)).text

    def _seen(self, person: str) -> int:
        """How much this person has been shown: answers as they stand, and modals."""
        own = [each for each in self.server.world.views.values() if each.user == self._id(person)]
        modals = [each for each in own if each.shown["type"] == "modal"]
        return len(self._answers(person)) + len(modals)

    def _answers(self, person: str) -> list[Message]:
        own = [each for each in self.server.messages("me", person) if not each.files]
        alone = [each for each in self.server.messages(ROOM, person) if each.only_for]
        return sorted((*own, *alone), key=lambda each: each.ts)

    def _id(self, person: str) -> str:
        return self.server.team.person(person).id


@asynccontextmanager
async def slack_school(scopes: frozenset[str] = EVERY_RIGHT) -> AsyncIterator[SlackSchool]:
    """`scopes` are those that the workspace's admin granted."""
    clock, side = FakeClock(EVENING_BEFORE), EngineSide()
    store, x = FakeStore(clock), FakeSource(clock)
    inbox = StoreInbox(store, clock, side.wake)
    async with SlackServer(clock) as server:
        server.team.scopes = scopes
        server.world.subscribed = frozenset(events_of(RIGHTS))
        tools = ChatTools(clock, inbox, FakeRoom(inbox), FakePages(), FakeVault(), side.installed, missed=side.missed)
        chat = plugin.open(slack_section(server), tools)
        caps = Caps(dollars(1), dollars(10))
        parts = Parts(store, clock, "worker", {"x": x}, {"slack": chat}, caps, config_name="config.toml")
        side.engine = Engine(parts, NeverTicking())
        async with x, chat, side.engine as engine:
            await engine.installed()
            yield SlackSchool(server, clock, store, x, engine)
