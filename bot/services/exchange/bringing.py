"""Files that people bring: shown first, and brought in once they are confirmed."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.admin_acts import Decided
from bot.domain.events import Person
from bot.domain.exchange import Bringing, ImportForm, ImportState, Row
from bot.domain.exchange.found import Found
from bot.domain.keys import PersonKey
from bot.domain.library import LINK
from bot.domain.links import canonical
from bot.domain.people import Role
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.exchange.exporting import department_named
from bot.services.ids import new_id
from bot.services.people.admin_acts import decided
from bot.services.people.threshold import savers_needed

SHOWN_FOR = timedelta(days=1)
FOR_EDITORS = "Only people who may save things here can bring in a file. Ask an admin if you should."
NOT_HERE = "This import is not here any more. Choose the file once more."
NOT_YOURS = "Only the person who brought this file can have it brought in: it is saved in their name."
NOTHING_IN_IT = "There is no page in this file that can be saved. Choose another file."


async def keep(
    tx: Transaction, who: Person, role: Role, read: tuple[ImportForm, Found], library: str, *, at: datetime
) -> Bringing:
    """Keeps what was found in a file, in place of what this person was shown before and did not confirm. Raises
    Mistake."""
    require_editor(role)
    form, found = read
    workspace, rows = who.key.workspace, list(found.rows.values())
    if not rows:
        raise Mistake(NOTHING_IN_IT)
    if library:
        await department_named(tx, workspace, library)
    for earlier in await tx.imports.of(workspace, who.key.person):
        if earlier.state is ImportState.SHOWN:
            await tx.imports.drop(workspace, earlier.id)
    least = await savers_needed(tx, workspace)
    known = await tx.listings.known(workspace, {_key_of(row) for row in rows}, least)
    bringing = Bringing(
        id=new_id(),
        workspace=workspace,
        person=who.key.person,
        form=form,
        library=library,
        asked_at=at,
        state=ImportState.SHOWN,
        total=len(rows),
        new=len(rows) - len(known),
        broken=tuple(found.broken),
        broken_count=found.broken_count,
        cut=tuple(found.cut),
        cut_count=found.cut_count,
        vouched=role is Role.OWNER,
    )
    await tx.people.put(who)
    await tx.imports.put(bringing, rows)
    return bringing


async def theirs(tx: Transaction, who: PersonKey, role: Role, id_: str) -> Bringing | None:
    """One that this person brought; for owners anybody's."""
    found = await tx.imports.get(who.workspace, id_)
    return as_seen(found, who) if found and (role is Role.OWNER or found.person == who.person) else None


def as_seen(bringing: Bringing, who: PersonKey) -> Bringing:
    """Which rows of a colleague's file are broken or cut is nobody else's to read; how many, it is."""
    return bringing if bringing.person == who.person else replace(bringing, broken=(), cut=())


async def confirm(tx: Transaction, who: PersonKey, role: Role, id_: str) -> str:
    """Raises Mistake, also for an owner's wish to have a colleague save what that colleague has not confirmed."""
    require_editor(role)
    found = await theirs(tx, who, role, id_)
    if found is None or found.person != who.person:
        raise Mistake(NOT_HERE if found is None else NOT_YOURS)
    await tx.imports.begin(who.workspace, id_, ImportState.SHOWN, ImportState.WAITING)
    return "Started. You can leave this page."


async def drop(tx: Transaction, who: PersonKey, role: Role, id_: str) -> str:
    """Raises Mistake where it is confirmed already."""
    found = await theirs(tx, who, role, id_)
    if found is not None and found.state is not ImportState.SHOWN:
        raise Mistake("It is being brought in already. Undo it when it is done.")
    if found is not None:
        await tx.imports.drop(who.workspace, id_)
    return "Nothing was brought in."


async def undo(tx: Transaction, who: PersonKey, role: Role, id_: str, *, at: datetime) -> str:
    """Raises Mistake where it is not done yet. What got stuck is undone as far as it got."""
    found = await theirs(tx, who, role, id_)
    if found is None:
        raise Mistake("This import is too long ago to be undone. Take back single saves instead.")
    if found.state in {ImportState.SHOWN, ImportState.WAITING}:
        raise Mistake("It is not done yet. Undo it when it is.")
    is_in = found.state in {ImportState.DONE, ImportState.STUCK}
    begins = is_in and await tx.imports.begin(who.workspace, id_, found.state, ImportState.UNDOING)
    if begins and found.person != who.person:
        await decided(tx, who.workspace, who.person, Decided.IMPORT_UNDONE, at=at)
    return "Started: what this file alone brought comes out of the library."


async def try_again(tx: Transaction, who: PersonKey, role: Role, id_: str) -> str:
    """Goes on with one that is stuck. Raises Mistake, also where an owner would have a colleague save what is left."""
    found = await theirs(tx, who, role, id_)
    if found is None:
        raise Mistake(NOT_HERE)
    if found.state is ImportState.STUCK:
        require_editor(role)
        if found.person != who.person:
            raise Mistake(NOT_YOURS)
    if goes_on := found.state.when_tried_again:
        await tx.imports.begin(who.workspace, id_, found.state, goes_on)
    return "It goes on. You can leave this page."


def require_editor(role: Role) -> None:
    if not role.may_edit:
        raise Mistake(FOR_EDITORS)


def _key_of(row: Row) -> str:
    return f"{LINK}{canonical(row.url)}"
