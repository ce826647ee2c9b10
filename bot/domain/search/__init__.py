"""Finding things in the library: what people type, what it means, and what of an item it is looked for in.

text ─▶ parse: a query, a tree ─▶ a store finds the items ─▶ where it was found; nothing? ─▶ what was perhaps meant
"""

from bot.domain.search.entry import END, Entry, entry_of
from bot.domain.search.kinds import kind_of_page
from bot.domain.search.language import Around, as_typed, parse_query
from bot.domain.search.passage import NOTHING_SOUGHT, Passage, Sought, passage
from bot.domain.search.query import ALL_ITEMS, Query, words_sought, words_weighed
from bot.domain.search.spelling import nearest, respelt
from bot.domain.search.total import Total, counted_until, total_of
from bot.domain.search.weights import weight_of

__all__ = [
    "ALL_ITEMS",
    "END",
    "NOTHING_SOUGHT",
    "Around",
    "Entry",
    "Passage",
    "Query",
    "Sought",
    "Total",
    "as_typed",
    "counted_until",
    "entry_of",
    "kind_of_page",
    "nearest",
    "parse_query",
    "passage",
    "respelt",
    "total_of",
    "weight_of",
    "words_sought",
    "words_weighed",
]
