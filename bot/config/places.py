"""Mistakes with their places, gathered on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Path = tuple[str, ...]
"""Section and key, and further keys inside it: `("staffroom", "admin", "channel")`."""


@dataclass
class Findings:
    """What was found wrong so far, and which values the environment gave."""

    mistakes: list[str] = field(default_factory=list)
    variables: dict[Path, str] = field(default_factory=dict)

    def add(self, place: str, sentence: str) -> None:
        self.mistakes.append(f"{place}: {sentence}")

    def place(self, section: str, keys: Sequence[str]) -> str:
        """Where a person finds the value: in the file, or in the environment that overrules it."""
        variable = self.variables.get((section, *keys))
        if variable:
            return f"environment {variable}"
        return " ".join([f"[{section}]", ".".join(keys)]).strip()


def channel_place(number: int, key: str = "") -> str:
    """`number` counts from 1, as people do."""
    return f"[[channels]] {number}" + (f", {key}" if key else "")
