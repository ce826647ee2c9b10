"""The buttons of a message, and the menus of those that are wanted seldom."""

from collections.abc import Sequence
from typing import TypeVar

from adapters.slack.show import limits, rich
from adapters.slack.show.rich import Json
from bot.domain.harmless import cut, length, one_line
from bot.views import Button

Thing = TypeVar("Thing")

_NAMELESS = "(no name)"


class Panel:
    """All that can be pressed in one message: no two have the same label or the same id."""

    def __init__(self) -> None:
        self._labels: set[str] = set()
        self._ids = 0

    def elements(self, buttons: Sequence[Button], menu: Sequence[Button]) -> list[Json]:
        """The buttons, then the menu. What a menu cannot carry is a button too, for none may be missing."""
        hidden = [each for each in menu if length(each.action) <= limits.MENU_VALUE]
        shown = [*buttons, *(each for each in menu if each not in hidden)]
        return [
            *(rich.button(self._label(each), each.action, self._id("press")) for each in shown),
            *(self._menu(part) for part in in_parts(hidden, limits.MENU_OPTIONS)),
        ]

    def _menu(self, options: Sequence[Button]) -> Json:
        return rich.overflow([rich.option(self._label(each), each.action) for each in options], self._id("menu"))

    def _id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}:{self._ids}"

    def _label(self, button: Button) -> str:
        label, number = cut(one_line(button.label) or _NAMELESS, limits.LABEL), 1
        while label in self._labels:
            number += 1
            label = _numbered(one_line(button.label) or _NAMELESS, number)
        self._labels.add(label)
        return label


def _numbered(label: str, number: int) -> str:
    ending = f" ({number})"
    return cut(label, limits.LABEL - len(ending)) + ending


def in_parts(things: Sequence[Thing], most: int) -> list[Sequence[Thing]]:
    return [things[start : start + most] for start in range(0, len(things), most)]
