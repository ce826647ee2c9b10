"""What the loopback X billed, and how often it may be asked."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

PRICES = {"post": 5_000, "user": 10_000, "count": 5_000}  # micro-dollars (X docs: pricing)

QUARTER = timedelta(minutes=15)
# For one app in a quarter of an hour (X docs: rate limits).
LIMITS = {
    "/2/tweets/search/recent": 450,
    "/2/tweets/counts/recent": 300,
    "/2/tweets": 3_500,
    "/2/users/by": 300,
    "/2/users": 300,
    "/2/usage/tweets": 50,
    "/2/compliance/jobs": 150,
}


class Bill:
    """What was billed: a resource once in a UTC day (X docs: post-cap, pricing), a count of posts every time."""

    def __init__(self) -> None:
        self.resources: defaultdict[date, dict[str, set[str]]] = defaultdict(lambda: {"post": set(), "user": set()})
        self.counts: defaultdict[date, int] = defaultdict(int)
        self.listed = 0

    def charge(self, day: date, *, posts: Iterable[str] = (), users: Iterable[str] = (), counts: int = 0) -> None:
        for kind, ids in (("post", list(posts)), ("user", list(users))):
            self.resources[day][kind].update(ids)
            self.listed += PRICES[kind] * len(ids)
        self.counts[day] += counts
        self.listed += PRICES["count"] * counts

    def of(self, day: date) -> int:
        """In micro-dollars."""
        resources = sum(PRICES[kind] * len(ids) for kind, ids in self.resources[day].items())
        return resources + PRICES["count"] * self.counts[day]

    @property
    def total(self) -> int:
        return sum(self.of(day) for day in list(self.resources))

    def posts_on(self, day: date) -> int:
        return len(self.resources[day]["post"]) if day in self.resources else 0


class RateLimits:
    """Windows of a quarter of an hour; X tells in its headers how many requests are left."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, datetime], int] = {}

    def take(self, path: str, now: datetime) -> tuple[bool, dict[str, str]]:
        """Whether the request is within the limit, and the headers of its answer."""
        endpoint = max((each for each in LIMITS if path.startswith(each)), key=len, default="")
        limit = LIMITS.get(endpoint, 900)
        start = _quarter(now)
        used = self._used.get((endpoint, start), 0) + 1
        self._used[endpoint, start] = used
        reset = int((start + QUARTER).timestamp())
        return used <= limit, {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(max(0, limit - used)),
            "x-rate-limit-reset": str(reset),
        }


def _quarter(now: datetime) -> datetime:
    utc = now.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)
