"""When it is odd that a topic brings nothing, and when it is just quiet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.domain.coverage import Span
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.silence import DAY, Silence, is_odd_together, nothing_found, silence
from bot.domain.topic import parse_topics

NOW = datetime(2026, 11, 24, 7, 25, tzinfo=UTC)
EDCHAT, MATHCHAT = parse_topics("#edchat #mathchat", account_source="x")


def heard(posts_a_day: Sequence[int], asked_for: Filter = EVERYTHING, likes: int = 3) -> list[Heard]:
    """A reading a day up to today, the newest last."""
    readings = []
    for ago, posts in enumerate(reversed(posts_a_day)):
        at = NOW - ago * DAY
        readings.append(Heard(EDCHAT, at, Span(at - DAY, at), asked_for, likes=(likes,) * posts))
    return readings


def silent(days: float, posts_a_day: Sequence[int]) -> Silence | None:
    """Silent for so many days, after days like these."""
    empty = [0] * round(days)
    return silence(EDCHAT, heard([*posts_a_day, *empty]), NOW - days * DAY, NOW)


def odd(days: float, posts_a_day: Sequence[int]) -> bool:
    found = silent(days, posts_a_day)
    return found is not None and found.is_odd


def test_a_busy_topic_is_odd_within_one_digest() -> None:
    assert odd(1, [640, 580, 700, 120, 90, 610])
    assert odd(1, [110, 90, 130, 40, 35, 100])


def test_a_small_one_needs_days_and_a_tiny_one_weeks() -> None:
    small, tiny = [3, 2, 4, 1, 3, 2, 5, 2, 3, 4], [0, 1, 0, 0, 2, 0, 1, 0, 0, 1]
    assert [odd(days, small) for days in (1, 2, 4)] == [False, False, True]
    assert not odd(7, tiny)


def test_a_weekly_chat_may_be_quiet_for_a_week() -> None:
    weekly = [120, 2, 0, 0, 0, 0, 0] * 3
    assert not odd(7, weekly)


def test_a_night_and_a_topic_that_nobody_knows_are_nothing_to_speak_of() -> None:
    assert silent(0.4, [640] * 10) is None
    assert silent(1, [640, 600]) is None
    assert silence(EDCHAT, heard([5] * 10), None, NOW) is None


def test_old_posts_given_again_do_not_hide_a_silence() -> None:
    found = silence(EDCHAT, [*heard([100] * 6 + [0]), *_read_again()], NOW - 1 * DAY, NOW)
    assert found
    assert found.is_odd
    assert round(found.usual) == 100


def _read_again() -> list[Heard]:
    """A second look at the days before."""
    return [Heard(EDCHAT, NOW, Span(NOW - 3 * DAY, NOW - 2 * DAY), EVERYTHING, likes=(9,) * 100)]


def test_what_is_asked_for_with_a_higher_threshold_is_expected_less() -> None:
    *before, today = heard([100] * 6 + [0], likes=2)
    found = silence(EDCHAT, [*before, replace(today, filter=Filter(min_likes=12))], NOW - DAY, NOW)
    assert found
    assert not found.is_odd


def test_all_topics_silent_at_once_are_odd_where_each_alone_is_not() -> None:
    each = [Silence(topic, NOW - DAY, NOW, 0.03, 8.0) for topic in (EDCHAT, MATHCHAT)]
    third = Silence(parse_topics("#scichat", account_source="x")[0], NOW - DAY, NOW, 0.03, 8.0)
    assert not any(one.is_odd for one in each)
    assert is_odd_together([*each, third], topics=3)
    assert not is_odd_together([*each, third], topics=4)
    assert not is_odd_together([each[0]], topics=1)


@pytest.mark.parametrize("mean", [0.3, 1.0, 4.0, 30.0, 300.0])
def test_a_year_of_a_topic_as_uneven_as_teachers_are_cries_wolf_less_than_once(mean: float) -> None:
    random, cries = Random(5), 0
    posts = [_poisson(random, random.gammavariate(2, mean / 2)) for _ in range(365)]
    for day in range(28, 365):
        since = next((ago for ago in range(28) if posts[day - ago]), 28)
        found = silence(EDCHAT, heard(posts[day - 28 : day + 1]), NOW - since * DAY - timedelta(hours=6), NOW)
        cries += bool(found and found.is_odd)
    assert cries <= 1


def _poisson(random: Random, mean: float) -> int:
    waited, count = 0.0, 0
    while True:
        waited += random.expovariate(1)
        if waited > mean:
            return count
        count += 1


def test_a_count_of_nothing_makes_sure_of_a_topic_of_which_only_the_top_is_read() -> None:
    top, volume = Filter(min_likes=20), Volume(EDCHAT, 640, NOW - 10 * DAY)
    readings = heard([6, 5, 7, 6, 5, 6, 0], top, likes=30)
    doubtful = silence(EDCHAT, readings, NOW - DAY, NOW, volume)
    assert doubtful
    assert (doubtful.is_odd, doubtful.is_doubtful) == (False, True)
    sure = silence(EDCHAT, [*readings, nothing_found(EDCHAT, Span(NOW - DAY, NOW), NOW)], NOW - DAY, NOW, volume)
    assert sure
    assert sure.is_odd
    assert sure.usual == 640


def test_a_count_of_nothing_says_little_about_a_weekly_chat() -> None:
    volume = Volume(EDCHAT, 17, NOW - 10 * DAY)
    readings = heard([9, 0, 0, 0, 0, 0, 0] * 3, Filter(min_likes=5), likes=9)
    quiet = silence(EDCHAT, readings, NOW - 6 * DAY, NOW, volume)
    assert quiet
    sure = silence(EDCHAT, [*readings, nothing_found(EDCHAT, Span(NOW - DAY, NOW), NOW)], NOW - 6 * DAY, NOW, volume)
    assert sure
    assert not sure.is_odd
