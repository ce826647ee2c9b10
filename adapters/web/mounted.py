"""Addresses of other chats, served beside the page: whoever asks there, the adapter itself makes sure who it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from multidict import CIMultiDict

from bot.errors import StaffroomError
from bot.ports import HttpRequest, HttpResponse, Route

LARGEST_BODY = 1024 * 1024
SECONDS_TO_SEND_IT = 10.0

_log = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Mounted:
    def __init__(self) -> None:
        self._routes: list[Route] = []
        self._served: set[web.AbstractRoute] = set()

    def add(self, routes: Sequence[Route]) -> None:
        """Raises ValueError for a path that is not fixed text below a name of its own."""
        for each in routes:
            if "{" in each.path or not each.path.startswith("/") or each.path.count("/") < 2:
                raise ValueError(f"{each.path} cannot be mounted")
        self._routes += routes

    def register(self, router: web.UrlDispatcher) -> None:
        """To be called last. Raises ValueError where an address is below one of the page's own."""
        pages = {_first_part(each.canonical) for each in router.resources()}
        for each in self._routes:
            if _first_part(each.path) in pages:
                raise ValueError(f"{each.path} is the web page's own")
        self._served = {router.add_route(each.method, each.path, _handler(each)) for each in self._routes}

    def serves(self, request: web.Request) -> bool:
        """Whether it was resolved to one of these. What is asked for under another method is not."""
        return request.match_info.route in self._served


def _first_part(path: str) -> str:
    return path.split("/")[1]


def _handler(route: Route) -> _Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return _answer(await route.handle(await _asked(request)))
        except web.HTTPRequestTimeout as late:
            return web.Response(status=late.status, text="That took too long to arrive.")
        except web.HTTPRequestEntityTooLarge as too_large:
            return web.Response(status=too_large.status, text="That was too long.")
        except StaffroomError as problem:
            _log.error("A request to %s could not be served: %s", route.path, problem)
        except Exception:  # noqa: BLE001 - whatever it is, it is logged and answered
            _log.exception("A request to %s could not be served", route.path)
        return web.Response(status=500, text="Something went wrong inside Staffroom. Its log says what.")

    return handle


async def _asked(request: web.Request) -> HttpRequest:
    body = await _body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return HttpRequest(request.method, request.path, dict(request.query.items()), headers, body)


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(SECONDS_TO_SEND_IT):
            return await request.clone(client_max_size=LARGEST_BODY).read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def _answer(response: HttpResponse) -> web.Response:
    headers = CIMultiDict(response.headers)
    headers.setdefault("Content-Type", "text/plain; charset=utf-8")
    return web.Response(status=response.status, body=response.body.encode(), headers=headers)
