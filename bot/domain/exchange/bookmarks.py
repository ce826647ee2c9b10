"""Reads bookmarks as browsers write them: the format of Netscape, which nobody ever wrote strictly.

It looks at every letter once, however the file is nested or broken: a tag ends at the next `>`, what is not known is
passed over, and what is not closed ends where the next begins.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from bot.domain.exchange.bringing import ON_THE_WEB, Row
from bot.domain.exchange.entry import Said
from bot.domain.exchange.found import Found, cuts_of, moment_of, note_of, tags_of, title_of
from bot.domain.topic import folded
from bot.errors import Mistake

DEEPEST = 50
"""Folders within folders beyond that are not told apart."""
MOST_TAGS = 12
"""Of HTML, for each page; it has four, and a folder seven."""
LONGEST_TEXT = 4_000
LONGEST_MARKUP = 500_000
"""Of one tag, with the picture of a page in it; the rest of a longer one is not looked at."""
OF_THE_BROWSER = {
    "bookmarks bar",
    "bookmarks menu",
    "bookmarks toolbar",
    "bookmarks",
    "favorites",
    "favorites bar",
    "favourites",
    "favourites bar",
    "imported",
    "mobile bookmarks",
    "other bookmarks",
    "other favorites",
    "other favourites",
    "reading list",
}
"""Folders that every browser has: they say nothing about a page."""

_ATTRIBUTE = re.compile(r"""(?<![\w-])([A-Za-z_][\w-]*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.ASCII)
_NAME = re.compile(r"(/?)([A-Za-z][A-Za-z0-9]*+)", re.ASCII)
_ITS_OWN = ("personal_toolbar_folder", "unfiled_bookmarks_folder")


def looks_like_bookmarks(text: str) -> bool:
    head = text[:10_000].casefold()
    return "netscape-bookmark-file" in head or "<dl" in head or "<dt" in head or "<a " in head


def read_bookmarks(text: str, now: datetime, most_rows: int = ON_THE_WEB.rows) -> Found:
    """Raises Mistake where there are too many."""
    if text.count("<") > MOST_TAGS * most_rows:
        raise Mistake("This file has too many parts to be one of bookmarks. Nothing was changed.")
    reader = _Reader(now, most_rows)
    for piece in _pieces(text):
        reader.take(piece)
    reader.end()
    return reader.found


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tag, with the text after it up to the next."""

    name: str
    closes: bool
    markup: str
    text: str
    line: int


def _pieces(text: str) -> Iterator[_Piece]:
    at, line, counted = text.find("<"), 1, 0
    while at != -1:
        end = text.find(">", at)
        if end == -1:
            return
        following = text.find("<", end)
        words = text[end + 1 : end + 1 + LONGEST_TEXT if following == -1 else min(following, end + 1 + LONGEST_TEXT)]
        line, counted = line + text.count("\n", counted, at), at
        if name := _NAME.match(text, at + 1, end):
            yield _Piece(name[2].upper(), bool(name[1]), text[name.end() : min(end, at + LONGEST_MARKUP)], words, line)
        at = following


class _Reader:
    """What is open: folders, and a page or folder whose name or description is being read."""

    def __init__(self, now: datetime, most_rows: int) -> None:
        self.found = Found(most_rows)
        self._now = now
        self._folders: list[str] = []
        self._too_deep = 0
        self._folder = ""
        self._heading: list[str] | None = None
        self._is_the_browsers = False
        self._page: Mapping[str, str] | None = None
        self._line = 0
        self._title: list[str] = []
        self._description: list[str] = []
        self._words: list[str] | None = None

    def take(self, piece: _Piece) -> None:
        match piece.name, piece.closes:
            case "A", False:
                self.end()
                self._begin_page(piece)
            case "A", True:
                self._words = None
            case "DD", False:
                self._words = self._description if self._page is not None else None
            case "DT", False:
                self.end()
            case "H3", False:
                self.end()
                self._begin_folder(piece)
            case "H3", True:
                self._end_heading()
            case "DL", False:
                self.end()
                self._open()
            case "DL", True:
                self.end()
                self._close()
            case "BR", _:
                self._hear("\n")
        self._hear(piece.text)

    def _hear(self, text: str) -> None:
        if self._words is not None and sum(map(len, self._words[-1:])) < LONGEST_TEXT and len(self._words) < DEEPEST:
            self._words.append(text)

    def _begin_page(self, piece: _Piece) -> None:
        self._page, self._line = _attributes(piece.markup), piece.line
        self._title, self._description = [], []
        self._words = self._title

    def _begin_folder(self, piece: _Piece) -> None:
        attributes = _attributes(piece.markup)
        self._is_the_browsers = any(name in attributes for name in _ITS_OWN)
        self._words = self._heading = []

    def _end_heading(self) -> None:
        if self._heading is not None:
            name = title_of(unescape("".join(self._heading)))
            said_by_nobody = self._is_the_browsers or folded(name) in OF_THE_BROWSER
            self._folder = "" if said_by_nobody else name
        self._heading = self._words = None

    def _open(self) -> None:
        if len(self._folders) < DEEPEST:
            self._folders.append(self._folder)
        else:
            self._too_deep += 1
        self._folder = ""

    def _close(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif self._folders:
            self._folders.pop()

    def end(self) -> None:
        """Of the page that is open: it is as it has been read."""
        if self._page is not None:
            self._add(self._page)
        self._end_heading()
        self._page = self._words = None

    def _add(self, page: Mapping[str, str]) -> None:
        title, said = unescape("".join(self._title)), unescape("".join(self._description))
        tags = [*page.get("tags", "").split(","), *(each for each in reversed(self._folders) if each)]
        saved_at, note = _moment(page.get("add_date", ""), self._now), note_of(said)
        row = Row(
            line=self._line,
            url=page.get("href", "").strip(),
            title=title_of(title),
            tags=tags_of(tags),
            notes=(Said(note, saved_at or self._now),) if note else (),
            saved_at=saved_at,
        )
        self.found.add(row, cuts_of(title, tags, [said]))


def _attributes(markup: str) -> dict[str, str]:
    """The first of a name counts."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(markup):
        value = next((value for value in each.groups()[1:] if value is not None), "")
        found.setdefault(each[1].casefold(), unescape(value[:LONGEST_TEXT]))
    return found


def _moment(text: str, now: datetime) -> datetime | None:
    digits = text.strip()
    return moment_of(int(digits), now) if digits.isascii() and digits.isdigit() and len(digits) <= 17 else None
