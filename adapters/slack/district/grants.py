"""What Slack grants: a token for the code of an installation, a new token for an old one, and where it holds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.district.installs import Installation, Team
from adapters.slack.section import SlackSection
from bot.errors import Rejected, Throttled, Unauthorised, Unavailable
from bot.ports import Clock

SECONDS_TO_ANSWER = 10
SHORT_WAIT = timedelta(seconds=30)
MOST_PAGES = 50
_DOWN = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
_OUR_MISTAKE = {
    "invalid_client_id": "Slack does not know `client_id` of [slack]. Copy it again from the app's page.",
    "bad_client_secret": "Slack refused `client_secret` of [slack]. Copy it again from the app's page.",
    "bad_redirect_uri": "Slack does not know the address that it should lead back to. Add it to the app's redirect "
    "URLs, and check `public_url` of [web].",
}
_NONSENSE = "Slack answered nonsense. Try again in a minute."
_SIGN_IN_AGAIN = "This answer of Slack's was used already or is too old. Start again from the sign-in page."
_USED_UP = "This link was used already or is too old. Start the installation again."


class Grants:
    def __init__(self, section: SlackSection, clock: Clock) -> None:
        self._section = section
        self._clock = clock
        self._client = AsyncWebClient(base_url=section.base_url, timeout=SECONDS_TO_ANSWER, retry_handlers=[])

    async def for_code(self, code: str, redirect_uri: str) -> Installation:
        """Raises Rejected, with what to do, where Slack grants nothing for it."""
        with self._refusals(_USED_UP):
            granted = await self._access(code=code, redirect_uri=redirect_uri)
            if not granted.get("access_token"):
                raise Rejected("Slack gave no token for a bot. Start the installation again.")
            known = await self._client.auth_test(token=granted["access_token"])
        installation = self._installation(granted, _data(known))
        return replace(installation, teams=await self.teams(installation))

    async def identity(self, code: str, redirect_uri: str) -> str:
        """What Slack says about who signed in, as an id token. Raises Rejected where it says nothing for the code."""
        with self._refusals(_SIGN_IN_AGAIN):
            granted = await self._exchanged(
                "openid.connect.token", code=code, redirect_uri=redirect_uri, grant_type="authorization_code"
            )
        return str(granted.get("id_token") or "")

    async def renewed(self, installation: Installation) -> Installation:
        """The same with a new token. Raises Unauthorised where the old one cannot be exchanged any more."""
        try:
            with self._refusals("the refresh token is not valid any more"):
                granted = await self._access(grant_type="refresh_token", refresh_token=installation.refresh_token)
        except Rejected as refused:
            raise Unauthorised(
                f"Slack did not renew the token for {installation.name}. Install Staffroom there again."
            ) from refused
        return replace(
            installation,
            token=granted["access_token"],
            refresh_token=granted.get("refresh_token"),
            expires_at=self._expiry(granted),
        )

    async def give_back(self, installation: Installation) -> None:
        """The token is of no use to anybody afterwards."""
        with self._refusals("Slack did not take the token back."):
            await self._client.auth_revoke(token=installation.token)

    async def holds(self, installation: Installation) -> bool:
        """Whether Slack still takes the token."""
        try:
            with self._refusals("the token is not valid any more"):
                await self._client.auth_test(token=installation.token)
        except Rejected:
            return False
        return True

    async def teams(self, installation: Installation) -> tuple[Team, ...]:
        """The workspaces that the token serves."""
        if not installation.is_org:
            return (Team(installation.team or "", installation.name),)
        found: list[Team] = []
        cursor = ""
        for _page in range(MOST_PAGES):
            with self._refusals("Slack does not say which workspaces of the organisation have Staffroom."):
                page = await self._client.auth_teams_list(token=installation.token, cursor=cursor or None, limit=200)
            found += [Team(each["id"], each.get("name", "")) for each in page.get("teams") or []]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return tuple(found)

    async def _access(self, **arguments: str | None) -> Mapping[str, Any]:
        return await self._exchanged("oauth.v2.access", **arguments)

    async def _exchanged(self, method: str, **arguments: str | None) -> Mapping[str, Any]:
        """With our credentials in the body: the SDK's own method sends them in a way that aiohttp gives up."""
        credentials = {
            "client_id": self._section.client_id,
            "client_secret": self._section.client_secret.get_secret_value(),
        }
        return _data(await self._client.api_call(method, data={**credentials, **arguments}))

    def _installation(self, granted: Mapping[str, Any], known: Mapping[str, Any]) -> Installation:
        team, enterprise = granted.get("team") or {}, granted.get("enterprise") or {}
        is_org = bool(granted.get("is_enterprise_install"))
        named = enterprise if is_org else team
        return Installation(
            enterprise=enterprise.get("id"),
            team=None if is_org else team.get("id"),
            name=named.get("name") or known.get("team") or "the workspace",
            is_org=is_org,
            teams=(),
            token=granted["access_token"],
            scopes=frozenset((granted.get("scope") or "").split(",")) - {""},
            bot_user=granted.get("bot_user_id") or known.get("user_id") or "",
            bot=known.get("bot_id") or "",
            app=granted.get("app_id") or "",
            installed_at=self._clock.now(),
            refresh_token=granted.get("refresh_token"),
            expires_at=self._expiry(granted),
        )

    def _expiry(self, granted: Mapping[str, Any]) -> datetime | None:
        """By our own clock; None where the app does not rotate its tokens."""
        seconds = granted.get("expires_in")
        return self._clock.now() + timedelta(seconds=int(seconds)) if seconds and granted.get("refresh_token") else None

    @contextmanager
    def _refusals(self, otherwise: str) -> Iterator[None]:
        try:
            yield
        except SlackApiError as refused:
            raise self._in_words(refused, otherwise) from None
        except (SlackClientError, ClientError, TimeoutError, OSError):
            raise Unavailable("Slack could not be reached. Try again in a minute.") from None

    def _in_words(self, refused: SlackApiError, otherwise: str) -> Rejected | Throttled | Unavailable:
        """The SDK's own error is left out of the chain: it holds what was sent and answered."""
        response = refused.response
        if not isinstance(response, AsyncSlackResponse):
            return Unavailable(_NONSENSE)
        status, error = response.status_code, response.get("error") or ""
        if status == 429:
            wait = response.headers.get("Retry-After", "")
            pause = timedelta(seconds=int(wait)) if wait.isdecimal() else SHORT_WAIT
            return Throttled("Slack asks to wait a moment.", self._clock.now() + pause)
        if status >= 500 or error in _DOWN:
            return Unavailable("Slack has a problem of its own. Try again in a minute.")
        return Rejected(_OUR_MISTAKE.get(error, otherwise))


def _data(answer: AsyncSlackResponse) -> Mapping[str, Any]:
    """Of every answer that is not JSON the SDK makes text."""
    if not isinstance(answer.data, dict):
        raise Unavailable(_NONSENSE)
    return answer.data
