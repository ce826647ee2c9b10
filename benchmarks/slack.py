"""How long a command in Slack waits for its answer while much is delivered, and how soon the last of 400 channels has
its digest:

    python -m benchmarks.slack [busy|digests|district ...]

The engine, SQLite and the Slack adapter are real. Slack is the loopback one, in another process, which takes 50 ms for
every call. A wait lasts from typing the command to the arrival of the answer at its response_url; the inbox's commit
and the acknowledgement are part of it. Each trial runs with Slack's rules (1 message a second and channel, 300 a
minute and workspace) and without.
"""

import asyncio
import gc
import json
import logging
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from pydantic import SecretStr

from adapters.clock import SystemClock
from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.logs import set_up_logs
from adapters.slack import pace
from adapters.slack.chat import SlackChat
from adapters.slack.district.installs import Installation, Installations, Team
from adapters.slack.district.secrets import Seal, new_key
from adapters.slack.first_day.manifest import EVENTS_PATH
from adapters.slack.plugin import plugin
from adapters.slack.section import SlackSection
from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from benchmarks.deliveries import School
from benchmarks.slack_server import channel_id, team_id, token_of
from bot.domain.keys import ChannelKey
from bot.plugins import ChatTools
from bot.services.web.pages import EnginePages
from tests.rigs.slack_server_world import APP_TOKEN, CLIENT_ID, CLIENT_SECRET, EVERY_SCOPE, SIGNING_SECRET

MOST_SECONDS = 300
IN_A_CHANNEL = pace.IN_A_CHANNEL
NO_RULES = pace.per_minute(1_000_000, burst=100_000)


@dataclass(frozen=True)
class Trial:
    """`messages` are put in the outbox at once; without them every channel's digest is due. `least` is how many
    commands are typed at any rate."""

    name: str
    teams: int
    channels: int
    messages: int = 0
    every: float = 0.2
    least: int = 0

    @property
    def keys(self) -> list[ChannelKey]:
        places = [(team, number) for number in range(self.channels) for team in range(self.teams)]
        return [ChannelKey(f"slack:{team_id(team)}", channel_id(team, number)) for team, number in places]


TRIALS = [
    Trial("busy", teams=1, channels=1_000, messages=1_000, every=0.1, least=250),
    Trial("digests", teams=1, channels=400, least=250),
    Trial("district", teams=4, channels=100, least=250),
]


class Slack:
    """The loopback one, in its process."""

    def __init__(self, process: Process, url: str) -> None:
        self._process, self.url = process, url

    async def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()

    async def asked(self, line: str) -> str:
        assert self._process.stdout
        await self.tell(line)
        return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def slack_for(trial: Trial, *, rules: bool) -> AsyncIterator[Slack]:
    words = "-m", "benchmarks.slack_server", str(trial.teams), str(trial.channels), "rules" if rules else "none"
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE, limit=2**24)
    assert process.stdin
    assert process.stdout
    try:
        yield Slack(process, (await process.stdout.readline()).decode().strip())
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def school_in(slack: Slack, store: DatabaseStore, trial: Trial) -> AsyncIterator[School]:
    """Over a socket where there is one workspace, else by requests, installed in all."""
    schools: list[School] = []
    clock, port = SystemClock(), _free_port()
    address = f"http://127.0.0.1:{port}"
    inbox = store.inbox(lambda: schools[0].engine.wake() if schools else None)
    tools = ChatTools(clock, inbox, store.room(), EnginePages(), store.vault(), _nothing, address)
    section = _section(slack, trial)
    if trial.teams > 1:
        await _install(Installations(store.vault(), Seal(section.encryption_keys.get_secret_value()), clock), trial)
    chat = plugin.open(section, tools)
    assert isinstance(chat, SlackChat)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(chat)
        if trial.teams > 1:
            page = WebChat(WebSection(port=port, public_url=address), tools)
            page.mount(chat.routes())
            await stack.enter_async_context(page)
            await slack.tell(f"target {address}{EVENTS_PATH}")
        school = School(store, chat, trial.keys)
        await school.furnish()
        schools.append(school)
        await stack.enter_async_context(school.engine)
        await school.until_planned()
        yield school


def _section(slack: Slack, trial: Trial) -> SlackSection:
    return SlackSection(
        mode="http" if trial.teams > 1 else "socket",
        bot_token=SecretStr(token_of(0)),
        app_token=SecretStr(APP_TOKEN),
        signing_secret=SecretStr(SIGNING_SECRET),
        client_id=CLIENT_ID,
        client_secret=SecretStr(CLIENT_SECRET),
        encryption_keys=SecretStr(new_key()),
        base_url=slack.url,
    )


async def _install(installations: Installations, trial: Trial) -> None:
    for number in range(trial.teams):
        team = team_id(number)
        bot = f"U0BOT{team[2:] if number else ''}"
        installed = Installation(
            None,
            team,
            team,
            is_org=False,
            teams=(Team(team, team),),
            token=token_of(number),
            scopes=EVERY_SCOPE,
            bot_user=bot,
            bot=f"B{bot[1:]}",
            app="A0STAFF",
            installed_at=SystemClock().now(),
        )
        await installations.put(installed)


async def _nothing() -> None: ...


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run(trial: Trial, folder: Path, *, rules: bool) -> None:
    url = f"sqlite:///{folder / trial.name}-{rules}.db"
    await asyncio.to_thread(migrate, url)
    _heed(rules=rules)
    async with (
        slack_for(trial, rules=rules) as slack,
        open_store(url, SystemClock()) as store,
        school_in(slack, store, trial) as school,
    ):
        wanted = trial.messages or len(trial.keys)
        await (school.messages_are_due(wanted) if trial.messages else school.digests_are_due())
        gc.collect()
        gc.freeze()  # as `run` does
        school.engine.wake()
        begun = perf_counter()
        await slack.tell(f"ask {trial.every}")
        took = await _until_posted(slack, wanted, begun)
        await asyncio.sleep(max(0.0, trial.least * trial.every - took))
        measured = json.loads(await slack.asked("answers"))
        how = "with Slack's rules" if rules else "without rules"
        print(
            f"{trial.name}, {how}: {wanted:,} in {trial.teams} workspaces after {took:.1f} s, "
            f"{measured['refused']} times 429; {_in_words('answered', measured['answered'])}; "
            f"{_in_words('acknowledged', measured['acknowledged'])}"
        )


def _heed(*, rules: bool) -> None:
    """What the adapter keeps to."""
    pace.IN_A_CHANNEL = IN_A_CHANNEL if rules else NO_RULES
    pace.LIMITS[pace.POST] = pace.IN_A_WORKSPACE if rules else NO_RULES


async def _until_posted(slack: Slack, wanted: int, begun: float) -> float:
    while int(await slack.asked("posts")) < wanted and perf_counter() - begun < MOST_SECONDS:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return perf_counter() - begun


def _in_words(what: str, times: Sequence[float]) -> str:
    cuts = quantiles(times, n=100)
    return f"{len(times)} {what}, p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f}, longest {max(times):.0f} ms"


async def main() -> None:
    set_up_logs(level=logging.ERROR)
    chosen = [trial for trial in TRIALS if trial.name in sys.argv[1:] or not sys.argv[1:]]
    for trial in chosen:
        for rules in (False, True):
            with TemporaryDirectory() as name:
                await run(trial, Path(name), rules=rules)


if __name__ == "__main__":
    asyncio.run(main())
