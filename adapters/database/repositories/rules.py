from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, and_, delete, func, select, tuple_

from adapters.database.repositories.library_rows import for_all, stands
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Channel, Citation, Digest, DigestItem, Item, Mark
from adapters.database.tables import Less as LessRow
from adapters.database.tables import Rule as RuleRow
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.rules import ONE_AT_A_TIME, Less, Rule, RuleKind
from bot.domain.taste import Vote


class RuleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, rule: Rule) -> bool:
        is_new = await self._db.run(self._db.insert(RuleRow).values(_row_of(rule)).on_conflict_do_nothing()) == 1
        if is_new and rule.kind in ONE_AT_A_TIME:
            in_its_place = RuleRow.workspace_id == rule.workspace, RuleRow.channel_id == rule.channel
            others = RuleRow.kind == rule.kind, RuleRow.value != rule.value
            await self._db.run(delete(RuleRow).where(*in_its_place, *others))
        return is_new

    async def remove(self, workspace: str, channel: str, kind: RuleKind, value: str) -> bool:
        there = RuleRow.workspace_id == workspace, RuleRow.channel_id == channel
        this = delete(RuleRow).where(*there, RuleRow.kind == kind, RuleRow.value == value)
        return await self._db.run(this) == 1

    async def of(self, workspace: str) -> list[Rule]:
        return list(await self._db.once(("rules", workspace), partial(self._of, workspace)))

    async def _of(self, workspace: str) -> list[Rule]:
        rows = await self._db.rows(select(RuleRow).where(RuleRow.workspace_id == workspace))
        rules = (_rule_of(row) for row in rows)
        return sorted(rules, key=lambda rule: (rule.made_at, rule.channel, rule.kind, rule.value))

    async def ask_for_less(self, less: Less) -> None:
        row = {
            "workspace_id": less.workspace,
            "channel_id": less.channel,
            "person_id": less.person,
            "source": less.source,
            "post_id": less.post_id,
            "author_id": less.author_id,
            "asked_at": less.at,
        }
        await self._db.put(LessRow, [row])

    async def take_back_less(self, less: Less) -> None:
        there = LessRow.workspace_id == less.workspace, LessRow.channel_id == less.channel
        this = LessRow.person_id == less.person, LessRow.source == less.source, LessRow.post_id == less.post_id
        await self._db.run(delete(LessRow).where(*there, *this))

    async def votes(self, channel: ChannelKey, since: datetime | None, least: int = 1) -> list[Vote]:
        votes = [*await self._saves(channel, least), *await self._wishes_for_less(channel)]
        counted = (vote for vote in votes if since is None or vote.at >= since)
        return sorted(counted, key=lambda vote: (vote.at, vote.person, vote.post, vote.liked))

    async def _saves(self, channel: ChannelKey, least: int) -> Iterable[Vote]:
        posts = await self._items_shown(channel, least)
        owner = select(Channel.owner).where(Channel.workspace_id == channel.workspace, Channel.id == channel.channel)
        counts_here = Mark.person_id == func.coalesce(owner.scalar_subquery(), Mark.person_id)
        saved_at = func.min(Mark.made_at).label("saved_at")
        saves: list[Vote] = []
        for part in in_parts(posts):
            asked = select(Mark.item_id, Mark.person_id, saved_at).where(stands(channel.workspace), counts_here)
            rows = await self._db.rows(asked.where(Mark.item_id.in_(part)).group_by(Mark.item_id, Mark.person_id))
            saves += [Vote(row.person_id, posts[row.item_id], liked=True, at=row.saved_at) for row in rows]
        return saves

    async def _items_shown(self, channel: ChannelKey, least: int) -> dict[str, PostKey]:
        """The items that posts of the channel's digests lead to, each with the first that did. One table at a time: of
        a join SQLite would look at every item of the workspace."""
        digests = select(Digest.slot_id).where(
            Digest.workspace_id == channel.workspace, Digest.channel_id == channel.channel
        )
        of_them = DigestItem.workspace_id == channel.workspace, DigestItem.slot_id.in_(digests)
        posts = select(DigestItem.source, DigestItem.post_id).where(*of_them)
        cited = Citation.workspace_id == channel.workspace, tuple_(Citation.source, Citation.post_id).in_(posts)
        of_item = and_(Item.workspace_id == Citation.workspace_id, Item.id == Citation.item_id)
        asked = select(*Citation.__table__.columns).outerjoin(Item, of_item)
        asked = asked.where(*cited, Item.saved_at.is_not(None), *for_all(least))
        rows = sorted(await self._db.rows(asked), key=lambda row: (row.cited_at, row.source, row.post_id), reverse=True)
        return {row.item_id: PostKey(row.source, row.post_id) for row in rows}

    async def _wishes_for_less(self, channel: ChannelKey) -> Iterable[Vote]:
        there = LessRow.workspace_id == channel.workspace, LessRow.channel_id == channel.channel
        rows = await self._db.rows(select(LessRow).where(*there))
        return (Vote(row.person_id, PostKey(row.source, row.post_id), liked=False, at=row.asked_at) for row in rows)


def _row_of(rule: Rule) -> dict[str, object]:
    return {
        "workspace_id": rule.workspace,
        "channel_id": rule.channel,
        "kind": rule.kind,
        "value": rule.value,
        "made_by": rule.by,
        "made_at": rule.made_at,
    }


def _rule_of(row: Row[Any]) -> Rule:
    return Rule(row.workspace_id, row.channel_id, RuleKind(row.kind), row.value, row.made_by, row.made_at)
