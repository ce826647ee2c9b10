"""Installing by a web page: somebody begins at ours, says yes at Slack's, and comes back with a code for a token."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlencode

from adapters.slack.district.grants import Grants
from adapters.slack.district.installs import Installation
from adapters.slack.district.pages import failure_page, install_page, success_page
from adapters.slack.first_day.manifest import REDIRECT_PATH
from adapters.slack.rights import Right, wanted
from adapters.slack.section import SlackSection
from bot.errors import StaffroomError
from bot.ports import Clock, HttpRequest, HttpResponse, Vault

INSTALL_PATH = "/slack/install"
KIND = "slack-state"
LIVES = timedelta(minutes=10)
SLOTS = 3
"""Hexadecimal digits: that many installations may be under way at once, and nobody can fill the database with more."""
CANCELLED = "Nothing was installed, because the request was cancelled at Slack."
NOT_WANTED = (
    "This Staffroom is for certain workspaces only, and yours is not among them. Its administrator can add it with "
    "`only_in` under [slack]."
)
NOT_BEGUN_HERE = (
    "This browser did not begin the installation, or did so more than ten minutes ago, or came back twice. "
    "Start again, in one browser, with cookies allowed for this address."
)


class Doorway:
    """`keep` is called with each new installation before the person is told that it worked."""

    def __init__(
        self,
        section: SlackSection,
        vault: Vault,
        clock: Clock,
        grants: Grants,
        *,
        public_url: str,
        keep: Callable[[Installation], Awaitable[None]],
    ) -> None:
        self._section = section
        self._vault = vault
        self._clock = clock
        self._grants = grants
        self._public_url = public_url
        self._keep = keep

    async def install(self, request: HttpRequest) -> HttpResponse:
        """With `?with=history` the rights to read messages are asked for too."""
        state = secrets.token_urlsafe(32)
        await self._vault.put(KIND, _slot(state), _hidden(state), self._clock.now() + LIVES)
        rights = wanted(history=request.query.get("with") == "history")
        page = install_page(self._slacks_page(state, rights), rights)
        return replace(page, headers={**page.headers, "Set-Cookie": self._cookie(state, LIVES)})

    async def come_back(self, request: HttpRequest) -> HttpResponse:
        page = await self._outcome(request)
        return replace(page, headers={**page.headers, "Set-Cookie": self._cookie("", timedelta(0))})

    async def _outcome(self, request: HttpRequest) -> HttpResponse:
        if not await self._began_here(request):
            return failure_page(400, NOT_BEGUN_HERE)
        code = request.query.get("code", "")
        if not code:
            return failure_page(200, CANCELLED)
        try:
            installation = await self._grants.for_code(code, self._public_url + REDIRECT_PATH)
            if not is_wanted(installation, self._section.only_in):
                await self._grants.give_back(installation)
                return failure_page(403, NOT_WANTED)
            await self._keep(installation)
        except StaffroomError as problem:
            return failure_page(502, str(problem))
        return success_page(installation.name, self._opens(installation), is_org=installation.is_org)

    async def _began_here(self, request: HttpRequest) -> bool:
        """Once, and in the browser that began."""
        state, cookie = request.query.get("state", ""), self._state_of(request)
        if not state or not compare_digest(state.encode(errors="replace"), cookie.encode(errors="replace")):
            return False
        if await self._vault.get(KIND, _slot(state), self._clock.now()) != _hidden(state):
            return False
        return await self._vault.take(KIND, _slot(state), self._clock.now()) == _hidden(state)

    def _slacks_page(self, state: str, rights: Sequence[Right]) -> str:
        asked = {
            "client_id": self._section.client_id,
            "scope": ",".join(right.scope for right in rights),
            "redirect_uri": self._public_url + REDIRECT_PATH,
            "state": state,
        }
        return f"{self._site}oauth/v2/authorize?{urlencode(asked)}"

    def _opens(self, installation: Installation) -> str:
        team = f"&team={quote(installation.team)}" if installation.team else ""
        return f"{self._site}app_redirect?app={quote(installation.app)}{team}"

    @property
    def _site(self) -> str:
        return self._section.base_url.removesuffix("api/")

    @property
    def _cookie_name(self) -> str:
        """With the prefix, other hosts of the same domain cannot set it."""
        return "__Host-staffroom_slack" if self._is_secure else "staffroom_slack"

    @property
    def _is_secure(self) -> bool:
        return self._public_url.startswith("https://")

    def _cookie(self, state: str, lives: timedelta) -> str:
        """Lax, since Slack leads back here."""
        secure = "; Secure" if self._is_secure else ""
        seconds = int(lives.total_seconds())
        return f"{self._cookie_name}={state}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

    def _state_of(self, request: HttpRequest) -> str:
        try:
            cookies = SimpleCookie(request.headers.get("cookie", ""))
        except CookieError:
            return ""
        found = cookies.get(self._cookie_name)
        return found.value if found else ""


def is_wanted(installation: Installation, only_in: Sequence[str]) -> bool:
    return not only_in or installation.team in only_in or installation.enterprise in only_in


def _hidden(state: str) -> str:
    """What is kept of it: who can read the database cannot use it."""
    return sha256(state.encode(errors="replace")).hexdigest()


def _slot(state: str) -> str:
    return _hidden(state)[:SLOTS]
