"""The running engine: loops that turn the flow, woken by a ticker and by what happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Self

import structlog

from bot.domain.channel import Channel, Origin, Workspace
from bot.domain.check import Check, Health
from bot.domain.delivery import Delivery, DeliveryState, Lane, Outcome
from bot.domain.keys import ChannelKey
from bot.domain.rules import Rule, RuleKind
from bot.domain.topic import Topic
from bot.errors import LeaseLost, StoreError
from bot.flow.aftermath import lane_of_news
from bot.flow.at_once import AtOnceReader
from bot.flow.calendars import CalendarReader
from bot.flow.catch_up import CatchUp
from bot.flow.collect import Collector
from bot.flow.compare import Comparer
from bot.flow.compose import compose
from bot.flow.deliver import Courier
from bot.flow.errands import run_errand
from bot.flow.learn import learn
from bot.flow.plan import Planner
from bot.flow.precedence import Precedence
from bot.flow.retention import Retention
from bot.flow.seed import Seeder
from bot.flow.sweep import Sweeper
from bot.flow.titles import Titler
from bot.ports import Suggestion, Ticker, Transaction, Typing
from bot.services.exchange.working_off import bring_some
from bot.services.parts import Parts
from bot.services.report import WORKSPACE_LEFT, clear_report
from bot.services.saying.suggesting import suggest

TICK = timedelta(seconds=10)
SECONDS_TO_FINISH = 10
BETWEEN_WAKES = 0.5
SILENT_FOR_TOO_LONG = timedelta(seconds=90)

log = structlog.get_logger(__name__)


class Engine:
    """Turns the flow while it is entered. A tick or a wake-up is a hint; what is due stands in the store.

    Each step has a loop of its own, so that nobody who asked something waits behind what is delivered to others.
    """

    def __init__(self, parts: Parts, ticker: Ticker) -> None:
        self._parts = parts
        self._ticker = ticker
        self._catching_up = CatchUp(parts)
        self._calendar_reader = CalendarReader(parts)
        self._sweeper = Sweeper(parts)
        self._retention = Retention(parts)
        self._comparer = Comparer(parts)
        self._titler = Titler(parts)
        self._planner = Planner(parts)
        self._collector = Collector(parts)
        self._at_once = AtOnceReader(parts)
        self._couriers = {lane: Courier(parts, lane, self._after, partial(self._give_way, lane)) for lane in Lane}
        self._seeder = Seeder(parts)
        self._precedence = Precedence()
        self._mornings = asyncio.Event()
        self._calendars = asyncio.Event()
        self._sweeps = asyncio.Event()
        self._comparisons = asyncio.Event()
        self._titles = asyncio.Event()
        self._events = asyncio.Event()
        self._errands = asyncio.Event()
        self._seeds = asyncio.Event()
        self._bulk_pause: asyncio.TimerHandle | None = None
        self._bulk_is_wanted = False
        self._tasks: list[asyncio.Task[None]] = []
        self._last_tick: datetime | None = None
        self._caught_up = False
        self._stopping = False

    async def __aenter__(self) -> Self:
        loops = {
            "events": self._turn(self._events, self._learn, gives_way=False),
            **{courier.lane.value: self._carry(courier) for courier in self._couriers.values()},
            "mornings": self._turn(self._mornings, self._turn_morning, gives_way=True),
            "calendars": self._turn(self._calendars, self.turn_calendars, gives_way=True),
            "errands": self._turn(self._errands, self._run_errands, gives_way=True),
            "imports": self._turn(self._parts.import_wanted, self._bring_in, gives_way=True),
            "sweeps": self._turn(self._sweeps, self.turn_sweep, gives_way=True),
            "comparisons": self._turn(self._comparisons, self.turn_comparison, gives_way=True),
            "titles": self._turn(self._titles, self.turn_titles, gives_way=True),
            "seeds": self._turn(self._seeds, self._add_seeds, gives_way=True),
        }
        self._tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        self._ticker.start(TICK / self._parts.clock.speed, self._tick)
        return self

    async def suggest(self, typing: Typing) -> Sequence[Suggestion]:
        """See `bot.ports.Suggest`."""
        return await suggest(self._parts, typing)

    async def __aexit__(self, *_: object) -> None:
        """Lets what is under way come to its end, for a while: nobody knows the fate of a send that is cut off."""
        self._ticker.stop()
        self._stopping = True
        for courier in self._couriers.values():
            courier.stopping = True
        self._wake_all()
        await asyncio.wait(self._tasks, timeout=SECONDS_TO_FINISH)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def wake(self) -> None:
        """Something comes or has come into the inbox: do not wait for the next tick."""
        self._precedence.somebody_waits()
        self._events.set()

    async def installed(self) -> None:
        """A workspace was added or taken away."""
        async with self._parts.store.transaction() as tx:
            await put_workspaces(tx, self._parts)
            await _all_is_well_in(tx, self._parts)
        self._planner.look_at_all()
        self._wake_all()

    def missed(self) -> None:
        """A platform was away: what happened meanwhile is looked for, as after a start."""
        self._catching_up, self._caught_up = CatchUp(self._parts), False
        self._mornings.set()

    async def _tick(self) -> None:
        self._last_tick = self._parts.clock.now()
        self._planner.look_at_all()
        self._wake_all()

    def _wake_all(self) -> None:
        self._events.set()
        self._wake_lanes()
        self._mornings.set()
        self._calendars.set()
        self._errands.set()
        self._parts.import_wanted.set()
        self._sweeps.set()
        self._comparisons.set()
        self._titles.set()
        self._seeds.set()

    def _wake_bulk(self) -> None:
        """At once, and then not again for a moment: many commands in a row are one reason to look."""
        self._bulk_is_wanted = self._bulk_pause is not None
        if not self._bulk_is_wanted:
            self._wake_lanes()
            self._mornings.set()
            self._errands.set()
            self._titles.set()
            self._bulk_pause = asyncio.get_running_loop().call_later(BETWEEN_WAKES, self._end_pause)

    def _end_pause(self) -> None:
        self._bulk_pause = None
        if self._bulk_is_wanted:
            self._wake_bulk()

    def _wake_lanes(self) -> None:
        for lane in Lane:
            self._wake_lane(lane)

    def _wake_lane(self, lane: Lane) -> None:
        self._couriers[lane].wanted.set()

    def _after(self, delivery: Delivery, outcome: Outcome) -> None:
        """Wakes whoever has something to do once a delivery is recorded."""
        if (lane := lane_of_news(delivery, outcome)) is not None:
            self._wake_lane(lane)
        if delivery.seeds and outcome.state is DeliveryState.SHOWN:
            self._seeds.set()
        if delivery.state is DeliveryState.UNCERTAIN and outcome.state is DeliveryState.SHOWN:
            self._look_for_what_came_too_early()

    def _look_for_what_came_too_early(self) -> None:
        """People saw a message and tapped before it was known to be there."""
        self._caught_up = False
        self._mornings.set()

    async def _turn(self, wanted: asyncio.Event, turn: Callable[[], Awaitable[None]], *, gives_way: bool) -> None:
        while not self._stopping:
            await wanted.wait()
            wanted.clear()
            if gives_way:
                await self._give_way()
            if not self._stopping:
                await _survive(turn)

    async def _carry(self, courier: Courier) -> None:
        try:
            while not self._stopping or courier.is_busy:
                await courier.wait()
                await self._give_way(courier.lane)
                await _survive(courier.step)
                await self._give_way(courier.lane)
                await _survive(courier.look_ahead)
        finally:
            courier.drop()

    async def _give_way(self, lane: Lane | None = None) -> None:
        if lane is not Lane.ANSWERS and not self._stopping:
            await self._precedence.give_way()

    async def _learn(self) -> None:
        """What somebody waits for goes out at once, everything else when the inbox is empty."""
        learnt = False
        try:
            while not self._stopping and await self._learn_one():
                learnt = True
        finally:
            self._precedence.nobody_waits()
        if learnt:
            self._wake_bulk()

    async def _learn_one(self) -> bool:
        return await learn(self._parts, self._couriers[Lane.ANSWERS].claiming, self._planner.look_at)

    async def _run_errands(self) -> None:
        """Whoever waits for one has had a first answer."""
        while not self._stopping and await _unless_lost(run_errand, self._parts):
            self._wake_lane(Lane.ANSWERS)
            self._wake_lane(Lane.MESSAGES)
            await self._give_way()

    async def _bring_in(self) -> None:
        """A few rows at a time, so that nobody waits for a long file."""
        while not self._stopping and await _unless_lost(bring_some, self._parts):
            await self._give_way()
            await asyncio.sleep(0)

    async def _add_seeds(self) -> None:
        """Digests come first: reactions wait until no message is under way."""
        messages = self._couriers[Lane.MESSAGES]
        while not (self._stopping or messages.is_busy) and await self._seeder.turn():
            pass

    async def turn_morning(self) -> None:
        """One turn of plan, collect and compose, with a look at all channels."""
        self._planner.look_at_all()
        await self._turn_morning()

    async def _turn_morning(self) -> None:
        """What fails in one step does not keep the others from their work."""
        await _survive(self._catch_up)
        await _survive(lambda: self._planner.plan(self._give_way))
        await self._give_way()
        await _survive(self._collector.collect)
        await self._give_way()
        while not self._stopping and await _unless_lost(compose, self._parts):
            self._wake_lane(Lane.MESSAGES)
            await self._give_way()
        await _survive(self._at_once.turn)
        self._wake_lane(Lane.MESSAGES)

    async def turn_calendars(self) -> None:
        """Reads the calendars that are due. In a loop of its own, because a slow one keeps no morning waiting."""
        if await self._calendar_reader.read():
            self._planner.look_at_all()
            self._mornings.set()

    async def turn_sweep(self) -> None:
        """Asks what has become of the posts that are due, and forgets what nobody needs. In a loop of its own, because
        an answer may take long."""
        await _survive(self._retention.turn)
        while not self._stopping and await self._sweeper.sweep():
            self._wake_lane(Lane.EDITS)
            await self._give_way()

    async def turn_titles(self) -> None:
        """Asks saved pages what they are called. In a loop of its own, because one may not answer."""
        while not self._stopping and await self._titler.turn():
            self._wake_lane(Lane.EDITS)
            await self._give_way()

    async def turn_comparison(self) -> None:
        """Compares the ledger with what the sources counted. In a loop of its own, because one may not answer."""
        await self._comparer.turn()
        self._wake_lane(Lane.MESSAGES)

    async def _catch_up(self) -> None:
        """What asks for it meanwhile is not forgotten."""
        if self._caught_up:
            return
        self._caught_up, is_done = True, False
        try:
            is_done = await self._catching_up.turn()
        finally:
            self._caught_up = self._caught_up and is_done

    async def turn_answers(self) -> None:
        """One turn of learn and of every lane, until nothing is due any more, then decoration."""
        busy = True
        while busy and not self._stopping:
            await self._learn()
            await self._run_errands()
            await self._bring_in()
            busy = any([await courier.turn() for courier in self._couriers.values()])
        await self._seeder.turn()

    async def readiness(self) -> Sequence[Check]:
        """Whether the database answers and the ticker turns."""
        tick = self._last_tick
        silent = tick is None or self._parts.clock.now() - tick > SILENT_FOR_TOO_LONG * self._parts.clock.speed
        ticking = Check("ticker", Health.FAIL, "it has not turned for 90 seconds", "Restart Staffroom and see its log.")
        return [*await self._parts.store.check(), ticking if silent else Check("ticker", Health.OK, "it turns")]


async def _survive(step: Callable[[], Awaitable[object]]) -> None:
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


async def put_workspaces(tx: Transaction, parts: Parts) -> None:
    """All that are connected now. What is kept for those that are not any more stays."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            await tx.channels.put_workspace(workspace)
            await _note_whether_it_is_open(tx, parts, workspace.id)


async def take_over(tx: Transaction, parts: Parts) -> None:
    """For a process that is the only one, before its engine starts: what the one before it died over is not waited for.
    Only where the platform refuses a double of what may still be on its way there."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            if chat.abilities(workspace.id).resend_safe_for:
                await tx.outbox.release(workspace.id, parts.clock.now())


async def _note_whether_it_is_open(tx: Transaction, parts: Parts, workspace: str) -> None:
    """It holds on while the platform is not connected or does not say: what waits from then must not be let through."""
    is_open = parts.abilities(workspace).open_to_anyone
    if is_open is None:
        return
    if is_open:
        await tx.rules.put(Rule(workspace, "", RuleKind.OPEN, "", "", parts.clock.now()))
    else:
        await tx.rules.remove(workspace, "", RuleKind.OPEN, "")


async def _all_is_well_in(tx: Transaction, parts: Parts) -> None:
    """That a workspace was left is said anew when it is left anew."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            await clear_report(tx, workspace.id, WORKSPACE_LEFT)


async def _expect_workspaces(tx: Transaction, channels: Sequence[ChannelKey]) -> None:
    """Those of configured channels that are not connected yet, under their ids until they are."""
    known = {each.id for each in await tx.channels.workspaces()}
    for workspace in {each.workspace for each in channels} - known:
        platform, _, name = workspace.partition(":")
        await tx.channels.put_workspace(Workspace(workspace, platform, name))


async def reconcile(tx: Transaction, parts: Parts, channels: Sequence[tuple[Channel, Sequence[Topic]]]) -> None:
    """Makes the rows that come from the configuration file what the file says now."""
    await put_workspaces(tx, parts)
    await _expect_workspaces(tx, [channel.key for channel, _topics in channels])
    wanted = {channel.key: topics for channel, topics in channels}
    for known in await tx.channels.all():
        if known.origin is Origin.CONFIG and known.key not in wanted:
            await tx.channels.remove(known.key)
    for channel, topics in channels:
        await tx.channels.put(_with_what_people_did(channel, await tx.channels.get(channel.key)))
        _warn_where_no_links_are_saved(parts, channel)
        await _reconcile_topics(tx, parts, channel.key, topics)


def _warn_where_no_links_are_saved(parts: Parts, channel: Channel) -> None:
    chat = parts.chat_of(channel.key.workspace)
    if channel.saves_links and chat and (why_not := chat.why_no_links(channel.key.workspace)):
        log.warning("saves_links does nothing in a channel of the configuration", channel=channel.name, why=why_not)


def _with_what_people_did(channel: Channel, known: Channel | None) -> Channel:
    """A pause and what was learnt are no settings of the file, and outlast it."""
    if known is None:
        return channel
    return replace(channel, paused_until=known.paused_until, taste_since=known.taste_since)


async def _reconcile_topics(tx: Transaction, parts: Parts, channel: ChannelKey, topics: Sequence[Topic]) -> None:
    for following in await tx.topics.followed(channel):
        is_the_files, is_in_the_file = following.origin is Origin.CONFIG, following.topic in topics
        if is_the_files is not is_in_the_file:
            await tx.topics.unfollow(channel, following.topic)
    for topic in topics:
        await tx.topics.follow(channel, topic, Origin.CONFIG, None, parts.clock.now())
