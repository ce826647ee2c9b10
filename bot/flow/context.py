"""What the posts that will be shown answer or quote is looked up, as far as money goes: nobody understands half a
conversation."""

from collections.abc import Sequence

import structlog

from bot.domain.channel import Channel
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import OutOfAllowance, StaffroomError
from bot.ports import Found, PostSource
from bot.services.parts import Parts
from bot.services.posts.contexts import context_of
from bot.services.reading.means import can_pay
from bot.services.reading.spending import SpendingAllowance
from bot.services.reading.troubles import source_failed

log = structlog.get_logger(__name__)


async def look_up_contexts(parts: Parts, channel: Channel, posts: Sequence[Post]) -> None:
    """Nothing is looked up for a chat that shows no posts' wording, or twice."""
    if not parts.abilities(channel.key.workspace).can_take_back:
        return
    wanted = {found[1] for post in posts if (found := context_of(post)) is not None}
    async with parts.store.reading() as tx:
        known = set(await tx.posts.get(wanted)) | set(await tx.posts.absent(wanted))
    for name, source in parts.sources.items():
        ids = sorted(key.id for key in wanted - known if key.source == name)
        async with parts.store.reading() as tx:
            may_pay = await can_pay(tx, parts, channel, source.prices.post)
        if ids and may_pay and not parts.breakers.is_open(name, parts.clock.now()):
            await _look_up(parts, channel, source, ids)


async def _look_up(parts: Parts, channel: Channel, source: PostSource, ids: Sequence[str]) -> None:
    allowance = SpendingAllowance(parts.store, parts.clock, parts.caps, source.name, source.prices, payers=channel.key)
    try:
        answers = await source.lookup(ids, allowance)
    except OutOfAllowance:
        log.info("no money for contexts", source=source.name, posts=len(ids))
    except StaffroomError as problem:
        await source_failed(parts, source, problem)
    else:
        for answer in answers:
            await _keep(parts, source, answer, allowance)


async def _keep(parts: Parts, source: PostSource, answer: Found, allowance: SpendingAllowance) -> None:
    """Under the id that the others refer to."""
    now = parts.clock.now()
    async with parts.store.transaction() as tx:
        await allowance.settle_in(tx, answer.receipt)
        await tx.posts.add(list(answer.posts.values()), {}, now)
        await tx.posts.put_authors(answer.authors, now)
        for standing in Standing:
            keys = [PostKey(source.name, each) for each, found in answer.absent.items() if found is standing]
            if keys:
                await tx.posts.set_standing(keys, standing, now)
