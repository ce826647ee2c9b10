from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.budget import Prices
from bot.domain.coverage import Span
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
    packed,
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


def test_what_is_reserved_and_not_needed_is_free_again_so_that_what_is_expected_counts() -> None:
    usual = plan(department(), means())
    less = usual.cost + 60_000
    assert less < usual.worst
    made = plan(department(), means(f"{less / 1_000_000}"))
    assert made.posts == pytest.approx(usual.posts, rel=0.1)
    assert not made.in_part
    assert made.worst == less


def test_when_money_is_short_the_channels_know_that_they_read_in_part() -> None:
    made = plan(department(), means("0.12"))
    assert made.in_part == {channel("maths"), channel("english")}
    assert 0 < made.cost <= 120_000


def test_a_small_topic_is_read_whole_however_little_there_is() -> None:
    small = [need(tag, heard=[heard(tag, [0] * 4)]) for tag in TAGS[:3]]
    large = [need(tag, heard=busy(tag)) for tag in TAGS[3:7]]
    for money in ("0.10", "0.15", "0.20"):
        made = plan([*small, *large], means(money))
        read = {want.topic.label: want for want in wants(made)}
        assert any(tag in read for tag in TAGS[:3])
        assert all(read[tag].filter.min_likes == 0 for tag in TAGS[:3] if tag in read)


def test_what_costs_next_to_nothing_is_read_before_its_neighbours() -> None:
    rare = need("#rare", heard=[heard("#rare", [0], days=5)])
    large = [need(tag, heard=busy(tag)) for tag in TAGS]
    assert "#rare" in {want.topic.label for want in wants(plan([*large, rare], means("0.10")))}


@pytest.mark.parametrize("cents", range(5, 60, 5))
def test_no_threshold_is_above_what_the_topic_would_bring_and_hardly_any_money_is_left(cents: int) -> None:
    made = plan([need(tag, heard=busy(tag)) for tag in TAGS[:7]], means(f"{cents / 100}"))
    assert all(read.posts >= 1 for read in made.reads)
    assert all(read.want.filter.min_likes <= 200 for read in made.reads)
    assert not made.left_out or cents * 10_000 - made.cost <= 1.5 * 10 * PRICES.post


def test_after_an_outage_of_days_what_is_left_of_a_day_is_spent_on_something() -> None:
    """Eleven topics of four days, and half of the money gone."""
    tags = [f"#topic{number}" for number in range(11)]
    needs = [need(tag, days=4, heard=busy(tag, posts=5 * 2**place)) for place, tag in enumerate(tags)]
    made = plan(needs, means("0.25"))
    assert made.cost > 180_000
    assert all(read.posts >= 1 for read in made.reads)


def test_whose_turn_it_was_not_comes_first_the_next_day() -> None:
    read_on = dict.fromkeys(TAGS[:6], 0)
    for day in range(1, 13):
        now = NOW + day * DAY
        needs = [
            need(tag, readers=[reader(tag)], heard=[replace(busy(tag)[0], at=NOW + read_on[tag] * DAY)])
            for tag in read_on
        ]
        shifted = [replace(each, gap=Span(now - DAY, now)) for each in needs]
        for want in wants(plan(shifted, replace(means("0.08"), now=now))):
            read_on[want.topic.label] = day
        assert day - min(read_on.values()) <= 3


def test_with_money_for_one_page_the_best_of_a_busy_topic_are_asked_for() -> None:
    made = plan([need("#elearning", heard=busy(), readers=[reader(size=10, topics=1)])], means("0.07"))
    assert (only(made).filter.top, only(made).limit) == (True, 10)
    assert made.in_part == {channel()}


def test_small_topics_that_fit_on_one_page_need_no_more_than_the_page() -> None:
    made = plan([need(tag, heard=[heard(tag, [0])] * 3) for tag in TAGS[:3]], means("0.05"))
    assert len(made.reads) >= 2
    assert worst_of(wants(made)) == 50_000


def test_a_channel_of_one_small_topic_is_never_hurt_by_busy_neighbours() -> None:
    small = need("#sel", readers=[reader("quiet", topics=1)], heard=[heard("#sel", [0, 0])])
    for number in range(1, 9):
        neighbours = [
            need(tag, readers=[reader(f"busy {place}", size=10)], heard=busy(tag))
            for place, tag in enumerate(TAGS[:number])
            if tag != "#sel"
        ]
        made = plan([small, *neighbours], means("0.15"))
        assert "#sel" in {want.topic.label for want in wants(made)}
        assert channel("quiet") not in made.in_part


def test_a_channel_that_can_pay_little_keeps_nothing_from_those_who_share_its_topics() -> None:
    shared = need("#edchat", readers=[reader("poor"), reader("rich")], heard=busy("#edchat"))
    own = need("#elearning", readers=[reader("rich")], heard=busy("#elearning"))
    alone = plan([shared, own], means("1"))
    beside = plan([shared, own], means("1", of_channels={"poor": "0.001"}))
    assert beside.posts == pytest.approx(alone.posts, rel=0.1)
    assert channel("rich") not in beside.in_part


def test_two_hundred_topics_are_planned_in_no_time() -> None:
    tags = [f"#topic{number}" for number in range(200)]
    needs = [
        need(tag, readers=[reader(f"channel {place % 40}")], heard=busy(tag, 40 + place), days=1 + place % 3)
        for place, tag in enumerate(tags)
    ]
    before = process_time()
    made = plan(needs, means("0.45"))
    assert process_time() - before < 2
    assert made.cost > 380_000


def test_without_money_for_a_page_nothing_is_read_and_everybody_hears_why() -> None:
    made = plan(department(), means("0.04"))
    assert not made.reads
    assert len(made.left_out) == 6
    assert "not enough money" in made.left_out[0].why
    assert made.in_part == {channel("maths"), channel("english")}


def test_a_digest_of_the_evening_finds_its_part_of_the_money() -> None:
    morning = [need(tag, readers=[reader("maths")], heard=busy(tag)) for tag in TAGS[:4]]
    evening = [need(tag, readers=[reader("english")], heard=busy(tag)) for tag in TAGS[4:7]]
    there_is = f"{plan(morning, means()).cost / 1_000_000}"
    alone, beside = plan(morning, means(there_is)), plan(morning, means(there_is), evening)
    assert beside.cost < 0.8 * alone.cost
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
    assert {each.want.filter for each in beside.reads} == {each.want.filter for each in without.reads}
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
def test_whatever_is_needed_what_is_expected_is_paid_for_and_nothing_is_forgotten(
    needs: list[Need], later: list[Need], left: str | None, of_channels: dict[str, str]
) -> None:
    given_means = means(left, of_channels=of_channels)
    made = plan(needs, given_means, later)
    counts = sum(count.cost for count in made.counts)
    if given_means.left is None:
        assert of_channels or made.worst == worst_of(wants(made))
    else:
        assert made.worst == min(worst_of(wants(made)), given_means.left - counts)
        assert made.cost <= given_means.left
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


@settings(deadline=None, max_examples=60)
@given(some_needs(), st.floats(0, 1), st.floats(0, 0.5))
def test_more_money_brings_no_less(needs: list[Need], money: float, more: float) -> None:
    """But for the dearest step of all, and a page: what has its turn earlier may leave too little for that."""
    little, much = (plan(needs, means(f"{each:.4f}")) for each in (money, money + more))
    dearest = max((read.posts for read in plan(needs, means()).reads), default=0)
    if len(little.counts) == len(much.counts):
        assert much.posts >= little.posts - max(dearest / 2, 10) - 10


@settings(deadline=None, max_examples=60)
@given(some_needs(), st.floats(0, 1))
def test_nothing_is_left_out_while_there_is_money_for_a_page_of_it(needs: list[Need], money: float) -> None:
    made = plan(needs, means(f"{money:.4f}"))
    starved = [each for each in made.left_out if "money" in each.why]
    assert not starved or money * 1_000_000 - made.cost < 2 * 10 * PRICES.post


@settings(deadline=None, max_examples=60)
@given(some_needs(), st.floats(0, 1), st.data())
def test_the_cap_is_never_passed_whatever_the_reads_bring(needs: list[Need], money: float, data: st.DataObject) -> None:
    """Each page is reserved before it is asked for, as the allowance does it."""
    made = plan(needs, means(f"{money:.4f}"))
    left = round(money * 1_000_000) - sum(count.cost for count in made.counts)
    for group in packed(wants(made)):
        limit = sum(want.limit for want in group)
        reserved = max(min(limit, 100), 10) * PRICES.post
        if reserved <= left:
            left -= data.draw(st.integers(0, reserved // PRICES.post)) * PRICES.post
    assert left >= 0
