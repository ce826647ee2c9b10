"""Errands in memory."""

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.database.text import storable
from bot.domain.errand import Errand, ErrandKind
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import LeaseLost
from tests.fakes.store_data import Data, ErrandRow, RowKey, is_free


class FakeErrands:
    def __init__(self, data: Data) -> None:
        self._rows = data.errands

    async def put(self, errand: Errand) -> bool:
        is_new = _key(errand) not in self._rows
        self._rows.setdefault(_key(errand), ErrandRow(storable(replace(errand, attempts=0, fence=0))))
        return is_new

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Errand | None:
        assert worker
        due = [(row.errand.asked_at, key) for key, row in self._rows.items() if _is_due(row, now)]
        if not due:
            return None
        _, key = min(due)
        errand = self._rows[key].errand
        claimed = replace(errand, attempts=errand.attempts + 1, fence=errand.fence + 1)
        self._rows[key] = ErrandRow(claimed, lease_until=now + lease)
        return replace(claimed, attempts=errand.attempts)

    async def done(self, errand: Errand, *, in_vain: bool = False) -> None:
        row = self._mine(errand)
        nobody = Person(row.errand.person.key)
        emptied = replace(row.errand, words=(), groups=(), reply=None, person=nobody)
        self._rows[_key(errand)] = ErrandRow(emptied, open=False, in_vain=in_vain)

    async def later(self, errand: Errand, at: datetime) -> None:
        self._rows[_key(errand)] = ErrandRow(self._mine(errand).errand, next_attempt_at=storable(at))

    async def asked(self, person: PersonKey, kind: ErrandKind, since: datetime) -> int:
        counted = [row.errand for row in self._rows.values() if not row.in_vain]
        theirs = [each for each in counted if each.person.key == person]
        return len([each for each in theirs if each.kind is kind and each.asked_at >= since])

    async def erase(self, person: PersonKey) -> None:
        for key in [key for key, row in self._rows.items() if row.errand.person.key == person]:
            del self._rows[key]

    async def forget_before(self, at: datetime) -> None:
        old = [key for key, row in self._rows.items() if not row.open and row.errand.asked_at < at]
        for key in old:
            del self._rows[key]

    def _mine(self, errand: Errand) -> ErrandRow:
        row = self._rows.get(_key(errand))
        if row is None or row.errand.fence != errand.fence:
            raise LeaseLost("Another worker took this errand over.")
        return row


def _key(errand: Errand) -> RowKey:
    return errand.channel.workspace, errand.id


def _is_due(row: ErrandRow, now: datetime) -> bool:
    waited = row.next_attempt_at is None or row.next_attempt_at <= now
    return row.open and waited and is_free(row.lease_until, now)
