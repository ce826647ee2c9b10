"""How PostgreSQL's index of words is asked: for the best of what has the words, and for how much has them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from adapters.database.index import MARKS, OF_ITEM, quoted
from adapters.database.repositories.reports import is_not_among_hidden
from adapters.database.tables import Item, Mark, Sought
from adapters.database.types import PlainText
from bot.domain.search.query import AllOf, AnyOf, Facet, Node, Not, Words
from bot.domain.search.weights import WEIGHTS

SHAPES = 64
"""So many statements of a kind are remembered: to build one takes longer than some take to run."""

_workspace = bindparam("workspace", type_=PlainText())


def has(query: str | ColumnElement[str]) -> ColumnElement[bool]:
    return Sought.vector.op("@@")(cast(query, TSQUERY))


def _saved_by_viewer() -> ColumnElement[bool]:
    theirs = Mark.workspace_id == _workspace, Mark.person_id == bindparam("viewer", type_=PlainText())
    return Sought.item_id.in_(select(Mark.item_id).where(*theirs, Mark.ended_at.is_(None)))


_NOT_HIDDEN = is_not_among_hidden(Sought.item_id, _workspace, on_postgresql=True)
_BY_PLACE: Mapping[str, ColumnElement[bool]] = {
    "since": Sought.place >= bindparam("since", type_=BigInteger()),
    "before": Sought.place < bindparam("before", type_=BigInteger()),
    "viewer": _saved_by_viewer(),
}
"""What is told without looking at the item; each by the name of its parameter."""


def best(weighed: int, by_place: tuple[str, ...], of_item: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Of the newest `window` the best `most`, the best first, and how many of them there are `together`. `by_place` are
    names of what is told by the place, `of_item` by the item."""
    return _built(weighed, by_place, of_item) if of_item else _remembered(weighed, by_place)


@lru_cache(SHAPES)
def _remembered(weighed: int, by_place: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    return _built(weighed, by_place, ())


def _built(weighed: int, by_place: tuple[str, ...], of_item: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    found = _found(by_place, of_item)
    window, most = bindparam("window", type_=Integer()), bindparam("most", type_=Integer())
    newest = found.order_by(Sought.place.desc(), Sought.item_id.desc()).limit(window).subquery()
    weight = sum((_weight(newest.c.vector, number) for number in range(weighed)), start=literal(0)).label("weight")
    heaviest = select(newest.c.item_id, newest.c.place, weight, func.count().over().label("together"))
    return heaviest.order_by(weight.desc(), newest.c.place.desc(), newest.c.item_id.desc()).limit(most)


def _found(by_place: tuple[str, ...], of_item: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    ours = (
        Sought.workspace_id == _workspace,
        has(bindparam("match", type_=PlainText())),
        _NOT_HIDDEN,
    )
    found = select(Sought.item_id, Sought.place, Sought.vector).where(*ours, *(_BY_PLACE[name] for name in by_place))
    return found.join(Item, OF_ITEM).where(*of_item) if of_item else found


def _weight(vector: ColumnElement[Any], number: int) -> ColumnElement[int]:
    """The same as `weight_of`, by the marks of the places, of the words in parameters that `weighed_as` gives."""
    in_marks = (
        vector.op("@@")(cast(bindparam(f"words_{number}_{mark}", type_=PlainText()), TSQUERY)) for mark in MARKS
    )
    return case(*zip(in_marks, WEIGHTS, strict=True), else_=0)


def weighed_as(sought: Sequence[Words]) -> dict[str, object]:
    return {f"words_{number}_{mark}": match_of(each, mark) for number, each in enumerate(sought) for mark in MARKS}


def match_of(node: Node, mark: str = "") -> str:
    """In the language of PostgreSQL. With a mark only the places that have it count."""
    match node:
        case Words(words, goes_on):
            return "(" + " <-> ".join(_lexemes(words, mark, goes_on=goes_on)) + ")"
        case Facet(name):
            return quoted(name)
        case Not(part):
            return f"!({match_of(part)})"
        case AllOf(parts):
            return "(" + " & ".join(map(match_of, parts)) + ")"
        case AnyOf(parts):
            return "(" + " | ".join(map(match_of, parts)) + ")"
        case _:
            raise TypeError(node)


def _lexemes(words: Sequence[str], mark: str, *, goes_on: bool) -> Iterator[str]:
    for number, word in enumerate(words, start=1):
        how = ("*" if goes_on and number == len(words) else "") + mark
        yield quoted(word) + (f":{how}" if how else "")
