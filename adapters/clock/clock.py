"""The clocks behind `bot.ports.Clock`."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import Mistake
from bot.ports import Clock

FASTEST = 86_400.0
"""A day in a second."""
LAST_YEAR = 9000
"""A trial that begins later would run out of calendar."""

EXAMPLE = (
    "Write an ISO time, and how many times faster it runs if you like: 2026-11-24T07:29:00Z or 2026-11-24T07:29:00Z@60."
)


class SystemClock:
    """The machine's own time."""

    speed: float = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


class TrialClock:
    """Starts at a time of one's choosing and runs on from there, `speed` times as fast as the machine's.

    It follows the machine's monotonic time, so that it keeps running evenly whatever is done to the machine's clock.
    """

    def __init__(self, start: datetime, speed: float = 1.0, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._start = start
        self._seconds = seconds
        self._began = seconds()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(self._seconds() - self._began) * self.speed)


def clock_for(setting: str) -> Clock:
    """The clock that `STAFFROOM_CLOCK` asks for: the machine's where it says nothing. Raises Mistake."""
    if not setting.strip():
        return SystemClock()
    moment, at, speed = setting.strip().partition("@")
    return TrialClock(_moment(moment, setting), _speed(speed, setting) if at else 1.0)


def _moment(text: str, setting: str) -> datetime:
    """A time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Mistake(f"STAFFROOM_CLOCK is “{setting}”, which is no time. {EXAMPLE}") from None
    if moment.year >= LAST_YEAR:
        raise Mistake(f"STAFFROOM_CLOCK is “{setting}”, which is too far ahead. {EXAMPLE}")
    return moment


def _speed(text: str, setting: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed <= FASTEST:
        raise Mistake(
            f"STAFFROOM_CLOCK is “{setting}”, whose speed is no number from above 0 to {FASTEST:g}. {EXAMPLE}"
        )
    return speed
