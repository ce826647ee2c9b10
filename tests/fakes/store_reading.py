"""Topics, channels, posts, coverage and calendars in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.calendar.school import CalendarRead
from bot.domain.channel import Channel, Following, Freshness, Origin, Workspace
from bot.domain.coverage import Span, merged
from bot.domain.digest import Candidate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Author, Link, Post
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


class FakePosts:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        self._data.posts |= {post.key: storable(post) for post in posts}
        self._data.read_at |= {post.key: storable(at) for post in posts}
        for key, topics in matches.items():
            if key not in self._data.posts:
                raise StoreError("There is no such post.")
            for topic in topics:
                self._data.topics.setdefault(topic_key(topic), storable(topic))
                self._data.matches[key, topic_key(topic)] = None

    async def get(self, keys: Collection[PostKey]) -> dict[PostKey, Post]:
        return {key: self._data.posts[key] for key in keys if key in self._data.posts}

    async def candidates(self, channel: ChannelKey, sources: Collection[str], span: Span) -> list[Candidate]:
        followed = {topic: each.topic for (who, topic), each in self._data.following.items() if who == channel}
        found = [
            Candidate(post, topics, self._data.read_at[post.key])
            for post in self._data.posts.values()
            if post.key.source in sources
            and span.start <= post.created_at < span.end
            and (topics := tuple(followed[key] for key in followed if (post.key, key) in self._data.matches))
        ]
        return sorted(found, key=lambda each: (-each.post.created_at.timestamp(), each.post.key))

    async def put_links(self, key: PostKey, links: Sequence[Link]) -> None:
        if key in self._data.posts:
            self._data.posts[key] = storable(replace(self._data.posts[key], links=tuple(links)))

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None:
        self._data.authors |= {(author.source, author.id): (storable(author), storable(at)) for author in authors}

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        known = {id_: self._data.authors[source, id_] for id_ in ids if (source, id_) in self._data.authors}
        return {id_: author for id_, (author, at) in known.items() if not_before is None or at >= not_before}


class FakeCoverage:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def add(self, source: str, topic: Topic, span: Span) -> None:
        self._data.topics.setdefault(topic_key(topic), storable(topic))
        key = (source, topic_key(topic))
        self._data.coverage[key] = tuple(merged([storable(span), *self._data.coverage.get(key, ())]))

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Span]]:
        return {topic: self._since(source, topic, since) for topic in topics}

    def _since(self, source: str, topic: Topic, since: datetime) -> list[Span]:
        spans = self._data.coverage.get((source, topic_key(topic)), ())
        return [Span(max(span.start, since), span.end) for span in spans if span.end > since]

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        return [self._freshness(source, topic) for topic in topics]

    def _freshness(self, source: str, topic: Topic) -> Freshness:
        read = [span.end for span in self._data.coverage.get((source, topic_key(topic)), ())]
        posts = [
            self._data.posts[post].created_at
            for post, key in self._data.matches
            if key == topic_key(topic) and post.source == source
        ]
        return Freshness(topic, max(read, default=None), max(posts, default=None))


class FakeCalendars:
    def __init__(self, data: Data) -> None:
        self._calendars = data.calendars

    async def put(self, calendar: CalendarRead) -> None:
        self._calendars[storable_text(calendar.place)] = storable(calendar)

    async def of(self, places: Collection[str]) -> dict[str, CalendarRead]:
        known = {place: self._calendars.get(storable_text(place)) for place in places}
        return {place: calendar for place, calendar in known.items() if calendar}
