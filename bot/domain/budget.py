"""What reading costs, and what it may cost. Money is counted in whole micro-dollars, 1,000,000 a dollar."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NewType

from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic

Money = NewType("Money", int)

NOTHING = Money(0)


def dollars(amount: Decimal | str | float) -> Money:
    """Dollars as money, rounded to the nearest micro-dollar."""
    return Money(int((Decimal(str(amount)) * 1_000_000).to_integral_value()))


def in_words(money: Money) -> str:
    """`$1.10`; amounts below a cent keep the digits that matter: `$0.005`."""
    amount = Decimal(money) / 1_000_000
    if amount == 0 or abs(amount) >= Decimal("0.01"):
        return f"${amount:,.2f}"
    return f"${amount:.4f}".removesuffix("0")


@dataclass(frozen=True, slots=True)
class Prices:
    """What a source bills: for each post and each user it returns, and for a request that only counts posts."""

    post: Money = NOTHING
    user: Money = NOTHING
    counts: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Resources:
    """What an answer contained, as the source bills it. `post_ids` and `user_ids` are those of them whose ids are
    known: a source bills the same one once in a UTC day (X docs: pricing, "soft guarantee")."""

    posts: int = 0
    users: int = 0
    counts: int = 0
    post_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()

    def cost(self, prices: Prices) -> Money:
        """At most: without what was billed that day already."""
        return Money(self.posts * prices.post + self.users * prices.user + self.counts * prices.counts)


class Purpose(StrEnum):
    """What money is spent for. Each may have a limit of its own within that of the installation."""

    DIGESTS = "digests"
    AT_ONCE = "at once"
    SEARCH = "search"
    ENQUIRY = "enquiry"
    SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Spent:
    """In one UTC day, and in its month up to the end of that day; the worst cases of open requests included."""

    today: Money = NOTHING
    this_month: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Caps:
    """What the installation may spend in one UTC day and one UTC month, and in one UTC day for one purpose; None, or a
    purpose that is missing, is no cap. Of a day's money so much is `kept_for_digests`: other purposes may come first,
    because days begin at midnight UTC, and that is noon somewhere."""

    daily: Money | None = None
    monthly: Money | None = None
    of_purpose: Mapping[Purpose, Money] = field(default_factory=dict)
    kept_for_digests: Money = NOTHING

    def left(self, spent_today: Money, spent_this_month: Money) -> Money | None:
        """What may still be spent now; None without a cap."""
        left = [
            cap - spent
            for cap, spent in ((self.daily, spent_today), (self.monthly, spent_this_month))
            if cap is not None
        ]
        return Money(max(0, min(left))) if left else None

    def left_for(
        self, purpose: Purpose, spent: Spent, spent_for_it_today: Money, spent_for_digests_today: Money
    ) -> Money | None:
        """The same for one purpose, which may have a cap of its own."""
        left = self.left(spent.today, spent.this_month)
        if left is not None and purpose is not Purpose.DIGESTS:
            left = Money(max(0, left - max(0, self.kept_for_digests - spent_for_digests_today)))
        cap = self.of_purpose.get(purpose)
        if cap is None:
            return left
        left_for_it = Money(max(0, cap - spent_for_it_today))
        return left_for_it if left is None else min(left, left_for_it)


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """How money may be spent within the caps. Following a topic that will cost more than `agree_above` a month needs an
    admin. `workspace_shares` are parts of the caps, by workspace id; `searches_per_person` are allowed in a UTC day."""

    agree_above: Money = Money(5_000_000)
    workspace_shares: Mapping[str, float] = field(default_factory=dict)
    searches_per_person: int = 3
    at_once_every: timedelta = timedelta(minutes=15)


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
    purpose: Purpose = Purpose.DIGESTS


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in the ledger. `returned` counts posts and users together with requests for counts, `billed` those of
    them that were not billed that UTC day already; both are unknown until it is settled. `cost` is the worst case
    until then."""

    reservation: Reservation
    topics: tuple[str, ...]
    day: date
    at: datetime
    state: EntryState
    cost: Money
    returned: Resources | None = None
    billed: Resources | None = None


def parts_of(
    topics: Collection[Topic], followers: Mapping[Topic, Collection[ChannelKey]]
) -> dict[ChannelKey, Fraction]:
    """Who pays for a request for these topics: each topic an equal part, each split equally among its followers. The
    part of a topic that nobody follows is nobody's."""
    parts: dict[ChannelKey, Fraction] = {}
    each_once = set(topics)
    for topic in each_once:
        channels = set(followers.get(topic, ()))
        for channel in channels:
            parts[channel] = parts.get(channel, Fraction(0)) + Fraction(1, len(each_once) * len(channels))
    return parts
