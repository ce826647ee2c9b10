"""SQLite's driver, on fewer errands: each connection lives in a thread of its own, and the way there and back takes
longer than most statements do. Here a statement goes there once and comes back with its rows, not in four errands."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite
from sqlalchemy.engine import URL

_AT_ONCE = 64
"""How many rows aiosqlite fetches in one errand; here nobody asks it to."""


def opener(url: URL) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    """For SQLAlchemy, which opens connections with it."""
    at, how = url.get_dialect()().create_connect_args(url)

    async def opened() -> aiosqlite.Connection:
        return await Connection(partial(sqlite3.connect, *at, **how))

    return opened


class Connection(aiosqlite.Connection):
    """Its thread keeps no program from ending."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, _AT_ONCE)
        self._thread.daemon = True

    def cursor(self) -> "Cursor":  # type: ignore[override]  # is entered in the same way
        return Cursor(self, self._conn.cursor())


class Cursor(aiosqlite.Cursor):
    """Fetches all there is at once, and then needs no closing."""

    _rows: Sequence[Any] = ()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        self._rows = await self._execute(self._run, sql, tuple(parameters or ()))  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    def _run(self, sql: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
        return self._cursor.execute(sql, parameters).fetchall()
