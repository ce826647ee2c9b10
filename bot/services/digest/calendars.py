"""When a channel's next digest comes, and why not before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.openings import Openings, first_day, why_none
from bot.domain.channel import Channel, Slot
from bot.domain.schedule import SlotKind
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.wording import day_in_words, listed, moment_in_words

LATEST = timedelta(hours=4)
"""A morning that is due for longer comes no more."""
DIGESTS_ON_REQUEST = {SlotKind.NOW, SlotKind.FIRST}


@dataclass(frozen=True, slots=True)
class Coming:
    """`at` is None where no digest is in sight; `why` says in a part of a sentence why there is none on the scheduled
    days before, empty where there is none to explain."""

    at: datetime | None
    why: str
    zone: ZoneInfo

    def when(self, now: datetime) -> str:
        """`tomorrow 07:30`, or why there is no digest."""
        if self.at is None:
            return self.why or "not planned"
        return moment_in_words(self.at, now=now, zone=self.zone)

    def line(self, now: datetime) -> str:
        """The same in short, for a list of facts."""
        if self.at is None:
            return f"Next digest: none in sight, {self.why}." if self.why else "Next digest: none planned."
        until = f" Until then none: {self.why}." if self.why else ""
        return f"Next digest: {self.when(now)} ({self.zone.key}).{until}"

    def sentence(self, now: datetime) -> str:
        """One that says when the next digest comes, and what keeps it away until then."""
        if self.at is None:
            return f"No digest is in sight: {self.why}." if self.why else "No digest is planned."
        until = f" Until then there is none: {self.why}." if self.why else ""
        return f"The next digest comes {self.when(now)} ({self.zone.key}).{until}"


async def openings_of(tx: Transaction, parts: Parts, channel: Channel) -> Openings:
    """The channel's open days."""
    school = channel.school(parts.school)
    return Openings(school, await tx.calendars.of(school.calendars) if school.calendars else {})


async def why_closed(tx: Transaction, parts: Parts, channel: Channel, day: date) -> str:
    """Why the channel has no digest on that local day, as a part of a sentence; empty where it may have one."""
    return why_none(day, await openings_of(tx, parts, channel), channel.paused_until)


async def coming(tx: Transaction, parts: Parts, channel: Channel) -> Coming:
    """The next digest: one that is on its way, or else that of the next open scheduled day."""
    now, schedule = parts.clock.now(), channel.schedule
    openings = await openings_of(tx, parts, channel)
    slot = await tx.slots.next_due(channel.key)
    if slot is not None and _is_on_its_way(slot, openings, channel, now):
        return Coming(slot.due_at, "", schedule.zone_info)
    today = schedule.local_date(now)
    start = today if schedule.due_at(today) > now else today + timedelta(days=1)
    day, missed = first_day(schedule, openings, channel.paused_until, start)
    reasons = list(dict.fromkeys(missed.values()))
    at = schedule.due_at(day) if day else None
    return Coming(at, listed(reasons) if reasons else "", schedule.zone_info)


def _is_on_its_way(slot: Slot, openings: Openings, channel: Channel, now: datetime) -> bool:
    """A morning may have been planned before somebody paused the channel."""
    if slot.kind in DIGESTS_ON_REQUEST:
        return slot.due_at > now - LATEST
    is_open = not why_none(date.fromisoformat(slot.key), openings, channel.paused_until)
    return is_open and now - LATEST < slot.due_at <= now


def closed_runs(missed: Mapping[date, str]) -> list[str]:
    """`Monday 21 December to Friday 1 January · outside term`: days in a row with one reason are one line."""
    runs: list[tuple[date, date, str]] = []
    for day, why in missed.items():
        if runs and runs[-1][2] == why and (day - runs[-1][1]).days <= 3:
            runs[-1] = (runs[-1][0], day, why)
        else:
            runs.append((day, day, why))
    return [f"{_from_to(first, last)} · {why}" for first, last, why in runs]


def _from_to(first: date, last: date) -> str:
    return day_in_words(first) if first == last else f"{day_in_words(first)} to {day_in_words(last)}"
