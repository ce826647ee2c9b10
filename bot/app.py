"""The running engine: two loops that turn the flow, woken by a ticker and by what happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Self

import structlog

from bot.domain.channel import Channel, NewSlot, Origin
from bot.domain.check import Check, Health
from bot.domain.keys import ChannelKey
from bot.domain.schedule import SlotKind
from bot.domain.topic import Topic
from bot.errors import LeaseLost, StoreError
from bot.flow.catch_up import catch_up
from bot.flow.collect import Collector
from bot.flow.compose import compose
from bot.flow.deliver import deliver, seed
from bot.flow.learn import learn
from bot.flow.plan import plan
from bot.ports import Ticker, Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts

TICK = timedelta(seconds=10)
SECONDS_TO_FINISH = 10
SILENT_FOR_TOO_LONG = timedelta(seconds=90)
FIRST = "first"

log = structlog.get_logger(__name__)


class Engine:
    """Turns the flow while it is entered. A tick or a wake-up is a hint; what is due stands in the store."""

    def __init__(self, parts: Parts, ticker: Ticker) -> None:
        self._parts = parts
        self._ticker = ticker
        self._collector = Collector(parts)
        self._mornings = asyncio.Event()
        self._answers = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._last_tick: datetime | None = None
        self._caught_up = False
        self._stopping = False

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._turn(self._mornings, self.turn_morning), name="mornings"),
            asyncio.create_task(self._turn(self._answers, self.turn_answers), name="answers"),
        ]
        self._ticker.start(TICK / self._parts.clock.speed, self._tick)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Lets what is under way come to its end, for a while: nobody knows the fate of a send that is cut off."""
        self._ticker.stop()
        self._stopping = True
        self._mornings.set()
        self._answers.set()
        await asyncio.wait(self._tasks, timeout=SECONDS_TO_FINISH)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Something reached the inbox: do not wait for the next tick."""
        self._answers.set()

    async def _tick(self) -> None:
        self._last_tick = self._parts.clock.now()
        self._mornings.set()
        self._answers.set()

    async def _turn(self, wanted: asyncio.Event, turn: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            await wanted.wait()
            wanted.clear()
            if not self._stopping:
                await _survive(turn)

    async def turn_morning(self) -> None:
        """One turn of plan, collect and compose. What fails in one does not keep the others from their work."""
        await _survive(self._catch_up)
        await _survive(lambda: plan(self._parts))
        await _survive(self._collector.collect)
        while not self._stopping and await _unless_lost(compose, self._parts):
            self._answers.set()

    async def _catch_up(self) -> None:
        if not self._caught_up:
            self._caught_up = await catch_up(self._parts)

    async def turn_answers(self) -> None:
        """One turn of learn and deliver: people first, then what is to be shown, then decoration."""
        busy = True
        while busy and not self._stopping:
            while not self._stopping and await learn(self._parts):
                self._mornings.set()
            busy = await _unless_lost(deliver, self._parts)
        await seed(self._parts)

    async def readiness(self) -> Sequence[Check]:
        """Whether the database answers and the ticker turns."""
        tick = self._last_tick
        silent = tick is None or self._parts.clock.now() - tick > SILENT_FOR_TOO_LONG * self._parts.clock.speed
        ticking = Check("ticker", Health.FAIL, "it has not turned for 90 seconds", "Restart Staffroom and see its log.")
        return [*await self._parts.store.check(), ticking if silent else Check("ticker", Health.OK, "it turns")]


async def _survive(step: Callable[[], Awaitable[None]]) -> None:
    """The handle keeps turning whatever happens: what could not be done is still there at the next tick."""
    try:
        await step()
    except StoreError as problem:
        log.warning("the flow has to wait", problem=str(problem))
    except Exception:
        log.exception("the flow failed and goes on with the next tick")


async def _unless_lost(step: Callable[[Parts], Awaitable[bool]], parts: Parts) -> bool:
    try:
        return await step(parts)
    except LeaseLost:
        log.info("another worker took this over", step=step.__name__)
        return True


async def reconcile(tx: Transaction, parts: Parts, channels: Sequence[tuple[Channel, Sequence[Topic]]]) -> None:
    """Makes the rows that come from the configuration file what the file says now."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            await tx.channels.put_workspace(workspace)
    wanted = {channel.key: topics for channel, topics in channels}
    for known in await tx.channels.all():
        if known.origin is Origin.CONFIG and known.key not in wanted:
            await tx.channels.remove(known.key)
    for channel, topics in channels:
        await tx.channels.put(channel)
        await _reconcile_topics(tx, parts, channel.key, topics)


async def _reconcile_topics(tx: Transaction, parts: Parts, channel: ChannelKey, topics: Sequence[Topic]) -> None:
    for following in await tx.topics.followed(channel):
        is_the_files, is_in_the_file = following.origin is Origin.CONFIG, following.topic in topics
        if is_the_files is not is_in_the_file:
            await tx.topics.unfollow(channel, following.topic)
    for topic in topics:
        await tx.topics.follow(channel, topic, Origin.CONFIG, None, parts.clock.now())


async def furnish(tx: Transaction, parts: Parts, channel: Channel, topics: Sequence[Topic]) -> None:
    """A channel for trying things out, with its first digest due now. One that is there already stays as it is."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            await tx.channels.put_workspace(workspace)
    if await tx.channels.get(channel.key) is None:
        await tx.channels.put(channel)
        await follow_only(tx, parts, channel.key, topics)
        await tx.slots.plan(NewSlot(new_id(), channel.key, SlotKind.FIRST, FIRST, parts.clock.now()))


async def follow_only(tx: Transaction, parts: Parts, channel: ChannelKey, topics: Sequence[Topic]) -> None:
    """Exactly these topics are followed from now on."""
    for following in await tx.topics.followed(channel):
        if following.topic not in topics:
            await tx.topics.unfollow(channel, following.topic)
    for topic in topics:
        await tx.topics.follow(channel, topic, Origin.COMMAND, None, parts.clock.now())
