"""The servers that Staffroom is in, as the gateway tells of them: names, channels, and what may be done there."""

from collections.abc import Callable, Sequence
from typing import Any

import discord

from adapters.discord import rights
from adapters.discord.message import PLATFORM, guild_of, is_id, workspace_id
from adapters.discord.rights import Permission
from bot.domain.channel import Workspace
from bot.domain.harmless import one_line
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Unavailable

UNNAMED = "a Discord server"
NOT_IN_THE_SERVER = (
    "Staffroom is not in this Discord server. Invite it again, with the link that staffroom discord invite prints."
)
NOT_THERE_NOW = "Discord says that this server cannot be reached at the moment. It is tried again later."

GuildChannel = Any
"""discord.py has a class for each kind of channel, and one for threads."""


class Guilds:
    """`client` says who is connected now; what was known stays known while nobody is. `only_in` are the ids of servers
    that count; empty where all do."""

    def __init__(self, client: Callable[[], discord.Client | None], only_in: Sequence[str]) -> None:
        self._client = client
        self._only_in = frozenset(only_in)
        self._names: dict[int, str] = {}
        self._unnamed: set[int] = set()
        self._listed: tuple[discord.Client | None, list[Workspace]] = (None, [])

    def is_wanted(self, guild: str | int) -> bool:
        return not self._only_in or str(guild) in self._only_in

    def all(self) -> list[discord.Guild]:
        client = self._client()
        return [guild for guild in client.guilds if self.is_wanted(guild.id)] if client else []

    def ids(self) -> list[str]:
        return [str(guild.id) for guild in self.all()]

    def guild(self, guild: str | int) -> discord.Guild | None:
        client = self._client()
        if client is None or not is_id(str(guild)) or not self.is_wanted(guild):
            return None
        return client.get_guild(int(guild))

    def has(self, guild: str | int) -> bool:
        return self.guild(guild) is not None

    def name(self, guild: str | int) -> str:
        """Also while Discord does not tell it: then the one that it had."""
        known = self.guild(guild)
        if known is not None and known.name:
            self._names[known.id] = known.name
        elif known is not None and known.id not in self._names:
            self._unnamed.add(known.id)
        return self._names.get(int(guild), UNNAMED) if is_id(str(guild)) else UNNAMED

    def has_its_name_now(self, guild: int) -> bool:
        """Whether it had to be called something else, until now."""
        was_unnamed = guild in self._unnamed
        self._unnamed.discard(guild)
        return was_unnamed

    def workspaces(self) -> list[Workspace]:
        """Asked for with every message: worked out anew only when something became of a server."""
        client, listed = self._listed
        if client is None or client is not self._client():
            listed = [Workspace(workspace_id(guild.id), PLATFORM, self.name(guild.id)) for guild in self.all()]
            self._listed = (self._client(), listed)
        return listed

    def changed(self) -> None:
        """A server came, went, or is called differently."""
        self._listed = (None, [])

    def open_to_anyone(self, workspace: str) -> bool | None:
        """Whether whoever likes may join; None while Discord has trouble with the server and does not say."""
        guild = self.guild(guild_of(workspace))
        if guild is not None and guild.unavailable:
            return None
        return guild is not None and lets_anyone_in(guild)

    def reachable(self, workspace: str) -> discord.Guild:
        """Raises Rejected where we are not in it, Unavailable while Discord has trouble with it."""
        guild = self.guild(guild_of(workspace))
        if guild is None:
            raise Rejected(NOT_IN_THE_SERVER)
        if guild.unavailable:
            raise Unavailable(NOT_THERE_NOW)
        return guild

    # -------------------------------------------------------------------------------------------------------- channels

    def channel(self, workspace: str, channel: str) -> GuildChannel | None:
        """None for what the gateway did not tell of: somebody's own channel, a closed thread, or nothing."""
        guild = self.guild(guild_of(workspace))
        return guild.get_channel_or_thread(int(channel)) if guild and is_id(channel) else None

    def place(self, guild: str, channel: str) -> ChannelKey:
        """Where something that happened in a channel belongs: for a thread, the channel that it hangs from."""
        known = self.channel(workspace_id(guild), channel)
        parent = known.parent_id if isinstance(known, discord.Thread) else None
        return ChannelKey(workspace_id(guild), str(parent or channel))

    def lacking(self, channel: GuildChannel, needed: Sequence[Permission]) -> list[Permission]:
        """What may not be done there, as far as that can be worked out."""
        return rights.missing(_granted(channel), needed)

    def may_send(self, channel: GuildChannel) -> bool:
        return not self.lacking(channel, needed_to_send(channel))

    def is_closed(self, key: ChannelKey) -> bool:
        """Whether not everybody in the server may see the channel, or that cannot be said."""
        channel = self.channel(key.workspace, key.channel)
        if channel is None or (isinstance(channel, discord.Thread) and channel.is_private()):
            return True
        try:
            return not channel.permissions_for(channel.guild.default_role).view_channel
        except (AttributeError, discord.ClientException):
            return True

    def may_call(self, key: ChannelKey, role: str) -> bool:
        """Whether a message there tells the people with this role, as far as that can be worked out."""
        guild = self.guild(guild_of(key.workspace))
        meant = guild.get_role(int(role)) if guild and is_id(role) else None
        channel = self.channel(key.workspace, key.channel)
        if meant is None or channel is None or meant.mentionable:
            return True
        return bool(_granted(channel) & discord.Permissions(mention_everyone=True).value)


def lets_anyone_in(guild: discord.Guild) -> bool:
    """Communities, and those that Discord lists."""
    return not {"COMMUNITY", "DISCOVERABLE"}.isdisjoint(guild.features)


def needed_to_send(channel: GuildChannel) -> Sequence[Permission]:
    if isinstance(channel, discord.Thread):
        return rights.TO_SEND_IN_A_THREAD
    return rights.TO_POST_IN_A_FORUM if is_forum(channel) else rights.TO_SEND


def is_forum(channel: GuildChannel | None) -> bool:
    return isinstance(channel, discord.ForumChannel)


def takes_messages(channel: GuildChannel) -> bool:
    return isinstance(channel, discord.abc.Messageable | discord.ForumChannel)


def called(channel: GuildChannel) -> str:
    """As people read it."""
    return f"#{one_line(channel.name)}"


def _granted(channel: GuildChannel) -> int:
    """Everything, where discord.py lacks what it has to know."""
    try:
        return int(channel.permissions_for(channel.guild.me).value)
    except (AttributeError, discord.ClientException):
        return ~0
