"""The way from every earlier version to this one, on both databases."""

import shutil
import sqlite3
import stat
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from adapters.database.engine import address, migration_engine
from adapters.database.index import is_in_metadata
from adapters.database.migrate import BACKUPS_KEPT, backups, migrate, pending
from adapters.database.revisions import head, migrations_folder, state_of, versions
from adapters.database.store import DatabaseStore, open_store
from adapters.database.tables import Base
from bot.domain.budget import Money, Prices, Purpose, Resources, Spent
from bot.domain.channel import Following, Origin
from bot.domain.coverage import Span
from bot.domain.delivery import Surface
from bot.domain.digest import DigestItem
from bot.domain.exchange.entry import Said
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Note
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.search import ALL_ITEMS, Total, parse_query
from bot.domain.taste import Vote
from bot.errors import StoreError, StoreFromTheFuture, StoreOutdated
from bot.ports import Brought, Receipt
from tests.contract.store_examples import DAY, EDCHAT, HILL, MATHS, MINUTE, NOW, author, channel, post, school
from tests.fakes.clock import FakeClock

NEXT = '''
"""One more column and one more table, as a later release would."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}


def upgrade() -> None:
    with op.batch_alter_table("channel") as channel:
        channel.add_column(sa.Column("colour", sa.Text(), nullable=True))
    op.create_table("later", sa.Column("id", sa.Text(), primary_key=True))
'''

BROKEN = NEXT + "    raise RuntimeError('half way')\n"


OF_THE_FIRST_VERSION = """
INSERT INTO workspace VALUES ('hill-school', 'web', 'Hill School');
INSERT INTO channel (workspace_id, id, name, zone, days, at, sources, size, origin, stopped)
VALUES ('hill-school', 'maths', 'Maths', 'Europe/London', '01234', '07:30:00.000000', '["x"]', 5, 'command', '');
INSERT INTO delivery (workspace_id, id, position, key, channel_id, content, seeds, seeded, state, message,
                      desired_version, shown_version, attempts, problem, created_at, shown_at, fence)
VALUES ('hill-school', 'd1', 1, 'k1', 'maths', '[]', '[]', true, 'shown', 'm1',
        1, 1, 1, '', '2026-11-24 07:00:00.000000', '2026-11-24 07:00:00.000000', 1);
INSERT INTO item (workspace_id, id, key, url, title, search_text, added_at, saved_at)
VALUES ('hill-school', 'i1', 'link', 'https://link.example', 'Link', 'link',
        '2026-11-24 07:00:00.000000', '2026-11-24 07:00:00.000000');
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at)
VALUES ('hill-school', 'i1', 'ana', 'button', '2026-11-24 07:00:00.000000');
INSERT INTO author (source, id, handle, name, profile_url, avatar_url, protected, put_at)
VALUES ('x', 'a1', 'frida_frakt', 'Frida Frakt', 'https://x.example/a1', '', false, '2026-11-24 07:00:00.000000');
INSERT INTO post (source, id, author_id, text, created_at, details, read_at)
VALUES ('x', '1', 'a1', 'Fractions by folding paper', '2026-11-24 06:00:00.000000',
        '{"latest_id":"1","url":"https://x.example/1"}', '2026-11-24 07:00:00.000000');
INSERT INTO slot (workspace_id, id, channel_id, kind, key, due_at, state, reading, note, fence)
VALUES ('hill-school', 's1', 'maths', 'morning', '2026-11-24', '2026-11-24 07:00:00.000000', 'composed', 'done', '', 1);
INSERT INTO digest (workspace_id, slot_id, channel_id, since_at, until_at, topics, looked_at, in_part, made_at)
VALUES ('hill-school', 's1', 'maths', '2026-11-23 07:00:00.000000', '2026-11-24 07:00:00.000000', '["#edchat"]',
        40, false, '2026-11-24 07:00:00.000000');
INSERT INTO digest_item (workspace_id, slot_id, number, source, post_id, why, gone)
VALUES ('hill-school', 's1', 1, 'x', '1', '#edchat', '');
INSERT INTO item (workspace_id, id, key, url, title, search_text, post_source, post_id, added_at, saved_at)
VALUES ('hill-school', 'i2', 'post:x:1', 'https://x.example/1', 'Post', 'post', 'x', '1',
        '2026-11-24 07:00:00.000000', '2026-11-24 07:00:00.000000');
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at)
VALUES ('hill-school', 'i2', 'ana', 'button', '2026-11-24 07:00:00.000000');
INSERT INTO topic VALUES ('hashtag::edchat', 'hashtag', '', 'edchat', '#EdChat', NULL);
INSERT INTO subscription (workspace_id, channel_id, topic_id, position, origin, followed_by, followed_at)
VALUES ('hill-school', 'maths', 'hashtag::edchat', 1, 'command', 'ana', '2026-11-24 07:00:00.000000');
INSERT INTO coverage (source, topic_id, start_at, end_at)
VALUES ('x', 'hashtag::edchat', '2026-11-23 07:00:00.000000', '2026-11-24 07:00:00.000000');
INSERT INTO ledger (id, source, endpoint, topics, day, state, worst, cost, posts, users, reserved_at, settled_at)
VALUES ('l1', 'x', 'search', '["hashtag::edchat"]', '2026-11-24', 'settled', 50000, 5000, 10, 0,
        '2026-11-24 06:55:00.000000', '2026-11-24 06:55:01.000000');
INSERT INTO ledger (id, source, endpoint, topics, day, state, worst, cost, posts, users, reserved_at, settled_at)
VALUES ('l2', 'x', 'search', '["hashtag::edchat"]', '2026-11-24', 'reserved', 150, NULL, NULL, NULL,
        '2026-11-24 06:56:00.000000', NULL)
"""


OF_A_LIBRARY = """
INSERT INTO workspace VALUES ('valley', 'web', 'Valley College');
UPDATE item SET savers = 1, kind = 'article', author_id = NULL WHERE id = 'i1';
UPDATE item SET savers = 2, kind = 'question', author_id = 'a1', search_text = 'fractions by folding paper zebra',
                vouched = true, saved_at = '2026-11-24 08:00:00.000000' WHERE id = 'i2';
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at, shelf, vouched)
VALUES ('hill-school', 'i2', 'ben', 'reaction:m1', '2026-11-24 08:00:00.000000', 'reading group', true);
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at, ended_at, ending)
VALUES ('hill-school', 'i1', 'ben', 'button', '2026-11-24 07:00:00.000000', '2026-11-24 09:00:00.000000', 'undone');
INSERT INTO item_tag (workspace_id, item_id, tag, folded, added_by, added_at)
VALUES ('hill-school', 'i2', 'Year 9', 'year 9', 'ben', '2026-11-24 08:00:00.000000');
INSERT INTO item_note (workspace_id, item_id, person_id, text, folded, written_at)
VALUES ('hill-school', 'i2', 'ana', 'Worked Well', 'worked well', '2026-11-24 08:00:00.000000');
INSERT INTO person (workspace_id, id, name) VALUES ('hill-school', 'ana', 'Ana'), ('hill-school', 'ben', 'Ben');
INSERT INTO item (workspace_id, id, key, url, title, search_text, post_source, post_id, added_at, saved_at, savers)
VALUES ('hill-school', 'i3', 'post:x:9', '', '', '', 'x', '9',
        '2026-11-24 06:00:00.000000', '2026-11-24 06:00:00.000000', 1);
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at)
VALUES ('hill-school', 'i3', 'ben', 'button', '2026-11-24 06:00:00.000000');
INSERT INTO item (workspace_id, id, key, url, title, search_text, post_source, post_id, added_at, saved_at, savers)
VALUES ('valley', 'i2', 'post:x:1', 'https://paper.example/fold', 'Folding', 'zebra', 'x', '1',
        '2026-11-24 07:00:00.000000', '2026-11-24 07:00:00.000000', 1);
INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at)
VALUES ('valley', 'i2', 'ana', 'button', '2026-11-24 07:00:00.000000');
INSERT INTO report (workspace_id, source, post_id, verdict, opened_by, opened_at, settled_by)
VALUES ('valley', 'x', '1', 'open', 'ana', '2026-11-24 07:00:00.000000', '')
"""
"""As version 0006 keeps it: saved by several, on a shelf, vouched for, tagged and noted, taken back, of an erased post,
and in another workspace of a reported one."""


OF_SEVERAL_NOTES = """
INSERT INTO item_note (workspace_id, item_id, person_id, text, folded, written_at, private)
VALUES ('hill-school', 'i2', 'ben', 'For Tom', 'for tom', '2026-11-24 09:00:00.000000', true);
INSERT INTO item_note (workspace_id, item_id, person_id, text, folded, written_at)
VALUES ('valley', 'i2', 'ana', 'Elsewhere', 'elsewhere', '2026-11-24 09:00:00.000000');
INSERT INTO item_change (workspace_id, id, item_id, at, changed_by, what, before, after, whose, position)
VALUES ('hill-school', 'c1', 'i2', '2026-11-24 08:00:00.000000', 'ana', 'noted', '', 'Worked Well', 'ana', 1),
       ('hill-school', 'c2', 'i2', '2026-11-24 08:00:00.000000', 'ana', 'tagged', '', 'year 9', '', 2),
       ('hill-school', 'c3', 'i2', '2026-11-24 08:00:00.000000', 'cleo', 'noted', '', '', 'cleo', 3);
INSERT INTO import (workspace_id, id, person_id, form, library, vouched, asked_at, state, total, new_count, done,
                    broken, broken_count, fence)
VALUES ('hill-school', 'f1', 'ana', 'json', '', false, '2026-11-24 07:00:00.000000', 'waiting', 4, 4, 1, '[]', 0, 1);
INSERT INTO imported_item (workspace_id, import_id, item_id, tags, note)
VALUES ('hill-school', 'f1', 'i2', '["year 9"]', 'Worked Well'), ('hill-school', 'f1', 'i1', '[]', 'No longer there');
INSERT INTO import_row (workspace_id, import_id, number, row)
VALUES ('hill-school', 'f1', 1, '{"line":3,"url":"https://a.example/","title":"A","note":"Said","noted_at":null,
                             "saved_at":"2026-11-23T07:00:00Z"}'),
       ('hill-school', 'f1', 2, '{"line":4,"url":"https://b.example/","title":"B","note":"","noted_at":null}'),
       ('hill-school', 'f1', 3, '{"line":5,"url":"https://c.example/","title":"C","note":"Some day","noted_at":null,
                             "saved_at":null}')
"""
"""As version 0007 keeps it: notes of several, what the history says of them, and a file that is being brought in."""


EIGHT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(params=["0001", "0002", "0003", "0004", "0005", "0006", "0007"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The migrations up to each earlier version, in a folder of its name."""
    folder = tmp_path / str(request.param)
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "versions").glob("0*.py"):
        if file.name[:4] > folder.name:
            file.unlink()
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/staffroom.db"
    return str(request.getfixturevalue("new_postgres"))


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later release."""
    folder = tmp_path / "later"
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9999_later.py").write_text(NEXT.format(head=head()))
    return folder


def engine(url: str) -> Engine:
    return migration_engine(address(url))


def set_version(url: str, version: str) -> None:
    with engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


async def furnished(url: str, clock: FakeClock) -> None:
    """Rows in many tables."""
    async with open_store(url, clock) as store:
        await store.installed_at()
        async with school(store) as tx:
            await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
            await tx.posts.add([post("1")], {post("1").key: [EDCHAT]}, NOW)


def write_as_the_first_version(url: str, statements: str = OF_THE_FIRST_VERSION) -> None:
    with engine(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in statements.split(";"):
            connection.exec_driver_sql(statement)


def rows(url: str, tables: Iterable[str] = tuple(Base.metadata.tables)) -> dict[str, int]:
    with engine(url).connect() as connection:
        counts = {
            table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() or 0  # noqa: S608
            for table in tables
        }
    return {table: count for table, count in counts.items() if count}


def test_there_is_one_newest_version() -> None:
    assert len(set(versions()) - set(versions().values())) == 1
    assert list(versions().values()).count(None) == 1


def test_no_migration_imports_the_application() -> None:
    for file in (migrations_folder() / "versions").glob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not any(f"{word} {package}" in source for word in ("import", "from") for package in ("bot", "adapters"))


def test_from_nothing_to_the_newest_version(fresh: str) -> None:
    assert pending(fresh) == "fresh"
    [sentence] = migrate(fresh)
    assert sentence.startswith("Made the tables in the database ")
    assert pending(fresh) == "current"
    assert migrate(fresh) == []


def test_the_migrations_make_exactly_the_tables_of_the_code(fresh: str) -> None:
    migrate(fresh)
    with engine(fresh).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_in_metadata})
        assert compare_metadata(context, Base.metadata) == []


async def test_rows_survive_a_migration_that_has_nothing_to_do(fresh: str, clock: FakeClock) -> None:
    migrate(fresh)
    await furnished(fresh, clock)
    before = rows(fresh)
    assert migrate(fresh) == []
    assert rows(fresh) == before
    file = address(fresh).file
    assert file is None or backups(file) == []


async def test_rows_survive_a_later_version(fresh: str, later: Path, clock: FakeClock) -> None:
    migrate(fresh)
    await furnished(fresh, clock)
    before = rows(fresh)
    *_, sentence = migrate(fresh, later)
    assert sentence.endswith(f" from version {head()} to 9999.")
    assert rows(fresh) == before
    assert before["subscription"] == before["match"] == 1


async def test_rows_of_earlier_versions_are_read_by_this_one(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    *_, sentence = migrate(fresh)
    assert sentence.endswith(f" from version {earlier.name} to {head()}.")
    async with open_store(fresh, clock) as store, store.transaction() as tx:
        assert await tx.channels.get(MATHS) == replace(channel(MATHS), name="Maths")
        delivery = await tx.outbox.by_key(HILL, "k1")
        assert delivery
        assert (delivery.surface, delivery.under, delivery.reply) == (Surface.MESSAGE, None, None)
        assert (await tx.library.items(HILL, ["i1"]))["i1"].shelves == ()
        for sought, expected in (("link", "i1"), ("domain:link.example", "i1"), ("post", "i2")):
            found, _ = await tx.library.find(HILL, parse_query(sought), saved_by=None, viewer=None, limit=9, offset=0)
            assert [each.id for each in found] == [expected], sought
        await tx.outbox.refresh(HILL, ["d1"], NOW, MINUTE)
        assert await tx.outbox.next_due(NOW - MINUTE) == NOW, "shown before, never edited: at once"
        shown = await tx.digests.latest(MATHS)
        assert shown
        assert shown.items == (DigestItem(1, post("1").key, "#edchat"),)
        assert (await tx.posts.authors("x", ["a1"]))["a1"] == author("a1")


@pytest.mark.parametrize("earlier", ["0001", "0002"], indirect=True)
async def test_whose_posts_were_saved_before_is_found_out(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    migrate(fresh)
    async with open_store(fresh, clock) as store, store.reading() as tx:
        assert await tx.library.savers_of_authors(HILL, [("x", "a1"), ("x", "a2")]) == {("x", "a1"): 1}
        assert await tx.rules.votes(MATHS, None) == [Vote("ana", post("1").key, liked=True, at=NOW)]


@pytest.mark.parametrize("earlier", ["0001", "0002", "0003", "0004"], indirect=True)
async def test_how_many_saved_something_before_is_found_out(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    with engine(fresh).begin() as connection:
        for person, ended in (("ben", "NULL"), ("cleo", "'2026-11-24 08:00:00.000000'")):
            connection.exec_driver_sql(
                "INSERT INTO mark (workspace_id, item_id, person_id, origin, made_at, ended_at) "  # noqa: S608
                f"VALUES ('hill-school', 'i1', '{person}', 'button', '2026-11-24 07:00:00.000000', {ended})"
            )
    migrate(fresh)
    async with open_store(fresh, clock) as store, store.reading() as tx:
        found, _ = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=9, offset=0, least=2)
        assert [(each.id, each.saver_count, each.vouched) for each in found] == [("i1", 2, False)]


async def test_what_was_saved_before_is_cited_by_its_post(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    migrate(fresh)
    async with open_store(fresh, clock) as store:
        await still_cites_its_post(store)


@pytest.mark.parametrize("earlier", ["0006"], indirect=True)
async def test_nothing_of_a_library_is_lost_on_the_way_to_this_version(
    fresh: str, earlier: Path, clock: FakeClock
) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    write_as_the_first_version(fresh, OF_A_LIBRARY)
    before = rows(fresh, ["item", "mark", "item_tag", "item_note", "person", "report", "digest", "post"])
    migrate(fresh)
    assert rows(fresh, before) == before
    async with open_store(fresh, clock) as store:
        async with store.reading() as tx:
            items = await tx.library.items(HILL, ["i1", "i2", "i3"], "ana")
            (of_post,) = (await tx.library.of_post(HILL, [post("1").key])).values()
        assert of_post == replace(items["i2"], saved_by_me=False)
        shown = items["i2"]
        assert (shown.savers, shown.saver_count, shown.shelves, shown.vouched) == (
            ("Ana", "Ben"),
            2,
            ("reading group",),
            True,
        )
        assert (shown.tags, [(note.name, note.text, note.private) for note in shown.notes]) == (
            ("Year 9",),
            [("Ana", "Worked Well", False)],
        )
        assert (shown.saved_by_me, shown.private, shown.libraries, shown.removed_at) == (True, False, ("",), None)
        assert (items["i1"].saver_count, items["i3"].citations) == (1, (PostKey("x", "9"),))
        for workspace, sought, expected in (
            (HILL, "zebra", ["i2"]),
            (HILL, "@frida_frakt", ["i2"]),
            (HILL, "#year9 worked", ["i2"]),
            (HILL, "kind:question", ["i2"]),
            (HILL, "since:2026-11-25", []),
            ("valley", "zebra", []),
        ):
            assert await found(store, workspace, sought) == expected, (workspace, sought)
        async with store.transaction() as tx:
            kept = replace(shown, tags=("paper", "Year 9"))
            await tx.library.tag(HILL, "i2", ["paper"], "cleo", NOW)
            assert (await tx.library.items(HILL, ["i2"], "ana"))["i2"] == kept
            assert await tx.library.end_marks(PersonKey(HILL, "ben"), "i2", NOW, Ending.UNDONE) == 1
            await tx.posts.erase([post("1").key])
        assert await found(store, HILL, "zebra") == []
        assert await found(store, HILL, "worked") == ["i2"]


@pytest.mark.parametrize("earlier", ["0007"], indirect=True)
async def test_every_note_has_an_id_from_now_on(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    for statements in (OF_THE_FIRST_VERSION, OF_A_LIBRARY, OF_SEVERAL_NOTES):
        write_as_the_first_version(fresh, statements)
    before = rows(fresh, ["item_note", "item_change", "import_row", "imported_item"])
    migrate(fresh)
    assert rows(fresh, before) == before
    async with open_store(fresh, clock) as store:
        async with store.reading() as tx:
            anas, bens = (await tx.library.items(HILL, ["i2"], "ben"))["i2"].notes
            assert (anas.by, anas.text, anas.written_at, anas.edited_at) == ("ana", "Worked Well", EIGHT, None)
            assert (bens.text, bens.private, len({anas.id, bens.id, ""})) == ("For Tom", True, 3)
            history, _ = await tx.history.of_item(HILL, "i2", 9, 0)
            assert [(each.id, each.note) for each in history] == [("c3", ""), ("c2", ""), ("c1", anas.id)]
            file = await tx.imports.get(HILL, "f1")
            assert file
            assert await tx.imports.brought(file, 9) == [Brought("i1"), Brought("i2", ("year 9",), (anas.id,))]
            said, some_day = Said("Said", datetime(2026, 11, 23, 7, tzinfo=UTC)), Said("Some day", file.asked_at)
            assert [row.notes for row in await tx.imports.rows(file, 9)] == [(said,), (), (some_day,)]
        async with store.transaction() as tx:
            await tx.library.note(HILL, "i2", replace(anas, text="Ask for quokka"))
            await tx.library.note(HILL, "i2", Note("another", "ana", "Ask for wombat", NOW))
        assert await found(store, HILL, "quokka wombat") == ["i2"]
        assert await found(store, HILL, "worked") == []


async def found(store: DatabaseStore, workspace: str, sought: str) -> list[str]:
    async with store.reading() as tx:
        items, _ = await tx.library.find(workspace, parse_query(sought), saved_by=None, viewer=None, limit=9, offset=0)
    return [item.id for item in items]


async def test_what_an_earlier_version_saves_beside_this_one_is_cited_by_its_post(fresh: str, clock: FakeClock) -> None:
    migrate(fresh)
    write_as_the_first_version(fresh)
    async with open_store(fresh, clock) as store:
        await store.tidy()
        await store.tidy()
        await still_cites_its_post(store)


async def still_cites_its_post(store: DatabaseStore) -> None:
    async with store.transaction() as tx:
        items = await tx.library.items(HILL, ["i1", "i2"])
        assert {id_: each.citations for id_, each in items.items()} == {"i1": (), "i2": (post("1").key,)}
        assert await tx.library.led_to(HILL, [post("1").key]) == {post("1").key: ["i2"]}
        await tx.posts.erase([post("1").key])
        for sought in ("post", "by folding"):
            found = await tx.library.find(HILL, parse_query(sought), saved_by=None, viewer=None, limit=9, offset=0)
            assert found == ([], Total(0)), sought


async def test_what_was_read_and_spent_before_stands(fresh: str, earlier: Path, clock: FakeClock) -> None:
    migrate(fresh, earlier)
    write_as_the_first_version(fresh)
    migrate(fresh)
    today = NOW.date()
    async with open_store(fresh, clock) as store, store.transaction() as tx:
        assert await tx.coverage.of("x", [EDCHAT], NOW - DAY, EVERYTHING) == {EDCHAT: [Span(NOW - DAY, NOW)]}
        assert await tx.topics.followed(MATHS) == [Following(EDCHAT, Origin.COMMAND, "ana")]
        assert await tx.ledger.spent(today) == (5_150, 5_150)
        assert await tx.ledger.spent_for(Purpose.DIGESTS, today) == Spent(Money(5_150), Money(5_150))
        open_still, settled = sorted(await tx.ledger.entries(today, today), key=lambda each: each.cost)
        assert (settled.returned, settled.billed) == (Resources(posts=10), Resources(posts=10))
        assert await tx.ledger.settle(Receipt(open_still.reservation, Resources(posts=2)), Prices(Money(7)), NOW) == 14
        assert await tx.ledger.spent_by_channel(today) == {}
        shown = await tx.digests.latest(MATHS)
        assert shown
        assert shown.remarks == ()
        half_read = Filter(min_likes=5)
        await tx.coverage.add("x", EDCHAT, Span(NOW - DAY, NOW + DAY), half_read)
        assert await tx.coverage.of("x", [EDCHAT], NOW, half_read) == {EDCHAT: [Span(NOW, NOW + DAY)]}
        assert await tx.coverage.of("x", [EDCHAT], NOW - DAY, EVERYTHING) == {EDCHAT: [Span(NOW - DAY, NOW)]}


async def test_the_first_version_still_writes_into_the_newest_tables(fresh: str) -> None:
    """On PostgreSQL the previous release may run on while this one takes over."""
    migrate(fresh)
    write_as_the_first_version(fresh)
    assert rows(fresh)["delivery"] == 1


async def test_a_migration_that_fails_changes_nothing(fresh: str, later: Path, clock: FakeClock) -> None:
    migrate(fresh)
    await furnished(fresh, clock)
    (later / "versions" / "9999_later.py").write_text(BROKEN.format(head=head()))
    with pytest.raises(RuntimeError, match="half way"):
        migrate(fresh, later)
    assert pending(fresh) == "current"
    with engine(fresh).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_in_metadata})
        assert compare_metadata(context, Base.metadata) == []
    async with open_store(fresh, clock) as store, store.reading() as tx:
        assert [each.topic for each in await tx.topics.followed(MATHS)] == [EDCHAT]


async def test_a_newer_database_is_refused_and_left_alone(database: str, clock: FakeClock) -> None:
    set_version(database, "9998")
    assert pending(database) == "future"
    with pytest.raises(StoreFromTheFuture, match=r"newer version of Staffroom\. Install that version"):
        migrate(database)
    with pytest.raises(StoreFromTheFuture, match=r"newer version of Staffroom\. Install that version"):
        async with open_store(database, clock):
            pass


def test_an_older_database_is_noticed(later: Path) -> None:
    assert state_of(head(), later) == "outdated"
    assert state_of("9999", later) == "current"
    assert state_of("9999") == "future"


async def test_a_database_without_a_version_is_nobodys_to_change(
    database: str, clock: FakeClock, database_store: DatabaseStore
) -> None:
    with engine(database).begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreOutdated, match="Run `staffroom migrate`"):
        async with open_store(database, clock):
            pass
    [first, *_] = await database_store.check()
    assert (first.health, "staffroom migrate" in first.finding) == ("FAIL", True)
    with pytest.raises(StoreError, match="holds tables of another program"):
        migrate(database)


def test_a_copy_is_made_before_a_file_is_changed(sqlite: str, later: Path) -> None:
    file = Path(sqlite.removeprefix("sqlite:///"))
    sentence, _ = migrate(sqlite, later)
    [copy] = backups(file)
    assert sentence == f"Saved a copy of the database as {copy} before changing it."
    assert pending(f"sqlite:///{copy}") == "current"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_only_the_last_copies_are_kept(sqlite: str, later: Path) -> None:
    file = Path(sqlite.removeprefix("sqlite:///"))
    for number in range(BACKUPS_KEPT + 2):
        file.with_name(f"{file.name}.backup-2025-01-0{number + 1}T000000.000000Z-0001").touch()
    migrate(sqlite, later)
    kept = [copy.name for copy in backups(file)]
    assert len(kept) == BACKUPS_KEPT
    assert not kept[-1].startswith(f"{file.name}.backup-2025")


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/new.db")
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600
