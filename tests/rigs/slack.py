"""Slack as people see it: the adapter connected to a loopback Slack, over a socket or over signed requests."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.plugin import plugin
from adapters.slack.rights import RIGHTS, events_of
from adapters.slack.section import SlackSection
from adapters.slack.show.emoji import name_of
from bot.domain.events import Change, Event
from bot.domain.keys import ChannelKey
from bot.plugins import ChatTools
from bot.ports import ChatAdapter
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN, FIRST_TEAM, SlackServer
from tests.rigs.slack_server_text import Reading, read, read_view

EVERY_RIGHT = frozenset(right.scope for right in RIGHTS)
STAFFROOM = ChannelKey(f"slack:{FIRST_TEAM}", "C0STAFFROOM")
NOWHERE = ChannelKey(f"slack:{FIRST_TEAM}", "C0NOWHERE")
IMPATIENCE = 0.3
"""Seconds that the server waits for an acknowledgement which is not to come."""

_SKIN_TONES = {chr(0x1F3FB + number): f"::skin-tone-{number + 2}" for number in range(5)}


@dataclass
class SlackRig:
    """`chat` is entered. Whatever a person does goes through the server. A reference of a message in a person's own
    channel names the conversation too: the time in it is enough to find it."""

    server: SlackServer
    clock: FakeClock
    inbox: FakeInbox
    vault: FakeVault
    chat: ChatAdapter
    channel: ChannelKey = STAFFROOM
    elsewhere: ChannelKey = NOWHERE
    changes: Sequence[Change] = tuple(Change)
    outages: Sequence[str] = ("nobody listens", "out of service", "the page of a proxy")
    installed: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.clock.now()

    def person_id(self, person: str) -> str:
        return self.server.team.person(person).id

    async def shown(self, person: str) -> list[str]:
        messages = self.server.messages(self.channel.channel, person)
        return [read(each).text for each in messages if not each.thread_ts]

    async def told(self, person: str) -> list[str]:
        return await self.shown(person) + await self.personal(person)

    async def thread(self, person: str, message: str) -> list[str]:
        messages = self.server.messages(self.channel.channel, person)
        return [read(each).text for each in messages if each.thread_ts == message]

    async def personal(self, person: str) -> list[str]:
        return self.server.texts("me", person)

    async def files(self, person: str) -> list[tuple[str, bytes]]:
        return [file for each in self.server.messages("me", person) for file in each.files]

    async def obeyed(self) -> list[str]:
        """Links are ours unless they lead to evil; whatever else Slack made of a text is not."""
        did = [each for reading in self._readings() for each in reading.did]
        return [each for each in did if not each.startswith("link:") or "evil" in each]

    def _readings(self) -> list[Reading]:
        channels = self.server.team.channels.values()
        posted = [read(each) for channel in channels for each in channel.messages if each.by_app]
        return posted + [read_view(view.shown) for view in self.server.world.views.values()]

    async def events(self) -> list[Event]:
        return self.inbox.events

    async def leave(self) -> None:
        await self.chat.__aexit__(None, None, None)
        self.server.wire.patience = IMPATIENCE

    async def repeat(self) -> None:
        await self.server.wire.repeat()

    async def break_inbox(self) -> None:
        self.inbox.broken = True
        self.server.wire.patience = IMPATIENCE

    async def advance(self, by: timedelta) -> None:
        self.clock.advance(by)

    # ------------------------------------------------------------------------------------------------ what people do

    async def command(self, person: str, text: str) -> bool:
        return (await self.server.people.command(person, self.channel.channel, text)).acknowledged

    async def command_alone(self, person: str, text: str) -> bool:
        return (await self.server.people.command(person, "me", text)).acknowledged

    async def press(self, person: str, message: str, label: str) -> bool:
        return (await self.server.people.press(person, _time_of(message), label)).acknowledged

    async def press_at_home(self, person: str, label: str) -> bool:
        return (await self.server.people.press_on_home(person, label)).acknowledged

    async def react(self, person: str, message: str, emoji: str) -> bool:
        return (await self.server.people.react(person, _time_of(message), _name(emoji))).acknowledged

    async def unreact(self, person: str, message: str, emoji: str) -> bool:
        return (await self.server.people.unreact(person, _time_of(message), _name(emoji))).acknowledged

    async def write(self, person: str, text: str, *links: str) -> str:  # noqa: ARG002 - they stand in the text
        return (await self.server.people.say(person, self.channel.channel, text)).ts

    async def choose(self, person: str, message: str) -> bool:
        return (await self.server.people.choose_message(person, _time_of(message), "save_to_library")).acknowledged

    async def open_home(self, person: str) -> bool:
        return (await self.server.people.open_home(person)).acknowledged

    async def home(self, person: str) -> str:
        page = self.server.team.person(person).home
        return read_view(page).text if page else ""

    async def form(self, person: str) -> str | None:
        view = self.server.people.modal(person)
        return read_view(view.shown).text if view else None

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> bool:
        given = {label: value if isinstance(value, str) else list(value) for label, value in filled.items()}
        return (await self.server.people.submit(person, given)).acknowledged

    async def change(self, change: Change, name: str = "science") -> bool:
        people, channel = self.server.people, self.channel.channel
        match change:
            case Change.JOINED:
                self.server.team.channel(channel).members.discard(self.server.team.bot.id)
                told = await people.invite_app("ben", channel)
            case Change.LEFT:
                told = await people.remove_app("ben", channel)
            case Change.RENAMED:
                told = await people.rename("ben", channel, name)
            case Change.ARCHIVED | Change.UNARCHIVED:
                told = await people.archive("ben", channel, undo=change is Change.UNARCHIVED)
            case Change.DELETED:
                told = await people.delete_channel("ben", channel)
        return told.acknowledged

    async def take_away(self) -> None:
        await self.server.people.uninstall()

    # --------------------------------------------------------------------------------------------- what may go wrong

    async def break_down(self, outage: str) -> None:
        """Enough time goes by that we have not written too fast."""
        self.clock.advance(timedelta(minutes=1))
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
        self.server.faults.throttle(90, method="chat.postMessage")
        return self.clock.now() + timedelta(seconds=90)

    async def cut(self, *, arrives: bool) -> None:
        self.server.faults.fail_next("done, then dropped" if arrives else "dropped", method="chat.postMessage")


def _time_of(message: str) -> str:
    return message.rpartition(":")[2]


def _name(emoji: str) -> str:
    """As Slack calls it, with its skin tone."""
    tone = "".join(_SKIN_TONES.get(letter, "") for letter in emoji)
    name = name_of(emoji)
    assert name, f"no name is known for {emoji}"
    return name + tone


def slack_section(server: SlackServer, **settings: object) -> SlackSection:
    tokens = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}
    return SlackSection.model_validate({"base_url": server.url, **tokens, **settings})


@asynccontextmanager
async def slack_rig(scopes: frozenset[str] = EVERY_RIGHT, **settings: object) -> AsyncIterator[SlackRig]:
    """In Socket Mode. `scopes` are those that the workspace's admin granted."""
    clock, inbox, vault = FakeClock(), FakeInbox(), FakeVault()
    installed: list[str] = []

    async def note() -> None:
        installed.append("a workspace was added or taken away")

    async with SlackServer(clock) as server, AsyncExitStack() as stack:
        server.team.scopes = scopes
        server.world.subscribed = frozenset(events_of(RIGHTS))
        tools = ChatTools(clock, inbox, FakeRoom(inbox), FakePages(), vault, note)
        chat = plugin.open(slack_section(server, **settings), tools)
        await chat.__aenter__()
        stack.push_async_exit(chat)
        yield SlackRig(server, clock, inbox, vault, chat, installed=installed)
