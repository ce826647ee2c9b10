"""SQLite's driver: one errand for a statement, and a connection that is whole after somebody gave up waiting."""

import asyncio
import logging
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import AsyncAdaptedQueuePool, Pool, select, update

from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Item, Post
from bot.domain.channel import Workspace
from bot.domain.keys import PostKey
from tests.contract.store_examples import EDCHAT, HILL, NOW, item, post, school
from tests.fakes.clock import FakeClock
from tests.flow.test_lanes import until


async def test_a_statement_takes_one_errand_to_the_thread_of_its_connection(
    sqlite: str, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            await tx.library.add(HILL, item("a"), NOW)
        async with store.statements(store.engines.reading, keep=False) as db:
            with caplog.at_level(logging.DEBUG, logger="aiosqlite"):
                assert len(await db.rows(select(Item.id))) == 1
    assert len([record for record in caplog.records if record.message.startswith("executing")]) == 1


async def test_rows_of_a_statement_that_changes_something_come_back_as_well(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            await tx.posts.add([post("1")], {PostKey("x", "1"): [EDCHAT]}, NOW)
        touched = update(Post).values(text="").returning(Post.id)
        async with store.statements(store.engines.writing) as db:
            assert [row.id for row in await db.rows(touched)] == ["1"]


async def test_whoever_gives_up_waiting_to_write_leaves_nothing_open(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        with closing(sqlite3.connect(sqlite.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(write(store))
            await until(lambda: is_in_use(store.engines.writing.pool))
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            other.execute("ROLLBACK")
        await write(store)
        async with store.reading() as tx:
            assert [each.name for each in await tx.channels.workspaces()] == ["Hill School"]


async def write(store: DatabaseStore) -> None:
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(HILL, "web", "Hill School"))


def is_in_use(pool: Pool) -> bool:
    return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() == 1
