"""What people follow for themselves alone is nobody else's business."""

from collections.abc import Collection

from bot.domain.topic import Topic
from bot.ports import Transaction


async def personal(tx: Transaction, topics: Collection[Topic]) -> set[Topic]:
    """Those of the topics that only personal digests follow: nobody is told about them but who follows them."""
    shared = {channel.key for channel in await tx.channels.all() if channel.owner is None}
    followers = await tx.topics.followers()
    return {topic for topic in topics if topic in followers and shared.isdisjoint(followers[topic])}
