"""A post as its source gave it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.keys import PostKey


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    GIF = "gif"


class ReferenceKind(StrEnum):
    REPOSTED = "reposted"
    QUOTED = "quoted"
    REPLIED_TO = "replied_to"


@dataclass(frozen=True, slots=True)
class Link:
    """A web address in a post. `url` is the best address known: unwound, else expanded, else as written."""

    url: str
    written: str = ""
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    kind: MediaKind
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    kind: ReferenceKind
    id: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """What the source counted when the post was read; comparable within one source only."""

    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0


@dataclass(frozen=True, slots=True)
class Author:
    source: str
    id: str
    handle: str
    name: str
    profile_url: str
    avatar_url: str = ""
    protected: bool = False
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """`text` is plain text: entities unescaped, nothing else changed, long posts in full. `created_at` is UTC.

    `url` is the post's permanent address at its source, `reply_url` where people reply to it there, empty where that
    needs no page of its own. `hidden_addresses` are those in the text that stand for a
    picture or a quoted post: the source does not show them to readers.
    """

    key: PostKey
    latest_id: str
    author_id: str
    text: str
    created_at: datetime
    url: str
    lang: str = ""
    conversation_id: str = ""
    metrics: Metrics = field(default_factory=Metrics)
    links: tuple[Link, ...] = ()
    hidden_addresses: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    poll: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    sensitive: bool = False
    withheld: bool = False
    invented: bool = False
    reply_url: str = ""

    def refers(self, kind: ReferenceKind) -> str | None:
        """The id of the post that this one reposts, quotes or replies to."""
        return next((reference.id for reference in self.references if reference.kind is kind), None)

    @property
    def is_repost(self) -> bool:
        return self.refers(ReferenceKind.REPOSTED) is not None

    @property
    def is_reply(self) -> bool:
        return self.refers(ReferenceKind.REPLIED_TO) is not None
