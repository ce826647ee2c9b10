"""A department that lives for weeks on a loopback X: random hashtags, people, faults and days, the same for the same
seed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.database.inbox import StoreInbox
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.app import Engine, reconcile
from bot.domain.budget import Caps
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.people import Standing
from bot.domain.schedule import Schedule, SlotKind
from bot.domain.topic import parse_topics
from bot.ports import Store, Transaction
from bot.services.breakers import Breakers
from bot.services.digest.selection import select
from bot.services.parts import Parts
from tests.fakes.chat import EVERYTHING, FakeChat
from tests.fakes.clock import FakeClock
from tests.rigs.school import NoTicker
from tests.rigs.x_server import TOKEN, XServer
from tests.rigs.x_server_faults import FAULTS
from tests.soak.life_at_x import TAGS, world

WORKSPACE = "fake:school"
OFFICE = ChannelKey(WORKSPACE, "office")
HEAD = "head"
MONDAY = datetime(2026, 9, 7, 0, 0, tzinfo=UTC)
BEFORE_WINTER = datetime(2026, 10, 19, 0, 0, tzinfo=UTC)
"""The Monday before clocks are set back in Europe; in America that is a week later, at the end of the month."""
BEFORE_NEW_YEAR = datetime(2026, 12, 28, 0, 0, tzinfo=UTC)
MOST_SECONDS_WRONG = 45
HOURS = (5, 7, 8, 9, 12, 16, 22)
"""When somebody looks after the engine in a day; between them it stands still."""
BAD_LUCK = (*sorted(FAULTS.keys() - {"bad_request"}), "dropped", "dropped_after")
DIGESTS = (SlotKind.MORNING, SlotKind.NOW, SlotKind.AT_ONCE)


@dataclass
class Department:
    """`turn` lets everything that is due happen at that moment, in each of its processes at the same time, and
    remembers what it broke."""

    clock: FakeClock
    server: XServer
    store: Store
    engines: Sequence[Engine]
    parts: Parts
    channels: Sequence[ChannelKey]
    broken: list[str] = field(default_factory=list)

    async def turn(self, moment: datetime, *, sweeps: bool = False) -> None:
        self.clock.set(moment)
        with capture_logs() as log:
            await asyncio.gather(*(_turn(engine, sweeps=sweeps) for engine in self.engines))
        self.broken += [f"{moment:%d %b %H:%M} {line}" for line in map(str, _errors(log))]
        await self._look_at_the_money()

    async def _look_at_the_money(self) -> None:
        now = self.clock.now()
        async with self.store.reading() as tx:
            today, this_month = await tx.ledger.spent(now.date())
            purposes = {each: await tx.ledger.spent_for(each, now.date()) for each in self.parts.caps.of_purpose}
        caps = self.parts.caps
        month = sum(self.server.bill.of(day) for day in _days_of_month(now.date()))
        told = f"{now:%d %b %H:%M}: {today} and {this_month} in the ledger, {self.server.bill.of(now.date())} at X"
        if self.server.bill.of(now.date()) > today or month > this_month:
            self.broken.append(f"{told}: the ledger says less than X")
        if (caps.daily is not None and today > caps.daily) or (caps.monthly is not None and this_month > caps.monthly):
            self.broken.append(f"{told}: a cap was passed")
        if over := [each for each, spent in purposes.items() if spent.today > caps.of_purpose[each]]:
            self.broken.append(f"{told}: a cap was passed for {over}")

    async def unconsidered(self) -> list[str]:
        """What was read of a channel's topics, and the choice did not look at."""
        missed = []
        async with self.store.reading() as tx:
            for channel in self.channels:
                known = await tx.channels.get(channel)
                assert known
                selection = await select(tx, self.parts, known)
                fates = {fate.post for fate in selection.choice.fates}
                stored = await tx.posts.candidates(channel, known.sources, selection.span)
                missed += [each.post.key.id for each in stored if each.post.key not in fates]
        return missed

    async def doubled(self) -> list[str]:
        """What was said twice, or shown twice in one channel."""
        sent = Counter(each.delivery for each in self.chat.messages)
        twice = [f"{times} times: {delivery}" for delivery, times in sent.items() if times > 1]
        async with self.store.reading() as tx:
            for channel in self.channels:
                shown = Counter([post for kind in DIGESTS for post in await _shown(tx, channel, kind)])
                twice += [f"{times} times in {channel.channel}: {post}" for post, times in shown.items() if times > 1]
        return twice

    async def unanswered(self) -> bool:
        """Whether somebody waits still for what they sent for, long after."""
        async with self.store.transaction() as tx:
            later = self.clock.now() + timedelta(hours=1)
            return await tx.errands.claim("nobody", later, timedelta(minutes=1)) is not None

    def digests(self) -> list[str]:
        return [each.text for each in self.chat.messages if "posts from" in each.text or "post from" in each.text]

    def cards(self) -> list[str]:
        return [each.text for each in self.chat.messages if "shown at once" in each.text]

    @property
    def chat(self) -> FakeChat:
        found = self.parts.chats["fake"]
        assert isinstance(found, FakeChat)
        return found


async def _turn(engine: Engine, *, sweeps: bool) -> None:
    await engine.turn_morning()
    await engine.turn_answers()
    if sweeps:
        await engine.turn_sweep()
        await engine.turn_comparison()
        await engine.turn_answers()


async def _shown(tx: Transaction, channel: ChannelKey, kind: SlotKind) -> list[str]:
    slots = await tx.slots.latest(channel, kind, 1_000)
    digests = [await tx.digests.get(channel.workspace, slot.id) for slot in slots]
    return [item.post.id for digest in digests if digest for item in digest.items]


def _errors(log: Sequence[Any]) -> list[Any]:
    return [line for line in log if line.get("log_level") in {"error", "critical"} or line.get("exc_info")]


def _days_of_month(last: date) -> list[date]:
    return [last.replace(day=number) for number in range(1, last.day + 1)]


@dataclass(frozen=True)
class ItsOwnClock:
    """X's, which is never quite that of a school."""

    ours: FakeClock
    ahead: timedelta

    def now(self) -> datetime:
        return self.ours.now() + self.ahead


@asynccontextmanager
async def department(
    stores: Sequence[Store], clock: FakeClock, random: Random, caps: Caps, days: int, *, start: datetime = MONDAY
) -> AsyncIterator[Department]:
    """Its hashtags bring from none to dozens of posts a day, for so many days from then on. Each store is that of a
    process of its own."""
    clock.set(start)
    async with AsyncExitStack() as stack:
        ahead = timedelta(seconds=random.randint(-MOST_SECONDS_WRONG, MOST_SECONDS_WRONG))
        server = await stack.enter_async_context(XServer(ItsOwnClock(clock, ahead)))
        server.world.add_page(world(random, start, days))
        server.world.half_life = random.choice((None, timedelta(hours=6)))
        inbox = StoreInbox(stores[0], clock)
        chat = FakeChat(inbox, abilities=EVERYTHING, workspace=WORKSPACE, clock=clock)
        chat.standings[HEAD] = Standing.ADMIN
        await stack.enter_async_context(chat)
        section = XSection(bearer_token=SecretStr(TOKEN), base_url=server.url, oembed_url=f"{server.url}/oembed")
        source = await stack.enter_async_context(XSource(section, clock))
        parts = Parts(stores[0], clock, "worker", {"x": source}, {"fake": chat}, caps, Random(1), admin=OFFICE)
        channels = _channels(random)
        async with stores[0].transaction() as tx:
            await reconcile(tx, parts, channels)
        every = [
            replace(parts, store=store, worker=f"worker-{number}", breakers=Breakers())
            for number, store in enumerate(stores)
        ]
        keys = [channel.key for channel, _topics in channels]
        engines = [Engine(each, NoTicker()) for each in every]
        yield Department(clock, server, stores[0], engines, every[0], keys)


def _channels(random: Random) -> list[Any]:
    return [
        (
            Channel(
                ChannelKey(WORKSPACE, f"channel{number}"),
                f"Channel {number}",
                Schedule(random.choice(("UTC", "Europe/London", "America/New_York"))),
                size=random.randint(1, 8),
                share=random.choice((None, None, 0.3)),
            ),
            parse_topics(" ".join(f"#{tag}" for tag in random.sample(TAGS, random.randint(1, 5))), account_source="x"),
        )
        for number in range(random.randint(1, 4))
    ]
