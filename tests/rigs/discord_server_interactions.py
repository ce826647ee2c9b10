"""The answers to what people do in a loopback Discord: callbacks, and messages by an interaction's token."""

from tests.rigs.discord_server_calls import Answer, Call
from tests.rigs.discord_server_commands import check_choices
from tests.rigs.discord_server_components import check_modal
from tests.rigs.discord_server_content import check_content
from tests.rigs.discord_server_messages import called_by, edit, take_away, tell_written, write
from tests.rigs.discord_server_rules import TOKEN_LIVES, Act, Flag, Refused, invalid, unknown
from tests.rigs.discord_server_rules import Answer as Kind
from tests.rigs.discord_server_shapes import callback_json, message_json
from tests.rigs.discord_server_world import Interaction, Json, Message, SentFile, World

MAY_ANSWER = {
    Act.COMMAND: (Kind.MESSAGE, Kind.THINKING, Kind.MODAL),
    Act.COMPONENT: (Kind.MESSAGE, Kind.THINKING, Kind.THINKING_ABOUT_UPDATE, Kind.UPDATE, Kind.MODAL),
    Act.AUTOCOMPLETE: (Kind.CHOICES,),
    Act.MODAL: (Kind.MESSAGE, Kind.THINKING, Kind.THINKING_ABOUT_UPDATE, Kind.UPDATE),
}
MOST_FOLLOW_UPS = 5
"""Where the app is installed for the person and not for the server."""


def call_back(call: Call) -> Answer:
    """Once, within three seconds. No token of the bot is asked for: the interaction's own is the secret."""
    world = call.world
    acted = world.interactions.get(call.named["interaction_token"])
    if acted is None or acted.id != call.named["interaction_id"]:
        raise unknown("interaction", 10062)
    if acted.answer is not None:
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if world.age(acted.made_at) > world.acknowledge_within:
        raise unknown("interaction", 10062)
    kind, data = int(call.body.get("type") or 0), call.body.get("data") or {}
    if kind not in MAY_ANSWER[Act(acted.type)]:
        raise invalid("type", "INTERACTION_TYPE_INVALID", "Interaction cannot be answered with this type.")
    _answer(world, acted, Kind(kind), data, call.files)
    acted.answer = {"type": kind, "data": data}
    acted.answered.set()
    wants = call.query.get("with_response", "").lower() in ("true", "1")
    return callback_json(world, acted) if wants else None


def _answer(world: World, acted: Interaction, kind: Kind, data: Json, files: list[SentFile]) -> None:
    if kind == Kind.MESSAGE:
        acted.original = _written(world, acted, data, files).id
    elif kind == Kind.THINKING:
        acted.original = _thinking(world, acted, data).id
        acted.is_thinking = True
    elif kind == Kind.MODAL:
        acted.modal = check_modal(data)
        acted.modal_is_open = True
    elif kind == Kind.CHOICES:
        check_choices("data.choices", data.get("choices") or [])
        if len(data.get("choices") or []) > 25:
            raise invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    else:
        acted.original = acted.message
        if kind == Kind.UPDATE and acted.message in world.messages:
            edit(world, world.messages[acted.message], data, files)


def _written(world: World, acted: Interaction, data: Json, files: list[SentFile]) -> Message:
    """It is seen by the person who acted alone where it is flagged so."""
    content = check_content(data, files)
    channel = world.channels[acted.channel]
    message = write(world, channel, content, data)
    message.webhook, message.interaction = world.app.id, acted.id
    message.embeds = content.embeds
    message.only_for = acted.user if content.flags & Flag.EPHEMERAL else None
    message.called = called_by(world, message)
    message.type = 20 if acted.type == Act.COMMAND and not acted.original else 0
    tell_written(world, message)
    return message


def _thinking(world: World, acted: Interaction, data: Json) -> Message:
    flags = int(data.get("flags") or 0)
    if flags & ~Flag.EPHEMERAL:
        raise invalid("data.flags", "BASE_TYPE_CHOICES", "Only EPHEMERAL can be set on a deferred answer.")
    message = Message(world.new_id(), acted.channel, world.app.id, flags=flags | Flag.LOADING)
    message.webhook, message.interaction = world.app.id, acted.id
    message.only_for = acted.user if flags & Flag.EPHEMERAL else None
    message.type = 20 if acted.type == Act.COMMAND else 0
    return world.add_message(message)


# -------------------------------------------------------------------------------------------------------- by its token


def follow_up(call: Call) -> Answer:
    """Another answer. While the first is only thought about, this is the first, with the eyes that were promised."""
    world, acted = call.world, _acted(call)
    original = world.messages.get(acted.original or "")
    if original and original.flags & Flag.LOADING:
        _settle(world, original, call.body, call.files)
        return message_json(world, original)
    is_a_guest = acted.guild is not None and world.app.id not in world.guilds[acted.guild].members
    if is_a_guest and acted.follow_ups >= MOST_FOLLOW_UPS:
        raise Refused(400, 40094, "This interaction has hit the maximum number of follow up messages")
    acted.follow_ups += 1
    return message_json(world, _written(world, acted, call.body, call.files))


def get_original(call: Call) -> Answer:
    return message_json(call.world, _original(call))


def edit_original(call: Call) -> Answer:
    message = _original(call)
    if message.flags & Flag.LOADING:
        _settle(call.world, message, call.body, call.files)
    else:
        edit(call.world, message, call.body, call.files)
    return message_json(call.world, message)


def delete_original(call: Call) -> Answer:
    take_away(call.world, _original(call))
    return None


def get_one(call: Call) -> Answer:
    return message_json(call.world, _one(call))


def edit_one(call: Call) -> Answer:
    message = _one(call)
    edit(call.world, message, call.body, call.files)
    return message_json(call.world, message)


def delete_one(call: Call) -> Answer:
    take_away(call.world, _one(call))
    return None


def _settle(world: World, message: Message, body: Json, files: list[SentFile]) -> None:
    """What was thought about becomes a message."""
    promised = message.flags & Flag.EPHEMERAL
    message.flags = promised | (int(body.get("flags") or 0) & Flag.COMPONENTS_V2)
    edit(world, message, body, files)
    message.called = called_by(world, message)
    message.edited_at = None
    tell_written(world, message)


def _acted(call: Call) -> Interaction:
    """Its token is good for fifteen minutes, and for nothing before the callback."""
    if call.named["webhook_id"] != call.world.app.id:
        raise unknown("Webhook", 10015)
    acted = call.world.interactions.get(call.named["webhook_token"])
    if acted is None or call.world.age(acted.made_at) > TOKEN_LIVES:
        raise Refused(401, 50027, "Invalid Webhook Token")
    if acted.answer is None:
        raise unknown("Webhook", 10015)
    return acted


def _original(call: Call) -> Message:
    message = call.world.messages.get(_acted(call).original or "")
    if message is None:
        raise unknown("Message", 10008)
    return message


def _one(call: Call) -> Message:
    """One of the answers to this interaction."""
    acted = _acted(call)
    message = call.world.messages.get(call.named["message_id"])
    if message is None or acted.id != message.interaction:
        raise unknown("Message", 10008)
    return message
