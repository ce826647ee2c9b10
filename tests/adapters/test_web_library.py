"""The library's pages as they arrive, over HTTP and without a browser, on a real desk."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.domain.events import Person
from bot.domain.keeping import Keeping
from bot.domain.library import MOST_NOTES
from bot.domain.people import Role
from bot.domain.search.total import COUNTED_AT_ONCE
from bot.ports.desk import Keep, Remove, WriteNote
from bot.services.library.care import note_item, retitle, tag_item
from bot.services.library.shelf import Placing, save_link
from bot.services.web.desk import EngineDesk
from bot.testing.messages import HOSTILE
from tests.rigs.html_page import Element
from tests.rigs.valid_html import mistakes_in
from tests.rigs.web import Visitor, WebRig, web_rig
from tests.rigs.web_library import (
    BARS,
    BEN,
    DIGEST,
    PRIYA,
    RUBRIC,
    TICKETS,
    TITLES,
    WORKSPACE,
    YOU,
    fill_library,
    viewer,
)

HOSTILE_PATHS = ("%2e%2e%2fme", "%00", "x" * 3_000, "%F0%9F%93%8C", "<script>", "%22onload=%22")


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


@pytest.fixture
async def ids(rig: WebRig) -> dict[str, str]:
    return await fill_library(rig)


def path_of(ids: Mapping[str, str], title: str = TICKETS) -> str:
    return f"/library/items/{ids[title]}"


async def act(visitor: Visitor, path: str, name: str, **fields: str) -> tuple[str, str]:
    """Sends the form and returns where it leads and what the page there says."""
    async with await visitor.post(f"{path}/{name}", fields, is_script=False) as response:
        assert response.status == 303, await response.text()
        location = response.headers["Location"]
    page = await visitor.page(location.partition("#")[0])
    return location.partition("?")[0], page.one(id="said").words


def titles(page: Element) -> list[str]:
    return [each.words for each in page.all("h3", class_="title")]


# --------------------------------------------------------------------------------------------------------------- lists


async def test_the_library_lists_what_was_saved_newest_first(rig: WebRig, ids: dict[str, str]) -> None:
    page = await rig.visitor("you").page("/library")
    assert titles(page) == list(TITLES)
    assert page.one("h2").words == "3 items"
    first = next(page.all("article", class_="entry"))
    assert [link["href"] for link in first.one("ul", class_="tags").all("a")] == [
        "/library/tags/%23assessment",
        "/library/tags/%23year%207",
    ]
    assert f"{ids[TICKETS]}" in first.one("a", class_="view", href=path_of(ids))["href"]


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/library?q=bars", "1 item with “bars”"),
        ("/library?mine=1", "1 item, saved by you"),
        ("/library?q=nowhere", "Nothing found for “nowhere”"),
        ("/library?q=bars&mine=1", "Nothing found for “bars”"),
        ("/library?q=since:yesterday", "This search could not be understood"),
        ("/library?page=9", "This page is empty"),
        ("/library?page=-3&q=", "3 items"),
        ("/library?page=" + "9" * 400, "3 items"),
    ],
)
async def test_the_library_can_be_searched(rig: WebRig, ids: dict[str, str], address: str, heading: str) -> None:
    assert ids
    assert (await rig.visitor("you").page(address)).one("h2").words == heading


async def test_another_spelling_is_offered_where_nothing_is_found(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    page = await rig.visitor("you").page("/library?q=rubrik")
    assert page.one(class_="empty").one("a", href="/library?q=rubric").words == "rubric"


async def test_each_part_of_a_search_can_be_taken_away_by_itself(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    page = await rig.visitor("you").page(f"/library?q={quote('kind:article exit or bars')}")
    chips = [(link.words, link["href"]) for link in page.one(class_="chips").all("a")]
    assert chips == [
        ("kind:article ×, take this part away", "/library?q=exit+or+bars"),
        ("exit or bars ×, take this part away", "/library?q=kind%3Aarticle"),
    ]


async def test_a_form_narrows_the_search_in_its_own_language(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    visitor = rig.visitor("you")
    asked = "/library?q=tick&kind=article&in=Staff+room&from=%23edchat&tag=year+7&by=&since=2026-11-01&before="
    async with await visitor.get(asked) as response:
        assert response.status == 303
        address = response.headers["Location"]
    page = await visitor.page(address)
    typed = page.one("input", id="q")["value"]
    assert typed == 'kind:article in:"Staff room" from:#edchat tag:"year 7" since:2026-11-01 tick'
    assert titles(page) == [TICKETS]


async def test_a_long_list_has_pages(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    async with rig.store.transaction() as tx:
        for number in range(45):
            url, title = f"https://many.example/{number}", f"Many bars {number}"
            await save_link(tx, Placing(BEN, "form", rig.clock.now() - timedelta(days=9)), url, title)
    page = await rig.visitor("you").page("/library?q=many&page=2")
    assert len(titles(page)) == 20
    assert [(link.words, link["href"]) for link in page.one(class_="turn").all("a")] == [
        ("Back to page 1", "/library?q=many"),
        ("More, page 3", "/library?q=many&page=3"),
    ]


async def test_of_very_many_a_list_says_how_many_at_least_and_goes_on(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    async with rig.store.transaction() as tx:
        for number in range(COUNTED_AT_ONCE + 1):
            at = rig.clock.now() - timedelta(seconds=number)
            await save_link(tx, Placing(BEN, "form", at), f"https://many.example/{number}", "Many bars")
    page = await rig.visitor("you").page("/library?q=many&page=2")
    assert page.one("h2", class_="total").words == "More than 300 items with “many”"
    assert page.one(class_="turn").words == "Back to page 1 Page 2 More, page 3"
    last = await rig.visitor("you").page("/library?q=many&page=16")
    assert last.one("h2", class_="total").words == "301 items with “many”"
    assert last.one(class_="turn").words == "Back to page 15 Page 16 of 16"
    on_paper = await rig.visitor("you").page("/library?q=many&print=1")
    assert next(on_paper.all("p", class_="hint")).words.startswith("More than 300 items, the first 200")


async def test_all_tags_have_a_page_and_each_one_its_own(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    visitor = rig.visitor("you")
    tags = (await visitor.page("/library/tags")).one(class_="cloud")
    assert [each.words for each in tags.all("li")] == ["assessment 1 item", "fractions 1 item", "year 7 1 item"]
    [address] = [link["href"] for link in tags.all("a") if link.words == "year 7"]
    page = await visitor.page(address)
    assert (page.one("h1").words, titles(page)) == ("Tag: year 7", [TICKETS])
    assert (await visitor.page("/library/tags/unheard")).one("h2").words == "Nothing has this tag"


async def test_an_empty_library_says_how_it_fills(rig: WebRig) -> None:
    page = await rig.visitor("you").page("/library")
    assert "Press “Save” on an item" in page.one(class_="empty").words


async def test_before_the_engine_runs_the_library_says_so(rig: WebRig) -> None:
    rig.pages.desk = None
    async with await rig.visitor("you").get("/library") as response:
        assert response.status == 503
        assert "once Staffroom is running" in await response.text()


# ----------------------------------------------------------------------------------------------------------- one thing


async def test_an_items_page_says_all_about_it(rig: WebRig, ids: dict[str, str]) -> None:
    page = await rig.visitor("you").page(path_of(ids))
    assert page.one("h1").words == TICKETS
    post = page.one("article", class_="post")
    assert "one question, three boxes" in post.one(class_="text").words
    assert post.one(class_="media").words == "Picture: Three piles of exit tickets"
    facts = page.one("dl", class_="facts").words
    assert "Saved by Priya Nair, 24 November 2026 You, 24 November 2026" in facts
    assert "Came with #edchat Staff room" in facts
    assert "Address https://tickets.example/ten" in facts
    history = [each.words for each in page.one(class_="history").all("li")]
    assert "24 November 2026 Priya Nair added the tags assessment, year 7." in history


async def test_notes_are_shown_as_the_little_markdown_that_they_are(rig: WebRig, ids: dict[str, str]) -> None:
    note = (await rig.visitor("you").page(path_of(ids))).one("article", class_="note")
    assert note.one("h3").words == "Priya Nair, 24 November 2026"
    assert note.one("strong").words == "7B"
    told = ["print it double-sided", "see the templates (tickets.example)"]
    assert [each.words for each in note.one("ul").all("li")] == told
    link = note.one("a")
    assert (link["href"], link["rel"]) == ("https://tickets.example/templates", "noopener noreferrer nofollow ugc")


async def test_hostile_words_stay_words_on_every_page(rig: WebRig, ids: dict[str, str]) -> None:
    async with rig.store.transaction() as tx:
        for text in HOSTILE:
            await note_item(tx, PRIYA, Role.EDITOR, ids[TICKETS], text[:900], at=rig.clock.now())
            await retitle(tx, PRIYA, Role.EDITOR, ids[TICKETS], text[:150] or "A title", at=rig.clock.now())
            tags = [text.replace(",", " ").replace("\n", " ")[:30].strip() or "tag"]
            await tag_item(tx, Person(PRIYA.key, text[:60]), Role.EDITOR, ids[TICKETS], tags, at=rig.clock.now())
    visitor = rig.visitor("you")
    for path in ("/library", path_of(ids), "/library/tags", "/library?print=1", f"{path_of(ids)}?print=1"):
        page = await visitor.page(path)
        odd = [each.tag for each in page.all() if each.tag in {"script", "img", "iframe", "b", "style", "object"}]
        assert [tag for tag in odd if tag not in {"script", "img"}] == [], path
        assert [each["src"] for each in page.all("img")] in ([], ["/static/icon.svg"])
        assert [name for each in page.all() for name in each.attributes if name.startswith("on")] == []
        links = [link["href"] for link in page.all("a") if not link["href"].startswith(("/", "#", "https://"))]
        assert links == [], path


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "https://a.example@evil.example/", "x"])
async def test_only_web_addresses_can_be_saved(rig: WebRig, ids: dict[str, str], address: str) -> None:
    assert ids
    async with await rig.visitor("you").post("/library/save", {"url": address}, is_script=False) as response:
        assert response.status == 400
        assert "not a web address" in await response.text()


@pytest.mark.parametrize("path", HOSTILE_PATHS)
async def test_an_item_that_is_not_there_is_a_plain_404(rig: WebRig, ids: dict[str, str], path: str) -> None:
    assert ids
    for address in (f"/library/items/{path}", f"/library/digests/{path}"):
        async with await rig.visitor("you").get(address) as response:
            assert response.status == 404


# --------------------------------------------------------------------------------------------------------------- doing


async def keys_of_notes(person: Visitor, path: str) -> list[str]:
    """Of those that this person may change, in the order of the page."""
    page = await person.page(path)
    return [each.one("input", name="key")["value"] for each in page.all("details", class_="change")]


async def test_several_notes_stand_there_and_ones_own_are_changed_one_by_one(rig: WebRig, ids: dict[str, str]) -> None:
    ben, you, path = rig.visitor("Ben%20Okafor"), rig.visitor("you"), path_of(ids)
    for text in ("Laminate them", "Use *card*"):
        rig.clock.advance(timedelta(days=1))
        assert await act(ben, path, "note", note=text) == (path, "Your note is beside it.")
    rig.clock.advance(timedelta(days=1))
    first, second = await keys_of_notes(ben, path)
    assert await act(ben, path, "change-note", key=second, note="Use *paper*") == (path, "Your note is changed.")
    assert (await act(ben, path, "change-note", key=second, note=" "))[1] == "Write something first."
    assert "Only the person who wrote" in (await act(you, path, "change-note", key=first, note="Mine"))[1]
    notes = list((await ben.page(path)).all("article", class_="note"))
    assert [note.one("h3").words for note in notes] == [
        "Priya Nair, 24 November 2026",
        "You, 25 November 2026",
        "You, 26 November 2026, changed on 27 November 2026",
    ]
    assert notes[2].one("em").words == "paper"
    assert [each.words for each in notes[1].all("summary")] == ["Change this note, number 2"]
    assert [list(note.all("summary")) for note in (await you.page(path)).all("article", class_="note")] == [[], [], []]
    paper = await you.page(f"{path}?print=1")
    assert "Ben Okafor, 26 November 2026, changed on 27 November 2026Use paper" in paper.words
    history = [each.words for each in (await ben.page(path)).one(class_="history").all("li")]
    assert history[0] == "27 November 2026 Ben Okafor changed the note “Use card” to: Use paper."


async def test_where_there_is_no_room_for_another_note_the_page_says_so(rig: WebRig, ids: dict[str, str]) -> None:
    async with rig.store.transaction() as tx:
        for number in range(MOST_NOTES):
            await note_item(tx, YOU, Role.EDITOR, ids[BARS], f"Note {number}", at=rig.clock.now())
    page = await rig.visitor("you").page(path_of(ids, BARS))
    assert not list(page.all("textarea", id="note"))
    assert "You have written as many notes about this as there can be." in page.words
    assert list((await rig.visitor("Ben%20Okafor").page(path_of(ids, BARS))).all("textarea", id="note"))


async def test_tags_notes_title_and_kind_are_changed_on_the_items_page(rig: WebRig, ids: dict[str, str]) -> None:
    ben, path = rig.visitor("Ben%20Okafor"), path_of(ids, BARS)
    assert await act(ben, path, "tag", tags="Fractions, year 5") == (path, "Tagged year 5.")
    assert await act(ben, path, "untag", tag="fractions") == (path, "No longer tagged fractions.")
    assert await act(ben, path, "note", note="Laminate **them**") == (path, "Your note is beside it.")
    assert await act(ben, path, "title", title="Bars to cut") == (path, "It is called “Bars to cut” now.")
    assert await act(ben, path, "kind", kind="worksheet") == (path, "It is a worksheet now.")
    page = await ben.page(path)
    assert page.one("h1").words == "Bars to cut"
    assert page.one("article", class_="note").one("strong").words == "them"
    assert page.one("textarea", id="note").text == ""
    assert page.one("textarea", id="change-1").text == "Laminate **them**"
    assert len(list(page.one(class_="history").all("li"))) >= 5
    [key] = await keys_of_notes(ben, path)
    assert await act(ben, path, "delete-note", key=key) == (path, "Your note is deleted.")


async def test_what_cannot_be_done_is_said_where_it_was_tried(rig: WebRig, ids: dict[str, str]) -> None:
    you, path = rig.visitor("you"), path_of(ids)
    assert (await act(you, path, "tag", tags=" , "))[1] == "Say at least one tag, such as fractions."
    assert (await act(you, path, "note", note="a" * 1_001))[1].startswith("A note has at most 1,000 characters")
    assert (await act(you, path, "kind", kind="poem"))[1].startswith("The kinds are")
    assert (await act(you, path, "share", library="Alchemy"))[1] == "There is no such department here."
    assert (await act(you, path_of(ids, RUBRIC), "undo"))[1].startswith("You have not saved this")


async def test_a_save_and_its_undo_lead_back_to_the_list(rig: WebRig, ids: dict[str, str]) -> None:
    you, path = rig.visitor("you"), path_of(ids, BARS)
    rig.clock.advance(timedelta(minutes=1))
    async with await you.post(f"{path}/keep", {"back": "/library?q=bars&page=2"}, is_script=False) as response:
        assert response.headers["Location"].startswith("/library?q=bars&page=2&said=")
    assert titles(await you.page("/library?mine=1")) == [BARS, TICKETS]
    async with await you.post(f"{path}/undo", {"back": "/library?mine=1"}, is_script=False) as response:
        assert response.headers["Location"].startswith("/library?mine=1&said=")
    assert titles(await you.page("/library?mine=1")) == [TICKETS]


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/library", "/library/../me", "/\\evil", "/me"]
)
async def test_the_way_back_never_leads_elsewhere(rig: WebRig, ids: dict[str, str], back: str) -> None:
    path = path_of(ids, BARS)
    async with await rig.visitor("you").post(f"{path}/keep", {"back": back}, is_script=False) as response:
        assert response.headers["Location"].startswith(f"{path}?said=")


async def test_the_last_save_that_is_taken_back_leads_to_the_library(rig: WebRig, ids: dict[str, str]) -> None:
    assert await act(rig.visitor("priya"), path_of(ids, BARS), "undo") == ("/library", "Your save is taken back.")
    assert BARS not in titles(await rig.visitor("priya").page("/library"))


async def test_what_is_kept_for_oneself_nobody_else_finds(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    you = rig.visitor("you")
    fields = {"url": "https://own.example/job", "title": "An open post in Leeds", "private": "1", "note": "Ask Jo"}
    async with await you.post("/library/save", fields, is_script=False) as response:
        path = response.headers["Location"].partition("?")[0]
        assert (
            "Saved for you alone"
            in (await you.page(response.headers["Location"].partition("#")[0])).one(id="said").words
        )
    assert "An open post in Leeds" in titles(await you.page("/library?mine=1"))
    assert "An open post in Leeds" not in titles(await you.page("/library"))
    assert "Only you see this" in (await you.page(path)).words
    async with await rig.visitor("ben").get(path) as response:
        assert response.status == 404
    async with await rig.visitor("ben").post(f"{path}/note", {"note": "Seen!"}, is_script=False) as response:
        assert response.status == 303
    assert "Seen!" not in (await you.page(path)).words
    assert await act(you, path, "keep") == (path, "Saved to the library.")
    assert "An open post in Leeds" in titles(await rig.visitor("ben").page("/library"))
    assert "Ask Jo" not in (await rig.visitor("ben").page(path)).words


async def test_a_link_is_saved_with_its_tags_and_a_note(rig: WebRig, ids: dict[str, str]) -> None:
    you = rig.visitor("you")
    page = await you.page(f"/library/save?url={quote('https://new.example/1')}&title=Tangrams")
    assert page.one("input", id="url")["value"] == "https://new.example/1"
    fields = {"url": "https://new.example/1", "title": "Tangrams", "tags": "shape, year 3", "note": "Needs scissors"}
    fields["library"] = "Maths"
    async with await you.post("/library/save", fields, is_script=False) as response:
        assert response.status == 303
        page = await you.page(response.headers["Location"].partition("#")[0])
    assert page.one(id="said").words == "Saved to the library. Tagged shape and year 3. Your note is beside it."
    assert "In the library of Maths" in page.words
    assert titles(await you.page("/library?q=in:maths+tangrams")) == ["Tangrams"]
    assert ids


async def test_a_form_with_a_mistake_keeps_what_was_typed(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    fields = {"url": "nowhere", "title": "Tangrams & more", "note": "Needs <scissors>"}
    async with await rig.visitor("you").post("/library/save", fields, is_script=False) as response:
        text = await response.text()
    assert response.status == 400
    assert 'role="alert"' in text
    assert "Tangrams &amp; more" in text
    assert "Needs &lt;scissors&gt;" in text


async def test_an_item_is_shared_with_a_department_and_taken_out_again(rig: WebRig, ids: dict[str, str]) -> None:
    you, path = rig.visitor("you"), path_of(ids, BARS)
    assert await act(you, path, "share", library="Maths") == (path, "It is in the library of Maths as well now.")
    assert titles(await you.page("/library?q=in:maths+bars")) == [BARS]
    assert await act(you, path, "unshare", library="Maths") == (path, "It is not in the library of Maths now.")


async def test_owners_remove_and_restore(rig: WebRig, ids: dict[str, str]) -> None:
    you, path = rig.visitor("you"), path_of(ids, BARS)
    _, said = await act(you, path, "remove")
    assert said.startswith("Removed from the library.")
    assert BARS not in titles(await you.page("/library"))
    assert titles(await you.page("/library/removed")) == [BARS]
    assert (await you.page(path)).one(class_="removed").words.startswith("Removed on 24 November 2026.")
    assert await act(you, path, "restore", back="/library/removed") == (
        "/library/removed",
        "It is in the library again.",
    )
    assert BARS in titles(await you.page("/library"))


async def test_pages_say_for_how_long_what_is_removed_can_be_restored(rig: WebRig, ids: dict[str, str]) -> None:
    you = rig.visitor("you")
    rig.pages.desk = EngineDesk(replace(rig.parts, keeping=Keeping(removed=timedelta(days=7))))
    assert "For 7 days you can restore it under “Removed”." in (await you.page(path_of(ids))).words
    assert "It can be restored for 7 days; then it is erased" in (await you.page("/library/removed")).words
    rig.pages.desk = EngineDesk(replace(rig.parts, keeping=Keeping(removed=timedelta(days=1))))
    assert "It can be restored for 1 day; then it is erased" in (await you.page("/library/removed")).words


async def test_a_line_of_history_ends_once(rig: WebRig, ids: dict[str, str]) -> None:
    assert rig.pages.desk
    await rig.pages.desk.act(viewer(), ids[BARS], WriteNote("Cut it twice."))
    history = (await rig.visitor("you").page(path_of(ids, BARS))).one(class_="history")
    assert next(iter(history.all("li"))).words.endswith("You wrote a note: Cut it twice.")


async def test_what_a_form_said_is_told_to_nobody_else(rig: WebRig, ids: dict[str, str]) -> None:
    async with await rig.visitor("you").post(f"{path_of(ids)}/tag", {"tags": "secret"}, is_script=False) as response:
        address = response.headers["Location"].partition("#")[0]
    assert (await rig.visitor("ben").page(address)).one(id="said").words == ""


@pytest.mark.parametrize("name", ["", "frobnicate", "..", "tag/else", "%2e%2e"])
async def test_no_other_act_is_taken(rig: WebRig, ids: dict[str, str], name: str) -> None:
    async with await rig.visitor("you").post(f"{path_of(ids)}/{name}", {}, is_script=False) as response:
        assert response.status in {404, 405}


# ------------------------------------------------------------------------------------------------------- past digests


async def test_past_digests_are_listed_and_open(rig: WebRig, ids: dict[str, str]) -> None:
    you = rig.visitor("you")
    page = await you.page("/library/digests")
    link = page.one("ol", class_="digests").one("a")
    assert link.words == "Tuesday 24 November · 2 posts from #edchat"
    digest = await you.page(link["href"])
    assert "one question, three boxes" in digest.one("article", class_="post").words
    assert digest.one(class_="gone").words == "Item 2 no longer available"
    assert ids


async def test_an_item_of_a_past_digest_is_saved(rig: WebRig, ids: dict[str, str]) -> None:
    ben, path = rig.visitor("Ben%20Okafor"), f"/library/digests/{DIGEST}"
    assert await act(ben, path, "save", source="x", post="181") == (path, "Saved to the library.")
    assert "Ben Okafor, 24 November 2026" in (await ben.page(path_of(ids))).words
    assert (await act(ben, path, "save", source="x", post="gone"))[1] == (
        "This post is no longer available, so it was not saved."
    )


async def test_what_was_saved_from_a_past_digest_shows_so_and_can_be_taken_back(rig: WebRig) -> None:
    await fill_library(rig)
    cat, path = rig.visitor("Cat%20Lowe"), f"/library/digests/{DIGEST}"

    async def offered(person: Visitor = cat) -> list[str]:
        page = await person.page(path)
        return [each.words for each in page.one("article", class_="post").all("button")]

    assert await offered() == ["Save item 1", "Save for me alone item 1"]
    assert (await act(cat, path, "save", source="x", post="181", private="1"))[1].startswith("Saved for you alone.")
    assert await offered() == ["Undo my save of item 1", "Save for everybody item 1"]
    assert "Only you see this" in (await cat.page(path)).words
    assert await offered(rig.visitor("Ben%20Okafor")) == ["Save item 1", "Save for me alone item 1"]
    assert (await act(cat, path, "save", source="x", post="181"))[1].startswith("Saved to the library.")
    assert await offered() == ["Undo my save of item 1"]
    undo = next(each for each in (await cat.page(path)).all("form") if each["action"].endswith("/undo"))
    fields = {each["name"]: each["value"] for each in undo.all("input")}
    assert await act(cat, undo["action"].removesuffix("/undo"), "undo", **fields) == (path, "Your save is taken back.")
    assert "Cat Lowe" not in (await cat.page("/library")).one("main").words


async def test_a_past_digest_is_saved_from_into_the_library_of_its_department(rig: WebRig, ids: dict[str, str]) -> None:
    cat = rig.visitor("Cat%20Lowe")
    for name in ("you", "priya"):
        await act(rig.visitor(name), path_of(ids), "undo")
    assert titles(await cat.page("/library?q=exit")) == []
    await act(cat, f"/library/digests/{DIGEST}", "save", source="x", post="181")
    page = await cat.page(path_of(ids))
    assert "Library of Maths" in page.one("dl", class_="facts").words


# -------------------------------------------------------------------------------------------------------- what is found


def marked(element: Element) -> list[str]:
    return [each.words for each in element.all("mark")]


async def test_the_words_by_which_something_was_found_stand_out_in_title_tags_and_notes(
    rig: WebRig, ids: dict[str, str]
) -> None:
    page = await rig.visitor("you").page(f"/library?q={quote('TÍCKETS or 7B or ássessment or templates')}")
    entry = page.one("article", class_="entry")
    assert marked(entry.one("h3")) == ["tickets"]
    assert marked(entry.one("ul", class_="tags")) == ["assessment"]
    assert marked(entry.one("ul", class_="notes").one("strong")) == ["7B"]
    assert marked(entry.one("ul", class_="notes").one("a")) == ["templates"]
    assert entry.one("h3").words == TICKETS
    assert marked(await rig.visitor("you").page("/library")) == []
    assert ids


async def test_marking_leaves_hostile_words_what_they_are(rig: WebRig, ids: dict[str, str]) -> None:
    hostile = '<script>alert(1)</script> & <b>quokka</b> "onload=quokka'
    async with rig.store.transaction() as tx:
        await retitle(tx, PRIYA, Role.EDITOR, ids[BARS], hostile, at=rig.clock.now())
        await tag_item(tx, PRIYA, Role.EDITOR, ids[BARS], ["quokka<i>"], at=rig.clock.now())
    page = await rig.visitor("you").page("/library?q=quokka+script")
    entry = page.one("article", class_="entry")
    assert entry.one("h3").words == hostile
    assert marked(entry.one("h3")) == ["script", "script", "quokka", "quokka"]
    assert {each.tag for each in entry.all()} & {"script", "b", "i"} == set()


@pytest.mark.parametrize(
    ("list_", "wanted"),
    [
        ("/library", [TICKETS, BARS, RUBRIC]),
        ("/library?q=fractions+%2F+exit", [TICKETS, BARS]),
        ("/library?mine=1", [TICKETS, "An own thing"]),
        ("/library?q=own&mine=1", ["An own thing"]),
        ("/library?q=in:%22Staff+room%22", [TICKETS]),
        ("/library/tags/%23fractions", [BARS]),
    ],
)
async def test_what_a_list_shows_can_be_exported_in_each_form(
    rig: WebRig, ids: dict[str, str], list_: str, wanted: list[str]
) -> None:
    you = rig.visitor("you")
    async with rig.store.transaction() as tx:
        alone = Placing(YOU, "form", rig.clock.now() - timedelta(hours=1), private=True)
        await save_link(tx, alone, "https://own.example", "An own thing")
    page = await you.page(list_)
    assert sorted(titles(page)) == sorted(wanted)
    links = list(page.one("details", class_="export").all("a"))
    assert [each.words.partition(" (")[2] for each in links] == ["CSV)", "Markdown)", "HTML)", "JSON)"]
    for link in links:
        async with await you.get(link["href"]) as response:
            assert response.status == 200
            text = await response.text()
        assert [title for title in (*TITLES, "An own thing") if title in text] == [
            title for title in (*TITLES, "An own thing") if title in wanted
        ], link.words
    assert ids


async def test_an_items_page_leads_to_its_history(rig: WebRig, ids: dict[str, str]) -> None:
    you = rig.visitor("you")
    [link] = [each for each in (await you.page(path_of(ids))).all("a") if each.words == "History"]
    assert link["href"] == f"{path_of(ids)}?history=1#history"
    shown = (await you.page(link["href"].partition("#")[0])).one("details", id="history")
    assert "open" in shown.attributes


# ------------------------------------------------------------------------------------------------------------ on paper


async def test_a_list_on_paper_has_titles_addresses_tags_and_notes(rig: WebRig, ids: dict[str, str]) -> None:
    assert ids
    page = await rig.visitor("you").page("/library?q=exit&print=1")
    assert page.one("h1").words == "From the library: exit"
    item = next(page.all("li"))
    assert item.one("h2").words == TICKETS
    assert "https://tickets.example/ten" in item.words
    assert "Tags: assessment, year 7" in item.words
    assert "Worked with 7B" in item.words
    assert [each.tag for each in page.all() if each.tag in {"nav", "form", "header"}] == []


# ------------------------------------------------------------------------------------------------------------- validity


async def test_every_page_is_valid(rig: WebRig, ids: dict[str, str]) -> None:
    you = rig.visitor("you")
    assert rig.pages.desk
    await rig.pages.desk.act(viewer(role=Role.OWNER), ids[RUBRIC], Remove())
    await rig.pages.desk.act(viewer(role=Role.OWNER), ids[BARS], Keep(private=True))
    for path in (
        "/",
        "/library",
        "/library?q=kind:article+exit",
        "/library?q=nothing",
        "/library?mine=1",
        "/library/tags",
        "/library/tags/fractions",
        "/library/digests",
        f"/library/digests/{DIGEST}",
        "/people",
        "/people?in=Maths",
        "/library/save",
        "/library/removed",
        path_of(ids),
        path_of(ids, BARS),
        path_of(ids, RUBRIC),
        f"{path_of(ids)}?print=1",
        "/library?print=1",
        "/library/items/nowhere",
    ):
        async with await you.get(path) as response:
            assert mistakes_in(await response.text()) == [], path
    assert WORKSPACE
