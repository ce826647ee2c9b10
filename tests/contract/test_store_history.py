"""What every store promises of an item's history, of its care and removal, and of the titles of pages."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.events import Person
from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Note
from bot.domain.search import ALL_ITEMS, Total, parse_query
from bot.errors import StoreError
from bot.ports import Store, Untitled
from tests.contract.store_examples import DAY, HILL, HOUR, LEASE, MINUTE, NOW, VALLEY, item, mark, new_id, post, school

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")
LINK = "https://nrich.example/fractions"


async def saved(store: Store, *keys: str, workspace: str = HILL) -> list[str]:
    """Pages saved by Ana, a minute apart; fractions, unless a key says something else."""
    async with school(store) as tx:
        ids = []
        for number, key in enumerate(keys or ("link:fractions",)):
            new = replace(item(key), post=None, title="Fractions", url=LINK, search_text="fractions", kind="article")
            ids.append(await tx.library.add(workspace, new, NOW))
            await tx.library.put_mark(workspace, mark(ids[-1], at=NOW + number * MINUTE))
    return ids


def change(of: str, by: str = "ana", what: What = What.TAGGED, **more: str) -> ItemChange:
    return ItemChange(new_id(), of, NOW, by, what, **more)


async def found(store: Store, words: str = "", saved_by: str | None = None) -> list[str]:
    query = parse_query(words) if words else ALL_ITEMS
    async with store.reading() as tx:
        items, total = await tx.library.find(HILL, query, saved_by=saved_by, viewer="ana", limit=50, offset=0)
    assert total == Total(len(items))
    return [each.id for each in items]


# -------------------------------------------------------------------------------------------------------------- history


async def test_a_history_begins_with_what_was_changed_last(store: Store) -> None:
    [id_] = await saved(store)
    first, last = change(id_, after="year 9"), replace(change(id_, "ben", What.UNTAGGED), at=NOW + HOUR)
    async with store.transaction() as tx:
        await tx.people.put(Person(ANA, "Ana Bell"))
        await tx.history.add(HILL, first)
        await tx.history.add(HILL, replace(last, name="ignored"))
        await tx.history.add(HILL, first)
    async with store.reading() as tx:
        named = replace(first, name="Ana Bell")
        assert await tx.history.of_item(HILL, id_, 10, 0) == ([last, named], 2)
        assert await tx.history.of_item(HILL, id_, 1, 1) == ([named], 2)
        assert await tx.history.of_item(VALLEY, id_, 10, 0) == ([], 0)
        assert await tx.history.of_item(HILL, "unknown", 10, 0) == ([], 0)


async def test_what_was_changed_at_once_is_told_in_its_order(store: Store) -> None:
    [id_] = await saved(store)
    changes = [change(id_, after=str(number)) for number in range(5)]
    async with store.transaction() as tx:
        for each in changes:
            await tx.history.add(HILL, each)
        assert (await tx.history.of_item(HILL, id_, 9, 0))[0] == changes[::-1]


async def test_only_what_is_in_the_library_has_a_history(store: Store) -> None:
    await saved(store)
    with pytest.raises(StoreError):
        async with store.transaction() as tx:
            await tx.history.add(HILL, change("unknown"))


async def test_a_forgotten_persons_notes_and_name_go_from_the_history(store: Store) -> None:
    [id_] = await saved(store)
    changes = [
        change(id_, "ana", What.NOTED, before="Try paper", after="Try pizza", whose="ana"),
        change(id_, "ben", What.UNNOTED, before="Try pizza", whose="ana"),
        change(id_, "ana", What.TAGGED, after="year 9"),
        change(id_, "ana", What.UNNOTED, before="Good", whose="ben"),
    ]
    async with store.transaction() as tx:
        for each in changes:
            await tx.history.add(HILL, each)
        await tx.history.forget(ANA)
    async with store.reading() as tx:
        left = {each.id: each for each in (await tx.history.of_item(HILL, id_, 10, 0))[0]}
    assert [left[each.id] for each in changes] == [
        replace(changes[0], by="", before="", after="", whose=""),
        replace(changes[1], before="", whose=""),
        replace(changes[2], by=""),
        replace(changes[3], by=""),
    ]


async def test_what_a_deleted_note_said_goes_from_the_history(store: Store) -> None:
    one, other = await saved(store, "link:a", "link:b")
    gone = change(one, "ana", What.NOTED, before="Good for Tom", after="Good for Tom B", whose="ana", note="n1")
    kept = [
        change(one, "ana", What.NOTED, after="Good for all", whose="ana", note="n2"),
        change(other, "ana", What.NOTED, after="Good", whose="ana", note="n1"),
        change(one, after="year 9"),
    ]
    async with store.transaction() as tx:
        for each in (gone, *kept):
            await tx.history.add(HILL, each)
        await tx.history.forget_note(HILL, one, "n1")
    async with store.reading() as tx:
        left = {each.id: each for id_ in (one, other) for each in (await tx.history.of_item(HILL, id_, 9, 0))[0]}
    assert left == {each.id: each for each in (replace(gone, before="", after=""), *kept)}


async def test_what_colleagues_called_a_post_goes_with_the_post(store: Store) -> None:
    async with school(store) as tx:
        await tx.posts.add([post("1"), post("2")], {}, NOW)
        bare = replace(item("post:x:1", post_key=PostKey("x", "1")), url=post("1").url)
        new = bare, item("link:a", post_key=PostKey("x", "2"))
        [id_, page] = [await tx.library.add(HILL, each, NOW) for each in new]
        for each in (id_, page):
            await tx.library.put_mark(HILL, mark(each))
            await tx.care.retitle(HILL, each, "What the post said")
            await tx.history.add(HILL, change(each, what=What.RETITLED, after="What the post said"))
        await tx.posts.erase([PostKey("x", "1"), PostKey("x", "2")])
        [gone], [kept] = [(await tx.history.of_item(HILL, each, 9, 0))[0] for each in (id_, page)]
        assert (gone.what, gone.by, gone.after, kept.after) == (What.RETITLED, "ana", "", "What the post said")
        items = await tx.library.items(HILL, [id_, page])
        assert (items[id_].title, items[page].title) == ("", "What the post said")


async def test_another_workspaces_ana_is_somebody_else(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.history.add(HILL, change(id_))
        await tx.history.forget(PersonKey(VALLEY, "ana"))
        assert [each.by for each in (await tx.history.of_item(HILL, id_, 10, 0))[0]] == ["ana"]


# ------------------------------------------------------------------------------------------------------------- changing


async def test_what_is_taken_away_is_no_longer_found(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.library.tag(HILL, id_, ["year 9", "quokka"], "ana", NOW)
        await tx.library.note(HILL, id_, Note("n1", "ana", "Ask for wombat", NOW))
        await tx.library.note(HILL, id_, Note("n2", "ana", "Ask for koala", NOW))
        await tx.care.untag(HILL, id_, ["quokka", "never there"])
        await tx.care.drop_note(HILL, id_, "n1")
        await tx.care.drop_note(HILL, id_, "never there")
    async with store.reading() as tx:
        shown = (await tx.library.items(HILL, [id_]))[id_]
    assert (shown.tags, [note.text for note in shown.notes]) == (("year 9",), ["Ask for koala"])
    assert await found(store, "quokka") == await found(store, "wombat") == []
    assert await found(store, "#year9") == await found(store, "koala") == [id_]


async def test_a_title_and_a_kind_that_somebody_chose_are_kept(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.care.retitle(HILL, id_, "Pizza slices")
        await tx.care.set_kind(HILL, id_, "worksheet")
        await tx.library.renew(HILL, replace(item("link:fractions"), title="Another", kind="video", url=LINK))
    async with store.reading() as tx:
        shown = (await tx.library.items(HILL, [id_]))[id_]
    assert (shown.title, shown.kind) == ("Pizza slices", "worksheet")
    assert await found(store, "pizza kind:worksheet") == [id_]
    assert await found(store, "kind:article") == []


async def test_what_two_people_change_at_once_is_all_there(stores: tuple[Store, Store]) -> None:
    """Both are found by it, too: whoever writes the index last has seen what the other wrote."""
    [id_] = await saved(stores[0])

    async def tag(number: int) -> None:
        async with stores[number % 2].transaction() as tx:
            await tx.library.tag(HILL, id_, [f"tag{number}"], "ana", NOW)
            await tx.history.add(HILL, change(id_, after=f"tag{number}"))

    async def write(number: int) -> None:
        async with stores[number % 2].transaction() as tx:
            await tx.library.note(HILL, id_, Note(new_id(), f"person{number}", f"note{number}", NOW))
            await tx.care.untag(HILL, id_, [f"old{number}"])
            await tx.care.retitle(HILL, id_, f"title{number}")

    async with stores[0].transaction() as tx:
        await tx.library.tag(HILL, id_, [f"old{number}" for number in range(8)], "ana", NOW)
    await asyncio.gather(*(act(number) for number in range(8) for act in (tag, write)))

    async with stores[0].reading() as tx:
        shown = (await tx.library.items(HILL, [id_]))[id_]
        assert sorted(shown.tags) == [f"tag{number}" for number in range(8)]
        assert sorted(note.text for note in shown.notes) == [f"note{number}" for number in range(8)]
        assert (await tx.history.of_item(HILL, id_, 1, 0))[1] == 8
    for number in range(8):
        assert await found(stores[0], f"tag{number} note{number}") == [id_]
        assert await found(stores[0], f"old{number}") == []
    assert await found(stores[0], shown.title) == [id_]


# -------------------------------------------------------------------------------------------------------------- removal


async def test_what_was_removed_is_nowhere_until_it_is_restored(store: Store) -> None:
    gone, kept = await saved(store, "link:a", "link:b")
    async with store.transaction() as tx:
        await tx.library.tag(HILL, gone, ["removed"], "ana", NOW)
        assert await tx.care.remove(HILL, gone, "ben", NOW)
        assert not await tx.care.remove(HILL, gone, "cleo", NOW + HOUR)
        assert not await tx.care.remove(HILL, "unknown", "ben", NOW)
        assert await tx.care.removed_at(HILL, gone) == NOW
        assert await tx.care.removed_at(HILL, kept) is None
        assert await tx.care.removed_under(HILL, item("link:a")) == gone
        assert await tx.care.removed_under(HILL, item("link:b")) is None
        await tx.library.put_mark(HILL, mark(gone, "dora"))
    assert await found(store) == [kept]
    assert await found(store, "fractions") == [kept]
    assert await found(store, saved_by="ana") == [kept]
    async with store.transaction() as tx:
        assert await tx.library.tags(HILL, "", 9) == []
        assert (await tx.library.active_since(HILL, NOW - DAY, 9))[0] == [kept]
        shown = (await tx.library.items(HILL, [gone]))[gone]
        assert (shown.saver_count, shown.savers, shown.removed_at) == (0, (), NOW)
        assert await tx.library.add(HILL, item("link:a"), NOW) == gone
        assert await tx.care.restore(HILL, gone)
        assert not await tx.care.restore(HILL, gone)
        assert (await tx.library.items(HILL, [gone]))[gone].saver_count == 2
    assert set(await found(store)) == {gone, kept}
    assert await found(store, "#removed") == [gone]


async def test_a_post_whose_item_was_removed_is_not_saved(store: Store) -> None:
    async with school(store) as tx:
        post = PostKey("x", "1")
        id_ = await tx.library.add(HILL, replace(item("post:x:1"), post=post), NOW)
        await tx.library.put_mark(HILL, mark(id_))
        await tx.care.remove(HILL, id_, "ben", NOW)
        assert await tx.library.of_post(HILL, [post]) == {}


async def test_a_post_joins_the_removed_item_that_it_led_to_before(store: Store) -> None:
    before, now = item("post:x:1", post_key=PostKey("x", "1")), item("link:a", post_key=PostKey("x", "1"))
    async with school(store) as tx:
        id_ = await tx.library.add(HILL, before, NOW)
        assert await tx.care.removed_under(HILL, now) is None
        await tx.care.remove(HILL, id_, "ben", NOW)
        assert await tx.care.removed_under(HILL, now) == await tx.library.add(HILL, now, NOW) == id_
        assert await tx.care.removed_under(HILL, replace(now, post=PostKey("x", "2"))) is None


async def test_removed_items_are_listed_newest_first(store: Store) -> None:
    first, second, third = await saved(store, "link:a", "link:b", "link:c")
    async with store.transaction() as tx:
        for number, id_ in enumerate((first, second, third)):
            await tx.care.remove(HILL, id_, "ben", NOW + number * HOUR)
        listed, total = await tx.care.removed(HILL, 2, 1)
        assert ([each.item.id for each in listed], total) == ([second, first], 3)
        assert (listed[0].at, listed[0].by, listed[0].item.title) == (NOW + HOUR, "ben", "Fractions")
        assert await tx.care.removed(VALLEY, 9, 0) == ([], 0)


async def test_whoever_removed_something_is_forgotten_like_everybody(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.care.remove(HILL, id_, "ben", NOW)
        await tx.people.erase(BEN)
        assert [each.by for each in (await tx.care.removed(HILL, 9, 0))[0]] == [""]


async def test_what_was_removed_long_ago_is_erased_but_stays_removed(store: Store) -> None:
    old, older, new, kept = await saved(store, "link:a", "link:b", "link:c", "link:d")
    async with store.transaction() as tx:
        await tx.library.tag(HILL, old, ["tagged"], "ana", NOW)
        await tx.library.note(HILL, old, Note(new_id(), "ana", "noted", NOW))
        await tx.history.add(HILL, change(old, after="tagged"))
        await tx.care.remove(HILL, old, "ben", NOW + MINUTE)
        await tx.care.remove(HILL, older, "ben", NOW)
        await tx.care.remove(HILL, new, "ben", NOW + DAY)
        assert await tx.care.erase_removed(NOW + HOUR, 1) == 1
        assert [await tx.care.is_erased(HILL, each) for each in (old, older, new, kept)] == [False, True, False, False]
        assert await tx.care.erase_removed(NOW + HOUR, 9) == 1
        assert await tx.care.erase_removed(NOW + HOUR, 9) == 0
        assert [each.item.id for each in (await tx.care.removed(HILL, 9, 0))[0]] == [new]
        bare = (await tx.library.items(HILL, [old]))[old]
        assert (bare.title, bare.url, bare.tags, bare.notes, bare.post, bare.citations) == ("", "", (), (), None, ())
        assert (await tx.history.of_item(HILL, old, 9, 0)) == ([], 0)
        assert [each.ending for each in await tx.library.marks(HILL, old, "ana")] == [Ending.ERASED]
        assert await tx.care.removed_under(HILL, item("link:a")) == old
    assert await found(store) == [kept]


async def test_what_was_erased_can_be_saved_anew(store: Store) -> None:
    [id_] = await saved(store)
    anew = replace(item("link:fractions"), post=None, title="Fractions again", url=LINK, search_text="again")
    async with store.transaction() as tx:
        await tx.care.remove(HILL, id_, "ben", NOW)
        await tx.care.erase_removed(NOW + HOUR, 9)
        assert await tx.care.restore(HILL, id_)
        await tx.care.rewrite(HILL, id_, anew)
        assert await tx.library.add(HILL, anew, NOW + DAY) == id_
        await tx.library.put_mark(HILL, mark(id_, "ben", at=NOW + DAY))
        shown = (await tx.library.items(HILL, [id_]))[id_]
        assert (shown.title, shown.url, shown.saver_count) == ("Fractions again", LINK, 1)
        assert not await tx.care.is_erased(HILL, id_)
    assert await found(store, "again") == [id_]


# --------------------------------------------------------------------------------------------------------------- titles


async def claimed(store: Store, at: timedelta = timedelta(0), most: int = 9) -> list[Untitled]:
    async with store.transaction() as tx:
        return await tx.titles.claim(NOW + at, LEASE, most)


async def test_a_title_is_asked_for_by_one_worker_at_a_time(stores: tuple[Store, Store]) -> None:
    one, two = await saved(stores[0], "link:a", "link:b")
    async with stores[0].transaction() as tx:
        await tx.titles.want(HILL, [one], NOW)
        await tx.titles.want(HILL, [two, "unknown"], NOW + MINUTE)
    assert await claimed(stores[0], -MINUTE) == []
    first, second = await asyncio.gather(claimed(stores[0], HOUR, 1), claimed(stores[1], HOUR, 1))
    assert {each.item for each in (*first, *second)} == {one, two}
    assert first[0] == Untitled(HILL, first[0].item, LINK, 0)
    assert await claimed(stores[0], HOUR) == []
    assert [each.tries for each in await claimed(stores[1], HOUR + LEASE)] == [1, 1]


async def test_a_title_that_was_found_is_what_the_item_is_found_by(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.titles.want(HILL, [id_], NOW)
    [untitled] = await claimed(store)
    async with store.transaction() as tx:
        assert await tx.titles.found(untitled, "Slices of pizza") == "Fractions"
        assert await tx.titles.found(untitled, "Too late") is None
        await tx.titles.want(HILL, [id_], NOW)
        assert (await tx.library.items(HILL, [id_]))[id_].title == "Slices of pizza"
    assert await found(store, "pizza") == [id_]
    assert await claimed(store, DAY) == []


async def test_a_title_is_tried_again_or_given_up(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.titles.want(HILL, [id_], NOW)
    [untitled] = await claimed(store)
    async with store.transaction() as tx:
        await tx.titles.later(untitled, NOW + DAY)
    assert await claimed(store, DAY - MINUTE) == []
    [again] = await claimed(store, DAY)
    assert again.tries == 1
    async with store.transaction() as tx:
        await tx.titles.later(again, None)
        await tx.titles.want(HILL, [id_], NOW)
    assert await claimed(store, 99 * DAY) == []


async def test_no_page_replaces_the_title_that_somebody_wrote(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.titles.want(HILL, [id_], NOW)
    [untitled] = await claimed(store)
    async with store.transaction() as tx:
        await tx.care.retitle(HILL, id_, "Pizza slices")
        assert await tx.titles.found(untitled, "NRICH") is None
        await tx.titles.later(untitled, NOW)
        await tx.titles.want(HILL, [id_], NOW)
        assert (await tx.library.items(HILL, [id_]))[id_].title == "Pizza slices"
    assert await claimed(store, DAY) == []


async def test_what_was_removed_meanwhile_needs_no_title(store: Store) -> None:
    [id_] = await saved(store)
    async with store.transaction() as tx:
        await tx.titles.want(HILL, [id_], NOW)
    [untitled] = await claimed(store)
    async with store.transaction() as tx:
        await tx.care.remove(HILL, id_, "ben", NOW)
        assert await tx.titles.found(untitled, "NRICH") is None
        await tx.titles.want(HILL, [id_], NOW)
    assert await claimed(store, DAY) == []
