"""What the store keeps of decisions about people: who asked to be forgotten, and what admins did."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.admin_acts import AdminAct
from bot.domain.forgetting import Forgotten
from bot.domain.keys import PersonKey


class Tombstones(Protocol):
    """Of those who asked to be forgotten."""

    async def put(self, person: PersonKey, at: datetime) -> None:
        """Asked again, it is the later time."""
        ...

    async def at(self, person: PersonKey) -> datetime | None:
        """When this person asked last; None where they never did."""
        ...

    async def all(self) -> list[Forgotten]: ...


class AdminActs(Protocol):
    async def add(self, workspace: str, act: AdminAct) -> None: ...

    async def of(self, workspace: str, limit: int, offset: int) -> tuple[list[AdminAct], int]:
        """Newest first, and how many there are in all."""
        ...

    async def since(self, at: datetime) -> list[tuple[str, AdminAct]]:
        """Those of all workspaces, each with its own; oldest first."""
        ...

    async def drop_before(self, at: datetime) -> int:
        """Of all workspaces. Returns how many there were."""
        ...


class Acquaintance(Protocol):
    """What is known of people beside their names."""

    async def set_findable(self, person: PersonKey, *, findable: bool) -> None:
        """Only of somebody whose name is known."""
        ...

    async def findable(self, workspace: str, among: Collection[str] | None = None) -> dict[str, str]:
        """The names of those who agreed to be found by their name, by person id."""
        ...

    async def everybody(self) -> list[PersonKey]:
        """All whom anything is kept about."""
        ...

    async def kept_about(self, person: PersonKey) -> dict[str, list[dict[str, str]]]:
        """All that is kept about that person or by them, under headings as people call it, each record by its fields.
        Nothing of how it is stored."""
        ...
