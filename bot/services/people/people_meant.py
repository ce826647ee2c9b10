"""Whom an admin means by a name or an id."""

from bot.domain.keys import PersonKey
from bot.domain.topic import folded
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.wording import one_line

LONGEST_NAME_REPEATED = 60


async def person_meant(tx: Transaction, workspace: str, said: str) -> PersonKey:
    """Somebody whom anything is kept about there. Raises Mistake, also where several are called so."""
    wanted = said.strip().removeprefix("@")
    there = [each for each in await tx.people.everybody() if each.workspace == workspace]
    by_id = next((each for each in there if each.person == wanted), None)
    if by_id is not None:
        return by_id
    names = await tx.people.names(workspace, [each.person for each in there])
    called = [person for person, name in names.items() if folded(name) == folded(wanted)]
    if len(called) > 1:
        ids = ", ".join(sorted(called))
        raise Mistake(f"Several people are called so. Say the id of the one you mean: {ids}.")
    if not called:
        raise Mistake(f"Nothing is kept about anybody called “{one_line(wanted)[:LONGEST_NAME_REPEATED]}”.")
    return PersonKey(workspace, called[0])
