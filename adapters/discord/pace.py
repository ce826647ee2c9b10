"""How fast Discord may be asked: what its answers say about their buckets, and a guard against being banned.

A bucket belongs to a kind of request and its channel, server or webhook. A request that would find its bucket empty is
refused before it is sent, with the moment at which the bucket is full again; other channels go on. Where Discord asks
for it, everything waits.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from discord.http import Route

from adapters.discord.errors import NOT_ASKED, asked_to_wait, back_at
from bot.errors import Throttled
from bot.ports import Clock

MOST_KEPT = 5_000
SECOND = timedelta(seconds=1)
LEAST_A_SECOND = 20
KNOWN_FOR = timedelta(minutes=10)
"""How long it is believed that only so many requests a second are taken. Discord takes more from large bots."""
MOST_REFUSED = 2_000
REFUSED_WITHIN = timedelta(minutes=10)
"""Discord bans an address for 10,000 answers of 401, 403 or 429 in ten minutes."""

Key = tuple[str, str]


@dataclass(slots=True)
class _Bucket:
    """Full with `most` requests, of which `left` may still be made until it is full again."""

    left: int
    full_at: datetime
    most: int = 1
    fills_in: timedelta = timedelta(0)

    def refill(self, now: datetime) -> None:
        self.left, self.full_at = self.most, now + self.fills_in


class Pace:
    """It learns how many requests a second are taken in all, once Discord says that it was too many.

    `most_refused` answers in ten minutes are borne; then nothing is asked until the first of them is that old."""

    def __init__(self, clock: Clock, most_refused: int = MOST_REFUSED) -> None:
        self._clock = clock
        self._names: dict[str, str] = {}
        self._buckets: dict[Key, _Bucket] = {}
        self._all_wait_until: datetime | None = None
        self._silent_until: datetime | None = None
        self._refused: deque[datetime] = deque(maxlen=most_refused)
        self._asked: deque[datetime] = deque()
        self._too_many: deque[datetime] = deque()
        self._most_a_second: tuple[int, datetime] | None = None

    def claim(self, route: Route) -> None:
        """Counts the request, or raises Throttled where it must not be made now."""
        now = self._clock.now()
        self._beware(now)
        is_counted = not _answers_an_interaction(route)
        if is_counted:
            self._heed_all(now)
        bucket = self._buckets.get(self._key(route))
        if bucket is not None:
            if bucket.full_at <= now:
                bucket.refill(now)
            if bucket.left <= 0:
                raise asked_to_wait(bucket.full_at)
            bucket.left -= 1
        if is_counted:
            self._asked.append(now)

    def learn(self, route: Route, headers: Mapping[str, str]) -> None:
        """What an answer says of its bucket."""
        left, most = headers.get("X-RateLimit-Remaining", ""), headers.get("X-RateLimit-Limit", "")
        if not left.isdecimal() or not most.isdecimal():
            return
        if name := headers.get("X-RateLimit-Bucket"):
            self._names[route.key] = name
        now = self._clock.now()
        full_at = back_at(headers.get("X-RateLimit-Reset-After"), now)
        known = self._buckets.get(self._key(route))
        still_left = min(int(left), known.left) if known and known.full_at > now else int(left)
        self._buckets[self._key(route)] = _Bucket(still_left, full_at, max(int(most), 1), full_at - now)
        self._forget_what_is_over(now)

    def hold(self, route: Route, until: datetime, *, everything: bool) -> None:
        """Discord itself asked to wait."""
        if everything:
            self._all_wait_until = max(until, self._all_wait_until or until)
            self._slow_down(self._clock.now())
        else:
            self._buckets[self._key(route)] = _Bucket(0, until)
            self._forget_what_is_over(self._clock.now())

    def be_silent(self, until: datetime) -> None:
        """Those who stand before Discord asked to wait: they mean whoever asks from this address."""
        self._silent_until = max(until, self._silent_until or until)

    def was_refused(self) -> bool:
        """Whether it has been too often by now."""
        self._refused.append(self._clock.now())
        return self._is_refused_too_often(self._clock.now())

    def _beware(self, now: datetime) -> None:
        if self._silent_until and now < self._silent_until:
            raise asked_to_wait(self._silent_until)
        if self._is_refused_too_often(now):
            raise Throttled(NOT_ASKED, self._refused[0] + REFUSED_WITHIN)

    def _heed_all(self, now: datetime) -> None:
        if self._all_wait_until and now < self._all_wait_until:
            raise asked_to_wait(self._all_wait_until)
        _forget_before(self._asked, now - SECOND)
        if self._most_a_second and now < self._most_a_second[1] and len(self._asked) >= self._most_a_second[0]:
            raise asked_to_wait(self._asked[0] + SECOND)

    def _slow_down(self, now: datetime) -> None:
        """As many a second as Discord took before it was too many."""
        for moments in (self._asked, self._too_many):
            _forget_before(moments, now - SECOND)
        self._too_many.append(now)
        taken = max(len(self._asked) - len(self._too_many), LEAST_A_SECOND)
        self._most_a_second = (taken, now + KNOWN_FOR)

    def _is_refused_too_often(self, now: datetime) -> bool:
        return len(self._refused) == self._refused.maxlen and self._refused[0] > now - REFUSED_WITHIN

    def _key(self, route: Route) -> Key:
        return self._names.get(route.key, route.key), route.major_parameters

    def _forget_what_is_over(self, now: datetime) -> None:
        if len(self._buckets) > MOST_KEPT:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.full_at > now}


def _forget_before(moments: deque[datetime], limit: datetime) -> None:
    while moments and moments[0] <= limit:
        moments.popleft()


def _answers_an_interaction(route: Route) -> bool:
    """Those are not counted in what all requests together may be."""
    return route.webhook_token is not None
