"""An allowance that remembers what was reserved and what became of it."""

from collections.abc import Sequence

from bot.domain.budget import NOTHING, Money, Prices, Reservation, Resources
from bot.domain.topic import Topic
from bot.errors import OutOfAllowance
from bot.ports import Receipt


class FakeAllowance:
    """Counts worst cases until they are settled, as the real one does, and what has an id once in its one long day.
    Without a cap everything is allowed.

    What a batch carries is settled by whoever keeps the batch: a test calls `settle` with its receipt.
    """

    def __init__(self, cap: Money | None = None, prices: Prices | None = None, source: str = "x") -> None:
        self.cap = cap
        self.prices = prices or Prices()
        self.reserved: list[tuple[Reservation, tuple[Topic, ...]]] = []
        self.settled: list[Receipt] = []
        self._source = source
        self._counted: dict[str, Money] = {}
        self._billed: dict[tuple[str, str], str] = {}

    @property
    def spent(self) -> Money:
        """Settled costs and open worst cases together."""
        return Money(sum(self._counted.values(), NOTHING))

    async def left(self) -> Money | None:
        return None if self.cap is None else Money(max(NOTHING, self.cap - self.spent))

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:
        left = await self.left()
        if left is not None and worst > left:
            raise OutOfAllowance("The budget of this test does not allow the read.")
        reservation = Reservation(f"r{len(self.reserved) + 1}", self._source, endpoint, worst)
        self.reserved.append((reservation, tuple(topics)))
        self._counted[reservation.id] = worst
        return reservation

    async def settle(self, receipt: Receipt) -> None:
        self.settled.append(receipt)
        if receipt.resources is not None:
            again = self._billed_before(receipt.reservation, receipt.resources).cost(self.prices)
            self._counted[receipt.reservation.id] = Money(receipt.resources.cost(self.prices) - again)

    def _billed_before(self, reservation: Reservation, resources: Resources) -> Resources:
        """What another request was billed for already."""
        kinds = (("post", resources.post_ids), ("user", resources.user_ids))
        first = {kind: [self._billed.setdefault((kind, each), reservation.id) for each in ids] for kind, ids in kinds}
        counts = {kind: sum(each != reservation.id for each in ids) for kind, ids in first.items()}
        return Resources(posts=counts["post"], users=counts["user"])
