"""The posts chosen for a slot, by id, in order, each with its why."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Post
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored post and the channel's topics it matches."""

    post: Post
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class DigestItem:
    """`number` starts at 1 and never moves. `gone` is why it is no longer shown; empty while it is."""

    number: int
    post: PostKey
    why: str
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """`until` is how far everything the channel follows has been read, `composed_at` when the choice was made.
    `looked_at` is how many posts were considered; `in_part` says that not all could be read."""

    slot: str
    channel: ChannelKey
    since: datetime
    until: datetime
    items: tuple[DigestItem, ...]
    topics: tuple[str, ...]
    looked_at: int
    composed_at: datetime
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A post picked for a digest; `seen_keys` are what the channel has seen once it is shown: post, links, wording."""

    post: Post
    why: str
    seen_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    chosen: tuple[Chosen, ...]
    looked_at: int
