"""Messages of a loopback Discord: written, changed, taken away, read. Its rules stand in `discord_server_rules`."""

from typing import Any

from tests.rigs.discord_server_calls import (
    Answer,
    Call,
    channel_of,
    may_read,
    message_of,
    need,
    unless_archived,
    unless_locked,
    writable,
)
from tests.rigs.discord_server_content import MAY_BE_SET, Content, check_content, check_flags
from tests.rigs.discord_server_rules import NONCE_LIVES, PERMISSION, Flag, Refused, invalid, no_permission
from tests.rigs.discord_server_shapes import channel_json, message_json
from tests.rigs.discord_server_text import called_in
from tests.rigs.discord_server_world import Channel, Json, Message, SentFile, World


def create(call: Call) -> Answer:
    channel = writable(call, channel_of(call))
    nonce = call.body.get("nonce")
    if call.body.get("enforce_nonce") and nonce is not None and (known := _with_nonce(call.world, nonce)):
        return message_json(call.world, known)
    check_flags(call.body)
    content = check_content(call.body, call.files)
    message = write(call.world, channel, content, call.body)
    message.nonce = nonce
    if nonce is not None:
        call.world.nonces[str(nonce)] = message
    reference = call.body.get("message_reference")
    if reference:
        message.reference = _reference(channel, reference)
        message.type = 19
    tell_written(call.world, message)
    return message_json(call.world, message)


def write(world: World, channel: Channel, content: Content, body: Json) -> Message:
    """By the bot, in a channel that it may write in. Nobody is told."""
    message = Message(world.new_id(), channel.id, world.app.id)
    message.allowed_mentions = body.get("allowed_mentions")
    _fill(world, message, content)
    if channel.is_archived:
        channel.is_archived = False
        world.tell("THREAD_UPDATE", channel_json(world, channel), channel.guild)
    if channel.is_thread:
        channel.members.add(world.app.id)
    return world.add_message(message)


def _fill(world: World, message: Message, content: Content) -> None:
    channel = world.channels[message.channel]
    may_embed = channel.guild is None or world.may(world.app.id, "Embed Links", channel)
    message.content, message.components, message.flags = content.text, content.components, content.flags
    message.embeds = content.embeds if may_embed else []
    message.attachments, message.files = content.attachments, content.files or message.files
    message.called = called_by(world, message)


def tell_written(world: World, message: Message) -> None:
    if not message.only_for:
        guild = world.channels[message.channel].guild
        told = message_json(world, message, whole=may_read(world, message))
        world.tell("MESSAGE_CREATE", told | ({"guild_id": guild} if guild else {}), guild)


def called_by(world: World, message: Message) -> list[str]:
    """Whom the text notifies, of what it mentions and the request allows: ids of people and roles, `everyone`."""
    channel, allowed = world.channels[message.channel], message.allowed_mentions
    everyone_too = world.permissions(message.author, channel) & PERMISSION["Mention Everyone"]
    called = []
    for each in called_in(message):
        kind, _, id_ = each.partition(":")
        if not _allows(allowed, kind, id_):
            continue
        if kind == "user" and id_ in world.users:
            called.append(id_)
        if kind == "everyone" and everyone_too:
            called.append("everyone")
        if kind == "role" and channel.guild:
            role = world.guilds[channel.guild].roles.get(id_)
            called += [id_] if role and (role.mentionable or everyone_too) else []
    return list(dict.fromkeys(called))


def _allows(allowed: Json | None, kind: str, id_: str) -> bool:
    """Without a word about it all is allowed."""
    if allowed is None:
        return True
    plural = {"user": "users", "role": "roles", "everyone": "everyone"}[kind]
    return plural in (allowed.get("parse") or []) or id_ in [str(each) for each in allowed.get(plural) or []]


def _with_nonce(world: World, nonce: Any) -> Message | None:
    message = world.nonces.get(str(nonce))
    if message is None or world.age(world.made_at(message.id)) > NONCE_LIVES or message.id not in world.messages:
        return None
    return message


def _reference(channel: Channel, asked: Json) -> Json:
    if str(asked.get("message_id")) not in channel.messages and asked.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    guild = {"guild_id": channel.guild} if channel.guild else {}
    return {"type": 0, "channel_id": channel.id, "message_id": str(asked.get("message_id")), **guild}


# ---------------------------------------------------------------------------------------------------------- afterwards


def update(call: Call) -> Answer:
    channel = channel_of(call)
    message = message_of(call, channel)
    if message.author != call.world.app.id:
        if set(call.body) == {"flags"}:
            need(call, channel, "Manage Messages")
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    unless_locked(call.world, channel)
    unless_archived(channel)
    edit(call.world, message, call.body, call.files)
    return message_json(call.world, message)


def edit(world: World, message: Message, body: Json, files: list[SentFile]) -> None:
    """What is not mentioned stays, but for what the message may mention: without a word about that all is allowed. What
    says it has v2 components cannot stop saying so."""
    kept: Json = {"flags": message.flags & Flag.SUPPRESS_EMBEDS}
    if not (int(body.get("flags") or 0) & Flag.COMPONENTS_V2 and not message.flags & Flag.COMPONENTS_V2):
        kept |= {"content": message.content, "embeds": message.embeds, "components": message.components}
    asked = {**kept, **body, "attachments": body.get("attachments", message.attachments)}
    asked["flags"] = int(asked["flags"] or 0) | (message.flags & Flag.COMPONENTS_V2)
    content = check_content(asked, files)
    stay = message.flags & (Flag.HAS_THREAD | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.CROSSPOSTED)
    message.allowed_mentions = body.get("allowed_mentions")
    _fill(world, message, content)
    message.flags = (content.flags & MAY_BE_SET) | stay
    message.edited_at = world.clock.now()
    if not message.only_for:
        guild = world.channels[message.channel].guild
        world.tell("MESSAGE_UPDATE", message_json(world, message) | ({"guild_id": guild} if guild else {}), guild)


def delete(call: Call) -> Answer:
    channel = channel_of(call)
    message = message_of(call, channel)
    if message.author != call.world.app.id and (
        channel.guild is None or not call.world.may(call.world.app.id, "Manage Messages", channel)
    ):
        raise no_permission() if channel.guild else Refused(403, 50003, "Cannot execute action on a DM channel")
    take_away(call.world, message)
    return None


def take_away(world: World, message: Message) -> None:
    channel = world.channels[message.channel]
    world.remove_message(message)
    if not message.only_for:
        told = {"id": message.id, "channel_id": channel.id, **({"guild_id": channel.guild} if channel.guild else {})}
        world.tell("MESSAGE_DELETE", told, channel.guild)


def get(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Read Message History")
    message = message_of(call, channel)
    return message_json(call.world, message, whole=may_read(call.world, message))


def history(call: Call) -> Answer:
    """Newest first. Without the right to read it nothing is shown, and nothing said."""
    channel = channel_of(call)
    if not call.world.may(call.world.app.id, "Read Message History", channel):
        return []
    if len({"before", "after", "around"} & call.query.keys()) > 1:
        raise invalid("before", "BASE_TYPE_CHOICES", "Only one of before, after and around may be passed.")
    limit = call.number("limit", 50)
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    seen = [each for each in channel.messages.values() if not each.only_for]
    if before := call.query.get("before"):
        seen = [each for each in seen if int(each.id) < int(before)]
    if around := call.query.get("around"):
        near = sorted(seen, key=lambda each: abs(int(each.id) - int(around)))[:limit]
        seen = [each for each in seen if each in near]
    if after := call.query.get("after"):
        seen = [each for each in seen if int(each.id) > int(after)][:limit]
    page = list(reversed(seen[-limit:]))
    return [message_json(call.world, each, whole=may_read(call.world, each)) for each in page]


def crosspost(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Send Messages")
    message = message_of(call, channel)
    message.flags |= Flag.CROSSPOSTED
    return message_json(call.world, message)
