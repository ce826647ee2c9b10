"""Calendars as schools keep them, and as nobody should."""

from contextlib import suppress
from datetime import date
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar.ical import MOST_EVENTS, read_calendar
from bot.domain.calendar.school import Days
from bot.errors import Mistake

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2026, 11, 16), date(2027, 12, 31)


def calendar(*events: str, head: str = "") -> str:
    blocks = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{blocks}END:VCALENDAR\r\n"


def event(*lines: str) -> str:
    return "\r\n".join(lines)


def found(*events: str, head: str = "") -> list[Days]:
    reading = read_calendar(calendar(*events, head=head), LONDON, FIRST, LAST)
    assert not reading.problem
    return list(reading.days)


def days(first: str, last: str = "", name: str = "") -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last or first), name)


def test_a_term_lasts_to_the_day_before_the_end_that_the_calendar_writes() -> None:
    term = event("SUMMARY:Spring term", "DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20270213")
    assert found(term) == [days("2027-01-04", "2027-02-12", "Spring term")]


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:20261127",),
        ("DTSTART;VALUE=DATE:20261127", "DTEND;VALUE=DATE:20261127"),
        ("DTSTART;VALUE=DATE:20261127", "DTEND;VALUE=DATE:20261128"),
        ("DTSTART;VALUE=DATE:20261127", "DURATION:P1D"),
        ("DTSTART:20261127",),
        ("DTSTART:20261127T090000", "DTEND:20261127T153000"),
        ("DTSTART;TZID=Europe/London:20261127T000000", "DTEND;TZID=Europe/London:20261128T000000"),
        ("DTSTART:20261127T000000Z", "DTEND:20261128T000000Z"),
        ("DTSTART;TZID=GMT Standard Time:20261127T090000", "DURATION:PT6H"),
        ("DTSTART;TZID=Made up by hand:20261127T090000", "DURATION:PT6H"),
    ],
)
def test_a_day_is_that_day_however_it_is_written(lines: tuple[str, ...]) -> None:
    assert found(event(*lines)) == [days("2026-11-27")]


def test_a_timed_event_in_utc_is_on_the_day_of_the_calendars_own_zone() -> None:
    late = event("DTSTART:20261127T130000Z", "DTEND:20261127T140000Z")
    assert found(late, head="X-WR-TIMEZONE:Pacific/Auckland\r\n") == [days("2026-11-28")]
    assert found(late) == [days("2026-11-27")]


def test_an_event_in_its_own_zone_is_on_its_own_day() -> None:
    assert found(event("DTSTART;TZID=America/Los_Angeles:20261127T230000")) == [days("2026-11-27")]


def test_a_cancelled_event_does_not_count() -> None:
    assert found(event("DTSTART;VALUE=DATE:20261127", "STATUS:CANCELLED")) == []


def test_what_is_not_asked_for_is_left_out_and_what_reaches_in_is_not() -> None:
    old = event("DTSTART;VALUE=DATE:20250101", "DTEND;VALUE=DATE:20250110")
    reaching = event("DTSTART;VALUE=DATE:20261101", "DTEND;VALUE=DATE:20261118")
    later = event("DTSTART;VALUE=DATE:20280101")
    assert found(old, reaching, later) == [days("2026-11-01", "2026-11-17")]


def test_a_repeating_closing_day_is_found_each_time_but_the_ones_called_off_or_moved() -> None:
    rule = event(
        "UID:inset",
        "SUMMARY:INSET day",
        "DTSTART;VALUE=DATE:20261127",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=5",
        "EXDATE;VALUE=DATE:20261225",
        "RDATE;VALUE=DATE:20270506",
    )
    moved = event("UID:inset", "SUMMARY:INSET day", "RECURRENCE-ID;VALUE=DATE:20270129", "DTSTART;VALUE=DATE:20270128")
    off = event("UID:inset", "RECURRENCE-ID;VALUE=DATE:20270226", "DTSTART;VALUE=DATE:20270226", "STATUS:CANCELLED")
    assert [each.first.isoformat() for each in found(rule, moved, off)] == [
        "2026-11-27",
        "2027-01-28",
        "2027-03-26",
        "2027-05-06",
    ]


def test_the_end_of_a_repetition_is_a_moment_of_its_own_zone() -> None:
    zoned = "DTSTART;TZID=Europe/London:20261127T090000"
    assert len(found(event(zoned, "RRULE:FREQ=WEEKLY;UNTIL=20261211T090000Z"))) == 3


def test_a_repetition_that_began_long_ago_is_followed() -> None:
    yearly = event("SUMMARY:Founder's day", "DTSTART;VALUE=DATE:18790512", "RRULE:FREQ=YEARLY")
    assert found(yearly) == [days("2027-05-12", name="Founder's day")]


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=HOURLY",
        "RRULE:FREQ=SECONDLY;COUNT=999999999",
        "RRULE:FREQ=YEARLY;BYWEEKNO=20",
        "RRULE:FREQ=DAILY;INTERVAL=0",
        "RRULE:FREQ=DAILY;COUNT=-3",
        "RRULE:FREQ=OFTEN",
        "RRULE:nonsense",
        "EXDATE:yesterday",
        "DTEND:tomorrow",
        "DURATION:long",
        "DTEND;VALUE=DATE:20260101",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261127",
    ],
)
def test_an_event_that_cannot_be_understood_is_left_out_and_said(line: str) -> None:
    text = calendar(
        event("SUMMARY:Odd", "DTSTART;VALUE=DATE:20261127", line), event("SUMMARY:Good", "DTSTART;VALUE=DATE:20261130")
    )
    reading = read_calendar(text, LONDON, FIRST, LAST)
    assert reading.days == (days("2026-11-30", name="Good"),)
    assert reading.problem.startswith("1 event was left out. ")
    assert "Odd" in reading.problem


def test_what_is_said_of_a_rule_is_plain_letters() -> None:
    text = calendar(event("DTSTART;VALUE=DATE:20261127", "RRULE:FREQ=DAILY;X\x1b[31m\u202e=1"))
    assert read_calendar(text, LONDON, FIRST, LAST).problem.endswith("in a way that cannot be followed (X[31M).")


@pytest.mark.parametrize("start", ["", "DTSTART:soon", "DTSTART;VALUE=DATE:20261301", "DTSTART:T", "DTSTART"])
def test_an_event_without_a_day_is_left_out_and_said(start: str) -> None:
    reading = read_calendar(calendar(event("SUMMARY:Odd", start)), LONDON, FIRST, LAST)
    assert reading.days == ()
    assert reading.problem == "1 event was left out. When “Odd” takes place cannot be read."


def test_lines_that_are_folded_or_broken_in_other_ways_do_not_matter() -> None:
    text = calendar(
        event("SUMMARY:Christ", " mas holi", "\tdays", "DTSTART;VALUE=DATE:202612", " 21", "rubbish", "X:;=:")
    )
    assert read_calendar(text.replace("\r\n", "\n"), LONDON, FIRST, LAST).days == (
        days("2026-12-21", name="Christmas holidays"),
    )


def test_an_alarm_inside_an_event_is_not_the_event() -> None:
    alarm = ("BEGIN:VALARM", "DTSTART;VALUE=DATE:20261201", "SUMMARY:Wake up", "END:VALARM")
    assert found(event("DTSTART;VALUE=DATE:20261127", *alarm, "SUMMARY:INSET day")) == [
        days("2026-11-27", name="INSET day")
    ]


def test_a_zone_made_by_hand_is_not_reckoned_with() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Evil\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
        "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    assert found(event("DTSTART;TZID=Evil:20261127T090000"), head=zone) == [days("2026-11-27")]


def test_a_name_is_one_short_line_of_plain_letters() -> None:
    name = found(event("SUMMARY:Closed\\n<!channel>\x07 \u202e" + "x" * 300, "DTSTART;VALUE=DATE:20261127"))[0].name
    assert name.startswith("Closed <!channel> xxx")
    assert len(name) == 80


@pytest.mark.parametrize("text", ["", "<html>Please log in</html>", "hello\n" * 50, "BEGIN:VEVENT\nEND:VEVENT"])
def test_what_is_no_calendar_is_refused_in_words(text: str) -> None:
    with pytest.raises(Mistake, match="It is not a calendar"):
        read_calendar(text, LONDON, FIRST, LAST)


def test_a_calendar_that_was_cut_off_is_refused() -> None:
    whole = calendar(event("DTSTART;VALUE=DATE:20261127"))
    with pytest.raises(Mistake, match="ends in the middle"):
        read_calendar(whole[:70], LONDON, FIRST, LAST)


def test_a_calendar_of_more_than_one_mebibyte_is_refused() -> None:
    with pytest.raises(Mistake, match="1 MiB"):
        read_calendar(calendar() + "X" * (1 << 20), LONDON, FIRST, LAST)


DAILY = event("DTSTART;VALUE=DATE:20000101", "RRULE:FREQ=DAILY", "SUMMARY:{}")
HOSTILE = {
    "days that never come": [event("DTSTART:20000101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")] * 2_000,
    "weeks that never fit": [event("DTSTART:20000103", "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=SU")] * 2_000,
    "counted from the year 1": [event("DTSTART:00010101", "RRULE:FREQ=DAILY;COUNT=1000000")] * 2_000,
    "every day, each with a name": [DAILY.format(n) for n in range(2_000)],
    "all weekdays of all years": [
        event("DTSTART:00010101", "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=999999")
    ]
    * 500,
    "too many events": [event("DTSTART:20261127")] * (MOST_EVENTS + 1),
    "long lists": [event("DTSTART:20261127", "EXDATE:" + "20261127," * 2_000 + "20261127")] * 30,
    "nothing but quotation marks": [event("DTSTART:20261127", 'SUMMARY;X="' * 90_000)],
    "one long line": [event("DTSTART:20261127", "SUMMARY:" + "\\" * 1_000_000)],
    "folded letter by letter": [event("DTSTART:20261127", "SUMMARY:x", *[" y"] * 300_000)],
    "deeply nested": [event("DTSTART:20261127", *["BEGIN:VEVENT"] * 60_000)],
    "the same weekday thousands of times": [
        event("DTSTART:00010101", "RRULE:FREQ=DAILY;COUNT=1000000;BYDAY=" + ",".join(["MO"] * 6_000))
    ],
    "the same month thousands of times": [
        event("DTSTART:00010101", "RRULE:FREQ=MONTHLY;COUNT=1000000;BYDAY=5MO;BYMONTH=" + ",".join(["2"] * 9_000))
    ],
    "from the first day to the last": [event("DTSTART:00010101", "DTEND:99991231", "RRULE:FREQ=YEARLY")],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_calendar_takes_no_long_time(name: str) -> None:
    began = perf_counter()
    with suppress(Mistake):
        read_calendar(calendar(*HOSTILE[name]), LONDON, FIRST, LAST)
    assert perf_counter() - began < 10


LINES = st.sampled_from(
    "BEGIN:VEVENT END:VEVENT BEGIN:VCALENDAR END:VCALENDAR DTSTART:20261127 DTSTART;VALUE=DATE:20261127 "
    "DTEND:20261128T000000Z DTEND: RRULE:FREQ=DAILY RRULE:FREQ=WEEKLY;BYDAY=5MO RRULE:; EXDATE:20261127 RDATE:x "
    "UID:1 RECURRENCE-ID:20261127 SUMMARY:a DURATION:-P1D DURATION:P99999999D DTSTART:99991231T235959Z "
    "DTSTART;TZID=../../etc:20261127T000000 DTSTART;TZID=:20261127T000000 DTSTART:00010101T000000Z".split()
) | st.text(max_size=30)


@given(st.lists(LINES, max_size=25))
def test_any_lines_are_read_or_refused_in_words(lines: list[str]) -> None:
    found: tuple[Days, ...] = ()
    with suppress(Mistake):
        found = read_calendar("\n".join(["BEGIN:VCALENDAR", *lines]), LONDON, FIRST, LAST).days
    for each in found:
        assert each.first <= each.last
        assert each.last >= FIRST
        assert each.first <= LAST
