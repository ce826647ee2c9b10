"""What counts as a word when something is sought: letters and digits, without case, accents and apostrophes."""

import re
import unicodedata
from functools import lru_cache

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
    """The same words, each with the place of its first letter in the text and the one after its last."""
    letters = [_folded_letter(letter) for letter in text]
    places = [at for at, letter in enumerate(letters) for _ in letter]
    found = _WORD.finditer("".join(letters))
    return [
        (word[0][:MOST_LETTERS_IN_A_WORD], places[word.start()], _with_its_accents(text, places[word.end() - 1] + 1))
        for word in found
    ]


@lru_cache(maxsize=10_000)
def _folded_letter(letter: str) -> str:
    """What becomes of it by itself, which is the same among others: nothing, one letter or several."""
    return "" if ord(letter) in _APOSTROPHES else folded(letter)


def _with_its_accents(text: str, end: int) -> int:
    """Where those end that stand behind their letter."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
