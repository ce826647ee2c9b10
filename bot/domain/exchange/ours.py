"""Reads what `bot.domain.exchange.whole` wrote, of this version or an older one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.exchange.bringing import ON_THE_WEB, Row
from bot.domain.exchange.entry import Said
from bot.domain.exchange.found import FIRST_YEAR, Found, cuts_of, each_once, note_of, tags_of, title_of
from bot.domain.exchange.whole import FORMAT, VERSION
from bot.domain.search.kinds import KINDS
from bot.errors import Mistake

MOST_PARTS = 25
"""Lists and objects, for each item; one takes many times the room that it takes in the file."""
MOST_CITATIONS = 50
LONGEST_NAME = 80
NOT_AN_ITEM = "It is not an item as Staffroom writes them."
UNREADABLE = "This is not a whole JSON file. Export it once more, and bring in the new one."


def looks_like_ours(text: str) -> bool:
    return text.lstrip().startswith("{")


def read_ours(text: str, now: datetime, most_rows: int = ON_THE_WEB.rows) -> Found:
    """Raises Mistake for what is not from Staffroom, or from a newer one. Its broken rows are told by their number. Who
    wrote a note is left out."""
    read, found = _parsed(text, most_rows), Found(most_rows)
    for number, item in enumerate(_items(read), start=1):
        if isinstance(item, dict):
            found.add(_row(number, item, now), _cuts(item))
        else:
            found.refuse(number, NOT_AN_ITEM)
    return found


def _parsed(text: str, most_rows: int) -> Any:  # noqa: ANN401 - whatever the file holds
    if text.count("{") + text.count("[") > MOST_PARTS * most_rows:
        raise Mistake("This file has too many parts to be one of Staffroom's. Nothing was changed.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Mistake(UNREADABLE) from None


def _items(read: Any) -> Sequence[object]:  # noqa: ANN401 - whatever the file holds
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise Mistake("This JSON file is not from Staffroom. Bring in one that was exported here, or bookmarks.")
    version = read.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Mistake("This file does not say which version of Staffroom's format it has. Export it once more.")
    if version > VERSION:
        raise Mistake("This file was exported by a newer Staffroom. Update this one, then bring it in.")
    items = read.get("items")
    if not isinstance(items, list):
        raise Mistake(UNREADABLE)
    return items


def _row(number: int, item: Mapping[str, Any], now: datetime) -> Row:
    kind = _text(item.get("kind"))
    shelves = _texts(item.get("shelves"))
    return Row(
        line=number,
        url=_text(item.get("link")).strip(),
        title=title_of(_text(item.get("title"))),
        tags=tags_of(_texts(item.get("tags"))),
        notes=each_once(_notes(item.get("notes"), now)),
        saved_at=_moment(item.get("saved_at"), now),
        kind=kind if kind in KINDS else "",
        shelf=title_of(shelves[0])[:LONGEST_NAME] if shelves else "",
        libraries=tuple(title_of(each)[:LONGEST_NAME] for each in _texts(item.get("libraries"))[:MOST_CITATIONS]),
        citations=tuple(_citations(item.get("citations"))),
        private=item.get("private") is True,
    )


def _cuts(item: Mapping[str, Any]) -> Iterator[str]:
    notes = (_text(note.get("text")) for note in _objects(item.get("notes")))
    return cuts_of(_text(item.get("title")), _texts(item.get("tags")), notes)


def _notes(notes: object, now: datetime) -> list[Said]:
    return [note for each in _objects(notes) if (note := _note(each, now)).text]


def _note(note: Mapping[str, Any], now: datetime) -> Said:
    at, edited_at = _moment(note.get("at"), now), _moment(note.get("edited_at"), now)
    is_private = note.get("private") is True
    return Said(note_of(_text(note.get("text"))), at or edited_at or now, edited_at=edited_at, private=is_private)


def _citations(citations: object) -> list[tuple[str, str]]:
    found = []
    for each in citations[:MOST_CITATIONS] if isinstance(citations, list) else []:
        if isinstance(each, dict):
            source, id_ = title_of(_text(each.get("source"))), title_of(_text(each.get("id")))
            found += [(source, id_)] if source and id_ else []
    return found


def _text(value: object) -> str:
    """Lone halves of a letter, which JSON can spell and nothing can write, become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [_text(each) for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _moment(value: object, now: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC) if at.year >= FIRST_YEAR and at <= now else None
