"""`staffroom run` in a process of its own, with Slack and X on loopback: a morning as a teacher sees it in Slack."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.slack.rights import RIGHTS, events_of
from tests.rigs.program import PATIENCE, Running, running, staffroom
from tests.rigs.running_clock import RunningClock
from tests.rigs.slack import EVERY_RIGHT
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.rigs.slack_server_text import read
from tests.rigs.slack_server_world import Message
from tests.rigs.x_server import TOKEN, XServer
from tests.rigs.x_server_world import load_world

POSTS = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
SEVEN_THIRTY = datetime(2026, 9, 9, 7, 30, tzinfo=UTC)
SPEED = 20

CONFIG = """
[x]
base_url = "{x}"
oembed_url = "{x}/oembed"
[slack]
base_url = "{slack}"
[web]
port = 0
[[channels]]
platform = "slack"
channel = "C0STAFFROOM"
name = "staffroom"
topics = ["#mathchat", "@CountingHouseMA", '"exit ticket"']
days = "daily"
"""
SECRETS = {
    "STAFFROOM_X__BEARER_TOKEN": TOKEN,
    "STAFFROOM_SLACK__BOT_TOKEN": BOT_TOKEN,
    "STAFFROOM_SLACK__APP_TOKEN": APP_TOKEN,
}


@asynccontextmanager
async def school(folder: Path) -> AsyncIterator[tuple[SlackServer, Running]]:
    """Staffroom as it comes up on a morning whose digest was planned the evening before: by a process that has ended,
    so that it does not matter how slowly this one starts."""
    clock = RunningClock(SEVEN_THIRTY - timedelta(hours=12))
    async with XServer(clock, load_world(POSTS)) as x, loopback_slack(clock) as slack:
        write_config(folder, x.url, slack)
        async with running_there(folder, clock) as program:
            assert (await slack.people.command("ana", "staffroom", "/pln status")).acknowledged
            await shown_when(slack, lambda text: "Next digest: tomorrow 07:30" in text)
            assert await program.stop() == 0
        assert not [text for text in slack.texts("staffroom", "ana") if has_digest(text)]
        slack.wire.connected.clear()

        clock.leap(SEVEN_THIRTY - timedelta(seconds=30), SPEED)
        async with running_there(folder, clock) as program:
            await asyncio.wait_for(slack.wire.connected.wait(), PATIENCE)
            yield slack, program


@asynccontextmanager
async def running_there(folder: Path, clock: RunningClock) -> AsyncIterator[Running]:
    async with running("run", folder=folder, **SECRETS | {"STAFFROOM_CLOCK": clock.setting}) as program:
        yield program


def write_config(folder: Path, x: str, slack: SlackServer) -> None:
    (folder / "config.toml").write_text(CONFIG.format(x=x, slack=slack.url), encoding="utf-8")


@asynccontextmanager
async def loopback_slack(clock: RunningClock) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock) as slack:
        slack.team.scopes = EVERY_RIGHT
        slack.world.subscribed = frozenset(events_of(RIGHTS))
        yield slack


async def shown_when(slack: SlackServer, holds: Callable[[str], bool], channel: str = "staffroom") -> Message:
    """The newest message that Ana reads there of which it holds, as soon as there is one."""

    async def look() -> Message:
        while True:
            found = [each for each in slack.messages(channel, "ana") if holds(read(each).text)]
            if found:
                return found[-1]
            await asyncio.sleep(0.05)

    try:
        return await asyncio.wait_for(look(), PATIENCE)
    except TimeoutError:
        raise AssertionError(slack.texts(channel, "ana")) from None


def has_digest(text: str) -> bool:
    return "posts from" in text


async def test_a_digest_comes_in_time_and_is_saved_by_button_and_by_keycap(tmp_path: Path) -> None:
    async with school(tmp_path) as (slack, program):
        digest = await shown_when(slack, has_digest)
        assert "Wednesday 9 September" in read(digest).text
        assert datetime.fromtimestamp(float(digest.ts), UTC) >= SEVEN_THIRTY

        label = next(line for line in read(digest).lines if line.startswith("Save item 1"))
        assert (await slack.people.press("ana", digest.ts, label)).acknowledged
        await shown_when(slack, lambda text: "Saved by Ana" in text)
        assert (await slack.people.react("cleo", digest.ts, "two")).acknowledged
        await shown_when(slack, lambda text: has_digest(text) and "aved by Cleo" in text)

        assert (await slack.people.command("ana", "staffroom", "/pln help")).acknowledged
        answer = await shown_when(slack, lambda text: "/pln follow" in text)
        assert answer.only_for == slack.team.person("ana").id

        await slack.people.command("ana", "staffroom", "/pln library")
        library = await shown_when(slack, lambda text: "holds 2 items" in text)
        assert library.only_for == answer.only_for

        assert await program.stop() == 0
        assert len([text for text in slack.texts("staffroom", "dev") if has_digest(text)]) == 1
        log = "".join(program.errors)
        assert not [line for line in program.errors if '"level": "error"' in line]
        assert not [secret for secret in (TOKEN, BOT_TOKEN, APP_TOKEN, "xoxb-", "xapp-") if secret in log]
        assert "fraction" not in log.casefold(), "no text of a post is logged"
        assert "/pln help" not in log, "nor what people typed"


async def test_a_refused_token_is_said_by_its_name_and_never_shown(tmp_path: Path) -> None:
    async with loopback_slack(RunningClock(SEVEN_THIRTY)) as slack:
        write_config(tmp_path, slack.url, slack)
        ended = await staffroom("run", folder=tmp_path, **SECRETS | {"STAFFROOM_SLACK__BOT_TOKEN": BOT_TOKEN + "x"})
        assert ended.code == 2
        assert "bot_token" in ended.complained
        assert "xoxb-" not in ended.said + ended.complained
        assert [request.method for request in slack.seen] == ["auth.test"]
