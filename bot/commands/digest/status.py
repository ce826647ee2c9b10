"""status"""

from collections.abc import Mapping

from bot.commands.context import Answer, Asked
from bot.commands.topics.budget import spending
from bot.domain.channel import Channel
from bot.domain.content import headed
from bot.domain.delivery import DeliveryState
from bot.services.digest.calendars import coming
from bot.services.digest.obstacles import Step, obstacle_today
from bot.services.reading.health import health_in_words
from bot.services.wording import counted, listed, moment_in_words

_IN_WORDS: Mapping[str, str] = {
    DeliveryState.ABANDONED: "given up",
    DeliveryState.LOST: "possibly missing",
    DeliveryState.UNCERTAIN: "being asked about",
}


async def status(asked: Asked, _: str) -> Answer:
    channel = await asked.known_channel()
    lines = [
        *await _next(asked, channel),
        *await _last(asked, channel),
        *await _today(asked, channel),
        *await _health(asked, channel),
        await spending(asked),
        *await _troubles(asked),
    ]
    return Answer(headed("How Staffroom is doing", lines))


async def _next(asked: Asked, channel: Channel) -> list[str]:
    """Nothing comes where nothing is followed."""
    if not await asked.tx.topics.followed(asked.channel):
        return []
    return [(await coming(asked.tx, asked.parts, channel)).line(asked.parts.clock.now())]


async def _last(asked: Asked, channel: Channel) -> list[str]:
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        return ["Last digest: none yet."]
    when = moment_in_words(last.composed_at, now=asked.parts.clock.now(), zone=channel.schedule.zone_info)
    in_part = ", read in part" if last.in_part else ""
    said = f"Last digest: {when}, {counted(len(last.items), 'post')} chosen from {last.looked_at:,}{in_part}."
    return [" ".join([said, *last.remarks])]


async def _today(asked: Asked, channel: Channel) -> list[str]:
    """What became of today's digest, where its time has come and it is not there."""
    obstacle = await obstacle_today(asked.tx, asked.parts, channel, connected=True)
    if obstacle is None or obstacle.step not in {Step.READING, Step.CHOICE, Step.SENDING} or channel.stopped:
        return []
    return [obstacle.in_words]


async def _health(asked: Asked, channel: Channel) -> list[str]:
    lines = await health_in_words(asked.tx, asked.parts, channel)
    return lines or [f"{asked.here} follows nothing yet."]


async def _troubles(asked: Asked) -> list[str]:
    channel = await asked.known_channel()
    stopped = [f"The last digest could not be sent here: {channel.stopped}"] if channel.stopped else []
    troubled = await asked.tx.outbox.count_troubled(asked.channel.workspace)
    if not troubled:
        return stopped or ["Every message was delivered."]
    counts = [f"{number} {_IN_WORDS[state]}" for state, number in sorted(troubled.items())]
    return [*stopped, f"Messages in trouble: {listed(counts)}."]
