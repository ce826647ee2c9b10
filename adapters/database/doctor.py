"""The lines of `staffroom doctor` about the database. Nothing is changed, and no file is made by looking."""

import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import update

from adapters.database.engine import Address
from adapters.database.statements import Opened
from adapters.database.tables import Installation
from bot.domain.check import Check, Health
from bot.errors import StoreError

MEGABYTE = 1_000_000
LITTLE_SPACE = 500 * MEGABYTE
TOO_LITTLE_SPACE = 50 * MEGABYTE


async def examine(
    at: Address, require_current_tables: Callable[[], Awaitable[None]], trying: Opened
) -> Sequence[Check]:
    """`trying` opens a transaction of which nothing is kept."""
    if not at.is_there:
        finding = f"There is no database {at.place} yet."
        return [Check("database", Health.WARN, finding, "`staffroom run` and `staffroom migrate` make it.")]
    try:
        await require_current_tables()
    except StoreError as error:
        checks = [Check("database", Health.FAIL, str(error))]
    else:
        checks = [Check("database", Health.OK, f"{at.place} is there and up to date."), await _writable(trying)]
    return [*checks, space(free_space(at.file), at.file)] if at.file else checks


async def _writable(trying: Opened) -> Check:
    """Really writes, then takes it back."""
    try:
        async with trying() as db:
            await db.run(update(Installation).values(installed_at=Installation.installed_at))
    except StoreError as error:
        return Check("database is writable", Health.FAIL, str(error))
    return Check("database is writable", Health.OK, "A row could be written.")


def free_space(file: Path) -> int:
    return shutil.disk_usage(file.resolve().parent).free


def space(free: int, file: Path) -> Check:
    finding = f"{free // MEGABYTE:,} MB are free where {file} is."
    remedy = "Free some disk space, or move the database to a larger disk."
    if free < TOO_LITTLE_SPACE:
        return Check("space for the database", Health.FAIL, finding, remedy)
    if free < LITTLE_SPACE:
        return Check("space for the database", Health.WARN, finding, remedy)
    return Check("space for the database", Health.OK, finding)
