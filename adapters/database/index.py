"""The index of words in which items are found: written anew for an item whenever something is said of it.

It holds what `bot.domain.search.Entry` takes for words and nothing else, so that both databases find the same: SQLite
splits at spaces only, PostgreSQL is given every word with its place.
"""

import json
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects import postgresql

from adapters.database.tables import Author, Citation, Item, ItemNote, ItemShare, ItemTag, Mark, Report, Sought
from bot.domain.rules import Verdict
from bot.domain.search import END, Entry, entry_of

AT_ONCE = 500
"""How many items are written in one go."""
_FIELDS = ("title", "tags", "notes", "text")
FTS = table("item_fts", column("rowid"), column("item_fts"), *(column(name) for name in _FIELDS))
FTS_WORDS = table("item_fts_words", column("term"))
OURS = ("item_fts",)
"""How tables and indexes begin that are the databases' own, and not in the metadata."""
OF_ITEM = and_(Item.workspace_id == Sought.workspace_id, Item.id == Sought.item_id)

# What is asked for every single item is written out: building a statement takes longer than running it.
_PUT_FTS = text(
    "INSERT INTO item_fts (rowid, title, tags, notes, text, facets) "
    "VALUES (:place, :title, :tags, :notes, :text, :facets)"
)
_PUT_PLACE = text(
    "INSERT INTO sought (workspace_id, item_id, place) VALUES (:workspace_id, :item_id, :place) "
    "ON CONFLICT (workspace_id, item_id) DO UPDATE SET place = excluded.place"
)
_LAST_PLACES = text(
    "SELECT value, (SELECT max(place) FROM sought WHERE place >= value AND place < value + :second) AS last "
    "FROM json_each(:moments)"
)
_DROP_FTS = text("DELETE FROM item_fts WHERE rowid = :place")
_SECOND = 1_000_000
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MARKS = "ABCD"
"""PostgreSQL's marks for title, tags, notes and text."""


def is_in_metadata(_thing: object, name: str | None, _kind: str, _reflected: object, _other: object) -> bool:
    """For alembic, which would drop what it does not know."""
    return not (name or "").startswith(OURS)


def workspace_facet(workspace: str) -> str:
    """In letters that every index takes for one word."""
    return f":w:{workspace.encode().hex()}"


def renew(connection: Connection, workspace: str, items: Collection[str]) -> None:
    """Writes what is found of these items, few enough for one statement; nothing of what nobody saves. What is asked
    for by items is chosen and sorted here: SQLite would take the index of the order, and look through the workspace."""
    these = Item.workspace_id == workspace, Item.id.in_(items)
    known = connection.execute(select(*_COLUMNS).where(*these)).all()
    rows = sorted((row for row in known if row.saved_at is not None), key=lambda row: (row.saved_at, row.id))
    places = _places(connection, workspace, items)
    gone = set(places) - {row.id for row in rows}
    _drop(connection, workspace, {item: places[item] for item in gone})
    if rows:
        put = _put_on_postgresql if connection.dialect.name == "postgresql" else _put_on_sqlite
        put(connection, rows, _entries(connection, workspace, rows), places)


def entries_of(connection: Connection, workspace: str, items: Collection[str], reader: str) -> dict[str, Entry]:
    """What this person finds these items by, while others find them by nothing: of tags and notes their own alone."""
    these = Item.workspace_id == workspace, Item.id.in_(items)
    rows = connection.execute(select(*_COLUMNS).where(*these)).all()
    return _entries(connection, workspace, rows, reader)


def fill(connection: Connection) -> None:
    """Writes what is missing: all of it after a migration, later what another version of the program saved."""
    if not inspect(connection).has_table(Citation.__tablename__):
        return
    _cite_what_is_missing(connection)
    there = and_(Sought.workspace_id == Item.workspace_id, Sought.item_id == Item.id)
    missing = select(Item.workspace_id, Item.id).where(Item.saved_at.is_not(None), ~exists().where(there))
    left_over = select(Sought.workspace_id, Sought.item_id.label("id")).join(Item, there).where(Item.saved_at.is_(None))
    for asked in (missing.order_by(Item.saved_at), left_over):
        for workspace, items in _portions([(row.workspace_id, row.id) for row in connection.execute(asked)]):
            renew(connection, workspace, items)


def _cite_what_is_missing(connection: Connection) -> None:
    """An earlier version of the program knows no citations: what its item says, its post says."""
    cited = exists().where(Citation.workspace_id == Item.workspace_id, Citation.item_id == Item.id)
    columns = (Item.workspace_id, Item.id, Item.post_source, Item.post_id, Item.added_at, Item.search_text)
    missing = select(*columns, Item.author_id).where(Item.post_id.is_not(None), ~cited)
    for row in connection.execute(missing).all():
        post = {"source": row.post_source, "post_id": row.post_id, "author_id": row.author_id}
        said = {"cited_at": row.added_at, "search_text": row.search_text}
        connection.execute(insert(Citation).values(workspace_id=row.workspace_id, item_id=row.id, **post, **said))
        this = Item.workspace_id == row.workspace_id, Item.id == row.id
        connection.execute(update(Item).where(*this).values(search_text=""))


def forget_deleted(connection: Connection) -> None:
    """SQLite's index keeps the words of what was deleted until its parts are merged."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO item_fts (item_fts) VALUES ('optimize')"))


def place_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


_COLUMNS = (Item.workspace_id, Item.id, Item.title, Item.url, Item.search_text, Item.kind, Item.saved_at)


def _entries(
    connection: Connection, workspace: str, rows: Sequence[Any], reader: str | None = None
) -> dict[str, Entry]:
    items = [row.id for row in rows]
    tags = _said(connection, ItemTag, workspace, items, reader)
    notes = _said(connection, ItemNote, workspace, items, reader)
    posts = _posts(connection, workspace, items)
    saves = _saves(connection, workspace, items) if reader is None else []
    libraries = _libraries(connection, workspace, items, saves) if reader is None else {}
    savers = _grouped((row.item_id, row.person_id) for row in saves)
    return {
        row.id: entry_of(
            title=row.title,
            url=row.url,
            texts=[text for text in (row.search_text, *(post.search_text for post in posts.get(row.id, ()))) if text],
            kind=row.kind,
            authors=[post.handle for post in posts.get(row.id, ()) if post.handle],
            tags=tags.get(row.id, ()),
            notes=notes.get(row.id, ()),
            libraries=sorted(libraries.get(row.id, ())),
            savers=sorted(savers.get(row.id, ())),
        )
        for row in rows
    }


def _posts(connection: Connection, workspace: str, items: Collection[str]) -> dict[str, list[Row[str, str, str]]]:
    """What the posts say that lead to each item, and who wrote them: nothing of reported ones."""
    wrote = and_(Author.source == Citation.source, Author.id == Citation.author_id)
    asked = select(Citation.item_id, Citation.search_text, Author.handle).outerjoin(Author, wrote)
    of_post = Report.workspace_id == workspace, Report.source == Citation.source, Report.post_id == Citation.post_id
    hidden = exists().where(*of_post, Report.verdict != Verdict.RESTORED)
    these = Citation.workspace_id == workspace, Citation.item_id.in_(items), ~hidden
    found: dict[str, list[Row[str, str, str]]] = {}
    for row in connection.execute(asked.where(*these).order_by(Citation.cited_at, Citation.source, Citation.post_id)):
        found.setdefault(row.item_id, []).append(row)
    return found


def _saves(connection: Connection, workspace: str, items: Collection[str]) -> Sequence[Row[str, str, str]]:
    """Who saved each item for all, and in which department."""
    stands = Mark.workspace_id == workspace, Mark.ended_at.is_(None), Mark.private.is_(False)
    asked = select(Mark.item_id, Mark.person_id, Mark.library).where(*stands, Mark.item_id.in_(items))
    return connection.execute(asked).all()


def _libraries(
    connection: Connection, workspace: str, items: Collection[str], saves: Sequence[Row[str, str, str]]
) -> dict[str, set[str]]:
    """The departments in which each item was saved, or with which it was shared."""
    of_them = ItemShare.workspace_id == workspace, ItemShare.item_id.in_(items)
    shares = connection.execute(select(ItemShare.item_id, ItemShare.library).where(*of_them))
    return _grouped((row.item_id, row.library) for row in (*saves, *shares))


def _grouped(of_items: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for item, told in of_items:
        found.setdefault(item, set()).add(told)
    return found


def _places(connection: Connection, workspace: str, items: Collection[str]) -> dict[str, int]:
    these = Sought.workspace_id == workspace, Sought.item_id.in_(items)
    return {row.item_id: row.place for row in connection.execute(select(Sought.item_id, Sought.place).where(*these))}


def _said(
    connection: Connection,
    of: type[ItemTag | ItemNote],
    workspace: str,
    items: Collection[str],
    reader: str | None = None,
) -> dict[str, list[str]]:
    said, at = (ItemTag.tag, ItemTag.added_at) if of is ItemTag else (ItemNote.text, ItemNote.written_at)
    these = of.workspace_id == workspace, of.item_id.in_(items)
    asked = select(of.item_id, said.label("said"), at.label("at")).where(*these)
    if reader is not None:
        asked = asked.where((ItemTag.added_by if of is ItemTag else ItemNote.person_id) == reader)
    elif of is ItemNote:
        asked = asked.where(ItemNote.private.is_(False))
    found: dict[str, list[str]] = {}
    for row in sorted(connection.execute(asked), key=lambda row: (row.at, row.said)):
        found.setdefault(row.item_id, []).append(row.said)
    return found


def _put_on_postgresql(
    connection: Connection, rows: Sequence[Any], entries: Mapping[str, Entry], _places: Mapping[str, int]
) -> None:
    key = ("workspace_id", "item_id")
    new = postgresql.insert(Sought).values(vector=cast(bindparam("said"), postgresql.TSVECTOR))
    kept = {"place": new.excluded.place, "vector": new.excluded.vector}
    put = new.on_conflict_do_update(index_elements=key, set_=kept)
    connection.execute(put, [_key_of(row, place_of(row.saved_at)) | {"said": _vector(entries[row.id])} for row in rows])


def _put_on_sqlite(
    connection: Connection, rows: Sequence[Any], entries: Mapping[str, Entry], places: Mapping[str, int]
) -> None:
    """A statement for all of them: each takes longer to get there than to be done."""
    if old := [{"place": places[row.id]} for row in rows if row.id in places]:
        connection.execute(_DROP_FTS, old)
    new = _free_places(connection, rows, places)
    connection.execute(_PUT_PLACE, [_key_of(row, new[row.id]) for row in rows])
    connection.execute(_PUT_FTS, [{"place": new[row.id], **_said_here(row, entries[row.id])} for row in rows])


def _key_of(row: Any, place: int) -> dict[str, object]:  # noqa: ANN401 - a row of `_asked`
    return {"workspace_id": row.workspace_id, "item_id": row.id, "place": place}


def _said_here(row: Any, entry: Entry) -> dict[str, str]:  # noqa: ANN401 - a row of `_asked`
    written = {name: " ".join(words) for name, words in zip(_FIELDS, entry.fields, strict=True)}
    return written | {"facets": " ".join((*entry.facets, workspace_facet(row.workspace_id)))}


def _free_places(connection: Connection, rows: Sequence[Any], places: Mapping[str, int]) -> dict[str, int]:
    """SQLite's rows are numbered by when they were saved; of those of one moment the last comes last."""
    moments = sorted({place_of(row.saved_at) for row in rows})
    asked = connection.execute(_LAST_PLACES, {"moments": json.dumps(moments), "second": _SECOND})
    last = {row.value: row.last for row in asked}
    found: dict[str, int] = {}
    taken: list[int] = []
    for row in rows:
        first, place = place_of(row.saved_at), places.get(row.id)
        if place is None or not first <= place < first + _SECOND:
            later = taken[bisect_left(taken, first) : bisect_left(taken, first + _SECOND)]
            before = max((each for each in (last[first], *later[-1:]) if each is not None), default=first - 1)
            place = before + 1
            insort(taken, place)
        found[row.id] = place
    return found


def _drop(connection: Connection, workspace: str, places: Mapping[str, int]) -> None:
    if not places:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_DROP_FTS, [{"place": place} for place in places.values()])
    connection.execute(delete(Sought).where(Sought.workspace_id == workspace, Sought.item_id.in_(places)))


def _vector(entry: Entry) -> str:
    """As PostgreSQL writes it. Between two fields there is a place that nothing takes, so that no phrase crosses."""
    lexemes = [f"{quoted(facet)}" for facet in entry.facets]
    place = 0
    for weight, words in zip(MARKS, entry.fields, strict=True):
        for word in words:
            place += 1
            if word != END:
                lexemes.append(f"{quoted(word)}:{place}{weight}")
        place += 1
    return " ".join(lexemes)


def quoted(word: str) -> str:
    """For PostgreSQL, which reads both quotation marks and backslashes."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _portions(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Items of one workspace, few enough for one statement, in the order given."""
    for workspace in dict.fromkeys(workspace for workspace, _ in rows):
        items = [item for of, item in rows if of == workspace]
        for start in range(0, len(items), AT_ONCE):
            yield workspace, items[start : start + AT_ONCE]
