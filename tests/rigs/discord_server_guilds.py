"""Servers and people of a loopback Discord, and the app itself."""

from tests.rigs.discord_server_calls import Answer, Call, guild_of
from tests.rigs.discord_server_rules import no_access, unknown
from tests.rigs.discord_server_shapes import (
    application_json,
    channel_json,
    guild_json,
    member_json,
    role_json,
    user_json,
)


def me(call: Call) -> Answer:
    return {**user_json(call.world.bot), "verified": True, "mfa_enabled": True, "locale": "en-GB", "email": None}


def application(call: Call) -> Answer:
    return application_json(call.world)


def user(call: Call) -> Answer:
    who = call.world.users.get(call.named["user_id"])
    if who is None:
        raise unknown("User", 10013)
    return user_json(who)


def my_guilds(call: Call) -> Answer:
    """By id, `after` one of them, at most 200 at a time."""
    bot, after = call.world.app.id, call.number("after", 0)
    mine = sorted((each for each in call.world.guilds_of(bot) if int(each.id) > after), key=lambda each: int(each.id))
    return [
        {
            "id": each.id,
            "name": each.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(call.world.permissions_in(bot, each)),
            "features": list(each.features),
        }
        for each in mine[: call.number("limit", 200)]
    ]


def leave(call: Call) -> Answer:
    guild = call.world.guilds.get(call.named["guild_id"])
    if guild is None or call.world.app.id not in guild.members:
        raise unknown("Guild", 10004)
    call.world.take_app_out(guild)
    call.world.tell("GUILD_DELETE", {"id": guild.id}, guild.id)
    return None


def guild(call: Call) -> Answer:
    return guild_json(guild_of(call))


def channels(call: Call) -> Answer:
    return [channel_json(call.world, each) for each in guild_of(call).channels.values() if not each.is_thread]


def roles(call: Call) -> Answer:
    return [role_json(each) for each in guild_of(call).roles.values()]


def member(call: Call) -> Answer:
    where, who = guild_of(call), call.named["user_id"]
    if who not in call.world.users:
        raise unknown("User", 10013)
    if who not in where.members:
        raise unknown("Member", 10007)
    return member_json(call.world, where, who)


def members(call: Call) -> Answer:
    """All of them are told to apps with the privileged intent only."""
    where = guild_of(call)
    if "members" not in call.world.app.may:
        raise no_access()
    return [member_json(call.world, where, each) for each in where.members]
