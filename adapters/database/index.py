"""The index of words in which items are found: written anew for an item whenever something is said of it.

It holds what `bot.domain.search.Entry` takes for words and nothing else, so that both databases find the same: SQLite
splits at spaces only, PostgreSQL is given every word with its place.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    cast,
    column,
    delete,
    exists,
    inspect,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql

from adapters.database.tables import Author, Item, ItemNote, ItemTag, Sought
from bot.domain.search import END, Entry, entry_of

AT_ONCE = 500
"""How many items are written in one go."""
_FIELDS = ("title", "tags", "notes", "text")
FTS = table("item_fts", column("rowid"), column("item_fts"), *(column(name) for name in _FIELDS))
FTS_WORDS = table("item_fts_words", column("term"))
OURS = ("item_fts",)
"""How tables and indexes begin that are the databases' own, and not in the metadata."""

"""What is asked for every single item is written out: building a statement takes longer than running it."""
_PUT_FTS = text(
    "INSERT INTO item_fts (rowid, title, tags, notes, text, facets) "
    "VALUES (:place, :title, :tags, :notes, :text, :facets)"
)
_PUT_PLACE = text(
    "INSERT INTO sought (workspace_id, item_id, place) VALUES (:workspace_id, :item_id, :place) "
    "ON CONFLICT (workspace_id, item_id) DO UPDATE SET place = excluded.place"
)
_LAST_PLACE = text("SELECT max(place) FROM sought WHERE place >= :first AND place < :end")
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
    return f"w:{workspace.encode().hex()}"


def renew(connection: Connection, workspace: str, items: Collection[str]) -> None:
    """Writes what is found of these items, few enough for one statement; nothing of what nobody saves."""
    these = Item.workspace_id == workspace, Item.id.in_(items)
    rows = connection.execute(_asked().where(*these)).all()
    places = _places(connection, workspace, items)
    gone = set(places) - {row.id for row in rows}
    _drop(connection, workspace, {item: places[item] for item in gone})
    tags, notes = _said(connection, ItemTag, workspace, items), _said(connection, ItemNote, workspace, items)
    for row in rows:
        entry = entry_of(
            title=row.title,
            url=row.url,
            search_text=row.search_text,
            kind=row.kind,
            author=row.handle or "",
            tags=tags.get(row.id, ()),
            notes=notes.get(row.id, ()),
        )
        _put(connection, row, entry, places.get(row.id))


def fill(connection: Connection) -> None:
    """Writes what is missing: all of it after a migration, later what another version of the program saved."""
    if not inspect(connection).has_table(Sought.__tablename__):
        return
    there = and_(Sought.workspace_id == Item.workspace_id, Sought.item_id == Item.id)
    missing = select(Item.workspace_id, Item.id).where(Item.saved_at.is_not(None), ~exists().where(there))
    left_over = select(Sought.workspace_id, Sought.item_id.label("id")).join(Item, there).where(Item.saved_at.is_(None))
    for asked in (missing.order_by(Item.saved_at), left_over):
        for workspace, items in _portions([(row.workspace_id, row.id) for row in connection.execute(asked)]):
            renew(connection, workspace, items)


def forget_deleted(connection: Connection) -> None:
    """SQLite's index keeps the words of what was deleted until its parts are merged."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO item_fts (item_fts) VALUES ('optimize')"))


def place_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _asked() -> Select[str, str, str, str, str, str, datetime | None, str]:
    wrote = and_(Author.source == Item.post_source, Author.id == Item.author_id)
    columns = (
        Item.workspace_id,
        Item.id,
        Item.title,
        Item.url,
        Item.search_text,
        Item.kind,
        Item.saved_at,
        Author.handle,
    )
    return select(*columns).outerjoin(Author, wrote).where(Item.saved_at.is_not(None)).order_by(Item.saved_at, Item.id)


def _places(connection: Connection, workspace: str, items: Collection[str]) -> dict[str, int]:
    these = Sought.workspace_id == workspace, Sought.item_id.in_(items)
    return {row.item_id: row.place for row in connection.execute(select(Sought.item_id, Sought.place).where(*these))}


def _said(
    connection: Connection, of: type[ItemTag | ItemNote], workspace: str, items: Collection[str]
) -> dict[str, list[str]]:
    said, at = (ItemTag.tag, ItemTag.added_at) if of is ItemTag else (ItemNote.text, ItemNote.written_at)
    asked = select(of.item_id, said.label("said")).where(of.workspace_id == workspace, of.item_id.in_(items))
    found: dict[str, list[str]] = {}
    for row in connection.execute(asked.order_by(at, said)):
        found.setdefault(row.item_id, []).append(row.said)
    return found


def _put(connection: Connection, row: Any, entry: Entry, place: int | None) -> None:  # noqa: ANN401 - a row of `_asked`
    key = {"workspace_id": row.workspace_id, "item_id": row.id}
    if connection.dialect.name == "postgresql":
        vector = cast(_vector(entry), postgresql.TSVECTOR)
        new = postgresql.insert(Sought).values(**key, place=place_of(row.saved_at), vector=vector)
        kept = {"place": new.excluded.place, "vector": new.excluded.vector}
        connection.execute(new.on_conflict_do_update(index_elements=list(key), set_=kept))
        return
    if place is not None:
        connection.execute(_DROP_FTS, {"place": place})
    place = _free_place(connection, row.saved_at, place)
    connection.execute(_PUT_PLACE, {**key, "place": place})
    written = {name: " ".join(words) for name, words in zip(_FIELDS, entry.fields, strict=True)}
    facets = " ".join((*entry.facets, workspace_facet(row.workspace_id)))
    connection.execute(_PUT_FTS, {"place": place, **written, "facets": facets})


def _free_place(connection: Connection, saved_at: datetime, place: int | None) -> int:
    """SQLite's rows are numbered by when they were saved; of those of one moment the last comes last."""
    first = place_of(saved_at)
    if place is not None and first <= place < first + _SECOND:
        return place
    last = connection.execute(_LAST_PLACE, {"first": first, "end": first + _SECOND}).scalar()
    return first if last is None else int(last) + 1


def _drop(connection: Connection, workspace: str, places: Mapping[str, int]) -> None:
    if connection.dialect.name == "sqlite":
        for place in places.values():
            connection.execute(_DROP_FTS, {"place": place})
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
