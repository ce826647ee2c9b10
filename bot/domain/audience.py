"""For whom a digest is made."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.keys import PostKey
from bot.domain.post import Author, Post
from bot.domain.rules import Muted
from bot.domain.taste import Taste
from bot.domain.topic import Topic

AuthorKey = tuple[str, str]
"""Source and author id."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What a channel asked for, has seen and likes.

    `languages` are two-letter codes, empty for every language. `mutes` are the channel's own, `blocks` its workspace's,
    `hidden` the reported posts. Without `strangers_pictures` pictures are for known authors only: those the channel
    follows and those somebody saved from.

    `seen` holds keys (`seen_keys`) of what the channel was shown ever, `shown` the posts it was shown lately, whose
    wording is compared; `elsewhere` the keys of what other channels of the workspace were shown in the last seven days.
    `authors` are those that are known, `savers` how many colleagues saved something by them.
    """

    size: int
    now: datetime
    topics: Sequence[Topic] = ()
    languages: Collection[str] = ()
    mutes: Sequence[Muted] = ()
    blocks: Sequence[Muted] = ()
    hidden: Collection[PostKey] = ()
    strangers_pictures: bool = True
    seen: AbstractSet[str] = frozenset()
    shown: Sequence[Post] = ()
    elsewhere: AbstractSet[str] = frozenset()
    authors: Mapping[AuthorKey, Author] = field(default_factory=dict)
    savers: Mapping[AuthorKey, int] = field(default_factory=dict)
    taste: Taste = field(default_factory=Taste)
