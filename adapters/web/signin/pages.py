"""Coming in: by a link from the chat, or by a platform that says who somebody is.

A link is looked at by the previews and scanners of many programs before a person sees it. So opening it uses nothing
up: the browser keeps what is in it, the address is left at once, and a page asks whether to sign in.
"""

import re
from collections.abc import Sequence
from secrets import token_urlsafe
from urllib.parse import quote, unquote, urlencode

from aiohttp import web

from adapters.web.errors import Refusal
from adapters.web.forms import read_form
from adapters.web.guard import for_strangers
from adapters.web.render import Templates
from adapters.web.signin.addresses import own_path
from adapters.web.signin.cookies import Cookies
from adapters.web.signin.entrance import Entrance
from bot.errors import Mistake
from bot.plugins import ChatTools
from bot.ports import Doors, Invited

LINK_PAGE = "/sign-in/link"
USED_OR_EXPIRED = "This link has been used already, or is older than ten minutes."
_TOKEN = re.compile(r"[\w.-]{1,200}", re.ASCII)
NOT_YET = "Staffroom is still starting. Try again in a moment."


class SignIn:
    def __init__(self, tools: ChatTools, templates: Templates, entrance: Entrance, cookies: Cookies) -> None:
        self._pages = tools.pages
        self._templates = templates
        self._entrance = entrance
        self._cookies = cookies

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sign-in", self.show),
            web.get(LINK_PAGE + "/{token}", self.take_along),
            web.get(LINK_PAGE, self.ask),
            web.post(LINK_PAGE, self.redeem),
            web.get("/sign-in/with/{way}", self.leave_for),
            web.get("/sign-in/with/{way}/back", self.come_back),
        ]

    @for_strangers
    async def show(self, request: web.Request) -> web.Response:
        return self._page(request, "")

    # ---------------------------------------------------------------------------------------------------------- links

    @for_strangers
    async def take_along(self, request: web.Request) -> web.Response:
        """The address with the token is in no history and is told to nobody."""
        self._entrance.count_sign_in(request)
        response = _to(LINK_PAGE)
        if _TOKEN.fullmatch(request.match_info["token"]):
            self._cookies.remember_link(response, request.match_info["token"])
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @for_strangers
    async def ask(self, request: web.Request) -> web.Response:
        token = self._cookies.link(request)
        invited = await self._doors.peek(token) if token else None
        if invited is None:
            return self._page(request, USED_OR_EXPIRED, status=410)
        return self._choose(request, [(invited, "")], own_path(""))

    @for_strangers
    async def redeem(self, request: web.Request) -> web.Response:
        self._entrance.count_sign_in(request)
        form = await read_form(request)
        return await self._redeemed(request, form.text("token") or self._cookies.link(request), form.text("next"))

    async def _redeemed(self, request: web.Request, token: str, after: str) -> web.Response:
        try:
            session = await self._doors.redeem(token)
        except Mistake as mistake:
            return self._page(request, str(mistake), status=403)
        if session is None:
            return self._page(request, USED_OR_EXPIRED, status=410)
        if before := self._cookies.session(request):
            await self._doors.end(before)
        response = _to(own_path(after))
        self._cookies.remember_session(response, session)
        self._cookies.forget_link(response)
        self._cookies.forget_attempt(response)
        return response

    # ------------------------------------------------------------------------------------------------------ platforms

    @for_strangers
    async def leave_for(self, request: web.Request) -> web.Response:
        """To the platform. What proves afterwards that it was this browser stays in it, with the page to come back
        to."""
        self._entrance.count_sign_in(request)
        secret = token_urlsafe(32)
        try:
            response = _to(self._doors.address(request.match_info["way"], secret))
        except Mistake as mistake:
            return self._page(request, str(mistake), status=404)
        self._cookies.remember_attempt(response, f"{secret}.{quote(own_path(request.query.get('next', '')), safe='')}")
        return response

    @for_strangers
    async def come_back(self, request: web.Request) -> web.Response:
        self._entrance.count_sign_in(request)
        secret, _, after = self._cookies.attempt(request).partition(".")
        try:
            people = await self._doors.come_back(request.match_info["way"], secret, dict(request.query))
        except Mistake as mistake:
            response = self._page(request, str(mistake), status=403)
        else:
            response = await self._let_in(request, people, own_path(unquote(after)))
        self._cookies.forget_attempt(response)
        return response

    async def _let_in(self, request: web.Request, people: Sequence[tuple[Invited, str]], after: str) -> web.Response:
        """At once, unless it is to be said first into which workspace."""
        return (
            await self._redeemed(request, people[0][1], after)
            if len(people) == 1
            else self._choose(request, people, after)
        )

    # ----------------------------------------------------------------------------------------------------- in private

    @property
    def _doors(self) -> Doors:
        """Raises Refusal until the engine runs."""
        doors = self._pages.doors
        if doors is None:
            raise Refusal(503, NOT_YET)
        return doors

    def _page(self, request: web.Request, problem: str, status: int = 200) -> web.Response:
        doors = self._doors
        query = urlencode({"next": own_path(request.query.get("next", ""))})
        html = self._templates.alone(
            "sign_in.html", ways=doors.ways(), sends_links=doors.sends_links(), problem=problem, query=query
        )
        return web.Response(text=html, status=status, content_type="text/html")

    def _choose(self, request: web.Request, people: Sequence[tuple[Invited, str]], after: str) -> web.Response:
        """An empty token stands for the one that the browser keeps."""
        html = self._templates.alone("sign_in_as.html", people=people, after=after, csrf=self._entrance.proof(request))
        response = web.Response(text=html, content_type="text/html")
        response.headers["Referrer-Policy"] = "strict-origin"
        return response


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})
