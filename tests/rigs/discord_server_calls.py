"""A request to a loopback Discord: which operation, on what, and whether the bot may."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.rigs.discord_server_rules import Kind, Refused, no_access, no_permission, unknown
from tests.rigs.discord_server_world import Channel, Guild, Json, Message, SentFile, World

Answer = Json | list[Json] | None
"""None is `204 No Content`."""


@dataclass(frozen=True)
class Call:
    """`operation` as the OpenAPI document names it; `named` is what stands in the path."""

    world: World
    operation: str
    named: dict[str, str]
    query: dict[str, str]
    body: Json
    files: list[SentFile] = field(default_factory=list)

    def number(self, name: str, usual: int) -> int:
        return int(self.query.get(name) or usual)


Method = Callable[[Call], Answer]


def guild_of(call: Call) -> Guild:
    """One that the bot is in."""
    guild = call.world.guilds.get(call.named["guild_id"])
    if guild is None:
        raise unknown("Guild", 10004)
    if call.world.app.id not in guild.members:
        raise no_access()
    if guild.is_unavailable:
        raise Refused(500, 0, "500: Internal Server Error")
    return guild


def channel_of(call: Call) -> Channel:
    """One that the bot may see."""
    channel = call.world.channels.get(call.named["channel_id"])
    if channel is None:
        raise unknown("Channel", 10003)
    if channel.guild and call.world.guilds[channel.guild].is_unavailable:
        raise Refused(500, 0, "500: Internal Server Error")
    if not call.world.may(call.world.app.id, "View Channel", channel):
        raise no_access()
    return channel


def need(call: Call, channel: Channel, *permissions: str) -> None:
    if not all(call.world.may(call.world.app.id, each, channel) for each in permissions):
        raise no_permission()


def message_of(call: Call, channel: Channel) -> Message:
    """Ephemeral ones are reached by the token of their interaction only."""
    message = channel.messages.get(call.named["message_id"])
    if message is None or message.only_for:
        raise unknown("Message", 10008)
    return message


def may_read(world: World, message: Message) -> bool:
    """What others wrote is read with the privileged intent, or where one is addressed."""
    if message.author == world.app.id or world.channels[message.channel].kind == Kind.DM:
        return True
    return "message_content" in world.app.may or world.app.id in message.called


def writable(call: Call, channel: Channel) -> Channel:
    """Writing in an archived thread opens it again, unless it is locked."""
    world = call.world
    if channel.kind == Kind.DM:
        _take_direct(call, channel)
    elif channel.is_forum:
        raise Refused(400, 40058, "Cannot send a message in a forum channel")
    elif channel.kind == Kind.CATEGORY:
        raise Refused(400, 50008, "Cannot send messages in a non-text channel")
    else:
        need(call, channel, "Send Messages in Threads" if channel.is_thread else "Send Messages")
    unless_locked(world, channel)
    return channel


def unless_locked(world: World, channel: Channel) -> None:
    if channel.is_thread and channel.is_locked and not world.may(world.app.id, "Manage Threads", channel):
        raise Refused(400, 160005, "Thread is locked")


def unless_archived(channel: Channel) -> None:
    """In an archived thread messages are taken away, and nothing else."""
    if channel.is_thread and channel.is_archived:
        raise Refused(400, 50083, "Thread is archived")


def _take_direct(call: Call, channel: Channel) -> None:
    world, user = call.world, call.world.users[channel.with_user or ""]
    shared = [each for each in world.guilds_of(user.id) if world.app.id in each.members]
    if not user.takes_messages or not (shared or user.has_installed):
        raise Refused(403, 50007, "Cannot send messages to this user")
