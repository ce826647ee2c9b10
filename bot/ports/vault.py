"""Where an adapter keeps what nobody else may read: tokens, and secrets that hold for minutes."""

from datetime import datetime
from typing import Protocol

from bot.domain.keys import PersonKey


class Vault(Protocol):
    """Keeps texts under a kind and a key. The adapter encrypts them before they get here: what is kept is in every
    backup. Each method is one transaction."""

    async def put(
        self, kind: str, key: str, text: str, expires_at: datetime | None = None, about: PersonKey | None = None
    ) -> None:
        """Adds it or replaces what was there; a lease on it stays. What is about somebody goes when they ask to be
        forgotten there, and what has expired when the store is tidied."""
        ...

    async def get(self, kind: str, key: str, now: datetime) -> str | None:
        """None where it is not there or has expired."""
        ...

    async def take(self, kind: str, key: str, now: datetime) -> str | None:
        """The text, which is no longer there then: of two at once only one gets it."""
        ...

    async def keys(self, kind: str, now: datetime) -> list[str]:
        """Those that are there, in order."""
        ...

    async def remove(self, kind: str, key: str) -> None:
        """Removing what is gone is no error."""
        ...

    async def lease(self, kind: str, key: str, now: datetime, until: datetime) -> bool:
        """Whether this caller may change it until then; False while somebody else may, or where it is not there."""
        ...

    async def release(self, kind: str, key: str) -> None: ...
