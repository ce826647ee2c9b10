"""What a channel's next digest would show, from what is stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.channel import Channel
from bot.domain.choosing import choose, seen_keys
from bot.domain.coverage import Span, missing
from bot.domain.digest import Candidate, Choice, Digest
from bot.ports import Transaction

FIRST_LOOK_BACK = timedelta(days=3)
LONGEST_LOOK_BACK = timedelta(days=6, hours=12)
LATE_ARRIVALS = timedelta(hours=1)
"""A post written just before the last digest may have been read only after it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """`topics` are the labels of those that brought candidates, busiest first."""

    choice: Choice
    span: Span
    topics: tuple[str, ...]


async def select(tx: Transaction, channel: Channel, now: datetime) -> Selection:
    """The choice for a digest that goes out now. Its span ends where reading has got to, never later."""
    span = window(await tx.digests.last(channel.key), now)
    candidates = await tx.posts.candidates(channel.key, channel.sources, span)
    keys = {key for candidate in candidates for key in seen_keys(candidate.post)}
    seen = await tx.digests.seen(channel.key, keys)
    choice = choose(candidates, size=channel.size, now=now, seen=seen)
    return Selection(choice, Span(span.start, await _read_until(tx, channel, span)), _busiest_first(candidates))


async def _read_until(tx: Transaction, channel: Channel, span: Span) -> datetime:
    """How far every topic of the channel has been read without a gap, in every source that reads it."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    reached = span.end
    for source in channel.sources:
        ours = [topic for topic in topics if topic.source in {"", source}]
        for spans in (await tx.coverage.of(source, ours, span.start)).values():
            first_gap = next(iter(missing(span, spans)), None)
            reached = min(reached, first_gap.start if first_gap else span.end)
    return reached


def window(last: Digest | None, now: datetime) -> Span:
    """What is new since the channel's last digest; three days for a first one, and never more than the sources keep."""
    if last is None:
        return Span(now - FIRST_LOOK_BACK, now)
    return Span(min(now, max(last.until - LATE_ARRIVALS, now - LONGEST_LOOK_BACK)), now)


def _busiest_first(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    counts = Counter(topic.label for candidate in candidates for topic in candidate.topics)
    return tuple(sorted(counts, key=lambda label: (-counts[label], label)))
