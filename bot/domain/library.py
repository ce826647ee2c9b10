"""A department's PLN: what was saved, by whom, and when a mark counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.keys import PostKey
from bot.domain.topic import plain
from bot.errors import Mistake

KEYCAPS = (*(f"{digit}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}" for digit in "123456789"), "🔟")
SHELVES = {"🔖": "", "⭐": ""}
"""The emoji that save, and the shelf each puts an item on; the empty one is the library itself."""
LINK = "link:"
"""How the keys of items begin that are pages of the web."""
MOST_TAGS = 10
MOST_LETTERS_IN_A_TAG = 40
MOST_LETTERS_IN_A_NOTE = 1_000
MOST_NOTES = 20
"""Of one person about one item, written one by one."""


class Ending(StrEnum):
    """Why a mark ended. An un-reaction yields to the reaction seen again, the others only to a new event."""

    UNREACTED = "unreacted"
    UNDONE = "undone"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's mark on an item. `origin` is `button`, `command`, `form`, or message and emoji of a reaction; `shelf`
    is where it puts the item, empty for none. One that is `vouched` was made by somebody who looks after the workspace:
    the item is for all then, however few saved it.

    `library` is the department whose library it is in, by its key, empty for that of the workspace. A `private` one is
    that person's alone: nobody else finds the item by it, and it counts for nothing.
    """

    item: str
    person: str
    origin: str
    made_at: datetime
    ended_at: datetime | None = None
    ending: Ending | None = None
    shelf: str = ""
    vouched: bool = False
    library: str = ""
    private: bool = False

    @property
    def stands(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class NewItem:
    """`key` makes the second saver join the item: the canonical link, or the post's key where it leads nowhere. `kind`
    is one of `bot.domain.search.kinds`, empty where only the address tells.

    `search_text` is what the page is found by, `post_text` what the post is: that goes when the post is erased. Of a
    page that is `untitled` nobody said what it is called.
    """

    id: str
    key: str
    url: str
    title: str
    search_text: str
    post: PostKey | None = None
    kind: str = ""
    post_text: str = ""
    untitled: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What a colleague wrote about an item, one of several. `by` is the person's id, `name` what people call them,
    where known. `edited_at` is when it was last changed, where it ever was. Nobody else ever reads a `private` one."""

    id: str
    by: str
    text: str
    written_at: datetime
    name: str = ""
    private: bool = False
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """`savers` are the names of those whose save stands, in the order they saved; who has no name is left out.

    `saved_at` is when the newest of them was made. `shelves` are those that standing marks put it on, `libraries` the
    departments it was saved in or shared with, by key. `tags` and `notes` are what colleagues added, oldest first. It
    is `vouched` where one of the marks is. Private marks count for none of these.

    `citations` are the posts that lead to it, newest first, and `post` the newest that can be shown; where none can,
    the newest. The viewer saved it where `saved_by_me`, and keeps it to themselves where `private`.
    """

    id: str
    key: str
    url: str
    title: str
    post: PostKey | None
    saved_at: datetime
    savers: tuple[str, ...]
    saver_count: int
    saved_by_me: bool = False
    shelves: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    vouched: bool = False
    citations: tuple[PostKey, ...] = ()
    kind: str = ""
    libraries: tuple[str, ...] = ()
    private: bool = False
    removed_at: datetime | None = None

    @property
    def is_link(self) -> bool:
        """Whether it is a page of the web, which stays when the posts that lead to it vanish."""
        return self.key.startswith(LINK)


def key_of_post(post: PostKey) -> str:
    """The key of the item that is the post itself."""
    return f"post:{post.source}:{post.id}"


def may_stand(marks: Sequence[Mark], origin: str, *, at: datetime, seen_again: bool) -> bool:
    """Whether a mark of that origin is to be made, or made to stand again, beside what the person has on the item.

    `seen_again` is reconciliation and not an event, `at` the moment before the platform was asked: it yields to an
    undo, to an erasure, and to a withdrawal that came after.
    """
    earlier = next((mark for mark in marks if mark.origin == origin), None)
    if earlier and earlier.stands:
        return False
    if seen_again and any(mark.ending in {Ending.UNDONE, Ending.ERASED} for mark in marks):
        return False
    return earlier is None or earlier.ended_at is None or at >= earlier.ended_at


def number_meant(emoji: str, item_count: int, shelves: Mapping[str, str] = SHELVES) -> int | None:
    """The item that a reaction on a digest of so many items chooses: by keycap, or the only one by a save emoji."""
    number = keycap_meant(emoji)
    if number is not None:
        return number if number <= item_count else None
    return 1 if item_count == 1 and shelf_of(emoji, shelves) is not None else None


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags as people type them: `maths, year 9` or `#maths #year9`, in small letters. Raises Mistake."""
    parts = re.split(r"[,;\n]|\s*#", text.replace("\n", ",").replace("＃", "#"))
    tags = tuple(dict.fromkeys(tag for part in parts if (tag := " ".join(plain(part).split()).casefold())))
    if len(tags) > MOST_TAGS:
        raise Mistake(f"At most {MOST_TAGS} tags at a time, please.")
    if any(len(tag) > MOST_LETTERS_IN_A_TAG for tag in tags):
        raise Mistake(f"A tag has at most {MOST_LETTERS_IN_A_TAG} characters. Put a comma between two tags.")
    return tags


def parse_note(text: str) -> str:
    """A note as it is kept; lines stay lines. Raises Mistake."""
    note = "\n".join(" ".join(plain(line).split()) for line in text.splitlines()).strip()
    if len(note) > MOST_LETTERS_IN_A_NOTE:
        raise Mistake(f"A note has at most {MOST_LETTERS_IN_A_NOTE:,} characters; this one has {len(note):,}.")
    return note


def reaction_origin(message: str, emoji: str) -> str:
    """The origin of a mark that a reaction made: one of that emoji on that message."""
    return f"{message} {emoji}"


def is_reaction(origin: str) -> bool:
    return " " in origin


def bare(emoji: str) -> str:
    """Without the marks that ask for it as a picture or as text: platforms and keyboards differ in them."""
    return emoji.replace("\N{VARIATION SELECTOR-16}", "").replace("\N{VARIATION SELECTOR-15}", "")


def shelf_of(emoji: str, shelves: Mapping[str, str]) -> str | None:
    """The shelf that the emoji saves to; None where it saves nothing."""
    if emoji in shelves:
        return shelves[emoji]
    return next((shelf for each, shelf in shelves.items() if bare(each) == bare(emoji)), None)


def keycap_meant(emoji: str) -> int | None:
    """The number on a keycap."""
    return next((number for number, each in enumerate(KEYCAPS, start=1) if bare(each) == bare(emoji)), None)


def savers_in_words(names: Sequence[str], count: int) -> str:
    """`Saved by Ana and 2 colleagues`; empty where nobody did."""
    if count == 0:
        return ""
    if not names:
        return "Saved by 1 colleague" if count == 1 else f"Saved by {count} colleagues"
    others = count - 1
    tail = {0: "", 1: " and 1 colleague"}.get(others, f" and {others} colleagues")
    return f"Saved by {names[0]}{tail}"
