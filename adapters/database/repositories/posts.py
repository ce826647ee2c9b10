import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json
from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, delete, func, not_, or_, select, union, update

from adapters.database.repositories.citations import ANYWHERE, CitationTable
from adapters.database.repositories.history import HistoryRepository
from adapters.database.repositories.standings import StandingTable, is_absent
from adapters.database.repositories.topics import know, topic_id, topic_of
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import ALONE, Citation, DigestItem, Less, Mark, Match, Report, Subscription
from adapters.database.tables import Author as AuthorRow
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Post as PostRow
from adapters.database.tables import Standing as StandingRow
from adapters.database.tables import Topic as TopicRow
from adapters.database.text import storable, storable_text
from adapters.database.types import UtcDateTime
from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.library import key_of_post
from bot.domain.post import Author, Link, Post
from bot.domain.standing import Standing
from bot.domain.topic import Topic, folded

_posts: TypeAdapter[Post] = TypeAdapter(Post)
_links: TypeAdapter[Sequence[Link]] = TypeAdapter(Sequence[Link])

IN_COLUMNS = ("key", "author_id", "text", "created_at")
"""What of a post has a column of its own; the rest is kept together as JSON, without what is empty."""

MANY = 500
"""From so many rows on they become posts in a thread of their own, so that nobody else has to wait."""

NOTHING_OF_A_POST = {"url": "", "title": "", "search_text": "", "kind": "", "own_title": False, "own_kind": False}
"""What is left of an item that is a post, once that is erased."""

OF_AUTHOR = tuple(AuthorRow.__table__.columns[field.name] for field in fields(Author))
"""The columns of an author, in the order of its fields."""


class PostRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db
        self._standings = StandingTable(db)
        self._citations = CitationTable(db)

    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        await self._standings.hold()
        erased = await self._standings.erased({*(post.key for post in posts), *matches})
        newest = {post.key: post for post in posts if post.key not in erased}
        await self._db.put(PostRow, [_row_of(newest[key], at) for key in sorted(newest)])
        await know(self._db, [topic for topics in matches.values() for topic in topics])
        rows = [
            {"topic_id": topic_id(topic), "source": key.source, "post_id": key.id}
            for key, topics in sorted(matches.items())
            for topic in sorted(topics)
            if key not in erased
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
            .where(not_(is_absent(PostRow.source, PostRow.id)))
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

    async def with_edition(self, source: str, id: str) -> PostKey | None:  # noqa: A002
        newest = PostRow.details.contains(_as_json({"latest_id": id})[1:-1], autoescape=True)
        this = PostRow.source == source, or_(PostRow.id == id, newest)
        row = await self._db.row(select(PostRow.id).where(*this).order_by(PostRow.id).limit(1))
        return PostKey(source, row.id) if row else None

    async def referring_to(self, keys: Collection[PostKey]) -> dict[PostKey, list[PostKey]]:
        """Few posts that were shown refer to others: they are looked through, however many are asked about."""
        found: dict[PostKey, list[PostKey]] = {}
        for source in {key.source for key in keys}:
            shown = select(DigestItem.post_id).where(DigestItem.source == source)
            refers = PostRow.details.contains('"references":')
            there = PostRow.source == source, PostRow.id.in_(shown), refers
            for row in await self._db.rows(select(PostRow).where(*there).order_by(PostRow.id)):
                for reference in post_of(row).references:
                    about = PostKey(source, reference.id)
                    if about in keys:
                        found.setdefault(about, []).append(PostKey(source, row.id))
        return found

    async def author_named(self, source: str, handle: str) -> Author | None:
        named = AuthorRow.source == source, func.lower(AuthorRow.handle) == storable_text(handle).lower()
        row = await self._db.row(select(*OF_AUTHOR).where(*named).order_by(AuthorRow.put_at.desc(), AuthorRow.id))
        return Author(*tuple(row)) if row else None

    async def by_author(self, source: str, author_id: str) -> list[PostKey]:
        wrote = select(PostRow.id).where(PostRow.source == source, PostRow.author_id == author_id)
        saved = select(Citation.post_id).where(ANYWHERE, Citation.source == source, Citation.author_id == author_id)
        rows = await self._db.rows(union(wrote, saved))
        return sorted(PostKey(source, row.id) for row in rows)

    async def set_standing(self, keys: Collection[PostKey], standing: Standing, at: datetime) -> None:
        await self._standings.put(keys, standing, at)
        if standing is not Standing.UNKNOWN:
            await self._citations.show_newest(keys)

    async def absent(self, keys: Collection[PostKey]) -> dict[PostKey, Standing]:
        return await self._standings.absent(keys)

    async def missed_since(self, keys: Collection[PostKey]) -> dict[PostKey, datetime]:
        return await self._standings.missed_since(keys)

    async def unconfirmed(self, source: str, checked_before: datetime, most: int) -> list[PostKey]:
        return await self._standings.unconfirmed(source, checked_before, most)

    async def to_recheck(
        self, source: str, checked_before: datetime, written_after: datetime, most: int
    ) -> list[PostKey]:
        shown = select(DigestItem.post_id).where(DigestItem.source == source)
        kept = union(shown, _leading_to_what_is_kept().where(Citation.source == source)).subquery("kept")
        looked_at = self._looked_at()
        rows = await self._db.rows(
            select(PostRow.id)
            .join(kept, kept.c.post_id == PostRow.id)
            .where(PostRow.source == source, PostRow.created_at >= written_after)
            .where(looked_at < checked_before)
            .order_by(looked_at, PostRow.id)
            .limit(most)
        )
        return [PostKey(source, row.id) for row in rows]

    def _looked_at(self) -> ColumnElement[datetime]:
        """When a post was read or looked for last. Its standing is looked up: without statistics PostgreSQL would join
        all posts with all standings."""
        this = StandingRow.source == PostRow.source, StandingRow.post_id == PostRow.id
        looked_for_at = select(StandingRow.looked_at).where(*this).scalar_subquery()
        later = func.greatest if self._db.on_postgresql else func.max
        return later(func.coalesce(looked_for_at, PostRow.read_at), PostRow.read_at, type_=UtcDateTime())

    async def erase(self, keys: Collection[PostKey]) -> None:
        await self._standings.hold(to_erase=True)
        keys = set(keys) - await self._standings.erased(keys)
        await self._standings.erase(keys)
        stored = await self.get(keys)
        for source in {key.source for key in keys}:
            for part in in_parts(sorted(key.id for key in keys if key.source == source)):
                await self._erase_saved(source, part, stored)
                wishes = update(Less).where(Less.source == source, Less.post_id.in_(part))
                await self._db.run(wishes.values(author_id=""))
                await self._db.run(delete(PostRow).where(PostRow.source == source, PostRow.id.in_(part)))
        await self._drop_authors({(post.key.source, post.author_id) for post in stored.values()})

    async def _erase_saved(self, source: str, ids: Collection[str], stored: Mapping[PostKey, Post]) -> None:
        """A link that was saved with the post is not the post's: it stays with its title, and can be found by both."""
        saved = await self._citations.items_led_to(source, ids)
        for row in saved:
            post = stored.get(PostKey(source, row.post_id))
            left: dict[str, object] = NOTHING_OF_A_POST
            if post is not None and row.url != post.url:
                left = {"search_text": folded(f"{row.title} {row.url}")}
            if row.key == key_of_post(PostKey(source, row.post_id)):
                this = ItemRow.workspace_id == row.workspace_id, ItemRow.id == row.id
                await self._db.run(update(ItemRow).where(*this).values(**left))
                await HistoryRepository(self._db).forget_titles(row.workspace_id, row.id)
        await self._citations.erase(source, ids)
        for row in saved:
            await self._db.index(row.workspace_id, [row.id])
        if saved:
            await self._db.clear_index()

    async def drop_unseen(self, before: datetime, most: int) -> int:
        """Read again meanwhile, a post stays. Ids are looked for in one list: their sources hardly ever share any."""
        kept: CompoundSelect[str] = union(
            select(DigestItem.post_id), _leading_to_what_is_kept(), select(Less.post_id), select(Report.post_id)
        )
        shown_with = self._db.is_one_of(PostRow.id, await self._referred_to())
        old = PostRow.read_at < before, PostRow.id.not_in(kept), not_(shown_with)
        asked = select(PostRow.source, PostRow.id, PostRow.author_id).where(*old).order_by(PostRow.read_at).limit(most)
        found = {PostKey(row.source, row.id): row.author_id for row in await self._db.rows(asked)}
        for source in {key.source for key in found}:
            for part in in_parts([key.id for key in found if key.source == source]):
                await self._erase_unsaved(source, part)
                these = PostRow.source == source, PostRow.id.in_(part), PostRow.read_at < before
                await self._db.run(delete(PostRow).where(*these))
        await self._drop_authors({(key.source, author) for key, author in found.items()})
        return len(found)

    async def _erase_unsaved(self, source: str, ids: Collection[str]) -> None:
        """What was taken back: few posts ever were saved."""
        cited = {row.post_id for row in await self._citations.items_led_to(source, ids)}
        if cited:
            await self._erase_saved(source, cited, await self.get([PostKey(source, id_) for id_ in cited]))

    async def _referred_to(self) -> set[str]:
        """The ids of what shown posts answer or quote."""
        shown = PostRow.id.in_(select(DigestItem.post_id))
        asked = select(PostRow).where(shown, PostRow.details.contains('"references":'))
        return {reference.id for row in await self._db.rows(asked) for reference in post_of(row).references}

    async def _drop_authors(self, authors: Collection[tuple[str, str]]) -> None:
        """Nothing is kept about those who wrote nothing that is kept. Of most nothing is known anyway."""
        for source in sorted({source for source, _ in authors}):
            known = await self.authors(source, {author for of, author in authors if of == source})
            for author in sorted(known):
                await self._drop_author(source, author)

    async def _drop_author(self, source: str, author: str) -> None:
        by_them = select(PostRow.id).where(PostRow.source == source, PostRow.author_id == author)
        gone = delete(AuthorRow).where(AuthorRow.source == source, AuthorRow.id == author, not_(by_them.exists()))
        await self._db.run(gone)


def _leading_to_what_is_kept() -> Select[str]:
    """Posts that lead to what is in a library, was removed from it and may come back, or is kept by somebody alone."""
    cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
    alone = ItemRow.id.in_(select(Mark.item_id).where(ALONE, Mark.ended_at.is_(None)))
    there = or_(ItemRow.saved_at.is_not(None), ItemRow.removed_at.is_not(None), alone)
    return select(Citation.post_id).join(ItemRow, cited).where(there)


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
