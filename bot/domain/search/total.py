"""How much there is of what is looked for: counted no further than what is found is weighed."""

from dataclasses import dataclass

COUNTED_AT_ONCE = 300
"""So many of the newest that have the words are put into order by how well they fit, and counted; as many again where
somebody turns as many pages."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are. With `more` there are more than these, which nobody counted."""

    counted: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.counted > 0

    def may_exceed(self, other: "Total") -> bool:
        """Whether there are more of these, as far as they were counted."""
        return self.more or self.counted > other.counted


def counted_until(end: int) -> int:
    """How many are counted at most where the page that is shown ends there: whole times so many, more than it shows."""
    return (end // COUNTED_AT_ONCE + 1) * COUNTED_AT_ONCE


def total_of(found: int, end: int) -> Total:
    """Of so many that were found, for a page that ends there."""
    most = counted_until(end)
    return Total(most, more=True) if found > most else Total(found)
