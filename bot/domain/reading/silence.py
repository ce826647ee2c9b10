"""Whether it is odd that nothing new comes of a topic, although its source answers.

A topic may be quiet; that it is said to be must be rare and right. How many posts a day brings varies far more than
chance: weekly chats bring hundreds on one day and none on six, teachers' tags little in the holidays. So the odds of a
day without any are taken from a distribution that is at least that uneven, and never below how many days were empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.coverage import Span
from bot.domain.reading.filter import EVERYTHING
from bot.domain.reading.heard import Heard, Volume
from bot.domain.topic import Topic

REMEMBERED = timedelta(days=28)
FEWEST_DAYS = 3
"""Of reading before the silence: with fewer nobody knows what is usual."""
SHORTEST_SILENCE = timedelta(hours=12)
"""Everybody sleeps."""
ODD = 0.001
"""A department of twenty topics has four thousand digests' worth of them in a year."""
DOUBTFUL = 0.05
"""Worth a count: it says for sure whether there is really nothing."""
EVENNESS = 4.0
"""At most: days vary by half of their mean, however even those that were seen."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing new of the topic since `since`, although it was read until `read_until`. `odds` are how likely that is by
    chance, `usual` how many posts a day brought."""

    topic: Topic
    since: datetime
    read_until: datetime
    odds: float
    usual: float

    @property
    def is_odd(self) -> bool:
        return self.odds < ODD

    @property
    def is_doubtful(self) -> bool:
        return ODD <= self.odds < DOUBTFUL

    @property
    def length(self) -> timedelta:
        return self.read_until - self.since


def silence(
    topic: Topic, heard: Sequence[Heard], newest: datetime | None, read_until: datetime, volume: Volume | None = None
) -> Silence | None:
    """How long the topic has been silent, by its newest post; None where it is not, or where nobody can say. `volume`
    is how busy it was, whatever was read of it: it counts where nothing at all was found since."""
    if newest is None or read_until - newest < SHORTEST_SILENCE:
        return None
    lately = sorted((each for each in heard if read_until - each.at < REMEMBERED), key=lambda each: each.at)
    days = _days(lately, newest)
    if len(days) < FEWEST_DAYS:
        return None
    usual = sum(days) / len(days)
    odds = _odds_of_an_empty_day(days, usual) ** ((read_until - newest) / DAY)
    empty = max((each.span.length for each in lately if _is_known_to_be_empty(each, newest)), default=timedelta(0))
    if volume is not None and volume.per_day > usual and empty:
        usual = volume.per_day
        odds = min(odds, _odds_of_an_empty_day(days, usual) ** (empty / DAY))
    return Silence(topic, newest, read_until, odds, usual)


def is_odd_together(silences: Sequence[Silence], topics: int) -> bool:
    """Whether all of a source's topics are silent at once, and that is odd: one alone may be quiet."""
    odds = 1.0
    for each in silences:
        odds *= each.odds
    return 1 < len(silences) == topics and odds < ODD


def nothing_found(topic: Topic, span: Span, at: datetime) -> Heard:
    """What a count of nothing is worth: a reading of everything that brought nothing."""
    return Heard(topic, at, span, EVERYTHING)


def _is_known_to_be_empty(heard: Heard, newest: datetime) -> bool:
    """Whether there was nothing then, of whatever kind, and it came after the newest post."""
    return not heard.likes and heard.filter == EVERYTHING and heard.span.start >= newest


def _days(heard: Sequence[Heard], until: datetime) -> list[float]:
    """How many posts a day brought, for each day on which the topic was read before then. Posts count by the strictest
    threshold that was asked for, and a time that was read again counts once."""
    threshold = max((each.filter.min_likes for each in heard), default=0)
    posts: dict[date, float] = {}
    lengths: dict[date, timedelta] = {}
    reached: datetime | None = None
    for each in heard:
        fresh = each.span.end - max(each.span.start, reached or each.span.start)
        reached = max(each.span.end, reached or each.span.end)
        if fresh <= timedelta(0) or each.span.start >= until:
            continue
        day = each.at.date()
        posts[day] = posts.get(day, 0.0) + sum(likes >= threshold for likes in each.likes)
        lengths[day] = lengths.get(day, timedelta(0)) + fresh
    return [posts[day] * (DAY / max(lengths[day], SHORTEST_SILENCE)) for day in posts]


def _odds_of_an_empty_day(days: Sequence[float], usual: float) -> float:
    """By a negative binomial distribution as uneven as the days were, and by how many were empty."""
    mean = sum(days) / len(days)
    if not mean:
        return 1.0
    spread = sum((day - mean) ** 2 for day in days) / len(days)
    evenness = min(EVENNESS, mean**2 / (spread - mean)) if spread > mean else EVENNESS
    empty = sum(day == 0 for day in days) / len(days)
    return max(float((1 + usual / evenness) ** -evenness), empty)
