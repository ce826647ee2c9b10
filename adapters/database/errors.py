"""What a driver says, said once more in our words: every error of a database becomes a `StoreError` here.

The sentences name the place, never a password, a statement or anything that was to be stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from bot.errors import StoreError, StoreFull, StoreLocked, StoreOutdated, StoreReadOnly

_Meaning = tuple[type[StoreError], str]

BUSY: _Meaning = (
    StoreLocked,
    (
        "The database {place} is in use by another program and did not become free. Nothing was changed. "
        "Stop the other program, or try again in a moment."
    ),
)
READ_ONLY: _Meaning = (
    StoreReadOnly,
    (
        "The database {place} cannot be written. Check that the file and its folder belong to the user that runs "
        "Staffroom and that the disk is not read-only."
    ),
)
NOT_OURS_TO_WRITE: _Meaning = (
    StoreReadOnly,
    (
        "The database {place} cannot be written. Give its user the right to write, and check that the server is no "
        "read-only copy."
    ),
)
FULL: _Meaning = (
    StoreFull,
    "There is no space left for the database {place}. Nothing was changed. Free some disk space and start again.",
)
BROKEN_DISK: _Meaning = (
    StoreError,
    "The disk refused to read or write the database {place}. Check its free space and its health.",
)
DAMAGED: _Meaning = (
    StoreError,
    (
        "The file {place} is damaged or is not a database. Restore it from a backup, or name another file in "
        "`[database] url`."
    ),
)
OUTDATED: _Meaning = (
    StoreOutdated,
    "The database {place} has not all the tables this version needs. Run `staffroom migrate`.",
)
REFUSED: _Meaning = (
    StoreError,
    (
        "The database {place} refused a row, because it contradicts or refers to one that is not there. "
        "Nothing was changed."
    ),
)
NO_ACCESS: _Meaning = (
    StoreError,
    "The database {place} refused the user or the password. Check `[database] url`.",
)
MISSING: _Meaning = (
    StoreError,
    "There is no database {place} on that server. Create it, or check `[database] url`.",
)
UNREACHABLE: _Meaning = (
    StoreError,
    "The database {place} cannot be reached. Check that its server runs and that `[database] url` is right.",
)
UNKNOWN: _Meaning = (StoreError, "The database {place} could not do what was asked. Nothing was changed.")

_OF_SQLITE = {
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": READ_ONLY,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_AUTH": READ_ONLY,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": BROKEN_DISK,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_CONSTRAINT": REFUSED,
}
_OF_POSTGRESQL = {
    "55P03": BUSY,
    "40001": BUSY,
    "40P01": BUSY,
    "53300": BUSY,
    "57014": BUSY,
    "25006": NOT_OURS_TO_WRITE,
    "42501": NOT_OURS_TO_WRITE,
    "53100": FULL,
    "58030": BROKEN_DISK,
    "42P01": OUTDATED,
    "42703": OUTDATED,
    "28000": NO_ACCESS,
    "28P01": NO_ACCESS,
    "3D000": MISSING,
}
_CLASSES_OF_POSTGRESQL = {"23": REFUSED, "08": UNREACHABLE, "57": UNREACHABLE}


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raises what a database says inside the block as an error of ours."""
    try:
        yield
    except WaitedTooLong as error:
        raise _as_ours(BUSY, place) from error
    except DBAPIError as error:
        raise _as_ours(_meaning(error), place) from error
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from error
        raise _as_ours(UNKNOWN, place) from error
    except SQLAlchemyError as error:
        raise _as_ours(UNKNOWN, place) from error


def _as_ours(meaning: _Meaning, place: str) -> StoreError:
    kind, sentence = meaning
    return kind(sentence.format(place=place))


def _meaning(error: DBAPIError) -> _Meaning:
    """SQLite's codes have names, the special ones begin with the general one's; PostgreSQL's have a class of two
    letters. Whoever never reached PostgreSQL has no code, only a sentence of the client library."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    if name:
        general = "_".join(name.split("_")[:2])
        return _OF_SQLITE.get(general, OUTDATED if _lacks_a_table(error) else UNKNOWN)
    code: str = getattr(error.orig, "sqlstate", None) or ""
    if code:
        return _OF_POSTGRESQL.get(code) or _CLASSES_OF_POSTGRESQL.get(code[:2], UNKNOWN)
    return _without_a_code(str(error.orig))


def _lacks_a_table(error: DBAPIError) -> bool:
    return any(words in str(error.orig) for words in ("no such table", "no such column", "has no column"))


def _without_a_code(sentence: str) -> _Meaning:
    if "does not exist" in sentence:
        return MISSING
    return NO_ACCESS if "authentication failed" in sentence else UNREACHABLE
