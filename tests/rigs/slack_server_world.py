"""What a loopback Slack knows: teams, the people in them, channels, messages and who may do what with which token."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol

from tests.rigs.slack_server_rules import EVENT_SCOPES

Json = dict[str, Any]

EVERY_SCOPE = frozenset(
    {
        *("chat:write", "commands", "reactions:read", "reactions:write", "users:read", "channels:read", "groups:read"),
        *("channels:history", "groups:history", "im:history", "im:write", "app_mentions:read", "files:write"),
    }
)
APP = "A0STAFF"


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass
class User:
    """`ultra` is a guest of one channel; `home_team` differs from the team for people of another organisation."""

    id: str
    name: str
    real_name: str = ""
    zone: str = "Europe/London"
    is_admin: bool = False
    is_restricted: bool = False
    ultra: bool = False
    is_bot: bool = False
    home_team: str = ""
    is_stranger: bool = False
    is_deleted: bool = False
    home: Json | None = None
    """The App Home view published for this person."""


@dataclass
class Message:
    """`only_for` is the person who alone sees an ephemeral one; `reactions` are user ids by emoji name; `files` are
    names and what is in them."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    only_for: str | None = None
    by_app: bool = False
    edited: bool = False
    flags: Json = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def as_json(self, *, with_metadata: bool = False) -> Json:
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.by_app:
            shown |= {"bot_id": f"B{self.user[1:]}", "app_id": APP}
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.ts}
        if with_metadata and self.metadata:
            shown["metadata"] = self.metadata
        if self.reactions:
            shown["reactions"] = self.reactions_as_json()
        return shown

    def as_parent(self, replies: int, *, with_metadata: bool = False) -> Json:
        """As it stands in a history: with how many replies it has."""
        shown = self.as_json(with_metadata=with_metadata)
        return shown | {"thread_ts": self.ts, "reply_count": replies} if replies else shown

    def reactions_as_json(self) -> list[Json]:
        return [{"name": name, "users": list(who), "count": len(who)} for name, who in self.reactions.items() if who]


@dataclass
class Channel:
    """`im` is the person whose conversation with the app it is. Ids of private ones begin with C as well."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    is_deleted: bool = False
    im: str | None = None
    messages: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return "im" if self.im else "group" if self.is_private else "channel"

    def message(self, ts: str) -> Message | None:
        return next((each for each in self.messages if each.ts == ts), None)

    def replies_to(self, parent: Message) -> int:
        return sum(each.thread_ts == parent.ts and each is not parent for each in self.messages)

    def as_json(self, bot: str) -> Json:
        if self.im:
            return {"id": self.id, "is_im": True, "user": self.im, "is_archived": False, "is_user_deleted": False}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": False,
            "is_private": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_archived": self.is_archived,
            "is_general": False,
            "is_member": bot in self.members,
            "is_ext_shared": False,
        }


@dataclass
class Team:
    """A workspace. `scopes` are those its admin granted to the app; events it is `subscribed` to need their scope."""

    id: str
    name: str
    domain: str
    bot: User
    enterprise: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    scopes: frozenset[str] = EVERY_SCOPE

    @property
    def bot_id(self) -> str:
        return f"B{self.bot.id[1:]}"

    def add_person(self, name: str, **facts: Any) -> User:
        """Ids are made of the name: `ana` is U0ANA."""
        suffix = "" if self.id == FIRST_TEAM else self.id[2:]
        user = User(f"U0{name.upper()}{suffix}", name, f"{name.capitalize()} Souza", home_team=self.id)
        for fact, value in facts.items():
            setattr(user, fact, value)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *, members: Iterable[str] = (), is_private: bool = False) -> Channel:
        """The app and these people are in it. Ids are made of the name: `staffroom` is C0STAFFROOM."""
        suffix = "" if self.id == FIRST_TEAM else self.id[2:]
        channel = Channel(f"C0{name.upper().replace('-', '')}{suffix}", name, {self.bot.id, *members}, is_private)
        self.channels[channel.id] = channel
        return channel

    def person(self, name: str) -> User:
        return next(each for each in self.users.values() if name in (each.id, each.name))

    def channel(self, name: str) -> Channel:
        return next(each for each in self.channels.values() if name in (each.id, each.name))

    def conversation_with(self, user: str) -> Channel:
        """The person's own channel with the app, opened where it is not there yet."""
        known = next((each for each in self.channels.values() if each.im == user), None)
        if known is None:
            known = Channel(f"D{user[1:]}", "", {user, self.bot.id}, is_private=True, im=user)
            self.channels[known.id] = known
        return known

    def find_message(self, ts: str) -> tuple[Channel, Message]:
        return next((channel, each) for channel in self.channels.values() for each in channel.messages if each.ts == ts)


@dataclass
class Token:
    """`team` is empty for one of a whole organisation, `kind` bot, app, refresh."""

    text: str
    kind: str
    team: str = ""
    enterprise: str = ""
    scopes: frozenset[str] = EVERY_SCOPE
    expires_at: datetime | None = None
    refresh: str = ""


@dataclass
class Trigger:
    team: str
    user: str
    made_at: datetime
    used: bool = False


@dataclass
class ResponseUrl:
    """Where the answer to an interaction may be posted for a while."""

    team: str
    channel: str
    user: str
    made_at: datetime
    message: str | None = None
    uses: int = 0


@dataclass
class Upload:
    """A file that is, or may be, handed in."""

    team: str
    name: str
    length: int
    contents: bytes | None = None
    is_complete: bool = False


@dataclass
class View:
    """A modal on somebody's screen, or a page on their Home."""

    id: str
    team: str
    user: str
    shown: Json
    is_open: bool = True


FIRST_TEAM = "T0SCHOOL"
BOT_TOKEN = "xoxb-1111111111-2222222222-inventedbottoken"
APP_TOKEN = "xapp-1-A0STAFF-3333333333-inventedapptoken"
CLIENT_ID = "1111111111.4444444444"
CLIENT_SECRET = "0123456789abcdef0123456789abcdef"
SIGNING_SECRET = "fedcba9876543210fedcba9876543210"


class World:
    """Begins with one school: ana, cleo and dev are members, ben an admin, gus a guest, eve of another organisation."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.teams: dict[str, Team] = {}
        self.enterprises: dict[str, str] = {}
        self.tokens: dict[str, Token] = {}
        self.ended_tokens: dict[str, str] = {}
        """Those that were taken back, and the code that says so."""
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: dict[str, View] = {}
        self.uploads: dict[str, Upload] = {}
        self.subscribed = frozenset(EVENT_SCOPES)
        """The events that the app's manifest lists."""
        self._ids = count(1)
        self._last_ts = 0
        self.add_team(FIRST_TEAM, "Hilltop School", "hilltop", token=BOT_TOKEN)
        self.tokens[APP_TOKEN] = Token(APP_TOKEN, "app", scopes=frozenset({"connections:write"}))

    def add_team(self, team: str, name: str, domain: str, *, enterprise: str = "", token: str = "") -> Team:
        """With its people and two channels; where a token is given the app is installed there."""
        suffix = "" if team == FIRST_TEAM else team[2:]
        bot = User(f"U0BOT{suffix}", "staffroom", "Staffroom", is_bot=True, home_team=team)
        added = Team(team, name, domain, bot, enterprise)
        self.teams[team] = added
        added.users[bot.id] = bot
        for who in ("ana", "cleo", "dev"):
            added.add_person(who)
        added.add_person("ben", is_admin=True)
        added.add_person("gus", is_restricted=True)
        added.add_person("eve", home_team="T0ELSEWHERE", is_stranger=True)
        for channel in ("staffroom", "maths"):
            added.add_channel(channel, members=[each for each in added.users if each != bot.id])
        if token:
            self.tokens[token] = Token(token, "bot", team)
        return added

    def add_enterprise(self, enterprise: str, name: str) -> None:
        self.enterprises[enterprise] = name

    def end_token(self, text: str, code: str) -> None:
        del self.tokens[text]
        self.ended_tokens[text] = code

    def new_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._ids):08d}"

    def new_ts(self) -> str:
        """Seconds and microseconds by the server's clock, never twice the same."""
        micros = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(micros, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, team: str, user: str) -> str:
        trigger = f"{next(self._ids)}.1111111111.{self.new_id('t').lower()}"
        self.triggers[trigger] = Trigger(team, user, self.clock.now())
        return trigger

    def channel_anywhere(self, channel: str) -> tuple[Team, Channel] | None:
        return next(((team, team.channels[channel]) for team in self.teams.values() if channel in team.channels), None)

    def age(self, since: datetime) -> timedelta:
        return self.clock.now() - since
