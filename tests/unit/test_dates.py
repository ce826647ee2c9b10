from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar.dates import parse_day
from bot.errors import Mistake

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("8 January", "2027-01-08"),
        ("8 Jan", "2027-01-08"),
        ("8th of January 2027", "2027-01-08"),
        ("January 8", "2027-01-08"),
        ("jan 8, 2027", "2027-01-08"),
        ("Friday 8 January", "2027-01-08"),
        ("2027-01-08", "2027-01-08"),
        ("31 march", "2027-03-31"),
        ("24 November", "2026-11-24"),
        ("Monday", "2026-11-30"),
        ("this Thursday", "2026-11-26"),
        ("tues", "2026-11-24"),
        ("tomorrow", "2026-11-24"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next Monday", "2026-11-30"),
        ("two weeks", "2026-12-07"),
        ("a week", "2026-11-30"),
        ("10 days", "2026-12-03"),
        ("three months", "2027-02-23"),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: str) -> None:
    assert parse_day(typed, MONDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("20 November", "20 November 2026 is not ahead of us"),
        ("today", "23 November 2026 is not ahead of us"),
        ("2025-01-08", "8 January 2025 is not ahead of us"),
        ("8 January 2029", "8 January 2029 is more than a year away"),
        ("99 weeks", "more than a year away"),
        ("30 February", "a day that no calendar has"),
        ("2027-13-01", "a day that no calendar has"),
        ("08/01/2027", "read as two different days"),
        ("8/1", "read as two different days"),
        ("next Friday", "can mean 27 November 2026 or 4 December 2026"),
        ("Monday 8 January", "8 January 2027 is a Friday"),
        ("the holidays", "not a day I understand"),
        ("", "Until when?"),
    ],
)
def test_what_is_past_or_may_mean_two_days_is_refused_with_an_example(typed: str, sentence: str) -> None:
    with pytest.raises(Mistake, match="such as") as refused:
        parse_day(typed, MONDAY)
    assert sentence in str(refused.value)


def test_a_leap_day_is_found_in_its_year() -> None:
    assert parse_day("29 February", date(2027, 11, 1)) == date(2028, 2, 29)


@given(st.text(max_size=40), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_whatever_is_typed_is_a_day_ahead_or_a_mistake(typed: str, today: date) -> None:
    try:
        day = parse_day(typed, today)
    except Mistake:
        return
    assert today < day


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 180))
def test_a_day_without_its_year_is_the_one_ahead(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    assert parse_day(f"{day.day} {day:%B}", today) == day
