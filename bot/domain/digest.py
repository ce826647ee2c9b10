"""The posts chosen for a slot, by id, in order, each with its why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.domain.fate import Fate
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Post
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored post and the channel's topics it matches. `read_at` is when its source counted its likes and the rest;
    None where that is not known."""

    post: Post
    topics: tuple[Topic, ...]
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DigestItem:
    """`number` starts at 1 and never moves. `gone` is why it is no longer shown; empty while it is. `asks` says that it
    is somebody's question that has hardly been answered: readers are offered to reply."""

    number: int
    post: PostKey
    why: str
    gone: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Digest:
    """`until` is how far everything the channel follows has been read, `composed_at` when the choice was made.
    `looked_at` is how many posts were considered; `in_part` says that not all could be read. `remarks` are sentences
    for its readers: what could not be read, and what has fallen silent."""

    slot: str
    channel: ChannelKey
    since: datetime
    until: datetime
    items: tuple[DigestItem, ...]
    topics: tuple[str, ...]
    looked_at: int
    composed_at: datetime
    in_part: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A post picked for a digest; `seen_keys` are what the channel has seen once it is shown: post, links, wording, and
    the posts it stands for. `asks` as of a DigestItem."""

    post: Post
    why: str
    seen_keys: tuple[str, ...]
    asks: bool = False


@dataclass(frozen=True)
class Choice:
    """`excluded` are the candidates that a rule keeps out."""

    chosen: tuple[Chosen, ...]
    looked_at: int
    excluded: frozenset[PostKey]
    tell: Callable[[], tuple[Fate, ...]] = field(compare=False, repr=False)

    @cached_property
    def fates(self) -> tuple[Fate, ...]:
        """What became of each candidate, in the order they were given; worked out when somebody asks."""
        return self.tell()
