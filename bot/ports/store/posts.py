"""Posts as they were read, and what became of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.coverage import Span
from bot.domain.digest import Candidate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Author, Link, Post
from bot.domain.removal import Removal
from bot.domain.rules import Verdict
from bot.domain.standing import Standing
from bot.domain.topic import Topic


class Posts(Protocol):
    async def add(self, posts: Sequence[Post], matches: Mapping[PostKey, Collection[Topic]], at: datetime) -> None:
        """Stores posts and matches; a post that is there gets its newest reading. A match is never taken away."""
        ...

    async def get(self, keys: Collection[PostKey]) -> dict[PostKey, Post]:
        """Those that are stored."""
        ...

    async def candidates(self, channel: ChannelKey, sources: Collection[str], span: Span) -> list[Candidate]:
        """Posts written within the span that match a topic the channel follows, newest first, with those topics and
        when they were read last."""
        ...

    async def put_links(self, key: PostKey, links: Sequence[Link]) -> None:
        """Replaces the links of a stored post, until it is read anew; one that is not stored is left alone."""
        ...

    async def put_authors(self, authors: Sequence[Author], at: datetime) -> None: ...

    async def set_standing(self, keys: Collection[PostKey], standing: Standing, at: datetime) -> None:
        """What has become of them, as far as known at that time. A post that is not stored is remembered all the same.
        PRESENT clears what was there; UNKNOWN only notes that it was looked for."""
        ...

    async def absent(self, keys: Collection[PostKey]) -> dict[PostKey, Standing]:
        """Those of them that are gone, protected, suspended or withheld: they must not be shown."""
        ...

    async def missed_since(self, keys: Collection[PostKey]) -> dict[PostKey, datetime]:
        """When each of those that are absent was first missed."""
        ...

    async def to_recheck(
        self, source: str, checked_before: datetime, written_after: datetime, most: int
    ) -> list[PostKey]:
        """Posts that were shown or are saved somewhere, also by somebody alone, were read or looked for last before
        then, were written after then, and are not erased: those looked for longest ago first."""
        ...

    async def unconfirmed(self, source: str, checked_before: datetime, most: int) -> list[PostKey]:
        """Posts that are absent, were looked for last before then, and are not erased: those looked for longest ago
        first."""
        ...

    async def erase(self, keys: Collection[PostKey]) -> None:
        """Forgets all that they say, and who wrote them, also in what is saved: wording, media, polls and the post's
        address go, a saved outside link with its title, notes and tags stay. Their ids stay, so that they never
        come back."""
        ...

    async def drop_unseen(self, before: datetime, most: int) -> int:
        """Forgets posts that were read last before then and that nobody was shown, alone or with another post, reported
        or asked for less of, and nobody saved or all who did took back; whoever wrote nothing else is forgotten, too.
        What was noted of a post that was taken back goes as in `erase`. They may be read again. Returns how many there
        were."""
        ...

    async def by_author(self, source: str, author_id: str) -> list[PostKey]:
        """All that are stored or saved of that author."""
        ...

    async def with_edition(self, source: str, id: str) -> PostKey | None:  # noqa: A002
        """The stored post whose first or newest edition has that id. Looked for only when somebody names a post, so it
        may take a moment."""
        ...

    async def referring_to(self, keys: Collection[PostKey]) -> dict[PostKey, list[PostKey]]:
        """The posts of digests that answer, quote or repost any of these, by what they refer to."""
        ...

    async def author_named(self, source: str, handle: str) -> Author | None:
        """Whoever was last known under that handle, whatever its case."""
        ...

    async def authors(self, source: str, ids: Collection[str], not_before: datetime | None = None) -> dict[str, Author]:
        """Those known, by id; with `not_before`, only those that were put since then."""
        ...


class Removals(Protocol):
    """The audit of what was hidden, erased and updated."""

    async def put(self, removal: Removal) -> None: ...

    async def since(self, at: datetime) -> list[Removal]:
        """Oldest first."""
        ...


class Reports(Protocol):
    """Posts that somebody reported to those who look after the workspace."""

    async def open(self, workspace: str, post: PostKey, by: str, at: datetime) -> bool:
        """Hides the post. False where it is reported already, or was removed."""
        ...

    async def settle(self, workspace: str, post: PostKey, verdict: Verdict, by: str, at: datetime) -> bool:
        """False where no report of it is open."""
        ...

    async def reopen(self, workspace: str, post: PostKey) -> bool:
        """Takes the verdict back: the post is hidden and waits for another. False where there was none."""
        ...

    async def hidden(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Verdict]:
        """Those whose report is open or led to their removal, and which of the two."""
        ...

    async def waiting(self, workspace: str) -> list[PostKey]:
        """Those whose report is open, oldest first."""
        ...
