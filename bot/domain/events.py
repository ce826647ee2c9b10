"""What happened on a platform, in words that every platform shares."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from bot.domain.keys import ChannelKey, PersonKey


@dataclass(frozen=True, slots=True)
class Person:
    key: PersonKey
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReplyHandle:
    """How to answer privately, in the platform's own words, and until when. Opaque to the engine."""

    value: str
    deadline: datetime


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """`text` is what was typed, with or without `/pln` in front."""

    person: Person
    channel: ChannelKey
    text: str
    reply: ReplyHandle
    kind: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """`action` is the encoded action of the button; `message` the reference of the message that carries it."""

    person: Person
    channel: ChannelKey
    message: str
    action: str
    reply: ReplyHandle
    kind: Literal["button"] = "button"


@dataclass(frozen=True, slots=True)
class ReactionAdded:
    """`emoji` is a Unicode emoji without skin tone."""

    person: Person
    channel: ChannelKey
    message: str
    emoji: str
    kind: Literal["reaction_added"] = "reaction_added"


@dataclass(frozen=True, slots=True)
class ReactionRemoved:
    """Withdrawn by the person; a cleared message or a bot that left is not this."""

    person: Person
    channel: ChannelKey
    message: str
    emoji: str
    kind: Literal["reaction_removed"] = "reaction_removed"


Happening = CommandGiven | ButtonPressed | ReactionAdded | ReactionRemoved


@dataclass(frozen=True, slots=True)
class Event:
    """`key` is the platform's own id of the event: the same event twice has the same key.

    `happened_at` is the platform's time where it gives one, else None; order is then that of arrival.
    """

    workspace: str
    key: str
    happening: Happening
    happened_at: datetime | None = None


_happenings: TypeAdapter[Happening] = TypeAdapter(Happening)


def happening_to_json(happening: Happening) -> str:
    return _happenings.dump_json(happening).decode()


def happening_from_json(text: str) -> Happening:
    return _happenings.validate_json(text)
