"""A chat in memory: platform and adapter in one. People act on it by `command`, `press`, `react` and `unreact`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    Happening,
    Person,
    ReactionAdded,
    ReactionRemoved,
    ReplyHandle,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import AdapterError, Rejected, StoreError, Throttled, Uncertain
from bot.ports import Abilities, Clock, Inbox, Outgoing, SeenReaction
from bot.views import Block, Button, Buttons, GoneItem, LibraryEntry, Message, PostItem
from tests.fakes.clock import FakeClock

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
)

REPLIES_FOR = timedelta(minutes=15)
_SKIN_TONES = {chr(tone) for tone in range(0x1F3FB, 0x1F400)}


@dataclass
class Shown:
    """A message on the platform. `reactions` are person ids by emoji; `seeds` the bot's own."""

    id: str
    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None
    versions: int = 1
    seeds: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return plain_text(self.message)


class FakeChat:
    """Everything that is wrong about a use of it is an AssertionError: the engine must adapt to the abilities."""

    name = "fake"

    def __init__(
        self,
        inbox: Inbox,
        *,
        abilities: Abilities = EVERYTHING,
        workspace: str = "fake:school",
        clock: Clock | None = None,
    ) -> None:
        self._inbox = inbox
        self._able = abilities
        self._clock = clock or FakeClock()
        self._connected = False
        self._events = 0
        self._next_message = 0
        self._next: AdapterError | None = None
        self._arrives = False
        self._last: Event | None = None
        self.workspace = workspace
        self.messages: list[Shown] = []
        self.attempts: list[Outgoing] = []
        self.closed_channels: set[str] = set()
        self.down: AdapterError | None = None
        """While it is set, every request raises it."""

    # ------------------------------------------------------------------------------------------------- as an adapter

    async def __aenter__(self) -> Self:
        self._connected = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connected = False

    def workspaces(self) -> Sequence[Workspace]:
        return [Workspace(self.workspace, self.name, "Fake school")]

    def abilities(self, workspace: str) -> Abilities:
        assert workspace == self.workspace
        return self._able

    async def send(self, outgoing: Outgoing) -> str | None:
        self.attempts.append(outgoing)
        self._check_against_abilities(outgoing)
        self._request(outgoing.channel)
        if self._next and not self._arrives:
            self._fail()
        shown = self._show(outgoing)
        if self._next:
            self._fail()
        return shown.id

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        assert self._able.edit
        self._request(channel)
        shown = self.message(message)
        if shown is None:
            raise Rejected("The message is no longer there.")
        shown.message = new
        shown.versions += 1

    async def remove(self, channel: ChannelKey, message: str) -> None:
        assert self._able.remove
        self._request(channel)
        self.messages = [each for each in self.messages if each.id != message]

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        assert self._able.find
        self._request(channel)
        return next((each.id for each in self.messages if each.delivery == delivery), None)

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        assert self._able.seeded_reactions
        self._request(channel)
        if (shown := self.message(message)) is not None:
            shown.seeds.extend(each for each in emoji if each not in shown.seeds)

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        assert self._able.read_reactions
        self._request(channel)
        shown = self.message(message)
        standing = shown.reactions if shown else {}
        return [SeenReaction(self._person(who), emoji) for emoji, people in standing.items() for who in people]

    async def check(self) -> Sequence[Check]:
        return [Check("fake chat", Health.OK, "It is in memory.")]

    # ------------------------------------------------------------------------------------------------ what may happen

    def fail_next(self, error: AdapterError) -> None:
        """The next `send` raises this and shows nothing."""
        self._next, self._arrives = error, False

    def throttle_next(self, until: datetime) -> None:
        self.fail_next(Throttled("The chat asks to wait.", until))

    def cut_next(self, *, arrives: bool) -> None:
        """The next `send` is cut off before its answer, after it was shown or before."""
        self._next, self._arrives = Uncertain("The connection was cut."), arrives

    # -------------------------------------------------------------------------------------------------- what people do

    async def command(self, person: str, channel: ChannelKey, text: str, *, key: str | None = None) -> bool:
        """Types it; returns whether the platform got its acknowledgement."""
        return await self._report(CommandGiven(self._person(person), channel, text, self._reply(person)), key)

    async def press(self, person: str, message: str, label: str, *, key: str | None = None) -> bool:
        """Presses the button with that label."""
        shown = self._standing(message)
        action = next(each.action for each in buttons_of(shown.message) if each.label == label)
        pressed = ButtonPressed(self._person(person), shown.channel, message, action, self._reply(person))
        return await self._report(pressed, key)

    async def react(self, person: str, message: str, emoji: str, *, key: str | None = None) -> bool:
        emoji = "".join(letter for letter in emoji if letter not in _SKIN_TONES)
        shown = self._standing(message)
        shown.reactions.setdefault(emoji, []).append(person)
        return await self._report(ReactionAdded(self._person(person), shown.channel, message, emoji), key)

    async def unreact(self, person: str, message: str, emoji: str, *, key: str | None = None) -> bool:
        shown = self._standing(message)
        shown.reactions[emoji].remove(person)
        return await self._report(ReactionRemoved(self._person(person), shown.channel, message, emoji), key)

    async def repeat(self) -> None:
        """Reports the last event once more."""
        assert self._last
        await self._inbox.accept(self._last)

    # --------------------------------------------------------------------------------------------------- what is seen

    def message(self, reference: str) -> Shown | None:
        return next((each for each in self.messages if each.id == reference), None)

    def shown(self, channel: ChannelKey, person: str = "somebody") -> list[Shown]:
        """What this person sees there, oldest first."""
        return [each for each in self.messages if each.channel == channel and each.private_to in {None, person}]

    # ------------------------------------------------------------------------------------------------------- in private

    def _request(self, channel: ChannelKey) -> None:
        assert self._connected, "the chat is used outside its context"
        if self.down:
            raise self.down
        if channel.workspace != self.workspace or channel.channel in self.closed_channels:
            raise Rejected("There is no such channel.")

    def _fail(self) -> None:
        error, self._next = self._next, None
        assert error
        raise error

    def _show(self, outgoing: Outgoing) -> Shown:
        doubled = next((each for each in self.messages if each.delivery == outgoing.delivery), None)
        if doubled and self._able.resend_safe_for:
            return doubled
        self._next_message += 1
        private_to = outgoing.reply.value if outgoing.reply else outgoing.private_to
        shown = Shown(f"m-{self._next_message}", outgoing.delivery, outgoing.channel, outgoing.message, private_to)
        self.messages.append(shown)
        return shown

    def _check_against_abilities(self, outgoing: Outgoing) -> None:
        able = self._able
        assert able.private_messages or not (outgoing.private_to or outgoing.reply), "it has no private messages"
        assert able.buttons or not buttons_of(outgoing.message), "it has no buttons"
        texts = [block.text for block in outgoing.message.blocks if isinstance(block, PostItem)]
        assert able.can_take_back or not any(texts), "what it shows could not be taken back"

    def _standing(self, message: str) -> Shown:
        shown = self.message(message)
        assert shown
        return shown

    def _person(self, person: str) -> Person:
        return Person(PersonKey(self.workspace, person), person.capitalize())

    def _reply(self, person: str) -> ReplyHandle:
        return ReplyHandle(person, self._clock.now() + REPLIES_FOR)

    async def _report(self, happening: Happening, key: str | None) -> bool:
        self._events += 1
        event = Event(self.workspace, key or f"e-{self._events}", happening, self._clock.now())
        if not self._connected:
            return False
        try:
            await self._inbox.accept(event)
        except StoreError:
            return False
        self._last = event
        return True


def plain_text(message: Message) -> str:
    """All that a person would read, a line a part."""
    return "\n".join(part for block in message.blocks for part in _parts(block) if part)


def buttons_of(message: Message) -> list[Button]:
    return [
        button
        for block in message.blocks
        if isinstance(block, Buttons | PostItem | LibraryEntry)
        for button in block.buttons
    ]


def _parts(block: Block) -> list[str]:
    match block:
        case PostItem():
            return _post_parts(block)
        case GoneItem(number, text):
            return [f"{number}. {text}"]
        case LibraryEntry():
            return [block.title, block.host, block.text, block.when, block.saved_by, block.view_label]
        case Buttons():
            return [button.label for button in block.buttons]
        case _:
            return [block.text]


def _post_parts(item: PostItem) -> list[str]:
    credit = f"{item.credit.name} @{item.credit.handle}" if item.credit else ""
    link = f"{item.resource.title} ({item.resource.host})" if item.resource else ""
    number = f"{item.number}." if item.number else ""
    said = [number, credit, item.when, item.label, item.text, link, *item.media, *item.poll]
    return [*said, item.context, item.why, item.saved_by, item.view_label]
