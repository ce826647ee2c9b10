"""What earlier reading brought of a topic: the plan learns from it, and the forecast of what a topic costs."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Heard:
    """One reading of a topic at a source. `likes` are those of the posts of this topic that it returned, most first, as
    counted at `at`; `wasted` the posts of its query that matched no topic, an equal part of them. `cut` says that its
    limit or the money ran out before all that passes the filter was given."""

    topic: Topic
    at: datetime
    span: Span
    filter: Filter
    likes: tuple[int, ...] = ()
    wasted: float = 0.0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """How many posts a topic brings on an average day, as the source counted them at `counted_at`."""

    topic: Topic
    per_day: float
    counted_at: datetime
