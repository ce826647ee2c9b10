"""What reading costs, and what it may cost. Money is counted in whole micro-dollars, 1,000,000 a dollar."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType

Money = NewType("Money", int)

NOTHING = Money(0)


def dollars(amount: Decimal | str | float) -> Money:
    """Dollars as money, rounded to the nearest micro-dollar."""
    return Money(int((Decimal(str(amount)) * 1_000_000).to_integral_value()))


def in_words(money: Money) -> str:
    """`$1.10`; amounts below a cent keep the digits that matter: `$0.005`."""
    amount = Decimal(money) / 1_000_000
    places = 2 if amount == 0 or abs(amount) >= Decimal("0.01") else 4
    return f"${amount:,.{places}f}"


@dataclass(frozen=True, slots=True)
class Prices:
    """What a source bills for each resource it returns."""

    post: Money = NOTHING
    user: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Resources:
    """What an answer contained, as the source bills it."""

    posts: int = 0
    users: int = 0

    def cost(self, prices: Prices) -> Money:
        return Money(self.posts * prices.post + self.users * prices.user)


@dataclass(frozen=True, slots=True)
class Caps:
    """What the installation may spend in one UTC day and one UTC month; None is no cap."""

    daily: Money | None = None
    monthly: Money | None = None

    def left(self, spent_today: Money, spent_this_month: Money) -> Money | None:
        """What may still be spent now; None without a cap."""
        left = [
            cap - spent
            for cap, spent in ((self.daily, spent_today), (self.monthly, spent_this_month))
            if cap is not None
        ]
        return Money(max(0, min(left))) if left else None


class EntryState(StrEnum):
    """A ledger entry counts with its worst case until it is settled; what was cut off in between stays unknown."""

    RESERVED = "reserved"
    SETTLED = "settled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reservation:
    """The worst case of one request, already counted against the caps."""

    id: str
    source: str
    endpoint: str
    worst: Money
