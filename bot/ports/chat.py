"""A chat platform, and where its events go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from bot.ports.sign_in import SignIn
from bot.views import Form, Message


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a chat can do in a workspace. The engine adapts to these and never to names.

    `find` is asking, after a crash, whether a delivery is there; `find_private` the same for private ones. `forms`,
    `home` and `threads` are what those words say on most platforms; with `personal_channels` a person's id is also the
    id of a channel that only that person reads, and with `personal_reactions` it reports reactions there too.
    `read_messages` is reading what people wrote. A form has at most `form_fields` fields, which are never fewer than
    three. With `calls_groups` a message can call a group of people, such as a role. Where the workspace is
    `open_to_anyone`, whoever likes may join it; None where that is not known just now. With `files` a message to one
    person may carry files. With `item_pages` what is shown of an item of the library leads to a page where it can be
    changed.
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
    personal_reactions: bool = False
    read_messages: bool = False
    resend_safe_for: timedelta = timedelta(0)
    form_fields: int = 20
    calls_groups: bool = False
    files: bool = False
    item_pages: bool = False
    open_to_anyone: bool | None = False

    @property
    def can_take_back(self) -> bool:
        return self.edit or self.remove

    def in_own_channel(self) -> "Abilities":
        """The same where only one person reads."""
        return self if self.personal_reactions else replace(self, reaction_events=False, seeded_reactions=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send. `private_to` and `reply` are only given to chats with private messages, `under` to those with
    threads: the reference of the message in whose thread it belongs. `calls` is the id of a group of people that is
    told about it, only given to chats that call groups. A message with files always has `private_to`, and goes to that
    person directly also where there is a `reply`."""

    delivery: str
    channel: ChannelKey
    message: Message
    private_to: str | None = None
    reply: ReplyHandle | None = None
    under: str | None = None
    calls: str = ""


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """A reaction that stands on a message now; `emoji` is a Unicode emoji without skin tone."""

    person: Person
    emoji: str


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """What the platform says about a channel. `is_member` is whether we are in it and may post there; where not,
    `remedy` is one sentence that tells people what to do."""

    name: str
    is_member: bool
    remedy: str = ""


class ChatAdapter(Protocol):
    """A chat platform, connected while it is entered. Message references are opaque: only their platform reads them.

    Adapters derive from it. The methods with a body are for abilities that few chats have: an adapter that declares
    none of these leaves them as they are. With `is_the_page` it is the local web page itself, whose visitors sign in
    nowhere.
    """

    name: str
    is_the_page: bool = False

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

    def refuses_doubles_for(self, channel: ChannelKey) -> timedelta:
        """How long it refuses a double of the same delivery there: `resend_safe_for`, unless the channel differs."""
        return self.abilities(channel.workspace).resend_safe_for

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

    async def check_channel(self, channel: str) -> Sequence[Check]:  # noqa: ARG002
        """The same about a channel of the configuration, by its id there; nothing where there is nothing to ask."""
        return ()

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

    def groups(self, workspace: str) -> Mapping[str, str]:  # noqa: ARG002
        """The groups of people there, such as roles: their names by their ids, as far as they are known by now."""
        return {}

    def why_not_called(self, channel: ChannelKey, group: str) -> str:  # noqa: ARG002
        """With `calls_groups`: why the platform would tell nobody of the group about a message there, as far as that is
        known by now, and what to do, in a sentence; empty where nothing is in the way."""
        return ""

    def why_no_files(self, workspace: str) -> str:
        """Without `files`: why there are none in that workspace and what can be done about it, in sentences; empty
        where they can be sent."""
        return "" if self.abilities(workspace).files else "Files cannot be sent in this chat."

    def why_no_links(self, workspace: str) -> str:
        """Without `read_messages`: why a reaction on somebody's message does not save what it links to, and what to do
        instead, in sentences; empty where it does. An empty workspace asks for what holds in all of them."""
        reads = not workspace or self.abilities(workspace).read_messages
        return "" if reads else "This chat does not show Staffroom what people write."

    def may_write(self, person: PersonKey, channel: ChannelKey) -> bool:  # noqa: ARG002
        """Whether this person may write in the channel themselves, as far as that is known by now."""
        return True

    def is_closed(self, channel: ChannelKey) -> bool:  # noqa: ARG002
        """Whether not everybody in the workspace may see the channel, or that is not known."""
        return False

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:  # noqa: ARG002
        """With `read_messages`: the web addresses in a message, whoever wrote it; none where it is gone."""
        return ()

    def routes(self) -> Sequence[Route]:
        """Addresses that the web server has to serve for the platform."""
        return ()

    def sign_in(self) -> SignIn | None:
        """How people sign in with it on the web; None where that is not set up."""
        return None

    def awaits(self, workspace: str) -> bool:  # noqa: ARG002
        """Whether this workspace, to which it is not connected, may still be added while it runs: with a page of ours,
        or by an invitation."""
        return bool(self.routes())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be typed: `label` is what people see, `value` what then stands there; at most 100 characters
    each."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody types an option of a command: verb and option by their names in the catalogue, and the text so far. With
    `me` before the verb the channel is the person's own."""

    person: PersonKey
    channel: ChannelKey
    verb: str
    option: str
    text: str


Suggest = Callable[[Typing], Awaitable[Sequence[Suggestion]]]
"""What is proposed while somebody types, on platforms that ask for it: at most 25, the likeliest first; none for what
the catalogue does not have. Never raises, answers from the store alone, and tells nobody what they may not know."""


class Inbox(Protocol):
    async def accept(self, event: Event) -> bool:
        """Commits the event and returns True, or False where the same key was there already. To be called before the
        platform gets its acknowledgement; when it raises, the platform must not get one."""
        ...
