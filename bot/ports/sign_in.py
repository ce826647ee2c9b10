"""Signing in with a platform: what the engine asks of a chat adapter that can tell who somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.events import Person


@dataclass(frozen=True, slots=True)
class Attempt:
    """One person's way to the platform and back to the address `back`. The platform gives `state` and `nonce` back as
    they are; `verifier` proves at the end that it was we who began, and `challenge` is its SHA-256, for those that ask
    for it (RFC 7636)."""

    back: str
    state: str
    nonce: str
    verifier: str
    challenge: str


class SignIn(Protocol):
    """`label` is what people call the platform."""

    label: str

    def address(self, attempt: Attempt) -> str:
        """Where the platform asks the person."""
        ...

    async def people(self, code: str, attempt: Attempt) -> Sequence[Person]:
        """Who came back with the code, once in each workspace that they are in and that we are connected to. Raises
        Mistake, in words for that person, where the platform does not vouch for them, and Unavailable or Throttled."""
        ...
