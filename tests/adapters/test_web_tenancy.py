"""Nobody sees or changes anything of a workspace that is not theirs: every address of the page, tried as everybody.

An address that is not in `WAYS` fails the test: say there with what it is asked, so that it would show or change
something of Hill School if it could.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

import pytest

from adapters.web.library.acts import ACTS
from adapters.web.signin.cookies import proof_of
from bot.domain.channel import Channel, NewSlot
from bot.domain.digest import Digest, DigestItem
from bot.domain.events import Person
from bot.domain.exchange import Bringing, Broken, ImportForm, ImportState, Listing, ListingKind, Row
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.people import Role, Standing
from bot.domain.post import Author, Link
from bot.domain.schedule import Schedule, SlotKind
from bot.domain.session import hidden
from bot.domain.topic import parse_topic
from bot.ports import Feed, Transaction
from bot.services.library.care import note_item, remove_item, tag_item
from bot.services.library.shelf import Placing, save_link, save_post
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.front_door import HILL, VALLEY, BrowserRig, FrontDoor, front_door
from tests.unit.examples import post

MARKER = "quokka"
"""Stands in everything that Hill School has, and in nothing that is asked."""
STAFF = ChannelKey(HILL, "staff")
DIGEST = "digest-of-hill"
TAG = "seasons"
ANA = Person(PersonKey(HILL, "ana"), f"Ana {MARKER}")
NONCE = "n" * 12
A_MOMENT, PATIENCE = timedelta(seconds=2), timedelta(minutes=5)


@dataclass(frozen=True)
class Asked:
    """With what an address is asked: the parts in it, the query and the form's fields."""

    parts: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    streams: bool = False


@dataclass(frozen=True)
class Known:
    """Ids of Hill School that somebody may have learned."""

    item: str
    removed: str
    feed: str
    session: str
    bringing: str = "import-of-hill"
    done: str = "done-import-of-hill"
    note: str = ""

    @property
    def fields(self) -> Mapping[str, str]:
        """All that the forms of an item ask for."""
        return ITEM_FIELDS | {"key": self.note}


PLAIN = [Asked()]
FILES = (
    "library:",
    "library:maths",
    f"tag:{TAG}",
    "mine:",
    "digests:staff",
    "found:in:all",
    "found:in:maths",
    "found:by:ana",
    f"found:%23{TAG}",
)
ITEM_FIELDS = {
    "tags": "stolen",
    "tag": TAG,
    "note": "stolen",
    "title": "stolen",
    "kind": "video",
    "library": "maths",
    "private": "1",
    "nonce": NONCE,
}


def ways(known: Known) -> dict[tuple[str, str], list[Asked]]:
    """Every address of the page, and all that is asked of it."""
    room = {"channel": "staff"}
    said = {"text": "/pln saved", "nonce": NONCE}
    pressed = {"message": "1", "action": f"undo:{known.item}", "nonce": NONCE}
    tapped = {"message": "1", "emoji": "🔖", "change": "add", "nonce": NONCE}
    link = {"url": "https://stolen.example/", "title": "Stolen", "library": "maths", "nonce": NONCE}
    items = (known.item, known.removed)
    return {
        ("GET", "/"): PLAIN,
        ("GET", "/c/{channel}"): [Asked(room)],
        ("GET", "/c/{channel}/messages"): [Asked(room)],
        ("GET", "/c/{channel}/events"): [Asked(room, streams=True)],
        ("POST", "/c/{channel}/say"): [Asked(room, fields=said)],
        ("POST", "/c/{channel}/press"): [Asked(room, fields=pressed)],
        ("POST", "/c/{channel}/react"): [Asked(room, fields=tapped)],
        ("POST", "/me"): [Asked(fields={"name": "Ana", "back": "/"})],
        ("GET", "/library"): [
            Asked(query=each)
            for each in ("", "q=in:all", "q=in:staff", "q=by:ana", f"q=%23{TAG}", "mine=1", "library=maths", "print=1")
        ],
        ("GET", "/library/shelf"): PLAIN,
        ("GET", "/library/events"): [Asked(streams=True)],
        ("GET", "/library/tags"): PLAIN,
        ("GET", "/library/tags/{tag}"): [Asked({"tag": TAG})],
        ("GET", "/library/digests"): PLAIN,
        ("GET", "/library/digests/{key}"): [Asked({"key": DIGEST}), Asked({"key": f"{HILL}%2F{DIGEST}"})],
        ("POST", "/library/digests/{key}/save"): [
            Asked({"key": key}, fields={"source": "x", "post": "1", "nonce": NONCE}) for key in (DIGEST, "another")
        ],
        ("GET", "/people"): [Asked(), Asked(query="in=Maths"), Asked(query="in=maths")],
        ("GET", "/library/save"): PLAIN,
        ("POST", "/library/save"): [Asked(fields=link)],
        ("GET", "/library/removed"): PLAIN,
        ("GET", "/library/items/{item}"): [Asked({"item": item}) for item in items],
        ("POST", "/library/items/{item}/{act}"): [
            Asked({"item": item, "act": act}, fields=known.fields) for act in ACTS for item in items
        ],
        ("POST", "/file"): [Asked(fields={"message": "1", "name": "library.csv"})],
        ("GET", "/export"): PLAIN,
        ("GET", "/export/file"): [
            Asked(query=f"what={what}&as={each}") for what in FILES for each in ("csv", "json", "markdown", "bookmarks")
        ],
        ("POST", "/feeds"): [Asked(fields={"what": each}) for each in ("library:", "library:maths", f"tag:{TAG}")],
        ("POST", "/feeds/end"): [Asked(fields={"feed": known.feed})],
        ("GET", "/feeds/{secret}.atom"): [Asked({"secret": "guessed"}), Asked({"secret": known.feed})],
        ("GET", "/import"): PLAIN,
        ("POST", "/import"): [Asked(fields={"library": "maths", "file": "none"})],
        ("GET", "/import/{id}"): [Asked({"id": known.bringing})],
        ("GET", "/import/{id}/state"): [Asked({"id": known.bringing})],
        ("GET", "/import/{id}/events"): [Asked({"id": known.bringing}, streams=True)],
        ("POST", "/import/{id}/confirm"): [Asked({"id": known.bringing})],
        ("POST", "/import/{id}/drop"): [Asked({"id": known.bringing})],
        ("POST", "/import/{id}/undo"): [Asked({"id": known.done}), Asked({"id": known.bringing})],
        ("POST", "/import/{id}/again"): [Asked({"id": known.bringing}), Asked({"id": known.done})],
        ("GET", "/sign-in"): PLAIN,
        ("GET", "/sign-in/link/{token}"): [Asked({"token": "a.b"})],
        ("GET", "/sign-in/link"): PLAIN,
        ("POST", "/sign-in/link"): [Asked(fields={"token": "a.b", "next": "/library"})],
        ("GET", "/sign-in/with/{way}"): [Asked({"way": "fake"})],
        ("GET", "/sign-in/with/{way}/back"): [Asked({"way": "fake"}, query="code=1&state=2")],
        ("GET", "/sessions"): PLAIN,
        ("POST", "/sessions/end"): [Asked(fields={"session": known.session})],
        ("GET", "/settings"): PLAIN,
        ("GET", "/settings/health"): PLAIN,
        ("GET", "/healthz"): PLAIN,
        ("GET", "/readyz"): PLAIN,
        ("GET", "/sign-out"): PLAIN,
        ("POST", "/sign-out"): PLAIN,
        ("POST", "/sign-out/everywhere"): PLAIN,
    }


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[FrontDoor]:
    async with front_door(FakeStore(clock), clock) as rig:
        yield rig


async def furnish(door: FrontDoor) -> Known:
    """Hill School's channel, digest, library, feed, and somebody who is signed in there."""
    now, url = door.clock.now(), "https://pages.example/{}"
    edchat = parse_topic(f"#{MARKER}chat", account_source="x")
    read = post(1, f"A {MARKER} in class", links=(Link(url.format(1), url.format(1), f"The {MARKER} page"),))
    await door.signed_in(ANA.key)
    async with door.store.transaction() as tx:
        await tx.people.put(ANA)
        await tx.channels.put(Channel(STAFF, f"The {MARKER} room", Schedule("UTC"), department="Maths"))
        await tx.posts.put_authors(
            [Author("x", read.author_id, f"{MARKER}s", f"Mr {MARKER}", "https://x.example/a")], now
        )
        await tx.posts.add([read], {read.key: [edchat]}, now)
        await tx.slots.plan(NewSlot(DIGEST, STAFF, SlotKind.MORNING, "2026-11-24", now))
        shown = (DigestItem(1, PostKey("x", "1"), f"#{MARKER}chat"),)
        await tx.digests.put(Digest(DIGEST, STAFF, now, now, shown, (f"#{MARKER}chat",), 40, now), (), now)
        item = await save_post(tx, Placing(ANA, "button", now, library="maths"), read.key)
        assert item
        removed = await save_link(tx, Placing(ANA, "form", now), url.format(2), f"Another {MARKER}")
        for each in (item, removed):
            await tag_item(tx, ANA, Role.OWNER, each, (TAG, MARKER), at=now)
            await note_item(tx, ANA, Role.OWNER, each, f"The {MARKER} was quiet.", at=now)
        await save_link(tx, Placing(ANA, "form", now, private=True), url.format(3), f"My own {MARKER}")
        await remove_item(tx, ANA, Role.OWNER, removed, at=now)
        await tx.feeds.put(Feed("feed-of-hill", ANA.key, Listing(ListingKind.LIBRARY), now, hidden("secret")))
        await bring(tx, now)
        session = (await tx.sessions.of(ANA.key))[0].id
        [note] = (await tx.library.items(HILL, [item]))[item].notes
    return Known(item, removed, "feed-of-hill", session, note=note.id)


async def bring(tx: Transaction, now: datetime) -> None:
    """A file of Hill School that waits to be confirmed, and one that is in the library."""
    row = Row(1, "https://pages.example/4", f"A brought {MARKER}")
    broken = (Broken(2, f"This {MARKER} has no address."),)
    shown = Bringing(
        "import-of-hill", HILL, "ana", ImportForm.BOOKMARKS, "maths", now, ImportState.SHOWN, 2, 1, broken=broken
    )
    await tx.imports.put(shown, [row])
    await tx.imports.put(replace(shown, id="done-import-of-hill", state=ImportState.DONE, done=1), [])


def what_hill_has(door: FrontDoor) -> list[str]:
    """Every row of Hill School, but who is signed in there just now."""
    assert isinstance(door.store, FakeStore)
    data = door.store._data  # noqa: SLF001 - there is no other way to see all of it
    tables = (each.name for each in fields(data) if each.name not in {"sessions", "links"})
    rows = (f"{table} {row!r}" for table in tables for row in getattr(data, table).items())
    return sorted(row for row in rows if HILL in row)


def routes_of(door: FrontDoor) -> list[tuple[str, str]]:
    """All but files, and what answers HEAD beside GET."""
    runner = door.web._server._runner  # noqa: SLF001
    assert runner
    found = {(each.method, each.resource.canonical) for each in runner.app.router.routes() if each.resource}
    return sorted((method, path) for method, path in found if method != "HEAD" and not path.startswith("/static"))


# ---------------------------------------------------------------------------------------------------------- who comes


async def nobody(door: FrontDoor) -> BrowserRig:
    """Has opened somebody's link, so that their browser may send forms, and has not pressed the button."""
    browser = door.browser()
    await browser.leads_to(await door.link(PersonKey(VALLEY, "zoe")))
    await browser.page("/sign-in/link")
    return browser


async def former(door: FrontDoor) -> BrowserRig:
    """Was signed in at Hill School, and left."""
    browser = await door.signed_in(PersonKey(HILL, "fred"))
    door.hill.gone.add("fred")
    door.clock.advance(PATIENCE)
    return browser


async def of_valley(door: FrontDoor, standing: Standing) -> BrowserRig:
    """Has the same id as somebody at Hill School."""
    door.valley.standings["ana"] = standing
    return await door.signed_in(PersonKey(VALLEY, "ana"))


async def reader_of_valley(door: FrontDoor) -> BrowserRig:
    return await of_valley(door, Standing.GUEST)


async def editor_of_valley(door: FrontDoor) -> BrowserRig:
    return await of_valley(door, Standing.MEMBER)


async def owner_of_valley(door: FrontDoor) -> BrowserRig:
    return await of_valley(door, Standing.ADMIN)


Comer = Callable[[FrontDoor], Awaitable[BrowserRig]]
STRANGERS: list[Comer] = [nobody, former, reader_of_valley, editor_of_valley, owner_of_valley]


async def ask(door: FrontDoor, browser: BrowserRig, method: str, path: str, asked: Asked) -> str:
    """What it answers, headers included."""
    door.clock.advance(A_MOMENT)
    filled = re.sub(r"\{(\w+)\}", lambda part: asked.parts[part[1]], path)
    address = f"{filled}?{asked.query}" if asked.query else filled
    proof = proof_in(browser)
    sending = browser.get(address) if method == "GET" else browser.post(address, {"csrf": proof, **asked.fields})
    async with await sending as response:
        assert response.status < 500, f"{method} {address}: {response.status}"
        is_stream = asked.streams and response.content_type == "text/event-stream"
        body = await response.content.readany() if is_stream else await response.read()
        return f"{response.status} {response.headers} {body.decode()}"


def proof_in(browser: BrowserRig) -> str:
    """As the pages of this browser carry it."""
    session = browser.cookies.get("__Host-staffroom_session", "")
    return proof_of(session or browser.cookies["__Host-staffroom_forms"])


# --------------------------------------------------------------------------------------------------------------- tests


async def test_every_address_of_the_page_is_tried(door: FrontDoor) -> None:
    tried = set(ways(Known("", "", "", "")))
    assert [each for each in routes_of(door) if each not in tried] == [], "say in `ways` with what these are asked"
    assert sorted(tried - set(routes_of(door))) == [], "these are not there any more"


@pytest.mark.parametrize("comer", STRANGERS, ids=lambda comer: comer.__name__)
async def test_who_is_not_of_the_workspace_sees_and_changes_nothing_of_it(door: FrontDoor, comer: Comer) -> None:
    known = await furnish(door)
    browser = await comer(door)
    before = what_hill_has(door)
    leaks, changes = [], []
    for (method, path), each in ((way, each) for way, every in ways(known).items() for each in every):
        answer = await ask(door, browser, method, path, each)
        if MARKER in answer:
            leaks.append(f"{method} {path} {each}")
        if what_hill_has(door) != before:
            changes.append(f"{method} {path} {each}")
            before = what_hill_has(door)
        if path.startswith("/sign-out") and comer is not former:
            browser = await comer(door)
    assert leaks == []
    assert changes == []
    async with door.store.reading() as tx:
        assert [each.id for each in await tx.sessions.of(ANA.key)] == [known.session]


async def test_a_reader_of_the_workspace_changes_nothing_of_it(door: FrontDoor) -> None:
    """But may make feeds of their own."""
    known = await furnish(door)
    door.hill.standings["gus"] = Standing.GUEST
    changes = []
    browser = await door.signed_in(PersonKey(HILL, "gus"))
    before = what_hill_has(door)
    for (method, path), each in ((way, each) for way, every in ways(known).items() for each in every):
        if path.startswith("/sign-out") or path == "/feeds":
            continue
        await ask(door, browser, method, path, each)
        if what_hill_has(door) != before:
            changes.append(f"{method} {path} {each}")
            before = what_hill_has(door)
    assert changes == []


async def test_an_editor_decides_nothing_that_is_the_owners(door: FrontDoor) -> None:
    known = await furnish(door)
    browser = await door.signed_in(PersonKey(HILL, "eve"))
    before = what_hill_has(door)
    theirs = [
        (f"/library/items/{known.item}/remove", {}),
        (f"/library/items/{known.removed}/restore", {}),
        (f"/library/items/{known.item}/delete-note", {"key": known.note}),
        (f"/library/items/{known.item}/change-note", {"key": known.note, "note": "stolen"}),
        ("/feeds/end", {"feed": known.feed}),
        ("/sessions/end", {"session": known.session}),
        *((f"/import/{known.bringing}/{act}", {}) for act in ("confirm", "drop")),
        (f"/import/{known.done}/undo", {}),
        *((f"/library/items/{known.removed}/{act}", known.fields) for act in ACTS),
    ]
    for path, sent in theirs:
        await ask(door, browser, "POST", path, Asked(fields=sent))
        assert what_hill_has(door) == before, path
    for path in ("/library/removed", f"/library/items/{known.removed}", f"/import/{known.bringing}", "/settings"):
        answer = await ask(door, browser, "GET", path, Asked())
        assert answer.startswith(("403", "404")), path
        assert MARKER not in answer


async def test_what_is_kept_for_oneself_is_seen_by_no_colleague(door: FrontDoor) -> None:
    known = await furnish(door)
    door.hill.standings["olga"] = Standing.ADMIN
    browser = await door.signed_in(PersonKey(HILL, "olga"))
    for (method, path), each in ((way, each) for way, every in ways(known).items() for each in every):
        if method == "GET":
            assert f"My own {MARKER}" not in await ask(door, browser, method, path, each)


async def test_a_colleague_sees_what_the_strangers_were_not_shown(door: FrontDoor) -> None:
    """Without this the others would prove nothing."""
    known = await furnish(door)
    door.hill.standings["olga"] = Standing.ADMIN
    browser = await door.signed_in(PersonKey(HILL, "olga"))
    shown = set()
    for (method, path), each in ((way, each) for way, every in ways(known).items() for each in every):
        if method == "GET" and MARKER in await ask(door, browser, method, path, each):
            shown.add(path)
    assert shown >= {
        "/library",
        "/library/shelf",
        "/library/tags",
        "/library/tags/{tag}",
        "/library/digests",
        "/library/digests/{key}",
        "/library/items/{item}",
        "/library/removed",
        "/people",
        "/settings",
        "/settings/health",
    }
