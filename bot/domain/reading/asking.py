"""How one topic is asked for: whole, the most liked of it, or the best in the source's own opinion."""

from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil, sqrt
from zlib import crc32

from bot.domain.budget import Money, in_words
from bot.domain.reading.filter import Filter
from bot.domain.reading.need import Means, Need
from bot.domain.reading.tail import Tail
from bot.domain.reading.want import Want
from bot.domain.topic import Topic, TopicKind

CHOOSE_FROM = 6.5
"""So many posts are read for each place of a digest, shared among the channel's topics."""
FEWEST_TO_CHOOSE_FROM = 4.0
"""Of a topic in a day, however many others a channel has."""
NEARLY_ALL = 1.25
"""A topic is read whole where that brings no more than so many times what is enough, or no more than a page."""
ROOM_FOR_ALL = (0.5, 3.0)
"""A small topic may bring half as much again as is expected, and three posts, before something of it is left out."""
ROOM_FOR_THE_MOST_LIKED = (0.15, 1.0)
"""Of a busy one it costs much, and loses little, when a day brings far more than expected."""
LOOKS_DEEPER_EVERY = 7
"""On one day of so many a topic's threshold is lower than it need be, so that what lies below is heard of."""
DEEPER = 1.3
POSTS_OF_AN_ACCOUNT = 3.0
"""What an account is supposed to write a day, until it has been read. All of it is read: somebody chose it."""
MOST_POSTS = 300
MOST_FREE_POSTS = 2_000

_DAY = timedelta(days=1)
_STEPS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000)


@dataclass(frozen=True, slots=True)
class Thrift:
    """How sparingly it is read. `slack` is the part of the usual one that limits have above what is expected. Who
    `explores` has a lower threshold now and then."""

    slack: float = 1.0
    explores: bool = False


GENEROUS = Thrift(explores=True)
SPARING = Thrift(0.3, explores=True)


@dataclass(frozen=True, slots=True)
class PlannedRead:
    """`posts` and `cost` are what it is expected to bring and to cost. `is_rationed` says that its limit is lower than
    it would be with more money. `why` is a sentence for people."""

    need: Need
    want: Want
    posts: float
    cost: Money
    why: str
    is_rationed: bool = False


@dataclass(frozen=True, slots=True)
class _Amount:
    """What is asked for of a topic, and why."""

    asked_for: Filter
    posts: float
    because: str


class Asker:
    def __init__(self, means: Means) -> None:
        self._means = means
        self._tails: dict[Topic, Tail] = {}

    def read(self, need: Need, thrift: Thrift = GENEROUS, part: float = 1.0) -> PlannedRead:
        """`part` is how much is read of what would be enough, from 0 to 1."""
        tail = self.tail(need)
        if not self._means.prices.post:
            return self._everything(need, tail)
        if need.topic.kind is TopicKind.ACCOUNT:
            amount = self._account(need, tail, part)
        elif not tail.is_known:
            return self._stranger(need, part)
        elif self._is_small(need, tail):
            amount = self._whole(need, tail)
        elif not self._means.reach.thresholds:
            amount = self._newest(need, tail, part)
        else:
            amount = self._most_liked(need, tail, thrift, part)
        return self._planned(need, amount, thrift)

    def page(self, need: Need) -> PlannedRead:
        """The least that can be asked for: the best of a topic, the newest of an account."""
        reach, tail = self._means.reach, self.tail(need)
        is_account = need.topic.kind is TopicKind.ACCOUNT
        asked_for = replace(self._filter(need), top=reach.top and not is_account)
        there_are = tail.brings(need.gap, 0, self._means.now) if tail.is_known else reach.smallest_page
        posts = min(there_are, reach.smallest_page)
        which = "best" if asked_for.top else "newest"
        amount = _Amount(asked_for, posts, f"there is money for one page only, the {which} of it")
        want = Want(need.topic, need.gap, reach.smallest_page, need.account_id, asked_for)
        return PlannedRead(need, want, posts, self._cost(posts), self._sentence(need, amount), is_rationed=True)

    def tail(self, need: Need) -> Tail:
        """What is known of its topic, worked out once."""
        if need.topic not in self._tails:
            self._tails[need.topic] = Tail.of(need.heard, need.volume, self._means.now)
        return self._tails[need.topic]

    # ------------------------------------------------------------------------------------------------------- how much

    def _everything(self, need: Need, tail: Tail) -> PlannedRead:
        posts = min(tail.brings(need.gap, 0, self._means.now), MOST_FREE_POSTS)
        want = Want(need.topic, need.gap, MOST_FREE_POSTS, need.account_id)
        return PlannedRead(need, want, posts, Money(0), f"{need.topic}: all of it, for it costs nothing")

    def _stranger(self, need: Need, part: float) -> PlannedRead:
        """A few of the best tell how much there is."""
        limit = max(ceil(enough_of(need) * part), self._means.reach.smallest_page)
        asked_for = replace(self._filter(need), top=self._means.reach.top)
        which = "best" if asked_for.top else "newest"
        why = f"{need.topic}: nobody knows yet how much there is; the {which} {limit}, {in_words(self._cost(limit))}"
        want = Want(need.topic, need.gap, limit, need.account_id, asked_for)
        return PlannedRead(need, want, limit, self._cost(limit), why, is_rationed=part < 1)

    def _account(self, need: Need, tail: Tail, part: float) -> _Amount:
        a_day = tail.a_day() if tail.is_known else POSTS_OF_AN_ACCOUNT
        return _Amount(self._filter(need), a_day * (need.gap.length / _DAY) * part, "an account is read whole")

    def _is_small(self, need: Need, tail: Tail) -> bool:
        """However little money there is: a threshold would save next to nothing."""
        there_are = tail.brings(need.gap, 0, self._means.now)
        return there_are <= max(NEARLY_ALL * enough_of(need), self._means.reach.smallest_page)

    def _whole(self, need: Need, tail: Tail) -> _Amount:
        there_are = tail.brings(need.gap, 0, self._means.now)
        return _Amount(self._filter(need), there_are, f"about {_posts(tail.a_day())} a day, so it is read whole")

    def _newest(self, need: Need, tail: Tail, part: float) -> _Amount:
        posts = NEARLY_ALL * enough_of(need) * part
        because = f"about {_posts(tail.a_day())} a day, of which the newest are read"
        return _Amount(self._filter(need), posts, because)

    def _most_liked(self, need: Need, tail: Tail, thrift: Thrift, part: float) -> _Amount:
        looks_deeper = thrift.explores and part == 1 and self._looks_deeper(need)
        enough = enough_of(need) * part * (DEEPER if looks_deeper else 1)
        likes = self._with_something(need, tail, _round(tail.threshold(need.gap, enough, self._means.now)))
        posts = tail.brings(need.gap, likes, self._means.now)
        deeper = ", today with a lower threshold to hear what lies below" if looks_deeper else ""
        return _Amount(replace(self._filter(need), min_likes=likes), posts, _most(tail, likes) + deeper)

    def _with_something(self, need: Need, tail: Tail, likes: int) -> int:
        """Not so many that none of its posts would have them."""
        lower = [step for step in _STEPS if step <= likes]
        fewer = (step for step in reversed(lower) if tail.brings(need.gap, step, self._means.now) >= 1)
        return next(fewer, 0)

    def _looks_deeper(self, need: Need) -> bool:
        day = self._means.now.date().toordinal() + crc32(need.topic.key.encode())
        return day % LOOKS_DEEPER_EVERY == 0

    def _filter(self, need: Need) -> Filter:
        """What every digest would leave out anyway is not paid for: other languages, and replies without a link."""
        reach = self._means.reach
        anything = any(not reader.languages for reader in need.readers) or not reach.languages
        spoken = () if anything else tuple(sorted({each for reader in need.readers for each in reader.languages}))
        return Filter(languages=spoken, replies=not reach.replies)

    # ------------------------------------------------------------------------------------------------------- the read

    def _planned(self, need: Need, amount: _Amount, thrift: Thrift) -> PlannedRead:
        more, besides = ROOM_FOR_THE_MOST_LIKED if amount.asked_for.min_likes else ROOM_FOR_ALL
        limit = max(min(ceil(amount.posts + thrift.slack * (more * amount.posts + besides)), MOST_POSTS), 1)
        posts = min(amount.posts, limit)
        want = Want(need.topic, need.gap, limit, need.account_id, amount.asked_for)
        why = self._sentence(need, amount)
        return PlannedRead(need, want, posts, self._cost(posts), why, is_rationed=thrift.slack < 1)

    def _cost(self, posts: float) -> Money:
        return Money(round(posts * self._means.prices.post))

    def _sentence(self, need: Need, amount: _Amount) -> str:
        return f"{need.topic}: {amount.because}; about {_posts(amount.posts)}, {in_words(self._cost(amount.posts))}"


def enough_of(need: Need) -> float:
    """How many posts of the gap are enough for its readers to choose from. Of three days it is not three times as many
    as of one, for their digest is no longer."""
    days = need.gap.length / _DAY
    most = max((reader.size / max(reader.topics, 1) for reader in need.readers), default=0.0)
    return max(FEWEST_TO_CHOOSE_FROM, CHOOSE_FROM * most) * (days if days < 1 else sqrt(days))


def _round(likes: int) -> int:
    """Upwards to a threshold that other topics have, too: they are then asked for together."""
    return next((step for step in _STEPS if step >= likes), likes)


def _most(tail: Tail, likes: int) -> str:
    return f"about {_posts(tail.a_day())} a day, of which those with {_likes(likes)} are read"


def _likes(likes: int) -> str:
    return "1 like or more" if likes == 1 else f"{likes:,} likes or more"


def _posts(number: float) -> str:
    rounded = max(round(number), 1)
    return "1 post" if rounded == 1 else f"{rounded:,} posts"
