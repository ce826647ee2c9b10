from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.budget import Prices
from bot.domain.reading.filter import Filter
from bot.domain.reading.need import Need
from bot.domain.reading.plan import ReadingPlan, plan
from bot.domain.reading.sharing import shared_fairly
from bot.domain.reading.want import Reach, Want
from tests.unit.reading_examples import (
    DAY,
    NOW,
    PRICES,
    SEARCH,
    busy,
    channel,
    heard,
    means,
    need,
    reader,
    worst_of,
)

LONG_MEMORY = replace(SEARCH, looks_back=30 * DAY)
TAGS = ("#edchat", "#elearning", "#maths", "#sel", "#k12", "#literacy", "#stem", "@ann_teaches", '"exit ticket"')


def wants(made: ReadingPlan) -> list[Want]:
    return [read.want for read in made.reads]


def only(made: ReadingPlan) -> Want:
    (want,) = wants(made)
    return want


def department(tags: Sequence[str] = TAGS[:6]) -> list[Need]:
    """Busy topics and small ones, all for two channels."""
    readers = (reader("maths"), reader("english"))
    return [need(tag, readers=readers, heard=busy(tag, posts=10 * 3**place)) for place, tag in enumerate(tags)]


# ------------------------------------------------------------------------------------------------- what is asked for


def test_a_small_topic_is_read_whole() -> None:
    want = only(plan([need(heard=[heard(likes=[0, 0, 1, 5])])], means()))
    assert want.filter.min_likes == 0
    assert want.limit >= 8


def test_of_a_busy_topic_only_the_most_liked_are_read() -> None:
    made = plan([need("#elearning", heard=busy())], means())
    assert only(made).filter.min_likes > 10
    assert 1 <= made.posts <= 12
    assert made.cost == pytest.approx(made.posts * PRICES.post, rel=0.01)


def test_what_every_digest_would_leave_out_is_not_paid_for() -> None:
    speaks_both = [reader("maths"), reader("french", languages=("fr", "en"))]
    assert only(plan([need(per_day=5)], means())).filter == Filter(languages=("en",), replies=False)
    assert only(plan([need(per_day=5, readers=speaks_both)], means())).filter.languages == ("en", "fr")
    assert only(plan([need(per_day=5, readers=[*speaks_both, reader("all", languages=())])], means())).filter == Filter(
        replies=False
    )


def test_three_days_are_not_three_times_as_dear_as_one() -> None:
    one = plan([need("#elearning", heard=busy())], means())
    monday = plan([need("#elearning", days=3, heard=busy())], means())
    assert one.cost < monday.cost < 2 * one.cost


def test_more_is_read_for_a_channel_that_has_only_one_topic() -> None:
    alone = plan([need("#elearning", heard=busy(), readers=[reader(topics=1)])], means())
    assert alone.posts > 3 * plan([need("#elearning", heard=busy())], means()).posts


def test_what_one_channel_reads_costs_nothing_more_for_another() -> None:
    two = [reader("maths"), reader("english")]
    assert plan([need("#elearning", heard=busy(), readers=two)], means()).cost == (
        plan([need("#elearning", heard=busy())], means()).cost
    )


def test_an_account_is_read_whole_because_somebody_chose_it() -> None:
    want = only(plan([need("@ann_teaches", account_id="17", heard=[heard("@ann_teaches", range(60))])], means()))
    assert (want.account_id, want.filter.min_likes, want.filter.top) == ("17", 0, False)
    assert want.limit >= 60


def test_a_topic_that_nobody_has_read_is_counted_first_and_read_with_care_where_that_fails() -> None:
    made = plan([need("#elearning"), need("@ann_teaches")], means())
    assert [count.topic.label for count in made.counts] == ["#elearning"]
    assert made.counts[0].cost == PRICES.counts
    stranger = next(want for want in wants(made) if want.topic.label == "#elearning")
    assert stranger.filter.top
    assert stranger.limit <= 10
    counted = plan([need("#elearning", per_day=600)], means())
    assert not counted.counts
    assert counted.posts < 10 < only(counted).filter.min_likes


def test_a_source_that_has_no_thresholds_is_asked_for_so_many_posts() -> None:
    want = only(plan([need("#elearning", heard=busy())], means(reach=Reach(1, 100))))
    assert want.filter == Filter()
    assert want.limit <= 30


def test_what_costs_nothing_is_read_whole() -> None:
    made = plan([need("#elearning", heard=busy())], means("0", prices=Prices()))
    assert only(made).limit >= 1_000
    assert only(made).filter == Filter()
    assert made.worst == 0
    assert not made.in_part


def test_on_one_day_of_seven_a_lower_threshold_hears_what_lies_below() -> None:
    deeper = []
    for day in range(14):
        known = [heard("#elearning", range(40), days_ago=1 - day)]
        made = plan([need("#elearning", heard=known)], replace(means(), now=NOW + day * DAY, reach=LONG_MEMORY))
        deeper.append("to hear what lies below" in made.reads[0].why)
    assert sum(deeper) == 2


def test_nothing_older_than_the_source_keeps_is_asked_for() -> None:
    made = plan([need(days=30, per_day=5)], means())
    assert only(made).span.start == NOW - timedelta(days=7)
    gone = Need(need().topic, type(need().gap)(NOW - 9 * DAY, NOW - 8 * DAY), (reader(),))
    made = plan([gone], means())
    assert not made.reads
    assert made.left_out[0].need == gone
    assert "longer ago" in made.left_out[0].why


def test_each_read_says_what_it_brings_what_it_costs_and_why() -> None:
    made = plan([need("#elearning", heard=busy()), need("#sel", heard=[heard("#sel", [0] * 4)])], means())
    busy_one, small_one = (read.why for read in made.reads)
    assert busy_one.startswith("#elearning: about 600 posts a day, of which those with ")
    assert "likes or more are read" in busy_one
    assert "; about " in busy_one
    assert "$0.0" in busy_one
    assert small_one == "#sel: about 4 posts a day, so it is read whole; about 4 posts, $0.02"


# ---------------------------------------------------------------------------------------------------- money is short


def test_with_enough_money_nothing_is_in_part() -> None:
    made = plan(department(), means("3"))
    assert not made.in_part
    assert not made.left_out
    assert not any(read.is_rationed for read in made.reads)


def test_with_less_money_limits_come_down_before_anything_is_missed() -> None:
    usual = plan(department(), means())
    less = usual.worst * 95 // 100
    made = plan(department(), means(f"{less / 1_000_000}"))
    assert made.worst <= less
    assert made.posts == pytest.approx(usual.posts, rel=0.3)
    assert not made.in_part
    assert all(read.is_rationed for read in made.reads)


def test_when_money_is_short_the_channels_know_that_they_read_in_part() -> None:
    made = plan(department(), means("0.12"))
    assert made.in_part == {channel("maths"), channel("english")}
    assert made.reads
    assert worst_of(wants(made)) <= 120_000


def test_without_money_for_a_page_nothing_is_read_and_everybody_hears_why() -> None:
    made = plan(department(), means("0.04"))
    assert not made.reads
    assert len(made.left_out) == 6
    assert "not enough money" in made.left_out[0].why
    assert made.in_part == {channel("maths"), channel("english")}


def test_a_digest_of_the_evening_finds_its_part_of_the_money() -> None:
    morning = [need(tag, readers=[reader("maths")], heard=busy(tag)) for tag in TAGS[:4]]
    evening = [need(tag, readers=[reader("english")], heard=busy(tag)) for tag in TAGS[4:7]]
    there_is = f"{plan(morning, means()).worst / 1_000_000}"
    alone, beside = plan(morning, means(there_is)), plan(morning, means(there_is), evening)
    assert alone.worst == means(there_is).left
    assert beside.worst < alone.worst
    assert beside.reads


def test_a_channel_that_has_spent_its_share_takes_nothing_from_the_others() -> None:
    needs = [
        need("#edchat", readers=[reader("poor")], heard=busy("#edchat")),
        need("#elearning", readers=[reader("rich")], heard=busy("#elearning")),
    ]
    made = plan(needs, means(of_channels={"poor": "0"}))
    assert [want.topic.label for want in wants(made)] == ["#elearning"]
    assert made.in_part == {channel("poor")}


def test_who_can_pay_reads_as_ever_beside_one_who_cannot() -> None:
    shared = need("#edchat", readers=[reader("poor"), reader("rich")], heard=busy("#edchat"))
    own = need("#elearning", readers=[reader("rich")], heard=busy("#elearning"))
    gone = need("#maths", readers=[reader("poor")], heard=busy("#maths"))
    without = plan([shared, own], means("1"))
    beside = plan([shared, own, gone], means("1", of_channels={"poor": "0"}))
    assert beside.reads == without.reads
    assert [each.need for each in beside.left_out] == [gone]
    assert beside.in_part == {channel("poor")}
    assert plan([shared, own], means("1", of_channels={"poor": "0"})) == without


def test_money_goes_to_those_who_have_least_of_it() -> None:
    assert shared_fairly({"a": 10, "b": 2, "c": 10}, 12) == {"a": 5, "b": 2, "c": 5}
    assert shared_fairly({"a": 10, "b": 2, "c": 10}, 12, {"c": 1}) == {"a": 9, "b": 2, "c": 1}
    assert shared_fairly({"a": 1, "b": 2}, 100) == {"a": 1, "b": 2}
    assert shared_fairly({}, 5) == {}


# -------------------------------------------------------------------------------------------------- whatever happens

readers = st.lists(
    st.builds(
        reader,
        st.sampled_from(["maths", "english", "art", "sport"]),
        size=st.integers(1, 10),
        topics=st.integers(1, 8),
        languages=st.sampled_from([("en",), ("fr",), ()]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.channel,
)
readings = st.lists(
    st.builds(
        heard,
        likes=st.lists(st.integers(0, 300), max_size=40),
        days_ago=st.floats(0, 10),
        min_likes=st.integers(0, 60),
        days=st.floats(0.01, 7),
        cut=st.booleans(),
    ),
    max_size=3,
)


@st.composite
def some_needs(draw: st.DrawFn) -> list[Need]:
    tags = draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=9))
    return [
        need(
            tag,
            days=draw(st.floats(0.02, 9)),
            readers=draw(readers),
            heard=draw(readings),
            per_day=draw(st.none() | st.floats(0, 3_000)),
        )
        for tag in tags
    ]


shares = st.sampled_from([{}, {"maths": "0.05", "art": "0"}])


@settings(deadline=None)
@given(some_needs(), some_needs(), st.none() | st.floats(0, 3).map(lambda each: f"{each:.4f}"), shares)
def test_whatever_is_needed_the_worst_case_is_paid_for_and_nothing_is_forgotten(
    needs: list[Need], later: list[Need], left: str | None, of_channels: dict[str, str]
) -> None:
    given_means = means(left, of_channels=of_channels)
    made = plan(needs, given_means, later)
    assert made.worst == worst_of(wants(made))
    if given_means.left is not None:
        assert made.worst + sum(count.cost for count in made.counts) <= given_means.left
    asked = {read.want.topic for read in made.reads}
    told = {each.need.topic for each in made.left_out}
    assert asked | told == {each.topic for each in needs}
    assert not asked & told
    assert made.in_part <= {each.channel for need_ in needs for each in need_.readers}
    starved = {reader.channel for each in made.left_out for reader in each.need.readers if "money" in each.why}
    assert starved <= made.in_part
    for read in made.reads:
        assert read.want.limit >= 1
        assert NOW - SEARCH.looks_back <= read.want.span.start < read.want.span.end
        assert read.posts >= 0
        assert read.why.startswith(f"{read.want.topic}: ")


@settings(deadline=None, max_examples=40)
@given(some_needs(), st.none() | st.floats(0, 2).map(lambda each: f"{each:.4f}"), st.randoms())
def test_the_order_of_the_needs_does_not_matter(needs: list[Need], left: str | None, random: object) -> None:
    mixed = list(needs)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = plan(needs, means(left)), plan(mixed, means(left))
    assert (one.reads, one.counts, one.in_part) == (other.reads, other.counts, other.in_part)


@settings(deadline=None, max_examples=40)
@given(some_needs(), st.floats(0, 2))
def test_without_a_cap_nothing_is_left_out_for_money(needs: list[Need], extra: float) -> None:
    made = plan(needs, means())
    assert not made.in_part
    assert not any("money" in each.why for each in made.left_out)
    enough = (made.worst + sum(count.cost for count in made.counts)) * 10 / 1_000_000 + extra
    assert plan(needs, means(f"{enough:.6f}")) == made
