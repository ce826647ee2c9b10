"""How little has to be read so that no digest misses what it would have shown, and why.

A digest shows a few posts of many. Those that it picks have been liked more than most, so of a busy topic only the most
liked are read, a few times as many as can be shown; small topics are read whole. Which number of likes that is follows
from what earlier reading brought (`tail`), anew each time, so that a threshold that is too high lowers itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from bot.domain.budget import NOTHING, Money, in_words
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey
from bot.domain.reading.asking import SPARING, Asker, PlannedRead
from bot.domain.reading.need import Means, Need
from bot.domain.reading.rationing import Rationing, payers_of
from bot.domain.topic import Topic, TopicKind

MONEY_FOR_COUNTS = 10
"""Counting takes at most one part in so many of the money."""


@dataclass(frozen=True, slots=True)
class PlannedCount:
    """To be counted before anything is read; then the plan is made anew."""

    topic: Topic
    span: Span
    cost: Money
    why: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not read at all, and why, in a sentence for people."""

    need: Need
    why: str


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """`worst` is what its reads cost when all their limits are reached, or when the allowance stops them. `in_part` are
    the channels whose digest is made from less than it should be, because money is short, `short` the topics."""

    counts: tuple[PlannedCount, ...] = ()
    reads: tuple[PlannedRead, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    in_part: frozenset[ChannelKey] = frozenset()
    short: frozenset[Topic] = frozenset()
    worst: Money = NOTHING

    @property
    def posts(self) -> float:
        """About how many it brings; one that has several of the topics comes once for each."""
        return sum(read.posts for read in self.reads)

    @property
    def cost(self) -> Money:
        """About what it costs, counts included."""
        return Money(sum(read.cost for read in self.reads) + sum(count.cost for count in self.counts))


def plan(needs: Sequence[Need], means: Means, later: Sequence[Need] = ()) -> ReadingPlan:
    """How these needs are read now. `later` are those of slots that come later in the same UTC day: nothing is read for
    them, but their part of the money is left.

    The same needs bring the same plan, in whatever order. It expects to cost no more than there is, and every need is
    in it or said to be left out. Where more comes than expected, the allowance stops the reads that stand last.
    """
    kept = [clipped for need in needs if (clipped := _within_reach(need, means)) is not None]
    too_old = [need for need in needs if _within_reach(need, means) is None]
    found = _Planner(means).plan(_in_order(kept), _in_order(later))
    gone = tuple(LeftOut(need, f"{need.topic}: this was written longer ago than can be read") for need in too_old)
    return replace(found, left_out=found.left_out + gone)


def _within_reach(need: Need, means: Means) -> Need | None:
    gap = Span(max(need.gap.start, means.now - means.reach.looks_back), need.gap.end)
    return replace(need, gap=gap) if gap.length else None


def _in_order(needs: Sequence[Need]) -> list[Need]:
    return sorted(needs, key=lambda each: (each.topic, each.gap))


class _Planner:
    def __init__(self, means: Means) -> None:
        self._means = means
        self._asker = Asker(means)

    def plan(self, needs: Sequence[Need], later: Sequence[Need]) -> ReadingPlan:
        counts = self._counts(needs)
        there_is = self._there_is(counts)
        coming = [self._asker.read(need, SPARING) for need in later]
        reads = [self._asker.read(need) for need in needs]
        costs = self._worst(reads) + sum(read.cost for read in coming)
        if costs <= there_is and self._every_channel_can_pay([*reads, *coming]):
            return ReadingPlan(tuple(counts), tuple(reads), worst=self._worst(reads))
        return self._rationed(counts, needs, later)

    # --------------------------------------------------------------------------------------------------------- counts

    def _counts(self, needs: Sequence[Need]) -> list[PlannedCount]:
        """A count costs as much as a post, and saves many."""
        if not self._means.reach.counts or not self._means.prices.post:
            return []
        strangers = {need.topic: need for need in needs if self._is_strange(need)}
        price, left = self._means.prices.counts, self._means.left
        affordable = len(strangers) if left is None or not price else left // MONEY_FOR_COUNTS // price
        why = f"nobody has read it yet, so its posts are counted first, {in_words(price)}"
        return [
            PlannedCount(need.topic, need.gap, price, f"{need.topic}: {why}")
            for need in list(strangers.values())[:affordable]
        ]

    def _is_strange(self, need: Need) -> bool:
        return need.topic.kind is not TopicKind.ACCOUNT and not self._asker.tail(need).is_known

    # ---------------------------------------------------------------------------------------------------------- money

    def _there_is(self, counts: Sequence[PlannedCount]) -> float:
        left = self._means.left
        return inf if left is None else left - sum(each.cost for each in counts)

    def _worst(self, reads: Sequence[PlannedRead]) -> Money:
        """What they cost when all limits are reached, by a source that fills its pages."""
        groups = self._means.pack([read.want for read in reads]) if reads else ()
        posts = sum(self._pages(sum(want.limit for want in group)) for group in groups)
        return Money(posts * self._means.prices.post)

    def _pages(self, limit: int) -> int:
        reach = self._means.reach
        full, rest = divmod(limit, reach.largest_page)
        return full * reach.largest_page + (max(rest, reach.smallest_page) if rest else 0)

    def _every_channel_can_pay(self, reads: Sequence[PlannedRead]) -> bool:
        left = self._means.of_channels
        payers = payers_of([read.need for read in reads], left)
        costs: defaultdict[ChannelKey, float] = defaultdict(float)
        for read in reads:
            paying = payers[read.need.topic]
            if read.need.readers and not paying and read.cost:
                return False
            for channel in paying:
                costs[channel] += read.cost / len(paying)
        return all(costs[channel] <= most for channel, most in left.items())

    # ------------------------------------------------------------------------------------------------- money is short

    def _rationed(self, counts: Sequence[PlannedCount], needs: Sequence[Need], later: Sequence[Need]) -> ReadingPlan:
        there_is = self._there_is(counts)
        rations = Rationing(self._asker, self._means, needs, later, money=there_is, pages=self._worst).rations()
        read = {(each.need.topic, each.need.gap) for each in rations.reads}
        left_out = [need for need in needs if (need.topic, need.gap) not in read]
        in_part = [need for place, need in enumerate(needs) if place not in rations.whole]
        return ReadingPlan(
            tuple(counts),
            rations.reads,
            tuple(LeftOut(need, f"{need.topic}: there is not enough money left today to read it") for need in left_out),
            frozenset(reader.channel for need in in_part for reader in need.readers),
            frozenset(need.topic for need in in_part),
            Money(round(min(self._worst(rations.reads), there_is))),
        )
