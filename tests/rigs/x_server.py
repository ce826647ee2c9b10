"""A loopback X: API v2 as X's documents describe it, for tests and for trying `staffroom run` by hand.

    python -m tests.rigs.x_server --posts FILE --port 8999 --now 2026-11-24T07:00:00Z --speed 60

prints its address in one line. Another process can make it fail and ask what it saw under `/_rig/`.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

from tests.rigs.running_clock import RunningClock
from tests.rigs.x_server_faults import FAULTS, bad_request, full_headers, unauthorised
from tests.rigs.x_server_query import BadQuery, condition
from tests.rigs.x_server_world import (
    NEW_SPELLING,
    OLD_SPELLING,
    Bill,
    Json,
    World,
    attached,
    load_world,
    looked_up,
    only,
    spelt,
    written_at,
)

TOKEN = "AAAAAAAAAAAAAAAAAAAAAinvented%2Fsecret%3Dtoken"
LOOKS_BACK = timedelta(days=7)
SETTLING = timedelta(seconds=10)
EPOCH_OF_IDS = 1288834974657

DEFAULT_POST_FIELDS = {"id", "text", "edit_history_tweet_ids"}
POST_FIELDS = DEFAULT_POST_FIELDS | {
    *("attachments", "author_id", "conversation_id", "created_at", "edit_controls", "entities", "in_reply_to_user_id"),
    *("lang", "note_tweet", "possibly_sensitive", "public_metrics", "referenced_tweets", "withheld"),
}
DEFAULT_USER_FIELDS = {"id", "name", "username"}
USER_FIELDS = DEFAULT_USER_FIELDS | {"profile_image_url", "protected", "public_metrics"}
SEARCH_PARAMETERS = {
    *("query", "max_results", "next_token", "pagination_token", "start_time", "end_time", "since_id", "until_id"),
    *("sort_order", "tweet.fields", "post.fields", "expansions", "media.fields", "poll.fields", "user.fields"),
}


class Clock(Protocol):
    def now(self) -> datetime: ...


class Refused(Exception):
    """The request is wrong: answered with 400."""


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; `status` is None where the connection was dropped."""

    path: str
    query: dict[str, str]
    user_agent: str
    signed_in: bool


@dataclass
class _Fault:
    name: str
    times: int
    path: str


@dataclass
class XServer:
    """Serves `world` on a loopback port while it is entered. `fail_next` makes coming requests fail: a name of
    `x_server_faults.FAULTS`, `dropped` (the request is read, then the connection cut) or `slow` (no answer at all)."""

    clock: Clock
    world: World = field(default_factory=World)
    token: str = TOKEN
    port: int = 0

    def __post_init__(self) -> None:
        self.seen: list[Seen] = []
        self.bill = Bill()
        self._faults: list[_Fault] = []
        self._tokens: dict[str, tuple[Json, int]] = {}
        self.stalled = asyncio.Event()
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._gate])
        app.add_routes(
            [
                web.get("/2/tweets/search/recent", self._search),
                web.get("/2/users/by", self._users_by),
                web.get("/2/users", self._users),
                web.get("/2/usage/tweets", self._usage),
                web.get("/oembed", self._oembed),
                web.get("/_rig/log", self._log),
                web.post("/_rig/fault", self._set_fault),
                web.post("/_rig/page", self._add_page),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
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
        if name not in {*FAULTS, "dropped", "slow"}:
            raise ValueError(f"No fault is called {name}.")
        self._faults.append(_Fault(name, times, path))

    def seen_at(self, path: str) -> list[Seen]:
        return [each for each in self.seen if each.path == path]

    # ---------------------------------------------------------------------------------------------------------- gate

    @web.middleware
    async def _gate(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Faults first, then the bearer token (X docs: app-only authentication), then X's 400 for whatever is wrong."""
        if request.path.startswith("/_rig/"):
            return await handler(request)
        signed_in = request.headers.get("Authorization") == f"Bearer {self.token}"
        agent = request.headers.get("User-Agent", "")
        self.seen.append(Seen(request.path, dict(request.query), agent, signed_in))
        if fault := self._due_fault(request.path):
            return await self._fail(fault, request)
        if request.path.startswith("/2/") and not signed_in:
            return unauthorised(self.clock.now())
        try:
            return await handler(request)
        except (Refused, BadQuery) as refused:
            return bad_request(self.clock.now(), str(refused))

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
        if name in ("dropped", "slow"):
            if request.transport:
                request.transport.abort()
            return web.Response()
        return FAULTS[name](self.clock.now())

    # -------------------------------------------------------------------------------------------------------- search

    async def _search(self, request: web.Request) -> web.Response:
        """X docs: recent search; paginate; billing of what is returned."""
        asked = dict(request.query)
        size, matches = self._found(asked)
        key = {name: value for name, value in asked.items() if "token" not in name}
        start = self._offset(asked, key)
        given, rest = matches[start : start + size], matches[start + size :]
        meta: Json = {"result_count": len(given)}
        if given:
            meta |= {"newest_id": given[0]["id"], "oldest_id": given[-1]["id"]}
        if rest:
            meta["next_token"] = f"b26v89c19zqg8o3f{len(self._tokens):x}"
            self._tokens[meta["next_token"]] = (key, start + size)
        return self._answer(self._page(given, asked) | {"meta": meta}, asked)

    def _found(self, asked: Json) -> tuple[int, list[Json]]:
        _must(asked.keys() <= SEARCH_PARAMETERS, "The query parameters are not all known")
        size = _number(asked.get("max_results", "10"))
        _must(10 <= size <= 100, "The `max_results` query parameter value is not between 10 and 100")
        matches = condition(asked.get("query", ""))
        begin, end = self._window(asked)
        after = self._since(asked)
        found = (post for post in self.world.newest_first() if begin <= written_at(post) < end)
        return size, [each for each in found if int(each["id"]) > after and matches(self.world.searched(each))]

    def _window(self, asked: Json) -> tuple[datetime, datetime]:
        """X docs: recent search. The start is inclusive and within seven days, the end exclusive and ten seconds ago at
        least; without one it is thirty seconds ago. Both are in whole seconds."""
        now = self.clock.now()
        earliest, latest = now - LOOKS_BACK, now - SETTLING
        begin = _moment(asked["start_time"]) if "start_time" in asked else earliest
        end = _moment(asked["end_time"]) if "end_time" in asked else now - 3 * SETTLING
        _must(begin >= earliest, f"Invalid 'start_time'. 'start_time' must be on or after {earliest:%Y-%m-%dT%H:%MZ}")
        _must(end <= latest, "Invalid 'end_time'. 'end_time' must be a minimum of 10 seconds prior to the request time")
        _must(begin < end, "Invalid 'start_time'. 'start_time' must be before 'end_time'")
        return begin, end

    def _since(self, asked: Json) -> int:
        """The live API refuses since_id with a window, and one of more than seven days ago (reported by X's users)."""
        if "since_id" not in asked:
            return -1
        since = _number(asked["since_id"])
        _must(not asked.keys() & {"start_time", "end_time"}, "Invalid use of since_id in conjunction with start_time")
        made_at = datetime.fromtimestamp(((since >> 22) + EPOCH_OF_IDS) / 1000, UTC)
        _must(made_at >= self.clock.now() - LOOKS_BACK, "'since_id' must be a tweet id created after 7 days ago")
        return since

    def _offset(self, asked: Json, key: Json) -> int:
        """X docs: paginate. A token belongs to its query and does not expire; the size of the page may change."""
        token = asked.get("next_token") or asked.get("pagination_token")
        if not token:
            return 0
        first_asked, offset = self._tokens.get(token, ({}, 0))
        same = first_asked | {"max_results": ""} == key | {"max_results": ""}
        _must(same, "Invalid 'next_token'")
        return offset

    # --------------------------------------------------------------------------------------------------- what is given

    def _page(self, posts: list[Json], asked: Json) -> Json:
        fields = self._fields(asked)
        expansions = {each for each in asked.get("expansions", "").split(",") if each}
        includes, errors = self._expanded(posts, expansions, fields)
        day = self.clock.now().astimezone(UTC).date()
        referred = [each["id"] for each in includes.get("tweets", [])]
        charged_users = [each["id"] for each in includes.get("users", [])]
        self.bill.charge(day, posts=[*(post["id"] for post in posts), *referred], users=charged_users)
        page: Json = {"data": [only(post, fields) for post in posts], "includes": includes, "errors": errors}
        return {name: value for name, value in page.items() if value}

    @staticmethod
    def _fields(asked: Json) -> set[str]:
        """The request's dialect decides: names of the other are ignored, unknown ones refused (X's users say)."""
        names = [each for key in ("tweet.fields", "post.fields") for each in asked.get(key, "").split(",") if each]
        _must({OLD_SPELLING.get(each, each) for each in names} <= POST_FIELDS, "Unknown value of the fields parameter")
        spelling = NEW_SPELLING if "post.fields" in asked else {}
        return DEFAULT_POST_FIELDS | {each for each in POST_FIELDS if spelling.get(each, each) in names}

    def _expanded(self, posts: list[Json], expansions: set[str], fields: set[str]) -> tuple[Json, list[Json]]:
        """X docs: expansions. What is gone is named in `errors`; pictures are missing without a word."""
        includes: Json = {}
        errors: list[Json] = []
        if "attachments.media_keys" in expansions:
            includes["media"] = attached(posts, "media_keys", self.world.media)
        if "attachments.poll_ids" in expansions:
            includes["polls"] = attached(posts, "poll_ids", self.world.polls)
        if expansions & {"referenced_tweets.id", "referenced_posts"}:
            ids = [each["id"] for post in posts for each in post.get("referenced_tweets", [])]
            found, gone = looked_up(ids, self.world.posts, "referenced_tweets.id", "tweet")
            includes["tweets"], errors = [only(post, fields) for post in found], [*errors, *gone]
        if "author_id" in expansions:
            ids = [post["author_id"] for post in posts if "author_id" in post]
            includes["users"], gone = looked_up(ids, self.world.users, "author_id", "user")
            errors = [*errors, *gone]
        return {name: value for name, value in includes.items() if value}, errors

    def _answer(self, body: Json, asked: Json) -> web.Response:
        """The request's spelling decides the answer's (measured by X's users, Aug 2026)."""
        is_new = "post.fields" in asked
        return web.json_response(spelt(body, NEW_SPELLING) if is_new else body, headers=full_headers(self.clock.now()))

    # --------------------------------------------------------------------------------------------------------- others

    async def _users_by(self, request: web.Request) -> web.Response:
        """X docs: users by username. One badly formed name refuses them all."""
        asked = request.query.get("usernames", "").split(",")
        well_formed = all(re.fullmatch(r"[A-Za-z0-9_]{1,15}", each) for each in asked)
        _must(well_formed and len(asked) <= 100, "The `usernames` query parameter value is not valid")
        by_name = {each["username"].casefold(): each for each in self.world.users.values()}
        known = {name: by_name[name.casefold()] for name in asked if name.casefold() in by_name}
        return self._people(request, asked, known)

    async def _users(self, request: web.Request) -> web.Response:
        asked = request.query.get("ids", "").split(",")
        _must(all(each.isdecimal() for each in asked) and len(asked) <= 100, "The `ids` query parameter is not valid")
        return self._people(request, asked, self.world.users)

    def _people(self, request: web.Request, asked: list[str], known: dict[str, Json]) -> web.Response:
        """X docs: a user's id, name and username come always, the rest where it was asked for."""
        fields = {each for each in request.query.get("user.fields", "").split(",") if each}
        _must(fields <= USER_FIELDS, "Unknown value of the `user.fields` query parameter")
        people = {name: only(each, DEFAULT_USER_FIELDS | fields) for name, each in known.items()}
        found, gone = looked_up(asked, people, "usernames", "user")
        self.bill.charge(self.clock.now().astimezone(UTC).date(), users=[each["id"] for each in found])
        body = {name: value for name, value in (("data", found), ("errors", gone)) if value}
        return web.json_response(body, headers=full_headers(self.clock.now()))

    async def _usage(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """X docs: usage. Numbers are strings since OpenAPI 2.167."""
        posts = sum(len(kinds["post"]) for kinds in self.bill.resources.values())
        return web.json_response({"data": {"project_usage": str(posts), "project_cap": "3000000", "cap_reset_day": 1}})

    async def _oembed(self, request: web.Request) -> web.Response:
        """X docs: oEmbed. No sign-in, no bill."""
        match = re.fullmatch(r"https://(?:x|twitter)\.com/\w+/status/(\d+)", request.query.get("url", ""))
        post = self.world.posts.get(match[1] if match else "")
        user = self.world.users.get(post.get("author_id", "")) if post else None
        if not post or not user:
            return web.Response(status=404, text="<html>not here</html>", content_type="text/html")
        address = f"https://x.com/{user['username']}"
        body = {"author_name": user["name"], "author_url": address, "url": f"{address}/status/{post['id']}"}
        return web.json_response(body | {"type": "rich", "version": "1.0", "html": "<blockquote></blockquote>"})

    # ------------------------------------------------------------------------------------------------- other processes

    async def _log(self, request: web.Request) -> web.Response:  # noqa: ARG002
        seen = [{"path": each.path, "query": each.query, "signed_in": each.signed_in} for each in self.seen]
        return web.json_response({"seen": seen, "billed": self.bill.total, "now": self.clock.now().isoformat()})

    async def _set_fault(self, request: web.Request) -> web.Response:
        asked = request.query
        self.fail_next(asked["name"], int(asked.get("times", "1")), asked.get("path", "/"))
        return web.Response()

    async def _add_page(self, request: web.Request) -> web.Response:
        self.world.add_page(await request.json())
        return web.Response()


def _must(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not holds:
        raise Refused(message)


def _number(text: str) -> int:
    _must(text.isdecimal(), "not a number")
    return int(text)


def _moment(text: str) -> datetime:
    _must(bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.000)?Z", text)), "not a time of whole seconds")
    return datetime.fromisoformat(text)


async def serve(arguments: argparse.Namespace) -> None:
    start = datetime.fromisoformat(arguments.now).astimezone(UTC) if arguments.now else datetime.now(UTC)
    world = load_world(arguments.posts) if arguments.posts else World()
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
    parser.add_argument("--token", default=TOKEN, help="the bearer token it accepts")
    try:
        asyncio.run(serve(parser.parse_args(words)))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
