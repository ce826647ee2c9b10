"""The workspaces and organisations that Staffroom is installed in, each with its token, encrypted in the vault."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from adapters.slack.district.secrets import Seal
from bot.errors import Unauthorised
from bot.ports import Clock, Vault

KIND = "slack-installation"
SECONDS_TO_CHANGE = timedelta(seconds=60)
UNREADABLE = "What is kept about a Slack workspace cannot be read. Install Staffroom in that workspace again."


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace as Slack names it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Installation:
    """One token. It serves `teams`: the one workspace it was made for, or those of an organisation that has it
    everywhere, and then `is_org`. `expires_at` is None where tokens are not rotated."""

    enterprise: str | None
    team: str | None
    name: str
    is_org: bool
    teams: tuple[Team, ...]
    token: str = field(repr=False)
    scopes: frozenset[str]
    bot_user: str
    bot: str
    app: str
    installed_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    @property
    def key(self) -> str:
        return key_of(self.enterprise, self.team, is_org=self.is_org)


def key_of(enterprise: str | None, team: str | None, *, is_org: bool) -> str:
    """An organisation's own token belongs to no workspace, whichever one it was used in."""
    return f"{enterprise or '-'}/{'-' if is_org else team or '-'}/{'org' if is_org else 'team'}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the vault; `sealed` counts those that no key fits."""

    installations: Sequence[Installation]
    sealed: int


_json: TypeAdapter[Installation] = TypeAdapter(Installation)


class Installations:
    """The newest installation of each workspace and organisation. Nothing of it is in the database in clear text but
    the ids."""

    def __init__(self, vault: Vault, seal: Seal, clock: Clock) -> None:
        self._vault = vault
        self._seal = seal
        self._clock = clock

    async def put(self, installation: Installation) -> None:
        text = _json.dump_json(installation).decode()
        await self._vault.put(KIND, installation.key, self._seal.close(text))

    async def get(self, key: str) -> Installation | None:
        """What was encrypted with an earlier key is encrypted anew. Raises Unauthorised where no key fits."""
        sealed = await self._vault.get(KIND, key, self._clock.now())
        if sealed is None:
            return None
        opened = self._seal.open(sealed)
        if opened.is_outdated:
            await self._encrypt_anew(key, sealed, opened.text)
        return _read(opened.text)

    async def all(self) -> Kept:
        return await self._every(self.get)

    async def look(self) -> Kept:
        """The same, and nothing is changed."""
        return await self._every(self._look_at)

    async def remove(self, key: str) -> None:
        await self._vault.remove(KIND, key)

    async def lease(self, key: str) -> bool:
        """Whether this caller may change it, for a minute."""
        now = self._clock.now()
        return await self._vault.lease(KIND, key, now, now + SECONDS_TO_CHANGE)

    async def release(self, key: str) -> None:
        await self._vault.release(KIND, key)

    async def _every(self, get: Callable[[str], Awaitable[Installation | None]]) -> Kept:
        opened = [await _unless_sealed(get, key) for key in await self._vault.keys(KIND, self._clock.now())]
        return Kept([each for each in opened if each], opened.count(None))

    async def _look_at(self, key: str) -> Installation | None:
        sealed = await self._vault.get(KIND, key, self._clock.now())
        return _read(self._seal.open(sealed).text) if sealed is not None else None

    async def _encrypt_anew(self, key: str, sealed: str, text: str) -> None:
        """Under the lease, so that a token renewed meanwhile is not put back."""
        if await self.lease(key):
            if await self._vault.get(KIND, key, self._clock.now()) == sealed:
                await self._vault.put(KIND, key, self._seal.close(text))
            await self.release(key)


async def _unless_sealed(get: Callable[[str], Awaitable[Installation | None]], key: str) -> Installation | None:
    try:
        return await get(key)
    except Unauthorised:
        return None


def _read(text: str) -> Installation:
    """The error of what does not fit would hold the token."""
    try:
        return _json.validate_json(text)
    except ValueError:
        raise Unauthorised(UNREADABLE) from None
