"""What a command is handed: all that it needs of the world, which only `bot.__main__` knows."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.config import Config
from bot.domain.forgetting import Forgotten
from bot.domain.keys import PostKey
from bot.ports import Clock, Inbox, Room, Store, Ticker, Vault
from bot.services.parts import Parts


class Terminal(Protocol):
    """Whoever is asked."""

    def say(self, text: str) -> None: ...

    def ask(self, question: str, *, secret: bool = False) -> str:
        """One line without its end; a secret is not shown. Raises Mistake where no more answers come."""
        ...


class Files(Protocol):
    def is_there(self, file: Path) -> bool: ...

    def is_folder(self, file: Path) -> bool: ...

    def read_text(self, file: Path) -> str:
        """Raises OSError, or UnicodeDecodeError for what is no text."""
        ...

    def read_bytes(self, file: Path) -> bytes:
        """Raises OSError."""
        ...

    def write_private(self, file: Path, text: str) -> None:
        """For its owner only, in place of what was there. Raises Mistake where it cannot."""
        ...

    def keep_old(self, file: Path) -> Path | None:
        """Where the file that was there has been kept; None where there was none."""
        ...

    def others_may_read(self, file: Path) -> bool:
        """Whether anybody else on this computer may, as far as it says so."""
        ...


class OpenStore(Store, AbstractAsyncContextManager["OpenStore"], Protocol):
    """Usable while it is entered; `check` works without. Entering raises StoreOutdated or StoreFromTheFuture."""

    async def aclose(self) -> None: ...

    def inbox(self, wake: Callable[[], None] | None = None) -> Inbox:
        """`wake` is called when an event comes, and again once a new one is committed."""
        ...

    def room(self, wake: Callable[[], None] | None = None) -> Room:
        """`wake` is called after every event that was committed."""
        ...

    def vault(self) -> Vault: ...


class Restored(Protocol):
    """A backup that is about to take the place of the database, and what was forgotten and erased since it was made."""

    url: str
    then: datetime | None
    forgotten: list[Forgotten]
    erased: list[PostKey]

    @property
    def told(self) -> Sequence[str]:
        """What became of the database that was replaced; complete at the end."""
        ...


class Databases(Protocol):
    """A `url` is that of the configuration."""

    def open(self, url: str, clock: Clock) -> OpenStore:
        """Opens nothing before it is entered. Raises Mistake for an address that is none."""
        ...

    def passing(self) -> AbstractAsyncContextManager[str]:
        """The address of a new one, which is gone afterwards."""
        ...

    def lock(self, url: str) -> AbstractContextManager[None]:
        """Raises StoreLocked where a Staffroom runs on it, and no other may."""
        ...

    def pending(self, url: str) -> str:
        """What `migrate` would do: fresh, current, outdated or future."""
        ...

    def migrate(self, url: str) -> Sequence[str]:
        """Says in sentences what was done; nothing where nothing was to do."""
        ...

    def back_up(self, url: str, file: Path, now: datetime, *, replace: bool = False) -> str:
        """Says so. Raises Mistake, also where there is such a file and it is not to be replaced, or StoreError."""
        ...

    def restoring(self, url: str, file: Path, now: datetime) -> AbstractContextManager[Restored]:
        """What is done within it counts when it ends well; else everything is as it was. Raises Mistake, StoreLocked or
        StoreError."""
        ...

    def start_over(self, database: Path) -> None:
        """Deletes that file and what belongs to it. Raises StoreLocked where it is in use."""
        ...


class Trial(Protocol):
    """What is served to be tried out. `own_posts` are the user's; without them all are invented."""

    @property
    def own_posts(self) -> Path | None: ...

    async def furnish(self, parts: Parts) -> None: ...


class Wiring(Protocol):
    environment: Mapping[str, str]

    @property
    def files(self) -> Files: ...

    @property
    def databases(self) -> Databases: ...

    def terminal(self) -> Terminal: ...

    def zone(self) -> str:
        """That of this computer."""
        ...

    def country(self, zone: str) -> str:
        """Where it is, as far as it says so: two letters, or empty."""
        ...

    def clock(self, setting: str) -> Clock:
        """The machine's time, or with a setting a trial's."""
        ...

    def ticker(self) -> Ticker: ...

    def log_warnings(self) -> None:
        """And nothing less."""
        ...

    def require_posts(self, file: Path) -> None:
        """Raises Mistake for a file of posts that cannot be used."""
        ...

    async def look_at(self, config: Config, store: OpenStore, clock: Clock) -> Parts:
        """All that the configuration uses, none of it connected."""
        ...

    async def serve(self, config: Config, clock: Clock, trial: Trial | None = None) -> None:
        """Runs until it is told to stop."""
        ...
