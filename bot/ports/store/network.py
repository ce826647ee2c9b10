"""Whom the people of a workspace learn from: accounts at the sources of posts, never colleagues."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.domain.keys import PostKey
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class LearnedFrom:
    """An account whose posts stand in the library: so many items come from it, with these tags, the most used first.
    `newest` is the post that was saved last."""

    source: str
    author_id: str
    items: int
    newest: PostKey
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """An account that wrote about several of the topics."""

    source: str
    author_id: str
    topics: tuple[Topic, ...]
    newest: PostKey


class Network(Protocol):
    async def learned_from(self, workspace: str, *, library: str, least: int, most: int) -> list[LearnedFrom]:
        """Those that most items in the library of the department come from, or with an empty one in any; of items that
        so many people saved or somebody vouched for, and whose post is not hidden by a report. Who shows posts to
        followers only, was suspended, or had a post of theirs withheld, protected or suspended, is left out."""
        ...

    async def met(self, topics: Collection[Topic], *, at_least: int, most: int) -> list[Met]:
        """Those who wrote, in posts that are still kept, about at least so many of the topics, most topics first. Who
        is left out above is left out here, too."""
        ...
