from collections.abc import Collection

from sqlalchemy import ColumnElement, case, delete, or_, select, update

from adapters.database.repositories.channels import ChannelRepository
from adapters.database.repositories.errands import ErrandRepository
from adapters.database.repositories.outbox_rows import rows_naming
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import Channel as ChannelRow
from adapters.database.tables import (
    Delivery,
    Digest,
    ItemNote,
    ItemTag,
    LedgerShare,
    Less,
    Report,
    RoomMessage,
    RoomReaction,
    Rule,
    Secret,
    Seen,
    Subscription,
)
from adapters.database.tables import Person as PersonRow
from bot.domain.content import content_from_json, content_to_json, without
from bot.domain.delivery import DeliveryState, Surface
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey


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
        await self._erase_personal_channels(person)
        await self._erase_authorship(person)
        noted = ItemNote.workspace_id == person.workspace, ItemNote.person_id == person.person
        items = [row.item_id for row in await self._db.rows(select(ItemNote.item_id).where(*noted))]
        for table in (ItemNote, Less):
            theirs = table.workspace_id == person.workspace, table.person_id == person.person
            await self._db.run(delete(table).where(*theirs))
        if items:
            await self._db.index(person.workspace, items)
            await self._db.clear_index()
        await self._erase_answers(person)
        await self._erase_from_the_page(person)
        await ErrandRepository(self._db).erase(person)
        about_them = Secret.about_workspace == person.workspace, Secret.about_person == person.person
        await self._db.run(delete(Secret).where(*about_them))

    async def _erase_personal_channels(self, person: PersonKey) -> None:
        owned = ChannelRow.workspace_id == person.workspace, ChannelRow.owner == person.person
        channels = ChannelRepository(self._db)
        for row in await self._db.rows(select(ChannelRow.id).where(*owned)):
            await channels.remove(ChannelKey(person.workspace, row.id))
            await self._erase_digests(ChannelKey(person.workspace, row.id))
            share = LedgerShare.workspace_id == person.workspace, LedgerShare.channel_id == row.id
            await self._db.run(delete(LedgerShare).where(*share))

    async def _erase_digests(self, channel: ChannelKey) -> None:
        """They tell what somebody was interested in."""
        for table in (Seen, Digest):
            theirs = table.workspace_id == channel.workspace, table.channel_id == channel.channel
            await self._db.run(delete(table).where(*theirs))
        there = Delivery.workspace_id == channel.workspace, Delivery.channel_id == channel.channel
        await self._drop(*there, Delivery.surface != Surface.HOME)

    async def _erase_authorship(self, person: PersonKey) -> None:
        """What they did for the others stays, but not that it was them."""
        theirs = Subscription.workspace_id == person.workspace, Subscription.followed_by == person.person
        await self._db.run(update(Subscription).where(*theirs).values(followed_by=None))
        for who in (Rule.made_by, ItemTag.added_by, Report.opened_by, Report.settled_by):
            table = who.class_
            by_them = table.workspace_id == person.workspace, who == person.person
            await self._db.run(update(table).where(*by_them).values({who: ""}))

    async def _erase_answers(self, person: PersonKey) -> None:
        """What was said to them alone, or is to be, and who it was of whom others heard."""
        theirs = Delivery.workspace_id == person.workspace, Delivery.private_to == person.person
        await self._drop(*theirs, Delivery.surface != Surface.HOME)
        for row in await rows_naming(self._db, person):
            this = update(Delivery).where(Delivery.workspace_id == person.workspace, Delivery.id == row.id)
            content = without(person.person, content_from_json(row.content))
            await self._db.run(this.values(content=content_to_json(content)))

    async def _drop(self, *which: ColumnElement[bool]) -> None:
        """What is not on its way yet will not go."""
        waits = Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.UNCERTAIN))
        state = case((waits, DeliveryState.EXPIRED.value), else_=Delivery.state)
        nothing = {"content": content_to_json(()), "shown_version": Delivery.desired_version, "state": state}
        await self._db.run(update(Delivery).where(*which).values(**nothing))

    async def _erase_from_the_page(self, person: PersonKey) -> None:
        """What they typed and were told on the local page, and their taps."""
        of = RoomReaction.workspace_id == person.workspace
        await self._db.run(delete(RoomReaction).where(of, RoomReaction.person_id == person.person))
        only_theirs = or_(RoomMessage.said_by == person.person, RoomMessage.private_to == person.person)
        messages = select(RoomMessage.id).where(RoomMessage.workspace_id == person.workspace, only_theirs)
        await self._db.run(delete(RoomReaction).where(of, RoomReaction.message_id.in_(messages)))
        await self._db.run(delete(RoomMessage).where(RoomMessage.workspace_id == person.workspace, only_theirs))
