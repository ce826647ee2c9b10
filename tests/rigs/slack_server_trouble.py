"""How a loopback Slack refuses, fails and cuts off."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from tests.rigs.slack_server_rules import BURST, MESSAGES_A_MINUTE, TIERS
from tests.rigs.slack_server_world import Clock

FAULTS = (
    "an error with an HTML body",
    "nonsense instead of JSON",
    "out of service",
    "the page of a proxy",
    "dropped",
    "done, then dropped",
    "slow",
)
"""`out of service` and `the page of a proxy` are certainly not done; of the first two nobody can say."""


@dataclass
class _Bucket:
    """Holds `most`, and fills up again by `each_second`."""

    most: float
    each_second: float
    left: float
    at: datetime

    def take(self, now: datetime) -> int:
        """0 where there was one to take, else the seconds until there is."""
        self.left = min(self.most, self.left + (now - self.at).total_seconds() * self.each_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0
        return max(1, math.ceil((1 - self.left) / self.each_second))


@dataclass
class Pace:
    """What a workspace takes of each method, by the clock."""

    clock: Clock
    is_kept: bool = True
    messages_a_minute: int = MESSAGES_A_MINUTE
    _buckets: dict[tuple[str, ...], _Bucket] = field(default_factory=dict)

    def wait(self, team: str, method: str, channel: str) -> int:
        """The seconds to wait, 0 for none."""
        if not self.is_kept:
            return 0
        if method == "chat.postMessage":
            minute = self.messages_a_minute
            return self._take((team, method, channel), BURST, 1.0) or self._take((team, method), minute, minute / 60)
        tier = TIERS.get(method)
        return self._take((team, method), max(tier, 10), tier / 60) if tier else 0

    def _take(self, key: tuple[str, ...], most: float, each_second: float) -> int:
        now = self.clock.now()
        return self._buckets.setdefault(key, _Bucket(most, each_second, most, now)).take(now)


@dataclass
class _Fault:
    name: str
    times: int
    method: str
    spares: int = 0


@dataclass
class Faults:
    """Coming calls that go wrong. `throttle` is a 429, whatever was sent before."""

    waiting: list[_Fault] = field(default_factory=list)

    def fail_next(self, name: str, times: int = 1, method: str = "", *, after: int = 0) -> None:
        """The next `times` calls, of any method or of this one, once so many have gone well."""
        if name not in FAULTS and not name.startswith("429 "):
            raise ValueError(f"No fault is called {name}.")
        self.waiting.append(_Fault(name, times, method, after))

    def throttle(self, seconds: int, times: int = 1, method: str = "", *, after: int = 0) -> None:
        self.fail_next(f"429 {seconds}", times, method, after=after)

    def clear(self) -> None:
        self.waiting.clear()

    def due(self, method: str) -> str:
        for fault in self.waiting:
            if fault.times > 0 and fault.method in ("", method):
                if fault.spares:
                    fault.spares -= 1
                    continue
                fault.times -= 1
                return fault.name
        return ""


def ratelimited(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def failing(name: str) -> web.Response:
    if name.startswith("429 "):
        return ratelimited(int(name.removeprefix("429 ")))
    if name == "out of service":
        return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
    if name == "the page of a proxy":
        return web.Response(
            status=403, text="<html><body>Blocked by your school</body></html>", content_type="text/html"
        )
    if name == "an error with an HTML body":
        page = "<html><body><h1>Slack has some trouble</h1></body></html>"
        return web.Response(status=500, text=page, content_type="text/html")
    return web.Response(text='{"ok": tru', content_type="application/json")


def cut(request: web.Request) -> web.Response:
    """The connection ends without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
