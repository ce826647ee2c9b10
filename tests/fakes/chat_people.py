"""What people do and see on the chat in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.events import (
    ButtonPressed,
    Change,
    ChannelChanged,
    CommandGiven,
    Event,
    FormSent,
    Happening,
    HomeOpened,
    MessageChosen,
    Person,
    ReactionAdded,
    ReactionRemoved,
    ReplyHandle,
    WorkspaceLeft,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import StoreError
from bot.ports import Abilities, Clock, Inbox
from bot.views import ChoiceField, Form, Message, TextField
from tests.fakes.chat_text import all_buttons_of, buttons_of, plain_text

REPLIES_FOR = timedelta(minutes=15)
FORMS_FOR = timedelta(seconds=3)
_SKIN_TONES = {chr(tone) for tone in range(0x1F3FB, 0x1F400)}


@dataclass
class Shown:
    """A message on the platform. `reactions` are person ids by emoji; `seeds` the bot's own; `under` the message in
    whose thread it is, `calls` the group that was told about it."""

    id: str
    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None
    versions: int = 1
    seeds: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    under: str | None = None
    calls: str = ""

    @property
    def text(self) -> str:
        return plain_text(self.message)


@dataclass(frozen=True)
class Written:
    """What somebody wrote on the platform."""

    id: str
    channel: ChannelKey
    text: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """A form that a person was shown."""

    person: str
    channel: ChannelKey
    form: Form


class People:
    """The platform, as far as people notice it. `nameless` are those whose events come without their name."""

    def __init__(self, inbox: Inbox, abilities: Abilities, workspace: str, clock: Clock) -> None:
        self._inbox = inbox
        self._able = abilities
        self._clock = clock
        self._connected = False
        self._events = 0
        self._next_message = 0
        self._last: Event | None = None
        self.workspace = workspace
        self.messages: list[Shown] = []
        self.written: list[Written] = []
        self.forms: list[Opened] = []
        self.homes: dict[str, Message] = {}
        self.nameless: set[str] = set()

    def able_now(self, abilities: Abilities) -> None:
        """What the platform can do there has changed."""
        self._able = abilities

    async def command(self, person: str, channel: ChannelKey, text: str, *, key: str | None = None) -> bool:
        """Types it; returns whether the platform got its acknowledgement."""
        given = CommandGiven(self._person(person), channel, text, self._reply(person, channel))
        return await self._report(given, key)

    async def press(self, person: str, message: str, label: str, *, key: str | None = None) -> bool:
        """Presses the button with that label."""
        shown = self._standing(message)
        action = next(each.action for each in all_buttons_of(shown.message) if each.label == label)
        reply = self._reply(person, shown.channel)
        return await self._report(ButtonPressed(self._person(person), shown.channel, message, action, reply), key)

    async def press_elsewhere(self, person: str, channel: ChannelKey, action: str) -> bool:
        """Presses a button that somebody carried there: as a program could, and no app of the platform does."""
        pressed = ButtonPressed(self._person(person), channel, "elsewhere", action, self._reply(person, channel))
        return await self._report(pressed, None)

    async def press_at_home(self, person: str, label: str, *, key: str | None = None) -> bool:
        """Presses a button of the person's own page."""
        own = ChannelKey(self.workspace, person)
        action = next(each.action for each in buttons_of(self.homes[person]) if each.label == label)
        pressed = ButtonPressed(self._person(person), own, "home", action, self._reply(person, own))
        return await self._report(pressed, key)

    async def fill_in(self, person: str, values: Mapping[str, str] | None = None, *, key: str | None = None) -> bool:
        """Sends the form that the person was shown last, with these values in place of what stood in its fields."""
        opened = next(each for each in reversed(self.forms) if each.person == person)
        filled = {each.key: _standing_value(each) for each in opened.form.fields} | dict(values or {})
        assert filled.keys() == {each.key for each in opened.form.fields}
        reply = self._reply(person, opened.channel)
        sent = FormSent(self._person(person), opened.channel, opened.form.name, opened.form.state, filled, reply)
        return await self._report(sent, key)

    def write(self, channel: ChannelKey, text: str, *links: str) -> str:
        """Somebody writes a message; nobody reports it to us."""
        self._next_message += 1
        written = Written(f"m-{self._next_message}", channel, text, links)
        self.written.append(written)
        return written.id

    async def choose_message(self, person: str, message: str, *, key: str | None = None) -> bool:
        """Chooses "Save to library" on a message, ours or anybody's."""
        ours = self.message(message)
        written = next((each for each in self.written if each.id == message), None)
        text = ours.text if ours else written.text if written else ""
        channel = self._channel_of(message)
        links, url = written.links if written else (), f"https://chat.example/{message}"
        reply = self._reply(person, channel)
        chosen = MessageChosen(self._person(person), channel, message, links, url, text, reply)
        return await self._report(chosen, key)

    async def open_home(self, person: str, *, key: str | None = None) -> bool:
        return await self._report(HomeOpened(self._person(person), ChannelKey(self.workspace, person)), key)

    async def change(
        self, channel: ChannelKey, change: Change, name: str = "", *, remedy: str = "", key: str | None = None
    ) -> bool:
        """Something becomes of the channel."""
        return await self._report(ChannelChanged(channel, change, name, remedy=remedy), key)

    async def leave(self, why: str = "The app was uninstalled.", *, key: str | None = None) -> bool:
        """The workspace takes the app away."""
        return await self._report(WorkspaceLeft(why), key)

    async def react(self, person: str, message: str, emoji: str, *, key: str | None = None) -> bool:
        emoji = "".join(letter for letter in emoji if letter not in _SKIN_TONES)
        channel = self._channel_of(message)
        if shown := self.message(message):
            shown.reactions.setdefault(emoji, []).append(person)
        return await self._report(ReactionAdded(self._person(person), channel, message, emoji), key)

    async def unreact(self, person: str, message: str, emoji: str, *, key: str | None = None) -> bool:
        channel = self._channel_of(message)
        if shown := self.message(message):
            shown.reactions[emoji].remove(person)
        return await self._report(ReactionRemoved(self._person(person), channel, message, emoji), key)

    async def repeat(self) -> None:
        """Reports the last event once more."""
        assert self._last
        await self._inbox.accept(self._last)

    def message(self, reference: str) -> Shown | None:
        return next((each for each in self.messages if each.id == reference), None)

    def shown(self, channel: ChannelKey, person: str = "somebody") -> list[Shown]:
        """What this person sees there, oldest first."""
        return [each for each in self.messages if each.channel == channel and self._may_see(person, each)]

    def _may_see(self, person: str, shown: Shown) -> bool:
        return shown.private_to in {None, person}

    def _standing(self, message: str) -> Shown:
        shown = self.message(message)
        assert shown
        return shown

    def _channel_of(self, message: str) -> ChannelKey:
        written = next((each for each in self.written if each.id == message), None)
        return written.channel if written else self._standing(message).channel

    def _person(self, person: str) -> Person:
        name = "" if person in self.nameless else person.capitalize()
        return Person(PersonKey(self.workspace, person), name)

    def _reply(self, person: str, channel: ChannelKey) -> ReplyHandle:
        now = self._clock.now()
        form_until = now + FORMS_FOR if self._able.forms else None
        return ReplyHandle(f"{person}@{channel.channel}", now + REPLIES_FOR, form_until)

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


def _standing_value(field_: TextField | ChoiceField) -> str:
    return field_.value if isinstance(field_, TextField) else ",".join(field_.chosen)
