"""A loopback Discord: its REST API, its gateway and its people, as Discord's documents describe them.

    python -m tests.rigs.discord_server

prints its addresses, its token and ids, one a line. Its rules stand, with their sources, in `discord_server_rules`;
what people do in it is in `discord_server_people`.
"""

import argparse
import asyncio
import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.rigs.discord_server_calls import Answer
from tests.rigs.discord_server_control import control
from tests.rigs.discord_server_gateway import Gateway
from tests.rigs.discord_server_oauth import OAuth
from tests.rigs.discord_server_people import People
from tests.rigs.discord_server_rest import Refusal, Request, Rest
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_trouble import Faults, Pace
from tests.rigs.discord_server_world import (
    APPLICATION,
    FIRST_GUILD,
    TOKEN,
    Channel,
    Clock,
    Guild,
    Message,
    World,
)
from tests.rigs.running_clock import RunningClock

__all__ = ["APPLICATION", "FIRST_GUILD", "TOKEN", "DiscordServer"]


class DiscordServer:
    """Serves on a loopback port while it is entered. `people` act in it, `gateway` is how the app hears of it, `world`
    is what it knows; `faults` and `pace` say what goes wrong."""

    def __init__(self, clock: Clock | None = None, *, port: int = 0, patience: float = 3.0) -> None:
        self.clock = clock or RunningClock()
        self.port = port
        self.world = World(self.clock)
        self.gateway = Gateway(self.world)
        self.people = People(self.world, self.gateway, patience)
        self.faults = Faults()
        self.pace = Pace()
        self.oauth = OAuth(self.world)
        self._closing = asyncio.Event()
        self._rest = Rest(self.world, self.faults, self.pace, self._fill_in, self._closing.wait)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.add_routes([web.get("/gateway", self.gateway.serve), *control(self)])
        app.add_routes([web.post("/api/oauth2/token", self.oauth.token)])
        app.add_routes([web.route("*", "/api/v10/{rest:.*}", self._serve)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.gateway.hang_up()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """What people's own tokens may read, and what the bot's may."""
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return self.oauth.read(request, request.match_info["rest"])
        return await self._rest.serve(request)

    async def listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url

    async def stop_listening(self) -> None:
        """From now on connections are refused; those that are open stay."""
        if self._site in self._runner.sites:
            await self._site.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        """What an SDK calls the base address."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def guild(self) -> Guild:
        return self.world.guild

    @property
    def seen(self) -> list[Request]:
        return self._rest.seen

    @property
    def refused(self) -> list[Refusal]:
        return self._rest.refused

    @property
    def invalid(self) -> list[str]:
        """What Discord's own description of its API does not allow. Empty without that file, and in every good test."""
        return self._rest.invalid

    @property
    def unlike(self) -> list[str]:
        """What its own answers tell otherwise than that description, once it was asked to doubt itself."""
        return self._rest.unlike

    def doubt_itself(self) -> None:
        self._rest.doubts_itself = True

    @property
    def answered(self) -> Counter[tuple[str, int]]:
        return self._rest.answered

    def seen_at(self, operation: str) -> list[Request]:
        return [each for each in self.seen if each.operation == operation]

    def texts(self, channel: str, person: str, guild: Guild | None = None) -> list[str]:
        """What this person reads of the app's messages there, oldest first. `me` are the direct messages with it."""
        return [read(each).text for each in self.messages(channel, person, guild)]

    def messages(self, channel: str, person: str, guild: Guild | None = None) -> list[Message]:
        user = self.world.person(person).id
        where = self.place(channel, user, guild)
        return [each for each in where.written if each.author == self.world.app.id and each.only_for in (None, user)]

    def place(self, channel: str, person: str, guild: Guild | None = None) -> Channel:
        if channel == "me":
            return self.world.direct_messages_with(self.world.person(person).id)
        return self.world.channel(channel, guild)

    def _fill_in(self, operation: str, answer: Answer) -> Answer:
        if operation != "get_bot_gateway" or not isinstance(answer, dict):
            return answer
        limit = {**answer["session_start_limit"], "max_concurrency": self.gateway.max_concurrency}
        return {"url": self.gateway_url, "shards": self.gateway.shards, "session_start_limit": limit}


async def serve(arguments: argparse.Namespace) -> None:
    start = datetime.fromisoformat(arguments.now).astimezone(UTC) if arguments.now else None
    async with DiscordServer(RunningClock(start, arguments.speed), port=arguments.port) as server:
        for number in range(arguments.channels):
            server.world.add_channel(server.guild, f"room-{number:03d}")
        for number in range(arguments.guilds):
            names = [f"room-{each:02d}" for each in range(arguments.channels_each)]
            server.world.add_guild(f"School {number:03d}", channels=names)
        server.pace.is_kept = arguments.pace
        server.world.acknowledge_within *= max(1.0, arguments.speed)
        told = {
            "url": server.url,
            "api_url": server.api,
            "gateway_url": server.gateway_url,
            "token": TOKEN,
            "guild": FIRST_GUILD,
            "channel": server.guild.channel("staffroom").id,
        }
        sys.stdout.write("".join(f"{name} {value}\n" for name, value in told.items()))
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.rigs.discord_server", description="A loopback Discord.")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--now", default="", help="the moment its clock starts at, ISO with zone")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast its clock runs")
    parser.add_argument("--channels", type=int, default=0, help="how many further channels, room-000 and so on")
    parser.add_argument("--guilds", type=int, default=0, help="how many further servers")
    parser.add_argument("--channels-each", type=int, default=2, help="how many channels each of those has")
    parser.add_argument("--pace", action="store_true", help="keep Discord's rate limits")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args(words)))


if __name__ == "__main__":
    main()
