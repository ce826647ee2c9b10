"""Other people's web servers, on this machine: texts, redirects, and everything that such a server can do wrong."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import unused_port

LOOPBACK = "127.0.0.1"
PACKED = {
    "/packed": (gzip.compress(b"packed"), "gzip"),
    "/bomb": (gzip.compress(b"\0" * 30_000_000), "gzip"),
    "/broken-pack": (gzip.compress(b"packed" * 99)[:-9], "gzip"),
    "/no-pack": (b"plain", "gzip"),
    "/strange-pack": (b"plain", "br"),
}
TYPED = {
    "/latin": ("Osterferien für alle".encode("latin-1"), "text/calendar; charset=latin-1"),
    "/strange-charset": (b"\xef\xbb\xbfplain", "text/calendar; charset=hex"),
    "/no-text": (b"\xff\xfe\x00", "image/png"),
}


class NamesHere(AbstractResolver):
    """Every name is on this machine, unless `at` says where it is: the first time, the second time and so on."""

    def __init__(self, at: dict[str, list[Sequence[str]]] | None = None) -> None:
        self.at = at or {}
        self.asked: list[str] = []

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host == "nowhere.example":
            raise OSError(None, "Name or service not known")
        answers = self.at.get(host, [[LOOPBACK]])
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_result(host, port, each) for each in addresses]

    async def close(self) -> None:
        pass


def _result(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)


@dataclass
class LinkServer:
    """Serves under every name. `texts`, `pages` and `moved` are by path; `asked` is kept as "METHOD host/path"."""

    port: int
    texts: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    without_head: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def link(self, path: str, host: str = LOOPBACK) -> str:
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.url.host}{request.path}")
        self.headers.append({name.casefold(): value for name, value in request.headers.items()})
        path = request.path
        if request.method == "HEAD" and path in self.without_head:
            return web.Response(status=405)
        if path in self.moved:
            return web.Response(status=302, headers={"Location": self.moved[path], "Set-Cookie": "who=somebody"})
        if path in self.statuses:
            status, headers = self.statuses[path]
            return web.Response(status=status, headers=headers)
        if path in self.texts:
            return web.Response(body=self.texts[path].encode())
        if path in self.pages:
            return web.Response(text=self.pages[path], content_type="text/html")
        return await self._trouble(request)

    async def _trouble(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path in PACKED:
            body, packed = PACKED[path]
            return web.Response(body=body, headers={"Content-Encoding": packed})
        if path in TYPED:
            body, kind = TYPED[path]
            return web.Response(body=body, headers={"Content-Type": kind})
        if path == "/silent":
            await self._done.wait()
        if path in {"/drip", "/endless"}:
            return await self._never_done(request, b"." if path == "/drip" else b"x" * 65_536)
        return await self._cut(request) if path in {"/cut", "/cut-page"} else web.Response(status=404)

    async def _never_done(self, request: web.Request, piece: bytes) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not self._done.is_set():
            await response.write(piece)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), 0.01)
        return response

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": "text/html"})
        await response.prepare(request)
        await response.write(b"half of it")
        if request.transport:
            request.transport.close()
        return response

    def end(self) -> None:
        self._done.set()


@asynccontextmanager
async def link_server() -> AsyncIterator[LinkServer]:
    server = LinkServer(unused_port())
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, server.port).start()
        yield server
    finally:
        server.end()
        await runner.cleanup()
