"""How SQLite's index of words is asked: for the best of what has the words and for how much has them, in one statement.

Its own numbers are the places of the items, so that the newest come without being sorted.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)

from adapters.database.index import FTS, OF_ITEM
from adapters.database.repositories.reports import items_hidden
from adapters.database.tables import Item, Mark, Sought
from adapters.database.types import PlainText
from bot.domain.search.query import AllOf, AnyOf, Facet, Node, Not, Words
from bot.domain.search.weights import WEIGHTS

FEWEST_LETTERS = 4
"""Shorter beginnings of words have an index of their own."""
MOST_WORDS_BEGUN = 16
"""Where so many words at most have a beginning, they are asked for in its place: the newest items with a word come one
by one, but those with a beginning all at once."""
SHAPES = 64
"""So many statements are remembered: to build one takes longer than some take to run."""

UNINDEXED = literal_column("+item_fts.rowid", type_=BigInteger())
"""Else SQLite would ask its index of words anew for every place in a list."""

_workspace = bindparam("workspace", type_=PlainText())
_space: ColumnElement[str] = literal_column("' '")
_others = or_(Sought.workspace_id < _workspace, Sought.workspace_id > _workspace)
_match = case(
    (exists().where(_others), bindparam("match_among_others", type_=PlainText())),
    else_=bindparam("match", type_=PlainText()),
)
"""Whose library it is need not be asked where there is no other: the index would look through all items."""


def _saved_by_viewer() -> ColumnElement[bool]:
    theirs = Mark.workspace_id == _workspace, Mark.person_id == bindparam("viewer", type_=PlainText())
    of_item = and_(Sought.workspace_id == Mark.workspace_id, Sought.item_id == Mark.item_id)
    return UNINDEXED.in_(select(Sought.place).join(Mark, of_item).where(*theirs, Mark.ended_at.is_(None)))


_PLACES_HIDDEN = select(Sought.place).where(
    Sought.workspace_id == _workspace, Sought.item_id.in_(items_hidden(_workspace))
)
_BY_PLACE: Mapping[str, ColumnElement[bool]] = {
    "since": FTS.c.rowid >= bindparam("since", type_=BigInteger()),
    "before": FTS.c.rowid < bindparam("before", type_=BigInteger()),
    "viewer": _saved_by_viewer(),
}
"""What is told without looking at the item, by the place it has; each by the name of its parameter."""


def best(weighed: int, by_place: tuple[str, ...], of_item: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Of the newest `window` the best `most`, in any order, and how many of them there are `together`. `by_place` are
    names of what is told by the place, `of_item` by the item."""
    return _built(weighed, by_place, of_item) if of_item else _remembered(weighed, by_place)


@lru_cache(SHAPES)
def _remembered(weighed: int, by_place: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return _built(weighed, by_place, ())


def _built(weighed: int, by_place: tuple[str, ...], of_item: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    found = select(FTS.c.rowid.label("place")).where(FTS.c.item_fts.op("MATCH")(_match))
    found = found.where(UNINDEXED.not_in(_PLACES_HIDDEN), *(_BY_PLACE[name] for name in by_place))
    if of_item:
        found = found.join(Sought, Sought.place == FTS.c.rowid).join(Item, OF_ITEM).where(*of_item)
    window, most = bindparam("window", type_=Integer()), bindparam("most", type_=Integer())
    weight = sum(map(_weight, range(weighed)), start=literal(0)).label("weight")
    newest = found.add_columns(weight).order_by(FTS.c.rowid.desc()).limit(window).subquery()
    weighed_out = select(newest, func.count().over().label("together"))
    heaviest = weighed_out.order_by(newest.c.weight.desc(), newest.c.place.desc()).limit(most).subquery()
    return select(heaviest, Sought.item_id).join(Sought, Sought.place == heaviest.c.place)


def _weight(number: int) -> ColumnElement[int]:
    """The same as `weight_of`, of the words in a parameter that `weighed_as` gives."""
    wanted = bindparam(f"words_{number}", type_=PlainText())
    fields = zip((FTS.c.title, FTS.c.tags, FTS.c.notes, FTS.c.text), WEIGHTS, strict=True)
    found = ((func.instr(_space.concat(field).concat(_space), wanted) > 0, weight) for field, weight in fields)
    return case(*found, else_=0)


def weighed_as(sought: Sequence[Words]) -> dict[str, object]:
    return {
        f"words_{number}": f" {' '.join(each.words)}" + ("" if each.goes_on else " ")
        for number, each in enumerate(sought)
    }


WORDS_BEGUN = text(
    """
    WITH RECURSIVE begun (word) AS (
        SELECT (SELECT term FROM item_fts_places WHERE term >= :beginning AND term < :end LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM item_fts_places WHERE term >= begun.word || char(1) AND term < :end LIMIT 1)
        FROM begun WHERE word IS NOT NULL
    )
    SELECT word FROM begun WHERE word IS NOT NULL LIMIT :most
    """
)
"""From one word to the next: asked for all words, SQLite would look at every item that has them."""


def match_of(node: Node, ours: str, begun: Mapping[str, Collection[str]]) -> str:
    """In the language of FTS5, which knows no `not` but `a NOT b`: `ours` has all items in it. `begun` are the words
    that have a beginning, where they are known."""
    match node:
        case Words(words, goes_on) if goes_on and begun.get(words[-1]):
            phrases = (f'"{" ".join((*words[:-1], each))}"' for each in begun[words[-1]])
            return f"({' OR '.join(phrases)})"
        case Words(words, goes_on):
            return f'"{" ".join(words)}"' + (" *" if goes_on else "")
        case Facet(name):
            return f'"{name}"'
        case Not(part):
            return f"({ours} NOT {match_of(part, ours, begun)})"
        case AllOf(parts):
            return _all_of(parts, ours, begun)
        case AnyOf(parts):
            return "(" + " OR ".join(match_of(part, ours, begun) for part in parts) + ")"
        case _:
            raise TypeError(node)


def _all_of(parts: Sequence[Node], ours: str, begun: Mapping[str, Collection[str]]) -> str:
    wanted = [match_of(part, ours, begun) for part in parts if not isinstance(part, Not)] or [ours]
    unwanted = [match_of(part.part, ours, begun) for part in parts if isinstance(part, Not)]
    has = f"({' AND '.join(wanted)})"
    return f"({has} NOT ({' OR '.join(unwanted)}))" if unwanted else has
