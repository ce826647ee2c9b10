"""Notes as pages show them: the little of Markdown that a note needs, as values that templates escape.

Paragraphs, lists, quotations, small headings, **strong**, *stressed*, `as it is`, [links](https://…), bare addresses.
Everything else is the text that it is: no pictures, no HTML. No pattern looks further ahead than some hundred letters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from bot.domain.links import is_web_address

Shape = Literal["paragraph", "bullets", "numbers", "quote", "heading"]
Look = Literal["plain", "strong", "stressed", "code", "link"]

_BEGINNINGS: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    ("bullets", re.compile(r"[-*+•]\s+(?=\S)")),
    ("numbers", re.compile(r"\d{1,3}[.)]\s+(?=\S)")),
    ("quote", re.compile(r">\s*(?=\S)")),
    ("heading", re.compile(r"#{1,6}\s+(?=\S)")),
)
_INLINE = re.compile(
    r"""
    `(?P<code>[^`\n]{1,400})`
    | \*\*(?P<strong>[^*\n]{1,400})\*\*
    | (?<![*\w])\*(?P<stressed>[^*\s](?:[^*\n]{0,400}[^*\s])?)\*(?![*\w])
    | (?<!!)\[(?P<words>[^\[\]\n]{1,400})\]\((?P<url>https?://[^\s()<>]{1,2000})\)
    | (?P<address>https?://[^\s<>"]{1,2000})
    """,
    re.VERBOSE,
)
_END_OF_SENTENCE = ".,;:!?)]'"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one look. `url` is where a link leads."""

    text: str
    look: Look = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, a heading, a quotation, or a list; each of `lines` is pieces."""

    shape: Shape
    lines: tuple[tuple[Piece, ...], ...] = field(default=())


def parts_of(note: str) -> tuple[Part, ...]:
    """What a note consists of. Lines stay lines."""
    shaped = [_shaped(line.strip()) for line in note.splitlines()]
    return tuple(
        Part(shape, tuple(_pieces(text) for _, text in lines))
        for shape, grouped in groupby(shaped, key=lambda line: line[0])
        if shape is not None and (lines := list(grouped))
    )


def _shaped(line: str) -> tuple[Shape | None, str]:
    """What a line belongs to and what it says there; None for an empty one, which ends a paragraph."""
    if not line:
        return None, ""
    for shape, pattern in _BEGINNINGS:
        if found := pattern.match(line):
            return shape, line[found.end() :]
    return "paragraph", line


def _pieces(line: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in _cut_up(line) if piece.text)


def _cut_up(line: str) -> Iterator[Piece]:
    at = 0
    for found in _INLINE.finditer(line):
        yield Piece(line[at : found.start()])
        piece, left_over = _piece(found)
        yield piece
        yield Piece(left_over)
        at = found.end()
    yield Piece(line[at:])


def _piece(found: re.Match[str]) -> tuple[Piece, str]:
    """What was found, and what of it is ordinary text after all."""
    for look in ("code", "strong", "stressed"):
        if found[look]:
            return Piece(found[look], look), ""
    url = found["url"] or found["address"].rstrip(_END_OF_SENTENCE)
    if not is_web_address(url):
        return Piece(found[0]), ""
    if found["url"]:
        return Piece(found["words"], "link", url), ""
    return Piece(url, "link", url), found["address"][len(url) :]
