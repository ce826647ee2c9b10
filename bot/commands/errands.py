"""What cannot be done at once, because a source has to be asked: it is written down, and answered when it is done."""

from datetime import UTC, datetime

from bot.commands.context import Asked
from bot.domain.errand import Errand, ErrandKind
from bot.services.people.roles import is_admin


async def send_for(asked: Asked, kind: ErrandKind, *words: str) -> None:
    """Has it done soon, once for each event. `words` are in a spelling that the kind understands."""
    person = asked.person
    admin = is_admin(asked.parts, person.key.person, asked.around.standing)
    groups = tuple(sorted(asked.around.groups))
    errand = Errand(asked.event, kind, asked.channel, person, words, asked.at, asked.reply, admin, groups)
    await asked.tx.errands.put(errand)


async def asked_today(asked: Asked, kind: ErrandKind) -> int:
    """How many of the kind this person sent for since the day began by which sources bill."""
    return await asked.tx.errands.asked(asked.person.key, kind, day_began(asked.at))


def day_began(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
