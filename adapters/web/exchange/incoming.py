"""The pages of what comes in: a file is chosen, shown, confirmed, followed while it is worked off, and undone."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.exchange.outgoing import exchange_of
from adapters.web.frame import Frames
from adapters.web.live import Bell, stream
from adapters.web.render import Templates, version
from adapters.web.visitor import visitor
from bot.domain.exchange import ON_THE_WEB, Bringing
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.errors import Mistake
from bot.plugins import ChatTools

PAGE = "/import"
AROUND_THE_FILE = 64 * 1024
LARGEST_FILES = {PAGE: ON_THE_WEB.bytes + AROUND_THE_FILE}
"""Bytes of a form with a file in it."""
LOOK_AGAIN_AFTER = 1.0
"""Seconds after which an open page sees how far it is."""
NOT_HERE = "There is no such import. Perhaps it was not confirmed within a day, or is somebody else's."
NO_FILE = "Choose a file first."

Decide = Callable[[PersonKey, Role, str], Awaitable[str]]


class Incoming:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames, bell: Bell) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._frames = frames
        self._bell = bell

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PAGE, self.show),
            web.post(PAGE, self.take),
            web.get("/import/{id}", self.one),
            web.get("/import/{id}/state", self.state),
            web.get("/import/{id}/events", self.events),
            web.post("/import/{id}/confirm", self.confirm),
            web.post("/import/{id}/drop", self.drop),
            web.post("/import/{id}/undo", self.undo),
            web.post("/import/{id}/again", self.again),
        ]

    async def show(self, request: web.Request) -> web.Response:
        me, exchange = visitor(request), exchange_of(self._pages.exchange)
        choices = await exchange.choices(me.key)
        imports = await exchange.imports(me.key, me.role)
        return await self._page(request, "import.html", imports=imports, libraries=choices.libraries)

    async def take(self, request: web.Request) -> web.Response:
        me, exchange = visitor(request), exchange_of(self._pages.exchange)
        posted = await request.post()
        file, library = posted.get("file"), posted.get("library", "")
        if not isinstance(file, web.FileField) or not isinstance(library, str):
            return self._frames.refused(request, PAGE, NO_FILE)
        with file.file:
            content = await asyncio.to_thread(file.file.read, ON_THE_WEB.bytes + 1)
        try:
            shown = await exchange.look_through(me.person, me.role, content, library)
        except Mistake as mistake:
            return self._frames.refused(request, PAGE, str(mistake))
        return web.Response(status=303, headers={"Location": f"{PAGE}/{shown.id}"})

    async def one(self, request: web.Request) -> web.Response:
        return await self._page(request, "import_one.html", bringing=await self._found(request))

    async def state(self, request: web.Request) -> web.Response:
        """How far it is, for a page that is open."""
        return await self._page(request, "import_state.html", bringing=await self._found(request))

    async def events(self, request: web.Request) -> web.StreamResponse:
        async def look() -> str:
            return version(await self._found(request))

        await self._found(request)
        return await stream(request, self._bell, look, LOOK_AGAIN_AFTER)

    async def confirm(self, request: web.Request) -> web.Response:
        exchange = exchange_of(self._pages.exchange)
        return await self._decided(request, exchange.confirm, f"{PAGE}/{request.match_info['id']}")

    async def drop(self, request: web.Request) -> web.Response:
        return await self._decided(request, exchange_of(self._pages.exchange).drop, PAGE)

    async def undo(self, request: web.Request) -> web.Response:
        exchange = exchange_of(self._pages.exchange)
        return await self._decided(request, exchange.undo, f"{PAGE}/{request.match_info['id']}")

    async def again(self, request: web.Request) -> web.Response:
        exchange = exchange_of(self._pages.exchange)
        return await self._decided(request, exchange.try_again, f"{PAGE}/{request.match_info['id']}")

    async def _decided(self, request: web.Request, decide: Decide, then: str) -> web.Response:
        """What is refused is said on the page of all files."""
        me = visitor(request)
        try:
            said = await decide(me.key, me.role, request.match_info["id"])
        except Mistake as mistake:
            return self._frames.refused(request, PAGE, str(mistake))
        return self._frames.after(request, then, said)

    async def _found(self, request: web.Request) -> Bringing:
        me = visitor(request)
        found = await exchange_of(self._pages.exchange).one_import(me.key, me.role, request.match_info["id"])
        if found is None:
            raise Refusal(404, NOT_HERE)
        return found

    async def _page(self, request: web.Request, name: str, **values: object) -> web.Response:
        frame = await self._frames.of(request, "export")
        html = self._templates.page(name, frame, **values)
        return web.Response(text=html, content_type="text/html")
