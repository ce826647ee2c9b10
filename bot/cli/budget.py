"""`staffroom budget`: what was spent on reading, day by day, or request by request as a table for spreadsheets."""

import asyncio
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby

from bot.cli.audit import day_meant
from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.commands.topics.budget import PURPOSES
from bot.config import Config
from bot.domain.budget import Caps, Entry, EntryState, Money, Purpose, Resources, Spent, in_words
from bot.errors import Mistake
from bot.services.parts import Parts
from bot.services.spreadsheet import as_csv
from bot.services.wording import counted, one_line

HEADER = (
    "time_utc",
    "source",
    "endpoint",
    "purpose",
    "topics",
    "returned_posts",
    "returned_users",
    "returned_counts",
    "billed_posts",
    "billed_users",
    "billed_counts",
    "dollars",
    "state",
)
NOTHING_KNOWN = ("", "", "")


@dataclass(frozen=True, slots=True)
class Bill:
    """The requests of the UTC days from the first on, oldest first; what was spent until now, and what may be."""

    first: date
    entries: Sequence[Entry]
    spent: Spent
    caps: Caps


def print_bill(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    since = day_meant(asked.since) if asked.since else None
    told = asyncio.run(_billed(wiring, config, since))
    print(table_of(told), end="") if asked.csv else print("\n".join(lines_of(told)))
    return 0


async def _billed(wiring: Wiring, config: Config, since: date | None) -> Bill:
    async with beside(wiring, config, clock_of(wiring, config), "budget") as parts:
        return await bill(parts, since)


async def bill(parts: Parts, since: date | None) -> Bill:
    """From that day on, or from the beginning of this month. Raises Mistake for a day to come."""
    today = parts.clock.now().astimezone(UTC).date()
    first = since or today.replace(day=1)
    if first > today:
        raise Mistake(f"{first.isoformat()} is still to come.")
    async with parts.store.reading() as tx:
        return Bill(first, await tx.ledger.entries(first, today), Spent(*await tx.ledger.spent(today)), parts.caps)


# --------------------------------------------------------------------------------------------------------- for people


def lines_of(told: Bill) -> list[str]:
    """A line a day, then what there was in all and what is left."""
    days = [(day, list(entries)) for day, entries in groupby(told.entries, key=lambda each: each.day)]
    rows = [_row(day.isoformat(), entries) for day, entries in days]
    head = f"{'Day (UTC)':<12}{'requests':>10}{'posts':>8}{'users':>8}{'counts':>8}{'cost':>10}"
    table = [head, *rows, _row("together", told.entries)] if rows else [f"Nothing was read since {told.first}."]
    return [one_line(line) for line in [*table, *_by_purpose(told.entries), *_open(told.entries), _left(told)]]


def _row(name: str, entries: Iterable[Entry]) -> str:
    """Posts, users and counts are those billed, where that is known."""
    each = list(entries)
    billed = [entry.billed for entry in each if entry.billed]
    posts, users, counts = (sum(column) for column in zip(*map(_amounts, billed), strict=True)) if billed else (0, 0, 0)
    cost = Money(sum(entry.cost for entry in each))
    return f"{name:<12}{len(each):>10,}{posts:>8,}{users:>8,}{counts:>8,}{in_words(cost):>10}"


def _by_purpose(entries: Sequence[Entry]) -> list[str]:
    costs = {purpose: sum(each.cost for each in entries if each.reservation.purpose is purpose) for purpose in Purpose}
    used = [f"{PURPOSES[purpose]} {in_words(Money(cost))}" for purpose, cost in costs.items() if cost]
    return ["", f"For: {', '.join(used)}."] if used else []


def _open(entries: Sequence[Entry]) -> list[str]:
    """Their worst case counts, so that the table may say more than the source bills, but never less."""
    unsettled = [each for each in entries if each.state is not EntryState.SETTLED and each.cost]
    if not unsettled:
        return []
    worst = in_words(Money(sum(each.cost for each in unsettled)))
    return [f"{counted(len(unsettled), 'request')} of unknown outcome: counted with the most they may cost, {worst}."]


def _left(told: Bill) -> str:
    caps, spent = told.caps, told.spent
    of_day = f" of {in_words(caps.daily)}" if caps.daily is not None else ""
    of_month = f" of {in_words(caps.monthly)}" if caps.monthly is not None else ""
    return f"Spent: {in_words(spent.today)}{of_day} today, {in_words(spent.this_month)}{of_month} this month (UTC)."


# --------------------------------------------------------------------------------------------------- for spreadsheets


def table_of(told: Bill) -> str:
    """A row a request; what nobody knows is empty, and its dollars are then the most it may have cost."""
    return as_csv(HEADER, [_cells(each) for each in told.entries])


def _cells(entry: Entry) -> tuple[object, ...]:
    return (
        f"{_utc(entry.at):%Y-%m-%dT%H:%M:%SZ}",
        entry.reservation.source,
        entry.reservation.endpoint,
        entry.reservation.purpose.value,
        " ".join(one_line(topic) for topic in entry.topics),
        *(_amounts(entry.returned) if entry.returned else NOTHING_KNOWN),
        *(_amounts(entry.billed) if entry.billed else NOTHING_KNOWN),
        Decimal(entry.cost).scaleb(-6),
        entry.state.value,
    )


def _amounts(resources: Resources) -> tuple[int, int, int]:
    return resources.posts, resources.users, resources.counts


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
