"""Installing an app in a loopback Slack: the consent page, the exchange of its code, tokens that rotate."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from tests.rigs.slack_server_rules import CODE_LIVES, ROTATED_TOKEN_LIVES, Refused
from tests.rigs.slack_server_world import APP, CLIENT_ID, CLIENT_SECRET, FIRST_TEAM, Json, Token, World


@dataclass
class _Consent:
    team: str
    enterprise: str
    user: str
    scopes: frozenset[str]
    redirect: str
    made_at: datetime
    nonce: str = ""
    used: bool = False


class OAuth:
    """`rotates` is the app's setting that its tokens live for twelve hours."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._consents: dict[str, _Consent] = {}
        self.rotates = False
        self.claims: Json = {}
        """Said instead of what is true about who signs in."""

    def authorize(
        self, address: str, *, team: str = FIRST_TEAM, enterprise: str = "", person: str = "ben", allow: bool = True
    ) -> str:
        """Opens the consent page as a browser does, allows or refuses, and returns where the browser is sent. With an
        `enterprise` the app is installed for all its workspaces."""
        query = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        if query.get("client_id") != CLIENT_ID:
            raise Refused("invalid_client_id")
        back = query.get("redirect_uri", "")
        if not allow:
            return _with(back, error="access_denied", state=query.get("state", ""))
        code = self._world.new_id("code")
        scopes = frozenset(each for each in query.get("scope", "").replace(" ", ",").split(",") if each)
        user = self._world.teams[team].person(person).id
        where = "" if enterprise else team
        self._consents[code] = _Consent(where, enterprise, user, scopes, back, self._now(), query.get("nonce", ""))
        return _with(back, code=code, state=query.get("state", ""))

    async def page(self, request: web.Request) -> web.Response:
        """The consent page for whoever comes by HTTP: it allows at once."""
        raise web.HTTPFound(self.authorize(str(request.url), team=request.query.get("team") or FIRST_TEAM))

    def identity(self, request: web.Request, arguments: Json) -> Json:
        """openid.connect.token."""
        _check(*_credentials(request, arguments))
        consent = self._used(arguments)
        if "openid" not in " ".join(consent.scopes).split():
            raise Refused("invalid_scope")
        now, user = self._now(), self._world.teams[consent.team].users[consent.user]
        claims = {
            "iss": "https://slack.com",
            "sub": consent.user,
            "aud": CLIENT_ID,
            "exp": int(now.timestamp()) + 300,
            "iat": int(now.timestamp()),
            "auth_time": int(now.timestamp()),
            "nonce": consent.nonce,
            "https://slack.com/team_id": consent.team,
            "https://slack.com/user_id": consent.user,
            "name": user.real_name or user.name,
        } | self.claims
        return {"access_token": "xoxp-invented", "token_type": "Bearer", "id_token": _signed(claims)}

    def access(self, request: web.Request, arguments: Json) -> Json:
        """oauth.v2.access."""
        _check(*_credentials(request, arguments))
        if arguments.get("grant_type") == "refresh_token":
            return self._refresh(str(arguments.get("refresh_token", "")))
        return self._exchange(arguments)

    def _exchange(self, arguments: Json) -> Json:
        consent = self._used(arguments)
        token = self._new_token(consent.team, consent.enterprise, consent.scopes)
        return {**self._described(token), "authed_user": {"id": consent.user}}

    def _used(self, arguments: Json) -> _Consent:
        consent = self._consents.get(str(arguments.get("code")))
        if consent is None or self._world.age(consent.made_at) > CODE_LIVES:
            raise Refused("invalid_code")
        if consent.used:
            raise Refused("code_already_used")
        if str(arguments.get("redirect_uri", consent.redirect)) != consent.redirect:
            raise Refused("bad_redirect_uri")
        consent.used = True
        return consent

    def _refresh(self, refresh: str) -> Json:
        """The refresh token is used up; the token before lives on until its time."""
        old = next((each for each in self._world.tokens.values() if each.refresh and each.refresh == refresh), None)
        if old is None:
            raise Refused("invalid_refresh_token")
        old.refresh = ""
        return self._described(self._new_token(old.team, old.enterprise, old.scopes))

    def _new_token(self, team: str, enterprise: str, scopes: frozenset[str]) -> Token:
        number = self._world.new_id("invented")
        text = f"xoxe.xoxb-1-{number}" if self.rotates else f"xoxb-{number}"
        token = Token(text, "bot", team, enterprise, scopes)
        if self.rotates:
            token.expires_at, token.refresh = self._now() + ROTATED_TOKEN_LIVES, f"xoxe-1-{number}"
        self._world.tokens[text] = token
        for each in self._world.teams.values():
            if each.id == team or (enterprise and each.enterprise == enterprise):
                each.scopes = scopes
        return token

    def _described(self, token: Token) -> Json:
        world = self._world
        team = world.teams[token.team] if token.team else None
        enterprise = team.enterprise if team else token.enterprise
        home = team or next(each for each in world.teams.values() if each.enterprise == token.enterprise)
        return {
            "app_id": APP,
            "access_token": token.text,
            "token_type": "bot",
            "scope": ",".join(sorted(token.scopes)),
            "bot_user_id": home.bot.id,
            "team": {"id": team.id, "name": team.name} if team else None,
            "enterprise": {"id": enterprise, "name": world.enterprises[enterprise]} if enterprise else None,
            "is_enterprise_install": team is None,
            **({"expires_in": 43200, "refresh_token": token.refresh} if token.refresh else {}),
        }

    def _now(self) -> datetime:
        return self._world.clock.now()


def _credentials(request: web.Request, arguments: Json) -> tuple[str, str]:
    """By HTTP's basic authentication or among the arguments."""
    given = request.headers.get("Authorization", "")
    if given.startswith("Basic "):
        client, _, secret = base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")
        return client, secret
    return str(arguments.get("client_id", "")), str(arguments.get("client_secret", ""))


def _check(client: str, secret: str) -> None:
    if client != CLIENT_ID:
        raise Refused("invalid_client_id")
    if secret != CLIENT_SECRET:
        raise Refused("bad_client_secret")


def _signed(claims: Json) -> str:
    """A JSON web token. Nobody here checks the signature."""
    parts = (json.dumps(each).encode() for each in ({"alg": "RS256", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (*parts, b"signature"))


def _with(address: str, **query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
