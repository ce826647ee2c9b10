"""Introduce: who wrote posts that somebody is about to be shown, as far as that is free."""

from collections.abc import Sequence

import structlog

from bot.domain.post import Post
from bot.errors import StaffroomError
from bot.ports import Accounts, PostSource
from bot.services.parts import Parts
from bot.services.reading.unpaid import NothingToSpend

log = structlog.get_logger(__name__)


async def introduce_freely(parts: Parts, source: PostSource, posts: Sequence[Post]) -> None:
    """Stores those that are not known yet. A post whose author stays unknown is shown all the same."""
    async with parts.store.reading() as tx:
        known = await tx.posts.authors(source.name, {post.author_id for post in posts})
    strangers = [post for post in posts if post.author_id not in known]
    if not strangers:
        return
    answers = await _asked(source, strangers)
    found = [author for answer in answers for author in answer.found.values()]
    if found:
        async with parts.store.transaction() as tx:
            await tx.posts.put_authors(found, parts.clock.now())


async def _asked(source: PostSource, strangers: Sequence[Post]) -> Sequence[Accounts]:
    try:
        return await source.authors(strangers, NothingToSpend(source.name))
    except StaffroomError as problem:
        log.info("authors not found", source=source.name, problem=str(problem))
        return []
