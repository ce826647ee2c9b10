"""What reading will cost, by what is known of each topic: for /pln follow before it costs, and for /pln budget."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.domain.budget import NOTHING, Money
from bot.domain.calendar.school import School
from bot.domain.channel import Channel
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey
from bot.domain.reading.forecast import DAYS_IN_A_MONTH, Forecast, forecast
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.need import HEARD_COUNTS, VOLUME_HOLDS, Means, Need, Reader
from bot.domain.topic import Topic, TopicKind
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts

COUNTABLE = {TopicKind.HASHTAG, TopicKind.PHRASE}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReadingCosts:
    """All that is read of one source: who follows each topic, and what is known of it."""

    source: PostSource
    now: datetime
    school: School
    channels: Mapping[ChannelKey, Channel]
    followers: Mapping[Topic, Sequence[ChannelKey]]
    heard: Mapping[Topic, Sequence[Heard]]
    volumes: Mapping[Topic, Volume]

    @classmethod
    async def gather(
        cls, tx: Transaction, parts: Parts, source: PostSource, also: Collection[Topic] = ()
    ) -> "ReadingCosts":
        """With what is known of some topics more, that nobody may follow."""
        name, now = source.name, parts.clock.now()
        channels = {channel.key: channel for channel in await tx.channels.all() if name in channel.sources}
        read = {
            topic: [key for key in keys if key in channels]
            for topic, keys in (await tx.topics.followers()).items()
            if is_read_at(source, topic)
        }
        followers = {topic: keys for topic, keys in read.items() if keys}
        topics = [*followers, *(topic for topic in also if topic not in followers)]
        heard = await tx.readings.of(name, topics, now - HEARD_COUNTS)
        volumes = await tx.readings.volumes(name, topics, now - VOLUME_HOLDS)
        return cls(source, now, parts.school, channels, followers, heard, volumes)

    def joined_by(self, channel: Channel, topics: Collection[Topic]) -> "ReadingCosts":
        """The same, if these topics were followed there as well."""
        more = {topic: self._with(channel.key, topic) for topic in topics if is_read_at(self.source, topic)}
        return replace(self, channels={**self.channels, channel.key: channel}, followers={**self.followers, **more})

    def _with(self, channel: ChannelKey, topic: Topic) -> Sequence[ChannelKey]:
        return list(dict.fromkeys([*self.followers.get(topic, ()), channel]))

    def is_known(self, topic: Topic) -> bool:
        """Whether it was read or counted lately."""
        return bool(self.heard.get(topic)) or topic in self.volumes

    def followed_by(self, channel: ChannelKey) -> list[Topic]:
        return [topic for topic, keys in self.followers.items() if channel in keys]

    def per_topic(self, topics: Collection[Topic] | None = None) -> dict[Topic, Forecast]:
        """Of these that somebody follows, or of all."""
        topics_of = Counter(key for keys in self.followers.values() for key in keys)
        means = Means(self.now, self.source.prices, self.source.reach)
        return {
            topic: forecast(self._need(topic, keys, topics_of), means, self._digests_a_week(keys))
            for topic, keys in self.followers.items()
            if topics is None or topic in topics
        }

    def _need(self, topic: Topic, keys: Sequence[ChannelKey], topics_of: Mapping[ChannelKey, int]) -> Need:
        readers = tuple(
            Reader(key, channel.size, topics_of[key], tuple(channel.school(self.school).languages))
            for key, channel in ((key, self.channels[key]) for key in keys)
        )
        yesterday = Span(self.now - DAY, self.now)
        heard = tuple(self.heard.get(topic, ()))
        return Need(topic, yesterday, readers, heard=heard, volume=self.volumes.get(topic))

    def _digests_a_week(self, keys: Sequence[ChannelKey]) -> int:
        return max(len(self.channels[key].schedule.days) for key in keys)

    def per_month(self) -> Money:
        return a_month(self.per_topic())


def a_month(forecasts: Mapping[Topic, Forecast]) -> Money:
    return Money(sum(each.per_month for each in forecasts.values()))


@dataclass(frozen=True, slots=True)
class Price:
    """What following topics costs: `per_day` are the posts each has in a day, None where nobody knows, `added` what it
    adds in a month. `planned` is what this whole month costs with them: spent already, or expected; `a_month` what any
    30 days do."""

    per_day: Mapping[Topic, float | None]
    added: Money
    planned: Money
    a_month: Money


async def price_of(tx: Transaction, parts: Parts, channel: Channel, topics: Sequence[Topic]) -> Price | None:
    """What it costs if the channel follows these topics, too; None where reading costs nothing."""
    if not any(source.name in channel.sources for source in priced_sources(parts)):
        return None
    per_day: dict[Topic, float | None] = dict.fromkeys(topics)
    added, coming = 0, 0
    for source in priced_sources(parts):
        costs = await ReadingCosts.gather(tx, parts, source, topics)
        forecasts = costs.per_topic()
        if source.name in channel.sources:
            changed = changed_by(costs, channel, topics)
            added += a_month(changed) - sum(forecasts[topic].per_month for topic in changed if topic in forecasts)
            forecasts |= changed
        coming += a_month(forecasts)
        per_day = {topic: _together(per_day[topic], forecasts.get(topic)) for topic in topics}
    spent = await spent_this_month(tx, parts)
    planned = Money(spent + rest_of_month(Money(coming), parts.clock.now()))
    return Price(per_day, Money(max(added, 0)), planned, Money(coming))


def changed_by(costs: ReadingCosts, channel: Channel, topics: Collection[Topic]) -> dict[Topic, Forecast]:
    """What is read otherwise once the channel follows these topics as well: they, and its others, of which less is
    needed then."""
    joined = costs.joined_by(channel, topics)
    return joined.per_topic(joined.followed_by(channel.key))


def _together(known: float | None, more: Forecast | None) -> float | None:
    if more is None or more.per_day is None:
        return known
    return more.per_day + (known or 0.0)


async def expected_a_month(tx: Transaction, parts: Parts) -> dict[Topic, Money]:
    """What 30 days of each topic that is followed cost."""
    expected: Counter[Topic] = Counter()
    for source in priced_sources(parts):
        costs = await ReadingCosts.gather(tx, parts, source)
        expected.update({topic: each.per_month for topic, each in costs.per_topic().items()})
    return {topic: Money(cost) for topic, cost in expected.items()}


async def spent_this_month(tx: Transaction, parts: Parts) -> Money:
    _, month = await tx.ledger.spent(parts.clock.now().astimezone(UTC).date())
    return month


def rest_of_month(per_month: Money, now: datetime) -> Money:
    """Of what 30 days cost, the part that falls between now and the end of the UTC month."""
    return Money(round(per_month * (month_ends(now) - now) / (DAY * DAYS_IN_A_MONTH)))


def month_ends(now: datetime) -> datetime:
    first = now.astimezone(UTC).date().replace(day=1)
    return datetime.combine((first + timedelta(days=31)).replace(day=1), time(), UTC)


def priced_sources(parts: Parts) -> list[PostSource]:
    return [source for source in parts.sources.values() if source.prices.post > NOTHING]


def is_read_at(source: PostSource, topic: Topic) -> bool:
    return topic.source in {"", source.name}
