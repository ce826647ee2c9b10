"""One open transaction, as the repositories use it: statements in, rows out, errors in our words."""

import json
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Delete,
    Executable,
    Row,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningUpdate

from adapters.database.errors import translated
from adapters.database.index import entries_of, fill, forget_deleted, renew
from adapters.database.statistics import take_stock
from adapters.database.tables import Base, Delivery, Errand, Import, InboxEvent, Slot
from adapters.database.text import storable_text
from adapters.database.types import PlainText
from bot.domain.search import Entry

_Value = TypeVar("_Value")

Insert = sqlite.Insert | postgresql.Insert
Claimable = type[Slot] | type[Delivery] | type[InboxEvent] | type[Errand] | type[Import]

MOST_VALUES = 1000
"""How many values one statement asks for at most; databases have a limit."""


class Statements:
    """With `unchanging`, nothing changes for it while it is open, neither by itself nor by others."""

    def __init__(self, connection: AsyncConnection, place: str, *, unchanging: bool = False) -> None:
        self._connection = connection
        self._place = place
        self._unchanging = unchanging
        self._answers: dict[Hashable, Any] = {}

    @property
    def on_postgresql(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def insert(self, table: type[Base]) -> Insert:
        """An INSERT that understands `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return postgresql.insert(table) if self.on_postgresql else sqlite.insert(table)

    def is_one_of(self, column: InstrumentedAttribute[Any], texts: Collection[str]) -> ColumnElement[bool]:
        """However many there are, they are one parameter: a statement with thousands takes long to be written. They are
        rows, not an array: for one of those PostgreSQL may go through an index that begins with something else."""
        return column.in_(select(self.given(texts).c.value))

    def as_given(self, texts: Collection[str]) -> list[str] | str:
        """The parameter of a statement that was built with `given_to_be_one_of`."""
        each = [storable_text(text) for text in texts]
        return each if self.on_postgresql else json.dumps(each)

    def given(self, texts: Collection[str]) -> TableValuedAlias:
        """These texts as rows of one column, `value`; they are one parameter too."""
        each = [storable_text(text) for text in texts]
        if self.on_postgresql:
            return func.unnest(literal(each, ARRAY(Text))).table_valued("value", name="given").render_derived()
        return func.json_each(json.dumps(each)).table_valued("value", name="given")

    async def once(self, question: Hashable, ask: Callable[[], Awaitable[_Value]]) -> _Value:
        """The answer to a small question that is asked again and again, asked once where nothing changes. Nobody may
        change the answer."""
        if not self._unchanging:
            return await ask()
        if question not in self._answers:
            self._answers[question] = await ask()
        answer: _Value = self._answers[question]
        return answer

    async def rows(self, statement: Executable, values: Mapping[str, object] | None = None) -> Sequence[Row[Any]]:
        """`values` are those of the statement's own parameters, for one that was built before."""
        with translated(self._place):
            return (await self._connection.execute(statement, values)).all()

    async def row(self, statement: Executable) -> Row[Any] | None:
        """The first row."""
        with translated(self._place):
            return (await self._connection.execute(statement)).first()

    async def value(self, statement: Executable, values: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - whatever the column holds
        """The first column of the first row."""
        with translated(self._place):
            return (await self._connection.execute(statement, values)).scalar()

    async def run(self, statement: Insert | Update | Delete, values: Mapping[str, object] | None = None) -> int:
        """How many rows it changed."""
        with translated(self._place):
            counting = statement.execution_options(preserve_rowcount=True)
            return (await self._connection.execute(counting, values)).rowcount

    async def add(self, table: type[Base], values: Sequence[Mapping[str, object]]) -> None:
        """Adds rows; one whose key is there stays as it is."""
        await self.change_each(self.insert(table).on_conflict_do_nothing(), values)

    async def put(self, table: type[Base], values: Sequence[Mapping[str, object]]) -> None:
        """Adds rows; one whose key is there is replaced."""
        statement = self.insert(table)
        key = [column.name for column in table.__table__.primary_key]
        rest = {column.name: column for column in statement.excluded if column.name not in key}
        await self.change_each(statement.on_conflict_do_update(index_elements=key, set_=rest), values)

    async def index(self, workspace: str, items: Collection[str]) -> None:
        """Writes anew what these items are found by."""
        with translated(self._place):
            for part in in_parts(items):
                await self._connection.run_sync(renew, workspace, part)

    async def entries(self, workspace: str, items: Collection[str], reader: str) -> dict[str, Entry]:
        """What these items would be found by, for this person."""
        with translated(self._place):
            found: dict[str, Entry] = {}
            for part in in_parts(items):
                found |= await self._connection.run_sync(entries_of, workspace, part, reader)
            return found

    async def complete_index(self) -> None:
        """Adds what another version of the program saved."""
        with translated(self._place):
            await self._connection.run_sync(fill)

    async def clear_index(self) -> None:
        """Leaves nothing in it of what is no longer said."""
        with translated(self._place):
            await self._connection.run_sync(forget_deleted)

    async def take_stock(self) -> None:
        """As `statistics.take_stock`."""
        with translated(self._place):
            await self._connection.run_sync(take_stock)

    async def claim(
        self, table: Claimable, due: ColumnElement[bool], order: Sequence[Any], held: Mapping[str, object]
    ) -> Row[Any] | None:
        """Takes the first due row that nobody else is taking, and returns it as it is from now on."""
        return await self.row(claiming(table, due, order, held, 1))

    async def change_each(self, statement: Insert | Update | Delete, values: Sequence[Mapping[str, object]]) -> None:
        """Runs the statement with each of the values in turn."""
        if values:
            with translated(self._place):
                await self._connection.execute(statement, values)


Opened = Callable[[], AbstractAsyncContextManager[Statements]]
"""How one transaction is opened."""


def given_to_be_one_of(
    name: str, *, on_postgresql: bool
) -> Callable[[InstrumentedAttribute[str]], ColumnElement[bool]]:
    """That a column is one of the texts in the parameter of this name, for a statement that is built once."""
    if on_postgresql:
        given = func.unnest(bindparam(name, type_=ARRAY(Text))).table_valued("value", name="given").render_derived()
    else:
        given = func.json_each(bindparam(name, type_=PlainText())).table_valued("value", name="given")
    return lambda column: column.in_(select(given.c.value))


def claiming(
    table: Claimable,
    due: ColumnElement[bool],
    order: Sequence[Any],
    held: Mapping[str, object],
    most: int | BindParameter[int],
) -> ReturningUpdate[Any]:
    """One statement that takes the first due rows that nobody else is taking, and returns them, in any order, as they
    are from now on."""
    key = tuple(table.__table__.primary_key)
    first = select(*key).where(due).order_by(*order).limit(most).with_for_update(skip_locked=True, of=table)
    these = tuple_(*key).in_(select(*first.cte("first").c))
    return update(table).where(these).values(fence=table.fence + 1, **held).returning(*table.__table__.columns)


def free(table: Claimable, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Nobody holds the row, or its holder's lease has ended."""
    return or_(table.lease_until.is_(None), table.lease_until <= now)


def held(worker: str, now: datetime, lease: timedelta) -> dict[str, object]:
    return {"claimed_by": worker, "lease_until": now + lease}


def last_in_line(position: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """The position after the last one that is taken."""
    return select(func.coalesce(func.max(position), 0) + 1).scalar_subquery()


def in_parts(values: Collection[_Value]) -> Iterator[list[_Value]]:
    """The values, each once, in lists short enough for one statement."""
    each_once = list(dict.fromkeys(values))
    for start in range(0, len(each_once), MOST_VALUES):
        yield each_once[start : start + MOST_VALUES]
