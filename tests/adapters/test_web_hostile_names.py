"""Everything that has a name has a hostile one; every page and every file is looked at as its owner sees it."""

import json
import re
from collections.abc import AsyncIterator
from urllib.parse import quote, urlsplit

import feedparser
import pytest

from bot.domain.channel import Channel, NewSlot, Origin, Workspace
from bot.domain.department import library_key
from bot.domain.digest import Digest, DigestItem
from bot.domain.events import Person
from bot.domain.exchange import Bringing, Broken, ImportForm, ImportState, Row
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import parse_note, parse_tags
from bot.domain.people import Role, Standing
from bot.domain.post import Author, Link, Media, MediaKind
from bot.domain.schedule import Schedule, SlotKind
from bot.domain.search.words import run_together
from bot.domain.topic import parse_topic
from bot.services.library.care import note_item, remove_item, retitle, tag_item
from bot.services.library.shelf import Placing, save_link, save_post
from bot.testing.messages import HOSTILE
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.front_door import HILL, FrontDoor, front_door
from tests.rigs.html_page import parse_page
from tests.rigs.valid_html import mistakes_in
from tests.unit.examples import post

ANA = PersonKey(HILL, "ana")
STAFF = ChannelKey(HILL, "staff")
ADDRESSES = re.compile(r"/|#|https://(?:pages|x|t|staffroom|evil)\.example")
MORE = ('"><svg/onload=alert(1)>', "' onfocus=alert(1) autofocus='", "-->]]></title><title>", "\u2028&#x3c;")
TRICKS = (*HOSTILE, *MORE)


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[FrontDoor]:
    async with front_door(FakeStore(clock), clock) as rig:
        rig.hill.standings["ana"] = Standing.ADMIN
        yield rig


async def furnish(door: FrontDoor, said: str) -> list[str]:
    """The paths of its pages."""
    now, someone = door.clock.now(), Person(PersonKey(HILL, "ben"), said[:60])
    link = Link("https://pages.example/1", "https://t.example/1", said, said)
    read = post(1, said, links=(link,), media=(Media(MediaKind.PHOTO, alt_text=said),))
    topic = parse_topic("#edchat", account_source="x")
    async with door.store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(HILL, "fake", said[:80]))
        await tx.channels.put(Channel(STAFF, said[:60], Schedule("UTC"), department=said[:30]))
        await tx.topics.follow(STAFF, topic, Origin.CONFIG, None, now)
        await tx.posts.put_authors([Author("x", read.author_id, said[:15], said[:50], "https://x.example/a")], now)
        await tx.posts.add([read], {read.key: [topic]}, now)
        await tx.slots.plan(NewSlot("slot", STAFF, SlotKind.MORNING, "2026-11-24", now))
        shown = (DigestItem(1, PostKey("x", "1"), said),)
        await tx.digests.put(Digest("slot", STAFF, now, now, shown, ("#edchat",), 40, now, remarks=(said,)), (), now)
        shelf, library = said[:40], library_key(said[:30])
        of_post = await save_post(tx, Placing(someone, "button", now, shelf=shelf, library=library), read.key)
        page = await save_link(
            tx, Placing(someone, "form", now, shelf=shelf, library=library), "https://pages.example/2", said
        )
        gone = await save_link(tx, Placing(someone, "form", now), "https://pages.example/3", said)
        for item in (of_post or "", page, gone):
            await retitle(tx, someone, Role.EDITOR, item, f"{said[:100]} again", at=now)
            await tag_item(tx, someone, Role.EDITOR, item, tags_in(said), at=now)
            await note_item(tx, someone, Role.EDITOR, item, parse_note(said), at=now)
        await remove_item(tx, someone, Role.OWNER, gone, at=now)
        broken = (Broken(2, said),)
        bringing = Bringing("b", HILL, "ana", ImportForm.JSON, "", now, ImportState.SHOWN, 1, 1, broken=broken)
        await tx.imports.put(bringing, [Row(1, "https://pages.example/4", said)])
        tags = await tx.library.tags(HILL, "", 9, 1)
    lists = ["/library", "/library?q=in:all", "/library?print=1", "/library/tags", "/library/removed", "/library/save"]
    items = [f"/library/items/{item}{ending}" for item in (of_post, page, gone) for ending in ("", "?print=1")]
    tagged = [f"/library/tags/{quoted(tag)}" for tag in tags]
    digests = ["/library/digests", "/library/digests/slot"]
    people = ["/people", f"/people?in={quoted(library_key(said[:30]))}"]
    others = ["/export", "/import", "/import/b", "/import/b/state", "/sessions", "/settings", "/settings/health"]
    return [*lists, f"/library?q={quoted(said)}", *people, *items, *tagged, *digests, *others]


def tags_in(said: str) -> list[str]:
    """One at least that can be kept."""
    return [tag for tag in parse_tags(said.replace(",", " ")[:30]) if run_together(tag)] or ["t"]


def quoted(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize("said", TRICKS)
async def test_whatever_things_are_called_pages_stay_the_pages_that_they_are(door: FrontDoor, said: str) -> None:
    paths = await furnish(door, said)
    browser = await door.signed_in(ANA)
    odd = {}
    for path in paths:
        async with await browser.get(path) as response:
            assert response.status == 200, path
            html = await response.text()
        page = parse_page(html)
        foreign = [each.tag for each in page.all() if each.tag in {"svg", "iframe", "object", "style", "base", "form "}]
        scripts = [each["src"] for each in page.all("script") if each["src"] != "/static/page.js"]
        pictures = [each["src"] for each in page.all("img") if each["src"] != "/static/icon.svg"]
        events = [name for each in page.all() for name in each.attributes if name.startswith(("on", "style", "autof"))]
        links = [each["href"] for each in page.all("a") if not ADDRESSES.match(each["href"])]
        wrong = [*foreign, *scripts, *pictures, *events, *links]
        if not path.endswith("/state"):
            wrong += mistakes_in(html)
        if wrong:
            odd[path] = wrong
    assert odd == {}


@pytest.mark.parametrize("said", TRICKS)
async def test_whatever_things_are_called_files_and_feeds_are_whole(door: FrontDoor, said: str) -> None:
    await furnish(door, said)
    browser = await door.signed_in(ANA)
    whats = ["library:", f"library:{library_key(said[:30])}", f"shelf:{said[:40]}", "mine:", "digests:staff"]
    whats += [f"found:{said[:40]}", "found:in:all", "found:by:me quiet / -quiet"]
    for what in whats:
        for form in ("csv", "json", "markdown", "bookmarks"):
            async with await browser.get(f"/export/file?what={quoted(what)}&as={form}") as response:
                if response.status == 400:
                    assert what.startswith(("library:", "shelf:")), "what it is kept under is spelt in another way"
                    continue
                assert response.status == 200, (what, form)
                name = response.headers["Content-Disposition"]
                assert re.fullmatch(r'attachment; filename="staffroom[a-z0-9-]*\.(csv|json|md|html)"', name)
                text = await response.text()
            if form == "json":
                json.loads(text)
            if form == "bookmarks":
                page = parse_page(text)
                assert {each.tag for each in page.all()} <= {"meta", "title", "h1", "dl", "dt", "dd", "a", "p"}
    for what in whats[:3]:
        proof = next((await browser.page("/export")).all("input", name="csrf"))["value"]
        async with await browser.post("/feeds", {"csrf": proof, "what": what}) as response:
            if response.status == 303:
                continue
            made = parse_page(await response.text())
        address = made.one("input", id="address")["value"]
        async with await door.browser().get(urlsplit(address).path) as response:
            read = feedparser.parse(await response.read())
        assert not read.bozo, what
        assert all(ADDRESSES.match(each.link) for each in read.entries)
