"""What a source brought, stored together with what it cost. What was paid for once serves every channel."""

from collections.abc import Sequence

from bot.domain.budget import NOTHING, Money
from bot.domain.keys import PostKey
from bot.domain.matching import TopicIndex
from bot.domain.post import Author, Post
from bot.domain.topic import Topic, TopicKind
from bot.ports import Batch, Found, Receipt, Transaction
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance


async def keep(parts: Parts, allowance: SpendingAllowance, batch: Batch, *, coverage_of: str = "") -> Money:
    """The posts of a batch and, where `coverage_of` names its source, what has now been read of its topics. Returns
    what it cost."""
    async with parts.store.transaction() as tx:
        for topic, span in batch.covered if coverage_of else ():
            await tx.coverage.add(coverage_of, topic, span, batch.filter)
        cost = await _settle(tx, allowance, batch.receipt)
        await _store(tx, parts, batch.posts, batch.authors, batch.certain)
    return cost


async def keep_found(parts: Parts, allowance: SpendingAllowance, answers: Sequence[Found]) -> Money:
    """The same for posts that were looked up."""
    cost = NOTHING
    for answer in answers:
        async with parts.store.transaction() as tx:
            cost = Money(cost + await _settle(tx, allowance, answer.receipt))
            await _store(tx, parts, list(answer.posts.values()), answer.authors)
    return cost


async def _settle(tx: Transaction, allowance: SpendingAllowance, receipt: Receipt | None) -> Money:
    return await allowance.settle_in(tx, receipt) if receipt else NOTHING


async def _store(
    tx: Transaction,
    parts: Parts,
    posts: Sequence[Post],
    authors: Sequence[Author],
    certain: Sequence[Topic] = (),
) -> None:
    now = parts.clock.now()
    await tx.posts.add(posts, await _matches(tx, posts, certain), now)
    await tx.posts.put_authors(authors, now)


async def _matches(tx: Transaction, posts: Sequence[Post], certain: Sequence[Topic]) -> dict[PostKey, set[Topic]]:
    """The topics that somebody follows: nothing else is a reason to keep a post in mind."""
    watched = await tx.topics.watched()
    known = await tx.topics.account_ids([topic for topic in watched if topic.kind is TopicKind.ACCOUNT])
    index, sure = TopicIndex(watched, known), [topic for topic in certain if topic in watched]
    return {post.key: {*index.topics_of(post), *sure} for post in posts}
