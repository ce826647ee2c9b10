"""A message as Slack's blocks and the text that stands for them, under every limit whatever is in it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.slack.show import limits
from adapters.slack.show.escape import unformatted
from adapters.slack.show.layout import laid_out
from adapters.slack.show.pieces import Piece, Room, Small, piece_of
from adapters.slack.show.rich import Json
from bot.domain.harmless import clean, cut, length, one_line
from bot.views import Block, Message

_CUT_OFF = Piece(small=(Small("There is more than one message can hold."),))
_NAMELESS = "A message from Staffroom."
_SHORTEST_TEXT = 24
_LONGEST_LINES = (3000, 1500, 1000, 700, 500, 400, 300, 200, 100, 40)
_MOST_GROWTH = 5
"""How much longer escaping makes a text at most: `&` becomes `&amp;`."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` reads like the message: notifications and screen readers get it. It is escaped for Slack's markup."""

    blocks: list[Json]
    text: str


def render(message: Message) -> Rendered:
    return Rendered(blocks_of(message.blocks, limits.MESSAGE_BLOCKS), in_words(message.summary))


def blocks_of(blocks: Sequence[Block], most: int) -> list[Json]:
    """At most that many blocks, and not too much in them: the longest texts are cut first, links and buttons stay."""
    drawn = _in_room(blocks, most, _ROOMS[0])
    if _fits(drawn, most):
        return drawn
    roomiest = bisect_left(_ROOMS, True, key=lambda room: _fits(_in_room(blocks, most, room), most))
    drawn = _in_room(blocks, most, _ROOMS[min(roomiest, len(_ROOMS) - 1)])
    return drawn if _fits(drawn, most) else _beginning(blocks, most)


def _in_room(blocks: Sequence[Block], most: int, room: Room) -> list[Json]:
    return laid_out([piece_of(block, room) for block in blocks], most)


def _fits(drawn: Sequence[Json], most: int) -> bool:
    return len(drawn) <= most and limits.weight(drawn) <= limits.ALL_STRINGS


def _rooms() -> Iterator[Room]:
    """Ever less room, with the links as long as possible."""
    text = limits.TEXT
    while text >= _SHORTEST_TEXT:
        yield Room(text)
        text = text * 7 // 8
    yield from (Room(_SHORTEST_TEXT, address) for address in (1000, 500, 250, 120, 0))


_ROOMS = tuple(_rooms())


def _beginning(blocks: Sequence[Block], most: int) -> list[Json]:
    """As much as fits of what no cutting of texts makes fit, and a sentence that says so."""
    pieces = [piece_of(block, _ROOMS[-1]) for block in blocks]
    drawn = laid_out([*pieces, _CUT_OFF], most)
    while not _fits(drawn, most):
        pieces = pieces[: len(pieces) * 3 // 4] if len(pieces) > 1 else [_half(pieces[0])]
        drawn = laid_out([*pieces, _CUT_OFF], most)
    return drawn


def _half(piece: Piece) -> Piece:
    return replace(
        piece,
        body=piece.body[: len(piece.body) // 2],
        buttons=piece.buttons[: len(piece.buttons) // 2],
        menu=piece.menu[: len(piece.menu) // 2],
    )


# ----------------------------------------------------------------------------------------------------------- in words


def in_words(summary: str) -> str:
    """The summary for Slack's markup, without any meaning there; the longest lines are cut first."""
    lines = [line for each in clean(summary).split("\n") if (line := one_line(each))] or [_NAMELESS]
    for longest in _LONGEST_LINES:
        text = unformatted("\n".join(cut(line, longest) for line in lines))
        if length(text) <= limits.FALLBACK:
            return text
    return unformatted(cut("\n".join(lines), limits.FALLBACK // _MOST_GROWTH))
