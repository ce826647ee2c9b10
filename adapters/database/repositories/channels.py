import json
from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, delete, select

from adapters.database.statements import Statements
from adapters.database.tables import Channel as ChannelRow
from adapters.database.tables import Slot
from adapters.database.tables import Workspace as WorkspaceRow
from adapters.database.text import storable_text
from bot.domain.channel import Channel, Layout, Origin, Workspace
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule, SlotState, WeeklyTime

REMEMBERED = 5_000
"""How many channels need not be made again of the same columns."""
_WORKSPACES = select(WorkspaceRow).order_by(WorkspaceRow.id)
"""Asked with every page: building it takes longer than running it."""


class ChannelRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put_workspace(self, workspace: Workspace) -> None:
        row = {"id": workspace.id, "platform": workspace.platform, "name": workspace.name}
        await self._db.put(WorkspaceRow, [row])

    async def workspaces(self) -> list[Workspace]:
        return list(await self._db.once("workspaces", self._workspaces))

    async def _workspaces(self) -> list[Workspace]:
        rows = await self._db.rows(_WORKSPACES)
        return [Workspace(row.id, row.platform, row.name) for row in rows]

    async def put(self, channel: Channel) -> None:
        await self._db.put(ChannelRow, [_row_of(channel)])

    async def get(self, key: ChannelKey) -> Channel | None:
        asked = select(ChannelRow).where(ChannelRow.workspace_id == key.workspace, ChannelRow.id == key.channel)
        row = await self._db.row(asked)
        return _channel_of(row) if row else None

    async def all(self) -> list[Channel]:
        return list(await self._db.once("channels", self._all))

    async def _all(self) -> list[Channel]:
        rows = await self._db.rows(select(ChannelRow))
        return sorted((_channel_of(row) for row in rows), key=lambda channel: channel.key)

    async def remove(self, key: ChannelKey) -> None:
        await self._db.run(
            delete(Slot).where(
                Slot.workspace_id == key.workspace, Slot.channel_id == key.channel, Slot.state == SlotState.PLANNED
            )
        )
        gone = delete(ChannelRow).where(ChannelRow.workspace_id == key.workspace, ChannelRow.id == key.channel)
        await self._db.run(gone)


def _row_of(channel: Channel) -> dict[str, object]:
    return {
        "workspace_id": channel.key.workspace,
        "id": channel.key.channel,
        "name": channel.name,
        "zone": channel.schedule.zone,
        "days": "".join(str(day) for day in sorted(channel.schedule.days)),
        "at": channel.schedule.at,
        "sources": json.dumps(channel.sources),
        "size": channel.size,
        "origin": channel.origin,
        "stopped": channel.stopped,
        "layout": channel.layout,
        "owner": channel.owner,
        "keycaps": channel.keycaps,
        "saves_links": channel.saves_links,
        "languages": _list_to_json(channel.languages),
        "holidays": _list_to_json(channel.holidays),
        "terms": _list_to_json(channel.terms),
        "closed": _list_to_json(channel.closed),
        "paused_until": channel.paused_until,
        "roundup": _weekly_to_text(channel.roundup),
        "taste_since": channel.taste_since,
        "share": channel.share,
        "department": channel.department,
    }


@lru_cache(REMEMBERED)
def _channel_of(row: Row[Any]) -> Channel:
    """All channels are read again and again, and hardly one has changed."""
    return Channel(
        key=ChannelKey(row.workspace_id, row.id),
        name=row.name,
        schedule=Schedule(row.zone, frozenset(int(day) for day in row.days), row.at),
        sources=tuple(json.loads(row.sources)),
        size=row.size,
        origin=Origin(row.origin),
        stopped=row.stopped,
        layout=Layout(row.layout),
        owner=row.owner,
        keycaps=row.keycaps,
        saves_links=row.saves_links,
        languages=_list_from_json(row.languages),
        holidays=_list_from_json(row.holidays),
        terms=_list_from_json(row.terms),
        closed=_list_from_json(row.closed),
        paused_until=row.paused_until,
        roundup=_weekly_from_text(row.roundup),
        taste_since=row.taste_since,
        share=row.share,
        department=row.department,
    )


def _list_to_json(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else json.dumps([storable_text(each) for each in values], ensure_ascii=False)


def _list_from_json(values: str | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(json.loads(values))


def _weekly_to_text(weekly: WeeklyTime | None) -> str | None:
    return None if weekly is None else f"{weekly.day} {weekly.at.isoformat()}"


def _weekly_from_text(text: str | None) -> WeeklyTime | None:
    if text is None:
        return None
    day, at = text.split()
    return WeeklyTime(int(day), time.fromisoformat(at))
