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
MOST_BYTES = {"title": 35_000, "tags": 170_000, "notes": 250_000, "text": 300_000, "facets": 200_000}
"""PostgreSQL keeps an entry of up to 1,048,575 bytes. Only of notes and texts in long words of a script with long
letters is anything left out, and of thousands of tags."""
BESIDE_A_WORD = 5
"""So many bytes it takes at most to say where one stands."""
LONGEST_FACET = 2_000
"""Bytes: PostgreSQL keeps none that is longer than 2,046."""
_HASHTAG = re.compile(r"#(\w+)")
_SPELLED = str.maketrans("-_", ".:")


@dataclass(frozen=True, slots=True)
class Entry:
    """Words of the four fields in their order, most important first, and the names of facets, which begin with a sign:
    no beginning of a word is that of a facet."""

    title: tuple[str, ...]
    tags: tuple[str, ...]
    notes: tuple[str, ...]
    text: tuple[str, ...]
    facets: tuple[str, ...]

    @property
    def fields(self) -> tuple[tuple[str, ...], ...]:
        return (self.title, self.tags, self.notes, self.text)


def entry_of(
    *,
    title: str,
    url: str,
    texts: Sequence[str],
    kind: str,
    authors: Sequence[str],
    tags: Sequence[str],
    notes: Sequence[str],
    libraries: Sequence[str] = (),
    savers: Sequence[str] = (),
) -> Entry:
    """`authors` are the handles of those whose posts lead to it, `texts` all that the page and each of the posts say,
    `libraries` the keys of the departments, `savers` the ids of those who saved it for all. `kind` is empty where only
    the address tells."""
    return Entry(
        title=_cut("title", words_in(title)),
        tags=_cut("tags", _apart(tags)),
        notes=_cut("notes", _apart(notes)),
        text=_cut("text", _apart(texts)),
        facets=_fitting(
            "facets",
            tuple(
                dict.fromkeys(
                    (
                        kind_facet(kind or kind_of_page(url)),
                        *(site_facet(site) for site in sites_of(url)),
                        *(library_facet(each) for each in libraries),
                        *(facet for each in savers if len(facet := saver_facet(each)) <= LONGEST_FACET),
                        *_facets(texts, authors, tags),
                    )
                )
            ),
        ),
    )


def tag_facet(tag: str) -> str:
    return f"#{run_together(tag)}"


def author_facet(handle: str) -> str:
    return f"@{run_together(handle)}"


def kind_facet(kind: str) -> str:
    return f":kind:{kind}"


def site_facet(site: str) -> str:
    """Spelled in what every index takes for one word."""
    return ":site:" + ".".join(run_together(label) for label in site.split("."))[: 2 * MOST_LETTERS_IN_A_WORD]


def library_facet(key: str) -> str:
    """Of a department's library, by its key; empty for that of the workspace. Spelled in what every index takes for
    one word, or a word of its name would be one of all that the library holds."""
    return f":library:{key.translate(_SPELLED)}"


def saver_facet(person: str) -> str:
    """Of those who saved it for all, by their ids: what somebody keeps alone has none. In letters that every index
    takes for one word."""
    return f":saver:{person.encode().hex()}"


def _facets(texts: Sequence[str], authors: Sequence[str], tags: Sequence[str]) -> Iterable[str]:
    """Of which there may be any number; what people added comes first."""
    yield from (tag_facet(tag) for tag in tags if run_together(tag))
    yield from (author_facet(author) for author in authors if run_together(author))
    written = (tag for text in texts for tag in _HASHTAG.findall(folded(text)))
    yield from (tag_facet(tag) for tag in written if run_together(tag))


def _apart(texts: Sequence[str]) -> list[str]:
    words: list[str] = []
    for text in texts:
        words += [*words_in(text), END]
    return words


def _cut(name: str, words: list[str]) -> tuple[str, ...]:
    return _fitting(name, tuple(words[: MOST_WORDS[name]]))


def _fitting(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """As many of the first ones as there is room for."""
    left = MOST_BYTES[name]
    for place, word in enumerate(words):
        left -= len(word.encode()) + BESIDE_A_WORD
        if left < 0:
            return words[:place]
    return words
