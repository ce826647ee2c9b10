"""What channels lack of their topics: the time of each that has not been read, and who waits for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.channel import Channel
from bot.domain.coverage import Span, missing
from bot.domain.keys import ChannelKey
from bot.domain.reading.need import HEARD_COUNTS, VOLUME_HOLDS, Need
from bot.domain.reading.need import Reader as Waiting
from bot.domain.topic import Topic, TopicKind
from bot.ports import PostSource, Transaction
from bot.services.digest.selection import window
from bot.services.parts import Parts

FRESH_ENOUGH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Needs:
    """`now` is to be read at once, `later` by other slots of the same UTC day. `strangers` are accounts whose ids are
    not known, so that they cannot be read yet."""

    now: tuple[Need, ...]
    later: tuple[Need, ...]
    strangers: tuple[Topic, ...]


async def needs_of(
    tx: Transaction, parts: Parts, source: PostSource, due: Sequence[Channel], at: datetime | None = None
) -> Needs:
    """What these channels need of the source, and those whose slots come later that UTC day."""
    desk = await _Desk.gather(tx, parts, source, due, at or parts.clock.now())
    now = desk.spans_of(due)
    later = {topic: span for topic, span in desk.spans_of(desk.later).items() if topic not in now}
    strangers = tuple(topic for topic in now if desk.is_strange(topic))
    return Needs(await desk.needs(tx, now), await desk.needs(tx, later), strangers)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who follows what, and since when they need it."""

    parts: Parts
    source: PostSource
    now: datetime
    later: tuple[Channel, ...]
    topics: Mapping[Channel, Sequence[Topic]]
    windows: Mapping[Channel, Span]
    account_ids: Mapping[Topic, str]

    @classmethod
    async def gather(
        cls, tx: Transaction, parts: Parts, source: PostSource, due: Sequence[Channel], now: datetime
    ) -> "_Desk":
        later = tuple(await _later_today(tx, parts, source, due, now))
        followed = _by_channel(await tx.topics.followers())
        topics, windows = {}, {}
        for channel in (*due, *later):
            topics[channel] = [topic for topic in followed[channel.key] if topic.source in {"", source.name}]
            windows[channel] = window(await tx.digests.last(channel.key), now)
        accounts = {topic for each in topics.values() for topic in each if topic.kind is TopicKind.ACCOUNT}
        return cls(parts, source, now, later, topics, windows, await tx.topics.account_ids(accounts))

    def is_strange(self, topic: Topic) -> bool:
        return topic.kind is TopicKind.ACCOUNT and topic not in self.account_ids

    def spans_of(self, channels: Sequence[Channel]) -> dict[Topic, Span]:
        """For each of their topics the longest time any of them needs, as far as the source looks back."""
        earliest = self.now - self.source.reach.looks_back + FRESH_ENOUGH
        spans: dict[Topic, Span] = {}
        for channel in channels:
            for topic in self.topics[channel]:
                start = max(self.windows[channel].start, earliest)
                known = spans.get(topic)
                spans[topic] = Span(min(start, known.start) if known else start, self.now)
        return spans

    async def needs(self, tx: Transaction, spans: Mapping[Topic, Span]) -> tuple[Need, ...]:
        name, topics = self.source.name, [topic for topic in spans if not self.is_strange(topic)]
        covered = await tx.coverage.of(name, topics, min((span.start for span in spans.values()), default=self.now))
        heard = await tx.readings.of(name, topics, self.now - HEARD_COUNTS)
        volumes = await tx.readings.volumes(name, topics, self.now - VOLUME_HOLDS)
        return tuple(
            Need(
                topic,
                gap,
                self._waiting_for(topic),
                self.account_ids.get(topic, ""),
                tuple(heard[topic]),
                volumes.get(topic),
            )
            for topic in topics
            for gap in missing(spans[topic], covered[topic])
            if gap.length > FRESH_ENOUGH
        )

    def _waiting_for(self, topic: Topic) -> tuple[Waiting, ...]:
        return tuple(
            Waiting(channel.key, channel.size, len(topics), tuple(channel.school(self.parts.school).languages))
            for channel, topics in self.topics.items()
            if topic in topics
        )


def _by_channel(followers: Mapping[Topic, Sequence[ChannelKey]]) -> dict[ChannelKey, list[Topic]]:
    followed: defaultdict[ChannelKey, list[Topic]] = defaultdict(list)
    for topic, channels in followers.items():
        for channel in channels:
            followed[channel].append(topic)
    return followed


async def _later_today(
    tx: Transaction, parts: Parts, source: PostSource, due: Sequence[Channel], now: datetime
) -> list[Channel]:
    """Other channels that read the source and have a digest before the source's billing day ends."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    here = {channel.key for channel in due}
    found: list[Channel] = []
    for channel in await tx.channels.all():
        if channel.key in here or source.name not in channel.sources or not parts.chat_of(channel.key.workspace):
            continue
        slot = await tx.slots.next_due(channel.key)
        if slot is not None and slot.due_at < midnight:
            found.append(channel)
    return found
