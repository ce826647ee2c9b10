"""How a workspace is set up and how it fares: what the web page shows those who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.check import Health


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is set up, and how; in plain words, without secrets."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Lines about one thing."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class State:
    """How something fares; `text` says what that means and what to do, empty where all is well."""

    label: str
    health: Health
    text: str


class Office(Protocol):
    """Only ever about one workspace. Of what all workspaces share it says no more than whether it works."""

    async def settings(self, workspace: str) -> Sequence[Part]: ...

    async def health(self, workspace: str) -> Sequence[State]: ...
