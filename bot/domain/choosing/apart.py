"""Which posts may be the same thing as another: most have nothing in common with any, and are compared with none."""

from collections.abc import Iterable, Sequence
from itertools import chain

from bot.domain.choosing.contender import Contender
from bot.domain.choosing.gist import gist_of
from bot.domain.post import Post


def told_apart(contenders: Sequence[Contender], shown: Iterable[Post]) -> tuple[list[Contender], list[Contender]]:
    """Those that share no trace with another one or with what was `shown`, and those that do, best first."""
    traces = [each.gist.traces for each in contenders]
    shared = _shared(chain([gist_of(post).traces for post in shown], traces))
    alone: list[Contender] = []
    others: list[Contender] = []
    for each in contenders:
        (alone if shared.isdisjoint(each.gist.traces) else others).append(each)
    return alone, sorted(others, key=lambda each: each.rank)


def _shared(traces: Iterable[Sequence[str]]) -> set[str]:
    """All traces of two or more posts, and harmlessly some of one alone."""
    met: set[str] = set()
    shared: set[str] = set()
    for each in traces:
        before = len(met)
        met.update(each)
        if len(met) < before + len(each):
            shared.update(each)
    return shared
