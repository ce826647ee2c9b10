"""The language in which people look for things in the library."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import (
    Around,
    Sought,
    as_typed,
    kind_of_page,
    nearest,
    parse_query,
    passage,
    respelt,
    words_sought,
)
from bot.domain.search.entry import library_facet
from bot.domain.search.language import moment_term
from bot.domain.search.query import AllOf, AnyOf, CameFrom, Facet, Node, Not, SavedByMe, ShownIn, Since, Words
from bot.domain.search.words import places_of_words, words_in
from bot.errors import Mistake

PIECES = [
    *"()/|-\"“”„«»'’:#@*\\&%_.,!?🙂\u00a0\u200b\u202e\0＂＃＠（）：数Ł\ud83d",
    *("or", "OR", "by:", "by:me", "from:", "in:maths", "kind:video", "since:2026-09", "before:", "domain:nrich.org"),
    *("fractions", "Éducation", "year 6", " ", "  ", "\n", "tag:", "since:", "AND", "NOT", "NEAR(", "9" * 30, "a" * 60),
]


def tree(text: str) -> Node | None:
    return parse_query(text, Around(channels={"maths": ("c1",)})).tree


def words(*each: str, goes_on: bool = False) -> Words:
    return Words(each, goes_on)


# ------------------------------------------------------------------------------------------------------------ language


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fractions", words("fractions", goes_on=True)),
        ("Fractions Éducation", AllOf((words("fractions"), words("education", goes_on=True)))),
        ('"exit ticket"', words("exit", "ticket")),
        ("“exit ticket”", words("exit", "ticket")),
        ('"exit tick', words("exit", "tick", goes_on=True)),
        ("exit\u00a0ticket", AllOf((words("exit"), words("ticket", goes_on=True)))),
        ("-pizza", Not(words("pizza"))),
        ("–pizza", Not(words("pizza"))),
        ('-"exit ticket"', Not(words("exit", "ticket"))),
        ("#Year6", Facet("#year6")),
        ("＃year6", Facet("#year6")),
        ('tag:"Year 6"', Facet("#year6")),
        ("@NRICH_maths", Facet("@nrichmaths")),
        ("kind:Videos", Facet(":kind:video")),
        ("domain:https://www.nrich.maths.org/a?b", Facet(":site:nrich.maths.org")),
        ("by:me", SavedByMe()),
        ("by : me", AllOf((words("by"), words("me", goes_on=True)))),
        ("by: me", SavedByMe()),
        ("from:#EdChat", CameFrom(("hashtag",), "edchat")),
        ("from:@Frida", CameFrom(("account",), "frida")),
        ("in:Maths", ShownIn(("c1",))),
        ("since:2026-09", Since(datetime(2026, 9, 1, tzinfo=UTC))),
        ("since:2026", Since(datetime(2026, 1, 1, tzinfo=UTC))),
        ("a1 / b2", AnyOf((words("a1"), words("b2", goes_on=True)))),
        ("a1 or b2 c3", AllOf((AnyOf((words("a1"), words("b2"))), words("c3", goes_on=True)))),
        ("-(a1 b2)", Not(AllOf((words("a1"), words("b2"))))),
        ("10:30", words("10", "30", goes_on=True)),
        ("🙂", None),
        ("", None),
        (")( - / or", None),
    ],
)
def test_what_is_typed_is_understood(text: str, meant: Node | None) -> None:
    assert tree(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("since:", "since: wants a month or a day, such as since:2026-09 or since:2026-09-14."),
        ("before:yesterday", "before: wants a month or a day, such as before:2026-09 or before:2026-09-14."),
        ("since:2026-13", "since: wants"),
        ("since:9999", "since: wants"),
        ("since:２０２６", "since: wants"),
        ("kind:song", "kind: wants one of article, video, worksheet, research, question or other"),
        ("domain:nrich", "domain: wants the name of a website, such as domain:nrich.org."),
        ("in:nowhere", "in: wants the name of a channel"),
        ("by:Ben", "Nobody called that has agreed"),
        ("from:", "from: wants a topic"),
        ("tag:", "tag: wants a tag"),
        ("x" * 301, "at most 300 characters"),
        ("word " * 13, "at most 12 words"),
        ("(" * 6 + "deep", "at most 5 brackets"),
    ],
)
def test_what_cannot_be_meant_is_said_plainly(text: str, said: str) -> None:
    with pytest.raises(Mistake, match=re.escape(said)):
        tree(text)


def test_days_begin_where_people_are() -> None:
    auckland = Around(ZoneInfo("Pacific/Auckland"))
    assert parse_query("since:2026-09-01", auckland).tree == Since(datetime(2026, 8, 31, 12, tzinfo=UTC))


def test_what_was_typed_before_is_read_again_whatever_has_gone_since() -> None:
    assert [each.words for each in words_sought(as_typed("in:gone fractions -pizza").tree)] == [("fractions",)]
    assert as_typed("kind:song").tree is None


def test_ten_thousand_senseless_searches_are_no_errors() -> None:
    random = Random(11)
    begun = perf_counter()
    for _ in range(10_000):
        text = "".join(random.choices(PIECES, k=random.randint(1, 25)))
        try:
            query = parse_query(text)
        except Mistake:
            continue
        passage("Fractions by folding a year 6 leaf", Sought.by(query), 20)
    assert perf_counter() - begun < 60


@given(st.text(max_size=400))
def test_whatever_is_typed_is_a_search_or_a_mistake(text: str) -> None:
    with suppress(Mistake):
        read = parse_query(text)
        assert parse_query(read.text).tree == read.tree


@pytest.mark.parametrize("piece", ["(", ")", '"', "-", "a-", "since:", "a.", "\u0301", "'", "/ "])
def test_no_piece_makes_reading_slow_however_often_it_stands(piece: str) -> None:
    begun = perf_counter()
    for text in (piece * 100_000, piece * 300):
        try:
            parse_query(text)
        except Mistake:
            continue
    assert perf_counter() - begun < 5


# ------------------------------------------------------------------------------------------------------------ passages


def test_a_passage_begins_near_the_first_match_and_marks_all_of_them() -> None:
    text = "Long before anything is said of it. " * 4 + "Éxit tickets, and more exit tickets " + "after that. " * 20
    found = passage(text, Sought.by(parse_query('"exit tickets"')), 120)
    assert found is not None
    assert [found.text[first:last] for first, last in found.marks] == ["Éxit tickets", "exit tickets"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
    assert len(found.text) <= 124


def test_a_short_text_is_shown_whole_and_one_without_a_match_is_none() -> None:
    found = passage("Teacher’s guide", Sought.by(parse_query("teachers")), 100)
    assert found is not None
    assert (found.text, found.marks) == ("Teacher’s guide", ((0, 9),))
    assert passage("Teacher’s guide", Sought.by(parse_query("pizza")), 100) is None
    assert passage("Teacher’s guide", Sought.by(parse_query("-guide")), 100) is None


def test_found_words_are_marked_whatever_their_case_accents_and_apostrophes() -> None:
    def marked(typed: str, text: str) -> list[str]:
        return [text[first:last] for first, last in Sought.by(parse_query(typed)).marks(text)]

    assert marked("ÉCLAIRS -cream tag:baking", "Eclairs with cream, e\u0301clairs and Baking") == [
        "Eclairs",
        "e\u0301clairs",
    ]
    assert marked('teachers "year 7"', "The Teacher’s year-7 plan for year 70") == ["Teacher’s", "year-7"]
    assert marked("frac", "Fractions, refraction, 分数") == ["Fractions"]
    assert marked("", "Everything") == []


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Straße", "strasse", "Straße"),
        ("İzmir", "izmir", "İzmir"),
        ("ﬁnding", "finding", "ﬁnding"),
        ("Cafe\u0301s here", "cafés", "Cafe\u0301s"),
        ("the שָׁלוֹם song", "שלום", "שָׁלוֹם"),
        ("Room №5", "no5", "№5"),
        ("ﷺ", "الله", "ﷺ"),
        ("a ｶｷ b", "ｷ", "ｷ"),
        ("‘teachers’ day", "teachers", "teachers"),
    ],
)
def test_letters_that_are_folded_into_others_are_marked_where_they_stand(text: str, typed: str, marked: str) -> None:
    assert [text[first:last] for first, last in Sought.by(as_typed(f'"{typed}"')).marks(text)] == [marked]


@given(text=st.text(st.sampled_from("aB'ß İﬁé\u0301’_-½①Ⓐ№™ﷺｶｷ日ภั\u2060\u200dשָׁ कि\u20ddǅ·ªᵃ㎏") | st.characters()))
def test_the_words_that_are_marked_are_those_that_are_found(text: str) -> None:
    assert [word for word, _, _ in places_of_words(text)] == words_in(text)


@given(st.text(max_size=300), st.text(max_size=30))
def test_marks_are_parts_of_any_text_one_after_the_other(text: str, typed: str) -> None:
    places = [place for mark in Sought.by(as_typed(typed)).marks(text) for place in mark]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_no_text_makes_marking_slow() -> None:
    begun = perf_counter()
    sought = Sought.by(parse_query('"a a a a a a a a a a a b"'))
    for text in ("a " * 3_000, "'" * 9_000, "a" * 9_000, "\u0301" * 9_000):
        sought.marks(text)
    assert perf_counter() - begun < 5


@given(st.text(max_size=300), st.text(max_size=30), st.integers(5, 80))
def test_marks_lie_within_the_passage_one_after_the_other(text: str, typed: str, most: int) -> None:
    found = passage(f"{text} quokka {text}", Sought.by(as_typed(f"{typed} quokka")), most)
    places = [place for mark in (found.marks if found else ()) for place in mark]
    assert places == sorted(places)
    assert not places or (found is not None and places[-1] <= len(found.text))


# --------------------------------------------------------------------------------------------------- spelling and kind


def test_the_nearest_words_are_suggested_and_known_ones_stay() -> None:
    known = ["fractions", "fraction", "factions", "pizza", "exit"]
    assert nearest("fractoins", known)[0] == "fractions"
    assert nearest("pizzza", known) == ["pizza"]
    assert nearest("exti", known) == ["exit"]
    assert nearest("pizza", known) == nearest("zoo", known) == nearest("elephant", known) == []


def test_a_search_is_respelt_word_by_word() -> None:
    assert respelt('Fractoins -"pizzza party"', {"fractoins": "fractions", "pizzza": "pizza"}) == (
        'fractions -"pizza party"'
    )


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.youtube.com/watch?v=1", "video"),
        ("https://files.school.example/Plan.PDF", "worksheet"),
        ("https://eric.ed.gov/?id=1", "research"),
        ("https://news.example/a", "article"),
        ("", "other"),
        ("mailto:a@b", "other"),
    ],
)
def test_the_kind_of_a_page_is_told_by_its_address(url: str, kind: str) -> None:
    assert kind_of_page(url) == kind


def test_a_library_is_named_apart_from_a_channel_of_that_name() -> None:
    around = Around(channels={"maths": ("C1",)}, libraries={"maths": "maths"})
    assert parse_query("library:Maths", around).tree == Facet(library_facet("maths"))
    assert parse_query("in:maths", around).tree == AnyOf((ShownIn(("C1",)), Facet(library_facet("maths"))))
    assert parse_query("library:staff", Around(channels=None)).tree is None
    with pytest.raises(Mistake, match="library: wants the name of a department"):
        parse_query("library:staff", around)


def test_a_moment_means_the_same_in_every_zone() -> None:
    at = datetime(2026, 11, 17, 0, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    term = moment_term("since", at)
    assert term == "since:2026-11-16T11:00Z"
    assert parse_query(term, Around(ZoneInfo("America/New_York"))).tree == Since(at)
    with pytest.raises(Mistake, match="since: wants a month or a day"):
        parse_query("since:1066-11-16T11:00Z")
