"""The allowance of what may ask only for what is free."""

from collections.abc import Sequence

from bot.domain.budget import NOTHING, Money, Reservation
from bot.domain.topic import Topic
from bot.errors import OutOfAllowance
from bot.ports import Receipt
from bot.services.ids import new_id


class NothingToSpend:
    """What costs nothing is allowed, everything else refused. Nothing of it stands in the ledger."""

    def __init__(self, source: str) -> None:
        self._source = source

    async def left(self) -> Money | None:
        return NOTHING

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:  # noqa: ARG002
        if worst > NOTHING:
            raise OutOfAllowance("This may only be asked for where it is free.")
        return Reservation(new_id(), self._source, endpoint, worst)

    async def settle(self, receipt: Receipt) -> None:
        """Nothing was reserved that would have to be settled."""
