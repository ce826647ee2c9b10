"""Discord's threads and forums: cards below a digest, posts, what is archived, locked and deleted."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.events import ButtonPressed, Change, ChannelChanged, CommandGiven, ReactionAdded
from bot.domain.keys import ChannelKey
from bot.errors import Rejected
from bot.ports import Outgoing
from bot.testing.messages import a_post, sentence, with_buttons
from bot.views import Button, Heading, Message, Paragraph
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_threads import add_thread
from tests.rigs.discord_server_world import Channel

pytestmark = pytest.mark.asyncio

BOOKMARK = "🔖"
COVER = Message((Heading("Tuesday 24 November"), Paragraph("Three posts.")), summary="Tuesday 24 November")


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig() as rig:
        yield rig


def with_a_forum(server: DiscordServer) -> None:
    server.world.add_channel(server.guild, "ideas", Kind.FORUM)


@pytest.fixture
async def forum() -> AsyncIterator[DiscordRig]:
    """A rig whose channel is a forum."""
    async with discord_rig(with_a_forum) as rig:
        yield replace(rig, channel=ChannelKey(HILLTOP, rig.server.guild.channel("ideas").id))


async def send(rig: DiscordRig, delivery: str, message: Message, under: str | None = None) -> str:
    reference = await rig.chat.send(Outgoing(delivery, rig.channel, message, under=under))
    assert reference
    return reference


def thread_of(rig: DiscordRig, message: str) -> Channel:
    """The thread below the message."""
    started = rig.server.people.message(message).thread
    assert started
    return rig.server.world.channels[started]


def posts(rig: DiscordRig) -> dict[str, list[str]]:
    """What stands in each post of the forum, by its title."""
    world = rig.server.world
    threads = world.threads_of(world.channels[rig.channel.channel])
    return {each.name: [read(message).text for message in each.written] for each in threads}


# -------------------------------------------------------------------------------------------------------------- threads


async def test_a_thread_is_called_as_the_message_that_it_stands_below(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    await send(rig, "d-2", sentence("A card."), under=cover)
    assert thread_of(rig, cover).name == "Tuesday 24 November"


async def test_a_thread_that_a_person_began_is_used(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    world, shown = rig.server.world, rig.server.people.message(cover)
    ana, where = world.person("ana").id, world.channels[rig.channel.channel]
    shown.thread = add_thread(world, where, {"name": "What do you think?"}, Kind.PUBLIC_THREAD, ana, id_=shown.id).id
    await send(rig, "d-2", sentence("A card."), under=cover)
    assert await rig.thread("ben", cover) == ["A card."]
    assert thread_of(rig, cover).name == "What do you think?"


async def test_writing_opens_an_archived_thread_again(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    await send(rig, "d-2", sentence("A card."), under=cover)
    rig.server.people.archive(thread_of(rig, cover).id)
    await rig.server.gateway.settled()
    await send(rig, "d-3", sentence("Another card."), under=cover)
    assert await rig.thread("ana", cover) == ["A card.", "Another card."]
    assert not thread_of(rig, cover).is_archived


async def test_cards_in_an_archived_thread_can_be_edited_and_taken_back(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    first, second = [await send(rig, f"d-{n}", sentence(f"Card {n}."), under=cover) for n in (2, 3)]
    for change in ("edit", "remove"):
        rig.server.people.archive(thread_of(rig, cover).id)
        await rig.server.gateway.settled()
        if change == "edit":
            await rig.chat.edit(rig.channel, first, sentence("Afterwards."))
        else:
            await rig.chat.remove(rig.channel, second)
    assert await rig.thread("ana", cover) == ["Afterwards."]


async def test_a_locked_thread_is_rejected_in_a_sentence(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    await send(rig, "d-2", sentence("A card."), under=cover)
    rig.server.people.lock(thread_of(rig, cover).id)
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"\w+ \w+.*\."):
        await send(rig, "d-3", sentence("Another card."), under=cover)


async def test_where_a_thread_was_deleted_another_one_is_opened(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    await send(rig, "d-2", sentence("A card."), under=cover)
    thread = thread_of(rig, cover)
    rig.server.people.delete_channel(thread.id)
    rig.server.people.message(cover).thread = None
    await rig.server.gateway.settled()
    await send(rig, "d-3", sentence("Another card."), under=cover)
    assert await rig.thread("ana", cover) == ["Another card."]


async def test_without_the_permission_to_open_threads_it_is_named_with_the_channel(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    rig.server.people.deny("staffroom", "Create Public Threads")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"#staffroom.*Create Public Threads"):
        await send(rig, "d-2", sentence("A card."), under=cover)


async def test_what_happens_in_a_thread_happens_in_its_channel(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    card = await send(rig, "d-2", with_buttons(Button("Save", "save/d-2/1")), under=cover)
    assert await rig.press("ana", card, "Save")
    assert await rig.react("ben", card, BOOKMARK)
    rig.accepted.append(rig.server.people.command("cleo", thread_of(rig, cover).id, "/pln help"))
    await rig.accepted[-1].acknowledged()
    pressed, reacted, given = [each.happening for each in await rig.events()]
    assert isinstance(pressed, ButtonPressed)
    assert isinstance(reacted, ReactionAdded)
    assert isinstance(given, CommandGiven)
    assert {each.channel for each in (pressed, reacted, given)} == {rig.channel}
    assert {pressed.message, reacted.message} == {card}


async def test_a_reaction_in_an_archived_thread_happens_in_its_channel(rig: DiscordRig) -> None:
    cover = await send(rig, "d-1", COVER)
    card = await send(rig, "d-2", sentence("A card."), under=cover)
    rig.server.people.archive(thread_of(rig, cover).id)
    assert await rig.react("ben", card, BOOKMARK)
    reacted = (await rig.events())[-1].happening
    assert isinstance(reacted, ReactionAdded)
    assert (reacted.channel, reacted.message) == (rig.channel, card)


async def test_a_digest_can_come_to_a_thread(rig: DiscordRig) -> None:
    world = rig.server.world
    ben, where = world.person("ben").id, world.channels[rig.channel.channel]
    thread = add_thread(world, where, {"name": "Reading group"}, Kind.PUBLIC_THREAD, ben)
    await rig.server.gateway.settled()
    there = replace(rig, channel=ChannelKey(HILLTOP, thread.id))
    cover = await send(there, "d-1", COVER)
    await send(there, "d-2", sentence("A card."), under=cover)
    assert await there.shown("ana") == [read(each).text for each in thread.written]
    assert await rig.chat.find(there.channel, "d-2")
    rig.server.people.lock(thread.id)
    [event] = await rig.events()
    assert isinstance(event.happening, ChannelChanged)
    assert (event.happening.channel, event.happening.change) == (there.channel, Change.ARCHIVED)


async def test_what_is_no_place_for_messages_is_rejected_with_what_to_choose() -> None:
    def add(server: DiscordServer) -> None:
        server.world.add_channel(server.guild, "departments", Kind.CATEGORY)

    async with discord_rig(add) as rig:
        there = ChannelKey(HILLTOP, rig.server.guild.channel("departments").id)
        with pytest.raises(Rejected, match="text channel or a forum"):
            await rig.chat.send(Outgoing("d-1", there, COVER))


# --------------------------------------------------------------------------------------------------------------- forums


async def test_a_digest_and_each_of_its_cards_is_a_post_of_its_own(forum: DiscordRig) -> None:
    cover = await send(forum, "d-1", COVER)
    await send(forum, "d-2", Message((a_post(),), summary="A post by Ana Souza"), under=cover)
    assert list(posts(forum)) == ["Tuesday 24 November", "Ana Souza: Ten exit tickets"]


async def test_posts_in_a_forum_are_found_edited_and_taken_back(forum: DiscordRig) -> None:
    cover, other = await send(forum, "d-1", COVER), await send(forum, "d-2", sentence("Another one."))
    assert await forum.chat.find(forum.channel, "d-1") == cover
    assert await forum.chat.find(forum.channel, "d-3") is None
    await forum.chat.edit(forum.channel, cover, sentence("Afterwards."))
    assert posts(forum)["Tuesday 24 November"] == ["Afterwards."]
    await forum.chat.remove(forum.channel, other)
    assert posts(forum).get("Another one.", []) == []


async def test_what_people_do_with_a_post_happens_in_the_forum(forum: DiscordRig) -> None:
    post = await send(forum, "d-1", with_buttons(Button("Save", "save/d-1/1")))
    assert await forum.press("ana", post, "Save")
    assert await forum.react("ben", post, BOOKMARK)
    pressed, reacted = [each.happening for each in await forum.events()]
    assert isinstance(pressed, ButtonPressed)
    assert isinstance(reacted, ReactionAdded)
    assert {(each.channel, each.message) for each in (pressed, reacted)} == {(forum.channel, post)}
    standing = await forum.chat.reactions(forum.channel, post)
    assert [each.emoji for each in standing] == [BOOKMARK]


async def test_a_forum_that_wants_a_tag_is_rejected_in_a_sentence(forum: DiscordRig) -> None:
    forum.server.guild.channel("ideas").needs_tag = True
    with pytest.raises(Rejected, match=r"tag.*\."):
        await send(forum, "d-1", COVER)


async def test_without_the_permission_to_post_it_is_named_with_the_forum(forum: DiscordRig) -> None:
    forum.server.people.deny("ideas", "Send Messages")
    await forum.server.gateway.settled()
    with pytest.raises(Rejected, match=r"#ideas.*Send Messages|#ideas.*Create Posts"):
        await send(forum, "d-1", COVER)
