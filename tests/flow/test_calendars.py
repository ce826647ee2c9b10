"""School calendars: read every day, kept when they cannot be, and never silently wrong."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.calendar.school import CalendarRead
from bot.domain.calendar.school import School as Decided
from bot.domain.schedule import SlotKind
from bot.errors import Rejected, Unavailable
from tests.fakes.documents import FakeDocuments
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, School, school

CLOSED = "https://school.example/private-123/closed.ics"
TERMS = "terms.ics"
OURS = Decided(terms=(TERMS,), closed=(CLOSED,))


def calendar(*events: tuple[str, str, str]) -> str:
    """Of first day, day after the last, and name."""
    blocks = [
        f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:{first}\nDTEND;VALUE=DATE:{after}\nSUMMARY:{name}\nEND:VEVENT\n"
        for first, after, name in events
    ]
    return f"BEGIN:VCALENDAR\n{''.join(blocks)}END:VCALENDAR\n"


AUTUMN = ("20260901", "20261219", "Autumn term")
SPRING = ("20270104", "20270327", "Spring term")
INSET = ("20261127", "20261128", "INSET day")


@pytest.fixture
def documents() -> FakeDocuments:
    return FakeDocuments({TERMS: calendar(AUTUMN, SPRING), CLOSED: calendar(INSET)})


async def kept(our: School, place: str) -> CalendarRead:
    async with our.store.reading() as tx:
        return (await tx.calendars.of([place]))[place]


async def next_digest(our: School) -> str:
    return (await our.say("ana", "/pln status")).split("\n")[1]


async def days_later(our: School, days: float) -> None:
    our.clock.advance(timedelta(days=days))
    await our.engine.turn_calendars()


async def test_there_is_no_digest_on_closing_days_and_outside_terms(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        our.clock.set(datetime(2026, 11, 26, 18, tzinfo=UTC))
        expected = "Next digest: Monday 07:30 (UTC). Until then none: closed: INSET day."
        assert await next_digest(our) == expected
        our.clock.set(datetime(2026, 12, 18, 18, tzinfo=UTC))
        assert await next_digest(our) == "Next digest: Monday 4 January 07:30 (UTC). Until then none: outside term."
        listed = await our.say("ana", "/pln holidays")
        assert "Monday 21 December to Friday 1 January · outside term" in listed


async def test_a_morning_that_was_planned_is_given_up_when_the_day_turns_out_to_be_closed(
    documents: FakeDocuments,
) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        await our.plan()
        documents.texts[CLOSED] = calendar(("20261124", "20261125", "Snow"))
        our.clock.set(HALF_PAST_SEVEN - timedelta(hours=1))
        await days_later(our, 1)
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        await our.at(HALF_PAST_SEVEN)
        assert our.digests() == []


async def test_a_calendar_is_read_once_a_day(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        for _ in range(30):
            await days_later(our, 1 / 10)
        assert documents.read_places.count(TERMS) == 3


async def test_a_calendar_that_cannot_be_read_keeps_its_last_good_days(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        documents.problems[CLOSED] = Unavailable("school.example did not answer.")
        await days_later(our, 1.1)
        read = await kept(our, CLOSED)
        assert read.problem == "school.example did not answer."
        assert [each.name for each in read.days] == ["INSET day"]
        our.clock.set(datetime(2026, 11, 26, 18, tzinfo=UTC))
        assert "closed: INSET day" in await next_digest(our)
        assert "Read last on Monday 23 November" in await our.say("ana", "/pln holidays")


async def test_a_calendar_that_fails_is_tried_again_after_growing_pauses(documents: FakeDocuments) -> None:
    documents.problems[TERMS] = Unavailable("It did not answer.")
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        for _ in range(12 * 24):
            await days_later(our, 1 / 12 / 24)
        assert 5 < documents.read_places.count(TERMS) < 15
        assert documents.read_places.count(CLOSED) <= 2


async def test_the_admin_channel_is_told_once_that_a_calendar_cannot_be_read_and_never_its_link(
    documents: FakeDocuments,
) -> None:
    documents.problems[CLOSED] = Rejected("school.example wants a login.")
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        for _ in range(5):
            await days_later(our, 0.5)
        await our.settle()
        (told,) = our.told_to_the_office()
        assert "The calendar at school.example could not be read: school.example wants a login." in told
        assert "Until it is, it closes no day." in told
        assert "private" not in told


async def test_a_short_failure_is_nobodys_business_and_a_week_is_said_again(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        documents.problems[CLOSED] = Unavailable("school.example did not answer.")
        await days_later(our, 1.1)
        await our.settle()
        assert our.told_to_the_office() == []
        await days_later(our, 1)
        await days_later(our, 6)
        await days_later(our, 6)
        await our.settle()
        first, second = our.told_to_the_office()
        assert "What was read of it before still holds." in first
        assert "was last read on Monday 23 November" in second


async def test_once_it_can_be_read_again_a_new_failure_is_said_anew(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        for problem in (Rejected("Gone."), None, Rejected("Gone.")):
            documents.problems = {CLOSED: problem} if problem else {}
            await days_later(our, 1.1)
        await our.settle()
        assert len(our.told_to_the_office()) == 2


async def test_what_is_no_calendar_any_more_does_not_open_the_closed_days(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        documents.texts[CLOSED] = "<html>Please log in</html>"
        await days_later(our, 1.1)
        assert [each.name for each in (await kept(our, CLOSED)).days] == ["INSET day"]
        await our.settle()
        assert "It is not a calendar" in our.told_to_the_office()[0]


async def test_terms_that_were_never_read_close_no_day(documents: FakeDocuments) -> None:
    del documents.texts[TERMS]
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        assert await next_digest(our) == "Next digest: tomorrow 07:30 (UTC)."


async def test_when_the_last_term_is_over_somebody_is_told(documents: FakeDocuments) -> None:
    documents.texts[TERMS] = calendar(AUTUMN)
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        our.clock.set(datetime(2026, 12, 20, 18, tzinfo=UTC))
        await our.engine.turn_calendars()
        assert await next_digest(our) == "Next digest: none in sight, outside term."
        assert any("no term left in the calendar terms.ics" in each for each in our.told_to_the_office())


async def test_an_event_that_cannot_be_understood_is_said_and_the_others_count(documents: FakeDocuments) -> None:
    documents.texts[CLOSED] = calendar(INSET, ("soon", "later", "Sports day"))
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        await our.settle()
        assert [each.name for each in (await kept(our, CLOSED)).days] == ["INSET day"]
        assert "When “Sports day” takes place cannot be read." in our.told_to_the_office()[0]


async def test_a_round_up_comes_once_a_week_and_earlier_where_its_day_is_closed(documents: FakeDocuments) -> None:
    async with school(documents=documents, school=OURS) as our:
        await our.open_channel()
        await our.engine.turn_calendars()
        await our.say("ana", "/pln roundup fri 15:00")
        due = []
        our.clock.set(EVENING_BEFORE)
        for _ in range(14 * 4):
            our.clock.advance(timedelta(hours=6))
            await our.engine.turn_morning()
        async with our.store.reading() as tx:
            due = await tx.slots.latest(STAFF, SlotKind.ROUNDUP, 5)
        assert [each.due_at for each in due] == [
            datetime(2026, 12, 4, 15, tzinfo=UTC),
            datetime(2026, 11, 26, 15, tzinfo=UTC),
        ]
