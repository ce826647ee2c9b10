"""Socket Mode: a websocket to Slack over which we hear everything. For one workspace, without a public address."""

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.request import proxy_bypass

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from yarl import URL

from adapters.slack.api import Api
from adapters.slack.bolt import Reception, build_app
from adapters.slack.line import Json, Noticed
from adapters.slack.rights import what_is_lost
from adapters.slack.section import SlackSection
from adapters.slack.tokens import PLATFORM, Installed, OneToken, team_of, workspace_id
from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.events import Event, WorkspaceLeft
from bot.errors import AdapterError, Unauthorised, Unavailable
from bot.plugins import ChatTools
from bot.ports import Route

PING_SECONDS = 10.0
PATIENCE_SECONDS = 30.0
"""How long one address is tried: it is good for one connection, and for a short time."""
TOO_LONG = timedelta(minutes=1)

_WHERE = "from the app's page at api.slack.com/apps"
BOT_TOKEN = f"Slack does not accept bot_token of [slack]. Copy it again {_WHERE}, under OAuth & Permissions."
APP_TOKEN = (
    f"Slack does not accept app_token of [slack]. Make an app-level token with connections:write {_WHERE}, under Basic "
    "Information, and see that Socket Mode is switched on."
)
WHOLE_ORGANISATION = (
    'bot_token of [slack] is one of a whole organisation. Install the app in one workspace, or use mode = "http".'
)


class SocketLine:
    """`ping_seconds` is how often the connection is tried; after four times that without an answer it is a dead one."""

    def __init__(
        self, section: SlackSection, tools: ChatTools, api: Api, *, ping_seconds: float = PING_SECONDS
    ) -> None:
        self._tools = tools
        self._bot_token = section.bot_token.get_secret_value()
        self._app_token = section.app_token.get_secret_value()
        self._api = api
        self._ping_seconds = ping_seconds
        self._client: _Client | None = None
        self._reception: Reception | None = None
        self.tokens = OneToken(self._bot_token)

    async def open(self, noticed: Noticed) -> None:
        self.tokens.belongs_to(await self._who_we_are())
        address = await self._address()
        self._reception = Reception(self._tools.inbox, self._tools.clock, self._authorize, noticed, self._believes)
        self._client = _Client(self._api, self._app_token, self._ping_seconds, self._tools)
        _Handler(build_app(self._api.client, self._reception), self._client)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._client.connect_to(address)
        except TimeoutError:
            raise Unavailable("Slack's socket cannot be reached. Does the firewall let websockets through?") from None

    async def close(self) -> None:
        """What is being kept is kept and acknowledged first."""
        reception, self._reception = self._reception, None
        client, self._client = self._client, None
        if reception is not None:
            await reception.close()
        if client is not None:
            await client.leave()

    def routes(self) -> Sequence[Route]:
        return ()

    async def check(self) -> Sequence[Check]:
        return [*await self._check_bot(), await self._check_socket()]

    async def _check_bot(self) -> Sequence[Check]:
        try:
            installed = await self._who_we_are()
        except AdapterError as problem:
            return [Check("slack", Health.FAIL, "the bot token does not work", str(problem))]
        found = Check("slack", Health.OK, f"connected to {installed.workspace.name}")
        return [found, *_lacking(installed.scopes)]

    async def _check_socket(self) -> Check:
        if self._client is not None:
            if await self._client.is_connected():
                return Check("slack socket", Health.OK, "it is open")
            since = f" since {away:%H:%M} UTC" if (away := self._client.away_since) else ""
            return Check("slack socket", Health.WARN, f"it is closed, and being opened again{since}")
        try:
            await self._address()
        except AdapterError as problem:
            return Check("slack socket", Health.FAIL, "it cannot be opened", str(problem))
        return Check("slack socket", Health.OK, "it can be opened")

    async def _authorize(self, _enterprise: str, team: str) -> Installed | None:
        return next((each for each in self.tokens.installed() if team in ("", team_of(each.workspace.id))), None)

    async def _believes(self, event: Event, _body: Json) -> bool:
        """That we were taken out: only of our own workspace, and where Slack no longer takes the token."""
        if not isinstance(event.happening, WorkspaceLeft):
            return True
        if all(each.workspace.id != event.workspace for each in self.tokens.installed()):
            return False
        try:
            await self._api.who_am_i(self._bot_token)
        except Unauthorised:
            return True
        return False

    async def _who_we_are(self) -> Installed:
        try:
            known, scopes = await self._api.who_am_i(self._bot_token)
        except Unauthorised:
            raise Unauthorised(BOT_TOKEN) from None
        if known.get("is_enterprise_install"):
            raise Unauthorised(WHOLE_ORGANISATION)
        workspace = Workspace(workspace_id(str(known["team_id"])), PLATFORM, str(known.get("team") or "Slack"))
        return Installed(workspace, str(known["user_id"]), str(known.get("bot_id") or ""), scopes)

    async def _address(self) -> str:
        try:
            return await self._api.socket_address(self._app_token)
        except Unauthorised:
            raise Unauthorised(APP_TOKEN) from None


def _lacking(scopes: frozenset[str]) -> list[Check]:
    return [
        Check(f"slack right {scope}", Health.WARN, "not granted", f"What is lost without it: {lost}")
        for scope, lost in what_is_lost(scopes)
    ]


class _Client(SocketModeClient):
    """The SDK's, which pings, notices silence and connects anew by itself; mended where it would try an address for
    ever that Slack gave out long ago, or take a proxy where none is wanted. `away_since` is empty while it is there."""

    def __init__(self, api: Api, app_token: str, ping_seconds: float, tools: ChatTools) -> None:
        super().__init__(app_token, logger=_logger(), web_client=api.client, ping_interval=ping_seconds)
        self.away_since: datetime | None = None
        self._was_there = False
        self._tools = tools
        self._api = api
        self._proxy_of_the_environment = self.proxy

    async def connect_to(self, address: str) -> None:
        self._head_for(address)
        await self.connect()

    async def issue_new_wss_url(self) -> str:
        self.away_since = self.away_since or self._tools.clock.now()
        address = await self._api.socket_address(self.app_token)
        self._head_for(address)
        return address

    def _head_for(self, address: str) -> None:
        self.wss_uri = address
        self.proxy = None if proxy_bypass(URL(address).host or "") else self._proxy_of_the_environment

    async def connect(self) -> None:
        self.away_since = self.away_since or self._tools.clock.now()
        while not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await super().connect()  # type: ignore[no-untyped-call]
                    self._is_there()
                    return
            self.wss_uri = None

    def _is_there(self) -> None:
        """Slack reports an event three times within about five minutes, and then no more."""
        away_for = self._tools.clock.now() - (self.away_since or self._tools.clock.now())
        if self._was_there and away_for >= TOO_LONG:
            self._tools.missed()
        self._was_there, self.away_since = True, None

    async def leave(self) -> None:
        await self.close()  # type: ignore[no-untyped-call]
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)


class _Handler(AsyncSocketModeHandler):
    """Bolt's, around a client that is there already."""

    def __init__(self, app: AsyncApp, client: _Client) -> None:
        self.app = app
        self.app_token = client.app_token
        self.client = client
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]


def _logger() -> logging.Logger:
    """The address of a socket holds a ticket, and the SDK writes it into its complaints."""
    logger = logging.getLogger("slack_sdk.socket_mode.staffroom")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_without_addresses)
    return logger


def _without_addresses(record: logging.LogRecord) -> bool:
    record.msg = re.sub(r"wss?://\S+", "[address]", record.getMessage())
    record.args, record.exc_info, record.exc_text = (), None, None
    return True
