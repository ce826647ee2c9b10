"""Whatever people type, X is asked only what it understands, and nothing they type works as an operator."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from adapters.x.queries import MOST_LETTERS, counting, packed, term
from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from bot.domain.topic import Topic, parse_search, parse_topic
from bot.errors import Mistake
from bot.ports import Want
from tests.rigs.x_server_query import condition
from tests.unit.examples import NOW

ALPHABET = "ab #@\"'“”()-:._\\/|OR\n\t\x1b\u202e\u200d🎉½²①Ⅷ_é漢हिन्दीਪ1"
TYPED = some.text(ALPHABET, max_size=40) | some.text(max_size=30)
OPERATORS = ("from:", "to:", "list:", "is:", "has:", "lang:", "min_likes:", "url:", "-is", " OR ")


def meant(text: str) -> list[Topic]:
    found = []
    for parse in (parse_topic, parse_search):
        try:
            found.append(parse(text, account_source="x"))
        except Mistake:
            continue
    return found


def without_quotes(query: str) -> str:
    return re.sub(r'"[^"]*"', "", query)


@given(TYPED | TYPED.map(lambda text: f"#{text}") | TYPED.map(lambda text: f'"{text}"'))
def test_whatever_is_typed_becomes_a_search_that_x_understands(text: str) -> None:
    for topic in meant(text):
        condition(counting(topic))
        spelled = term(topic)
        assert len(spelled) <= 400
        outside = without_quotes(spelled)
        assert not any(each in outside for each in OPERATORS[3:])
        assert not set(outside) & set("()\n\t\x1b\u202e\\")


@given(some.lists(TYPED | TYPED.map(lambda text: f"#{text}"), min_size=2, max_size=8))
def test_together_they_stay_within_what_one_search_may_hold(texts: list[str]) -> None:
    asked = [Want(topic, Span(NOW, NOW), 10, "7", Filter()) for text in texts for topic in meant(text)]
    for query in packed(asked):
        assert len(query.text) <= MOST_LETTERS
        condition(query.text)


@pytest.mark.parametrize("typed", ["#_", "#___", "#½", "#²", "#Ⅷ", "#12_3"])
def test_a_hashtag_without_a_letter_is_none(typed: str) -> None:
    with pytest.raises(Mistake, match="no letter in it"):
        parse_topic(typed, account_source="x")


@pytest.mark.parametrize("typed", ["#2 pencils", "@é lesson", "@averylongnamethatnobodyhas x", "_ maths", "#_ maths"])
def test_in_a_search_what_looks_like_a_hashtag_or_a_name_is_only_a_word(typed: str) -> None:
    topic = parse_search(typed, account_source="x")
    assert without_quotes(term(topic)).strip() == ""
    condition(counting(topic))
