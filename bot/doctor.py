"""`staffroom doctor`: one line a thing that has to be well, and what to do where it is not."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

from bot.domain.channel import Channel
from bot.domain.check import Check, Health
from bot.ports import Store
from bot.services.parts import Parts
from bot.services.wording import ago_in_words, counted, moment_in_words

CLOCKS_MAY_DIFFER_BY = timedelta(minutes=2)
READ_WITHIN = timedelta(days=4)
"""A long weekend without a digest is no reason to worry."""


async def examine(parts: Parts) -> list[Check]:
    """Looks at everything that can be looked at without spending money or changing anything."""
    checks = [*await parts.store.check(), *await examine_surroundings(parts)]
    checks.extend(await _channels(parts.store, parts))
    return checks


async def examine_surroundings(parts: Parts) -> list[Check]:
    """The same without what the database knows, for one that is not there yet."""
    checks = [_clock(parts), _zones()]
    for source in parts.sources.values():
        checks.extend(await source.check())
    for chat in parts.chats.values():
        checks.extend(await chat.check())
    return checks


def _clock(parts: Parts) -> Check:
    apart = abs(parts.clock.now() - datetime.now(UTC))
    if apart > CLOCKS_MAY_DIFFER_BY:
        return Check("clock", Health.WARN, "the clock is set for a trial", "Unset STAFFROOM_CLOCK for real use.")
    return Check("clock", Health.OK, f"{parts.clock.now():%Y-%m-%d %H:%M} UTC")


def _zones() -> Check:
    known = len(available_timezones())
    if not known:
        return Check("time zones", Health.FAIL, "none are known here", "Install the Python package tzdata.")
    return Check("time zones", Health.OK, f"{known} are known")


async def _channels(store: Store, parts: Parts) -> list[Check]:
    async with store.reading() as tx:
        channels = await tx.channels.all()
        if not channels:
            return [Check("channels", Health.WARN, "there are none", "Add [[channels]] to the configuration.")]
        lines: list[Check] = []
        for channel in channels:
            topics = [following.topic for following in await tx.topics.followed(channel.key)]
            slot = await tx.slots.next_due(channel.key)
            lines.append(_digest_line(channel, len(topics), slot.due_at if slot else None, parts.clock.now()))
            read = [
                fresh.read_until for source in channel.sources for fresh in await tx.coverage.freshness(source, topics)
            ]
            lines.append(_reading_line(channel, [moment for moment in read if moment], parts.clock.now()))
        return lines


def _digest_line(channel: Channel, topics: int, due_at: datetime | None, now: datetime) -> Check:
    name = f"channel {channel.name}"
    if channel.stopped:
        return Check(
            name, Health.FAIL, channel.stopped, "Mend it on the platform; the next digest that arrives clears this."
        )
    if not topics:
        return Check(
            name, Health.WARN, "it follows nothing", "Type /pln follow #edchat there, or add topics to the file."
        )
    when = moment_in_words(due_at, now=now, zone=channel.schedule.zone_info) if due_at else channel.schedule.in_words()
    return Check(name, Health.OK, f"{counted(topics, 'topic')}, next digest {when} ({channel.schedule.zone})")


def _reading_line(channel: Channel, read: Sequence[datetime], now: datetime) -> Check:
    name = f"reading for {channel.name}"
    if not read:
        return Check(name, Health.WARN, "nothing was read yet", "Normal before the first digest.")
    last = max(read)
    if now - last > READ_WITHIN:
        return Check(name, Health.WARN, f"last {ago_in_words(last, now)}", "Is `staffroom run` running? See its log.")
    return Check(name, Health.OK, f"last {ago_in_words(last, now)}")


def lines_of(checks: Iterable[Check]) -> list[str]:
    """The checks as people read them in a terminal."""
    lines: list[str] = []
    for check in checks:
        lines.append(f"{check.health.value:<5}{check.name}: {check.finding}")
        if check.remedy:
            lines.append(f"     → {check.remedy}")
    return lines


def as_json(checks: Iterable[Check]) -> str:
    """The checks as a program reads them."""
    return json.dumps([asdict(check) for check in checks], indent=2)
