"""A loopback X: API v2 as X's documents describe it, for tests, benchmarks, and for trying `staffroom run` by hand.

    python -m tests.rigs.x_server --posts FILE --port 8999 --now 2026-11-24T07:00:00Z --speed 60

prints its address in one line. Another process can make it fail and ask what it saw under `/_rig/`.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.rigs.running_clock import RunningClock
from tests.rigs.x_server_api import Api, Clock, Refused
from tests.rigs.x_server_bill import Bill, RateLimits
from tests.rigs.x_server_faults import FAULTS, bad_request, empty_404, too_many, unauthorised
from tests.rigs.x_server_jobs import Jobs
from tests.rigs.x_server_query import BadQuery
from tests.rigs.x_server_world import Json, World, load_world

TOKEN = "AAAAAAAAAAAAAAAAAAAAAinvented%2Fsecret%3Dtoken"
JOBS = "/2/compliance/jobs"
WITHOUT_ANSWER = {"dropped", "dropped_after", "slow"}


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    path: str
    query: dict[str, str]
    user_agent: str
    signed_in: bool
    method: str = "GET"


@dataclass
class _Fault:
    name: str
    times: int
    path: str


@dataclass
class XServer:
    """Serves `world` on a loopback port while it is entered; `answer` does the same without a network.

    `fail_next` makes coming requests fail: a name of `x_server_faults.FAULTS`, `dropped` (the request is read, then the
    connection cut), `dropped_after` (carried out and billed, then cut) or `slow` (no answer at all). `refused` says
    what was asked for against the documents, `throttled` counts what came above a rate limit.
    """

    clock: Clock
    world: World = field(default_factory=World)
    token: str = TOKEN
    port: int = 0

    def __post_init__(self) -> None:
        self.seen: list[Seen] = []
        self.refused: list[str] = []
        self.throttled = 0
        self.api = Api(self.clock, self.world)
        self.jobs = Jobs(self.clock, self.world)
        self.limits = RateLimits()
        self._faults: list[_Fault] = []
        self._sayings: list[tuple[str, Json]] = []
        self.stalled = asyncio.Event()
        self._closing = asyncio.Event()

    @property
    def bill(self) -> Bill:
        return self.api.bill

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(
            [
                web.get("/_rig/log", self._log),
                web.post("/_rig/fault", self._set_fault),
                web.post("/_rig/page", self._add_page),
                web.route("*", "/{path:.*}", self._serve),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.jobs.base = self.url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail_next(self, name: str, times: int = 1, path: str = "/") -> None:
        """The next `times` requests whose path begins with `path` fail like that."""
        if name not in {*FAULTS, *WITHOUT_ANSWER}:
            raise ValueError(f"No fault is called {name}.")
        self._faults.append(_Fault(name, times, path))

    def fail_no_more(self) -> None:
        """All is well again."""
        self._faults.clear()

    def say_next(self, body: Json, path: str = "/") -> None:
        """The next request whose path begins with `path` is answered with this."""
        self._sayings.append((path, body))

    def seen_at(self, path: str) -> list[Seen]:
        return [each for each in self.seen if each.path == path]

    # -------------------------------------------------------------------------------------------------------- answers

    def answer(self, path: str, asked: dict[str, str], method: str = "GET", content: bytes = b"") -> web.Response:
        """What X says to somebody who is signed in: its 429 above a limit, its 400 for whatever is wrong."""
        within_limits, headers = self.limits.take(path, self.clock.now())
        if not within_limits:
            self.throttled += 1
            return too_many(self.clock.now(), int(headers["x-rate-limit-reset"]))
        try:
            response = self._answer(path, asked, method, content)
        except (Refused, BadQuery) as refused:
            self.refused.append(f"{method} {path} {asked}: {refused}")
            response = bad_request(self.clock.now(), str(refused))
        if path.startswith("/2/"):
            response.headers.update(headers)
        return response

    def _answer(self, path: str, asked: dict[str, str], method: str, content: bytes) -> web.Response:
        if method == "GET" and path in self.api.answers:
            return self.api.answers[path](asked)
        if path == JOBS and method == "POST":
            return self.jobs.create(json.loads(content))
        if path.startswith(JOBS + "/") and method == "GET":
            return self.jobs.get(path.removeprefix(JOBS + "/"))
        match method, path.split("/"):
            case "PUT", ["", "_storage", job_id, "submission"]:
                return self.jobs.upload(job_id, content)
            case "GET", ["", "_storage", job_id, "result"]:
                return self.jobs.download(job_id)
        return empty_404(self.clock.now())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Faults first, then the bearer token (X docs: app-only authentication), then the answer."""
        asked, content = dict(request.query), await request.read()
        signed_in = request.headers.get("Authorization") == f"Bearer {self.token}"
        agent = request.headers.get("User-Agent", "")
        self.seen.append(Seen(request.path, asked, agent, signed_in, request.method))
        fault = self._due_fault(request.path)
        if fault and fault != "dropped_after":
            return await self._fail(fault, request)
        if request.path.startswith("/2/") and not signed_in:
            return unauthorised(self.clock.now())
        for path, body in self._sayings:
            if request.path.startswith(path):
                self._sayings.remove((path, body))
                return web.json_response(body)
        response = self.answer(request.path, asked, request.method, content)
        return await self._fail(fault, request) if fault else response

    def _due_fault(self, path: str) -> str:
        for fault in self._faults:
            if path.startswith(fault.path) and fault.times > 0:
                fault.times -= 1
                return fault.name
        return ""

    async def _fail(self, name: str, request: web.Request) -> web.StreamResponse:
        if name == "slow":
            self.stalled.set()
            await self._closing.wait()
        if name in WITHOUT_ANSWER:
            if request.transport:
                request.transport.abort()
            return web.Response()
        return FAULTS[name](self.clock.now())

    # ------------------------------------------------------------------------------------------------- other processes

    async def _log(self, request: web.Request) -> web.Response:  # noqa: ARG002
        seen = [{"path": each.path, "query": each.query, "signed_in": each.signed_in} for each in self.seen]
        told = {"seen": seen, "billed": self.bill.total, "refused": self.refused, "now": self.clock.now().isoformat()}
        return web.json_response(told)

    async def _set_fault(self, request: web.Request) -> web.Response:
        asked = request.query
        self.fail_next(asked["name"], int(asked.get("times", "1")), asked.get("path", "/"))
        return web.Response()

    async def _add_page(self, request: web.Request) -> web.Response:
        self.world.add_page(await request.json())
        return web.Response()


async def serve(arguments: argparse.Namespace) -> None:
    start = datetime.fromisoformat(arguments.now).astimezone(UTC) if arguments.now else datetime.now(UTC)
    world = load_world(arguments.posts) if arguments.posts else World()
    world.half_life = timedelta(hours=arguments.half_life) if arguments.half_life else None
    async with XServer(RunningClock(start, arguments.speed), world, arguments.token, arguments.port) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.rigs.x_server", description="A loopback X for trials.")
    parser.add_argument("--posts", type=Path, help="pages of the v2 layout, .jsonl or .jsonl.gz")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--now", default="", help="the moment its clock starts at, ISO with zone")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its clock runs")
    parser.add_argument("--half-life", type=float, default=0, help="hours in which half of the engagement comes")
    parser.add_argument("--token", default=TOKEN, help="the bearer token it accepts")
    try:
        asyncio.run(serve(parser.parse_args(words)))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
