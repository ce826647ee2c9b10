"""Sweeping over the real tweepy at a loopback X: each way to find out, on each database, and every fault."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.domain.keys import PostKey
from bot.domain.removal import Removal
from bot.ports import Store
from tests.fakes.clock import FakeClock
from tests.flow.test_collect_x import FOR_EVER, NEEDS_SOMEBODY, PASSES
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, School, school
from tests.rigs.x_parts import page, post, user
from tests.rigs.x_server import JOBS, TOKEN, XServer

WORDS = [
    "shadows at noon",
    "letters to the mayor",
    "seeds in cotton wool",
    "the longest division",
    "maps of our street",
]
PEOPLE = ["Ada", "Ben", "Cleo", "Dev", "Efua"]
WAYS = {"compliance job": 0, "embed": 1, "look-up": 2}
"""How many of the ways are closed before it is that one's turn."""


@dataclass
class AtX:
    our: School
    server: XServer
    text: str = ""

    async def later(self, after: timedelta) -> None:
        self.our.clock.set(self.our.clock.now() + after)
        await self.our.engine.turn_sweep()
        await self.our.engine.turn_answers()
        (digest,) = self.our.digests()
        self.text = digest.text

    async def removals(self) -> list[Removal]:
        async with self.our.store.reading() as tx:
            return await tx.removals.since(EVENING_BEFORE)

    async def kept(self) -> set[str]:
        keys = [PostKey("x", str(1_000 + number)) for number in range(len(WORDS))]
        async with self.our.store.reading() as tx:
            return {key.id for key in await tx.posts.get(keys)}


@asynccontextmanager
async def digest_at_x(clock: FakeClock, store: Store | None = None, closed: int = 0) -> AsyncIterator[AtX]:
    """This morning's digest of five posts by five people. So many of the ways to ask after them are closed."""
    clock.set(EVENING_BEFORE)
    async with XServer(clock) as server:
        at = HALF_PAST_SEVEN - timedelta(hours=2)
        counts = {"public_metrics": {"like_count": 30, "retweet_count": 3, "reply_count": 1, "quote_count": 0}}
        posts = [
            post(
                1_000 + n, f"What my class made of {words}, a lesson idea #edchat", at, author_id=str(501 + n), **counts
            )
            for n, words in enumerate(WORDS)
        ]
        people = [user(501 + n, f"{name}Teaches", f"{name} Okafor") for n, name in enumerate(PEOPLE)]
        server.world.add_page(page(posts, users=people))
        embeds = f"{server.url}/oembed" if closed < WAYS["look-up"] else ""
        section = XSection(bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url=embeds)
        if closed:
            server.fail_next("not_enrolled", FOR_EVER, JOBS)
        async with (
            XSource(section, clock, timeout=aiohttp.ClientTimeout(total=30)) as x,
            school(clock=clock, store=store, sources={"x": x}) as our,
        ):
            await our.configure("#edchat")
            await our.plan()
            await our.at(HALF_PAST_SEVEN)
            yield AtX(our, server)


@pytest.mark.parametrize("way", WAYS)
async def test_each_way_finds_out_what_vanished(store: Store, clock: FakeClock, way: str) -> None:
    async with digest_at_x(clock, store, WAYS[way]) as x:
        await x.later(timedelta(0))
        assert all(name in x.text for name in PEOPLE), x.text
        x.server.world.delete("1000")
        x.server.world.close("502", "protected")
        await x.later(timedelta(hours=20))
        assert x.text.count("no longer available") == 2
        assert "Ada" not in x.text
        assert "Ben" not in x.text
        await x.later(timedelta(hours=4))
        assert await x.kept() == {"1002", "1003", "1004"}
        found = {(each.post.id, each.cause.value, each.how) for each in await x.removals()}
        how = "compliance job" if way == "compliance job" else "look-up"
        assert found == {("1000", "gone", how), ("1001", "protected", how)}
        assert x.server.refused == []


async def test_an_edited_or_withheld_post_is_found_by_a_look_up(clock: FakeClock) -> None:
    async with digest_at_x(clock, closed=WAYS["look-up"]) as x:
        x.server.world.edit("1000", "What my class made of shadows at dusk, a lesson idea #edchat")
        x.server.world.withhold("1001", "GB")
        await x.later(timedelta(hours=20))
        assert "shadows at dusk" in x.text
        assert "shadows at noon" not in x.text
        assert x.text.count("no longer available") == 1
        assert {(each.post.id, each.cause.value) for each in await x.removals()} == {
            ("1000", "edited"),
            ("1001", "withheld"),
        }


async def test_a_job_that_takes_its_time_is_picked_up_later(clock: FakeClock) -> None:
    async with digest_at_x(clock) as x:
        x.server.jobs.takes = timedelta(minutes=20)
        x.server.world.delete("1000")
        await x.later(timedelta(hours=20))
        assert "no longer available" not in x.text
        for _ in range(6):
            await x.later(timedelta(minutes=10))
        assert x.text.count("no longer available") == 1
        assert len([each for each in x.server.seen_at(JOBS) if each.method == "POST"]) == 1


@pytest.mark.parametrize("fault", [*NEEDS_SOMEBODY, *PASSES])
async def test_no_fault_of_x_takes_a_post_away(clock: FakeClock, fault: str) -> None:
    async with digest_at_x(clock, closed=WAYS["look-up"]) as x:
        before = x.our.digests()[0].text
        x.server.fail_next(fault, FOR_EVER)
        for _ in range(6):
            await x.later(timedelta(hours=20))
        assert x.text == before
        assert await x.removals() == []
        x.server.fail_no_more()
        x.server.world.delete("1000")
        await x.later(timedelta(hours=20))
        assert x.text.count("no longer available") == 1
        assert "Traceback" not in "\n".join(x.our.told_to_the_office())
