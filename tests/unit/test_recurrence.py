"""Held against the rules of dateutil, which need no bound where the rule is an honest one."""

from datetime import date, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import vRecur

from bot.domain.calendar.recurrence import Steps, occurrences, rule_of

DAYS = "MO TU WE TH FR SA SU".split()
SOME_DAYS = st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True).map(",".join)
NTH_DAYS = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2, -4]), st.sampled_from(DAYS)),
    min_size=1,
    max_size=3,
).map(",".join)
MONTH_DAYS = st.lists(st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=3, unique=True)
SMALL_NUMBERS = st.integers(1, 28).map(str)
"""Of every month: dateutil takes seconds to find that a day never comes."""
NUMBERS = MONTH_DAYS.map(lambda numbers: ",".join(map(str, numbers)))
MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(
    lambda numbers: ",".join(map(str, sorted(numbers)))
)
POSITIONS = st.sampled_from(["1", "-1", "2", "1,-1", "3"])


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Any that iCalendar allows, of the parts that are understood."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 5)))}
    if draw(st.booleans()):
        parts["BYDAY"] = draw(SOME_DAYS if frequency in {"DAILY", "WEEKLY"} else SOME_DAYS | NTH_DAYS)
    if frequency != "WEEKLY" and draw(st.booleans()):
        parts["BYMONTHDAY"] = draw(SMALL_NUMBERS if frequency == "DAILY" else NUMBERS)
    if draw(st.booleans()):
        parts["BYMONTH"] = draw(MONTHS)
    if draw(st.booleans()):
        parts["WKST"] = draw(st.sampled_from(["MO", "SU"]))
    if frequency in {"MONTHLY", "YEARLY"} and {"BYDAY", "BYMONTHDAY"} & parts.keys() and draw(st.booleans()):
        parts["BYSETPOS"] = draw(POSITIONS)
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 60)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=120, deadline=None, derandomize=True)
@given(rules(), st.dates(date(2015, 1, 1), date(2027, 6, 1)), st.dates(date(2020, 1, 1), date(2027, 1, 1)))
def test_days_are_those_that_dateutil_finds(rule: str, start: date, first: date) -> None:
    last = first + timedelta(days=400)
    parts = {name: value if isinstance(value, list) else [value] for name, value in vRecur.from_ical(rule).items()}
    found = list(occurrences(rule_of(parts), start, first, last, Steps()))
    ends = datetime.combine(last, datetime.min.time())
    unbounded = rrulestr(rule, dtstart=datetime.combine(start, datetime.min.time()), cache=False)
    if "COUNT" not in rule:
        unbounded = unbounded.replace(until=ends)
    expected = [moment.date() for moment in takewhile(lambda moment: moment <= ends, unbounded)]
    assert found == [day for day in expected if day >= first]


def test_a_rule_that_began_long_ago_is_not_walked_from_its_beginning() -> None:
    steps = Steps(left=1_000)
    rule = rule_of({"FREQ": ["DAILY"]})
    assert len(list(occurrences(rule, date(1, 1, 1), date(2026, 1, 1), date(2026, 12, 31), steps))) == 365
