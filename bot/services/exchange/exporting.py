"""Files of what is in the library, whole or piece by piece."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.department import library_key
from bot.domain.exchange import Format, Listing, ListingKind, Written
from bot.domain.exchange.entry import Entry
from bot.domain.exchange.layout import Layout
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import MOST_LETTERS_IN_A_TAG
from bot.domain.search.query import Query, is_ones_own
from bot.errors import Mistake
from bot.ports import Download, Place, Transaction
from bot.services.exchange.digests import channel_of, digest_entries, require_open
from bot.services.exchange.gather import Telling, entries_of
from bot.services.exchange.writing import file_name, layout_of, title_of
from bot.services.library.sought import Looking
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed
from bot.services.wording import listed

MOST_ITEMS = 1_000_000
MOST_NAMED = 20
AT_ONCE = 200
"""So many items are read together: enough to be quick, few enough to keep nobody waiting."""


async def written(tx: Transaction, parts: Parts, viewer: PersonKey, what: Listing, into: Format) -> Written:
    """The whole file, for a chat. Digests are those of a channel that the person is in. Raises Mistake for what does
    not exist, or is somebody else's."""
    file = await _File.begun(tx, parts, viewer, what, into)
    texts = [file.layout.head]
    for number, part in enumerate(file.parts()):
        texts.append(file.layout.written(await file.entries(tx, parts, part), are_first=number == 0))
    return Written(file.name, into.media_type, "".join([*texts, file.layout.tail]))


async def download(parts: Parts, viewer: PersonKey, what: Listing, into: Format) -> Download:
    """The same piece by piece: what is not asked for yet is not read yet. Raises Mistake likewise, at once, and for the
    digests of a channel that not everybody sees."""
    async with parts.store.reading() as tx:
        if what.kind is ListingKind.DIGESTS:
            await require_open(tx, parts, viewer, what.value)
        file = await _File.begun(tx, parts, viewer, what, into)
    return Download(file.name, into.media_type, _pieces(parts, file))


async def _pieces(parts: Parts, file: "_File") -> AsyncIterator[str]:
    """Each from a transaction of its own, because a reader may be slow."""
    yield file.layout.head
    are_first = True
    for part in file.parts():
        async with parts.store.reading() as tx:
            entries = await file.entries(tx, parts, part)
        if text := file.layout.written(entries, are_first=are_first):
            are_first = False
            yield text
    yield file.layout.tail


@dataclass(frozen=True, slots=True)
class _File:
    """What stands in it is known from the beginning, so that nothing is left out that is saved once more meanwhile."""

    name: str
    layout: Layout
    telling: Telling
    what: Listing
    places: Sequence[Place]

    @classmethod
    async def begun(cls, tx: Transaction, parts: Parts, viewer: PersonKey, what: Listing, into: Format) -> "_File":
        name = await name_of(tx, viewer, what)
        least, now = await savers_needed(tx, viewer.workspace), parts.clock.now()
        if what.kind is ListingKind.FOUND:
            telling, places = await _found(tx, parts, viewer, what.value, least)
        else:
            telling = Telling(viewer, what.kind is ListingKind.MINE, least)
            places = await tx.listings.standing(
                viewer.workspace, what, viewer=viewer.person, least=least, most=MOST_ITEMS
            )
        return cls(file_name(what, into, now), layout_of(into, title_of(what, name), now), telling, what, places)

    def parts(self) -> Iterator[Sequence[Place]]:
        """One at least."""
        for start in range(0, max(len(self.places), 1), AT_ONCE):
            yield self.places[start : start + AT_ONCE]

    async def entries(self, tx: Transaction, parts: Parts, part: Sequence[Place]) -> list[Entry]:
        if self.what.kind is ListingKind.DIGESTS:
            return await digest_entries(tx, parts, self.telling.viewer.workspace, self.what.value)
        return [entry for _, entry in await entries_of(tx, parts, self.telling, part)]


async def _found(
    tx: Transaction, parts: Parts, viewer: PersonKey, words: str, least: int
) -> tuple[Telling, Sequence[Place]]:
    """Raises Mistake for a search that cannot be meant."""
    query = await search_meant(tx, parts, viewer, words, least)
    places = await tx.listings.found(viewer.workspace, query, viewer=viewer.person, least=least, most=MOST_ITEMS)
    return Telling(viewer, is_ones_own(query, None, viewer.person), least), places


async def search_meant(tx: Transaction, parts: Parts, viewer: PersonKey, words: str, least: int) -> Query:
    """From anywhere: nothing that depends on the channel is meant. Raises Mistake."""
    return await Looking(tx, parts, ChannelKey(viewer.workspace, ""), viewer.person, least).understood(words)


async def name_of(tx: Transaction, viewer: PersonKey, what: Listing) -> str:
    """Of the department or the channel. Raises Mistake where there is none such."""
    match what.kind:
        case ListingKind.LIBRARY if what.value:
            return await department_named(tx, viewer.workspace, what.value)
        case ListingKind.TAG if not what.value or len(what.value) > MOST_LETTERS_IN_A_TAG:
            raise Mistake("Say which tag is meant, such as fractions.")
        case ListingKind.SHELF if what.value not in await _shelves(tx, viewer.workspace):
            raise Mistake("There is nothing on a shelf of that name.")
        case ListingKind.DIGESTS:
            return (await channel_of(tx, viewer, what.value)).name
        case _:
            return ""


async def _shelves(tx: Transaction, workspace: str) -> Sequence[str]:
    return await tx.listings.shelves(workspace, await savers_needed(tx, workspace))


async def department_named(tx: Transaction, workspace: str, key: str) -> str:
    """The name of the department with that key. Raises Mistake."""
    there = await tx.library.departments(workspace)
    found = next((name for name in there if library_key(name) == key), None)
    if found is None:
        others = f"Choose one of these: {listed(there, most=MOST_NAMED)}." if there else "There are none at all."
        raise Mistake(f"There is no department of that name here. {others}")
    return found
