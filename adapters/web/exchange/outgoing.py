"""The page of what goes out: files to take away, and feeds to subscribe to."""

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.exchange.choices import format_meant, listing_meant
from adapters.web.exchange.feeds import Feeds
from adapters.web.forms import read_form
from adapters.web.frame import Frames
from adapters.web.render import Templates
from adapters.web.visitor import visitor
from bot.errors import Mistake
from bot.plugins import ChatTools
from bot.ports import Exchange

NOT_YET = "Staffroom is still starting. Try again in a moment."
PAGE = "/export"


class Outgoing:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames, feeds: Feeds) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._frames = frames
        self._feeds = feeds

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PAGE, self.show),
            web.get("/export/file", self.file),
            web.post("/feeds", self.make),
            web.post("/feeds/end", self.end),
        ]

    async def show(self, request: web.Request) -> web.Response:
        me, exchange = visitor(request), exchange_of(self._pages.exchange)
        return await self._page(
            request,
            "export.html",
            choices=await exchange.choices(me.key),
            feeds=await exchange.feeds(me.key, me.role),
        )

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Piece by piece, so that a long one takes no more room than a short one."""
        what, into = listing_meant(request.query.get("what", "")), format_meant(request.query.get("as", ""))
        download = await exchange_of(self._pages.exchange).export(visitor(request).key, what, into)
        response = web.StreamResponse(headers={"Content-Disposition": f'attachment; filename="{download.name}"'})
        response.content_type, response.charset = download.media_type, "utf-8"
        await response.prepare(request)
        if request.method == "GET":
            async for piece in download.pieces:
                await response.write(piece.encode())
        await response.write_eof()
        return response

    async def make(self, request: web.Request) -> web.Response:
        """Shows its address this once: only a digest of what is secret in it is kept."""
        me, form = visitor(request), await read_form(request)
        try:
            made = await exchange_of(self._pages.exchange).make_feed(me.person, listing_meant(form.text("what")))
        except Mistake as mistake:
            return self._frames.refused(request, PAGE, str(mistake))
        address = self._feeds.address(request, made.secret)
        return await self._page(request, "feed.html", title=made.title, address=address)

    async def end(self, request: web.Request) -> web.Response:
        me, form = visitor(request), await read_form(request)
        try:
            said = await exchange_of(self._pages.exchange).end_feed(me.key, me.role, form.text("feed"))
        except Mistake as mistake:
            said = str(mistake)
        return self._frames.after(request, PAGE, said)

    async def _page(self, request: web.Request, name: str, **values: object) -> web.Response:
        html = self._templates.page(name, await self._frames.of(request, "export"), **values)
        return web.Response(text=html, content_type="text/html")


def exchange_of(exchange: Exchange | None) -> Exchange:
    """Raises Refusal until the engine runs."""
    if exchange is None:
        raise Refusal(503, NOT_YET)
    return exchange
