"""What a search means: a tree of what an item has to have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Words:
    """These words next to each other, in the title, a tag, a note or the text. With `goes_on` the last one is only the
    beginning of a word."""

    words: tuple[str, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that an item has or has not: `#fractions`, `@nrichmaths`, `kind:video`, `site:nrich.org`."""

    name: str


@dataclass(frozen=True, slots=True)
class SavedByMe:
    """The person who looks saved it."""


@dataclass(frozen=True, slots=True)
class SavedBy:
    """One of these people saved it for all; their ids, of those alone who agreed to be found."""

    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CameFrom:
    """Its post came with a topic whose key is this and whose kind is one of these."""

    kinds: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class ShownIn:
    """Its post was in a digest of one of these channels, by their ids."""

    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """Somebody's save of it is from then or later."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """All saves of it are from before then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Node", ...]


Text = Words | Facet
"""What the index of words answers."""
Node = Text | SavedByMe | SavedBy | CameFrom | ShownIn | Since | Before | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Query:
    """`tree` is None where everything is meant; `text` is what was typed, made plain."""

    tree: Node | None = None
    text: str = field(default="", compare=False)


ALL_ITEMS = Query()


def words_sought(node: Node | None) -> Iterator[Words]:
    """The words an item is found by; not those it must not have."""
    match node:
        case Words():
            yield node
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from words_sought(part)


def is_text(node: Node) -> bool:
    """Whether the index of words alone answers it."""
    match node:
        case Words() | Facet():
            return True
        case Not(part):
            return is_text(part)
        case AllOf(parts) | AnyOf(parts):
            return all(map(is_text, parts))
        case _:
            return False


def parts_of(node: Node | None) -> tuple[Node, ...]:
    """All of which have to hold."""
    return () if node is None else node.parts if isinstance(node, AllOf) else (node,)


def is_ones_own(query: Query, saved_by: str | None, viewer: str | None) -> bool:
    """Whether it is among what the person who looks saved: then it finds what others do not find, too."""
    if viewer is None or saved_by not in {None, viewer}:
        return False
    return saved_by == viewer or any(isinstance(part, SavedByMe) for part in parts_of(query.tree))


def words_weighed(node: Node | None) -> list[Words]:
    """Those that say how well an item fits: not words that something else may stand for, as in `pizza / by:me`."""
    return [words for part in parts_of(node) if is_text(part) for words in words_sought(part)]
