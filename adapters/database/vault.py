"""What the adapters keep secret: rows of text that nobody here can read."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from adapters.database.statements import Opened
from adapters.database.tables import Secret
from bot.domain.keys import PersonKey


class DatabaseVault:
    """A `bot.ports.Vault`."""

    def __init__(self, writing: Opened, reading: Opened) -> None:
        self._writing = writing
        self._reading = reading

    async def put(
        self, kind: str, key: str, text: str, expires_at: datetime | None = None, about: PersonKey | None = None
    ) -> None:
        whom = {"about_workspace": about.workspace if about else None, "about_person": about.person if about else None}
        kept = {"text": text, "expires_at": expires_at, **whom}
        async with self._writing() as db:
            new = db.insert(Secret).values(kind=kind, key=key, **kept)
            await db.run(new.on_conflict_do_update(index_elements=["kind", "key"], set_=kept))

    async def get(self, kind: str, key: str, now: datetime) -> str | None:
        async with self._reading() as db:
            text: str | None = await db.value(select(Secret.text).where(_is(kind, key), _is_there(now)))
            return text

    async def take(self, kind: str, key: str, now: datetime) -> str | None:
        """What has expired goes with it."""
        async with self._writing() as db:
            taken = delete(Secret).where(_is(kind, key), _is_there(now)).returning(Secret.text)
            text: str | None = await db.value(taken)
            await db.run(delete(Secret).where(Secret.expires_at <= now))
            return text

    async def drop_expired(self, now: datetime) -> None:
        async with self._writing() as db:
            await db.run(delete(Secret).where(Secret.expires_at <= now))

    async def keys(self, kind: str, now: datetime) -> list[str]:
        async with self._reading() as db:
            rows = await db.rows(select(Secret.key).where(Secret.kind == kind, _is_there(now)))
            return sorted(row.key for row in rows)

    async def remove(self, kind: str, key: str) -> None:
        async with self._writing() as db:
            await db.run(delete(Secret).where(_is(kind, key)))

    async def lease(self, kind: str, key: str, now: datetime, until: datetime) -> bool:
        free = or_(Secret.lease_until.is_(None), Secret.lease_until <= now)
        async with self._writing() as db:
            leased = update(Secret).where(_is(kind, key), _is_there(now), free).values(lease_until=until)
            return await db.run(leased) == 1

    async def release(self, kind: str, key: str) -> None:
        async with self._writing() as db:
            await db.run(update(Secret).where(_is(kind, key)).values(lease_until=None))


def _is(kind: str, key: str) -> ColumnElement[bool]:
    return and_(Secret.kind == kind, Secret.key == key)


def _is_there(now: datetime) -> ColumnElement[bool]:
    return or_(Secret.expires_at.is_(None), Secret.expires_at > now)
