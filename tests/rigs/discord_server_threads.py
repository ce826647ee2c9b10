"""Channels, threads and forum posts of a loopback Discord."""

from typing import Any

from tests.rigs.discord_server_calls import Answer, Call, channel_of, guild_of, message_of, need, unless_archived
from tests.rigs.discord_server_content import check_content, check_flags
from tests.rigs.discord_server_messages import tell_written, write
from tests.rigs.discord_server_rules import STARTS_A_THREAD, Flag, Kind, Refused, invalid, no_permission, unknown
from tests.rigs.discord_server_shapes import channel_json, message_json, thread_member_json
from tests.rigs.discord_server_world import Channel, Json, Message, World

ARCHIVES_AFTER = (60, 1_440, 4_320, 10_080)
MOST_TAGS = 5


def get(call: Call) -> Answer:
    return channel_json(call.world, channel_of(call))


def begin_from_message(call: Call) -> Answer:
    """The thread has the id of the message. Only one can be begun from it."""
    channel = channel_of(call)
    message = message_of(call, channel)
    if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    need(call, channel, "Create Public Threads", "Read Message History")
    if message.thread:
        raise Refused(400, 160004, "A thread has already been created for this message")
    kind = Kind.ANNOUNCEMENT_THREAD if channel.kind == Kind.ANNOUNCEMENT else Kind.PUBLIC_THREAD
    thread = add_thread(call.world, channel, call.body, kind, call.world.app.id, id_=message.id)
    message.thread = thread.id
    message.flags |= Flag.HAS_THREAD
    where = {"type": 0, "channel_id": channel.id, "message_id": message.id, "guild_id": channel.guild}
    starter = Message(call.world.new_id(), thread.id, message.author, type=STARTS_A_THREAD, reference=where)
    call.world.add_message(starter)
    return channel_json(call.world, thread)


def begin(call: Call) -> Answer:
    """A thread of its own, or in a forum a post with its first message."""
    channel = channel_of(call)
    if channel.is_forum:
        return _post(call, channel)
    if channel.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT):
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    kind = Kind(int(call.body.get("type") or Kind.PRIVATE_THREAD))
    need(call, channel, "Create Private Threads" if kind == Kind.PRIVATE_THREAD else "Create Public Threads")
    return channel_json(call.world, add_thread(call.world, channel, call.body, kind, call.world.app.id))


def _post(call: Call, forum: Channel) -> Json:
    world = call.world
    need(call, forum, "Send Messages")
    tags = [str(each) for each in call.body.get("applied_tags") or []]
    if forum.needs_tag and not tags:
        raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
    if len(tags) > MOST_TAGS or set(tags) - {str(each["id"]) for each in forum.tags}:
        raise invalid("applied_tags", "BASE_TYPE_CHOICES", "Value must be one of the tags of this channel.")
    first = call.body.get("message")
    if not isinstance(first, dict):
        raise invalid("message", "BASE_TYPE_REQUIRED", "This field is required")
    check_flags(first)
    content = check_content(first, call.files)
    id_ = world.new_id()
    thread = add_thread(world, forum, call.body, Kind.PUBLIC_THREAD, world.app.id, id_=id_)
    thread.applied_tags = tags
    message = write(world, thread, content, first)
    world.remove_message(message)
    message.id = id_
    world.add_message(message)
    tell_written(world, message)
    return {**channel_json(world, thread), "message": message_json(world, message)}


def add_thread(world: World, channel: Channel, asked: Json, kind: Kind, owner: str, *, id_: str = "") -> Channel:
    """Whoever may is told."""
    guild = world.guilds[channel.guild or ""]
    after = int(asked.get("auto_archive_duration") or 1_440)
    if after not in ARCHIVES_AFTER:
        words = f"Value must be one of {ARCHIVES_AFTER}."
        raise invalid("auto_archive_duration", "BASE_TYPE_CHOICES", words)
    if len([each for each in guild.channels.values() if each.is_thread and not each.is_archived]) >= guild.most_threads:
        raise Refused(400, 160006, "Maximum number of active threads reached")
    thread = world.add_channel(guild, _name(asked.get("name")), kind, parent=channel.id, id_=id_)
    thread.owner, thread.archives_after, thread.members = owner, after, {owner}
    world.tell("THREAD_CREATE", {**channel_json(world, thread), "newly_created": True}, guild.id)
    return thread


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return name.strip()


# ---------------------------------------------------------------------------------------------------------- afterwards


def change(call: Call) -> Answer:
    """Name and topic of a channel; a thread is archived, opened, locked."""
    channel = channel_of(call)
    if channel.is_thread:
        _change_thread(call, channel)
    else:
        need(call, channel, "Manage Channels")
    channel.name = _name(call.body.get("name", channel.name))
    channel.topic = call.body.get("topic", channel.topic) or ""
    call.world.tell(
        "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel_json(call.world, channel), channel.guild
    )
    return channel_json(call.world, channel)


def _change_thread(call: Call, thread: Channel) -> None:
    world = call.world
    only_opens = set(call.body) == {"archived"} and not call.body["archived"]
    is_ours = thread.owner == world.app.id or world.may(world.app.id, "Manage Threads", thread)
    if not (is_ours or only_opens) or (thread.is_locked and not world.may(world.app.id, "Manage Threads", thread)):
        raise no_permission()
    if only_opens:
        need(call, thread, "Send Messages in Threads")
    if call.body.get("archived") is not False:
        unless_archived(thread)
    thread.is_archived = bool(call.body.get("archived", thread.is_archived))
    thread.is_locked = bool(call.body.get("locked", thread.is_locked))
    thread.archives_after = int(call.body.get("auto_archive_duration") or thread.archives_after)


def delete(call: Call) -> Answer:
    channel = channel_of(call)
    if channel.kind == Kind.DM:
        return channel_json(call.world, channel)
    need(call, channel, "Manage Threads" if channel.is_thread else "Manage Channels")
    shown = channel_json(call.world, channel)
    tell_deleted(call.world, channel)
    return shown


def tell_deleted(world: World, channel: Channel) -> None:
    """Takes the channel or thread away and tells whoever may know."""
    told = channel_json(world, channel)
    world.remove_channel(channel)
    if channel.is_thread:
        told = {name: told[name] for name in ("id", "guild_id", "parent_id", "type")}
    world.tell("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", told, channel.guild)


def join(call: Call) -> Answer:
    thread = channel_of(call)
    if not thread.is_thread:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    unless_archived(thread)
    thread.members.add(call.world.app.id)
    return None


def leave(call: Call) -> Answer:
    channel_of(call).members.discard(call.world.app.id)
    return None


def active(call: Call) -> Answer:
    guild = guild_of(call)
    live = [each for each in guild.channels.values() if each.is_thread and not each.is_archived]
    return _listed(call.world, live)


def archived(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Read Message History")
    return {
        **_listed(call.world, [each for each in call.world.threads_of(channel) if each.is_archived]),
        "has_more": False,
    }


def _listed(world: World, threads: list[Channel]) -> Json:
    bot = world.app.id
    seen = [each for each in threads if world.may(bot, "View Channel", each)]
    return {
        "threads": [channel_json(world, each) for each in seen],
        "has_more": False,
        "members": [thread_member_json(world, each, bot) for each in seen if bot in each.members],
    }


# ------------------------------------------------------------------------------------------------------ direct messages


def open_direct(call: Call) -> Answer:
    """Opened for anybody there is; whether they take messages shows when one is sent."""
    who = str(call.body.get("recipient_id") or "")
    if who not in call.world.users:
        raise unknown("User", 10013)
    if call.world.users[who].is_bot:
        raise Refused(400, 50007, "Cannot send messages to this user")
    return channel_json(call.world, call.world.direct_messages_with(who))
