"""What a file brings, made plain: rows that can be kept, and those that cannot, with the reason."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.exchange.bringing import MOST_NAMED, ON_THE_WEB, Broken, Cut, Row
from bot.domain.exchange.entry import Said
from bot.domain.library import MOST_LETTERS_IN_A_NOTE, MOST_LETTERS_IN_A_TAG, MOST_TAGS
from bot.domain.links import canonical, is_too_long, is_web_address
from bot.domain.search.words import run_together
from bot.domain.topic import plain
from bot.errors import Mistake

LONGEST_TITLE = 200
FIRST_YEAR = 1991
"""There was no web before."""
NO_ADDRESS = "It has no address."
NO_PAGE = "Its address is not one of a web page."
TOO_LONG = "Its address is too long."
MOST_NOTES_OF_A_PAGE = 100
TOO_MANY_NOTES = f"It has more than {MOST_NOTES_OF_A_PAGE} notes."
CUT_TITLE = f"Its title is cut after {LONGEST_TITLE} characters."
CUT_TAGS = f"It keeps {MOST_TAGS} tags of at most {MOST_LETTERS_IN_A_TAG} characters, each with a letter or a digit."
CUT_NOTE = f"A note about it is cut after {MOST_LETTERS_IN_A_NOTE:,} characters."

_BETWEEN_TAGS = re.compile(r"[,;\n]")


@dataclass
class Found:
    """The rows of a file, each page once: what it says of a page in several places comes together."""

    most_rows: int = ON_THE_WEB.rows
    rows: dict[str, Row] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    broken_count: int = 0
    cut: list[Cut] = field(default_factory=list)
    cut_count: int = 0

    def add(self, row: Row, cut: Iterable[str] = ()) -> None:
        """`cut` says in sentences what is too long. Raises Mistake where there are too many rows."""
        if reason := _refused(row.url):
            self.refuse(row.line, reason, row.title)
            return
        key = canonical(row.url)
        known = self.rows.get(key)
        whole = _together(known, row) if known else row
        if len(whole.notes) > MOST_NOTES_OF_A_PAGE:
            self.refuse(row.line, TOO_MANY_NOTES, row.title)
            return
        self.rows[key] = whole
        if what := " ".join(cut):
            self.cut_count += 1
            self.cut += [Cut(row.line, what, row.title)] if len(self.cut) < MOST_NAMED else []
        self._check_size()

    def refuse(self, line: int, reason: str, title: str = "") -> None:
        """Raises Mistake likewise."""
        self.broken_count += 1
        if len(self.broken) < MOST_NAMED:
            self.broken.append(Broken(line, reason, title))
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
    return TOO_LONG if is_too_long(url) else ""


def _together(known: Row, row: Row) -> Row:
    """What is said in private beside what is for all stays private."""
    is_apart = row.private and not known.private
    said = [replace(note, private=True) for note in row.notes] if is_apart else row.notes
    tags = tuple(dict.fromkeys((*known.tags, *(() if is_apart else row.tags))))[:MOST_TAGS]
    return replace(known, tags=tags, notes=each_once((*known.notes, *said)), title=known.title or row.title)


def cuts_of(title: str, tags: Iterable[str], notes: Iterable[str]) -> Iterator[str]:
    """What of these is longer than can be kept."""
    if len(" ".join(plain(title).split())) > LONGEST_TITLE:
        yield CUT_TITLE
    whole = dict.fromkeys(_tags_in(tags))
    if len(whole) > MOST_TAGS or not all(len(tag) <= MOST_LETTERS_IN_A_TAG and run_together(tag) for tag in whole):
        yield CUT_TAGS
    if any(len(_lines(note)) > MOST_LETTERS_IN_A_NOTE for note in notes):
        yield CUT_NOTE


def tags_of(parts: Iterable[str]) -> tuple[str, ...]:
    """As many as can be kept, in small letters; one that is too long is cut, and one by which nothing is found is left
    out."""
    tags = (tag[:MOST_LETTERS_IN_A_TAG].strip() for tag in _tags_in(parts))
    return tuple(dict.fromkeys(tag for tag in tags if run_together(tag)))[:MOST_TAGS]


def _tags_in(parts: Iterable[str]) -> Iterator[str]:
    """None of them empty."""
    for part in parts:
        for piece in _BETWEEN_TAGS.split(part):
            if tag := " ".join(plain(piece.replace("#", " ").replace("＃", " ")).split()).casefold():
                yield tag


def title_of(text: str) -> str:
    """On one line, as it stands there: no letter of it is markup. A long one is cut."""
    return " ".join(plain(text[: 4 * LONGEST_TITLE]).split())[:LONGEST_TITLE].strip()


def each_once(notes: Iterable[Said]) -> tuple[Said, ...]:
    """What they say, oldest first: whoever brings them in says nothing twice."""
    oldest_first = sorted(notes, key=lambda note: note.at)
    texts: dict[str, Said] = {}
    for note in oldest_first:
        texts.setdefault(note.text, note)
    return tuple(texts.values())


def note_of(text: str) -> str:
    """Lines stay lines. A long one is cut."""
    return _lines(text[: 2 * MOST_LETTERS_IN_A_NOTE])[:MOST_LETTERS_IN_A_NOTE].strip()


def _lines(text: str) -> str:
    return "\n".join(" ".join(plain(line).split()) for line in text.splitlines()).strip()


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
