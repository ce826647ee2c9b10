"""PostgreSQL knows of what is new before anybody asks for it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.database.store import DatabaseStore, open_store
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.services.exchange import working_off
from bot.services.exchange.engine import EngineExchange
from bot.services.exchange.working_off import bring_some
from bot.services.parts import Parts
from tests.contract.store_examples import HILL, school
from tests.fakes.clock import FakeClock
from tests.rigs.program import staffroom

ANA = Person(PersonKey(HILL, "ana"), "Ana")


async def begin(parts: Parts, pages: int) -> None:
    """To bring in a file of so many."""
    async with school(parts.store):
        pass
    rows = "".join(f'<DT><A HREF="https://page.example/{number}">Page</A>\n' for number in range(pages))
    exchange = EngineExchange(parts)
    found = await exchange.look_through(ANA, Role.EDITOR, f"<DL>{rows}</DL>".encode(), "")
    await exchange.confirm(ANA.key, Role.EDITOR, found.id)


async def bring(parts: Parts, pages: int) -> None:
    await begin(parts, pages)
    while await bring_some(parts):
        pass


async def believed(store: DatabaseStore, table: str = "item") -> int:
    """How many rows it expects there; -1 where it never looked."""
    async with store.statements(store.engines.reading) as db:
        asked = text("SELECT reltuples FROM pg_class WHERE oid = CAST(:name AS regclass)")
        return int(await db.value(asked, {"name": table}))


async def test_it_looks_at_what_there_is_when_it_is_told_to(postgres: str, clock: FakeClock) -> None:
    async with open_store(postgres, clock) as store:
        await bring(Parts(store, clock, "one"), 120)
        await store.take_stock()
        assert await believed(store) == 120
        assert await believed(store, "mark") == 120


async def test_a_long_file_tells_it_on_the_way_and_at_the_end(
    postgres: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_off, "MUCH", 100)
    async with open_store(postgres, clock) as store:
        await store.take_stock()
        parts = Parts(store, clock, "one")
        await begin(parts, 170)
        seen = []
        while await bring_some(parts):
            seen.append(await believed(store))
        assert seen == [0, 100, 100, 100, 170]


async def test_it_knows_of_what_was_restored(
    postgres: str, clock: FakeClock, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("postgres_programs")
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{postgres}"\n[web]\nport = 0\n', encoding="utf-8")
    async with open_store(postgres, clock) as store:
        await bring(Parts(store, clock, "one"), 60)
    for words in (("backup", "--out", "night.backup"), ("restore", "night.backup")):
        done = await staffroom(*words, folder=tmp_path)
        assert done.code == 0, done.complained
    async with open_store(postgres, clock) as store:
        assert await believed(store) == 60


async def test_it_can_be_told_to_on_sqlite_as_well(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        await store.take_stock()
