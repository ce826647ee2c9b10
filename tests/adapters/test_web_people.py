"""The page of whom a department learns from: what it names, what it leaves out, and where its links lead."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.post import Author
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic, parse_topic
from bot.services.library.shelf import Placing, save_post
from bot.testing.messages import HOSTILE
from tests.rigs.html_page import Element
from tests.rigs.web import WebRig, web_rig
from tests.rigs.web_library import WORKSPACE, YOU, fill_library, the_post

SCIENCE = ChannelKey(WORKSPACE, "science")
TOPICS = [parse_topic(label, account_source="x") for label in ("#edchat", "#mathchat", "#scichat")]
EDCHAT, MATHCHAT, SCICHAT = TOPICS


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        await fill_library(rig)
        async with rig.store.transaction() as tx:
            await tx.topics.follow(rig.channel, MATHCHAT, Origin.CONFIG, None, rig.clock.now())
            await tx.channels.put(Channel(SCIENCE, "Labs", Schedule("UTC"), department="Science"))
            await tx.topics.follow(SCIENCE, SCICHAT, Origin.CONFIG, None, rig.clock.now())
        yield rig


async def wrote(rig: WebRig, handle: str, *topics: Topic, name: str = "", library: str | None = None) -> None:
    """A post a topic; with a library one of them is saved there."""
    now = rig.clock.now()
    async with rig.store.transaction() as tx:
        await tx.posts.put_authors(
            [Author("x", handle, handle, name or handle.title(), f"https://x.com/{handle}")], now
        )
        for topic in topics:
            key = replace(the_post(rig).key, id=f"{handle}-{topic.key}")
            link = f"https://x.com/intent/tweet?in_reply_to={key.id}"
            said = replace(
                the_post(rig), key=key, author_id=handle, url=f"https://x.com/{key.id}", links=(), reply_url=link
            )
            await tx.posts.add([said], {key: [topic]}, now)
        if library is not None:
            assert await save_post(tx, Placing(YOU, "button", now, library=library), key)


def accounts(page: Element, part: str) -> list[str]:
    sections = [each for each in page.all("section") if each["aria-labelledby"] == part]
    return [each.one("h3").words for section in sections for each in section.all("article")]


async def test_whom_colleagues_learn_from_stands_there_with_why_and_ways_to_them(rig: WebRig) -> None:
    await wrote(rig, "bea", EDCHAT, name="Bea Lang", library="")
    page = await rig.visitor("you").page("/people")
    assert sorted(accounts(page, "learned")) == ["Ana Souza @anateachesmaths", "Bea Lang @bea"]
    bea = next(each for each in page.all("article") if "Bea" in each.words)
    assert "1 item saved here." in bea.words
    ways = {link.words: link for link in bea.one("ul").all("a")}
    assert list(ways) == ["Follow on X: Bea Lang", "Say hello on X: Bea Lang", "Reply on X: Bea Lang"]
    assert {link["rel"] for link in ways.values()} == {"noopener noreferrer nofollow ugc"}
    assert all(link["href"].startswith("https://x.") for link in ways.values())


async def test_who_writes_on_several_topics_and_is_not_followed_can_be_met(rig: WebRig) -> None:
    await wrote(rig, "twice", EDCHAT, MATHCHAT)
    await wrote(rig, "once", EDCHAT)
    page = await rig.visitor("you").page("/people")
    assert accounts(page, "met") == ["Twice @twice"]
    assert "Writes about #edchat and #mathchat." in page.words
    assert "type /pln follow and the name in the channel, such as /pln follow @twice." in page.words
    async with rig.store.transaction() as tx:
        account = parse_topic("@twice", account_source="x")
        await tx.topics.follow(SCIENCE, account, Origin.CONFIG, None, rig.clock.now())
    assert accounts(await rig.visitor("you").page("/people"), "met") == []


async def test_each_department_has_a_page_of_its_own(rig: WebRig) -> None:
    await wrote(rig, "sci", SCICHAT, library="science")
    await wrote(rig, "both", EDCHAT, SCICHAT)
    page = await rig.visitor("you").page("/people")
    links = {link.words: link["href"] for link in page.one("nav", **{"aria-label": "Departments"}).all("a")}
    assert links == {"All": "/people", "Maths": "/people?in=Maths", "Science": "/people?in=Science"}
    assert accounts(page, "met") == ["Both @both"]
    science = await rig.visitor("you").page("/people?in=Science")
    assert (accounts(science, "learned"), accounts(science, "met")) == (["Sci @sci"], [])
    async with await rig.visitor("you").get("/people?in=Alchemy") as response:
        assert response.status == 404
        assert "There is no such department here." in await response.text()


async def test_who_is_blocked_is_named_nowhere_and_who_is_muted_not_in_that_department(rig: WebRig) -> None:
    await wrote(rig, "sci", SCICHAT, library="science")
    async with rig.store.transaction() as tx:
        await tx.rules.put(Rule(WORKSPACE, SCIENCE.channel, RuleKind.ACCOUNT, "sci", "you", rig.clock.now()))
    assert accounts(await rig.visitor("you").page("/people?in=Science"), "learned") == []
    assert "Sci @sci" in accounts(await rig.visitor("you").page("/people"), "learned")
    async with rig.store.transaction() as tx:
        await tx.rules.put(Rule(WORKSPACE, "", RuleKind.ACCOUNT, "sci", "you", rig.clock.now()))
    assert "Sci @sci" not in accounts(await rig.visitor("you").page("/people"), "learned")


async def test_an_empty_page_says_how_it_fills() -> None:
    async with web_rig() as rig:
        page = await rig.visitor("you").page("/people")
    assert page.one(class_="empty").one("p").words.startswith("Save posts that are worth keeping")


@pytest.mark.parametrize("name", HOSTILE)
async def test_names_of_strangers_stay_words(rig: WebRig, name: str) -> None:
    await wrote(rig, "odd", EDCHAT, MATHCHAT, name=name[:200])
    page = await rig.visitor("you").page("/people")
    assert [each.tag for each in page.all() if each.tag in {"script", "b", "iframe", "style"}] == []
    assert [
        each["href"] for each in page.one("main").all("a") if not each["href"].startswith(("/", "https://x."))
    ] == []
