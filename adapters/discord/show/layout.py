"""Pieces as Discord's components, in as many as a message may have: first with all that is theirs beside them, then
ever closer together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise

from discord import ui

from adapters.discord.show import limits
from adapters.discord.show.buttons import Item, Panel, in_parts
from adapters.discord.show.pieces import Piece, Way
from bot.views import Button

_SAVE = "Save"


@dataclass(frozen=True, slots=True)
class Density:
    """`ways_pressed`: what leaves Discord is a button, not a link. `gathered`: the buttons of items stand in a menu
    below them. `together`: all is one text, with menus below it."""

    dividers: bool = False
    ways_pressed: bool = False
    gathered: bool = False
    together: bool = False


SPARING = Density(ways_pressed=True, gathered=True)
"""Leaves most characters to the texts."""

DENSITIES = (
    Density(dividers=True, ways_pressed=True),
    Density(ways_pressed=True),
    Density(dividers=True),
    Density(),
    SPARING,
    Density(dividers=True, gathered=True),
    Density(gathered=True),
    Density(together=True),
)


def draw(pieces: Sequence[Piece], delivery: str, density: Density) -> list[Item]:
    """The components of the top."""
    panel = Panel(delivery)
    return _together(pieces, panel) if density.together else _apart(pieces, panel, density)


def texts(pieces: Sequence[Piece], density: Density) -> list[str]:
    """All that `draw` shows besides labels."""
    if density.together:
        return [in_one_text(pieces)]
    return ["\n".join(_with_ways(piece, _linked(piece, density))) for piece in pieces]


def weight(shown: object) -> int:
    """What Discord has to keep of components, in bytes: all their words, and something for each part."""
    match shown:
        case str():
            return len(shown.encode("utf-8", "replace"))
        case dict():
            return limits.PART_WEIGHT + sum(map(weight, shown.values()))
        case list():
            return sum(map(weight, shown))
    return 0


def weight_of(items: Sequence[Item]) -> int:
    return weight([item.to_component_dict() for item in items])


def count(items: Sequence[Item]) -> int:
    """Those inside others counted too."""
    return sum(1 + len(item.children) if isinstance(item, ui.ActionRow) else 1 for item in items)


def in_one_text(pieces: Sequence[Piece]) -> str:
    return "\n".join(chain.from_iterable(_with_ways(piece, piece.ways) for piece in pieces))


# ------------------------------------------------------------------------------------------------------------- apart


def _apart(pieces: Sequence[Piece], panel: Panel, density: Density) -> list[Item]:
    """Items that follow each other have their menus below the last of them. They stand in no frame (`Container`): there
    are reports that a channel's history cannot be read any more once there is one in it."""
    drawn = list[Item]()
    for is_item, group in groupby(pieces, lambda piece: piece.is_item):
        together = list(group)
        if is_item:
            drawn += [*_items(together, panel, density), *_menus(together, panel, density)]
        else:
            drawn += chain.from_iterable(_piece(piece, panel, density) for piece in together)
    return drawn


def _items(pieces: Sequence[Piece], panel: Panel, density: Density) -> Iterator[Item]:
    yield from _piece(pieces[0], panel, density)
    for _before, piece in pairwise(pieces):
        if density.dividers:
            yield ui.Separator()
        yield from _piece(piece, panel, density)


def _piece(piece: Piece, panel: Panel, density: Density) -> Iterator[Item]:
    linked = _linked(piece, density)
    if lines := _with_ways(piece, linked):
        yield ui.TextDisplay("\n".join(lines))
    own = [] if density.gathered and piece.is_item else piece.buttons
    pressed = [(way.label, way.address) for way in piece.ways if way not in linked]
    yield from _rows([*panel.buttons(own), *panel.ways(pressed)])


def _linked(piece: Piece, density: Density) -> list[Way]:
    return [way for way in piece.ways if not (density.ways_pressed and way.suits_a_button)]


def _with_ways(piece: Piece, ways: Sequence[Way]) -> tuple[str, ...]:
    """A piece that says nothing itself is its ways in full size; else they are small print."""
    links = " · ".join(way.text for way in ways)
    return (*piece.lines, *([f"-# {links}" if piece.lines else links] if links else []))


def _rows(items: Sequence[Item]) -> list[Item]:
    return [ui.ActionRow(*part) for part in in_parts(items, limits.ROW)]


def _each_in_a_row(menus: Sequence[Item]) -> list[Item]:
    return [ui.ActionRow(menu) for menu in menus]


# ------------------------------------------------------------------------------------------------------------- menus


def _menus(pieces: Sequence[Piece], panel: Panel, density: Density) -> Iterator[Item]:
    if density.gathered:
        yield from _each_in_a_row(_gathered([each for piece in pieces for each in piece.buttons], panel))
    for group in _that_share_a_menu(pieces):
        wanted = [each for piece in group for each in piece.menu]
        yield from _each_in_a_row(panel.menus(wanted, _about(pieces, group)))


def _gathered(buttons: Sequence[Button], panel: Panel) -> list[Item]:
    """Several posts are saved at once; of other things one at a time."""
    if buttons and all(each.label.startswith(_SAVE) for each in buttons):
        return panel.menus(buttons, "Save one or more…", several=True)
    return panel.menus(buttons, "Choose what to do…")


def _that_share_a_menu(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Those in a row whose choices fit into one; nothing of one piece is in two."""
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        if sum(len(each.menu) for each in (*groups[-1], piece)) > limits.OPTIONS:
            groups.append([])
        groups[-1].append(piece)
    return groups


def _about(pieces: Sequence[Piece], group: Sequence[Piece]) -> str:
    if len(pieces) == 1:
        return "More about this…"
    if len(group) == len(pieces):
        return "More about one of these…"
    first, last = (_place(pieces, group[at]) for at in (0, -1))
    if first == last:
        return f"More about item {first}…"
    return f"More about items {first} {'and' if last == first + 1 else 'to'} {last}…"


def _place(pieces: Sequence[Piece], piece: Piece) -> int:
    return next(place for place, each in enumerate(pieces, start=1) if each is piece)


# ----------------------------------------------------------------------------------------------------------- together


def _together(pieces: Sequence[Piece], panel: Panel) -> list[Item]:
    """One text, and below it menus of all that can be pressed."""
    text = in_one_text(pieces)
    choices = [each for piece in pieces for each in (*piece.buttons, *piece.menu)]
    menus = _each_in_a_row(panel.menus(choices, "Choose what to do…"))
    return [*([ui.TextDisplay(text)] if text else []), *menus]
