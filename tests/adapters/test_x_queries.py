"""Topics packed into queries of at most 512 characters."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.x.queries import MOST_LETTERS, certain_of, packed, term, topics_of
from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
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
    assert [topic.label for topic in topics_of(query)] == ["#edchat", "@ada", '"exit ticket"']
    assert query.limit == 300
    assert certain_of(query) == ()


def test_topics_of_different_spans_do_not() -> None:
    yesterday = Span(LAST_DAYS.start, TUESDAY - timedelta(days=1))

    queries = packed([want("#edchat"), want("#scichat", yesterday), want("#mathchat")])

    assert [query.text for query in queries] == ["(#edchat OR #mathchat) -is:retweet", "#scichat -is:retweet"]


def test_a_single_topic_is_certain() -> None:
    (query,) = packed([want("#edchat")])

    assert query.text == "#edchat -is:retweet"
    assert certain_of(query) == topics_of(query)


def test_lists_and_accounts_whose_id_is_not_known_are_read_alone() -> None:
    queries = packed([want("#edchat"), want("list:77"), want("@ada"), want("#scichat")])

    assert [query.text for query in queries] == [
        "list:77 -is:retweet",
        "from:ada -is:retweet",
        "(#edchat OR #scichat) -is:retweet",
    ]


THRESHOLDS = Filter(min_likes=5)


@pytest.mark.parametrize(
    ("asked_for", "conditions"),
    [
        (Filter(), "-is:retweet"),
        (Filter(top=True), "-is:retweet"),
        (Filter(min_likes=5), "-is:retweet min_likes:5"),
        (Filter(min_reposts=3), "-is:retweet min_reposts:3"),
        (Filter(min_likes=5, min_reposts=3), "-is:retweet (min_likes:5 OR min_reposts:3)"),
        (Filter(languages=("en",)), "-is:retweet lang:en"),
        (Filter(languages=("he", "id")), "-is:retweet (lang:in OR lang:iw)"),
        (Filter(languages=("zh",)), "-is:retweet (lang:zh-CN OR lang:zh-TW)"),
        (Filter(languages=("EN", "en-GB")), "-is:retweet lang:en"),
        (Filter(languages=("en", "mi")), "-is:retweet"),
        (Filter(languages=tuple("am ar bg bn bs ca cs cy da".split())), "-is:retweet"),
        (Filter(replies=False), "-is:retweet (-is:reply OR has:links)"),
        (
            Filter(min_likes=2, languages=("fr", "en"), replies=False),
            "-is:retweet (lang:en OR lang:fr) (-is:reply OR has:links) min_likes:2",
        ),
    ],
)
def test_a_filter_is_spelt_in_operators(asked_for: Filter, conditions: str) -> None:
    (query,) = packed([want("#edchat", asked_for=asked_for)])

    assert query.text == f"#edchat {conditions}"
    condition(query.text)


def test_topics_share_a_query_where_they_share_a_filter() -> None:
    queries = packed([want("#edchat"), want("#scichat", asked_for=THRESHOLDS), want("#mathchat", asked_for=THRESHOLDS)])

    assert [query.text for query in queries] == [
        "#edchat -is:retweet",
        "(#scichat OR #mathchat) -is:retweet min_likes:5",
    ]
    assert [query.limit for query in queries] == [100, 200]


def test_the_best_of_each_topic_are_asked_for_alone() -> None:
    best = Filter(top=True)

    queries = packed([want("#edchat", asked_for=best), want("#scichat", asked_for=best)])

    assert [query.text for query in queries] == ["#edchat -is:retweet", "#scichat -is:retweet"]


_filters = st.builds(
    Filter,
    min_likes=st.integers(-1, 10_000_000),
    min_reposts=st.integers(0, 10_000_000),
    languages=st.lists(st.sampled_from(["en", "he", "zh", "mi", "xx", "", "no"]), max_size=10).map(tuple),
    replies=st.booleans(),
    top=st.booleans(),
)


def _topic_or_none(text: str) -> Want | None:
    try:
        return Want(parse_topic(text, account_source="x"), LAST_DAYS, 100, account_id="501")
    except Mistake:
        return None


_letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=110)
_typed = st.one_of(_letters.map("#{}".format), _letters.map('"{}"'.format), st.from_regex(r"@\w{1,15}", fullmatch=True))


@settings(deadline=None, derandomize=True)
@given(st.lists(_typed, max_size=40), st.lists(_filters, min_size=1, max_size=3))
def test_every_topic_is_in_exactly_one_query_that_x_accepts(typed: list[str], filters: list[Filter]) -> None:
    topics = [each for text in typed if (each := _topic_or_none(text))]
    wants = [replace(each, filter=filters[n % len(filters)]) for n, each in enumerate(topics)]

    queries = packed(wants)

    assert sorted(topic for query in queries for topic in topics_of(query)) == sorted(each.topic for each in wants)
    for query in queries:
        assert len(query.text) <= MOST_LETTERS
        condition(query.text)


def test_topics_share_a_query_however_few_posts_each_may_bring() -> None:
    (query,) = packed([want("#edtech", limit=30), want("#sschat", limit=8)])

    assert query.text == "(#edtech OR #sschat) -is:retweet"
    assert query.limit == 38
