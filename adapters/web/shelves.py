"""The library's page: look for what colleagues saved, and take back a save of one's own."""

from urllib.parse import urlencode

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.forms import Form, Note, answer, event, is_from_script, note_of, read_form, reply_to
from adapters.web.live import Bell, heard, stream
from adapters.web.render import LibraryPage, Templates, shelf_version
from adapters.web.visitor import WORKSPACE, visitor
from bot.domain.actions import Action
from bot.domain.events import ButtonPressed
from bot.plugins import ChatTools

A_PAGE = 20
LAST_PAGE = 10_000
LONGEST_QUESTION = 200
PATIENCE = 1.0
"""Seconds that a page without our script waits for a taken back save before it is shown again."""


class Shelves:
    def __init__(self, tools: ChatTools, templates: Templates, bell: Bell) -> None:
        self._tools = tools
        self._templates = templates
        self._bell = bell

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/library", self.show),
            web.get("/library/shelf", self.shelf),
            web.get("/library/events", self.events),
            web.post("/library/undo", self.undo),
        ]

    async def show(self, request: web.Request) -> web.Response:
        page = await self._page(request)
        html = self._templates.library(page, visitor(request), note_of(request))
        return web.Response(text=html, content_type="text/html")

    async def shelf(self, request: web.Request) -> web.Response:
        """The list alone, for a page that is open."""
        return web.Response(text=self._templates.shelf(await self._page(request)), content_type="text/html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        async def look() -> str:
            return shelf_version(await self._page(request))

        return await stream(request, self._bell, look)

    async def undo(self, request: web.Request) -> web.Response:
        """Hands the press to the engine, which takes the save back and says so in the channel."""
        me, form, now = visitor(request), await read_form(request), self._tools.clock.now()
        channels = await self._tools.pages.channels("web")
        action = form.text("action")
        if Action.decode(action).verb != "undo" or not channels:
            raise Refusal(400, "That cannot be undone here.")
        pressed = ButtonPressed(me, channels[0].key, "", action, reply_to(me, now))
        ring = self._bell.next_ring()
        await self._tools.inbox.accept(event(form.key(me, "undo", action), pressed, now))
        if not is_from_script(request):
            await heard(ring, PATIENCE)
        return answer(request, "/library", Note.UNDONE, **_asked_again(form))

    async def _page(self, request: web.Request) -> LibraryPage:
        words = request.query.get("q", "").strip()[:LONGEST_QUESTION]
        mine = request.query.get("mine") == "1"
        number = _page_number(request.query.get("page", ""))
        channels = await self._tools.pages.channels("web")
        shelf = await self._tools.pages.library(
            WORKSPACE, visitor(request).key.person, words, mine=mine, limit=A_PAGE, offset=(number - 1) * A_PAGE
        )
        pages = max(1, -(-shelf.total // A_PAGE))
        asked = {"q": words} if words else {}
        address = f"/library?{urlencode(asked | ({'mine': '1'} if mine else {}))}"
        return LibraryPage(channels, shelf, words, mine, number, pages, address)


def _page_number(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _asked_again(form: Form) -> dict[str, str]:
    """What the list was asked for, so that the visitor comes back to the same one."""
    return {name: form.text(name) for name in ("q", "mine") if form.text(name)}
