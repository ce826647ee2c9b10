import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, func, or_, select, update

from adapters.database.statements import Statements, free, held
from adapters.database.tables import Errand as ErrandRow
from adapters.database.text import storable
from bot.domain.errand import Errand, ErrandKind
from bot.domain.events import Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import LeaseLost

WAITING, DONE, IN_VAIN = "waiting", "done", "in vain"
NOTHING_LEFT = {
    "words": "[]",
    "person_name": "",
    "person_groups": "[]",
    "reply_value": None,
    "reply_deadline": None,
    "reply_form_until": None,
}


class ErrandRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, errand: Errand) -> bool:
        new = self._db.insert(ErrandRow).values(**_row_of(errand))
        return await self._db.run(new.on_conflict_do_nothing()) == 1

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Errand | None:
        """An attempt counts from its claim on, so that an errand that ends the process is not tried for ever."""
        due = or_(ErrandRow.next_attempt_at.is_(None), ErrandRow.next_attempt_at <= now)
        waiting = and_(ErrandRow.state == WAITING, due, free(ErrandRow, now))
        taken = held(worker, now, lease) | {"attempts": ErrandRow.attempts + 1}
        order = ErrandRow.asked_at, ErrandRow.workspace_id, ErrandRow.id
        row = await self._db.claim(ErrandRow, waiting, order, taken)
        return _errand_of(row) if row else None

    async def done(self, errand: Errand, *, in_vain: bool = False) -> None:
        await self._end(errand, state=IN_VAIN if in_vain else DONE, **NOTHING_LEFT)

    async def later(self, errand: Errand, at: datetime) -> None:
        await self._end(errand, next_attempt_at=at)

    async def asked(self, person: PersonKey, kind: ErrandKind, since: datetime) -> int:
        theirs = ErrandRow.workspace_id == person.workspace, ErrandRow.person_id == person.person
        lately = ErrandRow.kind == kind, ErrandRow.asked_at >= since, ErrandRow.state != IN_VAIN
        return int(await self._db.value(select(func.count()).select_from(ErrandRow).where(*theirs, *lately)))

    async def erase(self, person: PersonKey) -> None:
        theirs = ErrandRow.workspace_id == person.workspace, ErrandRow.person_id == person.person
        await self._db.run(delete(ErrandRow).where(*theirs))

    async def forget_before(self, at: datetime) -> None:
        await self._db.run(delete(ErrandRow).where(ErrandRow.asked_at < at, ErrandRow.state != WAITING))

    async def _end(self, errand: Errand, **changes: object) -> None:
        mine = and_(
            ErrandRow.workspace_id == errand.channel.workspace,
            ErrandRow.id == errand.id,
            ErrandRow.fence == errand.fence,
        )
        ended = update(ErrandRow).where(mine).values(**changes, claimed_by=None, lease_until=None)
        if not await self._db.run(ended):
            raise LeaseLost("Another worker took this errand over.")


def _row_of(errand: Errand) -> dict[str, object]:
    reply = errand.reply
    return {
        "workspace_id": errand.channel.workspace,
        "id": errand.id,
        "kind": errand.kind,
        "channel_id": errand.channel.channel,
        "person_id": errand.person.key.person,
        "person_name": errand.person.name,
        "words": json.dumps(storable(errand.words), ensure_ascii=False),
        "asked_at": errand.asked_at,
        "reply_value": reply.value if reply else None,
        "reply_deadline": reply.deadline if reply else None,
        "reply_form_until": reply.form_until if reply else None,
        "is_admin": errand.is_admin,
        "person_groups": json.dumps(storable(errand.groups), ensure_ascii=False),
        "state": WAITING,
        "attempts": 0,
    }


def _errand_of(row: Row[Any]) -> Errand:
    """As it was claimed: the attempt that begins is not one of those before."""
    has_reply = row.reply_value is not None
    return Errand(
        id=row.id,
        kind=ErrandKind(row.kind),
        channel=ChannelKey(row.workspace_id, row.channel_id),
        person=Person(PersonKey(row.workspace_id, row.person_id), row.person_name),
        words=tuple(json.loads(row.words)),
        asked_at=row.asked_at,
        reply=ReplyHandle(row.reply_value, row.reply_deadline, row.reply_form_until) if has_reply else None,
        is_admin=row.is_admin,
        groups=tuple(json.loads(row.person_groups)),
        attempts=row.attempts - 1,
        fence=row.fence,
    )
