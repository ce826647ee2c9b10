"""Pieces as blocks, in as many as a message may have: first with room between them, then ever closer together."""

from collections.abc import Sequence
from itertools import chain, pairwise

from adapters.slack.show import limits, rich
from adapters.slack.show.buttons import Panel, in_parts
from adapters.slack.show.escape import markup_link
from adapters.slack.show.pieces import Piece, Small
from adapters.slack.show.rich import Json


def laid_out(pieces: Sequence[Piece], most: int) -> list[Json]:
    """The blocks; more than `most` only where so many buttons do not fit into fewer."""
    pieces = [piece for piece in pieces if piece != Piece(is_item=piece.is_item)]
    blocks = _apart(pieces, with_dividers=True)
    if len(blocks) > most:
        blocks = _apart(pieces, with_dividers=False)
    together = max(1, 2 * len(pieces) // most)
    while len(blocks) > most and together <= len(pieces):
        blocks = _in_groups(pieces, together)
        together += 1
    return blocks


def _apart(pieces: Sequence[Piece], *, with_dividers: bool) -> list[Json]:
    panel, blocks = Panel(), list[Json]()
    for before, piece in pairwise([Piece(head="top"), *pieces]):
        if with_dividers and _are_parted(before, piece):
            blocks.append(rich.divider())
        blocks.extend(_blocks_of(piece, panel))
    return blocks


def _are_parted(before: Piece, piece: Piece) -> bool:
    """Items from each other and from what follows; a new heading from all above it."""
    return not before.head and (before.is_item or piece.is_item or bool(piece.head))


def _blocks_of(piece: Piece, panel: Panel) -> list[Json]:
    small = [_small_print(each) for each in piece.small]
    return [
        *([rich.header(piece.head)] if piece.head else []),
        *([rich.rich_text(piece.body)] if piece.body else []),
        *(rich.context(part) for part in in_parts(small, limits.SMALL_ELEMENTS)),
        *_actions(panel.elements(piece.buttons, piece.menu)),
    ]


def _small_print(small: Small) -> Json:
    if small.address:
        return {"type": "mrkdwn", "text": markup_link(small.address, small.text), "verbatim": True}
    return rich.plain(small.text)


def _actions(elements: Sequence[Json]) -> list[Json]:
    return [rich.actions(part) for part in in_parts(elements, limits.ELEMENTS)]


def _in_groups(pieces: Sequence[Piece], together: int) -> list[Json]:
    """So many pieces share one text, with all their buttons below it."""
    panel, blocks = Panel(), list[Json]()
    for group in in_parts(pieces, together):
        if body := list(chain.from_iterable(_all_in_text(piece) for piece in group)):
            blocks.append(rich.rich_text(body))
        blocks.extend(_actions([each for piece in group for each in panel.elements(piece.buttons, piece.menu)]))
    return blocks


def _all_in_text(piece: Piece) -> list[Json]:
    head = [rich.line(rich.words(piece.head, bold=True))] if piece.head else []
    return [*head, *piece.body, *(rich.line(rich.link(each.address, each.text)) for each in piece.small)]
