"""Reads one source once for several channels, as the plan says."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

import structlog

from bot.domain.channel import Channel
from bot.domain.choosing import read_ahead
from bot.domain.keys import ChannelKey
from bot.domain.matching import TopicIndex
from bot.domain.reading.need import Means, Need
from bot.domain.reading.plan import PlannedCount, ReadingPlan, plan
from bot.domain.topic import Topic, TopicKind
from bot.errors import OutOfAllowance, Rejected
from bot.flow.collect.accounts import resolve
from bot.flow.collect.hearing import Hearing
from bot.flow.collect.needs import Needs, needs_of
from bot.flow.collect.purse import Purse, purse_of
from bot.flow.collect.suspicions import make_sure
from bot.flow.collect.volumes import keep_volume
from bot.ports import Batch, PostSource, Query, Want
from bot.services.parts import Parts
from bot.services.reading.silences import report_silences
from bot.services.reading.troubles import money_is_short, nothing_rejected, source_failed

HEARD_KEPT_FOR = timedelta(days=60)

MORE_ROUNDS = 2
"""Of reading what was left out."""
MOST_REJECTED = 12
"""Refusals in one reading, after which searches are no longer asked for in halves. A refusal costs nothing."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Planned:
    """`out_of_reach` are topics that cannot be read for want of money."""

    plan: ReadingPlan
    needs: tuple[Need, ...]
    watched: tuple[Topic, ...]
    index: TopicIndex
    out_of_reach: frozenset[Topic]


class Reader:
    """One source, read once for several channels."""

    def __init__(self, parts: Parts, source: PostSource) -> None:
        self._parts = parts
        self._source = source

    async def read(self, channels: Sequence[Channel]) -> set[ChannelKey]:
        """Reads what these channels lack, and returns those of them for which that was done in part: for want of money,
        or because the source refused a request. Raises AdapterError where nothing more can be read now."""
        purse = await purse_of(self._parts, self._source)
        self._allowance = purse.allowance
        try:
            planned = await self._planned(channels, purse)
        except OutOfAllowance as problem:
            await source_failed(self._parts, self._source, problem)
            return {channel.key for channel in channels}
        unread, short = await self._read_all(planned, channels)
        await self._tell_of_silences(planned)
        await self._forget_old()
        starved = {channel for topic in {*unread, *planned.out_of_reach} for channel in purse.followers.get(topic, [])}
        waiting = {reader.channel for need in planned.needs if need.topic in short for reader in need.readers}
        in_part = {channel.key for channel in channels} & waiting
        if in_part:
            await money_is_short(self._parts, self._source, len(in_part))
        return in_part | ({channel.key for channel in channels} & starved)

    async def _read_all(self, planned: _Planned, channels: Sequence[Channel]) -> tuple[set[Topic], set[Topic]]:
        """Often less is billed than was planned, for a post that has several of the topics is billed once: what is left
        is for what was left out. Returns topics of which something is missing, and those for which money is short."""
        unread, short, made = await self._read_by(planned), set(planned.plan.short), planned.plan
        for _ in range(MORE_ROUNDS):
            left_out = {each.need.topic for each in made.left_out} - {read.want.topic for read in made.reads}
            if unread or not left_out:
                break
            made = await self._plan(await self._needs(channels), await purse_of(self._parts, self._source))
            if not made.reads:
                break
            unread = await self._read_by(replace(planned, plan=made))
            short = (short - left_out) | made.short
        return unread, short

    async def _planned(self, channels: Sequence[Channel], purse: Purse) -> _Planned:
        """Accounts are looked up and topics counted first, where the plan cannot do without."""
        needs = await self._needs(channels)
        out_of_reach = await resolve(self._parts, self._source, needs.strangers, self._allowance)
        if needs.strangers:
            needs = await self._needs(channels)
        made = await self._plan(needs, purse)
        if made.counts:
            await self._count(made.counts)
            needs = await self._needs(channels)
            made = await self._plan(needs, purse)
        async with self._parts.store.reading() as tx:
            watched = await tx.topics.watched()
            account_ids = await tx.topics.account_ids([each for each in watched if each.kind is TopicKind.ACCOUNT])
        ours = tuple(each for each in watched if each.source in {"", self._source.name})
        return _Planned(made, needs.now, ours, TopicIndex(watched, account_ids), frozenset(out_of_reach))

    async def _needs(self, channels: Sequence[Channel]) -> Needs:
        async with self._parts.store.reading() as tx:
            return await needs_of(tx, self._parts, self._source, channels)

    async def _plan(self, needs: Needs, purse: Purse) -> ReadingPlan:
        """Beside the event loop: hundreds of topics take a while."""
        means = Means(
            self._parts.clock.now(),
            self._source.prices,
            self._source.reach,
            await self._allowance.left(),
            purse.of_channels,
            pack=lambda wants: [query.wants for query in self._source.queries(wants)],
        )
        return await asyncio.to_thread(plan, needs.now, means, needs.later)

    async def _count(self, counts: Iterable[PlannedCount]) -> None:
        """What is not counted is read carefully instead."""
        for each in counts:
            try:
                counted = await self._source.count(each.topic, each.span, self._allowance)
            except (Rejected, OutOfAllowance) as problem:
                log.warning("not counted", source=self._source.name, topic=each.topic.label, problem=str(problem))
            else:
                await keep_volume(self._parts, self._source, each.topic, counted, self._allowance)

    async def _read_by(self, planned: _Planned) -> set[Topic]:
        """Reads all that is planned, and returns topics of which something is missing. What one query is refused for
        does not keep the others from being read."""
        made = planned.plan
        queries = self._source.queries([each.want for each in made.reads])
        log.info("reading", source=self._source.name, queries=len(queries), expects=round(made.posts), most=made.worst)
        unread: set[Topic] = set()
        rejected, waiting = 0, deque(queries)
        while waiting:
            query = waiting.popleft()
            try:
                await self._ask(query, planned.index)
            except Rejected as problem:
                rejected += 1
                if len(query.wants) > 1 and rejected <= MOST_REJECTED:
                    waiting.extendleft(self._halved(query))
                    continue
                await source_failed(self._parts, self._source, problem)
                unread |= {want.topic for want in query.wants}
            except OutOfAllowance as problem:
                await source_failed(self._parts, self._source, problem)
                return unread | {want.topic for left in (query, *waiting) for want in left.wants}
        if not rejected:
            await nothing_rejected(self._parts, self._source)
        return unread

    def _halved(self, query: Query) -> Sequence[Query]:
        """One topic that a source cannot make anything of must not keep those beside it from being read."""
        middle = len(query.wants) // 2
        return [half for wants in (query.wants[:middle], query.wants[middle:]) for half in self._source.queries(wants)]

    async def _ask(self, query: Query, index: TopicIndex) -> None:
        hearing = Hearing(query.wants, index)
        async for batch in self._source.read(query.wants, self._allowance):
            await self._keep(batch, hearing, query.wants)

    async def _keep(self, batch: Batch, hearing: Hearing, wants: Sequence[Want]) -> None:
        name, now = self._source.name, self._parts.clock.now()
        matches = hearing.hear(batch)
        async with self._parts.store.transaction() as tx:
            await self._allowance.settle_in(tx, batch.receipt)
            await tx.posts.add([post for post in batch.posts if matches[post.key]], matches, now)
            await tx.posts.put_authors(batch.authors, now)
            for topic, span in batch.covered:
                await tx.coverage.add(name, topic, span, batch.filter)
            if batch.ends:
                await tx.readings.add(name, hearing.heard(now))
                for want in wants:
                    await tx.coverage.add(name, want.topic, hearing.settled_span(want), batch.filter)
        read_ahead(batch.posts)
        for problem in batch.problems:
            log.info("left out by the source", source=name, problem=problem)
        log.info("read", source=name, posts=len(batch.posts), wasted=hearing.wasted, topics=_labels(wants))

    async def _forget_old(self) -> None:
        """What no plan looks at any more, and which posts were billed on days that are over."""
        now = self._parts.clock.now()
        async with self._parts.store.transaction() as tx:
            await tx.readings.forget_before(now - HEARD_KEPT_FOR)
            await tx.ledger.forget_billed_before(now.astimezone(UTC).date() - timedelta(days=1))

    async def _tell_of_silences(self, planned: _Planned) -> None:
        """Where only what many liked is read, nobody knows whether there is nothing or nothing that many liked: that is
        counted first."""
        read = list(dict.fromkeys(need.topic for need in planned.needs))
        if read:
            await make_sure(self._parts, self._source, read, self._allowance)
            await report_silences(self._parts, self._source, read, planned.watched)


def _labels(wants: Sequence[Want]) -> list[str]:
    return [want.topic.label for want in wants]
