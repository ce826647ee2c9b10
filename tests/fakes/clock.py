"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, start: datetime = TUESDAY) -> None:
        self._now = start
        self.speed = 1.0

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> None:
        self._now += by
