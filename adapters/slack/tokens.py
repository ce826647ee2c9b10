"""The workspaces that Staffroom is installed in, and the token for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.channel import Workspace
from bot.errors import Unauthorised

PLATFORM = "slack"
NOT_INSTALLED = "Staffroom is not installed in this Slack workspace. Install it there again."


def workspace_id(team: str) -> str:
    return f"{PLATFORM}:{team}"


def team_of(workspace: str) -> str:
    """Slack's own id of the workspace."""
    return workspace.removeprefix(f"{PLATFORM}:")


@dataclass(frozen=True, slots=True)
class Installed:
    """Staffroom in one workspace: who it is there, and the scopes it was given. `bot_user` is the id that people
    mention, `bot` the one its messages carry."""

    workspace: Workspace
    bot_user: str
    bot: str
    scopes: frozenset[str]


class Tokens(Protocol):
    def installed(self) -> Sequence[Installed]:
        """Every workspace that can be spoken to now."""
        ...

    async def token(self, workspace: str) -> str:
        """Raises Unauthorised where Staffroom is not installed."""
        ...


class OneToken:
    """The one of the configuration. Whose it is, Slack says."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._installed: tuple[Installed, ...] = ()

    def belongs_to(self, installed: Installed) -> None:
        self._installed = (installed,)

    def installed(self) -> Sequence[Installed]:
        return self._installed

    async def token(self, workspace: str) -> str:
        if all(each.workspace.id != workspace for each in self._installed):
            raise Unauthorised(NOT_INSTALLED)
        return self._token
