"""Where a message goes: which of Discord's channels a channel of the engine's is."""

from dataclasses import dataclass
from datetime import timedelta

from adapters.discord import rights
from adapters.discord.api import Api
from adapters.discord.errors import (
    INVALID_FORM_BODY,
    INVALID_RECIPIENT,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_USER,
    Refused,
)
from adapters.discord.guilds import GuildChannel, Guilds, called, is_forum
from adapters.discord.message import guild_of, is_id
from adapters.discord.rights import Permission
from bot.domain.keys import ChannelKey
from bot.domain.memory import Memory

HOLDS = timedelta(days=1)
AS_GOOD_AS_FOR_EVER = timedelta(days=365)
"""A conversation with somebody stays the same."""
THREADS = {10, 11, 12}
"""Discord's numbers for kinds of threads."""

_NOBODY = {INVALID_RECIPIENT, UNKNOWN_USER, UNKNOWN_CHANNEL, INVALID_FORM_BODY}


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of Discord. `seen` is what the gateway told of it, None for a closed thread, of which `parent` is the
    channel that it hangs from, and for the conversation with one person, which `is_direct`."""

    id: str
    seen: GuildChannel | None = None
    is_direct: bool = False
    parent: str = ""
    name: str = ""

    @property
    def is_forum(self) -> bool:
        return is_forum(self.seen)

    @property
    def is_thread(self) -> bool:
        return bool(self.parent)


class Conversations:
    """Remembers which conversation is with whom."""

    def __init__(self, api: Api, guilds: Guilds) -> None:
        self._api = api
        self._guilds = guilds
        self._direct: Memory[str, str] = Memory(api.clock.now, AS_GOOD_AS_FOR_EVER)
        self._closed: Memory[ChannelKey, Place] = Memory(api.clock.now, HOLDS)

    async def find(self, key: ChannelKey) -> Place:
        """Raises Rejected for what is neither a channel of that server nor a person."""
        seen = self._guilds.channel(key.workspace, key.channel)
        if seen is not None:
            return Place(key.channel, seen, parent=str(getattr(seen, "parent_id", None) or ""), name=seen.name)
        if not is_id(key.channel):
            raise Refused(UNKNOWN_CHANNEL)
        if (known := self._direct.fresh(key.channel)) is not None:
            return Place(known, is_direct=True)
        return await self._closed_thread(key) or Place(await self._person(key.channel), is_direct=True)

    async def with_person(self, user: str) -> str:
        return self._direct.fresh(user) or self._direct.put(user, await self._api.direct_channel(user))

    async def belongs(self, guild: str, channel: str) -> ChannelKey:
        """For a thread that the gateway did not tell of, the channel that it hangs from."""
        place = self._guilds.place(guild, channel)
        thread = await self._closed_thread(place)
        return ChannelKey(place.workspace, thread.parent) if thread else place

    async def _person(self, user: str) -> str:
        try:
            return await self.with_person(user)
        except Refused as refused:
            raise Refused(UNKNOWN_CHANNEL if refused.code in _NOBODY else refused.code) from None

    async def _closed_thread(self, key: ChannelKey) -> Place | None:
        """The gateway tells of open ones only."""
        if (known := self._closed.fresh(key)) is not None:
            return known
        try:
            told = await self._api.channel(key.channel)
        except Refused:
            return None
        if told.get("type") not in THREADS or str(told.get("guild_id")) != guild_of(key.workspace):
            return None
        thread = Place(key.channel, parent=str(told.get("parent_id") or ""), name=str(told.get("name") or ""))
        return self._closed.put(key, thread)


def explained(
    refused: Refused, seen: GuildChannel, guilds: Guilds, needed: tuple[Permission, ...], deed: str
) -> Refused:
    """Names channel, permission and what to do about it, where it is a permission that is missing; `deed` is what was
    to be done."""
    if seen is None or refused.code not in {MISSING_ACCESS, MISSING_PERMISSIONS}:
        return refused
    lacking = guilds.lacking(seen, needed) or needed
    name = called(seen)
    return Refused(refused.code, f"Staffroom may not {deed} in {name}. {rights.remedy(name, lacking)}")
