"""A message as Discord's components, under every limit whatever is in it."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from discord import ui

from adapters.discord.message import mark_of
from adapters.discord.show import limits
from adapters.discord.show.buttons import Item
from adapters.discord.show.escape import escape
from adapters.discord.show.layout import DENSITIES, SPARING, Density, count, draw, texts, weight, weight_of
from adapters.discord.show.pieces import Piece, Room, piece_of
from adapters.discord.show.split import in_messages
from bot.domain.harmless import cut, length, one_line
from bot.views import Block, Message

Made = Callable[[Room], list[Piece]]

_CUT_OFF = Piece(("-# There is more than one message can hold.",))
_SOME_DELIVERY = "d" * 40
_NAMELESS = "A message from Staffroom."
_READABLE = 160
_SHORTEST = 24
_NO_ROOM = Room(_SHORTEST, 0)
_LONG_ADDRESSES = (limits.ADDRESS, 600)
_USUAL_ADDRESS = 250
"""Those of posts and people are shorter, and stay before any text."""


def render(message: Message, delivery: str, calls: str = "") -> ui.LayoutView:
    """One message. The longest texts are cut first; links and buttons stay. Its first component carries the mark of the
    delivery, where there is one; `calls` is the id of a role that is told about it."""
    drawn = _components(lambda room: _calling(calls, _pieces(message.blocks, room)), delivery)
    return _view(drawn or [_in_words(message.summary)], delivery)


def render_all(message: Message, delivery: str) -> list[ui.LayoutView]:
    """A long answer in as many messages as it needs, at most five; what is beyond them is cut."""
    parts = in_messages(message.blocks, _fits_whole)
    return [
        render(replace(message, blocks=part), delivery if number == 1 else f"{delivery}#{number}")
        for number, part in enumerate(parts, start=1)
    ]


def _in_words(summary: str) -> Item:
    return ui.TextDisplay(escape(cut(one_line(summary), limits.TEXT // 4)) or _NAMELESS)


def _view(drawn: Sequence[Item], delivery: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    for item in drawn:
        view.add_item(item)
    if delivery:
        drawn[0].id = mark_of(delivery)
    return view


# ------------------------------------------------------------------------------------------------------------- room


def _components(made: Made, delivery: str) -> list[Item]:
    whole = made(Room())
    density = next((each for each in DENSITIES if _has_few(whole, each)), None)
    room = _roomiest(made, density, delivery) if density else None
    if not density or not room:
        return _beginning(made(_NO_ROOM), delivery)
    if room.text < _READABLE and _has_few(whole, SPARING):
        more = _roomiest(made, SPARING, delivery)
        if more and more.text > room.text:
            room, density = more, SPARING
    return draw(made(room), delivery, density)


def _has_few(pieces: Sequence[Piece], density: Density) -> bool:
    return count(draw(pieces, "", density)) <= limits.COMPONENTS


def _calling(role: str, pieces: list[Piece]) -> list[Piece]:
    """The role is called below the heading, for what stands first is what people are notified with."""
    if not role:
        return pieces
    first, *others = pieces if pieces and _is_head(pieces[0]) else [Piece(kind="head"), *pieces]
    return [replace(first, lines=(*first.lines, f"<@&{role}>")), *others]


def _pieces(blocks: Sequence[Block], room: Room) -> list[Piece]:
    """Without empty ones; headings and hints that follow each other are one."""
    pieces = [piece_of(block, room) for block in blocks]
    pieces = [piece for piece in pieces if piece != Piece(kind=piece.kind)]
    return [each for is_head, group in groupby(pieces, _is_head) for each in (_as_one(group) if is_head else group)]


def _is_head(piece: Piece) -> bool:
    return piece.kind == "head"


def _as_one(heads: Iterable[Piece]) -> list[Piece]:
    return [Piece(tuple(line for each in heads for line in each.lines), kind="head")]


def _roomiest(made: Made, density: Density, delivery: str) -> Room | None:
    """Where every text has as much room as possible; None where there is too much even then."""
    whole = made(Room())
    labels = weight_of(draw(whole, delivery, density)) - sum(map(weight, texts(whole, density)))

    def fits(room: Room) -> bool:
        shown = texts(made(room), density)
        return sum(map(length, shown)) <= limits.TEXT and sum(map(weight, shown)) + labels <= limits.WEIGHT

    if fits(Room()):
        return Room()
    address = next((each for each in _LONG_ADDRESSES if fits(Room(_READABLE, each))), _USUAL_ADDRESS)
    rooms = [*(Room(text, address) for text in _TEXTS), Room(_SHORTEST, 120), _NO_ROOM]
    return next(iter(rooms[bisect_left(rooms, True, key=fits) :]), None)


def _fits_whole(blocks: Sequence[Block]) -> bool:
    pieces = _pieces(blocks, Room())
    return any(_fits(pieces, density, _SOME_DELIVERY) for density in DENSITIES)


def _fits(pieces: Sequence[Piece], density: Density, delivery: str) -> bool:
    drawn = draw(pieces, delivery, density)
    is_short = sum(map(length, texts(pieces, density))) <= limits.TEXT
    return is_short and count(drawn) <= limits.COMPONENTS and weight_of(drawn) <= limits.WEIGHT


def _texts() -> Iterator[int]:
    """Ever less room."""
    text = limits.TEXT
    while text >= _SHORTEST:
        yield text
        text = text * 15 // 16


_TEXTS = tuple(_texts())


def _beginning(pieces: Sequence[Piece], delivery: str) -> list[Item]:
    """As much as fits of what no cutting of texts makes fit, and a sentence that says so."""
    densest = DENSITIES[-1]
    while not _fits([*pieces, _CUT_OFF], densest, delivery):
        pieces = pieces[: len(pieces) * 3 // 4] if len(pieces) > 1 else [_half(pieces[0])]
    return draw([*pieces, _CUT_OFF], delivery, densest)


def _half(piece: Piece) -> Piece:
    return replace(
        piece,
        lines=piece.lines[: len(piece.lines) // 2],
        ways=piece.ways[: len(piece.ways) // 2],
        buttons=piece.buttons[: len(piece.buttons) // 2],
        menu=piece.menu[: len(piece.menu) // 2],
    )
