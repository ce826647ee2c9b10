"""One message that should exist: what is wanted beside what is shown, and what an attempt to close the gap led to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from bot.domain.content import Content
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey

MOST_ATTEMPTS = 22
"""With the pauses between them about four and a half hours: as long as a morning digest is worth having."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)


class DeliveryState(StrEnum):
    """
    queued     not on the platform yet
    sending    claimed; a crash here leaves it uncertain
    shown      on the platform, with a reference
    accepted   the platform took it and gave no reference: it cannot be edited or removed
    uncertain  the request left and its fate is not known yet
    lost       uncertain for good: not sent again, counted, told to an admin
    abandoned  given up after refusals or too many attempts, told to an admin
    expired    a reply whose handle ran out
    removed    taken back, by us or by somebody on the platform
    """

    QUEUED = "queued"
    SENDING = "sending"
    SHOWN = "shown"
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"
    LOST = "lost"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    REMOVED = "removed"


class Surface(StrEnum):
    """Where it appears: as a message, as a form somebody fills in, or as a person's own page. A form is opened once or
    not at all; a page may be shown again at will."""

    MESSAGE = "message"
    FORM = "form"
    HOME = "home"


class Lane(StrEnum):
    """Which deliveries go together: `answers` are for somebody who waits (private, forms, pages), `messages` all that
    is to be sent for the first time, `edits` what is shown already in another version."""

    ANSWERS = "answers"
    MESSAGES = "messages"
    EDITS = "edits"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """`key` names what the delivery answers (a slot's part, an event): a second one under the same key is not made.

    `private_to` is a platform's person id: only that person may see it. `reply` is used instead of the channel where
    the platform gave a handle. `under` is the delivery in whose thread this one belongs, where there are threads: it
    waits until that one is shown or given up.
    """

    id: str
    key: str
    channel: ChannelKey
    content: Content
    slot: str | None = None
    private_to: str | None = None
    reply: ReplyHandle | None = None
    seeds: tuple[str, ...] = ()
    surface: Surface = Surface.MESSAGE
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row of the outbox, claimed by one worker under `fence`. `sent_at` is when it was claimed to be sent, for the
    first time or after nothing had come of that."""

    id: str
    key: str
    channel: ChannelKey
    content: Content
    slot: str | None
    private_to: str | None
    reply: ReplyHandle | None
    seeds: tuple[str, ...]
    state: DeliveryState
    message: str | None
    desired_version: int
    shown_version: int
    attempts: int
    fence: int
    surface: Surface = Surface.MESSAGE
    under: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt led to. `next_attempt_at` is set where another is due, `message` where the platform gave one."""

    state: DeliveryState
    message: str | None = None
    shown_version: int | None = None
    next_attempt_at: datetime | None = None
    counts_as_attempt: bool = True
    problem: str = ""


def pause_after(attempts: int, random: Random) -> timedelta:
    """The pause before the next attempt: doubling, capped, with up to a quarter of jitter."""
    doubled = min(FIRST_PAUSE * (1 << min(attempts, 16)), LONGEST_PAUSE)
    return doubled * (1 + random.random() / 4)
