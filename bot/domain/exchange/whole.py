"""All that is known of items, as JSON that Staffroom reads in again.

Version 1 is one object: `format`, `version`, `title`, `made_at` and `items`, an item a line. What an item does not have
is left out. A newer version may add what this one overlooks; one that means something else has a higher number.
"""

import json
from datetime import datetime

from bot.domain.exchange.entry import Entry, Said
from bot.domain.exchange.layout import Layout

FORMAT = "staffroom library"
VERSION = 1


def whole(title: str, made_at: datetime) -> Layout:
    head = {"format": FORMAT, "version": VERSION, "title": title, "made_at": made_at.isoformat()}
    opened = json.dumps(head, ensure_ascii=False)[:-1] + ', "items": [\n'
    return Layout(opened, _written, ",\n", "\n]}\n")


def _written(entry: Entry) -> str:
    return json.dumps(as_object(entry), ensure_ascii=False)


def as_object(entry: Entry) -> dict[str, object]:
    values: dict[str, object] = {
        "link": entry.url,
        "title": entry.title,
        "kind": entry.kind,
        "saved_at": entry.saved_at.isoformat(),
        "tags": list(entry.tags),
        "notes": [_note(each) for each in entry.notes],
        "saved_by": list(entry.saved_by),
        "shelves": list(entry.shelves),
        "libraries": list(entry.libraries),
        "citations": [{"source": source, "id": id_} for source, id_ in entry.citations],
        "credit": entry.credit,
        "text": entry.text,
        "private": entry.private,
    }
    return {name: value for name, value in values.items() if value}


def _note(note: Said) -> dict[str, object]:
    edited_at = note.edited_at.isoformat() if note.edited_at else ""
    said = {
        "text": note.text,
        "at": note.at.isoformat(),
        "edited_at": edited_at,
        "by": note.by,
        "private": note.private,
    }
    return {name: value for name, value in said.items() if value}
