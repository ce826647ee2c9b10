"""Where somebody is signed in, and signing out."""

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.forms import read_form
from adapters.web.frame import Frames
from adapters.web.guard import for_strangers
from adapters.web.render import Templates
from adapters.web.signin.cookies import Cookies
from adapters.web.visitor import visitor
from bot.plugins import ChatTools
from bot.ports import Doors

SIGNED_OUT = "You are signed out there."
NOT_SIGNED_IN_THERE = "You were not signed in there any more."
THIS_COMPUTER_ONLY = "At this computer nobody signs in."


class Sessions:
    def __init__(self, tools: ChatTools, templates: Templates, frames: Frames, cookies: Cookies) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._frames = frames
        self._cookies = cookies

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sessions", self.show),
            web.post("/sessions/end", self.end),
            web.post("/sign-out", self.sign_out),
            web.post("/sign-out/everywhere", self.sign_out_everywhere),
            web.get("/sign-out", self.signed_out),
        ]

    async def show(self, request: web.Request) -> web.Response:
        sessions = await self._doors(request).sessions_of(self._cookies.session(request))
        frame = await self._frames.of(request, "sessions")
        return _html(self._templates.page("sessions.html", frame, sessions=sessions))

    async def end(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        ended = await self._doors(request).end_one(self._cookies.session(request), form.text("session"))
        return self._frames.after(request, "/sessions", SIGNED_OUT if ended else NOT_SIGNED_IN_THERE)

    async def sign_out(self, request: web.Request) -> web.Response:
        await self._doors(request).end(self._cookies.session(request))
        return self._gone()

    async def sign_out_everywhere(self, request: web.Request) -> web.Response:
        await self._doors(request).end_everywhere(self._cookies.session(request))
        return self._gone()

    @for_strangers
    async def signed_out(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the same for everybody
        return _html(self._templates.notice("Signed out", "You are signed out of Staffroom in this browser."))

    def _gone(self) -> web.Response:
        response = web.Response(status=303, headers={"Location": "/sign-out"})
        self._cookies.forget_session(response)
        return response

    def _doors(self, request: web.Request) -> Doors:
        """Raises Refusal for who did not sign in."""
        doors = self._pages.doors
        if doors is None or visitor(request).is_local:
            raise Refusal(404, THIS_COMPUTER_ONLY)
        return doors


def _html(html: str) -> web.Response:
    return web.Response(text=html, content_type="text/html")
