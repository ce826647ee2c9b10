"""What happened on a platform, in words that every platform shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter

from bot.domain.keys import ChannelKey, PersonKey


@dataclass(frozen=True, slots=True)
class Person:
    key: PersonKey
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReplyHandle:
    """How to answer privately, in the platform's own words, and until when. Opaque to the engine.

    `form_until` is how long a form can be opened with it; None where none can.
    """

    value: str = field(repr=False)
    deadline: datetime
    form_until: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class FormSent:
    """Somebody filled a form in. `form` and `state` are those of the `bot.views.Form`; `values` has a text for each
    field by its key, and for a field of several choices their values with a comma between."""

    person: Person
    channel: ChannelKey
    form: str
    state: str
    values: Mapping[str, str]
    reply: ReplyHandle
    kind: Literal["form"] = "form"


@dataclass(frozen=True, slots=True)
class MessageChosen:
    """Somebody chose "Save to library" on a message, ours or anybody's. `links` are the web addresses in it, `url`
    leads to the message itself, `text` is its beginning."""

    person: Person
    channel: ChannelKey
    message: str
    links: tuple[str, ...]
    url: str
    text: str
    reply: ReplyHandle
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at their own page of ours. `channel` is the person's own channel."""

    person: Person
    channel: ChannelKey
    kind: Literal["home"] = "home"


class Change(StrEnum):
    """What can become of a channel: we came into it or had to leave, or people renamed, archived or deleted it."""

    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ChannelChanged:
    """`name` is the channel's name from now on, where the platform says it; `person` who did it, where it does.
    `remedy` is one sentence that tells people of a channel that we had to leave what to do about it."""

    channel: ChannelKey
    change: Change
    name: str = ""
    person: Person | None = None
    remedy: str = ""
    kind: Literal["channel"] = "channel"


@dataclass(frozen=True, slots=True)
class WorkspaceLeft:
    """The app was uninstalled or its token revoked: nothing can be sent there any more. `why` is a sentence."""

    why: str
    kind: Literal["workspace"] = "workspace"


Asking = CommandGiven | ButtonPressed | FormSent | MessageChosen
"""What can be answered privately."""
Happening = (
    CommandGiven
    | ButtonPressed
    | ReactionAdded
    | ReactionRemoved
    | FormSent
    | MessageChosen
    | HomeOpened
    | ChannelChanged
    | WorkspaceLeft
)


@dataclass(frozen=True, slots=True)
class Event:
    """`key` is the platform's own id of the event: the same event twice has the same key.

    `happened_at` is the platform's time where it gives one, else None; order is then that of arrival.
    """

    workspace: str
    key: str
    happening: Happening
    happened_at: datetime | None = None


def person_of(happening: Happening) -> PersonKey | None:
    """Who did it, where a person did."""
    if isinstance(happening, WorkspaceLeft):
        return None
    return happening.person.key if happening.person else None


_happenings: TypeAdapter[Happening] = TypeAdapter(Happening)


def happening_to_json(happening: Happening) -> str:
    return _happenings.dump_json(happening).decode()


def happening_from_json(text: str) -> Happening:
    return _happenings.validate_json(text)
