"""Whom a channel is told of: who writes on its department's topics, and nothing of channels that not everybody sees."""

from dataclasses import replace

from bot.domain.channel import Channel, Origin
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Role, Standing
from bot.domain.post import Author
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topic
from bot.errors import Unavailable
from bot.ports.desk import Keep, LinkToSave, Viewer
from bot.services.web.desk import EngineDesk
from tests.rigs.school import STAFF, WORKSPACE, School, school
from tests.unit.examples import post

HEADS = ChannelKey(WORKSPACE, "heads")
EDCHAT, MERGER = (parse_topic(label, account_source="x") for label in ("#edchat", "#merger"))
MO = Viewer(Person(PersonKey(WORKSPACE, "mo"), "Mo"), Role.EDITOR)


async def two_channels(our: School, department: str = "") -> None:
    """One follows #edchat and the other #merger; somebody writes about both."""
    await our.configure("#edchat")
    now = our.clock.now()
    async with our.store.transaction() as tx:
        await tx.channels.put(Channel(STAFF, "Staff", Schedule("UTC")))
        await tx.channels.put(Channel(HEADS, "Heads", Schedule("UTC"), department=department))
        await tx.topics.follow(STAFF, EDCHAT, Origin.COMMAND, None, now)
        await tx.topics.follow(HEADS, MERGER, Origin.COMMAND, None, now)
        await tx.posts.put_authors([Author("x", "ada", "adateaches", "Ada", "https://x.example/a")], now)
        for number, topic in enumerate((EDCHAT, MERGER), start=1):
            written = replace(post(number, f"On {topic.label}"), author_id="ada")
            await tx.posts.add([written], {written.key: [topic]}, now)


async def test_what_a_closed_channel_follows_is_said_in_that_channel_only() -> None:
    async with school() as our:
        await two_channels(our)
        assert "Writes about #edchat and #merger." in await our.say("ana", "/pln people")
        our.chat.members_only.add("heads")
        assert "merger" not in await our.say("ana", "/pln people")
        assert "Writes about #edchat and #merger." in await our.say("ana", "/pln people", HEADS)


async def test_a_department_is_told_of_who_writes_on_its_own_topics() -> None:
    async with school() as our:
        await two_channels(our, department="Heads")
        assert "@adateaches" in await our.say("ana", "/pln people")
        assert "@adateaches" not in await our.say("ana", "/pln people", HEADS)


# ------------------------------------------------------------------------------------------- who vouches on the web


async def test_what_a_moderator_saves_on_the_web_is_for_all_at_once_as_in_the_chat() -> None:
    async with school() as our:
        await our.open_channel()
        await two_savers_needed(our)
        desk = EngineDesk(our.parts)
        waits = await desk.save_link(MO, LinkToSave("https://pages.example/1", "Tangrams"))
        assert "It comes into the library of all once 1 more person saves it." in waits.sentence
        our.chat.roles_of["mo"] = frozenset({"r2"})
        assert "Saved to the library." in (await desk.act(MO, waits.item, Keep())).sentence
        saved = await desk.save_link(MO, LinkToSave("https://pages.example/2", "Soma cubes"))
        assert "Saved to the library." in saved.sentence
        assert "2 items" in await our.say("ben", "/pln find tangrams or soma")


async def test_while_a_platform_does_not_say_who_somebody_is_they_vouch_for_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        await two_savers_needed(our)
        our.chat.roles_of["mo"] = frozenset({"r2"})
        our.chat.silent = Unavailable("The chat does not answer.")
        saved = await EngineDesk(our.parts).save_link(MO, LinkToSave("https://pages.example/1", "Tangrams"))
        assert "once 1 more person saves it" in saved.sentence


async def two_savers_needed(our: School) -> None:
    our.chat.standings["ada"] = Standing.ADMIN
    async with our.store.transaction() as tx:
        for kind, value in ((RuleKind.THRESHOLD, "2"), (RuleKind.MODERATORS, "r2")):
            await tx.rules.put(Rule(WORKSPACE, "", kind, value, "ada", our.clock.now()))
