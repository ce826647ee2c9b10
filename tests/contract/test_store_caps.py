"""Months of random reading on every store: no cap is ever passed, and the ledger adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest

from bot.domain.budget import Caps, EntryState, Money, Prices, Purpose, Reservation, Resources, parts_of
from bot.ports import Receipt, Store, Transaction
from tests.contract.store_examples import ARTS, EDCHAT, FRIDA, MATHCHAT, MATHS, NOW, VALLEY_MATHS, new_id, school

PRICES = Prices(post=Money(5_000), user=Money(10_000), counts=Money(5_000))
CAPS = Caps(Money(600_000), Money(3_000_000), {Purpose.SEARCH: Money(100_000), Purpose.SWEEP: Money(45_000)})
FOLLOWERS = {EDCHAT: [MATHS, ARTS, VALLEY_MATHS], MATHCHAT: [MATHS, ARTS], FRIDA: [VALLEY_MATHS]}
STEPS = 120
ADDED_UP_EVERY = 12


@dataclass
class Reader:
    """Somebody who reads at random. `pending` are requests under way, each with what it will have brought; `bills` is
    what the source puts on the bill of each day: the same post once."""

    stores: tuple[Store, Store]
    chance: Random
    now: datetime = NOW
    pending: list[tuple[Reservation, Resources, date]] = field(default_factory=list)
    over: list[tuple[Reservation, Resources, date]] = field(default_factory=list)
    bills: dict[date, dict[str, int]] = field(default_factory=dict)

    async def step(self) -> None:
        acts = (self.reserve, self.reserve, self.settle, self.settle, self.lose, self.repeat, self.sleep)
        await self.chance.choice(acts)()

    async def reserve(self) -> None:
        resources = self._answer()
        purpose = self.chance.choice(list(Purpose))
        worst = Money(resources.cost(PRICES) + self.chance.choice((0, 0, 50_000)))
        reservation = Reservation(new_id(), "x", "search", worst, purpose)
        topics = self.chance.sample(list(FOLLOWERS), self.chance.randint(1, 3))
        async with self._store().transaction() as tx:
            left = await tx.ledger.reserve(reservation, topics, parts_of(topics, FOLLOWERS), CAPS, self.now)
        if left is None:
            self.pending.append((reservation, resources, self.now.date()))
            self._bill(resources)
        else:
            assert left < worst

    async def settle(self) -> None:
        await self._settle(self.pending, lost=False)

    async def lose(self) -> None:
        """The connection was cut: nobody knows what it brought."""
        await self._settle(self.pending, lost=True)

    async def repeat(self) -> None:
        """After a crash the same receipt may come once more."""
        await self._settle(self.over, lost=self.chance.random() < 0.5)

    async def sleep(self) -> None:
        self.now += timedelta(hours=self.chance.choice((1, 5, 20)))

    async def _settle(self, requests: list[tuple[Reservation, Resources, date]], *, lost: bool) -> None:
        if requests:
            request = requests.pop(self.chance.randrange(len(requests)))
            receipt = Receipt(request[0], None if lost else request[1])
            async with self._store().transaction() as tx:
                assert await tx.ledger.settle(receipt, PRICES, self.now) <= request[0].worst
            self.over.append(request)

    def _store(self) -> Store:
        return self.chance.choice(self.stores)

    def _answer(self) -> Resources:
        ids = tuple(str(each) for each in self.chance.sample(range(60), self.chance.randint(0, 12)))
        people = tuple(f"a{each}" for each in self.chance.sample(range(20), self.chance.choice((0, 0, 3))))
        nameless = self.chance.choice((0, 0, 2))
        return Resources(len(ids) + nameless, len(people), self.chance.choice((0, 0, 1)), ids, people)

    def _bill(self, resources: Resources) -> None:
        bill = self.bills.setdefault(self.now.date(), {})
        bill |= dict.fromkeys(resources.post_ids, PRICES.post) | dict.fromkeys(resources.user_ids, PRICES.user)
        nameless = (resources.posts - len(resources.post_ids)) * PRICES.post + resources.counts * PRICES.counts
        bill[new_id()] = nameless


async def keeps_within(tx: Transaction, day: date) -> None:
    today, this_month = await tx.ledger.spent(day)
    assert CAPS.daily is not None
    assert CAPS.monthly is not None
    assert today <= CAPS.daily
    assert this_month <= CAPS.monthly
    for purpose, cap in CAPS.of_purpose.items():
        assert (await tx.ledger.spent_for(purpose, day)).today <= cap


async def adds_up(tx: Transaction, day: date) -> None:
    today, this_month = await tx.ledger.spent(day)
    for_each = [await tx.ledger.spent_for(purpose, day) for purpose in Purpose]
    assert (sum(each.today for each in for_each), sum(each.this_month for each in for_each)) == (today, this_month)
    entries = await tx.ledger.entries(day.replace(day=1), day)
    assert sum(each.cost for each in entries) == this_month
    assert sum(each.cost for each in entries if each.day == day) == today
    of_channels = (await tx.ledger.spent_by_channel(day)).values()
    assert today - len(of_channels) < sum(each.today for each in of_channels) <= today or not of_channels
    assert this_month - len(of_channels) < sum(each.this_month for each in of_channels) <= this_month or not of_channels


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_cap_is_ever_passed_and_the_ledger_adds_up(stores: tuple[Store, Store], seed: int) -> None:
    async with school(stores[0]):
        pass
    reader = Reader(stores, Random(seed))
    for step in range(STEPS):
        await reader.step()
        async with stores[0].reading() as tx:
            await keeps_within(tx, reader.now.date())
            if step % ADDED_UP_EVERY == 0:
                await adds_up(tx, reader.now.date())
    await _is_never_below_the_bill(stores[0], reader)


async def _is_never_below_the_bill(store: Store, reader: Reader) -> None:
    """Day by day; and exactly the bill where every fate is known."""
    lost = set[date]()
    while reader.pending:
        await reader.settle()
    async with store.reading() as tx:
        for day, bill in reader.bills.items():
            entries = await tx.ledger.entries(day, day)
            lost |= {each.day for each in entries if each.state is not EntryState.SETTLED}
            ours, _ = await tx.ledger.spent(day)
            assert ours >= _total(bill)
            assert ours == _total(bill) or day in lost
    assert len(lost) < len(reader.bills)


def _total(bill: Mapping[str, int]) -> int:
    return sum(bill.values())


def test_parts_of_one_request_are_never_more_than_the_whole() -> None:
    for topics in ([EDCHAT], [EDCHAT, FRIDA], list(FOLLOWERS)):
        assert sum(parts_of(topics, FOLLOWERS).values(), Fraction(0)) == 1
