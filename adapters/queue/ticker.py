"""The ticker: APScheduler with one job in memory. What is due stands in the store: a lost tick loses nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Tick = Callable[[], Awaitable[None]]


class IntervalTicker:
    """Ticks at once, and then again and again in the running event loop. It is started once in its life."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._running: asyncio.Task[None] | None = None
        self._stopped = False

    def start(self, every: timedelta, tick: Tick) -> None:
        self._scheduler.add_job(
            self._tick_unless_stopped,
            "interval",
            args=[tick],
            seconds=every.total_seconds(),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """A tick that is under way is left to end by itself: `finish` waits for it."""
        self._stopped = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def finish(self) -> None:
        """Returns when no tick is under way any more. Call `stop` first, or the next one may begin at once."""
        if self._running is not None:
            await asyncio.wait([self._running])

    async def _tick_unless_stopped(self, tick: Tick) -> None:
        """APScheduler cancels its own task when it is shut down; a tick must not be cut off, so it runs in another."""
        if self._stopped:
            return
        self._running = asyncio.ensure_future(_logged(tick))
        await asyncio.shield(self._running)


async def _logged(tick: Tick) -> None:
    try:
        await tick()
    except Exception:
        log.exception("tick_failed")
