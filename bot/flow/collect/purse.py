"""Who pays for what is read, and how much each may still spend."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from bot.domain.budget import Money
from bot.domain.keys import ChannelKey
from bot.domain.shares import is_limited, left_for_channels
from bot.domain.topic import Topic
from bot.ports import PostSource
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance


@dataclass(frozen=True, slots=True)
class Purse:
    """`followers` are the channels that read the source, by topic; `of_channels` what may still be spent on those whose
    share is limited."""

    allowance: SpendingAllowance
    followers: Mapping[Topic, list[ChannelKey]]
    of_channels: Mapping[ChannelKey, Money]


async def purse_of(parts: Parts, source: PostSource) -> Purse:
    """A topic is paid for in equal parts by those of its followers who have anything left."""
    async with parts.store.reading() as tx:
        channels = await tx.channels.all()
        followers = await tx.topics.followers()
        limited = [channel for channel in channels if is_limited(channel, parts.spending)]
        spent = await tx.ledger.spent_by_channel(parts.clock.now().astimezone(UTC).date()) if limited else {}
    left = left_for_channels(limited, parts.caps, parts.spending, spent)
    readers = {channel.key for channel in channels if source.name in channel.sources}
    ours = {topic: [key for key in keys if key in readers] for topic, keys in followers.items()}
    payers = {topic: [key for key in keys if left.get(key) != 0] for topic, keys in ours.items()}
    allowance = SpendingAllowance(parts.store, parts.clock, parts.caps, source.name, source.prices, payers={**payers})
    return Purse(allowance, ours, left)
