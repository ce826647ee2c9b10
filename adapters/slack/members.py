"""Who somebody is, and what a channel is: asked of Slack seldom, remembered for a while."""

from datetime import timedelta

from adapters.slack.api import Calls
from adapters.slack.errors import INVITE_FIRST, MissingScope, Refused
from adapters.slack.line import Json
from adapters.slack.tokens import team_of
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.memory import Memory
from bot.domain.people import Profile, Standing
from bot.errors import Rejected, Throttled, Unavailable
from bot.ports import ChannelSeen, Clock

PROFILE_HOLDS = timedelta(hours=1)
CHANNEL_HOLDS = timedelta(minutes=10)

KINDS = "public_channel,private_channel"
MANY = 200
NOT_THERE = {"user_not_found", "users_not_found"}


class Members:
    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._users: Memory[PersonKey, Json] = Memory(clock.now, PROFILE_HOLDS)
        self._channels: Memory[ChannelKey, ChannelSeen] = Memory(clock.now, CHANNEL_HOLDS)
        self._open: Memory[ChannelKey, bool] = Memory(clock.now, CHANNEL_HOLDS)

    async def profile(self, person: PersonKey) -> Profile:
        user = await self._user(person)
        if not user:
            return Profile()
        standing = _standing(user, team_of(person.workspace))
        has_left = bool(user.get("deleted"))
        return Profile(standing, _name(user), _zone(user), is_app=bool(user.get("is_bot")), has_left=has_left)

    async def is_bot(self, person: PersonKey) -> bool:
        """False also where Slack may not be asked."""
        user = await self._user(person)
        return bool(user.get("is_bot"))

    async def look(self, channel: ChannelKey) -> ChannelSeen | None:
        """None for a person's own channel, and where Slack may not be asked."""
        known = self._channels.fresh(channel)
        if known is not None or channel.channel.startswith(("U", "W", "D")):
            return known
        try:
            answer = await self._calls.read(channel.workspace, "conversations.info", channel=channel.channel)
        except MissingScope:
            return None
        except (Throttled, Unavailable):
            return self._channels.old(channel)
        seen = answer["channel"]
        if seen.get("is_archived"):
            raise Rejected("This channel is archived. Unarchive it, or choose another one.")
        self._learn(channel.workspace, seen)
        is_member = bool(seen.get("is_member"))
        remedy = "" if is_member else INVITE_FIRST
        return self._channels.put(channel, ChannelSeen(str(seen.get("name") or ""), is_member, remedy))

    async def learn_channels(self, workspace: str) -> None:
        """Which of those that we are in everybody may see. Nothing is learnt where Slack may not be asked."""
        cursor = ""
        while True:
            wanted = {"types": KINDS, "limit": MANY, "exclude_archived": "true", "cursor": cursor or None}
            page = await self._calls.read(workspace, "users.conversations", **wanted)
            for seen in page.get("channels") or []:
                self._learn(workspace, seen)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _learn(self, workspace: str, seen: Json) -> None:
        is_open = seen.get("is_private") is False and not seen.get("is_im")
        self._open.put(ChannelKey(workspace, str(seen.get("id"))), is_open)

    def is_open(self, channel: ChannelKey) -> bool:
        """Whether everybody in the workspace may see it, as Slack said last; False where it has not."""
        return bool(self._open.old(channel))

    def forget_person(self, person: PersonKey) -> None:
        self._users.forget(person)

    def forget_channel(self, channel: ChannelKey) -> None:
        self._channels.forget(channel)

    async def _user(self, person: PersonKey) -> Json:
        """Empty where Slack may not be asked. Where it does not answer, what it said earlier will do."""
        known = self._users.fresh(person)
        if known is not None:
            return known
        try:
            answer = await self._calls.read(person.workspace, "users.info", user=person.person)
        except MissingScope:
            return self._users.put(person, {})
        except Refused as refused:
            return self._users.put(person, {"is_stranger": True, "deleted": refused.code in NOT_THERE})
        except (Throttled, Unavailable):
            if (old := self._users.old(person)) is not None:
                return old
            raise
        return self._users.put(person, _wanted(answer["user"]))


_KEPT = (
    "name real_name tz is_admin is_owner is_primary_owner is_restricted is_ultra_restricted is_bot is_stranger "
    "deleted team_id enterprise_user"
).split()


def _wanted(user: Json) -> Json:
    """What is used of it: addresses and telephone numbers are not remembered."""
    profile = user.get("profile") or {}
    return {**{name: user[name] for name in _KEPT if name in user}, "display_name": profile.get("display_name")}


def _standing(user: Json, team: str) -> Standing:
    """Another app acts for nobody here, so it counts as somebody from outside."""
    if user.get("is_stranger") or user.get("deleted") or user.get("is_bot") or not _works_here(user, team):
        return Standing.EXTERNAL
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    if user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"):
        return Standing.ADMIN
    return Standing.MEMBER


def _works_here(user: Json, team: str) -> bool:
    """In an organisation a person has a home workspace and belongs to others too."""
    of_organisation = user.get("enterprise_user") or {}
    return user.get("team_id") in (None, "", team, of_organisation.get("enterprise_id")) or team in (
        of_organisation.get("teams") or []
    )


def _name(user: Json) -> str:
    return str(user.get("display_name") or user.get("real_name") or user.get("name") or "")


def _zone(user: Json) -> str | None:
    return str(user["tz"]) if user.get("tz") else None
