"""The loopback Slack in a process of its own, with a watch: python -m benchmarks.slack_server TEAMS CHANNELS RULES

It prints its address, then does what each line of its input says. `ask SECONDS`: from now on somebody types a command
that often, until `answers` ends it and prints what was measured. `posts`: how many messages were posted. `target URL`:
where events go from now on.
"""

import asyncio
import json
import sys
from time import perf_counter

from aiohttp import web

from tests.rigs.slack_server import FIRST_TEAM, SlackServer
from tests.rigs.slack_server_world import BOT_TOKEN, Json, ResponseUrl

REQUEST = 0.05
"""How long Slack takes for a call. What is posted to a response_url is seen as it comes in."""
MOST_SECONDS = 60
PEOPLE = ("ana", "ben", "cleo", "dev")


def team_id(number: int) -> str:
    return f"T0SCHOOL{number}" if number else FIRST_TEAM


def token_of(number: int) -> str:
    return f"{BOT_TOKEN}{number or ''}"


def channel_id(team: int, number: int) -> str:
    return f"C0ROOM{number:03d}{team_id(team)[2:] if team else ''}"


class WatchedSlack(SlackServer):
    def __init__(self) -> None:
        super().__init__()
        self.posts = 0
        self.refused = 0
        self.asked: list[tuple[float, float, ResponseUrl]] = []
        self.answered: dict[int, float] = {}

    def furnish(self, teams: int, channels: int) -> None:
        for number in range(teams):
            if number:
                self.world.add_team(team_id(number), f"School {number}", f"school{number}", token=token_of(number))
            team = self.world.teams[team_id(number)]
            for room in range(channels):
                team.add_channel(f"room-{room:03d}", members=list(team.users))

    async def _api(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(REQUEST)
        return await super()._api(request)

    def _respond_to(self, request: web.Request, method: str, text: str, arguments: Json) -> web.Response:
        answer = super()._respond_to(request, method, text, arguments)
        self.refused += answer.status == 429
        self.posts += answer.status == 200 and method == "chat.postMessage"
        return answer

    def _take_response(self, given: ResponseUrl, body: Json) -> None:
        super()._take_response(given, body)
        self.answered.setdefault(id(given), perf_counter())

    async def ask(self, every: float) -> None:
        async with asyncio.TaskGroup() as group:
            number = 0
            while True:
                group.create_task(self._ask(number))
                number += 1
                await asyncio.sleep(every)

    async def _ask(self, number: int) -> None:
        begun, team = perf_counter(), team_id(number % len(self.world.teams))
        person = PEOPLE[number % len(PEOPLE)]
        typing = asyncio.create_task(self.people.command(person, "room-000", "/pln list", team))
        await asyncio.sleep(0)
        given = list(self.world.response_urls.values())[-1]
        await typing
        self.asked.append((begun, perf_counter(), given))

    async def answers(self) -> Json:
        """In ms, of all commands so far."""
        until = perf_counter() + MOST_SECONDS
        while len(self.answered) < len(self.asked) and perf_counter() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        kept = [(acknowledged - begun) * 1000 for begun, acknowledged, _ in self.asked]
        seen = [(self.answered[id(each)] - begun) * 1000 for begun, _, each in self.asked if id(each) in self.answered]
        return {"acknowledged": kept, "answered": seen, "refused": self.refused}


async def obey(server: WatchedSlack) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    asking: asyncio.Task[None] | None = None
    while line := (await lines.readline()).decode().split():
        match line:
            case ["ask", every]:
                asking = asyncio.create_task(server.ask(float(every)))
            case ["answers"] if asking:
                asking.cancel()
                say(json.dumps(await server.answers()))
            case ["posts"]:
                say(str(server.posts))
            case ["target", url]:
                server.wire.target = url


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(teams: str, channels: str, rules: str) -> None:
    async with WatchedSlack() as server:
        server.furnish(int(teams), int(channels))
        server.pace.is_kept = rules == "rules"
        say(server.url)
        await obey(server)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
