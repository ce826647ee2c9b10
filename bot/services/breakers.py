"""How long a source is left alone after it failed: minutes where that may pass by itself, hours where somebody has to
do something about it first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.errors import OutOfCredit, StaffroomError, Throttled, Unauthorised

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_SHORT_PAUSE = timedelta(minutes=2)
"""Below the patience of a digest that is due."""
LONGEST_PAUSE = timedelta(minutes=10)
SHORT_PAUSES = 8
JITTER = 0.25
"""Everybody who was cut off comes back at once, unless each waits a little longer or shorter."""
FORGOTTEN_AFTER = timedelta(minutes=30)
FIRST_REFUSED_PAUSE = timedelta(hours=1)
LONGEST_REFUSED_PAUSE = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Trouble:
    """How often in a row a source failed, when it was asked last, what it said, and until when it is left alone.
    `needs_somebody` where it refuses until somebody pays or mends its access."""

    failures: int
    asked_at: datetime
    until: datetime
    problem: str
    needs_somebody: bool = False


class Breakers:
    """The troubles of all sources. They are kept in memory and may be lost: each is then found out anew, by one
    request."""

    def __init__(self) -> None:
        self._troubles: dict[str, Trouble] = {}

    def trouble(self, source: str, now: datetime) -> Trouble | None:
        """What keeps the source from being asked now."""
        return self._troubles.get(source) if self.is_open(source, now) else None

    def is_open(self, source: str, now: datetime) -> bool:
        """Whether the source must not be asked now. What is to come was seen by a clock that has been set back."""
        trouble = self._troubles.get(source)
        return trouble is not None and trouble.asked_at <= now < trouble.until

    def keeps_from_digests(self, source: str, now: datetime) -> bool:
        """The same for a digest that is due, which may try again sooner where somebody had to do something first."""
        trouble = self._troubles.get(source)
        soonest = trouble.asked_at + FIRST_REFUSED_PAUSE if trouble and trouble.needs_somebody else None
        return self.is_open(source, now) and (soonest is None or now < soonest)

    def needs_somebody(self, source: str) -> bool:
        """Whether it refused until somebody pays or mends its access."""
        trouble = self._troubles.get(source)
        return trouble is not None and trouble.needs_somebody

    def failed(self, source: str, problem: StaffroomError, now: datetime, random: Random) -> None:
        """Something was asked, and this came of it."""
        self._troubles[source] = _trouble(self._troubles.get(source), problem, now, random)

    def worked(self, source: str) -> None:
        self._troubles.pop(source, None)


def _trouble(earlier: Trouble | None, problem: StaffroomError, now: datetime, random: Random) -> Trouble:
    said = str(problem)
    match problem:
        case Throttled(until=until):
            return Trouble(1, now, until, said)
        case OutOfCredit() | Unauthorised():
            failures = earlier.failures + 1 if earlier and earlier.needs_somebody else 1
            pause = _doubled(FIRST_REFUSED_PAUSE, failures, LONGEST_REFUSED_PAUSE)
            return Trouble(failures, now, now + pause, said, needs_somebody=True)
        case _:
            recent = earlier is not None and not earlier.needs_somebody and now - earlier.until < FORGOTTEN_AFTER
            failures = earlier.failures + 1 if earlier and recent else 1
            longest = LONGEST_SHORT_PAUSE if failures <= SHORT_PAUSES else LONGEST_PAUSE
            pause = _doubled(FIRST_PAUSE, failures, longest)
            return Trouble(failures, now, now + pause * random.uniform(1, 1 + JITTER), said)


def _doubled(first: timedelta, failures: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(failures - 1, 8)), longest)
