"""Invented people, channels and posts that the store contract works with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.domain.channel import Channel, NewSlot, Slot, Workspace
from bot.domain.content import say
from bot.domain.delivery import NewDelivery
from bot.domain.digest import Digest, DigestItem
from bot.domain.events import CommandGiven, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Mark, NewItem
from bot.domain.post import Author, Post
from bot.domain.schedule import Reading, Schedule, SlotKind
from bot.domain.topic import Topic, TopicKind
from bot.ports import Store, Transaction

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LEASE = 5 * MINUTE
PATIENCE = 10 * MINUTE

HILL, VALLEY = "hill-school", "valley-school"
MATHS = ChannelKey(HILL, "maths")
ARTS = ChannelKey(HILL, "arts")
VALLEY_MATHS = ChannelKey(VALLEY, "maths")

EDCHAT = Topic(TopicKind.HASHTAG, "edchat", "#EdChat")
MATHCHAT = Topic(TopicKind.HASHTAG, "mathchat", "#mathchat")
FRIDA = Topic(TopicKind.ACCOUNT, "frida_frakt", "@frida_frakt", "x")

_numbers = count(1)


def new_id() -> str:
    return f"id-{next(_numbers):06}"


@asynccontextmanager
async def school(store: Store) -> AsyncIterator[Transaction]:
    """A transaction in which the two schools and their channels are there."""
    async with store.transaction() as tx:
        for workspace in (HILL, VALLEY):
            await tx.channels.put_workspace(Workspace(workspace, "web", workspace.title()))
        for key in (MATHS, ARTS, VALLEY_MATHS):
            await tx.channels.put(channel(key))
        yield tx


def channel(key: ChannelKey) -> Channel:
    return Channel(key, key.channel.title(), Schedule("Europe/London"))


def post(id_: str, text: str = "Fractions by folding paper", *, age: timedelta = HOUR, source: str = "x") -> Post:
    return Post(
        key=PostKey(source, id_),
        latest_id=id_,
        author_id="a1",
        text=text,
        created_at=NOW - age,
        url=f"https://x.example/{id_}",
    )


def author(id_: str, name: str = "Frida Frakt") -> Author:
    return Author("x", id_, "frida_frakt", name, f"https://x.example/{id_}")


def new_slot(key: str = "2026-11-24", *, to: ChannelKey = MATHS, due_at: datetime = NOW) -> NewSlot:
    return NewSlot(new_id(), to, SlotKind.MORNING, key, due_at)


async def planned(store: Store, *slots: NewSlot, reading: Reading = Reading.DONE) -> list[Slot]:
    """Slots that stand in the store, read for or not."""
    async with school(store) as tx:
        for each in slots:
            await tx.slots.plan(each)
        await tx.slots.set_reading(await _stored(tx, slots), reading)
        return await _stored(tx, slots)


async def _stored(tx: Transaction, slots: Sequence[NewSlot]) -> list[Slot]:
    found = [await tx.slots.get(each.channel.workspace, each.id) for each in slots]
    return [each for each in found if each]


async def claimed(store: Store, worker: str = "worker", now: datetime = NOW) -> Slot | None:
    async with store.transaction() as tx:
        return await tx.slots.claim(worker, now, LEASE, PATIENCE)


def digest(slot: NewSlot | Slot, *posts: PostKey, until: datetime = NOW, composed_at: datetime = NOW) -> Digest:
    items = tuple(DigestItem(number, key, "#edchat") for number, key in enumerate(posts, start=1))
    return Digest(slot.id, slot.channel, until - DAY, until, items, ("#edchat",), 40, composed_at)


def delivery(
    key: str,
    text: str = "Good morning",
    *,
    to: ChannelKey = MATHS,
    slot: str | None = None,
    seeds: Sequence[str] = (),
    under: str | None = None,
) -> NewDelivery:
    return NewDelivery(new_id(), key, to, say(text), slot=slot, seeds=tuple(seeds), under=under)


def command(key: str, text: str = "list", *, at: datetime | None = None, workspace: str = HILL) -> Event:
    channel_key = ChannelKey(workspace, "maths")
    person = Person(PersonKey(workspace, "ana"), "Ana")
    return Event(workspace, key, CommandGiven(person, channel_key, text, ReplyHandle("r", NOW + HOUR)), at)


def item(key: str, text: str = "", *, post_key: PostKey | None = None) -> NewItem:
    said, written = ("", text or key) if post_key else (text or key, "")
    return NewItem(new_id(), key, f"https://{key}.example", key.title(), said, post_key, post_text=written)


def mark(item_id: str, person: str = "ana", origin: str = "button", at: datetime = NOW, *, shelf: str = "") -> Mark:
    return Mark(item_id, person, origin, at, shelf=shelf)
