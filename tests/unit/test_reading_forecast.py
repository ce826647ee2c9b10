from dataclasses import replace

import pytest

from bot.domain.reading.forecast import forecast
from bot.domain.reading.need import Need, Reader
from tests.unit.reading_examples import PRICES, busy, heard, means, need, reader


def added_by(newcomer: Reader, followed: Need) -> int:
    """What one channel more makes a month cost more."""
    together = replace(followed, readers=(*followed.readers, newcomer))
    return forecast(together, means()).per_month - forecast(followed, means()).per_month


def test_a_busy_topic_costs_what_its_most_liked_posts_cost() -> None:
    told = forecast(need("#elearning", heard=busy()), means())
    assert told.per_day == pytest.approx(600, rel=0.05)
    assert told.read < 15
    assert told.per_month < 2_000_000


def test_a_count_is_enough_to_say_what_a_topic_will_cost() -> None:
    told = forecast(need("#edchat", per_day=110), means())
    assert told.per_day == 110
    assert 300_000 < told.per_month < 3_000_000


def test_of_a_topic_that_nobody_knows_it_says_what_a_careful_first_reading_costs() -> None:
    told = forecast(need("#edchat"), means())
    assert told.per_day is None
    assert 0 < told.per_month < 5_000_000


def test_more_digests_a_week_cost_more() -> None:
    five, seven = (forecast(need("#edchat", per_day=110), means(), each).per_month for each in (5, 7))
    assert five < seven


def test_a_small_topic_costs_all_of_its_posts() -> None:
    told = forecast(need("#sel", heard=[heard("#sel", [0, 1, 2])]), means(), 7)
    assert told.read == pytest.approx(3, abs=0.1)
    assert told.per_month == pytest.approx(30 * 3 * PRICES.post, rel=0.05)


def test_what_somebody_pays_for_already_costs_nothing_more() -> None:
    followed = need("#elearning", heard=busy())
    assert added_by(reader("english"), followed) == 0
    alone = need("#elearning", heard=busy(), readers=[])
    assert forecast(alone, means()).per_month == 0
    assert added_by(reader("english"), alone) == forecast(followed, means()).per_month


def test_a_channel_that_follows_little_else_wants_more_of_a_topic() -> None:
    followed = need("#elearning", heard=busy())
    assert added_by(reader("english", topics=1), followed) > 0


def test_the_forecast_is_no_day_on_which_it_looks_deeper() -> None:
    assert len({forecast(need(tag, heard=busy(tag)), means()).read for tag in ("#a1", "#b2", "#c3", "#d4", "#e5")}) == 1
