"""Late edits: a post that was shown while its author could still change it is read once more when that is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.budget import Purpose
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.errors import AdapterError, OutOfAllowance
from bot.ports import Found, PostSource, Transaction
from bot.services.erasing.vanished import Trace, update
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance

SHOWN_LATELY = timedelta(days=1)
READ_BEFORE = timedelta(minutes=20)
"""How long before its digest a post may have been read."""

log = structlog.get_logger(__name__)


class LateEdits:
    """What it remembers is only which posts need no further look; it may be lost."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settled: set[PostKey] = set()

    async def look(self, source: PostSource) -> None:
        """Within what may be spent on looking after posts. A failure waits for the next look."""
        if not source.reach.editable_for:
            return
        parts = self._parts
        async with parts.store.reading() as tx:
            posts = await self._unsettled(tx, source, parts.clock.now())
        allowance = SpendingAllowance(
            parts.store, parts.clock, parts.caps, source.name, source.prices, purpose=Purpose.SWEEP
        )
        try:
            answers = await source.lookup([post.latest_id for post in posts], allowance) if posts else []
        except (AdapterError, OutOfAllowance) as problem:
            log.warning("late edits not looked for", source=source.name, problem=str(problem))
            return
        for answer in answers:
            await self._keep(answer, posts, allowance)

    async def _unsettled(self, tx: Transaction, source: PostSource, now: datetime) -> Sequence[Post]:
        """Of the digests and cards of the last day, what could be edited when it was read and cannot be now."""
        shown = await _shown_lately(tx, now - SHOWN_LATELY)
        self._settled &= shown.keys()
        asked = [key for key in shown if key.source == source.name and key not in self._settled]
        absent = await tx.posts.absent(asked)
        stored = await tx.posts.get([key for key in asked if key not in absent])
        window = source.reach.editable_for
        return [
            post for key, post in sorted(stored.items()) if shown[key] - READ_BEFORE < post.created_at + window <= now
        ]

    async def _keep(self, answer: Found, posts: Sequence[Post], allowance: SpendingAllowance) -> None:
        asked = {post.latest_id: post.key for post in posts}
        now = self._parts.clock.now()
        async with self._parts.store.transaction() as tx:
            await allowance.settle_in(tx, answer.receipt)
            read_anew = [post for id_, post in answer.posts.items() if asked.get(id_) == post.key]
            await update(tx, read_anew, Trace("look-up", now))
        self._settled |= {asked[id_] for id_ in (*answer.posts, *answer.absent) if id_ in asked}


async def _shown_lately(tx: Transaction, since: datetime) -> dict[PostKey, datetime]:
    """The posts of digests that were sent since then, each with when it was chosen first."""
    shown: dict[PostKey, datetime] = {}
    for workspace in await tx.channels.workspaces():
        slots = {each.slot for each in await tx.outbox.recent(workspace.id, since) if each.slot}
        for slot in sorted(slots):
            digest = await tx.digests.get(workspace.id, slot)
            if digest is not None:
                for item in digest.items:
                    shown[item.post] = min(digest.composed_at, shown.get(item.post, digest.composed_at))
    return shown
