"""What the tests of X share: a source on a loopback X, and invented posts."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from adapters.x.section import XSection
from adapters.x.session import TIMEOUT
from adapters.x.source import XSource
from bot.domain.budget import Prices, dollars
from bot.domain.coverage import Span
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.topic import parse_topic
from bot.ports import Batch, Want
from tests.fakes.allowance import FakeAllowance
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.x_server import TOKEN, XServer

Json = dict[str, Any]

PRICES = Prices(dollars("0.005"), dollars("0.010"), dollars("0.005"))
LAST_DAYS = Span(TUESDAY - timedelta(days=3), TUESDAY)


def post(post_id: int, text: str, at: datetime = TUESDAY - timedelta(hours=1), **more: Any) -> Json:
    tags = [word[1:] for word in text.split() if word.startswith("#")]
    return {
        "id": str(post_id),
        "text": text,
        "author_id": "501",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "edit_history_tweet_ids": [str(post_id)],
        "entities": {"hashtags": [{"start": 0, "end": 1, "tag": tag} for tag in tags]},
        **more,
    }


def user(user_id: int, handle: str, name: str) -> Json:
    return {"id": str(user_id), "username": handle, "name": name}


def want(
    topic: str, span: Span = LAST_DAYS, limit: int = 100, account_id: str = "", asked_for: Filter = EVERYTHING
) -> Want:
    return Want(parse_topic(topic, account_source="x"), span, limit, account_id, asked_for)


@dataclass
class AtX:
    """A source connected to a loopback X, on one clock."""

    source: XSource
    server: XServer
    clock: FakeClock
    allowance: FakeAllowance

    async def read(self, *wants: Want) -> list[Batch]:
        batches = []
        async for batch in self.source.read(wants, self.allowance):
            batches.append(batch)
            assert batch.receipt
            await self.allowance.settle(batch.receipt)
        return batches

    def queries(self) -> list[dict[str, str]]:
        return [seen.query for seen in self.server.seen_at("/2/tweets/search/recent")]


@asynccontextmanager
async def at_x(
    *pages: Json,
    token: str | None = TOKEN,
    embeds: bool = False,
    patience: aiohttp.ClientTimeout = TIMEOUT,
    ahead: timedelta | None = None,
) -> AsyncIterator[AtX]:
    """`ahead` is how far our clock is ahead of X's; then X's stands still."""
    clock = FakeClock()
    async with XServer(clock if ahead is None else FakeClock(clock.now() - ahead)) as server:
        for page in pages:
            server.world.add_page(page)
        section = XSection(
            bearer_token=SecretStr(token) if token else None,
            base_url=server.url,
            oembed_url=f"{server.url}/oembed" if embeds else "",
        )
        async with XSource(section, clock, timeout=patience) as source:
            yield AtX(source, server, clock, FakeAllowance(prices=PRICES))


def page(posts: Sequence[Json], **includes: Sequence[Json]) -> Json:
    return {"data": list(posts), "includes": {name: list(each) for name, each in includes.items()}}
