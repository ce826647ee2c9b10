"""The tokens of all workspaces that Staffroom was installed in through its pages. They come and go while it runs."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from adapters.slack.district.grants import Grants
from adapters.slack.district.installs import Installation, Installations, Team
from adapters.slack.district.rotation import Rotation
from adapters.slack.district.secrets import WRONG_KEY
from adapters.slack.tokens import NOT_INSTALLED, PLATFORM, Installed, team_of, workspace_id
from bot.domain.channel import Workspace
from bot.errors import AdapterError, Unauthorised

log = structlog.get_logger(__name__)


class InstalledTokens:
    """A `Tokens`. A workspace with an installation of its own uses that one, others their organisation's."""

    def __init__(self, installations: Installations, grants: Grants, rotation: Rotation) -> None:
        self._installations = installations
        self._grants = grants
        self._rotation = rotation
        self._known: dict[str, Installation] = {}

    async def load(self) -> None:
        """Raises Unauthorised where there are installations and no key fits any."""
        kept = await self._installations.all()
        if kept.sealed and not kept.installations:
            raise Unauthorised(WRONG_KEY)
        if kept.sealed:
            log.warning("some installations cannot be read", count=kept.sealed, problem=WRONG_KEY)
        self._known = {each.key: each for each in kept.installations}
        for each in kept.installations:
            await self.look_at_teams(each)

    def installed(self) -> Sequence[Installed]:
        return [_installed(team, installation) for team, installation in self._serving().values()]

    def in_team(self, team: str) -> Installed | None:
        found = self._serving().get(team)
        return _installed(*found) if found else None

    def in_org(self, enterprise: str) -> Installed | None:
        """In one of its workspaces: we are the same in all of them."""
        served = [each for each in self._serving().values() if each[1].is_org and each[1].enterprise == enterprise]
        return _installed(*served[0]) if served else None

    async def token(self, workspace: str) -> str:
        """One that holds: it is exchanged for a new one where it is about to end."""
        _team, installation = self._serving().get(team_of(workspace), (None, None))
        if installation is None:
            raise Unauthorised(NOT_INSTALLED)
        fresh = await self._rotation.fresh(installation)
        if fresh is not installation and installation.key in self._known:
            self._known[installation.key] = replace(fresh, teams=installation.teams)
        return fresh.token

    def find(self, key: str) -> Installation | None:
        return self._known.get(key)

    async def add(self, installation: Installation) -> None:
        async with self._rotation.alone(installation.key):
            await self._installations.put(installation)
            self._known[installation.key] = installation

    async def remove(self, key: str) -> None:
        async with self._rotation.alone(key):
            await self._installations.remove(key)
            self._known.pop(key, None)

    async def holds(self, installation: Installation) -> bool:
        """Whether its token is still good for something."""
        try:
            return await self._grants.holds(await self._rotation.fresh(installation))
        except Unauthorised:
            return False

    async def look_at_teams(self, installation: Installation) -> None:
        """An organisation's administrators choose which of its workspaces have Staffroom, whenever they like."""
        if not installation.is_org:
            return
        try:
            fresh = await self._rotation.fresh(installation)
            self.serve(fresh.key, await self._grants.teams(fresh))
        except AdapterError as problem:
            log.warning("the workspaces of an organisation are not known anew", problem=str(problem))

    def serve(self, key: str, teams: Sequence[Team]) -> None:
        """From now on the organisation's token serves these."""
        if known := self._known.get(key):
            self._known[key] = replace(known, teams=tuple(teams))

    def _serving(self) -> dict[str, tuple[Team, Installation]]:
        orgs_first = sorted(self._known.values(), key=lambda each: not each.is_org)
        return {team.id: (team, each) for each in orgs_first for team in each.teams}


def _installed(team: Team, installation: Installation) -> Installed:
    workspace = Workspace(workspace_id(team.id), PLATFORM, team.name or team.id)
    return Installed(workspace, installation.bot_user, installation.bot, installation.scopes)
