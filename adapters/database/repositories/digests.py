import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Digest as DigestRow
from adapters.database.tables import DigestItem as ItemRow
from adapters.database.tables import Seen
from adapters.database.text import storable_text
from bot.domain.digest import Digest, DigestItem
from bot.domain.keys import ChannelKey, PostKey


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
        asked = select(DigestRow).where(
            DigestRow.workspace_id == channel.workspace, DigestRow.channel_id == channel.channel
        )
        furthest = asked.order_by(DigestRow.until_at.desc(), DigestRow.made_at.desc(), DigestRow.slot_id.desc())
        row = await self._db.row(furthest.limit(1))
        return await self._digest_of(row) if row else None

    async def latest(self, channel: ChannelKey) -> Digest | None:
        asked = select(DigestRow).where(
            DigestRow.workspace_id == channel.workspace, DigestRow.channel_id == channel.channel
        )
        row = await self._db.row(asked.order_by(DigestRow.made_at.desc(), DigestRow.slot_id.desc()).limit(1))
        return await self._digest_of(row) if row else None

    async def seen(self, channel: ChannelKey, keys: Collection[str]) -> set[str]:
        given = {storable_text(key): key for key in keys}
        found: set[str] = set()
        for part in in_parts(given):
            asked = select(Seen.key).where(Seen.workspace_id == channel.workspace, Seen.channel_id == channel.channel)
            found |= {given[row.key] for row in await self._db.rows(asked.where(Seen.key.in_(part)))}
        return found

    async def _digest_of(self, row: Row[Any]) -> Digest:
        asked = select(ItemRow).where(ItemRow.workspace_id == row.workspace_id, ItemRow.slot_id == row.slot_id)
        items = await self._db.rows(asked.order_by(ItemRow.number))
        return Digest(
            slot=row.slot_id,
            channel=ChannelKey(row.workspace_id, row.channel_id),
            since=row.since_at,
            until=row.until_at,
            items=tuple(
                DigestItem(each.number, PostKey(each.source, each.post_id), each.why, each.gone) for each in items
            ),
            topics=tuple(json.loads(row.topics)),
            looked_at=row.looked_at,
            composed_at=row.made_at,
            in_part=row.in_part,
        )


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
    }
