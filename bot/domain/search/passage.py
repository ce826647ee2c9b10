"""Where in a text something was found: a passage of it, and which parts of that match."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.search.query import Query, Words, words_sought
from bot.domain.search.words import places_of_words

BEFORE_THE_MATCH = 40
"""So many letters at most stand before the first match of a passage that does not begin with the text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`marks` are the parts of the text that match, as places of their first letter and after their last one. Nothing
    in the text itself marks them: it is somebody else's."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that somebody looked for; none where nobody looked for anything."""

    words: tuple[Words, ...] = ()

    @classmethod
    def by(cls, query: Query) -> "Sought":
        return cls(tuple(words_sought(query.tree)))

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where they stand in a text, as the search compares words: places of the first letter and after the last,
        neither overlapping nor out of order."""
        places = places_of_words(text) if self.words else []
        beginnings = tuple(each.words[0] for each in self.words)
        found: list[tuple[int, int]] = []
        for number, (word, first, _) in enumerate(places):
            if word.startswith(beginnings) and (not found or first >= found[-1][1]):
                longest = max((len(each.words) for each in self.words if _is_at(places, number, each)), default=0)
                found += [(first, places[number + longest - 1][2])] if longest else []
        return tuple(found)


NOTHING_SOUGHT = Sought()


def passage(text: str, sought: Sought, most: int) -> Passage | None:
    """The part of the text in which they stand first, at most so many letters; None where they do not."""
    marks = sought.marks(text)
    if not marks:
        return None
    start, end = _window(text, marks[0], most)
    ahead, behind = "… " if start else "", " …" if end < len(text) else ""
    within = ((first, last) for first, last in marks if start <= first and last <= end)
    return Passage(
        ahead + text[start:end] + behind,
        tuple((first - start + len(ahead), last - start + len(ahead)) for first, last in within),
    )


def has_words(said: Sequence[str], sought: Words) -> bool:
    """Whether they stand next to each other in a text, given by its words."""
    first, many = sought.words[0], len(sought.words)
    return any(_are(said[at : at + many], sought) for at, word in enumerate(said) if word.startswith(first))


def _is_at(places: Sequence[tuple[str, int, int]], number: int, sought: Words) -> bool:
    return _are([word for word, _, _ in places[number : number + len(sought.words)]], sought)


def _are(here: Sequence[str], sought: Words) -> bool:
    *whole, last = sought.words
    if len(here) < len(sought.words) or here[:-1] != whole:
        return False
    return here[-1].startswith(last) if sought.goes_on else here[-1] == last


def _window(text: str, first: tuple[int, int], most: int) -> tuple[int, int]:
    """Cut between words."""
    if len(text) <= most:
        return 0, len(text)
    start = max(0, min(first[0] - BEFORE_THE_MATCH, len(text) - most))
    if start:
        start = text.find(" ", start, first[0]) + 1 or first[0]
    end = start + most
    if end < len(text):
        end = max(text.rfind(" ", first[1], end), first[1])
    return start, min(end, len(text))
