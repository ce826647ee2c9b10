"""How a loopback Discord refuses, fails and cuts off, and how much it takes."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, time

from aiohttp import web

from tests.rigs.discord_server_rules import EVERY_OPERATION, EVERYTHING_A_SECOND, LIMITS, UNLIMITED, Refused

FAULTS = (
    "an error with an HTML body",
    "bad gateway",
    "nonsense instead of JSON",
    "out of service",
    "the page of a proxy",
    "refused by Cloudflare",
    "dropped",
    "done, then dropped",
    "done, then an error with an HTML body",
    "slow",
)
"""`out of service`, `the page of a proxy` and Cloudflare's refusal are certainly not done; of the first three nobody
can say. `slow` gives no answer for as long as the server lives."""


@dataclass
class _Window:
    """So many within so many seconds, counted from the first."""

    left: int
    ends: float


@dataclass
class Pace:
    """What a bot's routes take, in real time, because that is how libraries wait. Off unless a test switches it on."""

    is_kept: bool = False
    limits: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(LIMITS))
    everything_a_second: int = EVERYTHING_A_SECOND
    now: Callable[[], float] = monotonic
    _windows: dict[str, _Window] = field(default_factory=dict)

    def take(
        self, operation: str, major: str, *, is_the_bots: bool = True
    ) -> tuple[dict[str, str], web.Response | None]:
        """The headers of the answer, and the refusal where there is no room. `major` is the channel, server, webhook or
        interaction that a bucket belongs to. What answers interactions is not the bot's and counts for itself alone."""
        most, within = self.limits.get(operation, EVERY_OPERATION) if self.is_kept else UNLIMITED
        bucket = hashlib.blake2s(operation.encode(), digest_size=8).hexdigest()
        if self.is_kept and is_the_bots:
            everything = self._window("everything", self.everything_a_second, 1)
            if everything.left == 0:
                return {}, ratelimited(everything.ends - self.now(), is_global=True)
            everything.left -= 1
        window = self._window(f"{operation}:{major}", most, within)
        headers = {"X-RateLimit-Bucket": bucket, "X-RateLimit-Limit": str(most)}
        headers |= _until(window.ends - self.now())
        if window.left == 0:
            headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Scope": "user"}
            return headers, ratelimited(window.ends - self.now(), headers)
        window.left -= 1 if self.is_kept else 0
        return {**headers, "X-RateLimit-Remaining": str(window.left)}, None

    def _window(self, key: str, most: int, within: float) -> _Window:
        now = self.now()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = _Window(most, now + within)
        return window


def _until(seconds: float) -> dict[str, str]:
    return {"X-RateLimit-Reset": f"{time() + seconds:.3f}", "X-RateLimit-Reset-After": f"{max(seconds, 0.0):.3f}"}


@dataclass
class _Fault:
    name: str
    times: int
    operation: str
    where: str
    spares: int = 0
    refusal: Refused | None = None


@dataclass
class Faults:
    """Coming requests that go wrong. `throttle` is a 429, whatever was sent before."""

    waiting: list[_Fault] = field(default_factory=list)

    def fail_next(self, name: str, times: int = 1, operation: str = "", *, after: int = 0, where: str = "") -> None:
        """The next `times` requests, of any kind or of this one, with this id in their path, once so many went well."""
        if name not in FAULTS and not name.startswith("429 "):
            raise ValueError(f"No fault is called {name}.")
        self.waiting.append(_Fault(name, times, operation, where, after))

    def throttle(
        self, seconds: float, times: int = 1, operation: str = "", *, is_global: bool = False, where: str = ""
    ) -> None:
        self.fail_next(f"429 {seconds}{' global' if is_global else ''}", times, operation, where=where)

    def refuse_next(
        self, code: int, message: str, status: int = 403, operation: str = "", times: int = 1, *, where: str = ""
    ) -> None:
        """Discord says this code, whatever its rules say."""
        refusal = Refused(status, code, message)
        self.waiting.append(_Fault("refused", times, operation, where, refusal=refusal))

    def clear(self) -> None:
        self.waiting.clear()

    def due(self, operation: str, path: str) -> _Fault | None:
        for fault in self.waiting:
            if fault.times > 0 and fault.operation in ("", operation) and fault.where in path:
                if fault.spares:
                    fault.spares -= 1
                    continue
                fault.times -= 1
                return fault
        return None


def as_json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """With the type exactly as Discord has it: discord.py reads nothing else as JSON."""
    text = json.dumps(body).encode()
    return web.Response(status=status, body=text, content_type="application/json", headers=headers)


def ratelimited(seconds: float, headers: dict[str, str] | None = None, *, is_global: bool = False) -> web.Response:
    """`Via` tells libraries that Discord itself answers, not what stands before it."""
    wait = max(seconds, 0.001)
    told = {**(headers or {}), "Via": "1.1 google", "Retry-After": str(max(1, int(wait + 0.999)))}
    if is_global:
        told |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
    return as_json(body, 429, told)


def refusing(refused: Refused) -> web.Response:
    body: dict[str, object] = {"message": refused.message, "code": refused.code}
    if refused.errors:
        body["errors"] = refused.errors
    return as_json(body, refused.status)


def failing(name: str) -> web.Response:
    if name.startswith("429 "):
        seconds, _, scope = name.removeprefix("429 ").partition(" ")
        headers = {} if scope else {"X-RateLimit-Scope": "user", "X-RateLimit-Remaining": "0", **_until(float(seconds))}
        return ratelimited(float(seconds), headers, is_global=bool(scope))
    if name == "out of service":
        return as_json({"message": "503: Service Unavailable", "code": 0}, 503)
    if name == "the page of a proxy":
        return _page(403, "Blocked by your school")
    if name == "bad gateway":
        return _page(502, "502: Bad gateway")
    if name == "refused by Cloudflare":
        page = _page(429, "You are being rate limited. Error 1015")
        page.headers["Retry-After"] = "600"
        return page
    if name.endswith("an error with an HTML body"):
        return _page(500, "Discord has some trouble")
    return web.Response(body=b'{"id": "12', content_type="application/json")


def _page(status: int, words: str) -> web.Response:
    return web.Response(status=status, text=f"<html><body><h1>{words}</h1></body></html>", content_type="text/html")


def cut(request: web.Request) -> web.Response:
    """The connection ends without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
