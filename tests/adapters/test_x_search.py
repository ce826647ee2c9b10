"""Searches with a filter, the best of a topic, counts and X's own usage: what is asked, what comes, what it costs."""

from datetime import date, timedelta

import pytest

from bot.domain.budget import Resources, dollars
from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from bot.errors import OutOfAllowance, Unauthorised, Unavailable
from tests.fakes.clock import TUESDAY
from tests.rigs.x_parts import LAST_DAYS, Json, at_x, page, post, user, want

SETTLED = TUESDAY - timedelta(minutes=1)


def posts(count: int, tag: str = "edchat") -> list[Json]:
    """A minute apart, newest first; every tenth has ten likes, every seventh is in French."""
    newest = TUESDAY - timedelta(hours=1)
    return [
        post(
            100_000 - n,
            f"Plan {n} #{tag}",
            newest - timedelta(minutes=n),
            public_metrics={"like_count": 10 if n % 10 == 0 else 0, "retweet_count": 5 if n % 25 == 0 else 0},
            lang="fr" if n % 7 == 0 else "en",
        )
        for n in range(count)
    ]


async def test_what_a_threshold_leaves_out_is_not_paid_for_and_its_span_is_covered_all_the_same() -> None:
    popular = Filter(min_likes=10, min_reposts=5)
    async with at_x(page(posts(200))) as x:
        (batch,) = await x.read(want("#edchat", asked_for=popular))

        assert len(batch.posts) == len({n for n in range(200) if n % 10 == 0 or n % 25 == 0})
        assert batch.covered[0][1] == Span(LAST_DAYS.start, SETTLED)
        assert (batch.filter, batch.ends, batch.cut) == (popular, True, False)
        assert x.server.bill.total == len(batch.posts) * dollars("0.005")


async def test_languages_and_thresholds_narrow_together() -> None:
    async with at_x(page(posts(200))) as x:
        (batch,) = await x.read(want("#edchat", asked_for=Filter(min_likes=10, languages=("fr",))))

        assert {each.lang for each in batch.posts} == {"fr"}
        assert len(batch.posts) == len([n for n in range(200) if n % 70 == 0])


async def test_replies_come_only_where_they_bring_a_link() -> None:
    answers = [{"type": "replied_to", "id": "7"}]
    written = [
        post(1, "A question #edchat"),
        post(2, "So true #edchat", referenced_tweets=answers),
        post(3, "See https://t.co/x #edchat", referenced_tweets=answers),
    ]
    async with at_x(page(written)) as x:
        (batch,) = await x.read(want("#edchat", asked_for=Filter(replies=False)))

        assert {each.key.id for each in batch.posts} == {"1", "3"}


async def test_the_best_are_asked_for_by_relevance_and_cover_nothing_while_there_are_more() -> None:
    async with at_x(page(posts(300))) as x:
        x.server.world.noise = 0
        (batch,) = await x.read(want("#edchat", limit=20, asked_for=Filter(top=True)))

        assert x.queries()[0]["sort_order"] == "relevancy"
        assert all(each.metrics.likes or each.metrics.reposts for each in batch.posts)
        assert batch.covered == []
        assert (batch.ends, batch.cut) == (True, True)


async def test_the_best_cover_all_of_it_once_all_of_it_came() -> None:
    async with at_x(page(posts(120))) as x:
        first, last = await x.read(want("#edchat", limit=500, asked_for=Filter(top=True)))

        assert first.covered == []
        assert not first.ends
        assert last.covered[0][1] == Span(LAST_DAYS.start, SETTLED)
        assert (last.ends, last.cut) == (True, False)


async def test_newest_first_is_the_order_unless_the_best_are_asked_for() -> None:
    async with at_x(page(posts(3))) as x:
        await x.read(want("#edchat"))

        assert "sort_order" not in x.queries()[0]


async def test_what_a_query_may_bring_is_what_its_topics_may_bring_together() -> None:
    both = [*posts(150), *posts(20, "scichat")]
    async with at_x(page(both)) as x:
        batches = await x.read(want("#edchat"), want("#scichat"))

        assert [asked["max_results"] for asked in x.queries()] == ["100", "100"]
        assert len(batches) == 2


async def test_a_request_tells_which_posts_it_is_billed_for() -> None:
    async with at_x(page(posts(12))) as x:
        (batch,) = await x.read(want("#edchat"))

        assert batch.receipt
        assert batch.receipt.resources
        assert sorted(batch.receipt.resources.post_ids) == sorted(each.latest_id for each in batch.posts)


async def test_reading_the_same_again_that_day_costs_nothing_more() -> None:
    async with at_x(page(posts(12))) as x:
        await x.read(want("#edchat"))
        await x.read(want("#edchat"))

        assert x.allowance.spent == x.server.bill.total == 12 * dollars("0.005")


async def test_a_success_with_nothing_but_errors_covers_nothing_and_costs_nothing() -> None:
    async with at_x(page(posts(3))) as x:
        x.server.fail_next("errors_only")

        with pytest.raises(Unavailable):
            await x.read(want("#edchat"))

        assert [receipt.resources for receipt in x.allowance.settled] == [Resources()]


# ------------------------------------------------------------------------------------------------------------- counts


@pytest.mark.parametrize("new_words", [False, True])
async def test_a_count_costs_one_request_however_many_there_are(new_words: bool) -> None:  # noqa: FBT001
    week = Span(TUESDAY - timedelta(days=7), TUESDAY)
    async with at_x(page(posts(200))) as x:
        x.server.api.new_words_for_counts = new_words

        counted = await x.source.count(want("#edchat").topic, week, x.allowance)

        (asked,) = x.server.seen_at("/2/tweets/counts/recent")
        assert (asked.query["query"], asked.query["granularity"]) == ("#edchat -is:retweet", "day")
        assert counted.posts == 200
        assert counted.span == Span(TUESDAY - timedelta(days=7) + timedelta(minutes=2), SETTLED)
        assert counted.receipt
        assert counted.receipt.resources == Resources(counts=1)
        assert counted.receipt.reservation.worst == x.server.bill.total == dollars("0.005")


async def test_what_lies_beyond_seven_days_is_not_counted_and_costs_nothing() -> None:
    old = Span(TUESDAY - timedelta(days=30), TUESDAY - timedelta(days=8))
    async with at_x() as x:
        counted = await x.source.count(want("#edchat").topic, old, x.allowance)

        assert (counted.posts, counted.receipt) == (0, None)
        assert not x.server.seen


async def test_without_money_nothing_is_counted() -> None:
    async with at_x() as x:
        x.allowance.cap = dollars("0.004")

        with pytest.raises(OutOfAllowance):
            await x.source.count(want("#edchat").topic, LAST_DAYS, x.allowance)

        assert not x.server.seen


# -------------------------------------------------------------------------------------------------------------- usage


@pytest.mark.parametrize("as_text", [False, True])
async def test_x_tells_what_it_counted_on_each_day(as_text: bool) -> None:  # noqa: FBT001
    async with at_x(page(posts(30))) as x:
        x.server.api.numbers_as_text = as_text
        await x.read(want("#edchat"))

        usage = await x.source.usage(3)

        assert usage == {date(2026, 11, 22): 0, date(2026, 11, 23): 0, date(2026, 11, 24): 30}
        assert len(x.allowance.reserved) == 1


async def test_the_days_asked_for_stay_within_what_x_allows() -> None:
    async with at_x() as x:
        await x.source.usage(0)
        await x.source.usage(1000)

        assert [seen.query["days"] for seen in x.server.seen] == ["1", "90"]
        assert x.server.refused == []


@pytest.mark.parametrize("fault", ["empty_404", "bad_request"])
async def test_an_x_that_does_not_tell_is_no_trouble(fault: str) -> None:
    async with at_x() as x:
        x.server.fail_next(fault)

        assert await x.source.usage(3) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {}},
        {"data": {"daily_project_usage": []}},
        {"data": {"daily_project_usage": {"usage": [{}, {"date": "soon", "usage": "7"}, {"date": "2026-11-20"}]}}},
        {"data": {"daily_project_usage": {"usage": [{"date": "2026-11-20T00:00:00.000Z", "usage": "many"}]}}},
    ],
)
async def test_an_answer_without_days_is_none(answer: Json) -> None:
    async with at_x() as x:
        x.server.say_next(answer)

        assert await x.source.usage(3) is None


@pytest.mark.parametrize(("fault", "expected"), [("html_503", Unavailable), ("unauthorised", Unauthorised)])
async def test_other_refusals_are_told(fault: str, expected: type[Exception]) -> None:
    async with at_x(page([], users=[user(1, "ada", "Ada")])) as x:
        x.server.fail_next(fault)

        with pytest.raises(expected):
            await x.source.usage(3)


@pytest.mark.parametrize("ahead", [timedelta(seconds=45), timedelta(seconds=-45)])
async def test_a_clock_that_is_most_of_a_minute_wrong_keeps_nobody_from_reading(ahead: timedelta) -> None:
    week = Span(TUESDAY - timedelta(days=7), TUESDAY)
    async with at_x(page(posts(3)), ahead=ahead) as x:
        (batch,) = await x.read(want("#edchat", span=week))
        counted = await x.source.count(want("#edchat").topic, week, x.allowance)
        assert (len(batch.posts), counted.posts) == (3, 3)
        assert not x.server.refused
