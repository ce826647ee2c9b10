from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from adapters.database.repositories.topics import know, topic_id
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Coverage, Match, Post
from adapters.database.tables import Topic as TopicRow
from bot.domain.channel import Freshness
from bot.domain.coverage import Span, merged
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.topic import Topic


class CoverageRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def add(self, source: str, topic: Topic, span: Span, filter: Filter = EVERYTHING) -> None:  # noqa: A002
        if not span.length:
            return
        await know(self._db, [topic])
        await self._db.row(select(TopicRow.id).where(TopicRow.id == topic_id(topic)).with_for_update())
        touching = (
            Coverage.source == source,
            Coverage.topic_id == topic_id(topic),
            Coverage.filter == filter.key,
            Coverage.start_at <= span.end,
            Coverage.end_at >= span.start,
        )
        known = [Span(row.start_at, row.end_at) for row in await self._db.rows(select(Coverage).where(*touching))]
        [whole] = merged([span, *known])
        if known == [whole]:
            return
        await self._db.run(delete(Coverage).where(*touching))
        place = {"source": source, "topic_id": topic_id(topic), "filter": filter.key}
        await self._db.add(Coverage, [place | {"start_at": whole.start, "end_at": whole.end}])

    async def of(
        self,
        source: str,
        topics: Collection[Topic],
        since: datetime,
        filter: Filter | None = None,  # noqa: A002
    ) -> dict[Topic, list[Span]]:
        by_id: dict[str, list[Span]] = {topic_id(topic): [] for topic in topics}
        read_since = Coverage.source == source, Coverage.end_at > since
        by_filter = () if filter is None else (Coverage.filter == filter.key,)
        for part in in_parts(by_id):
            asked = select(Coverage).where(*read_since, *by_filter, Coverage.topic_id.in_(part))
            for row in await self._db.rows(asked):
                by_id[row.topic_id].append(Span(max(row.start_at, since), row.end_at))
        return {topic: merged(by_id[topic_id(topic)]) for topic in topics}

    async def freshness(self, source: str, topics: Collection[Topic]) -> list[Freshness]:
        read: dict[str, datetime] = {}
        newest: dict[str, datetime] = {}
        for part in in_parts([topic_id(topic) for topic in topics]):
            read |= await self._latest_read(source, part)
            newest |= await self._newest_posts(source, part)
        return [Freshness(topic, read.get(topic_id(topic)), newest.get(topic_id(topic))) for topic in topics]

    async def _latest_read(self, source: str, ids: Collection[str]) -> dict[str, datetime]:
        asked = select(Coverage.topic_id, func.max(Coverage.end_at).label("until")).group_by(Coverage.topic_id)
        rows = await self._db.rows(asked.where(Coverage.source == source, Coverage.topic_id.in_(ids)))
        return {row.topic_id: row.until for row in rows}

    async def _newest_posts(self, source: str, ids: Collection[str]) -> dict[str, datetime]:
        rows = await self._db.rows(
            select(Match.topic_id, func.max(Post.created_at).label("newest"))
            .join(Post, (Match.source == Post.source) & (Match.post_id == Post.id))
            .where(Match.source == source, Match.topic_id.in_(ids))
            .group_by(Match.topic_id)
        )
        return {row.topic_id: row.newest for row in rows}
