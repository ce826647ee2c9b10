"""What a page of the library was asked for: the address says it, and forms narrow it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from bot.domain.search.terms import field_term, terms_of, with_terms, without_term
from bot.ports.desk import Page

A_PAGE = 20
ON_PAPER = 200
LAST_PAGE = 10_000
LONGEST_QUESTION = 300
NARROWING = ("kind", "in", "from", "tag", "by", "since", "before")
"""The fields of a search that a form fills in; each is also how the search language calls it."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the search, and the address of the search without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Asked:
    """`path` is the list's own address, `words` the search, `number` its page, counted from 1."""

    path: str
    words: str = ""
    mine: bool = False
    number: int = 1

    @property
    def query(self) -> dict[str, str]:
        return ({"q": self.words} if self.words else {}) | ({"mine": "1"} if self.mine else {})

    @property
    def address(self) -> str:
        """Where a list like this one begins."""
        return address(self.path, self.query)

    @property
    def here(self) -> str:
        return self.at(self.number)

    @property
    def on_paper(self) -> str:
        return address(self.path, self.query | {"print": "1"})

    @property
    def listing(self) -> str:
        """How all of the list is asked for as a file."""
        if not self.words:
            return "mine:" if self.mine else "library:"
        return f"found:{with_terms(self.words, ['by:me']) if self.mine else self.words}"

    @property
    def chips(self) -> Sequence[Chip]:
        return [
            Chip(term, replace(self, words=without_term(self.words, which), number=1).address)
            for which, term in enumerate(terms_of(self.words))
        ]

    def at(self, number: int) -> str:
        return address(self.path, self.query | ({"page": str(number)} if number > 1 else {}))

    def live(self, part: str) -> str:
        """Where an open page learns what has changed in it."""
        return address(f"/library/{part}", self.query | ({"page": str(self.number)} if self.number > 1 else {}))

    def meaning(self, words: str) -> str:
        """The address of the same list for other words."""
        return replace(self, words=words, number=1).address

    def page(self, *, on_paper: bool = False) -> Page:
        return Page(ON_PAPER) if on_paper else page_at(self.number)

    def pages(self, total: int) -> int:
        return pages_of(total)


def asked_of(request: web.Request, path: str = "/library") -> Asked:
    query = request.query
    words = query.get("q", "").strip()[:LONGEST_QUESTION]
    return Asked(path, words, query.get("mine") == "1", number_of(query.get("page", "")))


def narrowed(asked: Asked, fields: Mapping[str, str]) -> Asked | None:
    """The search with what the form adds to it; None where it adds nothing."""
    more = [field_term(name, fields.get(name, "")) for name in NARROWING]
    if not any(name in fields for name in NARROWING):
        return None
    return replace(asked, words=with_terms(asked.words, [term for term in more if term]), number=1)


def number_of(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def page_at(number: int) -> Page:
    return Page(A_PAGE, (number - 1) * A_PAGE)


def pages_of(total: int) -> int:
    return max(1, -(-total // A_PAGE))


def address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
