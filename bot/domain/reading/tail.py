"""How many posts of a topic have how many likes, learnt from what earlier reading brought."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, exp2, log
from typing import Self

from bot.domain.coverage import Span
from bot.domain.reading.heard import Heard, Volume

LIKES_HALVE_AFTER_HOURS = 5.0
"""What is supposed of the likes a post will ever get: half of them have come by then."""
LEAST_GATHERED = 0.1
NEWS_HALVES_AFTER = timedelta(days=3)
"""A reading so much older than another counts half as much."""
STEEPNESS = 1.1
"""How fast posts get fewer with their likes, where it has to be supposed: twice the likes, a bit less than half the
posts. So it is among education hashtags, where half of the posts have no like and one in a hundred has 34."""
COUNTS_WEIGH = 0.3
"""What is supposed from a count weighs as much as so many days of reading."""
CUT_KNOWS = 0.5
"""Of a reading of the top that was cut short, only the most liked half is sure to be complete."""
NONE_HEARD = 0.5
"""Where there was none, there may be half a one."""
SHORTEST_SILENCE = 0.25
"""A silence of an hour is none: it counts as so many days at least."""
WEEKEND = 0.6
"""A Saturday or Sunday (UTC) brings so much of what another day brings: half to two thirds."""
MOST_LIKES = 100_000

_DAY = timedelta(days=1)
_WEEKEND_DAYS = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class _Reading:
    """`likes` are what posts will have in the end, fewest first, and complete from `floor` upwards."""

    likes: tuple[float, ...]
    floor: float
    days: float
    weight: float

    def with_at_least(self, likes: float) -> int:
        return len(self.likes) - bisect_left(self.likes, likes)


class Tail:
    """What is known of one topic. `is_known` says whether anything is."""

    def __init__(self, readings: Sequence[_Reading], per_day: float | None) -> None:
        self._readings = sorted(readings, key=lambda each: each.floor)
        self._per_day = per_day
        self.is_known = per_day is not None or bool(readings)

    @classmethod
    def of(cls, heard: Sequence[Heard], volume: Volume | None, now: datetime) -> Self:
        readings = [_reading(each, now) for each in heard if each.span.length]
        return cls(readings, volume.per_day if volume else None)

    def a_day(self, likes: float = 0.0) -> float:
        """How many posts of a weekday will have at least so many likes in the end; 0 where nothing is known."""
        heard = [each for each in self._readings if each.floor <= likes]
        supposed = None if self._per_day is None else self._per_day * exp(-STEEPNESS * log(1 + likes))
        if heard:
            return _mean(heard, likes, supposed)
        if not self._readings:
            return supposed or 0.0
        return self._below_what_was_heard(likes)

    def _below_what_was_heard(self, likes: float) -> float:
        """Drawn on from the lowest threshold that was asked for; towards the count where there is one."""
        floor = self._readings[0].floor
        at_floor = self.a_day(floor)
        if self._per_day is None or self._per_day <= at_floor:
            return at_floor * exp(STEEPNESS * log((1 + floor) / (1 + likes)))
        steepness = log(self._per_day / at_floor) / log(1 + floor)
        return at_floor * exp(steepness * log((1 + floor) / (1 + likes)))

    def brings(self, span: Span, min_likes: int, now: datetime) -> float:
        """How many posts of the span have at least so many likes now."""
        return self.a_day(min_likes / gathered(span, now)) * busy_days(span)

    def threshold(self, span: Span, posts: float, now: datetime) -> int:
        """The fewest likes that no more than so many posts of the span have now."""
        part, days = gathered(span, now), busy_days(span)
        low, high = -1, MOST_LIKES
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.a_day(middle / part) * days <= posts else (middle, high)
        return high


def gathered(span: Span, at: datetime) -> float:
    """What part of its likes a post of the span has got by then, on average."""
    youngest = max((at - span.end) / timedelta(hours=LIKES_HALVE_AFTER_HOURS), 0.0)
    oldest = max((at - span.start) / timedelta(hours=LIKES_HALVE_AFTER_HOURS), youngest)
    if oldest - youngest < 1e-6:
        return max(1 - exp2(-youngest), LEAST_GATHERED)
    missing = (exp2(-youngest) - exp2(-oldest)) / log(2) / (oldest - youngest)
    return max(1 - missing, LEAST_GATHERED)


def busy_days(span: Span) -> float:
    """How long it is, where days on which less is written count less."""
    days, start = 0.0, span.start.astimezone(UTC)
    while start < span.end:
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
        end = min(midnight, span.end)
        days += (end - start) / _DAY * (WEEKEND if start.weekday() in _WEEKEND_DAYS else 1.0)
        start = end
    return days


def _reading(heard: Heard, now: datetime) -> _Reading:
    part = gathered(heard.span, heard.at)
    likes = tuple(sorted(each / part for each in heard.likes))
    floor = heard.filter.min_likes / part
    if heard.cut and heard.filter.top and likes:
        floor = max(floor, likes[int(len(likes) * (1 - CUT_KNOWS))])
    age = max(now - heard.at, timedelta(0))
    return _Reading(likes, floor, busy_days(heard.span), exp2(-(age / NEWS_HALVES_AFTER)))


def _mean(heard: Sequence[_Reading], likes: float, supposed: float | None) -> float:
    days = sum(each.days * each.weight for each in heard)
    posts = sum(each.with_at_least(likes) * each.weight for each in heard)
    if not posts:
        posts, days = NONE_HEARD * max(each.weight for each in heard), max(days, SHORTEST_SILENCE)
    if supposed is not None:
        posts, days = posts + supposed * COUNTS_WEIGH, days + COUNTS_WEIGH
    return posts / days
