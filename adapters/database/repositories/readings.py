import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import Row, delete, select

from adapters.database.repositories.topics import know, topic_id
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Heard as HeardRow
from adapters.database.tables import Volume as VolumeRow
from bot.domain.coverage import Span
from bot.domain.reading.filter import Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.topic import Topic

_filters: TypeAdapter[Filter] = TypeAdapter(Filter)


class ReadingRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, source: str, heard: Sequence[Heard]) -> None:
        await know(self._db, [each.topic for each in heard])
        await self._db.add(HeardRow, [_row_of(source, each) for each in heard])

    async def of(self, source: str, topics: Collection[Topic], since: datetime) -> dict[Topic, list[Heard]]:
        by_id = {topic_id(topic): topic for topic in topics}
        found: dict[Topic, list[Heard]] = {topic: [] for topic in topics}
        newest_first = HeardRow.at.desc(), HeardRow.end_at.desc(), HeardRow.start_at.desc(), HeardRow.filter
        for part in in_parts(by_id):
            asked = select(HeardRow).where(HeardRow.source == source, HeardRow.topic_id.in_(part), HeardRow.at >= since)
            for row in await self._db.rows(asked.order_by(*newest_first)):
                topic = by_id[row.topic_id]
                found[topic].append(_heard_of(row, topic))
        return found

    async def put_volume(self, source: str, volume: Volume) -> None:
        await know(self._db, [volume.topic])
        place = {"source": source, "topic_id": topic_id(volume.topic)}
        await self._db.put(VolumeRow, [place | {"per_day": volume.per_day, "counted_at": volume.counted_at}])

    async def volumes(self, source: str, topics: Collection[Topic], not_before: datetime) -> dict[Topic, Volume]:
        by_id = {topic_id(topic): topic for topic in topics}
        found: dict[Topic, Volume] = {}
        for part in in_parts(by_id):
            of_these = VolumeRow.source == source, VolumeRow.topic_id.in_(part), VolumeRow.counted_at >= not_before
            for row in await self._db.rows(select(VolumeRow).where(*of_these)):
                topic = by_id[row.topic_id]
                found[topic] = Volume(topic, row.per_day, row.counted_at)
        return found

    async def forget_before(self, at: datetime) -> None:
        await self._db.run(delete(HeardRow).where(HeardRow.at < at))
        await self._db.run(delete(VolumeRow).where(VolumeRow.counted_at < at))


def _row_of(source: str, heard: Heard) -> dict[str, object]:
    return {
        "id": uuid4().hex,
        "source": source,
        "topic_id": topic_id(heard.topic),
        "at": heard.at,
        "start_at": heard.span.start,
        "end_at": heard.span.end,
        "filter": _filters.dump_json(heard.filter, exclude_defaults=True).decode(),
        "likes": json.dumps(heard.likes),
        "wasted": heard.wasted,
        "cut": heard.cut,
    }


def _heard_of(row: Row[Any], topic: Topic) -> Heard:
    return Heard(
        topic=topic,
        at=row.at,
        span=Span(row.start_at, row.end_at),
        filter=_filters.validate_json(row.filter),
        likes=tuple(json.loads(row.likes)),
        wasted=row.wasted,
        cut=row.cut,
    )
