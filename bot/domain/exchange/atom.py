"""News of the library for feed readers: Atom, RFC 4287. Of a post it says what it leads to and never what it says."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from bot.domain.exchange.entry import Entry, told
from bot.domain.links import is_web_address

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(feed: str, title: str, address: str, updated: datetime, entries: Sequence[tuple[str, Entry]]) -> str:
    """`feed` and each entry's first part are ids of ours."""
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>urn:staffroom:feed:{_text(feed)}</id>\n"
        f"<title>{_text(title)}</title>\n"
        f"<updated>{updated.isoformat()}</updated>\n"
        "<author><name>Staffroom</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href="{_quoted(address)}"/>\n'
    )
    return head + "".join(_entry(id_, entry) for id_, entry in entries) + "</feed>\n"


def updated_at(entry: Entry) -> datetime:
    return max([entry.saved_at, *(note.edited_at or note.at for note in entry.notes)])


def _entry(id_: str, entry: Entry) -> str:
    link = f'<link rel="alternate" href="{_quoted(entry.url)}"/>\n' if is_web_address(entry.url) else ""
    tags = "".join(f'<category term="{_quoted(tag)}"/>\n' for tag in entry.tags)
    said = "\n".join(map(told, entry.notes))
    return (
        "<entry>\n"
        f"<id>urn:staffroom:item:{_text(id_)}</id>\n"
        f"<title>{_text(entry.title)}</title>\n"
        f"{link}"
        f"<published>{entry.saved_at.isoformat()}</published>\n"
        f"<updated>{updated_at(entry).isoformat()}</updated>\n"
        f"{tags}"
        f"<content>{_text(said)}</content>\n"
        "</entry>\n"
    )


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _quoted(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text), {'"': "&quot;"})
