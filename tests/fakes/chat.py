"""A chat in memory: platform and adapter in one. People act on it by `command`, `press`, `react` and more."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile, Standing
from bot.errors import AdapterError, NotAllowed, Rejected, Throttled, Uncertain
from bot.ports import Abilities, ChannelSeen, ChatAdapter, Clock, Inbox, Outgoing, SeenReaction, SignIn
from bot.views import Form, Message, PostItem
from tests.fakes.chat_people import Opened, People, Shown, Written
from tests.fakes.chat_text import all_buttons_of, buttons_of, check_labels, plain_text
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
    forms=True,
    home=True,
    threads=True,
    personal_channels=True,
    personal_reactions=True,
    read_messages=True,
    files=True,
)


class FakeChat(People, ChatAdapter):
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
        super().__init__(inbox, abilities, workspace, clock or FakeClock())
        self._next: AdapterError | None = None
        self._arrives = False
        self.attempts: list[Outgoing] = []
        self.closed_channels: set[str] = set()
        self.unreadable: set[str] = set()
        """Channels in which it cannot be asked whether a delivery is there."""
        self.takes_doubles: set[str] = set()
        """Channels that never refuse a double."""
        self.outside: set[str] = set()
        """Channels that the bot is not in."""
        self.remedies: dict[str, str] = {}
        """What the platform tells people to do about those."""
        self.standings: dict[str, Standing] = {}
        self.roles: dict[str, str] = {}
        """The names of the groups there, by their ids."""
        self.roles_of: dict[str, frozenset[str]] = {}
        self.unheard: dict[str, str] = {}
        """Groups that the platform would tell nothing, and why."""
        self.read_only: set[tuple[str, str]] = set()
        """Who may not write in which channel."""
        self.members_only: set[str] = set()
        """Channels that not everybody sees."""
        self.gone: set[str] = set()
        """Who left the workspace."""
        self.signs_in: SignIn | None = None
        self.zones: dict[str, str] = {}
        self.apps: set[str] = set()
        self.channel_names: dict[str, str] = {}
        self.silent: AdapterError | None = None
        """While it is set, every question about people and channels raises it."""
        self.when_asked: Callable[[], Awaitable[None]] | None = None
        """Happens before such a question is answered."""
        self.asked: list[str] = []
        """What was asked of the platform beside messages, in order."""
        self.trouble_with_files: AdapterError | None = None
        """While it is set, every file raises it; where it is Uncertain, the file is there all the same."""
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
        trouble = self.trouble_with_files if outgoing.message.files else None
        if trouble and not isinstance(trouble, Uncertain):
            raise trouble
        shown = self._show(outgoing)
        if trouble:
            raise trouble
        if self._next:
            self._fail()
        return shown.id

    async def edit(self, channel: ChannelKey, message: str, new: Message) -> None:
        assert self._able.edit
        self._request(channel)
        shown = self.message(message)
        if shown is None:
            raise Rejected("The message is no longer there.")
        shown.message, shown.calls = new, ""
        shown.versions += 1

    async def remove(self, channel: ChannelKey, message: str) -> None:
        assert self._able.remove
        self._request(channel)
        self.messages = [each for each in self.messages if each.id != message]

    def refuses_doubles_for(self, channel: ChannelKey) -> timedelta:
        return timedelta(0) if channel.channel in self.takes_doubles else super().refuses_doubles_for(channel)

    async def find(self, channel: ChannelKey, delivery: str) -> str | None:
        assert self._able.find
        self._request(channel)
        if channel.channel in self.unreadable:
            raise Rejected("The messages there may not be read.")
        return next((each.id for each in self.messages if each.delivery == delivery), None)

    async def seed(self, channel: ChannelKey, message: str, emoji: Sequence[str]) -> None:
        assert self._able.seeded_reactions
        self._request(channel)
        if (shown := self.message(message)) is not None:
            shown.seeds.extend(each for each in emoji if each not in shown.seeds)

    async def reactions(self, channel: ChannelKey, message: str) -> Sequence[SeenReaction]:
        assert self._able.read_reactions
        self._request(channel)
        if channel.channel in self.unreadable:
            raise NotAllowed("Let Staffroom read there.")
        shown = self.message(message)
        standing = shown.reactions if shown else {}
        return [SeenReaction(self._person(who), emoji) for emoji, people in standing.items() for who in people]

    async def check(self) -> Sequence[Check]:
        return [Check("fake chat", Health.OK, "It is in memory.")]

    async def open_form(self, reply: ReplyHandle, form: Form) -> None:
        assert self._able.forms
        assert len(form.state) <= 3_000
        assert len(form.fields) <= self._able.form_fields
        assert len({each.key for each in form.fields}) == len(form.fields)
        self._answer()
        if reply.form_until is None or self._clock.now() >= reply.form_until:
            raise Rejected("It is too late to open the form.")
        person, channel = reply.value.split("@")
        self.forms.append(Opened(person, ChannelKey(self.workspace, channel), form))

    async def publish_home(self, person: PersonKey, page: Message) -> None:
        assert self._able.home
        self._answer()
        check_labels(page)
        self.homes[person.person] = page

    async def profile(self, person: PersonKey) -> Profile:
        await self._ask(f"profile {person.person}")
        if person.person in self.gone:
            return Profile(Standing.EXTERNAL, has_left=True)
        name = person.person.capitalize()
        standing = self.standings.get(person.person, Standing.MEMBER)
        zone = self.zones.get(person.person, "Europe/London")
        groups = self.roles_of.get(person.person, frozenset())
        return Profile(standing, name, zone, is_app=person.person in self.apps, groups=groups)

    def sign_in(self) -> SignIn | None:
        return self.signs_in

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:
        await self._ask(f"look {channel.channel}")
        if channel.channel in self.closed_channels:
            raise Rejected("There is no such channel.")
        name = self.channel_names.get(channel.channel, channel.channel.capitalize())
        is_member = channel.channel not in self.outside
        return ChannelSeen(name, is_member, "" if is_member else self.remedies.get(channel.channel, ""))

    def groups(self, workspace: str) -> Mapping[str, str]:
        assert workspace == self.workspace
        return self.roles

    def why_not_called(self, channel: ChannelKey, group: str) -> str:
        assert channel.workspace == self.workspace
        return self.unheard.get(group, "")

    def may_write(self, person: PersonKey, channel: ChannelKey) -> bool:
        assert person.workspace == channel.workspace == self.workspace
        return (person.person, channel.channel) not in self.read_only

    def is_closed(self, channel: ChannelKey) -> bool:
        assert channel.workspace == self.workspace
        return channel.channel in self.members_only

    async def links(self, channel: ChannelKey, message: str) -> Sequence[str]:
        assert self._able.read_messages
        await self._ask(f"links {message}")
        return next((each.links for each in self.written if (each.channel, each.id) == (channel, message)), ())

    # ------------------------------------------------------------------------------------------------ what may happen

    def fail_next(self, error: AdapterError) -> None:
        """The next `send` raises this and shows nothing."""
        self._next, self._arrives = error, False

    def throttle_next(self, until: datetime) -> None:
        self.fail_next(Throttled("The chat asks to wait.", until))

    def cut_next(self, *, arrives: bool) -> None:
        """The next `send` is cut off before its answer, after it was shown or before."""
        self._next, self._arrives = Uncertain("The connection was cut."), arrives

    # ------------------------------------------------------------------------------------------------------- in private

    def _answer(self) -> None:
        assert self._connected, "the chat is used outside its context"
        if self.down:
            raise self.down

    async def _ask(self, question: str) -> None:
        self.asked.append(question)
        if self.when_asked:
            await self.when_asked()
        self._answer()
        if self.silent:
            raise self.silent

    def _request(self, channel: ChannelKey) -> None:
        self._answer()
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
        private_to = outgoing.reply.value.partition("@")[0] if outgoing.reply else outgoing.private_to
        shown = Shown(f"m-{self._next_message}", outgoing.delivery, outgoing.channel, outgoing.message, private_to)
        shown.under, shown.calls = outgoing.under, outgoing.calls
        self.messages.append(shown)
        return shown

    def _check_against_abilities(self, outgoing: Outgoing) -> None:
        able = self._able
        assert able.private_messages or not (outgoing.private_to or outgoing.reply), "it has no private messages"
        assert able.buttons or not all_buttons_of(outgoing.message), "it has no buttons"
        assert able.threads or not outgoing.under, "it has no threads"
        assert able.calls_groups or not outgoing.calls, "it calls nobody"
        assert not outgoing.calls or outgoing.calls in self.roles
        assert able.files or not outgoing.message.files, "it has no files"
        assert outgoing.private_to or not outgoing.message.files, "a file is for one person"
        check_labels(outgoing.message)
        texts = [block.text for block in outgoing.message.blocks if isinstance(block, PostItem)]
        assert able.can_take_back or not any(texts), "what it shows could not be taken back"


__all__ = ["EVERYTHING", "FakeChat", "Opened", "Shown", "Written", "buttons_of", "plain_text"]
