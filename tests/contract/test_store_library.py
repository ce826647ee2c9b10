"""What every store promises of the library, people and notices."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.channel import Origin
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, Note, reaction_origin
from bot.domain.rules import Less, Rule, RuleKind, Verdict
from bot.domain.search import ALL_ITEMS, Total, parse_query
from bot.errors import StoreError
from bot.ports import Store
from tests.contract.store_examples import (
    DAY,
    EDCHAT,
    HILL,
    HOUR,
    MATHS,
    MINUTE,
    NOW,
    VALLEY,
    VALLEY_MATHS,
    channel,
    item,
    mark,
    new_id,
    new_slot,
    school,
)

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")
POST = PostKey("x", "1")


async def saved(store: Store, *texts: str) -> list[str]:
    """Items saved by Ana, a minute apart."""
    ids = []
    async with school(store) as tx:
        for number, text in enumerate(texts):
            new = replace(item(new_id()), search_text=text)
            ids.append(await tx.library.add(HILL, new, NOW))
            await tx.library.put_mark(HILL, mark(new.id, at=NOW + number * MINUTE))
    return ids


async def found(store: Store, *words: str, saved_by: str | None = None, viewer: str | None = None) -> list[Item]:
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL, parse_query(" ".join(words)), saved_by=saved_by, viewer=viewer, limit=50, offset=0
        )
    assert total == Total(len(items))
    return items


# -------------------------------------------------------------------------------------------------------------- library


async def test_the_second_saver_joins_the_item(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.library.add(HILL, item("link:a"), NOW)
        assert await tx.library.add(HILL, item("link:a"), NOW + HOUR) == first
        assert await tx.library.add(VALLEY, item("link:a"), NOW) != first


async def test_an_item_names_its_savers_in_the_order_they_saved(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    async with store.transaction() as tx:
        await tx.people.put(Person(BEN, "Ben"))
        await tx.people.put(Person(ANA, "Ana"))
        await tx.library.put_mark(HILL, mark(id_, "ben", "m1 🔖", NOW - HOUR))
        await tx.library.put_mark(HILL, mark(id_, "ben", "button", NOW + HOUR))
        await tx.library.put_mark(HILL, mark(id_, "cleo", at=NOW - DAY))
        shown = (await tx.library.items(HILL, [id_, "unknown"], viewer="ben"))[id_]
        assert (shown.savers, shown.saver_count, shown.saved_by_me) == (("Ben", "Ana"), 3, True)
        assert shown.saved_at == NOW
        assert not (await tx.library.items(HILL, [id_], viewer="dora"))[id_].saved_by_me
        assert await tx.library.items(VALLEY, [id_]) == {}


async def test_a_save_lasts_while_any_mark_of_that_person_stands(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    reaction = mark(id_, origin="m1 🔖", at=NOW + MINUTE)
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, reaction)
        await tx.library.put_mark(HILL, replace(reaction, ended_at=NOW + HOUR, ending=Ending.UNREACTED))
        assert (await tx.library.items(HILL, [id_]))[id_].saver_count == 1
        marks = await tx.library.marks(HILL, id_, "ana")
        assert [(each.origin, each.ending) for each in marks] == [("button", None), ("m1 🔖", Ending.UNREACTED)]
        assert await tx.library.marks(VALLEY, id_, "ana") == []
        assert await tx.library.marks(HILL, id_, "ben") == []


async def test_undo_ends_all_marks_of_that_person_on_the_item_only(store: Store) -> None:
    one, other = await saved(store, "fractions", "poems")
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, mark(one, origin="m1 🔖"))
        await tx.library.put_mark(HILL, mark(one, "ben"))
        assert await tx.library.end_marks(ANA, one, NOW + HOUR, Ending.UNDONE) == 2
        assert await tx.library.end_marks(ANA, one, NOW + DAY, Ending.UNDONE) == 0
        ended = await tx.library.marks(HILL, one, "ana")
        assert {(each.ended_at, each.ending) for each in ended} == {(NOW + HOUR, Ending.UNDONE)}
        items = await tx.library.items(HILL, [one, other])
        assert (items[one].saver_count, items[other].saver_count) == (1, 1)
    assert {each.id for each in await found(store)} == {one, other}


async def test_the_items_that_one_reaction_marked_are_known(store: Store) -> None:
    first, second = await saved(store, "fractions", "decimals")
    reaction = reaction_origin("m-1", "📚")
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, Mark(first, "ana", reaction, NOW, NOW + HOUR, Ending.UNREACTED))
        await tx.library.put_mark(HILL, Mark(second, "ben", reaction, NOW))
        assert await tx.library.marked(ANA, reaction) == [first]
        assert await tx.library.marked(ANA, reaction_origin("m-2", "📚")) == []
        assert await tx.library.marked(PersonKey(VALLEY, "ana"), reaction) == []


async def test_erasing_ends_every_mark_once_more(store: Store) -> None:
    """So that nothing that happened before the erasure revives one."""
    one, other = await saved(store, "fractions", "poems")
    async with store.transaction() as tx:
        await tx.library.end_marks(ANA, one, NOW, Ending.UNDONE)
        assert await tx.library.end_marks(ANA, None, NOW + HOUR, Ending.ERASED) == 2
        for id_ in (one, other):
            [tombstone] = await tx.library.marks(HILL, id_, "ana")
            assert (tombstone.ended_at, tombstone.ending) == (NOW + HOUR, Ending.ERASED)
    assert await found(store) == []


async def test_a_threshold_is_passed_and_missed_again_as_people_save_and_withdraw(store: Store) -> None:
    [id_] = await saved(store, "fractions")

    async def found_by(least: int) -> int:
        async with store.reading() as tx:
            items, total = await tx.library.find(
                HILL, parse_query("fractions"), saved_by=None, viewer=None, limit=9, offset=0, least=least
            )
        assert total == Total(len(items))
        return total.counted

    assert [await found_by(least) for least in (1, 2)] == [1, 0]
    async with store.transaction() as tx:
        await tx.library.tag(HILL, id_, ["year 9"], "ana", NOW)
        await tx.library.put_mark(HILL, mark(id_, "ben"))
        assert await tx.library.tags(HILL, "year", 9, 2) == ["year 9"]
    assert [await found_by(least) for least in (2, 3)] == [1, 0]
    async with store.transaction() as tx:
        await tx.library.end_marks(BEN, id_, NOW + HOUR, Ending.UNDONE)
        assert await tx.library.tags(HILL, "year", 9, 2) == []
    assert await found_by(2) == 0


async def test_what_somebody_vouched_for_passes_every_threshold_while_that_mark_stands(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    vouched = replace(mark(id_, "ben"), vouched=True)
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, vouched)
        assert await tx.library.marks(HILL, id_, "ben") == [vouched]
        assert (await tx.library.items(HILL, [id_]))[id_].vouched
    async with store.transaction() as tx:
        _, total = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=9, offset=0, least=20)
        assert total == Total(1)
        await tx.library.put_mark(HILL, replace(vouched, ended_at=NOW, ending=Ending.UNREACTED))
        assert not (await tx.library.items(HILL, [id_]))[id_].vouched
        _, total = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=9, offset=0, least=2)
        assert total == Total(0)


async def test_people_who_save_at_once_are_all_counted(stores: tuple[Store, Store]) -> None:
    [id_] = await saved(stores[0], "fractions")

    async def save(number: int) -> None:
        async with stores[number % 2].transaction() as tx:
            await tx.library.put_mark(HILL, mark(id_, f"person {number}"))

    await asyncio.gather(*(save(number) for number in range(8)))
    async with stores[0].reading() as tx:
        _, total = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=9, offset=0, least=9)
    assert total == Total(1)


async def test_a_mark_needs_its_item(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.transaction() as tx:
            await tx.library.put_mark(HILL, mark("unknown"))


async def test_the_item_of_a_post_is_found_while_it_is_saved(store: Store) -> None:
    async with school(store) as tx:
        id_ = await tx.library.add(HILL, item("post", post_key=POST), NOW)
        assert await tx.library.of_post(HILL, [POST]) == {}
        await tx.library.put_mark(HILL, mark(id_))
        assert (await tx.library.of_post(HILL, [POST, PostKey("x", "2"), PostKey("sample", "1")]))[POST].id == id_
        assert await tx.library.of_post(VALLEY, [POST]) == {}
        await tx.library.end_marks(ANA, id_, NOW, Ending.UNDONE)
        assert await tx.library.of_post(HILL, [POST]) == {}


async def test_find_wants_every_word_whatever_its_case_and_accents(store: Store) -> None:
    first, second = await saved(store, "Fractions by folding: a Café lesson", "fractions with pizza")
    assert [each.id for each in await found(store, "fractions")] == [second, first]
    assert [each.id for each in await found(store, "cafe", "FOLD")] == [first]
    assert [each.id for each in await found(store, "café")] == [first]
    assert await found(store, "pizza", "folding") == []
    assert [each.id for each in await found(store)] == [second, first]


@pytest.mark.parametrize("word", ["100%_", "1_0", "10%", "\\100", "'100", '"100', "/100"])
async def test_find_takes_no_letter_for_a_pattern(store: Store, word: str) -> None:
    [wanted, *_] = await saved(store, f"before {word} after", "nothing of the kind at 1999 percent")
    assert [each.id for each in await found(store, word)] == [wanted]


async def test_a_very_long_word_finds_nothing_and_breaks_nothing(store: Store) -> None:
    await saved(store, "fractions")
    assert await found(store, "x" * 300) == []


async def test_find_shows_my_saves_newest_first_and_in_pages(store: Store) -> None:
    first, second, third = await saved(store, "a", "b", "c")
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, mark(first, "ben", at=NOW + DAY))
        await tx.library.put_mark(HILL, mark(third, "ben", at=NOW + HOUR))
    assert [each.id for each in await found(store, viewer="ben")] == [first, third, second]
    assert [each.saved_by_me for each in await found(store, viewer="ben")] == [True, True, False]
    assert [each.id for each in await found(store, saved_by="ben")] == [first, third]
    assert [each.id for each in await found(store, saved_by="ana")] == [third, second, first]
    async with store.reading() as tx:
        page, total = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=1, offset=1)
        assert ([each.id for each in page], total) == ([third], Total(3))
        assert await tx.library.find(VALLEY, ALL_ITEMS, saved_by=None, viewer=None, limit=5, offset=0) == ([], Total(0))


async def test_shelves_are_those_of_standing_marks_oldest_first(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, mark(id_, "ben", "m1 📚", NOW + HOUR, shelf="Reading group"))
        await tx.library.put_mark(HILL, mark(id_, "cleo", "form", NOW + MINUTE, shelf="Year 5"))
        await tx.library.put_mark(HILL, mark(id_, "dora", "m1 📚", NOW + DAY, shelf="Reading group"))
        shown = (await tx.library.items(HILL, [id_], viewer="ben"))[id_]
        assert (shown.shelves, shown.saver_count, shown.saved_by_me) == (("Year 5", "Reading group"), 4, True)
        await tx.library.end_marks(PersonKey(HILL, "cleo"), id_, NOW + DAY, Ending.UNDONE)
        assert (await tx.library.items(HILL, [id_]))[id_].shelves == ("Reading group",)
        [theirs] = await tx.library.marks(HILL, id_, "ben")
        assert theirs.shelf == "Reading group"


async def test_a_tag_is_there_once_and_oldest_first(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    async with store.transaction() as tx:
        await tx.library.tag(HILL, id_, ["year 5", "'; --"], "ana", NOW)
        await tx.library.tag(HILL, id_, ["a later one", "year 5"], "ben", NOW + HOUR)
        await tx.library.tag(HILL, id_, [], "ben", NOW + HOUR)
        assert (await tx.library.items(HILL, [id_]))[id_].tags == ("'; --", "year 5", "a later one")
    [shown] = await found(store)
    assert shown.tags == ("'; --", "year 5", "a later one")


async def test_tags_are_proposed_by_how_many_items_have_them(store: Store) -> None:
    first, second = await saved(store, "a", "b")
    async with store.transaction() as tx:
        await tx.library.tag(HILL, first, ["fractions", "élan", "50%_off"], "ana", NOW)
        await tx.library.tag(HILL, second, ["fractions", "action"], "ben", NOW)
    async with store.reading() as tx:
        assert await tx.library.tags(HILL, "", 10) == ["fractions", "50%_off", "action", "élan"]
        assert await tx.library.tags(HILL, "ACTION", 10) == ["fractions", "action"]
        assert await tx.library.tags(HILL, "Elan", 10) == ["élan"]
        assert await tx.library.tags(HILL, "0%_", 10) == ["50%_off"]
        assert await tx.library.tags(HILL, "", 1) == ["fractions"]
        assert await tx.library.tags(VALLEY, "", 10) == []


async def test_tags_of_what_is_no_longer_saved_or_was_reported_are_not_proposed(store: Store) -> None:
    (kept,) = await saved(store, "a")
    async with store.transaction() as tx:
        reported = await tx.library.add(HILL, item(new_id(), post_key=POST), NOW)
        await tx.library.put_mark(HILL, mark(reported))
        await tx.library.tag(HILL, kept, ["kept"], "ana", NOW)
        await tx.library.tag(HILL, reported, ["reported"], "ana", NOW)
        assert await tx.library.tags(HILL, "", 10) == ["kept", "reported"]
        await tx.reports.open(HILL, POST, "ben", NOW)
        assert await tx.library.tags(HILL, "", 10) == ["kept"]
        await tx.library.end_marks(ANA, kept, NOW, Ending.UNDONE)
        assert await tx.library.tags(HILL, "", 10) == []


async def test_notes_of_an_item_stand_oldest_first_several_of_one_person(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    last = Note("n1", "ana", "Try it with pizza\n<!channel>", NOW + HOUR)
    both = Note("n2", "ana", "Two of one moment", NOW), Note("n3", "ana", "stand by their ids", NOW)
    bens = Note("n4", "ben", "Good for Friday", NOW + MINUTE, edited_at=NOW + HOUR)
    async with store.transaction() as tx:
        await tx.people.put(Person(BEN, "Ben"))
        for note in (last, *reversed(both), replace(bens, name="ignored")):
            await tx.library.note(HILL, id_, note)
        notes = (await tx.library.items(HILL, [id_]))[id_].notes
        noted = await tx.library.noted(PersonKey(HILL, "ana"))
    assert notes == (*both, replace(bens, name="Ben"), last)
    assert noted == [id_]


async def test_a_note_is_replaced_by_the_one_of_its_id_on_that_item_alone(store: Store) -> None:
    first, second = await saved(store, "fractions", "decimals")
    before, other = Note("n1", "ana", "quokka", NOW), Note("n2", "ana", "wombat", NOW + MINUTE)
    after = replace(before, text="koala", edited_at=NOW + HOUR)
    async with store.transaction() as tx:
        for item, note in ((first, before), (first, other), (second, before), (first, after)):
            await tx.library.note(HILL, item, note)
        items = await tx.library.items(HILL, [first, second])
    assert (items[first].notes, items[second].notes) == ((after, other), (before,))
    assert [each.id for each in await found(store, "koala wombat")] == [first]
    assert [each.id for each in await found(store, "quokka")] == [second]


async def test_tags_and_notes_need_their_item(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.transaction() as tx:
            await tx.library.tag(HILL, "unknown", ["tag"], "ana", NOW)
    with pytest.raises(StoreError):
        async with store.transaction() as tx:
            await tx.library.note(HILL, "unknown", Note(new_id(), "ana", "note", NOW))


async def test_an_item_is_found_by_its_tags_and_notes_too(store: Store) -> None:
    first, second = await saved(store, "fractions by folding", "fractions with pizza")
    async with store.transaction() as tx:
        await tx.library.tag(HILL, first, ["Café-Projekt"], "ana", NOW)
        await tx.library.note(HILL, second, Note(new_id(), "ben", "Good for YEAR 5", NOW))
    assert [each.id for each in await found(store, "cafe")] == [first]
    assert [each.id for each in await found(store, "fractions", "year")] == [second]
    assert await found(store, "cafe", "year") == []
    assert [each.id for each in await found(store, "fractions")] == [second, first]


async def test_what_is_reported_is_not_in_the_library_until_it_is_restored(store: Store) -> None:
    async with school(store) as tx:
        for workspace in (HILL, VALLEY):
            id_ = await tx.library.add(workspace, item("post", post_key=POST), NOW)
            await tx.library.put_mark(workspace, mark(id_))
        link = await tx.library.add(HILL, item("link"), NOW)
        await tx.library.put_mark(HILL, mark(link, at=NOW - HOUR))
        mine = (await tx.library.of_post(HILL, [POST]))[POST].id
        await tx.reports.open(HILL, POST, "ben", NOW)
        assert await tx.library.of_post(HILL, [POST]) == {}
        assert list(await tx.library.of_post(VALLEY, [POST])) == [POST]
        assert (await tx.library.items(HILL, [mine]))[mine].saver_count == 1
    assert [each.id for each in await found(store)] == [link]
    assert [each.id for each in await found(store, saved_by="ana")] == [link]
    async with store.transaction() as tx:
        await tx.reports.settle(HILL, POST, Verdict.RESTORED, "cleo", NOW)
        assert list(await tx.library.of_post(HILL, [POST])) == [POST]
    assert [each.id for each in await found(store)] == [mine, link]


# --------------------------------------------------------------------------------------------------------------- people


async def test_an_empty_name_changes_nothing_and_erasing_forgets_it(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    async with store.transaction() as tx:
        await tx.people.put(Person(ANA, "Ana"))
        await tx.people.put(Person(ANA, ""))
        await tx.people.put(Person(PersonKey(VALLEY, "ana"), "Another Ana"))
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.topics.follow(VALLEY_MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        assert (await tx.library.items(HILL, [id_]))[id_].savers == ("Ana",)
        assert await tx.people.names(HILL, ["ana", "nobody"]) == {"ana": "Ana"}
        await tx.people.erase(ANA)
        assert await tx.people.names(HILL, ["ana"]) == {}
        shown = (await tx.library.items(HILL, [id_]))[id_]
        assert (shown.savers, shown.saver_count) == ((), 1)
        assert [each.by for each in await tx.topics.followed(MATHS)] == [None]
        assert [each.by for each in await tx.topics.followed(VALLEY_MATHS)] == ["ana"]


async def test_erasing_forgets_who_did_what_and_what_was_only_theirs(store: Store) -> None:
    [id_] = await saved(store, "fractions")
    rule = Rule(HILL, "maths", RuleKind.WORD, "lottery", "ana", NOW)
    less = Less(HILL, "maths", "ana", "x", "a1", "1", NOW)
    own = replace(channel(ChannelKey(HILL, "dm-ana")), name="Ana", owner="ana")
    async with store.transaction() as tx:
        for person in ("ana", "ben"):
            await tx.rules.put(replace(rule, by=person, value=f"lottery of {person}"))
            await tx.rules.ask_for_less(replace(less, person=person))
            await tx.library.note(HILL, id_, Note(new_id(), person, "Good", NOW))
            await tx.library.tag(HILL, id_, [f"by {person}"], person, NOW)
        await tx.rules.put(replace(rule, workspace=VALLEY))
        await tx.reports.open(HILL, POST, "ana", NOW)
        await tx.channels.put(own)
        await tx.topics.follow(own.key, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.slots.plan(new_slot(to=own.key))
        await tx.people.erase(ANA)
    async with store.reading() as tx:
        assert [(each.value, each.by) for each in await tx.rules.of(HILL)] == [
            ("lottery of ana", ""),
            ("lottery of ben", "ben"),
        ]
        assert [each.by for each in await tx.rules.of(VALLEY)] == ["ana"]
        assert [vote.person for vote in await tx.rules.votes(MATHS, None)] == ["ben"]
        shown = (await tx.library.items(HILL, [id_]))[id_]
        assert ([note.by for note in shown.notes], shown.tags) == (["ben"], ("by ana", "by ben"))
        assert await tx.reports.waiting(HILL) == [POST]
        assert await tx.channels.get(own.key) is None
        assert (await tx.topics.watched(), await tx.slots.next_due(own.key)) == ([], None)


# -------------------------------------------------------------------------------------------------------------- notices


async def test_a_notice_is_given_once_until_it_is_cleared(stores: tuple[Store, Store]) -> None:
    async def first_time(store: Store, workspace: str = HILL) -> bool:
        async with store.transaction() as tx:
            return await tx.notices.first_time(workspace, "x is silent", NOW)

    assert await first_time(stores[0])
    assert not await first_time(stores[1])
    assert await first_time(stores[1], VALLEY)
    async with stores[0].transaction() as tx:
        assert await tx.notices.clear(HILL, "x is silent")
        assert not await tx.notices.clear(HILL, "x is silent")
    assert await first_time(stores[1])
    assert not await first_time(stores[1], VALLEY)


async def test_only_one_of_many_at_once_gives_a_notice(stores: tuple[Store, Store]) -> None:
    async def first_time(number: int) -> bool:
        async with stores[number % 2].transaction() as tx:
            return await tx.notices.first_time(HILL, "key", NOW)

    assert (await asyncio.gather(*(first_time(number) for number in range(10)))).count(True) == 1
