"""Whether a source that refused answers again: asked seldom, and for as little as possible."""

from datetime import timedelta

from bot.domain.coverage import Span
from bot.domain.topic import Topic, TopicKind
from bot.errors import AdapterError, OutOfAllowance
from bot.flow.collect.purse import purse_of
from bot.flow.collect.volumes import keep_volume
from bot.ports import PostSource, Want
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance
from bot.services.reading.troubles import source_failed, source_worked

DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
COUNTABLE = {TopicKind.HASHTAG, TopicKind.PHRASE}


async def probe(parts: Parts, source: PostSource) -> None:
    """One request. What it brings is used: a count tells the plan how busy a topic is."""
    async with parts.store.reading() as tx:
        watched = await tx.topics.watched()
    topics = [each for each in watched if each.source in {"", source.name} and each.kind in COUNTABLE]
    if not topics:
        return
    allowance = (await purse_of(parts, source)).allowance
    try:
        await _ask(parts, source, topics[0], allowance)
    except OutOfAllowance:
        return
    except AdapterError as problem:
        await source_failed(parts, source, problem)
    else:
        await source_worked(parts, source)


async def _ask(parts: Parts, source: PostSource, topic: Topic, allowance: SpendingAllowance) -> None:
    now = parts.clock.now()
    if source.reach.counts:
        counted = await source.count(topic, Span(now - DAY, now), allowance)
        await keep_volume(parts, source, topic, counted, allowance)
        return
    want = Want(topic, Span(now - ONE_HOUR, now), source.reach.smallest_page)
    async for batch in source.read([want], allowance):
        async with parts.store.transaction() as tx:
            await allowance.settle_in(tx, batch.receipt)
            await tx.posts.add(batch.posts, {post.key: {topic} for post in batch.posts}, now)
        return
