"""Deliver: close the gap between what should be shown and what is, and never show a thing twice.

A delivery is claimed and that is committed, then it is attempted, then what came of it is recorded: together with the
next claims, because many go out at once and a commit costs as much as a request.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

import structlog

from bot.domain.delivery import Delivery, Lane, Outcome
from bot.errors import LeaseLost, StoreError
from bot.flow.aftermath import follow_up
from bot.flow.attempt import Attempt
from bot.ports import Transaction
from bot.services.parts import Parts

LEASE = timedelta(minutes=3)
BEGIN_WITHIN = timedelta(minutes=2)
"""What has not begun by then is put back: the lease has to outlast the request."""
AT_ONCE = {Lane.ANSWERS: 20, Lane.MESSAGES: 20, Lane.EDITS: 5}
IN_A_TRANSACTION = 3
"""So that nobody waits long for the next one."""
PREPARED_AT_ONCE = 1
"""How many messages of a lane are put into words at the same time."""
BETWEEN_LOOKS = 0.25
"""Seconds; what becomes due may be another courier's."""

Claim = Callable[[Transaction], Awaitable[None]]
Claiming = Callable[[], AbstractAsyncContextManager[Claim]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Ended:
    delivery: Delivery
    outcome: Outcome
    mistake: Exception | None = None

    @property
    def waits_until(self) -> datetime | None:
        """Set where nothing was done, because the platform asked to wait."""
        return None if self.outcome.counts_as_attempt else self.outcome.next_attempt_at


class Courier:
    """Takes the deliveries of one lane where they belong: many at once, those of one channel one after another.

    `recorded` is called with each outcome once it is kept, `give_way` awaited before each attempt.
    """

    def __init__(
        self,
        parts: Parts,
        lane: Lane,
        recorded: Callable[[Delivery, Outcome], None],
        give_way: Callable[[], Awaitable[None]],
    ) -> None:
        self.wanted = asyncio.Event()
        self.stopping = False
        self.lane = lane
        self._parts = parts
        self._recorded = recorded
        self._give_way = give_way
        self._under_way: list[asyncio.Task[_Ended]] = []
        self._last: dict[object, asyncio.Task[_Ended]] = {}
        self._unrecorded: list[_Ended] = []
        self._due: list[datetime] = []
        self._stepping = asyncio.Lock()
        self._desk = asyncio.Semaphore(PREPARED_AT_ONCE)

    @property
    def is_busy(self) -> bool:
        return bool(self._under_way or self._unrecorded)

    async def turn(self) -> bool:
        """Until nothing is due and nothing under way. False where there was nothing to do."""
        did_something = False
        while await self.step() or self.is_busy:
            did_something = True
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        return did_something

    async def step(self) -> bool:
        """Records what has ended and begins what is due. False where there was neither."""
        async with self._stepping:
            return await self._step()

    async def _step(self) -> bool:
        self._gather()
        self._drop_what_is_due_now()
        room = self._room()
        ended = self._unrecorded[:IN_A_TRANSACTION]
        if not ended and room <= 0:
            return False
        claimed = await self._record_and_claim(ended, room)
        self._forget(ended)
        self._begin_all(claimed)
        self._after(ended)
        return bool(ended or claimed)

    @asynccontextmanager
    async def claiming(self) -> AsyncIterator[Claim]:
        """Around somebody else's transaction, which is given to what this yields. What is claimed there begins once it
        is committed."""
        claimed: list[Delivery] = []

        async def claim(tx: Transaction) -> None:
            claimed.extend(await self._claim(tx, self._room()))

        yield claim
        self._begin_all(claimed)

    async def wait(self) -> None:
        """Until something has ended, is wanted, or is due."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds_until_due()):
                await self.wanted.wait()
        self.wanted.clear()

    async def look_ahead(self) -> None:
        """Learns when the next delivery is due, where that is not known."""
        if self._due or self._under_way or self.stopping:
            return
        now = self._parts.clock.now()
        async with self._parts.store.reading() as tx:
            due = await tx.outbox.next_due(now)
        if due is not None:
            heappush(self._due, max(due, now + timedelta(seconds=BETWEEN_LOOKS) * self._parts.clock.speed))

    def drop(self) -> None:
        """What is still under way is cut off: its fate is found out after the next start."""
        for task in self._under_way:
            task.cancel()

    # ------------------------------------------------------------------------------------------------------- in private

    def _room(self) -> int:
        return 0 if self.stopping else min(AT_ONCE[self.lane] - len(self._under_way), IN_A_TRANSACTION)

    def _gather(self) -> None:
        ended = [task for task in self._under_way if task.done()]
        self._unrecorded.extend(task.result() for task in ended)
        self._under_way = [task for task in self._under_way if task not in ended]
        self._last = {place: task for place, task in self._last.items() if task not in ended}

    async def _record_and_claim(self, ended: list[_Ended], room: int) -> list[Delivery]:
        try:
            async with self._parts.store.transaction() as tx:
                for each in ended:
                    await self._record(tx, each)
                return await self._claim(tx, room)
        except StoreError:
            raise
        except Exception:
            await self._record_one_by_one(ended)
            raise

    async def _claim(self, tx: Transaction, room: int) -> list[Delivery]:
        if room <= 0:
            return []
        clock = self._parts.clock
        return await tx.outbox.claim(self._parts.worker, clock.now(), LEASE * clock.speed, self.lane, room)

    async def _record(self, tx: Transaction, ended: _Ended) -> None:
        delivery, outcome = ended.delivery, ended.outcome
        context = {"delivery": delivery.id, "channel": delivery.channel.channel, "state": outcome.state.value}
        log.info("delivery", **context, problem=outcome.problem)
        try:
            await tx.outbox.record(delivery, outcome, self._parts.clock.now())
        except LeaseLost:
            log.info("another worker took the delivery over", delivery=delivery.id)
        else:
            await follow_up(tx, self._parts, delivery, outcome)

    async def _record_one_by_one(self, ended: list[_Ended]) -> None:
        """One outcome that cannot be recorded must not keep the others from it."""
        for each in ended:
            try:
                async with self._parts.store.transaction() as tx:
                    await self._record(tx, each)
            except Exception:
                log.exception("an outcome was not recorded", delivery=each.delivery.id)
        self._forget(ended)

    def _forget(self, ended: list[_Ended]) -> None:
        self._unrecorded = self._unrecorded[len(ended) :]
        if self._unrecorded:
            self.wanted.set()

    def _begin_all(self, claimed: list[Delivery]) -> None:
        for delivery in claimed:
            self._begin(delivery)
        if len(claimed) == IN_A_TRANSACTION:
            self.wanted.set()

    def _begin(self, delivery: Delivery) -> None:
        """What is private waits only for what that person gets."""
        place = (delivery.channel, delivery.private_to)
        begin_by = self._parts.clock.now() + BEGIN_WITHIN * self._parts.clock.speed
        task = asyncio.create_task(self._in_turn(delivery, self._last.get(place), begin_by))
        task.add_done_callback(lambda _: self.wanted.set())
        self._last[place] = task
        self._under_way.append(task)

    async def _in_turn(self, delivery: Delivery, before: asyncio.Task[_Ended] | None, begin_by: datetime) -> _Ended:
        attempt = Attempt(self._parts, delivery, self._desk)
        if before is not None:
            await asyncio.wait([before])
            if (until := before.result().waits_until) is not None:
                return _Ended(delivery, attempt.put_off(until))
        await self._give_way()
        if self.stopping or self._parts.clock.now() >= begin_by:
            return _Ended(delivery, attempt.put_off(self._parts.clock.now()))
        try:
            return _Ended(delivery, await attempt.make())
        except Exception as mistake:  # noqa: BLE001 - it is raised once the outcome is recorded
            return _Ended(delivery, attempt.after(mistake), mistake)

    def _after(self, ended: list[_Ended]) -> None:
        for each in ended:
            if each.outcome.next_attempt_at is not None:
                heappush(self._due, each.outcome.next_attempt_at)
            self._recorded(each.delivery, each.outcome)
        for each in ended:
            if each.mistake is not None:
                raise each.mistake

    def _drop_what_is_due_now(self) -> None:
        while self._due and self._due[0] <= self._parts.clock.now():
            heappop(self._due)

    def _seconds_until_due(self) -> float | None:
        if not self._due:
            return None
        return max((self._due[0] - self._parts.clock.now()).total_seconds() / self._parts.clock.speed, 0.0)
