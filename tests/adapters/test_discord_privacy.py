"""What belongs to one server stays there, and what is gone or left is gone everywhere, on Discord."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.discord.message import workspace_id
from adapters.discord.post.bodies import NOT_SHOWN
from adapters.discord.talk.answers import FORMS_KEPT_AS
from adapters.discord.talk.homes import KEPT_AS as HOMES
from adapters.discord.talk.interactions import NOT_YOURS_ANY_MORE
from bot.domain.check import Health
from bot.domain.events import ButtonPressed, Event, FormSent, MessageChosen, ReactionAdded
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Standing
from bot.errors import Rejected
from bot.ports import Outgoing
from bot.testing.messages import a_post, sentence, with_buttons
from bot.views import Button, Buttons, Form, GoneItem, Message, Paragraph, TextField
from tests.adapters.test_discord_communities import BEN, morning, posted
from tests.adapters.test_discord_interactions import asked, kept, reply_of, seen, to
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig
from tests.rigs.discord_school import discord_school
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_world import Guild

ERASE = with_buttons(Button("Erase it", "run/forget-me/yes"))
NOTE = Form("save", "Save", "Save", (TextField("note", "Your note"),), state='{"channel":"ana"}')


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig() as rig:
        yield rig


async def second_school(rig: DiscordRig) -> Guild:
    """Ana is in it, too."""
    school = rig.server.world.add_guild("Second School", people=("ana",))
    rig.server.people.invite_app(school.id)
    await rig.server.gateway.settled()
    return school


async def use(rig: DiscordRig, school: Guild, delivery: str) -> None:
    """Ana uses Staffroom there, so that her own conversation with it is about that school from then on."""
    used = await kept(rig, rig.server.people.command("ana", "staffroom", "/pln list", school.id))
    assert used.workspace == workspace_id(school.id)
    await rig.chat.send(to(used, delivery=delivery))


def own(rig: DiscordRig, workspace: str = HILLTOP) -> ChannelKey:
    return ChannelKey(workspace, rig.person_id("ana"))


async def own_digest(rig: DiscordRig, message: Message = ERASE, delivery: str = "d-own") -> str:
    sent = await rig.chat.send(Outgoing(delivery, own(rig), message))
    assert sent is not None
    return sent


async def pressed(rig: DiscordRig, message: str, label: str = "Erase it") -> Event:
    event = await kept(rig, rig.server.people.press("ana", message, label))
    await rig.chat.send(to(event, "Done.", f"answer to {event.key}"))
    return event


# -------------------------------------------------------------------------------------------- what a message belongs to


@pytest.mark.parametrize(
    "message",
    [
        ERASE,
        Message((Buttons((Button("Erase it", "run/forget-me/yes"),)),), summary="Erase it"),
        Message(
            (Paragraph("Sure?"), Buttons((Button("Erase it", "run/forget-me/yes"),)), Paragraph("For good.")), "Sure?"
        ),
    ],
)
async def test_a_button_belongs_to_its_server_wherever_it_stands(rig: DiscordRig, message: Message) -> None:
    second = await second_school(rig)
    digest = await own_digest(rig, message)
    await use(rig, second, "d1")
    assert (await pressed(rig, digest)).workspace == HILLTOP


async def test_a_button_below_ones_own_digest_belongs_to_the_server_that_it_came_from(rig: DiscordRig) -> None:
    second = await second_school(rig)
    digest = await own_digest(rig)
    await use(rig, second, "d1")
    event = await pressed(rig, digest)
    assert isinstance(event.happening, ButtonPressed)
    assert (event.workspace, event.happening.channel) == (HILLTOP, own(rig))
    assert event.happening.person.key.workspace == HILLTOP


async def test_a_button_below_an_answer_in_private_belongs_to_the_server_that_answered(rig: DiscordRig) -> None:
    second = await second_school(rig)
    await use(rig, rig.server.guild, "d1")
    answered = await asked(rig, "/pln about-me forget-me", channel="me")
    assert answered.workspace == HILLTOP
    await rig.chat.send(to(answered, ERASE, "d2"))
    answer = rig.server.messages("me", "ana")[-1].id
    await use(rig, second, "d3")
    assert (await pressed(rig, answer)).workspace == HILLTOP
    there = await asked(rig, "/pln list", channel="me")
    assert there.workspace == workspace_id(second.id)
    await rig.chat.send(to(there, delivery="d4"))


async def test_an_edited_message_belongs_where_it_did(rig: DiscordRig) -> None:
    second = await second_school(rig)
    digest = await own_digest(rig)
    await rig.chat.edit(own(rig), digest, with_buttons(Button("Save", "save/d-own/1")))
    await use(rig, second, "d1")
    assert (await pressed(rig, digest, "Save")).workspace == HILLTOP


@pytest.mark.parametrize("is_edited", [False, True])
async def test_the_same_where_discord_refuses_the_newer_components(rig: DiscordRig, *, is_edited: bool) -> None:
    second = await second_school(rig)
    rig.server.faults.refuse_next(50035, "Invalid Form Body", 400, "create_message")
    digest = await own_digest(rig)
    if is_edited:
        rig.server.faults.refuse_next(50035, "Invalid Form Body", 400, "update_message")
        await rig.chat.edit(own(rig), digest, ERASE)
    await use(rig, second, "d1")
    assert (await pressed(rig, digest)).workspace == HILLTOP


async def test_a_message_of_ours_that_is_saved_is_of_the_server_that_it_came_from(rig: DiscordRig) -> None:
    second = await second_school(rig)
    digest = await own_digest(rig)
    await use(rig, second, "d1")
    event = await kept(rig, rig.server.people.choose_message("ana", digest, "Save to library"))
    await rig.chat.send(to(event, "Saved.", "d2"))
    assert isinstance(event.happening, MessageChosen)
    assert (event.workspace, event.happening.channel) == (HILLTOP, own(rig))


async def test_who_left_a_server_does_nothing_with_its_messages_not_even_elsewhere(rig: DiscordRig) -> None:
    second = await second_school(rig)
    digest = await own_digest(rig)
    await use(rig, second, "d1")
    del rig.server.guild.members[rig.person_id("ana")]
    rig.clock.advance(timedelta(minutes=6))
    told = rig.server.people.press("ana", digest, "Erase it")
    assert await told.acknowledged()
    assert seen(rig, channel="me")[-1] == NOT_YOURS_ANY_MORE
    assert not [each for each in rig.inbox.events if isinstance(each.happening, ButtonPressed)]


# ----------------------------------------------------------------------------------------------- what a form belongs to


async def test_a_form_belongs_to_the_server_where_it_was_opened(rig: DiscordRig) -> None:
    second = await second_school(rig)
    await use(rig, rig.server.guild, "d1")
    opened = await asked(rig, "/pln me settings", channel="me")
    await rig.chat.open_form(reply_of(opened), NOTE)
    await use(rig, second, "d2")
    sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "Worked well"}))
    await rig.chat.send(to(sent, "Saved.", "d3"))
    assert isinstance(sent.happening, FormSent)
    assert (sent.workspace, sent.happening.channel) == (HILLTOP, own(rig))


async def test_a_form_sent_from_elsewhere_than_where_it_was_opened_changes_what_it_was_opened_for(
    rig: DiscordRig,
) -> None:
    opened = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(opened), NOTE)
    form = rig.server.people.modal("ana")
    assert form is not None
    form.channel = rig.server.people.make_channel("leadership").id
    sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "Worked well"}))
    await rig.chat.send(to(sent, "Saved.", "d1"))
    assert isinstance(sent.happening, FormSent)
    assert sent.happening.channel == rig.channel


async def test_who_left_a_server_fills_in_no_form_of_it(rig: DiscordRig) -> None:
    second = await second_school(rig)
    await use(rig, rig.server.guild, "d1")
    opened = await asked(rig, "/pln me settings", channel="me")
    await rig.chat.open_form(reply_of(opened), NOTE)
    await use(rig, second, "d2")
    del rig.server.guild.members[rig.person_id("ana")]
    rig.clock.advance(timedelta(minutes=6))
    told = rig.server.people.fill("ana", {"Your note": "Worked well"})
    assert await told.acknowledged()
    assert seen(rig, channel="me")[-1] == NOT_YOURS_ANY_MORE
    assert not [each for each in rig.inbox.events if isinstance(each.happening, FormSent)]


# -------------------------------------------------------------------------------------------------- who left, what went


async def test_all_that_is_kept_of_people_is_kept_under_their_name(rig: DiscordRig) -> None:
    """So that it goes when they ask to be forgotten."""
    await second_school(rig)
    await use(rig, rig.server.guild, "d1")
    opened = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(opened), NOTE)
    ana = rig.person_id("ana")
    theirs = {kind: kept.about for (kind, key), kept in rig.vault.kept.items() if ana in key + kept.text}
    assert theirs == dict.fromkeys((HOMES, FORMS_KEPT_AS), PersonKey(HILLTOP, ana))


async def test_nobody_gets_a_digest_of_a_server_that_they_left(rig: DiscordRig) -> None:
    await own_digest(rig, sentence("Good morning."), "d1")
    del rig.server.guild.members[rig.person_id("ana")]
    rig.clock.advance(timedelta(minutes=6))
    with pytest.raises(Rejected, match="not in the Discord server"):
        await own_digest(rig, sentence("Good evening."), "d2")
    with pytest.raises(Rejected, match="not in the Discord server"):
        await rig.chat.send(Outgoing("d3", rig.channel, sentence("For you alone."), rig.person_id("ana")))
    assert seen(rig, channel="me") == ["Good morning."]


async def test_whoever_was_never_in_a_server_gets_nothing_of_it(rig: DiscordRig) -> None:
    eve = ChannelKey(HILLTOP, rig.person_id("eve"))
    with pytest.raises(Rejected, match="not in the Discord server"):
        await rig.chat.send(Outgoing("d1", eve, sentence("Good morning.")))
    assert seen(rig, "eve", "me") == []


async def test_the_title_of_a_forum_post_goes_with_what_vanished() -> None:
    async with discord_rig() as rig:
        ideas = rig.server.people.make_channel("ideas", kind=Kind.FORUM)
        await rig.server.gateway.settled()
        forum = ChannelKey(HILLTOP, ideas.id)
        post = Message((a_post(),), summary="A post by Ana Souza")
        shown = await rig.chat.send(Outgoing("d1", forum, post))
        assert shown is not None
        thread = rig.server.world.channels[shown.partition(":")[0]]
        assert thread.name == "Ana Souza: Ten exit tickets"
        gone = Message((GoneItem(1, "no longer available"),), summary="1. no longer available")
        rig.server.people.archive(thread.id)
        await rig.server.gateway.settled()
        await rig.chat.edit(forum, shown, gone)
        assert thread.name == NOT_SHOWN
        await rig.server.gateway.settled()
        await rig.chat.edit(forum, shown, post)
        assert thread.name == "Ana Souza: Ten exit tickets"


async def test_a_title_that_somebody_changed_stays_while_the_post_is_there() -> None:
    async with discord_rig() as rig:
        ideas = rig.server.people.make_channel("ideas", kind=Kind.FORUM)
        await rig.server.gateway.settled()
        forum = ChannelKey(HILLTOP, ideas.id)
        post = Message((a_post(),), summary="A post by Ana Souza")
        shown = await rig.chat.send(Outgoing("d1", forum, post))
        assert shown is not None
        thread = rig.server.world.channels[shown.partition(":")[0]]
        thread.name = "For Monday"
        await rig.chat.edit(forum, shown, post)
        assert thread.name == "For Monday"
        assert not rig.server.seen_at("update_channel")


# -------------------------------------------------------------------------------------------------------- what is typed


async def test_what_is_typed_into_a_form_arrives_as_it_was_typed(rig: DiscordRig) -> None:
    opened = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(opened), NOTE)
    sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "=SUM(A1:A9) adds marks"}))
    await rig.chat.send(to(sent, "Saved.", "d1"))
    assert isinstance(sent.happening, FormSent)
    assert dict(sent.happening.values) == {"note": "=SUM(A1:A9) adds marks"}


async def test_a_thread_of_one_server_is_no_place_of_another(rig: DiscordRig) -> None:
    second = await second_school(rig)
    digest = await rig.chat.send(Outgoing("d1", rig.channel, sentence("Good morning.")))
    assert digest is not None
    card = await rig.chat.send(Outgoing("d2", rig.channel, sentence("A card."), under=digest))
    assert card is not None
    thread = card.partition(":")[0]
    rig.server.people.archive(thread)
    await rig.server.gateway.settled()
    assert await rig.chat.look(ChannelKey(HILLTOP, thread)) is not None
    with pytest.raises(Rejected):
        await rig.chat.send(Outgoing("d3", ChannelKey(workspace_id(second.id), thread), sentence("From elsewhere.")))


async def test_a_channel_that_not_everybody_sees_is_closed(rig: DiscordRig) -> None:
    leadership = rig.server.people.make_channel("leadership")
    everybody, us = rig.channel.workspace.partition(":")[2], rig.server.world.app.id
    rig.server.world.set_overwrite(leadership, everybody, deny=("View Channel",))
    rig.server.world.set_overwrite(leadership, us, allow=("View Channel",))
    rig.server.people.rename(leadership.id, "leaders")
    await rig.server.gateway.settled()
    assert not rig.chat.is_closed(rig.channel)
    assert rig.chat.is_closed(ChannelKey(HILLTOP, leadership.id))
    assert rig.chat.is_closed(ChannelKey(HILLTOP, "1999999999999999999"))


# ---------------------------------------------------------------------------------------------------- who may not write


async def test_who_may_only_read_a_channel_saves_there_but_changes_nothing_and_says_nothing_through_us() -> None:
    async with discord_school() as our:
        world = our.server.world
        digest = await morning(our)
        world.set_overwrite(world.channels[our.staff.channel], world.guild.id, deny=("Send Messages",))
        world.set_overwrite(world.channels[our.staff.channel], world.app.id, allow=("Send Messages",))
        before = len(posted(our))
        refused = "Only people who may write in this channel change its digest, or ask for one."
        assert refused in await our.say("ana", '/pln follow topics:"Everybody fails maths"')
        assert len(posted(our)) == before
        assert "Saved to the library." in await our.press("ana", digest.id, "Save item 1 by Author 1")
        assert refused not in await our.say(BEN, "/pln change size posts:3")


async def test_who_may_not_write_in_the_server_only_reads_with_staffroom_also_in_private(rig: DiscordRig) -> None:
    ana, gus = (rig.server.guild.members[rig.person_id(person)] for person in ("ana", "gus"))
    ana.silenced_until = rig.clock.now() + timedelta(hours=1)
    gus.is_pending = True
    people = [PersonKey(HILLTOP, rig.person_id(person)) for person in ("ana", "gus")]
    assert [(await rig.chat.profile(each)).standing for each in people] == [Standing.GUEST] * 2
    rig.clock.advance(timedelta(hours=1, minutes=1))
    gus.is_pending = False
    assert [(await rig.chat.profile(each)).standing for each in people] == [Standing.MEMBER] * 2


# ------------------------------------------------------------------------------------------------ hostile names, tokens


async def test_the_name_of_a_server_does_nothing_to_the_terminal_of_who_asks_the_doctor(rig: DiscordRig) -> None:
    school = await second_school(rig)
    school.name = "Grey \x1b[2J\x1b]0;owned\x07 School\u202e"
    said = " ".join(f"{each.name} {each.finding}" for each in await rig.chat.check())
    assert "Grey [2J]0;owned School" in said
    assert said.isprintable()


async def test_no_token_stands_in_what_is_shown_of_an_event(rig: DiscordRig) -> None:
    event = await asked(rig)
    await rig.chat.send(to(event))
    tokens = [each.token for each in rig.server.world.interactions.values()]
    assert tokens
    assert not [token for token in tokens if token in repr(event)]


# ---------------------------------------------------------------------------------------------------- who may invite it


async def test_the_doctor_says_that_strangers_can_spend_the_money_until_they_cannot() -> None:
    async with discord_rig() as rig:
        [warned] = [each for each in await rig.chat.check() if each.name == "discord strangers"]
        server = HILLTOP.partition(":")[2]
        assert warned.health is Health.WARN
        assert f'only_in = ["{server}"]' in warned.remedy
        rig.server.world.app.is_public = False
        assert "discord strangers" not in {each.name for each in await rig.chat.check()}
    async with discord_rig(only_in=[server]) as rig:
        assert "discord strangers" not in {each.name for each in await rig.chat.check()}


# ----------------------------------------------------------------------------------------------------- what is not kept


async def test_what_people_tap_on_messages_of_others_is_not_kept(rig: DiscordRig) -> None:
    theirs = rig.server.people.say("ben", "staffroom", "Who has the key to the hall?")
    ours = await rig.chat.send(Outgoing("d1", rig.channel, sentence("Good morning.")))
    assert ours is not None
    rig.server.people.react("ana", theirs.id, "🔖")
    rig.server.people.react("ana", ours, "🔖")
    [event] = await rig.events()
    assert isinstance(event.happening, ReactionAdded)
    assert event.happening.message == ours
