"""People as a store knows them."""

from collections.abc import Collection
from typing import Protocol

from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.ports.store.privacy import Acquaintance


class People(Acquaintance, Protocol):
    async def put(self, person: Person) -> None:
        """Remembers the name; an empty name changes nothing."""
        ...

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        """Those that are known, by person id."""
        ...

    async def erase(self, person: PersonKey) -> None:
        """Forgets the name, who followed what, notes, wishes for less, who made rules, tags and reports, errands, what
        the vault keeps about them, the person's own channel with its digests, and what only that person was told or is
        to be told; what others were told speaks of somebody from now on. Marks that ended as erased go, too; others are
        the library's, what waits to be worked off is the inbox's."""
        ...
