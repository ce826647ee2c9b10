"""`staffroom backup` and `staffroom restore` with a library in the database, on SQLite and on PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.database.engine import address, migration_engine
from adapters.database.store import open_store
from adapters.database.tables import Base
from bot.domain.events import Person
from bot.domain.exchange import Listing, ListingKind
from bot.domain.keys import PersonKey
from bot.domain.library import Note
from bot.domain.people import Role
from bot.domain.search import parse_query
from bot.ports import Transaction
from bot.services.exchange.engine import EngineExchange
from bot.services.exchange.working_off import bring_some
from bot.services.ids import new_id
from bot.services.library.care import remove_item, retitle
from bot.services.library.shelf import Placing, save_link, save_post, undo
from bot.services.parts import Parts
from tests.contract.store_examples import HILL, post, school
from tests.fakes.clock import FakeClock
from tests.rigs.program import staffroom

ANA, BEN = (Person(PersonKey(HILL, name), name.title()) for name in ("ana", "ben"))
TABLES = (
    *("item", "mark", "item_tag", "item_note", "item_share", "item_change", "citation"),
    *("import", "import_row", "imported_item", "feed"),
)
BOOKMARKS = b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><DT><A HREF="https://nrich.example/fractions" TAGS="year 9">Fractions</A><DD>Worked well
<DT><A HREF="https://quiz.example/" TAGS="quiz">A quiz</A></DL>"""


@pytest.fixture
def config(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """The address of the database that it names."""
    if database.startswith("postgres"):
        request.getfixturevalue("postgres_programs")
    (tmp_path / "config.toml").write_text(f'[database]\nurl = "{database}"\n[web]\nport = 0\n', encoding="utf-8")
    return database


async def test_a_library_comes_back_as_it_was_whatever_became_of_it_since(
    config: str, tmp_path: Path, clock: FakeClock
) -> None:
    async with open_store(config, clock) as store:
        parts = Parts(store, clock, "worker")
        await fill(parts)
        found_before = await what_ana_finds(parts)
    before = everything_in(config)
    assert not [table for table, rows in before.items() if not rows and table != "import_row"]
    saved = await staffroom("backup", "--out", "night.backup", folder=tmp_path)
    assert saved.code == 0, saved.complained
    clock.advance(timedelta(hours=1))
    async with open_store(config, clock) as store:
        await spoil(Parts(store, clock, "worker"))
    assert everything_in(config) != before
    restored = await staffroom("restore", "night.backup", folder=tmp_path)
    assert restored.code == 0, restored.complained
    assert everything_in(config) == before
    async with open_store(config, clock) as store:
        assert await what_ana_finds(Parts(store, clock, "worker")) == found_before


async def fill(parts: Parts) -> None:
    """With a bit of all that a library keeps."""
    now = parts.clock.now()
    async with school(parts.store) as tx:
        await tx.posts.add([post("101")], {}, now)
        item = await save_link(tx, Placing(ANA, "web", now, shelf="reading group"), "https://page.example/é", "Circles")
        alone = await save_link(tx, Placing(ANA, "web", now, private=True), "https://alone.example/", "For me alone")
        await save_link(tx, Placing(BEN, "web", now, private=True), "https://ben.example/", "For Ben alone")
        assert await save_post(tx, Placing(BEN, "web", now), post("101").key)
        await tx.library.tag(HILL, item, ["fractions", "école"], "ana", now)
        await tx.library.share(HILL, item, "maths", "ana", now)
        for on, who, is_private in ((item, "ana", False), (item, "ben", True), (alone, "ana", True)):
            await tx.library.note(HILL, on, Note(new_id(), who, "Worked well – “à la carte”", now, private=is_private))
    await EngineExchange(parts).make_feed(ANA, Listing(ListingKind.LIBRARY, ""))
    shown = await EngineExchange(parts).look_through(ANA, Role.EDITOR, BOOKMARKS, "")
    await EngineExchange(parts).confirm(ANA.key, Role.EDITOR, shown.id)
    while await bring_some(parts):
        pass


async def spoil(parts: Parts) -> None:
    now = parts.clock.now()
    async with parts.store.transaction() as tx:
        circles = await found(tx, "circles")
        await retitle(tx, ANA, Role.EDITOR, circles, "Squares", at=now)
        await tx.care.untag(HILL, circles, ["fractions"])
        await remove_item(tx, ANA, Role.OWNER, await found(tx, "quiz"), at=now)
        await undo(tx, ANA.key, await found(tx, "by:me alone"), now)
        await save_link(tx, Placing(BEN, "web", now), "https://late.example/", "Late")


async def found(tx: Transaction, words: str) -> str:
    items, _ = await tx.library.find(HILL, parse_query(words), saved_by=None, viewer="ana", limit=1, offset=0)
    return items[0].id


async def what_ana_finds(parts: Parts) -> list[object]:
    async with parts.store.reading() as tx:
        return [
            await tx.library.find(HILL, parse_query(words), saved_by=None, viewer="ana", limit=9, offset=0)
            for words in ("circles", "by:me alone", "#fractions", "worked", "by:me", "late", "squares", "quiz")
        ]


def everything_in(database: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the library, in one order."""
    engine = migration_engine(address(database))
    try:
        with engine.connect() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(Base.metadata.tables[name]))), key=str)
                for name in TABLES
            }
    finally:
        engine.dispose()
