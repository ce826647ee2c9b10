"""How often somebody may ask. It is kept in memory, of so many askers at most, and forgotten with the process."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Clock

MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Left:
    """So much could be asked then."""

    number: float
    at: datetime


class Throttle:
    """So many at once, and so many a minute in the long run."""

    def __init__(self, clock: Clock, *, at_once: int, a_minute: int) -> None:
        self._clock = clock
        self._at_once = at_once
        self._a_second = a_minute / 60
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def wait(self, who: str) -> int:
        """Counts one more. Returns after how many seconds it may be asked again, 0 where it may now."""
        now = self._clock.now()
        before = self._left.get(who, _Left(self._at_once, now))
        passed = max(0.0, (now - before.at).total_seconds())
        left = min(self._at_once, before.number + passed * self._a_second)
        may = left >= 1
        self._left[who] = _Left(left - 1 if may else left, now)
        self._left.move_to_end(who)
        if len(self._left) > MOST_REMEMBERED:
            self._left.popitem(last=False)
        return 0 if may else math.ceil((1 - left) / self._a_second)
