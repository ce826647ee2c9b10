from collections.abc import Callable

from bot.domain.events import Event
from bot.ports import Clock, Store


class StoreInbox:
    """Commits each event in a transaction of its own. Whoever works them off is woken before, so that everybody else
    gives way and the next transaction is theirs, and again once it is committed."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None] | None = None) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def accept(self, event: Event) -> bool:
        if self._wake:
            self._wake()
        async with self._store.transaction() as transaction:
            is_new = await transaction.events.put(event, self._clock.now())
        if is_new and self._wake:
            self._wake()
        return is_new
