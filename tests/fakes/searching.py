"""A query answered word by word, as the index of a database has to answer it."""

from collections.abc import Sequence

from bot.domain.search import Entry
from bot.domain.search.query import AllOf, AnyOf, Facet, Node, Not, Words


def has(entry: Entry, node: Node) -> bool:
    """Only for what `is_text`."""
    match node:
        case Words():
            return any(_is_in(words, node) for words in entry.fields)
        case Facet(name):
            return name in entry.facets
        case Not(part):
            return not has(entry, part)
        case AllOf(parts):
            return all(has(entry, part) for part in parts)
        case AnyOf(parts):
            return any(has(entry, part) for part in parts)
        case _:
            raise TypeError(node)


def _is_in(words: Sequence[str], sought: Words) -> bool:
    *whole, last = sought.words
    length = len(sought.words)
    return any(
        list(words[start : start + length - 1]) == whole
        and (words[start + length - 1].startswith(last) if sought.goes_on else words[start + length - 1] == last)
        for start in range(len(words) - length + 1)
    )
