"""School hours: when somebody is there to read what comes within minutes."""

from dataclasses import replace
from datetime import date, datetime, time

from bot.domain.calendar.openings import Openings, why_none
from bot.domain.coverage import Span
from bot.domain.schedule import Schedule

BEGINS, ENDS = time(7), time(17)
"""Local times. They include the way to school, and what is prepared after the last lesson."""


def school_hours(schedule: Schedule, openings: Openings, paused_until: date | None, now: datetime) -> Span | None:
    """Those of the day that has a digest, where it is within them now; None outside."""
    day = schedule.local_date(now)
    if day.weekday() not in schedule.days or why_none(day, openings, paused_until):
        return None
    hours = Span(replace(schedule, at=BEGINS).due_at(day), replace(schedule, at=ENDS).due_at(day))
    return hours if hours.start <= now < hours.end else None
