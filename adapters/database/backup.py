"""A copy of the whole database in one file, right even while somebody writes, and checked before it counts."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from shutil import which

from adapters.database.engine import Address, address
from adapters.database.revisions import State, state_of
from bot.errors import Mistake, StoreError

OUR_OWN = 0o600
"""It holds names and what people saved."""
SQLITE_BEGINS = b"SQLite format 3\0"
POSTGRESQL_BEGINS = b"PGDMP"
NO_CLIENT = (
    "{tool} was not found on this computer. Install PostgreSQL's client programs, such as the package "
    "postgresql-client, or use the backup of your database server."
)
OLD_CLIENT = (
    "{tool} on this computer is older than the database server ({versions}). Install PostgreSQL's client programs of "
    "the server's version."
)
TIMEOUT = 3_600
"""Seconds; a school's database takes a few."""


def back_up(url: str, file: Path, now: datetime, *, replace: bool = False) -> str:
    """Writes the copy, readable for its owner only, and says so. Raises Mistake or StoreError, and then writes none."""
    at = address(url)
    if file.is_dir():
        raise Mistake(f"{file} is a folder. Add the name of a file to it.")
    if file.exists() and not replace:
        raise Mistake(f"{file} is there already. Choose another name, or add --replace to lose what is in it.")
    if at.file is not None and _is_of(at.file, file):
        raise Mistake(f"{file} is the database itself. Choose another name.")
    if at.file is not None and not at.file.exists():
        raise Mistake(f"There is no database {at.place} yet, so there is nothing to back up.")
    with _beside(file) as beginning:
        if at.file is not None:
            _copy(at.file, beginning, now)
            check(beginning)
        else:
            _dump(at, beginning)
            _listed(beginning)
        size = beginning.stat().st_size
        beginning.replace(file)
    said = f"Saved a copy of the database {at.place} as {file} ({_size(size)}), and checked it."
    return f"{said} Keep it as safe as the database."


def _is_of(database: Path, file: Path) -> bool:
    """Whether it is that file, or one of those that belong to it."""
    return file.resolve() in {each.resolve() for each in (database, *_companions(database))}


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file of another name, which is gone afterwards unless it was given its place."""
    beginning = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        os.close(os.open(beginning, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OUR_OWN))
        yield beginning
        with suppress(OSError):
            _to_disk(file)
    except OSError as error:
        raise Mistake(f"{file} cannot be written: {error.strerror}. Nothing was changed.") from None
    except sqlite3.Error as error:
        raise StoreError("The database could not be copied. Is its disk full, or is it damaged?") from error
    finally:
        for each in (beginning, *_companions(beginning)):
            with suppress(OSError):
                each.unlink()


def _to_disk(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ------------------------------------------------------------------------------------------------------------- SQLite


def _copy(source: Path, target: Path, made_at: datetime) -> None:
    """In one go, as it is at one moment, while others go on writing. The file says by itself when it was made."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute(f"PRAGMA user_version={int(made_at.timestamp())}")
        copy.commit()


def check(file: Path, *, is_live: bool = False) -> str:
    """The version of its tables. Raises Mistake for what is no whole database of ours. One that `is_live` may have a
    log beside it."""
    try:
        with closing(sqlite3.connect(file) if is_live else unchanging(file)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        raise Mistake(f"{file} is no backup of Staffroom, or it is damaged. Nothing was changed.") from None
    if said != ["ok"] or broken or not version:
        raise Mistake(f"{file} is damaged. Take another backup. Nothing was changed.")
    if state_of(version[0]) is State.FUTURE:
        raise Mistake(f"{file} was made by a newer version of Staffroom. Install that version first.")
    return str(version[0])


def unchanging(file: Path) -> sqlite3.Connection:
    """For reading what nobody writes; beside it nothing is made."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def made_at(file: Path) -> datetime | None:
    """When the copy was made; None where it does not say, as one that was made before a migration."""
    with closing(unchanging(file)) as connection:
        seconds = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _companions(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{ending}") for ending in ("-wal", "-shm", "-journal")]


# --------------------------------------------------------------------------------------------------------- PostgreSQL


def _dump(at: Address, target: Path) -> None:
    run_client("pg_dump", at, ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def _listed(file: Path) -> list[str]:
    """What the archive holds, a line each. Raises StoreError where it cannot be read."""
    return run_client("pg_restore", None, ["--list", str(file)]).splitlines()


def listing_without_schemas(file: Path) -> str:
    """What to restore: the schema itself is there."""
    return "\n".join(line for line in _listed(file) if " SCHEMA " not in line and " COMMENT - SCHEMA " not in line)


def run_client(tool: str, at: Address | None, options: Sequence[str]) -> str:
    """What PostgreSQL's own program says. The password goes by the environment: everybody sees a command's words."""
    program = which(tool)
    if program is None:
        raise Mistake(NO_CLIENT.format(tool=tool))
    environment = dict(os.environ)
    words = [program, *options]
    if at is not None:
        if at.url.password:
            environment["PGPASSWORD"] = str(at.url.password)
        words.append(
            f"--dbname={at.url.set(drivername='postgresql', password=None).render_as_string(hide_password=False)}"
        )
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, and no shell
        words, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        if "version mismatch" in done.stderr:
            raise Mistake(OLD_CLIENT.format(tool=tool, versions=said[-1].partition("detail: ")[2][:200]))
        raise StoreError(f"{tool} did not succeed: {said[-1][:300] if said else 'it said nothing'}")
    return done.stdout


def is_postgresql(file: Path) -> bool:
    """Raises Mistake for what is neither kind of backup."""
    try:
        with file.open("rb") as beginning:
            first = beginning.read(len(SQLITE_BEGINS))
    except OSError as error:
        raise Mistake(f"{file} cannot be read: {error.strerror}.") from None
    if first.startswith(POSTGRESQL_BEGINS):
        return True
    if first != SQLITE_BEGINS:
        raise Mistake(f"{file} is no backup of Staffroom. Nothing was changed.")
    return False


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{max(count // 1_000, 1):,} kB"
