"""What a chat's tests give to the contract: the adapter, and the eyes and hands of people on its platform.

A rig is handed out with its adapter entered. It acts on the platform itself (a loopback server, a browser's requests),
never on the adapter's insides. Persons are names such as `ana`; the platform knows them all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.events import Change, Event
from bot.domain.keys import ChannelKey
from bot.ports import ChatAdapter


class ChatRig(Protocol):
    """Every chat. `elsewhere` is a channel that the platform does not have."""

    @property
    def chat(self) -> ChatAdapter: ...

    @property
    def channel(self) -> ChannelKey: ...

    @property
    def elsewhere(self) -> ChannelKey: ...

    def person_id(self, person: str) -> str:
        """The platform's id of this person."""
        ...

    async def shown(self, person: str) -> Sequence[str]:
        """What this person reads in the channel: the plain text of each message of the bot, oldest first."""
        ...

    async def obeyed(self) -> Sequence[str]:
        """What the platform did because of a text: people it notified, links, scripts or formats it made of it."""
        ...

    async def events(self) -> Sequence[Event]:
        """What has reached the inbox, in order."""
        ...


class PrivateRig(ChatRig, Protocol):
    async def told(self, person: str) -> Sequence[str]:
        """What this person reads in the channel, and wherever else the bot speaks to them alone."""
        ...


class EventRig(ChatRig, Protocol):
    """Chats that report anything. People's acts return whether the platform got its acknowledgement, so that it need
    not tell again; where a platform waits for none, whether the adapter took what it was told. It did not when it calls
    `missed`, so that the engine asks what it does not know."""

    def now(self) -> datetime:
        """The adapter's clock."""
        ...

    async def leave(self) -> None:
        """Leaves the adapter's context."""
        ...

    async def repeat(self) -> None:
        """The platform reports the last event once more, as platforms do when they are not sure."""
        ...

    async def break_inbox(self) -> None:
        """From now on the inbox cannot keep anything."""
        ...


class CommandRig(EventRig, Protocol):
    async def command(self, person: str, text: str) -> bool:
        """Types a command in the channel: all of it, `/pln` included."""
        ...


class ButtonRig(EventRig, Protocol):
    async def press(self, person: str, message: str, label: str) -> bool:
        """Presses the button with that label."""
        ...


class ReactionRig(EventRig, Protocol):
    async def react(self, person: str, message: str, emoji: str) -> bool: ...

    async def unreact(self, person: str, message: str, emoji: str) -> bool: ...


class FormRig(CommandRig, Protocol):
    async def advance(self, by: timedelta) -> None:
        """The clocks of the adapter and of the platform go on."""
        ...

    async def form(self, person: str) -> str | None:
        """All that this person reads on the form that is open on their screen; None where none is."""
        ...

    async def fill(self, person: str, filled: Mapping[str, str | Sequence[str]]) -> bool:
        """Fills in the fields with these labels, choices by their labels too, leaves the others and sends the form."""
        ...


class HomeRig(EventRig, Protocol):
    async def open_home(self, person: str) -> bool: ...

    async def home(self, person: str) -> str:
        """All that this person reads on their own page, empty where there is none yet."""
        ...

    async def press_at_home(self, person: str, label: str) -> bool: ...


class ThreadRig(ChatRig, Protocol):
    async def thread(self, person: str, message: str) -> Sequence[str]:
        """What this person reads under the message, oldest first, the message itself left out."""
        ...


class PersonalRig(ButtonRig, ReactionRig, Protocol):
    async def personal(self, person: str) -> Sequence[str]:
        """What this person reads in their own channel."""
        ...

    async def command_alone(self, person: str, text: str) -> bool:
        """Types a command in their own channel."""
        ...


class FileRig(ChatRig, Protocol):
    async def files(self, person: str) -> Sequence[tuple[str, bytes]]:
        """Name and contents of each file that this person was given, oldest first, taken the way people take them."""
        ...

    async def told(self, person: str) -> Sequence[str]:
        """What this person reads in the channel, and wherever else the bot speaks to them alone."""
        ...


class MessageRig(EventRig, Protocol):
    async def write(self, person: str, text: str, *links: str) -> str:
        """Writes a message in the channel, in which these links stand, and returns its reference."""
        ...

    async def choose(self, person: str, message: str) -> bool:
        """Chooses a message, to save what it links to."""
        ...


class ReadingRig(ReactionRig, Protocol):
    async def write(self, person: str, text: str, *links: str) -> str:
        """Writes a message in the channel, in which these links stand, and returns its reference."""
        ...


class ChannelRig(EventRig, Protocol):
    """`changes` are those that the platform knows, in an order in which they can happen to one channel."""

    @property
    def changes(self) -> Sequence[Change]: ...

    async def change(self, change: Change, name: str = "") -> bool:
        """Somebody does that to the channel."""
        ...

    async def take_away(self) -> None:
        """An admin takes the app out of the workspace."""
        ...


class ProfileRig(ChatRig, Protocol):
    """`ana` is a member, `ben` an admin, and where the platform has such people `gus` is a guest and `eve` of another
    organisation."""


class CallRig(ChatRig, Protocol):
    async def group(self, name: str, *people: str) -> str:
        """Makes a group of these people, such as a role, and returns its id."""
        ...

    async def called(self, message: str) -> Sequence[str]:
        """The ids of the groups and people whom the platform told about what the message says now."""
        ...


class OutageRig(ChatRig, Protocol):
    """`outages` names the ways in which this platform can be down: refusing, an HTML error page, nonsense …"""

    @property
    def outages(self) -> Sequence[str]: ...

    async def break_down(self, outage: str) -> None: ...

    async def mend(self) -> None: ...


class ThrottleRig(ChatRig, Protocol):
    async def throttle(self) -> datetime:
        """The platform refuses the next request and asks to wait until then."""
        ...


class CutRig(ChatRig, Protocol):
    async def cut(self, *, arrives: bool) -> None:
        """The next request leaves, and the connection is cut before an answer; `arrives` says whether it was done."""
        ...
