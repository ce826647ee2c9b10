"""What a browser keeps for us. None of it can be read by a script or by another site."""

import secrets
from datetime import timedelta

from aiohttp import web

from bot.domain.session import ENDS_AT_LATEST, LINK_LIVES, hidden

SESSION = "staffroom_session"
FORMS = "staffroom_forms"
LINK = "staffroom_link"
ATTEMPT = "staffroom_attempt"

_FORMS_LIVE = timedelta(days=365)
_MINTED = web.RequestKey("minted", str)
"""Where a request keeps what its browser was given with this answer."""


class Cookies:
    """`secure` where the page is reached by https: then other hosts of the same domain cannot set them either."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def session(self, request: web.Request) -> str:
        return self._read(request, SESSION)

    def remember_session(self, response: web.StreamResponse, session: str) -> None:
        """Lax, since people come from links in their chat."""
        self._set(response, SESSION, session, ENDS_AT_LATEST)

    def forget_session(self, response: web.StreamResponse) -> None:
        self._drop(response, SESSION)

    def link(self, request: web.Request) -> str:
        return self._read(request, LINK)

    def remember_link(self, response: web.StreamResponse, token: str) -> None:
        self._set(response, LINK, token, LINK_LIVES)

    def forget_link(self, response: web.StreamResponse) -> None:
        self._drop(response, LINK)

    def attempt(self, request: web.Request) -> str:
        return self._read(request, ATTEMPT)

    def remember_attempt(self, response: web.StreamResponse, attempt: str) -> None:
        self._set(response, ATTEMPT, attempt, LINK_LIVES)

    def forget_attempt(self, response: web.StreamResponse) -> None:
        self._drop(response, ATTEMPT)

    def proof(self, request: web.Request) -> str:
        """What a form of a visitor without session has to carry. A browser that has nothing yet is given it with the
        answer."""
        known = self._read(request, FORMS)
        if not known:
            known = request.setdefault(_MINTED, secrets.token_urlsafe(24))
        return proof_of(known)

    def give(self, request: web.Request, response: web.StreamResponse) -> None:
        """Called when an answer is about to go out."""
        if minted := request.get(_MINTED):
            seconds = int(_FORMS_LIVE.total_seconds())
            secure = "; Secure" if self._secure else ""
            cookie = f"{self._name(FORMS)}={minted}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
            response.headers.add("Set-Cookie", cookie)

    def _read(self, request: web.Request, name: str) -> str:
        return request.cookies.get(self._name(name), "")

    def _set(self, response: web.StreamResponse, name: str, value: str, lives: timedelta) -> None:
        response.set_cookie(
            self._name(name),
            value,
            path="/",
            max_age=int(lives.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )

    def _drop(self, response: web.StreamResponse, name: str) -> None:
        response.del_cookie(self._name(name), path="/", httponly=True, samesite="Lax", secure=self._secure)

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name


def proof_of(secret: str) -> str:
    """What the forms of a page carry, by what the browser keeps: who knows one does not know the other."""
    return hidden(f"form\n{secret}")
