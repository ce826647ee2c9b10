"""The allowance that a source reads within: reserved at the worst case, settled at the cost."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from bot.domain.budget import NOTHING, Caps, Money, Prices, Purpose, Reservation, Spent, in_words, parts_of
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic
from bot.errors import OutOfAllowance, Throttled
from bot.ports import Clock, Receipt, Store, Transaction
from bot.services.ids import new_id

Payers = ChannelKey | Mapping[Topic, Collection[ChannelKey]] | None
"""For whom money is spent: one channel, or those that follow each topic; None is the installation."""

AROUND_MIDNIGHT = timedelta(minutes=1)
"""What is asked for so near to it could be billed on the other day, where nothing was reserved for it: an answer takes
a while, and clocks differ."""

FOR_WHAT = {
    Purpose.DIGESTS: "",
    Purpose.AT_ONCE: " for topics that are followed “now”",
    Purpose.SEARCH: " for searches",
    Purpose.ENQUIRY: " for looking things up",
    Purpose.SWEEP: " for looking after posts that were shown",
}


class SpendingAllowance:
    """The `Allowance` of one source over the ledger. Each reservation is committed before the request leaves."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        caps: Caps,
        source: str,
        prices: Prices,
        *,
        purpose: Purpose = Purpose.DIGESTS,
        payers: Payers = None,
    ) -> None:
        self._store, self._clock, self._caps = store, clock, caps
        self._source, self._prices = source, prices
        self._purpose, self._payers = purpose, payers

    async def left(self) -> Money | None:
        today = self._clock.now().astimezone(UTC).date()
        async with self._store.reading() as tx:
            return await left_for(tx, self._caps, self._purpose, today)

    async def reserve(self, endpoint: str, worst: Money, topics: Sequence[Topic] = ()) -> Reservation:
        """Raises Throttled, too, in the last minute of a UTC day and in the first. What somebody searches for is nobody
        else's business, and is not kept."""
        now = self._clock.now()
        if worst:
            _refuse_around_midnight(now)
        reservation = Reservation(new_id(), self._source, endpoint, worst, self._purpose)
        async with self._store.transaction() as tx:
            named = () if self._purpose is Purpose.SEARCH else topics
            left = await tx.ledger.reserve(reservation, named, self._parts(topics), self._caps, now)
        if left is not None:
            raise OutOfAllowance(
                f"Reading stopped: {in_words(left)} is left of the budget{FOR_WHAT[self._purpose]}, and the next "
                f"request may cost {in_words(worst)}. Raise [budget] or wait for the next day or month (UTC)."
            )
        return reservation

    def _parts(self, topics: Sequence[Topic]) -> Mapping[ChannelKey, Fraction]:
        match self._payers:
            case None:
                return {}
            case ChannelKey() as channel:
                return {channel: Fraction(1)}
            case followers:
                return parts_of(topics, followers)

    async def settle(self, receipt: Receipt) -> None:
        async with self._store.transaction() as tx:
            await self.settle_in(tx, receipt)

    async def settle_in(self, tx: Transaction, receipt: Receipt | None) -> Money:
        """Settles within the transaction that stores what the request brought, and returns what it cost."""
        return NOTHING if receipt is None else await tx.ledger.settle(receipt, self._prices, self._clock.now())


async def left_for(tx: Transaction, caps: Caps, purpose: Purpose, day: date) -> Money | None:
    """What may still be spent on it that UTC day; None without a cap."""
    spent, for_it = Spent(*await tx.ledger.spent(day)), await tx.ledger.spent_for(purpose, day)
    for_digests = await tx.ledger.spent_for(Purpose.DIGESTS, day)
    return caps.left_for(purpose, spent, for_it.today, for_digests.today)


def _refuse_around_midnight(now: datetime) -> None:
    midnight = datetime.combine((now + AROUND_MIDNIGHT).astimezone(UTC).date(), time(), UTC)
    if midnight - AROUND_MIDNIGHT <= now < midnight + AROUND_MIDNIGHT:
        over = midnight + AROUND_MIDNIGHT
        raise Throttled("Reading waits for midnight (UTC), when a new day's budget begins.", over)
