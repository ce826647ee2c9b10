"""What is asked all day long is found by an index on SQLite, however much is kept."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from adapters.database.store import DatabaseStore, open_store
from bot.domain.budget import NOTHING, Caps, Prices, Reservation, Resources
from bot.domain.channel import Origin
from bot.domain.coverage import Span
from bot.domain.delivery import Lane
from bot.domain.errand import ErrandKind
from bot.domain.exchange import Bringing, ImportForm, ImportState
from bot.domain.keys import PersonKey, PostKey
from bot.domain.reading.filter import Filter
from bot.domain.search import parse_query
from bot.ports import Receipt, Transaction
from tests.contract.store_examples import DAY, EDCHAT, HILL, LEASE, MATHS, NOW, item, mark, post, school
from tests.fakes.clock import FakeClock

AMONG_THOSE_BEHIND = "SEARCH delivery USING INDEX ix_delivery_behind (state=?)"


@contextmanager
def planned(store: DatabaseStore, url: str) -> Iterator[list[str]]:
    """The steps in which SQLite goes about what is asked inside the block."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *rest: object) -> None:
        _context, is_for_many = rest
        asked.append((statement, values[0] if is_for_many else values))

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
                await tx.library.find(HILL, parse_query("fractions"), saved_by=None, viewer=None, limit=5, offset=0)
    assert [step for step in steps if step.startswith("SEARCH item USING INDEX ix_item_workspace_id_post_source")]
    assert not [step for step in steps if step.startswith("SCAN item") and "VIRTUAL TABLE" not in step]


async def test_words_among_ones_own_saves_are_asked_of_the_index_alone(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            await tx.library.put_mark(HILL, mark(await tx.library.add(HILL, item("link"), NOW)))
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                of_ana = parse_query("by:me fractions")
                await tx.library.find(HILL, of_ana, saved_by=None, viewer="ana", limit=5, offset=0)
    of_marks = [step for step in steps if step.startswith(("SEARCH mark ", "SCAN mark"))]
    kept_alone = "SEARCH mark USING INDEX ix_mark_private (workspace_id=? AND person_id=? AND ended_at=?)"
    assert {step for step in of_marks if "ix_mark" in step} == {kept_alone}


RESERVED = Reservation("r1", "x", "search", NOTHING)
LOOKING_BACK: dict[str, tuple[Callable[[Transaction], Awaitable[object]], list[str]]] = {
    "posts of a morning": (
        lambda tx: tx.posts.candidates(MATHS, ["x"], Span(NOW - DAY, NOW)),
        [
            "post USING INDEX ix_post_source_created_at (source=? AND created_at>? AND created_at<?)",
            "standing USING INDEX sqlite_autoindex_standing_1 (source=? AND post_id=?)",
        ],
    ),
    "which posts of a digest vanished": (
        lambda tx: tx.posts.absent([PostKey("x", "1"), PostKey("x", "2")]),
        ["standing USING INDEX ix_standing_absent (source=? AND post_id=?)"],
    ),
    "posts that are missed": (
        lambda tx: tx.posts.unconfirmed("x", NOW, 100),
        ["standing USING INDEX ix_standing_absent (source=?)"],
    ),
    "all by an author": (
        lambda tx: tx.posts.by_author("x", "a1"),
        [
            "post USING INDEX ix_post_source_author_id (source=? AND author_id=?)",
            (
                "citation USING INDEX ix_citation_workspace_id_source_author_id "
                "(workspace_id=? AND source=? AND author_id=?)"
            ),
        ],
    ),
    "what reading brought": (
        lambda tx: tx.readings.of("x", [EDCHAT], NOW - DAY),
        ["heard USING INDEX ix_heard_source_topic_id_at (source=? AND topic_id=? AND at>?)"],
    ),
    "what was counted": (
        lambda tx: tx.readings.volumes("x", [EDCHAT], NOW - DAY),
        ["volume USING INDEX sqlite_autoindex_volume_1 (source=? AND topic_id=?)"],
    ),
    "what was read by a filter": (
        lambda tx: tx.coverage.of("x", [EDCHAT], NOW - DAY, Filter(min_likes=5)),
        ["coverage USING INDEX sqlite_autoindex_coverage_1 (source=? AND topic_id=? AND filter=?)"],
    ),
    "what was spent": (
        lambda tx: tx.ledger.spent(NOW.date()),
        ["ledger USING INDEX ix_ledger_day (day>? AND day<?)"],
    ),
    "how often somebody asked": (
        lambda tx: tx.errands.asked(PersonKey(HILL, "ana"), ErrandKind.SEARCH, NOW),
        [
            (
                "errand USING INDEX ix_errand_workspace_id_person_id_kind_asked_at "
                "(workspace_id=? AND person_id=? AND kind=? AND asked_at>?)"
            )
        ],
    ),
    "an errand to do": (
        lambda tx: tx.errands.claim("worker", NOW, LEASE),
        ["errand USING INDEX ix_errand_state_asked_at (state=?)"],
    ),
    "what is billed already": (
        lambda tx: tx.ledger.settle(Receipt(RESERVED, Resources(posts=1, post_ids=("1",))), Prices(), NOW),
        ["ledger USING INDEX sqlite_autoindex_ledger_1 (id=?)"],
    ),
    "what other channels saw": (
        lambda tx: tx.digests.seen_elsewhere(MATHS, ["post:x:1"], NOW - DAY),
        ["seen USING INDEX ix_seen_workspace_id_seen_at (workspace_id=? AND seen_at>?)"],
    ),
    "what was shown lately": (
        lambda tx: tx.digests.shown(MATHS, NOW - DAY),
        [
            "digest USING INDEX ix_digest_workspace_id_channel_id_until_at (workspace_id=? AND channel_id=?)",
            "digest_item USING INDEX sqlite_autoindex_digest_item_1 (workspace_id=? AND slot_id=?)",
        ],
    ),
    "who saved something by an author": (
        lambda tx: tx.library.savers_of_authors(HILL, [("x", "a1"), ("x", "a2")]),
        [
            (
                "citation USING INDEX ix_citation_workspace_id_source_author_id "
                "(workspace_id=? AND source=? AND author_id=?)"
            ),
            "mark USING INDEX sqlite_autoindex_mark_1 (workspace_id=? AND item_id=?)",
        ],
    ),
    "what was saved, tagged and noted": (
        lambda tx: tx.library.active_since(HILL, NOW - DAY, 10),
        [
            "mark USING INDEX ix_mark_workspace_id_made_at (workspace_id=? AND made_at>?)",
            "item_tag USING INDEX ix_item_tag_workspace_id_added_at (workspace_id=? AND added_at>?)",
            "item_note USING INDEX ix_item_note_workspace_id_written_at (workspace_id=? AND written_at>?)",
        ],
    ),
    "the history of an item": (
        lambda tx: tx.history.of_item(HILL, "i1", 10, 0),
        ["item_change USING INDEX ix_item_change_workspace_id_item_id_at (workspace_id=? AND item_id=?)"],
    ),
    "what was removed": (
        lambda tx: tx.care.removed(HILL, 10, 0),
        ["item USING INDEX ix_item_workspace_id_removed_at (workspace_id=? AND removed_at>?)"],
    ),
    "what is to be erased": (
        lambda tx: tx.care.erase_removed(NOW, 10),
        ["item USING INDEX ix_item_removed_at (removed_at<?)"],
    ),
    "pages to be asked for their titles": (
        lambda tx: tx.titles.claim(NOW, LEASE, 10),
        ["item USING INDEX ix_item_title_due_at (title_due_at<?)"],
    ),
    "one person's marks on an item": (
        lambda tx: tx.library.marks(HILL, "item", "ana"),
        ["mark USING INDEX sqlite_autoindex_mark_1 (workspace_id=? AND item_id=? AND person_id=?)"],
    ),
    "one person's marks on some items": (
        lambda tx: tx.imports.marks(PersonKey(HILL, "ana"), ["item", "another"]),
        ["mark USING INDEX sqlite_autoindex_mark_1 (workspace_id=? AND item_id=?)"],
    ),
    "votes of a channel": (
        lambda tx: tx.rules.votes(MATHS, None),
        [
            (
                "citation USING INDEX ix_citation_workspace_id_source_post_id "
                "(workspace_id=? AND source=? AND post_id=?)"
            ),
            "digest USING INDEX ix_digest_workspace_id_channel_id_until_at (workspace_id=? AND channel_id=?)",
            "less USING INDEX sqlite_autoindex_less_1 (workspace_id=? AND channel_id=?)",
        ],
    ),
}

FEW = {"channel", "first", "given", "report", "workspace"}
"""Tables and lists with so few rows that they may be looked through."""


@pytest.mark.parametrize("asked", LOOKING_BACK)
async def test_looking_back_begins_at_the_few_rows_that_matter(sqlite: str, clock: FakeClock, asked: str) -> None:
    ask, expected = LOOKING_BACK[asked]
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
            await tx.library.put_mark(HILL, mark(await tx.library.add(HILL, item("link"), NOW)))
            await tx.ledger.reserve(RESERVED, [EDCHAT], {}, Caps(), NOW)
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                await ask(tx)
    assert [each for each in expected if not any(step.startswith(f"SEARCH {each}") for step in steps)] == []
    looked_through = [step for step in steps if step.startswith("SCAN") or step.endswith("(workspace_id=?)")]
    assert [step for step in looked_through if step.split()[1] not in FEW] == []


async def test_a_save_and_a_tag_are_written_without_a_look_at_all_the_others(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            saved = await tx.library.add(HILL, item("link"), NOW)
            await tx.library.put_mark(HILL, mark(saved))
        with planned(store, sqlite) as steps:
            async with store.transaction() as tx:
                await tx.library.put_mark(HILL, mark(saved, "ben"))
                await tx.library.tag(HILL, saved, ["fractions"], "ben", NOW)
    assert [step for step in steps if step.endswith("(workspace_id=?)") or "_at (" in step] == []


async def test_posts_to_recheck_are_looked_up_one_by_one_from_what_was_shown_and_saved(
    sqlite: str, clock: FakeClock
) -> None:
    async with open_store(sqlite, clock) as store:
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                await tx.posts.to_recheck("x", NOW, NOW - DAY, 100)
    assert "SEARCH post USING INDEX sqlite_autoindex_post_1 (source=? AND id=?)" in steps
    assert "SEARCH standing USING INDEX sqlite_autoindex_standing_1 (source=? AND post_id=?)" in steps


async def test_a_post_is_erased_without_looking_through_posts_and_items(sqlite: str, clock: FakeClock) -> None:
    async with open_store(sqlite, clock) as store:
        async with store.transaction() as tx:
            await tx.posts.add([post("1")], {}, NOW)
        with planned(store, sqlite) as steps:
            async with store.transaction() as tx:
                await tx.posts.erase([PostKey("x", "1")])
    assert [step for step in steps if step.startswith(("SCAN post", "SCAN item", "SCAN standing"))] == []


async def test_what_imports_brought_to_some_items_and_their_next_rows_are_found_by_their_keys(
    sqlite: str, clock: FakeClock
) -> None:
    mine, another = (
        Bringing(name, HILL, "ana", ImportForm.JSON, "", NOW, ImportState.WAITING, total=9) for name in ("f1", "f2")
    )
    async with open_store(sqlite, clock) as store:
        async with school(store) as tx:
            for each in (mine, another):
                await tx.imports.put(each, [])
        with planned(store, sqlite) as steps:
            async with store.reading() as tx:
                await tx.imports.of_others(mine, ["item", "another"])
                await tx.imports.rows(mine, 50)
    by_key = "(workspace_id=? AND import_id=? AND item_id=?)"
    assert f"SEARCH imported_item USING INDEX sqlite_autoindex_imported_item_1 {by_key}" in steps
    by_number = "(workspace_id=? AND import_id=? AND number>?)"
    assert f"SEARCH import_row USING INDEX sqlite_autoindex_import_row_1 {by_number}" in steps
