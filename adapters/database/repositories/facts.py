from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, and_, func, not_, select, union_all

from adapters.database.repositories.library_rows import for_all, stands
from adapters.database.repositories.reports import items_hidden
from adapters.database.repositories.topics import topic_of
from adapters.database.statements import Statements
from adapters.database.tables import Citation, Digest, DigestItem, ItemShare, ItemTag, Match
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Mark as MarkRow
from adapters.database.tables import Person as PersonRow
from adapters.database.tables import Topic as TopicRow
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.topic import Topic
from bot.ports import Origins

MOST_LOOKED_THROUGH = 500


class FactRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def savers(self, workspace: str, item: str) -> list[tuple[Person, datetime]]:
        first = func.min(MarkRow.made_at)
        by_name = and_(PersonRow.workspace_id == MarkRow.workspace_id, PersonRow.id == MarkRow.person_id)
        asked = select(MarkRow.person_id, PersonRow.name, first.label("since")).outerjoin(PersonRow, by_name)
        counts = ItemRow.workspace_id == workspace, ItemRow.id == item, ItemRow.saved_at.is_not(None)
        there = select(ItemRow.id).where(*counts).scalar_subquery()
        of_item = asked.where(stands(workspace), MarkRow.item_id == there).group_by(MarkRow.person_id, PersonRow.name)
        rows = await self._db.rows(of_item.order_by(first, MarkRow.person_id))
        return [(Person(PersonKey(workspace, row.person_id), row.name or ""), row.since) for row in rows]

    async def origins(self, workspace: str, item: str) -> Origins:
        return Origins(await self._topics(workspace, item), await self._channels(workspace, item))

    async def _topics(self, workspace: str, item: str) -> list[Topic]:
        of_post = Match.source == Citation.source, Match.post_id == Citation.post_id
        this = Citation.workspace_id == workspace, Citation.item_id == item
        matched = select(Match.topic_id).where(*of_post, *this)
        rows = await self._db.rows(select(TopicRow).where(TopicRow.id.in_(matched)))
        return sorted((topic_of(row) for row in rows), key=lambda topic: (topic.kind, topic.source, topic.key))

    async def _channels(self, workspace: str, item: str) -> list[ChannelKey]:
        shown = and_(DigestItem.source == Citation.source, DigestItem.post_id == Citation.post_id)
        there = and_(Digest.workspace_id == DigestItem.workspace_id, Digest.slot_id == DigestItem.slot_id)
        this = Citation.workspace_id == workspace, Citation.item_id == item, DigestItem.workspace_id == workspace
        asked = select(Digest.channel_id).distinct().join(DigestItem, there).join(Citation, shown).where(*this)
        return sorted(
            (ChannelKey(workspace, row.channel_id) for row in await self._db.rows(asked)), key=lambda key: key.channel
        )

    async def shared_with(self, workspace: str, item: str) -> list[str]:
        this = ItemShare.workspace_id == workspace, ItemShare.item_id == item
        return sorted(row.library for row in await self._db.rows(select(ItemShare.library).where(*this)))

    async def recent_tags(self, workspace: str, most: int, least: int = 1) -> Sequence[str]:
        there = select(ItemTag.item_id, ItemTag.tag, ItemTag.added_at).where(ItemTag.workspace_id == workspace)
        newest = there.order_by(ItemTag.added_at.desc()).limit(MOST_LOOKED_THROUGH).subquery()
        asked = select(newest.c.tag).where(newest.c.item_id.not_in(_not_for_all(workspace, least)))
        rows = await self._db.rows(asked.order_by(newest.c.added_at.desc(), newest.c.tag))
        return list(dict.fromkeys(row.tag for row in rows))[:most]

    async def tag_counts(self, workspace: str, least: int = 1) -> Mapping[str, int]:
        count = func.count().label("items")
        told = ItemTag.workspace_id == workspace, ItemTag.item_id.not_in(_not_for_all(workspace, least))
        rows = await self._db.rows(select(ItemTag.tag, count).where(*told).group_by(ItemTag.tag))
        return {row.tag: int(row.items) for row in rows}


def _not_for_all(workspace: str, least: int) -> CompoundSelect[str]:
    """The items that not everybody finds, by their ids. Few are: a join would look at every item."""
    alone = select(ItemRow.id).where(ItemRow.workspace_id == workspace, ItemRow.saved_at.is_(None))
    wanting = select(ItemRow.id).where(ItemRow.workspace_id == workspace, *(not_(each) for each in for_all(least)))
    return union_all(alone, items_hidden(workspace), *([wanting] if least > 1 else []))
