"""How a file of entries is put together, piece by piece, so that it need never be whole in memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.exchange.entry import Entry


@dataclass(frozen=True, slots=True)
class Layout:
    """`entry` writes one, which may be nothing; `between` stands between two."""

    head: str
    entry: Callable[[Entry], str]
    between: str = ""
    tail: str = ""

    def written(self, entries: Iterable[Entry], *, are_first: bool) -> str:
        """A part of the entries. The first of all has nothing before it."""
        texts = [text for entry in entries if (text := self.entry(entry))]
        before = "" if are_first or not texts else self.between
        return before + self.between.join(texts)
