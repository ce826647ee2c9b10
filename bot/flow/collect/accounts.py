"""Account names become ids, once for ever: without its id an account cannot be read."""

from collections.abc import Mapping, Sequence

from bot.domain.topic import Topic
from bot.ports import Accounts, PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.missing import found, report_missing
from bot.services.reading.spending import SpendingAllowance

SHARE_FOR_ACCOUNTS = 2
"""Looking accounts up may take at most one part in so many of what is left, so that posts can still be read."""


async def resolve(
    parts: Parts, source: PostSource, strangers: Sequence[Topic], allowance: SpendingAllowance
) -> set[Topic]:
    """Looks these accounts up as far as money goes, and returns those that were not asked for."""
    affordable = await _affordable(source, strangers, allowance)
    by_handle = {topic.key: topic for topic in affordable}
    if by_handle:
        answers = await source.accounts([topic.label.removeprefix("@") for topic in affordable], allowance)
        async with parts.store.transaction() as tx:
            for answer in answers:
                await allowance.settle_in(tx, answer.receipt)
                await _keep(tx, parts, source, answer, by_handle)
    return set(strangers) - set(affordable)


async def _affordable(source: PostSource, accounts: Sequence[Topic], allowance: SpendingAllowance) -> Sequence[Topic]:
    left, price = await allowance.left(), source.prices.user
    return accounts if left is None or not price else accounts[: left // SHARE_FOR_ACCOUNTS // price]


async def _keep(
    tx: Transaction, parts: Parts, source: PostSource, answer: Accounts, by_handle: Mapping[str, Topic]
) -> None:
    await tx.posts.put_authors(list(answer.found.values()), parts.clock.now())
    for handle, author in answer.found.items():
        if handle in by_handle:
            await tx.topics.set_account_id(by_handle[handle], author.id)
            await found(tx, source, handle)
    for handle in answer.missing:
        await report_missing(tx, parts, source, handle)
