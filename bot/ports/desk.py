"""The library as a desk one sits at: what its pages ask of the engine, and what a person does there.

Whoever looks is a `Viewer`; the workspace of everything they ask is theirs. What they may not see is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.events import Person
from bot.domain.library import MOST_NOTES
from bot.domain.people import Role
from bot.domain.search import Total
from bot.views import GoneItem, LibraryEntry, PostItem


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the library of their workspace, and what they are there."""

    person: Person
    role: Role

    @property
    def workspace(self) -> str:
        return self.person.key.workspace

    @property
    def may_edit(self) -> bool:
        return self.role.may_edit

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


@dataclass(frozen=True, slots=True)
class DeskItem:
    """An item in a list. `entry` is how chats show it, too; the rest is what pages make links and forms of.
    `libraries` are the names of the departments it is in. Where it `is_private` the viewer keeps it to themselves."""

    entry: LibraryEntry
    kind: str = ""
    tags: tuple[str, ...] = ()
    shelves: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    is_private: bool = False
    saved_by_me: bool = False


@dataclass(frozen=True, slots=True)
class DeskShelf:
    """A page of a list and how many there are in all. `problem` says why a search cannot be meant, `meant` is the same
    search in another spelling that finds something; both are mostly empty."""

    items: tuple[DeskItem, ...]
    total: Total
    meant: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DeskNote:
    """A note as it was written, in Markdown. `by` is who wrote it, as far as the viewer may know; `key` tells the notes
    of an item apart. `changed` is the day when it was last changed, empty where it never was. Of one that `is_private`
    only its writer knows."""

    key: str
    by: str
    text: str
    when: str
    changed: str = ""
    is_mine: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DeskChange:
    """Something that was done with an item, in words."""

    when: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """All about one item. `posts` are those that lead to it and can be shown, newest first, `vanished` how many others
    there were. `saves` says who saved it and when. `came_from` are the topics and channels its posts came by, as
    searches: words and label. `could_share` are the departments it is not in yet, `shared` those that it was shared
    with. `removed` says when it was taken out of the library; empty where it is in it."""

    item: DeskItem
    posts: tuple[PostItem, ...] = ()
    vanished: int = 0
    saves: tuple[str, ...] = ()
    notes: tuple[DeskNote, ...] = ()
    came_from: tuple[tuple[str, str], ...] = ()
    history: tuple[DeskChange, ...] = ()
    could_share: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    removed: str = ""

    @property
    def may_note(self) -> bool:
        """Whether there is room for another note of the viewer's."""
        return sum(note.is_mine for note in self.notes) < MOST_NOTES


@dataclass(frozen=True, slots=True)
class DeskTag:
    """`count` is how many items in the library of all have it."""

    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class DeskDigest:
    """A past digest in a list. `key` opens it."""

    key: str
    channel: str
    title: str


@dataclass(frozen=True, slots=True)
class DigestPost:
    """An item of a past digest, by which it can be saved, and as it is shown now. `item` is what it is in the library,
    for whoever may see it there; where it `is_private` the viewer alone."""

    source: str
    post: str
    shown: PostItem | GoneItem
    item: str = ""
    saved_by_me: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class DigestPage:
    """A past digest. `remarks` are sentences for its readers."""

    digest: DeskDigest
    posts: tuple[DigestPost, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """An account at a source of posts. `why` is a sentence; `links` are label and address each, to pages of the source
    itself. `topic` is what a channel would follow, empty where one does."""

    name: str
    handle: str
    url: str
    why: str
    links: tuple[tuple[str, str], ...]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class DeskPeople:
    """Whom the department of that name learns from, or with an empty one the whole workspace, and whom its channels
    often read and nobody follows yet. `departments` are the names of all."""

    department: str
    departments: tuple[str, ...]
    learned_from: tuple[DeskAccount, ...]
    met: tuple[DeskAccount, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search can be narrowed by: names of departments and channels for `in:`, topics for `from:`, and people who
    agreed to be found for `by:`."""

    kinds: tuple[str, ...]
    departments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddTags:
    """`text` as people type tags."""

    text: str


@dataclass(frozen=True, slots=True)
class TakeTag:
    tag: str


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Another note of the viewer's."""

    text: str


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """The viewer's own; `key` as of a DeskNote."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class DeleteNote:
    """One of the viewer's own, or, for owners, anybody's; `key` as of a DeskNote."""

    key: str


@dataclass(frozen=True, slots=True)
class Retitle:
    title: str


@dataclass(frozen=True, slots=True)
class SetKind:
    kind: str


@dataclass(frozen=True, slots=True)
class Share:
    """With the library of a department, by its name."""

    library: str


@dataclass(frozen=True, slots=True)
class Unshare:
    library: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Saves the item; with `private` for the viewer alone."""

    private: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes the viewer's save back."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Out of the library, for owners; it can be restored for a while."""


@dataclass(frozen=True, slots=True)
class Restore:
    pass


Act = (
    AddTags
    | TakeTag
    | WriteNote
    | ChangeNote
    | DeleteNote
    | Retitle
    | SetKind
    | Share
    | Unshare
    | Keep
    | Undo
    | Remove
    | Restore
)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence, and with which item."""

    sentence: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class LinkToSave:
    """A web address somebody wants to keep. `library` is the name of a department, empty for the workspace's own."""

    url: str
    title: str = ""
    tags: str = ""
    note: str = ""
    library: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """So many of a list, after the first so many."""

    limit: int
    offset: int = 0


FIRST = Page(20)


class Desk(Protocol):
    """Every act is one transaction; where it cannot be done it raises Mistake, which says why and what to do."""

    @property
    def kept_days(self) -> int:
        """For how many days owners can restore what was removed."""
        ...

    async def shelf(self, viewer: Viewer, words: str, page: Page = FIRST, *, mine: bool = False) -> DeskShelf:
        """What the search finds, best first; everything, newest first, for no words. With `mine` the viewer's own saves
        only, also those that they keep for themselves."""
        ...

    async def shelf_and_filters(
        self, viewer: Viewer, words: str, page: Page = FIRST, *, mine: bool = False
    ) -> tuple[DeskShelf, Filters]:
        """Both of one moment, as a page of the list needs them."""
        ...

    async def item_and_filters(self, viewer: Viewer, item: str) -> tuple[DeskPage, Filters] | None:
        """Both of one moment; None for what is not there for this viewer."""
        ...

    async def item(self, viewer: Viewer, item: str) -> DeskPage | None:
        """None for what is not there for this viewer."""
        ...

    async def tags(self, viewer: Viewer) -> Sequence[DeskTag]:
        """In the order of the alphabet."""
        ...

    async def filters(self, viewer: Viewer) -> Filters: ...

    async def people(self, viewer: Viewer, department: str = "") -> DeskPeople | None:
        """None for the name of a department that is not there."""
        ...

    async def digests(self, viewer: Viewer, page: Page = FIRST) -> tuple[Sequence[DeskDigest], int]:
        """Those of channels that everybody in the workspace may see, and of the viewer's own, newest first; and how
        many there are."""
        ...

    async def digest(self, viewer: Viewer, key: str) -> DigestPage | None: ...

    async def removed(self, viewer: Viewer, page: Page = FIRST) -> DeskShelf:
        """What can still be restored; for owners, nothing for others."""
        ...

    async def save_link(self, viewer: Viewer, link: LinkToSave) -> Done: ...

    async def save_post(self, viewer: Viewer, digest: str, source: str, post: str, *, private: bool = False) -> Done:
        """A post that the past digest of that key shows this viewer; of anything else it says that it is gone."""
        ...

    async def act(self, viewer: Viewer, item: str, act: Act) -> Done: ...
