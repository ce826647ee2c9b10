"""Whatever is said about an item, each database keeps all that it is found by."""

from dataclasses import replace

import pytest

from adapters.database.store import DatabaseStore, open_store
from bot.domain.exchange import EVERYTHING
from bot.domain.library import MOST_LETTERS_IN_A_NOTE, MOST_LETTERS_IN_A_TAG, Note
from bot.domain.search import entry, parse_query
from bot.domain.search.words import MOST_LETTERS_IN_A_WORD
from bot.errors import StoreError
from bot.ports import Saving
from tests.contract.store_examples import HILL, HOUR, NOW, item, mark, school
from tests.fakes.clock import FakeClock

FIRST_OF_FOUR_BYTES, MANY = 0x20000, 42_000
MOST_POSTGRESQL_KEEPS = (1 << 20) - 1


def long_word(number: int) -> str:
    """Each another one, of as many bytes as there can be."""
    return "".join(chr(FIRST_OF_FOUR_BYTES + (number + place) % MANY) for place in range(1, MOST_LETTERS_IN_A_WORD + 1))


def long_words(first: int, count: int) -> str:
    return " ".join(long_word(number) for number in range(first, first + count))


NOTES = [
    Note(f"n{number}", "ana", long_words(number, MOST_LETTERS_IN_A_NOTE // (MOST_LETTERS_IN_A_WORD + 1)), NOW)
    for number in range(0, 14_000, 24)
]
TAGS = tuple(long_word(number)[:MOST_LETTERS_IN_A_TAG] for number in range(14_000, 17_000))
PEOPLE = [*(f"person-{number:040}" for number in range(500)), "of-any-length" * 400]


async def everything_is_said(store: DatabaseStore) -> str:
    """Of one page, by as many people as there may be, each with as much as they may say."""
    new = item("link:worst", f"{long_words(17_000, 10_000)} {' '.join(f'#hash{number}' for number in range(9_000))}")
    async with school(store) as tx:
        id_ = await tx.library.add(HILL, new, NOW)
        first, *others = [Saving(mark(id_, person), libraries=("maths",)) for person in PEOPLE]
        await tx.imports.save(HILL, [replace(first, tags=TAGS, notes=tuple(NOTES)), *others])
    return id_


async def test_however_much_is_said_of_a_page_it_is_kept_and_found(database_store: DatabaseStore) -> None:
    id_ = await everything_is_said(database_store)
    async with database_store.transaction() as tx:
        await tx.library.note(HILL, id_, Note("late", "ben", "One more", NOW + HOUR))
        await tx.library.note(HILL, id_, Note("early", "ben", "First said", NOW - HOUR))
        await tx.library.tag(HILL, id_, ["fractions"], "ben", NOW - HOUR)
        for words in (f'"{long_word(14_000)}"', long_word(1), "#fractions", "kind:article", "first said"):
            found, _ = await tx.library.find(HILL, parse_query(words), saved_by=None, viewer=None, limit=5, offset=0)
            assert [each.id for each in found] == [id_]


async def test_what_an_entry_holds_is_not_more_than_postgresql_keeps(
    postgres: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(postgres, clock) as store:
        await everything_is_said(store)
        assert sum(entry.MOST_BYTES.values()) < MOST_POSTGRESQL_KEEPS
        monkeypatch.setattr(entry, "MOST_BYTES", dict.fromkeys(entry.MOST_BYTES, 9_999_999))
        async with store.transaction() as tx:
            (id_,) = [
                place.item for place in await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=9)
            ]
            with pytest.raises(StoreError):
                await tx.library.note(HILL, id_, Note("late", "ben", "One more", NOW + HOUR))
