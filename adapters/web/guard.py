"""From where a page may be asked for.

every request   the Host header must name this computer, or the school's own address for the page: another name
                that resolves here is somebody's attempt to read the page through the browser
every change    must come from a page of ours
from elsewhere  pages only for who signed in; where nobody can, for who came once with the link printed at the start
"""

import secrets
from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

from adapters.web.errors import Refusal

PORTS = {"http": 80, "https": 443}
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


FOR_STRANGERS = "is_for_strangers"

Handler = TypeVar("Handler", bound=Callable[..., Any])


def for_strangers(handler: Handler) -> Handler:
    """Marks what is served to people who did not sign in as well."""
    setattr(handler, FOR_STRANGERS, True)
    return handler


class Guard:
    """`port` is set once it is known. `exposed` says whether anybody but this computer may reach the page."""

    def __init__(self, host: str, public_url: str) -> None:
        self._public = urlsplit(public_url)
        self.port = 0
        self.exposed = not is_loopback(host) or bool(public_url)
        self.token = secrets.token_urlsafe(24)
        self._token_used = False
        self._sessions: set[str] = set()

    @property
    def secure(self) -> bool:
        return self._public.scheme == "https"

    def is_at_this_computer(self, request: web.Request) -> bool:
        """Whether nobody else can have sent it, under the address that was asked for."""
        return self._is_known(request) and self.admits(request, "")

    def check_host(self, request: web.Request) -> None:
        if not self._is_known(request):
            raise Refusal(
                403,
                "This address is not one of Staffroom's own. Use the address that it printed when it started, "
                "or name this one as `public_url` under [web] in the configuration.",
            )

    def check_origin(self, request: web.Request) -> None:
        """Browsers say where a form was filled in; what does not say so is refused too."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site")
        own = site == "same-origin" if origin is None else self._is_own(_split(origin), request)
        if not own or site not in {None, "same-origin"}:
            raise Refusal(403, "This did not come from a page of Staffroom, so nothing was changed.")

    def admits(self, request: web.Request, session: str) -> bool:
        """Whether the visitor sits at this computer or has shown the link that was printed at the start."""
        at_this_computer = not self.exposed and not any(name in request.headers for name in _PROXY_HEADERS)
        return at_this_computer or session in self._sessions

    def redeem(self, token: str) -> str | None:
        """A new session for the token, the first time it is shown."""
        if self._token_used or not compare_digest(token.encode(errors="replace"), self.token.encode()):
            return None
        self._token_used = True
        session = secrets.token_urlsafe(24)
        self._sessions.add(session)
        return session

    def _is_known(self, request: web.Request) -> bool:
        host = _split(f"//{request.host}")
        return self._is_here(host) or self._is_public(host)

    def _is_here(self, host: SplitResult) -> bool:
        """With our own port, unless a container may publish it under another one."""
        own_port = self.exposed or (_port(host) or PORTS["http"]) == self.port
        return is_loopback(host.hostname or "") and own_port

    def _is_public(self, host: SplitResult) -> bool:
        public = self._public
        same_port = (_port(host) or PORTS.get(public.scheme)) == (_port(public) or PORTS.get(public.scheme))
        return public.hostname is not None and host.hostname == public.hostname and same_port

    def _is_own(self, origin: SplitResult, request: web.Request) -> bool:
        if origin.scheme == "http" and origin.netloc == request.host:
            return True
        return origin.scheme == self._public.scheme and self._is_public(origin)


def is_loopback(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _port(address: SplitResult) -> int | None:
    try:
        return address.port
    except ValueError:
        return -1
