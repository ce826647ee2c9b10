"""What a source that refuses or fails costs in requests and in messages, over whole days."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, time, timedelta
from random import Random

import pytest

from bot.app import Engine, reconcile
from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topics
from bot.errors import OutOfCredit, Rejected, StaffroomError, Throttled, Unauthorised, Unavailable, Uncertain
from bot.ports import Allowance, Batch, Query, Reach, Want
from bot.services.breakers import Breakers
from tests.fakes.clock import FakeClock
from tests.fakes.source import FakeSource
from tests.rigs.school import (
    EVENING_BEFORE,
    HALF_PAST_SEVEN,
    PRICES,
    STAFF,
    WORKSPACE,
    NoTicker,
    School,
    school,
)

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FOR_EVER = 100_000
REFUSALS = [
    OutOfCredit("The X account has no credits left."),
    OutOfCredit("The spending limit of the X account is reached."),
    OutOfCredit("The X account has read as many posts as its plan allows."),
    Unauthorised("X does not accept the bearer token."),
    Unauthorised("X knows the token but does not let its app read posts."),
]
TROUBLES = [Unavailable("X cannot be read now."), Uncertain("The connection to X was cut.")]


async def three_channels(our: School) -> None:
    """One after the other in the morning, each with topics of its own and a shared one."""
    channels = [
        (Channel(ChannelKey(WORKSPACE, name), name, Schedule("UTC", at=at), origin=Origin.CONFIG), topics)
        for name, at, topics in (
            ("early", time(6, 45), "#edchat #scichat"),
            (STAFF.channel, time(7, 30), "#edchat #mathchat"),
            ("late", time(8, 20), "#edchat #artchat"),
        )
    ]
    async with our.store.transaction() as tx:
        parsed = [(channel, parse_topics(topics, account_source="x")) for channel, topics in channels]
        await reconcile(tx, our.parts, parsed)


async def live_through(our: School, first: datetime, last: datetime, step: timedelta = 5 * MINUTE) -> None:
    moment = first
    while moment <= last:
        await our.at(moment)
        moment += step


@pytest.mark.parametrize("problem", REFUSALS, ids=str)
async def test_a_refusal_is_said_once_and_asked_about_a_few_times_a_day(problem: StaffroomError) -> None:
    async with school() as our:
        await three_channels(our)
        await our.plan()
        our.x.fail_next(problem, times=FOR_EVER)
        await live_through(our, HALF_PAST_SEVEN - 2 * HOUR, HALF_PAST_SEVEN + 22 * HOUR)
        assert 5 <= our.x.requests <= 9
        (told,) = our.told_to_the_office()
        assert str(problem) in told


async def test_after_somebody_paid_it_is_read_again_by_itself_and_said_once() -> None:
    async with school() as our:
        await three_channels(our)
        await our.plan()
        our.x.fail_next(REFUSALS[0], times=FOR_EVER)
        await live_through(our, HALF_PAST_SEVEN - HOUR, HALF_PAST_SEVEN + 5 * HOUR)
        our.x.failures.clear()
        await live_through(our, HALF_PAST_SEVEN + 5 * HOUR, HALF_PAST_SEVEN + 12 * HOUR)
        assert [text.count("X can be read again.") for text in our.told_to_the_office()] == [0, 1]
        our.clock.set(HALF_PAST_SEVEN + DAY - HOUR)
        our.write("Here again, and worth reading for everybody")
        await live_through(our, HALF_PAST_SEVEN + DAY - 10 * MINUTE, HALF_PAST_SEVEN + DAY)
        assert "Here again, and worth reading" in our.digests()[-1].text
        assert "in part" not in our.digests()[-1].text
        assert len(our.told_to_the_office()) == 2


async def test_a_digest_that_is_due_asks_again_after_an_hour_and_not_before() -> None:
    async with school() as our:
        await three_channels(our)
        await our.plan()
        our.x.fail_next(REFUSALS[0])
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("Paid for between the first digest and the last", hashtags=("artchat",))
        await live_through(our, HALF_PAST_SEVEN - 50 * MINUTE, HALF_PAST_SEVEN)
        assert our.x.requests == 1
        await our.at(HALF_PAST_SEVEN + 50 * MINUTE)
        assert any("Paid for between" in each.text for each in our.chat.shown(ChannelKey(WORKSPACE, "late")))


@pytest.mark.parametrize("problem", TROUBLES, ids=str)
async def test_an_outage_of_a_day_is_no_storm_of_requests_and_is_said_once(problem: StaffroomError) -> None:
    async with school() as our:
        await three_channels(our)
        await our.plan()
        our.x.fail_next(problem, times=FOR_EVER)
        await live_through(our, HALF_PAST_SEVEN - HOUR, HALF_PAST_SEVEN + 22 * HOUR, MINUTE)
        assert 12 <= our.x.requests <= 40
        assert ["could not be read in time" in text for text in our.told_to_the_office()] == [True]
        our.x.failures.clear()
        await live_through(our, HALF_PAST_SEVEN + DAY - 10 * MINUTE, HALF_PAST_SEVEN + DAY + HOUR)
        assert ["Posts can be read again" in text for text in our.told_to_the_office()] == [False, True]


async def test_the_end_of_a_throttle_is_waited_for_however_often_the_handle_turns() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("Worth waiting for, said the patient teacher")
        our.x.fail_next(Throttled("Too many requests.", HALF_PAST_SEVEN + 3 * MINUTE))
        await live_through(our, HALF_PAST_SEVEN - 5 * MINUTE, HALF_PAST_SEVEN + 2 * MINUTE, timedelta(seconds=10))
        assert our.x.requests == 1
        await our.at(HALF_PAST_SEVEN + 3 * MINUTE)
        assert "Worth waiting for" in our.digests()[0].text
        assert our.told_to_the_office() == []


async def test_a_new_start_finds_a_refusal_out_anew_by_one_request_and_tells_nobody_twice() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.fail_next(REFUSALS[0], times=FOR_EVER)
        await our.at(HALF_PAST_SEVEN)
        our.parts.breakers.worked("x")
        our.engine = Engine(our.parts, NoTicker())
        before = our.x.requests
        await live_through(our, HALF_PAST_SEVEN + DAY - 5 * MINUTE, HALF_PAST_SEVEN + DAY)
        assert our.x.requests == before + 1
        assert len(our.told_to_the_office()) == 1


async def test_what_one_query_is_refused_for_does_not_keep_the_others_from_being_read() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("A post of the topic that is understood", hashtags=("mathchat",))
        await our.at(HALF_PAST_SEVEN - 6 * MINUTE)
        our.x.counted.clear()
        our.x.reach = type(our.x.reach)(counts=False)
        our.x.fail_next(Rejected("X refused the search as not valid."))
        await our.at(HALF_PAST_SEVEN - 5 * MINUTE)
        await our.at(HALF_PAST_SEVEN)
        assert "A post of the topic that is understood" in our.digests()[0].text
        assert "Read in part today" in our.digests()[0].text
        assert "refused the search" in our.told_to_the_office()[0]


class PackingSource(FakeSource):
    """Asks for everything in one search, and understands no search with #badtag."""

    def queries(self, wants: Sequence[Want]) -> Sequence[Query]:
        return [Query("all", tuple(wants), sum(want.limit for want in wants))] if wants else []

    async def read(self, wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
        if any(want.topic.key == "badtag" for want in wants):
            self.fail_next(Rejected("X refused the search as not valid."))
        async for batch in super().read(wants, allowance):
            yield batch


async def test_a_topic_that_a_source_cannot_make_anything_of_keeps_none_beside_it_from_being_read() -> None:
    clock = FakeClock(EVENING_BEFORE)
    x = PackingSource(clock, prices=PRICES)
    x.reach = Reach(counts=False)
    async with school(clock=clock, sources={"x": x}) as our:
        our.x = x
        tags = " ".join(f"#tag{letter}" for letter in "abcdefg")
        await our.configure(f"{tags} #badtag #edchat")
        await our.plan()
        our.write("A post of a topic that is understood")
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            topics = [each.topic for each in await tx.topics.followed(STAFF)]
            fresh = await tx.coverage.freshness("x", topics)
        assert [each.topic.key for each in fresh if each.read_until is None] == ["badtag"]
        assert x.requests < 3 * len(topics)
        assert len(our.told_to_the_office()) == 1


async def test_a_digest_of_what_was_read_before_says_so() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Read on the day before, when everything was well")
        our.clock.set(HALF_PAST_SEVEN)
        our.x.fail_next(REFUSALS[0])
        async with our.store.transaction() as tx:
            await tx.posts.add(
                our.x.posts, {our.x.posts[0].key: parse_topics("#edchat", account_source="x")}, our.clock.now()
            )
        await our.at(HALF_PAST_SEVEN)
        assert "X could not be read, so these posts were read before." in our.digests()[0].text


async def test_status_says_what_keeps_the_source_from_being_read() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.fail_next(REFUSALS[0])
        await our.at(HALF_PAST_SEVEN)
        said = await our.say("ana", "/pln status")
        assert "X cannot be read now: The X account has no credits left. It is asked again in 1 hour." in said


def test_pauses_grow_differ_a_little_and_are_forgotten() -> None:
    breakers, now, random = Breakers(), HALF_PAST_SEVEN, Random(4)
    pauses = []
    for _ in range(12):
        breakers.failed("x", TROUBLES[0], now, random)
        trouble = breakers.trouble("x", now)
        assert trouble
        pauses.append(trouble.until - now)
        now = trouble.until
    assert timedelta(seconds=30) <= pauses[0] <= timedelta(seconds=38)
    assert all(timedelta(minutes=2) <= each <= timedelta(minutes=2.5) for each in pauses[3:8])
    assert all(timedelta(minutes=10) <= each <= timedelta(minutes=12.5) for each in pauses[8:])
    assert len(set(pauses)) == len(pauses)
    breakers.failed("x", TROUBLES[0], now + HOUR, random)
    trouble = breakers.trouble("x", now + HOUR)
    assert trouble
    assert trouble.failures == 1


def test_a_source_is_not_left_alone_for_ever_because_the_clock_was_set_back() -> None:
    breakers, now = Breakers(), HALF_PAST_SEVEN
    for problem in (REFUSALS[0], TROUBLES[0]):
        breakers.failed("x", problem, now + DAY, Random(4))
        assert breakers.is_open("x", now + DAY)
        assert not breakers.is_open("x", now)
        assert not breakers.keeps_from_digests("x", now)
