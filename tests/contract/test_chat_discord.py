"""The chat contract on Discord: the real adapter over the real discord.py, against a loopback Discord."""

from collections.abc import AsyncIterator

import pytest

from bot.testing.chat_around import CallContract, ChannelChangeContract, MessageChosenContract, ProfileContract
from bot.testing.chat_contract import (
    ChatContract,
    EditContract,
    FindContract,
    PostContract,
    PrivateContract,
    ReferenceContract,
    RemoveContract,
    ResendContract,
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
from bot.testing.chat_surfaces import FormContract, PersonalChannelContract, ThreadContract
from bot.testing.chat_trouble import CutContract, OutageContract, RecoveryContract, ThrottleContract
from tests.rigs.discord import DiscordRig, discord_rig


class TestDiscord(
    ChatContract,
    ReferenceContract,
    PostContract,
    EditContract,
    RemoveContract,
    FindContract,
    ResendContract,
    PrivateContract,
    CommandContract,
    ReplyContract,
    ButtonContract,
    ReactionContract,
    SeedContract,
    ReadReactionsContract,
    SeedAndReadContract,
    FormContract,
    ThreadContract,
    PersonalChannelContract,
    MessageChosenContract,
    ChannelChangeContract,
    ProfileContract,
    CallContract,
    FileContract,
    OutageContract,
    ThrottleContract,
    CutContract,
    RecoveryContract,
):
    @pytest.fixture
    async def rig(self) -> AsyncIterator[DiscordRig]:
        async with discord_rig() as rig:
            yield rig
