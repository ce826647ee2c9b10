"""The Web API methods of a loopback Slack. Its rules stand, with their sources, in `slack_server_rules`."""

import re
from typing import Any

from tests.rigs.slack_server_blocks import check_view
from tests.rigs.slack_server_calls import Call, Method, channel_of, is_of_org, need
from tests.rigs.slack_server_files import complete_upload, upload_address
from tests.rigs.slack_server_messages import delete, named, post_ephemeral, post_message, update
from tests.rigs.slack_server_rules import TRIGGER_LIVES, Refused
from tests.rigs.slack_server_world import Channel, Json, Message, Team, User, View, World


def auth_test(world: World, call: Call) -> Json:
    whole = not call.token.team
    return {
        "url": f"https://{call.team.domain}.slack.example/",
        "team": call.team.name,
        "user": call.team.bot.name,
        "team_id": call.team.id if not whole else call.token.enterprise,
        "user_id": call.team.bot.id,
        "bot_id": call.team.bot_id,
        "is_enterprise_install": whole,
        **({"enterprise_id": call.team.enterprise} if call.team.enterprise else {}),
        **({"team": world.enterprises[call.token.enterprise]} if whole else {}),
    }


def teams_list(world: World, call: Call) -> Json:
    mine = [
        each for each in world.teams.values() if call.token.team == each.id or is_of_org(call.token, each.enterprise)
    ]
    return {"teams": [{"id": each.id, "name": each.name} for each in mine], "response_metadata": {"next_cursor": ""}}


def revoke(world: World, call: Call) -> Json:
    world.end_token(call.token.text, "token_revoked")
    return {"revoked": True}


# -------------------------------------------------------------------------------------------------------- conversations


def info(world: World, call: Call) -> Json:
    channel = channel_of(world, call)
    needed = {"im": "im:read", "group": "groups:read", "channel": "channels:read"}[channel.kind]
    need(call, needed)
    return {"channel": channel.as_json(call.team.bot.id)}


def users_conversations(_world: World, call: Call) -> Json:
    """The channels that we are in, private ones where they are asked for."""
    kinds = (call.text("types") or "public_channel").split(",")
    bot = call.team.bot.id
    mine = [
        each.as_json(bot)
        for each in call.team.channels.values()
        if bot in each.members
        and not (each.im or each.is_deleted)
        and ("private_channel" if each.is_private else "public_channel") in kinds
        and not (each.is_archived and call.flag("exclude_archived"))
    ]
    return {"channels": mine, "response_metadata": {"next_cursor": ""}}


def history(world: World, call: Call) -> Json:
    """Top-level messages, newest first; ephemeral ones are never among them."""
    channel = _readable(world, call)
    return _page(call, channel, [each for each in reversed(channel.messages) if each.thread_ts in (None, each.ts)])


def replies(world: World, call: Call) -> Json:
    """The first message of a thread, then its replies, oldest first."""
    channel = _readable(world, call)
    first = call.text("ts")
    thread = [each for each in channel.messages if first in (each.ts, each.thread_ts)]
    if not thread:
        raise Refused("thread_not_found")
    return _page(call, channel, thread)


def _readable(world: World, call: Call) -> Channel:
    channel = channel_of(world, call)
    need(call, {"im": "im:history", "group": "groups:history", "channel": "channels:history"}[channel.kind])
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _page(call: Call, channel: Channel, messages: list[Message]) -> Json:
    oldest, latest = float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    inclusive = call.flag("inclusive")
    kept = [
        each
        for each in messages
        if not each.only_for
        and (oldest < float(each.ts) < latest or (inclusive and float(each.ts) in (oldest, latest)))
    ]
    start, size = int(call.text("cursor") or 0), min(int(call.text("limit") or 100), 999)
    given = kept[start : start + size]
    more = len(kept) > start + size
    with_metadata = call.flag("include_all_metadata")
    return {
        "messages": [each.as_parent(channel.replies_to(each), with_metadata=with_metadata) for each in given],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + size) if more else ""},
    }


def open_conversation(_world: World, call: Call) -> Json:
    user = call.text("users")
    if user not in call.team.users:
        raise Refused("user_not_found")
    return {"channel": {"id": call.team.conversation_with(user).id}}


# ------------------------------------------------------------------------------------------------------------ reactions


def add_reaction(world: World, call: Call) -> Json:
    channel = channel_of(world, call)
    message = _reactable(call, channel, call.text("timestamp"))
    name = call.text("name")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise Refused("invalid_name")
    who = message.reactions.setdefault(name, [])
    if call.team.bot.id in who:
        raise Refused("already_reacted")
    if len([each for each in message.reactions.values() if each]) >= 50:
        raise Refused("too_many_reactions")
    who.append(call.team.bot.id)
    return {}


def get_reactions(world: World, call: Call) -> Json:
    channel = channel_of(world, call)
    message = channel.message(call.text("timestamp"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    return {"type": "message", "channel": channel.id, "message": message.as_json()}


def _reactable(call: Call, channel: Channel, ts: str) -> Message:
    message = channel.message(ts)
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if channel.is_archived:
        raise Refused("is_archived")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return message


# --------------------------------------------------------------------------------------------------------------- people


def user_info(_world: World, call: Call) -> Json:
    user = call.team.users.get(call.text("user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": as_json(user, call.team)}


def as_json(user: User, team: Team) -> Json:
    return {
        "id": user.id,
        "team_id": user.home_team or team.id,
        "name": user.name,
        "deleted": user.is_deleted,
        "real_name": user.real_name,
        "tz": user.zone,
        "profile": {"real_name": user.real_name, "display_name": user.name.capitalize()},
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted or user.ultra,
        "is_ultra_restricted": user.ultra,
        "is_bot": user.is_bot,
        "is_app_user": False,
        **({"is_stranger": True} if user.is_stranger else {}),
    }


# ---------------------------------------------------------------------------------------------------------------- views


def open_view(world: World, call: Call) -> Json:
    """A trigger opens one modal, within three seconds of what the person did."""
    trigger = world.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.team != call.team.id:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if world.age(trigger.made_at) > TRIGGER_LIVES:
        raise Refused("expired_trigger_id")
    shown = _view(call)
    if shown.get("type") != "modal":
        raise Refused("invalid_arguments")
    check_view(shown)
    trigger.used = True
    shown = {**shown, "blocks": named(shown["blocks"])}
    view = View(world.new_id("V"), call.team.id, trigger.user, shown)
    world.views[view.id] = view
    return {"view": view_as_json(view, call.team)}


def publish_view(world: World, call: Call) -> Json:
    user = call.team.users.get(call.text("user_id"))
    if user is None:
        raise Refused("user_not_found")
    shown = _view(call)
    if shown.get("type") != "home":
        raise Refused("invalid_arguments")
    check_view(shown)
    user.home = shown = {**shown, "blocks": named(shown["blocks"])}
    view = View(world.new_id("V"), call.team.id, user.id, shown)
    world.views[view.id] = view
    return {"view": view_as_json(view, call.team)}


def _view(call: Call) -> Json:
    view: Any = call.arguments.get("view")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments")
    return view


def view_as_json(view: View, team: Team) -> Json:
    given = {"private_metadata": "", "callback_id": "", **view.shown}
    return {"id": view.id, "team_id": team.id, "app_id": "A0STAFF", "bot_id": team.bot_id, "hash": "1.a", **given}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "auth.revoke": revoke,
    "auth.teams.list": teams_list,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "conversations.info": info,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_conversation,
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": upload_address,
    "reactions.add": add_reaction,
    "reactions.get": get_reactions,
    "users.conversations": users_conversations,
    "users.info": user_info,
    "views.open": open_view,
    "views.publish": publish_view,
}
