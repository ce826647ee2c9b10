"""Who may come in on the web: what the web page asks of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.events import Person
from bot.domain.people import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whom a session lets in, and the name of their workspace."""

    person: Person
    role: Role
    workspace_name: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link signs in, by name where that is known, and how their workspace is called."""

    person: Person
    workspace_name: str


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One of the places where somebody is signed in. `id` ends it and opens nothing."""

    id: str
    begun_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A platform by which people can sign in: its name in addresses, and as people call it."""

    name: str
    label: str


class Doors(Protocol):
    """Signing in and out. What a browser keeps is given and taken as it is; only a digest of it is stored."""

    def ways(self) -> Sequence[Way]:
        """The platforms by which people sign in, beside links; none where the page has no public address."""
        ...

    def sends_links(self) -> bool:
        """Whether anybody can be sent a link that signs them in, by a chat that is connected."""
        ...

    async def peek(self, token: str) -> Invited | None:
        """Whom the link signs in, as long as it works. Looking does not use it up."""
        ...

    async def redeem(self, token: str) -> str | None:
        """A new session for the link: of two at once only one gets it. None where the link was used or has expired.
        Raises Mistake, in words for that person, where they have left the workspace."""
        ...

    def address(self, way: str, secret: str) -> str:
        """Where the platform asks the person. `secret` is new, and stays in the browser until it comes back. Raises
        Mistake where there is no such way."""
        ...

    async def come_back(self, way: str, secret: str, answer: Mapping[str, str]) -> Sequence[tuple[Invited, str]]:
        """Who it is, by what the platform sent the browser back with, in each workspace that they and we are in; with a
        token for each that `redeem` takes. Raises Mistake, in words for that person, where nobody is let in."""
        ...

    async def who(self, session: str) -> SignedIn | None:
        """Whom the session lets in now, or None where it has ended."""
        ...

    async def end(self, session: str) -> None:
        """Ends it. One that has ended is no error."""
        ...

    async def sessions_of(self, session: str) -> Sequence[SessionCard]:
        """Where the person of this session is signed in, the last seen first."""
        ...

    async def end_one(self, session: str, id_: str) -> bool:
        """Ends one of the same person's. False where there is none of that id."""
        ...

    async def end_everywhere(self, session: str) -> int:
        """Ends all of the same person's. Returns how many."""
        ...
