"""What a source can be asked, and what is asked of it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.coverage import Span
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Reach:
    """What a source can be asked. A page holds `smallest_page` to `largest_page` posts, and nothing older than
    `looks_back` is given. What is False of the rest is left out of a request: it then brings more. `editable_for` is
    how long after it was written its author may change a post. One that is not live ends somewhere, as a file does."""

    smallest_page: int = 1
    largest_page: int = 100
    looks_back: timedelta = timedelta(days=7)
    thresholds: bool = False
    languages: bool = False
    replies: bool = False
    top: bool = False
    counts: bool = False
    editable_for: timedelta = timedelta(0)
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Want:
    """A topic to be read over a span, at most `limit` posts of it that pass the filter: the newest, or the best where
    the filter asks for the top. `account_id` is known for accounts only."""

    topic: Topic
    span: Span
    limit: int
    account_id: str = ""
    filter: Filter = EVERYTHING
