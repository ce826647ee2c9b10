from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import (
    SCHOOL_DAYS,
    Schedule,
    WeeklyTime,
    days_in_words,
    parse_days,
    parse_time,
    parse_weekly_time,
    parse_zone,
)
from bot.errors import Mistake

LONDON = Schedule("Europe/London")


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 3, 27), 7), (date(2026, 3, 30), 6), (date(2026, 10, 23), 6), (date(2026, 10, 26), 7)],
)
def test_local_time_stays_when_the_clocks_change(day: date, hour: int) -> None:
    assert LONDON.due_at(day) == datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_in_spring_comes_as_much_later() -> None:
    schedule = Schedule("Europe/London", at=time(1, 30))
    assert schedule.due_at(date(2026, 3, 29)).astimezone(ZoneInfo("Europe/London")).time() == time(2, 30)


def test_a_time_that_happens_twice_in_autumn_is_taken_the_first_time() -> None:
    schedule = Schedule("Europe/London", at=time(1, 30))
    assert schedule.due_at(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.sampled_from(sorted(available_timezones())), st.times(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_each_local_day_has_exactly_one_instant_and_they_come_in_order(zone: str, at: time, day: date) -> None:
    schedule = Schedule(zone, days=frozenset(range(7)), at=at.replace(second=0, microsecond=0))
    instants = [schedule.due_at(each) for each in schedule.days_between(day, day + timedelta(days=3))]
    assert len(instants) == 4
    assert instants == sorted(set(instants))


@pytest.mark.parametrize(
    ("typed", "at"),
    [("7:30", time(7, 30)), ("0730", time(7, 30)), ("07.45", time(7, 45)), ("7:30 pm", time(19, 30))],
)
def test_times_are_read_as_people_write_them(typed: str, at: time) -> None:
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    "typed", ["fri 15:00", "15.00 Friday", "every Friday at 3pm", "Fridays, 3:00 PM", "on fri at 3 pm"]
)
def test_a_time_of_the_week_is_read_as_people_say_it(typed: str) -> None:
    assert parse_weekly_time(typed) == WeeklyTime(4, time(15))


@pytest.mark.parametrize("typed", ["", "fri", "15:00", "daily 15:00", "mon fri 15:00", "friday afternoon"])
def test_what_is_no_time_of_the_week_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Mistake, match="is not a time of the week"):
        parse_weekly_time(typed)


@pytest.mark.parametrize(
    ("typed", "days"),
    [("mon-fri", SCHOOL_DAYS), ("weekdays", SCHOOL_DAYS), ("Monday, Wed fri", {0, 2, 4}), ("sat-mon", {5, 6, 0})],
)
def test_days_are_read_as_people_write_them(typed: str, days: set[int]) -> None:
    assert parse_days(typed) == days


@pytest.mark.parametrize("typed", ["25:00", "soon", ""])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Mistake, match="24-hour clock"):
        parse_time(typed)


@pytest.mark.parametrize("typed", ["", "someday", "mon-"])
def test_what_are_no_days_is_refused_or_read(typed: str) -> None:
    if typed == "mon-":
        assert parse_days(typed) == {0}
        return
    with pytest.raises(Mistake, match="mon-fri"):
        parse_days(typed)


def test_a_misspelt_zone_names_the_nearest() -> None:
    with pytest.raises(Mistake, match=r"Did you mean America/New_York\?"):
        parse_zone("America/New_Yrok")


def test_a_zone_is_found_whatever_its_case() -> None:
    assert parse_zone("europe/london") == "Europe/London"


@pytest.mark.parametrize(
    ("typed", "zone"), [("London", "Europe/London"), ("new york", "America/New_York"), ("Paris", "Europe/Paris")]
)
def test_a_zone_is_found_by_its_city(typed: str, zone: str) -> None:
    assert parse_zone(typed) == zone


def test_a_city_that_several_zones_are_named_after_is_none() -> None:
    with pytest.raises(Mistake, match="is not a time zone"):
        parse_zone("Louisville")


def test_days_are_said_in_words() -> None:
    assert [days_in_words(each) for each in (SCHOOL_DAYS, frozenset(range(7)), frozenset({0, 2}))] == [
        "Monday to Friday",
        "every day",
        "Monday, Wednesday",
    ]
