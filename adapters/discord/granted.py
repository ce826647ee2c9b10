"""What Staffroom may do in a channel, asked of the API alone: before anything runs nobody told us of servers."""

from typing import Any

from adapters.discord import rights
from adapters.discord.api import Api
from adapters.discord.errors import MISSING_ACCESS, Refused
from bot.domain.check import Check, Health
from bot.errors import AdapterError

THREADS = {10, 11, 12}
FORUM = 15
WRITABLE = {0, 2, 5, 13, FORUM}
"""Discord's numbers for kinds of channels: text, voice, announcements, stage, forum."""

INVITE = "Print the link with staffroom discord invite, and open it."

_ADMINISTRATOR = 1 << 3
_EVERYTHING = ~0

Json = dict[str, Any]


async def granted(api: Api, channel: Json) -> int:
    """As Discord works it out: the server's rights, then what the channel says about everybody, about roles, and about
    Staffroom itself."""
    server, us = str(channel.get("guild_id")), str((await api.who_am_i()).get("id"))
    base = next((int(each.get("permissions") or 0) for each in await api.guilds() if each.get("id") == server), 0)
    if base & _ADMINISTRATOR:
        return _EVERYTHING
    roles = (await api.member(server, us)).get("roles") or []
    for whose in ({server}, set(roles), {us}):
        said = [each for each in channel.get("permission_overwrites") or [] if each.get("id") in whose]
        for each in said:
            base &= ~int(each.get("deny") or 0)
        for each in said:
            base |= int(each.get("allow") or 0)
    return base if base & rights.VIEW.value else 0


async def check_channel(api: Api, channel: str) -> list[Check]:
    """The API is open while it is asked. Nothing where it cannot be asked: that is said once, elsewhere."""
    try:
        return [await _checked(api, channel)]
    except AdapterError:
        return []


async def _checked(api: Api, channel: str) -> Check:
    try:
        found = await api.channel(channel)
        may = await granted(api, found)
    except Refused as refused:
        return await _why_not(api, channel, refused)
    name = f"#{plain(found.get('name'))}"
    if found.get("type") not in WRITABLE | THREADS:
        return Check(f"discord {name}", Health.FAIL, "nothing can be written in a channel of this kind")
    lacking = rights.missing(may, rights.IN_A_CHANNEL)
    if not lacking:
        return Check(f"discord {name}", Health.OK, "Staffroom may do there what it needs")
    needed = rights.TO_POST_IN_A_FORUM if found["type"] == FORUM else rights.TO_SEND
    health = Health.FAIL if rights.missing(may, needed) else Health.WARN
    lost = " ".join(dict.fromkeys(each.lost for each in lacking))
    return Check(f"discord {name}", health, f"permissions are missing. {lost}", rights.remedy(name, lacking))


async def _why_not(api: Api, channel: str, refused: Refused) -> Check:
    name = f"discord channel {channel}"
    if refused.code != MISSING_ACCESS:
        return Check(name, Health.FAIL, str(refused))
    if not await api.guilds():
        return Check(name, Health.FAIL, "Staffroom is in no server, so nothing can be sent there", INVITE)
    return Check(name, Health.FAIL, str(refused), "Or is it in another server? Then invite Staffroom there.")


def plain(name: object) -> str:
    """Somebody else's name, in one line of a terminal."""
    return "".join(letter for letter in str(name or "") if letter.isprintable())[:100]
