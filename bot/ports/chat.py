"""A chat platform, and where its events go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.events import Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile
from bot.errors import Rejected
from bot.ports.http import Route
from bot.views import Form, Message


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a chat can do in a workspace. The engine adapts to these and never to names.

    `find` is asking, after a crash, whether a delivery is there; `find_private` the same for private ones. `forms`,
    `home` and `threads` are what those words say on most platforms; with `personal_channels` a person's id is also the
    id of a channel that only that person reads. `read_messages` is reading what people wrote.
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
    forms: bool = False
    home: bool = False
    threads: bool = False
    personal_channels: bool = False
    read_messages: bool = False
    resend_safe_for: timedelta = timedelta(0)

    @property
    def can_take_back(self) -> bool:
        return self.edit or self.remove


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `private_to` and `reply` are only given to chats with private messages, `under` to those with
    threads: the reference of the message in whose thread it belongs."""

    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None = None
    reply: ReplyHandle | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """A reaction that stands on a message now; `emoji` is a Unicode emoji without skin tone."""

    person: Person
    emoji: str


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """What the platform says about a channel. `is_member` is whether we are in it."""

    name: str
    is_member: bool


class ChatAdapter(Protocol):
    """A chat platform, connected while it is entered. Message references are opaque: only their platform reads them.

    Adapters derive from it. The methods with a body are for abilities that few chats have: an adapter that declares
    none of these leaves them as they are.
    """

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

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:  # noqa: ARG002
        """With `forms`: shows the form to who acted. Raises Rejected once the handle can open none any more."""
        raise Rejected("This chat has no forms.")

    async def publish_home(self, person: PersonKey, page: Message) -> None:  # noqa: ARG002
        """With `home`: makes this the person's own page, in place of what was there."""
        raise Rejected("This chat has no pages of one's own.")

    async def profile(self, person: PersonKey) -> Profile:  # noqa: ARG002
        """What is known of the person, asked seldom. A member without a name where the platform cannot be asked."""
        return Profile()

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:  # noqa: ARG002
        """What is known of the channel; None where the platform cannot be asked. Raises Rejected where it is gone."""
        return None

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:  # noqa: ARG002
        """With `read_messages`: the web addresses in a message, whoever wrote it; none where it is gone."""
        return ()

    def routes(self) -> Sequence[Route]:
        """Addresses that the web server has to serve for the platform."""
        return ()


class Inbox(Protocol):
    async def accept(self, event: Event) -> bool:
        """Commits the event and returns True, or False where the same key was there already. To be called before the
        platform gets its acknowledgement; when it raises, the platform must not get one."""
        ...
