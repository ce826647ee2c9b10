"""Out of the library and into it, with a school around it."""

import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest

from bot.domain.channel import Channel
from bot.domain.events import Person
from bot.domain.exchange import EVERYTHING, Bringing, Format, ImportState, Listing, ListingKind
from bot.domain.exchange.found import CUT_NOTE, CUT_TAGS, CUT_TITLE
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Note
from bot.domain.people import Role
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.domain.search import ALL_ITEMS
from bot.domain.standing import Standing
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.exchange import coming_in, working_off, written
from bot.services.exchange.engine import EngineExchange
from bot.services.library.care import change_note
from bot.services.library.shelf import Placing, mark_item, save_link, save_post, undo
from tests.rigs.school import STAFF, WORKSPACE, School, school
from tests.unit.examples import link

ANA = Person(PersonKey(WORKSPACE, "ana"), "Ana Bell")
BEN = Person(PersonKey(WORKSPACE, "ben"), "Ben Hill")
MINE = Listing(ListingKind.MINE)
MATHS = Listing(ListingKind.LIBRARY, "maths")
PAGE = "https://nrich.example/fractions"
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><p>
<DT><H3>Maths</H3><DL><p>
<DT><A HREF="https://nrich.example/fractions" ADD_DATE="1700000000">Fractions</A>
<DT><A HREF="https://quiz.example/?utm_source=x">A quiz</A><DD>Worked well
<DT><A HREF="javascript:alert(1)">A bookmarklet</A>
</DL><p></DL><p>
"""
LONG = f"""<DT><A HREF="https://long.example/" TAGS="{"t" * 41}">{"A very long title " * 12}</A><DD>{"Long " * 300}
"""


@pytest.fixture
async def hill() -> AsyncIterator[School]:
    async with school() as found:
        await found.open_channel()
        yield found


async def saved(hill: School, url: str = PAGE, title: str = "Fractions", *, who: Person = ANA, **more: Any) -> str:
    async with hill.store.transaction() as tx:
        return await save_link(tx, Placing(who, "web", hill.clock.now(), **more), url, title)


async def taken(hill: School, what: Listing = EVERYTHING, into: Format = Format.JSON, *, who: Person = ANA) -> str:
    async with hill.store.reading() as tx:
        return (await written(tx, hill.parts, who.key, what, into)).text


async def items(hill: School, what: Listing = EVERYTHING, *, who: Person = ANA) -> list[dict[str, Any]]:
    read = json.loads(await taken(hill, what, who=who))
    return list(read["items"])


def exchange(hill: School) -> EngineExchange:
    return EngineExchange(hill.parts)


async def brought(
    hill: School, file: str = BOOKMARKS, *, who: Person = ANA, role: Role = Role.EDITOR, library: str = ""
) -> Bringing:
    """Shown, confirmed and worked off."""
    found = await exchange(hill).look_through(who, role, file.encode(), library)
    await exchange(hill).confirm(who.key, role, found.id)
    await hill.settle()
    return await seen(hill, found, who=who)


async def seen(hill: School, of: Bringing, *, who: Person = ANA) -> Bringing:
    found = await exchange(hill).one_import(who.key, Role.EDITOR, of.id)
    assert found
    return found


async def change(hill: School, act: Any) -> Any:
    async with hill.store.transaction() as tx:
        return await act(tx)


# ------------------------------------------------------------------------------------------------------------------ out


async def test_a_file_has_links_tags_and_notes_but_not_what_posts_say(hill: School) -> None:
    post = hill.write("The wording of somebody", links=link(PAGE))
    async with hill.store.transaction() as tx:
        await tx.posts.add([post], {}, hill.clock.now())
        item = await save_post(tx, Placing(ANA, "web", hill.clock.now()), post.key)
        assert item
        await tx.library.tag(WORKSPACE, item, ["fractions"], "ana", hill.clock.now())
        await tx.library.note(WORKSPACE, item, Note("n1", "ana", "Worked well", hill.clock.now()))
    for into in Format:
        text = await taken(hill, into=into)
        assert PAGE in text.replace("&#x27;", "'")
        assert "fractions" in text
        assert "Worked well" in text
        assert "wording" not in text
    hill.x.exports_text = True
    assert "The wording of somebody" in await taken(hill)
    assert "The wording of somebody" in await taken(hill, into=Format.CSV)


async def test_what_is_gone_where_it_came_from_is_in_no_file_but_its_page_is(hill: School) -> None:
    hill.x.exports_text = True
    leads, alone = hill.write("Look at this", links=link(PAGE)), hill.write("Only words")
    async with hill.store.transaction() as tx:
        await tx.posts.add([leads, alone], {}, hill.clock.now())
        for post in (leads, alone):
            await save_post(tx, Placing(ANA, "web", hill.clock.now()), post.key)
    assert len(await items(hill)) == 2
    async with hill.store.transaction() as tx:
        await tx.posts.set_standing([leads.key, alone.key], Standing.GONE, hill.clock.now())
    (left,) = await items(hill)
    assert left["link"] == PAGE
    assert "text" not in left
    assert "citations" not in left
    async with hill.store.transaction() as tx:
        await tx.posts.erase([leads.key, alone.key])
    assert [item["link"] for item in await items(hill)] == [PAGE]


async def test_what_is_private_is_in_its_owners_file_alone(hill: School) -> None:
    await saved(hill, private=True)
    assert await items(hill) == []
    assert await items(hill, MINE, who=BEN) == []
    (mine,) = await items(hill, MINE)
    assert mine["private"] is True


async def test_what_was_taken_back_or_removed_is_in_no_file(hill: School) -> None:
    back, away = await saved(hill), await saved(hill, "https://b.example/", "B")
    async with hill.store.transaction() as tx:
        await undo(tx, ANA.key, back, hill.clock.now())
        await tx.care.remove(WORKSPACE, away, "ben", hill.clock.now())
    assert await items(hill) == []
    assert await items(hill, MINE) == []


async def test_a_library_of_a_department_has_what_belongs_there(hill: School) -> None:
    await department(hill, "Maths")
    await saved(hill, library="maths")
    await saved(hill, "https://b.example/", "B")
    assert [item["link"] for item in await items(hill, MATHS)] == [PAGE]
    assert json.loads(await taken(hill, MATHS))["title"] == "The library of Maths"
    assert len(await items(hill)) == 2


async def department(hill: School, name: str) -> None:
    async with hill.store.transaction() as tx:
        known = await tx.channels.get(STAFF)
        assert known
        await tx.channels.put(replace(known, department=name))


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (Listing(ListingKind.LIBRARY, "nowhere"), "no department"),
        (Listing(ListingKind.TAG, ""), "which tag"),
        (Listing(ListingKind.SHELF, "nowhere"), "nothing on a shelf"),
        (Listing(ListingKind.DIGESTS, "nowhere"), "no such channel"),
    ],
)
async def test_what_there_is_not_is_refused_in_a_sentence(hill: School, what: Listing, refusal: str) -> None:
    with pytest.raises(Mistake, match=refusal):
        await taken(hill, what)


@pytest.mark.parametrize(
    ("policy", "in_all", "in_own"), [("all", "Ana Bell", "Ana Bell"), ("saver", "", "Ana Bell"), ("none", "", "")]
)
async def test_names_are_in_a_file_only_where_the_workspace_shows_them(
    hill: School, policy: str, in_all: str, in_own: str
) -> None:
    item = await saved(hill)
    async with hill.store.transaction() as tx:
        await tx.library.note(WORKSPACE, item, Note("n1", "ana", "Worked well", hill.clock.now()))
        await tx.rules.put(Rule(WORKSPACE, "", RuleKind.NAMES, policy, "ana", hill.clock.now()))
    for what, named in ((EVERYTHING, in_all), (MINE, in_own)):
        (told,) = await items(hill, what)
        assert told.get("saved_by", [""]) == [named]
        assert told["notes"][0].get("by", "") == named
    _, secret = await feed_of(hill)
    news = await exchange(hill).feed(secret, "")
    assert news
    assert ("Ana Bell" in news.text) is bool(in_all)


async def test_the_digests_of_a_channel_can_be_taken_away(hill: School) -> None:
    await hill.next_digest(2)
    what = Listing(ListingKind.DIGESTS, STAFF.channel)
    found = await items(hill, what)
    assert len(found) == 2
    assert all(item["citations"] for item in found)
    assert "text" not in found[0]
    _, *rows = csv.reader(StringIO(await taken(hill, what, Format.CSV)))
    assert len(rows) == 2


async def test_nobody_gets_the_digests_of_somebody_elses_own_channel(hill: School) -> None:
    own = ChannelKey(WORKSPACE, "ben")
    async with hill.store.transaction() as tx:
        await tx.channels.put(Channel(own, "Ben", Schedule("UTC"), owner="ben"))
    with pytest.raises(Mistake, match="no such channel"):
        await taken(hill, Listing(ListingKind.DIGESTS, "ben"))


async def test_a_download_says_the_same_as_a_whole_file(hill: School) -> None:
    for number in range(450):
        await saved(hill, f"https://page.example/{number}", f"Page {number}")
    for into in Format:
        file = await exchange(hill).export(ANA.key, EVERYTHING, into)
        assert "".join([piece async for piece in file.pieces]) == await taken(hill, into=into)


async def test_what_is_saved_while_a_file_is_sent_does_not_push_anything_out_of_it(hill: School) -> None:
    ids = [await saved(hill, f"https://page.example/{number}", f"Page {number}") for number in range(450)]
    file = await exchange(hill).export(ANA.key, EVERYTHING, Format.JSON)
    pieces = [await anext(file.pieces), await anext(file.pieces)]
    hill.clock.set(hill.clock.now() + timedelta(hours=1))
    async with hill.store.transaction() as tx:
        for id_ in ids[:10]:
            await mark_item(tx, Placing(BEN, "web", hill.clock.now()), id_)
    pieces += [piece async for piece in file.pieces]
    assert len(json.loads("".join(pieces))["items"]) == 450


# ------------------------------------------------------------------------------------------------------------------- in


async def test_bookmarks_are_shown_before_they_are_brought_in(hill: School) -> None:
    await saved(hill, who=BEN)
    shown = await exchange(hill).look_through(ANA, Role.EDITOR, BOOKMARKS.encode(), "")
    assert (shown.state, shown.total, shown.new, shown.broken_count) == (ImportState.SHOWN, 2, 1, 1)
    assert [each.line for each in shown.broken] == [6]
    assert len(await items(hill)) == 1


async def test_confirmed_bookmarks_come_into_the_library_with_tags_notes_and_their_age(hill: School) -> None:
    done = await brought(hill)
    assert (done.state, done.done) == (ImportState.DONE, 2)
    quiz, fractions = await items(hill)
    assert (fractions["title"], fractions["tags"]) == ("Fractions", ["maths"])
    assert fractions["saved_at"] == datetime.fromtimestamp(1700000000, UTC).isoformat()
    assert [note["text"] for note in quiz["notes"]] == ["Worked well"]
    assert quiz["saved_by"] == ["Ana Bell"]


async def test_nothing_is_doubled_when_a_file_is_brought_in_again(hill: School) -> None:
    await brought(hill)
    before = await items(hill)
    again = await brought(hill)
    assert again.new == 0
    assert await items(hill) == before


async def test_notes_of_several_people_come_as_several_of_whoever_brings_them_and_stay_so(hill: School) -> None:
    item = await saved(hill)
    for number, (person, text) in enumerate((("ana", "One"), ("ben", "Two"), ("ana", "Three"))):
        at = hill.clock.now() + timedelta(hours=number)
        note = Note(f"n{number}", person, text, at, edited_at=at + timedelta(minutes=5) if text == "Two" else None)
        await change(hill, partial(note_on, item, note))
    hill.clock.advance(timedelta(hours=5))
    file = await taken(hill)
    async with school() as other:
        await other.open_channel()
        other.clock.set(hill.clock.now())
        await brought(other, file)
        (there,) = await items(other)
        assert [note["by"] for note in there["notes"]] == ["Ana Bell"] * 3
        bare = [{name: value for name, value in note.items() if name != "by"} for note in notes_in(file)]
        assert [{name: value for name, value in note.items() if name != "by"} for note in there["notes"]] == bare
        once = await items(other)
        for colleague in (ANA, BEN):
            await brought(other, file, who=colleague)
            assert [each["notes"] for each in await items(other)] == [each["notes"] for each in once]


async def note_on(item: str, note: Note, tx: Transaction) -> None:
    await tx.library.note(WORKSPACE, item, note)


def notes_in(file: str) -> list[dict[str, Any]]:
    return [note for item in json.loads(file)["items"] for note in item["notes"]]


async def test_a_private_note_beside_what_all_find_comes_back_as_private(hill: School) -> None:
    item = await saved(hill)
    for number, is_private in enumerate((True, False)):
        note = Note(f"n{number}", "ana", f"private {is_private}", hill.clock.now(), private=is_private)
        await change(hill, partial(note_on, item, note))
    assert [note["text"] for note in notes_in(await taken(hill))] == ["private False"]
    file = await taken(hill, MINE)
    async with school() as other:
        await other.open_channel()
        other.clock.set(hill.clock.now())
        await brought(other, file)
        assert notes_in(await taken(other, MINE)) == notes_in(file)
        assert [note["text"] for note in notes_in(await taken(other))] == ["private False"]


async def test_every_note_is_in_a_table_and_in_a_list(hill: School) -> None:
    item = await saved(hill)
    for number, person in enumerate(("ana", "ben", "ana")):
        note = Note(f"n{number}", person, f"Note {number}", hill.clock.now())
        await change(hill, partial(note_on, item, note))
    _, row = csv.reader(StringIO((await taken(hill, into=Format.CSV)).removeprefix("\ufeff")))
    assert row[7].splitlines() == ["Ana Bell: Note 0", "Note 1", "Ana Bell: Note 2"]
    listed = await taken(hill, into=Format.MARKDOWN)
    assert "  - Ana Bell: Note 0\n  - Note 1\n  - Ana Bell: Note 2\n" in listed


async def test_a_note_that_was_changed_since_stays_when_an_import_is_undone(hill: School) -> None:
    said = [{"text": text, "at": "2026-11-01T08:00:00+00:00"} for text in ("One", "Two")]
    file = {"format": "staffroom library", "version": 1, "items": [{"link": PAGE, "title": "Fractions", "notes": said}]}
    done = await brought(hill, json.dumps(file))
    (item,) = await items(hill)
    async with hill.store.transaction() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=10, offset=0)
        one, two = found[0].notes
        hill.clock.advance(timedelta(minutes=1))
        assert (one.text, two.text) == ("One", "Two")
        await change_note(tx, ANA, Role.EDITOR, found[0].id, two.id, text="Two, better", at=hill.clock.now())
        await mark_item(tx, Placing(BEN, "web", hill.clock.now()), found[0].id)
    await exchange(hill).undo(ANA.key, Role.EDITOR, done.id)
    await hill.settle()
    assert [note["text"] for note in notes_in(await taken(hill))] == ["Two, better"]
    assert len(item["notes"]) == 2


async def test_nothing_is_doubled_when_two_people_bring_the_same_file_at_once(hill: School) -> None:
    first = await exchange(hill).look_through(ANA, Role.EDITOR, BOOKMARKS.encode(), "")
    second = await exchange(hill).look_through(BEN, Role.EDITOR, BOOKMARKS.encode(), "")
    await exchange(hill).confirm(ANA.key, Role.EDITOR, first.id)
    await exchange(hill).confirm(BEN.key, Role.EDITOR, second.id)
    await hill.settle()
    assert [set(item["saved_by"]) for item in await items(hill)] == [{"Ana Bell", "Ben Hill"}] * 2


async def test_a_second_press_on_confirm_changes_nothing(hill: School) -> None:
    done = await brought(hill)
    await exchange(hill).confirm(ANA.key, Role.EDITOR, done.id)
    await hill.settle()
    assert await seen(hill, done) == done


async def test_an_import_is_written_into_the_history_of_each_item(hill: School) -> None:
    await brought(hill)
    async with hill.store.reading() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer=None, limit=10, offset=0)
        for item in found:
            changes, _ = await tx.history.of_item(WORKSPACE, item.id, 10, 0)
            assert [(change.what, change.by) for change in changes] == [("imported", "ana")]


async def test_an_import_is_undone_without_what_others_have_made_of_it(hill: School) -> None:
    done = await brought(hill)
    async with hill.store.transaction() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer=None, limit=10, offset=0)
        fractions = next(item.id for item in found if item.url == PAGE)
        await mark_item(tx, Placing(BEN, "web", hill.clock.now()), fractions)
        await tx.library.tag(WORKSPACE, fractions, ["year 9"], "ben", hill.clock.now())
    await exchange(hill).undo(ANA.key, Role.EDITOR, done.id)
    await hill.settle()
    (left,) = await items(hill)
    assert (left["link"], left["saved_by"], left["tags"]) == (PAGE, ["Ben Hill"], ["year 9"])
    assert (await seen(hill, done)).state is ImportState.UNDONE


async def test_what_was_saved_before_stays_when_an_import_is_undone(hill: School) -> None:
    await saved(hill)
    done = await brought(hill)
    await exchange(hill).undo(ANA.key, Role.EDITOR, done.id)
    await hill.settle()
    (left,) = await items(hill)
    assert left["link"] == PAGE
    assert "tags" not in left


async def test_what_an_admin_removed_is_not_brought_back_and_said(hill: School) -> None:
    item = await saved(hill)
    async with hill.store.transaction() as tx:
        await tx.care.remove(WORKSPACE, item, "ben", hill.clock.now())
    done = await brought(hill)
    assert [item["link"] for item in await items(hill)] == ["https://quiz.example/?utm_source=x"]
    assert done.broken_count == 2
    assert done.broken[-1].reason == coming_in.REMOVED_BEFORE


async def test_who_may_not_save_may_not_bring_in_either(hill: School) -> None:
    with pytest.raises(Mistake, match="may save things"):
        await exchange(hill).look_through(ANA, Role.READER, BOOKMARKS.encode(), "")


async def test_what_is_too_long_is_named_before_it_is_brought_in(hill: School) -> None:
    shown = await exchange(hill).look_through(ANA, Role.EDITOR, f"{BOOKMARKS}{LONG}".encode(), "")
    assert [(each.line, each.title[:6]) for each in shown.broken] == [(6, "A book")]
    assert [(each.line, each.title[:6], each.what) for each in shown.cut] == [
        (8, "A very", f"{CUT_TITLE} {CUT_TAGS} {CUT_NOTE}")
    ]
    assert (shown.total, shown.broken_count, shown.cut_count) == (3, 1, 1)


async def test_nobody_sees_or_confirms_what_somebody_else_brought_but_an_owner_and_of_its_rows_the_numbers(
    hill: School,
) -> None:
    shown = await exchange(hill).look_through(ANA, Role.EDITOR, f"{BOOKMARKS}{LONG}".encode(), "")
    assert await exchange(hill).one_import(BEN.key, Role.EDITOR, shown.id) is None
    assert await exchange(hill).imports(BEN.key, Role.EDITOR) == []
    with pytest.raises(Mistake):
        await exchange(hill).confirm(BEN.key, Role.EDITOR, shown.id)
    await exchange(hill).drop(BEN.key, Role.EDITOR, shown.id)
    with pytest.raises(Mistake):
        await exchange(hill).undo(BEN.key, Role.EDITOR, shown.id)
    numbers_only = replace(shown, broken=(), cut=())
    assert shown.broken
    assert shown.cut
    assert await exchange(hill).one_import(BEN.key, Role.OWNER, shown.id) == numbers_only
    assert await exchange(hill).imports(BEN.key, Role.OWNER) == [numbers_only]
    assert await exchange(hill).imports(ANA.key, Role.EDITOR) == [shown]
    with pytest.raises(Mistake, match="in their name"):
        await exchange(hill).confirm(BEN.key, Role.OWNER, shown.id)
    elsewhere = PersonKey("fake:other", "ana")
    assert await exchange(hill).one_import(elsewhere, Role.OWNER, shown.id) is None


async def test_what_is_not_confirmed_is_dropped_by_the_next_file_or_after_a_day(hill: School) -> None:
    first = await exchange(hill).look_through(ANA, Role.EDITOR, BOOKMARKS.encode(), "")
    second = await exchange(hill).look_through(ANA, Role.EDITOR, BOOKMARKS.encode(), "")
    assert await exchange(hill).one_import(ANA.key, Role.EDITOR, first.id) is None
    hill.clock.set(hill.clock.now() + timedelta(hours=25))
    await hill.engine.turn_sweep()
    assert await exchange(hill).one_import(ANA.key, Role.EDITOR, second.id) is None


async def test_a_file_can_be_brought_into_the_library_of_a_department(hill: School) -> None:
    await department(hill, "Maths")
    await brought(hill, library="maths")
    assert len(await items(hill, MATHS)) == 2
    with pytest.raises(Mistake, match="no department"):
        await exchange(hill).look_through(ANA, Role.EDITOR, BOOKMARKS.encode(), "nowhere")


async def test_what_was_exported_comes_back_as_it_was(hill: School) -> None:
    await department(hill, "Maths")
    await a_full_library(hill)
    before = await items(hill, MINE)
    file = await taken(hill, MINE)
    async with school() as other:
        await other.open_channel()
        await department(other, "Maths")
        async with other.store.transaction() as tx:
            await tx.posts.add([await the_post(hill)], {}, other.clock.now())
        other.clock.set(hill.clock.now() + timedelta(days=1))
        done = await brought(other, file)
        assert (done.total, done.broken_count) == (len(before), 0)
        assert without_its_date(await taken(other, MINE)) == without_its_date(file)


def without_its_date(file: str) -> Any:
    read = json.loads(file)
    del read["made_at"]
    return read


async def a_full_library(hill: School) -> None:
    post = hill.write("Look at this", links=link("https://cited.example/"))
    async with hill.store.transaction() as tx:
        await tx.posts.add([post], {}, hill.clock.now())
        await save_post(tx, Placing(ANA, "web", hill.clock.now() - timedelta(hours=3)), post.key)
    item = await saved(hill, shelf="reading group", library="maths")
    hill.clock.set(hill.clock.now() + timedelta(hours=1))
    await saved(hill, "https://private.example/", "Private", private=True)
    async with hill.store.transaction() as tx:
        now = hill.clock.now()
        await tx.library.tag(WORKSPACE, item, ["fractions", "year 9"], "ana", now)
        await tx.library.note(WORKSPACE, item, Note("n1", "ana", "Worked well\nwith year 9", now))


async def the_post(hill: School) -> Any:
    key = PostKey("x", "1")
    async with hill.store.reading() as tx:
        return (await tx.posts.get([key]))[key]


async def test_what_somebody_keeps_alone_of_a_post_goes_under_the_page_that_a_file_brings(hill: School) -> None:
    post = hill.write("Look at this", links=link(PAGE))
    async with hill.store.transaction() as tx:
        await tx.posts.add([post], {}, hill.clock.now())
        await save_post(tx, Placing(BEN, "web", hill.clock.now(), private=True), post.key)
    await brought(hill, citing({PAGE: post.key.id}))
    (shared,), (kept,) = await items(hill), await items(hill, MINE, who=BEN)
    assert (shared["saved_by"], shared["citations"]) == (["Ana Bell"], [{"source": "x", "id": post.key.id}])
    assert (kept["link"], kept["private"]) == (PAGE, True)


async def test_of_many_pages_with_posts_that_are_known_here_each_comes_once(hill: School) -> None:
    pages = {f"https://cited.example/{number}": number for number in range(3 * coming_in.FEW)}
    posts = {page: hill.write(f"Look at {number}", links=link(page)) for page, number in pages.items()}
    async with hill.store.transaction() as tx:
        await tx.posts.add(list(posts.values()), {}, hill.clock.now())
    done = await brought(hill, citing({page: post.key.id for page, post in posts.items()}))
    assert done.done == len(posts)
    assert {item["link"]: item["citations"][0]["id"] for item in await items(hill)} == {
        page: post.key.id for page, post in posts.items()
    }
    await exchange(hill).undo(ANA.key, Role.EDITOR, done.id)
    await hill.settle()
    assert await items(hill) == []


def citing(posts: Mapping[str, str]) -> str:
    """A file of pages, each with a post of X."""
    found = [{"link": page, "citations": [{"source": "x", "id": post}]} for page, post in posts.items()]
    return json.dumps({"format": "staffroom library", "version": 1, "items": found})


async def test_a_file_cannot_say_that_a_post_leads_where_it_does_not(hill: School) -> None:
    post = hill.write("Look at this", links=link("https://cited.example/"))
    async with hill.store.transaction() as tx:
        await tx.posts.add([post], {}, hill.clock.now())
    made_up = {
        "format": "staffroom library",
        "version": 1,
        "items": [{"link": "https://evil.example/", "citations": [{"source": "x", "id": post.key.id}]}],
    }
    await brought(hill, json.dumps(made_up))
    (item,) = await items(hill)
    assert "citations" not in item
    async with hill.store.reading() as tx:
        assert await tx.library.led_to(WORKSPACE, [post.key]) == {}


async def test_a_long_file_survives_the_end_of_the_process_anywhere(hill: School) -> None:
    """Whoever comes next goes on where the last transaction ended."""
    total = 3 * coming_in.AT_ONCE
    rows = "".join(f'<DT><A HREF="https://page.example/{number}">Page</A>\n' for number in range(total))
    found = await exchange(hill).look_through(ANA, Role.EDITOR, f"<DL>{rows}".encode(), "")
    await exchange(hill).confirm(ANA.key, Role.EDITOR, found.id)
    assert await working_off.bring_some(hill.parts)
    with pytest.raises(RuntimeError):
        await bring_some_and_die(hill)
    assert (await seen(hill, found)).done == coming_in.AT_ONCE
    assert len(await items(hill)) == coming_in.AT_ONCE
    await hill.settle()
    assert (await seen(hill, found)).state is ImportState.DONE
    assert len(await items(hill)) == total


async def bring_some_and_die(hill: School) -> None:
    class Dying:
        def __init__(self, tx: Transaction) -> None:
            self._tx = tx

        def __getattr__(self, name: str) -> Any:
            if name == "history":
                raise RuntimeError("the process ends here")
            return getattr(self._tx, name)

    async with hill.store.transaction() as tx:
        claimed = await tx.imports.claim("worker", hill.clock.now(), working_off.LEASE)
        assert claimed
        await working_off.work_on(Dying(tx), claimed, hill.clock.now())


# ---------------------------------------------------------------------------------------------------------------- feeds


async def feed_of(hill: School, what: Listing = EVERYTHING, *, who: Person = ANA) -> tuple[EngineExchange, str]:
    found = exchange(hill)
    return found, (await found.make_feed(who, what)).secret


async def test_a_feed_is_read_by_whoever_has_its_address_and_ends_when_it_is_ended(hill: School) -> None:
    await saved(hill)
    desk, secret = await feed_of(hill)
    news = await desk.feed(secret, "https://school.example/feeds/x.atom")
    assert news
    assert PAGE in news.text
    assert await desk.feed(secret + "x", "") is None
    assert await desk.feed("", "") is None
    assert await desk.feed("x" * 10_000, "") is None
    (card,) = await desk.feeds(ANA.key, Role.EDITOR)
    with pytest.raises(Mistake, match="somebody else"):
        await desk.end_feed(BEN.key, Role.EDITOR, card.id)
    await desk.end_feed(BEN.key, Role.OWNER, card.id)
    async with hill.store.reading() as tx:
        (act,), _ = await tx.admin_acts.of(WORKSPACE, 10, 0)
    assert (act.by, act.what) == ("ben", "feed_ended")
    assert await desk.feed(secret, "") is None


async def test_the_secret_of_a_feed_is_kept_nowhere(hill: School) -> None:
    _, secret = await feed_of(hill)
    async with hill.store.reading() as tx:
        (kept,) = await tx.feeds.of(WORKSPACE)
    assert secret not in repr(kept)
    assert secret != kept.secret_hash


async def test_a_feed_ends_with_the_membership_of_who_made_it(hill: School) -> None:
    desk, secret = await feed_of(hill)
    hill.chat.gone.add("ana")
    hill.clock.set(hill.clock.now() + timedelta(hours=2))
    assert await desk.feed(secret, "") is None
    async with hill.store.reading() as tx:
        assert await tx.feeds.of(WORKSPACE) == []


async def test_a_feed_has_the_newest_and_says_nothing_of_what_posts_say(hill: School) -> None:
    hill.x.exports_text = True
    post = hill.write("The wording of somebody", links=link("https://cited.example/"))
    async with hill.store.transaction() as tx:
        await tx.posts.add([post], {}, hill.clock.now())
        await save_post(tx, Placing(ANA, "web", hill.clock.now()), post.key)
    desk, secret = await feed_of(hill)
    news = await desk.feed(secret, "")
    assert news
    assert "cited.example" in news.text
    assert "wording" not in news.text
    for number in range(60):
        hill.clock.set(hill.clock.now() + timedelta(minutes=1))
        await saved(hill, f"https://page.example/{number}", f"Page {number}")
    news = await desk.feed(secret, "")
    assert news
    assert news.text.count("<entry>") == 50
    assert "Page 59" in news.text
    assert "cited.example" not in news.text


async def test_a_feed_is_another_version_once_something_in_it_changes(hill: School) -> None:
    item = await saved(hill)
    desk, secret = await feed_of(hill)
    versions: Sequence[Any] = [await desk.feed(secret, ""), await desk.feed(secret, "")]
    assert versions[0] == versions[1]
    await change(hill, lambda tx: undo(tx, ANA.key, item, hill.clock.now()))
    later = await desk.feed(secret, "")
    assert later
    assert later.etag != versions[0].etag


async def test_there_are_no_feeds_of_what_is_somebodys_own(hill: School) -> None:
    with pytest.raises(Mistake, match="library, a tag or a shelf"):
        await feed_of(hill, MINE)


async def test_nobody_makes_feeds_without_end(hill: School) -> None:
    desk = exchange(hill)
    for _ in range(20):
        await desk.make_feed(ANA, EVERYTHING)
    with pytest.raises(Mistake, match="20 feeds"):
        await desk.make_feed(ANA, EVERYTHING)
