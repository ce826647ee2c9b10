"""The part of the store in memory that knows who is signed in on the web."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.keys import PersonKey
from bot.domain.session import Session
from tests.fakes.store_data import Data


class FakeSessions:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def put(self, session: Session) -> None:
        self._data.sessions[session.id] = session

    async def get(self, id_: str) -> Session | None:
        return self._data.sessions.get(id_)

    async def of(self, person: PersonKey) -> Sequence[Session]:
        theirs = sorted((each for each in self._data.sessions.values() if each.person == person), key=lambda it: it.id)
        return sorted(theirs, key=lambda it: (it.seen_at, it.begun_at), reverse=True)

    async def renew(self, session: Session) -> bool:
        if session.id not in self._data.sessions:
            return False
        self._data.sessions[session.id] = session
        return True

    async def end(self, person: PersonKey, ids: Sequence[str] | None = None) -> int:
        ended = [each.id for each in await self.of(person) if ids is None or each.id in ids]
        for id_ in ended:
            del self._data.sessions[id_]
        return len(ended)

    async def drop_ended(self, now: datetime, seen_before: datetime) -> None:
        for each in list(self._data.sessions.values()):
            if each.ends_at <= now or each.seen_at <= seen_before:
                del self._data.sessions[each.id]

    async def count(self, workspace: str) -> int:
        return sum(each.person.workspace == workspace for each in self._data.sessions.values())

    async def put_link(self, id_: str, person: PersonKey, expires_at: datetime) -> None:
        self._data.links[id_] = (person, expires_at)

    async def link(self, id_: str, now: datetime) -> PersonKey | None:
        person, expires_at = self._data.links.get(id_, (None, now))
        return person if expires_at > now else None

    async def take_link(self, id_: str, now: datetime) -> PersonKey | None:
        person = await self.link(id_, now)
        if person is not None:
            del self._data.links[id_]
        return person
