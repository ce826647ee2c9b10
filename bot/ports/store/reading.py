"""What was read, what it cost, and what still has to be asked for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Protocol

from bot.domain.budget import Caps, Entry, Money, Prices, Purpose, Reservation, Spent
from bot.domain.channel import Freshness
from bot.domain.coverage import Span
from bot.domain.errand import Errand, ErrandKind
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.topic import Topic
from bot.ports.source import Receipt


class Coverage(Protocol):
    async def add(self, source: str, topic: Topic, span: Span, filter: Filter = EVERYTHING) -> None:  # noqa: A002
        """Adjacent and overlapping spans of one filter become one."""
        ...

    async def of(
        self,
        source: str,
        topics: Collection[Topic],
        since: datetime,
        filter: Filter | None = None,  # noqa: A002
    ) -> dict[Topic, list[Span]]:
        """What has been read of each since then, by that filter, or by whatever filter, in as few spans as possible,
        earliest first; a topic that was not read has an empty list."""
        ...

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        """One for each, in the order asked."""
        ...


class Readings(Protocol):
    """What earlier reading brought, and how much there is to read."""

    async def add(self, source: str, heard: Sequence[Heard]) -> None: ...

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Heard]]:
        """Each topic's readings since then, newest first; a topic that was not read has an empty list."""
        ...

    async def put_volume(self, source: str, volume: Volume) -> None: ...

    async def volumes(self, source: str, topics: Collection[Topic], not_before: datetime) -> dict[Topic, Volume]:
        """Those counted since then."""
        ...

    async def forget_before(self, at: datetime) -> None:
        """Drops the readings and counts from before then."""
        ...


class Errands(Protocol):
    async def put(self, errand: Errand) -> bool:
        """False where the same event asked for it already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Errand | None:
        """The earliest one that is due and that nobody is at, or whose worker lost its lease."""
        ...

    async def done(self, errand: Errand, *, in_vain: bool = False) -> None:
        """Forgets what it was about. One that was `in_vain` no longer counts as asked for. Raises LeaseLost where the
        fence is no longer the errand's."""
        ...

    async def later(self, errand: Errand, at: datetime) -> None:
        """To be tried again then. Raises LeaseLost likewise."""
        ...

    async def asked(self, person: PersonKey, kind: ErrandKind, since: datetime) -> int:
        """How many that person asked for since then, done ones included, but none that was in vain."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Forgets what that person asked for, waiting or done."""
        ...

    async def forget_before(self, at: datetime) -> None:
        """Forgets who asked for what was asked for before then and is done."""
        ...


class Ledger(Protocol):
    async def reserve(
        self,
        reservation: Reservation,
        topics: Sequence[Topic],
        payers: Mapping[ChannelKey, Fraction],
        caps: Caps,
        at: datetime,
    ) -> Money | None:
        """Writes it where the caps allow it and returns None; else writes nothing and returns what was left. Two
        processes at once cannot both get the last of it. `payers` are for whom it is spent and in which parts, which
        add up to at most 1; the rest is the installation's."""
        ...

    async def settle(self, receipt: Receipt, prices: Prices, at: datetime) -> Money:
        """Replaces the worst case by what it cost, and returns that: resources with a known id are billed once in the
        UTC day of the reservation. Without resources the worst case stays, as unknown. What is settled stays so."""
        ...

    async def spent(self, day: date) -> tuple[Money, Money]:
        """On that UTC day and in its month up to the end of that day, worst cases of open requests included."""
        ...

    async def spent_for(self, purpose: Purpose, day: date) -> Spent:
        """The same for one purpose."""
        ...

    async def spent_by_channel(self, day: date) -> dict[ChannelKey, Spent]:
        """For each channel its part of what it shared in, rounded down; channels without any are left out."""
        ...

    async def entries(self, first: date, last: date) -> list[Entry]:
        """All of these UTC days, oldest first."""
        ...

    async def forget_billed_before(self, day: date) -> None:
        """Drops which resources were billed on earlier days; what was spent stays."""
        ...
