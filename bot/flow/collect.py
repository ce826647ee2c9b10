"""Collect: read what the coming slots need, shortly before they are due, within the allowance."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.budget import Money
from bot.domain.channel import Channel, Slot
from bot.domain.coverage import Span, missing
from bot.domain.matching import TopicIndex
from bot.domain.schedule import Reading
from bot.domain.topic import Topic, TopicKind
from bot.errors import AdapterError, OutOfAllowance, StaffroomError, Throttled, Unavailable, Uncertain
from bot.ports import Accounts, Batch, PostSource, Transaction, Want
from bot.services.parts import Parts
from bot.services.report import clear_report, report
from bot.services.selection import window
from bot.services.spending import SpendingAllowance, is_free

LEAD = timedelta(minutes=5)
FRESH_ENOUGH = timedelta(minutes=10)
FEWEST_POSTS = 10
MOST_POSTS = 100
MOST_FREE_POSTS = 2_000
FIRST_PAUSE = timedelta(seconds=30)

INSTALLATION = "installation"
"""Sources belong to no workspace: what is said about them is said once for the installation."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Need:
    """What one source has to bring for the slots that come next."""

    spans: Mapping[Topic, Span]


class Collector:
    """Reads for slots. What it remembers is only how long to leave a source in peace; it may be lost."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._not_before: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    async def collect(self) -> None:
        """Reads for every slot due within the lead. A slot whose source is in trouble waits, unless waiting is idle."""
        async with self._parts.store.reading() as tx:
            slots = await tx.slots.to_read(self._parts.clock.now() + LEAD)
            channels = [channel for slot in slots if (channel := await tx.channels.get(slot.channel))]
        if not slots:
            return
        outcomes = {name: await self._read(name, channels) for name in self._sources_of(channels)}
        await self._mark(slots, {channel.key: channel for channel in channels}, outcomes)

    def _sources_of(self, channels: Iterable[Channel]) -> list[str]:
        used = dict.fromkeys(name for channel in channels for name in channel.sources)
        return [name for name in used if name in self._parts.sources]

    async def _read(self, name: str, channels: Sequence[Channel]) -> Reading:
        now = self._parts.clock.now()
        if self._not_before.get(name, now) > now:
            return Reading.WAITING
        source = self._parts.sources[name]
        try:
            await _Reader(self._parts, source).read([each for each in channels if name in each.sources])
        except StaffroomError as problem:
            return await self._in_trouble(source, problem)
        self._failures.pop(name, None)
        async with self._parts.store.transaction() as tx:
            await clear_report(tx, INSTALLATION, f"source:{name}")
        return Reading.DONE

    async def _in_trouble(self, source: PostSource, problem: StaffroomError) -> Reading:
        now = self._parts.clock.now()
        match problem:
            case Throttled(until=until):
                self._not_before[source.name] = until
                return Reading.WAITING
            case Unavailable() | Uncertain():
                failures = self._failures[source.name] = self._failures.get(source.name, 0) + 1
                self._not_before[source.name] = now + FIRST_PAUSE * (1 << min(failures - 1, 8))
                log.warning("source unavailable", source=source.name, problem=str(problem))
                return Reading.WAITING
            case AdapterError() | OutOfAllowance():
                async with self._parts.store.transaction() as tx:
                    await report(tx, self._parts, INSTALLATION, f"source:{source.name}", f"{source.label}: {problem}")
                return Reading.PART
            case _:
                raise problem

    async def _mark(
        self, slots: Sequence[Slot], channels: Mapping[object, Channel], outcomes: Mapping[str, Reading]
    ) -> None:
        async with self._parts.store.transaction() as tx:
            for slot in slots:
                channel = channels.get(slot.channel)
                reading = _worst(outcomes[name] for name in (channel.sources if channel else ()) if name in outcomes)
                if reading is not Reading.WAITING:
                    await tx.slots.set_reading([slot], reading)


def _worst(readings: Iterable[Reading]) -> Reading:
    worst_first = (Reading.WAITING, Reading.PART, Reading.DONE)
    found = set(readings)
    return next((each for each in worst_first if each in found), Reading.DONE)


class _Reader:
    """One source, read once for several channels."""

    def __init__(self, parts: Parts, source: PostSource) -> None:
        self._parts = parts
        self._source = source
        self._allowance = SpendingAllowance(parts.store, parts.clock, parts.caps, source.name, source.prices)

    async def read(self, channels: Sequence[Channel]) -> None:
        async with self._parts.store.reading() as tx:
            spans = await self._spans(tx, channels)
            watched = await tx.topics.watched()
            known = await tx.topics.account_ids([topic for topic in watched if topic.kind is TopicKind.ACCOUNT])
        known |= await self._resolve([topic for topic in spans if _is_unknown_account(topic, known)])
        wants = await self._wants(spans, known, watched)
        if not wants:
            return
        index = TopicIndex(watched, known)
        async for batch in self._source.read(wants, self._allowance):
            await self._keep(batch, index)

    async def _spans(self, tx: Transaction, channels: Sequence[Channel]) -> dict[Topic, Span]:
        """For each topic that the source can read, the longest time any of the channels needs of it."""
        now = self._parts.clock.now()
        spans: dict[Topic, Span] = {}
        for channel in channels:
            needed = window(await tx.digests.last(channel.key), now)
            for following in await tx.topics.followed(channel.key):
                if following.topic.source in {"", self._source.name}:
                    known = spans.get(following.topic, needed)
                    spans[following.topic] = Span(min(known.start, needed.start), now)
        return spans

    async def _resolve(self, accounts: Sequence[Topic]) -> dict[Topic, str]:
        """Looks account names up, once for ever."""
        by_handle = {topic.key: topic for topic in accounts}
        if not by_handle:
            return {}
        answers = await self._source.accounts([topic.label.removeprefix("@") for topic in accounts], self._allowance)
        async with self._parts.store.transaction() as tx:
            for answer in answers:
                await self._keep_accounts(tx, answer, by_handle)
        return {
            by_handle[handle]: author.id
            for answer in answers
            for handle, author in answer.found.items()
            if handle in by_handle
        }

    async def _keep_accounts(self, tx: Transaction, answer: Accounts, by_handle: Mapping[str, Topic]) -> None:
        await self._allowance.settle_in(tx, answer.receipt)
        await tx.posts.put_authors(list(answer.found.values()), self._parts.clock.now())
        for handle, author in answer.found.items():
            if handle in by_handle:
                await tx.topics.set_account_id(by_handle[handle], author.id)
        for handle in answer.missing:
            problem = f"{self._source.label} knows no open account @{handle}. Check its name, or unfollow it."
            await report(tx, self._parts, INSTALLATION, f"account:{self._source.name}:{handle}", problem)

    async def _wants(
        self, spans: Mapping[Topic, Span], known: Mapping[Topic, str], watched: Sequence[Topic]
    ) -> list[Want]:
        now = self._parts.clock.now()
        async with self._parts.store.reading() as tx:
            since = min((span.start for span in spans.values()), default=now)
            covered = await tx.coverage.of(self._source.name, list(spans), since)
            read_today = await tx.coverage.of(self._source.name, watched, _midnight(now))
        gaps = [
            (topic, gap)
            for topic, span in spans.items()
            if not _is_unknown_account(topic, known)
            for gap in missing(span, covered[topic])
            if gap.length > FRESH_ENOUGH
        ]
        unread = [topic for topic in watched if topic.source in {"", self._source.name} and not read_today[topic]]
        limit = await self._limit(max(len(gaps), len(unread)))
        return [Want(topic, gap, limit, known.get(topic, "")) for topic, gap in gaps]

    async def _limit(self, shares: int) -> int:
        """How many posts each gap may bring: a fair share of what the day still allows, so that a channel whose digest
        comes early leaves the others theirs."""
        if is_free(self._source.prices):
            return MOST_FREE_POSTS
        left = await self._allowance.left()
        return MOST_POSTS if left is None else _fair_share(left, self._source.prices.post, shares)

    async def _keep(self, batch: Batch, index: TopicIndex) -> None:
        now = self._parts.clock.now()
        matches = {post.key: {*index.topics_of(post), *batch.certain} for post in batch.posts}
        async with self._parts.store.transaction() as tx:
            await self._allowance.settle_in(tx, batch.receipt)
            await tx.posts.add(batch.posts, matches, now)
            await tx.posts.put_authors(batch.authors, now)
            for topic, span in batch.covered:
                await tx.coverage.add(self._source.name, topic, span)
        for problem in batch.problems:
            log.info("left out by the source", source=self._source.name, problem=problem)
        log.info("read", source=self._source.name, posts=len(batch.posts), topics=_labels(batch.covered))


def _is_unknown_account(topic: Topic, known: Mapping[Topic, str]) -> bool:
    return topic.kind is TopicKind.ACCOUNT and topic not in known


def _midnight(now: datetime) -> datetime:
    """When the source's billing day began."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _fair_share(left: Money, price: Money, shares: int) -> int:
    share = left // (max(price, 1) * max(shares, 1))
    return max(FEWEST_POSTS, min(MOST_POSTS, share))


def _labels(covered: Collection[tuple[Topic, Span]]) -> list[str]:
    return [topic.label for topic, _ in covered]
