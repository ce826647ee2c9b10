"""The messages of the local web page."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from adapters.database.repositories.events import EventRepository
from adapters.database.statements import Opened, Statements, last_in_line
from adapters.database.tables import RoomMessage as MessageRow
from adapters.database.tables import RoomReaction as ReactionRow
from adapters.database.text import storable
from bot.domain.events import Asking, Event, ReactionAdded, ReactionRemoved
from bot.domain.keys import ChannelKey
from bot.ports import Outgoing, RoomMessage
from bot.views import Message, message_from_json, message_to_json

THE_BOT = ""
"""Whose reactions the seeded ones are."""


class DatabaseRoom:
    """A `bot.ports.Room`."""

    def __init__(self, writing: Opened, reading: Opened, wake: Callable[[], None] | None = None) -> None:
        self._writing = writing
        self._reading = reading
        self._wake = wake

    async def post(self, outgoing: Outgoing, at: datetime) -> str:
        async with self._writing() as db:
            new = db.insert(MessageRow).values(
                **_new_message(outgoing.channel, at),
                position=last_in_line(MessageRow.position),
                delivery=outgoing.delivery,
                message=message_to_json(storable(outgoing.message)),
                private_to=outgoing.private_to,
            )
            await db.run(new.on_conflict_do_nothing(index_elements=["delivery"]))
            return str(await db.value(select(MessageRow.id).where(MessageRow.delivery == outgoing.delivery)))

    async def replace(self, message: str, new: Message) -> bool:
        async with self._writing() as db:
            values = {"message": message_to_json(storable(new))}
            return await db.run(update(MessageRow).where(MessageRow.id == message).values(**values)) == 1

    async def delete(self, message: str) -> None:
        async with self._writing() as db:
            await db.run(delete(MessageRow).where(MessageRow.id == message))

    async def by_delivery(self, delivery: str) -> str | None:
        async with self._reading() as db:
            found: str | None = await db.value(select(MessageRow.id).where(MessageRow.delivery == delivery))
            return found

    async def seed(self, message: str, emoji: Sequence[str]) -> None:
        async with self._writing() as db:
            workspace = await db.value(select(MessageRow.workspace_id).where(MessageRow.id == message))
            for each in emoji if workspace is not None else ():
                await _set_reaction(db, workspace, message, each, THE_BOT)

    async def reactions(self, message: str) -> list[tuple[str, str]]:
        async with self._reading() as db:
            of_people = ReactionRow.message_id == message, ReactionRow.person_id != THE_BOT
            rows = await db.rows(select(ReactionRow).where(*of_people).order_by(ReactionRow.position))
            return [(row.person_id, row.emoji) for row in rows]

    async def say(self, event: Event, text: str, at: datetime) -> bool:
        if not isinstance(event.happening, Asking):
            raise TypeError("Only what somebody asks is shown as said.")
        person, channel = event.happening.person.key.person, event.happening.channel
        async with self._writing() as db:
            if not await EventRepository(db).put(event, at):
                return False
            said = _new_message(channel, at) | {"said_by": person, "said": text, "private_to": person}
            await db.run(db.insert(MessageRow).values(**said, position=last_in_line(MessageRow.position)))
        self._woken()
        return True

    async def react(self, event: Event, at: datetime) -> bool:
        async with self._writing() as db:
            if not await _would_change(db, event) or not await EventRepository(db).put(event, at):
                return False
            await _apply_reaction(db, event)
        self._woken()
        return True

    async def messages(self, channel: ChannelKey, viewer: str, limit: int) -> list[RoomMessage]:
        async with self._reading() as db:
            there = MessageRow.workspace_id == channel.workspace, MessageRow.channel_id == channel.channel
            newest = select(MessageRow).where(*there, _may_be_seen_by(viewer)).order_by(MessageRow.position.desc())
            rows = list(reversed(await db.rows(newest.limit(limit))))
            shown = ReactionRow.message_id.in_([row.id for row in rows])
            reactions = await db.rows(select(ReactionRow).where(shown).order_by(ReactionRow.position))
            return [_message_of(row, [each for each in reactions if each.message_id == row.id]) for row in rows]

    def _woken(self) -> None:
        if self._wake:
            self._wake()


async def _would_change(db: Statements, event: Event) -> bool:
    """Whether the reaction is not yet as wished; nobody reacts to a message that they may not see."""
    happening = _reaction(event)
    person = happening.person.key.person
    message = MessageRow.workspace_id == event.workspace, MessageRow.id == happening.message
    if await db.row(select(MessageRow.id).where(*message, _may_be_seen_by(person))) is None:
        return False
    stands = await db.row(select(ReactionRow.emoji).where(_is_this(event.workspace, happening))) is not None
    return stands != isinstance(happening, ReactionAdded)


async def _apply_reaction(db: Statements, event: Event) -> None:
    happening = _reaction(event)
    if isinstance(happening, ReactionAdded):
        person = happening.person.key.person
        await _set_reaction(db, event.workspace, happening.message, happening.emoji, person)
    else:
        await db.run(delete(ReactionRow).where(_is_this(event.workspace, happening)))


def _reaction(event: Event) -> ReactionAdded | ReactionRemoved:
    if isinstance(event.happening, (ReactionAdded, ReactionRemoved)):
        return event.happening
    raise TypeError("Only reactions are set or withdrawn.")


def _is_this(workspace: str, reaction: ReactionAdded | ReactionRemoved) -> ColumnElement[bool]:
    return and_(
        ReactionRow.workspace_id == workspace,
        ReactionRow.message_id == reaction.message,
        ReactionRow.emoji == reaction.emoji,
        ReactionRow.person_id == reaction.person.key.person,
    )


async def _set_reaction(db: Statements, workspace: str, message: str, emoji: str, person: str) -> None:
    new = db.insert(ReactionRow).values(
        workspace_id=workspace,
        message_id=message,
        emoji=emoji,
        person_id=person,
        position=last_in_line(ReactionRow.position),
    )
    await db.run(new.on_conflict_do_nothing())


def _may_be_seen_by(person: str) -> ColumnElement[bool]:
    return or_(MessageRow.private_to.is_(None), MessageRow.private_to == person)


def _new_message(channel: ChannelKey, at: datetime) -> dict[str, object]:
    return {
        "workspace_id": channel.workspace,
        "id": uuid4().hex,
        "channel_id": channel.channel,
        "posted_at": at,
        "said": "",
    }


def _message_of(row: Row[Any], reactions: Sequence[Row[Any]]) -> RoomMessage:
    by_emoji: dict[str, tuple[str, ...]] = {}
    for each in reactions:
        people = () if each.person_id == THE_BOT else (each.person_id,)
        by_emoji[each.emoji] = by_emoji.get(each.emoji, ()) + people
    return RoomMessage(
        id=row.id,
        posted_at=row.posted_at,
        message=message_from_json(row.message) if row.message is not None else None,
        said_by=row.said_by,
        said=row.said,
        private_to=row.private_to,
        reactions=by_emoji,
    )
