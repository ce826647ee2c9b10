"""What a loopback Discord knows: people, servers (guilds), who may do what where, channels, threads and messages."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

from tests.rigs.discord_server_rules import (
    ACKNOWLEDGE_WITHIN,
    ALL_PERMISSIONS,
    EVERYONE_MAY,
    PERMISSION,
    STAFFROOM_MAY,
    STARTS_A_THREAD,
    THREADS,
    Kind,
)

Json = dict[str, Any]

DISCORD_BEGAN = 1_420_070_400_000
"""Milliseconds since 1970, from which Discord's ids count."""


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass
class User:
    """A person, or a bot; in as many servers as likes. `takes_messages` is False where strangers' ones are refused."""

    id: str
    name: str
    global_name: str = ""
    is_bot: bool = False
    takes_messages: bool = True
    has_installed: bool = False
    """Whether the app is installed for this person, wherever they are."""


@dataclass
class Role:
    id: str
    name: str
    permissions: int = 0
    position: int = 1
    mentionable: bool = False
    managed_by: str = ""
    """The bot whose own role it is."""


@dataclass
class Member:
    """A user in one server."""

    user: str
    nick: str = ""
    roles: list[str] = field(default_factory=list)
    joined_at: datetime | None = None
    """None for whoever was there from the beginning."""
    is_pending: bool = False
    """Whether they still have to agree to the server's rules."""
    silenced_until: datetime | None = None


@dataclass
class Overwrite:
    """What a channel allows and denies to a role, or to one member."""

    id: str
    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass
class Emoji:
    """One of a server's own."""

    id: str
    name: str
    guild: str


@dataclass(frozen=True)
class SentFile:
    """A file of a multipart request, and the field that it stands in: `files[0]`."""

    field: str
    name: str
    contents: bytes


@dataclass
class Message:
    """`only_for` is the person who alone sees an ephemeral one. `reactions` are user ids by what a person taps: a
    Unicode emoji, or `name:id`. `called` are the people, roles and `everyone` that it notified."""

    id: str
    channel: str
    author: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    type: int = 0
    only_for: str | None = None
    interaction: str | None = None
    """The interaction that it answers."""
    webhook: str | None = None
    reference: Json | None = None
    edited_at: datetime | None = None
    thread: str | None = None
    allowed_mentions: Json | None = None
    attachments: list[Json] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    """Names and what is in them."""
    called: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Channel:
    """Of a server, a thread in it, or the direct messages with one person (`with_user`). A thread begun from a message
    has that message's id, a forum post that of its first message."""

    id: str
    name: str
    kind: int
    guild: str | None = None
    parent: str | None = None
    position: int = 0
    topic: str = ""
    is_for_adults: bool = False
    overwrites: list[Overwrite] = field(default_factory=list)
    with_user: str | None = None
    owner: str | None = None
    is_archived: bool = False
    is_locked: bool = False
    is_deleted: bool = False
    archives_after: int = 1440
    members: set[str] = field(default_factory=set)
    """Who follows a thread."""
    tags: list[Json] = field(default_factory=list)
    """What a forum offers; `applied_tags` those that a post has."""
    applied_tags: list[str] = field(default_factory=list)
    needs_tag: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def written(self) -> list[Message]:
        """What stands in it; the empty message that Discord begins a thread with is left out."""
        return [each for each in self.messages.values() if each.type != STARTS_A_THREAD]

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def is_forum(self) -> bool:
        return self.kind in (Kind.FORUM, Kind.MEDIA)


@dataclass
class Guild:
    """A server. While it `is_unavailable` Discord itself has lost it for a time."""

    id: str
    name: str
    owner: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    emoji: dict[str, Emoji] = field(default_factory=dict)
    features: list[str] = field(default_factory=list)
    system_channel: str | None = None
    most_threads: int = 1_000
    """Those that are not archived."""
    is_unavailable: bool = False
    commands: list[Json] = field(default_factory=list)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def channel(self, name: str) -> Channel:
        """By its name or id."""
        return next(each for each in self.channels.values() if name in (each.id, each.name))

    def role(self, name: str) -> Role:
        return next(each for each in self.roles.values() if name in (each.id, each.name))


@dataclass
class Application:
    """The app that is tried, and its bot, who has the same id."""

    id: str
    name: str
    token: str
    owner: str
    may: frozenset[str] = frozenset()
    """The privileged intents that its owner has switched on: `members`, `presences`, `message_content`."""
    is_public: bool = True
    commands: list[Json] = field(default_factory=list)
    sessions_left: int = 1_000


@dataclass
class Interaction:
    """What a person did that asks for an answer. `message` is the one with the button, `original` our first answer."""

    id: str
    token: str
    type: int
    user: str
    channel: str
    guild: str | None
    data: Json
    made_at: datetime
    message: str | None = None
    answer: Json | None = None
    """What the callback said: type and data."""
    original: str | None = None
    is_thinking: bool = False
    follow_ups: int = 0
    modal: Json | None = None
    modal_is_open: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Happening:
    """Something that the gateway tells who may hear it: a dispatch of this kind, and the server where it happened."""

    kind: str
    data: Json
    guild: str | None = None


APPLICATION = "1100000000000000000"
TOKEN = "MTEwMDAwMDAwMDAwMDAwMDAwMA.GinVEN.an_invented_token_of_no_bot_at_all_000"
FIRST_GUILD = "1200000000000000000"
ELSEWHERE_GUILD = "1300000000000000000"
PEOPLE = ("ana", "cleo", "dev", "ben", "gus", "eve")


class World:
    """Begins with one school's server: ana, cleo, dev and gus are members, ben is its owner and an admin. Eve is in
    another server, where the app is not. Channels: staffroom, maths."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.nonces: dict[str, Message] = {}
        """The bot's messages by the nonce that they were sent with."""
        self.interactions: dict[str, Interaction] = {}
        """By their token; `acts` are the same by their id."""
        self.acts: dict[str, Interaction] = {}
        self.acknowledge_within = ACKNOWLEDGE_WITHIN
        """By the clock: a clock that runs faster has to be given more."""
        self.listeners: list[Callable[[Happening], None]] = []
        self._ids = count(1)
        self._last = (0, 0)
        self._direct: dict[str, Channel] = {}
        for number, name in enumerate(PEOPLE):
            self.add_person(name, f"12000000000000001{number:02d}")
        self.app = Application(APPLICATION, "Staffroom", TOKEN, owner=self.person("ben").id)
        self.users[APPLICATION] = User(APPLICATION, "Staffroom", is_bot=True)
        self.add_guild("Hilltop School", FIRST_GUILD, people=PEOPLE[:5])
        self.add_guild("Elsewhere School", ELSEWHERE_GUILD, people=("eve",), owner="eve", with_app=False)

    @property
    def bot(self) -> User:
        return self.users[self.app.id]

    @property
    def guild(self) -> Guild:
        return self.guilds[FIRST_GUILD]

    # ------------------------------------------------------------------------------------------------- what there is

    def add_person(self, name: str, id_: str = "", **facts: Any) -> User:
        user = User(id_ or self.new_id(), name, f"{name.capitalize()} Souza")
        for fact, value in facts.items():
            setattr(user, fact, value)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        id_: str = "",
        *,
        people: Iterable[str] = (),
        owner: str = "ben",
        channels: Iterable[str] = ("staffroom", "maths"),
        with_app: bool = True,
    ) -> Guild:
        """Ben is an admin where he is in it. The app has a role of its own, with what it asks for."""
        guild = Guild(id_ or str(int(FIRST_GUILD) + (len(self.guilds) + 1 << 22)), name, self.person(owner).id)
        self.guilds[guild.id] = guild
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE_MAY, position=0)
        admins = self.add_role(guild, "Admins", PERMISSION["Administrator"])
        for person in {*people, owner}:
            who = self.person(person)
            guild.members[who.id] = Member(who.id, roles=[admins.id] if person == "ben" else [])
        for channel in channels:
            self.add_channel(guild, channel)
        if guild.channels:
            guild.system_channel = next(iter(guild.channels))
        if with_app:
            self.put_app_in(guild)
        return guild

    def put_app_in(self, guild: Guild, permissions: int = STAFFROOM_MAY) -> Member:
        """Nobody is told: `people` does that."""
        role = self.add_role(guild, self.app.name, permissions)
        role.managed_by = self.app.id
        guild.members[self.app.id] = Member(self.app.id, roles=[role.id])
        return guild.members[self.app.id]

    def take_app_out(self, guild: Guild) -> None:
        for role in [each for each in guild.roles.values() if each.managed_by == self.app.id]:
            del guild.roles[role.id]
        guild.members.pop(self.app.id, None)

    def add_role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = Role(self.new_id(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def add_channel(
        self, guild: Guild, name: str, kind: int = Kind.TEXT, *, parent: str | None = None, id_: str = ""
    ) -> Channel:
        channel = Channel(id_ or self.new_id(), name, kind, guild.id, parent, position=len(guild.channels))
        guild.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def add_message(self, message: Message) -> Message:
        self.messages[message.id] = self.channels[message.channel].messages[message.id] = message
        return message

    def remove_message(self, message: Message) -> None:
        self.messages.pop(message.id, None)
        self.channels[message.channel].messages.pop(message.id, None)

    def remove_channel(self, channel: Channel) -> None:
        """With its threads, and all that stands in them."""
        for each in self.threads_of(channel) if channel.guild else []:
            self.remove_channel(each)
        for message in list(channel.messages.values()):
            self.remove_message(message)
        channel.is_deleted = True
        self.channels.pop(channel.id, None)
        if channel.guild:
            self.guilds[channel.guild].channels.pop(channel.id, None)

    def direct_messages_with(self, user: str) -> Channel:
        """The person's direct messages with the bot, opened where they are not there yet."""
        known = self._direct.get(user)
        if known is None:
            known = self._direct[user] = Channel(self.new_id(), "", Kind.DM, with_user=user)
            self.channels[known.id] = known
        return known

    # ------------------------------------------------------------------------------------------------ who and where

    def person(self, name: str) -> User:
        """By name or id."""
        return self.users.get(name) or next(each for each in self.users.values() if each.name == name)

    def channel(self, name: str, guild: Guild | None = None) -> Channel:
        """By its id, or by its name in this server, the first one otherwise."""
        return self.channels.get(name) or (guild or self.guild).channel(name)

    def guilds_of(self, user: str) -> list[Guild]:
        return [each for each in self.guilds.values() if user in each.members]

    def threads_of(self, channel: Channel) -> list[Channel]:
        home = self.guilds[channel.guild or ""].channels
        return [each for each in home.values() if each.parent == channel.id and each.is_thread]

    def permissions(self, user: str, channel: Channel) -> int:
        """What somebody may do in a channel, as Discord computes it; in a thread as in its channel."""
        if channel.guild is None:
            return EVERYONE_MAY if user in (channel.with_user, self.app.id) else 0
        guild = self.guilds[channel.guild]
        if channel.is_thread and channel.parent:
            return self.permissions(user, self.channels[channel.parent])
        base = self.permissions_in(user, guild)
        if base == ALL_PERMISSIONS or user not in guild.members:
            return base
        roles = guild.members[user].roles
        for wanted in ([guild.id], roles, [user]):
            applying = [each for each in channel.overwrites if each.id in wanted]
            for each in applying:
                base &= ~each.deny
            for each in applying:
                base |= each.allow
        return base if base & PERMISSION["View Channel"] else 0

    def permissions_in(self, user: str, guild: Guild) -> int:
        """What somebody may do in the server as a whole."""
        if user not in guild.members:
            return 0
        base = guild.everyone.permissions
        for role in guild.members[user].roles:
            base |= guild.roles[role].permissions
        if user == guild.owner or base & PERMISSION["Administrator"]:
            return ALL_PERMISSIONS
        return base

    def may(self, user: str, permission: str, channel: Channel) -> bool:
        return bool(self.permissions(user, channel) & PERMISSION[permission])

    def set_overwrite(self, channel: Channel, who: str, *, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
        """For a role or a member by id; permissions by the names that people see. Nobody is told."""
        channel.overwrites = [each for each in channel.overwrites if each.id != who]
        is_member = channel.guild is not None and who not in self.guilds[channel.guild].roles
        channel.overwrites.append(Overwrite(who, is_member, _bits(allow), _bits(deny)))

    def deny_app(self, channel: Channel, *permissions: str) -> None:
        """Takes these from the bot itself in this channel."""
        self.set_overwrite(channel, self.app.id, deny=permissions)

    # --------------------------------------------------------------------------------------------------------- times

    def new_id(self) -> str:
        """By the clock as Discord makes them, never twice the same and always growing."""
        moment = int(self.clock.now().timestamp() * 1_000) - DISCORD_BEGAN
        last, number = self._last
        self._last = (moment, 0) if moment > last else (last, number + 1)
        return str((self._last[0] << 22) + self._last[1])

    def made_at(self, id_: str) -> datetime:
        return datetime.fromtimestamp(((int(id_) >> 22) + DISCORD_BEGAN) / 1_000, UTC)

    def age(self, since: datetime) -> timedelta:
        return self.clock.now() - since

    # ---------------------------------------------------------------------------------------------------- interactions

    def new_interaction(
        self, type_: int, user: str, channel: Channel, data: Json, *, message: str | None = None
    ) -> Interaction:
        token = f"aW50ZXJhY3Rpb246{self.new_id()}{next(self._ids):06d}"
        made = Interaction(
            self.new_id(), token, type_, user, channel.id, channel.guild, data, self.clock.now(), message
        )
        self.interactions[token] = self.acts[made.id] = made
        return made

    # ----------------------------------------------------------------------------------------------------- happenings

    def tell(self, kind: str, data: Json, guild: str | None = None) -> None:
        """The gateway hears of it and tells whoever may."""
        for listener in self.listeners:
            listener(Happening(kind, data, guild))


def _bits(names: Iterable[str]) -> int:
    return sum(PERMISSION[each] for each in set(names))
