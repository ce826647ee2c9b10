"""Imports that are under way: some rows at a time come into the library, or go out of it again.

Some rows are one transaction, so that nothing is doubled or lost wherever the process ends.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.exchange import Bringing, ImportState
from bot.errors import LeaseLost, StoreLocked
from bot.ports import Transaction
from bot.services.exchange.coming_in import bring_in
from bot.services.exchange.going_out import take_out
from bot.services.exchange.stuck import MOST_FAILURES, say_that_it_is_stuck
from bot.services.parts import Parts

LEASE = timedelta(minutes=3)
MUCH = 2_500
"""After so many rows the database has to be told that there are more of them."""


async def bring_some(parts: Parts) -> bool:
    """Works off some rows of the earliest import that is under way. False where there is none. One that cannot be gone
    on with is left alone for the time of a lease, so that nobody else's waits behind it, after some failures for good,
    and what went wrong is raised."""
    bringing: Bringing | None = None
    try:
        async with parts.store.transaction() as tx:
            bringing = await tx.imports.claim(parts.worker, parts.clock.now(), LEASE)
            if bringing is None:
                return False
            count = await work_on(tx, bringing, parts.clock.now())
    except (LeaseLost, StoreLocked):
        raise
    except Exception:
        if bringing is not None:
            await _leave_alone(parts, bringing)
        raise
    if _is_much_new(bringing, count):
        await parts.store.take_stock()
    return True


def _is_much_new(before: Bringing, count: int) -> bool:
    """Once in a while, and at the end of a long one."""
    if not count:
        return before.total >= MUCH
    return before.done // MUCH < (before.done + count) // MUCH


async def _leave_alone(parts: Parts, failed: Bringing) -> None:
    """It was the earliest; where another process has it by now, it is that one's business, and nothing is kept. Where
    the database does nothing at all, the import is not to blame: this raises StoreError and nothing is kept either."""
    with suppress(_AnothersTurn):
        async with parts.store.transaction() as tx:
            claimed = await tx.imports.claim(parts.worker, parts.clock.now(), LEASE)
            if claimed is None or (claimed.workspace, claimed.id) != (failed.workspace, failed.id):
                raise _AnothersTurn
            is_stuck = claimed.failures + 1 >= MOST_FAILURES
            await tx.imports.fail(claimed, claimed.state.when_stuck if is_stuck else claimed.state)
            if is_stuck:
                await say_that_it_is_stuck(tx, parts, claimed)


class _AnothersTurn(Exception):
    """Ends the transaction without a trace."""


async def work_on(tx: Transaction, bringing: Bringing, now: datetime) -> int:
    """Some rows of one that was claimed in this transaction, and how many: with none it is at its end."""
    if bringing.state is ImportState.WAITING:
        return await bring_in(tx, bringing, now)
    return await take_out(tx, bringing, now)
