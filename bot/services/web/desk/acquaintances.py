"""Whom a department learns from, and whom it might."""

from bot.domain.department import library_key
from bot.ports.desk import DeskAccount, DeskPeople
from bot.services.people.network import Acquainted, acquaintances, people_of
from bot.services.web.desk.sitting import Sitting

MOST, MOST_MET = 12, 8


async def people_page(sitting: Sitting, department: str) -> DeskPeople | None:
    """None for a department that is not there."""
    key, departments = library_key(department), await sitting.departments()
    if department and key not in departments:
        return None
    whom = await people_of(sitting.tx, sitting.parts, sitting.workspace, key)
    known, new = await acquaintances(sitting.tx, sitting.parts, whom, MOST, MOST_MET)
    return DeskPeople(
        departments.get(key, ""), tuple(departments.values()), tuple(map(_told, known)), tuple(map(_told, new))
    )


def _told(each: Acquainted) -> DeskAccount:
    author = each.author
    return DeskAccount(author.name, author.handle, author.profile_url, each.why, each.links, each.topic)
