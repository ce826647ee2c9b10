"""How busy a topic is, as its source counted."""

from datetime import timedelta

from bot.domain.reading.heard import Volume
from bot.domain.topic import Topic
from bot.ports import Counted, PostSource
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance

DAY = timedelta(days=1)
SHORTEST = timedelta(hours=1)
"""Less than that says nothing about a day."""


async def keep_volume(
    parts: Parts, source: PostSource, topic: Topic, counted: Counted, allowance: SpendingAllowance
) -> None:
    """What a count says, and what it cost."""
    async with parts.store.transaction() as tx:
        await allowance.settle_in(tx, counted.receipt)
        if counted.span.length >= SHORTEST:
            per_day = counted.posts / (counted.span.length / DAY)
            await tx.readings.put_volume(source.name, Volume(topic, per_day, parts.clock.now()))
