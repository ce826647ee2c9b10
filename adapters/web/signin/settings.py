"""How the workspace is set up and how it fares, for those who look after it."""

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.frame import Frames
from adapters.web.render import Templates
from adapters.web.visitor import Visitor, visitor
from bot.domain.people import Role
from bot.plugins import ChatTools
from bot.ports.office import Office

ADMINS_ONLY = "Only admins of the workspace, and whoever looks after Staffroom, see this page."
NOT_YET = "Staffroom is still starting. Try again in a moment."


class Settings:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._frames = frames

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/settings", self.show), web.get("/settings/health", self.health)]

    async def show(self, request: web.Request) -> web.Response:
        me, office = _owner(request), self._office
        parts = await office.settings(me.key.workspace)
        return await self._page(request, "settings.html", parts=parts)

    async def health(self, request: web.Request) -> web.Response:
        me, office = _owner(request), self._office
        states = await office.health(me.key.workspace)
        return await self._page(request, "health.html", states=states)

    async def _page(self, request: web.Request, name: str, **values: object) -> web.Response:
        html = self._templates.page(name, await self._frames.of(request, "settings"), **values)
        return web.Response(text=html, content_type="text/html")

    @property
    def _office(self) -> Office:
        """Raises Refusal until the engine runs."""
        office = self._pages.office
        if office is None:
            raise Refusal(503, NOT_YET)
        return office


def _owner(request: web.Request) -> Visitor:
    """Raises Refusal for everybody else."""
    me = visitor(request)
    if me.role is not Role.OWNER:
        raise Refusal(403, ADMINS_ONLY)
    return me
