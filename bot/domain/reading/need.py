"""What the plan knows: who needs what of a topic, what earlier reading brought, and the means there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.budget import Money, Prices
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.want import Reach, Want
from bot.domain.topic import Topic

VOLUME_HOLDS = timedelta(days=7)
"""So long a count of a topic's posts is believed."""
HEARD_COUNTS = timedelta(days=14)
"""So far back the plan looks at what reading brought."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A channel that waits for a topic, one of `topics`, for a digest of at most `size` posts. `languages` are
    two-letter codes; empty for every language."""

    channel: ChannelKey
    size: int
    topics: int
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A time of a topic that has not been read, and the channels that share in it. `heard` is newest first."""

    topic: Topic
    gap: Span
    readers: tuple[Reader, ...]
    account_id: str = ""
    heard: tuple[Heard, ...] = ()
    volume: Volume | None = None


def each_alone(wants: Sequence[Want]) -> Sequence[Sequence[Want]]:
    return [[want] for want in wants]


@dataclass(frozen=True, slots=True)
class Means:
    """What the plan may use. `left` is what may be spent until the end of the UTC day, `of_channels` what of that may
    be spent on a channel; None, or a channel that is missing, is all there is. `pack` says which wants the source asks
    for together."""

    now: datetime
    prices: Prices
    reach: Reach
    left: Money | None = None
    of_channels: Mapping[ChannelKey, Money] = field(default_factory=dict)
    pack: Callable[[Sequence[Want]], Sequence[Sequence[Want]]] = each_alone
