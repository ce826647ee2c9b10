"""How the two databases are opened, so that no update is lost on either."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.database.driver import opener
from bot.errors import Mistake, StoreError

PATIENCE = timedelta(seconds=10)
"""How long a program waits for another one that is writing."""
BRIEFLY = timedelta(milliseconds=200)
"""How long for readers, where nothing depends on it and everybody else would have to wait as well."""

REMEMBERED_KIB = 8_000
"""How much of a database each connection remembers at most, of what it read or wrote."""

_Engine = TypeVar("_Engine")

_ALLOWED = (
    "The database address begins with sqlite:/// and names a file, or with postgresql:// and names a server: "
    "sqlite:///staffroom.db or postgresql://staffroom:…@localhost/staffroom."
)


@dataclass(frozen=True)
class Address:
    """Where the database is. `place` names it for people, without user and password."""

    url: URL
    place: str
    file: Path | None

    @property
    def is_sqlite(self) -> bool:
        return self.file is not None

    @property
    def is_there(self) -> bool:
        """A file that is not there is none of ours to make by looking for it."""
        return self.file is None or self.file.exists()


@dataclass(frozen=True)
class Engines:
    """`writing` begins by taking the write lock on SQLite; `reading` waits for no writer."""

    writing: AsyncEngine
    reading: AsyncEngine

    async def close(self) -> None:
        await self.writing.dispose()
        await self.reading.dispose()


def address(url: str) -> Address:
    """Raises Mistake for what is no address of ours, without repeating it: it may hold a password."""
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise Mistake(_ALLOWED) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            file = Path(parsed.database)
            return Address(parsed, str(file), file)
        case "postgresql" if parsed.database:
            host = f" on {parsed.host}" if parsed.host else ""
            return Address(parsed.set(drivername="postgresql+psycopg"), f"“{parsed.database}”{host}", None)
        case _:
            raise Mistake(_ALLOWED)


def engines(at: Address, patience: timedelta = PATIENCE) -> Engines:
    """For the store. Opens nothing yet."""
    if at.is_sqlite:
        return Engines(_sqlite(at, "BEGIN IMMEDIATE", patience, 1), _sqlite(at, "BEGIN", patience, 5))
    engine = _postgresql(lambda: create_async_engine(at.url, hide_parameters=True, pool_pre_ping=True))
    event.listen(engine.sync_engine, "connect", _suit)
    return Engines(engine, engine.execution_options(isolation_level="REPEATABLE READ"))


def migration_engine(at: Address) -> Engine:
    """For `migrate`. Foreign keys are not watched on SQLite meanwhile, where a table is changed by making it anew."""
    from sqlalchemy import create_engine  # noqa: PLC0415 - the bot itself never needs it

    if not at.is_sqlite:
        return _postgresql(lambda: create_engine(at.url, hide_parameters=True, poolclass=NullPool))
    engine = create_engine(at.url.set(drivername="sqlite+pysqlite"), hide_parameters=True, poolclass=NullPool)
    _govern(engine, "BEGIN IMMEDIATE", PATIENCE, foreign_keys=False)
    return engine


def empty_log(file: Path) -> None:
    """SQLite's log keeps what was written before it was deleted until something else is written over it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(file, timeout=BRIEFLY.total_seconds())) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite(at: Address, begin: str, patience: timedelta, connections: int) -> AsyncEngine:
    """A pool of one makes writers of one process queue up here in the order they came, which is quicker and fairer than
    SQLite's own waiting. Of several connections that which was used last is used again: it remembers what it read."""
    url = at.url.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(
        url,
        async_creator=opener(url),
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience.total_seconds() * 3,
        pool_use_lifo=True,
    )
    _govern(engine.sync_engine, begin, patience, foreign_keys=True)
    return engine


def _govern(engine: Engine, begin: str, patience: timedelta, *, foreign_keys: bool) -> None:
    """The driver must not begin by itself, or two programs read the same value and one of their writes is lost. What
    is deleted is overwritten: not every SQLite does so unasked."""
    pragmas = (
        f"busy_timeout={int(patience.total_seconds() * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        f"cache_size=-{REMEMBERED_KIB}",
    )

    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", start)


def _suit(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    """What a library holds is in memory mostly, so that an index is worth its leaps. To compile a statement first takes
    PostgreSQL several times as long as ours run."""
    connection.execute("SET random_page_cost = 1.1")
    connection.execute("SET jit = off")
    connection.commit()


def _postgresql(make: Callable[[], _Engine]) -> _Engine:
    try:
        return make()
    except ModuleNotFoundError:
        raise StoreError(
            "PostgreSQL needs a part that is not installed. Run: pip install 'staffroom[postgresql]'"
        ) from None
