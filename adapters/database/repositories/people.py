from collections.abc import Collection

from sqlalchemy import delete, or_, select, update

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Person as PersonRow
from adapters.database.tables import RoomMessage, RoomReaction, Subscription
from bot.domain.events import Person
from bot.domain.keys import PersonKey


class PeopleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, person: Person) -> None:
        if person.name:
            row = {"workspace_id": person.key.workspace, "id": person.key.person, "name": person.name}
            await self._db.put(PersonRow, [row])

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in in_parts(list(people)):
            asked = select(PersonRow).where(PersonRow.workspace_id == workspace, PersonRow.id.in_(part))
            found |= {row.id: row.name for row in await self._db.rows(asked)}
        return found

    async def erase(self, person: PersonKey) -> None:
        named = delete(PersonRow).where(PersonRow.workspace_id == person.workspace, PersonRow.id == person.person)
        await self._db.run(named)
        theirs = Subscription.workspace_id == person.workspace, Subscription.followed_by == person.person
        await self._db.run(update(Subscription).where(*theirs).values(followed_by=None))
        await self._erase_from_the_page(person)

    async def _erase_from_the_page(self, person: PersonKey) -> None:
        """What they typed and were told on the local page, and their taps."""
        of = RoomReaction.workspace_id == person.workspace
        await self._db.run(delete(RoomReaction).where(of, RoomReaction.person_id == person.person))
        only_theirs = or_(RoomMessage.said_by == person.person, RoomMessage.private_to == person.person)
        messages = select(RoomMessage.id).where(RoomMessage.workspace_id == person.workspace, only_theirs)
        await self._db.run(delete(RoomReaction).where(of, RoomReaction.message_id.in_(messages)))
        await self._db.run(delete(RoomMessage).where(RoomMessage.workspace_id == person.workspace, only_theirs))
