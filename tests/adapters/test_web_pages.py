"""The pages as they arrive: what is on them, and what their forms do, over HTTP and without a browser."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.check import Check, Health
from bot.domain.events import ButtonPressed, CommandGiven, ReactionRemoved
from bot.errors import Rejected, Unavailable
from bot.ports import ChannelCard
from bot.testing.messages import a_post, sentence
from bot.views import Button, Link, Message, PostItem
from tests.fakes.pages import STAFFROOM
from tests.rigs.sights import ENTRIES
from tests.rigs.staffroom_page import answer, digest, furnish, put_up
from tests.rigs.web import WebRig, web_rig

SECOND = ChannelCard(replace(STAFFROOM.key, channel="maths & co"), "Maths & co", (), "")


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


# ------------------------------------------------------------------------------------------------------------- reading


async def test_the_head_says_what_the_channel_follows_and_when_the_next_digest_comes(rig: WebRig) -> None:
    head = (await rig.visitor("you").page()).one(class_="head").words
    assert "Staff room" in head
    assert "#edchat #mathchat" in head
    assert "Next digest Wednesday 25 November, 07:30" in head


async def test_an_empty_channel_says_what_to_do(rig: WebRig) -> None:
    assert "/pln digest now" in (await rig.visitor("you").page()).one(id="messages").words


async def test_without_a_channel_the_page_says_how_to_add_one(rig: WebRig) -> None:
    rig.pages.cards = []
    assert "[[channels]]" in (await rig.visitor("you").page()).one("main").words


async def test_every_channel_has_its_page_whatever_its_name(rig: WebRig) -> None:
    rig.pages.cards.append(SECOND)
    page = await rig.visitor("you").page()
    [address] = [link["href"] for link in page.one("nav").all("a") if "Maths" in link.text]
    assert (await rig.visitor("you").page(address)).one("h1").words == "Maths & co"


async def test_a_channel_that_is_not_there_is_a_plain_404(rig: WebRig) -> None:
    async with await rig.visitor("you").get("/c/boiler-room") as response:
        assert response.status == 404
        assert "no such channel" in await response.text()


async def test_an_item_shows_author_text_resource_and_the_link_to_x_once_and_last(rig: WebRig) -> None:
    await furnish(rig)
    first = next((await rig.visitor("you").page()).all("article", class_="post"))
    links = [(link.words, link["href"]) for link in first.all("a")]
    assert links == [
        ("Ana Souza @anateachesmaths", "https://x.com/anateachesmaths"),
        ("Ten exit tickets you can mark while they line up", "https://tickets.example/ten"),
        ("View on X, item 1", "https://x.com/anateachesmaths/status/181"),
    ]
    assert "\n\nI sort them into piles" in first.one("p", class_="text").text
    assert first.one("button").words == "Save item 1 by Ana Souza"


async def test_what_is_wanted_seldom_is_behind_a_button_that_says_whose_it_is(rig: WebRig) -> None:
    await put_up(rig, "d-1", Message((_with_menu(),), summary="A post"))
    menu = (await rig.visitor("you").page()).one("details", class_="menu")
    assert menu.one("summary").words == "More for item 3"
    assert [button.words for button in menu.all("button")] == ["Less like item 3", "Why item 3 is here"]


async def test_what_is_seldom_wanted_of_an_item_of_the_library_is_in_a_menu_and_reaches_the_engine(rig: WebRig) -> None:
    menu = (Button("Share in Staff: Ten", "share/i-1"), Button("History: Ten", "history/i-1/1"))
    found = replace(ENTRIES[0], menu=menu)
    await put_up(rig, "d-1", Message((found,), summary="An item"))
    visitor = rig.visitor("you")
    shown = (await visitor.page()).one("details", class_="menu")
    assert shown.one("summary").words == f"More for {found.title}"
    share, history = shown.all("form")
    assert share != history
    assert await visitor.submit(history)
    [event] = rig.inbox.events
    assert isinstance(event.happening, ButtonPressed)
    assert event.happening.action == "history/i-1/1"


async def test_a_choice_of_the_menu_reaches_the_engine(rig: WebRig) -> None:
    await put_up(rig, "d-1", Message((_with_menu(),), summary="A post"))
    visitor = rig.visitor("ana")
    form = next((await visitor.page()).one("details", class_="menu").all("form"))
    assert await visitor.submit(form)
    [event] = rig.inbox.events
    assert isinstance(event.happening, ButtonPressed)
    assert event.happening.action == "less/d-1/3"


async def test_what_is_gone_keeps_its_number(rig: WebRig) -> None:
    await furnish(rig)
    assert (await rig.visitor("you").page()).one(class_="gone").words == "Item 4 no longer available"


@pytest.mark.parametrize("seeming", ["https://evil.example\\@school.example/", "https://school.example@evil.example/"])
async def test_an_address_that_leads_elsewhere_than_it_seems_is_no_link(rig: WebRig, seeming: str) -> None:
    post = a_post()
    assert post.credit
    hostile = replace(post, resource=None, credit=replace(post.credit, url=seeming), url=seeming, reply_url=seeming)
    await put_up(rig, "d-1", Message((hostile,), summary="A post"))
    assert list((await rig.visitor("you").page()).one(class_="body").all("a")) == []


async def test_an_address_that_is_no_web_address_is_no_link(rig: WebRig) -> None:
    post = a_post()
    assert post.resource
    assert post.credit
    hostile = replace(
        post,
        resource=replace(post.resource, url="javascript:alert(1)"),
        credit=replace(post.credit, url="data:text/html,hello"),
        url="javascript:alert(1)",
        reply_url="javascript:alert(1)",
    )
    await put_up(rig, "d-1", Message((hostile,), summary="A post"))
    assert list((await rig.visitor("you").page()).one(class_="body").all("a")) == []


async def test_a_link_of_its_own_is_shown_where_it_leads_to_a_page(rig: WebRig) -> None:
    url = "https://x.com/search?q=exit+tickets"
    links = Link("Search on X", url), Link("Away", "javascript:alert(1)")
    await put_up(rig, "d-1", Message(links, summary="Search on X"))
    found = [(link.words, link["href"]) for link in (await rig.visitor("you").page()).one(class_="body").all("a")]
    assert found == [("Search on X", url)]


async def test_every_link_that_leads_away_says_nothing_about_where_it_was_clicked(rig: WebRig) -> None:
    await furnish(rig)
    away = [link for link in (await rig.visitor("you").page()).all("a") if link["href"].startswith("https:")]
    assert away
    assert {link["rel"] for link in away} == {"noopener noreferrer nofollow ugc"}


async def test_reactions_say_in_words_what_they_do(rig: WebRig) -> None:
    message = await furnish(rig)
    await rig.react("ana", message, "1️⃣")
    taps = list((await rig.visitor("ana").page()).all("button", class_="tap"))
    assert [(tap.words, tap["aria-pressed"]) for tap in taps] == [
        ("1 React with keycap 1: saves item 1, tapped by 1 1", "true"),
        ("2 React with keycap 2: saves item 2", "false"),
        ("3 React with keycap 3: saves item 3", "false"),
    ]


# --------------------------------------------------------------------------------------------------------------- doing


async def test_a_form_without_our_script_leads_back_to_the_page(rig: WebRig) -> None:
    visitor = rig.visitor("ana")
    page = await visitor.page()
    nonce = page.one(id="say").one(name="nonce")["value"]
    form = {"text": "/pln list", "nonce": nonce}
    async with await visitor.post("/c/staffroom/say", form, is_script=False) as response:
        assert response.status == 303
        assert response.headers["Location"] == "/c/staffroom?note=sent#latest"


@pytest.mark.parametrize("text", ["hello everybody", "pln help", "/plnhelp", "   ", "/help"])
async def test_what_is_no_command_gets_a_hint_and_goes_nowhere(rig: WebRig, text: str) -> None:
    assert "start with /pln" in await _told(rig, text)
    assert rig.inbox.events == []


async def test_a_command_may_be_written_in_capitals(rig: WebRig) -> None:
    await rig.command("ana", "/PLN Help")
    given = rig.inbox.events[0].happening
    assert isinstance(given, CommandGiven)
    assert given.text == "/pln Help"


async def test_a_command_of_2000_characters_is_taken_and_a_longer_one_is_not(rig: WebRig) -> None:
    longest = "/pln find " + "a" * 1990
    assert "has your command" in await _told(rig, longest)
    assert "longer than 2000" in await _told(rig, longest + "a")
    assert len(rig.inbox.events) == 1


async def test_a_body_of_more_than_64_kib_is_refused(rig: WebRig) -> None:
    async with await rig.visitor("ana").post("/c/staffroom/say", {"text": "a" * 70_000}) as response:
        assert response.status == 413


async def test_what_a_person_typed_is_shown_to_that_person_only(rig: WebRig) -> None:
    await rig.command("ana", "/pln <b>help</b>")
    assert (await rig.visitor("ana").page()).one(class_="line").text == "/pln <b>help</b>"
    assert list((await rig.visitor("ben").page()).all(class_="line")) == []


async def test_a_form_without_its_mark_is_refused(rig: WebRig) -> None:
    async with await rig.visitor("ana").post("/c/staffroom/say", {"text": "/pln help"}) as response:
        assert response.status == 400
    assert rig.inbox.events == []


async def test_a_button_that_is_not_on_the_message_cannot_be_pressed(rig: WebRig) -> None:
    message = await put_up(rig, "d-1", answer())
    form = {"message": message, "action": "forget/everything", "nonce": "n" * 12}
    async with await rig.visitor("ana").post("/c/staffroom/press", form) as response:
        assert "has changed meanwhile" in (await response.json())["note"]
    assert rig.inbox.events == []


async def test_a_button_of_a_private_message_is_its_owners_alone(rig: WebRig) -> None:
    message = await put_up(rig, "d-1", answer(), private_to="ana")
    form = {"message": message, "action": "run/saved", "nonce": "n" * 12}
    async with await rig.visitor("ben").post("/c/staffroom/press", form):
        assert rig.inbox.events == []
    async with await rig.visitor("ana").post("/c/staffroom/press", form):
        assert len(rig.inbox.events) == 1


@pytest.mark.parametrize("emoji", ["", "abc", "<b>", "1️⃣ and more", "👍" * 20])
async def test_only_an_emoji_is_a_reaction(rig: WebRig, emoji: str) -> None:
    message = await put_up(rig, "d-1", digest())
    form = {"message": message, "emoji": emoji, "change": "add", "nonce": "n" * 12}
    async with await rig.visitor("ana").post("/c/staffroom/react", form) as response:
        assert response.status == 400


async def test_a_second_tap_takes_the_reaction_back(rig: WebRig) -> None:
    await furnish(rig)
    visitor = rig.visitor("ana")
    for _tap in (1, 2):
        form = next(form for form in (await visitor.page()).all("form") if form["action"].endswith("/react"))
        await visitor.submit(form)
    assert isinstance(rig.inbox.events[-1].happening, ReactionRemoved)


async def test_a_name_is_remembered_and_makes_a_person(rig: WebRig) -> None:
    visitor = rig.visitor("you")
    async with await visitor.post("/me", {"name": "  Zoë  O'Neill ", "back": "/library"}) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    other = rig.visitor(cookie.split("=", 1)[1].split(";")[0])
    assert (await other.page()).one(class_="me").one("strong").words == "Zoë O'Neill"
    await rig.command("Zoë O'Neill", "/pln help")
    given = rig.inbox.events[-1].happening
    assert isinstance(given, CommandGiven)
    assert (given.person.key.person, given.person.name) == ("zoe-o-neill", "Zoë O'Neill")


@pytest.mark.parametrize("name", ["", "   ", "!!!", "a" * 41])
async def test_a_name_without_letters_or_end_is_refused_in_a_sentence(rig: WebRig, name: str) -> None:
    async with await rig.visitor("you").post("/me", {"name": name}) as response:
        assert response.status == 400
        assert "1 to 40 characters" in await response.text()


async def test_the_way_back_never_leads_elsewhere(rig: WebRig) -> None:
    form = {"name": "Ana", "back": "//evil.example/"}
    async with await rig.visitor("you").post("/me", form, is_script=False) as response:
        assert response.headers["Location"] == "/"


# ---------------------------------------------------------------------------------------------------------------- live


async def test_a_change_is_told_to_open_pages_and_an_unchanged_page_is_left_alone(rig: WebRig) -> None:
    visitor = rig.visitor("ana")
    before = (await visitor.page()).one(id="messages")["data-version"]
    async with await visitor.get("/c/staffroom/events") as stream, asyncio.timeout(10):
        assert await stream.content.readuntil(b"\n\n") == f"data: {before}\n\n".encode()
        await put_up(rig, "d-1", sentence("For Ben only."), private_to="ben")
        assert await stream.content.readuntil(b"\n\n") == b": still here\n\n"
        await put_up(rig, "d-2", sentence("For everybody."))
        told = await stream.content.readuntil(b"\n\n")
    after = (await visitor.page("/c/staffroom/messages")).one(id="messages")["data-version"]
    assert told == f"data: {after}\n\n".encode()


async def test_leaving_ends_the_streams(rig: WebRig) -> None:
    async with await rig.visitor("ana").get("/c/staffroom/events") as stream, asyncio.timeout(10):
        await stream.content.readuntil(b"\n\n")
        await rig.leave()
        assert await stream.content.read() == b""


# -------------------------------------------------------------------------------------------------------------- health


async def test_healthz_says_that_it_lives(rig: WebRig) -> None:
    async with await rig.visitor("you").get("/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok")


async def test_readyz_says_what_works_and_what_does_not(rig: WebRig) -> None:
    async with await rig.visitor("you").get("/readyz") as response:
        assert response.status == 200
        assert (await response.json())["checks"] == [
            {"name": "database", "health": "OK", "finding": "It answers.", "remedy": ""}
        ]
    rig.pages.checks.append(Check("ticker", Health.FAIL, "It stood still for an hour.", "Start Staffroom again."))
    async with await rig.visitor("you").get("/readyz") as response:
        assert response.status == 503
        assert (await response.json())["ready"] is False


async def test_a_broken_database_is_a_sentence_on_the_page(rig: WebRig) -> None:
    rig.room.broken = True
    async with await rig.visitor("you").get("/") as response:
        assert response.status == 503
        assert "The database cannot be used." in await response.text()


async def test_a_port_in_use_is_named_with_what_to_do(rig: WebRig) -> None:
    with pytest.raises(Unavailable, match=rf"Port {rig.chat.port} .* --port"):
        async with web_rig(port=rig.chat.port):
            pass


async def test_editing_what_is_gone_is_rejected(rig: WebRig) -> None:
    message = await put_up(rig, "d-1", sentence("Here."))
    await rig.chat.remove(rig.channel, message)
    with pytest.raises(Rejected, match="no longer"):
        await rig.chat.edit(rig.channel, message, sentence("There."))


async def test_doctor_is_told_when_no_channel_is_on_the_page(rig: WebRig) -> None:
    assert [check.health for check in await rig.chat.check()] == [Health.OK]
    rig.pages.cards = []
    [check] = await rig.chat.check()
    assert (check.health, "[[channels]]" in check.remedy) == (Health.WARN, True)


def _with_menu() -> PostItem:
    menu = (Button("Less like item 3", "less/d-1/3"), Button("Why item 3 is here", "why/d-1/3"))
    return replace(a_post(number=3), menu=menu)


async def _told(rig: WebRig, text: str) -> str:
    visitor = rig.visitor("ana")
    form = (await visitor.page()).one(id="say")
    fields = {"text": text, "nonce": form.one(name="nonce")["value"]}
    async with await visitor.post(form["action"], fields) as response:
        note: str = (await response.json())["note"]
        return note
