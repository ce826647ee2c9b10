"""The machine's clock and the one for trials."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SystemClock, TrialClock, clock_for
from bot.errors import Mistake

START = datetime(2026, 11, 24, 7, 29, tzinfo=UTC)


def test_the_machines_clock_tells_aware_utc() -> None:
    before = datetime.now(UTC)

    assert before <= SystemClock().now() <= datetime.now(UTC)
    assert SystemClock().now().tzinfo is UTC
    assert SystemClock().speed == 1


def test_a_trial_clock_runs_on_from_its_start_at_its_speed() -> None:
    elapsed = [100.0, 100.0, 102.5]
    clock = TrialClock(START, 60, seconds=lambda: elapsed.pop(0))

    assert clock.now() == START
    assert clock.now() == START + timedelta(seconds=150)
    assert clock.speed == 60


def test_without_a_setting_it_is_the_machines_clock() -> None:
    assert isinstance(clock_for(" "), SystemClock)


@pytest.mark.parametrize(
    ("setting", "start", "speed"),
    [
        ("2026-11-24T07:29:00Z", START, 1),
        ("2026-11-24T07:29", START, 1),
        ("2026-11-24T08:29:00+01:00@60", START, 60),
        ("2026-11-24T02:29:00-05:00@0.5", START, 0.5),
        ("2026-11-24", START.replace(hour=0, minute=0), 1),
    ],
)
def test_a_trial_is_set_by_time_and_speed(setting: str, start: datetime, speed: float) -> None:
    clock = clock_for(setting)

    assert timedelta(0) <= clock.now() - start < timedelta(minutes=1)
    assert clock.now().tzinfo is UTC
    assert clock.speed == speed


@pytest.mark.parametrize(
    "setting",
    ["tomorrow", "07:30", "2026-13-01", "@60", "9999-12-31", "0001-01-01T00:00:00+14:00"]
    + [f"2026-11-24@{speed}" for speed in ("", "0", "-1", "nan", "inf", "fast", "1e9")],
)
def test_what_is_no_time_is_refused_with_an_example(setting: str) -> None:
    with pytest.raises(Mistake, match=r"STAFFROOM_CLOCK is “.*2026-11-24T07:29:00Z@60"):
        clock_for(setting)
