"""The allowance that a source reads within: reserved at the worst case, settled at the cost."""

from collections.abc import Sequence

from bot.domain.budget import NOTHING, Caps, Money, Prices, Reservation, in_words
from bot.domain.topic import Topic
from bot.errors import OutOfAllowance
from bot.ports import Clock, Receipt, Store, Transaction
from bot.services.ids import new_id


class SpendingAllowance:
    """The `Allowance` of one source over the ledger. Each reservation is committed before the request leaves."""

    def __init__(self, store: Store, clock: Clock, caps: Caps, source: str, prices: Prices) -> None:
        self._store, self._clock, self._caps = store, clock, caps
        self._source, self._prices = source, prices

    async def left(self) -> Money | None:
        async with self._store.reading() as tx:
            return self._caps.left(*await tx.ledger.spent(self._clock.now().date()))

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:
        reservation = Reservation(new_id(), self._source, endpoint, worst)
        async with self._store.transaction() as tx:
            left = await tx.ledger.reserve(reservation, topics, self._caps, self._clock.now())
        if left is not None:
            raise OutOfAllowance(
                f"Reading stopped: {in_words(left)} is left of the budget, and the next request may cost "
                f"{in_words(worst)}. Raise [budget] or wait for the next day or month (UTC)."
            )
        return reservation

    async def settle(self, receipt: Receipt) -> None:
        async with self._store.transaction() as tx:
            await self.settle_in(tx, receipt)

    async def settle_in(self, tx: Transaction, receipt: Receipt | None) -> None:
        """Settles within the transaction that stores what the request brought."""
        if receipt is not None:
            cost = None if receipt.resources is None else receipt.resources.cost(self._prices)
            await tx.ledger.settle(receipt, cost, self._clock.now())


def is_free(prices: Prices) -> bool:
    """Whether reading there costs nothing."""
    return prices.post == NOTHING and prices.user == NOTHING
