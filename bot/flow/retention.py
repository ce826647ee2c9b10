"""Retention: what nobody needs any more is not kept."""

from datetime import datetime, timedelta

import structlog

from bot.domain.exchange import ImportState
from bot.domain.session import ENDS_WHEN_IDLE
from bot.services.exchange.bringing import SHOWN_FOR
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
        items = await self._erase_removed(now)
        await self._forget_decisions(now)
        await self._forget_sessions(now)
        if answers or posts or items:
            log.info("no longer kept", answers=answers, posts=posts, items=items)
        await self._parts.store.tidy()

    async def _forget_answers(self, now: datetime) -> int:
        async with self._parts.store.transaction() as tx:
            await tx.errands.forget_before(now - ERRANDS_KEPT)
            await tx.imports.forget_before(now - SHOWN_FOR, ImportState.SHOWN)
            for state in (ImportState.DONE, ImportState.UNDONE, ImportState.STUCK, ImportState.UNDO_STUCK):
                await tx.imports.forget_before(now - self._parts.keeping.removed, state)
            return await tx.outbox.forget_answers(now - ANSWERS_KEPT)

    async def _forget_decisions(self, now: datetime) -> None:
        """Of admins, once nobody asks about them any more."""
        async with self._parts.store.transaction() as tx:
            await tx.admin_acts.drop_before(now - self._parts.keeping.audit)

    async def _forget_sessions(self, now: datetime) -> None:
        """Those that ended by themselves."""
        async with self._parts.store.transaction() as tx:
            await tx.sessions.drop_ended(now, now - ENDS_WHEN_IDLE)

    async def _drop_unseen(self, now: datetime) -> int:
        """In small parts: while one is written nobody else can write."""
        dropped, last = 0, IN_A_TRANSACTION
        while last == IN_A_TRANSACTION:
            async with self._parts.store.transaction() as tx:
                last = await tx.posts.drop_unseen(now - UNSEEN_KEPT, IN_A_TRANSACTION)
            dropped += last
        return dropped

    async def _erase_removed(self, now: datetime) -> int:
        """What admins removed from a library, once it can no longer be restored; in small parts as well."""
        erased, last = 0, IN_A_TRANSACTION
        while last == IN_A_TRANSACTION:
            async with self._parts.store.transaction() as tx:
                last = await tx.care.erase_removed(now - self._parts.keeping.removed, IN_A_TRANSACTION)
            erased += last
        return erased
