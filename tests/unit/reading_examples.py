"""Invented needs, means and readings, with only what a test cares about said."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.budget import Money, Prices, dollars
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey
from bot.domain.reading.filter import Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.need import Means, Need, Reader
from bot.domain.reading.want import Reach, Want
from bot.domain.topic import Topic
from tests.unit.examples import topic

NOW = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
"""A Friday, so that the days before are no weekend."""
DAY = timedelta(days=1)
PRICES = Prices(dollars("0.005"), dollars("0.01"), dollars("0.005"))
SEARCH = Reach(10, 100, thresholds=True, languages=True, replies=True, top=True, counts=True)


def channel(name: str = "maths") -> ChannelKey:
    return ChannelKey("school", name)


def reader(name: str = "maths", size: int = 5, topics: int = 5, languages: tuple[str, ...] = ("en",)) -> Reader:
    return Reader(channel(name), size, topics, languages)


def need(
    text: str | Topic = "#edchat",
    *,
    days: float = 1,
    readers: Sequence[Reader] = (reader(),),
    heard: Sequence[Heard] = (),
    per_day: float | None = None,
    account_id: str = "",
) -> Need:
    about = topic(text) if isinstance(text, str) else text
    volume = None if per_day is None else Volume(about, per_day, NOW - DAY)
    return Need(about, Span(NOW - days * DAY, NOW), tuple(readers), account_id, tuple(heard), volume)


def heard(
    text: str = "#edchat",
    likes: Sequence[int] = (),
    *,
    days_ago: float = 1,
    min_likes: int = 0,
    days: float = 1,
    cut: bool = False,
    top: bool = False,
) -> Heard:
    at = NOW - days_ago * DAY
    asked_for = Filter(min_likes=min_likes, top=top)
    return Heard(topic(text), at, Span(at - days * DAY, at), asked_for, tuple(sorted(likes, reverse=True)), cut=cut)


def means(
    left: str | None = None,
    *,
    reach: Reach = SEARCH,
    prices: Prices = PRICES,
    of_channels: Mapping[str, str] | None = None,
) -> Means:
    limits = {channel(name): dollars(most) for name, most in (of_channels or {}).items()}
    return Means(NOW, prices, reach, None if left is None else dollars(left), limits, packed)


def packed(wants: Sequence[Want]) -> list[list[Want]]:
    """One span and one filter together, as X does it; lists and the best of a topic alone."""
    groups: dict[object, list[Want]] = {}
    for want in wants:
        alone = (want,) if want.filter.top else ()
        groups.setdefault((want.span, want.filter, *alone), []).append(want)
    return list(groups.values())


def busy(text: str = "#elearning", posts: int = 600, readings: int = 3) -> list[Heard]:
    """Read whole on some days: half of the posts have no like, the fiftieth has about fifty."""
    likes = [round(posts / rank) - 1 if rank < posts / 2 else 0 for rank in range(1, posts + 1)]
    return [heard(text, [min(each, 500) for each in likes], days_ago=number + 1) for number in range(readings)]


def worst_of(wants: Sequence[Want], price: Money = PRICES.post) -> int:
    """What they may cost, counted again: pages of ten to a hundred."""
    total = 0
    for group in packed(wants):
        limit = sum(want.limit for want in group)
        while limit > 0:
            total += max(min(limit, 100), 10)
            limit -= 100
    return total * price
