"""What `staffroom doctor` says about calendars and holidays."""

from datetime import UTC, datetime

from bot.cli.doctor import examine, lines_of
from bot.domain.calendar.school import School as Decided
from bot.domain.check import Check, Health
from bot.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.documents import FakeDocuments
from tests.flow.test_calendars import AUTUMN, INSET, SPRING, calendar
from tests.rigs.school import School, school

SECRET = "https://school.example/private-123/closed.ics"


async def lines(our: School) -> dict[str, tuple[Health, str]]:
    return {check.name: (check.health, check.finding) for check in await examine(our.parts)}


async def test_each_calendar_is_read_and_counted() -> None:
    documents = FakeDocuments({"terms.ics": calendar(AUTUMN, SPRING), SECRET: calendar(INSET)})
    decided = Decided(holidays=("GB-ENG",), terms=("terms.ics",), closed=(SECRET,))
    async with school(documents=documents, school=decided) as our:
        await our.open_channel()
        found = await lines(our)
    assert found["calendar terms.ics"] == (
        Health.OK,
        "108 days in term from today on, the next Monday 23 November: Autumn term",
    )
    assert found["calendar at school.example"] == (
        Health.OK,
        "1 day closed from today on, the next Friday 27 November: INSET day",
    )
    assert found["public holidays of GB-ENG"] == (Health.OK, "the next one is Friday 25 December: Christmas Day")


async def test_what_is_wrong_with_a_calendar_is_said_without_its_link() -> None:
    documents = FakeDocuments({"terms.ics": calendar(INSET)}, problems={SECRET: Unavailable("It did not answer.")})
    decided = Decided(holidays=("LK",), terms=("terms.ics",), closed=(SECRET,))
    async with school(documents=documents, school=decided) as our:
        found = await lines(our)
        assert not any("private" in f"{name} {finding}" for name, (_, finding) in found.items())
    assert found["calendar at school.example"] == (Health.FAIL, "It did not answer.")
    assert found["calendar terms.ics"][0] is Health.WARN
    assert "1 day in term" in found["calendar terms.ics"][1]


async def test_a_calendar_whose_terms_are_over_is_a_warning() -> None:
    documents = FakeDocuments({"terms.ics": calendar(AUTUMN)})
    clock = FakeClock(datetime(2026, 12, 20, 18, tzinfo=UTC))
    async with school(documents=documents, school=Decided(terms=("terms.ics",)), clock=clock) as our:
        assert (await lines(our))["calendar terms.ics"] == (Health.WARN, "no day from today on is in term")


def test_names_that_somebody_else_gave_stay_on_their_line() -> None:
    check = Check("channel \x1b[31mstaff", Health.WARN, "it said:\nOK   all is well\u202e", "Look\rthere")
    assert lines_of([check]) == ["WARN channel [31mstaff: it said: OK   all is well", "     → Lookthere"]
