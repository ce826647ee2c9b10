"""Reactions in a loopback Discord: the bot's own, and what it is told of those of people."""

import unicodedata

from tests.rigs.discord_server_calls import Answer, Call, channel_of, message_of, need, unless_archived
from tests.rigs.discord_server_rules import Refused, invalid
from tests.rigs.discord_server_shapes import emoji_of, member_json, user_json
from tests.rigs.discord_server_world import Json, Message, World

MOST_KINDS = 20


def react(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Read Message History")
    message = message_of(call, channel)
    key = _emoji(call, message)
    if not message.reactions.get(key):
        need(call, channel, "Add Reactions")
        if len([each for each in message.reactions.values() if each]) >= MOST_KINDS:
            raise Refused(400, 30010, f"Maximum number of reactions reached ({MOST_KINDS})")
    unless_archived(channel)
    add_reaction(call.world, message, key, call.world.app.id)
    return None


def add_reaction(world: World, message: Message, key: str, user: str) -> bool:
    """Whether it was not there already; whoever may is then told."""
    who = message.reactions.setdefault(key, [])
    if user in who:
        return False
    who.append(user)
    world.tell("MESSAGE_REACTION_ADD", reaction_told(world, message, key, user), world.channels[message.channel].guild)
    return True


def take_reaction(world: World, message: Message, key: str, user: str) -> bool:
    if user not in message.reactions.get(key, []):
        return False
    message.reactions[key].remove(user)
    told = reaction_told(world, message, key, user)
    for name in ("member", "message_author_id"):
        told.pop(name, None)
    world.tell("MESSAGE_REACTION_REMOVE", told, world.channels[message.channel].guild)
    return True


def reaction_told(world: World, message: Message, key: str, user: str) -> Json:
    channel = world.channels[message.channel]
    told: Json = {
        "user_id": user,
        "channel_id": channel.id,
        "message_id": message.id,
        "emoji": emoji_of(key),
        "message_author_id": message.author,
        "burst": False,
        "type": 0,
    }
    if channel.guild:
        guild = world.guilds[channel.guild]
        told["guild_id"] = guild.id
        if user in guild.members:
            told["member"] = member_json(world, guild, user)
    return told


def unreact_mine(call: Call) -> Answer:
    message = message_of(call, channel_of(call))
    take_reaction(call.world, message, _emoji(call, message), call.world.app.id)
    return None


def unreact(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Manage Messages")
    message = message_of(call, channel)
    take_reaction(call.world, message, _emoji(call, message), call.named["user_id"])
    return None


def reactors(call: Call) -> Answer:
    """By id, `after` one of them, at most 100 at a time."""
    channel = channel_of(call)
    need(call, channel, "Read Message History")
    message = message_of(call, channel)
    limit = call.number("limit", 25)
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    who = sorted(message.reactions.get(_emoji(call, message), []), key=int)
    page = [each for each in who if int(each) > call.number("after", 0)][:limit]
    return [user_json(call.world.users[each]) for each in page]


def clear(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Manage Messages")
    clear_reactions(call.world, message_of(call, channel))
    return None


def clear_one(call: Call) -> Answer:
    channel = channel_of(call)
    need(call, channel, "Manage Messages")
    message = message_of(call, channel)
    clear_reactions(call.world, message, _emoji(call, message))
    return None


def clear_reactions(world: World, message: Message, key: str = "") -> None:
    """All of them, or all of one kind."""
    for each in [key] if key else list(message.reactions):
        message.reactions.pop(each, None)
    channel = world.channels[message.channel]
    told: Json = {"channel_id": channel.id, "message_id": message.id}
    if channel.guild:
        told["guild_id"] = channel.guild
    if key:
        told["emoji"] = emoji_of(key)
    world.tell(f"MESSAGE_REACTION_REMOVE_{'EMOJI' if key else 'ALL'}", told, channel.guild)


def _emoji(call: Call, message: Message) -> str:
    """As it stands on the message already where it does, with or without the mark that makes it colourful."""
    asked = call.named["emoji_name"]
    if not is_emoji(call.world, asked):
        raise Refused(400, 10014, "Unknown Emoji")
    bare = asked.replace("\ufe0f", "")
    return next((each for each in message.reactions if each.replace("\ufe0f", "") == bare), asked)


def is_emoji(world: World, key: str) -> bool:
    """A Unicode one, or `name:id` of a server's own."""
    name, _, number = key.partition(":")
    if number:
        return any(number in guild.emoji and guild.emoji[number].name == name for guild in world.guilds.values())
    if "\u20e3" in key:
        return key.replace("\ufe0f", "") in {f"{each}\u20e3" for each in "0123456789#*"}
    drawn = [each for each in key if unicodedata.category(each) in ("So", "Sk", "Cn", "Sm", "Po")]
    joining = {"\ufe0f", "\u200d"}
    return bool(drawn) and all(each in drawn or each in joining or "\U000e0020" <= each <= "\U000e007f" for each in key)
