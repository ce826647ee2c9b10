"""What following costs and what X counted itself, through the whole engine and the real client, on a loopback X."""

from datetime import timedelta

import pytest

from bot.domain.budget import dollars
from bot.domain.people import Standing
from tests.adapters.test_x_just_in_time import TEN, lesson, school_at_x
from tests.rigs.school import STAFF

FOLLOW = "/pln follow #edchat #latin"


async def test_following_is_one_count_for_each_topic_and_a_sentence() -> None:
    async with school_at_x(*(lesson(number) for number in range(1, 36))) as (our, x):
        await our.engine.installed()
        heard = await our.hear("ana", our.chat.command("ana", STAFF, FOLLOW))
        assert "Posts a day: #edchat about 5 and #latin less than 1. Following them adds about $" in heard
        assert len(x.server.seen_at("/2/tweets/counts/recent")) == 2
        assert x.server.bill.total == dollars("0.01")
        assert x.server.refused == []


@pytest.mark.parametrize(
    "fault", ["credits_depleted", "not_enrolled", "html_503", "html_200", "dropped", "too_many", "usage_capped"]
)
async def test_whatever_x_answers_the_topics_are_followed(fault: str) -> None:
    async with school_at_x() as (our, x):
        await our.engine.installed()
        our.chat.standings["head"] = Standing.ADMIN
        x.server.fail_next(fault, 9, "/2/tweets/counts/recent")
        heard = await our.hear("head", our.chat.command("head", STAFF, FOLLOW))
        assert "This channel now follows #edchat and #latin." in heard
        assert "Not known yet: #edchat and #latin. Following them adds about $" in heard


async def test_xs_own_count_of_a_day_agrees_with_the_ledger() -> None:
    async with school_at_x(*(lesson(number) for number in range(1, 31))) as (our, x):
        await our.store.installed_at()
        x.clock.advance(timedelta(days=1))
        await our.hear("ana", our.chat.command("ana", STAFF, "/pln search plates"))
        x.clock.set(TEN + timedelta(days=2))
        await our.engine.turn_comparison()
        await our.settle()
        assert [each for each in our.told_to_the_office() if "counted" in each] == []
        assert len(x.server.seen_at("/2/usage/tweets")) == 1
        await our.engine.turn_comparison()
        assert len(x.server.seen_at("/2/usage/tweets")) == 1


async def test_posts_that_somebody_else_reads_with_the_same_token_are_noticed() -> None:
    async with school_at_x(*(lesson(number) for number in range(1, 31))) as (our, x):
        await our.store.installed_at()
        x.clock.advance(timedelta(days=1))
        x.server.bill.charge(x.clock.now().date(), posts=[str(number) for number in range(100, 300)])
        x.clock.set(TEN + timedelta(days=2))
        await our.engine.turn_comparison()
        await our.settle()
        (problem,) = [each for each in our.told_to_the_office() if "counted" in each]
        assert "X counted 200 posts on" in problem
        assert "Staffroom 0." in problem
