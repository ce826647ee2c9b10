"""A loopback Slack: Web API, Socket Mode, interactivity and OAuth as Slack's documents describe them.

    python -m tests.rigs.slack_server

prints its address and tokens, one a line. Its rules stand, with their sources, in `slack_server_rules`; what people do
in it is in `slack_server_people`.
"""

import argparse
import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.rigs.running_clock import RunningClock
from tests.rigs.slack_server_blocks import check_message_blocks
from tests.rigs.slack_server_calls import Call, require_scope
from tests.rigs.slack_server_control import control
from tests.rigs.slack_server_files import taker
from tests.rigs.slack_server_messages import check_content
from tests.rigs.slack_server_methods import METHODS
from tests.rigs.slack_server_oauth import OAuth
from tests.rigs.slack_server_people import People
from tests.rigs.slack_server_rules import MOST_BYTES, MOST_SOCKETS, RESPONSE_URL_LIVES, RESPONSE_URL_USES, Refused
from tests.rigs.slack_server_text import read
from tests.rigs.slack_server_trouble import Faults, Pace, cut, failing, ratelimited
from tests.rigs.slack_server_wire import Wire
from tests.rigs.slack_server_world import (
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    FIRST_TEAM,
    SIGNING_SECRET,
    Clock,
    Json,
    Message,
    ResponseUrl,
    Team,
    Token,
    World,
)

__all__ = ["APP_TOKEN", "BOT_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "FIRST_TEAM", "SIGNING_SECRET", "SlackServer"]


@dataclass(frozen=True)
class Request:
    """A call as it arrived."""

    method: str
    arguments: Json
    token: str


class SlackServer:
    """Serves on a loopback port while it is entered. `people` act in it, `wire` is how the app hears of it, `world` is
    what it knows; `faults` and `pace` say what goes wrong."""

    def __init__(self, clock: Clock | None = None, *, port: int = 0, patience: float = 3.0) -> None:
        self.clock = clock or RunningClock()
        self.port = port
        self.world = World(self.clock)
        self.wire = Wire(self.clock, patience)
        self.oauth = OAuth(self.world)
        self.faults = Faults()
        self.pace = Pace(self.clock)
        self.files_at = ""
        """Where it says that files are handed in, unless that is here."""
        self.seen: list[Request] = []
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.post("/commands/{team}/{key}", self._respond),
                web.post("/upload/v1/{file}", taker(self.world, self.faults)),
                web.get("/link", self.wire.serve_socket),
                web.get("/oauth/v2/authorize", self.oauth.page),
                web.get("/openid/connect/authorize", self.oauth.page),
                *control(self),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await self.listen()
        self.people = People(self.world, self.wire, self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.wire.hang_up()
        await self._runner.cleanup()

    async def listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def stop_listening(self) -> None:
        """From now on connections are refused; those that are open stay."""
        if self._site in self._runner.sites:
            await self._site.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        """What an SDK calls the base address."""
        return f"{self.url}/api/"

    @property
    def team(self) -> Team:
        return self.world.teams[FIRST_TEAM]

    def seen_at(self, method: str) -> list[Request]:
        return [each for each in self.seen if each.method == method]

    def texts(self, channel: str, person: str, team: str = FIRST_TEAM) -> list[str]:
        """What this person reads of the app's messages there, oldest first. `me` is the own conversation with it."""
        return [read(each).text for each in self.messages(channel, person, team)]

    def messages(self, channel: str, person: str, team: str = FIRST_TEAM) -> list[Message]:
        home = self.world.teams[team]
        user = home.person(person).id
        where = home.conversation_with(user) if channel == "me" else home.channel(channel)
        return [each for each in where.messages if each.by_app and each.only_for in (None, user)]

    # ------------------------------------------------------------------------------------------------------------ API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        bearer = request.headers.get("Authorization", "")
        text = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else str(arguments.pop("token", ""))
        self.seen.append(Request(method, arguments, text))
        fault = self.faults.due(method)
        if fault == "slow":
            await self._closing.wait()
        if fault in ("dropped", "slow"):
            return cut(request)
        if fault and fault != "done, then dropped":
            return failing(fault)
        answer = self._respond_to(request, method, text, arguments)
        return cut(request) if fault else answer

    def _respond_to(self, request: web.Request, method: str, text: str, arguments: Json) -> web.Response:
        try:
            if method == "openid.connect.token":
                return web.json_response({"ok": True, **self.oauth.identity(request, arguments)})
            if method == "oauth.v2.access":
                return web.json_response({"ok": True, **self.oauth.access(request, arguments)})
            if method == "blocks.validate":
                check_message_blocks(arguments.get("blocks"))
                return web.json_response({"ok": True})
            token = self._token(text)
            team = self._team(token, arguments)
            if seconds := self.pace.wait(team.id, method, str(arguments.get("channel", ""))):
                return ratelimited(seconds)
            answer = self._answer(method, token, team, arguments)
        except Refused as refused:
            return web.json_response({"ok": False, "error": refused.code, **refused.more})
        scopes = ",".join(sorted(_scopes(token, team)))
        return web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": scopes})

    def _token(self, text: str) -> Token:
        if not text:
            raise Refused("not_authed")
        token = self.world.tokens.get(text)
        if token is None:
            raise Refused(self.world.ended_tokens.get(text, "invalid_auth"))
        if token.expires_at and token.expires_at <= self.clock.now():
            raise Refused("token_expired")
        return token

    def _team(self, token: Token, arguments: Json) -> Team:
        """A token of an organisation works in the workspace that the call names, or where its channel or person is."""
        if token.team or not token.enterprise:
            return self.world.teams[token.team or FIRST_TEAM]
        mine = [each for each in self.world.teams.values() if each.enterprise == token.enterprise]
        ids = [str(arguments.get(name) or "") for name in ("channel", "user", "user_id", "users")]
        named = [each for each in mine if each.id == arguments.get("team_id")]
        known = [each for each in mine for one in ids if one and (one in each.channels or one in each.users)]
        return (named + known + mine)[0]

    def _answer(self, method: str, token: Token, team: Team, arguments: Json) -> Json:
        if (method == "apps.connections.open") != (token.kind == "app"):
            raise Refused("not_allowed_token_type")
        if method == "apps.connections.open":
            if len(self.wire.sockets) >= MOST_SOCKETS:
                raise Refused("too_many_websockets")
            return {"url": f"{self.url.replace('http', 'ws')}/link"}
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        call = Call(method, token, team, arguments)
        require_scope(call)
        answer = METHODS[method](self.world, call)
        place = self.files_at or self.url
        return answer | {"upload_url": place + answer["upload_url"]} if "upload_url" in answer else answer

    # --------------------------------------------------------------------------------------------------- response_url

    async def _respond(self, request: web.Request) -> web.Response:
        """No token is asked for: the address is the secret."""
        body = await request.json()
        self.seen.append(Request("response_url", body, ""))
        fault = self.faults.due("response_url")
        if fault:
            return cut(request) if fault == "dropped" else failing(fault)
        try:
            self._take_response(self._response_url(request.match_info["key"]), body)
        except Refused as refused:
            status = 404 if refused.code in ("expired_url", "used_url") else 400
            return web.json_response({"ok": False, "error": refused.code, **refused.more}, status=status)
        return web.json_response({"ok": True})

    def _response_url(self, key: str) -> ResponseUrl:
        given = self.world.response_urls.get(key)
        if given is None or self.world.age(given.made_at) > RESPONSE_URL_LIVES:
            raise Refused("expired_url")
        if given.uses >= RESPONSE_URL_USES:
            raise Refused("used_url")
        return given

    def _take_response(self, given: ResponseUrl, body: Json) -> None:
        team = self.world.teams[given.team]
        channel = team.channels[given.channel]
        original = channel.message(given.message or "")
        if body.get("delete_original") and original:
            channel.messages.remove(original)
            given.uses += 1
            return
        text, blocks = check_content("response_url", body)
        given.uses += 1
        if body.get("replace_original") in (True, "true") and original:
            original.text, original.blocks = text, blocks
            return
        answer = Message(self.world.new_ts(), channel.id, team.bot.id, text, blocks, by_app=True)
        answer.only_for = None if body.get("response_type") == "in_channel" else given.user
        answer.flags = {name: body[name] for name in ("unfurl_links", "unfurl_media", "mrkdwn") if name in body}
        channel.messages.append(answer)


def _scopes(token: Token, team: Team) -> frozenset[str]:
    return token.scopes & team.scopes if token.kind == "bot" else token.scopes


async def _arguments(request: web.Request) -> Json:
    """From the query, a form or JSON; what is written as JSON inside a form is read."""
    if request.content_type == "application/json":
        body: Any = await request.json()
        return {**request.query, **body}
    return {name: _read(str(value)) for name, value in {**request.query, **await request.post()}.items()}


def _read(value: str) -> Any:
    if value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def serve(arguments: argparse.Namespace) -> None:
    start = datetime.fromisoformat(arguments.now).astimezone(UTC) if arguments.now else None
    async with SlackServer(RunningClock(start, arguments.speed), port=arguments.port) as server:
        for number in range(arguments.channels):
            server.team.add_channel(f"room-{number:03d}", members=list(server.team.users))
        if arguments.without_history:
            server.team.scopes -= {"channels:history", "groups:history", "im:history"}
        server.pace.is_kept = not arguments.no_pace
        sys.stdout.write(f"url {server.url}\nbot_token {BOT_TOKEN}\napp_token {APP_TOKEN}\nteam {FIRST_TEAM}\n")
        sys.stdout.flush()
        while True:
            await server.wire.redeliver()
            await asyncio.sleep(0.2)


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.rigs.slack_server", description="A loopback Slack.")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--now", default="", help="the moment its clock starts at, ISO with zone")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its clock runs")
    parser.add_argument("--channels", type=int, default=0, help="how many further channels, C0ROOM000 and so on")
    parser.add_argument("--without-history", action="store_true", help="the optional history scopes are not granted")
    parser.add_argument("--no-pace", action="store_true", help="no 429, however much is sent")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args(words)))


if __name__ == "__main__":
    main()
