"""Which wordings are nearly the same, without comparing each with each.

Only wordings that begin alike, end alike or are alike around their longest word are compared. A key under which many
different ones stand already tells nothing and brings no more of them, so that the work grows with the number of posts
and not with its square, whatever the posts say.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from rapidfuzz import fuzz

SAME_WORDING = 88.0
EDGE = 24
AROUND = 16
MOST_UNDER_A_KEY = 12


Edges = tuple[str, str, str]


def edges_of(plain: str, words: Sequence[str]) -> Edges:
    """What changes of a word or two seldom reach all three of: the beginning, the end, and around the longest of its
    `words`."""
    longest = max(words, key=len, default="")
    place = plain.find(longest)
    return "^" + plain[:EDGE], plain[-EDGE:] + "$", plain[max(place - AROUND, 0) : place + AROUND]


class Alike:
    """Groups wordings around those that came first: each is like its leader, however long the group grows."""

    def __init__(self) -> None:
        self._same: dict[str, str] = {}
        self._leaders: defaultdict[str, list[str]] = defaultdict(list)

    def leader_of(self, plain: str, edges: Edges) -> str:
        """The wording it is nearly the same as; itself where it is the first of its kind. `edges` are its own."""
        leader = self._same.get(plain)
        if leader is None:
            leader = self._same[plain] = self._found_or_added(plain, edges)
        return leader

    def _found_or_added(self, plain: str, edges: Edges) -> str:
        under = [self._leaders[edge] for edge in edges]
        if any(under):
            for leader in dict.fromkeys(chain.from_iterable(under)):
                if fuzz.ratio(plain, leader, score_cutoff=SAME_WORDING):
                    return leader
        for leaders in under:
            if len(leaders) < MOST_UNDER_A_KEY:
                leaders.append(plain)
        return plain
