from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, bindparam, delete, func, or_, select, update

from adapters.database.statements import Statements
from adapters.database.tables import Secret, WebSession
from adapters.database.types import PlainText
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.domain.session import Session

LINK = "sign-in"
"""The kind under which the vault's table keeps links."""
_BY_ID = select(WebSession).where(WebSession.id == bindparam("session", type_=PlainText()))
"""Asked with every page: building it takes longer than running it."""


class SessionRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, session: Session) -> None:
        row = {"workspace_id": session.person.workspace, "id": session.id, **_columns(session)}
        new = self._db.insert(WebSession).values(**row)
        await self._db.run(new.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=_columns(session)))

    async def get(self, id_: str) -> Session | None:
        return next(map(_session, await self._db.rows(_BY_ID, {"session": id_})), None)

    async def of(self, person: PersonKey) -> Sequence[Session]:
        latest = WebSession.seen_at.desc(), WebSession.begun_at.desc(), WebSession.id
        return [_session(row) for row in await self._db.rows(select(WebSession).where(*_of(person)).order_by(*latest))]

    async def renew(self, session: Session) -> bool:
        this = WebSession.workspace_id == session.person.workspace, WebSession.id == session.id
        return await self._db.run(update(WebSession).where(*this).values(**_columns(session))) == 1

    async def end(self, person: PersonKey, ids: Sequence[str] | None = None) -> int:
        these = () if ids is None else (WebSession.id.in_(ids),)
        return await self._db.run(delete(WebSession).where(*_of(person), *these))

    async def drop_ended(self, now: datetime, seen_before: datetime) -> None:
        ended = or_(WebSession.ends_at <= now, WebSession.seen_at <= seen_before)
        await self._db.run(delete(WebSession).where(ended))

    async def count(self, workspace: str) -> int:
        counted: int = await self._db.value(select(func.count()).where(WebSession.workspace_id == workspace))
        return counted

    async def put_link(self, id_: str, person: PersonKey, expires_at: datetime) -> None:
        about = {"about_workspace": person.workspace, "about_person": person.person}
        await self._db.run(
            self._db.insert(Secret).values(
                kind=LINK, key=id_, text="", expires_at=expires_at, lease_until=None, **about
            )
        )

    async def link(self, id_: str, now: datetime) -> PersonKey | None:
        rows = await self._db.rows(select(Secret.about_workspace, Secret.about_person).where(*_unused(id_, now)))
        return next(map(_whose, rows), None)

    async def take_link(self, id_: str, now: datetime) -> PersonKey | None:
        taken = delete(Secret).where(*_unused(id_, now)).returning(Secret.about_workspace, Secret.about_person)
        return next(map(_whose, await self._db.rows(taken)), None)


def _columns(session: Session) -> dict[str, object]:
    return {
        "person_id": session.person.person,
        "begun_at": session.begun_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
        "looked_up_at": session.looked_up_at,
        "role": session.role.value,
    }


def _session(row: Row[tuple[object, ...]]) -> Session:
    person = PersonKey(row.workspace_id, row.person_id)
    return Session(row.id, person, row.begun_at, row.seen_at, row.ends_at, row.looked_up_at, Role(row.role))


def _of(person: PersonKey) -> tuple[ColumnElement[bool], ...]:
    return WebSession.workspace_id == person.workspace, WebSession.person_id == person.person


def _unused(id_: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Secret.kind == LINK, Secret.key == id_, Secret.expires_at > now


def _whose(row: Row[tuple[object, ...]]) -> PersonKey:
    return PersonKey(row.about_workspace, row.about_person)
