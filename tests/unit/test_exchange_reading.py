"""Files that people bring: bookmarks of four browsers, our own, and hostile ones."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exchange import MOST_NAMED, ON_THE_WEB, ImportForm
from bot.domain.exchange.bookmarks import read_bookmarks
from bot.domain.exchange.decoding import read_file, text_of
from bot.domain.exchange.entry import Said
from bot.domain.exchange.found import (
    CUT_NOTE,
    CUT_TAGS,
    CUT_TITLE,
    MOST_NOTES_OF_A_PAGE,
    NO_ADDRESS,
    NO_PAGE,
    TOO_LONG,
    TOO_MANY_NOTES,
    Found,
    moment_of,
    note_of,
    tags_of,
    title_of,
)
from bot.domain.exchange.ours import MOST_PARTS, read_ours
from bot.domain.library import MOST_TAGS
from bot.domain.links import is_web_address
from bot.errors import Mistake

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MANY_LETTERS = 5 * 1024 * 1024 - 200
SECONDS = 20.0
"""For the largest of files, with the tests of others beside it; each takes under two alone."""

CHROME = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file.
     It will be read and overwritten.
     DO NOT EDIT! -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1700000000" LAST_MODIFIED="0" PERSONAL_TOOLBAR_FOLDER="true">Lesezeichenleiste</H3>
    <DL><p>
        <DT><A HREF="https://nrich.example/fractions" ADD_DATE="1700000001" ICON="data:image/png;base64,AA==">NRICH</A>
        <DT><H3 ADD_DATE="1700000002" LAST_MODIFIED="0">Maths</H3>
        <DL><p>
            <DT><H3 ADD_DATE="1700000003">Year 9</H3>
            <DL><p>
                <DT><A HREF="https://quiz.example/?a=1&amp;b=2" ADD_DATE="1700000004">Quiz &amp; &lt;answers&gt;</A>
            </DL><p>
            <DT><A HREF="https://other.example/">After the folder</A>
        </DL><p>
    </DL><p>
</DL><p>
"""
FIREFOX = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks Menu</H1>
<DL><p>
    <DT><A HREF="https://tagged.example/" ADD_DATE="1700000000" TAGS="Fractions,exit ticket">A page</A>
    <DD>Worked well with year 9
    <HR>    <DT><A HREF="place:type=6&amp;sort=14">Recent Tags</A>
    <DT><H3 UNFILED_BOOKMARKS_FOLDER="true">Other Bookmarks</H3>
    <DL><p>
        <DT><A HREF="https://unfiled.example/" LAST_CHARSET="UTF-8">Unfiled</A>
    </DL><p>
</DL>
"""
SAFARI = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<HTML>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<Title>Bookmarks</Title>
<H1>Bookmarks</H1>
<DT><H3 FOLDED>Favourites</H3>
<DL><p>
<DT><A HREF="https://apple.example/">A page</A>
</DL><p>
<DT><H3 FOLDED id="com.apple.ReadingList">Reading List</H3>
<DL><p>
<DT><A HREF="https://later.example/">For later</A>
</DL><p>
</HTML>
"""
EDGE = CHROME.replace("Lesezeichenleiste", "Favourites bar").replace("Maths", "Maths / Statistics")


def read(text: str) -> Found:
    return read_bookmarks(text, NOW)


def urls(found: Found) -> list[str]:
    return [row.url for row in found.rows.values()]


def test_folders_of_chrome_become_tags_but_not_its_own_bar() -> None:
    rows = {row.url: row for row in read(CHROME).rows.values()}
    assert rows["https://nrich.example/fractions"].tags == ()
    assert rows["https://quiz.example/?a=1&b=2"].tags == ("year 9", "maths")
    assert rows["https://quiz.example/?a=1&b=2"].title == "Quiz & <answers>"
    assert rows["https://other.example/"].tags == ("maths",)


def test_a_bookmark_is_as_old_as_the_browser_says() -> None:
    first = next(iter(read(CHROME).rows.values()))
    assert first.saved_at == datetime.fromtimestamp(1700000001, UTC)
    assert first.line == 11


def test_tags_and_descriptions_of_firefox_are_read() -> None:
    first, *_ = read(FIREFOX).rows.values()
    assert first.tags == ("fractions", "exit ticket")
    assert [note.text for note in first.notes] == ["Worked well with year 9"]


def test_smart_folders_of_firefox_are_named_as_broken() -> None:
    (broken,) = read(FIREFOX).broken
    assert (broken.line, broken.reason) == (7, NO_PAGE)


def test_safari_and_edge_are_read_too() -> None:
    assert urls(read(SAFARI)) == ["https://apple.example/", "https://later.example/"]
    assert all(row.tags == () for row in read(SAFARI).rows.values())
    assert {row.tags for row in read(EDGE).rows.values()} == {
        (),
        ("year 9", "maths / statistics"),
        ("maths / statistics",),
    }


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "about:blank",
        "//x.example",
    ],
)
def test_what_is_no_page_of_the_web_is_never_brought_in(address: str) -> None:
    found = read(f'<DL><DT><A HREF="{address}">x</A>')
    assert not found.rows
    assert found.broken_count == 1


def test_what_is_private_of_a_page_stays_so_beside_what_is_for_all() -> None:
    note = {"text": "For Tom", "at": "2026-11-20T08:00:00Z"}
    private = {"link": "https://page.example/", "private": True, "tags": ["tom"], "notes": [note]}
    public = {"link": "https://page.example/", "tags": ["maths"], "notes": [note | {"text": "Worked well"}]}
    text = json.dumps({"format": "staffroom library", "version": 1, "items": [public, private]})
    (row,) = read_ours(text, NOW).rows.values()
    assert (row.private, row.tags) == (False, ("maths",))
    assert {(each.text, each.private) for each in row.notes} == {("For Tom", True), ("Worked well", False)}


def test_a_row_without_an_address_or_with_an_endless_one_is_named() -> None:
    found = read(f'<DT><A>nothing</A>\n<DT><A HREF="https://long.example/{"x" * 3000}">long</A>')
    assert [(each.line, each.reason) for each in found.broken] == [(1, NO_ADDRESS), (2, TOO_LONG)]


def test_an_address_that_is_endless_only_as_browsers_write_it_is_named_too() -> None:
    found = read(f'<DT><A HREF="https://long.example/{"分" * 300}">long</A>')
    assert [each.reason for each in found.broken] == [TOO_LONG]


def test_the_same_page_in_two_folders_is_one_row_with_the_tags_of_both() -> None:
    found = read(
        "<DL><DT><H3>One</H3><DL><DT><A HREF='https://page.example/?utm_source=x'>A</A></DL>"
        "<DT><H3>Two</H3><DL><DT><A HREF='https://www.page.example/'>B</A></DL></DL>"
    )
    (row,) = found.rows.values()
    assert (row.title, row.tags) == ("A", ("one", "two"))


def test_the_same_page_twice_keeps_what_is_said_of_it_in_both_places() -> None:
    page = "<DT><A HREF='https://a.example/' ADD_DATE='{}'>A</A><DD>{}"
    found = read("".join(page.format(*each) for each in ((1700000002, "Then"), (1700000001, "First"), (1, "Then"))))
    (row,) = found.rows.values()
    assert [note.text for note in row.notes] == ["First", "Then"]


def test_titles_are_text_and_cut() -> None:
    (row,) = read(f'<A HREF="https://a.example/">&lt;script&gt;{"x" * 1_000_000}</A>').rows.values()
    assert row.title.startswith("<script>xxx")
    assert len(row.title) == 200


def test_what_is_not_closed_ends_where_the_next_begins() -> None:
    found = read('<DT><A HREF=https://a.example/>One<DT><A HREF="https://b.example/">Two<DD>Said<DT><H3>Folder')
    assert [(row.url, row.title, row.notes) for row in found.rows.values()] == [
        ("https://a.example/", "One", ()),
        ("https://b.example/", "Two", (Said("Said", NOW),)),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<DL>" * (MANY_LETTERS // 4),
        "<DT><H3>x</H3><DL>" * (MANY_LETTERS // 18),
        "<" * MANY_LETTERS,
        "<DL>" * 239_998,
        '<a b="' * 239_998,
        "<a><br>" * 119_998,
        "<a " * (MANY_LETTERS // 3),
        "<!--" * (MANY_LETTERS // 4),
        '<a b="' * (MANY_LETTERS // 6),
        "<a " + "b" * MANY_LETTERS + ">",
        "<a " + "b " * (MANY_LETTERS // 2) + ">",
        "<a href='https://a.example/'>" + "&" * (MANY_LETTERS - 40),
        "<a>" + "<br>" * (MANY_LETTERS // 4),
        "<dl>" + " " * (MANY_LETTERS - 10) + "<",
    ],
    ids=range(14),
)
def test_a_hostile_file_is_read_in_a_moment(hostile: str) -> None:
    began = perf_counter()
    with suppress(Mistake):
        read_file(f"<DL>{hostile}".encode(), NOW)
    assert perf_counter() - began < SECONDS


def test_of_very_many_broken_rows_the_first_are_named() -> None:
    found = read("<A HREF='javascript:1'>x</A>\n" * 5_000)
    assert (len(found.broken), found.broken_count) == (MOST_NAMED, 5_000)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Mistake, match="20,000 rows"):
        read("".join(f"<A HREF='https://a.example/{number}'>x</A>\n" for number in range(ON_THE_WEB.rows + 1)))


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"Dear Ana, here are the links", "neither"),
        (b"PK\x03\x04" + b"\0" * 100, "neither"),
        (b"<" * (ON_THE_WEB.bytes + 1), "more than 5 MB"),
        (b"{", "not a whole JSON"),
        (b'{"format": "something"}', "not from Staffroom"),
        (b'{"format": "staffroom library", "version": 2, "items": []}', "newer Staffroom"),
        (b'{"format": "staffroom library", "version": true, "items": []}', "which version"),
        (b'{"format": "staffroom library", "version": 1, "items": {}}', "not a whole JSON"),
        (b'{"a":' + b"[" * 100_000, "not a whole JSON"),
        (b'{"a":' + b"[" * (MOST_PARTS * ON_THE_WEB.rows + 1), "too many parts"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "not a whole JSON"),
    ],
    ids=range(13),
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(file: bytes, refusal: str) -> None:
    with pytest.raises(Mistake, match=refusal):
        read_file(file, NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_whatever_encoding_it_has(encoding: str) -> None:
    form, found = read_file("<DL><A HREF='https://a.example/'>Café – naïve</A>".encode(encoding), NOW)
    assert form is ImportForm.BOOKMARKS
    assert [row.title for row in found.rows.values()] == ["Café – naïve"]


def test_zero_letters_and_half_letters_never_come_through() -> None:
    text = text_of(b"\xff\x00<A>\xed\xa0\x80\r\n")
    assert "\0" not in text
    text.encode()


def ours(*items: object) -> Found:
    return read_ours(json.dumps({"format": "staffroom library", "version": 1, "items": items}), NOW)


def test_items_of_our_own_come_back_as_they_were() -> None:
    (row,) = ours(
        {
            "link": "https://a.example/",
            "title": "A",
            "kind": "video",
            "saved_at": "2026-09-01T08:00:00+00:00",
            "tags": ["fractions"],
            "notes": [
                {"text": "Two", "at": "2026-10-02T08:00:00+00:00", "edited_at": "2026-10-03T08:00:00+00:00"},
                {"text": "One", "by": "Ana", "at": "2026-10-01T08:00:00+00:00"},
                {"text": "Two", "by": "Ben"},
            ],
            "libraries": ["maths"],
            "shelves": ["reading group"],
            "citations": [{"source": "x", "id": "1"}],
            "private": True,
        }
    ).rows.values()
    first = datetime(2026, 10, 1, 8, tzinfo=UTC)
    assert row.notes == (Said("One", first), Said("Two", first + DAY, edited_at=first + 2 * DAY))
    assert (row.kind, row.tags, row.libraries, row.shelf) == ("video", ("fractions",), ("maths",), "reading group")
    assert (row.citations, row.private) == ((("x", "1"),), True)
    assert row.saved_at == datetime(2026, 9, 1, 8, tzinfo=UTC)


def test_what_is_no_item_is_named_by_its_number() -> None:
    found = ours(
        {"link": "https://a.example/"}, None, {"title": "no address"}, {"link": ["x"], "tags": 3, "notes": "x"}
    )
    assert len(found.rows) == 1
    assert [each.line for each in found.broken] == [2, 3, 4]


@pytest.mark.parametrize(
    ("item", "cut"),
    [
        ({"title": "t" * 201}, CUT_TITLE),
        ({"title": "t" * 200 + "  "}, ""),
        ({"tags": [f"tag {number}" for number in range(MOST_TAGS + 1)]}, CUT_TAGS),
        ({"tags": ["t" * 41]}, CUT_TAGS),
        ({"tags": ["t" * 40] * 99}, ""),
        ({"notes": [{"text": "short"}, {"text": "n" * 1_001}]}, CUT_NOTE),
        ({"notes": [{"text": "n" * 1_000}]}, ""),
        ({"title": 7, "tags": [None], "notes": ["x", {"text": 7}]}, ""),
    ],
)
def test_what_is_too_long_to_be_kept_whole_is_named(item: dict[str, Any], cut: str) -> None:
    file = {"format": "staffroom library", "version": 1, "items": [{"link": "https://a.example/", **item}]}
    found = read_ours(json.dumps(file), NOW)
    assert [each.what for each in found.cut] == ([cut] if cut else [])
    assert found.cut_count == bool(cut)


def test_a_page_with_more_notes_than_can_be_read_is_named_instead_of_cut() -> None:
    notes = [{"text": f"Note {number}"} for number in range(MOST_NOTES_OF_A_PAGE + 1)]
    found = ours(
        {"link": "https://a.example/", "notes": notes[1:]},
        {"link": "https://b.example/", "notes": notes},
        {"link": "https://a.example/", "notes": notes[:1]},
    )
    assert [len(row.notes) for row in found.rows.values()] == [MOST_NOTES_OF_A_PAGE]
    assert [(each.line, each.reason) for each in found.broken] == [(2, TOO_MANY_NOTES), (3, TOO_MANY_NOTES)]


def test_a_kind_or_a_time_that_cannot_be_is_left_out() -> None:
    (row,) = ours({"link": "https://a.example/", "kind": "<b>", "saved_at": "3000-01-01"}).rows.values()
    assert (row.kind, row.saved_at) == ("", None)


@given(st.text())
def test_whatever_is_read_can_be_kept(text: str) -> None:
    for found in (read(f"<DL>{text}"), read(f'<A HREF="https://a.example/" TAGS="{text}">{text}</A><DD>{text}')):
        for row in found.rows.values():
            assert is_web_address(row.url)
            assert len(row.title) <= 200
            assert all(0 < len(note.text) <= 1_000 for note in row.notes)
            assert all(tag and len(tag) <= 40 and tag == tag.strip() for tag in row.tags)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_whatever_json_holds_nothing_breaks(value: object) -> None:
    names = ("link", "title", "tags", "notes", "citations", "libraries", "shelves", "kind", "saved_at")
    found = ours(*({name: value} for name in names), value)
    assert len(found.rows) + len(found.broken) == len(names) + 1


@given(st.text(), st.text())
def test_what_was_made_plain_once_stays_as_it_is(tag: str, note: str) -> None:
    assert tags_of(tags_of([tag])) == tags_of([tag])
    assert title_of(title_of(tag)) == title_of(tag)
    assert note_of(note_of(note)) == note_of(note)


@pytest.mark.parametrize("seconds", [1700000000, 1700000000_000, 1700000000_000_000])
def test_times_in_thousands_and_millions_are_understood(seconds: int) -> None:
    assert moment_of(seconds, NOW) == datetime.fromtimestamp(1700000000, UTC)


@pytest.mark.parametrize("seconds", [0, -5, 10**30, 4_000_000_000])
def test_a_time_that_cannot_be_is_none(seconds: int) -> None:
    assert moment_of(seconds, NOW) is None
