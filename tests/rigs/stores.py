"""Stores for tests: in memory, on SQLite, on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from bot.ports import Store
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

KINDS = ("fake", "sqlite", "postgres")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    file = tmp_path_factory.mktemp("template") / "staffroom.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated file without rows."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'staffroom.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database without rows, on each of the two."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def database_store(database: str, clock: FakeClock) -> AsyncIterator[DatabaseStore]:
    async with open_store(database, clock) as store:
        yield store


@pytest.fixture(params=KINDS)
def store_address(request: pytest.FixtureRequest) -> str | None:
    """None for the store in memory."""
    return None if request.param == "fake" else str(request.getfixturevalue(request.param))


@pytest.fixture
async def stores(store_address: str | None, clock: FakeClock) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores on the same data, as two processes would have them."""
    if store_address is None:
        store = FakeStore(clock)
        yield store, store
        return
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_store(store_address, clock))
        yield first, await stack.enter_async_context(open_store(store_address, clock))


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    """Each kind in turn."""
    return stores[0]
