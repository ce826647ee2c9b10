"""What the store keeps about who is signed in on the web."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.keys import PersonKey
from bot.domain.session import Session


class Sessions(Protocol):
    async def put(self, session: Session) -> None:
        """Adds it, or replaces the one of the same id."""
        ...

    async def get(self, id_: str) -> Session | None:
        """Whether or not it has ended."""
        ...

    async def of(self, person: PersonKey) -> Sequence[Session]:
        """Those of one person, the last seen first."""
        ...

    async def renew(self, session: Session) -> bool:
        """Replaces the one of the same id. False where it is gone: it does not come back."""
        ...

    async def end(self, person: PersonKey, ids: Sequence[str] | None = None) -> int:
        """Ends those of the person's with these ids, or all of theirs. Returns how many there were."""
        ...

    async def drop_ended(self, now: datetime, seen_before: datetime) -> None:
        """Forgets those that ended by now, and those not seen since then, in all workspaces."""
        ...

    async def count(self, workspace: str) -> int:
        """How many there are, whoever they are of."""
        ...

    async def put_link(self, id_: str, person: PersonKey, expires_at: datetime) -> None:
        """Keeps that whoever shows the link of this digest is the person, once. It goes when they are forgotten."""
        ...

    async def link(self, id_: str, now: datetime) -> PersonKey | None:
        """Whose it is, where it was not used and has not expired."""
        ...

    async def take_link(self, id_: str, now: datetime) -> PersonKey | None:
        """The same, and it is used then: of two at once only one gets it."""
        ...
