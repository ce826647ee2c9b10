"""Calendars: each is read anew every day, and what it says is kept for when it cannot be read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import structlog

from bot.domain.calendar.ical import DaysRead, read_calendar
from bot.domain.calendar.openings import LOOKED_AHEAD, called
from bot.domain.calendar.school import CalendarRead, School
from bot.errors import AdapterError, Mistake, Rejected, StaffroomError, Throttled
from bot.ports import Documents, Transaction
from bot.services.parts import Parts
from bot.services.report import INSTALLATION, clear_report, report
from bot.services.wording import capital, day_in_words

EVERY = timedelta(days=1)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
LOOK_AGAIN = timedelta(minutes=10)
DAYS_BEHIND = timedelta(days=7)
MAY_FAIL_FOR = timedelta(days=1, hours=12)
OLD = timedelta(days=7)
UNFORESEEN = "It failed in a way nobody foresaw; see the log."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Trouble:
    failures: int
    again_at: datetime


class CalendarReader:
    """What it remembers is only how long to leave a calendar in peace; it may be lost."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._troubles: dict[str, _Trouble] = {}
        self._looks_again_at: datetime | None = None

    async def read(self) -> bool:
        """Reads those that are due. Whether one now has other days than before."""
        now = self._parts.clock.now()
        if self._parts.documents is None or (self._looks_again_at and now < self._looks_again_at):
            return False
        places, known = await self._due(now)
        changed = [await self._read(self._parts.documents, place, known.get(place)) for place in places]
        self._looks_again_at = now + (FIRST_PAUSE if self._troubles else LOOK_AGAIN)
        return any(changed)

    async def _due(self, now: datetime) -> tuple[Sequence[str], dict[str, CalendarRead]]:
        async with self._parts.store.reading() as tx:
            places = await calendars_in_use(tx, self._parts)
            known = await tx.calendars.of(places) if places else {}
        return [place for place in places if self._is_due(place, known.get(place), now)], dict(known)

    def _is_due(self, place: str, known: CalendarRead | None, now: datetime) -> bool:
        if place in self._troubles:
            return now >= self._troubles[place].again_at
        return known is None or known.read_at != known.tried_at or now - known.tried_at >= EVERY

    async def _read(self, documents: Documents, place: str, before: CalendarRead | None) -> bool:
        now = self._parts.clock.now()
        before = before or CalendarRead(place, now)
        try:
            reading = await self._days(await documents.read(place), now)
        except (AdapterError, Mistake) as problem:
            await self._failed(replace(before, tried_at=now, problem=str(problem)), problem)
            return False
        except Exception:
            log.exception("calendar failed", calendar=called(place))
            await self._failed(replace(before, tried_at=now, problem=UNFORESEEN), Mistake(UNFORESEEN))
            return False
        self._troubles.pop(place, None)
        after = CalendarRead(place, now, now, reading.days, reading.problem)
        async with self._parts.store.transaction() as tx:
            await tx.calendars.put(after)
            await self._say_what_is_wrong(tx, after)
        return (before.read_at is None, before.days) != (False, after.days)

    async def _days(self, text: str, now: datetime) -> DaysRead:
        """Beside everything else, because a long one takes a moment. Raises Mistake."""
        zone = ZoneInfo(self._parts.zone)
        today = now.astimezone(zone).date()
        return await asyncio.to_thread(read_calendar, text, zone, today - DAYS_BEHIND, today + LOOKED_AHEAD)

    async def _failed(self, calendar: CalendarRead, problem: StaffroomError) -> None:
        """Its last good days stay. Somebody is told at once where waiting does not help, else when it has lasted."""
        place, now = calendar.place, calendar.tried_at
        log.warning("calendar not read", calendar=called(place), problem=str(problem))
        failures = self._troubles[place].failures + 1 if place in self._troubles else 1
        again_at = now + min(FIRST_PAUSE * (1 << min(failures - 1, 8)), LONGEST_PAUSE)
        if isinstance(problem, Throttled):
            again_at = max(again_at, min(problem.until, now + EVERY))
        self._troubles[place] = _Trouble(failures, again_at)
        last = calendar.read_at
        async with self._parts.store.transaction() as tx:
            await tx.calendars.put(calendar)
            if last is None or isinstance(problem, Rejected | Mistake) or now - last > MAY_FAIL_FOR:
                await report(tx, self._parts, INSTALLATION, f"calendar:{_key(place)}", _not_read(calendar))
            if last is not None and now - last > OLD:
                await report(tx, self._parts, INSTALLATION, f"old-calendar:{_key(place)}", _is_old(calendar, last))

    async def _say_what_is_wrong(self, tx: Transaction, calendar: CalendarRead) -> None:
        """What a calendar that could be read still lacks."""
        key = _key(calendar.place)
        await clear_report(tx, INSTALLATION, f"calendar:{key}")
        await clear_report(tx, INSTALLATION, f"old-calendar:{key}")
        for notice, problem in (
            (f"strange-calendar:{key}", calendar.problem and f"In {called(calendar.place)}, {calendar.problem}"),
            (f"last-term:{key}", await self._no_more_terms(tx, calendar)),
        ):
            if problem:
                await report(tx, self._parts, INSTALLATION, notice, problem)
            else:
                await clear_report(tx, INSTALLATION, notice)

    async def _no_more_terms(self, tx: Transaction, calendar: CalendarRead) -> str:
        """Said when the last term is over, so that the next year does not begin in silence."""
        today = calendar.tried_at.astimezone(ZoneInfo(self._parts.zone)).date()
        is_of_terms = any(calendar.place in school.terms for school in await _schools(tx, self._parts))
        if not is_of_terms or any(days.last >= today for days in calendar.days):
            return ""
        return (
            f"There is no term left in {called(calendar.place)}, so no digest comes where it decides. "
            "Add the dates of the next terms to it."
        )


async def calendars_in_use(tx: Transaction, parts: Parts) -> list[str]:
    """Every calendar that decides for a channel, each once."""
    return list(dict.fromkeys(place for school in await _schools(tx, parts) for place in school.calendars))


async def _schools(tx: Transaction, parts: Parts) -> list[School]:
    return [parts.school, *[channel.school(parts.school) for channel in await tx.channels.all()]]


def _not_read(calendar: CalendarRead) -> str:
    meanwhile = "What was read of it before still holds." if calendar.read_at else "Until it is, it closes no day."
    return f"{capital(called(calendar.place))} could not be read: {calendar.problem} {meanwhile}"


def _is_old(calendar: CalendarRead, last: datetime) -> str:
    since = day_in_words(last.date())
    return (
        f"{capital(called(calendar.place))} was last read on {since}, so it may no longer say which days are open. "
        f"The latest try: {calendar.problem}"
    )


def _key(place: str) -> str:
    """Keys are logged, and a place may be a secret."""
    return sha256(place.encode()).hexdigest()[:16]
