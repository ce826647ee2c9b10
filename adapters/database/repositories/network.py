from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.repositories.library_rows import for_all, stands
from adapters.database.repositories.reports import is_not_among_hidden
from adapters.database.repositories.topics import topic_id
from adapters.database.statements import Statements
from adapters.database.tables import Author, Citation, ItemShare, ItemTag, Match, Post, Standing
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from bot.domain.keys import PostKey
from bot.domain.standing import Standing as Fate
from bot.domain.topic import Topic
from bot.ports.store.network import LearnedFrom, Met

Who = tuple[str, str]
"""An account by its source and its id there."""
ENOUGH = 200
"""Of so many accounts it is looked at closely whose posts lead to most items, before all are."""
NOT_PUBLIC = (Fate.PROTECTED, Fate.SUSPENDED, Fate.WITHHELD)
MOST_TAGS = 3

_CITED = and_(ItemRow.workspace_id == Citation.workspace_id, ItemRow.id == Citation.item_id)


class NetworkRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def learned_from(self, workspace: str, *, library: str, least: int, most: int) -> list[LearnedFrom]:
        """To count which citations count takes long, so it is done for the most cited first: often that decides.
        Mostly all count, so that those are enough which are cited as often as the last that is asked for."""
        there = _counted(workspace, library, least, on_postgresql=self._db.on_postgresql)
        cited = await self._most_cited(workspace)
        times = [times for _, times in cited]
        as_often = sum(each >= times[most - 1] for each in times) if len(times) > most else len(times)
        for enough in (each for each in (as_often, ENOUGH) if each < len(cited)):
            among = await self._saved([who for who, _ in cited[:enough]], there)
            found = _most_saved(among, most)
            if len(found) == most and len(among[found[-1]].items) > times[enough]:
                return await self._told(workspace, {who: among[who] for who in found})
        among = await self._saved(await self._most_counted(there, most), there)
        return await self._told(workspace, {who: among[who] for who in _most_saved(among, most)})

    async def _most_cited(self, workspace: str) -> list[tuple[Who, int]]:
        """How often posts of an account lead to anything, counted or not."""
        whose, times = (Citation.source, Citation.author_id), func.count().label("times")
        asked = select(*whose, times).where(Citation.workspace_id == workspace).group_by(*whose)
        rows = await self._db.rows(asked.order_by(times.desc(), *whose).limit(ENOUGH + 1))
        return [((row.source, row.author_id), row.times) for row in rows if row.author_id]

    async def _most_counted(self, there: Sequence[ColumnElement[bool]], most: int) -> list[Who]:
        items, newest = func.count(ItemRow.id.distinct()), func.max(ItemRow.saved_at)
        whose = Citation.source, Citation.author_id
        asked = _cited_by_public(select(*whose)).where(*there).group_by(*whose)
        rows = await self._db.rows(asked.order_by(items.desc(), newest.desc(), *whose).limit(most))
        return [(row.source, row.author_id) for row in rows]

    async def _saved(self, authors: Sequence[Who], there: Sequence[ColumnElement[bool]]) -> dict[Who, "_Saved"]:
        """What counts of theirs, of those who show it to everybody."""
        whose = Citation.source, Citation.author_id
        columns = *whose, Citation.post_id, ItemRow.id.label("item"), ItemRow.saved_at
        asked = select(*columns).join(ItemRow, _CITED)
        theirs = _is_one_of(*whose, await self._public(authors))
        found: dict[Who, _Saved] = {}
        for row in await self._db.rows(asked.where(*there, theirs)):
            saved = found.setdefault((row.source, row.author_id), _Saved())
            saved.items.add(row.item)
            saved.newest = max(saved.newest, (row.saved_at, row.post_id))
        return found

    async def _public(self, authors: Sequence[Who]) -> list[Who]:
        """Those of them who show what they write to everybody: asked once, and not for every post of theirs."""
        whose = Author.source, Author.id
        shown = _is_one_of(*whose, authors), Author.protected.is_(False), _is_public(*whose)
        return [(row.source, row.id) for row in await self._db.rows(select(*whose).where(*shown))]

    async def _told(self, workspace: str, saved: Mapping[Who, "_Saved"]) -> list[LearnedFrom]:
        tags = await self._tags(workspace, {item for each in saved.values() for item in each.items})
        found = []
        for (source, author), each in saved.items():
            used = Counter(tag for item in each.items for tag in tags.get(item, ()))
            found.append(LearnedFrom(source, author, len(each.items), PostKey(source, each.newest[1]), most_used(used)))
        return found

    async def _tags(self, workspace: str, items: Collection[str]) -> Mapping[str, Sequence[str]]:
        theirs = ItemTag.workspace_id == workspace, self._db.is_one_of(ItemTag.item_id, items)
        tags: dict[str, list[str]] = {}
        for row in await self._db.rows(select(ItemTag.item_id, ItemTag.tag).where(*theirs)):
            tags.setdefault(row.item_id, []).append(row.tag)
        return tags

    async def met(self, topics: Collection[Topic], *, at_least: int, most: int) -> list[Met]:
        known = {topic_id(topic): topic for topic in topics}
        of_post = and_(Match.source == Post.source, Match.post_id == Post.id)
        wrote = and_(Author.source == Post.source, Author.id == Post.author_id, Author.protected.is_(False))
        several, newest = func.count(Match.topic_id.distinct()), func.max(Post.created_at)
        whose = Post.source, Post.author_id
        about = Match.topic_id.in_(known), _is_public(Post.source, Post.author_id)
        asked = select(*whose).join(Match, of_post).join(Author, wrote).where(*about).group_by(*whose)
        most_first = asked.having(several >= at_least).order_by(several.desc(), newest.desc(), *whose).limit(most)
        found = [(row.source, row.author_id) for row in await self._db.rows(most_first)]
        return await self._met(found, known)

    async def _met(self, authors: Sequence[Who], known: Mapping[str, Topic]) -> list[Met]:
        of_post = and_(Match.source == Post.source, Match.post_id == Post.id)
        whose = Post.source, Post.author_id
        newest_first = Post.created_at.desc(), Post.id.desc()
        place = func.row_number().over(partition_by=(*whose, Match.topic_id), order_by=newest_first).label("place")
        theirs = _is_one_of(*whose, authors), Match.topic_id.in_(known)
        posts = select(*whose, Match.topic_id, Post.id, Post.created_at, place).join(Match, of_post).where(*theirs)
        newest = posts.subquery()
        asked = select(newest).where(newest.c.place == 1).order_by(newest.c.created_at.desc(), newest.c.id.desc())
        topics: dict[Who, list[Topic]] = {who: [] for who in authors}
        written_last: dict[Who, PostKey] = {}
        for row in await self._db.rows(asked):
            who = row.source, row.author_id
            topics[who].append(known[row.topic_id])
            written_last.setdefault(who, PostKey(row.source, row.id))
        return [Met(*who, tuple(sorted(topics[who])), written_last[who]) for who in authors]


@dataclass
class _Saved:
    """What an account's posts lead to that counts, and which of these posts was saved last, and when."""

    items: set[str] = field(default_factory=set)
    newest: tuple[datetime, str] = (datetime.min.replace(tzinfo=UTC), "")


def _most_saved(saved: Mapping[Who, _Saved], most: int) -> list[Who]:
    """Those of most items first, then those who were saved last."""
    by_name = sorted(saved)
    by_newest = sorted(by_name, key=lambda who: saved[who].newest[0], reverse=True)
    return sorted(by_newest, key=lambda who: len(saved[who].items), reverse=True)[:most]


def _cited_by_public(asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    wrote = and_(Author.source == Citation.source, Author.id == Citation.author_id, Author.protected.is_(False))
    public = _is_public(Citation.source, Citation.author_id)
    return asked.select_from(Citation).join(ItemRow, _CITED).join(Author, wrote).where(public)


def most_used(tags: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(tags, key=lambda tag: (-tags[tag], tag))[:MOST_TAGS])


def _counted(workspace: str, library: str, least: int, *, on_postgresql: bool) -> Sequence[ColumnElement[bool]]:
    """What everybody finds there."""
    seen = is_not_among_hidden(ItemRow.id, workspace, on_postgresql=on_postgresql)
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


def _is_one_of(
    source: InstrumentedAttribute[str], author: InstrumentedAttribute[Any], authors: Sequence[Who]
) -> ColumnElement[bool]:
    """Asked for as pairs, SQLite would look at every row instead of into its index."""
    ids: dict[str, list[str]] = {}
    for of, author_id in authors:
        ids.setdefault(of, []).append(author_id)
    return or_(false(), *(and_(source == of, author.in_(theirs)) for of, theirs in ids.items()))


def _is_public(source: InstrumentedAttribute[str], author: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Nothing of theirs that is known was found to be shown to some people only."""
    fate = and_(Standing.source == Post.source, Standing.post_id == Post.id, Standing.standing.in_(NOT_PUBLIC))
    return tuple_(source, author).not_in(select(Post.source, Post.author_id).join(Standing, fate))
