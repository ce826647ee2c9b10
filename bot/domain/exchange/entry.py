"""An item of the library as a file tells of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A note. `by` is empty where names are not told, `edited_at` is when it was last changed, where it ever was. A
    `private` one only its writer reads."""

    text: str
    at: datetime
    by: str = ""
    edited_at: datetime | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """`url` is the page, or the post where that leads nowhere. `libraries` are departments by their keys, `saved_by`
    the names that may be told. `citations` are source and id of the posts that lead to the page. `text` is what the
    newest of them says, empty where that may not be told. It is `private` where nobody but its owner finds it."""

    url: str
    title: str
    kind: str
    saved_at: datetime
    tags: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()
    saved_by: tuple[str, ...] = ()
    shelves: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    citations: tuple[tuple[str, str], ...] = ()
    credit: str = ""
    text: str = ""
    private: bool = False


def told(note: Said) -> str:
    """`Ana: Worked well.`"""
    return f"{note.by}: {note.text}" if note.by else note.text
