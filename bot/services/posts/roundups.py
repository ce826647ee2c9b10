"""Messages that show items of the library to all: what is taken back is taken out of them. What is added to a
round-up's week later waits for the next one."""

from collections.abc import Collection
from datetime import datetime

from bot.ports import Transaction


async def mend_roundups(tx: Transaction, workspace: str, items: Collection[str], at: datetime) -> None:
    """Wants every round-up with these items of the library, and every message that shared one of them, to show what may
    be shown now."""
    if items:
        shown = [*await tx.outbox.looking_back_on(workspace, items), *await _sharing(tx, workspace, items)]
        await tx.outbox.refresh(workspace, shown, at)


def shared_key(item: str) -> str:
    """The notice that it was shared in some channel: most never are, and looking for the messages takes a moment."""
    return f"shared:{item}"


async def _sharing(tx: Transaction, workspace: str, items: Collection[str]) -> list[str]:
    told = await tx.notices.told(workspace, [shared_key(item) for item in items])
    shared = [item for item in items if shared_key(item) in told]
    return await tx.outbox.sharing(workspace, shared) if shared else []
