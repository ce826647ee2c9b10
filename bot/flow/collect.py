"""Collect: read what the coming slots need, shortly before they are due, within the allowance."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.budget import Money
from bot.domain.channel import Channel, Slot
from bot.domain.coverage import Span, missing
from bot.domain.matching import TopicIndex
from bot.domain.schedule import Reading, SlotKind
from bot.domain.topic import Topic, TopicKind
from bot.errors import AdapterError, OutOfAllowance, StaffroomError, Throttled, Unavailable, Uncertain
from bot.ports import Accounts, Batch, PostSource, Transaction, Want
from bot.services.parts import Parts
from bot.services.report import INSTALLATION, clear_report, report
from bot.services.selection import window
from bot.services.spending import SpendingAllowance, is_free

LEAD = timedelta(minutes=5)
FRESH_ENOUGH = timedelta(minutes=10)
FEWEST_POSTS = 10
MOST_POSTS = 300
MOST_FREE_POSTS = 2_000
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(minutes=30)
LEASE = timedelta(minutes=10)
SHARE_FOR_ACCOUNTS = 2
"""Looking accounts up may take at most one part in so many of what is left, so that posts can still be read."""

log = structlog.get_logger(__name__)


class Collector:
    """Reads for slots. What it remembers is only how long to leave a source in peace; it may be lost."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._troubles: dict[str, _Trouble] = {}

    async def collect(self) -> None:
        """Reads for every slot due within the lead, where somebody could get its digest. A slot whose source is in
        trouble waits, unless waiting is idle."""
        now = self._parts.clock.now()
        async with self._parts.store.transaction() as tx:
            slots = await tx.slots.claim_reading(now, now + LEAD, LEASE)
            slots = await self._without_roundups(tx, slots)
            known = [await tx.channels.get(slot.channel) for slot in slots]
        channels = [each for each in known if each and self._parts.chat_of(each.key.workspace)]
        if not slots:
            return
        outcomes = {name: await self._read(name, channels) for name in self._sources_of(channels)}
        await self._mark(slots, {channel.key: channel for channel in channels}, outcomes)

    async def _without_roundups(self, tx: Transaction, slots: Sequence[Slot]) -> list[Slot]:
        """A round-up tells what colleagues did: nothing has to be read, and paid, for it."""
        roundups = [slot for slot in slots if slot.kind is SlotKind.ROUNDUP]
        await tx.slots.set_reading(roundups, Reading.DONE)
        return [slot for slot in slots if slot not in roundups]

    def _sources_of(self, channels: Iterable[Channel]) -> list[str]:
        used = dict.fromkeys(name for channel in channels for name in channel.sources)
        return [name for name in used if name in self._parts.sources]

    async def _read(self, name: str, channels: Sequence[Channel]) -> Reading:
        trouble = self._troubles.get(name)
        if trouble and trouble.leave_alone_until > self._parts.clock.now():
            return Reading.WAITING
        source = self._parts.sources[name]
        try:
            reading = await _Reader(self._parts, source).read([each for each in channels if name in each.sources])
        except (AdapterError, OutOfAllowance) as problem:
            return await self._in_trouble(source, problem)
        except Exception:
            log.exception("source failed", source=name)
            return await self._in_trouble(source, Unavailable("it failed in a way nobody foresaw; see the log"))
        self._troubles.pop(name, None)
        if reading is Reading.DONE:
            async with self._parts.store.transaction() as tx:
                await clear_report(tx, INSTALLATION, f"source:{name}")
        return reading

    async def _in_trouble(self, source: PostSource, problem: StaffroomError) -> Reading:
        log.warning("source in trouble", source=source.name, problem=str(problem))
        match problem:
            case Throttled(until=until):
                self._troubles[source.name] = _Trouble(1, until)
                return Reading.WAITING
            case Unavailable() | Uncertain():
                earlier = self._troubles.get(source.name)
                self._troubles[source.name] = _one_more(earlier, self._parts.clock.now())
                return Reading.WAITING
            case _:
                async with self._parts.store.transaction() as tx:
                    await report(tx, self._parts, INSTALLATION, f"source:{source.name}", f"{source.label}: {problem}")
                return Reading.PART

    async def _mark(
        self, slots: Sequence[Slot], channels: Mapping[object, Channel], outcomes: Mapping[str, Reading]
    ) -> None:
        async with self._parts.store.transaction() as tx:
            for slot in slots:
                channel = channels.get(slot.channel)
                reading = _worst(outcomes[name] for name in (channel.sources if channel else ()) if name in outcomes)
                await tx.slots.set_reading([slot], reading)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """How often in a row a source failed, and until when it is left in peace."""

    failures: int
    leave_alone_until: datetime


def _one_more(earlier: _Trouble | None, now: datetime) -> _Trouble:
    """Pauses double up to a limit below the patience of a slot; what failed long ago is forgotten."""
    recent = earlier if earlier and now - earlier.leave_alone_until < FORGOTTEN_AFTER else None
    failures = recent.failures + 1 if recent else 1
    return _Trouble(failures, now + min(FIRST_PAUSE * (1 << min(failures - 1, 8)), LONGEST_PAUSE))


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

    async def read(self, channels: Sequence[Channel]) -> Reading:
        """Reads what these channels lack. In part, where an account could not be looked up for want of money."""
        async with self._parts.store.reading() as tx:
            spans = await self._spans(tx, channels)
            watched = await tx.topics.watched()
            known = await tx.topics.account_ids([topic for topic in watched if topic.kind is TopicKind.ACCOUNT])
        unknown = [topic for topic in spans if _is_unknown_account(topic, known)]
        affordable = await self._affordable(unknown)
        known |= await self._resolve(affordable)
        wants = await self._wants(spans, known, watched)
        index = TopicIndex(watched, known)
        read_until: dict[Topic, datetime] = {}
        async for batch in self._source.read(wants, self._allowance) if wants else _nothing():
            await self._keep(batch, index)
            read_until |= {topic: max(span.end, read_until.get(topic, span.end)) for topic, span in batch.covered}
        await self._keep_limits(wants, read_until)
        return Reading.DONE if len(affordable) == len(unknown) else Reading.PART

    async def _affordable(self, accounts: Sequence[Topic]) -> Sequence[Topic]:
        left, price = await self._allowance.left(), self._source.prices.user
        return accounts if left is None or not price else accounts[: left // SHARE_FOR_ACCOUNTS // price]

    async def _keep_limits(self, wants: Sequence[Want], read_until: Mapping[Topic, datetime]) -> None:
        """What a limit left out was left out on purpose, and is not asked for again tomorrow."""
        async with self._parts.store.transaction() as tx:
            for want in wants:
                end = min(want.span.end, read_until.get(want.topic, want.span.start))
                await tx.coverage.add(self._source.name, want.topic, Span(want.span.start, end))

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
            problem = (
                f"There is no open account @{handle} in the source {self._source.name}. Check its name, or unfollow it."
            )
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


async def _nothing() -> AsyncIterator[Batch]:
    return
    yield


def _labels(covered: Collection[tuple[Topic, Span]]) -> list[str]:
    return [topic.label for topic, _ in covered]
