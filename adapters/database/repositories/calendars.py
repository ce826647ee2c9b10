import json
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Calendar as CalendarRow
from adapters.database.text import storable_text
from bot.domain.calendar.school import CalendarRead, Days


class CalendarRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, calendar: CalendarRead) -> None:
        row = {
            "place": calendar.place,
            "tried_at": calendar.tried_at,
            "read_at": calendar.read_at,
            "days": _days_to_json(calendar.days),
            "problem": calendar.problem,
        }
        await self._db.put(CalendarRow, [row])

    async def of(self, places: Collection[str]) -> dict[str, CalendarRead]:
        given = {storable_text(place): place for place in places}
        found: dict[str, CalendarRead] = {}
        for part in in_parts(given):
            rows = await self._db.rows(select(CalendarRow).where(CalendarRow.place.in_(part)))
            found |= {given[row.place]: _calendar_of(row) for row in rows}
        return found


def _calendar_of(row: Row[Any]) -> CalendarRead:
    return CalendarRead(row.place, row.tried_at, row.read_at, _days_from_json(row.days), row.problem)


def _days_to_json(days: Collection[Days]) -> str:
    rows = [[each.first.isoformat(), each.last.isoformat(), storable_text(each.name)] for each in days]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _days_from_json(text: str) -> tuple[Days, ...]:
    rows = json.loads(text)
    return tuple(Days(date.fromisoformat(first), date.fromisoformat(last), name) for first, last, name in rows)
