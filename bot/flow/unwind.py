"""Unwind: where the short links of what is about to be shown lead, so that readers see whose page it is, and two posts
about one page meet."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.domain.links import host_of, is_short
from bot.domain.post import Link, Post
from bot.errors import AdapterError, Rejected, Throttled
from bot.ports import Documents
from bot.services.followed import REST
from bot.services.parts import Parts

MOST_AT_A_TIME = 10
AT_ONCE = 4
PATIENCE = 3.0
"""Seconds. A digest asks up to three times, and must not be late for it."""

log = structlog.get_logger(__name__)


async def unwind(parts: Parts, posts: Sequence[Post], patience: float = PATIENCE) -> bool:
    """Follows each short link once in the life of the process and stores where it leads. True where a post has other
    links now. A link that cannot be followed stays as it is. Never within a transaction."""
    if parts.documents is None:
        return False
    short = [link.url for post in posts for link in post.links if is_short(link.url)]
    now = parts.clock.now()
    unknown = [url for url in dict.fromkeys(short) if parts.followed.may_ask(url, now)]
    if unknown:
        await _follow(parts, parts.documents, unknown[:MOST_AT_A_TIME], patience)
    return await _store(parts, posts)


async def _follow(parts: Parts, documents: Documents, urls: Sequence[str], patience: float) -> None:
    """Whatever has not answered by then is left alone for a while, or every digest would wait for it."""
    gate = asyncio.Semaphore(AT_ONCE)
    asking = {asyncio.ensure_future(_ask(parts, documents, gate, url)): url for url in urls}
    try:
        _, late = await asyncio.wait(asking, timeout=patience)
    finally:
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    for each in late:
        log.warning("a short link was not followed in time", host=host_of(asking[each]))
        parts.followed.leave_alone(asking[each], parts.clock.now() + REST)


async def _ask(parts: Parts, documents: Documents, gate: asyncio.Semaphore, url: str) -> None:
    async with gate:
        try:
            parts.followed.remember(url, await documents.leads_to(url))
        except AdapterError as problem:
            log.warning("a short link was not followed", host=host_of(url), problem=str(problem))
            if isinstance(problem, Rejected):
                parts.followed.remember(url)
            else:
                until = problem.until if isinstance(problem, Throttled) else parts.clock.now() + REST
                parts.followed.leave_alone(url, until)
        except Exception:
            log.exception("following a short link failed", host=host_of(url))
            parts.followed.leave_alone(url, parts.clock.now() + REST)


async def _store(parts: Parts, posts: Sequence[Post]) -> bool:
    links = {post.key: tuple(_unwound(parts, link) for link in post.links) for post in posts}
    changed = [post for post in posts if links[post.key] != post.links]
    if changed:
        async with parts.store.transaction() as tx:
            for post in changed:
                await tx.posts.put_links(post.key, links[post.key])
    return bool(changed)


def _unwound(parts: Parts, link: Link) -> Link:
    return replace(link, url=parts.followed.lead_of(link.url) or link.url)
