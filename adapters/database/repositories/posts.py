import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, select

from adapters.database.repositories.topics import know, topic_id, topic_of
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Author as AuthorRow
from adapters.database.tables import Match, Subscription
from adapters.database.tables import Post as PostRow
from adapters.database.tables import Topic as TopicRow
from adapters.database.text import storable
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Author, Post
from bot.domain.topic import Topic

_posts: TypeAdapter[Post] = TypeAdapter(Post)

REMEMBERED = 2_000
"""How many posts need not be made again of the same columns: in the morning many channels choose among the same."""

IN_COLUMNS = ("key", "author_id", "text", "created_at")
"""What of a post has a column of its own; the rest is kept together as JSON, without what is empty."""


class PostRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        newest = {post.key: post for post in posts}
        await self._db.put(PostRow, [_row_of(newest[key], at) for key in sorted(newest)])
        await know(self._db, [topic for topics in matches.values() for topic in topics])
        rows = [
            {"topic_id": topic_id(topic), "source": key.source, "post_id": key.id}
            for key, topics in sorted(matches.items())
            for topic in sorted(topics)
        ]
        await self._db.add(Match, rows)

    async def get(self, keys: Collection[PostKey]) -> dict[PostKey, Post]:
        found: dict[PostKey, Post] = {}
        for source in {key.source for key in keys}:
            for part in in_parts([key.id for key in keys if key.source == source]):
                rows = await self._db.rows(select(PostRow).where(PostRow.source == source, PostRow.id.in_(part)))
                found |= {PostKey(row.source, row.id): post_of(row) for row in rows}
        return found

    async def candidates(self, channel: ChannelKey, sources: Collection[str], span: Span) -> list[Candidate]:
        in_channel = Subscription.workspace_id == channel.workspace, Subscription.channel_id == channel.channel
        followed = select(TopicRow).join(Subscription, Subscription.topic_id == TopicRow.id).where(*in_channel)
        topics = await self._db.rows(followed.order_by(Subscription.position, TopicRow.id))
        rows = await self._db.rows(
            select(*PostRow.__table__.columns, Match.topic_id)
            .join(Match, (Match.source == PostRow.source) & (Match.post_id == PostRow.id))
            .join(Subscription, Subscription.topic_id == Match.topic_id)
            .where(*in_channel, PostRow.source.in_(sources))
            .where(PostRow.created_at >= span.start, PostRow.created_at < span.end)
            .order_by(PostRow.created_at.desc(), PostRow.source, PostRow.id)
        )
        return _candidates(rows, {row.id: topic_of(row) for row in topics})

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None:
        newest = {(author.source, author.id): author for author in authors}
        await self._db.put(AuthorRow, [_author_row(author, at) for author in newest.values()])

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        found: dict[str, Author] = {}
        for part in in_parts(ids):
            asked = select(AuthorRow).where(AuthorRow.source == source, AuthorRow.id.in_(part))
            if not_before is not None:
                asked = asked.where(AuthorRow.put_at >= not_before)
            found |= {row.id: _author_of(row) for row in await self._db.rows(asked)}
        return found


def _candidates(rows: Sequence[Row[Any]], topics: Mapping[str, Topic]) -> list[Candidate]:
    """The rows of a post, one a topic, come as one; its topics stand in the order of the channel."""
    first: dict[PostKey, Row[Any]] = {}
    matched: dict[PostKey, set[str]] = {}
    for row in rows:
        key = PostKey(row.source, row.id)
        first.setdefault(key, row)
        matched.setdefault(key, set()).add(row.topic_id)
    return [
        Candidate(post_of(row), tuple(topic for known, topic in topics.items() if known in matched[key]))
        for key, row in first.items()
    ]


def _row_of(post: Post, at: datetime) -> dict[str, object]:
    details = _posts.dump_python(post, exclude_defaults=True)
    for name in IN_COLUMNS:
        del details[name]
    return {
        "source": post.key.source,
        "id": post.key.id,
        "author_id": post.author_id,
        "text": post.text,
        "created_at": post.created_at,
        "details": json.dumps(storable(details), ensure_ascii=False, separators=(",", ":")),
        "read_at": at,
    }


def post_of(row: Row[Any]) -> Post:
    return _post(PostKey(row.source, row.id), row.author_id, row.text, row.created_at, row.details)


@lru_cache(REMEMBERED)
def _post(key: PostKey, author_id: str, text: str, created_at: datetime, details: str) -> Post:
    columns = {"key": key, "author_id": author_id, "text": text, "created_at": created_at}
    return _posts.validate_python(json.loads(details) | columns)


def _author_row(author: Author, at: datetime) -> dict[str, object]:
    return {
        "source": author.source,
        "id": author.id,
        "handle": author.handle,
        "name": author.name,
        "profile_url": author.profile_url,
        "avatar_url": author.avatar_url,
        "protected": author.protected,
        "put_at": at,
    }


def _author_of(row: Row[Any]) -> Author:
    return Author(row.source, row.id, row.handle, row.name, row.profile_url, row.avatar_url, row.protected)
