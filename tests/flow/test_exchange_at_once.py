"""Files that are brought in by several processes at once, on the real databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import ImportRow
from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING, Bringing, Format, ImportState
from bot.domain.exchange.ours import read_ours
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.errors import StoreError
from bot.ports import Store
from bot.services.exchange import written
from bot.services.exchange.engine import EngineExchange
from bot.services.exchange.working_off import bring_some
from bot.services.parts import Parts
from tests.contract.store_examples import HILL, school
from tests.fakes.clock import FakeClock

ANA, BEN = (Person(PersonKey(HILL, name.lower()), name) for name in ("Ana", "Ben"))
ROWS = "".join(f'<DT><A HREF="https://page.example/{number}" TAGS="maths">Page {number}</A>\n' for number in range(120))
BOOKMARKS = f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>\n{ROWS}</DL>".encode()


async def test_two_processes_bring_in_the_files_of_two_people_and_nothing_is_doubled(
    stores: tuple[Store, Store], clock: FakeClock
) -> None:
    """The same file by both, and once more by one of them."""
    async with school(stores[0]):
        pass
    parts = [Parts(store, clock, worker) for store, worker in zip(stores, ("one", "two"), strict=True)]
    exchanges = [EngineExchange(each) for each in parts]
    for who, exchange in ((ANA, exchanges[0]), (BEN, exchanges[1]), (ANA, exchanges[1])):
        shown = await exchange.look_through(who, Role.EDITOR, BOOKMARKS, "")
        await exchange.confirm(who.key, Role.EDITOR, shown.id)
    await asyncio.gather(*map(work_off, parts))
    async with stores[0].reading() as tx:
        file = (await written(tx, parts[0], ANA.key, EVERYTHING, Format.JSON)).text
        states = {each.state for each in await tx.imports.of(HILL)}
        places = await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=200)
        items = await tx.library.items(HILL, [place.item for place in places])
    assert states == {ImportState.DONE}
    assert len(read_ours(file, clock.now()).rows) == len(items) == 120
    assert {(item.saver_count, item.tags) for item in items.values()} == {(2, ("maths",))}
    for exchange, who in zip(exchanges, (ANA, BEN), strict=True):
        for each in await exchange.imports(who.key, Role.EDITOR):
            await exchange.undo(who.key, Role.EDITOR, each.id)
    await asyncio.gather(*map(work_off, parts))
    async with stores[1].reading() as tx:
        assert await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=200) == []


@pytest.mark.parametrize("second", [ANA, BEN], ids=["by one person", "by two people"])
async def test_a_file_is_undone_while_another_brings_the_same_pages_and_all_of_them_stay(
    stores: tuple[Store, Store], clock: FakeClock, second: Person
) -> None:
    async with school(stores[0]):
        pass
    parts = [Parts(store, clock, worker) for store, worker in zip(stores, ("one", "two"), strict=True)]
    exchanges = [EngineExchange(each) for each in parts]
    first = await exchanges[0].look_through(ANA, Role.EDITOR, BOOKMARKS, "")
    await exchanges[0].confirm(ANA.key, Role.EDITOR, first.id)
    await work_off(parts[0])
    clock.advance(timedelta(seconds=1))
    other = await exchanges[1].look_through(second, Role.EDITOR, BOOKMARKS, "")
    await exchanges[1].confirm(second.key, Role.EDITOR, other.id)
    await exchanges[0].undo(ANA.key, Role.EDITOR, first.id)
    await asyncio.gather(*map(work_off, parts))
    async with stores[0].reading() as tx:
        places = await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=200)
        items = await tx.library.items(HILL, [place.item for place in places])
    assert len(items) == 120
    assert {(item.savers, item.tags) for item in items.values()} == {((second.name,), ("maths",))}
    await exchanges[1].undo(second.key, Role.EDITOR, other.id)
    await work_off(parts[1])
    async with stores[1].reading() as tx:
        assert await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=200) == []
        everything = await tx.library.items(HILL, items)
    assert {item.tags for item in everything.values()} == {()}


async def test_what_is_handed_on_to_a_file_that_is_just_going_out_goes_with_it(postgres: str, clock: FakeClock) -> None:
    async with open_store(postgres, clock) as store:
        async with school(store):
            pass
        parts = Parts(store, clock, "one")
        first, second = [await brought(parts, who) for who in (ANA, BEN)]
        await EngineExchange(parts).undo(BEN.key, Role.EDITOR, second.id)
        async with store.transaction() as tx:
            (item,) = [each.item for each in await tx.imports.brought(second, 1)]
            ((_, behind),) = await tx.imports.of_others(first, [item])
            going_out = asyncio.create_task(bring_some(parts))
            await until_it_waits(store)
            await tx.library.tag(HILL, item, ["ratio"], BEN.key.person, clock.now())
            await tx.imports.amend(second, [replace(behind, tags=("ratio",))])
        assert await going_out
        async with store.reading() as tx:
            assert (await tx.library.items(HILL, [item]))[item].tags == ("maths",)


async def brought(parts: Parts, who: Person) -> Bringing:
    exchange = EngineExchange(parts)
    found = await exchange.look_through(who, Role.EDITOR, BOOKMARKS, "")
    await exchange.confirm(who.key, Role.EDITOR, found.id)
    await work_off(parts)
    return found


async def until_it_waits(store: DatabaseStore) -> None:
    waiting = select(func.count()).select_from(text("pg_locks")).where(text("NOT granted"))
    async with asyncio.timeout(30):
        waits = 0
        while not waits:
            async with store.statements(store.engines.reading, keep=False) as db:
                waits = await db.value(waiting)


async def test_a_file_that_cannot_be_gone_on_with_keeps_nobody_elses_waiting(
    database_store: DatabaseStore, clock: FakeClock
) -> None:
    async with school(database_store):
        pass
    parts = Parts(database_store, clock, "one")
    exchange = EngineExchange(parts)
    damaged = await exchange.look_through(ANA, Role.EDITOR, BOOKMARKS, "")
    await exchange.confirm(ANA.key, Role.EDITOR, damaged.id)
    async with database_store.statements(database_store.engines.writing) as db:
        await db.run(update(ImportRow).values(row="{"))
    clock.advance(timedelta(seconds=1))
    sound = await exchange.look_through(BEN, Role.EDITOR, BOOKMARKS, "")
    await exchange.confirm(BEN.key, Role.EDITOR, sound.id)
    with pytest.raises(ValueError, match="JSON"):
        await bring_some(parts)
    await work_off(parts)
    async with database_store.reading() as tx:
        states = {each.id: each.state for each in await tx.imports.of(HILL)}
    assert states == {damaged.id: ImportState.WAITING, sound.id: ImportState.DONE}


async def work_off(parts: Parts) -> None:
    """As the engine does: what the database refuses just now is tried again."""
    found = True
    while found:
        try:
            found = await bring_some(parts)
        except StoreError:
            await asyncio.sleep(0)
