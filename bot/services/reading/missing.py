"""Accounts that nobody has at their source, or that are closed."""

from bot.domain.topic import Topic, TopicKind
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.privacy import personal
from bot.services.report import INSTALLATION, clear_report, report


async def report_missing(tx: Transaction, parts: Parts, source: PostSource, handle: str) -> None:
    """Tells the admin channel once, and nobody of an account that somebody follows for themselves alone: they see it
    in their own status."""
    account = Topic(TopicKind.ACCOUNT, handle, f"@{handle}", source.name)
    if await personal(tx, [account]):
        await tx.notices.first_time(INSTALLATION, _key(source.name, handle), parts.clock.now())
        return
    problem = f"There is no open account @{handle} on {source.label}. Check its name, or unfollow it."
    await report(tx, parts, INSTALLATION, _key(source.name, handle), problem)


async def found(tx: Transaction, source: PostSource, handle: str) -> None:
    await clear_report(tx, INSTALLATION, _key(source.name, handle))


async def is_missing(tx: Transaction, source: str, topic: Topic) -> bool:
    """Whether the source said so when the account was looked for last."""
    if topic.kind is not TopicKind.ACCOUNT:
        return False
    return await tx.notices.told_at(INSTALLATION, _key(source, topic.key)) is not None


def _key(source: str, handle: str) -> str:
    return f"account:{source}:{handle}"
