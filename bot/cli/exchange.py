"""`staffroom export` and `staffroom import`: a library into a file and back, for whoever runs Staffroom."""

import asyncio
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex

import structlog

from bot.cli.beside import beside
from bot.cli.configured import clock_of, config_of
from bot.cli.wiring import Wiring
from bot.cli.writing import require_free
from bot.config import Config
from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.exchange import (
    ON_THE_COMMAND_LINE,
    Bringing,
    Format,
    ImportForm,
    ImportState,
    Listing,
    ListingKind,
    Written,
)
from bot.domain.exchange.decoding import read_file
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.errors import Mistake, StaffroomError, StoreLocked
from bot.ports import Transaction
from bot.services.exchange import written
from bot.services.exchange.bringing import confirm, keep
from bot.services.exchange.working_off import bring_some
from bot.services.parts import Parts
from bot.services.people.people_meant import person_meant
from bot.services.wording import counted

NOBODY = ""
GOES_ON = (
    "The reason stands above. What is in the library stays there. When Staffroom runs, it tries again by itself; once "
    "it has stopped trying, that can be asked for on the page “Bring in bookmarks”."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits to be brought in; `about` says what is in it."""

    workspace: str
    id: str
    about: str


def write_export(wiring: Wiring, asked: Namespace) -> int:
    require_free(wiring, asked)
    config = config_of(wiring, asked.config)
    text = asyncio.run(_exported(wiring, config, asked.workspace, asked.library, Format(asked.format))).text
    wiring.files.write_private(asked.out, text)
    print(f"Written: {asked.out.resolve()}.")
    return 0


async def _exported(wiring: Wiring, config: Config, workspace: str | None, library: str, into: Format) -> Written:
    """Of posts only what their sources let go."""
    async with beside(wiring, config, clock_of(wiring, config), "export", with_sources=True) as parts:
        return await exported(parts, workspace, library, into)


def bring_file_in(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    try:
        file = wiring.files.read_bytes(asked.file)
    except OSError as error:
        raise Mistake(f"{asked.file} cannot be read: {error.strerror}.") from None
    asyncio.run(_brought(wiring, config, file, asked))
    return 0


async def _brought(wiring: Wiring, config: Config, file: bytes, asked: Namespace) -> None:
    """A Staffroom that runs on the same file works off what is written here."""
    async with beside(wiring, config, clock_of(wiring, config), f"import-{token_hex(4)}") as parts:
        waiting = await bring(parts, file, asked.who, asked.workspace, asked.library)
        print(waiting.about)
        try:
            with wiring.databases.lock(config.database_url):
                print(await brought_in(parts, waiting))
        except StoreLocked:
            print("Staffroom is running and brings it in now. The page “Import and export” shows how far it is.")


async def exported(parts: Parts, workspace: str | None, library: str, into: Format) -> Written:
    """The library of a department, however its name is spelt, or all of it. Raises Mistake."""
    async with parts.store.reading() as tx:
        viewer = PersonKey(await _workspace_meant(tx, workspace), NOBODY)
        return await written(tx, parts, viewer, Listing(ListingKind.LIBRARY, _key_meant(library)), into)


async def bring(parts: Parts, file: bytes, who: str, workspace: str | None, library: str) -> Waiting:
    """Looks through the file and has it brought in by the person of that name or id. Raises Mistake."""
    now = parts.clock.now()
    async with parts.store.reading() as tx:
        key = await person_meant(tx, await _workspace_meant(tx, workspace), who)
        person = Person(key, (await tx.people.names(key.workspace, [key.person])).get(key.person, ""))
    read = await asyncio.to_thread(read_file, file, now, limits=ON_THE_COMMAND_LINE)
    async with parts.store.transaction() as tx:
        kept = await keep(tx, person, Role.OWNER, read, _key_meant(library), at=now)
        await confirm(tx, key, Role.OWNER, kept.id)
    return Waiting(key.workspace, kept.id, "\n".join(_in_words(kept)))


def _in_words(kept: Bringing) -> Iterator[str]:
    """What is in it, and what is not kept of it."""
    yield f"{counted(kept.total, 'page')}, {kept.new:,} of them new."
    if kept.broken:
        yield f"{counted(kept.broken_count, 'row')} left out:"
        yield from _named(kept, [(each.line, each.title, each.reason) for each in kept.broken], kept.broken_count)
    if kept.cut:
        yield f"{counted(kept.cut_count, 'page')} not kept whole:"
        yield from _named(kept, [(each.line, each.title, each.what) for each in kept.cut], kept.cut_count)


def _named(kept: Bringing, rows: Sequence[tuple[int, str, str]], count: int) -> Iterator[str]:
    unit = "Line" if kept.form is ImportForm.BOOKMARKS else "Item"
    for line, title, why in rows:
        yield f"{unit} {line:,}{f', “{title}”' if title else ''}: {why}"
    if count > len(rows):
        yield f"and {count - len(rows):,} more."


async def brought_in(parts: Parts, waiting: Waiting) -> str:
    """Works off everything that waits, and says what came of this file. Raises Mistake where it cannot be gone on."""
    failed = await _fails_at_last(parts)
    async with parts.store.reading() as tx:
        found = await tx.imports.get(waiting.workspace, waiting.id)
    if found is not None and found.state is ImportState.DONE:
        return "Brought in."
    if not failed or found is None:
        return "Another process brings it in."
    raise Mistake(f"{found.done:,} of {counted(found.total, 'page')} are brought in, then it failed. {GOES_ON}")


async def _fails_at_last(parts: Parts) -> bool:
    """Whether something went wrong before all that waits was worked off: what did is in the log."""
    try:
        while await bring_some(parts):
            pass
    except StaffroomError:
        raise
    except Exception:
        log.exception("a file could not be brought in whole")
        return True
    return False


def _key_meant(library: str) -> str:
    """What has no letters is no department's, and not the library of all."""
    return library_key(library) or library


async def _workspace_meant(tx: Transaction, workspace: str | None) -> str:
    """Raises Mistake where it is not one of those that are known, or none is named and there are several."""
    there = sorted(each.id for each in await tx.channels.workspaces())
    if workspace is None and len(there) == 1:
        return there[0]
    if workspace not in there:
        known = f"Add --workspace and one of: {', '.join(there)}." if there else "Start Staffroom first."
        raise Mistake(f"Which workspace is meant is not clear. {known}")
    return workspace
