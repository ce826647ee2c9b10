"""Topics that may have fallen silent are counted: one count tells silence from a threshold that was set too high."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.domain.coverage import Span
from bot.domain.reading.silence import nothing_found
from bot.domain.topic import Topic, TopicKind
from bot.errors import AdapterError, OutOfAllowance
from bot.flow.collect.volumes import keep_volume
from bot.ports import PostSource
from bot.services.parts import Parts
from bot.services.reading.silences import silences_of
from bot.services.reading.spending import SpendingAllowance

MOST_COUNTS = 3
DAY = timedelta(days=1)
JUST_AFTER = timedelta(seconds=1)
COUNTABLE = {TopicKind.HASHTAG, TopicKind.PHRASE}

log = structlog.get_logger(__name__)


async def make_sure(parts: Parts, source: PostSource, topics: Sequence[Topic], allowance: SpendingAllowance) -> None:
    """Counts the most suspicious of these topics, a few at most. What cannot be counted stays suspicious."""
    if not source.reach.counts:
        return
    async with parts.store.reading() as tx:
        found = await silences_of(tx, parts, source.name, topics)
    doubtful = [each for each in found.doubtful if each.topic.kind in COUNTABLE]
    for each in sorted(doubtful, key=lambda one: one.odds)[:MOST_COUNTS]:
        span = Span(max(each.since + JUST_AFTER, each.read_until - DAY), each.read_until)
        try:
            counted = await source.count(each.topic, span, allowance)
        except (AdapterError, OutOfAllowance) as problem:
            log.warning("not counted", source=source.name, topic=each.topic.label, problem=str(problem))
            return
        if counted.posts:
            await keep_volume(parts, source, each.topic, counted, allowance)
            continue
        async with parts.store.transaction() as tx:
            await allowance.settle_in(tx, counted.receipt)
            await tx.readings.add(source.name, [nothing_found(each.topic, span, parts.clock.now())])
