"""`staffroom plan`: what will be read for the next digests, what that should cost, and why. It asks no source."""

import asyncio
import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.config import Config
from bot.domain.budget import NOTHING, Money, in_words
from bot.domain.channel import Channel
from bot.domain.reading.asking import PlannedRead
from bot.domain.reading.forecast import forecast
from bot.domain.reading.need import Means, Need
from bot.domain.reading.plan import ReadingPlan, plan
from bot.domain.shares import left_for_channels
from bot.domain.topic import Topic
from bot.flow.collect.needs import needs_of
from bot.ports import Clock, PostSource, Query, Transaction
from bot.services.parts import Parts
from bot.services.wording import moment_in_words, one_line


@dataclass(frozen=True, slots=True)
class Asked:
    """One query as the source gets it, and the reads that it is for."""

    query: Query
    reads: tuple[PlannedRead, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What will be read of one source for the `channels` whose next digest comes on the UTC day of `at`, the earliest
    of them. `left` is what may be spent on that day; None without a cap. `unknown` are accounts that have to be looked
    up first. `per_month` is what such readings cost in 30 days."""

    source: PostSource
    at: datetime
    channels: tuple[Channel, ...]
    plan: ReadingPlan
    queries: tuple[Asked, ...]
    left: Money | None
    unknown: tuple[Topic, ...]
    per_month: Money


def print_plan(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    clock = clock_of(wiring, config)
    outlooks = asyncio.run(_outlooks(wiring, config, clock))
    print(as_json(outlooks) if asked.json else "\n".join(lines_of(outlooks, clock.now())))
    return 0


async def _outlooks(wiring: Wiring, config: Config, clock: Clock) -> Sequence[Outlook]:
    async with beside(wiring, config, clock, "plan", with_sources=True) as parts:
        return await outlook(parts)


async def outlook(parts: Parts) -> list[Outlook]:
    """One for each source that a channel reads. Only reads the store."""
    async with parts.store.reading() as tx:
        channels = await tx.channels.all()
        found = [await _of_source(tx, parts, source, channels) for source in parts.sources.values()]
    return [each for each in found if each]


async def _of_source(tx: Transaction, parts: Parts, source: PostSource, channels: Sequence[Channel]) -> Outlook | None:
    due = await _due_next(tx, parts, [each for each in channels if source.name in each.sources])
    if not due:
        return None
    at = min(due.values())
    coming = [channel for channel, moment in due.items() if _utc_day(moment) == _utc_day(at)]
    needs = await needs_of(tx, parts, source, coming, at)
    means = await _means(tx, parts, source, channels, at)
    made = plan(needs.now, means)
    weekly = max(len(channel.schedule.days) for channel in coming)
    per_month = sum(forecast(need, means, weekly).per_month for need in _each_topic_once(needs.now))
    return Outlook(
        source, at, tuple(coming), made, _queries(source, made), means.left, needs.strangers, Money(per_month)
    )


async def _due_next(tx: Transaction, parts: Parts, channels: Iterable[Channel]) -> Mapping[Channel, datetime]:
    slots = {channel: await tx.slots.next_due(channel.key) for channel in channels}
    return {channel: max(slot.due_at, parts.clock.now()) for channel, slot in slots.items() if slot}


async def _means(tx: Transaction, parts: Parts, source: PostSource, channels: Sequence[Channel], at: datetime) -> Means:
    """On that day; what will be spent until then nobody knows."""
    day = at.astimezone(UTC).date()
    left = parts.caps.left(*await tx.ledger.spent(day))
    shares = left_for_channels(channels, parts.caps, parts.spending, await tx.ledger.spent_by_channel(day))
    return Means(
        at,
        source.prices,
        source.reach,
        left,
        shares,
        pack=lambda wants: [query.wants for query in source.queries(wants)],
    )


def _utc_day(moment: datetime) -> object:
    return moment.astimezone(UTC).date()


def _each_topic_once(needs: Iterable[Need]) -> Iterable[Need]:
    return {need.topic: need for need in needs}.values()


def _queries(source: PostSource, made: ReadingPlan) -> tuple[Asked, ...]:
    by_want = {read.want: read for read in made.reads}
    queries = source.queries([read.want for read in made.reads])
    return tuple(Asked(query, tuple(by_want[want] for want in query.wants)) for query in queries)


# --------------------------------------------------------------------------------------------------------- for people


def lines_of(outlooks: Sequence[Outlook], now: datetime) -> list[str]:
    """As people read it in a terminal: nothing that somebody else wrote can reach beyond its line."""
    if not outlooks:
        return [
            "Nothing is planned: no channel has a digest coming. `staffroom run` takes over those of the configuration."
        ]
    return [one_line(line) for each in outlooks for line in _lines(each, now)]


def _lines(told: Outlook, now: datetime) -> Iterator[str]:
    zone = told.channels[0].schedule
    when = moment_in_words(told.at, now=now, zone=zone.zone_info)
    names = ", ".join(channel.name for channel in told.channels)
    yield f"{_called(told.source)}, {when} ({zone.zone}), for {names}"
    for count in told.plan.counts:
        yield f"  {count.why}."
    for topic in told.unknown:
        yield f"  {topic}: has to be looked up first, {in_words(told.source.prices.user)}."
    for asked in told.queries:
        yield f"  {asked.query.text}"
        for read in asked.reads:
            yield f"    {read.why}. At most {read.want.limit:,}."
    for left_out in told.plan.left_out:
        yield f"  {left_out.why}."
    yield f"  {_total(told)}"
    yield f"  {_month(told)}"
    if told.plan.in_part:
        short = [channel.name for channel in told.channels if channel.key in told.plan.in_part]
        yield f"  Money is short: {', '.join(short)} will be read in part. Raise [budget], or follow less."
    yield ""


def _called(source: PostSource) -> str:
    """One that ends somewhere only stands for the other."""
    return source.label if source.reach.is_live else f"{source.name} in place of {source.label}"


def _total(told: Outlook) -> str:
    made = told.plan
    if not (told.queries or made.counts or told.unknown or made.left_out):
        return "All that it needs has been read already."
    posts = round(made.posts)
    return (
        f"Altogether about {posts:,} {'post' if posts == 1 else 'posts'} in {len(told.queries):,} "
        f"{'query' if len(told.queries) == 1 else 'queries'}, {in_words(made.cost)}; {in_words(made.worst)} at most."
    )


def _month(told: Outlook) -> str:
    left = "There is no cap" if told.left is None else f"{in_words(told.left)} may be spent on that day"
    month = f"A month of such readings costs about {in_words(told.per_month)}. " if told.per_month else ""
    return f"{month}{left}. Nothing was read for this."


# ------------------------------------------------------------------------------------------------------- for programs


def as_json(outlooks: Iterable[Outlook]) -> str:
    """The same, as a program reads it; money in dollars."""
    return json.dumps([_as_json(each) for each in outlooks], indent=2)


def _as_json(told: Outlook) -> dict[str, object]:
    return {
        "source": told.source.name,
        "at": told.at.isoformat(),
        "channels": [{"workspace": each.key.workspace, "channel": each.key.channel} for each in told.channels],
        "counts": [{"topic": each.topic.label, "dollars": _dollars(each.cost)} for each in told.plan.counts],
        "look_ups": [topic.label for topic in told.unknown],
        "queries": [
            {"text": each.query.text, "limit": each.query.limit, "reads": [_read_as_json(read) for read in each.reads]}
            for each in told.queries
        ],
        "left_out": [{"topic": each.need.topic.label, "why": each.why} for each in told.plan.left_out],
        "in_part": sorted(each.channel for each in told.plan.in_part),
        "posts": round(told.plan.posts, 1),
        "dollars": _dollars(told.plan.cost),
        "dollars_at_most": _dollars(told.plan.worst),
        "dollars_a_month": _dollars(told.per_month),
        "dollars_left": None if told.left is None else _dollars(told.left),
    }


def _read_as_json(read: PlannedRead) -> dict[str, object]:
    return {
        "topic": read.want.topic.label,
        "since": read.want.span.start.isoformat(),
        "until": read.want.span.end.isoformat(),
        "limit": read.want.limit,
        "min_likes": read.want.filter.min_likes,
        "posts": round(read.posts, 1),
        "dollars": _dollars(read.cost),
        "why": read.why,
    }


def _dollars(money: Money) -> float:
    return (money or NOTHING) / 1_000_000
