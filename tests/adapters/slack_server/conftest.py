"""A loopback Slack, a client with its bot token, and an app that listens to it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    Listener,
    listening,
)
from tests.rigs.slack_server import BOT_TOKEN, SlackServer


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock, patience=0.3) as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api, retry_handlers=[])


@pytest.fixture
async def app(slack: SlackServer) -> AsyncIterator[Listener]:
    async with listening(slack) as listener:
        yield listener
