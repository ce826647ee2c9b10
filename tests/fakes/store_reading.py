"""Topics, channels, what was read of them, and calendars in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.calendar.school import CalendarRead
from bot.domain.channel import AtOnce, Channel, Following, Freshness, Origin, Workspace
from bot.domain.coverage import Span, merged
from bot.domain.keys import ChannelKey
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.schedule import SlotState
from bot.domain.topic import Topic
from bot.errors import StoreError
from tests.fakes.store_data import Data, topic_key


class FakeTopics:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def follow(self, channel: ChannelKey, topic: Topic, origin: Origin, by: str | None, at: datetime) -> bool:
        storable(at)
        if channel not in self._data.channels:
            raise StoreError("There is no such channel.")
        known = self._data.topics.setdefault(topic_key(topic), storable(topic))
        key = (channel, topic_key(topic))
        is_new = key not in self._data.following
        self._data.following.setdefault(key, Following(known, origin, by))
        return is_new

    async def unfollow(self, channel: ChannelKey, topic: Topic) -> bool:
        return self._data.following.pop((channel, topic_key(topic)), None) is not None

    async def followed(self, channel: ChannelKey) -> list[Following]:
        return [each for (follower, _), each in self._data.following.items() if follower == channel]

    async def watched(self) -> list[Topic]:
        followed = {key for _, key in self._data.following}
        return [topic for key, topic in sorted(self._data.topics.items()) if key in followed]

    async def account_ids(self, topics: Collection[Topic]) -> dict[Topic, str]:
        known = self._data.account_ids
        return {topic: known[topic_key(topic)] for topic in topics if topic_key(topic) in known}

    async def set_account_id(self, topic: Topic, account_id: str) -> None:
        self._data.topics.setdefault(topic_key(topic), storable(topic))
        self._data.account_ids[topic_key(topic)] = account_id

    async def set_at_once(self, channel: ChannelKey, topic: Topic, at_once: AtOnce | None) -> bool:
        key = (channel, topic_key(topic))
        if key not in self._data.following:
            return False
        self._data.following[key] = replace(self._data.following[key], at_once=at_once)
        return True

    async def wanted_at_once(self) -> dict[ChannelKey, dict[Topic, AtOnce]]:
        wanted: dict[ChannelKey, dict[Topic, AtOnce]] = {}
        for (channel, _), each in sorted(self._data.following.items(), key=lambda kept: kept[0]):
            if each.at_once is not None:
                wanted.setdefault(channel, {})[each.topic] = each.at_once
        return wanted

    async def followers(self) -> dict[Topic, list[ChannelKey]]:
        return {
            topic: sorted(channel for channel, followed in self._data.following if followed == topic_key(topic))
            for topic in await self.watched()
        }


class FakeChannels:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def put_workspace(self, workspace: Workspace) -> None:
        self._data.workspaces[workspace.id] = storable(workspace)

    async def workspaces(self) -> list[Workspace]:
        return [self._data.workspaces[id_] for id_ in sorted(self._data.workspaces)]

    async def put(self, channel: Channel) -> None:
        if channel.key.workspace not in self._data.workspaces:
            raise StoreError("There is no such workspace.")
        self._data.channels[channel.key] = storable(channel)

    async def get(self, key: ChannelKey) -> Channel | None:
        return self._data.channels.get(key)

    async def all(self) -> list[Channel]:
        return [self._data.channels[key] for key in sorted(self._data.channels)]

    async def remove(self, key: ChannelKey) -> None:
        self._data.channels.pop(key, None)
        for follower, topic in list(self._data.following):
            if follower == key:
                del self._data.following[follower, topic]
        for id_, row in list(self._data.slots.items()):
            if row.slot.channel == key and row.slot.state is SlotState.PLANNED:
                del self._data.slots[id_]


class FakeCoverage:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, source: str, topic: Topic, span: Span, filter: Filter = EVERYTHING) -> None:  # noqa: A002
        self._data.topics.setdefault(topic_key(topic), storable(topic))
        key = (source, topic_key(topic), filter.key)
        self._data.coverage[key] = tuple(merged([storable(span), *self._data.coverage.get(key, ())]))

    async def of(
        self,
        source: str,
        topics: Collection[Topic],
        since: datetime,
        filter: Filter | None = None,  # noqa: A002
    ) -> dict[Topic, list[Span]]:
        wanted = None if filter is None else filter.key
        return {topic: self._since(source, topic, since, wanted) for topic in topics}

    def _since(self, source: str, topic: Topic, since: datetime, wanted: str | None) -> list[Span]:
        spans = self._spans(source, topic, wanted)
        return merged(Span(max(span.start, since), span.end) for span in spans if span.end > since)

    def _spans(self, source: str, topic: Topic, wanted: str | None = None) -> list[Span]:
        here = (source, topic_key(topic))
        return [
            span
            for (*place, filter_key), spans in self._data.coverage.items()
            if tuple(place) == here and wanted in {None, filter_key}
            for span in spans
        ]

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        return [self._freshness(source, topic) for topic in topics]

    def _freshness(self, source: str, topic: Topic) -> Freshness:
        read = [span.end for span in self._spans(source, topic)]
        posts = [
            self._data.posts[post].created_at
            for post, key in self._data.matches
            if key == topic_key(topic) and post.source == source
        ]
        return Freshness(topic, max(read, default=None), max(posts, default=None))


class FakeReadings:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, source: str, heard: Sequence[Heard]) -> None:
        for each in heard:
            self._data.topics.setdefault(topic_key(each.topic), storable(each.topic))
            number = max(self._data.heard, default=0) + 1
            self._data.heard[number] = (source, storable(each))

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Heard]]:
        found: dict[Topic, list[Heard]] = {topic: [] for topic in topics}
        for there, heard in self._data.heard.values():
            if there == source and heard.topic in found and heard.at >= since:
                found[heard.topic].append(heard)
        return {topic: sorted(heard, key=_newest_first) for topic, heard in found.items()}

    async def put_volume(self, source: str, volume: Volume) -> None:
        self._data.topics.setdefault(topic_key(volume.topic), storable(volume.topic))
        self._data.volumes[source, topic_key(volume.topic)] = storable(volume)

    async def volumes(self, source: str, topics: Collection[Topic], not_before: datetime) -> dict[Topic, Volume]:
        known = {topic: self._data.volumes.get((source, topic_key(topic))) for topic in topics}
        return {
            topic: replace(volume, topic=topic)
            for topic, volume in known.items()
            if volume and volume.counted_at >= not_before
        }

    async def forget_before(self, at: datetime) -> None:
        for number in [number for number, (_, heard) in self._data.heard.items() if heard.at < at]:
            del self._data.heard[number]
        for key in [key for key, volume in self._data.volumes.items() if volume.counted_at < at]:
            del self._data.volumes[key]


def _newest_first(heard: Heard) -> tuple[float, float, float]:
    return -heard.at.timestamp(), -heard.span.end.timestamp(), -heard.span.start.timestamp()


class FakeCalendars:
    def __init__(self, data: Data) -> None:
        self._calendars = data.calendars

    async def put(self, calendar: CalendarRead) -> None:
        self._calendars[storable_text(calendar.place)] = storable(calendar)

    async def of(self, places: Collection[str]) -> dict[str, CalendarRead]:
        known = {place: self._calendars.get(storable_text(place)) for place in places}
        return {place: calendar for place, calendar in known.items() if calendar}
