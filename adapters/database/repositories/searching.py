"""How a query becomes a question to the database: words to its index, the rest to the tables."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union,
)

from adapters.database import fts, tsvector
from adapters.database.index import FTS, FTS_WORDS, place_of, workspace_facet
from adapters.database.repositories.library_rows import for_all, kept, stands
from adapters.database.repositories.reports import is_hidden, items_hidden
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import ALONE, Citation, Digest, DigestItem, Match, Sought
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.tables import Topic as TopicRow
from adapters.database.types import PlainText
from bot.domain.search.entry import saver_facet
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
from bot.domain.search.total import Total, counted_until, total_of
from bot.domain.search.weights import weight_of

MOST_OF_ONES_OWN = 1_000
"""So many of the newest saves that others do not find are looked through."""
MOST_LOOKED_THROUGH = 1_500
"""PostgreSQL has no list of words; those of so many of the newest items have to do."""

LAST_LETTER = chr(0x10FFFF)

CITED = Citation.workspace_id == ItemRow.workspace_id, Citation.item_id == ItemRow.id

_workspace = bindparam("workspace", type_=PlainText())
_ITEMS_HIDDEN = items_hidden(_workspace)


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
        self._these = {"workspace": workspace}
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
        self._alone: Sequence[Row[Any]] | None = None
        self._for_all = [] if self._is_own else for_all(least)

    async def page(self, limit: int, offset: int) -> tuple[list[str], Total]:
        """The ids of its items, and how many there are on all pages."""
        end = limit + offset
        found, count = await self._found(end)
        own = await self._own() if self._finds_own else []
        best = sorted([*found, *own], reverse=True) if own else found
        total = Total(count) if self._tree is None else total_of(count + len(own), end)
        return [hit.item for hit in best[offset:end]], total

    def conditions(self) -> list[ColumnElement[bool]]:
        """What an item has to have that all find by it."""
        return [*self._conditions(), *map(self._condition, self._text)]

    async def own(self) -> list[str]:
        """The ids of what the person who looks finds by it and others do not."""
        return [hit.item for hit in await self._own()] if self._finds_own else []

    async def _found(self, count: int) -> tuple[list[Hit], int]:
        """The best of what all find, and how much there is; of what a search finds, as far as it is counted."""
        if not self._text:
            return await self._newest(count)
        if self._viewer is None and any(isinstance(part, SavedByMe) for part in self._rest):
            return [], 0
        weighed = self._on_postgresql if self._db.on_postgresql else self._on_sqlite
        return await weighed(count)

    def _conditions(self) -> list[ColumnElement[bool]]:
        return [*self._for_all, *(self._condition(part) for part in self._rest), *self._mine()]

    def _of_item(self) -> list[ColumnElement[bool]]:
        """What only the item itself tells."""
        return [*self._for_all, *(self._condition(part) for part in self._rest if not _is_indexed(part))]

    def _by_place(self) -> dict[str, object]:
        """What is told without looking at the item: the parameters by whose names the index of words knows it."""
        since = [place_of(part.at) for part in self._rest if isinstance(part, Since)]
        before = [place_of(part.at) for part in self._rest if isinstance(part, Before)]
        told: dict[str, object] = {"since": max(since)} if since else {}
        return told | ({"before": min(before)} if before else {})

    async def _by_savers(self) -> tuple[list[Node], dict[str, object]]:
        """Who saved it: facets of the index, and what is looked up beside it. What somebody keeps alone has no facet,
        so that among their own saves those of others are looked up that they keep as well."""
        savers = [part.people for part in self._rest if isinstance(part, SavedBy) and part.people]
        savers += [(self._saved_by,)] if self._saved_by not in {None, self._viewer} else []
        is_mine = self._saved_by is not None and self._saved_by == self._viewer
        facets: list[Node] = [_saved_by_one_of(people) for people in savers]
        if self._viewer is None or not (is_mine or any(isinstance(part, SavedByMe) for part in self._rest)):
            return facets, {}
        if any(row.others_find for row in await self._kept_alone()):
            return facets, {"viewer": self._viewer}
        return [*facets, _saved_by_one_of([self._viewer])], {}

    def _mine(self) -> list[ColumnElement[bool]]:
        return [] if self._saved_by is None else [self._saved(self._saved_by)]

    async def _newest(self, count: int) -> tuple[list[Hit], int]:
        found_here = ItemRow.removed_at.is_(None) if self._is_own else ItemRow.saved_at.is_not(None)
        in_library = ItemRow.workspace_id == self._workspace, found_here
        there = select(ItemRow.id).where(*in_library, *self._conditions())
        found = there.where(ItemRow.id.not_in(items_hidden(self._workspace)))
        newest: ColumnElement[Any] = ItemRow.saved_at.expression
        total = _count(there) - _count(there.where(is_hidden(self._workspace)))
        if self._tree is not None:
            total = _count(found.limit(_enough(count)))
        if self._saved_by is not None:
            theirs = _saves_of(self._saves_seen(self._saved_by), self._saved_by)
            found, newest = found.join(theirs, theirs.c.item_id == ItemRow.id), theirs.c.since
            total = func.count().over()
        page = found.add_columns(newest.label("newest"), total.label("total"))
        rows = await self._db.rows(page.order_by(newest.desc(), ItemRow.id.desc()).limit(count))
        return [Hit(0, place_of(row.newest), row.id) for row in rows], rows[0].total if rows else 0

    # ------------------------------------------------------------------------------------------------------- SQLite

    async def _on_sqlite(self, count: int) -> tuple[list[Hit], int]:
        savers, looked_up = await self._by_savers()
        by_place = self._by_place() | looked_up
        text = AllOf((*self._text, *savers))
        said = fts.match_of(text, self._ours, await self._words_begun(text))
        asked = {"match": said, "match_among_others": f"{self._ours} AND {said}"} | _as_many(count)
        best = fts.best(len(self._words), tuple(by_place), self._of_item())
        rows = await self._db.rows(best, self._these | asked | by_place | fts.weighed_as(self._words))
        hits = sorted((Hit(row.weight, row.place, row.item_id) for row in rows), reverse=True)
        return hits, rows[0].together if rows else 0

    async def _words_begun(self, text: Node) -> dict[str, list[str]]:
        """By their beginnings, where they are few."""
        going_on = {leaf.words[-1] for leaf in leaves_of(text) if isinstance(leaf, Words) and leaf.goes_on}
        begun: dict[str, list[str]] = {}
        for beginning in (each for each in going_on if len(each) >= fts.FEWEST_LETTERS):
            asked = {"beginning": beginning, "end": beginning + LAST_LETTER, "most": fts.MOST_WORDS_BEGUN + 1}
            words = [row.word for row in await self._db.rows(fts.WORDS_BEGUN, asked)]
            begun |= {beginning: words} if len(words) <= fts.MOST_WORDS_BEGUN else {}
        return begun

    @property
    def _ours(self) -> str:
        return f'"{workspace_facet(self._workspace)}"'

    # --------------------------------------------------------------------------------------------------- PostgreSQL

    async def _on_postgresql(self, count: int) -> tuple[list[Hit], int]:
        savers, looked_up = await self._by_savers()
        by_place = self._by_place() | looked_up
        said = tsvector.match_of(AllOf((*self._text, *savers)))
        asked = {"match": said} | _as_many(count)
        best = tsvector.best(len(self._words), tuple(by_place), self._of_item())
        rows = await self._db.rows(best, self._these | asked | by_place | tsvector.weighed_as(self._words))
        return [Hit(row.weight, row.place, row.item_id) for row in rows], rows[0].together if rows else 0

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
        """Since when."""
        since: dict[str, datetime] = {}
        for row in await self._kept_alone():
            if not row.others_find:
                since.setdefault(row.item_id, row.made_at)
        return dict(list(since.items())[-MOST_OF_ONES_OWN:])

    async def _kept_alone(self) -> Sequence[Row[Any]]:
        """Sorted here: SQLite would take the index of the order and look through all marks of the workspace."""
        if self._alone is None:
            asked = _kept_alone(waits=self._least > 1)
            rows = await self._db.rows(asked, self._these | {"viewer": self._viewer, "least": self._least})
            self._alone = sorted(rows, key=itemgetter(1))
        return self._alone

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
            return ItemRow.id.in_(here.where(tsvector.has(tsvector.match_of(text))))
        matches = FTS.c.item_fts.op("MATCH")(f"{self._ours} AND {fts.match_of(text, self._ours, {})}")
        return ItemRow.id.in_(here.where(Sought.place.in_(select(FTS.c.rowid).where(matches))))

    def _saved(self, person: str) -> ColumnElement[bool]:
        theirs = self._saves_seen(person), MarkRow.item_id == ItemRow.id, MarkRow.person_id == person
        return exists().where(*theirs)

    def _saves_seen(self, person: str) -> ColumnElement[bool]:
        """What people keep to themselves only they see."""
        return kept(self._workspace) if person == self._viewer else stands(self._workspace)


@cache
def _kept_alone(*, waits: bool) -> Select[str, datetime, bool]:
    """What this person keeps alone, since when, and whether others find it all the same; where one save is not enough
    for all, what waits for another as well."""
    theirs = kept(_workspace), MarkRow.person_id == bindparam("viewer", type_=PlainText())
    of_item = and_(ItemRow.workspace_id == MarkRow.workspace_id, ItemRow.id == MarkRow.item_id)
    enough = or_(ItemRow.vouched, ItemRow.savers >= bindparam("least", type_=Integer())) if waits else true()
    others_find = and_(ItemRow.saved_at.is_not(None), enough)
    alone = or_(ALONE, not_(others_find)) if waits else ALONE
    seen = ItemRow.removed_at.is_(None), ItemRow.id.not_in(_ITEMS_HIDDEN), alone
    told = MarkRow.item_id, MarkRow.made_at, others_find.label("others_find")
    return select(*told).join(ItemRow, of_item).where(*theirs, *seen)


def _is_indexed(part: Node) -> bool:
    """Whether the item itself need not be asked."""
    return isinstance(part, SavedByMe | Since | Before) or (isinstance(part, SavedBy) and bool(part.people))


def _saved_by_one_of(people: Sequence[str]) -> Node:
    return AnyOf(tuple(Facet(saver_facet(person)) for person in people))


def _as_many(end: int) -> dict[str, object]:
    return {"window": _enough(end), "most": end}


def _enough(end: int) -> int:
    """To know whether there are more than are counted."""
    return counted_until(end) + 1


def _count(found: Select[str]) -> ColumnElement[int]:
    """Of all, and of the few that are hidden, is quicker than of those that are not among the hidden."""
    return select(func.count()).select_from(found.correlate(None).subquery()).scalar_subquery()


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
        by_length = groupby(sorted(beginnings, key=len), len)
        begun = or_(*(func.left(word, length).in_(list(same)) for length, same in by_length))
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
