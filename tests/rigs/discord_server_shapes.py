"""How a loopback Discord tells of what it knows: the objects of its API as JSON."""

from datetime import datetime

from tests.rigs.discord_server_rules import Answer, Flag, Kind
from tests.rigs.discord_server_world import (
    Application,
    Channel,
    Emoji,
    Guild,
    Interaction,
    Json,
    Message,
    Role,
    User,
    World,
)


def stamp(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="microseconds") if moment else None


# --------------------------------------------------------------------------------------------------------------- people


def user_json(user: User) -> Json:
    return {
        "id": user.id,
        "username": user.name.lower(),
        "discriminator": "0" if not user.is_bot else "4321",
        "global_name": user.global_name or None,
        "avatar": None,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
        **({"bot": True} if user.is_bot else {}),
    }


def member_json(
    world: World, guild: Guild, user: str, *, with_user: bool = True, channel: Channel | None = None
) -> Json:
    """With `channel`, as an interaction there carries it: with what the member may do in it."""
    member = guild.members[user]
    return {
        "nick": member.nick or None,
        "roles": list(member.roles),
        "joined_at": stamp(member.joined_at or world.made_at(guild.id)),
        "premium_since": None,
        "avatar": None,
        "banner": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": member.is_pending,
        "communication_disabled_until": stamp(member.silenced_until),
        **({"user": user_json(world.users[user])} if with_user else {}),
        **({"permissions": str(world.permissions(user, channel))} if channel else {}),
    }


def application_json(world: World) -> Json:
    app: Application = world.app
    return {
        "id": app.id,
        "name": app.name,
        "icon": None,
        "description": "Brings your learning network into the staffroom.",
        "type": None,
        "bot_public": app.is_public,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user_json(world.users[app.owner]),
        "team": None,
        "flags": _intent_flags(app),
        "flags_new": str(_intent_flags(app)),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "integration_types_config": {"0": {}, "1": {}},
        "approximate_guild_count": len(world.guilds_of(app.id)),
        "approximate_user_install_count": sum(each.has_installed for each in world.users.values()),
        "approximate_user_authorization_count": 0,
    }


def _intent_flags(app: Application) -> int:
    """The limited grants, that any app with few servers has once its owner switched them on."""
    bits = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
    return sum(bit for name, bit in bits.items() if name in app.may)


# -------------------------------------------------------------------------------------------------------------- servers


def role_json(role: Role) -> Json:
    return {
        "id": role.id,
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": bool(role.managed_by),
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        **({"tags": {"bot_id": role.managed_by}} if role.managed_by else {}),
    }


def emoji_json(emoji: Emoji) -> Json:
    facts = {"roles": [], "require_colons": True, "managed": False, "animated": False, "available": True}
    return {"id": emoji.id, "name": emoji.name, **facts}


def guild_json(guild: Guild) -> Json:
    """As REST gives it: without channels and members."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "description": None,
        "banner": None,
        "owner_id": guild.owner,
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": guild.system_channel,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-GB",
        "vanity_url_code": None,
        "max_members": 500_000,
        "max_presences": None,
        "features": list(guild.features),
        "emojis": [emoji_json(each) for each in guild.emoji.values()],
        "stickers": [],
        "roles": [role_json(each) for each in guild.roles.values()],
        "home_header": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "incidents_data": None,
    }


def guild_create(world: World, guild: Guild) -> Json:
    """As the gateway tells of it, once for each session: with channels, live threads, and of its members the bot."""
    if guild.is_unavailable:
        return {"id": guild.id, "unavailable": True}
    channels = [each for each in guild.channels.values() if not each.is_thread]
    threads = [each for each in guild.channels.values() if each.is_thread and not each.is_archived]
    bot = world.app.id
    return {
        **guild_json(guild),
        "joined_at": stamp(_joined_at(world, guild)),
        "large": len(guild.members) > 50,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(world, guild, bot)] if bot in guild.members else [],
        "channels": [without_guild(channel_json(world, each)) for each in channels],
        "threads": [channel_json(world, each) for each in threads if world.may(bot, "View Channel", each)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def _joined_at(world: World, guild: Guild) -> datetime:
    ours = guild.members.get(world.app.id)
    return (ours and ours.joined_at) or world.made_at(guild.id)


def without_guild(channel: Json) -> Json:
    return {name: value for name, value in channel.items() if name != "guild_id"}


# ------------------------------------------------------------------------------------------------------------- channels


def channel_json(world: World, channel: Channel) -> Json:
    last = next(reversed(channel.messages), None)
    shown: Json = {"id": channel.id, "type": int(channel.kind), "last_message_id": last, "flags": 0}
    if channel.kind == Kind.DM:
        return {**shown, "recipients": [user_json(world.users[channel.with_user or ""])]}
    shown |= {"name": channel.name, "guild_id": channel.guild, "parent_id": channel.parent, "rate_limit_per_user": 0}
    return {**shown, **(_of_thread(world, channel) if channel.is_thread else _of_place(channel))}


def _of_place(channel: Channel) -> Json:
    return {
        "position": channel.position,
        "nsfw": channel.is_for_adults,
        "topic": channel.topic or None,
        "permission_overwrites": [
            {"id": each.id, "type": int(each.is_member), "allow": str(each.allow), "deny": str(each.deny)}
            for each in channel.overwrites
        ],
        **(_of_forum(channel) if channel.is_forum else {}),
    }


def _of_forum(channel: Channel) -> Json:
    return {
        "flags": (1 << 4) * channel.needs_tag,
        "available_tags": list(channel.tags),
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    }


def _of_thread(world: World, thread: Channel) -> Json:
    written = sum(each.id != thread.id for each in thread.written)
    return {
        "owner_id": thread.owner,
        "message_count": written,
        "total_message_sent": written,
        "member_count": len(thread.members),
        "thread_metadata": {
            "archived": thread.is_archived,
            "locked": thread.is_locked,
            "auto_archive_duration": thread.archives_after,
            "archive_timestamp": stamp(world.made_at(thread.id)),
            "create_timestamp": stamp(world.made_at(thread.id)),
        },
        "applied_tags": list(thread.applied_tags),
        **({"member": thread_member_json(world, thread, world.app.id)} if world.app.id in thread.members else {}),
    }


def thread_member_json(world: World, thread: Channel, user: str) -> Json:
    return {"id": thread.id, "user_id": user, "join_timestamp": stamp(world.made_at(thread.id)), "flags": 0}


# ------------------------------------------------------------------------------------------------------------- messages


def emoji_of(key: str) -> Json:
    """What a person taps: a Unicode emoji, or `name:id`."""
    name, _, number = key.partition(":")
    return {"id": number or None, "name": name, **({"animated": False} if number else {})}


def message_json(world: World, message: Message, *, whole: bool = True) -> Json:
    """As the bot gets it. `whole` is False where it may not know what somebody else wrote."""
    channel = world.channels[message.channel]
    author = world.users[message.author]
    shown: Json = {
        "id": message.id,
        "channel_id": message.channel,
        "type": message.type,
        "author": user_json(author),
        "content": message.content if whole else "",
        "timestamp": stamp(world.made_at(message.id)),
        "edited_timestamp": stamp(message.edited_at),
        "tts": False,
        "pinned": False,
        "mention_everyone": "everyone" in message.called,
        "mentions": [user_json(world.users[each]) for each in message.called if each in world.users],
        "mention_roles": [each for each in message.called if each not in world.users and each != "everyone"],
        "attachments": list(message.attachments) if whole else [],
        "embeds": list(message.embeds) if whole else [],
        "components": list(message.components) if whole else [],
        "flags": message.flags,
    }
    if message.reactions:
        shown["reactions"] = reactions_json(world, message)
    if message.nonce is not None:
        shown["nonce"] = message.nonce
    if message.webhook or author.id == world.app.id:
        shown["application_id"] = world.app.id
    if message.webhook:
        shown["webhook_id"] = message.webhook
    if message.reference:
        shown["message_reference"] = message.reference
    if message.interaction:
        shown |= _interaction_metadata(world, message)
    if channel.is_thread:
        shown["position"] = list(channel.messages).index(message.id) if message.id in channel.messages else 0
    if message.thread and message.thread in world.channels:
        shown["thread"] = channel_json(world, world.channels[message.thread])
    return shown


def reactions_json(world: World, message: Message) -> list[Json]:
    return [
        {
            "emoji": emoji_of(key),
            "count": len(who),
            "count_details": {"burst": 0, "normal": len(who)},
            "burst_colors": [],
            "me": world.app.id in who,
            "me_burst": False,
        }
        for key, who in message.reactions.items()
        if who
    ]


def _interaction_metadata(world: World, message: Message) -> Json:
    acted = world.acts[message.interaction or ""]
    told = {
        "id": acted.id,
        "type": acted.type,
        "user": user_json(world.users[acted.user]),
        "authorizing_integration_owners": owners_of(acted, world),
    }
    return {"interaction_metadata": told}


def owners_of(acted: Interaction, world: World) -> Json:
    """For whom the app is installed where somebody acts: the server, the person, or both."""
    is_here = acted.guild is not None and world.app.id in world.guilds[acted.guild].members
    owners: Json = {"0": acted.guild or "0"} if is_here or acted.guild is None else {}
    if world.users[acted.user].has_installed:
        owners["1"] = acted.user
    return owners


def callback_json(world: World, acted: Interaction) -> Json:
    """What a callback is answered with where it asks for a response."""
    told: Json = {"id": acted.id, "type": acted.type}
    answer: Json = acted.answer or {}
    resource: Json = {"type": answer.get("type")}
    message = world.messages.get(acted.original or "")
    if message:
        told |= {
            "response_message_id": message.id,
            "response_message_loading": bool(message.flags & Flag.LOADING),
            "response_message_ephemeral": bool(message.flags & Flag.EPHEMERAL),
        }
        if answer.get("type") in (Answer.MESSAGE, Answer.UPDATE):
            resource["message"] = message_json(world, message)
    return {"interaction": told, "resource": resource}
