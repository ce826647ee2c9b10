"""Time that was lost: nothing could be read while it could be asked for, and no source gives it any more."""

from datetime import date, datetime, timedelta

from bot.domain.calendar.openings import why_none
from bot.domain.channel import Channel
from bot.domain.coverage import Span, missing
from bot.domain.digest import Digest
from bot.domain.schedule import SlotKind, SlotState
from bot.ports import Transaction
from bot.services.digest.calendars import openings_of
from bot.services.digest.selection import window
from bot.services.parts import Parts
from bot.services.wording import MONTHS

WORTH_NAMING = timedelta(hours=6)
MORNINGS_SINCE = 10
"""At most, from where one can look back to until now."""
MADE = {SlotState.COMPOSED, SlotState.QUIET}


async def lost_time_in_words(tx: Transaction, parts: Parts, channel: Channel) -> list[str]:
    """`Nothing could be read between 3 and 6 November.` Nothing, where nothing was lost since the last digest; closed
    days are no loss, because nobody wanted to read then."""
    last = await tx.digests.last(channel.key)
    if last is None:
        return []
    lost = await _lost(tx, channel, last, parts.clock.now())
    missed = [each for each in lost if await _was_missed(tx, parts, channel, each)]
    return [f"Nothing could be read {_when(each, channel)}." for each in missed]


async def _lost(tx: Transaction, channel: Channel, last: Digest, now: datetime) -> list[Span]:
    """Between what the last digest reached and how far back one can look now, what was read of no topic at all."""
    behind = Span(last.until, window(last, now).start)
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    covered = [
        span
        for source in channel.sources
        for spans in (await tx.coverage.of(source, topics, behind.start)).values()
        for span in spans
    ]
    return [gap for gap in missing(behind, covered) if gap.length >= WORTH_NAMING]


async def _was_missed(tx: Transaction, parts: Parts, channel: Channel, gap: Span) -> bool:
    """Whether a digest was due in that time, for which it would have been read, and not made."""
    openings, schedule = await openings_of(tx, parts, channel), channel.schedule
    days = schedule.days_between(schedule.local_date(gap.start), schedule.local_date(gap.end))
    due = {
        day.isoformat()
        for day in days
        if gap.start < schedule.due_at(day) <= gap.end and not why_none(day, openings, channel.paused_until)
    }
    finished = await tx.slots.latest(channel.key, SlotKind.MORNING, len(due) + MORNINGS_SINCE)
    return bool(due - {slot.key for slot in finished if slot.state in MADE})


def _when(gap: Span, channel: Channel) -> str:
    first, last = (channel.schedule.local_date(moment) for moment in (gap.start, gap.end))
    if first == last:
        return f"on {_day(first)}"
    beginning = str(first.day) if (first.year, first.month) == (last.year, last.month) else _day(first)
    return f"between {beginning} and {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"
