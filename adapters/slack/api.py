"""Slack's Web API, one request a call: the real SDK's client, our errors, our pace."""

import logging
from collections.abc import Mapping
from io import BytesIO
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.slack.errors import Refused, answered_nonsense, back_at, failure, refusal
from adapters.slack.line import Json
from adapters.slack.pace import Pace
from adapters.slack.tokens import Tokens, team_of
from bot.errors import AdapterError, Rejected, Throttled
from bot.ports import Clock

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
HOOKS = "hooks.slack.com"
SLACKS = (".slack.com", ".slack-files.com", ".slack-edge.com")
"""Where files are handed in."""
DONE_ALREADY = {"already_reacted"}


class Api:
    """Open while it is entered."""

    def __init__(self, base_url: str, clock: Clock, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        self.clock = clock
        self._base = URL(base_url)
        self._timeout = timeout
        self._pace = Pace(clock)
        self._session: aiohttp.ClientSession | None = None
        self.client = AsyncWebClient(base_url=base_url, retry_handlers=[])

    @property
    def is_open(self) -> bool:
        return self._session is not None

    async def __aenter__(self) -> Self:
        keep_quiet()
        # A connection that was kept may be dead when the next request is sent over it, and nobody could say then
        # whether the message was posted.
        connector = aiohttp.TCPConnector(force_close=True)
        session = aiohttp.ClientSession(
            connector=connector, timeout=self._timeout, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()
        )
        # aiohttp repeats a GET by itself when the connection was cut. There is no public switch.
        session._retry_connection = False  # noqa: SLF001
        self._session = self.client.session = session
        self.client.proxy = None  # the session heeds the environment, NO_PROXY included
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def read(self, token: str, team: str, method: str, wanted: Json) -> Json:
        self._pace.claim(team, method)
        data, _headers = await self._call(token, team, method, http_verb="GET", params=_given(wanted))
        return data

    async def write(self, token: str, team: str, method: str, body: Json) -> Json:
        self._pace.claim(team, method, str(body.get("channel", "")))
        data, _headers = await self._call(token, team, method, json=_given(body))
        return data

    async def write_all(self, token: str, team: str, method: str, bodies: list[Json]) -> None:
        """What is done is taken out of the list, so that it can be gone on with later. Our own pace lets all begin or
        none. What is done already is no error."""
        self._pace.claim(team, method, calls=len(bodies))
        while bodies:
            try:
                await self._call(token, team, method, json=bodies[0])
            except Refused as refused:
                if refused.code not in DONE_ALREADY:
                    raise
            del bodies[0]

    async def who_am_i(self, token: str) -> tuple[Json, frozenset[str]]:
        """Whose token it is, and the scopes that it was granted."""
        self._pace.claim("", "auth.test")
        data, headers = await self._call(token, "", "auth.test")
        scopes = headers.get("x-oauth-scopes", "").split(",")
        return data, frozenset(scope for each in scopes if (scope := each.strip()))

    async def socket_address(self, app_token: str) -> str:
        """Where a socket can be opened, once and soon."""
        answer = await self.write(app_token, "", "apps.connections.open", {})
        return str(answer.get("url", ""))

    async def _call(self, token: str, team: str, method: str, **how: Any) -> tuple[Json, Mapping[str, str]]:  # noqa: ANN401
        try:
            response = await self.client.api_call(method, headers={"Authorization": f"Bearer {token}"}, **how)
            return _json(response.data), response.headers
        except SlackApiError as refused:
            problem = self._refused(method, refused.response)
        except (aiohttp.ClientError, TimeoutError) as cut:
            problem = failure(method, cut)
        except (SlackClientError, AttributeError, TypeError, ValueError):
            problem = answered_nonsense(method, 200)
        if isinstance(problem, Throttled):
            channel = str((how.get("json") or {}).get("channel", ""))
            self._pace.hold(team, method, channel, problem.until)
        raise problem

    def _refused(self, method: str, response: Any) -> AdapterError:  # noqa: ANN401 - the SDK has several kinds of it
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        until = back_at(response.headers.get("Retry-After", ""), self.clock.now())
        if status == 429:
            return refusal(method, "ratelimited", until=until)
        code = data.get("error") if isinstance(data, dict) else None
        if not isinstance(code, str) or not code:
            return answered_nonsense(method, status)
        return refusal(method, code, needed=str(data.get("needed", "")) if data else "", until=until)

    async def answer(self, url: str, body: Json) -> bool:
        """Answers where Slack said an answer may go. False once it may no longer, and nothing was shown."""
        if self._session is None or not self._is_slacks(url):
            raise Rejected("This is no address of Slack's.")
        try:
            async with self._session.post(url, json=body, allow_redirects=False) as response:
                return self._answered(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, TimeoutError) as cut:
            raise failure("response_url", cut) from None

    async def upload(self, url: str, contents: bytes) -> None:
        """Hands a file in where Slack said it may go: it is shown to nobody yet. No token goes there."""
        if self._session is None or not self._takes_files(url):
            raise Rejected("This is no address of Slack's.")
        headers = {"Content-Type": "application/octet-stream"}
        try:
            posting = self._session.post(url, data=BytesIO(contents), headers=headers, allow_redirects=False)
            async with posting as response:
                status = response.status
                if status == 429:
                    until = back_at(response.headers.get("Retry-After", ""), self.clock.now())
                    raise Throttled("Slack asked to wait.", until)
        except (aiohttp.ClientError, TimeoutError) as cut:
            raise failure("upload", cut) from None
        if status != 200:
            raise answered_nonsense("upload", status)

    def _answered(self, status: int, headers: Mapping[str, str], body: bytes) -> bool:
        if status == 200:
            return True
        if status == 429:
            raise Throttled("Slack asked to wait.", back_at(headers.get("Retry-After", ""), self.clock.now()))
        if b"expired_url" in body or b"used_url" in body:
            return False
        raise answered_nonsense("response_url", status)

    def _is_slacks(self, url: str) -> bool:
        """It came with an event of Slack's, and still: what we post there is somebody's private answer."""
        try:
            asked = URL(url)
        except ValueError:
            return False
        if asked.host == self._base.host:
            return asked.scheme == self._base.scheme
        return asked.scheme == "https" and asked.host == HOOKS

    def _takes_files(self, url: str) -> bool:
        """What we hand in there is what somebody saved."""
        try:
            asked = URL(url)
        except ValueError:
            return False
        is_slacks = asked.scheme == "https" and bool(asked.host) and f".{asked.host}".endswith(SLACKS)
        return is_slacks or (asked.scheme, asked.host) == (self._base.scheme, self._base.host)


class Calls:
    """The API in a workspace, with that workspace's token."""

    def __init__(self, api: Api, tokens: Tokens) -> None:
        self._api = api
        self._tokens = tokens

    async def read(self, workspace: str, method: str, **wanted: object) -> Json:
        token = await self._tokens.token(workspace)
        return await self._api.read(token, team_of(workspace), method, wanted)

    async def write(self, workspace: str, method: str, **body: object) -> Json:
        token = await self._tokens.token(workspace)
        return await self._api.write(token, team_of(workspace), method, body)

    async def write_all(self, workspace: str, method: str, bodies: list[Json]) -> None:
        token = await self._tokens.token(workspace)
        await self._api.write_all(token, team_of(workspace), method, bodies)


def _json(data: object) -> Json:
    if not isinstance(data, dict):
        raise TypeError
    return data


def _given(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def keep_quiet() -> None:
    """At DEBUG the SDK and Bolt log what people wrote."""
    for name in ("slack_sdk", "slack_bolt"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
