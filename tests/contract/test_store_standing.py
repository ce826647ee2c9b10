"""What every store promises of posts that vanish: they are not shown, come back, or are forgotten for good."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.channel import Origin
from bot.domain.coverage import Span
from bot.domain.keys import PostKey
from bot.domain.library import Note
from bot.domain.post import Author, Link
from bot.domain.removal import Cause, Removal
from bot.domain.rules import Less
from bot.domain.search import Total, parse_query
from bot.domain.standing import Standing
from bot.ports import Store, Transaction
from tests.contract.store_examples import (
    DAY,
    EDCHAT,
    HILL,
    HOUR,
    MATHS,
    MINUTE,
    NOW,
    VALLEY,
    author,
    digest,
    item,
    mark,
    new_id,
    new_slot,
    planned,
    post,
    school,
)

WEEK = timedelta(days=7)
FIRST, SECOND, THIRD, NEVER = (PostKey("x", each) for each in ("1", "2", "3", "never-stored"))
ABSENT = [Standing.GONE, Standing.PROTECTED, Standing.SUSPENDED, Standing.WITHHELD]


async def read(store: Store, *ids: str, at: datetime = NOW) -> None:
    async with school(store) as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.posts.add([post(each) for each in ids], {PostKey("x", each): [EDCHAT] for each in ids}, at)


async def saved(tx: Transaction, of: PostKey, url: str, *, workspace: str = HILL) -> str:
    new = replace(
        item(f"post:{of.source}:{of.id}", "Fractions by folding paper", post_key=of), url=url, title="Folding"
    )
    id_ = await tx.library.add(workspace, new, NOW)
    await tx.library.put_mark(workspace, mark(id_))
    return id_


async def candidates(tx: Transaction) -> list[PostKey]:
    return [each.post.key for each in await tx.posts.candidates(MATHS, ["x"], Span(NOW - DAY, NOW))]


async def due(
    tx: Transaction, at: datetime = NOW + DAY, written_after: datetime = NOW - WEEK, most: int = 9
) -> list[str]:
    return [key.id for key in await tx.posts.to_recheck("x", at, written_after, most)]


# ------------------------------------------------------------------------------------------------------------- standing


@pytest.mark.parametrize("standing", ABSENT)
async def test_a_post_that_vanished_is_no_candidate_until_it_is_back(store: Store, standing: Standing) -> None:
    await read(store, "1", "2")
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST, NEVER], standing, NOW)
        assert await tx.posts.absent([FIRST, SECOND, NEVER]) == {FIRST: standing, NEVER: standing}
        assert await candidates(tx) == [SECOND]
        assert set(await tx.posts.get([FIRST, SECOND])) == {FIRST, SECOND}
        await tx.posts.set_standing([FIRST, NEVER], Standing.PRESENT, NOW + HOUR)
        assert await tx.posts.absent([FIRST, NEVER]) == {}
        assert await candidates(tx) == [FIRST, SECOND]


async def test_a_look_that_failed_changes_nothing_but_that_one_has_looked(store: Store) -> None:
    await read(store, "1")
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST], Standing.UNKNOWN, NOW)
        assert await tx.posts.absent([FIRST]) == await tx.posts.missed_since([FIRST]) == {}
        await tx.posts.set_standing([FIRST], Standing.PROTECTED, NOW + HOUR)
        await tx.posts.set_standing([FIRST], Standing.UNKNOWN, NOW + 2 * HOUR)
        assert await tx.posts.absent([FIRST]) == {FIRST: Standing.PROTECTED}
        assert await tx.posts.missed_since([FIRST]) == {FIRST: NOW + HOUR}


async def test_it_is_known_since_when_a_post_is_missed(store: Store) -> None:
    await read(store, "1", "2")
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST], Standing.PROTECTED, NOW)
        await tx.posts.set_standing([FIRST, NEVER], Standing.GONE, NOW + HOUR)
        assert await tx.posts.absent([FIRST]) == {FIRST: Standing.GONE}
        assert await tx.posts.missed_since([FIRST, SECOND, NEVER]) == {FIRST: NOW, NEVER: NOW + HOUR}
        await tx.posts.set_standing([FIRST], Standing.PRESENT, NOW + 2 * HOUR)
        await tx.posts.set_standing([FIRST], Standing.GONE, NOW + 3 * HOUR)
        assert await tx.posts.missed_since([FIRST]) == {FIRST: NOW + 3 * HOUR}


async def test_standings_are_those_of_one_source(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST, FIRST], Standing.GONE, NOW)
        elsewhere = PostKey("sample", "1")
        assert await tx.posts.absent([elsewhere, FIRST]) == {FIRST: Standing.GONE}
        assert await tx.posts.absent([]) == {}
        assert await tx.posts.unconfirmed("sample", NOW + DAY, 9) == []


async def test_thousands_of_standings_are_asked_for_at_once(store: Store) -> None:
    keys = [PostKey("x", str(number)) for number in range(3000)]
    async with store.transaction() as tx:
        await tx.posts.set_standing(keys[:1500], Standing.GONE, NOW)
        await tx.posts.set_standing(keys[1500:], Standing.PRESENT, NOW)
        assert await tx.posts.absent(keys) == dict.fromkeys(keys[:1500], Standing.GONE)


async def test_posts_that_are_missed_are_looked_for_again_longest_ago_first(store: Store) -> None:
    async with store.transaction() as tx:
        for number, key in enumerate((SECOND, FIRST, NEVER)):
            await tx.posts.set_standing([key], Standing.GONE, NOW + number * HOUR)
        await tx.posts.set_standing([THIRD], Standing.PRESENT, NOW)
        assert await tx.posts.unconfirmed("x", NOW + 2 * HOUR, 9) == [SECOND, FIRST]
        assert await tx.posts.unconfirmed("x", NOW + DAY, 2) == [SECOND, FIRST]
        await tx.posts.set_standing([SECOND], Standing.UNKNOWN, NOW + 3 * HOUR)
        await tx.posts.erase([FIRST])
        assert await tx.posts.unconfirmed("x", NOW + DAY, 9) == [NEVER, SECOND]


# -------------------------------------------------------------------------------------------------------------- recheck


async def test_shown_and_saved_posts_are_rechecked_and_no_others(store: Store) -> None:
    await read(store, "shown", "saved", "saved-no-more", "neither")
    [slot] = await planned(store, new_slot())
    async with store.transaction() as tx:
        await tx.digests.put(digest(slot, PostKey("x", "shown"), NEVER), [], NOW)
        await saved(tx, PostKey("x", "saved"), "https://frakt.example", workspace=VALLEY)
        ended = await saved(tx, PostKey("x", "saved-no-more"), "https://frakt.example/2")
        await tx.library.put_mark(HILL, replace(mark(ended), ended_at=NOW))
        await saved(tx, NEVER, "https://frakt.example/3")
        assert await due(tx) == ["saved", "shown"]
        assert await tx.posts.to_recheck("sample", NOW + DAY, NOW - WEEK, 9) == []


async def test_what_was_looked_for_longest_ago_comes_first(store: Store) -> None:
    for number, id_ in enumerate(("1", "2", "3")):
        await read(store, id_, at=NOW + number * MINUTE)
    async with store.transaction() as tx:
        for key in (FIRST, SECOND, THIRD):
            await saved(tx, key, f"https://frakt.example/{key.id}")
        assert await due(tx) == ["1", "2", "3"]
        await tx.posts.set_standing([FIRST], Standing.UNKNOWN, NOW + HOUR)
        assert await due(tx) == ["2", "3", "1"]
        assert await due(tx, most=2) == ["2", "3"]
        assert await due(tx, at=NOW + HOUR) == ["2", "3"]
        await tx.posts.add([post("2")], {}, NOW + 2 * HOUR)
        assert await due(tx) == ["3", "1", "2"]
        assert await due(tx, written_after=NOW) == []


# ----------------------------------------------------------------------------------------------------------- forgetting


async def test_erasing_forgets_what_a_post_said_and_who_wrote_it(store: Store) -> None:
    await read(store, "1", "2")
    async with store.transaction() as tx:
        await tx.posts.put_authors([author("a1"), replace(author("a2"), handle="ben")], NOW)
        await tx.posts.add([replace(post("3"), author_id="a2")], {}, NOW)
        own = await saved(tx, THIRD, post("3").url)
        await tx.rules.ask_for_less(Less(HILL, "maths", "ana", "x", "a2", "3", NOW))
        await tx.posts.erase([THIRD, FIRST])
        assert set(await tx.posts.get([FIRST, SECOND, THIRD])) == {SECOND}
        assert await candidates(tx) == [SECOND]
        assert await tx.posts.absent([FIRST, THIRD]) == {FIRST: Standing.GONE, THIRD: Standing.GONE}
        assert await tx.posts.authors("x", ["a1", "a2"]) == {"a1": author("a1")}
        assert await tx.posts.by_author("x", "a2") == []
        kept = (await tx.library.items(HILL, [own]))[own]
        assert (kept.url, kept.title, kept.post, kept.saver_count) == ("", "", THIRD, 1)
        assert await tx.library.find(HILL, parse_query("folding"), saved_by=None, viewer=None, limit=9, offset=0) == (
            [],
            Total(0),
        )
        assert await tx.library.savers_of_authors(HILL, [("x", "a2")]) == {}


async def test_erasing_leaves_what_is_not_the_posts(store: Store) -> None:
    linked = replace(post("1"), links=(Link("https://frakt.example/folding"),))
    async with school(store) as tx:
        await tx.posts.add([linked], {}, NOW)
        ids = [await saved(tx, FIRST, "https://frakt.example/folding", workspace=each) for each in (HILL, VALLEY)]
        await tx.library.tag(HILL, ids[0], ["year 9"], "ana", NOW)
        await tx.library.note(HILL, ids[0], Note(new_id(), "ana", "Worked with 9b", NOW))
        await tx.posts.erase([FIRST])
        await tx.posts.erase([FIRST])
        for workspace, id_ in zip((HILL, VALLEY), ids, strict=True):
            kept = (await tx.library.items(workspace, [id_]))[id_]
            assert (kept.url, kept.title, kept.saver_count) == ("https://frakt.example/folding", "Folding", 1)
        kept = (await tx.library.items(HILL, [ids[0]]))[ids[0]]
        assert (kept.tags, [each.text for each in kept.notes]) == (("year 9",), ["Worked with 9b"])
        for word, count in {"frakt.example": 1, "folding": 1, "9b": 1, "paper": 0, "fractions": 0}.items():
            _, total = await tx.library.find(HILL, parse_query(word), saved_by=None, viewer=None, limit=9, offset=0)
            assert total == Total(count), word


@pytest.mark.parametrize("is_stored", [True, False])
async def test_what_was_erased_never_comes_back(store: Store, is_stored: bool) -> None:  # noqa: FBT001
    await read(store, *["1"] if is_stored else [], "2")
    async with store.transaction() as tx:
        await tx.posts.erase([FIRST])
        await tx.posts.add([post("1"), post("2")], {FIRST: [EDCHAT], SECOND: [EDCHAT]}, NOW + HOUR)
        await tx.posts.set_standing([FIRST], Standing.PRESENT, NOW + HOUR)
        assert set(await tx.posts.get([FIRST, SECOND])) == {SECOND}
        assert await candidates(tx) == [SECOND]
        assert await tx.posts.absent([FIRST]) == {FIRST: Standing.GONE}
        await tx.posts.put_links(FIRST, [Link("https://frakt.example")])
        assert await tx.posts.unconfirmed("x", NOW + WEEK, 9) == []


async def test_what_is_erased_while_somebody_reads_it_anew_stays_away(stores: tuple[Store, Store]) -> None:
    await read(stores[0], "1")

    async def read_anew() -> None:
        async with stores[1].transaction() as tx:
            await tx.posts.add([post("1")], {FIRST: [EDCHAT]}, NOW + HOUR)

    async with stores[0].transaction() as tx:
        await tx.posts.erase([FIRST])
        reading = asyncio.create_task(read_anew())
        for _ in range(50):
            await tx.posts.get([FIRST])
    await reading
    async with stores[0].reading() as tx:
        assert await tx.posts.get([FIRST]) == {}


async def test_what_is_saved_of_an_erased_post_says_nothing(store: Store) -> None:
    await read(store, "1")
    async with store.transaction() as tx:
        await tx.posts.erase([FIRST])
        id_ = await saved(tx, FIRST, "https://frakt.example")
        await tx.library.renew(HILL, item("post:x:1", "Fractions by folding paper", post_key=FIRST))
        kept = (await tx.library.items(HILL, [id_]))[id_]
        assert (kept.url, kept.title, kept.post) == ("", "", FIRST)
        assert await tx.library.find(HILL, parse_query("fractions"), saved_by=None, viewer=None, limit=9, offset=0) == (
            [],
            Total(0),
        )


async def test_why_a_post_was_missed_is_known_after_it_was_erased(store: Store) -> None:
    await read(store, "1")
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST], Standing.SUSPENDED, NOW)
        await tx.posts.erase([FIRST, NEVER])
        assert await tx.posts.absent([FIRST, NEVER]) == {FIRST: Standing.SUSPENDED, NEVER: Standing.GONE}
        assert await tx.posts.missed_since([FIRST, NEVER]) == {FIRST: NOW}


async def test_all_that_is_kept_of_an_author_is_found(store: Store) -> None:
    async with school(store) as tx:
        by_others = replace(post("3"), author_id="a2")
        await tx.posts.add([post("2"), post("1"), by_others, post("4", source="sample")], {}, NOW)
        await saved(tx, SECOND, "https://frakt.example")
        assert await tx.posts.by_author("x", "a1") == [FIRST, SECOND]
        assert await tx.posts.by_author("x", "nobody") == []


async def test_an_author_is_found_by_the_newest_use_of_a_name(store: Store) -> None:
    def named(id_: str, handle: str, source: str = "x") -> Author:
        return replace(author(id_), handle=handle, source=source)

    async with store.transaction() as tx:
        await tx.posts.put_authors([named("a1", "Frida_Frakt"), named("a3", "frida")], NOW)
        await tx.posts.put_authors([named("a2", "frida_FRAKT")], NOW + HOUR)
        await tx.posts.put_authors([named("a4", "frida_frakt", "sample")], NOW + DAY)
        assert await tx.posts.author_named("x", "FRIDA_frakt") == named("a2", "frida_FRAKT")
        assert await tx.posts.author_named("x", "frida%") is None
        await tx.posts.put_authors([named("a2", "renamed")], NOW + 2 * HOUR)
        assert await tx.posts.author_named("x", "frida_frakt") == named("a1", "Frida_Frakt")


async def test_erasing_nothing_is_nothing(store: Store) -> None:
    await read(store, "1")
    async with store.transaction() as tx:
        await tx.posts.erase([])
        await tx.posts.set_standing([], Standing.GONE, NOW)
        assert await candidates(tx) == [FIRST]


# ---------------------------------------------------------------------------------------------------------------- audit


async def test_the_audit_is_kept_oldest_first(store: Store) -> None:
    hidden = Removal(SECOND, Cause.GONE, "embed", NOW, messages=3, items=2)
    erased = replace(hidden, at=NOW + HOUR, how="look-up", erased=True)
    purged = Removal(NEVER, Cause.PURGED, "purge", NOW - HOUR, erased=True)
    removals = (erased, hidden, hidden, purged)
    async with store.transaction() as tx:
        for each in removals:
            await tx.removals.put(each)
    async with store.reading() as tx:
        assert await tx.removals.since(NOW - DAY) == [purged, hidden, hidden, erased]
        assert await tx.removals.since(NOW) == [hidden, hidden, erased]
