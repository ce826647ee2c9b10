"""`staffroom budget`: what was spent, day by day for people and request by request for spreadsheets."""

import csv
from datetime import date, timedelta

import pytest

from bot.cli.budget import bill, lines_of, table_of
from bot.domain.budget import Caps, Money, Prices, Purpose, Resources, dollars
from bot.domain.channel import Channel, Origin, Workspace
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic, parse_topic
from bot.errors import Mistake
from bot.ports import Receipt
from bot.services.parts import Parts
from bot.services.reading.spending import SpendingAllowance
from tests.fakes.clock import TUESDAY, FakeClock
from tests.fakes.store import FakeStore

PRICES = Prices(dollars("0.005"), dollars("0.01"), dollars("0.005"))
CAPS = Caps(dollars(1), dollars(10))
STAFF = ChannelKey("fake:school", "staff")
EDCHAT, FRIDA, PHRASE = (
    parse_topic(each, account_source="x") for each in ("#edchat", "@frida_frakt", '"=cmd|calc exit"')
)


class Books:
    """A store in which requests are written down, and what is told of it."""

    def __init__(self) -> None:
        self.clock = FakeClock(TUESDAY)
        self.store = FakeStore(self.clock)
        self.parts = Parts(self.store, self.clock, worker="budget", caps=CAPS)

    async def follow(self, *topics: Topic) -> None:
        """Labels are kept with what is followed."""
        async with self.store.transaction() as tx:
            await tx.channels.put_workspace(Workspace(STAFF.workspace, "fake", "School"))
            await tx.channels.put(Channel(STAFF, "Staff", Schedule("UTC")))
            for topic in topics:
                await tx.topics.follow(STAFF, topic, Origin.COMMAND, None, TUESDAY)

    async def request(
        self, got: Resources | None, *topics: Topic, purpose: Purpose = Purpose.DIGESTS, worst: str = "0.05"
    ) -> None:
        allowance = SpendingAllowance(self.store, self.clock, CAPS, "x", PRICES, purpose=purpose)
        reservation = await allowance.reserve("search", dollars(worst), topics)
        await allowance.settle(Receipt(reservation, got))
        self.clock.advance(timedelta(seconds=1))

    async def lines(self, since: date | None = None) -> list[str]:
        return lines_of(await bill(self.parts, since))

    async def rows(self, since: date | None = None) -> list[dict[str, str]]:
        return list(csv.DictReader(table_of(await bill(self.parts, since)).splitlines()))


async def test_each_day_is_a_line_and_all_of_them_are_added_up() -> None:
    books = Books()
    await books.request(Resources(posts=6), EDCHAT)
    await books.request(Resources(users=2), purpose=Purpose.SEARCH)
    books.clock.advance(timedelta(days=1))
    await books.request(Resources(posts=3, counts=1), EDCHAT)
    lines = await books.lines()
    assert [line.split() for line in lines[:4]] == [
        ["Day", "(UTC)", "requests", "posts", "users", "counts", "cost"],
        ["2026-11-24", "2", "6", "2", "0", "$0.05"],
        ["2026-11-25", "1", "3", "0", "1", "$0.02"],
        ["together", "3", "9", "2", "1", "$0.07"],
    ]
    assert "For: digests $0.05, searches $0.02." in lines
    assert lines[-1] == "Spent: $0.02 of $1.00 today, $0.07 of $10.00 this month (UTC)."


async def test_what_was_billed_that_day_already_is_returned_and_not_billed() -> None:
    books = Books()
    for _ in range(2):
        await books.request(Resources(posts=1, post_ids=("1",)), EDCHAT)
    first, second = await books.rows()
    assert (first["returned_posts"], first["billed_posts"], first["dollars"]) == ("1", "1", "0.005000")
    assert (second["returned_posts"], second["billed_posts"], second["dollars"]) == ("1", "0", "0.000000")


async def test_what_nobody_knows_is_counted_with_the_most_it_may_cost_and_left_empty() -> None:
    books = Books()
    await books.request(None, EDCHAT, worst="0.30")
    assert "1 request of unknown outcome: counted with the most they may cost, $0.30." in await books.lines()
    (row,) = await books.rows()
    assert (row["state"], row["returned_posts"], row["billed_posts"], row["dollars"]) == ("unknown", "", "", "0.300000")


async def test_the_table_has_a_row_a_request_and_no_formula() -> None:
    books = Books()
    await books.follow(EDCHAT, FRIDA, PHRASE)
    await books.request(Resources(posts=1), FRIDA, EDCHAT)
    await books.request(Resources(posts=1), PHRASE)
    first, second = await books.rows()
    assert first["time_utc"] == f"{TUESDAY:%Y-%m-%dT%H:%M:%SZ}"
    assert (first["source"], first["endpoint"], first["purpose"], first["state"]) == (
        "x",
        "search",
        "digests",
        "settled",
    )
    assert first["topics"] == "'@frida_frakt #edchat"
    assert second["topics"] == '\'"=cmd|calc exit"'
    written = table_of(await bill(books.parts, None))
    assert not [cell for line in csv.reader(written.splitlines()) for cell in line if cell.startswith(("=", "@", "+"))]


async def test_it_begins_with_the_month_or_with_the_day_that_is_asked_for() -> None:
    books = Books()
    books.clock.set(TUESDAY - timedelta(days=30))
    await books.request(Resources(posts=1), EDCHAT)
    books.clock.set(TUESDAY - timedelta(days=1))
    await books.request(Resources(posts=2), EDCHAT)
    books.clock.set(TUESDAY)
    assert [row["billed_posts"] for row in await books.rows()] == ["2"]
    assert [row["billed_posts"] for row in await books.rows(TUESDAY.date() - timedelta(days=30))] == ["1", "2"]
    assert await books.rows(TUESDAY.date()) == []
    assert "Nothing was read since 2026-11-24." in await books.lines(TUESDAY.date())


async def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(Mistake, match="2026-11-25 is still to come"):
        await Books().rows(TUESDAY.date() + timedelta(days=1))


async def test_the_table_never_says_less_than_the_ledger() -> None:
    books = Books()
    for posts in (None, 3, 0, 10):
        await books.request(None if posts is None else Resources(posts=posts), EDCHAT)
    told = sum(round(float(row["dollars"]) * 1_000_000) for row in await books.rows())
    async with books.store.reading() as tx:
        assert await tx.ledger.spent(TUESDAY.date()) == (Money(told), Money(told))
