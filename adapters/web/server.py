"""The web server: started with the adapter, stopped with it, and strict about what it answers to whom."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.web.chatroom import ChatRoom
from adapters.web.downloads import Downloads
from adapters.web.errors import Refusal, TooOften, cannot_listen
from adapters.web.exchange import incoming
from adapters.web.exchange.feeds import Feeds
from adapters.web.exchange.incoming import Incoming
from adapters.web.exchange.outgoing import Outgoing
from adapters.web.frame import Frames
from adapters.web.guard import FOR_STRANGERS, Guard, is_loopback
from adapters.web.health import Health
from adapters.web.library.pages import Library
from adapters.web.live import Bell
from adapters.web.mounted import Mounted
from adapters.web.render import Templates
from adapters.web.section import WebSection
from adapters.web.signin.addresses import own_path
from adapters.web.signin.cookies import Cookies
from adapters.web.signin.entrance import Entrance
from adapters.web.signin.pages import SignIn
from adapters.web.signin.sessions import Sessions
from adapters.web.signin.settings import Settings
from bot.errors import StaffroomError, StoreError
from bot.plugins import ChatTools
from bot.ports import Route

LARGEST_BODY = 64 * 1024
LARGEST_FILES: Mapping[str, int] = incoming.LARGEST_FILES
"""Paths that take a file, and how large it may be, in bytes."""
MOST_FIELDS = 50
"""Of a form; ours have fewer."""
SECONDS_TO_FINISH = 2.0

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Browsers leave the Origin out of a form's request under `no-referrer`; `same-origin` tells other sites as little."""
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}

_FOR_EVERYBODY = {"/healthz", "/readyz"}
_READING = {"GET", "HEAD"}
_STREAMS = "/events"
"""The end of every address that an open page listens to."""
_SIGN_IN_FIRST = "Sign in first. Nothing was changed."
_AT_THE_START = (
    "From another computer this page opens only with the link that Staffroom printed when it started. The link works "
    "once; start Staffroom again to get a new one. Where a chat is connected and public_url is set under [web], people "
    "sign in instead."
)

_log = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """`bell` is to be rung whenever what the pages show may have changed."""

    def __init__(self, section: WebSection, tools: ChatTools) -> None:
        self.bell = Bell()
        self._section = section
        self._tools = tools
        self._guard = Guard(section.host, section.public_url)
        self._cookies = Cookies(secure=self._guard.secure)
        self._entrance = Entrance(tools, self._guard, self._cookies)
        self._templates = Templates()
        self._frames = Frames(tools)
        self._mounted = Mounted()
        self.downloads = Downloads(tools.clock)
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
        return f"{base}/?token={self._guard.token}" if self._opens_with_a_link else f"{base}/"

    @property
    def _opens_with_a_link(self) -> bool:
        """Whether others reach the page, and nobody can be sent a link by a chat."""
        doors = self._tools.pages.doors
        return self._guard.exposed and not (doors and doors.sends_links())

    def mount(self, routes: Sequence[Route]) -> None:
        """Serves them too, from the next start on."""
        self._mounted.add(routes)

    async def start(self) -> None:
        """Raises Unavailable, with what to do, where the port cannot be had."""
        self.bell = Bell()
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            logger=_log_of_requests(),
            shutdown_timeout=SECONDS_TO_FINISH,
            auto_decompress=False,  # no browser packs what it sends, and little can be unpacked to very much
        )
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
        application.on_response_prepare.append(self._complete)
        application.add_routes(ChatRoom(self._tools, self._templates, self._frames, self._guard, self.bell).routes())
        application.add_routes(Library(self._tools, self._templates, self._frames, self.bell).routes())
        feeds = Feeds(self._tools)
        application.add_routes(feeds.routes())
        application.add_routes(Outgoing(self._tools, self._templates, self._frames, feeds).routes())
        application.add_routes(Incoming(self._tools, self._templates, self._frames, self.bell).routes())
        application.add_routes(SignIn(self._tools, self._templates, self._entrance, self._cookies).routes())
        application.add_routes(Sessions(self._tools, self._templates, self._frames, self._cookies).routes())
        application.add_routes(Settings(self._tools, self._templates, self._frames).routes())
        application.add_routes(self.downloads.routes())
        application.add_routes(Health(self._tools.pages, self._guard).routes())
        application.router.add_static("/static", Path(__file__).with_name("static"))
        self._mounted.register(application.router)
        return application

    @web.middleware
    async def _let_in(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        if request.path in _FOR_EVERYBODY or self._mounted.serves(request):
            return await handler(request)
        self._guard.check_host(request)
        if request.path.startswith("/static/"):
            return await handler(request)
        if welcome := self._welcome(request):
            return welcome
        is_change = request.method not in _READING
        if is_change:
            self._guard.check_origin(request)
        visitor = await self._entrance.recognise(request)
        if visitor is None and not _is_for_strangers(request):
            return self._sent_to_sign_in(request)
        if is_change:
            largest = LARGEST_FILES.get(request.path)
            request = request.clone(client_max_size=largest or LARGEST_BODY, client_max_fields=MOST_FIELDS)
            await self._entrance.check_form(request, visitor, is_file=largest is not None)
        if not request.path.endswith(_STREAMS):
            return await handler(request)
        with self._entrance.listening(visitor):
            return await handler(request)

    def _welcome(self, request: web.Request) -> web.Response | None:
        """For who comes with the link that was printed at the start."""
        token = request.query.get("token", "") if request.method == "GET" else ""
        session = self._guard.redeem(token) if token and self._opens_with_a_link else None
        if session is None:
            return None
        welcome = web.Response(status=303, headers={"Location": "/"})
        self._cookies.remember_session(welcome, session)
        return welcome

    def _sent_to_sign_in(self, request: web.Request) -> web.Response:
        if self._opens_with_a_link or not self._guard.exposed:
            raise Refusal(403, _AT_THE_START)
        if request.method not in _READING or "text/event-stream" in request.headers.get("Accept", ""):
            raise Refusal(401, _SIGN_IN_FIRST)
        query = urlencode({"next": own_path(request.path_qs)})
        return web.Response(status=303, headers={"Location": f"/sign-in?{query}"})

    @web.middleware
    async def _answer_plainly(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Whatever goes wrong, the visitor gets a page with a sentence."""
        try:
            return await handler(request)
        except ConnectionError:
            raise
        except TooOften as error:
            answer = self._notice(error.status, error.sentence)
            answer.headers["Retry-After"] = str(error.wait)
            return answer
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and answered
            return self._notice(*_in_words(error))

    async def _complete(self, request: web.Request, response: web.StreamResponse) -> None:
        """What goes with every answer."""
        for name, value in (SECURITY_HEADERS | (HTTPS_ONLY if self._guard.secure else {})).items():
            response.headers.setdefault(name, value)
        self._cookies.give(request, response)

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


class _WithoutWhatWasSent(logging.Filter):
    """What is said about a request that cannot be read repeats how it begins, and a session may stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            record.exc_info = record.exc_text = None
        return True


def _log_of_requests() -> logging.Logger:
    logger = logging.getLogger(f"{__name__}.requests")
    if not logger.filters:
        logger.addFilter(_WithoutWhatWasSent())
    return logger


def _is_for_strangers(request: web.Request) -> bool:
    return getattr(request.match_info.handler, FOR_STRANGERS, False)


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
