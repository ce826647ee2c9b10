"""Roles, open communities, a call and questions by direct message on Discord, with the engine behind."""

import asyncio
from datetime import timedelta

from adapters.discord.chat import DiscordChat
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from bot.domain import rules
from bot.domain.post import Author, Metrics
from bot.plugins import ChatTools
from tests.rigs.discord import HILLTOP
from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import Message
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN
from tests.unit.examples import post

BEN = "ben"
"""Looks after the server."""


async def settled(our: DiscordSchool) -> None:
    """Whatever was told has arrived, and is worked off."""
    await our.server.gateway.settled()
    for _ in range(5):
        await asyncio.sleep(0.02)


async def role(our: DiscordSchool, name: str, *people: str) -> str:
    made = our.server.people.make_role(name)
    for person in people:
        our.server.people.give_role(person, made)
    await our.server.gateway.settled()
    return made


async def open_to_anyone(our: DiscordSchool) -> None:
    our.server.world.guild.features.append("COMMUNITY")
    our.server.people.rename_guild("Open Teachers")
    await our.server.gateway.settled()


def posted(our: DiscordSchool) -> list[Message]:
    """What everybody reads in the staff room, oldest first."""
    room = our.server.world.channels[our.staff.channel]
    return [each for each in room.written if each.only_for is None and each.author == our.server.world.app.id]


def told(our: DiscordSchool, person: str) -> list[Message]:
    """What the bot wrote to this person alone."""
    return list(our.server.world.direct_messages_with(our.server.world.person(person).id).written)


async def morning(our: DiscordSchool) -> Message:
    """The digest of the staff room."""
    await our.say(BEN, "/pln follow topics:#edchat")
    our.clock.set(EVENING_BEFORE)
    await our.engine.turn_morning()
    our.clock.set(HALF_PAST_SEVEN)
    for number, text in ((1, "Fractions by folding paper with year 4"), (2, "A poem for every Monday in the hall")):
        likes = Metrics(likes=30)
        written = post(
            number, text, hashtags=("edchat",), metrics=likes, created_at=HALF_PAST_SEVEN - timedelta(hours=1)
        )
        our.x.posts.append(written)
        our.x.people.append(
            Author("x", written.author_id, f"author{number}", f"Author {number}", "https://x.example/a")
        )
    await our.engine.turn_morning()
    our.engine.wake()
    await our.until(lambda: any("2 posts from" in read(each).text for each in posted(our)))
    return next(each for each in posted(our) if "2 posts from" in read(each).text)


async def test_a_role_that_an_admin_picks_decides_who_saves() -> None:
    async with discord_school() as our:
        await role(our, "Teachers", "ana")
        answer = await our.say(BEN, "/pln-admin role what:save role:Teachers")
        assert "Only admins and people with the role Teachers may save to the library." in answer
        link = "/pln save what:https://example.com/exit-tickets"
        assert "Only admins and people with the role Teachers can save here." in await our.say("gus", link)
        assert "Saved to the library." in await our.say("ana", link)


async def test_in_an_open_server_others_suggest_with_a_button_and_two_have_to_save() -> None:
    async with discord_school() as our:
        await open_to_anyone(our)
        answer = await our.say("gus", "/pln follow topics:#maths")
        assert "It is suggested in this channel now." in answer
        await our.until(lambda: bool(posted(our)))
        question = posted(our)[-1]
        assert "suggests that this channel follows #maths." in read(question).text
        assert question.called == []
        assert "Only admins change what this channel follows" in await our.press("gus", question.id, "Follow")
        assert "now follows #maths" in await our.press(BEN, question.id, "Follow")
        link = "/pln save what:https://example.com/exit-tickets"
        assert "once 1 more person saves it" in await our.say("gus", link)
        assert "Nothing saved so far" in await our.say("ana", "/pln find words:tickets")
        assert "Saved to the library." in await our.say("ana", link)


async def test_the_morning_digest_calls_the_role_and_only_that() -> None:
    async with discord_school() as our:
        teachers = await role(our, "Teachers", "ana")
        assert "calls people with the role Teachers" in await our.say(BEN, "/pln-admin call role:Teachers")
        digest = await morning(our)
        assert digest.called == [teachers]
        await our.press("ana", digest.id, "Save item 1 by Author 1")
        our.clock.advance(timedelta(minutes=2))
        our.engine.wake()
        await our.until(lambda: "Saved by" in read(digest).text)
        assert [each.called for each in posted(our) if each.called] in ([], [[teachers]])


async def test_an_admin_hears_at_once_that_a_role_would_not_be_told() -> None:
    async with discord_school() as our:
        await role(our, "Teachers", "ana")
        our.server.people.deny("staffroom", "Mention Everyone")
        await our.server.gateway.settled()
        why = "let anyone mention this role"
        assert why in await our.say(BEN, "/pln-admin call role:Teachers")
        assert why in await our.say(BEN, "/pln-admin call")
        our.server.people.let_anyone_mention("Teachers")
        await our.server.gateway.settled()
        assert why not in await our.say(BEN, "/pln-admin call")


async def test_a_bookmark_on_a_digest_is_asked_about_in_a_direct_message_and_answered_there() -> None:
    async with discord_school() as our:
        digest = await morning(our)
        our.server.people.react("ana", digest.id, "🔖")
        await our.until(lambda: bool(told(our, "ana")))
        question = told(our, "ana")[-1]
        assert "Which item would you like to save?" in read(question).text
        assert "Saved to the library." in await our.press("ana", question.id, "Save item 2")
        assert "You have saved 1 item" in await our.say("ana", "/pln saved")


async def test_where_direct_messages_are_closed_nobody_hears_of_it() -> None:
    async with discord_school() as our:
        digest = await morning(our)
        before = len(posted(our))
        our.server.world.person("ana").takes_messages = False
        our.server.people.react("ana", digest.id, "🔖")
        await our.until(lambda: bool(our.server.seen_at("create_dm")))
        await settled(our)
        assert told(our, "ana") == []
        assert len(posted(our)) == before
        assert "Every message was delivered." in await our.say("ana", "/pln status")


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=Patience(between_sessions=0.01))


async def is_open(our: DiscordSchool) -> bool:
    async with our.store.reading() as tx:
        return rules.is_open(await tx.rules.of(HILLTOP))


async def test_while_discord_has_trouble_with_an_open_server_it_does_not_count_as_closed() -> None:
    async with discord_school(hasty) as our:
        await open_to_anyone(our)
        await our.engine.installed()
        our.server.people.lose_guild()
        our.server.gateway.invalidate()
        await our.server.gateway.until(lambda: our.server.gateway.identified == 2)
        await settled(our)
        await our.engine.installed()
        assert await is_open(our)


async def test_a_server_that_was_closed_to_strangers_while_nobody_was_told_counts_as_closed_afterwards() -> None:
    async with discord_school(hasty) as our:
        await open_to_anyone(our)
        await our.engine.installed()
        our.server.gateway.mute()
        our.server.world.guild.features.clear()
        our.server.people.rename_guild("Closed Teachers")
        our.server.gateway.forget_sessions()
        our.server.gateway.cut()
        await our.server.gateway.until(lambda: our.server.gateway.identified == 2)
        async with asyncio.timeout(10):
            while await is_open(our):  # noqa: ASYNC110 - discord.py waits some seconds for more servers
                await asyncio.sleep(0.02)
