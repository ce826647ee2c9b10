"""What is read when money is short: whole topics in turn, each of them properly or not at all.

A page is reserved before it is asked for and only what it brought is paid, so that what counts is what is expected, and
that one more page is free for the last request. Should more come than expected, the allowance stops what comes last.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from math import ceil, inf
from zlib import crc32

from bot.domain.budget import NOTHING, Money
from bot.domain.keys import ChannelKey
from bot.domain.reading.asking import SPARING, Asker, PlannedRead
from bot.domain.reading.need import Means, Need
from bot.domain.reading.sharing import shared_fairly
from bot.domain.topic import Topic

LEAST_PART = 0.5
"""Of what is enough of a topic; with less it is not its turn."""
NEXT_TO_NOTHING = 2
"""Posts: who would save on these?"""
NEXT_TURN = 0.6180339887
"""Of the circle that topics stand in, each day, so that nobody's turn is close to their last one (the golden ratio)."""
ROUNDING = 1e-6

Pages = Callable[[Sequence[PlannedRead]], Money]
"""What reads cost when all their limits are reached."""


@dataclass(frozen=True, slots=True)
class Rations:
    """`whole` are the needs of which as much is read as with all the money there could be."""

    reads: tuple[PlannedRead, ...]
    whole: frozenset[int]


@dataclass(frozen=True, slots=True, order=True)
class _Turn:
    """How soon a step is taken: first what is within the equal part of the one who has least of it, then what is a
    first step, then what has waited longest, then what costs next to nothing."""

    over_equal_parts: float
    step: int
    last_read: date
    costs_something: bool
    by_turns: float
    place: int


class Rationing:
    """`needs` get reads; `later` are those of slots that come later in the same UTC day, whose money is only left."""

    def __init__(
        self, asker: Asker, means: Means, needs: Sequence[Need], later: Sequence[Need], *, money: float, pages: Pages
    ) -> None:
        self._asker, self._means, self._money, self._pages = asker, means, money, pages
        self._needs, self._now = [*needs, *later], len(needs)
        self._steps = [self._steps_of(need) for need in self._needs]
        self._page = means.reach.smallest_page * means.prices.post
        self._payers = payers_of(self._needs, means.of_channels)
        self._parts = self._equal_parts()
        self._spent: defaultdict[ChannelKey, float] = defaultdict(float)
        self._taken: dict[int, int] = {}
        self._cost = 0.0

    def rations(self) -> Rations:
        """In the order in which they are to be read."""
        turns = [self._turn(place, 0) for place in range(len(self._needs))]
        heapify(turns)
        while turns:
            turn = heappop(turns)
            now = self._turn(turn.place, turn.step)
            if now > turn:
                heappush(turns, now)
            elif self._takes(turn.place, turn.step) and turn.step + 1 < len(self._steps[turn.place]):
                heappush(turns, self._turn(turn.place, turn.step + 1))
        pages = list(self._last_pages())
        whole = {place for place, step in self._taken.items() if step + 1 == len(self._steps[place])}
        return Rations((*self._reads(), *pages), frozenset(place for place in whole if place < self._now))

    def _steps_of(self, need: Need) -> tuple[PlannedRead, ...]:
        """From little to enough; only one where the first brings as much."""
        least, enough = self._asker.read(need, SPARING, LEAST_PART), self._asker.read(need, SPARING)
        return (least, enough) if least.cost < enough.cost else (enough,)

    def _equal_parts(self) -> Mapping[ChannelKey, float]:
        demands: defaultdict[ChannelKey, float] = defaultdict(float)
        for need, steps in zip(self._needs, self._steps, strict=True):
            payers = self._payers[need.topic]
            for channel in payers:
                demands[channel] += steps[-1].cost / len(payers)
        return shared_fairly(demands, min(self._money, sum(demands.values())), self._means.of_channels)

    # ---------------------------------------------------------------------------------------------------------- turns

    def _turn(self, place: int, step: int) -> _Turn:
        need, price = self._needs[place], self._price(place, step)
        payers = self._who_can_pay(need.topic, price)
        over = min((self._over(channel, price / len(payers)) for channel in payers), default=inf)
        last_read = max((each.at.date() for each in need.heard), default=date.min)
        costs_something = self._steps[place][-1].cost > NEXT_TO_NOTHING * self._means.prices.post
        return _Turn(over, step, last_read, costs_something, self._by_turns(need.topic), place)

    def _over(self, channel: ChannelKey, price: float) -> float:
        """How many equal parts the channel would have used."""
        used, part = self._spent[channel] + price, self._parts.get(channel, 0.0)
        if used <= part:
            return 1.0
        return float(ceil(used / part - ROUNDING)) if part else inf

    def _by_turns(self, topic: Topic) -> float:
        day = self._means.now.date().toordinal()
        return (crc32(topic.key.encode()) / 2**32 + day * NEXT_TURN) % 1

    # ---------------------------------------------------------------------------------------------------------- money

    def _price(self, place: int, step: int) -> Money:
        """What the step costs beyond the one before it."""
        before = self._steps[place][step - 1].cost if step else NOTHING
        return Money(self._steps[place][step].cost - before)

    def _who_can_pay(self, topic: Topic, price: float) -> Sequence[ChannelKey]:
        """In equal parts. Who cannot keeps nobody else from it."""
        payers, left = self._payers[topic], self._means.of_channels
        while payers:
            part = price / len(payers)
            able = [each for each in payers if each not in left or self._spent[each] + part <= left[each]]
            if len(able) == len(payers):
                break
            payers = able
        return payers

    def _takes(self, place: int, step: int) -> bool:
        price = self._price(place, step)
        payers = self._who_can_pay(self._needs[place].topic, price)
        if not payers or not self._is_enough_for(place, step, price):
            return False
        for channel in payers:
            self._spent[channel] += price / len(payers)
        self._taken[place] = step
        self._cost += price
        return True

    def _is_enough_for(self, place: int, step: int, price: float) -> bool:
        if self._cost + price + self._page <= self._money:
            return True
        if place >= self._now or self._cost >= self._page:
            return False
        kept = sum(self._steps[each][at].cost for each, at in self._taken.items() if each >= self._now)
        others = [read for read in self._reads() if read.need is not self._needs[place]]
        return kept + self._pages([*others, self._steps[place][step]]) <= self._money

    # ---------------------------------------------------------------------------------------------------------- reads

    def _reads(self) -> list[PlannedRead]:
        return [self._steps[place][step] for place, step in self._taken.items() if place < self._now]

    def _last_pages(self) -> Iterator[PlannedRead]:
        """The page that was kept free is for those who would get nothing. Where their first step needs more than that,
        they get a page, which is returned."""
        waiting = [place for place in range(self._now) if place not in self._taken]
        for place in [turn.place for turn in sorted(self._turn(place, 0) for place in waiting)]:
            need, least = self._needs[place], self._steps[place][0]
            is_enough = least.cost <= self._page
            read = least if is_enough else self._asker.page(need)
            if self._cost + self._page > self._money or not self._who_can_pay(need.topic, read.cost):
                continue
            self._cost += read.cost
            if is_enough:
                self._taken[place] = 0
            else:
                yield read


def payers_of(needs: Sequence[Need], left: Mapping[ChannelKey, Money]) -> Mapping[Topic, Sequence[ChannelKey]]:
    """A topic is paid in equal parts by those who wait for it and have anything left."""
    readers: defaultdict[Topic, dict[ChannelKey, None]] = defaultdict(dict)
    for need in needs:
        readers[need.topic] |= dict.fromkeys(reader.channel for reader in need.readers)
    return {topic: [each for each in channels if left.get(each) != NOTHING] for topic, channels in readers.items()}
