"""A loopback Slack as a process of its own, and how others act in it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.rigs.slack_client import ROOM, Listener, code_of, posted
from tests.rigs.slack_server import SlackServer

HOUSE = Path(__file__).parents[3]


async def test_people_act_by_http(slack: SlackServer, app: Listener, client: AsyncWebClient) -> None:
    ts = await posted(client)
    async with ClientSession(slack.url) as session:
        reaction = {"person": "ana", "message": ts, "name": "star"}
        async with session.post("/_rig/act/react", json=reaction) as response:
            assert await response.json() == {"acknowledged": True}
        async with session.get("/_rig/shown", params={"channel": ROOM}) as response:
            assert [(each["ts"], each["text"]) for each in await response.json()] == [(ts, "Good morning.")]
        async with session.post("/_rig/fault", params={"name": "out of service", "method": "auth.test"}):
            assert await code_of(client, "auth.test") == "service_unavailable"
        async with session.get("/_rig/log") as response:
            assert [each["method"] for each in await response.json()][-2:] == ["chat.postMessage", "auth.test"]
    assert app.heard[0].payload["event"]["reaction"] == "star"


async def test_it_runs_by_itself_and_says_where() -> None:
    words = ("-m", "tests.rigs.slack_server", "--channels", "2", "--without-history", "--no-pace")
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=HOUSE, stdout=PIPE)
    assert process.stdout
    try:
        said = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode().split() for _line in range(4)]
        url, token = dict(said)["url"], dict(said)["bot_token"]
        client = AsyncWebClient(token, base_url=f"{url}/api/", retry_handlers=[])
        for _ in range(10):
            await posted(client, channel="C0ROOM001")
        assert await code_of(client, "conversations.history", channel=ROOM) == "missing_scope"
    finally:
        process.kill()
        await process.wait()
