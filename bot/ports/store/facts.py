"""What a page says beside an item of the library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.events import Person
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic


@dataclass(frozen=True, slots=True)
class Origins:
    """The topics that its posts came by, and the channels whose digests showed them. There may be some that not
    everybody may know of."""

    topics: Sequence[Topic] = ()
    channels: Sequence[ChannelKey] = ()


class Facts(Protocol):
    async def savers(self, workspace: str, item: str) -> list[tuple[Person, datetime]]:
        """Those whose save stands for all, each with the day of their oldest mark; who saved first comes first."""
        ...

    async def origins(self, workspace: str, item: str) -> Origins: ...

    async def shared_with(self, workspace: str, item: str) -> list[str]:
        """The keys of the departments that it was shared with, in order."""
        ...

    async def recent_tags(self, workspace: str, most: int, least: int = 1) -> Sequence[str]:
        """Tags that were given last, newest first, each once; of the same items as in `tag_counts`. Only the newest
        few hundred are looked through."""
        ...

    async def tag_counts(self, workspace: str, least: int = 1) -> Mapping[str, int]:
        """How many items of the library have each tag: of those that so many people saved, or that somebody vouched
        for, and whose post is not hidden by a report."""
        ...
