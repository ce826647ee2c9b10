"""An item that was saved in one department, in the library of another as well. One rule for chat and web."""

from datetime import datetime

from bot.domain.department import WORKSPACE, library_key
from bot.domain.events import Person
from bot.domain.history import What
from bot.domain.people import Role
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.library.care import FOR_SAVERS, NOT_THERE, may_change
from bot.services.library.history import write_down
from bot.services.people.threshold import savers_needed

FOR_ALL = "the library of all"


async def share_item(tx: Transaction, person: Person, role: Role, item: str, department: str, *, at: datetime) -> str:
    """`department` is its name or key, empty for the workspace's own library. Raises Mistake."""
    workspace, name = person.key.workspace, await _name_of(tx, person, department)
    await _require_public(tx, person, role, item)
    library = library_key(name)
    known = (await tx.library.items(workspace, [item]))[item]
    if library in known.libraries or not await tx.library.share(workspace, item, library, person.key.person, at):
        return f"It is in {_called(name)} already."
    await write_down(tx, person.key, item, What.SHARED, at=at, after=name)
    return f"It is in {_called(name)} as well now."


async def unshare_item(tx: Transaction, person: Person, role: Role, item: str, department: str, *, at: datetime) -> str:
    """Saves that were made in the department keep it there all the same. Raises Mistake."""
    workspace, name = person.key.workspace, await _name_of(tx, person, department)
    await _require_public(tx, person, role, item)
    if not await tx.library.unshare(workspace, item, library_key(name)):
        raise Mistake(f"It was not shared with {_called(name)}.")
    await write_down(tx, person.key, item, What.UNSHARED, at=at, before=name)
    known = (await tx.library.items(workspace, [item]))[item]
    still = library_key(name) in known.libraries
    return (
        f"It stays in {_called(name)}, because it was saved there." if still else f"It is not in {_called(name)} now."
    )


async def _name_of(tx: Transaction, person: Person, department: str) -> str:
    """As it is shown. Raises Mistake where there is no such department."""
    if library_key(department) == WORKSPACE:
        return ""
    for name in await tx.library.departments(person.key.workspace):
        if library_key(name) == library_key(department):
            return name
    raise Mistake("There is no such department here.")


async def _require_public(tx: Transaction, person: Person, role: Role, item: str) -> None:
    """Raises Mistake for who may not change the library, and for what is not in it for all."""
    if not role.may_edit:
        raise Mistake(FOR_SAVERS)
    await tx.care.hold(person.key.workspace, item)
    known = (await tx.library.items(person.key.workspace, [item], person.key.person)).get(item)
    least = await savers_needed(tx, person.key.workspace)
    if known is None or known.removed_at or not may_change(known, least, role):
        raise Mistake(NOT_THERE)


def _called(name: str) -> str:
    return f"the library of {name}" if name else FOR_ALL
