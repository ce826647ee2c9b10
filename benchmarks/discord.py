"""How long a command in Discord waits for its answer while a thousand messages are delivered, and what hundreds of
servers need of memory:

    python -m benchmarks.discord [busy|digests|servers ...]

The engine, SQLite and the Discord adapter with the real discord.py are real. Discord is the loopback one, in another
process, which takes 50 ms for every call. A wait lasts from the command's leaving Discord to the arrival of its answer;
the inbox's commit is part of it. Each trial runs with Discord's rate limits and without.
"""

import asyncio
import gc
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from adapters.clock import SystemClock
from adapters.database.migrate import migrate
from adapters.database.store import DatabaseStore, open_store
from adapters.discord.plugin import plugin
from adapters.discord.section import DiscordSection
from adapters.logs import set_up_logs
from benchmarks.deliveries import School
from bot.domain.events import Event
from bot.domain.keys import ChannelKey
from bot.plugins import ChatTools
from bot.ports import Inbox, Outgoing
from bot.services.web.pages import EnginePages
from bot.views import Message, Paragraph
from tests.rigs.discord_server import TOKEN

MOST_SECONDS = 300
SERVERS, CHANNELS = 200, 50
REACTIONS, MESSAGES, AT_ONCE = 20_000, 5_000, 50


@dataclass(frozen=True)
class Trial:
    """`messages` are put in the outbox at once; without them every channel's digest is due. `least` is how many
    commands are typed at any rate."""

    name: str
    guilds: int
    channels: int
    messages: int = 0
    every: float = 0.2
    least: int = 250


TRIALS = [
    Trial("busy", guilds=2, channels=200, messages=1_000, every=0.1),
    Trial("digests", guilds=1, channels=400),
]


class Discord:
    """The loopback one, in its process."""

    def __init__(self, process: Process, place: dict[str, Any]) -> None:
        self._process, self._place = process, place

    def section(self, shards: int = 0) -> DiscordSection:
        return DiscordSection(
            token=SecretStr(TOKEN),
            api_url=self._place["api_url"],
            gateway_url=self._place["gateway_url"],
            shards=shards,
        )

    @property
    def channels(self) -> list[ChannelKey]:
        return [ChannelKey(f"discord:{guild}", channel) for guild, channel in self._place["channels"]]

    async def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()

    async def asked(self, line: str) -> str:
        assert self._process.stdout
        await self.tell(line)
        return (await self._process.stdout.readline()).decode()


@asynccontextmanager
async def discord_with(guilds: int, channels: int, *, rules: bool) -> AsyncIterator[Discord]:
    words = "-m", "benchmarks.discord_server", str(guilds), str(channels), "rules" if rules else "none"
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdin=PIPE, stdout=PIPE, limit=2**24)
    assert process.stdin
    assert process.stdout
    try:
        yield Discord(process, json.loads(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


# ------------------------------------------------------------------------------------------------------ under delivery


@asynccontextmanager
async def school_in(discord: Discord, store: DatabaseStore) -> AsyncIterator[School]:
    schools: list[School] = []
    inbox = store.inbox(lambda: schools[0].engine.wake() if schools else None)
    chat = plugin.open(discord.section(), _tools(inbox, store))
    async with chat:
        school = School(store, chat, discord.channels)
        await school.furnish()
        schools.append(school)
        async with school.engine:
            await school.until_planned()
            yield school


def _tools(inbox: Inbox, store: DatabaseStore) -> ChatTools:
    return ChatTools(SystemClock(), inbox, store.room(), EnginePages(), store.vault(), _nothing)


async def _nothing() -> None: ...


async def run(trial: Trial, folder: Path, *, rules: bool) -> None:
    url = f"sqlite:///{folder / trial.name}-{rules}.db"
    await asyncio.to_thread(migrate, url)
    async with (
        discord_with(trial.guilds, trial.channels, rules=rules) as discord,
        open_store(url, SystemClock()) as store,
        school_in(discord, store) as school,
    ):
        wanted = trial.messages or len(discord.channels)
        await (school.messages_are_due(wanted) if trial.messages else school.digests_are_due())
        gc.collect()
        gc.freeze()  # as `run` does
        school.engine.wake()
        begun = perf_counter()
        await discord.tell(f"ask {trial.every}")
        took = await _until_posted(discord, wanted, begun)
        await asyncio.sleep(max(0.0, trial.least * trial.every - took))
        measured = json.loads(await discord.asked("answers"))
        how = "with Discord's limits" if rules else "without limits"
        print(
            f"{trial.name}, {how}: {wanted:,} messages in {trial.guilds} servers after {took:.1f} s, "
            f"{measured['refused']} times 429; {_in_words('answered', measured['answered'])}; "
            f"{_in_words('acknowledged', measured['acknowledged'])}",
            flush=True,
        )


async def _until_posted(discord: Discord, wanted: int, begun: float) -> float:
    while int(await discord.asked("posts")) < wanted and perf_counter() - begun < MOST_SECONDS:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return perf_counter() - begun


def _in_words(what: str, times: Sequence[float]) -> str:
    cuts = quantiles(times, n=100)
    return f"{len(times)} {what}, p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f}, longest {max(times):.0f} ms"


# -------------------------------------------------------------------------------------------------------- many servers


class CountingInbox:
    def __init__(self) -> None:
        self.kept = 0

    async def accept(self, event: Event) -> bool:  # noqa: ARG002
        self.kept += 1
        return True


async def many_servers(folder: Path, shards: int) -> None:
    """The memory of this process, whose engine does nothing: what grows is the adapter's."""
    url = f"sqlite:///{folder / 'servers'}.db"
    await asyncio.to_thread(migrate, url)
    async with discord_with(SERVERS, CHANNELS, rules=False) as discord, open_store(url, SystemClock()) as store:
        inbox = CountingInbox()
        before, begun = _mib(), perf_counter()
        async with plugin.open(discord.section(shards), _tools(inbox, store)) as chat:
            ready, connected = perf_counter() - begun, _mib()
            assert len(chat.workspaces()) == SERVERS
            await discord.asked(f"storm {REACTIONS}")
            stormed = _mib()
            channels = discord.channels
            for first in range(0, MESSAGES, AT_ONCE):
                await asyncio.gather(
                    *(chat.send(_message(number, channels)) for number in range(first, first + AT_ONCE))
                )
            print(
                f"{SERVERS} servers with {CHANNELS} channels and 100 roles each, {shards} shards: ready after "
                f"{ready:.1f} s; {before:.0f} MiB before, {connected:.0f} connected, {stormed:.0f} after "
                f"{inbox.kept:,} reactions, {_mib():.0f} after {MESSAGES:,} messages more",
                flush=True,
            )


def _message(number: int, channels: Sequence[ChannelKey]) -> Outgoing:
    words = f"Message {number}"
    return Outgoing(f"d-{number}", channels[number % len(channels)], Message((Paragraph(words),), words))


def _mib() -> float:
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def main() -> None:
    set_up_logs(level=logging.ERROR)
    chosen = sys.argv[1:] or ["servers", *(trial.name for trial in TRIALS)]
    if "servers" in chosen:
        for shards in (1, 2):
            with TemporaryDirectory() as name:
                await many_servers(Path(name), shards)
    for trial in [each for each in TRIALS if each.name in chosen]:
        for rules in (False, True):
            with TemporaryDirectory() as name:
                await run(trial, Path(name), rules=rules)


if __name__ == "__main__":
    asyncio.run(main())
