"""What people write in notes: the little of Markdown that a note needs, as values that whoever shows them escapes.

Paragraphs, lists, quotations, small headings, **strong**, *stressed*, `as it is`, [links](https://…), bare addresses.
Everything else is the text that it is: no pictures, no HTML. No pattern looks further ahead than some hundred letters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from bot.domain.harmless import web_address
from bot.domain.links import host_of, is_web_address

Shape = Literal["paragraph", "bullets", "numbers", "quote", "heading"]
Look = Literal["plain", "strong", "stressed", "code", "link"]

_BEGINNINGS: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    ("bullets", re.compile(r"[-*+•]\s+(?=\S)")),
    ("numbers", re.compile(r"(?P<number>[0-9]{1,3})[.)]\s+(?=\S)")),
    ("quote", re.compile(r">\s*(?=\S)")),
    ("heading", re.compile(r"#{1,6}\s+(?=\S)")),
)
_INLINE = re.compile(
    r"""
    `(?P<code>(?=\s{0,400}[^`\s])[^`\n]{1,400})`
    | \*\*(?P<strong>[^*\s](?:[^*\n]{0,400}[^*\s])?)\*\*
    | (?<![*\w])\*(?P<stressed>[^*\s](?:[^*\n]{0,400}[^*\s])?)\*(?![*\w])
    | (?<!!)\[(?P<words>(?=\s{0,400}[^\[\]\s])[^\[\]\n]{1,400})\]\((?P<url>https?://[^\s()<>]{1,2000})\)
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

    @property
    def host(self) -> str:
        """Whose page a link leads to, as the network writes it. Empty where its words are the address itself and name
        the same: all others could say anything, or have letters that only look alike."""
        host = host_of(web_address(self.url))
        return "" if self.is_bare and host == host_of(self.url) else host

    @property
    def is_bare(self) -> bool:
        """Whether its words are the address itself."""
        return self.text == self.url


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, a heading, a quotation, or a list; each of `lines` is pieces. `first` is the number that a numbered
    list begins with."""

    shape: Shape
    lines: tuple[tuple[Piece, ...], ...] = field(default=())
    first: int = 1


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line belongs to and what it says there; None for an empty one, which ends a paragraph."""

    shape: Shape | None
    text: str = ""
    number: int = 1


def parts_of(note: str) -> tuple[Part, ...]:
    """What a note consists of. Lines stay lines."""
    shaped = [_shaped(line.strip()) for line in note.splitlines()]
    return tuple(
        Part(shape, tuple(_pieces(line.text) for line in lines), lines[0].number)
        for shape, grouped in groupby(shaped, key=lambda line: line.shape)
        if shape is not None and (lines := list(grouped))
    )


def in_plain_words(note: str) -> str:
    """The same without any looks, a line a line: what stands where there is room for a line alone."""
    return "\n".join(line for part in parts_of(note) for line in _plain_lines(part))


def _plain_lines(part: Part) -> Iterator[str]:
    for number, line in enumerate(part.lines, start=part.first):
        text = "".join(_plain(piece) for piece in line)
        match part.shape:
            case "bullets":
                yield f"• {text}"
            case "numbers":
                yield f"{number}. {text}"
            case "quote":
                yield f"“{text}”"
            case _:
                yield text


def _plain(piece: Piece) -> str:
    whose = piece.host if piece.is_bare else piece.url
    return f"{piece.text} ({whose})" if whose else piece.text


def _shaped(line: str) -> _Line:
    if not line:
        return _Line(None)
    for shape, pattern in _BEGINNINGS:
        if found := pattern.match(line):
            number = int(found["number"]) if shape == "numbers" else 1
            return _Line(shape, line[found.end() :], number)
    return _Line("paragraph", line)


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
    if not (is_web_address(url) and web_address(url)):
        return Piece(found[0]), ""
    if found["url"]:
        return Piece(found["words"], "link", url), ""
    return Piece(url, "link", url), found["address"][len(url) :]
