"""Whether a single item has what a search asks for, found out without an index."""

from collections.abc import Callable, Iterator, Sequence

from bot.domain.search.entry import Entry
from bot.domain.search.query import AllOf, AnyOf, Facet, Node, Not, Words


def fits(node: Node | None, holds: Callable[[Node], bool]) -> bool:
    """`holds` answers for what has no parts."""
    match node:
        case None:
            return True
        case Not(part):
            return not fits(part, holds)
        case AllOf(parts):
            return all(fits(part, holds) for part in parts)
        case AnyOf(parts):
            return any(fits(part, holds) for part in parts)
        case _:
            return holds(node)


def leaves_of(node: Node | None) -> Iterator[Node]:
    """What has no parts, in the order it was typed."""
    match node:
        case None:
            return
        case Not(part):
            yield from leaves_of(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves_of(part)
        case _:
            yield node


def has(entry: Entry, text: Words | Facet) -> bool:
    """The same as an index of words answers."""
    if isinstance(text, Facet):
        return text.name in entry.facets
    return any(_is_in(words, text) for words in entry.fields)


def _is_in(words: Sequence[str], sought: Words) -> bool:
    *whole, last = sought.words
    length = len(sought.words)
    return any(
        list(words[start : start + length - 1]) == whole
        and (words[start + length - 1].startswith(last) if sought.goes_on else words[start + length - 1] == last)
        for start in range(len(words) - length + 1)
    )
