"""Which channels in Slack not everybody sees: what was shown there is nobody else's business."""

import pytest

from bot.domain.keys import ChannelKey
from tests.rigs.slack import EVERY_RIGHT, NOWHERE, SlackRig, slack_rig


def key(rig: SlackRig, name: str) -> ChannelKey:
    return ChannelKey(rig.channel.workspace, rig.server.team.channel(name).id)


async def reconnect(rig: SlackRig) -> None:
    await rig.chat.__aexit__(None, None, None)
    await rig.chat.__aenter__()


async def test_public_channels_are_open_and_private_or_unknown_ones_are_closed() -> None:
    async with slack_rig() as rig:
        rig.server.team.add_channel("leadership", members=["ben"], is_private=True)
        await reconnect(rig)
        assert not rig.chat.is_closed(rig.channel)
        assert rig.chat.is_closed(key(rig, "leadership"))
        assert rig.chat.is_closed(NOWHERE)
        assert rig.chat.is_closed(ChannelKey(rig.channel.workspace, rig.person_id("ana")))


async def test_a_channel_that_was_made_later_is_known_once_somebody_types_there() -> None:
    async with slack_rig() as rig:
        rig.server.team.add_channel("science", members=["ana"])
        assert rig.chat.is_closed(key(rig, "science"))
        await rig.chat.look(key(rig, "science"))
        assert not rig.chat.is_closed(key(rig, "science"))


@pytest.mark.parametrize("fault", ["out of service", "dropped"])
async def test_where_slack_does_not_say_a_channel_is_closed_and_staffroom_starts_all_the_same(fault: str) -> None:
    async with slack_rig() as rig:
        rig.server.team.add_channel("science", members=["ana"])
        rig.server.faults.fail_next(fault, method="users.conversations")
        await reconnect(rig)
        assert rig.chat.is_closed(key(rig, "science"))
        assert not rig.chat.is_closed(rig.channel), "it was said before"


async def test_without_the_right_to_ask_all_are_closed() -> None:
    async with slack_rig(EVERY_RIGHT - {"channels:read", "groups:read"}) as rig:
        assert rig.chat.is_closed(rig.channel)
