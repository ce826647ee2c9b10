"""`staffroom run` in a process of its own, with Discord and X on loopback: a morning as a teacher sees it there."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import FIRST_GUILD, TOKEN, Message
from tests.rigs.program import PATIENCE, Running, running, staffroom
from tests.rigs.running_clock import RunningClock
from tests.rigs.x_server import TOKEN as X_TOKEN
from tests.rigs.x_server import XServer
from tests.rigs.x_server_world import load_world

POSTS = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
SEVEN_THIRTY = datetime(2026, 9, 9, 7, 30, tzinfo=UTC)
SPEED = 20
SCHOOL_BEGAN = timedelta(days=30)
"""So long ago Staffroom was invited: a server that it is new in is greeted."""

CONFIG = """
[x]
base_url = "{x}"
oembed_url = "{x}/oembed"
[discord]
api_url = "{discord}"
[web]
port = 0
[[channels]]
platform = "discord"
channel = "{channel}"
name = "staffroom"
topics = ["#mathchat", "@CountingHouseMA", '"exit ticket"']
days = "daily"
"""
SECRETS = {"STAFFROOM_X__BEARER_TOKEN": X_TOKEN, "STAFFROOM_DISCORD__TOKEN": TOKEN}


@asynccontextmanager
async def school(folder: Path) -> AsyncIterator[tuple[DiscordServer, RunningClock]]:
    """A morning whose digest was planned the evening before: by a process that has ended, so that it does not matter
    how slowly the next one starts."""
    clock = RunningClock(SEVEN_THIRTY - timedelta(hours=12))
    async with XServer(clock, load_world(POSTS)) as x, loopback_discord(clock) as discord:
        write_config(folder, x.url, discord)
        async with running_there(folder, clock) as program:
            await typed(discord, "ana", "/pln status")
            await shown_when(discord, lambda text: "Next digest: tomorrow 07:30" in text)
            assert await program.stop() == 0
        assert not digests(discord)
        clock.leap(SEVEN_THIRTY - timedelta(seconds=30), SPEED)
        yield discord, clock
        assert discord.invalid == []


@asynccontextmanager
async def running_there(folder: Path, clock: RunningClock) -> AsyncIterator[Running]:
    """Connected: what people do is heard."""
    async with running("run", folder=folder, **SECRETS | {"STAFFROOM_CLOCK": clock.setting}) as program:
        yield program


def write_config(folder: Path, x: str, discord: DiscordServer) -> None:
    channel = discord.guild.channel("staffroom").id
    text = CONFIG.format(x=x, discord=discord.api, channel=channel)
    (folder / "config.toml").write_text(text, encoding="utf-8")


@asynccontextmanager
async def loopback_discord(clock: RunningClock) -> AsyncIterator[DiscordServer]:
    async with DiscordServer(clock) as discord:
        discord.guild.members[discord.world.app.id].joined_at = clock.now() - SCHOOL_BEGAN
        discord.world.acknowledge_within *= SPEED  # three seconds of ours
        yield discord


async def typed(discord: DiscordServer, person: str, text: str) -> None:
    assert await discord.people.command(person, "staffroom", text).acknowledged()


async def shown_when(discord: DiscordServer, holds: Callable[[str], bool], channel: str = "staffroom") -> Message:
    """The newest message that Ana reads there of which it holds, as soon as there is one."""

    async def look() -> Message:
        while True:
            found = [each for each in discord.messages(channel, "ana") if holds(read(each).text)]
            if found:
                return found[-1]
            await asyncio.sleep(0.05)

    try:
        return await asyncio.wait_for(look(), PATIENCE)
    except TimeoutError:
        raise AssertionError(discord.texts(channel, "ana")) from None


async def noted(folder: Path) -> None:
    """All that was sent is known to be there. Of the rest a new process would find out, but not within this test: it
    waits until nobody else can be at it."""

    async def look() -> None:
        with closing(sqlite3.connect(f"file:{folder / 'staffroom.sqlite'}?mode=ro", uri=True)) as database:
            while database.execute("SELECT 1 FROM delivery WHERE claimed_by IS NOT NULL").fetchone():  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    await asyncio.wait_for(look(), PATIENCE)


def has_digest(text: str) -> bool:
    return "posts from" in text


def digests(discord: DiscordServer) -> list[Message]:
    return [each for each in discord.messages("staffroom", "dev") if has_digest(read(each).text)]


def save_label(digest: Message, number: int) -> str:
    return next(line for line in read(digest).lines if line.startswith(f"Save item {number}"))


async def test_a_digest_comes_in_time_and_is_saved_by_button_and_by_keycap(tmp_path: Path) -> None:
    async with school(tmp_path) as (discord, clock), running_there(tmp_path, clock) as program:
        digest = await shown_when(discord, has_digest)
        assert "Wednesday 9 September" in read(digest).text
        assert discord.world.made_at(digest.id) >= SEVEN_THIRTY

        assert await discord.people.press("ana", digest.id, save_label(digest, 1)).acknowledged()
        await shown_when(discord, lambda text: "Saved by Ana" in text)
        discord.people.react("cleo", digest.id, "2️⃣")
        await shown_when(discord, lambda text: has_digest(text) and "aved by Cleo" in text)

        await typed(discord, "ana", "/pln help")
        answer = await shown_when(discord, lambda text: "/pln follow" in text)
        assert answer.only_for == discord.world.person("ana").id

        await typed(discord, "ana", "/pln library")
        library = await shown_when(discord, lambda text: "holds 2 items" in text)
        assert library.only_for == answer.only_for

        assert await program.stop() == 0
        assert len(digests(discord)) == 1
        log = "".join(program.errors)
        assert not [line for line in program.errors if '"level": "error"' in line]
        assert not [secret for secret in (TOKEN, X_TOKEN, TOKEN.rpartition(".")[2]) if secret in log]
        assert "fraction" not in log.casefold(), "no text of a post is logged"
        assert "/pln help" not in log, "nor what people typed"


async def test_killed_in_the_morning_it_doubles_nothing_misses_no_tap_and_its_buttons_work_on(tmp_path: Path) -> None:
    async with school(tmp_path) as (discord, clock):
        async with running_there(tmp_path, clock) as program:
            digest = await shown_when(discord, has_digest)
            assert await discord.people.press("ana", digest.id, save_label(digest, 1)).acknowledged()
            await shown_when(discord, lambda text: "Saved by Ana" in text)
            await noted(tmp_path)
            program.process.send_signal(signal.SIGKILL)
            await program.process.wait()
        discord.people.react("cleo", digest.id, "2️⃣")

        async with running_there(tmp_path, clock) as program:
            await shown_when(discord, lambda text: has_digest(text) and "aved by Cleo" in text)
            assert await discord.people.press("ana", digest.id, save_label(digest, 3)).acknowledged()
            await shown_when(discord, lambda text: text.count("Saved to the library.") == 1)
            await typed(discord, "ana", "/pln library")
            await shown_when(discord, lambda text: "holds 3 items" in text)
            assert await program.stop() == 0
        assert [each.id for each in digests(discord)] == [digest.id]


async def test_whoever_invites_it_is_greeted_once_with_three_steps(tmp_path: Path) -> None:
    async with school(tmp_path) as (discord, clock), running_there(tmp_path, clock) as program:
        new = discord.world.add_guild("Valley School", people=("ana", "ben"), with_app=False)
        discord.people.invite_app(new.id)
        hello = await greeting(discord, new.id)
        for words in ("Hello, this is Staffroom", "1. ", "2. ", "3. "):
            assert words in hello, hello
        assert hello.count("/pln") >= 2
        assert await program.stop() == 0


async def greeting(discord: DiscordServer, guild: str) -> str:
    async def look() -> str:
        server = discord.world.guilds[guild]
        while not (found := discord.texts("staffroom", "ben", server)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        return found[0]

    return await asyncio.wait_for(look(), PATIENCE)


async def test_a_refused_token_is_said_by_its_name_and_never_shown(tmp_path: Path) -> None:
    async with loopback_discord(RunningClock(SEVEN_THIRTY)) as discord:
        write_config(tmp_path, discord.url, discord)
        ended = await staffroom("run", folder=tmp_path, **SECRETS | {"STAFFROOM_DISCORD__TOKEN": TOKEN + "x"})
        assert ended.code == 2
        assert "does not accept token of [discord]" in ended.complained
        assert TOKEN not in ended.said + ended.complained
        assert [request.operation for request in discord.seen] == ["get_bot_gateway"]


async def test_before_it_is_invited_it_says_so(tmp_path: Path) -> None:
    async with loopback_discord(RunningClock(SEVEN_THIRTY)) as discord:
        discord.world.take_app_out(discord.guild)
        write_config(tmp_path, discord.url, discord)
        ended = await staffroom("run", folder=tmp_path, **SECRETS)
        assert ended.code == 2
        assert "Staffroom is nowhere on discord yet. Invite it first, then start it again." in ended.complained
        checked = await staffroom("doctor", folder=tmp_path, **SECRETS)
        assert "discord servers: Staffroom is in none" in checked.said
        assert "staffroom discord invite" in checked.said


async def test_one_school_that_takes_it_out_does_not_stop_it_for_the_others(tmp_path: Path) -> None:
    """It may be invited again."""
    async with school(tmp_path) as (discord, clock):
        other = discord.world.add_guild("Valley School", people=("ana",))
        config = tmp_path / "config.toml"
        named = f'channel = "{discord.guild.channel("staffroom").id}"\nworkspace = "{FIRST_GUILD}"'
        here = config.read_text(encoding="utf-8").replace(named.partition("\n")[0], named)
        there = here[here.index("[[channels]]") :].replace(named, _place(other.id, other.channel("maths").id))
        config.write_text(here + there, encoding="utf-8")
        discord.world.take_app_out(other)
        async with running_there(tmp_path, clock):
            await shown_when(discord, has_digest)


def _place(guild: str, channel: str) -> str:
    return f'channel = "{channel}"\nworkspace = "{guild}"'
