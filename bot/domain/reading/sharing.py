"""What is short is shared so that whoever gets least gets as much as can be."""

from collections.abc import Mapping
from typing import TypeVar

Who = TypeVar("Who")


def shared_fairly(
    demands: Mapping[Who, float], there_is: float, at_most: Mapping[Who, float] | None = None
) -> dict[Who, float]:
    """Nobody gets more than they ask for or may have; those who ask for less than an equal part leave the rest to the
    others (max-min fairness)."""
    wanted = {who: max(min(demand, (at_most or {}).get(who, demand)), 0.0) for who, demand in demands.items()}
    parts: dict[Who, float] = {}
    left, waiting = max(there_is, 0.0), len(wanted)
    for who, demand in sorted(wanted.items(), key=lambda each: each[1]):
        parts[who] = min(demand, left / waiting)
        left, waiting = left - parts[who], waiting - 1
    return {who: parts[who] for who in demands}
