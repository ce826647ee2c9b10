import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json
from sqlalchemy import Row, select, update

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
from bot.domain.post import Author, Link, Post
from bot.domain.topic import Topic

_posts: TypeAdapter[Post] = TypeAdapter(Post)
_links: TypeAdapter[Sequence[Link]] = TypeAdapter(Sequence[Link])

IN_COLUMNS = ("key", "author_id", "text", "created_at")
"""What of a post has a column of its own; the rest is kept together as JSON, without what is empty."""

MANY = 500
"""From so many rows on they become posts in a thread of their own, so that nobody else has to wait."""

OF_AUTHOR = tuple(AuthorRow.__table__.columns[field.name] for field in fields(Author))
"""The columns of an author, in the order of its fields."""


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
            .where(Match.topic_id.in_([row.id for row in topics]), PostRow.source.in_(sources))
            .where(PostRow.created_at >= span.start, PostRow.created_at < span.end)
            .order_by(PostRow.created_at.desc(), PostRow.source, PostRow.id)
        )
        labelled = {row.id: topic_of(row) for row in topics}
        if len(rows) < MANY:
            return _candidates(rows, labelled)
        return await asyncio.to_thread(_candidates, rows, labelled)

    async def put_links(self, key: PostKey, links: Sequence[Link]) -> None:
        this = PostRow.source == key.source, PostRow.id == key.id
        details = await self._db.value(select(PostRow.details).where(*this).with_for_update())
        if details is not None:
            changed = from_json(details) | {"links": _links.dump_python(links, exclude_defaults=True)}
            await self._db.run(update(PostRow).where(*this).values(details=_as_json(changed)))

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None:
        newest = {(author.source, author.id): author for author in authors}
        await self._db.put(AuthorRow, [_author_row(author, at) for author in newest.values()])

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        asked = select(*OF_AUTHOR).where(AuthorRow.source == source, self._db.is_one_of(AuthorRow.id, ids))
        if not_before is not None:
            asked = asked.where(AuthorRow.put_at >= not_before)
        return {row.id: Author(*tuple(row)) for row in await self._db.rows(asked)}


def _candidates(rows: Sequence[Row[Any]], topics: Mapping[str, Topic]) -> list[Candidate]:
    """The rows of a post, one a topic, stand next to each other and come as one, its topics in the channel's order."""
    found = []
    place = {topic: number for number, topic in enumerate(topics)}
    for _, of_post in groupby(rows, key=lambda row: (row.source, row.id)):
        first, *others = of_post
        matched = sorted((first.topic_id, *(row.topic_id for row in others)), key=place.__getitem__)
        found.append(Candidate(post_of(first), tuple(topics[topic] for topic in matched), first.read_at))
    return found


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
        "details": _as_json(details),
        "read_at": at,
    }


def _as_json(details: Mapping[str, object]) -> str:
    return json.dumps(storable(details), ensure_ascii=False, separators=(",", ":"))


def post_of(row: Row[Any]) -> Post:
    columns = {"key": PostKey(row.source, row.id), "author_id": row.author_id, "text": row.text}
    return _posts.validate_python(from_json(row.details) | columns | {"created_at": row.created_at})


def _author_row(author: Author, at: datetime) -> dict[str, object]:
    return {
        "source": author.source,
        "id": author.id,
        "handle": author.handle,
        "name": author.name,
        "profile_url": author.profile_url,
        "avatar_url": author.avatar_url,
        "protected": author.protected,
        "followers": author.followers,
        "put_at": at,
    }
