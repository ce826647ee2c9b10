"""`staffroom export` and `staffroom import`: a library into a file and back, for whoever runs Staffroom."""

from dataclasses import dataclass

from bot.domain.events import Person
from bot.domain.exchange import ON_THE_COMMAND_LINE, Format, ImportState, Listing, ListingKind, Written
from bot.domain.exchange.decoding import read_file
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.exchange import written
from bot.services.exchange.bringing import bring_some, confirm, keep
from bot.services.parts import Parts
from bot.services.people.people_meant import person_meant
from bot.services.wording import counted

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits to be brought in; `about` says what is in it."""

    workspace: str
    id: str
    about: str


async def exported(parts: Parts, workspace: str | None, library: str, into: Format) -> Written:
    """The library of a department, by its key, or all of it. Raises Mistake."""
    async with parts.store.reading() as tx:
        viewer = PersonKey(await _workspace_meant(tx, workspace), NOBODY)
        return await written(tx, parts, viewer, Listing(ListingKind.LIBRARY, library), into)


async def bring(parts: Parts, file: bytes, who: str, workspace: str | None, library: str) -> Waiting:
    """Looks through the file and has it brought in by the person of that name or id. Raises Mistake."""
    now = parts.clock.now()
    async with parts.store.transaction() as tx:
        key = await person_meant(tx, await _workspace_meant(tx, workspace), who)
        person = Person(key, (await tx.people.names(key.workspace, [key.person])).get(key.person, ""))
        read = read_file(file, now, me=person.name, limits=ON_THE_COMMAND_LINE)
        kept = await keep(tx, person, Role.OWNER, read, library, at=now)
        await confirm(tx, key, Role.OWNER, kept.id)
    unit = "Line" if kept.form == "bookmarks" else "Item"
    broken = [f"{unit} {each.line:,}: {each.reason}" for each in kept.broken]
    more = kept.broken_count - len(broken)
    lines = [
        f"{counted(kept.total, 'page')}, {kept.new:,} of them new.",
        *(broken and [f"{counted(kept.broken_count, 'row')} left out:", *broken]),
        *([f"and {more:,} more."] if more else []),
    ]
    return Waiting(key.workspace, kept.id, "\n".join(lines))


async def brought_in(parts: Parts, waiting: Waiting) -> str:
    """Works off everything that waits, and says what came of this file."""
    while await bring_some(parts):
        pass
    async with parts.store.reading() as tx:
        found = await tx.imports.get(waiting.workspace, waiting.id)
    is_done = found is not None and found.state is ImportState.DONE
    return "Brought in." if is_done else "Another process brings it in."


async def _workspace_meant(tx: Transaction, workspace: str | None) -> str:
    """Raises Mistake where it is not one of those that are known, or none is named and there are several."""
    there = sorted(each.id for each in await tx.channels.workspaces())
    if workspace is None and len(there) == 1:
        return there[0]
    if workspace not in there:
        known = f"Add --workspace and one of: {', '.join(there)}." if there else "Start Staffroom first."
        raise Mistake(f"Which workspace is meant is not clear. {known}")
    return workspace
