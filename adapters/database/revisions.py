"""Which version the tables have and which one this program needs, found out without loading the migration tool."""

import re
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from adapters.database.engine import Address
from bot.errors import StoreFromTheFuture, StoreOutdated

_ASSIGNED = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*(?:["'](\w+)["']|None)""", re.MULTILINE)


class State(StrEnum):
    FRESH = "fresh"
    CURRENT = "current"
    OUTDATED = "outdated"
    FUTURE = "future"


def migrations_folder() -> Path:
    """Beside this file where Staffroom is installed, at the top where it is checked out."""
    here = Path(__file__).resolve().parent
    installed = here / "migrations"
    return installed if installed.is_dir() else here.parent.parent / "migrations"


def versions(folder: Path | None = None) -> dict[str, str | None]:
    """Every version this program knows, with the one before it."""
    known: dict[str, str | None] = {}
    for file in ((folder or migrations_folder()) / "versions").glob("*.py"):
        assigned = {name: value or None for name, value in _ASSIGNED.findall(file.read_text(encoding="utf-8"))}
        if revision := assigned.get("revision"):
            known[revision] = assigned.get("down_revision")
    return known


def head(folder: Path | None = None) -> str:
    """The newest version."""
    known = versions(folder)
    [newest] = set(known) - set(known.values())
    return newest


def version_of(connection: Connection) -> str | None:
    """The version of the tables, or None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def state_of(version: str | None, folder: Path | None = None) -> State:
    if version is None:
        return State.FRESH
    if version not in versions(folder):
        return State.FUTURE
    return State.CURRENT if version == head(folder) else State.OUTDATED


def require_current(at: Address, version: str | None) -> None:
    match state_of(version):
        case State.FRESH:
            raise StoreOutdated(f"There is no Staffroom in the database {at.place} yet. Run `staffroom migrate`.")
        case State.OUTDATED:
            raise StoreOutdated(f"The database {at.place} is of an older version. Run `staffroom migrate`.")
        case State.FUTURE:
            raise from_the_future(at)
        case State.CURRENT:
            pass


def from_the_future(at: Address) -> StoreFromTheFuture:
    return StoreFromTheFuture(
        f"The database {at.place} was written by a newer version of Staffroom. Install that version again, "
        "or go back to a backup that was made before."
    )
