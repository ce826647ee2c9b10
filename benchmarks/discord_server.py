"""The loopback Discord in a process of its own, with a watch: python -m benchmarks.discord_server GUILDS CHANNELS RULES

It prints where it is and which channels there are, then does what each line of its input says. `ask SECONDS`: from now
on somebody types a command that often, until `answers` ends it and prints what was measured. `posts`: how many messages
were posted. `storm NUMBER`: so many people react to one message, and a line is printed when all of it was told.
"""

import asyncio
import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from aiohttp import web

from tests.rigs.discord_server import FIRST_GUILD, DiscordServer
from tests.rigs.discord_server_rest import Rest
from tests.rigs.discord_server_rules import PERMISSION
from tests.rigs.discord_server_world import Json

if TYPE_CHECKING:
    from tests.rigs.discord_server_people import Told

REQUEST = 0.05
"""How long Discord takes for a call."""
MOST_SECONDS = 60
ROLES = 100
PEOPLE = ("ana", "ben", "cleo", "dev")
AT_ONCE = 200


class SlowRest(Rest):
    """Keeps no copies of what it was asked."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(REQUEST)
        answer = await super().serve(request)
        self.seen.clear()
        return answer


class WatchedDiscord(DiscordServer):
    def __init__(self) -> None:
        super().__init__()
        self.slow = SlowRest(self.world, self.faults, self.pace, self._fill_in, self._closing.wait)
        self._rest = self.slow
        self.asked: list[tuple[float, Told]] = []
        self.waited_at_first: list[float] = []
        self.waited: list[float] = []

    def furnish(self, guilds: int, channels: int) -> list[tuple[str, str]]:
        names = [f"room-{number:03d}" for number in range(channels)]
        made = [self.guild, *(self.world.add_guild(f"School {number}") for number in range(1, guilds))]
        for guild in made:
            for name in names:
                self.world.add_channel(guild, name)
            for number in range(ROLES):
                self.world.add_role(guild, f"Role {number}", PERMISSION["View Channel"])
        return [(guild.id, guild.channel(name).id) for guild in made for name in names]

    async def ask(self, every: float) -> None:
        async with asyncio.TaskGroup() as group:
            number = 0
            while True:
                group.create_task(self._ask(PEOPLE[number % len(PEOPLE)]))
                number += 1
                await asyncio.sleep(every)

    async def _ask(self, person: str) -> None:
        begun = perf_counter()
        told = self.people.command(person, "room-000", "/pln list")
        self.asked.append((begun, told))
        await told.acknowledged()
        self.waited_at_first.append((perf_counter() - begun) * 1000)
        while told.interaction.original is None or told.interaction.is_thinking:  # noqa: ASYNC110 - a benchmark
            await asyncio.sleep(0.005)
        self.waited.append((perf_counter() - begun) * 1000)

    async def answers(self) -> Json:
        """In ms, of all commands so far."""
        until = perf_counter() + MOST_SECONDS
        while len(self.waited) < len(self.asked) and perf_counter() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        refused = sum(times for (_, status), times in self.slow.answered.items() if status == 429)
        return {"acknowledged": self.waited_at_first, "answered": self.waited, "refused": refused}

    async def storm(self, number: int) -> None:
        message = self.people.say("ana", "staffroom", "Look at this.")
        for one in range(number):
            reaction = {
                "user_id": str(1_290_000_000_000_000_000 + one),
                "channel_id": message.channel,
                "message_id": message.id,
                "guild_id": FIRST_GUILD,
                "emoji": {"id": None, "name": "🔖"},
            }
            self.world.tell("MESSAGE_REACTION_ADD", reaction, FIRST_GUILD)
            if one % AT_ONCE == 0:
                await asyncio.sleep(REQUEST)
        await self.gateway.settled()


async def obey(server: WatchedDiscord) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    asking: asyncio.Task[None] | None = None
    while line := (await lines.readline()).decode().split():
        match line:
            case ["ask", every]:
                asking = asyncio.create_task(server.ask(float(every)))
            case ["answers"]:
                measured = await server.answers()
                if asking:
                    asking.cancel()
                say(json.dumps(measured))
            case ["posts"]:
                say(str(server.slow.answered["create_message", 200]))
            case ["storm", number]:
                await server.storm(int(number))
                say("told")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(guilds: str, channels: str, rules: str) -> None:
    async with WatchedDiscord() as server:
        places = server.furnish(int(guilds), int(channels))
        server.pace.is_kept = rules == "rules"
        say(json.dumps({"api_url": server.api, "gateway_url": server.gateway_url, "channels": places}))
        await obey(server)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
