"""The chat contract on every chat of this repository, and on one that is not part of it."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import entry_points

import pytest

from bot.domain.events import Change, Event
from bot.domain.keys import ChannelKey
from bot.domain.people import Standing
from bot.errors import Unavailable
from bot.plugins import ChatPlugin, ChatTools
from bot.ports import Abilities
from bot.testing.chat_around import (
    CallContract,
    ChannelChangeContract,
    GuestContract,
    MessageChosenContract,
    ProfileContract,
    ReadMessagesContract,
)
from bot.testing.chat_contract import (
    ChatContract,
    EditContract,
    FindContract,
    PostContract,
    PrivateContract,
    ReferenceContract,
    RemoveContract,
    ResendContract,
    contracts_for,
)
from bot.testing.chat_events import (
    ButtonContract,
    CommandContract,
    ReactionContract,
    ReadReactionsContract,
    ReplyContract,
    SeedAndReadContract,
    SeedContract,
)
from bot.testing.chat_files import FileContract
from bot.testing.chat_surfaces import (
    FormContract,
    HomeContract,
    PersonalChannelContract,
    PersonalReactionContract,
    ThreadContract,
)
from bot.testing.chat_trouble import CutContract, OutageContract, RecoveryContract, ThrottleContract
from bot.views import ChoiceField, Form, FormField
from tests.fakes.chat import EVERYTHING, FakeChat, plain_text
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.outside import OUTSIDE_CHAT, installed
from tests.rigs.outside_chat.board import Board, notice_board
from tests.rigs.web import WebRig, web_rig


class FakeRig:
    channel = ChannelKey("fake:school", "staffroom")
    elsewhere = ChannelKey("fake:school", "boiler-room")
    changes = tuple(Change)
    outages = ("down",)

    def __init__(self) -> None:
        self.inbox = FakeInbox()
        self.clock = FakeClock()
        self.chat = FakeChat(self.inbox, abilities=replace(EVERYTHING, calls_groups=True), clock=self.clock)
        self.chat.closed_channels.add("boiler-room")
        self.repeat = self.chat.repeat
        self.press = self.chat.press
        self.react = self.chat.react
        self.unreact = self.chat.unreact
        self.open_home = self.chat.open_home
        self.press_at_home = self.chat.press_at_home
        self.choose = self.chat.choose_message
        self.chat.standings |= {"ben": Standing.ADMIN, "gus": Standing.GUEST, "eve": Standing.EXTERNAL}

    def now(self) -> datetime:
        return self.clock.now()

    async def group(self, name: str, *people: str) -> str:
        group = f"group {name}"
        self.chat.roles[group] = name
        for person in people:
            self.chat.roles_of[person] = self.chat.roles_of.get(person, frozenset()) | {group}
        return group

    async def called(self, message: str) -> list[str]:
        shown = self.chat.message(message)
        return [shown.calls] if shown and shown.calls else []

    def person_id(self, person: str) -> str:
        return person

    async def told(self, person: str) -> list[str]:
        return await self.shown(person) + await self.personal(person)

    async def shown(self, person: str) -> list[str]:
        return [each.text for each in self.chat.shown(self.channel, person)]

    async def files(self, person: str) -> list[tuple[str, bytes]]:
        given = [each for each in self.chat.messages if each.private_to == person]
        return [(file.name, file.bytes) for each in given for file in each.message.files]

    async def obeyed(self) -> list[str]:
        return []

    async def events(self) -> list[Event]:
        return self.inbox.events

    async def leave(self) -> None:
        await self.chat.__aexit__(None, None, None)

    async def break_inbox(self) -> None:
        self.inbox.broken = True

    async def command(self, person: str, text: str) -> bool:
        return await self.chat.command(person, self.channel, text)

    async def command_alone(self, person: str, text: str) -> bool:
        return await self.chat.command(person, self._own(person), text)

    async def personal(self, person: str) -> list[str]:
        return [each.text for each in self.chat.shown(self._own(person), person)]

    async def thread(self, person: str, message: str) -> list[str]:
        return [each.text for each in self.chat.shown(self.channel, person) if each.under == message]

    async def home(self, person: str) -> str:
        page = self.chat.homes.get(person)
        return plain_text(page) if page else ""

    async def form(self, person: str) -> str | None:
        opened = [each.form for each in self.chat.forms if each.person == person]
        return "\n".join(_words_of(opened[-1])) if opened else None

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> bool:
        form = next(each.form for each in reversed(self.chat.forms) if each.person == person)
        values = {each.key: _value_of(each, filled[each.label]) for each in form.fields if each.label in filled}
        return await self.chat.fill_in(person, values)

    async def write(self, person: str, text: str, *links: str) -> str:  # noqa: ARG002 - nobody asks who wrote it
        return self.chat.write(self.channel, text, *links)

    async def change(self, change: Change, name: str = "") -> bool:
        return await self.chat.change(self.channel, change, name)

    async def take_away(self) -> None:
        await self.chat.leave()

    async def advance(self, by: timedelta) -> None:
        self.clock.advance(by)

    def _own(self, person: str) -> ChannelKey:
        return ChannelKey(self.channel.workspace, person)

    async def break_down(self, outage: str) -> None:
        self.chat.down = Unavailable(f"The chat is {outage}.")

    async def mend(self) -> None:
        self.chat.down = None

    async def throttle(self) -> datetime:
        until = self.clock.now() + timedelta(minutes=1)
        self.chat.throttle_next(until)
        return until

    async def cut(self, *, arrives: bool) -> None:
        self.chat.cut_next(arrives=arrives)


def _words_of(form: Form) -> list[str]:
    options = [label for each in form.fields if isinstance(each, ChoiceField) for _value, label in each.options]
    return [form.title, form.intro, *(each.label for each in form.fields), *options, form.submit]


def _value_of(field: FormField, given: str | Sequence[str]) -> str:
    """Choices are made by their labels."""
    if not isinstance(field, ChoiceField):
        return str(given)
    labels = [given] if isinstance(given, str) else given
    return ",".join(value for value, label in field.options if label in labels)


class TestFakeChat(
    ChatContract,
    ReferenceContract,
    PostContract,
    EditContract,
    RemoveContract,
    FindContract,
    PrivateContract,
    CommandContract,
    ReplyContract,
    ButtonContract,
    ReactionContract,
    SeedContract,
    ReadReactionsContract,
    SeedAndReadContract,
    FormContract,
    HomeContract,
    ThreadContract,
    PersonalChannelContract,
    PersonalReactionContract,
    ReadMessagesContract,
    MessageChosenContract,
    ChannelChangeContract,
    ProfileContract,
    GuestContract,
    CallContract,
    FileContract,
    OutageContract,
    ThrottleContract,
    CutContract,
    RecoveryContract,
):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[FakeRig]:
        rig = FakeRig()
        async with rig.chat:
            yield rig


class TestWebChat(
    ChatContract,
    ReferenceContract,
    PostContract,
    EditContract,
    RemoveContract,
    FindContract,
    ResendContract,
    PrivateContract,
    CommandContract,
    ReplyContract,
    ButtonContract,
    ReactionContract,
    SeedContract,
    ReadReactionsContract,
    SeedAndReadContract,
    FileContract,
    OutageContract,
):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[WebRig]:
        async with web_rig() as rig:
            yield rig


async def nothing_to_do() -> None:
    """Nobody minds that a workspace was added or taken away."""


class BulletinRig:
    """A notice board as the person responsible for it sees it."""

    channel = ChannelKey("bulletin:board", "staffroom")
    elsewhere = ChannelKey("bulletin:board", "boiler-room")
    outages = ("an error with an HTML body", "a page instead of an answer", "nobody listens")

    def __init__(self, plugin: ChatPlugin, board: Board) -> None:
        self.board = board
        self.inbox = FakeInbox()
        self.clock = FakeClock()
        section = plugin.section.model_validate({"webhook": board.webhook, "boards": [self.channel.channel]})
        tools = ChatTools(self.clock, self.inbox, FakeRoom(self.inbox), FakePages(), FakeVault(), nothing_to_do)
        self.chat = plugin.open(section, tools)

    def person_id(self, person: str) -> str:
        return person

    async def shown(self, person: str) -> list[str]:  # noqa: ARG002 - everybody reads the same
        return self.board.notes

    async def obeyed(self) -> list[str]:
        return self.board.obeyed

    async def events(self) -> list[Event]:
        return self.inbox.events

    async def break_down(self, outage: str) -> None:
        self.board.outage = outage
        if outage == "nobody listens":
            await self.board.stop_listening()

    async def mend(self) -> None:
        self.board.outage = ""
        await self.board.listen()

    async def throttle(self) -> datetime:
        self.board.retry_after = 90
        return self.clock.now() + timedelta(seconds=90)

    async def cut(self, *, arrives: bool) -> None:
        self.board.cut = "afterwards" if arrives else "before"


@pytest.fixture(scope="module")
def bulletin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatPlugin]:
    """The plug-in of a distribution that is installed beside Staffroom, found the way Staffroom finds every chat."""
    with installed(OUTSIDE_CHAT, tmp_path_factory.mktemp("beside")):
        [found] = entry_points(group="staffroom.chats", name="bulletin")
        yield found.load()


class TestAChatFromOutside(ChatContract, OutageContract, ThrottleContract, CutContract):
    @pytest.fixture
    async def rig(self, bulletin: ChatPlugin) -> AsyncIterator[BulletinRig]:
        async with notice_board() as board:
            rig = BulletinRig(bulletin, board)
            async with rig.chat:
                yield rig


def test_a_declared_ability_whose_contract_is_not_inherited_is_noticed() -> None:
    assert contracts_for(Abilities()) == []
    assert EditContract in contracts_for(Abilities(edit=True))
    assert not issubclass(TestAChatFromOutside, EditContract)
