"""What a file brings, made plain: rows that can be kept, and those that cannot, with the reason."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.exchange.bringing import MOST_NAMED, ON_THE_WEB, Broken, Row
from bot.domain.library import MOST_LETTERS_IN_A_NOTE, MOST_LETTERS_IN_A_TAG, MOST_TAGS
from bot.domain.links import canonical, is_web_address
from bot.domain.topic import plain
from bot.errors import Mistake

LONGEST_ADDRESS = 2_000
LONGEST_TITLE = 200
FIRST_YEAR = 1991
"""There was no web before."""
NO_ADDRESS = "It has no address."
NO_PAGE = "Its address is not one of a web page."
TOO_LONG = "Its address is too long."

_BETWEEN_TAGS = re.compile(r"[,;\n]")


@dataclass
class Found:
    """The rows of a file, each page once: what it says of a page in several places comes together."""

    most_rows: int = ON_THE_WEB.rows
    rows: dict[str, Row] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    broken_count: int = 0

    def add(self, row: Row) -> None:
        """Raises Mistake where there are too many."""
        if reason := _refused(row.url):
            self.refuse(row.line, reason)
            return
        key = canonical(row.url)
        known = self.rows.get(key)
        self.rows[key] = _together(known, row) if known else row
        self._check_size()

    def refuse(self, line: int, reason: str) -> None:
        """Raises Mistake likewise."""
        self.broken_count += 1
        if len(self.broken) < MOST_NAMED:
            self.broken.append(Broken(line, reason))
        self._check_size()

    def _check_size(self) -> None:
        if len(self.rows) + self.broken_count > self.most_rows:
            most = f"{self.most_rows:,}"
            raise Mistake(f"This file has more than {most} rows. Split it in two, and bring in one after another.")


def _refused(url: str) -> str:
    if not url:
        return NO_ADDRESS
    if not is_web_address(url):
        return NO_PAGE
    return TOO_LONG if len(url) > LONGEST_ADDRESS else ""


def _together(known: Row, row: Row) -> Row:
    tags = tuple(dict.fromkeys((*known.tags, *row.tags)))[:MOST_TAGS]
    return replace(known, tags=tags, note=known.note or row.note, title=known.title or row.title)


def tags_of(parts: Iterable[str]) -> tuple[str, ...]:
    """As many as can be kept, in small letters; one that is too long is cut."""
    tags = (_tag(piece) for part in parts for piece in _BETWEEN_TAGS.split(part[:MOST_LETTERS_IN_A_NOTE]))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]


def _tag(text: str) -> str:
    bare = plain(text.replace("#", " ").replace("＃", " "))
    return " ".join(bare.split()).casefold()[:MOST_LETTERS_IN_A_TAG].strip()


def title_of(text: str) -> str:
    """On one line, as it stands there: no letter of it is markup. A long one is cut."""
    return " ".join(plain(text[: 4 * LONGEST_TITLE]).split())[:LONGEST_TITLE].strip()


def note_of(text: str) -> str:
    """Lines stay lines. A long one is cut."""
    lines = (" ".join(plain(line).split()) for line in text[: 2 * MOST_LETTERS_IN_A_NOTE].splitlines())
    return "\n".join(lines).strip()[:MOST_LETTERS_IN_A_NOTE].strip()


def moment_of(seconds: float, now: datetime) -> datetime | None:
    """Seconds since 1970, or the thousands and millions of them that some programs write; None for what cannot be when
    a page was kept."""
    for unit in (1, 1_000, 1_000_000):
        try:
            at = datetime.fromtimestamp(seconds / unit, UTC)
        except (OverflowError, ValueError, OSError):
            continue
        if at.year >= FIRST_YEAR and at <= now:
            return at
    return None
