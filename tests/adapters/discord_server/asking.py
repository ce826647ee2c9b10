"""Requests to a loopback Discord in few words, made by discord.py's own HTTP client."""

from typing import Any, cast

import discord
from discord.http import Route

from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_world import Channel, Interaction

Json = dict[str, Any]

V2 = 1 << 15
EPHEMERAL = 1 << 6
QUIET: Json = {"parse": []}


def text(content: str = "Good morning", **more: Any) -> Json:
    return {"type": 10, "content": content, **more}


def button(label: str = "Save", custom_id: str = "save:1", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def menu(*options: Json, **more: Any) -> Json:
    return {"type": 3, "custom_id": "menu:1", "options": list(options), **more}


def option(label: str = "One", value: str = "1", **more: Any) -> Json:
    return {"label": label, "value": value, **more}


def label(component: Json, words: str = "When", **more: Any) -> Json:
    return {"type": 18, "label": words, "component": component, **more}


def modal(*components: Json, title: str = "Settings", custom_id: str = "form:1") -> Json:
    return {"type": 9, "data": {"title": title, "custom_id": custom_id, "components": list(components)}}


class Asking:
    """Each request returns what Discord answers, or raises discord.py's error."""

    def __init__(self, client: discord.Client, server: DiscordServer) -> None:
        self._http = client.http
        self._server = server
        self.room = server.guild.channel("staffroom")

    async def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        given = {} if body is None else {"json": body}
        return await self._http.request(Route(method, path), **given, **more)

    async def post(self, *components: Json, where: Channel | None = None, **more: Any) -> Json:
        """A message of v2 components."""
        body = {"components": list(components or [text()]), "flags": V2, "allowed_mentions": QUIET, **more}
        return cast("Json", await self("POST", f"/channels/{(where or self.room).id}/messages", body))

    async def say(self, content: str, where: Channel | None = None, **more: Any) -> Json:
        """An ordinary message."""
        body = {"content": content, **more}
        return cast("Json", await self("POST", f"/channels/{(where or self.room).id}/messages", body))

    async def call_back(self, acted: Interaction, kind: int, data: Json | None = None) -> Any:
        body = {"type": kind} | ({} if data is None else {"data": data})
        return await self("POST", f"/interactions/{acted.id}/{acted.token}/callback", body)

    async def by_token(self, method: str, acted: Interaction, rest: str = "", body: Any = None) -> Any:
        return await self(method, f"/webhooks/{self._server.world.app.id}/{acted.token}{rest}", body)

    def acted(self, kind: int = 2, person: str = "ana", message: str | None = None) -> Interaction:
        """Somebody did something; nobody has answered yet."""
        world = self._server.world
        return world.new_interaction(kind, world.person(person).id, self.room, {}, message=message)

    def forum(self, name: str = "library") -> Channel:
        return self._server.world.add_channel(self._server.guild, name, Kind.FORUM)


def code_of(error: discord.HTTPException) -> tuple[int, int]:
    return error.status, error.code


def wrong_in(error: discord.HTTPException) -> str:
    """Where the form is invalid and why: what discord.py makes of the tree of errors."""
    return error.text
