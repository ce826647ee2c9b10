"""What of an item is looked through, the same in every store."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.search.kinds import kind_of_page, sites_of
from bot.domain.search.words import MOST_LETTERS_IN_A_WORD, run_together, words_in
from bot.domain.topic import folded

END = "."
"""Stands between two tags or notes, so that no phrase runs on from one into the next; nobody can look for it."""

MOST_WORDS = {"title": 200, "tags": 1_000, "notes": 5_000, "text": 9_000}
"""PostgreSQL counts places up to 16,383."""
_HASHTAG = re.compile(r"#(\w+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """Words of the four fields in their order, most important first, and the names of facets."""

    title: tuple[str, ...]
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    text: tuple[str, ...]
    facets: tuple[str, ...]

    @property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        return (self.title, self.tags, self.notes, self.text)


def entry_of(
    *, title: str, url: str, search_text: str, kind: str, author: str, tags: Sequence[str], notes: Sequence[str]
) -> Entry:
    """`author` is the handle, `search_text` all that the post and its links say, `kind` is empty where only the address
    tells."""
    return Entry(
        title=_cut("title", words_in(title)),
        tags=_cut("tags", _apart(tags)),
        notes=_cut("notes", _apart(notes)),
        text=_cut("text", words_in(search_text)),
        facets=tuple(dict.fromkeys(_facets(url, search_text, kind, author, tags))),
    )


def tag_facet(tag: str) -> str:
    return f"#{run_together(tag)}"


def author_facet(handle: str) -> str:
    return f"@{run_together(handle)}"


def kind_facet(kind: str) -> str:
    return f"kind:{kind}"


def site_facet(site: str) -> str:
    """Spelled in what every index takes for one word."""
    return "site:" + ".".join(run_together(label) for label in site.split("."))[: 2 * MOST_LETTERS_IN_A_WORD]


def _facets(url: str, search_text: str, kind: str, author: str, tags: Sequence[str]) -> Iterable[str]:
    yield kind_facet(kind or kind_of_page(url))
    yield from (tag_facet(tag) for tag in (*tags, *_HASHTAG.findall(folded(search_text))) if run_together(tag))
    if run_together(author):
        yield author_facet(author)
    yield from (site_facet(site) for site in sites_of(url))


def _apart(texts: Sequence[str]) -> list[str]:
    words: list[str] = []
    for text in texts:
        words += [*words_in(text), END]
    return words


def _cut(name: str, words: list[str]) -> tuple[str, ...]:
    return tuple(words[: MOST_WORDS[name]])
