"""What is asked all day long is found by an index on SQLite, however much is kept."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event

from adapters.database.store import DatabaseStore, open_store
from bot.domain.delivery import Lane
from tests.contract.store_examples import HILL, LEASE, NOW
from tests.fakes.clock import FakeClock

AMONG_THOSE_BEHIND = "SEARCH delivery USING INDEX ix_delivery_behind (state=?)"


@contextmanager
def planned(store: DatabaseStore, url: str) -> Iterator[list[str]]:
    """The steps in which SQLite goes about what is asked inside the block."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: tuple[object, ...], *_rest: object) -> None:
        asked.append((statement, values))

    steps: list[str] = []
    engines = [store.engines.writing.sync_engine, store.engines.reading.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield steps
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        for statement, values in asked:
            if not statement.startswith("BEGIN"):
                steps += [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize("lane", Lane)
async def test_what_is_due_is_looked_for_among_the_few_that_are_behind(
    sqlite: str, clock: FakeClock, lane: Lane
) -> None:
    async with open_store(sqlite, clock) as store:
        with planned(store, sqlite) as steps:
            async with store.transaction() as tx:
                await tx.outbox.claim("worker", NOW, LEASE, lane, 50)
    assert steps.count(AMONG_THOSE_BEHIND) == 2
    assert not [step for step in steps if step.startswith("SCAN delivery")]


async def test_what_waits_is_looked_for_among_them_too(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                await tx.outbox.next_due(NOW)
    assert steps[0] == AMONG_THOSE_BEHIND


async def test_hidden_items_are_found_from_their_reports(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                await tx.library.find(HILL, ["fractions"], saved_by=None, viewer=None, limit=5, offset=0)
    assert [step for step in steps if step.startswith("SEARCH item USING INDEX ix_item_workspace_id_post_source")]
    assert not [step for step in steps if step.startswith("SCAN item")]
