"""Files that cannot be gone on with, however often it is tried, on the real databases."""

from datetime import timedelta

import pytest
import structlog
from sqlalchemy import func, update

from adapters.database.store import DatabaseStore
from adapters.database.tables import ImportedItem, ImportRow
from bot.cli.exchange import Waiting, brought_in
from bot.domain.content import ShowLink
from bot.domain.delivery import Delivery, Lane
from bot.domain.events import Person
from bot.domain.exchange import Bringing, ImportState, Listing, ListingKind
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Role
from bot.errors import Mistake
from bot.flow.retention import Retention
from bot.services.exchange.coming_in import AT_ONCE
from bot.services.exchange.engine import EngineExchange
from bot.services.exchange.stuck import MOST_FAILURES
from bot.services.exchange.working_off import LEASE, bring_some
from bot.services.parts import Parts
from tests.contract.store_examples import HILL, school
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox

ANA, BEN = (Person(PersonKey(HILL, name), name.title()) for name in ("ana", "ben"))
MINE = Listing(ListingKind.MINE)
PAGES = AT_ONCE + 10
ROWS = "".join(f'<DT><A HREF="https://page.example/{number}" TAGS="maths">Page</A>\n' for number in range(PAGES))
BOOKMARKS = f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL>\n{ROWS}</DL>".encode()
UNDER_WAY = [ImportState.WAITING, ImportState.UNDOING]


@pytest.fixture
async def parts(database_store: DatabaseStore, clock: FakeClock) -> Parts:
    async with school(database_store):
        pass
    chat = FakeChat(FakeInbox(), workspace=HILL)
    return Parts(database_store, clock, "one", chats={"fake": chat}, public_url="https://staffroom.example")


async def half_way(parts: Parts, state: ImportState) -> Bringing:
    """Of a file that is brought in or taken out a part is done."""
    exchange = EngineExchange(parts)
    found = await exchange.look_through(ANA, Role.EDITOR, BOOKMARKS, "")
    await exchange.confirm(ANA.key, Role.EDITOR, found.id)
    if state is ImportState.UNDOING:
        await work_off(parts)
        await exchange.undo(ANA.key, Role.EDITOR, found.id)
    assert await bring_some(parts)
    return found


async def work_off(parts: Parts) -> None:
    while await bring_some(parts):
        pass


async def damage(store: DatabaseStore) -> None:
    """Nobody can make sense of what is left."""
    async with store.statements(store.engines.writing) as db:
        await db.run(update(ImportRow).values(row="{" + ImportRow.row))
        await db.run(update(ImportedItem).values(notes="{" + ImportedItem.notes))


async def mend(store: DatabaseStore) -> None:
    async with store.statements(store.engines.writing) as db:
        await db.run(update(ImportRow).values(row=func.substr(ImportRow.row, 2)))
        await db.run(update(ImportedItem).values(notes=func.substr(ImportedItem.notes, 2)))


async def test_the_command_says_how_far_it_got_and_what_comes_next(parts: Parts, database_store: DatabaseStore) -> None:
    found = await half_way(parts, ImportState.WAITING)
    await damage(database_store)
    with structlog.testing.capture_logs() as logs, pytest.raises(Mistake) as told:
        await brought_in(parts, Waiting(HILL, found.id, ""))
    assert str(told.value).startswith("50 of 60 pages are brought in, then it failed. The reason stands above.")
    assert [(each["event"], each["exc_info"]) for each in logs] == [("a file could not be brought in whole", True)]


async def fail(parts: Parts, clock: FakeClock, times: int = MOST_FAILURES) -> None:
    for _ in range(times):
        with pytest.raises(ValueError, match=r"JSON|Expecting"):
            await bring_some(parts)
        assert not await bring_some(parts)
        clock.advance(LEASE)


async def seen(parts: Parts, of: Bringing) -> Bringing:
    found = await EngineExchange(parts).one_import(ANA.key, Role.EDITOR, of.id)
    assert found
    return found


async def saves(parts: Parts) -> int:
    async with parts.store.reading() as tx:
        return len(await tx.listings.standing(HILL, MINE, viewer="ana", least=1, most=999))


async def to_be_sent(parts: Parts) -> list[Delivery]:
    async with parts.store.transaction() as tx:
        return await tx.outbox.claim("courier", parts.clock.now(), LEASE, Lane.MESSAGES, 10)


@pytest.mark.parametrize("state", UNDER_WAY)
async def test_a_file_that_always_fails_is_left_alone_and_its_owner_told_once(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore, state: ImportState
) -> None:
    found = await half_way(parts, state)
    await damage(database_store)
    with structlog.testing.capture_logs() as logs:
        await fail(parts, clock)
    assert not await bring_some(parts)
    await work_off(parts)
    after = await seen(parts, found)
    assert (after.state, after.done) == (state.when_stuck, AT_ONCE)
    (told,) = await to_be_sent(parts)
    assert told.channel == ChannelKey(HILL, "ana")
    assert ShowLink("Open its page", f"https://staffroom.example/import/{found.id}") in told.content
    assert "ry again" in str(told.content)
    assert [line["import_id"] for line in logs if line["log_level"] == "error"] == [found.id]


@pytest.mark.parametrize("state", UNDER_WAY)
async def test_it_goes_on_where_it_was_once_it_is_tried_again(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore, state: ImportState
) -> None:
    found = await half_way(parts, state)
    await damage(database_store)
    await fail(parts, clock)
    await mend(database_store)
    with pytest.raises(Mistake, match="not here"):
        await EngineExchange(parts).try_again(BEN.key, Role.EDITOR, found.id)
    await EngineExchange(parts).try_again(ANA.key, Role.EDITOR, found.id)
    await work_off(parts)
    after = await seen(parts, found)
    assert after.state in {ImportState.DONE, ImportState.UNDONE}
    assert (after.done, after.failures) == (PAGES, 0)


async def test_what_it_brought_stays_and_can_be_undone(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore
) -> None:
    found = await half_way(parts, ImportState.WAITING)
    await damage(database_store)
    await fail(parts, clock)
    assert await saves(parts) == AT_ONCE
    await mend(database_store)
    await EngineExchange(parts).undo(ANA.key, Role.EDITOR, found.id)
    await work_off(parts)
    assert await saves(parts) == 0
    assert (await seen(parts, found)).state is ImportState.UNDONE
    async with parts.store.reading() as tx:
        assert await tx.imports.rows(await seen(parts, found), 10) == []


async def test_an_owner_cannot_have_a_colleague_save_what_is_left_but_take_out_what_is_there(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore
) -> None:
    found = await half_way(parts, ImportState.WAITING)
    await damage(database_store)
    await fail(parts, clock)
    with pytest.raises(Mistake, match="in their name"):
        await EngineExchange(parts).try_again(BEN.key, Role.OWNER, found.id)
    await EngineExchange(parts).undo(BEN.key, Role.OWNER, found.id)
    assert (await seen(parts, found)).state is ImportState.UNDOING


async def test_a_failure_now_and_then_stops_nothing(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore
) -> None:
    found = await half_way(parts, ImportState.WAITING)
    await damage(database_store)
    await fail(parts, clock, MOST_FAILURES - 1)
    await mend(database_store)
    await work_off(parts)
    assert (await seen(parts, found)).state is ImportState.DONE


async def test_what_is_stuck_is_forgotten_like_what_is_done(
    parts: Parts, clock: FakeClock, database_store: DatabaseStore
) -> None:
    found = await half_way(parts, ImportState.WAITING)
    await damage(database_store)
    await fail(parts, clock)
    clock.advance(timedelta(days=31))
    await Retention(parts).turn()
    assert await EngineExchange(parts).one_import(ANA.key, Role.EDITOR, found.id) is None
    assert await saves(parts) == AT_ONCE
