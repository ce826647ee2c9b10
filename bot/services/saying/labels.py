"""Labels of buttons, each unique within its message."""

from collections.abc import Iterable
from dataclasses import replace

from bot.views import Block, Button, Buttons, LibraryEntry, PostItem


def told_apart(blocks: Iterable[Block]) -> Iterable[Block]:
    """Gives a button a label of its own where an earlier one has the same."""
    taken: dict[str, int] = {}
    for block in blocks:
        match block:
            case Buttons():
                yield replace(block, buttons=tuple(_relabelled(each, taken) for each in block.buttons))
            case PostItem() | LibraryEntry() if block.buttons or block.menu:
                buttons = tuple(_relabelled(each, taken) for each in block.buttons)
                yield replace(block, buttons=buttons, menu=tuple(_relabelled(each, taken) for each in block.menu))
            case _:
                yield block


def _relabelled(button: Button, taken: dict[str, int]) -> Button:
    taken[button.label] = taken.get(button.label, 0) + 1
    count = taken[button.label]
    return button if count == 1 else replace(button, label=f"{button.label} ({count})")
