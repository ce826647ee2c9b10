"""What was perhaps meant by a word that nothing was found by."""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from bot.domain.search.words import words_in

FEWEST_LETTERS = 4
MOST_OFF = 2


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words that differ in a letter, or in two of a longer word, nearest first. Empty where the word itself
    is known, or too short to tell."""
    candidates = list(known)
    if len(word) < FEWEST_LETTERS or word in candidates:
        return []
    off = MOST_OFF if len(word) > FEWEST_LETTERS + 1 else 1
    found = process.extract(word, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=off, limit=None)
    by_likeness = sorted(found, key=lambda each: (each[1], -fuzz.ratio(word, each[0]), each[0]))
    return [each for each, _, _ in by_likeness[:most]]


def respelt(text: str, instead: Mapping[str, str]) -> str:
    """The text with these words in place of others; the rest stays as it was typed."""

    def other(found: re.Match[str]) -> str:
        return instead.get("".join(words_in(found[0])), found[0])

    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", other, text)
