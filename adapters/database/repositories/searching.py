"""How a query becomes a question to the database: words to its index, the rest to the tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from adapters.database.index import FTS, FTS_WORDS, MARKS, place_of, quoted, workspace_facet
from adapters.database.repositories.library_rows import for_all, stands
from adapters.database.repositories.reports import items_hidden
from adapters.database.statements import Statements
from adapters.database.tables import Digest, DigestItem, Match, Sought
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.tables import Topic as TopicRow
from bot.domain.search.query import (
    AllOf,
    AnyOf,
    Before,
    CameFrom,
    Facet,
    Node,
    Not,
    Query,
    SavedByMe,
    ShownIn,
    Since,
    Words,
    is_text,
    parts_of,
    words_weighed,
)
from bot.domain.search.weights import WEIGHTS, weight_of

MOST_WEIGHED = 300
"""Of what has the words, so many of the newest are put into order by how well they fit."""
MOST_LOOKED_THROUGH = 5_000
"""PostgreSQL has no list of words; those of so many of the newest items have to do."""

BY_PLACE = (SavedByMe, Since, Before)
"""What of a search the place of an item tells on SQLite."""
UNINDEXED = literal_column("+item_fts.rowid", type_=BigInteger())
"""Else SQLite would ask its index of words anew for every place in a list."""
JOINED = and_(ItemRow.workspace_id == Sought.workspace_id, ItemRow.id == Sought.item_id)


class Search:
    def __init__(
        self, db: Statements, workspace: str, query: Query, *, saved_by: str | None, viewer: str | None, least: int
    ) -> None:
        self._db = db
        self._workspace = workspace
        self._saved_by = saved_by
        self._viewer = viewer
        parts = parts_of(query.tree)
        self._text = [part for part in parts if is_text(part)]
        self._rest = [part for part in parts if not is_text(part)]
        self._words = words_weighed(query.tree)
        self._for_all = for_all(least)

    async def page(self, limit: int, offset: int) -> tuple[list[str], int]:
        """The ids of its items, and how many there are on all pages."""
        if not self._text:
            return await self._newest(limit, offset)
        weighed = self._on_postgresql if self._db.on_postgresql else self._on_sqlite
        return await weighed(limit, offset)

    def _conditions(self) -> list[ColumnElement[bool]]:
        return [*self._for_all, *(self._condition(part) for part in self._rest), *self._mine()]

    def _mine(self) -> list[ColumnElement[bool]]:
        return [] if self._saved_by is None else [self._saved(self._saved_by)]

    async def _hidden(self) -> list[str]:
        """The items whose post is hidden. Few are."""
        return [row.id for row in await self._db.rows(items_hidden(self._workspace))]

    async def _places_of(self, items: Sequence[str]) -> list[int]:
        these = Sought.workspace_id == self._workspace, Sought.item_id.in_(items)
        return [row.place for row in await self._db.rows(select(Sought.place).where(*these))] if items else []

    async def _newest(self, limit: int, offset: int) -> tuple[list[str], int]:
        in_library = ItemRow.workspace_id == self._workspace, ItemRow.saved_at.is_not(None)
        seen = ItemRow.id.not_in(items_hidden(self._workspace))
        found = select(ItemRow.id).where(*in_library, seen, *self._conditions())
        newest: ColumnElement[Any] = ItemRow.saved_at.expression
        if self._saved_by is not None:
            theirs = _saves_of(self._workspace, self._saved_by)
            found, newest = found.join(theirs, theirs.c.item_id == ItemRow.id), theirs.c.since
        total = await self._db.value(select(func.count()).select_from(found.subquery()))
        page = found.order_by(newest.desc(), ItemRow.id.desc()).limit(limit).offset(offset)
        return [row.id for row in await self._db.rows(page)], total

    # ------------------------------------------------------------------------------------------------------- SQLite

    async def _on_sqlite(self, limit: int, offset: int) -> tuple[list[str], int]:
        """Its own numbers are the places, so that the newest come without being sorted."""
        found = select(FTS.c.rowid).where(
            await self._matches_here(), *self._places(await self._places_of(await self._hidden()))
        )
        joined = [*self._for_all, *(self._condition(part) for part in self._rest if not isinstance(part, BY_PLACE))]
        if joined:
            found = found.join(Sought, Sought.place == FTS.c.rowid).join(ItemRow, JOINED).where(*joined)
        most = MOST_WEIGHED + offset if self._words else limit + offset
        fields = (FTS.c.title, FTS.c.tags, FTS.c.notes, FTS.c.text) if self._words else ()
        newest = await self._db.rows(found.add_columns(*fields).order_by(FTS.c.rowid.desc()).limit(most))
        counted = found.with_only_columns(func.count())
        total = len(newest) if len(newest) < most else await self._db.value(counted)
        best = sorted(newest, key=lambda row: weight_of(row[1:], self._words), reverse=True)
        return await self._at([row.rowid for row in best[offset : offset + limit]]), total

    async def _at(self, places: Sequence[int]) -> list[str]:
        """The ids of the items there, in that order."""
        if not places:
            return []
        rows = await self._db.rows(select(Sought.place, Sought.item_id).where(Sought.place.in_(places)))
        items = {row.place: row.item_id for row in rows}
        return [items[place] for place in places]

    async def _matches_here(self) -> ColumnElement[bool]:
        """Whose library it is need not be asked where there is no other: the index would look through all items."""
        text = AllOf(tuple(self._text))
        others = or_(Sought.workspace_id < self._workspace, Sought.workspace_id > self._workspace)
        if await self._db.row(select(Sought.place).where(others).limit(1)):
            return self._matches(text)
        return FTS.c.item_fts.op("MATCH")(_fts(text, self._ours))

    def _places(self, hidden: Sequence[int]) -> Iterator[ColumnElement[bool]]:
        """What the place of an item tells without looking at the item."""
        if hidden:
            yield UNINDEXED.not_in(hidden)
        for person in [self._saved_by, *(self._viewer for part in self._rest if isinstance(part, SavedByMe))]:
            if person is not None:
                theirs = stands(self._workspace), MarkRow.person_id == person
                of_item = and_(Sought.workspace_id == MarkRow.workspace_id, Sought.item_id == MarkRow.item_id)
                yield UNINDEXED.in_(select(Sought.place).join(MarkRow, of_item).where(*theirs))
        for part in self._rest:
            match part:
                case SavedByMe() if self._viewer is None:
                    yield false()
                case Since(at):
                    yield FTS.c.rowid >= place_of(at)
                case Before(at):
                    yield FTS.c.rowid < place_of(at)

    @property
    def _ours(self) -> str:
        return f'"{workspace_facet(self._workspace)}"'

    def _matches(self, text: Node) -> ColumnElement[bool]:
        return FTS.c.item_fts.op("MATCH")(f"{self._ours} AND {_fts(text, self._ours)}")

    # --------------------------------------------------------------------------------------------------- PostgreSQL

    async def _on_postgresql(self, limit: int, offset: int) -> tuple[list[str], int]:
        ours = Sought.workspace_id == self._workspace, self._has(AllOf(tuple(self._text)))
        found = select(Sought.item_id, Sought.place, Sought.vector).where(*ours)
        if hidden := await self._hidden():
            found = found.where(Sought.item_id.not_in(hidden))
        if conditions := self._conditions():
            found = found.join(ItemRow, JOINED).where(*conditions)
        total = await self._db.value(found.with_only_columns(func.count()))
        newest = found.order_by(Sought.place.desc(), Sought.item_id.desc()).limit(MOST_WEIGHED + offset).subquery()
        rank = sum((_weight(newest.c.vector, each) for each in self._words), start=literal(0))
        best = select(newest.c.item_id).order_by(rank.desc(), newest.c.place.desc(), newest.c.item_id.desc())
        return [row.item_id for row in await self._db.rows(best.limit(limit).offset(offset))], total

    def _has(self, text: Node) -> ColumnElement[bool]:
        return Sought.vector.op("@@")(cast(_tsquery(text), TSQUERY))

    # ------------------------------------------------------------------------------------------------- in the tables

    def _condition(self, node: Node) -> ColumnElement[bool]:
        if is_text(node):
            return self._in_index(node)
        match node:
            case Not(part):
                return not_(self._condition(part))
            case AllOf(parts):
                return and_(*map(self._condition, parts))
            case AnyOf(parts):
                return or_(*map(self._condition, parts))
            case Since(at):
                return ItemRow.saved_at >= at
            case Before(at):
                return ItemRow.saved_at < at
            case SavedByMe():
                return self._saved(self._viewer) if self._viewer is not None else false()
            case CameFrom(kinds, key):
                return _came_from(kinds, key)
            case ShownIn(channels):
                return _shown_in(self._workspace, channels)
            case _:
                raise TypeError(node)

    def _in_index(self, text: Node) -> ColumnElement[bool]:
        here = select(Sought.item_id).where(Sought.workspace_id == self._workspace)
        if self._db.on_postgresql:
            return ItemRow.id.in_(here.where(self._has(text)))
        return ItemRow.id.in_(here.where(Sought.place.in_(select(FTS.c.rowid).where(self._matches(text)))))

    def _saved(self, person: str) -> ColumnElement[bool]:
        theirs = stands(self._workspace), MarkRow.item_id == ItemRow.id, MarkRow.person_id == person
        return exists().where(*theirs)


async def known_words(db: Statements, workspace: str, shortest: int, longest: int) -> list[str]:
    """On SQLite those of all workspaces."""
    asked: Select[Any]
    if db.on_postgresql:
        newest = select(Sought.vector).where(Sought.workspace_id == workspace).order_by(Sought.place.desc())
        each = newest.limit(MOST_LOOKED_THROUGH).subquery()
        words = select(func.unnest(func.tsvector_to_array(each.c.vector)).label("term")).distinct().subquery()
        asked = select(words.c.term).where(func.length(words.c.term).between(shortest, longest))
    else:
        asked = select(FTS_WORDS.c.term).where(func.length(FTS_WORDS.c.term).between(shortest, longest))
    return sorted(row.term for row in await db.rows(asked) if row.term.isalnum())


def _saves_of(workspace: str, person: str) -> Subquery:
    since = func.min(MarkRow.made_at).label("since")
    theirs = stands(workspace), MarkRow.person_id == person
    return select(MarkRow.item_id, since).where(*theirs).group_by(MarkRow.item_id).subquery()


def _came_from(kinds: Sequence[str], key: str) -> ColumnElement[bool]:
    topics = select(TopicRow.id).where(TopicRow.kind.in_(kinds), TopicRow.key == key)
    of_post = Match.source == ItemRow.post_source, Match.post_id == ItemRow.post_id
    return exists().where(Match.topic_id.in_(topics), *of_post)


def _shown_in(workspace: str, channels: Sequence[str]) -> ColumnElement[bool]:
    of_post = DigestItem.source == ItemRow.post_source, DigestItem.post_id == ItemRow.post_id
    digest = Digest.workspace_id == DigestItem.workspace_id, Digest.slot_id == DigestItem.slot_id
    return exists().where(DigestItem.workspace_id == workspace, *of_post, *digest, Digest.channel_id.in_(channels))


def _weight(vector: ColumnElement[Any], sought: Words) -> ColumnElement[int]:
    """The same as `weight_of`, by the marks of the places in PostgreSQL's index."""
    marked = zip(MARKS, WEIGHTS, strict=True)
    return case(*((vector.op("@@")(cast(_tsquery(sought, mark), TSQUERY)), weight) for mark, weight in marked), else_=0)


def _fts(node: Node, ours: str) -> str:
    """In the language of FTS5, which knows no `not` but `a NOT b`: `ours` has all items in it."""
    match node:
        case Words(words, goes_on):
            return f'"{" ".join(words)}"' + (" *" if goes_on else "")
        case Facet(name):
            return f'"{name}"'
        case Not(part):
            return f"({ours} NOT {_fts(part, ours)})"
        case AllOf(parts):
            return "(" + " AND ".join(_fts(part, ours) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " OR ".join(_fts(part, ours) for part in parts) + ")"
        case _:
            raise TypeError(node)


def _tsquery(node: Node, mark: str = "") -> str:
    """With a mark only the places that have it count."""
    match node:
        case Words(words, goes_on):
            return "(" + " <-> ".join(_lexemes(words, mark, goes_on=goes_on)) + ")"
        case Facet(name):
            return quoted(name)
        case Not(part):
            return f"!({_tsquery(part)})"
        case AllOf(parts):
            return "(" + " & ".join(map(_tsquery, parts)) + ")"
        case AnyOf(parts):
            return "(" + " | ".join(map(_tsquery, parts)) + ")"
        case _:
            raise TypeError(node)


def _lexemes(words: Sequence[str], mark: str, *, goes_on: bool) -> Iterator[str]:
    for number, word in enumerate(words, start=1):
        how = ("*" if goes_on and number == len(words) else "") + mark
        yield quoted(word) + (f":{how}" if how else "")
