"""The chat contract on Slack in HTTP mode: signed requests to the one web server, a token that OAuth brought."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.rights import RIGHTS, events_of
from tests.contract.test_chat_slack import TestSlackWithTheHistoryScopes as _SocketMode
from tests.fakes.vault import FakeVault
from tests.rigs.slack import SlackRig
from tests.rigs.slack_district import a_district, new_parts


class TestSlackOverHttp(_SocketMode):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[SlackRig]:
        async with new_parts() as parts, a_district(parts) as district:
            parts.server.world.subscribed = frozenset(events_of(RIGHTS))
            await district.install(query="?with=history")
            yield SlackRig(district.server, district.clock, district.inbox, FakeVault(), district.slack)
