"""One `run` at a time on a SQLite file. However the process ends, the operating system lets go of the lock."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from adapters.database.engine import address
from bot.errors import StoreLocked, StoreReadOnly

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def lock(url: str) -> Iterator[None]:
    """Holds the database for this process. Raises StoreLocked where another one has it. PostgreSQL needs no such lock:
    several processes may share it."""
    at = address(url)
    if at.file is None:
        yield
        return
    with _opened(_lock_file(at.file)) as file:
        try:
            _take(file)
        except OSError:
            raise StoreLocked(_taken(at.file, file)) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _lock_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _opened(path: Path) -> IO[str]:
    """Made where it is not there and never removed: two processes would hold two files of one name."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreReadOnly(
            f"The file {path} cannot be written. Check that its folder belongs to the user that runs Staffroom."
        ) from error
    return os.fdopen(descriptor, "r+", encoding="ascii", errors="replace")


def _taken(database: Path, file: IO[str]) -> str:
    process = file.read(20).strip()
    who = f"Another Staffroom (process {process})" if process.isdigit() else "Another Staffroom"
    return f"{who} is using the database {database}. Stop it first, or name another file in `[database] url`."
