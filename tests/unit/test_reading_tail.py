from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coverage import Span
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.tail import Tail, gathered
from tests.unit.examples import topic
from tests.unit.reading_examples import DAY, NOW, heard

YESTERDAY = Span(NOW - DAY, NOW)


def tail(*readings: Heard, per_day: float | None = None) -> Tail:
    return Tail.of(readings, None if per_day is None else Volume(topic(), per_day, NOW), NOW)


def test_nothing_is_known_of_a_topic_that_was_never_read_or_counted() -> None:
    assert not tail().is_known
    assert tail().a_day() == 0
    assert tail(per_day=40).is_known
    assert tail(heard(likes=[])).is_known


def test_a_day_has_as_many_posts_as_the_days_before() -> None:
    assert tail(heard(likes=[0] * 30), heard(likes=[0] * 50, days_ago=2)).a_day() == pytest.approx(40, abs=4)


def test_yesterday_says_more_than_last_week() -> None:
    assert tail(heard(likes=[0] * 10), heard(likes=[0] * 90, days_ago=8)).a_day() < 30


def test_three_days_are_not_taken_for_one() -> None:
    assert tail(heard(likes=[0] * 90, days=3)).a_day() == pytest.approx(30)


def test_a_quiet_weekend_does_not_make_the_week_look_quiet() -> None:
    sunday = heard(likes=[0] * 60, days_ago=4)
    assert sunday.span.end.weekday() == 0
    assert tail(sunday).a_day() > 80
    assert tail(sunday).brings(sunday.span, 0, NOW) == pytest.approx(60)


def test_a_threshold_says_nothing_certain_of_what_lies_below_it() -> None:
    known = tail(heard(likes=[60, 40, 30, 25, 20], min_likes=20))
    assert known.brings(YESTERDAY, 20, NOW) == pytest.approx(5)
    assert known.brings(YESTERDAY, 5, NOW) > 10


def test_a_count_says_how_much_there_is_below_a_threshold() -> None:
    readings = heard(likes=[60, 40, 30, 25, 20], min_likes=20)
    assert tail(readings, per_day=600).a_day() == pytest.approx(600)
    assert tail(readings, per_day=600).brings(YESTERDAY, 5, NOW) > tail(readings, per_day=50).brings(YESTERDAY, 5, NOW)


def test_a_threshold_that_nothing_reached_lowers_itself() -> None:
    """So one that was set too high is noticed by the next plan, and by none of the channels for long."""
    likes = 30
    for _ in range(6):
        likes = tail(heard(likes=[], min_likes=likes)).threshold(YESTERDAY, 6, NOW)
    assert likes <= 2


def test_the_threshold_is_the_lowest_that_brings_no_more_than_is_wanted() -> None:
    known = tail(heard(likes=range(100)))
    wanted = known.threshold(YESTERDAY, 10, NOW)
    assert known.brings(YESTERDAY, wanted, NOW) <= 10 < known.brings(YESTERDAY, wanted - 1, NOW)


def test_a_reading_of_the_top_that_was_cut_short_is_believed_for_its_most_liked_half() -> None:
    likes = [50, 40, 30, 20, 10, 5, 2, 1]
    whole, cut = tail(heard(likes=likes)), tail(heard(likes=likes, top=True, cut=True))
    assert cut.a_day() > whole.a_day()
    assert cut.a_day(40) == pytest.approx(whole.a_day(40), rel=0.5)


def test_a_reading_of_the_newest_that_was_cut_short_is_complete_for_its_time() -> None:
    newest = heard(likes=[30] * 10, days=0.25, cut=True)
    assert tail(newest).a_day() == pytest.approx(40)


def test_posts_of_the_last_hour_have_not_got_their_likes_yet() -> None:
    hour = timedelta(hours=1)
    assert gathered(Span(NOW - hour, NOW), NOW) < 0.2
    assert gathered(Span(NOW - 3 * DAY, NOW - 2 * DAY), NOW) > 0.99
    assert 0.5 < gathered(YESTERDAY, NOW) < 0.8


def test_a_young_window_gets_a_lower_threshold_than_an_old_one() -> None:
    known = tail(heard(likes=range(100)))
    young, old = Span(NOW - DAY / 4, NOW), Span(NOW - DAY, NOW - 3 * DAY / 4)
    assert known.threshold(young, 5, NOW) < known.threshold(old, 5, NOW)


@given(
    st.lists(
        st.builds(
            heard,
            likes=st.lists(st.integers(0, 5_000), max_size=30),
            days_ago=st.floats(0, 14),
            min_likes=st.integers(0, 200),
            days=st.floats(0.001, 7),
            cut=st.booleans(),
            top=st.booleans(),
        ),
        max_size=5,
    ),
    st.none() | st.floats(0, 10_000),
    st.floats(0.01, 100),
)
def test_whatever_was_read_a_threshold_brings_no_more_than_is_wanted(
    readings: list[Heard], per_day: float | None, wanted: float
) -> None:
    known = tail(*readings, per_day=per_day)
    likes = known.threshold(YESTERDAY, wanted, NOW)
    assert likes >= 0
    assert known.brings(YESTERDAY, likes, NOW) <= wanted or likes >= 100_000
    assert known.a_day() >= 0
