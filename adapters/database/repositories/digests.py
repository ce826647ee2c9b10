import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select

from adapters.database.statements import Statements
from adapters.database.tables import Channel, Seen, Slot
from adapters.database.tables import Digest as DigestRow
from adapters.database.tables import DigestItem as ItemRow
from adapters.database.text import storable_text
from bot.domain.digest import Digest, DigestItem
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.schedule import SlotKind


class DigestRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, digest: Digest, seen_keys: Collection[str], at: datetime) -> None:
        workspace, channel = digest.channel.workspace, digest.channel.channel
        await self._db.put(DigestRow, [_row_of(digest)])
        stale = delete(ItemRow).where(ItemRow.workspace_id == workspace, ItemRow.slot_id == digest.slot)
        await self._db.run(stale)
        await self._db.add(ItemRow, [_item_row(digest, item) for item in digest.items])
        seen = [{"workspace_id": workspace, "channel_id": channel, "key": key, "seen_at": at} for key in seen_keys]
        await self._db.add(Seen, seen)

    async def get(self, workspace: str, slot: str) -> Digest | None:
        asked = select(DigestRow).where(DigestRow.workspace_id == workspace, DigestRow.slot_id == slot)
        row = await self._db.row(asked)
        return await self._digest_of(row) if row else None

    async def last(self, channel: ChannelKey) -> Digest | None:
        furthest_first = DigestRow.until_at.desc(), DigestRow.made_at.desc(), DigestRow.slot_id.desc()
        row = await self._db.row(_digests_of(channel).order_by(*furthest_first).limit(1))
        return await self._digest_of(row) if row else None

    async def latest(self, channel: ChannelKey) -> Digest | None:
        newest = _digests_of(channel).order_by(DigestRow.made_at.desc(), DigestRow.slot_id.desc())
        row = await self._db.row(newest.limit(1))
        return await self._digest_of(row) if row else None

    async def past(self, channels: Collection[ChannelKey], limit: int, offset: int) -> tuple[list[Digest], int]:
        if not channels:
            return [], 0
        there = or_(*(_is_of(channel) for channel in channels))
        asked = _with_slot().where(there, Slot.kind != SlotKind.AT_ONCE)
        total = await self._db.value(select(func.count()).select_from(asked.subquery()))
        newest = asked.order_by(DigestRow.made_at.desc(), DigestRow.slot_id.desc()).limit(limit).offset(offset)
        return [await self._digest_of(row) for row in await self._db.rows(newest)], int(str(total))

    async def seen(self, channel: ChannelKey, keys: Collection[str], before: datetime | None = None) -> set[str]:
        there = [Seen.workspace_id == channel.workspace, Seen.channel_id == channel.channel]
        if before is not None:
            there.append(Seen.seen_at < before)
        rows = await self._db.rows(select(Seen.key).where(*there, self._db.is_one_of(Seen.key, keys)))
        return _among(keys, {row.key for row in rows})

    async def seen_elsewhere(self, channel: ChannelKey, keys: Collection[str], since: datetime) -> set[str]:
        telling = Channel.workspace_id == channel.workspace, Channel.owner.is_(None), Channel.id != channel.channel
        channels = {row.id for row in await self._db.rows(select(Channel.id).where(*telling))}
        lately = Seen.workspace_id == channel.workspace, Seen.seen_at >= since
        asked = select(Seen.channel_id, Seen.key).where(*lately, self._db.is_one_of(Seen.key, keys))
        return _among(keys, {row.key for row in await self._db.rows(asked) if row.channel_id in channels})

    async def shown(self, channel: ChannelKey, since: datetime) -> list[PostKey]:
        there = DigestRow.workspace_id == channel.workspace, DigestRow.channel_id == channel.channel
        digests = select(DigestRow.slot_id).where(*there, DigestRow.made_at >= since)
        newest_first = digests.order_by(DigestRow.made_at.desc(), DigestRow.slot_id.desc())
        place = {row.slot_id: number for number, row in enumerate(await self._db.rows(newest_first))}
        of_them = ItemRow.workspace_id == channel.workspace, ItemRow.slot_id.in_(digests)
        rows = await self._db.rows(select(ItemRow).where(*of_them))
        in_order = sorted(rows, key=lambda row: (place[row.slot_id], row.number))
        return list(dict.fromkeys(PostKey(row.source, row.post_id) for row in in_order))

    async def _digest_of(self, row: Row[Any]) -> Digest:
        asked = select(ItemRow).where(ItemRow.workspace_id == row.workspace_id, ItemRow.slot_id == row.slot_id)
        items = await self._db.rows(asked.order_by(ItemRow.number))
        return Digest(
            slot=row.slot_id,
            channel=ChannelKey(row.workspace_id, row.channel_id),
            since=row.since_at,
            until=row.until_at,
            items=tuple(
                DigestItem(each.number, PostKey(each.source, each.post_id), each.why, each.gone, each.asks)
                for each in items
            ),
            topics=tuple(json.loads(row.topics)),
            looked_at=row.looked_at,
            composed_at=row.made_at,
            in_part=row.in_part,
            remarks=tuple(json.loads(row.remarks)),
        )


def _digests_of(channel: ChannelKey) -> Select[Any]:
    """Single cards are shown besides: no digest."""
    return _with_slot().where(Slot.kind != SlotKind.AT_ONCE, _is_of(channel))


def _with_slot() -> Select[Any]:
    same = and_(Slot.workspace_id == DigestRow.workspace_id, Slot.id == DigestRow.slot_id)
    return select(DigestRow).join(Slot, same)


def _is_of(channel: ChannelKey) -> ColumnElement[bool]:
    return and_(DigestRow.workspace_id == channel.workspace, DigestRow.channel_id == channel.channel)


def _among(keys: Collection[str], stored: Collection[str]) -> set[str]:
    return {key for key in keys if storable_text(key) in stored}


def _row_of(digest: Digest) -> dict[str, object]:
    return {
        "workspace_id": digest.channel.workspace,
        "slot_id": digest.slot,
        "channel_id": digest.channel.channel,
        "since_at": digest.since,
        "until_at": digest.until,
        "topics": json.dumps([storable_text(topic) for topic in digest.topics], ensure_ascii=False),
        "looked_at": digest.looked_at,
        "in_part": digest.in_part,
        "made_at": digest.composed_at,
        "remarks": json.dumps([storable_text(each) for each in digest.remarks], ensure_ascii=False),
    }


def _item_row(digest: Digest, item: DigestItem) -> dict[str, object]:
    return {
        "workspace_id": digest.channel.workspace,
        "slot_id": digest.slot,
        "number": item.number,
        "source": item.post.source,
        "post_id": item.post.id,
        "why": item.why,
        "gone": item.gone,
        "asks": item.asks,
    }
