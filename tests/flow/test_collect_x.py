"""Collecting over the real tweepy from a loopback X: what each fault costs over a day, and how it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.database.store import open_store
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.domain.budget import dollars
from bot.ports import Store
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, School, school
from tests.rigs.x_parts import page, post, user
from tests.rigs.x_server import TOKEN, XServer

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FOR_EVER = 100_000
PATIENCE, HARDLY_ANY = aiohttp.ClientTimeout(total=30), aiohttp.ClientTimeout(total=0.3)
TEXTS = [
    "What my class made of shadows at noon and a broom handle #edchat",
    "Letters to the mayor about the crossing, and the answer that came #edchat",
    "Seeds in cotton wool, measured every morning for three weeks #mathchat",
    "The longest division anybody has ever finished in my room #mathchat",
]
NEEDS_SOMEBODY = {
    "unauthorised": "does not accept the bearer token",
    "credits_depleted": "has no credits left",
    "credits_depleted_old": "has no credits left",
    "spending_limit": "spending limit of the X account is reached",
    "not_enrolled": "does not let its app read posts",
    "forbidden_client": "does not let its app read posts",
    "usage_capped": "has read as many posts as its plan allows",
    "usage_capped_today": "has read as many posts as its plan allows",
}
PASSES = ["html_503", "json_500", "empty_502", "html_200", "broken_json", "dropped", "too_many", "too_many_code_88",
          "too_many_without_reset", "empty_404", "html_403"]  # fmt: skip


@dataclass
class AtX:
    our: School
    server: XServer

    async def live_through(self, first: datetime, last: datetime, step: timedelta) -> None:
        moment = first
        while moment <= last:
            await self.our.at(moment)
            moment += step

    async def ledger_and_bill(self) -> tuple[int, int]:
        async with self.our.store.reading() as tx:
            _, month = await tx.ledger.spent(self.our.clock.now().date())
        return month, self.server.bill.total


@asynccontextmanager
async def at_x(
    clock: FakeClock | None = None, store: Store | None = None, patience: aiohttp.ClientTimeout = PATIENCE
) -> AsyncIterator[AtX]:
    """A staff channel that reads a loopback X, in which on some days somebody writes the same four posts anew."""
    clock = clock or FakeClock(EVENING_BEFORE)
    async with XServer(clock) as server:
        for day in (0, 1, 2, 20):
            at = HALF_PAST_SEVEN + day * DAY - 2 * HOUR
            posts = [post(1000 * day + n, f"{text} {day}", at) for n, text in enumerate(TEXTS)]
            server.world.add_page(page(posts, users=[user(501, "AdaTeaches", "Ada Okafor")]))
        section = XSection(bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url="")
        async with (
            XSource(section, clock, timeout=patience) as x,
            school(clock=clock, store=store, sources={"x": x}) as our,
        ):
            await our.configure("#edchat #mathchat")
            await our.plan()
            yield AtX(our, server)


async def test_a_morning_brings_a_digest_and_the_ledger_is_never_below_the_bill() -> None:
    async with at_x() as x:
        await x.our.at(HALF_PAST_SEVEN)
        await x.our.at(HALF_PAST_SEVEN + DAY)
        assert len(x.our.digests()) == 2
        ledger, bill = await x.ledger_and_bill()
        assert ledger >= bill > 0
        assert x.server.refused == []


async def test_on_a_real_database_weeks_without_a_run_are_named_and_the_ledger_holds(
    database: str, clock: FakeClock
) -> None:
    clock.set(EVENING_BEFORE)
    async with open_store(database, clock) as store, at_x(clock, store) as x:
        await x.our.at(HALF_PAST_SEVEN)
        await x.our.at(HALF_PAST_SEVEN + 20 * DAY)
        assert "Nothing could be read between 24 November and 7 December." in x.our.digests()[-1].text
        assert "Nothing could be read between" in await x.our.say("ana", "/pln status")
        ledger, bill = await x.ledger_and_bill()
        assert ledger >= bill - dollars("0.05") > 0
        assert x.server.refused == []


@pytest.mark.parametrize("fault", NEEDS_SOMEBODY)
async def test_what_needs_somebody_is_said_once_and_probed_seldom_and_it_goes_on_by_itself(fault: str) -> None:
    async with at_x() as x:
        x.server.fail_next(fault, times=FOR_EVER)
        await x.live_through(HALF_PAST_SEVEN - 10 * MINUTE, HALF_PAST_SEVEN + 22 * HOUR, 10 * MINUTE)
        assert len(x.server.seen) <= 9
        (told,) = x.our.told_to_the_office()
        assert NEEDS_SOMEBODY[fault] in told
        await _is_over(x)
        assert "can be read again" in x.our.told_to_the_office()[-1]


@pytest.mark.parametrize("fault", PASSES)
async def test_what_passes_is_waited_for_without_a_storm_and_it_goes_on_by_itself(fault: str) -> None:
    async with at_x() as x:
        x.server.fail_next(fault, times=FOR_EVER)
        await x.live_through(HALF_PAST_SEVEN - 10 * MINUTE, HALF_PAST_SEVEN + HOUR, MINUTE)
        await x.live_through(HALF_PAST_SEVEN + HOUR, HALF_PAST_SEVEN + 22 * HOUR, 30 * MINUTE)
        assert 1 <= len(x.server.seen) <= 20
        assert len(x.our.told_to_the_office()) <= 2
        await _is_over(x)


async def _is_over(x: AtX) -> None:
    """The next morning brings what was missed, too."""
    x.server.fail_no_more()
    await x.live_through(HALF_PAST_SEVEN + DAY - 10 * MINUTE, HALF_PAST_SEVEN + DAY, 5 * MINUTE)
    assert "in part" not in x.our.digests()[-1].text
    assert "shadows at noon" in x.our.digests()[-1].text
    ledger, bill = await x.ledger_and_bill()
    assert ledger >= bill


@pytest.mark.parametrize("fault", ["dropped_after", "slow"])
async def test_an_answer_that_never_comes_is_counted_at_its_worst(fault: str) -> None:
    async with at_x(patience=HARDLY_ANY if fault == "slow" else PATIENCE) as x:
        x.server.fail_next(fault)
        await x.live_through(HALF_PAST_SEVEN - 5 * MINUTE, HALF_PAST_SEVEN, MINUTE)
        assert len(x.our.digests()) == 1
        ledger, bill = await x.ledger_and_bill()
        assert ledger >= bill
