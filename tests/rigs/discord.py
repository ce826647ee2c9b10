"""Discord as people see it: the adapter connected to a loopback Discord, over its gateway and its API."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.discord.plugin import plugin
from adapters.discord.section import DiscordSection
from bot.domain.events import Change, Event
from bot.domain.keys import ChannelKey
from bot.plugins import ChatTools
from bot.ports import ChatAdapter, Suggestion, Typing
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_people import Told
from tests.rigs.discord_server_text import Reading, read, read_modal
from tests.rigs.discord_server_world import FIRST_GUILD, TOKEN, Channel, Message

HILLTOP = f"discord:{FIRST_GUILD}"
NOWHERE = ChannelKey(HILLTOP, "1999999999999999999")
IMPATIENCE = 0.3
"""Seconds that are waited for an acknowledgement which is not to come."""


class WatchedInbox(FakeInbox):
    """Wakes up whoever waits until something was kept, or could not be."""

    def __init__(self) -> None:
        super().__init__()
        self.touched = asyncio.Condition()

    async def accept(self, event: Event) -> bool:
        try:
            return await super().accept(event)
        finally:
            await self._touch()

    async def _touch(self) -> None:
        async with self.touched:
            self.touched.notify_all()


@dataclass
class DiscordRig:
    """`chat` is entered. Whatever a person does goes through the server. `missed` counts the calls that ask the engine
    to look for what nobody told, `suggestions` are proposed whatever is typed."""

    server: DiscordServer
    clock: FakeClock
    inbox: WatchedInbox
    vault: FakeVault
    chat: ChatAdapter
    channel: ChannelKey
    installed: list[str]
    missed: list[str]
    typing: list[Typing]
    suggestions: list[Suggestion]
    tools: ChatTools
    elsewhere: ChannelKey = NOWHERE
    changes: Sequence[Change] = (Change.RENAMED, Change.JOINED, Change.LEFT, Change.DELETED)
    outages: Sequence[str] = ("nobody listens", "out of service")
    accepted: list[Told] = field(default_factory=list)
    """Interactions that reached the inbox: each of them has to be acknowledged in time."""

    def now(self) -> datetime:
        return self.clock.now()

    async def group(self, name: str, *people: str) -> str:
        role = self.server.people.make_role(name)
        for person in people:
            self.server.people.give_role(person, role)
        await self.server.gateway.settled()
        return role

    async def called(self, message: str) -> list[str]:
        return self.server.world.messages[_id_of(message)].called

    def person_id(self, person: str) -> str:
        return self.server.world.person(person).id

    async def shown(self, person: str) -> list[str]:
        return [read(each).text for each in self._messages(self._home, person)]

    async def thread(self, person: str, message: str) -> list[str]:
        started = self.server.world.messages[_id_of(message)].thread
        if started is None:
            return []
        return [read(each).text for each in self._messages(self.server.world.channels[started], person)]

    async def told(self, person: str) -> list[str]:
        return await self.shown(person) + await self.personal(person)

    async def personal(self, person: str) -> list[str]:
        return [read(each).text for each in self._messages(self._own(person), person)]

    async def files(self, person: str) -> list[tuple[str, bytes]]:
        return [file for each in self._messages(self._own(person), person) for file in each.files]

    async def obeyed(self) -> list[str]:
        """Links are ours unless they lead to evil; whatever else Discord made of a text is not, apart from the formats
        that Staffroom itself uses: where it made one of those from somebody's text, it does not read as it was written.
        """
        did = [each for reading in self._readings() for each in reading.did]
        return [each for each in did if not _is_ours(each)]

    @property
    def _home(self) -> Channel:
        return self.server.world.channels[self.channel.channel]

    def _own(self, person: str) -> Channel:
        return self.server.world.direct_messages_with(self.person_id(person))

    def _messages(self, where: Channel, person: str) -> list[Message]:
        return [each for each in where.written if self._is_seen(each, person)]

    def _is_seen(self, message: Message, person: str) -> bool:
        is_by_app = message.author == self.server.world.app.id
        is_empty = bool(message.flags & (1 << 7))
        return is_by_app and not is_empty and self.server.people.can_see(self.person_id(person), message)

    def _readings(self) -> list[Reading]:
        world = self.server.world
        posted = [read(each) for each in world.messages.values() if each.author == world.app.id]
        return posted + [read_modal(each.modal) for each in world.interactions.values() if each.modal]

    async def events(self) -> list[Event]:
        await self.server.gateway.settled()
        return self.inbox.events

    async def leave(self) -> None:
        await self.chat.__aexit__(None, None, None)
        self.server.people.patience = IMPATIENCE

    async def repeat(self) -> None:
        self.server.gateway.repeat()
        await self.server.gateway.settled()

    async def break_inbox(self) -> None:
        self.inbox.broken = True
        self.server.people.patience = IMPATIENCE

    async def advance(self, by: timedelta) -> None:
        """Whatever waits for its answer gets it meanwhile, as it would if the time really went by."""
        for told in self.accepted:
            await told.acknowledged()
        self.clock.advance(by)

    # ------------------------------------------------------------------------------------------------ what people do

    async def command(self, person: str, text: str) -> bool:
        return await self._asked(self.server.people.command(person, self.channel.channel, text))

    async def command_alone(self, person: str, text: str) -> bool:
        return await self._asked(self.server.people.command(person, "me", text))

    async def press(self, person: str, message: str, label: str) -> bool:
        return await self._asked(self.server.people.press(person, message, label))

    async def react(self, person: str, message: str, emoji: str) -> bool:
        known = self._known()
        self.server.people.react(person, message, emoji)
        return await self._heard(known)

    async def unreact(self, person: str, message: str, emoji: str) -> bool:
        known = self._known()
        self.server.people.unreact(person, message, emoji)
        return await self._heard(known)

    async def write(self, person: str, text: str, *links: str) -> str:  # noqa: ARG002 - they stand in the text
        message = self.server.people.say(person, self.channel.channel, text)
        return f"{message.channel}:{message.id}"

    async def choose(self, person: str, message: str) -> bool:
        return await self._asked(self.server.people.choose_message(person, message, "Save to library"))

    async def form(self, person: str) -> str | None:
        opened = self.server.people.modal(person)
        return read_modal(opened.modal).text if opened and opened.modal else None

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> bool:
        return await self._asked(self.server.people.fill(person, filled))

    async def change(self, change: Change, name: str = "science") -> bool:
        people = self.server.people
        if change is Change.JOINED:
            people.kick_app()
            await self.server.gateway.settled()
        known = self._known()
        match change:
            case Change.RENAMED:
                people.rename(self.channel.channel, name)
            case Change.JOINED:
                people.invite_app(self.channel.workspace.removeprefix("discord:"))
            case Change.LEFT:
                people.deny(self.channel.channel, "View Channel")
            case Change.DELETED:
                people.delete_channel(self.channel.channel)
            case _:
                raise NotImplementedError(change)
        return await self._heard(known)

    async def take_away(self) -> None:
        self.server.people.kick_app()

    async def _asked(self, told: Told) -> bool:
        """Whether it was kept, or else acknowledged. Discord waits three seconds for an answer, in which a form may
        still be opened: that one comes in time is asked for in the end."""
        key = told.interaction.id
        answered = asyncio.ensure_future(told.acknowledged())
        kept = asyncio.ensure_future(self._kept(key))
        await asyncio.wait((answered, kept), return_when=asyncio.FIRST_COMPLETED)
        if not kept.done():
            kept.cancel()
            return answered.result()
        answered.cancel()
        self.accepted.append(told)
        return True

    async def _kept(self, key: str) -> None:
        async with self.inbox.touched:
            await self.inbox.touched.wait_for(lambda: any(key in each.key for each in self.inbox.events))

    def _known(self) -> tuple[int, int]:
        return len(self.inbox.events), len(self.missed)

    async def _heard(self, known: tuple[int, int]) -> bool:
        """Discord waits for no acknowledgement: whether it was kept, and nothing said to be missed."""
        heard, missed = known
        try:
            async with asyncio.timeout(self.server.people.patience), self.inbox.touched:
                await self.inbox.touched.wait_for(lambda: len(self.inbox.events) > heard)
        except TimeoutError:
            return False
        return len(self.missed) == missed

    # --------------------------------------------------------------------------------------------- what may go wrong

    async def break_down(self, outage: str) -> None:
        if outage == "nobody listens":
            await self.server.stop_listening()
        else:
            self.server.faults.fail_next(outage, times=1_000)

    async def mend(self) -> None:
        self.clock.advance(timedelta(minutes=1))
        self.server.faults.clear()
        await self.server.stop_listening()
        await self.server.listen()

    async def throttle(self) -> datetime:
        self.server.faults.throttle(90, operation="create_message")
        return self.clock.now() + timedelta(seconds=90)

    async def cut(self, *, arrives: bool) -> None:
        self.server.faults.fail_next("done, then dropped" if arrives else "dropped", operation="create_message")


def _id_of(message: str) -> str:
    return message.rpartition(":")[2]


def _is_ours(did: str) -> bool:
    kind, _, what = did.partition(":")
    if kind == "link":
        return "evil" not in what
    return kind == "format" and what in OUR_FORMATS


OUR_FORMATS = ("bold", "heading", "italic", "list", "quote", "subtext")


def discord_section(server: DiscordServer, **settings: object) -> DiscordSection:
    ways = {"token": TOKEN, "api_url": server.api, "gateway_url": server.gateway_url}
    return DiscordSection.model_validate({**ways, **settings})


@asynccontextmanager
async def discord_rig(
    prepare: Callable[[DiscordServer], None] = lambda _server: None,
    open_chat: Callable[[DiscordSection, ChatTools], ChatAdapter] = plugin.open,
    **settings: object,
) -> AsyncIterator[DiscordRig]:
    """In the first server's staff room; `prepare` changes the world before the adapter is entered. In the end nothing
    that the adapter asked for may have been refused as invalid, and whatever it kept of people's interactions has to be
    acknowledged."""
    clock, inbox, vault = FakeClock(), WatchedInbox(), FakeVault()
    installed: list[str] = []
    missed: list[str] = []
    typing: list[Typing] = []
    suggestions = [Suggestion("#edchat", "#edchat")]

    async def note() -> None:
        installed.append("a server was added or taken away")

    async def suggest(asked: Typing) -> Sequence[Suggestion]:
        typing.append(asked)
        return suggestions

    async with DiscordServer(clock) as server, AsyncExitStack() as stack:
        prepare(server)
        tools = ChatTools(
            clock,
            inbox,
            FakeRoom(inbox),
            FakePages(),
            vault,
            note,
            missed=lambda: missed.append("missed"),
            suggest=suggest,
        )
        chat = open_chat(discord_section(server, **settings), tools)
        await chat.__aenter__()
        stack.push_async_exit(chat)
        channel = ChannelKey(HILLTOP, server.world.guild.channel("staffroom").id)
        rig = DiscordRig(server, clock, inbox, vault, chat, channel, installed, missed, typing, suggestions, tools)
        yield rig
        await chat.__aexit__(None, None, None)
        assert server.invalid == []
        assert [each.interaction.data for each in rig.accepted if not await each.acknowledged()] == []
