from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Subscription
from adapters.database.tables import Topic as TopicRow
from bot.domain.channel import Following, Origin
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic, TopicKind


def topic_id(topic: Topic) -> str:
    return f"{topic.kind}:{topic.source}:{topic.key}"


def topic_of(row: Row[Any]) -> Topic:
    return Topic(TopicKind(row.kind), row.key, row.label, row.source)


async def topics_of(db: Statements, ids: Collection[str]) -> dict[str, Topic]:
    """One that nobody knows any more has its key for a label."""
    topics: dict[str, Topic] = {}
    for id_ in ids:
        kind, source, key = id_.split(":", 2)
        topics[id_] = Topic(TopicKind(kind), key, key, source)
    for part in in_parts(ids):
        rows = await db.rows(select(TopicRow).where(TopicRow.id.in_(part)))
        topics |= {row.id: topic_of(row) for row in rows}
    return topics


async def know(db: Statements, topics: Collection[Topic]) -> None:
    """Sees to it that there is a row for each; the first spelling of a label stays."""
    values = [
        {"id": topic_id(each), "kind": each.kind, "source": each.source, "key": each.key, "label": each.label}
        for each in sorted(set(topics))
    ]
    await db.add(TopicRow, [value | {"account_id": None} for value in values])


class TopicRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def follow(self, channel: ChannelKey, topic: Topic, origin: Origin, by: str | None, at: datetime) -> bool:
        await know(self._db, [topic])
        in_channel = Subscription.workspace_id == channel.workspace, Subscription.channel_id == channel.channel
        last = select(func.coalesce(func.max(Subscription.position), 0)).where(*in_channel).scalar_subquery()
        subscription = self._db.insert(Subscription).values(
            workspace_id=channel.workspace,
            channel_id=channel.channel,
            topic_id=topic_id(topic),
            position=last + 1,
            origin=origin,
            followed_by=by,
            followed_at=at,
        )
        return await self._db.run(subscription.on_conflict_do_nothing()) == 1

    async def unfollow(self, channel: ChannelKey, topic: Topic) -> bool:
        subscription = delete(Subscription).where(
            Subscription.workspace_id == channel.workspace,
            Subscription.channel_id == channel.channel,
            Subscription.topic_id == topic_id(topic),
        )
        return await self._db.run(subscription) == 1

    async def followed(self, channel: ChannelKey) -> list[Following]:
        rows = await self._db.rows(
            select(*TopicRow.__table__.columns, Subscription.origin, Subscription.followed_by)
            .join(Subscription, Subscription.topic_id == TopicRow.id)
            .where(Subscription.workspace_id == channel.workspace, Subscription.channel_id == channel.channel)
            .order_by(Subscription.position, TopicRow.id)
        )
        return [Following(topic_of(row), Origin(row.origin), row.followed_by) for row in rows]

    async def watched(self) -> list[Topic]:
        followed = select(Subscription.topic_id)
        rows = await self._db.rows(select(TopicRow).where(TopicRow.id.in_(followed)).order_by(TopicRow.id))
        return [topic_of(row) for row in rows]

    async def account_ids(self, topics: Collection[Topic]) -> dict[Topic, str]:
        by_id = {topic_id(topic): topic for topic in topics}
        known: dict[Topic, str] = {}
        for part in in_parts(by_id):
            asked = select(TopicRow).where(TopicRow.id.in_(part), TopicRow.account_id.is_not(None))
            known |= {by_id[row.id]: row.account_id for row in await self._db.rows(asked)}
        return known

    async def set_account_id(self, topic: Topic, account_id: str) -> None:
        await know(self._db, [topic])
        await self._db.run(update(TopicRow).where(TopicRow.id == topic_id(topic)).values(account_id=account_id))
