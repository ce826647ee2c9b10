"""How well each topic of a channel is read, a line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channel import Channel, Freshness
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.need import VOLUME_HOLDS
from bot.domain.reading.silence import REMEMBERED
from bot.domain.reading.tail import Tail
from bot.domain.topic import Topic
from bot.ports import Transaction
from bot.services.missing import is_missing
from bot.services.parts import Parts
from bot.services.silences import silences_of
from bot.services.wording import ago_in_words, counted, in_how_long

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class _Health:
    """`per_day` is how many posts a day has; None where nobody knows. `silent` where it is odd for how long nothing new
    has come."""

    label: str
    fresh: Freshness
    asked_for: Filter | None
    per_day: float | None
    silent: bool
    trouble: str

    def in_words(self, now: datetime) -> str:
        fresh = self.fresh
        if self.trouble or fresh.read_until is None:
            return f"{self.label}: {self.trouble or 'not read yet'}."
        newest = f"newest post {ago_in_words(fresh.newest_post_at, now)}" if fresh.newest_post_at else "no post yet"
        usual = f"; {_per_day(self.per_day)}" if self.per_day is not None else ""
        asked = f"; {_asked_for(self.asked_for)}" if self.asked_for else ""
        unusual = ", which is unusual" if self.silent else ""
        return f"{self.label}: last read {ago_in_words(fresh.read_until, now)}; {newest}{unusual}{usual}{asked}."


async def health_in_words(tx: Transaction, parts: Parts, channel: Channel) -> list[str]:
    """Sources that cannot be read first, then each topic: those in trouble first, where there are many."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    lines = [line for source in channel.sources if (line := _trouble(parts, source))]
    for source in channel.sources:
        ours = [topic for topic in topics if topic.source in {"", source}]
        where = f" on {parts.source_label(source)}" if len(channel.sources) > 1 else ""
        lines += _at_most(await _healths(tx, parts, source, ours, where), parts.clock.now())
    return lines


def _trouble(parts: Parts, source: str) -> str:
    now = parts.clock.now()
    trouble = parts.breakers.trouble(source, now)
    if trouble is None:
        return ""
    label = parts.source_label(source)
    return f"{label} cannot be read now: {trouble.problem} It is asked again {in_how_long(trouble.until, now)}."


async def _healths(tx: Transaction, parts: Parts, source: str, topics: Sequence[Topic], where: str) -> list[_Health]:
    now = parts.clock.now()
    heard = await tx.readings.of(source, topics, now - REMEMBERED)
    volumes = await tx.readings.volumes(source, topics, now - VOLUME_HOLDS)
    silent = {each.topic for each in (await silences_of(tx, parts, source, topics)).odd}
    return [
        _Health(
            f"{fresh.topic.label}{where}",
            fresh,
            _lately_asked_for(heard[fresh.topic]),
            _a_day(heard[fresh.topic], volumes.get(fresh.topic), now),
            fresh.topic in silent,
            "there is no open account of that name" if await is_missing(tx, source, fresh.topic) else "",
        )
        for fresh in await tx.coverage.freshness(source, topics)
    ]


def _lately_asked_for(heard: Sequence[Heard]) -> Filter | None:
    """Beside what was counted at the same time, which is of everything."""
    latest = [each.filter for each in heard if each.at == heard[0].at]
    return next((each for each in latest if each != EVERYTHING), latest[0] if latest else None)


def _a_day(heard: Sequence[Heard], volume: Volume | None, now: datetime) -> float | None:
    tail = Tail.of(heard, volume, now)
    return tail.a_day() if tail.is_known else None


def _per_day(posts: float) -> str:
    return f"about {counted(round(posts), 'post')} a day" if posts >= 1 else "less than a post a day"


def _at_most(healths: Sequence[_Health], now: datetime) -> list[str]:
    if len(healths) <= MOST_LINES:
        return [each.in_words(now) for each in healths]
    worst_first = sorted(healths, key=lambda each: (not each.silent, each.fresh.read_until is not None))
    more = len(healths) - MOST_LINES + 1
    return [*(each.in_words(now) for each in worst_first[: MOST_LINES - 1]), f"{more} more topics are read as usual."]


def _asked_for(asked: Filter) -> str:
    """`those with 12 or more likes are read`"""
    if asked.top:
        return "the best of them are read"
    likes = f"{asked.min_likes:,} or more likes" if asked.min_likes else ""
    reposts = f"{asked.min_reposts:,} or more reposts" if asked.min_reposts else ""
    if likes or reposts:
        return f"those with {' or '.join(each for each in (likes, reposts) if each)} are read"
    return "all are read"
