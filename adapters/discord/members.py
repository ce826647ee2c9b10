"""Who somebody is in a server: told with everything people do there, else asked, and remembered for some minutes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from discord import Permissions

from adapters.discord.api import Api
from adapters.discord.errors import UNKNOWN_MEMBER, UNKNOWN_USER, Refused
from adapters.discord.guilds import Guilds
from adapters.discord.message import guild_of
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.memory import Memory
from bot.domain.people import Profile, Standing
from bot.errors import Throttled, Unavailable
from bot.ports import Clock

HOLDS = timedelta(minutes=5)
NOT_A_MEMBER = {UNKNOWN_MEMBER, UNKNOWN_USER}
STRANGER = Profile(Standing.EXTERNAL)
GONE = Profile(Standing.EXTERNAL, has_left=True)

Payload = Mapping[str, Any]


class Members:
    def __init__(self, api: Api, guilds: Guilds, clock: Clock) -> None:
        self._api = api
        self._guilds = guilds
        self._clock = clock
        self._known: Memory[PersonKey, Profile] = Memory(clock.now, HOLDS)
        self._writes: Memory[tuple[PersonKey, ChannelKey], bool] = Memory(clock.now, HOLDS)

    async def profile(self, person: PersonKey) -> Profile:
        """Somebody who is not in the server counts as from outside. Where Discord does not answer, what it said earlier
        will do."""
        known = self._known.fresh(person)
        if known is not None:
            return known
        guild = guild_of(person.workspace)
        if not self._guilds.has(guild):
            return STRANGER
        try:
            member = await self._api.member(guild, person.person)
        except Refused as refused:
            if refused.code not in NOT_A_MEMBER:
                raise
            return self._known.put(person, GONE)
        except (Throttled, Unavailable):
            if (old := self._known.old(person)) is not None:
                return old
            raise
        rights = self._rights(guild, person.person, member)
        return self._known.put(person, _profile(member, rights, self._clock.now()))

    async def is_in(self, workspace: str, user: str) -> bool:
        """Whether they are a member of the server."""
        return (await self.profile(PersonKey(workspace, user))).standing is not Standing.EXTERNAL

    async def require(self, workspace: str, user: str) -> None:
        """Raises Rejected where they are no member: what is said in a server is nobody else's."""
        if not await self.is_in(workspace, user):
            raise Refused(UNKNOWN_MEMBER)

    def may_write(self, person: PersonKey, channel: ChannelKey) -> bool:
        """True where that was not told lately."""
        return self._writes.fresh((person, channel)) is not False

    def learn(self, channel: ChannelKey, user: str, member: Payload) -> None:
        """From what an interaction in the channel, or in a thread of it, tells of whoever did it."""
        person, rights = PersonKey(channel.workspace, user), Permissions(int(member.get("permissions") or 0))
        self._known.put(person, _profile(member, rights, self._clock.now()))
        self._writes.put((person, channel), rights.send_messages)

    def forget(self, person: PersonKey) -> None:
        self._known.forget(person)

    def _rights(self, guild: str, user: str, member: Payload) -> Permissions:
        """Those that hold in the whole server."""
        seen = self._guilds.guild(guild)
        if seen is None or seen.unavailable:
            raise Unavailable("Discord does not show the server just now. It is tried again later.")
        if str(seen.owner_id) == user:
            return Permissions.all()
        rights = Permissions(seen.default_role.permissions.value)
        for role in map(seen.get_role, map(int, member.get("roles") or [])):
            rights |= role.permissions if role else Permissions.none()
        return rights


def _profile(member: Payload, rights: Permissions, now: datetime) -> Profile:
    user = member.get("user") or {}
    if user.get("bot"):
        return Profile(Standing.EXTERNAL, _name(member, user), is_app=True)
    groups = frozenset(map(str, member.get("roles") or []))
    return Profile(_standing(member, rights, now), _name(member, user), groups=groups)


def _standing(member: Payload, rights: Permissions, now: datetime) -> Standing:
    """Whoever has not agreed to the server's rules yet, or was silenced for a time, may not write there, so that what
    they write to us alone must not appear there either: they read, like guests."""
    if rights.administrator:
        return Standing.ADMIN
    if member.get("pending") or _is_silenced(member, now):
        return Standing.GUEST
    return Standing.ADMIN if rights.manage_guild else Standing.MEMBER


def _is_silenced(member: Payload, now: datetime) -> bool:
    until = member.get("communication_disabled_until")
    return bool(until) and datetime.fromisoformat(str(until)) > now


def _name(member: Payload, user: Payload) -> str:
    return str(member.get("nick") or user.get("global_name") or user.get("username") or "")
