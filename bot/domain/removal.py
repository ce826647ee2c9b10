"""What disappeared at its source and was taken out of messages and library, for the audit: ids and numbers, no text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.keys import PostKey


class Cause(StrEnum):
    """Why a post is not shown any more. The first five are what its source says of it, the last somebody's wish."""

    GONE = "gone"
    PROTECTED = "protected"
    SUSPENDED = "suspended"
    WITHHELD = "withheld"
    EDITED = "edited"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing done to one post. `how` says how it was found out, or who asked: "compliance job", "embed", "look-up",
    "purge". A post is hidden when it is first missed, and erased once that is confirmed; with EDITED neither.
    `messages` and `items` are how many were affected."""

    post: PostKey
    cause: Cause
    how: str
    at: datetime
    erased: bool = False
    messages: int = 0
    items: int = 0
