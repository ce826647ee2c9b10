from sqlalchemy import delete, update

from adapters.database.statements import Statements
from adapters.database.tables import Person as PersonRow
from adapters.database.tables import Subscription
from bot.domain.events import Person
from bot.domain.keys import PersonKey


class PeopleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, person: Person) -> None:
        if person.name:
            row = {"workspace_id": person.key.workspace, "id": person.key.person, "name": person.name}
            await self._db.put(PersonRow, [row])

    async def erase(self, person: PersonKey) -> None:
        named = delete(PersonRow).where(PersonRow.workspace_id == person.workspace, PersonRow.id == person.person)
        await self._db.run(named)
        theirs = Subscription.workspace_id == person.workspace, Subscription.followed_by == person.person
        await self._db.run(update(Subscription).where(*theirs).values(followed_by=None))
