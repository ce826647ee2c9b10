"""Furnishing a channel for trying things out."""

from collections.abc import Sequence

from bot.app import put_workspaces
from bot.domain.channel import Channel, NewSlot, Origin
from bot.domain.keys import ChannelKey
from bot.domain.schedule import SlotKind
from bot.domain.topic import Topic
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts

FIRST = "first"


async def furnish(tx: Transaction, parts: Parts, channel: Channel, topics: Sequence[Topic]) -> None:
    """Makes the channel, with its first digest due now. One that is there already stays as it is."""
    await put_workspaces(tx, parts)
    if await tx.channels.get(channel.key) is None:
        await tx.channels.put(channel)
        await follow_only(tx, parts, channel.key, topics)
        await tx.slots.plan(NewSlot(new_id(), channel.key, SlotKind.FIRST, FIRST, parts.clock.now()))


async def follow_only(tx: Transaction, parts: Parts, channel: ChannelKey, topics: Sequence[Topic]) -> None:
    """Exactly these topics are followed from now on."""
    for following in await tx.topics.followed(channel):
        if following.topic not in topics:
            await tx.topics.unfollow(channel, following.topic)
    for topic in topics:
        await tx.topics.follow(channel, topic, Origin.COMMAND, None, parts.clock.now())
