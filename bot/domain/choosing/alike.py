"""Which wordings are nearly the same, without comparing each with each.

Only wordings that begin alike, end alike or are alike around their longest word are compared. A key under which many
different ones stand already tells nothing and brings no more of them, so that the work grows with the number of posts
and not with its square, whatever the posts say.
"""

from collections import defaultdict

from rapidfuzz import fuzz

SAME_WORDING = 88.0
EDGE = 24
AROUND = 16
MOST_UNDER_A_KEY = 12


class Alike:
    """Groups wordings around those that came first: each is like its leader, however long the group grows."""

    def __init__(self) -> None:
        self._same: dict[str, str] = {}
        self._leaders: defaultdict[str, list[str]] = defaultdict(list)

    def leader_of(self, plain: str) -> str:
        """The wording it is nearly the same as; itself where it is the first of its kind."""
        leader = self._same.get(plain)
        if leader is None:
            leader = self._same[plain] = self._found_or_added(plain)
        return leader

    def _found_or_added(self, plain: str) -> str:
        under = [self._leaders[key] for key in _keys(plain)]
        for leader in dict.fromkeys([leader for leaders in under for leader in leaders]):
            if fuzz.ratio(plain, leader, score_cutoff=SAME_WORDING):
                return leader
        for leaders in under:
            if len(leaders) < MOST_UNDER_A_KEY:
                leaders.append(plain)
        return plain


def _keys(plain: str) -> tuple[str, str, str]:
    """What changes of a word or two seldom reach all three of: the beginning, the end, and around the longest word."""
    longest = max(plain.split(" "), key=len)
    place = plain.find(longest)
    return "^" + plain[:EDGE], plain[-EDGE:] + "$", plain[max(place - AROUND, 0) : place + AROUND]
