from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update

from adapters.database.statements import Statements, free, held, last_in_line
from adapters.database.tables import InboxEvent
from adapters.database.text import storable
from bot.domain.events import Event, happening_from_json, happening_to_json, person_of
from bot.domain.keys import PersonKey
from bot.errors import LeaseLost
from bot.ports import Received

WAITING, DONE, FAILED = "waiting", "done", "failed"


class EventRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, event: Event, at: datetime) -> bool:
        new = self._db.insert(InboxEvent).values(
            workspace_id=event.workspace,
            key=event.key,
            position=last_in_line(InboxEvent.position),
            happening=happening_to_json(storable(event.happening)),
            happened_at=event.happened_at,
            received_at=at,
            state=WAITING,
            attempts=0,
            problem="",
        )
        return await self._db.run(new.on_conflict_do_nothing()) == 1

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Received | None:
        """An attempt counts from its claim on, so that an event that ends the process is not tried for ever."""
        due = or_(InboxEvent.next_attempt_at.is_(None), InboxEvent.next_attempt_at <= now)
        waiting = and_(InboxEvent.state == WAITING, due, free(InboxEvent, now))
        taken = held(worker, now, lease) | {"attempts": InboxEvent.attempts + 1}
        row = await self._db.claim(InboxEvent, waiting, (InboxEvent.received_at, InboxEvent.position), taken)
        if row is None:
            return None
        event = Event(row.workspace_id, row.key, happening_from_json(row.happening), row.happened_at)
        return Received(event, row.received_at, row.attempts - 1, row.fence)

    async def done(self, received: Received) -> None:
        await self._end(received, state=DONE, happening=None, problem="")

    async def failed(self, received: Received, problem: str, next_attempt_at: datetime | None) -> None:
        state = WAITING if next_attempt_at else FAILED
        await self._end(received, state=state, problem=problem, next_attempt_at=next_attempt_at)

    async def erase(self, person: PersonKey, until: datetime) -> None:
        there = InboxEvent.workspace_id == person.workspace
        for row in await self._db.rows(select(InboxEvent).where(there, InboxEvent.happening.is_not(None))):
            if (
                person_of(happening_from_json(row.happening)) == person
                and (row.happened_at or row.received_at) <= until
            ):
                this = update(InboxEvent).where(there, InboxEvent.key == row.key)
                await self._db.run(this.values(state=DONE, happening=None, problem=""))

    async def _end(self, received: Received, **changes: object) -> None:
        mine = and_(
            InboxEvent.workspace_id == received.event.workspace,
            InboxEvent.key == received.event.key,
            InboxEvent.fence == received.fence,
        )
        ended = update(InboxEvent).where(mine).values(**changes, claimed_by=None, lease_until=None)
        if not await self._db.run(ended):
            raise LeaseLost("Another worker took this event over.")
