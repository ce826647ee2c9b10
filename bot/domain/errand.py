"""Something a person asked for that needs a look at a source: it is done outside the transaction that took it up, and
answered when it is done."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.events import Person, ReplyHandle
from bot.domain.keys import ChannelKey


class ErrandKind(StrEnum):
    """
    search    read a few posts now and show them to whoever asked
    look up   read one post by its link and save it
    forecast  say what topics will cost, and follow them or ask an admin
    """

    SEARCH = "search"
    LOOK_UP = "look up"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Errand:
    """`id` is that of the event that asked for it: the same event asks once. `words` are what was asked for, in a
    spelling that its kind understands. `groups` are the ids of those that the person was in. The answer goes through
    `reply` while that lasts. `attempts` is how often it was claimed before, `fence` grows with every claim."""

    id: str
    kind: ErrandKind
    channel: ChannelKey
    person: Person
    words: tuple[str, ...]
    asked_at: datetime
    reply: ReplyHandle | None = None
    is_admin: bool = False
    groups: tuple[str, ...] = ()
    attempts: int = 0
    fence: int = field(default=0, compare=False)
