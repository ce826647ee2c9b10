"""How another process acts in a loopback Slack, asks what is shown, and makes calls fail: under `/_rig/`."""

from typing import TYPE_CHECKING

from aiohttp import web

from tests.rigs.slack_server_text import read

if TYPE_CHECKING:
    from tests.rigs.slack_server import SlackServer


def control(server: "SlackServer") -> list[web.RouteDef]:
    async def act(request: web.Request) -> web.Response:
        """`/_rig/act/command` with the arguments as JSON."""
        told = await getattr(server.people, request.match_info["act"])(**await request.json())
        return web.json_response({"acknowledged": getattr(told, "acknowledged", True)})

    async def shown(request: web.Request) -> web.Response:
        """All that the app has posted and that still stands: channel, ts, text, delivery's metadata, reactions."""
        posts = [
            {
                "team": team.id,
                "channel": channel.id,
                "ts": each.ts,
                "text": read(each).text,
                "metadata": each.metadata,
                "reactions": each.reactions,
            }
            for team in server.world.teams.values()
            for channel in team.channels.values()
            for each in channel.messages
            if each.by_app and request.query.get("channel", channel.id) == channel.id
        ]
        return web.json_response(posts)

    async def fault(request: web.Request) -> web.Response:
        asked = request.query
        server.faults.fail_next(asked["name"], int(asked.get("times", "1")), asked.get("method", ""))
        return web.Response()

    async def redeliver(_request: web.Request) -> web.Response:
        """Tells again what was not acknowledged and is due."""
        told = await server.wire.redeliver()
        return web.json_response([each.acknowledged for each in told])

    async def log(_request: web.Request) -> web.Response:
        return web.json_response([{"method": each.method, "arguments": each.arguments} for each in server.seen])

    return [
        web.post("/_rig/act/{act}", act),
        web.get("/_rig/shown", shown),
        web.post("/_rig/fault", fault),
        web.post("/_rig/redeliver", redeliver),
        web.get("/_rig/log", log),
    ]
