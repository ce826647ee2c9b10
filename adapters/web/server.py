"""The web server: started with the adapter, stopped with it, and strict about what it answers to whom."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web

from adapters.web.chatroom import ChatRoom
from adapters.web.errors import Refusal, cannot_listen
from adapters.web.guard import Guard, is_loopback
from adapters.web.health import Health
from adapters.web.live import Bell
from adapters.web.mounted import Mounted
from adapters.web.render import Templates
from adapters.web.section import WebSection
from adapters.web.shelves import Shelves
from bot.errors import StaffroomError, StoreError
from bot.plugins import ChatTools
from bot.ports import Route

LARGEST_BODY = 64 * 1024
SECONDS_TO_FINISH = 2.0

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
"""Browsers leave the Origin out of a form's request under `no-referrer`; `same-origin` tells other sites as little."""

_FOR_EVERYBODY = {"/healthz", "/readyz"}

_log = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """`bell` is to be rung whenever what the pages show may have changed."""

    def __init__(self, section: WebSection, tools: ChatTools) -> None:
        self.bell = Bell()
        self._section = section
        self._tools = tools
        self._guard = Guard(section.host, section.public_url)
        self._templates = Templates()
        self._mounted = Mounted()
        self._runner: web.AppRunner | None = None

    @property
    def is_exposed(self) -> bool:
        """Whether anybody but this computer may reach the page."""
        return self._guard.exposed

    @property
    def port(self) -> int:
        return self._guard.port

    @property
    def address(self) -> str:
        base = self._section.public_url or f"http://{_reachable(self._section.host)}:{self.port}"
        return f"{base}/?token={self._guard.token}" if self._guard.exposed else f"{base}/"

    def mount(self, routes: Sequence[Route]) -> None:
        """Serves them too, from the next start on."""
        self._mounted.add(routes)

    async def start(self) -> None:
        """Raises Unavailable, with what to do, where the port cannot be had."""
        self.bell = Bell()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._section.host, self._section.port).start()
        except OSError as error:
            await self.stop()
            raise cannot_listen(self._section.host, self._section.port, error) from error
        self._guard.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.bell.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._answer_plainly, self._let_in], client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(_add_security_headers)
        application.add_routes(ChatRoom(self._tools, self._templates, self._guard, self.bell).routes())
        application.add_routes(Shelves(self._tools, self._templates, self.bell).routes())
        application.add_routes(Health(self._tools.pages, self._guard).routes())
        application.router.add_static("/static", Path(__file__).with_name("static"))
        self._mounted.register(application.router)
        return application

    @web.middleware
    async def _let_in(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.path in _FOR_EVERYBODY or self._mounted.serves(request):
            return await handler(request)
        self._guard.check_host(request)
        if request.method not in {"GET", "HEAD"}:
            self._guard.check_origin(request)
        token = request.query.get("token", "") if request.method == "GET" else ""
        if token and (session := self._guard.redeem(token)):
            welcome = web.Response(status=303, headers={"Location": "/"})
            self._guard.remember(welcome, session)
            return welcome
        if not request.path.startswith("/static/"):
            self._guard.check_visitor(request)
        return await handler(request)

    @web.middleware
    async def _answer_plainly(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Whatever goes wrong, the visitor gets a page with a sentence."""
        try:
            return await handler(request)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and answered
            return self._notice(*_in_words(error))

    def _notice(self, status: int, sentence: str) -> web.Response:
        html = self._templates.notice("Staffroom", sentence)
        return web.Response(text=html, status=status, content_type="text/html")


def _in_words(error: Exception) -> tuple[int, str]:
    match error:
        case Refusal():
            return error.status, error.sentence
        case web.HTTPRequestEntityTooLarge():
            return error.status, "That was too long. Nothing was changed."
        case web.HTTPClientError():
            return error.status, "There is no such page."
        case StoreError():
            return 503, str(error)
        case StaffroomError():
            return 400, str(error)
    _log.error("A page could not be made", exc_info=error)
    return 500, "Something went wrong inside Staffroom. Its log says what."


async def _add_security_headers(request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG001
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


def _reachable(host: str) -> str:
    """A host as a browser on this computer writes it; `0.0.0.0` and `::` stand for all addresses, this one too."""
    if is_loopback(host):
        return f"[{host}]" if ":" in host else host
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host
