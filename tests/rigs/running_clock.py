"""A clock that runs by itself, for servers beside a Staffroom in a process of its own."""

from datetime import UTC, datetime, timedelta
from time import monotonic


class RunningClock:
    """The machine's own time, or one that starts at a given moment and runs `speed` times as fast."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self.leap(start or datetime.now(UTC), speed)

    def leap(self, to: datetime, speed: float) -> None:
        """It is that moment now, and time goes on that fast."""
        self._start, self._speed, self._from = to, speed, monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(monotonic() - self._from) * self._speed)

    @property
    def setting(self) -> str:
        """For `STAFFROOM_CLOCK`: the same time in another process."""
        return f"{self.now().isoformat()}@{self._speed:g}"
