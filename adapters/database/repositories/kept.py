"""Where the tables say who somebody is: the one list of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Row, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.statements import Statements, in_parts
from adapters.database.tables import (
    AdminAct,
    Base,
    Channel,
    Delivery,
    Errand,
    Feed,
    Import,
    InboxEvent,
    Item,
    ItemChange,
    ItemNote,
    ItemShare,
    ItemTag,
    Less,
    Mark,
    Person,
    Report,
    RoomMessage,
    RoomReaction,
    Rule,
    Secret,
    Subscription,
    Topic,
    WebSession,
)
from bot.domain.content import SOMEBODY
from bot.domain.events import happening_from_json, person_of
from bot.domain.keys import PersonKey


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of a table that hold ids of people, under the heading that people are told; `shown` are those that are
    told of it."""

    heading: str
    who: tuple[InstrumentedAttribute[Any], ...]
    shown: tuple[str, ...]

    @property
    def table(self) -> type[Base]:
        return cast("type[Base]", self.who[0].class_)


PLACES: Sequence[Place] = (
    Place("name", (Person.id,), ("name", "findable")),
    Place("saves", (Mark.person_id,), ("item_id", "origin", "made_at", "ended_at", "shelf", "library", "private")),
    Place("notes", (ItemNote.person_id,), ("item_id", "text", "written_at", "edited_at", "private")),
    Place("tags", (ItemTag.added_by,), ("item_id", "tag", "added_at")),
    Place("shares", (ItemShare.shared_by,), ("item_id", "library", "shared_at")),
    Place("changes", (ItemChange.changed_by, ItemChange.whose), ("item_id", "at", "what", "before", "after")),
    Place("removals", (Item.removed_by,), ("title", "url", "removed_at")),
    Place("wishes for less", (Less.person_id,), ("channel_id", "source", "post_id", "asked_at")),
    Place("topics followed", (Subscription.followed_by,), ("channel_id", "topic_id", "followed_at")),
    Place("own digest", (Channel.owner,), ("name", "at", "days", "zone")),
    Place("rules made", (Rule.made_by,), ("channel_id", "kind", "value", "made_at")),
    Place("reports", (Report.opened_by, Report.settled_by), ("source", "post_id", "opened_at", "verdict")),
    Place("searches and other errands", (Errand.person_id,), ("kind", "words", "asked_at", "state")),
    Place("feeds", (Feed.person_id,), ("kind", "value", "made_at")),
    Place("imports", (Import.person_id,), ("form", "asked_at", "state", "total")),
    Place("sign-ins", (WebSession.person_id,), ("begun_at", "seen_at", "ends_at")),
    Place("links to sign in", (Secret.about_person,), ("kind", "expires_at")),
    Place("decisions as an admin", (AdminAct.done_by,), ("at", "what", "about")),
    Place("answers to them", (Delivery.private_to,), ("channel_id", "surface", "content", "state")),
    Place("messages on the page", (RoomMessage.said_by, RoomMessage.private_to), ("said", "posted_at")),
    Place("reactions on the page", (RoomReaction.person_id,), ("emoji",)),
)
INBOX = "waiting to be worked off"


class KeptTable:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def about(self, person: PersonKey) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = {}
        for place in PLACES:
            at_once = or_(*(who == person.person for who in place.who))
            asked = select(*place.table.__table__.columns).where(_there(place) == person.workspace, at_once)
            rows = await self._db.rows(asked)
            if rows:
                named = await self._named(person.workspace, place, rows)
                found[place.heading] = [_record(place, row, named) for row in rows]
        if waiting := await self._waiting(person):
            found[INBOX] = waiting
        return found

    async def everybody(self) -> list[PersonKey]:
        """Those of the inbox are left out: it is emptied when a backup is restored."""
        asked = [
            select(_there(place).label("workspace"), who.label("person")).where(
                who.is_not(None), who.not_in(("", SOMEBODY))
            )
            for place in PLACES
            for who in place.who
        ]
        rows = await self._db.rows(union(*asked))
        return sorted((PersonKey(row.workspace, row.person) for row in rows), key=lambda it: (it.workspace, it.person))

    async def _named(self, workspace: str, place: Place, rows: Sequence[Row[Any]]) -> Mapping[str, Mapping[str, str]]:
        """What the items are called that the rows are about, and the topics, by their ids."""
        if "topic_id" in place.shown:
            topics = await self._db.rows(select(Topic).where(Topic.id.in_([row.topic_id for row in rows])))
            return {str(row.id): {"topic": row.key} for row in topics}
        named: dict[str, Mapping[str, str]] = {}
        ids = [row.item_id for row in rows] if "item_id" in place.shown else []
        for part in in_parts(ids):
            these = Item.workspace_id == workspace, Item.id.in_(part)
            for row in await self._db.rows(select(Item.id, Item.title, Item.url).where(*these)):
                named[row.id] = {"title": row.title, "url": row.url}
        return named

    async def _waiting(self, person: PersonKey) -> list[dict[str, str]]:
        there = InboxEvent.workspace_id == person.workspace, InboxEvent.happening.is_not(None)
        rows = await self._db.rows(select(InboxEvent).where(*there).order_by(InboxEvent.position))
        theirs = [row for row in rows if person_of(happening_from_json(row.happening)) == person]
        return [{"received_at": _told(row.received_at), "what": row.happening} for row in theirs]


def _there(place: Place) -> InstrumentedAttribute[str]:
    table: Any = place.table
    there: InstrumentedAttribute[str] = table.about_workspace if place.table is Secret else table.workspace_id
    return there


def _record(place: Place, row: Row[Any], named: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's name for its public mapping
    told = {name: _told(columns[name]) for name in place.shown if name not in {"item_id", "topic_id"}}
    about = next((named.get(str(columns[name]), {}) for name in ("item_id", "topic_id") if name in place.shown), {})
    return {**about, **{name: said for name, said in told.items() if said}}


def _told(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case date() | time():
            return value.isoformat()
        case str():
            return value
        case _:
            return json.dumps(value, default=str)
