"""How fast a loopback Slack may be called, and how it goes wrong."""

from datetime import timedelta

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    ROOM,
    code_of,
    posted,
    refused,
)
from tests.rigs.slack_server import SlackServer

# -------------------------------------------------------------------------------------------------- rates and trouble


async def test_a_channel_takes_one_message_a_second_after_a_burst(
    clock: FakeClock, slack: SlackServer, client: AsyncWebClient
) -> None:
    for _ in range(4):
        await posted(client)
    answer = await refused(client, "chat.postMessage", channel=ROOM, text="A")
    assert (answer["status"], answer["error"], answer["after"]) == (429, "ratelimited", "1")
    await posted(client, channel="C0MATHS")
    clock.advance(timedelta(seconds=1))
    await posted(client)
    assert len(slack.texts(ROOM, "ana")) == 5


async def test_a_workspace_takes_some_hundreds_of_messages_a_minute(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.pace.messages_a_minute = 3
    for number in range(3):
        await posted(client, channel=slack.team.add_channel(f"room-{number}").id)
    answer = await refused(client, "chat.postMessage", channel=ROOM, text="A")
    assert (answer["status"], answer["after"]) == (429, "20")


async def test_a_method_takes_as_much_as_its_tier(client: AsyncWebClient) -> None:
    for _ in range(50):
        await client.conversations_info(channel=ROOM)
    assert (await refused(client, "conversations.info", channel=ROOM))["status"] == 429
    await client.users_info(user="U0ANA")


async def test_what_is_to_go_wrong_goes_wrong(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.faults.throttle(30)
    assert (await refused(client, "auth.test"))["after"] == "30"
    slack.faults.fail_next("out of service")
    assert await code_of(client, "auth.test") == "service_unavailable"
    slack.faults.fail_next("an error with an HTML body")
    with pytest.raises(SlackClientError):
        await client.auth_test()
    slack.faults.fail_next("nonsense instead of JSON")
    with pytest.raises(SlackClientError):
        await client.auth_test()
    for fault, shown in (("dropped", 0), ("done, then dropped", 1)):
        slack.faults.fail_next(fault, method="chat.postMessage")
        with pytest.raises(ClientConnectionError):
            await posted(client)
        assert len(slack.texts(ROOM, "ana")) == shown
    await slack.stop_listening()
    with pytest.raises(ClientConnectionError):
        await client.auth_test()
