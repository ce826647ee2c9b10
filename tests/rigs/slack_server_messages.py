"""Messages of a loopback Slack, as the methods of `chat.` write them."""

from tests.rigs.slack_server_blocks import check_message_blocks
from tests.rigs.slack_server_calls import Call, channel_of
from tests.rigs.slack_server_rules import MOST_TEXT, Refused
from tests.rigs.slack_server_world import Channel, Json, Message, World


def post_message(world: World, call: Call) -> Json:
    channel = _place_to_write(world, call)
    message = _new_message(world, call, channel)
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json(with_metadata=True)}


def post_ephemeral(world: World, call: Call) -> Json:
    channel = _place_to_write(world, call)
    user = call.text("user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    message = _new_message(world, call, channel)
    message.only_for = user
    channel.messages.append(message)
    return {"message_ts": message.ts}


def update(world: World, call: Call) -> Json:
    channel = channel_of(world, call)
    message = _own_message(call, channel)
    if channel.is_archived:
        raise Refused("is_archived")
    text, blocks = check_content(call.method, call.arguments)
    message.text, message.blocks, message.edited = text, blocks, True
    message.flags = {**_kept(message.flags), **_flags(call)}
    if "metadata" in call.arguments:
        message.metadata = call.arguments["metadata"]
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": message.as_json()}


def delete(world: World, call: Call) -> Json:
    channel = channel_of(world, call)
    message = _own_message(call, channel)
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def _new_message(world: World, call: Call, channel: Channel) -> Message:
    text, blocks = check_content(call.method, call.arguments)
    thread = call.text("thread_ts") or None
    if thread and channel.message(thread) is None:
        raise Refused("thread_not_found")
    bot = call.team.bot.id
    return Message(
        world.new_ts(),
        channel.id,
        bot,
        text,
        blocks,
        _checked_metadata(call),
        thread,
        by_app=True,
        flags=_flags(call),
    )


def _kept(flags: Json) -> Json:
    """What an update leaves as it was: it takes no unfurl flags."""
    return {name: value for name, value in flags.items() if name.startswith("unfurl_")}


def _flags(call: Call) -> Json:
    names = ("link_names", "parse", "mrkdwn", "unfurl_links", "unfurl_media", "reply_broadcast")
    return {name: call.arguments[name] for name in names if name in call.arguments}


def check_content(method: str, given: Json) -> tuple[str, list[Json]]:
    text, blocks = str(given.get("text") or ""), given.get("blocks") or []
    if not text and not blocks:
        raise Refused("no_text")
    if method == "chat.update" and len(text) > MOST_TEXT:
        raise Refused("msg_too_long")
    check_message_blocks(blocks)
    return text[:MOST_TEXT], named(blocks)


def named(blocks: list[Json]) -> list[Json]:
    """Slack gives a block a `block_id` of its own where it has none."""
    return [{**block, "block_id": block.get("block_id") or f"made-{number}"} for number, block in enumerate(blocks)]


def _checked_metadata(call: Call) -> Json | None:
    metadata: Json | None = call.arguments.get("metadata")
    if metadata is None:
        return None
    is_whole = isinstance(metadata, dict) and isinstance(metadata.get("event_payload"), dict)
    if not is_whole or not metadata.get("event_type"):
        raise Refused("invalid_metadata_format")
    return metadata


def _place_to_write(world: World, call: Call) -> Channel:
    channel = channel_of(world, call)
    if channel.is_archived:
        raise Refused("is_archived")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _own_message(call: Call, channel: Channel) -> Message:
    """The one of ours with that `ts`. An ephemeral one can neither be changed nor deleted."""
    message = channel.message(call.text("ts"))
    if message is None or message.only_for:
        raise Refused("message_not_found")
    if message.user != call.team.bot.id:
        raise Refused("cant_delete_message" if call.method == "chat.delete" else "cant_update_message")
    return message
