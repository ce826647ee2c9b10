"""Sign in with Discord: OAuth2, by which Discord says who somebody is and in which servers.

What it grants is used for two questions and then thrown away. Whether somebody is in a server of ours is asked with the
bot's own token as well.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
import structlog

from adapters.discord.errors import answered_nonsense, asked_to_wait, back_at, failure, not_now
from adapters.discord.message import is_id, workspace_id
from adapters.discord.section import VERSION, DiscordSection
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import Mistake, Rejected, Unavailable, Uncertain
from bot.ports import Attempt, Clock

SCOPES = "identify guilds"
TIMEOUT = aiohttp.ClientTimeout(total=10)
MOST_SERVERS = 25
NOT_VOUCHED = "This answer of Discord's was used already or is too old. Start again from the sign-in page."
NOT_OURS = (
    "Discord does not accept client_secret of [discord]. Copy it again from the application's page at "
    "discord.com/developers/applications, under OAuth2."
)

log = structlog.get_logger(__name__)


class Servers(Protocol):
    def ids(self) -> Sequence[str]:
        """Those that we are in."""
        ...


class DiscordSignIn:
    """`application` is our id at Discord, empty until it is known; `is_in` whether somebody is in a workspace."""

    label = "Discord"

    def __init__(
        self,
        section: DiscordSection,
        clock: Clock,
        servers: Servers,
        *,
        application: Callable[[], str],
        is_in: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        self._api_url = section.api_url
        self._secret = section.client_secret.get_secret_value()
        self._clock = clock
        self._servers = servers
        self._application = application
        self._is_in = is_in

    def address(self, attempt: Attempt) -> str:
        """Raises Unavailable until Discord has told who we are."""
        if not self._application():
            raise Unavailable("Staffroom is not connected to Discord. Try again in a minute.")
        asked = {
            "response_type": "code",
            "scope": SCOPES,
            "client_id": self._application(),
            "redirect_uri": attempt.back,
            "state": attempt.state,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "prompt": "none",
        }
        return f"{self._api_url.removesuffix(VERSION)}/oauth2/authorize?{urlencode(asked)}"

    async def people(self, code: str, attempt: Attempt) -> Sequence[Person]:
        async with aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()) as web:
            bearer = await self._token(web, code, attempt)
            user = await self._asked(web, bearer, "/users/@me")
            guilds = await self._asked(web, bearer, "/users/@me/guilds")
        if not isinstance(user, dict) or not is_id(str(user.get("id"))) or not isinstance(guilds, list):
            raise not_now()
        id_, name = str(user["id"]), str(user.get("global_name") or user.get("username") or "")
        theirs = {str(each.get("id")) for each in guilds if isinstance(each, dict)}
        shared = [workspace_id(each) for each in self._servers.ids() if each in theirs][:MOST_SERVERS]
        return [Person(PersonKey(each, id_), name) for each in shared if await self._is_in(each, id_)]

    async def _token(self, web: aiohttp.ClientSession, code: str, attempt: Attempt) -> str:
        """Raises Mistake where Discord grants nothing for the code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.back,
            "code_verifier": attempt.verifier,
        }
        credentials = {"Authorization": aiohttp.encode_basic_auth(self._application(), self._secret)}
        address = f"{self._api_url.removesuffix(VERSION)}/api/oauth2/token"
        granted = await self._request(web, "POST", address, headers=credentials, data=form)
        token = granted.get("access_token") if isinstance(granted, dict) else None
        if not isinstance(token, str) or not token:
            raise not_now()
        return token

    async def _asked(self, web: aiohttp.ClientSession, bearer: str, path: str) -> object:
        return await self._request(web, "GET", self._api_url + path, headers={"Authorization": f"Bearer {bearer}"})

    async def _request(self, web: aiohttp.ClientSession, verb: str, address: str, **how: Any) -> object:  # noqa: ANN401
        """Who signs in may begin anew: where nobody knows what became of a request, it is as if it was not made."""
        try:
            async with web.request(verb, address, allow_redirects=False, **how) as response:
                body = await _json(response)
                if response.status == 429:
                    raise asked_to_wait(back_at(response.headers.get("Retry-After"), self._clock.now()))
                if 200 <= response.status < 300 and body is not None:
                    return body
                raise _refused(response.status, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as cut:
            raise _not_done(failure(cut)) from None


def _refused(status: int, body: object) -> Exception:
    error = body.get("error") if isinstance(body, Mapping) else None
    if error == "invalid_client":
        log.error(NOT_OURS)
        return Rejected(NOT_OURS)
    if error in {"invalid_grant", "invalid_request"} or (status == 401 and isinstance(body, Mapping)):
        return Mistake(NOT_VOUCHED)
    return _not_done(answered_nonsense(status))


def _not_done(problem: Exception) -> Exception:
    return not_now() if isinstance(problem, Uncertain) else problem


async def _json(response: aiohttp.ClientResponse) -> object:
    """None for what is no JSON."""
    if response.content_type != "application/json":
        return None
    try:
        return await response.json()
    except (ValueError, RecursionError):
        return None
