"""What every store forgets when it is no longer needed, and what it keeps."""

from dataclasses import replace

from bot.domain.content import ShowHome, say
from bot.domain.delivery import DeliveryState, Lane, NewDelivery, Outcome, Surface
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Note, key_of_post
from bot.domain.post import Reference, ReferenceKind
from bot.domain.rules import Less
from bot.domain.search import Total, parse_query
from bot.domain.search.query import ALL_ITEMS, Query, Words
from bot.ports import Store
from tests.contract.store_examples import (
    DAY,
    EDCHAT,
    HILL,
    LEASE,
    MATHS,
    NOW,
    author,
    digest,
    item,
    mark,
    new_id,
    new_slot,
    post,
    school,
)


def key(number: str) -> PostKey:
    return PostKey("x", number)


async def left(store: Store, *numbers: str) -> list[str]:
    async with store.reading() as tx:
        return sorted(each.id for each in await tx.posts.get([key(number) for number in numbers]))


async def dropped(store: Store, most: int = 100) -> int:
    async with store.transaction() as tx:
        return await tx.posts.drop_unseen(NOW, most)


async def test_posts_that_nobody_was_shown_are_dropped_and_all_others_stay(store: Store) -> None:
    slot = new_slot()
    quoting = replace(post("1"), references=(Reference(ReferenceKind.QUOTED, "5"),))
    async with school(store) as tx:
        await tx.posts.add([quoting, *(post(each) for each in "2345678")], {key("7"): [EDCHAT]}, NOW - DAY)
        await tx.posts.add([post("8")], {}, NOW)
        await tx.slots.plan(slot)
        await tx.digests.put(digest(slot, key("1")), [], NOW)
        saved = await tx.library.add(HILL, item("two", post_key=key("2")), NOW)
        await tx.library.put_mark(HILL, mark(saved))
        await tx.reports.open(HILL, key("3"), "ana", NOW)
        await tx.rules.ask_for_less(Less(HILL, MATHS.channel, "ana", "x", "a1", "4", NOW))
    assert await dropped(store) == 2
    assert await left(store, *"12345678") == ["1", "2", "3", "4", "5", "8"]
    assert await dropped(store) == 0


async def test_a_post_that_was_saved_and_taken_back_is_dropped_and_what_was_noted_of_it(store: Store) -> None:
    async with school(store) as tx:
        await tx.posts.add([post(each) for each in "1234"], {}, NOW - DAY)
        of_post = item("one", post_key=key("1"))
        own = replace(of_post, key=key_of_post(key("1")), url=post("1").url, post_text="folding paper")
        undone = await tx.library.add(HILL, own, NOW)
        await tx.library.put_mark(HILL, replace(mark(undone), ended_at=NOW, ending=Ending.UNDONE))
        await tx.care.retitle(HILL, undone, "Somebody's folding")
        alone = await tx.library.add(HILL, item("two", post_key=key("2")), NOW)
        await tx.library.put_mark(HILL, replace(mark(alone), private=True))
        removed = await tx.library.add(HILL, item("three", post_key=key("3")), NOW)
        await tx.library.put_mark(HILL, mark(removed))
        await tx.care.remove(HILL, removed, "ana", NOW)
    assert await dropped(store) == 2
    assert await left(store, *"1234") == ["2", "3"]
    async with store.transaction() as tx:
        known = (await tx.library.items(HILL, [undone]))[undone]
        assert (known.url, known.title, known.kind) == ("", "", "")
        await tx.posts.add([post("1")], {}, NOW)
        assert await tx.library.add(HILL, own, NOW) == undone
        await tx.library.renew(HILL, own)
        await tx.library.put_mark(HILL, mark(undone))
    async with store.reading() as tx:
        known = (await tx.library.items(HILL, [undone]))[undone]
        found, _ = await tx.library.find(
            HILL, Query(Words(("folding",))), saved_by=None, viewer=None, limit=9, offset=0
        )
    assert (known.url, known.title) == (own.url, own.title)
    assert [each.id for each in found] == [undone]


async def test_what_was_dropped_may_be_read_again(store: Store) -> None:
    async with school(store) as tx:
        await tx.posts.add([post("1")], {key("1"): [EDCHAT]}, NOW - DAY)
    await dropped(store)
    async with store.transaction() as tx:
        await tx.posts.add([post("1")], {key("1"): [EDCHAT]}, NOW)
    assert await dropped(store) == 0
    assert await left(store, "1") == ["1"]


async def test_whoever_wrote_nothing_that_is_kept_is_dropped_with_it(store: Store) -> None:
    kept, gone = replace(post("1"), author_id="a1"), replace(post("2"), author_id="a2")
    async with school(store) as tx:
        await tx.posts.add([kept], {}, NOW)
        await tx.posts.add([gone, replace(post("3"), author_id="a1")], {}, NOW - DAY)
        await tx.posts.put_authors([author("a1"), author("a2")], NOW)
    assert await dropped(store) == 2
    async with store.reading() as tx:
        assert list(await tx.posts.authors("x", ["a1", "a2"])) == ["a1"]


async def test_they_are_dropped_in_parts_those_read_longest_ago_first(store: Store) -> None:
    async with school(store) as tx:
        for days, number in enumerate("321", start=1):
            await tx.posts.add([post(number)], {}, NOW - days * DAY)
    assert await dropped(store, most=2) == 2
    assert await left(store, *"123") == ["3"]


async def test_two_items_become_one_and_nobody_reads_what_was_kept_alone(store: Store) -> None:
    async with school(store) as tx:
        await tx.posts.add([post("1"), post("2")], {}, NOW)
        of_post = replace(item("one", post_key=PostKey("x", "1")), key=key_of_post(PostKey("x", "1")))
        first = await tx.library.add(HILL, of_post, NOW)
        await tx.library.put_mark(HILL, replace(mark(first), private=True))
        await tx.library.note(HILL, first, Note("n1", "ana", "For myself", NOW, private=True))
        await tx.library.tag(HILL, first, ["maths", "year 9"], "ana", NOW)
        page = await tx.library.add(HILL, item("two", post_key=PostKey("x", "2")), NOW)
        await tx.library.put_mark(HILL, mark(page, "ben"))
        await tx.library.tag(HILL, page, ["maths"], "ben", NOW)
        await tx.care.merge(HILL, first, page)
    async with store.reading() as tx:
        assert first not in await tx.library.items(HILL, [first])
        (for_all,) = (await tx.library.items(HILL, [page])).values()
        (for_ana,) = (await tx.library.items(HILL, [page], "ana")).values()
        assert [each.item for each in await tx.library.marks(HILL, page, "ana")] == [page]
        found, _ = await tx.library.find(HILL, ALL_ITEMS, saved_by="ana", viewer="ana", limit=9, offset=0)
    assert (for_all.saver_count, for_all.notes, for_all.private) == (1, (), False)
    assert set(for_all.tags) == {"maths", "year 9"}
    assert set(for_all.citations) == {PostKey("x", "1"), PostKey("x", "2")}
    assert ([note.text for note in for_ana.notes], for_ana.private) == (["For myself"], True)
    assert [each.id for each in found] == [page]


async def test_what_stands_is_handed_over_though_the_same_way_of_saving_was_taken_back_there(store: Store) -> None:
    async with school(store) as tx:
        await tx.posts.add([post("1"), post("2")], {}, NOW)
        of_post = replace(item("one", post_key=PostKey("x", "1")), key=key_of_post(PostKey("x", "1")))
        first = await tx.library.add(HILL, of_post, NOW)
        await tx.library.put_mark(HILL, replace(mark(first), private=True))
        page = await tx.library.add(HILL, item("two", post_key=PostKey("x", "2")), NOW)
        await tx.library.put_mark(HILL, replace(mark(page), ended_at=NOW, ending=Ending.UNDONE))
        await tx.care.merge(HILL, first, page)
    async with store.reading() as tx:
        (kept,) = await tx.library.marks(HILL, page, "ana")
        found, _ = await tx.library.find(HILL, ALL_ITEMS, saved_by="ana", viewer="ana", limit=9, offset=0)
    assert (kept.item, kept.stands, kept.private) == (page, True, True)
    assert [each.id for each in found] == [page]


async def test_what_became_one_item_is_found_and_counted_once(store: Store) -> None:
    async with school(store) as tx:
        first, page = [await tx.library.add(HILL, item(key, "Quokka"), NOW) for key in ("one", "two")]
        for each in (first, page):
            await tx.library.put_mark(HILL, mark(each))
        await tx.care.merge(HILL, first, page)
    async with store.reading() as tx:
        quokkas = parse_query("quokka")
        found, total = await tx.library.find(HILL, quokkas, saved_by=None, viewer=None, limit=9, offset=0)
    assert ([each.id for each in found], total) == ([page], Total(1))


# ------------------------------------------------------------------------------------------------------------- answers


async def put(store: Store, name: str, *, private: bool = True, shown: bool = True, slot: str | None = None) -> str:
    """Put a day ago."""
    to = "ana" if private else None
    new = NewDelivery(new_id(), name, MATHS, say(f"You searched for {name}."), slot=slot, private_to=to)
    async with store.transaction() as tx:
        await tx.outbox.put(new, NOW - DAY)
        for each in await tx.outbox.claim("worker", NOW, LEASE, Lane.ANSWERS if private else Lane.MESSAGES, 9):
            if shown:
                await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, each.id, 1), NOW)
    return new.id


async def test_what_one_person_was_told_is_emptied_and_its_key_stays(store: Store) -> None:
    async with school(store):
        pass
    answer, aloud = await put(store, "secret"), await put(store, "for all", private=False)
    waits = await put(store, "on its way", shown=False)
    async with store.transaction() as tx:
        assert await tx.outbox.forget_answers(NOW - DAY) == 0
        assert await tx.outbox.forget_answers(NOW) == 1
        assert await tx.outbox.forget_answers(NOW) == 0
        contents = [
            each.content if (each := await tx.outbox.get(HILL, id_)) else None for id_ in (answer, aloud, waits)
        ]
        assert contents == [(), say("You searched for for all."), say("You searched for on its way.")]
        await tx.outbox.refresh(HILL, [answer], NOW)
        assert not await tx.outbox.put(NewDelivery(new_id(), "secret", MATHS, say("Again")), NOW)


async def test_digests_and_pages_of_ones_own_are_no_answers(store: Store) -> None:
    slot = new_slot()
    async with school(store) as tx:
        await tx.slots.plan(slot)
        page = NewDelivery(new_id(), "home", MATHS, (ShowHome("ana"),), private_to="ana", surface=Surface.HOME)
        await tx.outbox.put(page, NOW - DAY)
        for each in await tx.outbox.claim("worker", NOW, LEASE, Lane.ANSWERS, 9):
            await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, each.id, 1), NOW)
    await put(store, "own digest", slot=slot.id)
    async with store.transaction() as tx:
        assert await tx.outbox.forget_answers(NOW) == 0


async def test_pages_of_ones_own_are_dropped_once_nothing_more_is_to_become_of_them(store: Store) -> None:
    async with school(store) as tx:
        for name, person in (("first", "ana"), ("later", "ana"), ("others", "ben")):
            page = NewDelivery(name, name, MATHS, (ShowHome(person),), private_to=person, surface=Surface.HOME)
            await tx.outbox.put(page, NOW)
        for each in await tx.outbox.claim("worker", NOW, LEASE, Lane.ANSWERS, 9):
            await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, None, 1), NOW)
        await tx.outbox.refresh(HILL, ["later"], NOW)
    async with store.transaction() as tx:
        await tx.outbox.drop_pages(PersonKey(HILL, "ana"))
    async with store.reading() as tx:
        there = [await tx.outbox.get(HILL, name) for name in ("first", "later", "others")]
    assert [each is not None for each in there] == [False, True, True]
