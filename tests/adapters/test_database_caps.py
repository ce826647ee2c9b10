"""Two programs that spend from one purse never take more out than is in it."""

import asyncio
import sys
from pathlib import Path

from adapters.database.store import open_store
from bot.domain.budget import Purpose
from tests.contract.store_examples import NOW
from tests.fakes.clock import FakeClock

CAP, CAP_OF_SEARCHES = 1_000, 300

SPEND = f"""
import asyncio, sys
from random import Random
from adapters.database.store import open_store
from bot.domain.budget import Caps, Money, Prices, Purpose, Reservation, Resources
from bot.ports import Receipt
from tests.contract.store_examples import NOW
from tests.fakes.clock import FakeClock

CAPS = Caps(daily=Money({CAP}), of_purpose={{Purpose.SEARCH: Money({CAP_OF_SEARCHES})}})

async def main():
    chance = Random(sys.argv[2])
    async with open_store(sys.argv[1], FakeClock()) as store:
        for number in range(60):
            purpose = chance.choice([Purpose.SEARCH, Purpose.DIGESTS])
            worst = Money(chance.randint(1, 60))
            reservation = Reservation(f"{{sys.argv[2]}}-{{number}}", "x", "search", worst, purpose)
            async with store.transaction() as tx:
                left = await tx.ledger.reserve(reservation, [], {{}}, CAPS, NOW)
            if left is None and number % 3 == 0:
                receipt = Receipt(reservation, Resources(posts=worst // 2))
                async with store.transaction() as tx:
                    await tx.ledger.settle(receipt, Prices(Money(1)), NOW)

asyncio.run(main())
"""


async def test_two_processes_never_pass_a_cap(database: str, clock: FakeClock) -> None:
    await asyncio.gather(*(_run(SPEND, database, name) for name in ("first", "second")))
    async with open_store(database, clock) as store, store.reading() as tx:
        spent, _ = await tx.ledger.spent(NOW.date())
        for_searches = await tx.ledger.spent_for(Purpose.SEARCH, NOW.date())
        entries = await tx.ledger.entries(NOW.date(), NOW.date())
    assert CAP - 60 < spent <= CAP
    assert CAP_OF_SEARCHES - 60 < for_searches.today <= CAP_OF_SEARCHES
    assert sum(each.cost for each in entries) == spent
    assert {each.reservation.id.split("-")[0] for each in entries} == {"first", "second"}


async def _run(code: str, *arguments: str) -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *arguments, cwd=root)
    assert await process.wait() == 0
