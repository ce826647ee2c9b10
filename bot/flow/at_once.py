"""At once: topics that are followed "now" are looked at every few minutes in school hours, all in one read, and what is
new of them comes as single cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.commands.topics.at_once import MOST_AN_HOUR
from bot.domain.budget import NOTHING, Money, Purpose
from bot.domain.calendar.hours import school_hours
from bot.domain.channel import AtOnce, Channel, NewSlot, Slot
from bot.domain.choosing import seen_keys
from bot.domain.content import ShowCard
from bot.domain.coverage import Span, missing
from bot.domain.delivery import NewDelivery
from bot.domain.digest import Candidate, Digest, DigestItem
from bot.domain.keys import ChannelKey
from bot.domain.reading.filter import Filter
from bot.domain.schedule import SlotKind, SlotState
from bot.domain.topic import Topic, TopicKind
from bot.errors import AdapterError, OutOfAllowance
from bot.flow.bought import keep
from bot.flow.introduce import introduce_freely
from bot.flow.layout import save_seeds
from bot.flow.unwind import unwind
from bot.ports import PostSource, Transaction, Want
from bot.services.digest.calendars import openings_of
from bot.services.digest.selection import admitted, window
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.reading.means import can_pay
from bot.services.reading.spending import SpendingAllowance
from bot.services.reading.troubles import source_failed, source_worked
from bot.services.wording import counted

LOOKED_FOR_EVERY = timedelta(minutes=1)
"""How often it is asked whether anybody wants something at once."""
POSTS = 10
"""Of one topic and one look, the newest of them."""
LATE = timedelta(minutes=2)
"""A post may be found only a while after it was written; one that comes twice is billed once a day."""
HOUR = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watcher:
    """A channel in its school hours, and what it wants at once."""

    channel: Channel
    hours: Span
    topics: Mapping[Topic, AtOnce]


class AtOnceReader:
    """What it remembers is only when to look again, and may be lost: the ledger knows when a source was asked."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looked_at: datetime | None = None
        self._asked_at: dict[str, datetime] = {}

    async def turn(self) -> None:
        """Reads what is due, and shows what is new of it."""
        now = self._parts.clock.now()
        if self._looked_at is not None and abs(now - self._looked_at) < LOOKED_FOR_EVERY:
            return
        self._looked_at = now
        async with self._parts.store.reading() as tx:
            watchers = await _watchers(tx, self._parts, now)
        read = [name for name in self._sources_of(watchers) if await self._read(name, watchers)]
        for watcher in watchers if read else ():
            await _show(self._parts, watcher)

    def _sources_of(self, watchers: Sequence[Watcher]) -> list[str]:
        used = dict.fromkeys(name for each in watchers for name in each.channel.sources)
        return [name for name in used if name in self._parts.sources]

    async def _read(self, name: str, watchers: Sequence[Watcher]) -> bool:
        """False where it was not time yet, or where nothing could be read."""
        source, now = self._parts.sources[name], self._parts.clock.now()
        if self._parts.breakers.is_open(name, now) or not await self._is_due(name, now):
            return False
        self._asked_at[name] = now
        try:
            await _read(self._parts, source, [each for each in watchers if name in each.channel.sources])
        except OutOfAllowance as problem:
            log.info("no money to read at once", source=name, problem=str(problem))
            return False
        except AdapterError as problem:
            await source_failed(self._parts, source, problem)
            return False
        await source_worked(self._parts, source)
        return True

    async def _is_due(self, source: str, now: datetime) -> bool:
        """By the ledger, too, so that neither a restart nor a second process looks twice. What lies further ahead was
        written down by a clock that has been set back."""
        every = self._parts.spending.at_once_every
        if (asked_at := self._asked_at.get(source)) is not None and abs(now - asked_at) < every:
            return False
        async with self._parts.store.reading() as tx:
            entries = await tx.ledger.entries((now - every).date(), now.date())
        ours = [each for each in entries if each.reservation.purpose is Purpose.AT_ONCE]
        return not any(each.reservation.source == source and abs(now - each.at) < every for each in ours)


async def _watchers(tx: Transaction, parts: Parts, now: datetime) -> list[Watcher]:
    found = []
    for key, topics in (await tx.topics.wanted_at_once()).items():
        channel = await tx.channels.get(key)
        if channel is None or channel.stopped or parts.chat_of(key.workspace) is None:
            continue
        hours = school_hours(channel.schedule, await openings_of(tx, parts, channel), channel.paused_until, now)
        if hours and await can_pay(tx, parts, channel, _smallest_look(parts, channel)):
            found.append(Watcher(channel, hours, topics))
    return found


def _smallest_look(parts: Parts, channel: Channel) -> Money:
    """What the least that a source can be asked for may cost."""
    sources = [parts.sources[name] for name in channel.sources if name in parts.sources]
    return min((Money(each.reach.smallest_page * each.prices.post) for each in sources), default=NOTHING)


async def _read(parts: Parts, source: PostSource, watchers: Sequence[Watcher]) -> None:
    async with parts.store.reading() as tx:
        wants = await _wants(tx, parts, source, watchers)
    allowance = SpendingAllowance(
        parts.store,
        parts.clock,
        parts.caps,
        source.name,
        source.prices,
        purpose=Purpose.AT_ONCE,
        payers=_payers(watchers),
    )
    async for batch in source.read(wants, allowance):
        await keep(parts, allowance, batch, coverage_of="" if batch.filter.min_likes else source.name)


async def _wants(tx: Transaction, parts: Parts, source: PostSource, watchers: Sequence[Watcher]) -> list[Want]:
    """A topic once for each number of likes that somebody waits for. Without one, what was read already is not asked
    for again; with one, likes are still growing."""
    now, since = parts.clock.now(), _since(source, watchers)
    ids = await tx.topics.account_ids([topic for topic, _ in since if topic.kind is TopicKind.ACCOUNT])
    wants = []
    for (topic, min_likes), start in since.items():
        asked_for = Filter(min_likes=min_likes, replies=False)
        span = Span(start, now)
        covered = [] if min_likes else (await tx.coverage.of(source.name, [topic], start, asked_for))[topic]
        wants += [
            Want(topic, Span(max(start, gap.start - LATE), now), POSTS, ids.get(topic, ""), asked_for)
            for gap in missing(span, covered)[-1:]
        ]
    return wants


def _since(source: PostSource, watchers: Sequence[Watcher]) -> dict[tuple[Topic, int], datetime]:
    """From when on each is wanted: what was written in school hours. What came before is the digest's."""
    since: dict[tuple[Topic, int], datetime] = {}
    for watcher in watchers:
        for topic, at_once in watcher.topics.items():
            if topic.source in {"", source.name}:
                key = topic, at_once.min_likes
                since[key] = min(watcher.hours.start, since.get(key, watcher.hours.start))
    return since


def _payers(watchers: Sequence[Watcher]) -> dict[Topic, list[ChannelKey]]:
    payers: dict[Topic, list[ChannelKey]] = {}
    for watcher in watchers:
        for topic in watcher.topics:
            payers.setdefault(topic, []).append(watcher.channel.key)
    return payers


async def _show(parts: Parts, watcher: Watcher) -> None:
    """Who wrote a post, and where its short links lead, may turn out to be somebody or something that the channel keeps
    out: each is looked at again when it is shown."""
    async with parts.store.reading() as tx:
        chosen = await _chosen(tx, parts, watcher)
    posts = [candidate.post for candidate in chosen]
    for name in {post.key.source for post in posts} & set(parts.sources):
        await introduce_freely(parts, parts.sources[name], [post for post in posts if post.key.source == name])
    await unwind(parts, posts)
    for candidate in chosen:
        async with parts.store.transaction() as tx:
            await _show_one(tx, parts, watcher, candidate)


async def _chosen(tx: Transaction, parts: Parts, watcher: Watcher) -> list[Candidate]:
    """The most liked ones that the channel has not seen, as many as an hour may bring; oldest first."""
    now, key = parts.clock.now(), watcher.channel.key
    shown = await tx.slots.latest(key, SlotKind.AT_ONCE, MOST_AN_HOUR)
    room = MOST_AN_HOUR - sum(slot.due_at > now - HOUR for slot in shown)
    if room <= 0:
        return []
    span = Span(watcher.hours.start, now)
    candidates = await tx.posts.candidates(key, watcher.channel.sources, span)
    wanted = [each for each in candidates if _topic_of(each, watcher) and each.post.created_at >= span.start]
    fit = await admitted(tx, parts, watcher.channel, wanted, unseen=True)
    best = sorted(fit, key=lambda each: (-each.post.metrics.likes, each.post.created_at, each.post.key))[:room]
    return sorted(best, key=lambda each: (each.post.created_at, each.post.key))


def _topic_of(candidate: Candidate, watcher: Watcher) -> Topic | None:
    """Why it comes at once; None where it does not."""
    likes = candidate.post.metrics.likes
    mine = [topic for topic in candidate.topics if topic in watcher.topics]
    return next((topic for topic in mine if likes >= watcher.topics[topic].min_likes), None)


async def _show_one(tx: Transaction, parts: Parts, watcher: Watcher, candidate: Candidate) -> None:
    now, channel, key = parts.clock.now(), watcher.channel, candidate.post.key
    post, topic = (await tx.posts.get([key])).get(key), _topic_of(candidate, watcher)
    if post is None or topic is None:
        return
    current = Candidate(post, candidate.topics, candidate.read_at)
    new = NewSlot(new_id(), channel.key, SlotKind.AT_ONCE, f"{key.source}:{key.id}", now)
    if not await admitted(tx, parts, channel, [current], unseen=True) or not await tx.slots.plan(new):
        return
    window_start = window(await tx.digests.last(channel.key), now).start
    item = DigestItem(1, key, _why(topic, watcher.topics[topic], post.metrics.likes))
    digest = Digest(new.id, channel.key, window_start, window_start, (item,), (topic.label,), 1, now)
    await tx.digests.put(digest, seen_keys(post), now)
    await tx.outbox.put(_card(parts, channel, new.id), now)
    await tx.slots.finish(Slot(new.id, channel.key, new.kind, new.key, now), SlotState.COMPOSED, "shown at once")
    log.info("shown at once", channel=channel.key.channel, topic=topic.label)


def _why(topic: Topic, at_once: AtOnce, likes: int) -> str:
    counts = f" · {counted(likes, 'like')}" if at_once.min_likes else ""
    return f"{topic.label} · new, shown at once{counts}"


def _card(parts: Parts, channel: Channel, slot: str) -> NewDelivery:
    able = parts.abilities(channel.key.workspace)
    seeds = save_seeds(channel, able, tuple(parts.shelves))
    content = (ShowCard(slot, 1, alone=True),)
    return NewDelivery(new_id(), f"slot:{slot}:1", channel.key, content, slot=slot, seeds=seeds)
