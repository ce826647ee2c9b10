"""“Did you mean …?”"""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, allowed: Iterable[str]) -> str:
    """A sentence that names the nearest allowed word, with a space before it; empty where none is near."""
    by_folded = {each.casefold(): each for each in allowed}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f" Did you mean {by_folded[found[0]]}?" if found else ""
