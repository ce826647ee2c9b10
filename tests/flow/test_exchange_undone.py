"""What an undone file leaves behind: everything as it would be without it."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING, Bringing, Format, ImportState, Listing, ListingKind
from bot.domain.keys import PersonKey
from bot.domain.library import Item
from bot.domain.people import Role
from bot.domain.search import ALL_ITEMS
from bot.services.exchange import coming_in, working_off, written
from bot.services.exchange.engine import EngineExchange
from bot.services.library.care import change_note, delete_note, tag_item, untag_item
from bot.services.library.shelf import Placing, mark_item, undo
from tests.rigs.school import STAFF, WORKSPACE, School, school

ANA = Person(PersonKey(WORKSPACE, "ana"), "Ana Bell")
BEN = Person(PersonKey(WORKSPACE, "ben"), "Ben Hill")
CLEO = Person(PersonKey(WORKSPACE, "cleo"), "Cleo Marsh")
DEPARTMENTS = ("Maths", "Science", "Art")
SEEN = (
    EVERYTHING,
    Listing(ListingKind.MINE),
    *(Listing(ListingKind.LIBRARY, each.lower()) for each in DEPARTMENTS),
    Listing(ListingKind.TAG, "fractions"),
    Listing(ListingKind.SHELF, "reading group"),
)
PAGE = "https://nrich.example/fractions"


def entry(link: str = PAGE, **more: Any) -> dict[str, Any]:
    return {"link": link, "title": "Fractions", "saved_at": "2026-11-01T08:00:00+00:00", **more}


def said(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "at": "2026-11-02T08:00:00+00:00"} for text in texts]


FULL = entry(tags=["fractions", "year 9"], notes=said("Worked well"), libraries=["maths", "science", "art"])
OTHER = entry(
    tags=["year 9", "ratio"],
    notes=said("Worked well", "Too long"),
    libraries=["science", "art"],
    shelves=["reading group"],
    saved_at="2026-11-03T08:00:00+00:00",
)
PRIVATE = entry(notes=said("Worked well"), private=True)
BARE = entry("https://bare.example/")
FILES = {
    "the same": ([FULL, BARE], [FULL, BARE]),
    "more": ([FULL], [OTHER, BARE]),
    "less": ([OTHER], [BARE, FULL]),
    "private first": ([PRIVATE], [FULL]),
    "private later": ([FULL], [PRIVATE]),
    "nothing else": ([entry()], [FULL]),
    "another page": ([FULL], [BARE]),
}


@pytest.fixture
async def schools() -> AsyncIterator[Sequence[School]]:
    """Two alike, on the same day."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(school()) for _ in range(2)]
        for each in found:
            await each.open_channel()
            async with each.store.transaction() as tx:
                known = await tx.channels.get(STAFF)
                assert known
                for number, name in enumerate(DEPARTMENTS):
                    key = replace(STAFF, channel=f"department-{number}")
                    await tx.channels.put(replace(known, key=key, department=name))
        yield found


async def brought(hill: School, entries: Sequence[dict[str, Any]], who: Person = ANA) -> Bringing:
    file = {"format": "staffroom library", "version": 1, "items": entries}
    found = await EngineExchange(hill.parts).look_through(who, Role.EDITOR, json.dumps(file).encode(), "")
    await EngineExchange(hill.parts).confirm(who.key, Role.EDITOR, found.id)
    await hill.settle()
    return found


async def undone(hill: School, of: Bringing) -> None:
    who = PersonKey(of.workspace, of.person)
    await EngineExchange(hill.parts).undo(who, Role.EDITOR, of.id)
    await hill.settle()
    found = await EngineExchange(hill.parts).one_import(who, Role.EDITOR, of.id)
    assert found
    assert found.state is ImportState.UNDONE


async def seen(hill: School) -> list[Any]:
    """All that there is to be seen, by both."""
    told: list[Any] = []
    for who in (ANA, BEN):
        for what in SEEN:
            try:
                async with hill.store.reading() as tx:
                    file = json.loads((await written(tx, hill.parts, who.key, what, Format.JSON)).text)
            except Exception as nothing:  # noqa: BLE001 - such as a shelf that is empty: it has to be so in both
                told.append(str(nothing))
            else:
                told.append(sorted(map(as_told, file["items"]), key=str))
    return told


def as_told(item: dict[str, Any]) -> dict[str, Any]:
    """In whatever order it came."""
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in item.items()}


async def the_page(hill: School) -> Item:
    async with hill.store.reading() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=10, offset=0)
    return next(item for item in found if item.url == PAGE)


@pytest.mark.parametrize("second", [ANA, BEN], ids=["by one person", "by two people"])
@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
async def test_of_two_files_the_first_is_undone_as_if_it_had_never_been(
    schools: Sequence[School], files: tuple[list[dict[str, Any]], list[dict[str, Any]]], second: Person
) -> None:
    with_both, with_one = schools
    first = await brought(with_both, files[0])
    for each in schools:
        await brought(each, files[1], second)
    await undone(with_both, first)
    assert await seen(with_both) == await seen(with_one)


@pytest.mark.parametrize("second", [ANA, BEN], ids=["by one person", "by two people"])
@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
async def test_of_two_files_the_second_is_undone_as_if_it_had_never_been(
    schools: Sequence[School], files: tuple[list[dict[str, Any]], list[dict[str, Any]]], second: Person
) -> None:
    with_both, with_one = schools
    for each in schools:
        await brought(each, files[0])
    await undone(with_both, await brought(with_both, files[1], second))
    assert await seen(with_both) == await seen(with_one)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)])
async def test_of_three_files_what_stays_is_what_the_others_brought_until_nothing_does(
    schools: Sequence[School], order: tuple[int, ...]
) -> None:
    hill, empty = schools
    files, people = ([FULL, BARE], [OTHER], [FULL]), (ANA, ANA, BEN)
    imports = [await brought(hill, file, who) for file, who in zip(files, people, strict=True)]
    for number in order:
        assert (await the_page(hill)).url == PAGE
        await undone(hill, imports[number])
    assert await seen(hill) == await seen(empty)


async def test_what_somebody_took_away_does_not_come_back_with_the_file_behind(schools: Sequence[School]) -> None:
    hill = schools[0]
    first = await brought(hill, [FULL])
    await brought(hill, [OTHER])
    page = await the_page(hill)
    async with hill.store.transaction() as tx:
        now = hill.clock.now()
        await untag_item(tx, ANA, Role.EDITOR, page.id, ["year 9"], at=now)
        await delete_note(tx, ANA, Role.EDITOR, page.id, page.notes[0].id, at=now)
        await tx.library.unshare(WORKSPACE, page.id, "art")
    await undone(hill, first)
    page = await the_page(hill)
    assert (page.tags, page.notes, set(page.libraries)) == (("ratio",), (), {"science"})


async def test_a_note_that_was_changed_does_not_come_back_as_it_was_with_the_file_behind(
    schools: Sequence[School],
) -> None:
    hill = schools[0]
    first = await brought(hill, [FULL])
    await brought(hill, [FULL])
    page = await the_page(hill)
    hill.clock.advance(timedelta(minutes=1))
    async with hill.store.transaction() as tx:
        note = page.notes[0].id
        await change_note(tx, ANA, Role.EDITOR, page.id, note, text="Worked better", at=hill.clock.now())
    await undone(hill, first)
    page = await the_page(hill)
    assert ([note.text for note in page.notes], page.savers) == (["Worked better"], ("Ana Bell",))


async def test_what_colleagues_did_meanwhile_stays_when_a_file_is_undone(schools: Sequence[School]) -> None:
    hill = schools[0]
    first = await brought(hill, [FULL])
    page = await the_page(hill)
    async with hill.store.transaction() as tx:
        now = hill.clock.now()
        await mark_item(tx, Placing(BEN, "web", now, library="maths"), page.id)
        await tag_item(tx, BEN, Role.EDITOR, page.id, ["ratio"], at=now)
    await undone(hill, first)
    page = await the_page(hill)
    assert (page.savers, page.tags, page.libraries) == (("Ben Hill",), ("ratio",), ("maths",))


async def test_a_page_that_was_saved_by_hand_before_is_none_of_a_file(schools: Sequence[School]) -> None:
    with_file, without = schools
    for each in schools:
        await brought(each, [FULL])
        async with each.store.transaction() as tx:
            page = (await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=1, offset=0))[0][0]
            await mark_item(tx, Placing(ANA, "web", each.clock.now()), page.id)
    await undone(with_file, await brought(with_file, [OTHER]))
    assert await seen(with_file) == await seen(without)


async def test_what_a_second_file_said_stays_at_a_page_that_was_saved_by_hand_after_it(
    schools: Sequence[School],
) -> None:
    with_both, with_one = schools
    first = await brought(with_both, [FULL])
    second = [await brought(each, [FULL]) for each in schools]
    for each in schools:
        page = await the_page(each)
        async with each.store.transaction() as tx:
            await mark_item(tx, Placing(ANA, "web", each.clock.now()), page.id)
    await undone(with_both, first)
    assert await seen(with_both) == await seen(with_one)
    await undone(with_both, second[0])
    page = await the_page(with_both)
    assert (page.savers, page.tags, page.notes) == (("Ana Bell",), (), ())


@pytest.mark.parametrize("was_taken_back", [False, True], ids=["at once", "taken back before"])
@pytest.mark.parametrize("who", [ANA, BEN], ids=["by one person", "by two people"])
async def test_what_somebody_keeps_alone_since_then_is_told_nobody_by_the_file_behind(
    schools: Sequence[School], who: Person, *, was_taken_back: bool
) -> None:
    hill = schools[0]
    first = await brought(hill, [FULL])
    await brought(hill, [OTHER], who)
    page = await the_page(hill)
    hill.clock.advance(timedelta(minutes=1))
    async with hill.store.transaction() as tx:
        now = hill.clock.now()
        if was_taken_back:
            await undo(tx, who.key, page.id, now)
        await mark_item(tx, Placing(who, "web", now, private=True), page.id)
        await mark_item(tx, Placing(CLEO, "web", now), page.id)
    await undone(hill, first)
    async with hill.store.reading() as tx:
        page = (await tx.library.items(WORKSPACE, [page.id], CLEO.key.person))[page.id]
    assert (page.savers, page.notes) == (("Cleo Marsh",), ())


async def test_a_page_keeps_the_name_that_it_had_by_then(schools: Sequence[School]) -> None:
    """As where two people save it one after the other."""
    hill = schools[0]
    first = await brought(hill, [FULL])
    await brought(hill, [OTHER | {"title": "Another name"}])
    await undone(hill, first)
    assert (await the_page(hill)).title == "Fractions"


async def test_what_somebody_took_back_by_hand_is_not_saved_again_by_a_file_of_theirs_behind(
    schools: Sequence[School],
) -> None:
    hill = schools[0]
    first = await brought(hill, [FULL])
    for file in ([FULL], [OTHER]):
        await brought(hill, file, BEN)
    page = await the_page(hill)
    async with hill.store.transaction() as tx:
        await undo(tx, BEN.key, page.id, hill.clock.now())
    await undone(hill, first)
    async with hill.store.reading() as tx:
        assert (await tx.library.items(WORKSPACE, [page.id], "ben"))[page.id].saved_by_me is False


async def test_a_long_file_is_handed_on_in_parts_wherever_the_process_ends(schools: Sequence[School]) -> None:
    with_both, with_one = schools
    pages = [entry(f"https://page.example/{number}", tags=["fractions"]) for number in range(3 * coming_in.AT_ONCE)]
    first = await brought(with_both, pages)
    for each in schools:
        await brought(each, [entry(page["link"], tags=["ratio"]) for page in pages])
    await EngineExchange(with_both.parts).undo(ANA.key, Role.EDITOR, first.id)
    assert await working_off.bring_some(with_both.parts)
    with_both.clock.advance(timedelta(minutes=10))
    await with_both.settle()
    assert await seen(with_both) == await seen(with_one)


async def test_of_several_files_that_are_undone_at_once_nothing_is_left(schools: Sequence[School]) -> None:
    hill, empty = schools
    imports = [await brought(hill, [FULL, BARE], who) for who in (ANA, ANA, BEN)]
    for each in imports:
        await EngineExchange(hill.parts).undo(PersonKey(WORKSPACE, each.person), Role.EDITOR, each.id)
    await hill.settle()
    assert await seen(hill) == await seen(empty)
