"""How well each topic of a channel is read, a line each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.channel import Channel, Freshness
from bot.domain.reading.filter import EVERYTHING
from bot.domain.reading.heard import Heard, Volume
from bot.domain.reading.need import VOLUME_HOLDS
from bot.domain.reading.silence import REMEMBERED
from bot.domain.reading.tail import Tail
from bot.domain.topic import Topic
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.reading.missing import is_missing
from bot.services.reading.silences import silences_of
from bot.services.wording import ago_in_words, counted, in_how_long, listed

MOST_LINES = 12
MOST_UNREAD = 8


@dataclass(frozen=True, slots=True)
class _Health:
    """`per_day` is how many posts a day has; None where nobody knows. `silent` where it is odd for how long nothing new
    has come."""

    label: str
    fresh: Freshness
    latest: Heard | None
    per_day: float | None
    silent: bool
    missing: bool

    @property
    def is_unread(self) -> bool:
        return not self.missing and self.fresh.read_until is None

    def last_read(self, now: datetime) -> str:
        """`4 hours ago`; empty where it never was."""
        read_until = self.fresh.read_until
        return "" if self.missing or read_until is None else ago_in_words(read_until, now)

    def in_words(self, now: datetime, usually: str) -> str:
        """`#edchat: about 110 posts a day, read from 12 likes on; newest 2 hours ago.` When it was read last is only
        said where that is not as `usually`."""
        if self.missing:
            return f"{self.label}: there is no open account of that name."
        newest = self.fresh.newest_post_at
        unusual = ", which is unusual" if self.silent else ""
        last = self.last_read(now)
        said = [
            ", ".join(each for each in (_per_day(self.per_day), _how_it_was_read(self.latest)) if each),
            f"newest {ago_in_words(newest, now)}{unusual}" if newest else "nothing found yet",
            f"last read {last}" if last != usually else "",
        ]
        return f"{self.label}: {'; '.join(each for each in said if each)}."


async def health_in_words(tx: Transaction, parts: Parts, channel: Channel) -> list[str]:
    """Sources that cannot be read first, then each topic: those in trouble first, where there are many."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    lines = [line for source in channel.sources if (line := _trouble(parts, source))]
    for source in channel.sources:
        ours = [topic for topic in topics if topic.source in {"", source}]
        where = f" on {parts.source_label(source)}" if len(channel.sources) > 1 else ""
        lines += _told(await _healths(tx, parts, source, ours), where, parts.clock.now())
    return lines


def _trouble(parts: Parts, source: str) -> str:
    now = parts.clock.now()
    trouble = parts.breakers.trouble(source, now)
    if trouble is None:
        return ""
    label = parts.source_label(source)
    return f"{label} cannot be read now: {trouble.problem} It is asked again {in_how_long(trouble.until, now)}."


async def _healths(tx: Transaction, parts: Parts, source: str, topics: Sequence[Topic]) -> list[_Health]:
    now = parts.clock.now()
    heard = await tx.readings.of(source, topics, now - REMEMBERED)
    volumes = await tx.readings.volumes(source, topics, now - VOLUME_HOLDS)
    silent = {each.topic for each in (await silences_of(tx, parts, source, topics)).odd}
    return [
        _Health(
            fresh.topic.label,
            fresh,
            _latest(heard[fresh.topic]),
            _a_day(heard[fresh.topic], volumes.get(fresh.topic), now),
            fresh.topic in silent,
            await is_missing(tx, source, fresh.topic),
        )
        for fresh in await tx.coverage.freshness(source, topics)
    ]


def _latest(heard: Sequence[Heard]) -> Heard | None:
    """Beside what was counted at the same time, which is of everything."""
    latest = [each for each in heard if each.at == heard[0].at]
    return next((each for each in latest if each.filter != EVERYTHING), latest[0] if latest else None)


def _a_day(heard: Sequence[Heard], volume: Volume | None, now: datetime) -> float | None:
    tail = Tail.of(heard, volume, now)
    return tail.a_day() if tail.is_known else None


def _told(healths: Sequence[_Health], where: str, now: datetime) -> list[str]:
    """What holds for most of them is said once."""
    unread = [each.label for each in healths if each.is_unread]
    known = [each for each in healths if not each.is_unread]
    reads = Counter(each.last_read(now) for each in known if not each.missing)
    usually = reads.most_common(1)[0][0] if reads else ""
    others = ", where nothing else is said" if len(reads) > 1 else ""
    return [
        *([f"Topics{where} were last read {usually}{others}:"] if usually else []),
        *_at_most(known, now, usually),
        *([f"Not read{where} yet: {listed(unread, most=MOST_UNREAD)}."] if unread else []),
    ]


def _at_most(healths: Sequence[_Health], now: datetime, usually: str) -> list[str]:
    if len(healths) <= MOST_LINES:
        return [each.in_words(now, usually) for each in healths]
    worst_first = sorted(healths, key=lambda each: (not each.missing, not each.silent, each.last_read(now) == usually))
    more = len(healths) - MOST_LINES + 1
    told = [each.in_words(now, usually) for each in worst_first[: MOST_LINES - 1]]
    return [*told, f"{more} more topics are read as usual."]


def _per_day(posts: float | None) -> str:
    if posts is None:
        return ""
    return f"about {counted(round(posts), 'post')} a day" if posts >= 1 else "less than a post a day"


def _how_it_was_read(latest: Heard | None) -> str:
    """`read from 12 likes on`"""
    if latest is None:
        return ""
    asked = latest.filter
    if asked.top:
        return "the best of them read"
    likes = f"{counted(asked.min_likes, 'like')}" if asked.min_likes else ""
    reposts = f"{counted(asked.min_reposts, 'repost')}" if asked.min_reposts else ""
    if likes or reposts:
        return f"read from {' or '.join(each for each in (likes, reposts) if each)} on"
    return "the newest of them read" if latest.cut else "all read"
