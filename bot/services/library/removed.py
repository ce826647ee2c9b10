"""What an admin removed from the library stays out of it, unless somebody who looks after the workspace saves it."""

from datetime import datetime

from bot.domain.events import Person
from bot.domain.history import What
from bot.domain.library import NewItem
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.library.history import write_down

AN_ADMIN_REMOVED_IT = "An admin removed this from the library, so it was not saved. Ask an admin if it should be there."


async def let_in(
    tx: Transaction, person: Person, new: NewItem, *, vouched: bool, at: datetime, seen_again: bool = False
) -> bool:
    """To be asked before the item is added for this person's save. By a new save that is `vouched` for it is restored,
    and what was erased is written anew; one that is only `seen_again` changes nothing. Raises Mistake where it stays
    out."""
    workspace = person.key.workspace
    removed = await tx.care.removed_under(workspace, new)
    if removed is None or seen_again:
        return removed is None
    if not vouched:
        raise Mistake(AN_ADMIN_REMOVED_IT)
    was_erased = await tx.care.is_erased(workspace, removed)
    await tx.care.restore(workspace, removed)
    if was_erased:
        await tx.care.rewrite(workspace, removed, new)
    await write_down(tx, person.key, removed, What.RESTORED, at=at)
    return True
