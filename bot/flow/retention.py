"""Retention: what nobody needs any more is not kept."""

from datetime import datetime, timedelta

import structlog

from bot.services.parts import Parts

ANSWERS_KEPT = timedelta(days=1)
"""What one person alone was told, and typed for it: within a day nothing of a post that vanished may be left, and such
answers cannot be taken back everywhere."""
UNSEEN_KEPT = timedelta(days=14)
"""Posts that were read and never shown: a channel with one digest a week chooses from two weeks. Nobody asks whether
they are still there, so they must not be kept for long."""
ERRANDS_KEPT = timedelta(days=2)
"""Who asked for a search and when: what is limited is limited by the day."""
BETWEEN_TURNS = timedelta(hours=1)
IN_A_TRANSACTION = 200

log = structlog.get_logger(__name__)


class Retention:
    """When it looked last may be forgotten: it looks once more."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._next: datetime | None = None

    async def turn(self) -> None:
        now = self._parts.clock.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + BETWEEN_TURNS
        answers = await self._forget_answers(now)
        posts = await self._drop_unseen(now)
        if answers or posts:
            log.info("no longer kept", answers=answers, posts=posts)
        await self._parts.store.tidy()

    async def _forget_answers(self, now: datetime) -> int:
        async with self._parts.store.transaction() as tx:
            await tx.errands.forget_before(now - ERRANDS_KEPT)
            return await tx.outbox.forget_answers(now - ANSWERS_KEPT)

    async def _drop_unseen(self, now: datetime) -> int:
        """In small parts: while one is written nobody else can write."""
        dropped, last = 0, IN_A_TRANSACTION
        while last == IN_A_TRANSACTION:
            async with self._parts.store.transaction() as tx:
                last = await tx.posts.drop_unseen(now - UNSEEN_KEPT, IN_A_TRANSACTION)
            dropped += last
        return dropped
