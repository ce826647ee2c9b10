"""A vault in memory."""

from dataclasses import dataclass, replace
from datetime import datetime

from adapters.database.text import storable, storable_text
from bot.domain.keys import PersonKey


@dataclass(frozen=True)
class _Kept:
    text: str
    expires_at: datetime | None
    lease_until: datetime | None = None
    about: PersonKey | None = None

    def is_there(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at > now


class FakeVault:
    """`kept` is everything that is in it, expired or not."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], _Kept] = {}

    async def put(
        self, kind: str, key: str, text: str, expires_at: datetime | None = None, about: PersonKey | None = None
    ) -> None:
        before = self.kept.get((kind, key))
        new = _Kept(storable_text(text), storable(expires_at), before.lease_until if before else None, about)
        self.kept[kind, key] = new

    async def get(self, kind: str, key: str, now: datetime) -> str | None:
        kept = self._there(kind, key, now)
        return kept.text if kept else None

    async def take(self, kind: str, key: str, now: datetime) -> str | None:
        kept = self._there(kind, key, now)
        if kept:
            del self.kept[kind, key]
        return kept.text if kept else None

    async def keys(self, kind: str, now: datetime) -> list[str]:
        return sorted(key for (of, key), kept in self.kept.items() if of == kind and kept.is_there(now))

    async def remove(self, kind: str, key: str) -> None:
        self.kept.pop((kind, key), None)

    async def lease(self, kind: str, key: str, now: datetime, until: datetime) -> bool:
        kept = self._there(kind, key, now)
        if kept is None or (kept.lease_until is not None and kept.lease_until > now):
            return False
        self.kept[kind, key] = replace(kept, lease_until=storable(until))
        return True

    async def release(self, kind: str, key: str) -> None:
        kept = self.kept.get((kind, key))
        if kept:
            self.kept[kind, key] = replace(kept, lease_until=None)

    def _there(self, kind: str, key: str, now: datetime) -> _Kept | None:
        kept = self.kept.get((kind, key))
        return kept if kept and kept.is_there(now) else None
