"""The requests behind all of discord.py and of ours: one attempt each, within a time, or an error that says what came
of it.

The library's own way repeats what failed, and sleeps inside a request until its bucket is full again, also when the
request was long answered. Whoever delivers messages exactly once decides such things for themselves.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import structlog
from discord import File
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.utils import MISSING
from yarl import URL

from adapters.discord.errors import (
    BEGUN_TOO_FAST,
    NOT_ASKED,
    Cut,
    answered_nonsense,
    asked_to_wait,
    back_at,
    failure,
    refusal,
)
from adapters.discord.pace import Pace
from bot.errors import AdapterError, Throttled
from bot.ports import Clock

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
REFUSED = {401, 403, 429}

log = structlog.get_logger(__name__)


class Requests(HTTPClient):
    """Open until `close_all`; what discord.py closes is the gateway's part of it only. `gateway` is where a new session
    of the gateway begins."""

    def __init__(self, api_url: str, clock: Clock, pace: Pace, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        super().__init__(asyncio.get_running_loop())
        self.gateway = DiscordWebSocket.DEFAULT_GATEWAY
        self._api_url = api_url.rstrip("/")
        self._clock = clock
        self._pace = pace
        # A connection that was kept may be dead when the next request is sent over it, and nobody could say then
        # whether the message was posted.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()
        )
        # aiohttp repeats a GET by itself when the connection was cut. There is no public switch.
        self._session._retry_connection = False  # noqa: SLF001

    async def close(self) -> None:
        """What the gateway goes over. The next login makes it anew."""
        await super().close()
        self.connector = MISSING

    async def close_all(self) -> None:
        await self.close()
        await self._session.close()

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        address = URL(url)
        if address.host == DiscordWebSocket.DEFAULT_GATEWAY.host:
            address = self.gateway.with_query(address.query)
        self.proxy = None if proxy_bypass(address.host or "") else getproxies().get("https")
        return await super().ws_connect(str(address), compress=compress)

    async def request(
        self,
        route: Route,
        *,
        files: Sequence[File] | None = None,
        form: Iterable[dict[str, Any]] | None = None,
        **how: Any,  # noqa: ANN401 - the base's own shape
    ) -> Any:  # noqa: ANN401
        """What Discord answers, None where it answers nothing. Raises an AdapterError."""
        assert not files, "files go with the form"  # noqa: S101
        self._pace.claim(route)
        how["headers"] = self._headers(how.pop("reason", None), is_json="json" in how)
        if "json" in how:
            how["data"] = json.dumps(how.pop("json"), separators=(",", ":")).encode()
        if form:
            how["data"] = _as_form(form)
        try:
            async with self._session.request(route.method, self._url(route), allow_redirects=False, **how) as response:
                return self._understood(route, response, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as cut:
            raise failure(cut) from None

    def _url(self, route: Route) -> URL:
        return URL(self._api_url + route.url.removeprefix(Route.BASE), encoded=True)

    def _headers(self, reason: str | None, *, is_json: bool) -> dict[str, str]:
        headers = {"User-Agent": self.user_agent}
        if self.token is not None:
            headers["Authorization"] = f"Bot {self.token}"
        if is_json:
            headers["Content-Type"] = "application/json"
        if reason:
            headers["X-Audit-Log-Reason"] = reason
        return headers

    def _understood(self, route: Route, response: aiohttp.ClientResponse, body: bytes) -> object:
        status = response.status
        if status in REFUSED and response.headers.get("X-RateLimit-Scope") != "shared":
            self._count_refusal()
        if status == 429:
            raise self._throttled(route, response, body)
        self._pace.learn(route, response.headers)
        answer = _json(response, body)
        if 200 <= status < 300:
            if answer is None and body:
                raise Cut
            return answer
        refused = _refused(status, answer, self._clock.now())
        if isinstance(refused, Throttled) and _code(answer) == BEGUN_TOO_FAST:
            self._pace.hold(route, refused.until, everything=False)
        raise refused

    def _count_refusal(self) -> None:
        if self._pace.was_refused():
            log.error(NOT_ASKED)

    def _throttled(self, route: Route, response: aiohttp.ClientResponse, body: bytes) -> AdapterError:
        """What answers in anything but JSON stands before Discord, and means all of us."""
        answer = _json(response, body)
        advice = answer if isinstance(answer, dict) else {}
        until = back_at(advice.get("retry_after", response.headers.get("Retry-After")), self._clock.now())
        if advice:
            self._pace.hold(route, until, everything=bool(advice.get("global")))
        else:
            self._pace.be_silent(until)
        return asked_to_wait(until)


def _refused(status: int, answer: object, now: datetime) -> AdapterError:
    code = _code(answer)
    return answered_nonsense(status) if status >= 500 or code is None else refusal(status, code, now)


def _code(answer: object) -> int | None:
    """Discord's own number for why; None where it is not Discord who answers."""
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else None


def _json(response: aiohttp.ClientResponse, body: bytes) -> object:
    """None for what is no JSON."""
    if response.content_type != "application/json":
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _as_form(parts: Iterable[dict[str, Any]]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for part in parts:
        form.add_field(**part)
    return form
