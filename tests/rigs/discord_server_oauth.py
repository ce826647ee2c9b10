"""Signing in with a loopback Discord: the page that asks, the exchange of its code, and what its token may read."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from tests.rigs.discord_server_shapes import user_json
from tests.rigs.discord_server_world import APPLICATION, World

CLIENT_SECRET = "invented-client-secret"
CODE_LIVES = timedelta(minutes=1)


@dataclass
class _Consent:
    user: str
    redirect: str
    challenge: str
    scopes: list[str]
    made_at: datetime


class OAuth:
    def __init__(self, world: World) -> None:
        self._world = world
        self._consents: dict[str, _Consent] = {}
        self.tokens: dict[str, _Consent] = {}

    def authorize(self, address: str, person: str, *, allow: bool = True) -> str:
        """Opens the page as a browser does, allows or refuses, and returns where the browser is sent."""
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == APPLICATION
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        back, state = asked["redirect_uri"], asked["state"]
        if not allow:
            return f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        code, user = self._world.new_id(), self._world.person(person).id
        scopes = asked["scope"].split()
        self._consents[code] = _Consent(user, back, asked["code_challenge"], scopes, self._world.clock.now())
        return f"{back}?{urlencode({'code': code, 'state': state})}"

    async def token(self, request: web.Request) -> web.Response:
        """It takes forms only."""
        assert request.content_type == "application/x-www-form-urlencoded"
        form = await request.post()
        credentials = base64.b64encode(f"{APPLICATION}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {credentials}":
            return web.json_response({"error": "invalid_client"}, status=401)
        consent = self._consents.pop(str(form["code"]), None)
        if consent is None or not self._holds(consent, str(form["redirect_uri"]), str(form.get("code_verifier", ""))):
            told = {"error": "invalid_grant", "error_description": 'Invalid "code" in request.'}
            return web.json_response(told, status=400)
        token = f"bearer-{self._world.new_id()}"
        self.tokens[token] = consent
        scope = " ".join(consent.scopes)
        return web.json_response(
            {"access_token": token, "token_type": "Bearer", "expires_in": 604800, "refresh_token": "r", "scope": scope}
        )

    def _holds(self, consent: _Consent, back: str, verifier: str) -> bool:
        proof = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        is_new = self._world.clock.now() - consent.made_at < CODE_LIVES
        return is_new and back == consent.redirect and proof == consent.challenge

    def read(self, request: web.Request, what: str) -> web.Response:
        """With somebody's own token."""
        consent = self.tokens.get(request.headers["Authorization"].removeprefix("Bearer "))
        if consent is None:
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        if what == "users/@me" and "identify" in consent.scopes:
            return web.json_response(user_json(self._world.users[consent.user]))
        if what == "users/@me/guilds" and "guilds" in consent.scopes:
            guilds: list[dict[str, Any]] = [{"id": each.id, "name": each.name} for each in self._guilds_of(consent)]
            return web.json_response(guilds)
        return web.json_response({"message": "Missing Access", "code": 50001}, status=403)

    def _guilds_of(self, consent: _Consent) -> list[Any]:
        return list(self._world.guilds_of(consent.user))
