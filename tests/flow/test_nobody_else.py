"""What somebody keeps alone, and what too few have saved yet, tells nobody anything of anybody: not beside the same
page in somebody else's hands, either."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.events import Person
from bot.domain.exchange import Format, Listing, ListingKind
from bot.domain.keys import PersonKey, PostKey
from bot.domain.people import Role
from bot.domain.post import Link
from bot.domain.rules import Rule, RuleKind, Verdict
from bot.domain.search import Total
from bot.errors import Mistake
from bot.ports import Store
from bot.ports.desk import AddTags, LinkToSave, Retitle, SetKind, Share, Viewer, WriteNote
from bot.services.exchange import written
from bot.services.exchange.engine import EngineExchange
from bot.services.web.desk import EngineDesk
from tests.fakes.chat_text import all_buttons_of
from tests.rigs.school import STAFF, WORKSPACE, School, school

PAGE = "https://nrich.example/folding"
OTHER = "https://nrich.example/other"
MINE = Listing(ListingKind.MINE)


def viewer(name: str, role: Role = Role.EDITOR) -> Viewer:
    return Viewer(Person(PersonKey(WORKSPACE, name.lower()), name), role)


@pytest.fixture
async def our() -> AsyncIterator[School]:
    async with school() as found:
        yield found


@pytest.fixture
async def stored(store: Store) -> AsyncIterator[School]:
    """On each kind of store."""
    async with school(store=store, shelves={"🔖": "", "📚": "reading group"}) as found:
        yield found


ANA, BEN, CLEO = viewer("Ana"), viewer("Ben"), viewer("Cleo")


async def three_are_needed(our: School) -> None:
    async with our.store.transaction() as tx:
        await tx.rules.put(Rule(WORKSPACE, "", RuleKind.THRESHOLD, "3", "ada", our.clock.now()))
        staff = await tx.channels.get(STAFF)
        assert staff
        await tx.channels.put(replace(staff, department="Maths"))


async def saved(our: School, who: Viewer, *, private: bool = False, title: str = "Folding", **more: str) -> str:
    link = LinkToSave(PAGE, title, private=private, **more)
    return (await EngineDesk(our.parts).save_link(who, link)).item


async def whole_file(our: School, who: Viewer) -> str:
    async with our.store.reading() as tx:
        return (await written(tx, our.parts, who.person.key, MINE, Format.JSON)).text


async def own_file(our: School, who: Viewer) -> list[dict[str, Any]]:
    return list(json.loads(await whole_file(our, who))["items"])


async def saved_by_ben_and_seen_by(our: School, *, private: bool) -> str:
    """Ben has saved it, with all that can be said of it; Ana as well, and one more is needed."""
    await our.open_channel()
    await three_are_needed(our)
    desk = EngineDesk(our.parts)
    item = await saved(our, BEN, library="Maths")
    await desk.act(BEN, item, AddTags("pizza"))
    await desk.act(BEN, item, WriteNote("With year 9"))
    assert await saved(our, ANA, private=private) == item
    return item


@pytest.mark.parametrize("private", [True, False])
async def test_what_too_few_have_saved_yet_tells_one_of_them_nothing_of_the_others(
    our: School, *, private: bool
) -> None:
    item = await saved_by_ben_and_seen_by(our, private=private)
    page = await EngineDesk(our.parts).item(ANA, item)
    mine = await EngineDesk(our.parts).shelf(ANA, "", mine=True)
    assert page
    assert len(mine.items) == 1
    told = (page, mine, await own_file(our, ANA), await our.say("ana", "/pln saved"))
    for word in ("Ben", "pizza", "year 9", "maths", "colleague"):
        assert word.casefold() not in repr(told).casefold().replace("let colleagues", ""), word


@pytest.mark.parametrize("private", [True, False])
async def test_the_history_of_what_too_few_have_saved_is_told_to_none_of_them(our: School, *, private: bool) -> None:
    await saved_by_ben_and_seen_by(our, private=private)
    await our.say("ana", "/pln saved")
    shown = our.last_answer("ana")
    labels = [each.label for each in all_buttons_of(shown.message) if each.label.startswith("History")]
    for label in labels:
        said = await our.hear("ana", our.chat.press("ana", shown.id, label))
        assert "Ben" not in said
        assert "pizza" not in said


@pytest.mark.parametrize("private", [True, False])
async def test_a_search_by_name_does_not_tell_who_else_saved_what_too_few_have_saved(
    stored: School, *, private: bool
) -> None:
    await saved_by_ben_and_seen_by(stored, private=private)
    async with stored.store.transaction() as tx:
        await tx.people.set_findable(BEN.person.key, findable=True)
    for search, expected in (("folding", 1), ("folding by:ben", 0), ("folding -by:ben", 1), ("by:me -by:ben", 1)):
        assert (await EngineDesk(stored.parts).shelf(ANA, search, mine=True)).total == Total(expected), search


@pytest.mark.parametrize("act", [AddTags("mine"), Retitle("Mine"), SetKind("video"), Share("Maths")])
async def test_who_keeps_it_alone_changes_nothing_of_what_somebody_else_saved(our: School, act: Any) -> None:
    item = await saved_by_ben_and_seen_by(our, private=True)
    with pytest.raises(Mistake):
        await EngineDesk(our.parts).act(ANA, item, act)


@pytest.mark.parametrize("act", [Retitle("For the trouble with 9C"), SetKind("video")])
async def test_what_two_keep_alone_neither_changes_for_the_other(our: School, act: Any) -> None:
    await our.open_channel()
    item = await saved(our, ANA, private=True)
    await saved(our, BEN, private=True)
    before = await EngineDesk(our.parts).item(BEN, item)
    with pytest.raises(Mistake):
        await EngineDesk(our.parts).act(ANA, item, act)
    assert await EngineDesk(our.parts).item(BEN, item) == before


async def test_what_somebody_called_a_page_for_themselves_nobody_reads_who_brings_it_in(stored: School) -> None:
    await stored.open_channel()
    await saved(stored, ANA, private=True, title="For the trouble with 9C")
    file = f'<DT><A HREF="{PAGE}">Folding paper</A>'
    found = await EngineExchange(stored.parts).look_through(BEN.person, Role.EDITOR, file.encode(), "")
    assert found.new == 1
    await EngineExchange(stored.parts).confirm(BEN.person.key, Role.EDITOR, found.id)
    await stored.settle()
    assert [each.entry.title for each in (await EngineDesk(stored.parts).shelf(CLEO, "")).items] == ["Folding paper"]


async def test_a_post_brought_in_for_oneself_is_not_told_of_beside_the_page_it_leads_to(our: School) -> None:
    leads_there = {"links": (Link(PAGE, "https://t.example/a", "Folding"),)}
    await our.open_channel()
    our.write("Zebra paper for everybody", **leads_there)
    read = our.write("Zebra paper once more", **leads_there)
    async with our.store.transaction() as tx:
        await tx.posts.add([read], {}, our.clock.now())
    await our.say("ana", "/pln save https://x.com/author1/status/1 only me")
    file = (await whole_file(our, ANA)).replace("/status/1", "/status/2").replace('"1"', '"2"')
    await our.say("ana", "/pln undo")
    item = await saved(our, BEN)
    found = await EngineExchange(our.parts).look_through(ANA.person, Role.EDITOR, file.encode(), "")
    await EngineExchange(our.parts).confirm(ANA.person.key, Role.EDITOR, found.id)
    await our.settle()
    async with our.store.reading() as tx:
        assert (await tx.library.items(WORKSPACE, [item], "cleo"))[item].citations == ()
    assert (await EngineDesk(our.parts).shelf(CLEO, "zebra")).total == Total(0)
    assert (await EngineDesk(our.parts).shelf(ANA, "", mine=True)).total == Total(1)


async def test_a_file_does_not_tell_what_too_few_have_saved(stored: School) -> None:
    await stored.open_channel()
    await three_are_needed(stored)
    await saved(stored, BEN)
    file = f'<DT><A HREF="{PAGE}">Folding paper</A><DT><A HREF="{OTHER}">Other</A>'
    assert (await EngineExchange(stored.parts).look_through(ANA.person, Role.EDITOR, file.encode(), "")).new == 2


@pytest.mark.parametrize("how", ["too few", "removed", "reported"])
async def test_no_shelf_is_offered_that_has_nothing_to_show(stored: School, how: str) -> None:
    digest = await stored.digest_of(1)
    await stored.hear("ben", stored.chat.react("ben", digest.id, "📚"))
    await stored.hear("ben", stored.chat.command("ben", STAFF, "/pln save 1 reading group"))
    exchange = EngineExchange(stored.parts)
    assert (await exchange.choices(ANA.person.key)).shelves == [("reading group", "reading group")]
    if how == "too few":
        await three_are_needed(stored)
    async with stored.store.transaction() as tx:
        if how == "removed":
            (ids,) = (await tx.library.led_to(WORKSPACE, [PostKey("x", "1")])).values()
            await tx.care.remove(WORKSPACE, ids[0], "ada", stored.clock.now())
        if how == "reported":
            await tx.reports.open(WORKSPACE, PostKey("x", "1"), "ada", stored.clock.now())
    assert (await exchange.choices(ANA.person.key)).shelves == []


async def test_what_was_removed_says_nothing_of_the_taste_of_a_channel(stored: School) -> None:
    await stored.digest_of(1)
    await stored.say("ben", "/pln save 1")
    async with stored.store.transaction() as tx:
        assert len(await tx.rules.votes(STAFF, None)) == 1
        (ids,) = (await tx.library.led_to(WORKSPACE, [PostKey("x", "1")])).values()
        await tx.care.remove(WORKSPACE, ids[0], "ada", stored.clock.now())
        assert await tx.rules.votes(STAFF, None) == []


async def test_by_the_words_of_a_reported_post_the_page_is_found_no_more_until_it_is_restored(stored: School) -> None:
    leads_there = {"links": (Link(PAGE, "https://t.example/a", "Folding"),)}
    await stored.open_channel()
    stored.write("Zebra for everybody", **leads_there)
    stored.write("Quokka for everybody", **leads_there)
    for number in (1, 2):
        await stored.say("ben", f"/pln save https://x.com/author{number}/status/{number}")
    desk, reported = EngineDesk(stored.parts), PostKey("x", "1")

    async def found(*searches: str) -> list[int]:
        return [(await desk.shelf(CLEO, search)).total.counted for search in searches]

    assert await found("zebra", "@author1", "quokka", "folding") == [1, 1, 1, 1]
    async with stored.store.transaction() as tx:
        await tx.reports.open(WORKSPACE, reported, "ada", stored.clock.now())
    assert await found("zebra", "@author1", "quokka", "folding") == [0, 0, 1, 1]
    async with stored.store.transaction() as tx:
        await tx.reports.settle(WORKSPACE, reported, Verdict.RESTORED, "ada", stored.clock.now())
    assert await found("zebra", "@author1", "quokka", "folding") == [1, 1, 1, 1]


@pytest.mark.parametrize("typed", ["title 1 Mine", "kind 1 video", "untag 1 pizza"])
async def test_who_names_an_item_is_not_told_that_too_few_others_keep_it(our: School, typed: str) -> None:
    await our.digest_of(1)
    await three_are_needed(our)
    before = await our.say("ana", f"/pln {typed}")
    await our.say("ben", "/pln save 1")
    assert await our.say("ana", f"/pln {typed}") == before
    assert "Save it first" in before or "not in the library" in before
