"""The tables themselves: nothing crosses a workspace, and SQLite loses no update."""

import asyncio
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import Table

from adapters.database.store import open_store
from adapters.database.tables import Base, Tenant
from bot.domain.exchange import Bringing, Broken, ImportForm, ImportState
from tests.contract.store_examples import HILL, MATHS, NOW, school
from tests.fakes.clock import FakeClock

TENANTS = {str(each.local_table) for each in Base.registry.mappers if issubclass(each.class_, Tenant)}
OF_THE_INSTALLATION = {
    "author",
    "billed",
    "calendar",
    "coverage",
    "forgotten",
    "heard",
    "installation",
    "ledger",
    "match",
    "post",
    "removal",
    "standing",
    "topic",
    "vault",
    "volume",
    "workspace",
}
TABLES = [pytest.param(table, id=table.name) for table in Base.metadata.sorted_tables]


def test_every_table_belongs_to_a_workspace_or_to_the_installation() -> None:
    assert set(Base.metadata.tables) == TENANTS | OF_THE_INSTALLATION


@pytest.mark.parametrize("table", [each for each in TABLES if each.id in TENANTS])
def test_the_workspace_comes_first_in_the_key_and_is_part_of_every_reference(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "workspace_id"
    for reference in table.foreign_key_constraints:
        if reference.referred_table.name in TENANTS:
            assert ("workspace_id", "workspace_id") in [
                (element.parent.name, element.column.name) for element in reference.elements
            ]


@pytest.mark.parametrize("table", TABLES)
def test_every_constraint_has_a_name(table: Table) -> None:
    assert all(constraint.name for constraint in table.constraints)
    assert all(index.name for index in table.indexes)


ADD = """
import asyncio, sys
from dataclasses import replace
from adapters.database.store import open_store
from tests.contract.store_examples import MATHS
from tests.fakes.clock import FakeClock

async def main():
    async with open_store(sys.argv[1], FakeClock()) as store:
        for _ in range(int(sys.argv[2])):
            async with store.transaction() as tx:
                channel = await tx.channels.get(MATHS)
                await tx.channels.put(replace(channel, size=channel.size + 1))

asyncio.run(main())
"""


async def test_four_processes_that_read_and_then_write_lose_no_update(sqlite: str, clock: FakeClock) -> None:
    processes, times = 4, 25
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            before = await tx.channels.get(MATHS)
        await asyncio.gather(*(_run(ADD, sqlite, str(times)) for _ in range(processes)))
        async with store.reading() as tx:
            after = await tx.channels.get(MATHS)
    assert before
    assert after
    assert after.size - before.size == processes * times


async def _run(code: str, *arguments: str) -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, cwd=root)
    assert await process.wait() == 0


async def test_a_file_that_was_shown_before_rows_had_titles_is_still_shown(sqlite: str, clock: FakeClock) -> None:
    shown = Bringing("b", HILL, "ana", ImportForm.BOOKMARKS, "", NOW, ImportState.SHOWN, 2, broken_count=1)
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            await tx.imports.put(shown, [])
        with closing(connect(sqlite.removeprefix("sqlite:///"))) as connection, connection:
            connection.execute("UPDATE import SET broken = ?", ('[[7, "It has no address."]]',))
        async with store.reading() as tx:
            found = await tx.imports.get(HILL, "b")
    assert found == replace(shown, broken=(Broken(7, "It has no address."),))
