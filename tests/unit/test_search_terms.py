"""A search in its parts: the same search whether it is read as a whole or put together again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.search import parse_query
from bot.domain.search.query import Facet, parts_of
from bot.domain.search.terms import field_term, terms_of, with_terms, without_term
from bot.errors import Mistake

PIECES = (
    "fractions",
    '"exit ticket"',
    "-primary",
    "#year9",
    "kind:video",
    "(",
    "(a or b)",
    "-(a b)",
    "or",
    "/",
    '"',
    "i",
)
TYPED = st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('fractions "exit ticket" -primary #year9', ("fractions", '"exit ticket"', "-primary", "#year9")),
        ("a or b c", ("a or b", "c")),
        ("(a or (b c)) d", ("(a or (b c))", "d")),
        ('in:"year 9" “exit tick', ('in:"year 9"', '"exit tick"')),
        ("-(x y) z", ("-(x y)", "z")),
        ("((a", ("((a))",)),
        ("a ) b or", ("a", "b")),
        ("", ()),
    ],
)
def test_a_search_falls_into_the_parts_that_all_have_to_hold(typed: str, terms: tuple[str, ...]) -> None:
    assert terms_of(typed) == terms


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("maths", "in:maths"),
        ("year 9", 'in:"year 9"'),
        ('a "b" (c)', 'in:"a b (c)"'),
        ("  ", ""),
        ("2026-09", "in:2026-09"),
    ],
)
def test_a_field_is_quoted_where_it_has_to_be(said: str, term: str) -> None:
    assert field_term("in", said) == term


def test_more_goes_in_front_because_the_last_word_may_be_only_a_beginning() -> None:
    assert with_terms("fract", ["kind:video", ""]) == "kind:video fract"
    assert with_terms("kind:video fract", ["kind:video"]) == "kind:video fract"


@given(TYPED)
def test_the_parts_put_together_mean_the_same(typed: str) -> None:
    terms = terms_of(typed)
    assert _meaning(" ".join(terms)) == _meaning(typed)
    assert terms_of(" ".join(terms)) == terms


@given(TYPED, st.integers(0, 8))
def test_without_a_part_all_the_others_hold_still(typed: str, which: int) -> None:
    terms = terms_of(typed)
    left = terms_of(without_term(typed, which))
    assert left == tuple(term for number, term in enumerate(terms) if number != which)


@given(TYPED)
def test_what_is_added_has_to_hold_as_well(typed: str) -> None:
    try:
        query = parse_query(with_terms(typed, ["kind:article"]))
    except Mistake:
        return
    assert Facet(":kind:article") in parts_of(query.tree)


def _meaning(typed: str) -> str:
    """Whether its last word goes on is not asked: a quotation that is closed ends it."""
    try:
        return repr(parse_query(typed).tree).replace("goes_on=True", "goes_on=False")
    except Mistake:
        return ""
