"""status, budget"""

from datetime import datetime

from bot.commands.context import Answer, Asked
from bot.commands.rights import is_admin
from bot.domain.budget import Money, in_words
from bot.domain.channel import Channel, Freshness
from bot.domain.content import headed
from bot.domain.keys import ChannelKey
from bot.domain.topic import Topic
from bot.services.calendars import coming
from bot.services.obstacles import Step, obstacle_today
from bot.services.wording import ago_in_words, counted, listed, moment_in_words


async def status(asked: Asked, _: str) -> Answer:
    channel = await asked.known_channel()
    lines = [
        await _next(asked, channel),
        await _last(asked, channel),
        *await _today(asked, channel),
        *await _freshness(asked, channel),
        await _spending(asked),
        *await _personal(asked),
        *await _troubles(asked),
    ]
    return Answer(headed("How Staffroom is doing", lines))


async def _next(asked: Asked, channel: Channel) -> str:
    return (await coming(asked.tx, asked.parts, channel)).line(asked.parts.clock.now())


async def _last(asked: Asked, channel: Channel) -> str:
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        return "Last digest: none yet."
    when = moment_in_words(last.composed_at, now=asked.parts.clock.now(), zone=channel.schedule.zone_info)
    return f"Last digest: {when}, {counted(len(last.items), 'post')} chosen from {last.looked_at:,}."


async def _today(asked: Asked, channel: Channel) -> list[str]:
    """What became of today's digest, where its time has come and it is not there."""
    obstacle = await obstacle_today(asked.tx, asked.parts, channel, connected=True)
    if obstacle is None or obstacle.step not in {Step.READING, Step.CHOICE, Step.SENDING} or channel.stopped:
        return []
    return [obstacle.in_words]


async def _freshness(asked: Asked, channel: Channel) -> list[str]:
    topics = [following.topic for following in await asked.tx.topics.followed(asked.channel)]
    now, lines = asked.parts.clock.now(), []
    for source in channel.sources:
        for fresh in await asked.tx.coverage.freshness(source, topics):
            lines += [f"{fresh.topic.label}: {_how_fresh(fresh, now)}."]
    return lines or [f"{asked.here} follows nothing yet."]


def _how_fresh(fresh: Freshness, now: datetime) -> str:
    if fresh.read_until is None:
        return "not read yet"
    newest = f"newest post {ago_in_words(fresh.newest_post_at, now)}" if fresh.newest_post_at else "no post yet"
    return f"last read {ago_in_words(fresh.read_until, now)}; {newest}"


async def _spending(asked: Asked) -> str:
    today, month = await asked.tx.ledger.spent(asked.parts.clock.now().date())
    caps = asked.parts.caps
    of_day = f" of {in_words(caps.daily)}" if caps.daily is not None else ""
    of_month = f" of {in_words(caps.monthly)}" if caps.monthly is not None else ""
    return f"Spent on reading: {in_words(today)}{of_day} today, {in_words(month)}{of_month} this month (UTC)."


async def _personal(asked: Asked) -> list[str]:
    """What people's own digests cost together; never whose."""
    if not is_admin(asked.parts, asked.person.key.person, asked.around.standing):
        return []
    followers = await _followers(asked)
    personal = {channel.key for channel in await asked.tx.channels.all() if _is_personal(channel, asked)}
    following = {key for keys in followers.values() for key in keys} & personal
    spent = await asked.tx.ledger.spent_by_topic(asked.parts.clock.now().date())
    share = sum(
        cost * len(personal.intersection(followers[topic])) // len(followers[topic])
        for topic, cost in spent.items()
        if followers.get(topic)
    )
    return [f"Personal digests: {len(following)}, {in_words(Money(share))} this month."] if following else []


def _is_personal(channel: Channel, asked: Asked) -> bool:
    return channel.owner is not None and channel.key.workspace == asked.channel.workspace


async def _followers(asked: Asked) -> dict[Topic, list[ChannelKey]]:
    """The channels that share what reading a topic costs."""
    followers: dict[Topic, list[ChannelKey]] = {}
    for channel in await asked.tx.channels.all():
        for following in await asked.tx.topics.followed(channel.key):
            followers.setdefault(following.topic, []).append(channel.key)
    return followers


async def _troubles(asked: Asked) -> list[str]:
    channel = await asked.known_channel()
    stopped = [f"The last digest could not be sent here: {channel.stopped}"] if channel.stopped else []
    troubled = await asked.tx.outbox.count_troubled(asked.channel.workspace)
    if not troubled:
        return stopped or ["Every message was delivered."]
    return [
        *stopped,
        f"Messages in trouble: {listed([f'{number} {state}' for state, number in sorted(troubled.items())])}.",
    ]


async def budget(asked: Asked, _: str) -> Answer:
    caps, where = asked.parts.caps, asked.parts.config_name
    limits = f"{_limit('day (UTC)', caps.daily)} {_limit('month', caps.monthly)}"
    lines = [await _spending(asked), limits, f"The limits are set under [budget] in {where}."]
    return Answer(headed("What reading costs", lines))


def _limit(period: str, cap: Money | None) -> str:
    return f"There is no limit for a {period}." if cap is None else f"At most {in_words(cap)} a {period}."
