"""What people and calendars change while a digest or a round-up is on its way."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.calendar.school import School as Decided
from bot.domain.keys import ChannelKey
from bot.domain.post import Post
from bot.domain.schedule import SlotKind, SlotState, WeeklyTime, parse_weekly_time
from bot.errors import Unavailable
from bot.flow.compose import compose
from bot.ports import Accounts, Allowance
from bot.services.web.pages import EnginePages
from tests.fakes.chat import Shown
from tests.fakes.clock import FakeClock
from tests.fakes.documents import FakeDocuments
from tests.fakes.source import FakeSource
from tests.flow.test_calendars import calendar
from tests.flow.test_pausing import channel_of
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school
from tests.unit.examples import link

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = HALF_PAST_SEVEN.replace(day=30)
SHORT = "https://bit.ly/3abc"
MATHS = ChannelKey(WORKSPACE, "maths")
CLOSED = "closed.ics"


class MeanwhileDocuments(FakeDocuments):
    """Something happens while a short link is followed, in the middle of composing."""

    def __init__(self) -> None:
        super().__init__(leads={SHORT: "https://school.example/a"})
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []

    async def leads_to(self, url: str) -> str:
        for happens in self.meanwhile:
            await happens()
        return await super().leads_to(url)


async def a_morning(our: School) -> None:
    """Planned, due, and with something to show."""
    await our.open_channel()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    our.write(links=link(SHORT))


async def notes(our: School, kind: SlotKind = SlotKind.MORNING) -> list[tuple[SlotState, str]]:
    async with our.store.reading() as tx:
        return [(slot.state, slot.note) for slot in await tx.slots.latest(STAFF, kind, 9)]


async def type_and_work_off(our: School, text: str) -> None:
    await our.chat.command("ana", STAFF, text)
    await our.engine.turn_answers()


# -------------------------------------------------------------------------------------------------------------- pauses


async def test_a_pause_that_is_said_while_the_digest_is_composed_holds() -> None:
    documents = MeanwhileDocuments()
    async with school(documents=documents) as our:
        await a_morning(our)
        documents.meanwhile.append(lambda: type_and_work_off(our, "/pln pause until 1 December"))
        await our.at(HALF_PAST_SEVEN)
        assert our.digests() == []
        assert await notes(our) == [(SlotState.SKIPPED, "no digest that day: paused until 1 December")]


async def test_a_channel_that_goes_while_its_digest_is_composed_gets_none() -> None:
    documents = MeanwhileDocuments()
    async with school(documents=documents) as our:
        await a_morning(our)

        async def goes() -> None:
            async with our.store.transaction() as tx:
                await tx.channels.remove(STAFF)

        documents.meanwhile.append(goes)
        await our.at(HALF_PAST_SEVEN)
        assert our.digests() == []
        assert await notes(our) == [(SlotState.SKIPPED, "the channel is no longer there")]


@pytest.mark.parametrize("typed", [["pause", "resume"], ["pause until 4 December", "resume", "pause", "resume"]])
async def test_a_pause_that_is_taken_back_before_anybody_planned_costs_no_digest(typed: list[str]) -> None:
    async with school() as our:
        await a_morning(our)
        our.clock.set(HALF_PAST_SEVEN - MINUTE)
        for words in typed:
            await type_and_work_off(our, f"/pln {words}")
        await our.at(HALF_PAST_SEVEN)
        assert len(our.digests()) == 1


async def test_a_pause_taken_back_just_after_the_time_costs_no_digest_either() -> None:
    async with school() as our:
        await our.digest_of(1)
        tomorrow = HALF_PAST_SEVEN + DAY
        await our.at(tomorrow - HOUR)
        await our.say("ana", "/pln pause")
        our.clock.set(tomorrow + 5 * MINUTE)
        our.write()
        await our.say("ana", "/pln resume")
        await our.at(tomorrow + 6 * MINUTE)
        assert len(our.digests()) == 2


async def test_what_is_due_but_paused_is_not_said_to_be_on_its_way() -> None:
    async with school() as our:
        await a_morning(our)
        answer = await our.say("ana", "/pln pause until 1 December")
        assert "The next one comes Tuesday 1 December 07:30" in answer


async def test_who_asks_for_a_digest_while_the_mornings_one_waits_for_its_posts_gets_one_and_not_two() -> None:
    async with school() as our:
        await a_morning(our)
        our.x.fail_next(Unavailable("It is down."), times=9)
        await our.at(HALF_PAST_SEVEN)
        for _ in range(2):
            assert "on its way already" in await our.say("ana", "/pln digest now")
        our.x.failures.clear()
        for minutes in range(1, 15):
            await our.at(HALF_PAST_SEVEN + minutes * MINUTE)
        assert len(our.digests()) == 1


async def test_the_web_page_says_why_none_comes() -> None:
    async with school() as our:
        await a_morning(our)
        pages = EnginePages()
        pages.serve(our.parts, our.engine.readiness)
        assert [card.next_digest for card in await pages.channels("fake")] == ["today 07:30"]
        await our.chat.command("ana", STAFF, "/pln pause")
        await our.engine.turn_answers()
        assert "paused" in next(card.next_digest for card in await pages.channels("fake"))


# ------------------------------------------------------------------------------------------------------------ failures


class Stumbling(FakeSource):
    """Fails as nobody foresaw when it is asked who wrote something, as often as it is told."""

    times = 0

    async def authors(self, posts: Sequence[Post], allowance: Allowance) -> Sequence[Accounts]:
        if self.times:
            self.times -= 1
            raise ZeroDivisionError
        return await super().authors(posts, allowance)


def digests_in(our: School, channel: ChannelKey) -> int:
    return len([each for each in our.chat.shown(channel) if "1 post from" in each.text])


async def test_what_fails_in_one_channel_is_said_once_and_tried_again_and_others_have_their_digest() -> None:
    clock = FakeClock(EVENING_BEFORE)
    source = Stumbling(clock)
    async with school(clock=clock, sources={"x": source}) as our:
        our.x = source
        await our.open_channel()
        await our.say("ana", "/pln follow #maths", MATHS)
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.write(hashtags=("maths",))
        source.times = 1
        await our.at(HALF_PAST_SEVEN)
        assert sorted([digests_in(our, STAFF), digests_in(our, MATHS)]) == [0, 1]
        for minutes in range(1, 30):
            await our.at(HALF_PAST_SEVEN + minutes * MINUTE)
        assert [digests_in(our, STAFF), digests_in(our, MATHS)] == [1, 1]
        assert len([told for told in our.told_to_the_office() if "could not be put together" in told]) == 1


# ----------------------------------------------------------------------------------------------------------- calendars


async def closed_today(our: School) -> None:
    await our.digest_of(1)
    await our.at(HALF_PAST_SEVEN + DAY - 2 * HOUR)
    our.write(created_at=our.clock.now())


TODAY_IS_CLOSED = calendar(("20261125", "20261126", "Snow"))


async def test_a_calendar_that_closes_the_day_at_the_last_minute_keeps_the_digest_away() -> None:
    documents = FakeDocuments({CLOSED: calendar()})
    async with school(documents=documents, school=Decided(closed=(CLOSED,))) as our:
        await our.engine.turn_calendars()
        await closed_today(our)
        documents.texts[CLOSED] = TODAY_IS_CLOSED
        our.clock.set(HALF_PAST_SEVEN + DAY)
        await our.engine.turn_calendars()
        while await compose(our.parts):
            pass
        await our.at(HALF_PAST_SEVEN + DAY)
        assert len(our.digests()) == 1


@asynccontextmanager
async def named_after_the_time(documents: FakeDocuments) -> AsyncIterator[School]:
    """Somebody names another calendar in the file, and Staffroom starts anew with it an hour after today's digest was
    due and did not come. There is something to show."""
    async with school() as before:
        await before.digest_of(1)
        await before.at(HALF_PAST_SEVEN + HOUR)
        decided = Decided(closed=(CLOSED,))
        async with school(store=before.store, clock=before.clock, documents=documents, school=decided) as our:
            our.clock.set(HALF_PAST_SEVEN + DAY + HOUR)
            our.write()
            our.write("Fractions with paper strips, and what my class found hard about them")
            await our.at(our.clock.now())
            yield our


async def test_a_calendar_that_was_never_read_is_read_before_a_missed_morning_is_made_up_for() -> None:
    async with named_after_the_time(FakeDocuments({CLOSED: TODAY_IS_CLOSED})) as our:
        assert our.digests() == []
        await our.engine.turn_calendars()
        await our.at(our.clock.now())
        assert our.digests() == []


async def test_a_missed_morning_is_made_up_for_when_the_calendar_cannot_be_read_and_that_is_said() -> None:
    async with named_after_the_time(FakeDocuments()) as our:
        assert our.digests() == []
        await our.engine.turn_calendars()
        await our.at(our.clock.now())
        assert len(our.digests()) == 1
        assert any("closed.ics" in told for told in our.told_to_the_office())


# ----------------------------------------------------------------------------------------------------------- round-ups


async def a_week(our: School, roundup: str) -> Shown:
    digest = await our.digest_of(1)
    await our.press("ana", digest.id, "Save item 1")
    await our.say("ana", f"/pln roundup {roundup}")
    return digest


async def roundups_until(our: School, end_in_days: int) -> list[str]:
    """When the channel was told of the library, looked at every hour."""
    came = []
    for _ in range(end_in_days * 24):
        before = len(our.chat.messages)
        await our.at(our.clock.now() + HOUR)
        new = our.chat.messages[before:]
        came += [f"{our.clock.now():%a %d %H:%M}" for each in new if "The week in the library" in each.text]
    return came


async def test_a_round_up_that_is_moved_to_a_time_that_has_passed_comes_next_week() -> None:
    async with school() as our:
        digest = await a_week(our, "tue 15:30")
        our.clock.set(HALF_PAST_SEVEN + 2 * HOUR)
        await our.press("ben", digest.id, "Save item 1")
        await our.say("ana", "/pln roundup tue 08:30")
        assert await roundups_until(our, 8) == ["Tue 01 08:30"]


async def test_a_week_has_one_round_up_however_often_its_time_is_changed() -> None:
    async with school() as our:
        await a_week(our, "wed 15:30")
        our.clock.set(HALF_PAST_SEVEN + HOUR)
        assert await roundups_until(our, 2) == ["Wed 25 15:30"]
        await our.say("ana", "/pln roundup fri 16:30")
        assert await roundups_until(our, 3) == []


async def test_a_round_up_that_is_ended_when_it_is_due_does_not_come() -> None:
    async with school() as our:
        await a_week(our, "wed 15:30")
        due_at = HALF_PAST_SEVEN + DAY + 8 * HOUR
        await our.at(due_at - MINUTE)
        our.clock.set(due_at)
        await type_and_work_off(our, "/pln roundup off")
        while await compose(our.parts):
            pass
        assert await notes(our, SlotKind.ROUNDUP) == [(SlotState.SKIPPED, "there is no round-up any more")]


async def test_a_round_up_of_a_sunday_evening_comes_on_monday_after_a_night_without_power() -> None:
    async with school() as our:
        await a_week(our, "sun 18:00")
        await our.at(MONDAY - 18 * HOUR)
        await our.at(MONDAY - HOUR)
        assert any("The week in the library" in each.text for each in our.chat.messages)


async def test_the_weeks_around_new_year_have_one_round_up_each() -> None:
    async with school() as our:
        digest = await a_week(our, "fri 15:30")
        our.clock.set(HALF_PAST_SEVEN.replace(month=12, day=28))
        await our.at(our.clock.now())
        came = []
        for week in range(2):
            await our.press("ben" if week else "cleo", digest.id, "Save item 1")
            came += await roundups_until(our, 7)
        assert came == ["Fri 01 15:30", "Fri 08 15:30"]


# -------------------------------------------------------------------------------------------------- the file read anew


async def test_what_people_did_outlasts_the_file_and_the_file_decides_the_rest() -> None:
    async with school() as our:
        await our.configure()
        await our.say("ana", "/pln pause until 4 December")
        async with our.store.transaction() as tx:
            known = await channel_of(our)
            await tx.channels.put(replace(known, taste_since=EVENING_BEFORE, roundup=parse_weekly_time("fri 15:00")))
        await our.configure()
        channel = await channel_of(our)
        assert channel.paused_until is not None
        assert channel.taste_since == EVENING_BEFORE
        assert channel.roundup != WeeklyTime(4, parse_weekly_time("fri 15:00").at)
