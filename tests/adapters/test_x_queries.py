"""Topics packed into queries of at most 512 characters."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.x.queries import MOST_LETTERS, packed, term
from bot.domain.coverage import Span
from bot.domain.topic import parse_topic
from bot.errors import Mistake
from bot.ports import Want
from tests.fakes.clock import TUESDAY
from tests.rigs.x_parts import LAST_DAYS, want
from tests.rigs.x_server_query import condition


@pytest.mark.parametrize(
    ("topic", "spelt"),
    [
        ("#EdChat", "#EdChat"),
        ("＃Éducation", "#Éducation"),
        ("@Ada_Teaches", "from:Ada_Teaches"),
        ("list:1234567", "list:1234567"),
        ('"exit ticket"', '"exit ticket"'),
        ("“exit   ticket”", '"exit ticket"'),
        ('"an "odd" phrase"', '"an odd phrase"'),
        ('"a \\" b"', '"a b"'),
        ('"OR from:x -is:reply"', '"OR from:x -is:reply"'),
    ],
)
def test_a_topic_is_asked_for_as_people_write_it(topic: str, spelt: str) -> None:
    assert term(parse_topic(topic, account_source="x")) == spelt


def test_topics_of_one_span_share_a_query() -> None:
    (query,) = packed([want("#edchat"), want("@ada", account_id="501"), want('"exit ticket"')])

    assert query.text == '(#edchat OR from:ada OR "exit ticket") -is:retweet'
    assert [topic.label for topic in query.topics] == ["#edchat", "@ada", '"exit ticket"']
    assert query.limit == 300
    assert query.certain == ()


def test_topics_of_different_spans_do_not() -> None:
    yesterday = Span(LAST_DAYS.start, TUESDAY - timedelta(days=1))

    queries = packed([want("#edchat"), want("#scichat", yesterday), want("#mathchat")])

    assert [query.text for query in queries] == ["(#edchat OR #mathchat) -is:retweet", "#scichat -is:retweet"]


def test_a_single_topic_is_certain() -> None:
    (query,) = packed([want("#edchat")])

    assert query.text == "#edchat -is:retweet"
    assert query.certain == query.topics


def test_lists_and_accounts_whose_id_is_not_known_are_read_alone() -> None:
    queries = packed([want("#edchat"), want("list:77"), want("@ada"), want("#scichat")])

    assert [query.text for query in queries] == [
        "list:77 -is:retweet",
        "from:ada -is:retweet",
        "(#edchat OR #scichat) -is:retweet",
    ]


def _topic_or_none(text: str) -> Want | None:
    try:
        return Want(parse_topic(text, account_source="x"), LAST_DAYS, 100, account_id="501")
    except Mistake:
        return None


_letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=110)
_typed = st.one_of(_letters.map("#{}".format), _letters.map('"{}"'.format), st.from_regex(r"@\w{1,15}", fullmatch=True))


@settings(deadline=None, derandomize=True)
@given(st.lists(_typed, max_size=40))
def test_every_topic_is_in_exactly_one_query_that_x_accepts(typed: list[str]) -> None:
    wants = [each for text in typed if (each := _topic_or_none(text))]

    queries = packed(wants)

    assert sorted(topic for query in queries for topic in query.topics) == sorted(each.topic for each in wants)
    for query in queries:
        assert len(query.text) <= MOST_LETTERS
        condition(query.text)


def test_topics_on_short_rations_are_asked_for_alone_so_that_a_busy_one_does_not_eat_them() -> None:
    queries = packed([want("#edtech", limit=30), want("#sschat", limit=30), want("#edchat"), want("#mathchat")])
    assert sorted(query.text for query in queries) == [
        "#edtech -is:retweet",
        "#sschat -is:retweet",
        "(#edchat OR #mathchat) -is:retweet",
    ]
