from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, delete, exists, literal, not_, or_, select, update

from adapters.database.repositories.channels import ChannelRepository
from adapters.database.repositories.errands import ErrandRepository
from adapters.database.repositories.kept import KeptTable
from adapters.database.repositories.outbox_rows import rows_naming
from adapters.database.repositories.sessions import SessionRepository
from adapters.database.statements import Statements, in_parts
from adapters.database.tables import (
    AdminAct,
    Delivery,
    Digest,
    ItemNote,
    ItemShare,
    ItemTag,
    LedgerShare,
    Less,
    Mark,
    Report,
    RoomMessage,
    RoomReaction,
    Rule,
    Secret,
    Seen,
    Slot,
    Subscription,
)
from adapters.database.tables import Channel as ChannelRow
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Person as PersonRow
from adapters.database.types import PlainText
from bot.domain.content import SOMEBODY, content_from_json, content_to_json, without
from bot.domain.delivery import DeliveryState, Surface
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import Ending

DONE_BY = (
    Rule.made_by,
    ItemTag.added_by,
    ItemShare.shared_by,
    ItemRow.removed_by,
    Report.opened_by,
    Report.settled_by,
    AdminAct.done_by,
)
"""Columns that are empty once whoever did it is forgotten."""
_NAMES = select(PersonRow.id, PersonRow.name).where(
    PersonRow.workspace_id == bindparam("workspace", type_=PlainText()),
    PersonRow.id.in_(bindparam("people", type_=PlainText(), expanding=True)),
)
"""Asked with every page: building it takes longer than running it."""


class PeopleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, person: Person) -> None:
        if person.name:
            row = {"workspace_id": person.key.workspace, "id": person.key.person, "name": person.name}
            new = self._db.insert(PersonRow).on_conflict_do_update(
                index_elements=["workspace_id", "id"], set_={"name": person.name}
            )
            await self._db.change_each(new, [row])

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in in_parts(list(people)):
            rows = await self._db.rows(_NAMES, {"workspace": workspace, "people": part})
            found |= {row.id: row.name for row in rows}
        return found

    async def set_findable(self, person: PersonKey, *, findable: bool) -> None:
        this = PersonRow.workspace_id == person.workspace, PersonRow.id == person.person
        await self._db.run(update(PersonRow).where(*this).values(findable=findable))

    async def findable(self, workspace: str, among: Collection[str] | None = None) -> dict[str, str]:
        agreed = select(PersonRow).where(PersonRow.workspace_id == workspace, PersonRow.findable)
        if among is None:
            return dict(await self._db.once(("findable", workspace), partial(self._named, agreed)))
        return await self._named(agreed.where(self._db.is_one_of(PersonRow.id, among)))

    async def _named(self, people: Select[Any]) -> dict[str, str]:
        return {row.id: row.name for row in await self._db.rows(people.order_by(PersonRow.id))}

    async def everybody(self) -> list[PersonKey]:
        return await KeptTable(self._db).everybody()

    async def kept_about(self, person: PersonKey) -> dict[str, list[dict[str, str]]]:
        return await KeptTable(self._db).about(person)

    async def erase(self, person: PersonKey) -> None:
        named = delete(PersonRow).where(PersonRow.workspace_id == person.workspace, PersonRow.id == person.person)
        await self._db.run(named)
        await SessionRepository(self._db).end(person)
        await self._erase_personal_channels(person)
        await self._erase_authorship(person)
        noted = ItemNote.workspace_id == person.workspace, ItemNote.person_id == person.person
        items = [row.item_id for row in await self._db.rows(select(ItemNote.item_id).where(*noted).distinct())]
        for table in (ItemNote, Less):
            theirs = table.workspace_id == person.workspace, table.person_id == person.person
            await self._db.run(delete(table).where(*theirs))
        erased = Mark.workspace_id == person.workspace, Mark.person_id == person.person, Mark.ending == Ending.ERASED
        saved = {row.item_id for row in await self._db.rows(select(Mark.item_id).where(*erased))}
        await self._db.run(delete(Mark).where(*erased))
        await self._erase_what_nobody_has(person.workspace, sorted(saved))
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
        settled = Delivery.surface != Surface.HOME, Delivery.state != DeliveryState.SENDING
        await self._db.run(update(Delivery).where(*there, *settled).values(channel_id=SOMEBODY))
        mornings = Slot.workspace_id == channel.workspace, Slot.channel_id == channel.channel
        await self._db.run(update(Slot).where(*mornings).values(channel_id=literal(f"{SOMEBODY}:") + Slot.id))

    async def _erase_what_nobody_has(self, workspace: str, items: Collection[str]) -> None:
        """What nobody else ever saved or described is found by nobody. What an admin removed is, until it is erased."""
        for part in in_parts(items):
            others = [
                exists().where(table.workspace_id == ItemRow.workspace_id, table.item_id == ItemRow.id)
                for table in (Mark, ItemNote)
            ]
            tagged = exists().where(
                ItemTag.workspace_id == ItemRow.workspace_id, ItemTag.item_id == ItemRow.id, ItemTag.added_by != ""
            )
            these = ItemRow.workspace_id == workspace, ItemRow.id.in_(part), ItemRow.removed_at.is_(None)
            await self._db.run(delete(ItemRow).where(*these, not_(or_(*others, tagged))))

    async def _erase_authorship(self, person: PersonKey) -> None:
        """What they did for the others stays, but not that it was them."""
        theirs = Subscription.workspace_id == person.workspace, Subscription.followed_by == person.person
        await self._db.run(update(Subscription).where(*theirs).values(followed_by=None))
        for who in DONE_BY:
            table = who.class_
            by_them = table.workspace_id == person.workspace, who == person.person
            await self._db.run(update(table).where(*by_them).values({who: ""}))

    async def _erase_answers(self, person: PersonKey) -> None:
        """What was said to them alone, or is to be, and who it was of whom others heard."""
        theirs = Delivery.workspace_id == person.workspace, Delivery.private_to == person.person
        await self._drop(*theirs, Delivery.surface != Surface.HOME)
        settled = Delivery.surface != Surface.HOME, Delivery.state != DeliveryState.SENDING
        reply = case((Delivery.reply_value.is_(None), None), else_="")
        where = case((Delivery.channel_id == person.person, SOMEBODY), else_=Delivery.channel_id)
        nobody = {"private_to": SOMEBODY, "reply_value": reply, "channel_id": where}
        await self._db.run(update(Delivery).where(*theirs, *settled).values(**nobody))
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
