"""A chat platform, and where its events go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.events import Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey
from bot.views import Message


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a chat can do in a workspace. The engine adapts to these and never to names.

    `find` is asking, after a crash, whether a delivery is there; `find_private` the same for private ones.
    `resend_safe_for` is how long the platform itself refuses a double of the same delivery. A chat that can neither
    edit nor remove is never given the text of a post, because it could not be taken back.
    """

    commands: bool = False
    buttons: bool = False
    private_messages: bool = False
    reaction_events: bool = False
    read_reactions: bool = False
    seeded_reactions: bool = False
    edit: bool = False
    remove: bool = False
    find: bool = False
    find_private: bool = False
    resend_safe_for: timedelta = timedelta(0)

    @property
    def can_take_back(self) -> bool:
        return self.edit or self.remove


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `private_to` and `reply` are only given to chats with private messages."""

    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None = None
    reply: ReplyHandle | None = None


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """A reaction that stands on a message now; `emoji` is a Unicode emoji without skin tone."""

    person: Person
    emoji: str


class ChatAdapter(Protocol):
    """A chat platform, connected while it is entered. Message references are opaque: only their platform reads them."""

    name: str

    async def __aenter__(self) -> Self:
        """Connects. Raises Unauthorised with one sentence that names the token where it is refused."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnects; no event reaches the inbox afterwards."""
        ...

    def workspaces(self) -> Sequence[Workspace]:
        """The workspaces it is connected to."""
        ...

    def abilities(self, workspace: str) -> Abilities:
        """What can be done there."""
        ...

    async def send(self, outgoing: Outgoing) -> str | None:
        """Shows the message once and returns its reference, or None where the platform gives none.

        Raises Throttled and Unavailable when it was not shown, Uncertain when that is not known, Rejected when it
        never will be.
        """
        ...

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        """Replaces what the message says. Editing to what it says already is no error."""
        ...

    async def remove(self, channel: ChannelKey, message: str) -> None:
        """Takes the message back. Removing what is gone is no error."""
        ...

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        """The reference of the message that carries this delivery, or None when it is certainly not there."""
        ...

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        """Adds the bot's own reactions, for people to tap. They are never reported as events."""
        ...

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        """The reactions of people that stand on the message now, the bot's own left out."""
        ...

    async def check(self) -> Sequence[Check]:
        """Lines for `staffroom doctor`, without changing anything anywhere."""
        ...


class Inbox(Protocol):
    async def accept(self, event: Event) -> bool:
        """Commits the event and returns True, or False where the same key was there already. To be called before the
        platform gets its acknowledgement; when it raises, the platform must not get one."""
        ...
