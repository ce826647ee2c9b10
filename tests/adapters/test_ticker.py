"""The ticker keeps ticking, never twice at once, and stops when it is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.queue.ticker import IntervalTicker

OFTEN = timedelta(milliseconds=10)
SELDOM = timedelta(hours=1)
PATIENCE = 10


@pytest.fixture
async def ticker() -> AsyncIterator[IntervalTicker]:
    ticker = IntervalTicker()
    yield ticker
    ticker.stop()
    await ticker.finish()


class Counted:
    """A tick that counts itself and can be held up or made to fail."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.at_once = 0
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.failing = False
        self._changed = asyncio.Condition()

    async def __call__(self) -> None:
        async with self._changed:
            self.begun += 1
            self.at_once = max(self.at_once, self.begun - self.ended)
            self._changed.notify_all()
        await self.go_on.wait()
        async with self._changed:
            self.ended += 1
            self._changed.notify_all()
        if self.failing:
            raise ValueError("this tick went wrong")

    async def until(self, begun: int = 0, ended: int = 0) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.begun >= begun and self.ended >= ended)


async def test_the_first_tick_comes_at_once(ticker: IntervalTicker) -> None:
    tick = Counted()

    ticker.start(SELDOM, tick)

    await tick.until(ended=1)
    assert tick.begun == 1


async def test_it_ticks_again_and_again(ticker: IntervalTicker) -> None:
    tick = Counted()

    ticker.start(OFTEN, tick)

    await tick.until(ended=5)
    assert tick.at_once == 1


async def test_a_slow_tick_is_never_joined_by_a_second(ticker: IntervalTicker) -> None:
    tick = Counted()
    tick.go_on.clear()

    ticker.start(OFTEN, tick)
    await tick.until(begun=1)
    await asyncio.sleep(10 * OFTEN.total_seconds())
    tick.go_on.set()
    await tick.until(ended=3)

    assert tick.at_once == 1


async def test_a_tick_that_fails_is_logged_and_does_not_end_the_next(
    ticker: IntervalTicker, capsys: pytest.CaptureFixture[str]
) -> None:
    tick = Counted()
    tick.failing = True

    ticker.start(OFTEN, tick)
    await tick.until(ended=3)

    assert "tick_failed" in capsys.readouterr().out


async def test_no_tick_begins_after_stop(ticker: IntervalTicker) -> None:
    tick = Counted()
    ticker.start(OFTEN, tick)
    await tick.until(ended=1)

    ticker.stop()
    begun = tick.begun
    await asyncio.sleep(10 * OFTEN.total_seconds())

    assert tick.begun == begun


async def test_a_ticker_that_is_stopped_at_once_never_ticks(ticker: IntervalTicker) -> None:
    tick = Counted()
    ticker.start(OFTEN, tick)

    ticker.stop()
    await asyncio.sleep(10 * OFTEN.total_seconds())

    assert tick.begun == 0


async def test_a_tick_under_way_is_not_cut_off_by_stop(ticker: IntervalTicker) -> None:
    tick = Counted()
    tick.go_on.clear()
    ticker.start(OFTEN, tick)
    await tick.until(begun=1)

    ticker.stop()
    finishing = asyncio.create_task(ticker.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    tick.go_on.set()
    await asyncio.wait_for(finishing, PATIENCE)

    assert tick.ended == 1


async def test_stopping_twice_or_before_the_start_is_no_error() -> None:
    ticker = IntervalTicker()

    ticker.stop()
    ticker.stop()
    await ticker.finish()
    tick = Counted()
    ticker.start(OFTEN, tick)
    await asyncio.sleep(0)
    assert tick.begun == 0
