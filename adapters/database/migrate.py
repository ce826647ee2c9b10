"""Brings the tables to the version this program needs. To be called before the event loop runs."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, text

from adapters.database.engine import Address, address, migration_engine
from adapters.database.errors import translated
from adapters.database.index import fill
from adapters.database.revisions import State, from_the_future, head, migrations_folder, state_of, version_of
from adapters.database.statistics import take_stock
from bot.errors import StoreError, StoreFull, StoreReadOnly

BACKUPS_KEPT = 3
LOCK = 7_304_002
"""A number of ours under which PostgreSQL lets one migration at a time through."""

OUR_OWN = 0o600
"""The file holds names and what people saved: nobody else's business."""


def pending(url: str) -> State:
    """What there is now. Changes nothing, and makes no file."""
    at = address(url)
    if not at.is_there:
        return State.FRESH
    with translated(at.place), migration_engine(at).connect() as connection:
        return state_of(version_of(connection))


def migrate(url: str, folder: Path | None = None) -> list[str]:
    """Says in sentences what was done; nothing where nothing was to do. What fails changes nothing.

    Raises StoreFromTheFuture for the database of a newer version. `folder` is where the migrations are.
    """
    at = address(url)
    folder = folder or migrations_folder()
    if at.file:
        _make_file(at.file)
    with translated(at.place):
        engine = migration_engine(at)
        version = _version(engine, at)
        match state_of(version, folder):
            case State.CURRENT:
                return []
            case State.FUTURE:
                raise from_the_future(at)
            case State.FRESH:
                _upgrade(engine, folder)
                return [f"Made the tables in the database {at.place}."]
            case State.OUTDATED:
                done = [_back_up(at.file, f"{version}")] if at.file else []
                _upgrade(engine, folder)
                return [*done, f"Brought the database {at.place} from version {version} to {head(folder)}."]


def _version(engine: Engine, at: Address) -> str | None:
    with engine.connect() as connection:
        version = version_of(connection)
        tables = set(inspect(connection).get_table_names()) if version is None else set()
    if {"workspace", "channel"} & tables:
        raise StoreError(f"The database {at.place} holds tables of another program. Name another one for Staffroom.")
    return version


def _upgrade(engine: Engine, folder: Path) -> None:
    """In one transaction. The tool is large and loaded only here."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        fill(connection)
        _check_references(connection)
        take_stock(connection)


def _check_references(connection: Connection) -> None:
    """SQLite did not watch them during the migration."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StoreError("The migration would have left rows that refer to nothing. Nothing was changed.")


def _make_file(file: Path) -> None:
    with _in_our_words(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, OUR_OWN))


def _back_up(file: Path, version: str) -> str:
    """SQLite's own copying is right even while somebody writes; a copy of the file would not be."""
    now = datetime.now(UTC)
    copy = file.with_name(f"{file.name}.backup-{now:%Y-%m-%dT%H%M%S.%fZ}-{version}")
    with _in_our_words(file):
        os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, OUR_OWN))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        for old in backups(file)[:-BACKUPS_KEPT]:
            old.unlink()
    return f"Saved a copy of the database as {copy} before changing it."


def backups(file: Path) -> list[Path]:
    """The copies made before migrations, oldest first."""
    return sorted(each for each in file.parent.iterdir() if each.name.startswith(f"{file.name}.backup-"))


@contextmanager
def _in_our_words(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"The database {file} could not be copied, so it was not changed. Is its disk full?"
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreFull(f"There is no space left for the database {file}. Free some disk space.") from error
        raise StoreReadOnly(
            f"The database {file} cannot be written. Check that its folder belongs to the user that runs Staffroom."
        ) from error
