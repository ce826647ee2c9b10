"""Time, and what turns the handle."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware UTC. Never goes backwards by more than the machine's own corrections."""
        ...

    @property
    def speed(self) -> float:
        """How many seconds of this clock pass in one real second: 1 except in trials."""
        ...


class Ticker(Protocol):
    """Turns the handle. A tick is a hint that may be lost or come late; what is due stands in the store."""

    def start(self, every: timedelta, tick: Callable[[], Awaitable[None]]) -> None:
        """Calls `tick` again and again, never twice at once; an exception of one call does not end the next."""
        ...

    def stop(self) -> None:
        """No tick starts after this returns."""
        ...
