"""How another process acts in a loopback Discord, asks what is shown, and makes requests fail: under `/_rig/`."""

from inspect import isawaitable
from typing import TYPE_CHECKING

from aiohttp import web

from tests.rigs.discord_server_people import Told
from tests.rigs.discord_server_text import read

if TYPE_CHECKING:
    from tests.rigs.discord_server import DiscordServer


def control(server: "DiscordServer") -> list[web.RouteDef]:
    return [*_what_is_done(server), *_what_is_asked(server)]


def _what_is_done(server: "DiscordServer") -> list[web.RouteDef]:
    async def act(request: web.Request) -> web.Response:
        """`/_rig/act/command` with the arguments as JSON."""
        told = getattr(server.people, request.match_info["act"])(**await request.json())
        if isinstance(told, Told):
            return web.json_response({"acknowledged": await told.acknowledged()})
        if isawaitable(told):
            return web.json_response({"acknowledged": True, "told": await told})
        return web.json_response({"acknowledged": True})

    async def disturb(request: web.Request) -> web.Response:
        """`/_rig/gateway/cut` and whatever else can happen to its connections."""
        done = getattr(server.gateway, request.match_info["act"])(**await request.json())
        if isawaitable(done):
            await done
        return web.Response()

    async def fault(request: web.Request) -> web.Response:
        asked = request.query
        server.faults.fail_next(asked["name"], int(asked.get("times", "1")), asked.get("operation", ""))
        return web.Response()

    return [
        web.post("/_rig/act/{act}", act),
        web.post("/_rig/gateway/{act}", disturb),
        web.post("/_rig/fault", fault),
    ]


def _what_is_asked(server: "DiscordServer") -> list[web.RouteDef]:
    async def shown(request: web.Request) -> web.Response:
        """All that the app has posted and that still stands: where, its nonce, its text, what was tapped."""
        posts = [
            {
                "guild": server.world.channels[each.channel].guild,
                "channel": each.channel,
                "id": each.id,
                "text": read(each).text,
                "nonce": each.nonce,
                "only_for": each.only_for,
                "components": each.components,
                "reactions": each.reactions,
            }
            for each in server.world.messages.values()
            if each.author == server.world.app.id and request.query.get("channel", each.channel) == each.channel
        ]
        return web.json_response(posts)

    async def asked(_request: web.Request) -> web.Response:
        """What people asked the app for, and whether it took it in time."""
        acts = server.world.interactions.values()
        return web.json_response([{"user": each.user, "acknowledged": each.answered.is_set()} for each in acts])

    async def log(_request: web.Request) -> web.Response:
        return web.json_response([{"operation": each.operation, "body": each.body} for each in server.seen])

    async def wrong(_request: web.Request) -> web.Response:
        """What the OpenAPI document does not allow, and what Discord's rules refused."""
        refused = [f"{each.operation} {each.status} {each.code} {each.message}" for each in server.refused]
        return web.json_response({"invalid": server.invalid, "refused": refused})

    return [
        web.get("/_rig/shown", shown),
        web.get("/_rig/asked", asked),
        web.get("/_rig/log", log),
        web.get("/_rig/wrong", wrong),
    ]
