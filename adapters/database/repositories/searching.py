"""How a query becomes a question to the database: words to its index, the rest to the tables."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    Text,
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
    true,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from adapters.database.index import FTS, FTS_WORDS, MARKS, place_of, quoted, workspace_facet
from adapters.database.repositories.library_rows import for_all, kept, stands
from adapters.database.repositories.reports import is_hidden, items_hidden
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import ALONE, Citation, Digest, DigestItem, Match, Sought
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.tables import Topic as TopicRow
from bot.domain.search.fits import fits, has, leaves_of
from bot.domain.search.query import (
    AllOf,
    AnyOf,
    Before,
    CameFrom,
    Facet,
    Node,
    Not,
    Query,
    SavedBy,
    SavedByMe,
    ShownIn,
    Since,
    Words,
    is_ones_own,
    is_text,
    parts_of,
    words_weighed,
)
from bot.domain.search.weights import WEIGHTS, weight_of

MOST_WEIGHED = 300
"""Of what has the words, so many of the newest are put into order by how well they fit."""
MOST_OF_ONES_OWN = 1_000
"""So many of the newest saves that others do not find are looked through."""
MOST_LOOKED_THROUGH = 2_000
"""PostgreSQL has no list of words; those of so many of the newest items have to do."""

LAST_LETTER = chr(0x10FFFF)

BY_PLACE = (SavedByMe, Since, Before)
"""What of a search need not be asked of the item itself."""
UNINDEXED = literal_column("+item_fts.rowid", type_=BigInteger())
"""Else SQLite would ask its index of words anew for every place in a list."""
CITED = Citation.workspace_id == ItemRow.workspace_id, Citation.item_id == ItemRow.id
JOINED = and_(ItemRow.workspace_id == Sought.workspace_id, ItemRow.id == Sought.item_id)


class Hit(NamedTuple):
    """An item that was found; the best is the largest."""

    weight: int
    place: int
    item: str


class Search:
    def __init__(
        self, db: Statements, workspace: str, query: Query, *, saved_by: str | None, viewer: str | None, least: int
    ) -> None:
        self._db = db
        self._workspace = workspace
        self._saved_by = saved_by
        self._viewer = viewer
        self._is_own = saved_by is not None and saved_by == viewer and query.tree is None
        parts = parts_of(query.tree)
        self._tree = query.tree
        self._finds_own = query.tree is not None and is_ones_own(query, saved_by, viewer)
        self._least = least
        self._text = [part for part in parts if is_text(part)]
        self._rest = [part for part in parts if not is_text(part)]
        self._words = words_weighed(query.tree)
        self._for_all = [] if self._is_own else for_all(least)

    async def page(self, limit: int, offset: int) -> tuple[list[str], int]:
        """The ids of its items, and how many there are on all pages."""
        found, total = await self._found(limit + offset, offset)
        own = await self._own() if self._finds_own else []
        best = sorted([*found, *own], reverse=True) if own else found
        return [hit.item for hit in best[offset : offset + limit]], total + len(own)

    async def _found(self, count: int, offset: int) -> tuple[list[Hit], int]:
        """The best of what all find, and how much there is."""
        if not self._text:
            return await self._newest(count)
        weighed = self._on_postgresql if self._db.on_postgresql else self._on_sqlite
        return await weighed(count, MOST_WEIGHED + offset)

    def _conditions(self) -> list[ColumnElement[bool]]:
        return [*self._for_all, *(self._condition(part) for part in self._rest), *self._mine()]

    def _joined(self) -> list[ColumnElement[bool]]:
        """What only the item itself tells."""
        return [*self._for_all, *(self._condition(part) for part in self._rest if not isinstance(part, BY_PLACE))]

    def _who_saved(self) -> list[str]:
        """The people all of whom have to have saved it."""
        asked = [self._saved_by, *(self._viewer for part in self._rest if isinstance(part, SavedByMe))]
        return [person for person in asked if person is not None]

    def _mine(self) -> list[ColumnElement[bool]]:
        return [] if self._saved_by is None else [self._saved(self._saved_by)]

    async def _hidden(self) -> list[str]:
        """The items whose post is hidden. Few are."""
        return [row.id for row in await self._db.rows(items_hidden(self._workspace))]

    async def _places_of(self, items: Sequence[str]) -> list[int]:
        these = Sought.workspace_id == self._workspace, Sought.item_id.in_(items)
        return [row.place for row in await self._db.rows(select(Sought.place).where(*these))] if items else []

    async def _newest(self, count: int) -> tuple[list[Hit], int]:
        found_here = ItemRow.removed_at.is_(None) if self._is_own else ItemRow.saved_at.is_not(None)
        in_library = ItemRow.workspace_id == self._workspace, found_here
        there = select(ItemRow.id).where(*in_library, *self._conditions())
        found = there.where(ItemRow.id.not_in(items_hidden(self._workspace)))
        newest: ColumnElement[Any] = ItemRow.saved_at.expression
        total = _count(there) - _count(there.where(is_hidden(self._workspace)))
        if self._saved_by is not None:
            theirs = _saves_of(self._saves_seen(self._saved_by), self._saved_by)
            found, newest = found.join(theirs, theirs.c.item_id == ItemRow.id), theirs.c.since
            total = func.count().over()
        page = found.add_columns(newest.label("newest"), total.label("total"))
        rows = await self._db.rows(page.order_by(newest.desc(), ItemRow.id.desc()).limit(count))
        return [Hit(0, place_of(row.newest), row.id) for row in rows], rows[0].total if rows else 0

    # ------------------------------------------------------------------------------------------------------- SQLite

    async def _on_sqlite(self, count: int, window: int) -> tuple[list[Hit], int]:
        """Its own numbers are the places, so that the newest come without being sorted."""
        found = select(FTS.c.rowid).where(
            await self._matches_here(), *self._places(await self._places_of(await self._hidden()))
        )
        if joined := self._joined():
            found = found.join(Sought, Sought.place == FTS.c.rowid).join(ItemRow, JOINED).where(*joined)
        most = window if self._words else count
        fields = (FTS.c.title, FTS.c.tags, FTS.c.notes, FTS.c.text) if self._words else ()
        newest = await self._db.rows(found.add_columns(*fields).order_by(FTS.c.rowid.desc()).limit(most))
        counted = found.with_only_columns(func.count())
        total = len(newest) if len(newest) < most else await self._db.value(counted)
        weighed = ((weight_of(row[1:], self._words), row.rowid) for row in newest)
        best = sorted(weighed, key=itemgetter(0), reverse=True)[:count]
        items = await self._at([place for _, place in best])
        return [Hit(weight, place, items[place]) for weight, place in best], total

    async def _at(self, places: Sequence[int]) -> dict[int, str]:
        """The ids of the items there."""
        rows = await self._db.rows(select(Sought.place, Sought.item_id).where(Sought.place.in_(places)))
        return {row.place: row.item_id for row in rows}

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
        for person in self._who_saved():
            theirs = self._saves_seen(person), MarkRow.person_id == person
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

    async def _on_postgresql(self, count: int, window: int) -> tuple[list[Hit], int]:
        """Counted is only where there is more than is weighed: to count takes longer than to find."""
        ours = Sought.workspace_id == self._workspace, self._has(AllOf(tuple(self._text)))
        found = select(Sought.item_id, Sought.place, Sought.vector).where(*ours, *self._items())
        if hidden := await self._hidden():
            found = found.where(Sought.item_id.not_in(hidden))
        if joined := self._joined():
            found = found.join(ItemRow, JOINED).where(*joined)
        most = window if self._words else count
        newest = found.order_by(Sought.place.desc(), Sought.item_id.desc()).limit(most).subquery()
        rank = sum((_weight(newest.c.vector, each) for each in self._words), start=literal(0))
        best = select(newest.c.item_id, newest.c.place, rank.label("rank"), func.count().over().label("together"))
        best = best.order_by(rank.desc(), newest.c.place.desc(), newest.c.item_id.desc())
        rows = await self._db.rows(best.limit(count))
        together = rows[0].together if rows else 0
        total = together if together < most else await self._counted(found)
        return [Hit(row.rank, row.place, row.item_id) for row in rows], total

    async def _counted(self, found: Select[*tuple[Any, ...]]) -> int:
        """Looked through whole, the table takes twice as long as by its index, which PostgreSQL does not expect."""
        await self._db.value(select(func.set_config("enable_seqscan", "off", True)))
        return int(await self._db.value(found.with_only_columns(func.count())))

    def _items(self) -> Iterator[ColumnElement[bool]]:
        """What can be told without looking at the item itself."""
        for person in self._who_saved():
            theirs = self._saves_seen(person), MarkRow.person_id == person
            yield Sought.item_id.in_(select(MarkRow.item_id).where(*theirs))
        for part in self._rest:
            match part:
                case SavedByMe() if self._viewer is None:
                    yield false()
                case Since(at):
                    yield Sought.place >= place_of(at)
                case Before(at):
                    yield Sought.place < place_of(at)

    def _has(self, text: Node) -> ColumnElement[bool]:
        return Sought.vector.op("@@")(cast(_tsquery(text), TSQUERY))

    # ------------------------------------------------------------------------------------------ what others do not find

    async def _own(self) -> list[Hit]:
        """What the person who looks saved and others do not find: in no index, and few."""
        since = await self._kept_from_others()
        entries = await self._db.entries(self._workspace, since, str(self._viewer))
        told = await self._told_of(list(since))

        def holds(item: str, leaf: Node) -> bool:
            match leaf:
                case Words() | Facet():
                    return has(entries[item], leaf)
                case Since(at):
                    return bool(since[item] >= at)
                case Before(at):
                    return bool(since[item] < at)
                case _:
                    return leaf in told[item]

        found = [item for item in since if fits(self._tree, partial(holds, item))]
        fields = {item: [" ".join(words) for words in entries[item].fields] for item in found}
        return [Hit(weight_of(fields[item], self._words), place_of(since[item]), item) for item in found]

    async def _kept_from_others(self) -> dict[str, datetime]:
        """Since when; where one save is enough for all, only what is private. They are sorted here: SQLite would take
        the index of the order and look through all marks of the workspace."""
        theirs = kept(self._workspace), MarkRow.person_id == self._viewer, ALONE if self._least <= 1 else true()
        of_item = and_(ItemRow.workspace_id == MarkRow.workspace_id, ItemRow.id == MarkRow.item_id)
        others_find = and_(ItemRow.saved_at.is_not(None), *for_all(self._least))
        seen = ItemRow.removed_at.is_(None), ItemRow.id.not_in(items_hidden(self._workspace)), not_(others_find)
        asked = select(MarkRow.item_id, MarkRow.made_at).join(ItemRow, of_item).where(*theirs, *seen)
        since: dict[str, datetime] = {}
        for row in sorted(await self._db.rows(asked), key=itemgetter(1)):
            since.setdefault(row.item_id, row.made_at)
        return dict(list(since.items())[-MOST_OF_ONES_OWN:])

    async def _told_of(self, items: Sequence[str]) -> dict[str, set[Node]]:
        """Which of the other things that are asked for each of these items has, as the tables know."""
        asked = [leaf for leaf in leaves_of(self._tree) if not isinstance(leaf, Words | Facet | Since | Before)]
        told: dict[str, set[Node]] = {item: set() for item in items}
        for leaf in dict.fromkeys(asked):
            for part in in_parts(items):
                has = self._condition(self._of_oneself(leaf))
                these = ItemRow.workspace_id == self._workspace, ItemRow.id.in_(part), has
                for row in await self._db.rows(select(ItemRow.id).where(*these)):
                    told[row.id].add(leaf)
        return told

    def _of_oneself(self, leaf: Node) -> Node:
        """Who else saved it is not told."""
        if not isinstance(leaf, SavedBy):
            return leaf
        return SavedBy(tuple(person for person in leaf.people if person == self._viewer))

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
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> ColumnElement[bool]:
        match node:
            case Since(at):
                return ItemRow.saved_at >= at
            case Before(at):
                return ItemRow.saved_at < at
            case SavedByMe():
                return self._saved(self._viewer) if self._viewer is not None else false()
            case SavedBy(people):
                theirs = stands(self._workspace), MarkRow.item_id == ItemRow.id, MarkRow.person_id.in_(people)
                return exists().where(*theirs)
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
        theirs = self._saves_seen(person), MarkRow.item_id == ItemRow.id, MarkRow.person_id == person
        return exists().where(*theirs)

    def _saves_seen(self, person: str) -> ColumnElement[bool]:
        """What people keep to themselves only they see."""
        return kept(self._workspace) if person == self._viewer else stands(self._workspace)


def _count(found: Select[str]) -> ColumnElement[int]:
    """Of all, and of the few that are hidden, is quicker than of those that are not among the hidden."""
    return found.with_only_columns(func.count()).correlate(None).scalar_subquery()


async def known_words(
    db: Statements, workspace: str, shortest: int, longest: int, beginnings: Collection[str] = ("",)
) -> list[str]:
    """On SQLite those of all workspaces: it reads on from a beginning, and reads everywhere a word is in for its own
    purposes."""
    asked: Select[Any] | CompoundSelect[Any]
    if db.on_postgresql:
        newest = select(Sought.vector).where(Sought.workspace_id == workspace).order_by(Sought.place.desc())
        each = newest.limit(MOST_LOOKED_THROUGH).subquery()
        array = func.tsvector_to_array(each.c.vector)
        words_there = func.unnest(array).table_valued("term", name="word").render_derived()
        word = cast(words_there.c.term, Text)
        begun = or_(*(word.startswith(beginning, autoescape=True) for beginning in beginnings))
        of_length = func.length(word).between(shortest, longest)
        asked = (
            select(word.label("term")).distinct().select_from(each).join(words_there, true()).where(begun, of_length)
        )
    else:
        term = FTS_WORDS.c.term
        words = select(term).where(func.length(term).between(shortest, longest))
        asked = union(*(words.where(term >= begun, term < begun + LAST_LETTER) for begun in beginnings))
    return sorted(row.term for row in await db.rows(asked) if row.term.isalnum())


def _saves_of(seen: ColumnElement[bool], person: str) -> Subquery:
    """Grouped by the bare id, SQLite would look through all marks of the workspace in its order."""
    item = MarkRow.item_id.concat(literal_column("''"))
    since = func.min(MarkRow.made_at).label("since")
    theirs = seen, MarkRow.person_id == person
    return select(item.label("item_id"), since).where(*theirs).group_by(item).subquery()


def _came_from(kinds: Sequence[str], key: str) -> ColumnElement[bool]:
    topics = select(TopicRow.id).where(TopicRow.kind.in_(kinds), TopicRow.key == key)
    of_post = Match.source == Citation.source, Match.post_id == Citation.post_id
    return exists().where(Match.topic_id.in_(topics), *of_post, *CITED)


def _shown_in(workspace: str, channels: Sequence[str]) -> ColumnElement[bool]:
    of_post = *CITED, DigestItem.source == Citation.source, DigestItem.post_id == Citation.post_id
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
