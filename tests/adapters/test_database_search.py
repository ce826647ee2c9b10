"""How the index of words is asked: as much of it as is needed, and all that is there is counted."""

import pytest

from adapters.database import fts
from adapters.database.repositories import searching
from adapters.database.store import DatabaseStore, open_store
from bot.domain.search import parse_query
from tests.adapters.test_database_plans import planned
from tests.contract.library_examples import furnish
from tests.contract.store_examples import HILL
from tests.fakes.clock import FakeClock

OURS = '":w:hill"'


async def found(store: DatabaseStore, text: str, *, limit: int, offset: int = 0) -> tuple[list[str], int]:
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL, parse_query(text), saved_by=None, viewer="ana", limit=limit, offset=offset
        )
    return [item.id for item in items], total.counted


async def test_all_is_counted_where_there_is_more_than_is_weighed(
    database_store: DatabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(database_store)
    monkeypatch.setattr(searching, "MOST_WEIGHED", 2)
    assert await found(database_store, "fractions", limit=1) == (["j"], 4)
    assert await found(database_store, "#fractions", limit=1) == (["d"], 2)
    assert await found(database_store, "by:me fractions", limit=1) == (["j"], 4)
    assert await found(database_store, "fractions since:2026-08-11", limit=1) == (["j"], 3)
    assert await found(database_store, "fractions -from:#edchat", limit=1, offset=1) == (["j"], 2)


def said(text: str, begun: dict[str, list[str]] | None = None) -> str:
    tree = parse_query(text).tree
    assert tree
    return fts.match_of(tree, OURS, begun or {})


def test_what_must_not_be_there_is_taken_from_what_must() -> None:
    assert said("maths -homework -poem") == '(("maths") NOT ("homework" OR "poem"))'
    assert said("-homework") == f'({OURS} NOT "homework")'
    assert said("-homework -poem") == f'(({OURS}) NOT ("homework" OR "poem"))'


def test_a_beginning_is_asked_for_by_the_words_that_have_it() -> None:
    assert said("fract", {"fract": ["fraction", "fractions"]}) == '("fraction" OR "fractions")'
    assert said('"of a fract', {"fract": ["fraction"]}) == '("of a fraction")'
    assert said("fract", {"fract": []}) == said("fract") == '"fract" *'


async def test_words_with_a_beginning_are_looked_for_in_their_order(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        with planned(store, sqlite) as steps:
            await found(store, "fract", limit=5)
    assert steps.count("SCAN item_fts_places VIRTUAL TABLE INDEX 6:") == 2
