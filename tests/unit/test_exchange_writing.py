"""Files that people take away: nobody's words are markup in them, a formula, or another row."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.exchange import Format, Listing, ListingKind
from bot.domain.exchange.atom import atom
from bot.domain.exchange.bookmarks import read_bookmarks
from bot.domain.exchange.entry import Entry, Said
from bot.domain.exchange.found import each_once, note_of, tags_of, title_of
from bot.domain.exchange.layout import Layout
from bot.domain.exchange.markdown import markdown
from bot.domain.exchange.netscape import netscape
from bot.domain.exchange.ours import read_ours
from bot.domain.exchange.whole import whole
from bot.services.exchange.writing import COLUMNS, file_name, layout_of
from bot.services.exchange.writing import title_of as listing_title
from bot.services.spreadsheet import STARTS_A_FORMULA, csv_line

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SAVED = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENTRY = Entry(
    url="https://nrich.example/fractions?a=1&b=2",
    title="Fractions & <decimals>",
    kind="article",
    saved_at=SAVED,
    tags=("fractions", "year 9"),
    notes=(Said("Worked well", SAVED, "Ana Bell"),),
    saved_by=("Ana Bell",),
    shelves=("reading group",),
    libraries=("maths",),
    citations=(("x", "101"),),
)
TEXTS = st.text(max_size=80)


def text_of(layout: Layout, *entries: Entry) -> str:
    return layout.head + layout.written(entries, are_first=True) + layout.tail


def entries() -> st.SearchStrategy[Entry]:
    said = st.builds(lambda text, at: Said(text, SAVED + at * HOUR), TEXTS.map(note_of).filter(bool), st.integers(0, 9))
    return st.builds(
        lambda title, tags, notes, number: replace(
            ENTRY,
            url=f"https://page.example/{number}",
            title=title,
            tags=tags,
            notes=notes,
            saved_by=(),
        ),
        TEXTS.map(title_of).filter(bool),
        st.lists(TEXTS, max_size=4).map(tags_of),
        st.lists(said, max_size=4).map(each_once),
        st.integers(0, 10_000),
    )


def test_a_table_has_a_row_an_item_and_opens_as_utf_8() -> None:
    text = text_of(layout_of(Format.CSV, "The library", NOW), ENTRY, ENTRY)
    header, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert tuple(header) == COLUMNS
    assert rows[0] == [
        "Fractions & <decimals>",
        "https://nrich.example/fractions?a=1&b=2",
        "article",
        "2026-09-01",
        "maths",
        "reading group",
        "fractions, year 9",
        "Ana Bell: Worked well",
        "Ana Bell",
        "x:101",
        "",
    ]
    assert text.startswith("\ufeff")


@pytest.mark.parametrize("before", ["", " ", '"', "' ", "\u00a0", "\u200b", '""'])
@pytest.mark.parametrize("sign", STARTS_A_FORMULA)
def test_no_cell_becomes_a_formula(sign: str, before: str) -> None:
    text = text_of(layout_of(Format.CSV, "", NOW), replace(ENTRY, title=f"{before}{sign}cmd|' /C calc'!A0"))
    _, row = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    assert row[0].startswith("'")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(st.lists(st.text(alphabet=";,\t\n\r\"' =+-@＝x", max_size=12), min_size=1, max_size=4))
def test_no_cell_becomes_a_formula_wherever_a_spreadsheet_parts_them(delimiter: str, words: list[str]) -> None:
    rows = csv.reader(StringIO(csv_line([*words, 1, "=1"]), newline=""), delimiter=delimiter)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(' "\t\n\u00a0').startswith(STARTS_A_FORMULA)]


def test_words_stand_in_quotation_marks_and_numbers_do_not() -> None:
    assert csv_line(["x;=1", "two\r\nlines", "a – b; c", -3, 2.5]) == '"x;\'=1","two\nlines","a – b; c",-3,2.5\n'


def test_a_cell_that_is_made_to_be_slow_is_not() -> None:
    assert len(csv_line([("; " * 5 + " " * 200) * 500])) > 100_000


@given(st.lists(entries(), max_size=5, unique_by=lambda entry: entry.url))
def test_what_is_written_as_json_is_read_again_as_it_was(some: list[Entry]) -> None:
    layout = whole("The library", NOW)
    found = read_ours(text_of(layout, *some), NOW)
    assert not found.broken
    assert [
        (row.url, row.title, row.tags, row.notes, row.saved_at, row.libraries, row.citations)
        for row in found.rows.values()
    ] == [(each.url, each.title, each.tags, each.notes, SAVED, ("maths",), (("x", "101"),)) for each in some]


@given(st.lists(entries(), max_size=5, unique_by=lambda entry: entry.url))
def test_what_is_written_as_bookmarks_is_read_again_as_it_was(some: list[Entry]) -> None:
    found = read_bookmarks(text_of(netscape("The library"), *some), NOW)
    assert not found.broken
    assert [(row.url, row.title, row.tags, row.saved_at) for row in found.rows.values()] == [
        (each.url, each.title, each.tags, SAVED) for each in some
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_in_markdown_every_letter_stands_for_itself(title: str, tag: str, note: str) -> None:
    entry = replace(ENTRY, title=title, tags=(tag,), notes=(Said(note, SAVED),), saved_by=(), text=note)
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text_of(markdown("The library", ""), entry))
    page = ET.fromstring(f"<page>{html}</page>")  # noqa: S314 - written here
    assert {element.tag for element in page.iter()} <= {"page", "h1", "p", "ul", "li", "a", "blockquote"}
    assert [link.attrib["href"] for link in page.iter("a")] == ["https://nrich.example/fractions?a=1&b=2"]
    assert len(list(page.iter("ul"))) == 2


def test_in_markdown_an_item_is_a_link_with_what_was_said_of_it() -> None:
    assert text_of(markdown("The library", "Exported on 23 November 2026."), ENTRY) == (
        "# The library\n\nExported on 23 November 2026.\n\n"
        "- [Fractions \\& \\<decimals\\>](<https://nrich.example/fractions?a=1&b=2>) (article, 2026-09-01)\n"
        "  - Tags: fractions, year 9\n"
        "  - Saved by Ana Bell\n"
        "  - Ana Bell: Worked well\n"
    )


@pytest.mark.parametrize("write", [markdown("x", ""), netscape("x"), whole("x", NOW)])
def test_what_is_no_address_is_never_a_link(write: Layout) -> None:
    text = text_of(write, replace(ENTRY, url="javascript:alert(1)"))
    assert "](<javascript" not in text
    assert "HREF" not in text


@given(TEXTS, TEXTS, TEXTS)
def test_a_feed_is_always_well_formed(title: str, tag: str, note: str) -> None:
    entry = replace(ENTRY, title=title, tags=(tag,), notes=(Said(note, SAVED),))
    feed = atom("f1", title, "https://a.example/?a=1&b=2", NOW, [("i1", entry)])
    assert ET.fromstring(feed).tag.endswith("feed")  # noqa: S314 - written here


def test_a_part_of_a_file_begins_where_the_one_before_ended() -> None:
    layout = whole("The library", NOW)
    other = replace(ENTRY, url="https://other.example/")
    parts = layout.written([ENTRY], are_first=True) + layout.written([other], are_first=False)
    assert layout.head + parts + layout.tail == text_of(layout, ENTRY, other)
    assert layout.written([], are_first=False) == ""


def test_an_empty_library_is_a_whole_file_too() -> None:
    assert json.loads(text_of(whole("The library", NOW)))["items"] == []
    assert not read_ours(text_of(whole("The library", NOW)), NOW).rows


@pytest.mark.parametrize(
    ("what", "name", "title"),
    [
        (Listing(ListingKind.LIBRARY), "staffroom-library-2026-11-23.csv", "The library"),
        (Listing(ListingKind.LIBRARY, "maths"), "staffroom-library-maths-2026-11-23.csv", "The library of maths"),
        (Listing(ListingKind.TAG, "../é\n"), "staffroom-tag-e-2026-11-23.csv", "Tagged ../é\n"),
        (Listing(ListingKind.MINE), "staffroom-mine-2026-11-23.csv", "What I saved"),
        (Listing(ListingKind.DIGESTS, "C0123"), "staffroom-digests-2026-11-23.csv", "Digests"),
    ],
)
def test_a_file_is_called_by_what_is_in_it(what: Listing, name: str, title: str) -> None:
    assert file_name(what, Format.CSV, NOW) == name
    assert listing_title(what) == title


def test_a_feed_tells_of_every_note_and_is_as_new_as_the_last_that_was_changed() -> None:
    notes = (Said("One", SAVED, edited_at=SAVED + 2 * HOUR), Said("Two", SAVED + HOUR, "Ana Bell"))
    text = atom("f1", "The library", "https://here.example/f", SAVED, [("i1", replace(ENTRY, notes=notes))])
    assert "<content>One\nAna Bell: Two</content>" in text
    assert f"<updated>{(SAVED + 2 * HOUR).isoformat()}</updated>" in text
