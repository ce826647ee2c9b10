"""`staffroom preview`: what people will see, made by the engine itself from sample posts. Nothing is sent anywhere."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from secrets import token_hex
from types import TracebackType
from typing import Self

from bot.app import Engine
from bot.cli.configured import bundled_packs
from bot.cli.furnish import furnish
from bot.cli.plugged import chats, sources
from bot.cli.wiring import Wiring
from bot.domain.actions import ask_why, save_item
from bot.domain.channel import DEFAULT_SIZE, LARGEST_SIZE, Channel, Layout, NewSlot, Workspace
from bot.domain.check import Check
from bot.domain.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    Happening,
    HomeOpened,
    MessageChosen,
    Person,
    ReplyHandle,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile, Standing
from bot.domain.schedule import Schedule, SlotKind, WeeklyTime
from bot.domain.topic import Topic, parse_topics
from bot.errors import Mistake
from bot.plugins import Sight, SourceTools
from bot.ports import Abilities, ChatAdapter, Inbox, Outgoing, SeenReaction, Ticker
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.views import Button, Buttons, Form, LibraryEntry, Message

ROOM, MATHS, ENGLISH = "staffroom", "maths", "english"
ANA = "ana"
LIBRARY = "https://staffroom.school.example"
NOTE = """Worked well with **9B**, who wrote *one of their own*:
- read it aloud first
- keep the ending for the next lesson

Our [slides](https://resources.example/slides) go with it."""
FRIDAY_AFTERNOON = WeeklyTime(4, time(15))
EVERYTHING = Abilities(
    commands=True,
    buttons=True,
    private_messages=True,
    reaction_events=True,
    read_reactions=True,
    seeded_reactions=True,
    edit=True,
    remove=True,
    find=True,
    find_private=True,
    forms=True,
    home=True,
    threads=True,
    personal_channels=True,
    personal_reactions=True,
    read_messages=True,
    files=True,
)


def write_preview(wiring: Wiring, asked: Namespace) -> int:
    able = {name: plugin.preview for name, plugin in chats().items() if plugin.preview}
    platform = asked.platform or next(iter(sorted(able)), "")
    if platform not in able:
        raise Mistake(f"There is no preview of {platform or 'a chat'}. There is one of: {', '.join(able) or 'none'}.")
    wiring.log_warnings()
    wiring.files.write_private(asked.out, able[platform](asyncio.run(_sights(wiring, platform))))
    print(f"Written: {asked.out.resolve()}. Open it in a browser. All posts and people in it are invented.")
    return 0


async def _sights(wiring: Wiring, platform: str) -> Sequence[Sight]:
    """In a database that is gone afterwards."""
    previewed = chats()[platform].previewed
    onlooker = Onlooker(platform, previewed()) if previewed else Onlooker(platform)
    clock, sample = wiring.clock(""), sources()["sample"]
    async with wiring.databases.passing() as url, wiring.databases.open(url, clock) as store:
        tools = SourceTools(clock, await store.installed_at())
        async with sample.open(sample.section(), tools) as source:
            parts = Parts(
                store,
                clock,
                token_hex(4),
                {sample.name: source},
                {platform: onlooker},
                zone=wiring.zone(),
                packs=bundled_packs(),
            )
            topics = parse_topics(" ".join(sample.trial_topics), account_source=sample.name)
            return await Tour(parts, store.inbox(), onlooker, wiring.ticker(), topics, (sample.name,)).sights()


@dataclass
class Seen:
    """Something that was shown. `is_home` is a person's own page; what `is_below` stands in a thread."""

    shown: Message | Form
    channel: str = ""
    private: bool = False
    is_home: bool = False
    is_below: bool = False


class Onlooker(ChatAdapter):
    """A chat that only remembers what it was to show."""

    def __init__(self, name: str, able: Abilities = EVERYTHING) -> None:
        self.name = name
        self._able = able
        self.workspace = Workspace(f"{name}:preview", name, "Oak Hill School")
        self.seen: list[Seen] = []
        self.sent: list[Outgoing] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def workspaces(self) -> Sequence[Workspace]:
        return (self.workspace,)

    def abilities(self, workspace: str) -> Abilities:  # noqa: ARG002
        return self._able

    async def send(self, outgoing: Outgoing) -> str | None:
        private = outgoing.private_to is not None or outgoing.reply is not None
        below = outgoing.under is not None
        self.seen.append(Seen(outgoing.message, outgoing.channel.channel, private, is_below=below))
        self.sent.append(outgoing)
        return str(len(self.seen) - 1)

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:  # noqa: ARG002
        self.seen[int(message)].shown = new

    async def remove(self, channel: ChannelKey, message: str) -> None: ...

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:  # noqa: ARG002
        return None

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None: ...

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:  # noqa: ARG002
        return ()

    async def check(self) -> Sequence[Check]:
        return ()

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:  # noqa: ARG002
        self.seen.append(Seen(form, private=True))

    async def publish_home(self, person: PersonKey, page: Message) -> None:  # noqa: ARG002
        """One page for each person: the newest takes the place of the one before."""
        known = next((seen for seen in self.seen if seen.is_home), None)
        if known:
            known.shown = page
        else:
            self.seen.append(Seen(page, is_home=True))

    async def profile(self, person: PersonKey) -> Profile:  # noqa: ARG002
        return Profile(Standing.ADMIN, "Ana Souza")


@dataclass
class Tour:
    """A morning in a school, by which everything is seen once."""

    parts: Parts
    inbox: Inbox
    onlooker: Onlooker
    ticker: Ticker
    topics: Sequence[Topic]
    sources: tuple[str, ...]
    _engine: Engine = field(init=False)
    _events: int = 0

    async def sights(self) -> list[Sight]:
        self._engine = Engine(self.parts, self.ticker)
        return [sight async for sight in self._sights()]

    async def _sights(self) -> AsyncIterator[Sight]:
        await self._furnish(ROOM, "Staff room", Layout.LIST)
        for sight in await self._shown("The morning digest, in the channel"):
            yield sight
        digest = next(each for each in self.onlooker.sent if each.channel.channel == ROOM).delivery
        for caption, happening in self._steps(digest):
            for sight in await self._after(caption, happening):
                yield sight
        for sight in await self._library_on_the_web():
            yield sight
        for sight in await self._own_digest():
            yield sight
        for sight in await self._roundup():
            yield sight
        await self._furnish(MATHS, "Maths", Layout.CARDS)
        for sight in (await self._shown("The same as cards: a message for each post, in a thread"))[:3]:
            yield sight
        await self._furnish(ENGLISH, "English", Layout.LIST, size=LARGEST_SIZE)
        for sight in await self._shown("A long digest, in one message"):
            yield sight

    def _steps(self, digest: str) -> "list[tuple[str, Callable[[], Happening]]]":
        return [
            ("/pln", lambda: self._command("")),
            ("/pln start", lambda: self._command("start")),
            ("/pln start science gb", lambda: self._command("start science gb")),
            ("/pln list", lambda: self._command("list")),
            ("Save on the first post", lambda: self._button(save_item(digest, 1).encode())),
            ("Save on the second", lambda: self._button(save_item(digest, 2).encode())),
            ("Why is this here?", lambda: self._button(ask_why(digest, 3).encode())),
            ("/pln digest preview", lambda: self._command("digest preview")),
            ("/pln taste", lambda: self._command("taste")),
            ("/pln holidays", lambda: self._command("holidays")),
            ("/pln pause for two weeks", lambda: self._command("pause for two weeks")),
            ("/pln resume", lambda: self._command("resume")),
            *self._library(digest),
            ("/pln search poem", lambda: self._command("search poem")),
            ("/pln settings", lambda: self._command("settings")),
            ("/pln settings when", lambda: self._command("settings when")),
            ("/pln me follow #edchat", lambda: self._command("me follow #edchat")),
            ("“Save to library” on any message", self._message),
            self._own_page(),
            ("/pln help", lambda: self._command("help")),
        ]

    def _library(self, digest: str) -> "list[tuple[str, Callable[[], Happening]]]":
        """What has no caption is done and not shown."""
        return [
            ("/pln find poem", lambda: self._command("find poem")),
            ("/pln save a link", lambda: self._command("save https://resources.example/exit-tickets")),
            ("/pln tag", lambda: self._command("tag 1 poetry, year 9")),
            ("/pln note", lambda: self._command(f"note 1 {NOTE}")),
            *(("", lambda n=number: self._button(save_item(digest, n).encode())) for number in (3, 4, 5)),
            ("/pln find paper", lambda: self._command("find paper")),
            ("/pln find by:me, more than fits", lambda: self._command("find by:me")),
            ("The next ones", lambda: self._press("Next")),
            ("", lambda: self._command("find poetry")),
            ("History of an item", lambda: self._press("History")),
            ("An item shared in the channel", lambda: self._press("Share in")),
            ("", lambda: self._command("find poetry")),
            ("Tags and note of an item", lambda: self._press("Tags and note")),
            ("All notes of an item", lambda: self._press("Notes: ")),
            ("Title and kind of an item", lambda: self._press("Title and kind")),
            ("/pln saved", lambda: self._command("saved")),
            ("/pln saved week", lambda: self._command("saved week")),
            ("/pln find with a slip", lambda: self._command("find peotry")),
            ("/pln find without a result", lambda: self._command("find maths wobbegong")),
            ("/pln digests", lambda: self._command("digests")),
            ("A past digest", lambda: self._press("Open 1")),
            ("/pln export", lambda: self._command("export me csv")),
            ("/pln undo", lambda: self._command("undo")),
            ("/pln library", lambda: self._command("library")),
            ("/pln help find", lambda: self._command("help find")),
        ]

    def _own_page(self) -> "tuple[str, Callable[[], Happening]]":
        if self.onlooker.abilities(self.onlooker.workspace.id).home:
            return "One's own page, under Home", self._home
        return "/pln home", lambda: self._command("home")

    async def _furnish(self, channel: str, name: str, layout: Layout, size: int = DEFAULT_SIZE) -> None:
        key = ChannelKey(self.onlooker.workspace.id, channel)
        schedule = Schedule(self.parts.zone)
        new = Channel(key, name, schedule, sources=self.sources, layout=layout, size=size, roundup=FRIDAY_AFTERNOON)
        async with self.parts.store.transaction() as tx:
            await furnish(tx, self.parts, new, self.topics)
        await self._engine.turn_morning()
        await self._engine.turn_answers()

    async def _library_on_the_web(self) -> list[Sight]:
        self._engine = Engine(replace(self.parts, public_url=LIBRARY), self.ticker)
        return await self._after("/pln library, where it has an address", lambda: self._command("library"))

    async def _own_digest(self) -> list[Sight]:
        answered = await self._after("/pln me digest now", lambda: self._command("me digest now"))
        await self._engine.turn_morning()
        await self._engine.turn_answers()
        return [*answered, *await self._shown("A digest of one's own")]

    async def _roundup(self) -> list[Sight]:
        async with self.parts.store.transaction() as tx:
            slot = NewSlot(new_id(), self._channel(), SlotKind.ROUNDUP, "preview", self.parts.clock.now())
            await tx.slots.plan(slot)
        await self._engine.turn_morning()
        await self._engine.turn_answers()
        *_, roundup = await self._shown("The weekly round-up, in channels that want it")
        return [roundup]

    async def _after(self, caption: str, happening: Callable[[], Happening]) -> list[Sight]:
        self._events += 1
        workspace = self.onlooker.workspace.id
        before = len(self.onlooker.seen)
        await self.inbox.accept(Event(workspace, f"preview:{self._events}", happening(), self.parts.clock.now()))
        await self._engine.turn_answers()
        shown = await self._shown(caption, before)
        return shown if caption else []

    async def _shown(self, caption: str, before: int | None = None) -> list[Sight]:
        new = self.onlooker.seen[self._told if before is None else before :]
        self._told = len(self.onlooker.seen)
        return [
            Sight(
                f"{caption} (only Ana sees this)" if seen.private else caption,
                seen.shown,
                seen.is_home,
                seen.private,
                seen.is_below,
            )
            for seen in new
        ]

    _told = 0

    def _person(self) -> Person:
        return Person(PersonKey(self.onlooker.workspace.id, ANA), "Ana Souza")

    def _channel(self) -> ChannelKey:
        return ChannelKey(self.onlooker.workspace.id, ROOM)

    def _reply(self) -> ReplyHandle:
        soon = self.parts.clock.now() + timedelta(minutes=5)
        return ReplyHandle("preview", soon, soon)

    def _command(self, words: str) -> Happening:
        return CommandGiven(self._person(), self._channel(), words, self._reply())

    def _button(self, action: str) -> Happening:
        return ButtonPressed(self._person(), self._channel(), "0", action, self._reply())

    def _press(self, beginning: str) -> Happening:
        """The button whose label begins like that, wherever one was seen last."""
        return self._button(
            next(
                button.action
                for seen in reversed(self.onlooker.seen)
                for button in _buttons_of(seen.shown)
                if button.label.startswith(beginning)
            )
        )

    def _message(self) -> Happening:
        link = "https://resources.example/exit-tickets"
        text = "This helped my Year 9s a lot"
        return MessageChosen(self._person(), self._channel(), "m1", (link,), link, text, self._reply())

    def _home(self) -> Happening:
        return HomeOpened(self._person(), ChannelKey(self.onlooker.workspace.id, ANA))


def _buttons_of(shown: Message | Form) -> list[Button]:
    blocks = shown.blocks if isinstance(shown, Message) else ()
    buttons = [each for block in blocks if isinstance(block, Buttons | LibraryEntry) for each in block.buttons]
    return [*buttons, *(each for block in blocks if isinstance(block, LibraryEntry) for each in block.menu)]
