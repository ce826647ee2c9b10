"""Lists that are too long for one message: a part of them, and the ways to the parts beside it."""

from dataclasses import dataclass

from bot.commands.context import Asked
from bot.domain.content import Way

ON_A_PAGE = 5
LAST_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands in its list."""

    number: int
    size: int = ON_A_PAGE

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def ways(self, command: str, total: int) -> tuple[Way, ...]:
        """To the pages before and after, of the list that the command shows."""
        before, left = min(self.size, self.offset), min(self.size, total - self.offset - self.size)
        back = [Way(f"Previous {before}", command, self.number - 1)] if before > 0 else []
        on = [Way(f"Next {left}" if left > 1 else "Next one", command, self.number + 1)] if left > 0 else []
        return (*back, *on)

    def part(self, shown: int, total: int) -> str:
        """`: 6 to 10` or `: number 11`, behind how many there are; empty where all are shown."""
        if shown == total:
            return ""
        first = self.offset + 1
        return f": {first:,} to {self.offset + shown:,}" if shown > 1 else f": number {first:,}"


def page_of(asked: Asked, size: int = ON_A_PAGE) -> Page:
    """The one that is asked for."""
    return Page(min(max(asked.page, 1), LAST_PAGE), size)
