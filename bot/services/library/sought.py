"""What somebody looks for in the library, understood where they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from string import ascii_lowercase
from zoneinfo import ZoneInfo

from bot.domain.channel import Channel
from bot.domain.department import library_key
from bot.domain.keys import ChannelKey
from bot.domain.library import Item
from bot.domain.search import Around, Query, Total, nearest, parse_query, respelt, words_sought
from bot.domain.search.entry import library_facet
from bot.domain.search.language import EVERYWHERE
from bot.domain.search.query import AllOf, Facet, parts_of
from bot.domain.search.terms import field_term, terms_of, with_terms
from bot.domain.search.words import run_together
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.people.names import findable_people

MOST_TRIED = 6
"""So many other spellings are looked for."""
LETTERS_OFF = 2
BEGINS_WITH = 2
GOES_ON = 4


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks for something, and in which channel; `least` is how many have to have saved what everybody finds. With
    a `library`, by the key of its department, only that is looked in, unless the search says itself where to look."""

    tx: Transaction
    parts: Parts
    here: ChannelKey
    viewer: str
    least: int
    library: str = ""

    async def find(self, query: Query, *, limit: int, offset: int) -> tuple[list[Item], Total]:
        """What this person finds of it, best first, and how much there is."""
        return await self.tx.library.find(
            self.here.workspace,
            self._narrowed(query),
            saved_by=None,
            viewer=self.viewer,
            limit=limit,
            offset=offset,
            least=self.least,
        )

    async def count(self, query: Query) -> Total:
        return (await self.find(query, limit=1, offset=0))[1]

    async def count_beyond(self, query: Query) -> Total:
        """How much there is of it in all libraries; nothing where these are looked in anyway."""
        return await self.count(everywhere(query)) if self.is_narrowed(query) else Total(0)

    def is_narrowed(self, query: Query) -> bool:
        """Whether only the department's library is looked in."""
        return bool(self.library) and query.tree is not None and not _says_where(query)

    def written_out(self, query: Query) -> str:
        """As it would be typed to look in the same library from anywhere."""
        return with_terms(query.text, [field_term("library", self.library)]) if self.is_narrowed(query) else query.text

    def _narrowed(self, query: Query) -> Query:
        if not self.is_narrowed(query):
            return query
        return replace(query, tree=AllOf((Facet(library_facet(self.library)), *parts_of(query.tree))))

    async def understood(self, text: str) -> Query:
        """Days are those of the channel it is asked in. Raises Mistake."""
        zone = ZoneInfo(self.parts.zone)
        channels: dict[str, tuple[str, ...]] = {}
        for channel in await self.tx.channels.all():
            if channel.key == self.here:
                zone = ZoneInfo(channel.schedule.zone)
            if self._may_be_asked_about(channel):
                for name in {run_together(channel.name), run_together(channel.key.channel)}:
                    channels[name] = (*channels.get(name, ()), channel.key.channel)
        libraries = {
            run_together(name): library_key(name) for name in await self.tx.library.departments(self.here.workspace)
        }
        return parse_query(text, Around(zone, channels, libraries, await findable_people(self.tx, self.here.workspace)))

    def _may_be_asked_about(self, channel: Channel) -> bool:
        """What was shown in a channel that not everybody sees is asked about only there."""
        if channel.key.workspace != self.here.workspace:
            return False
        if channel.owner is not None:
            return channel.owner == self.viewer
        return channel.key == self.here or not self.parts.is_closed(channel.key)

    async def perhaps_meant(self, query: Query) -> str:
        """The same search in another spelling by which this person finds something; empty where there is none."""
        for text in await _other_spellings(self.tx, self.here.workspace, query):
            if await self.count(await self.understood(text)):
                return text
        return ""


def everywhere(query: Query) -> Query:
    """The same in all libraries."""
    return replace(query, text=with_terms(query.text, [EVERYWHERE]))


def in_order(typed: str) -> str:
    """With what says to look everywhere in front: of the last word of a search the beginning is enough."""
    terms = terms_of(typed)
    others = [term for term in terms if term.casefold() != EVERYWHERE]
    return typed if len(others) == len(terms) else " ".join((EVERYWHERE, *others))


def _beginnings(word: str) -> list[str]:
    """What was meant begins with one of the first two letters that were typed, or another first letter was meant, or is
    missing: to look among all words takes long."""
    behind_another = {letter + rest for letter in ascii_lowercase for rest in (word[1:][:GOES_ON], word[:GOES_ON])}
    return sorted({*word[:BEGINS_WITH], *behind_another})


def _says_where(query: Query) -> bool:
    return any(term.lstrip("-(").casefold().startswith(("in:", "library:")) for term in terms_of(query.text))


async def _other_spellings(tx: Transaction, workspace: str, query: Query) -> Sequence[str]:
    near: dict[str, list[str]] = {}
    for word in dict.fromkeys(word for words in words_sought(query.tree) for word in words.words):
        letters_off = max(len(word) - LETTERS_OFF, 1), len(word) + LETTERS_OFF
        known = await tx.library.known_words(workspace, *letters_off, _beginnings(word))
        if found := nearest(word, known):
            near[word] = found
    choices = islice(product(*near.values()), MOST_TRIED)
    spellings = (respelt(query.text, dict(zip(near, choice, strict=True))) for choice in choices)
    return [text for text in spellings if text != query.text]
