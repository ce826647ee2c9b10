"""What every store promises of listings that go out, of feeds, and of imports."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.exchange import (
    EVERYTHING,
    MOST_NAMED,
    Bringing,
    Broken,
    Cut,
    ImportForm,
    ImportState,
    Listing,
    ListingKind,
    Row,
)
from bot.domain.exchange.entry import Said
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark, Note
from bot.domain.search import parse_query
from bot.errors import LeaseLost
from bot.ports import Brought, Feed, Saving, Store
from tests.contract.store_examples import HILL, HOUR, LEASE, MINUTE, NOW, VALLEY, item, mark, new_id, post, school

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")
MINE = Listing(ListingKind.MINE)


async def saved(store: Store, *marks: Mark, tags: Collection[str] = (), workspace: str = HILL) -> str:
    """An item with these marks, whatever item they name."""
    async with school(store) as tx:
        id_ = await tx.library.add(workspace, item(f"link:{new_id()}"), NOW)
        for each in marks or (mark(id_),):
            await tx.library.put_mark(workspace, replace(each, item=id_))
        await tx.library.tag(workspace, id_, tags, "ana", NOW)
    return id_


async def listed(
    store: Store, what: Listing = EVERYTHING, *, viewer: str = "ana", least: int = 1, most: int = 100
) -> list[str]:
    async with store.reading() as tx:
        return [place.item for place in await tx.listings.standing(HILL, what, viewer=viewer, least=least, most=most)]


# ------------------------------------------------------------------------------------------------------------- listings


async def test_a_listing_begins_with_what_was_saved_last(store: Store) -> None:
    ids = [await saved(store, mark("", at=NOW + number * MINUTE)) for number in range(3)]
    assert await listed(store) == ids[::-1]
    assert await listed(store, most=2) == [ids[2], ids[1]]
    async with store.reading() as tx:
        first, *_ = await tx.listings.standing(HILL, EVERYTHING, viewer="ana", least=1, most=1)
    assert first.at == NOW + 2 * MINUTE


async def test_of_one_moment_the_order_is_always_the_same(store: Store) -> None:
    ids = [await saved(store) for _ in range(3)]
    assert await listed(store) == sorted(ids, reverse=True)


async def test_nothing_of_another_workspace_is_listed(store: Store) -> None:
    await saved(store, workspace=VALLEY)
    for what in (EVERYTHING, MINE, Listing(ListingKind.TAG, "x"), Listing(ListingKind.SHELF, "")):
        assert await listed(store, what) == []


async def test_what_is_private_taken_back_removed_or_reported_is_not_listed(store: Store) -> None:
    private = await saved(store, replace(mark(""), private=True))
    await saved(store, replace(mark(""), ended_at=NOW, ending=Ending.UNDONE))
    removed = await saved(store)
    async with school(store) as tx:
        await tx.care.remove(HILL, removed, "ben", NOW)
        await tx.posts.add([post("101")], {}, NOW)
        reported = await tx.library.add(HILL, item("post:x:101", post_key=PostKey("x", "101")), NOW)
        await tx.library.put_mark(HILL, mark(reported))
        await tx.reports.open(HILL, PostKey("x", "101"), "ben", NOW)
    assert await listed(store) == []
    assert await listed(store, MINE) == [private]
    assert await listed(store, MINE, viewer="ben") == []


async def test_what_too_few_people_saved_is_listed_for_themselves(store: Store) -> None:
    one = await saved(store)
    two = await saved(store, mark(""), mark("", "ben", at=NOW + HOUR))
    vouched = await saved(store, replace(mark("", "ben"), vouched=True))
    assert set(await listed(store, least=2)) == {two, vouched}
    assert set(await listed(store, MINE, least=2)) == {one, two}


async def test_my_saves_are_in_the_order_in_which_i_made_them(store: Store) -> None:
    first = await saved(store, mark(""), mark("", "ben", at=NOW + 2 * HOUR))
    second = await saved(store, mark("", at=NOW + HOUR), mark("", origin="form", at=NOW + 3 * HOUR))
    assert await listed(store, MINE) == [second, first]
    assert await listed(store) == [first, second]


async def test_a_library_has_what_was_saved_there_and_what_was_shared_with_it(store: Store) -> None:
    there = await saved(store, replace(mark("", at=NOW + MINUTE), library="maths"))
    elsewhere = await saved(store)
    await saved(store, replace(mark(""), library="maths", private=True))
    maths = Listing(ListingKind.LIBRARY, "maths")
    assert await listed(store, maths) == [there]
    async with store.transaction() as tx:
        await tx.library.share(HILL, elsewhere, "maths", "ana", NOW)
    assert await listed(store, maths) == [there, elsewhere]


async def test_a_tag_is_found_whatever_its_case_and_accents(store: Store) -> None:
    tagged = await saved(store, tags=["école"])
    await saved(store, tags=["ecole primaire"])
    assert await listed(store, Listing(ListingKind.TAG, "ECOLE")) == [tagged]


async def test_a_shelf_has_what_people_put_on_it_for_all(store: Store) -> None:
    on_it = await saved(store, mark("", shelf="reading group"))
    await saved(store, replace(mark("", shelf="my own"), private=True))
    await saved(store, mark("", shelf="another"))
    assert await listed(store, Listing(ListingKind.SHELF, "reading group")) == [on_it]
    async with store.reading() as tx:
        assert await tx.listings.shelves(HILL) == ["another", "reading group"]
        assert await tx.listings.shelves(VALLEY) == []


async def test_it_is_known_what_stands_in_the_library(store: Store) -> None:
    there, private = await saved(store), await saved(store, replace(mark(""), private=True))
    async with store.reading() as tx:
        keys = {id_: each.key for id_, each in (await tx.library.items(HILL, [there, private], "ana")).items()}
        assert await tx.listings.known(HILL, [*keys.values(), "link:another"]) == {keys[there]}
        assert await tx.listings.known(VALLEY, list(keys.values())) == set()


# ---------------------------------------------------------------------------------------------------------------- feeds


def feed(of: PersonKey = ANA, at: datetime = NOW, secret: str = "") -> Feed:
    return Feed(new_id(), of, Listing(ListingKind.TAG, "fractions"), at, secret or new_id())


async def test_a_feed_is_found_by_the_digest_of_its_secret(store: Store) -> None:
    kept = feed(secret="abc")
    async with school(store) as tx:
        await tx.feeds.put(kept)
        await tx.feeds.put(feed())
    async with store.reading() as tx:
        assert await tx.feeds.by_secret("abc") == kept
        assert await tx.feeds.by_secret("ABC") is None


async def test_feeds_are_listed_newest_first_and_by_person(store: Store) -> None:
    old, new, other = feed(), feed(at=NOW + HOUR), feed(BEN, at=NOW + 2 * HOUR)
    async with school(store) as tx:
        for each in (old, new, other, feed(PersonKey(VALLEY, "ana"))):
            await tx.feeds.put(each)
    async with store.reading() as tx:
        assert await tx.feeds.of(HILL, "ana") == [new, old]
        assert await tx.feeds.of(HILL) == [other, new, old]


async def test_a_feed_that_ended_is_found_no_more(store: Store) -> None:
    kept = feed()
    async with school(store) as tx:
        await tx.feeds.put(kept)
        assert not await tx.feeds.end(VALLEY, kept.id)
        assert await tx.feeds.end(HILL, kept.id)
        assert not await tx.feeds.end(HILL, kept.id)
        assert await tx.feeds.by_secret(kept.secret_hash) is None


async def test_the_feeds_of_who_is_forgotten_end(store: Store) -> None:
    theirs, others, elsewhere = feed(), feed(BEN), feed(PersonKey(VALLEY, "ana"))
    async with school(store) as tx:
        for each in (theirs, others, elsewhere):
            await tx.feeds.put(each)
        await tx.feeds.erase(ANA)
        assert await tx.feeds.of(HILL) == [others]
        assert await tx.feeds.of(VALLEY) == [elsewhere]


# --------------------------------------------------------------------------------------------------- what is brought in

ROWS = tuple(
    Row(
        line=number,
        url=f"https://page.example/{number}",
        title=f"Page {number} – é",
        tags=("fractions", "year 9"),
        notes=(Said("Said\nin two lines", NOW - HOUR, edited_at=NOW), Said("More", NOW)),
        saved_at=NOW - HOUR if number % 2 else None,
        kind="video",
        shelf="reading group",
        libraries=("maths",),
        citations=(("x", "101"),),
        private=number == 3,
    )
    for number in range(1, 4)
)


def bringing(of: PersonKey = ANA, *, state: ImportState = ImportState.SHOWN, at: datetime = NOW) -> Bringing:
    return Bringing(
        id=new_id(),
        workspace=of.workspace,
        person=of.person,
        form=ImportForm.BOOKMARKS,
        library="maths",
        asked_at=at,
        state=state,
        total=len(ROWS),
        new=2,
        broken=(Broken(7, "It has no address.", "A page – é"),),
        broken_count=1,
        cut=(Cut(8, "Its title is cut.", "A long page"),),
        cut_count=3,
        vouched=True,
    )


async def kept(store: Store, *imports: Bringing) -> None:
    async with school(store) as tx:
        for each in imports:
            await tx.imports.put(each, ROWS)


async def claimed(store: Store, now: datetime = NOW) -> Bringing:
    async with store.transaction() as tx:
        found = await tx.imports.claim("worker", now, LEASE)
    assert found
    return found


async def test_new_pages_are_added_together_and_what_is_there_is_found_by_its_key(store: Store) -> None:
    there = await saved(store)
    async with school(store) as tx:
        key = (await tx.library.items(HILL, [there]))[there].key
        elsewhere = await tx.library.add(VALLEY, item("link:new"), NOW)
        new, again = item("link:new"), item(key)
        assert await tx.imports.add_pages(HILL, [(new, NOW - HOUR), (again, NOW)]) == {"link:new": new.id, key: there}
        assert elsewhere != new.id
        assert (await tx.library.items(HILL, [new.id]))[new.id].saved_at == NOW - HOUR
        assert await tx.imports.add_pages(HILL, []) == {}
    assert await listed(store) == [there]


async def test_what_is_saved_together_is_found_at_once_with_all_that_is_said(store: Store) -> None:
    there = await saved(store, tags=["maths"])
    new, private = item("link:new"), item("link:private")
    async with school(store) as tx:
        await tx.imports.add_pages(HILL, [(new, NOW), (private, NOW)])
        alone = replace(mark(private.id), private=True)
        await tx.imports.save(
            HILL,
            [
                saving(mark(new.id)),
                Saving(alone, notes=(Note(new_id(), "ana", "Mine", NOW, private=True),)),
                saving(mark(there, "ben", at=NOW + HOUR), "maths"),
            ],
        )
    assert await listed(store) == [there, new.id]
    assert set(await listed(store, MINE)) == {there, new.id, private.id}
    async with store.reading() as tx:
        items = await tx.library.items(HILL, [there, new.id, private.id], "ben")
        found, _ = await tx.library.find(
            HILL, parse_query("#fractions said"), saved_by=None, viewer=None, limit=5, offset=0
        )
        mine, _ = await tx.library.find(HILL, parse_query("mine"), saved_by=None, viewer="ben", limit=5, offset=0)
    assert {id_: (each.saver_count, each.tags, each.libraries) for id_, each in items.items()} == {
        there: (2, ("maths", "fractions"), ("", "science")),
        new.id: (1, ("fractions",), ("", "science")),
        private.id: (0, (), ()),
    }
    assert [note.text for note in items[there].notes] == ["Said"]
    assert {each.id for each in found} == {there, new.id}
    assert mine == []


async def test_what_was_saved_together_goes_together(store: Store) -> None:
    first, second = [await saved(store, tags=["maths"]) for _ in range(2)]
    savings = [saving(replace(mark(each, "ben"), library="maths")) for each in (first, second)]
    ended = [
        replace(each, mark=replace(each.mark, ended_at=NOW + HOUR, ending=Ending.UNDONE), tags=("fractions", "none"))
        for each in savings
    ]
    async with school(store) as tx:
        await tx.imports.save(HILL, savings)
        await tx.imports.unsave(HILL, ended)
        items = await tx.library.items(HILL, [first, second], "ben")
        found, _ = await tx.library.find(HILL, parse_query("fractions"), saved_by=None, viewer=None, limit=5, offset=0)
        assert await tx.library.marks(HILL, first, "ben") == [ended[0].mark]
        assert await tx.imports.shares(HILL, [first, second]) == {}
    assert [(each.saver_count, each.tags, each.notes) for each in items.values()] == [(1, ("maths",), ())] * 2
    assert found == []


async def test_it_is_known_with_which_libraries_items_are_shared(store: Store) -> None:
    first, second = await saved(store, replace(mark(""), library="maths")), await saved(store)
    async with school(store) as tx:
        for library in ("science", "art"):
            await tx.library.share(HILL, first, library, "ana", NOW)
        assert await tx.imports.shares(HILL, [first, second]) == {first: {"science", "art"}}
        assert await tx.imports.shares(HILL, [second]) == await tx.imports.shares(VALLEY, [first]) == {}


async def test_the_marks_of_one_person_are_found_on_several_items(store: Store) -> None:
    by_form = mark("", origin="form")
    first, second = await saved(store, mark(""), by_form), await saved(store, mark("", "ben", origin="form"))
    ended = replace(by_form, ended_at=NOW, ending=Ending.UNDONE)
    third = await saved(store, ended)
    async with store.reading() as tx:
        found = await tx.imports.marks(ANA, [first, second, third])
        assert {(each.item, each.origin): each for each in found if each.origin == "form"} == {
            (first, "form"): replace(by_form, item=first),
            (third, "form"): replace(ended, item=third),
        }
        assert len(found) == 3
        assert await tx.imports.marks(ANA, []) == []


def saving(of: Mark, *tags: str) -> Saving:
    said = Note(new_id(), of.person, "Said", NOW)
    return Saving(of, (*tags, "fractions"), (said,), ("science",))


async def test_an_import_is_kept_with_its_rows_in_their_order(store: Store) -> None:
    new = bringing()
    await kept(store, new)
    async with store.reading() as tx:
        assert await tx.imports.get(HILL, new.id) == new
        assert await tx.imports.get(VALLEY, new.id) is None
        assert await tx.imports.rows(new, 10) == list(ROWS)
        assert await tx.imports.rows(new, 2) == list(ROWS[:2])


async def test_imports_are_listed_newest_first_and_by_person(store: Store) -> None:
    old, new, other = bringing(), bringing(at=NOW + HOUR), bringing(BEN, at=NOW + 2 * HOUR)
    await kept(store, old, new, other, bringing(PersonKey(VALLEY, "ana")))
    async with store.reading() as tx:
        assert await tx.imports.of(HILL, "ana") == [new, old]
        assert await tx.imports.of(HILL) == [other, new, old]


async def test_only_what_is_confirmed_is_claimed_and_the_earliest_first(store: Store) -> None:
    later, first = bringing(state=ImportState.WAITING, at=NOW + HOUR), bringing(state=ImportState.UNDOING)
    await kept(store, bringing(at=NOW - HOUR), later, first, bringing(state=ImportState.DONE))
    assert (await claimed(store)).id == first.id
    assert (await claimed(store)).id == later.id
    async with store.transaction() as tx:
        assert await tx.imports.claim("worker", NOW, LEASE) is None
    assert (await claimed(store, NOW + LEASE)).id == first.id


async def test_an_import_begins_once(store: Store) -> None:
    new = bringing()
    await kept(store, new)
    async with store.transaction() as tx:
        assert not await tx.imports.begin(VALLEY, new.id, ImportState.SHOWN, ImportState.WAITING)
        assert await tx.imports.begin(HILL, new.id, ImportState.SHOWN, ImportState.WAITING)
        assert not await tx.imports.begin(HILL, new.id, ImportState.SHOWN, ImportState.WAITING)
        found = await tx.imports.get(HILL, new.id)
    assert found
    assert found.state is ImportState.WAITING


async def test_rows_that_are_worked_off_are_gone_and_what_they_brought_is_known(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    id_ = await saved(store)
    mine = await claimed(store)
    brought = Brought(id_, ("fractions", "é"), ("n1", "n2"))
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 2, [brought, brought], [Broken(2, "Removed.")])
    again = await claimed(store)
    assert (again.id, again.done, again.fence) == (mine.id, 2, mine.fence + 1)
    assert (again.broken, again.broken_count) == ((*mine.broken, Broken(2, "Removed.")), 2)
    async with store.transaction() as tx:
        assert await tx.imports.rows(again, 10) == [ROWS[2]]
        assert await tx.imports.brought(again, 10) == [brought]
        await tx.imports.finish(again, ImportState.DONE)
        found = await tx.imports.get(HILL, mine.id)
        assert found
        assert found.state is ImportState.DONE
        assert await tx.imports.claim("worker", NOW + HOUR, LEASE) is None


async def test_of_very_many_broken_rows_the_first_are_kept(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [], [Broken(line, "Removed.") for line in range(200)])
        found = await tx.imports.get(HILL, mine.id)
    assert found
    assert (len(found.broken), found.broken_count) == (MOST_NAMED, 201)


async def test_what_is_taken_out_again_is_brought_no_more(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    ids = sorted([await saved(store), await saved(store)])
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 3, [Brought(id_) for id_ in ids])
        await tx.imports.finish(mine, ImportState.DONE)
        await tx.imports.begin(HILL, mine.id, ImportState.DONE, ImportState.UNDOING)
    mine = await claimed(store)
    async with store.transaction() as tx:
        assert mine.done == 0
        await tx.imports.taken_out(mine, ids[:1])
    mine = await claimed(store)
    async with store.transaction() as tx:
        assert mine.done == 1
        assert [each.item for each in await tx.imports.brought(mine, 10)] == ids[1:]


async def test_what_several_imports_brought_to_an_item_is_found_by_it_the_earliest_first(store: Store) -> None:
    later, first, mine = bringing(BEN, at=NOW + HOUR), bringing(at=NOW - HOUR), bringing()
    elsewhere = bringing(PersonKey(VALLEY, "ana"))
    await kept(store, elsewhere, *(replace(each, state=ImportState.WAITING) for each in (later, first, mine)))
    ids = sorted([await saved(store) for _ in range(3)])
    whole = Brought(ids[0], ("fractions",), ("n1",), ("maths",), ROWS[0])
    by_import = {later.id: [whole], first.id: [Brought(ids[0]), Brought(ids[1], ("é",))], mine.id: [Brought(ids[0])]}
    for _ in range(3):
        one = await claimed(store)
        async with store.transaction() as tx:
            await tx.imports.worked_off(one, 1, by_import[one.id])
            await tx.imports.finish(one, ImportState.DONE)
    async with store.transaction() as tx:
        found = await tx.imports.of_others(mine, ids)
        assert [(each.id, brought) for each, brought in found] == [
            (first.id, Brought(ids[0])),
            (first.id, Brought(ids[1], ("é",))),
            (later.id, whole),
        ]
        assert [brought for _, brought in await tx.imports.of_others(mine, ids[1:])] == [Brought(ids[1], ("é",))]
        assert await tx.imports.of_others(elsewhere, ids) == []
        assert await tx.imports.of_others(mine, []) == []


async def test_what_an_import_brought_can_be_amended_by_others(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    first, second = sorted([await saved(store) for _ in range(2)])
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [Brought(first, behind=ROWS[0])])
        await tx.imports.amend(replace(mine, fence=99), [Brought(first, ("maths",), (), ("art",)), Brought(second)])
        assert await tx.imports.brought(mine, 10) == [Brought(first, ("maths",), (), ("art",)), Brought(second)]


async def test_an_import_that_failed_is_left_alone_for_a_while_and_counts_until_something_is_done(
    store: Store,
) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.fail(mine, ImportState.WAITING)
        assert await tx.imports.claim("worker", NOW, LEASE) is None
    again = await claimed(store, NOW + LEASE)
    assert (again.failures, again.state, again.broken, again.cut) == (1, ImportState.WAITING, mine.broken, mine.cut)
    async with store.transaction() as tx:
        await tx.imports.worked_off(again, 1, [])
    assert (await claimed(store, NOW + LEASE)).failures == 0


@pytest.mark.parametrize("state", [ImportState.WAITING, ImportState.UNDOING])
async def test_an_import_that_is_stuck_is_not_claimed_and_goes_on_where_it_was_once_it_is_tried_again(
    store: Store, state: ImportState
) -> None:
    await kept(store, bringing(state=state))
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [])
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.fail(mine, state.when_stuck)
        assert await tx.imports.claim("worker", NOW + LEASE, LEASE) is None
        assert await tx.imports.begin(HILL, mine.id, state.when_stuck, state)
    again = await claimed(store)
    assert (again.id, again.state, again.done, again.failures) == (mine.id, state, 1, 0)


async def test_of_a_finished_import_no_row_is_left(store: Store) -> None:
    await kept(store, bringing(state=ImportState.UNDOING))
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.finish(mine, ImportState.UNDONE)
        assert await tx.imports.rows(mine, 10) == []


@pytest.mark.parametrize("late", ["worked_off", "taken_out", "finish", "fail"])
async def test_who_lost_an_import_changes_nothing_of_it(store: Store, late: str) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    mine = await claimed(store)
    await claimed(store, NOW + LEASE)
    with pytest.raises(LeaseLost):
        await come_late(store, mine, late)


async def come_late(store: Store, mine: Bringing, late: str) -> None:
    async with store.transaction() as tx:
        match late:
            case "worked_off":
                await tx.imports.worked_off(mine, 1, [])
            case "taken_out":
                await tx.imports.taken_out(mine, ["x"])
            case "fail":
                await tx.imports.fail(mine, ImportState.STUCK)
            case _:
                await tx.imports.finish(mine, ImportState.DONE)


async def test_two_workers_never_claim_the_same_import(stores: tuple[Store, Store]) -> None:
    await kept(stores[0], *(bringing(state=ImportState.WAITING) for _ in range(6)))

    async def all_of(store: Store) -> list[str]:
        found = []
        for _ in range(6):
            async with store.transaction() as tx:
                if one := await tx.imports.claim("worker", NOW, LEASE):
                    found.append(one.id)
        return found

    first, second = await asyncio.gather(*map(all_of, stores))
    assert len(first + second) == len(set(first + second)) == 6


async def test_what_is_put_under_its_page_is_taken_out_from_there(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    apart, page = await saved(store), await saved(store)
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [Brought(apart, ("fractions",))])
        await tx.care.merge(HILL, apart, page)
        assert await tx.imports.brought(mine, 10) == [Brought(page, ("fractions",))]


async def test_of_an_item_that_is_erased_an_import_knows_nothing_any_more(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    erased, stays = await saved(store), await saved(store)
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [Brought(erased, ("fractions",), behind=ROWS[0]), Brought(stays)])
        await tx.care.remove(HILL, erased, "ben", NOW)
        assert await tx.care.erase_removed(NOW + HOUR, 10) == 1
        assert await tx.imports.brought(mine, 10) == [Brought(stays)]


async def test_a_dropped_import_leaves_what_it_brought(store: Store) -> None:
    await kept(store, bringing(state=ImportState.WAITING))
    id_ = await saved(store)
    mine = await claimed(store)
    async with store.transaction() as tx:
        await tx.imports.worked_off(mine, 1, [Brought(id_)])
        await tx.imports.drop(HILL, mine.id)
        assert await tx.imports.get(HILL, mine.id) is None
    assert await listed(store) == [id_]


async def test_old_imports_are_forgotten_by_their_state(store: Store) -> None:
    shown, done = bringing(), bringing(state=ImportState.DONE)
    under_way, young = bringing(state=ImportState.WAITING), bringing(at=NOW + HOUR)
    await kept(store, shown, done, under_way, young)
    async with store.transaction() as tx:
        await tx.imports.forget_before(NOW + timedelta(seconds=1), ImportState.SHOWN)
        assert {each.id for each in await tx.imports.of(HILL)} == {done.id, under_way.id, young.id}


async def test_the_imports_of_who_is_forgotten_end(store: Store) -> None:
    other = bringing(BEN)
    await kept(store, bringing(), bringing(state=ImportState.WAITING), other)
    async with store.transaction() as tx:
        await tx.imports.erase(ANA)
        assert [each.id for each in await tx.imports.of(HILL)] == [other.id]
