from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, select, update

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Subscription
from adapters.database.tables import Topic as TopicRow
from bot.domain.channel import AtOnce, Following, Origin
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
        return await self._db.run(delete(Subscription).where(_subscription(channel, topic))) == 1

    async def followed(self, channel: ChannelKey) -> list[Following]:
        rows = await self._db.rows(
            select(*TopicRow.__table__.columns, Subscription.origin, Subscription.followed_by, Subscription.at_once)
            .join(Subscription, Subscription.topic_id == TopicRow.id)
            .where(Subscription.workspace_id == channel.workspace, Subscription.channel_id == channel.channel)
            .order_by(Subscription.position, TopicRow.id)
        )
        return [_following_of(row) for row in rows]

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

    async def set_at_once(self, channel: ChannelKey, topic: Topic, at_once: AtOnce | None) -> bool:
        this = update(Subscription).where(_subscription(channel, topic))
        return await self._db.run(this.values(at_once=at_once.min_likes if at_once else None)) == 1

    async def wanted_at_once(self) -> dict[ChannelKey, dict[Topic, AtOnce]]:
        columns = *TopicRow.__table__.columns, Subscription.workspace_id, Subscription.channel_id, Subscription.at_once
        asked = select(*columns).join(Subscription, Subscription.topic_id == TopicRow.id)
        in_order = asked.order_by(Subscription.workspace_id, Subscription.channel_id, TopicRow.id)
        wanted: dict[ChannelKey, dict[Topic, AtOnce]] = {}
        for row in await self._db.rows(in_order.where(Subscription.at_once.is_not(None))):
            of_channel = wanted.setdefault(ChannelKey(row.workspace_id, row.channel_id), {})
            of_channel[topic_of(row)] = AtOnce(row.at_once)
        return wanted

    async def followers(self) -> dict[Topic, list[ChannelKey]]:
        followed = select(*TopicRow.__table__.columns, Subscription.workspace_id, Subscription.channel_id)
        joined = followed.join(Subscription, Subscription.topic_id == TopicRow.id)
        followers: dict[Topic, list[ChannelKey]] = {}
        for row in await self._db.rows(joined):
            followers.setdefault(topic_of(row), []).append(ChannelKey(row.workspace_id, row.channel_id))
        return {topic: sorted(channels) for topic, channels in sorted(followers.items())}


def _subscription(channel: ChannelKey, topic: Topic) -> ColumnElement[bool]:
    return and_(
        Subscription.workspace_id == channel.workspace,
        Subscription.channel_id == channel.channel,
        Subscription.topic_id == topic_id(topic),
    )


def _following_of(row: Row[Any]) -> Following:
    at_once = None if row.at_once is None else AtOnce(row.at_once)
    return Following(topic_of(row), Origin(row.origin), row.followed_by, at_once)
