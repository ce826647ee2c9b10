"""The chat contract on Slack: the real adapter over the real Bolt and SDK, against a loopback Slack."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.rights import RIGHTS, Need
from bot.testing.chat_around import (
    ChannelChangeContract,
    GuestContract,
    MessageChosenContract,
    ProfileContract,
    ReadMessagesContract,
)
from bot.testing.chat_contract import (
    ChatContract,
    EditContract,
    FindContract,
    PostContract,
    PrivateContract,
    ReferenceContract,
    RemoveContract,
)
from bot.testing.chat_events import (
    ButtonContract,
    CommandContract,
    ReactionContract,
    ReadReactionsContract,
    ReplyContract,
    SeedAndReadContract,
    SeedContract,
)
from bot.testing.chat_files import FileContract
from bot.testing.chat_surfaces import (
    FormContract,
    HomeContract,
    PersonalChannelContract,
    PersonalReactionContract,
    ThreadContract,
)
from bot.testing.chat_trouble import CutContract, OutageContract, RecoveryContract, ThrottleContract
from tests.rigs.slack import EVERY_RIGHT, SlackRig, slack_rig

WITHOUT_HISTORY = EVERY_RIGHT - {right.scope for right in RIGHTS if right.need is Need.HISTORY}
ALWAYS = frozenset(right.scope for right in RIGHTS if right.need is Need.ALWAYS)


class _Slack(
    ChatContract,
    ReferenceContract,
    PostContract,
    EditContract,
    RemoveContract,
    PrivateContract,
    CommandContract,
    ReplyContract,
    ButtonContract,
    ReactionContract,
    ReadReactionsContract,
    FormContract,
    HomeContract,
    ThreadContract,
    PersonalChannelContract,
    PersonalReactionContract,
    MessageChosenContract,
    OutageContract,
    ThrottleContract,
    CutContract,
):
    """Whatever the admin granted beside what is always asked for."""


class TestSlackWithTheHistoryScopes(
    _Slack,
    FileContract,
    FindContract,
    RecoveryContract,
    ReadMessagesContract,
    SeedContract,
    SeedAndReadContract,
    ChannelChangeContract,
    ProfileContract,
    GuestContract,
):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[SlackRig]:
        async with slack_rig(EVERY_RIGHT) as rig:
            yield rig


class TestSlackWithoutTheHistoryScopes(
    _Slack, FileContract, SeedContract, SeedAndReadContract, ChannelChangeContract, ProfileContract, GuestContract
):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[SlackRig]:
        async with slack_rig(WITHOUT_HISTORY) as rig:
            yield rig


class TestSlackWithTheLeastScopes(_Slack):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[SlackRig]:
        async with slack_rig(ALWAYS) as rig:
            yield rig
