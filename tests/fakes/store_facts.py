"""What is said beside an item of the library, in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.ports import Origins
from tests.fakes.store_citations import citations_of, is_reported, shown_post
from tests.fakes.store_data import Data
from tests.fakes.store_people import is_for_all, saves_of


class FakeFacts:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def savers(self, workspace: str, item: str) -> list[tuple[Person, datetime]]:
        saves = saves_of(self._data, workspace, item)
        first_first = sorted(saves, key=lambda person: (saves[person], person))
        keys = [PersonKey(workspace, person) for person in first_first]
        return [(Person(key, self._data.people.get(key, "")), saves[key.person]) for key in keys]

    async def origins(self, workspace: str, item: str) -> Origins:
        posts = set(citations_of(self._data, workspace, item))
        topics = {topic for post, topic in self._data.matches if post in posts}
        digests = [row.digest for (there, _), row in self._data.digests.items() if there == workspace]
        channels = {digest.channel.channel for digest in digests if posts & {each.post for each in digest.items}}
        return Origins(
            [self._data.topics[key] for key in sorted(topics)],
            [ChannelKey(workspace, channel) for channel in sorted(channels)],
        )

    async def shared_with(self, workspace: str, item: str) -> list[str]:
        return sorted(library for there, id_, library in self._data.shares if (there, id_) == (workspace, item))

    async def recent_tags(self, workspace: str, most: int, least: int = 1) -> Sequence[str]:
        told = await self.tag_counts(workspace, least)
        rows = [row for (there, _, tag), row in self._data.tags.items() if there == workspace and tag in told]
        newest_first = sorted(sorted(rows, key=lambda row: row.tag), key=lambda row: row.added_at, reverse=True)
        return list(dict.fromkeys(row.tag for row in newest_first))[:most]

    async def tag_counts(self, workspace: str, least: int = 1) -> Mapping[str, int]:
        stands = {
            id_
            for there, id_ in self._data.items
            if there == workspace and is_for_all(self._data, there, id_, least) and not self._is_hidden(there, id_)
        }
        return Counter(tag for there, item, tag in self._data.tags if there == workspace and item in stands)

    def _is_hidden(self, workspace: str, item: str) -> bool:
        post = shown_post(self._data, workspace, item)
        return post is not None and is_reported(self._data, workspace, post)
