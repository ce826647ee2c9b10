"""The `Desk` of a running engine: a transaction for each thing that is asked of it."""

from collections.abc import Sequence

from bot.domain.keys import PostKey
from bot.domain.people import Right
from bot.domain.search import Total
from bot.ports.desk import (
    FIRST,
    Act,
    DeskDigest,
    DeskPage,
    DeskPeople,
    DeskShelf,
    DeskTag,
    DigestPage,
    Done,
    Filters,
    Keep,
    LinkToSave,
    Page,
    Viewer,
)
from bot.services.parts import Parts
from bot.services.people.profiles import profile_of
from bot.services.people.roles import chosen_for, vouches
from bot.services.web.desk.acquaintances import people_page
from bot.services.web.desk.doing import do, keep_link, keep_post
from bot.services.web.desk.lists import filters_of, found, tags_of, taken_out
from bot.services.web.desk.past import past_digest, past_digests
from bot.services.web.desk.sitting import Sitting
from bot.services.web.desk.whole import whole


class EngineDesk:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def kept_days(self) -> int:
        return self._parts.keeping.removed.days

    async def shelf(self, viewer: Viewer, words: str, page: Page = FIRST, *, mine: bool = False) -> DeskShelf:
        async with self._parts.store.reading() as tx:
            return await found(Sitting(tx, self._parts, viewer), words, page, mine=mine)

    async def shelf_and_filters(
        self, viewer: Viewer, words: str, page: Page = FIRST, *, mine: bool = False
    ) -> tuple[DeskShelf, Filters]:
        async with self._parts.store.reading() as tx:
            sitting = Sitting(tx, self._parts, viewer)
            return await found(sitting, words, page, mine=mine), await filters_of(sitting)

    async def item_and_filters(self, viewer: Viewer, item: str) -> tuple[DeskPage, Filters] | None:
        async with self._parts.store.reading() as tx:
            sitting = Sitting(tx, self._parts, viewer)
            page = await whole(sitting, item)
            return (page, await filters_of(sitting)) if page else None

    async def item(self, viewer: Viewer, item: str) -> DeskPage | None:
        async with self._parts.store.reading() as tx:
            return await whole(Sitting(tx, self._parts, viewer), item)

    async def tags(self, viewer: Viewer) -> Sequence[DeskTag]:
        async with self._parts.store.reading() as tx:
            return await tags_of(Sitting(tx, self._parts, viewer))

    async def filters(self, viewer: Viewer) -> Filters:
        async with self._parts.store.reading() as tx:
            return await filters_of(Sitting(tx, self._parts, viewer))

    async def people(self, viewer: Viewer, department: str = "") -> DeskPeople | None:
        async with self._parts.store.reading() as tx:
            return await people_page(Sitting(tx, self._parts, viewer), department)

    async def digests(self, viewer: Viewer, page: Page = FIRST) -> tuple[Sequence[DeskDigest], int]:
        async with self._parts.store.reading() as tx:
            return await past_digests(Sitting(tx, self._parts, viewer), page)

    async def digest(self, viewer: Viewer, key: str) -> DigestPage | None:
        async with self._parts.store.reading() as tx:
            return await past_digest(Sitting(tx, self._parts, viewer), key)

    async def removed(self, viewer: Viewer, page: Page = FIRST) -> DeskShelf:
        if not viewer.is_owner:
            return DeskShelf((), Total(0))
        async with self._parts.store.reading() as tx:
            return await taken_out(Sitting(tx, self._parts, viewer), page)

    async def save_link(self, viewer: Viewer, link: LinkToSave) -> Done:
        vouched = await self._vouches(viewer)
        async with self._parts.store.transaction() as tx:
            return await keep_link(Sitting(tx, self._parts, viewer, vouched), link)

    async def save_post(self, viewer: Viewer, digest: str, source: str, post: str, *, private: bool = False) -> Done:
        vouched = await self._vouches(viewer)
        async with self._parts.store.transaction() as tx:
            sitting = Sitting(tx, self._parts, viewer, vouched)
            return await keep_post(sitting, digest, PostKey(source, post), private=private)

    async def act(self, viewer: Viewer, item: str, act: Act) -> Done:
        vouched = isinstance(act, Keep) and await self._vouches(viewer)
        async with self._parts.store.transaction() as tx:
            return await do(Sitting(tx, self._parts, viewer, vouched), item, act)

    async def _vouches(self, viewer: Viewer) -> bool:
        """A platform is asked only where it matters in which groups somebody is; while it does not answer, they vouch
        for nothing."""
        if viewer.is_owner or not viewer.may_edit:
            return viewer.is_owner
        async with self._parts.store.reading() as tx:
            rules = await tx.rules.of(viewer.workspace)
        if not chosen_for(Right.MODERATE, rules):
            return False
        person, profile = viewer.person.key, await profile_of(self._parts, viewer.person.key)
        return profile is not None and vouches(self._parts, person.person, profile.standing, profile.groups, rules)
