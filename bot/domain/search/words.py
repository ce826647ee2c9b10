"""What counts as a word when something is sought: letters and digits, without case, accents and apostrophes."""

import re

from bot.domain.topic import folded

MOST_LETTERS_IN_A_WORD = 40
"""Longer ones are cut, wherever they stand: no database keeps a word of any length."""

_NO_SPACES = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
"""Scripts that put no spaces between words: each of their letters counts as a word."""
_WORD = re.compile(rf"[{_NO_SPACES}]|(?:(?![{_NO_SPACES}])[^\W_])+")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ＇"))


def words_in(text: str) -> list[str]:
    """In the order they stand, folded."""
    return [word[:MOST_LETTERS_IN_A_WORD] for word in _WORD.findall(folded(text.translate(_APOSTROPHES)))]


def run_together(text: str) -> str:
    """All words as one: `Year 9`, `year-9` and `#Year9` are one tag."""
    return "".join(words_in(text))[:MOST_LETTERS_IN_A_WORD]


def places_of_words(text: str) -> list[tuple[str, int, int]]:
    """Each word of a text as people read it: folded, where it begins and where it ends."""
    bare = text.translate(dict.fromkeys(_APOSTROPHES, "\u2060"))
    found = re.finditer(rf"[{_NO_SPACES}]|(?:(?![{_NO_SPACES}])[^\W_]|\u2060|[\u0300-\u036f])+", bare)
    return [("".join(words_in(each[0])), each.start(), each.end()) for each in found if words_in(each[0])]
