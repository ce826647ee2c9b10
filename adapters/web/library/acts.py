"""What a form on an item's page wants done."""

from collections.abc import Callable, Mapping

from adapters.web.forms import Form
from bot.ports.desk import (
    Act,
    AddTags,
    ChangeNote,
    DeleteNote,
    Keep,
    Remove,
    Restore,
    Retitle,
    SetKind,
    Share,
    TakeTag,
    Undo,
    Unshare,
    WriteNote,
)

ACTS: Mapping[str, Callable[[Form], Act]] = {
    "tag": lambda form: AddTags(form.text("tags")),
    "untag": lambda form: TakeTag(form.text("tag")),
    "note": lambda form: WriteNote(form.text("note")),
    "change-note": lambda form: ChangeNote(form.text("key"), form.text("note")),
    "delete-note": lambda form: DeleteNote(form.text("key")),
    "title": lambda form: Retitle(form.text("title")),
    "kind": lambda form: SetKind(form.text("kind")),
    "share": lambda form: Share(form.text("library")),
    "unshare": lambda form: Unshare(form.text("library")),
    "keep": lambda form: Keep(private=bool(form.text("private"))),
    "undo": lambda _: Undo(),
    "remove": lambda _: Remove(),
    "restore": lambda _: Restore(),
}
"""By the last part of the form's address."""
