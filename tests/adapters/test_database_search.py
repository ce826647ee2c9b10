"""How the index of words is asked: for as much as is needed."""

from adapters.database import fts
from adapters.database.store import open_store
from bot.domain.search import parse_query
from tests.adapters.test_database_plans import planned
from tests.contract.store_examples import HILL
from tests.fakes.clock import FakeClock

OURS = '":w:hill"'


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
            async with store.reading() as tx:
                await tx.library.find(HILL, parse_query("fract"), saved_by=None, viewer="ana", limit=5, offset=0)
    assert steps.count("SCAN item_fts_places VIRTUAL TABLE INDEX 6:") == 2
