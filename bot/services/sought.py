"""What somebody looks for in the library, understood where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product
from zoneinfo import ZoneInfo

from bot.domain.keys import ChannelKey
from bot.domain.search import Around, Query, nearest, parse_query, respelt, words_sought
from bot.domain.search.words import run_together
from bot.ports import Transaction
from bot.services.parts import Parts

MOST_TRIED = 6
"""So many other spellings are looked for."""
LETTERS_OFF = 2


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks for something, and in which channel; `least` is how many have to have saved what everybody finds."""

    tx: Transaction
    parts: Parts
    here: ChannelKey
    viewer: str
    least: int

    async def understood(self, text: str) -> Query:
        """Days are those of the channel it is asked in. Other people's own channels are not to be asked about. Raises
        Mistake."""
        zone = ZoneInfo(self.parts.zone)
        channels: dict[str, tuple[str, ...]] = {}
        for channel in await self.tx.channels.all():
            if channel.key == self.here:
                zone = ZoneInfo(channel.schedule.zone)
            if channel.key.workspace == self.here.workspace and channel.owner in {None, self.viewer}:
                for name in {run_together(channel.name), run_together(channel.key.channel)}:
                    channels[name] = (*channels.get(name, ()), channel.key.channel)
        return parse_query(text, Around(zone, channels))

    async def perhaps_meant(self, query: Query) -> str:
        """The same search in another spelling by which this person finds something; empty where there is none."""
        for text in await _other_spellings(self.tx, self.here.workspace, query):
            other = await self.understood(text)
            _, total = await self.tx.library.find(
                self.here.workspace, other, saved_by=None, viewer=self.viewer, limit=1, offset=0, least=self.least
            )
            if total:
                return text
        return ""


async def _other_spellings(tx: Transaction, workspace: str, query: Query) -> Sequence[str]:
    near: dict[str, list[str]] = {}
    for word in dict.fromkeys(word for words in words_sought(query.tree) for word in words.words):
        known = await tx.library.known_words(workspace, max(len(word) - LETTERS_OFF, 1), len(word) + LETTERS_OFF)
        if found := nearest(word, known):
            near[word] = found
    choices = islice(product(*near.values()), MOST_TRIED)
    spellings = (respelt(query.text, dict(zip(near, choice, strict=True))) for choice in choices)
    return [text for text in spellings if text != query.text]
