"""How fast Slack may be called: a pure calculation with the clock it is given.

Slack allows about one message a second in a channel, some hundreds a minute in a workspace, and for each other method a
number a minute by its tier, with bursts. A call that would pass this is refused before it is sent, with the moment at
which its turn comes; of many that wait each gets a turn of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Throttled
from bot.ports import Clock

MOST_KEPT = 5_000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """One call an interval, and `burst` at once after a rest."""

    interval: timedelta
    burst: int


def per_minute(calls: int, burst: int) -> Limit:
    return Limit(timedelta(minutes=1) / calls, burst)


IN_A_CHANNEL = Limit(timedelta(seconds=1), burst=3)
TIER_1 = per_minute(1, burst=3)
TIER_3 = per_minute(50, burst=20)
TIER_4 = per_minute(100, burst=50)
IN_A_WORKSPACE = per_minute(300, burst=30)
POST = "chat.postMessage"

LIMITS = {
    POST: IN_A_WORKSPACE,
    "chat.postEphemeral": TIER_4,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "users.info": TIER_4,
    "auth.test": TIER_4,
    "apps.connections.open": TIER_1,
}


class Pace:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._full_until: dict[Key, datetime] = {}
        self._end_of_line: dict[Key, datetime] = {}
        self._held: dict[Key, datetime] = {}

    def claim(self, team: str, method: str, channel: str = "", *, calls: int = 1) -> None:
        """Counts the calls, or raises Throttled where one of them would be too many: then none is counted."""
        now = self._clock.now()
        limits = _limits(team, method, channel)
        self._heed_slack(limits, now)
        waits = [self._wait(key, limit, calls, now) for key, limit in limits.items()]
        if turns := [turn for turn in waits if turn]:
            raise Throttled("Slack is being written to as fast as it allows.", max(turns))
        for key, limit in limits.items():
            self._full_until[key] = max(self._full_until.get(key, now), now) + limit.interval * calls
        self._forget_what_is_over(now)

    def hold(self, team: str, method: str, channel: str, until: datetime) -> None:
        """Slack itself asked to wait."""
        key = next(iter(_limits(team, method, channel)))
        self._held[key] = max(until, self._held.get(key, until))

    def _heed_slack(self, limits: dict[Key, Limit], now: datetime) -> None:
        until = max((self._held[key] for key in limits if key in self._held), default=now)
        if until > now:
            raise Throttled("Slack asked to wait.", until)

    def _wait(self, key: Key, limit: Limit, calls: int, now: datetime) -> datetime | None:
        """The next free turn; None where there is room now."""
        wanted = limit.interval * min(calls, limit.burst)
        free_at = max(self._full_until.get(key, now), now) + wanted - limit.interval * limit.burst
        if free_at <= now:
            return None
        turn = max(free_at, self._end_of_line.get(key, free_at))
        self._end_of_line[key] = turn + wanted
        return turn

    def _forget_what_is_over(self, now: datetime) -> None:
        for kept in (self._full_until, self._end_of_line, self._held):
            if len(kept) > MOST_KEPT:
                for key in [key for key, moment in kept.items() if moment <= now]:
                    del kept[key]


def _limits(team: str, method: str, channel: str) -> dict[Key, Limit]:
    """The narrowest first: that is the one Slack means when it asks to wait."""
    narrow: dict[Key, Limit] = {(team, method, channel): IN_A_CHANNEL} if method == POST and channel else {}
    return {**narrow, (team, method): LIMITS.get(method, TIER_3)}
