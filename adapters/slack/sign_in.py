"""Sign in with Slack: OpenID Connect, by which Slack says who somebody is and in which workspace.

What it says comes straight from Slack over its own connection, so its signature proves nothing more. There is no PKCE:
Slack offers it to apps without a secret only, and an app that switches it on stays one.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from adapters.slack.district.grants import Grants
from adapters.slack.section import SlackSection
from adapters.slack.tokens import Installed, team_of, workspace_id
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import Mistake, Rejected
from bot.ports import Attempt, Clock

ISSUER = "https://slack.com"
TEAM, USER = f"{ISSUER}/team_id", f"{ISSUER}/user_id"
SCOPES = "openid profile"
CLOCKS_DIFFER = timedelta(minutes=2)
NOT_VOUCHED = "Slack did not say who you are. Start again from the sign-in page."

Claims = dict[str, Any]


class SlackSignIn:
    label = "Slack"

    def __init__(
        self, section: SlackSection, clock: Clock, grants: Grants, installed: Callable[[], Sequence[Installed]]
    ) -> None:
        self._section = section
        self._clock = clock
        self._grants = grants
        self._installed = installed

    def address(self, attempt: Attempt) -> str:
        asked = {
            "response_type": "code",
            "scope": SCOPES,
            "client_id": self._section.client_id,
            "redirect_uri": attempt.back,
            "state": attempt.state,
            "nonce": attempt.nonce,
            **self._only_team(),
        }
        return f"{self._section.base_url.removesuffix('api/')}openid/connect/authorize?{urlencode(asked)}"

    def _only_team(self) -> dict[str, str]:
        """Where there is one workspace, Slack need not ask for it."""
        teams = [team_of(each.workspace.id) for each in self._installed()]
        return {"team": teams[0]} if len(teams) == 1 else {}

    async def people(self, code: str, attempt: Attempt) -> Sequence[Person]:
        try:
            claims = _claims(await self._grants.identity(code, attempt.back))
        except Rejected as refused:
            raise Mistake(str(refused)) from None
        if not self._are_meant_for_us(claims, attempt):
            raise Mistake(NOT_VOUCHED)
        person = PersonKey(workspace_id(str(claims[TEAM])), str(claims[USER]))
        is_served = any(each.workspace.id == person.workspace for each in self._installed())
        return [Person(person, str(claims.get("name") or ""))] if is_served else []

    def _are_meant_for_us(self, claims: Claims, attempt: Attempt) -> bool:
        ends = claims.get("exp")
        is_current = isinstance(ends, int) and ends > (self._clock.now() - CLOCKS_DIFFER).timestamp()
        is_whole = all(isinstance(claims.get(name), str) and claims[name] for name in (TEAM, USER))
        expected = (ISSUER, self._section.client_id, attempt.nonce)
        return is_current and is_whole and (claims.get("iss"), claims.get("aud"), claims.get("nonce")) == expected


def _claims(token: str) -> Claims:
    """What an id token says; nothing where it is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        said = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
