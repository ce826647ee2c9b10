"""All that can be pressed and chosen in one message: no two have the same label or the same id.

A button's id is the engine's action, with a number behind it where the same action stands there twice. A menu's values
are actions as they stand. Nothing of it is kept in memory: what comes back says all.
"""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from discord import ButtonStyle, SelectOption, ui

from adapters.discord.show import limits
from bot.domain.harmless import cut, one_line
from bot.views import Button

Thing = TypeVar("Thing")
Item = ui.Item[Any]

_NUMBER = re.compile(r"~[0-9]{1,4}\Z")
_NAMELESS = "(no name)"


def action_of(custom_id: str) -> str:
    """The action of the button with that id."""
    return _NUMBER.sub("", custom_id)


class Panel:
    """`delivery` stands in the ids of menus."""

    def __init__(self, delivery: str = "") -> None:
        self._delivery = delivery
        self._labels: set[str] = set()
        self._same: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self._menus = 0

    def buttons(self, buttons: Sequence[Button]) -> list[Item]:
        """Without those that Discord could not send back; another of the same action is then there already."""
        shown = [(button, self._id(button.action)) for button in buttons]
        return [
            ui.Button(label=self._label(button, limits.BUTTON_LABEL), custom_id=custom_id)
            for button, custom_id in shown
            if custom_id
        ]

    def ways(self, ways: Sequence[tuple[str, str]]) -> list[Item]:
        """Buttons that leave Discord: label and address each. Several may say the same, because each stands beside
        what it belongs to."""
        return [
            ui.Button(label=cut(one_line(label) or "View", limits.BUTTON_LABEL), url=address, style=ButtonStyle.link)
            for label, address in ways
        ]

    def menus(self, choices: Sequence[Button], placeholder: str, *, several: bool = False) -> list[Item]:
        different = {each.action: each for each in reversed(choices) if 0 < len(each.action) <= limits.OPTION_VALUE}
        parts = in_parts(list(reversed(different.values())), limits.OPTIONS)
        return [self._menu(part, placeholder, several=several) for part in parts]

    def _menu(self, choices: Sequence[Button], placeholder: str, *, several: bool) -> Item:
        self._menus += 1
        return ui.Select(
            custom_id=f"menu:{self._menus}:{self._delivery}"[: limits.CUSTOM_ID],
            placeholder=cut(placeholder, limits.PLACEHOLDER),
            max_values=len(choices) if several else 1,
            options=[SelectOption(label=self._label(each, limits.OPTION_LABEL), value=each.action) for each in choices],
        )

    def _id(self, action: str) -> str:
        self._ids[action] = count = self._ids.get(action, 0) + 1
        custom_id = f"{action}~{count}" if count > 1 or _NUMBER.search(action) else action
        return custom_id if len(custom_id) <= limits.CUSTOM_ID else ""

    def _label(self, button: Button, most: int) -> str:
        said = one_line(button.label) or _NAMELESS
        label = cut(said, most)
        while label in self._labels:
            self._same[said] = number = self._same.get(said, 1) + 1
            label = _numbered(said, number, most)
        self._labels.add(label)
        return label


def _numbered(label: str, number: int, most: int) -> str:
    ending = f" ({number})"
    return cut(label, most - len(ending)) + ending


def in_parts(things: Sequence[Thing], most: int) -> list[Sequence[Thing]]:
    return [things[start : start + most] for start in range(0, len(things), most)]
