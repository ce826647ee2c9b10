"""What goes out of the library and comes into it on the web: over HTTP and without a browser."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import feedparser
import pytest
from aiohttp import ClientSession, DummyCookieJar, FormData

from bot.domain.exchange import ON_THE_WEB
from bot.domain.exchange.bookmarks import read_bookmarks
from bot.services.exchange.working_off import bring_some
from bot.testing.messages import HOSTILE
from tests.rigs.html_page import Element, parse_page
from tests.rigs.valid_html import mistakes_in
from tests.rigs.web import Visitor, WebRig, web_rig
from tests.rigs.web_library import fill_library

FAR_AHEAD = datetime(2030, 1, 1, tzinfo=UTC)
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><p>
<DT><H3>Maths</H3><DL><p>
<DT><A HREF="https://nrich.example/fractions" ADD_DATE="1700000000">Fractions &lt;b&gt;</A>
<DT><A HREF="https://quiz.example/">A quiz</A>
<DT><A HREF="javascript:alert(1)">A bookmarklet</A>
</DL><p></DL><p>
"""


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


@pytest.fixture
async def ana(rig: WebRig) -> Visitor:
    await fill_library(rig)
    return rig.visitor("ana")


@pytest.fixture
async def reader() -> AsyncIterator[ClientSession]:
    """A program that keeps no cookies."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield session


async def file(visitor: Visitor, what: str, into: str) -> str:
    async with await visitor.get(f"/export/file?what={what}&as={into}") as response:
        assert response.status == 200, await response.text()
        assert response.headers["Content-Disposition"].startswith('attachment; filename="staffroom-')
        return await response.text()


async def upload(visitor: Visitor, content: bytes, *, csrf: str | None = None, library: str = "") -> tuple[int, str]:
    """The status, and where it leads."""
    form = FormData()
    form.add_field("csrf", visitor.proof if csrf is None else csrf)
    form.add_field("library", library)
    form.add_field("file", BytesIO(content), filename="bookmarks.html", content_type="text/html")
    headers = {"Cookie": visitor.cookie, "Origin": visitor.address}
    async with visitor.session.post(
        f"{visitor.address}/import", data=form, headers=headers, allow_redirects=False
    ) as response:
        return response.status, response.headers.get("Location", "")


async def sent(visitor: Visitor, path: str, **fields: str) -> Element:
    """The page that answers a form, or that the answer leads to."""
    async with await visitor.post(path, fields, is_script=False) as response:
        assert response.status in {200, 303}, await response.text()
        if response.status == 200:
            return parse_page(await response.text())
        return await visitor.page(response.headers["Location"].partition("#")[0])


async def valid(visitor: Visitor, path: str) -> Element:
    async with await visitor.get(path) as response:
        text = await response.text()
        assert response.status == 200, text
    assert mistakes_in(text) == []
    return parse_page(text)


# ------------------------------------------------------------------------------------------------------------------ out


async def test_the_library_is_downloaded_in_each_format(ana: Visitor) -> None:
    rows = list(csv.reader(StringIO((await file(ana, "library:", "csv")).removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert len(json.loads(await file(ana, "library:", "json"))["items"]) == 3
    assert len(read_bookmarks(await file(ana, "library:", "bookmarks"), FAR_AHEAD).rows) == 3
    assert (await file(ana, "library:", "markdown")).startswith("# The library")


async def test_a_tag_and_my_own_saves_are_downloaded_alone(rig: WebRig, ana: Visitor) -> None:
    tagged = json.loads(await file(ana, "tag:assessment", "json"))["items"]
    assert tagged
    assert all("assessment" in item["tags"] for item in tagged)
    nobody = rig.visitor("somebody new")
    assert json.loads(await file(nobody, "mine:", "json"))["items"] == []


@pytest.mark.parametrize(
    "what", ["", "library:nowhere", "nothing:", "tag:", "shelf:no", "digests:no", "tag:" + "x" * 999]
)
async def test_what_there_is_not_is_refused_in_words(ana: Visitor, what: str) -> None:
    async with await ana.get(f"/export/file?what={what}&as=csv") as response:
        assert response.status == 400
        assert "Traceback" not in await response.text()


async def test_the_page_offers_what_there_is(ana: Visitor) -> None:
    page = await valid(ana, "/export")
    values = [option["value"] for option in page.one(id="export-what").all("option")]
    assert values[:2] == ["library:", "mine:"]
    assert "tag:assessment" in values
    assert "mine:" not in [option["value"] for option in page.one(id="feed-what").all("option")]


# ---------------------------------------------------------------------------------------------------------------- feeds


async def new_feed(ana: Visitor, what: str = "library:") -> str:
    """The path of a new feed."""
    page = await sent(ana, "/feeds", what=what)
    address = page.one(id="address")["value"]
    assert address.startswith(ana.address)
    return address.removeprefix(ana.address)


async def test_a_feed_is_read_without_a_cookie_and_understood_by_a_feed_reader(
    rig: WebRig, ana: Visitor, reader: ClientSession
) -> None:
    path = await new_feed(ana)
    async with reader.get(rig.address + path) as response:
        assert response.status == 200
        assert response.content_type == "application/atom+xml"
        body = await response.read()
    read = feedparser.parse(body)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "The library"
    assert read.feed.links[0].href == rig.address + path
    assert len(read.entries) == 3
    for entry in read.entries:
        assert entry.id.startswith("urn:staffroom:item:")
        assert entry.link.startswith("https://")
        assert entry.published_parsed
        assert entry.updated_parsed


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_words_in_a_feed_stay_words(
    rig: WebRig, ana: Visitor, reader: ClientSession, hostile: str
) -> None:
    item = {"link": "https://hostile.example/", "title": hostile, "tags": [hostile], "notes": [{"text": hostile}]}
    text = json.dumps({"format": "staffroom library", "version": 1, "items": [item]})
    await brought(rig, ana, text)
    path = await new_feed(ana)
    async with reader.get(rig.address + path) as response:
        read = feedparser.parse(await response.read())
    assert not read.bozo
    (entry,) = [each for each in read.entries if each.link == "https://hostile.example/"]
    assert entry.title_detail.type == "text/plain"


async def test_a_reader_that_has_the_version_is_told_so(rig: WebRig, ana: Visitor, reader: ClientSession) -> None:
    path = await new_feed(ana)
    async with reader.get(rig.address + path) as response:
        etag, since = response.headers["ETag"], response.headers["Last-Modified"]
    for header in ({"If-None-Match": etag}, {"If-Modified-Since": since}, {"If-None-Match": f'"x", W/{etag}'}):
        async with reader.get(rig.address + path, headers=header) as response:
            assert response.status == 304
            assert await response.read() == b""
    other = {"If-None-Match": '"another"', "If-Modified-Since": since}
    async with reader.get(rig.address + path, headers=other) as response:
        assert response.status == 200
    await brought(rig, ana, BOOKMARKS)
    for header in ({"If-None-Match": etag}, {"If-Modified-Since": since}):
        async with reader.get(rig.address + path, headers=header) as response:
            assert response.status == 200


async def test_a_feed_that_ended_leads_nowhere(rig: WebRig, ana: Visitor, reader: ClientSession) -> None:
    path = await new_feed(ana)
    page = await valid(ana, "/export")
    form = next(form for form in page.all("form") if form["action"] == "/feeds/end")
    ended = await sent(ana, "/feeds/end", feed=form.one(name="feed")["value"])
    assert "has ended" in ended.one(id="said").words
    async with reader.get(rig.address + path) as response:
        assert response.status == 404
        assert path not in await response.text()


async def test_who_asks_too_often_is_told_to_wait(rig: WebRig, ana: Visitor, reader: ClientSession) -> None:
    path = await new_feed(ana)
    states = []
    for _ in range(40):
        async with reader.get(rig.address + path) as response:
            states.append(response.status)
    assert states.count(200) == 30
    assert set(states[30:]) == {429}
    rig.clock.set(rig.clock.now() + timedelta(minutes=1))
    async with reader.get(rig.address + path) as response:
        assert response.status == 200


async def test_nobody_guesses_without_end(rig: WebRig, ana: Visitor, reader: ClientSession) -> None:
    states = []
    for number in range(40):
        async with reader.get(f"{rig.address}/feeds/guess{number}.atom") as response:
            states.append(response.status)
    assert states[0] == 404
    assert states[-1] == 429
    assert ana


async def test_what_cannot_have_a_feed_is_said(ana: Visitor) -> None:
    assert "Choose" in (await sent(ana, "/feeds", what="mine:")).one(id="said").words


async def test_no_secret_of_a_feed_is_in_the_log(
    rig: WebRig, ana: Visitor, reader: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    path = await new_feed(ana)
    async with reader.get(rig.address + path) as response:
        assert response.status == 200
    exchange = rig.pages.exchange
    rig.pages.exchange = None
    async with reader.get(rig.address + path) as response:
        assert response.status == 404
    rig.pages.exchange = exchange
    assert path.removeprefix("/feeds/").removesuffix(".atom") not in caplog.text


# ------------------------------------------------------------------------------------------------------------------- in


async def brought(rig: WebRig, visitor: Visitor, text: str) -> str:
    """The path of an import that was confirmed and worked off."""
    status, path = await upload(visitor, text.encode())
    assert status == 303
    await sent(visitor, f"{path}/confirm")
    while await bring_some(rig.parts):
        pass
    return path


async def test_a_file_is_shown_confirmed_followed_and_undone(rig: WebRig, ana: Visitor) -> None:
    assert (await valid(ana, "/import")).one(id="file")["type"] == "file"
    status, path = await upload(ana, BOOKMARKS.encode())
    assert status == 303
    shown = (await valid(ana, path)).one("main").words
    assert "2 pages in this file" in shown
    assert "2 new, 0 in the library already" in shown
    assert "1 row is left out" in shown
    assert "Line 6, “A bookmarklet”: Its address is not one of a web page." in shown
    confirmed = await sent(ana, f"{path}/confirm")
    assert "Being brought in" in confirmed.one("main").words
    assert confirmed.one("progress")["max"] == "2"
    under_way = await valid(ana, path)
    assert under_way.one("noscript").one("meta")["http-equiv"] == "refresh"
    while await bring_some(rig.parts):
        pass
    assert "Brought in: 2 pages" in (await valid(ana, path)).one("main").words
    assert "Fractions <b>" in (await ana.page("/library?q=fractions")).one("main").words
    await sent(ana, f"{path}/undo")
    while await bring_some(rig.parts):
        pass
    assert "Undone" in (await valid(ana, path)).one("main").words
    assert "Fractions" not in (await ana.page("/library?mine=1")).one("main").words
    assert "undone" in (await valid(ana, "/import")).one("main").words


async def test_an_open_page_hears_how_far_it_is(rig: WebRig, ana: Visitor) -> None:
    _, path = await upload(ana, BOOKMARKS.encode())
    async with asyncio.timeout(20), await ana.get(f"{path}/events") as response:
        assert response.content_type == "text/event-stream"
        before = await response.content.readuntil(b"\n\n")
        await sent(ana, f"{path}/confirm")
        while await bring_some(rig.parts):
            pass
        while (after := await response.content.readuntil(b"\n\n")).startswith(b":"):
            pass
    assert before != after
    async with await ana.get(f"{path}/state") as response:
        part = parse_page(await response.text())
    assert part.one("section")["data-version"]


async def test_a_file_that_is_left_is_gone(ana: Visitor) -> None:
    _, path = await upload(ana, BOOKMARKS.encode())
    assert "Nothing was brought in" in (await sent(ana, f"{path}/drop")).one(id="said").words
    async with await ana.get(path) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"Hello", "neither"), (b"<DL></DL>", "no page"), (b"{}", "not from Staffroom")],
)
async def test_a_file_that_cannot_be_used_is_refused_in_words(ana: Visitor, content: bytes, said: str) -> None:
    status, path = await upload(ana, content)
    assert status == 303
    told = (await ana.page(path.partition("#")[0])).one(id="said")
    assert said in told.words
    assert (told["role"], told["class"]) == ("alert", "problem")


async def test_what_was_done_is_said_as_news_and_not_as_a_problem(ana: Visitor) -> None:
    _, path = await upload(ana, BOOKMARKS.encode())
    told = (await sent(ana, f"{path}/drop")).one(id="said")
    assert (told["role"], told["class"]) == ("status", "")


async def test_a_file_that_is_stuck_says_what_happened_and_can_be_tried_again_or_undone(
    rig: WebRig, ana: Visitor
) -> None:
    _, path = await upload(ana, BOOKMARKS.encode())
    await stuck(rig, ana, path, "confirm")
    page = await valid(ana, path)
    assert page.one(role="alert").words == (
        "Staffroom failed again and again, so it stopped: 0 of 2 pages done. What is in the library stays there."
    )
    assert [button.words for button in page.one("main").all("button")] == ["Try again", "Undo"]
    assert "stopped before its end" in (await valid(ana, "/import")).one("main").words
    assert "It goes on" in (await sent(ana, f"{path}/again")).one(id="said").words
    while await bring_some(rig.parts):
        pass
    assert "Brought in: 2 pages" in (await valid(ana, path)).one("main").words
    await stuck(rig, ana, path, "undo")
    page = await valid(ana, path)
    assert "stopped taking this file out" in page.one(role="alert").words
    assert [button.words for button in page.one("main").all("button")] == ["Try again"]


async def stuck(rig: WebRig, visitor: Visitor, path: str, act: str) -> None:
    """What is decided is begun and fails for good."""
    await sent(visitor, f"{path}/{act}")
    async with rig.parts.store.transaction() as tx:
        claimed = await tx.imports.claim("worker", rig.clock.now(), timedelta(0))
        assert claimed
        await tx.imports.fail(claimed, claimed.state.when_stuck)


async def test_a_file_of_the_largest_size_is_taken_and_a_larger_one_refused(ana: Visitor) -> None:
    page = b"<DL><A HREF='https://a.example/'>A</A>"
    status, path = await upload(ana, page + b" " * (ON_THE_WEB.bytes - len(page)))
    assert (status, path[:8]) == (303, "/import/")
    status, path = await upload(ana, b" " * (ON_THE_WEB.bytes + 1))
    assert status == 303
    assert "more than 5 MB" in (await ana.page(path.partition("#")[0])).one(id="said").words
    status, _ = await upload(ana, b" " * (ON_THE_WEB.bytes + 1_000_000))
    assert status == 413


async def test_a_file_from_elsewhere_is_not_taken(ana: Visitor) -> None:
    status, _ = await upload(ana, BOOKMARKS.encode(), csrf="somebody else's")
    assert status == 403


async def test_a_form_without_a_file_is_told_to_choose_one(ana: Visitor) -> None:
    assert "Choose a file" in (await sent(ana, "/import")).one(id="said").words


async def test_nobody_sees_what_somebody_else_brings(rig: WebRig, ana: Visitor) -> None:
    """At this computer everybody is an owner, who does."""
    _, path = await upload(ana, BOOKMARKS.encode())
    assert (await valid(rig.visitor("ben"), path)).one("h1").words == "Bookmarks"
    async with await ana.get("/import/nothing") as response:
        assert response.status == 404
