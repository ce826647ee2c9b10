"""A message as embeds, with buttons below: for a server that refuses the newer components."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from adapters.discord.show import limits
from adapters.discord.show.buttons import Item, Panel, in_parts
from adapters.discord.show.layout import in_one_text, weight
from adapters.discord.show.pieces import Piece, Room, piece_of
from bot.domain.harmless import length
from bot.views import Message

Json = dict[str, Any]

_CUT_OFF = "This message is too long for this server."
_ROOMS = (*(Room(text, 600) for text in (4_000, 2_000, 1_200, 800, 500, 300, 200, 100)), Room(24, 0))


def plain_embeds(message: Message) -> list[Json]:
    """All texts in one embed, the longest of them cut; none where there is nothing to read."""
    texts = (in_one_text([piece_of(block, room) for block in message.blocks]) for room in _ROOMS)
    text = next((text for text in texts if _fits(text)), _CUT_OFF)
    return [{"description": text}] if text else []


def _fits(text: str) -> bool:
    return length(text) <= limits.EMBED_TEXT and weight(text) <= limits.WEIGHT // 2


def classic_rows(message: Message, delivery: str) -> list[Json]:
    """All that can be pressed, as rows of buttons, or as menus where there is too much for rows. What is beyond the
    rows, or too heavy, is left out."""
    panel, pieces = Panel(delivery), [piece_of(block, Room()) for block in message.blocks]
    rows: list[Json] = [ui.ActionRow(*row).to_component_dict() for row in _rows(pieces, panel)[: limits.ROWS]]
    while weight(rows) > limits.WEIGHT // 2:
        rows.pop()
    return rows


def _rows(pieces: Sequence[Piece], panel: Panel) -> list[Sequence[Item]]:
    buttons = [each for piece in pieces for each in piece.buttons]
    menu = [each for piece in pieces for each in piece.menu]
    if len(buttons) > limits.ROW * (limits.ROWS - 1):
        return [[each] for each in panel.menus([*buttons, *menu], "Choose what to do…")]
    menus = panel.menus(menu, "More about one of these…")
    return [*in_parts(panel.buttons(buttons), limits.ROW), *([each] for each in menus)]
