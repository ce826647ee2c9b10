"""What every store finds: the same, for the same words."""

from datetime import timedelta

import pytest

from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark, NewItem, Note
from bot.domain.search import Query, Total, nearest, parse_query
from bot.domain.search.entry import library_facet
from bot.domain.search.query import Facet
from bot.domain.search.total import COUNTED_AT_ONCE
from bot.ports import Store, Transaction
from tests.contract.library_examples import CHANNELS, FOUND, LIBRARY, ORDER, expected, furnish
from tests.contract.store_examples import HILL, NOW, VALLEY, new_id


async def found(store: Store, text: str, *, viewer: str | None = "ana", least: int = 1, **page: int) -> list[str]:
    query = parse_query(text, CHANNELS)
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL,
            query,
            saved_by=None,
            viewer=viewer,
            limit=page.get("limit", 50),
            offset=page.get("offset", 0),
            least=least,
        )
    assert page or total == Total(len(items))
    return [item.id for item in items]


async def test_the_same_is_found_everywhere(store: Store) -> None:
    await furnish(store)
    queries = expected(FOUND)
    assert len(queries) >= 200
    wrong = {text: ids for text, labels in queries if (ids := sorted(await found(store, text))) != labels}
    assert wrong == {}


async def test_what_fits_best_comes_first_and_of_equals_the_newest(store: Store) -> None:
    await furnish(store)
    wrong = {text: ids for text, labels in expected(ORDER) if (ids := await found(store, text)) != labels}
    assert wrong == {}
    assert await found(store, "#year6") == ["j", "d"], "nothing to weigh"
    assert await found(store, "since:2026-11") == ["k", "j", "i"]


async def test_an_export_of_a_search_lists_all_that_it_finds_newest_first(store: Store) -> None:
    await furnish(store)
    wrong = {}
    async with store.reading() as tx:
        for text, labels in expected(FOUND):
            query = parse_query(text, CHANNELS)
            places = await tx.listings.found(HILL, query, viewer="ana", least=1, most=100)
            if sorted(place.item for place in places) != labels:
                wrong[text] = [place.item for place in places]
        places = await tx.listings.found(HILL, parse_query("", CHANNELS), viewer="ana", least=1, most=5)
    assert wrong == {}
    assert len(places) == 5
    assert [place.at for place in places] == sorted((place.at for place in places), reverse=True)


async def test_an_export_of_ones_own_saves_has_what_others_do_not_find(store: Store) -> None:
    await furnish(store)
    alone = new_id()
    async with store.transaction() as tx:
        await tx.library.add(HILL, NewItem(alone, f"link:{alone}", "https://own.example", "Quokkas", "quokkas"), NOW)
        await tx.library.put_mark(HILL, Mark(alone, "ana", "form", NOW, private=True))
        query = parse_query("by:me quokkas", CHANNELS)
        mine = await tx.listings.found(HILL, query, viewer="ana", least=1, most=5)
        bens = await tx.listings.found(HILL, query, viewer="ben", least=1, most=5)
        openly = await tx.listings.found(HILL, parse_query("quokkas", CHANNELS), viewer="ana", least=1, most=5)
    assert [(place.at, place.item) for place in mine] == [(NOW, alone)]
    assert (bens, openly) == ([], [])


async def test_pages_of_what_was_found_follow_each_other(store: Store) -> None:
    await furnish(store)
    pages = [await found(store, "fractions", limit=1, offset=number) for number in range(5)]
    assert pages == [["d"], ["a"], ["j"], ["f"], []]


async def test_of_very_many_no_more_are_counted_than_anybody_wants_to_know(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(COUNTED_AT_ONCE + 2):
            item = f"item{number:04}"
            page = NewItem(item, f"link:{item}", f"https://{item}.example", "Fractions", "ratio" if number else "")
            await tx.library.add(HILL, page, NOW)
            await tx.library.put_mark(HILL, Mark(item, "ana", "button", NOW + timedelta(seconds=number)))
        everything = await _counted(tx, "")
        common, of_ones_own = await _counted(tx, "fractions"), await _counted(tx, "by:me fractions")
        one_less = await _counted(tx, "ratio")
        of_the_last_page = await _counted(tx, "ratio", offset=COUNTED_AT_ONCE)
        since = await _counted(tx, f"since:{NOW.year - 1}")
    more = Total(COUNTED_AT_ONCE, more=True)
    assert everything == Total(COUNTED_AT_ONCE + 2)
    assert common == of_ones_own == one_less == since == more
    assert of_the_last_page == Total(COUNTED_AT_ONCE + 1)


async def _counted(tx: Transaction, text: str, offset: int = 0) -> Total:
    query = parse_query(text, CHANNELS)
    return (await tx.library.find(HILL, query, saved_by=None, viewer="ana", limit=5, offset=offset))[1]


async def test_another_workspace_finds_its_own(store: Store) -> None:
    await furnish(store)
    async with store.reading() as tx:
        items, total = await tx.library.find(
            VALLEY, parse_query("fractions -pizza"), saved_by=None, viewer="ana", limit=9, offset=0
        )
    assert ([item.id for item in items], total) == (["l"], Total(1))


async def test_what_too_few_saved_is_not_found_by_anything(store: Store) -> None:
    await furnish(store)
    assert await found(store, "fractions", least=2) == ["d", "j"]
    assert sorted(await found(store, "-xyzzy", least=2)) == ["d", "j"]
    assert await found(store, "fractions or by:me", least=2) == ["j", "d"]
    assert await found(store, "assessment", least=2) == []


async def test_nobody_in_particular_has_saved_nothing(store: Store) -> None:
    await furnish(store)
    assert await found(store, "by:me", viewer=None) == []


async def test_words_among_ones_own_saves(store: Store) -> None:
    await furnish(store)
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL, parse_query("fractions"), saved_by="ben", viewer="ben", limit=9, offset=0
        )
    assert ([item.id for item in items], total) == (["d"], Total(1))


async def test_what_is_said_later_is_found_and_what_is_taken_back_is_not(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        await tx.library.note(HILL, "e", Note("n1", "ana", "Ask for quokka", NOW))
        await tx.library.tag(HILL, "e", ["marsupials"], "ana", NOW)
    assert await found(store, "quokka") == await found(store, "#marsupials") == ["e"]
    async with store.transaction() as tx:
        await tx.library.note(HILL, "e", Note("n1", "ana", "Ask for wombat", NOW))
    assert await found(store, "quokka") == []
    assert await found(store, "wombat") == ["e"]
    async with store.transaction() as tx:
        await tx.library.end_marks(PersonKey(HILL, "ben"), "e", NOW, Ending.UNDONE)
    assert await found(store, "wombat") == []
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, Mark("e", "cleo", "button", NOW))
    assert await found(store, "wombat") == ["e"]
    assert await found(store, "since:2026-11-24 decimals") == ["e"]


async def test_what_was_erased_is_found_by_nothing(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        await tx.people.put(Person(PersonKey(HILL, "person 0"), "Pia"))
        await tx.people.erase(PersonKey(HILL, "person 0"))
        await tx.posts.erase([PostKey("x", "f"), PostKey("x", "a")])
    for text in ("pairs", "5b", "ratio", "@gita_gauge", "kind:question", "strip", "from:#edchat paper"):
        assert await found(store, text) == [], text
    assert await found(store, "#year5") == await found(store, "folding paper") == ["a"], "link, title and tags stay"


async def test_every_workspace_knows_words_to_suggest(store: Store) -> None:
    await furnish(store)
    async with store.reading() as tx:
        known = await tx.library.known_words(HILL, 7, 11)
    assert nearest("fractoins", known)[0] == "fractions"
    assert nearest("retreival", known)[0] == "retrieval"
    assert not [word for word in known if not 7 <= len(word) <= 11 or not word.isalnum()]


async def test_words_are_known_by_their_beginnings(store: Store) -> None:
    await furnish(store)
    async with store.reading() as tx:
        every = await tx.library.known_words(HILL, 7, 11)
        assert await tx.library.known_words(HILL, 7, 11, ["f", "re"]) == [
            word for word in every if word.startswith(("f", "re"))
        ]
        assert await tx.library.known_words(HILL, 7, 11, ["%", "_"]) == []


@pytest.mark.parametrize(
    "text", ["AND OR NOT NEAR(", "'; drop table item; --", "title: x", "a*b", '"*"', "x\\' | y & !z"]
)
async def test_no_word_is_taken_for_the_database_language(store: Store, text: str) -> None:
    await furnish(store)
    await found(store, text)
    assert len(LIBRARY) == 14


async def test_items_saved_at_one_moment_are_all_found(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        for label in ("a", "b", "c", "d", "e"):
            await tx.library.put_mark(HILL, Mark(label, "dora", "button", NOW + timedelta(days=1)))
    assert sorted(await found(store, "since:2026-11-25 -xyzzy")) == ["a", "b", "c", "d", "e"]


# --------------------------------------------------------------------------------------------- what others do not find


async def own(store: Store, text: str, *, saved_by: str | None = "ana", least: int = 1, **page: int) -> list[str]:
    """Among what Ana saved."""
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL,
            parse_query(text, CHANNELS),
            saved_by=saved_by,
            viewer="ana",
            limit=page.get("limit", 50),
            offset=page.get("offset", 0),
            least=least,
        )
    assert page or total == Total(len(items))
    return [item.id for item in items]


async def keep_alone(store: Store, item: str, title: str, *, person: str = "ana", note: str = "") -> None:
    async with store.transaction() as tx:
        new = NewItem(item, f"link:https://{item}.example/", f"https://{item}.example/", title, title, None)
        await tx.library.add(HILL, new, NOW)
        await tx.library.put_mark(HILL, Mark(item, person, "button", NOW, private=True))
        if note:
            await tx.library.note(HILL, item, Note(new_id(), person, note, NOW, private=True))


async def test_what_somebody_keeps_to_themselves_they_find_by_its_words_and_nobody_else_does(store: Store) -> None:
    await furnish(store)
    await keep_alone(store, "own", "Quokka quiz for fractions", note="For Benedikt")
    for text in (
        "quokka",
        '"quokka quiz"',
        "quo",
        "benedikt",
        "quokka -pizza",
        "domain:own.example",
        "(quokka or wombat)",
    ):
        assert await own(store, text) == ["own"], text
        assert await own(store, f"by:me {text}", saved_by=None) == ["own"], text
        assert await found(store, text) == [], text
        assert await found(store, f"by:me {text}", viewer="ben") == [], text
        assert await found(store, text, viewer=None) == [], text
    assert await own(store, "quokka wombat") == await own(store, "kind:video quokka") == []


async def test_own_saves_are_found_among_those_of_all_the_best_first_and_page_by_page(store: Store) -> None:
    await furnish(store)
    before = await own(store, "fractions")
    await keep_alone(store, "own", "Fractions again")
    both = await own(store, "fractions")
    assert sorted(both) == sorted([*before, "own"])
    pages = [await own(store, "fractions", limit=1, offset=number) for number in range(len(both) + 1)]
    assert pages == [*([each] for each in both), []]


async def test_what_waits_for_more_savers_is_found_by_who_saved_it(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, Mark("e", "ana", "button", NOW))
    assert await own(store, "decimals", least=5) == ["e"]
    assert await own(store, "by:me decimals", saved_by=None, least=5) == ["e"]
    assert await found(store, "decimals", least=5) == []
    assert await own(store, "decimals since:2026-11-24 before:2026-11-25", least=5) == ["e"]
    assert await own(store, "decimals -by:me", least=5) == []


async def test_what_waits_is_not_found_by_what_other_people_said_of_it(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, Mark("e", "ana", "button", NOW))
        await tx.library.note(HILL, "e", Note(new_id(), "ben", "Ask for quokka", NOW))
        await tx.library.note(HILL, "e", Note(new_id(), "ana", "Ask for wombat", NOW))
        await tx.library.note(HILL, "e", Note(new_id(), "ana", "Or for koala", NOW, private=True))
        await tx.library.tag(HILL, "e", ["marsupials"], "ben", NOW)
        await tx.library.tag(HILL, "e", ["antipodes"], "ana", NOW)
    assert await own(store, "wombat koala", least=5) == await own(store, "#antipodes", least=5) == ["e"]
    assert await own(store, "quokka", least=5) == await own(store, "#marsupials", least=5) == []


async def test_days_and_channels_narrow_own_saves_as_well(store: Store) -> None:
    await furnish(store)
    await keep_alone(store, "own", "Quokka quiz")
    assert (
        await own(store, "since:2026-11-24 quokka")
        == await own(store, "since:2026-11-24 domain:own.example")
        == ["own"]
    )
    assert await own(store, "since:2026-11-24 before:2026-11-25") == ["own"]
    assert await own(store, "quokka since:2026-11-25") == []
    assert await own(store, "quokka from:#edchat") == await own(store, "quokka in:maths") == []
    assert await own(store, "quokka -from:#edchat") == ["own"]


async def test_what_was_removed_or_taken_back_is_not_found_among_ones_own(store: Store) -> None:
    await furnish(store)
    await keep_alone(store, "own", "Quokka quiz")
    async with store.transaction() as tx:
        await tx.library.end_marks(PersonKey(HILL, "ana"), "own", NOW, Ending.UNDONE)
    assert await own(store, "quokka") == []


async def test_the_same_is_found_where_nobody_else_has_a_library(store: Store) -> None:
    await furnish(store)
    async with store.transaction() as tx:
        assert await tx.library.end_marks(PersonKey(VALLEY, "ana"), None, NOW, Ending.UNDONE) == 1
    wrong = {text: ids for text, labels in expected(FOUND) if (ids := sorted(await found(store, text))) != labels}
    assert wrong == {}


@pytest.mark.parametrize("many", [3, 30], ids=["few", "many"])
async def test_a_beginning_finds_all_words_that_have_it_however_many_there_are(store: Store, many: int) -> None:
    await furnish(store)
    letters = "abcdefghijklmnopqrstuvwxyz1234"[:many]
    for letter in letters:
        await keep_openly(store, f"zebra-{letter}", f"Striped zebra{letter}")
    everything = sorted(f"zebra-{letter}" for letter in letters)
    assert sorted(await found(store, "zebr")) == sorted(await found(store, '"striped zebr')) == everything
    assert sorted(await found(store, "striped -zebraa -zebrab")) == sorted(
        each for each in everything if each not in {"zebra-a", "zebra-b"}
    )
    assert await found(store, "zebr striped") == await found(store, "zebrazebr") == []
    assert sorted(await found(store, "folding or zebr")) == sorted([*await found(store, "folding "), *everything])


async def keep_openly(store: Store, item: str, title: str) -> None:
    async with store.transaction() as tx:
        await tx.library.add(HILL, NewItem(item, f"link:{item}", f"https://{item}.example", title, ""), NOW)
        await tx.library.put_mark(HILL, Mark(item, "ana", "button", NOW))


async def test_the_words_of_a_departments_name_are_not_words_of_what_its_library_holds(store: Store) -> None:
    key = library_key("Modern Languages: 6th_form")
    async with store.transaction() as tx:
        await tx.library.add(HILL, NewItem("i", "link:i", "https://i.example", "Quokka quiz", ""), NOW)
        await tx.library.put_mark(HILL, Mark("i", "ana", "button", NOW, library=key))
        assert await tx.library.known_words(HILL, 1, 20) == ["quiz", "quokka"]
        for held, tree in ((1, Facet(library_facet(key))), (0, Facet(library_facet("modern")))):
            found_there = await tx.library.find(HILL, Query(tree), saved_by=None, viewer=None, limit=5, offset=0)
            assert found_there[1] == Total(held)
    for text in ("languages", "langu", "6th", "form", '"languages 6th"'):
        assert await found(store, text) == []
    assert await found(store, "quokka -languages -form") == ["i"]
