"""What colleagues at the staff room's page saved, tagged and noted. All invented."""

from datetime import timedelta

from bot.domain.channel import Channel, NewSlot, Origin, Workspace
from bot.domain.digest import Digest, DigestItem
from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import parse_tags
from bot.domain.people import Role
from bot.domain.post import Author, Link, Media, MediaKind, Post
from bot.domain.schedule import Schedule, SlotKind
from bot.domain.topic import parse_topic
from bot.ports import Transaction
from bot.ports.desk import Viewer
from bot.services.library.care import note_item, tag_item
from bot.services.library.shelf import Placing, save_link, save_post
from bot.services.notice_keys import first_save_key
from tests.rigs.web import WebRig

WORKSPACE = "web:local"
TICKETS, BARS, RUBRIC = (
    "Ten exit tickets you can mark while they line up",
    "Fraction bars to print and cut",
    "A lab report rubric that fits on half a page",
)
TITLES = (TICKETS, BARS, RUBRIC)
"""Newest first, as the library shows them."""
A_NOTE = "Worked with **7B**.\n- print it double-sided\n- see [the templates](https://tickets.example/templates)"
DIGEST = "slot-1"


def somebody(name: str) -> Person:
    return Person(PersonKey(WORKSPACE, name.split(maxsplit=1)[0].lower()), name)


YOU, PRIYA, BEN, ZOE = (somebody(name) for name in ("You", "Priya Nair", "Ben Okafor", "Zoe Hart"))


def viewer(person: Person = YOU, role: Role = Role.EDITOR) -> Viewer:
    return Viewer(person, role)


def the_post(rig: WebRig) -> Post:
    return Post(
        key=PostKey("x", "181"),
        latest_id="181",
        author_id="ana",
        text="Exit tickets that take two minutes to mark: one question, three boxes. #edchat https://t.example/1",
        created_at=rig.clock.now() - timedelta(hours=16),
        url="https://x.com/anateachesmaths/status/181",
        hashtags=("edchat",),
        links=(Link("https://tickets.example/ten", "https://t.example/1", TICKETS),),
        media=(Media(MediaKind.PHOTO, alt_text="Three piles of exit tickets"),),
    )


async def fill_library(rig: WebRig) -> dict[str, str]:
    """The ids of its items by their titles."""
    edchat = parse_topic("#edchat", account_source="x")
    now = rig.clock.now()
    async with rig.store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(WORKSPACE, "web", "This computer"))
        channel = Channel(rig.channel, "Staff room", Schedule("UTC"), origin=Origin.CONFIG, department="Maths")
        await tx.channels.put(channel)
        await tx.topics.follow(rig.channel, edchat, Origin.CONFIG, None, now)
        await tx.posts.put_authors([Author("x", "ana", "anateachesmaths", "Ana Souza", "https://x.com/a")], now)
        await tx.posts.add([the_post(rig)], {the_post(rig).key: [edchat]}, now)
        await _digest(tx, rig)
        for person in ("you", "ben-okafor", "ben", "priya", "zoe"):
            await tx.notices.first_time(WORKSPACE, first_save_key(person), now)
        tickets = await save_post(tx, Placing(PRIYA, "button", now), the_post(rig).key)
        assert tickets
        found = {TICKETS: tickets}
        await save_post(tx, Placing(YOU, "button", now), the_post(rig).key)
        found[RUBRIC] = await save_link(
            tx, Placing(BEN, "form", now - timedelta(days=2)), "https://labs.example/3", RUBRIC
        )
        found[BARS] = await save_link(
            tx, Placing(PRIYA, "form", now - timedelta(days=1)), "https://bars.example/2", BARS
        )
        await save_link(tx, Placing(ZOE, "form", now - timedelta(days=2)), "https://labs.example/3", RUBRIC)
        await tag_item(tx, PRIYA, Role.EDITOR, found[TICKETS], parse_tags("assessment, year 7"), at=now)
        await tag_item(tx, PRIYA, Role.EDITOR, found[BARS], parse_tags("fractions"), at=now)
        await note_item(tx, PRIYA, Role.EDITOR, found[TICKETS], A_NOTE, at=now)
    return found


async def _digest(tx: Transaction, rig: WebRig) -> None:
    now = rig.clock.now()
    await tx.slots.plan(NewSlot(DIGEST, rig.channel, SlotKind.MORNING, "2026-11-24", now))
    items = (DigestItem(1, PostKey("x", "181"), "#edchat"), DigestItem(2, PostKey("x", "gone"), "#edchat", gone="gone"))
    digest = Digest(DIGEST, rig.channel, now - timedelta(days=1), now, items, ("#edchat",), 40, now)
    await tx.digests.put(digest, (), now)
