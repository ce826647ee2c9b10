"""Somebody at the desk, within the transaction of what they ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.channel import Channel
from bot.domain.content import Content
from bot.domain.department import library_key
from bot.domain.keys import ChannelKey
from bot.domain.library import Item
from bot.domain.links import host_of
from bot.domain.topic import Topic, TopicKind
from bot.ports import Abilities, Transaction
from bot.ports.desk import DeskItem, Viewer
from bot.services.library.entry_words import kind_of
from bot.services.parts import Parts
from bot.services.people.names import names_shown
from bot.services.people.threshold import as_seen
from bot.services.posts.hiding import WITHOUT_TITLE, not_shown
from bot.services.saying.present import NOTHING, Occasion, occasion_of, what_is_shown
from bot.services.wording import date_in_words
from bot.views import Block, LibraryEntry

A_COLLEAGUE = "A colleague"

ON_A_PAGE = Abilities(edit=True, remove=True)
"""A page is made anew whenever it is looked at, so what it shows can be taken back; its forms are its own."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """`vouches` says whether what this person saves now is for all at once."""

    tx: Transaction
    parts: Parts
    viewer: Viewer
    vouches: bool = False

    @property
    def workspace(self) -> str:
        return self.viewer.workspace

    @property
    def person(self) -> str:
        return self.viewer.person.key.person

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.parts.zone)

    @property
    def nowhere(self) -> ChannelKey:
        """No channel: pages belong to none."""
        return ChannelKey(self.workspace, "")

    def day(self, moment: datetime) -> str:
        return date_in_words(moment.astimezone(self.zone).date())

    async def channels(self) -> Sequence[Channel]:
        """Those that this person may look into: all that are open to everybody there, and their own."""
        return [
            each
            for each in await self.tx.channels.all()
            if each.key.workspace == self.workspace
            and (each.owner == self.person or (each.owner is None and not self.parts.is_closed(each.key)))
        ]

    async def departments(self) -> Mapping[str, str]:
        """The names of the departments by their keys."""
        return {library_key(name): name for name in await self.tx.library.departments(self.workspace)}

    async def known_names(self, people: Sequence[str]) -> Mapping[str, str]:
        """What those are called of whom this person may know it."""
        return await names_shown(self.tx, self.workspace, people, self.person)

    async def names(self, people: Sequence[str]) -> Mapping[str, str]:
        """What each is called here, as the workspace shows names."""
        known = await self.known_names(people)
        return {person: known.get(person) or A_COLLEAGUE for person in people}

    async def blocks(
        self, content: Content, channel: ChannelKey | None = None, known: Mapping[str, Item] = NOTHING
    ) -> Sequence[Block]:
        """What the content says to this person; items that are `known` were read for them already."""
        occasion = Occasion(self.nowhere, self.zone, self.now, ON_A_PAGE, viewer=self.person)
        if channel is not None:
            there = await occasion_of(self.tx, self.parts, channel, viewer=self.person)
            occasion = replace(there, abilities=ON_A_PAGE)
        return await what_is_shown(self.tx, self.parts, occasion, content, known)

    def desk_item(self, entry: LibraryEntry, item: Item, needed: int, departments: Mapping[str, str]) -> DeskItem:
        seen = as_seen(item, needed, self.person)
        return DeskItem(
            entry,
            kind=kind_of(seen),
            tags=seen.tags,
            shelves=tuple(shelf for shelf in seen.shelves if shelf),
            libraries=tuple(departments.get(key, key) for key in seen.libraries if key),
            is_private=seen.private,
            saved_by_me=seen.saved_by_me,
        )


def as_sought(topic: Topic) -> str:
    """As `from:` wants it."""
    return f"list:{topic.key}" if topic.kind is TopicKind.LIST else topic.label.strip('"')


async def removed_entry(sitting: Sitting, item: Item, at: datetime) -> LibraryEntry:
    """What was removed, for whoever may restore it: not what any post says, and no title or address of one that must
    not be shown."""
    hidden = await not_shown(sitting.tx, sitting.workspace, [item.post] if item.post else [])
    is_told = item.is_link or not hidden
    url = item.url if is_told else ""
    return LibraryEntry(
        item=item.id,
        title=item.title if is_told and item.title else WITHOUT_TITLE,
        url=url,
        host=host_of(url) if url else "",
        when=f"Removed on {sitting.day(at)}",
        saved_by="",
    )
