"""What people changed about what is in the library: who, when, and how it was before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """
    saved        put into a library; `after` is the department, empty for the library of all
    undone       the save of that person ended
    imported     brought in from a file; `after` is the department
    tagged       `after` are the tags that were added, apart by commas
    untagged     `before` are the tags that were taken away
    noted        a note written or changed: `before` and `after` are its wording
    unnoted      a note deleted; nothing is left of what it said
    retitled     by a person
    title read   by Staffroom, from the page itself
    kind         `before` and `after` are kinds
    removed      kept for owners only, until it is restored or erased
    restored     there for all again
    shared       `after` is the department whose library has it as well
    unshared     `before` is that department
    erased       by Staffroom: what a post said that led to it, because it is gone at its source or was purged
    """

    SAVED = "saved"
    UNDONE = "undone"
    IMPORTED = "imported"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    NOTED = "noted"
    UNNOTED = "unnoted"
    RETITLED = "retitled"
    TITLE_READ = "title read"
    KIND = "kind"
    REMOVED = "removed"
    RESTORED = "restored"
    SHARED = "shared"
    UNSHARED = "unshared"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """`by` is the person's id, empty for Staffroom itself and for who is forgotten. `note` is the id of the note
    that it is about, `whose` that of whoever wrote it. `name` is what people call `by`, where known; it is not kept
    here."""

    id: str
    item: str
    at: datetime
    by: str
    what: What
    before: str = ""
    after: str = ""
    whose: str = ""
    name: str = ""
    note: str = ""
