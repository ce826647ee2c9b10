"""What Discord reports, as events of ours. Pure: the same payload makes the same events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord import target
from adapters.discord.message import reference, workspace_id
from adapters.discord.show.buttons import action_of
from adapters.discord.show.emoji import emoji_of
from adapters.discord.show.modal import filled
from adapters.discord.talk.commands import SAVE_TO_LIBRARY, spelling_of
from adapters.discord.talk.handle import Handle
from bot.domain.actions import is_to_save
from bot.domain.catalogue import COMMAND
from bot.domain.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    FormSent,
    Happening,
    MessageChosen,
    Person,
    ReactionAdded,
    ReactionRemoved,
    ReplyHandle,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.ports import Typing

COMMAND_GIVEN, COMPONENT_USED, OPTION_TYPED, FORM_SENT = 2, 3, 4, 5
CHAT_INPUT, ON_A_MESSAGE = 1, 3
BUTTON = 2
THREADS = {10, 11, 12}
_UNDER = {1, 2}
"""A subcommand, and a group of them."""

LONGEST_TEXT = 2_000
LONGEST_ANSWER = 4_000

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a form was opened with, and where, for the person with that id."""

    name: str
    state: str
    user: str
    workspace: str
    channel: str

    @property
    def place(self) -> ChannelKey:
        return ChannelKey(self.workspace, self.channel)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where and when an interaction came in. `channel` is where it belongs: for a thread the channel that it hangs
    from, for a conversation of somebody's own that person. `form` is what the form that was sent was opened with."""

    channel: ChannelKey
    at: datetime
    form: Remembered | None = None


def events_of(payload: Payload, arrival: Arrival) -> list[Event]:
    """Empty for what does not matter to us. Raises KeyError, TypeError, ValueError or AttributeError for what is not as
    Discord describes it."""
    make = _INTERACTIONS.get(payload["type"])
    return make(payload, arrival) if make else []


def user_of(payload: Payload) -> str:
    """The id of whoever it was. Raises as `events_of`."""
    return snowflake(_user(payload)["id"])


def handle_of(payload: Payload) -> Handle:
    """How the interaction can be answered. Raises as `events_of`."""
    return Handle(
        snowflake(payload["id"]), str(payload["token"]), snowflake(payload["application_id"]), user_of(payload)
    )


def place_in(payload: Payload) -> str:
    """The channel or thread where it happened."""
    return snowflake(payload.get("channel_id") or payload["channel"]["id"])


def channel_of(payload: Payload) -> str | None:
    """The channel where it happened, for a thread the one that it hangs from; None where Discord does not say."""
    channel = payload.get("channel") or {}
    if channel.get("type") in THREADS:
        return snowflake(channel["parent_id"]) if channel.get("parent_id") else None
    return place_in(payload) if "type" in channel else None


def used_message(payload: Payload) -> Payload | None:
    """The message of ours that a button was pressed in, or that was chosen in its menu."""
    if payload["type"] == COMPONENT_USED:
        message: Payload = payload["message"]
        return message
    data = payload["data"]
    if payload["type"] != COMMAND_GIVEN or data.get("type", CHAT_INPUT) != ON_A_MESSAGE:
        return None
    chosen: Payload = data["resolved"]["messages"][str(data["target_id"])]
    is_ours = str((chosen.get("author") or {}).get("id")) == str(payload["application_id"])
    return chosen if is_ours else None


def saves(payload: Payload) -> bool:
    """Whether it does no more than save something, which is the same however often it is done."""
    data = payload["data"]
    if payload["type"] == COMMAND_GIVEN:
        return bool(data.get("type") == ON_A_MESSAGE and data["name"] == SAVE_TO_LIBRARY)
    return payload["type"] == COMPONENT_USED and all(is_to_save(each) for each in _actions(data))


def typing_of(payload: Payload, channel: ChannelKey) -> Typing | None:
    """What somebody is typing, and where; None for what is not in the catalogue."""
    words, options = _path(payload["data"])
    spelling = spelling_of(payload["data"]["name"], words)
    typed = next((each for each in options if each.get("focused")), None)
    if spelling is None or typed is None:
        return None
    user = user_of(payload)
    where = ChannelKey(channel.workspace, user) if spelling.is_own else channel
    person = PersonKey(channel.workspace, user)
    return Typing(person, where, spelling.verb.name, str(typed["name"]), readable(typed["value"]))


def snowflake(value: object) -> str:
    """An id as Discord writes it. Raises ValueError for what is none."""
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ValueError("not an id")
    return text


def readable(value: object, most: int = LONGEST_TEXT) -> str:
    """What people wrote, as text that can be stored: no halves of characters, no zero bytes."""
    text = str(value)[:most].replace("\0", "")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ------------------------------------------------------------------------------------------------------------ commands


def _command(payload: Payload, arrival: Arrival) -> list[Event]:
    data = payload["data"]
    if data.get("type", CHAT_INPUT) == ON_A_MESSAGE:
        return _chosen(payload, arrival) if data["name"] == SAVE_TO_LIBRARY else []
    given = CommandGiven(_person(payload, arrival), arrival.channel, _text(data), _reply(payload, arrival))
    return [_event(payload, arrival, given)]


def _text(data: Payload) -> str:
    """What would have been typed elsewhere. A command that we do not know any more goes on as it stands."""
    words, options = _path(data)
    given = {str(each["name"]): readable(each["value"]) for each in options if "value" in each}
    spelling = spelling_of(data["name"], words)
    if spelling is None:
        return " ".join((COMMAND, *words, *given.values()))
    return f"{COMMAND} {spelling.text(given)}"


def _path(data: Payload) -> tuple[tuple[str, ...], Sequence[Payload]]:
    """The words of the subcommand, and the options given to it."""
    words: list[str] = []
    options: Sequence[Payload] = data.get("options") or []
    while options and options[0].get("type") in _UNDER:
        words.append(str(options[0]["name"]))
        options = options[0].get("options") or []
    return tuple(words), options


# ------------------------------------------------------------------------------------------------------- other deeds


def _pressed(payload: Payload, arrival: Arrival) -> list[Event]:
    """A menu of several choices is several presses."""
    data, message = payload["data"], payload["message"]
    place = reference(snowflake(message["channel_id"]), snowflake(message["id"]))
    person, reply = _person(payload, arrival), _reply(payload, arrival)
    return [
        _event(payload, arrival, ButtonPressed(person, arrival.channel, place, readable(action), reply), number)
        for number, action in enumerate(_actions(data))
    ]


def _actions(data: Payload) -> list[str]:
    if data.get("component_type") == BUTTON:
        return [action_of(str(data["custom_id"]))]
    return [str(each) for each in data.get("values") or []]


def _sent(payload: Payload, arrival: Arrival) -> list[Event]:
    """No form can be opened from a form."""
    if arrival.form is None:
        return []
    values = {key: readable(value, LONGEST_ANSWER) for key, value in filled(payload["data"]).items()}
    reply = _reply(payload, arrival, may_open_forms=False)
    sent = FormSent(_person(payload, arrival), arrival.channel, arrival.form.name, arrival.form.state, values, reply)
    return [_event(payload, arrival, sent)]


def _chosen(payload: Payload, arrival: Arrival) -> list[Event]:
    data = payload["data"]
    message = data["resolved"]["messages"][str(data["target_id"])]
    channel, chosen = snowflake(message["channel_id"]), snowflake(message["id"])
    where = snowflake(payload["guild_id"]) if payload.get("guild_id") else "@me"
    happening = MessageChosen(
        _person(payload, arrival),
        arrival.channel,
        reference(channel, chosen),
        tuple(readable(each) for each in target.links_of(message)),
        f"https://discord.com/channels/{where}/{channel}/{chosen}",
        readable(target.beginning_of(message)),
        _reply(payload, arrival),
    )
    return [_event(payload, arrival, happening)]


_INTERACTIONS: dict[int, Callable[[Payload, Arrival], list[Event]]] = {
    COMMAND_GIVEN: _command,
    COMPONENT_USED: _pressed,
    FORM_SENT: _sent,
}


def _event(payload: Payload, arrival: Arrival, happening: Happening, number: int = 0) -> Event:
    key = f"interaction:{snowflake(payload['id'])}"
    return Event(arrival.channel.workspace, f"{key}:{number}" if number else key, happening)


def _person(payload: Payload, arrival: Arrival) -> Person:
    """What somebody is called in another server is nobody's business here."""
    is_here = arrival.channel.workspace == workspace_id(str(payload.get("guild_id") or ""))
    name = _name((payload.get("member") or {}) if is_here else {}, _user(payload))
    return Person(PersonKey(arrival.channel.workspace, user_of(payload)), name)


def _name(member: Payload, user: Payload) -> str:
    return readable(member.get("nick") or user.get("global_name") or user.get("username") or "")


def _user(payload: Payload) -> Payload:
    user: Payload = payload["member"]["user"] if payload.get("member") else payload["user"]
    return user


def _reply(payload: Payload, arrival: Arrival, *, may_open_forms: bool = True) -> ReplyHandle:
    return handle_of(payload).reply(arrival.at, may_open_forms=may_open_forms)


# ----------------------------------------------------------------------------------------------------------- reactions


def reaction_of(payload: Payload, channel: ChannelKey, key: str, *, added: bool) -> Event | None:
    """Of a person; `channel` is where the message belongs, `key` tells this report from every other. Raises as
    `events_of`."""
    member = payload.get("member") or {}
    user = member.get("user") or {}
    if user.get("bot"):
        return None
    make = ReactionAdded if added else ReactionRemoved
    person = Person(PersonKey(channel.workspace, snowflake(payload["user_id"])), _name(member, user))
    place = reference(snowflake(payload["channel_id"]), snowflake(payload["message_id"]))
    return Event(channel.workspace, key, make(person, channel, place, emoji_of(payload["emoji"])))
