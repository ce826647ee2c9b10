from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.repositories.library_rows import for_all, stands
from adapters.database.repositories.reports import items_hidden
from adapters.database.repositories.topics import topic_id
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Author, Citation, ItemShare, ItemTag, Match, Post, Standing
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from bot.domain.keys import PostKey
from bot.domain.standing import Standing as Fate
from bot.domain.topic import Topic
from bot.ports.store.network import LearnedFrom, Met

NOT_PUBLIC = (Fate.PROTECTED, Fate.SUSPENDED, Fate.WITHHELD)
MOST_TAGS = 3


class NetworkRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def learned_from(self, workspace: str, *, library: str, least: int, most: int) -> list[LearnedFrom]:
        cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
        wrote = and_(Author.source == Citation.source, Author.id == Citation.author_id, Author.protected.is_(False))
        there = _counted(workspace, library, least)
        items, newest = func.count(ItemRow.id.distinct()), func.max(ItemRow.saved_at)
        whose = Citation.source, Citation.author_id
        asked = select(*whose, items.label("items"), newest.label("newest")).join(ItemRow, cited).join(Author, wrote)
        public = _is_public(Citation.source, Citation.author_id)
        asked = asked.where(*there, public).group_by(*whose)
        rows = await self._db.rows(asked.order_by(items.desc(), newest.desc(), *whose).limit(most))
        return [
            LearnedFrom(row.source, row.author_id, row.items, *await self._about(row.source, row.author_id, there))
            for row in rows
        ]

    async def _about(
        self, source: str, author: str, there: Sequence[ColumnElement[bool]]
    ) -> tuple[PostKey, tuple[str, ...]]:
        cited = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)
        columns = Citation.workspace_id, Citation.item_id, Citation.post_id
        theirs = Citation.source == source, Citation.author_id == author
        asked = select(*columns).join(ItemRow, cited).where(*theirs, *there)
        rows = await self._db.rows(asked.order_by(ItemRow.saved_at.desc(), Citation.post_id.desc()))
        tags: Counter[str] = Counter()
        for part in in_parts([row.item_id for row in rows]):
            of_them = ItemTag.workspace_id == rows[0].workspace_id, ItemTag.item_id.in_(part)
            tags.update(row.tag for row in await self._db.rows(select(ItemTag.tag).where(*of_them)))
        return PostKey(source, rows[0].post_id), most_used(tags)

    async def met(self, topics: Collection[Topic], *, at_least: int, most: int) -> list[Met]:
        known = {topic_id(topic): topic for topic in topics}
        of_post = and_(Match.source == Post.source, Match.post_id == Post.id)
        wrote = and_(Author.source == Post.source, Author.id == Post.author_id, Author.protected.is_(False))
        several, newest = func.count(Match.topic_id.distinct()), func.max(Post.created_at)
        whose = Post.source, Post.author_id
        about = Match.topic_id.in_(known), _is_public(Post.source, Post.author_id)
        asked = select(*whose).join(Match, of_post).join(Author, wrote).where(*about).group_by(*whose)
        most_first = asked.having(several >= at_least).order_by(several.desc(), newest.desc(), *whose).limit(most)
        rows = await self._db.rows(most_first)
        return [await self._met(row.source, row.author_id, known) for row in rows]

    async def _met(self, source: str, author: str, known: dict[str, Topic]) -> Met:
        of_post = and_(Match.source == Post.source, Match.post_id == Post.id)
        theirs = Post.source == source, Post.author_id == author, Match.topic_id.in_(known)
        asked = select(Match.topic_id, Post.id).join(Match, of_post).where(*theirs)
        rows = await self._db.rows(asked.order_by(Post.created_at.desc(), Post.id.desc()))
        topics = {row.topic_id for row in rows}
        return Met(source, author, tuple(sorted(known[each] for each in topics)), PostKey(source, rows[0].id))


def most_used(tags: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(tags, key=lambda tag: (-tags[tag], tag))[:MOST_TAGS])


def _counted(workspace: str, library: str, least: int) -> Sequence[ColumnElement[bool]]:
    """What everybody finds there."""
    seen = ItemRow.id.not_in(items_hidden(workspace))
    there = Citation.workspace_id == workspace, ItemRow.saved_at.is_not(None), seen
    return [*there, *for_all(least), *_in_library(workspace, library)]


def _in_library(workspace: str, library: str) -> Sequence[ColumnElement[bool]]:
    if not library:
        return []
    saved = exists().where(stands(workspace), MarkRow.item_id == ItemRow.id, MarkRow.library == library)
    shared = exists().where(
        ItemShare.workspace_id == workspace, ItemShare.item_id == ItemRow.id, ItemShare.library == library
    )
    return [or_(saved, shared)]


def _is_public(source: InstrumentedAttribute[str], author: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Nothing of theirs that is known was found to be shown to some people only."""
    fate = and_(Standing.source == Post.source, Standing.post_id == Post.id, Standing.standing.in_(NOT_PUBLIC))
    return tuple_(source, author).not_in(select(Post.source, Post.author_id).join(Standing, fate))
