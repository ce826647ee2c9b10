"""What the web page asks of the engine to give things out and to take things in."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.channel import Channel
from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.exchange import Bringing, Format, Listing
from bot.domain.exchange.decoding import read_file
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.domain.session import hidden
from bot.errors import AdapterError
from bot.ports import Choices, Download, FeedCard, FeedText, NewFeed
from bot.services.exchange import bringing, feeds
from bot.services.exchange.digests import is_open
from bot.services.exchange.exporting import download
from bot.services.parts import Parts
from bot.services.people.threshold import savers_needed

MOST_CHOICES = 200
LOOKED_UP_EVERY = timedelta(hours=1)
MOST_REMEMBERED = 1_000

log = structlog.get_logger(__name__)


class EngineExchange:
    """The `Exchange` of a running engine."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        self._looked_up: OrderedDict[PersonKey, tuple[datetime, bool]] = OrderedDict()

    async def choices(self, who: PersonKey) -> Choices:
        async with self._store.reading() as tx:
            least = await savers_needed(tx, who.workspace)
            tags = await tx.library.tags(who.workspace, "", MOST_CHOICES, least)
            channels = [each for each in await tx.channels.all() if _is_theirs(self._parts, who, each)]
            return Choices(
                libraries=[(library_key(name), name) for name in await tx.library.departments(who.workspace)],
                tags=[(tag, tag) for tag in sorted(tags)],
                shelves=[(shelf, shelf) for shelf in await tx.listings.shelves(who.workspace, least)],
                digests=[(each.key.channel, each.name or each.key.channel) for each in channels],
            )

    async def export(self, who: PersonKey, what: Listing, into: Format) -> Download:
        return await download(self._parts, who, what, into)

    async def feeds(self, who: PersonKey, role: Role) -> Sequence[FeedCard]:
        async with self._store.reading() as tx:
            return await feeds.feeds_for(tx, who, role)

    async def make_feed(self, who: Person, what: Listing) -> NewFeed:
        async with self._store.transaction() as tx:
            return await feeds.make_feed(tx, self._parts, who, what)

    async def end_feed(self, who: PersonKey, role: Role, feed: str) -> str:
        async with self._store.transaction() as tx:
            return await feeds.end_feed(tx, who, role, feed, at=self._parts.clock.now())

    async def feed(self, secret: str, address: str) -> FeedText | None:
        if len(secret) > feeds.LONGEST_SECRET:
            return None
        async with self._store.reading() as tx:
            found = await tx.feeds.by_secret(hidden(secret))
        if found is None or self._parts.chat_of(found.person.workspace) is None:
            return None
        if await self._has_left(found.person):
            async with self._store.transaction() as tx:
                await tx.feeds.erase(found.person)
            return None
        async with self._store.reading() as tx:
            return await feeds.feed_text(tx, self._parts, found, address)

    async def _has_left(self, person: PersonKey) -> bool:
        """As the platform said within the last hour; where it cannot be asked, as it said before."""
        now, chat = self._parts.clock.now(), self._parts.chat_of(person.workspace)
        asked_at, has_left = self._looked_up.pop(person, (None, False))
        if chat and (asked_at is None or now - asked_at >= LOOKED_UP_EVERY):
            try:
                has_left = (await chat.profile(person)).has_left
            except AdapterError as problem:
                log.warning("whether the maker of a feed is still there is not known", problem=str(problem))
            asked_at = now
        self._looked_up[person] = asked_at or now, has_left
        while len(self._looked_up) > MOST_REMEMBERED:
            self._looked_up.popitem(last=False)
        return has_left

    async def look_through(self, who: Person, role: Role, file: bytes, library: str) -> Bringing:
        bringing.require_editor(role)
        now = self._parts.clock.now()
        read = await asyncio.to_thread(read_file, file, now)
        async with self._store.transaction() as tx:
            return await bringing.keep(tx, who, role, read, library, at=now)

    async def imports(self, who: PersonKey, role: Role) -> Sequence[Bringing]:
        async with self._store.reading() as tx:
            found = await tx.imports.of(who.workspace, None if role is Role.OWNER else who.person)
            return [bringing.as_seen(each, who) for each in found]

    async def one_import(self, who: PersonKey, role: Role, id: str) -> Bringing | None:  # noqa: A002
        async with self._store.reading() as tx:
            return await bringing.theirs(tx, who, role, id)

    async def confirm(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        async with self._store.transaction() as tx:
            said = await bringing.confirm(tx, who, role, id)
        self._parts.import_wanted.set()
        return said

    async def drop(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        async with self._store.transaction() as tx:
            return await bringing.drop(tx, who, role, id)

    async def undo(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        async with self._store.transaction() as tx:
            said = await bringing.undo(tx, who, role, id, at=self._parts.clock.now())
        self._parts.import_wanted.set()
        return said

    async def try_again(self, who: PersonKey, role: Role, id: str) -> str:  # noqa: A002
        async with self._store.transaction() as tx:
            said = await bringing.try_again(tx, who, role, id)
        self._parts.import_wanted.set()
        return said


def _is_theirs(parts: Parts, who: PersonKey, channel: Channel) -> bool:
    is_here = channel.key.workspace == who.workspace and channel.owner in {None, who.person}
    return is_here and is_open(parts, channel)
