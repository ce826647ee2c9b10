"""Which local days have a digest: holidays, terms, closing days, pauses, and every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest

from bot.domain.calendar.hours import school_hours
from bot.domain.calendar.openings import UNTIL_RESUMED, Openings, called, first_day, parse_place, weekly_day, why_none
from bot.domain.calendar.regions import called_region, holidays_of, parse_region
from bot.domain.calendar.school import CalendarRead, Days, School
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule, WeeklyTime
from bot.errors import Mistake
from bot.flow.plan import open_mornings, roundup_due_at

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
LONDON = Schedule("Europe/London")


def read(place: str, *days: Days, read_at: datetime | None = NOW) -> CalendarRead:
    return CalendarRead(place, NOW, read_at, days)


def openings(*calendars: CalendarRead, **decided: tuple[str, ...]) -> Openings:
    return Openings(School(**decided), {each.place: each for each in calendars})


INSET = read("closed.ics", Days(date(2026, 11, 27), date(2026, 11, 27), "INSET day"))
TERMS = read(
    "terms.ics",
    Days(date(2026, 9, 1), date(2026, 12, 18), "Autumn term"),
    Days(date(2027, 1, 4), date(2027, 3, 26), "Spring term"),
)
OURS = openings(INSET, TERMS, closed=("closed.ics",), terms=("terms.ics",), holidays=("GB-ENG",))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-26", ""),
        ("2026-11-27", "closed: INSET day"),
        ("2026-12-18", ""),
        ("2026-12-21", "outside term"),
        ("2026-12-25", "outside term"),
        ("2027-01-04", ""),
        ("2027-03-29", "outside term"),
    ],
)
def test_a_closed_day_says_why(day: str, why: str) -> None:
    assert OURS.why_closed(date.fromisoformat(day)) == why


def test_a_school_without_a_calendar_of_terms_has_public_holidays_by_name() -> None:
    ours = openings(holidays=("GB-ENG", "IE"))
    assert ours.why_closed(date(2026, 12, 25)) == "public holiday: Christmas Day"
    assert ours.why_closed(date(2027, 3, 17)) == "public holiday: Saint Patrick's Day"
    assert ours.why_closed(date(2026, 12, 24)) == ""


def test_a_pause_comes_before_everything_and_ends_on_the_day_it_names() -> None:
    until = date(2027, 1, 8)
    assert why_none(date(2026, 12, 25), OURS, until) == "paused until 8 January"
    assert why_none(date(2027, 1, 7), OURS, until) == "paused until 8 January"
    assert why_none(until, OURS, until) == ""
    assert why_none(date(2026, 11, 24), OURS, UNTIL_RESUMED) == "paused until somebody says resume"


def test_terms_that_were_never_read_close_nothing_and_terms_without_a_day_close_all() -> None:
    tuesday = date(2026, 11, 24)
    assert openings(terms=("terms.ics",)).why_closed(tuesday) == ""
    assert openings(read("terms.ics", read_at=None), terms=("terms.ics",)).why_closed(tuesday) == ""
    assert openings(read("terms.ics"), terms=("terms.ics",)).why_closed(tuesday) == "outside term"


def test_the_first_day_with_a_digest_comes_with_what_keeps_the_others_away() -> None:
    day, missed = first_day(LONDON, OURS, None, date(2026, 12, 24))
    assert day == date(2027, 1, 4)
    assert list(missed) == [date(2026, 12, n) for n in (24, 25, 28, 29, 30, 31)] + [date(2027, 1, 1)]
    assert first_day(LONDON, OURS, UNTIL_RESUMED, date(2026, 12, 24))[0] is None


def test_what_comes_weekly_moves_to_the_last_open_day_before_it_in_its_week() -> None:
    assert weekly_day(date(2026, 11, 27), OURS, LONDON, None) == date(2026, 11, 26)
    assert weekly_day(date(2026, 12, 4), OURS, LONDON, None) == date(2026, 12, 4)
    assert weekly_day(date(2026, 12, 25), OURS, LONDON, None) is None
    assert weekly_day(date(2026, 11, 28), openings(), LONDON, None) == date(2026, 11, 28)


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("GB", "GB"),
        ("gb-eng", "GB-ENG"),
        ("UK", "GB"),
        ("England", "GB-ENG"),
        ("Northern Ireland", "GB-NIR"),
        ("United Kingdom", "GB"),
        ("US-California", "US-CA"),
        ("de-by", "DE-BY"),
        ("New Zealand", "NZ"),
        ("USA", "US"),
        ("California", "US-CA"),
        ("nova scotia", "CA-NS"),
        ("Georgia", "GE"),
        ("US-Georgia", "US-GA"),
    ],
)
def test_regions_are_read_as_people_write_them(typed: str, region: str) -> None:
    assert parse_region(typed) == region


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("GB-EN", "Did you mean GB-ENG?"),
        ("Englnd", "Did you mean England?"),
        ("XX", "Write a code such as GB, GB-ENG or US-CA."),
        ("", "Write a code"),
        ("x" * 5_000, "no country"),
    ],
)
def test_an_unknown_region_names_the_nearest(typed: str, sentence: str) -> None:
    with pytest.raises(Mistake) as refused:
        parse_region(typed)
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("region", "name"),
    [("GB", "United Kingdom"), ("GB-WLS", "Wales"), ("US-CA", "California"), ("FR-971", "Guadeloupe (FR)")],
)
def test_regions_are_called_by_their_names(region: str, name: str) -> None:
    assert called_region(region) == name


def test_holidays_are_called_by_english_names() -> None:
    assert holidays_of("DE-BY", 2026)[date(2026, 10, 3)] == "German Unity Day"
    assert holidays_of("GB-SCT", 2026)[date(2026, 11, 30)] == "Saint Andrew's Day"
    assert date(2026, 11, 30) not in holidays_of("GB-ENG", 2026)


@pytest.mark.parametrize(
    "place",
    [
        "https://school.example/terms.ics?key=1",
        "webcal://school.example/a",
        "HTTP://school.example",
        "terms.ics",
        "Closed Days.ICS",
    ],
)
def test_a_calendar_is_a_link_or_a_file(place: str) -> None:
    assert parse_place(f" {place} ") == place


@pytest.mark.parametrize(
    "place",
    ["", "terms", "school.example/terms", "ftp://school.example/a.ics", "https://", "http://[/a.ics", "a\n.ics"],
)
def test_what_is_neither_a_link_nor_a_calendar_file_is_refused(place: str) -> None:
    with pytest.raises(Mistake, match="neither a link nor"):
        parse_place(place)


def test_a_link_is_called_by_its_host_because_the_rest_may_be_a_secret() -> None:
    assert called("https://calendar.example/private-abc/basic.ics") == "the calendar at calendar.example"
    assert called("terms.ics") == "the calendar terms.ics"


# ------------------------------------------------------------------------------------------- all zones, over two years

TWO_YEARS = (date(2026, 1, 1), date(2027, 12, 31))
TIMES = (time(0, 0), time(1, 30), time(2, 30), time(7, 30), time(23, 45))


@pytest.mark.parametrize("at", TIMES)
def test_every_zone_has_exactly_one_digest_on_each_open_scheduled_local_day(at: time) -> None:
    """Reckoned back from the instants: the local days on which they fall are the open scheduled ones, each once."""
    first, last = TWO_YEARS
    closed = openings(TERMS, INSET, terms=("terms.ics",), closed=("closed.ics",), holidays=("GB-ENG",))
    expected = [
        day
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if day.weekday() < 5 and not closed.why_closed(day)
    ]
    planned = open_mornings(Channel(ChannelKey("w", "c"), "Staff", LONDON), closed, first, last)
    for zone in sorted(available_timezones()):
        schedule = Schedule(zone, at=at)
        instants = [schedule.due_at(day) for day in planned]
        assert [schedule.local_date(each) for each in instants] == expected, zone
        assert instants == sorted(set(instants)), zone


def test_every_zone_has_one_round_up_in_each_week_that_has_an_open_day() -> None:
    mondays = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(104)]
    for zone in sorted(available_timezones())[::10]:
        channel = Channel(ChannelKey("w", "c"), "Staff", Schedule(zone), roundup=WeeklyTime(4, time(15)))
        due = {monday: roundup_due_at(channel, OURS, monday) for monday in mondays}
        for monday, due_at in due.items():
            week = open_mornings(channel, OURS, monday, monday + timedelta(days=4))
            days = [channel.schedule.local_date(due_at)] if due_at else []
            assert days == week[-1:], (zone, monday)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 24, 7, tzinfo=UTC), (7, 17)),
        (datetime(2026, 11, 24, 16, 59, tzinfo=UTC), (7, 17)),
        (datetime(2026, 11, 24, 17, tzinfo=UTC), None),
        pytest.param(datetime(2026, 9, 8, 12, tzinfo=UTC), (6, 16), id="summer time"),
        pytest.param(datetime(2026, 11, 28, 12, tzinfo=UTC), None, id="a Saturday"),
        pytest.param(datetime(2026, 11, 27, 12, tzinfo=UTC), None, id="INSET day"),
        pytest.param(datetime(2026, 12, 22, 12, tzinfo=UTC), None, id="outside term"),
    ],
)
def test_school_hours_are_those_of_a_day_with_a_digest(moment: datetime, hours: tuple[int, int] | None) -> None:
    found = school_hours(LONDON, OURS, None, moment)
    assert (found and (found.start.hour, found.end.hour)) == hours


def test_there_are_no_school_hours_while_a_channel_pauses() -> None:
    assert school_hours(LONDON, OURS, date(2026, 11, 30), datetime(2026, 11, 24, 12, tzinfo=UTC)) is None
