"""Round-ups that were shown: what is taken back is taken out of them. What is added later waits for the next."""

from collections.abc import Collection
from datetime import datetime

from bot.ports import Transaction


async def mend_roundups(tx: Transaction, workspace: str, items: Collection[str], at: datetime) -> None:
    """Wants every round-up with these items of the library to show what may be shown now."""
    if items:
        await tx.outbox.refresh(workspace, await tx.outbox.looking_back_on(workspace, items), at)
