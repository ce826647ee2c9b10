"""Everything that goes wrong with Discord in the life of a school, each with what people are told."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.history import MOST_PAGES
from adapters.discord.pace import Pace
from adapters.discord.section import DiscordSection
from adapters.discord.wire.gateway import Patience
from bot.cli.doctor import Configured, examine_surroundings
from bot.domain.check import Health
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from bot.plugins import ChatTools
from bot.ports import Outgoing
from bot.testing.messages import a_post, outgoing, sentence
from bot.testing.talk import send, sent
from bot.views import Button, Buttons, Heading, Message, Paragraph
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig, discord_section
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import TOKEN, Member
from tests.rigs.school import school

BOOKMARK = "🔖"
HASTE = Patience(to_connect=30, for_a_heartbeat=30, between_sessions=0.01, first_pause=0.01, longest_pause=0.05)
"""Nothing is worth a minute's wait here."""


def hasty(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE)


def in_a_hurry(section: DiscordSection, tools: ChatTools) -> DiscordChat:
    return DiscordChat(section, tools, patience=HASTE, timeout=aiohttp.ClientTimeout(total=1.5))


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig(open_chat=hasty) as rig:
        yield rig


def channel_of(rig: DiscordRig, name: str) -> ChannelKey:
    return ChannelKey(HILLTOP, rig.server.world.channel(name).id)


# ---------------------------------------------------------------------------------------------------------- permissions


async def test_a_missing_permission_is_named_with_the_channel_and_what_to_do(rig: DiscordRig) -> None:
    rig.server.people.deny("staffroom", "Send Messages")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected) as caught:
        await send(rig, "d-1", "Good morning.")
    assert str(caught.value) == (
        "Staffroom may not send messages in #staffroom. In the settings of #staffroom, under Permissions, allow "
        "Staffroom: Send Messages."
    )


async def test_a_channel_that_may_not_be_seen_names_that_permission(rig: DiscordRig) -> None:
    rig.server.people.deny("staffroom", "View Channel")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"#staffroom.*allow Staffroom: View Channel"):
        await send(rig, "d-1", "Good morning.")
    seen = await rig.chat.look(rig.channel)
    assert seen is not None
    assert not seen.is_member
    assert "View Channel" in seen.remedy


async def test_a_refused_channel_is_asked_for_once(rig: DiscordRig) -> None:
    rig.server.people.deny("staffroom", "Send Messages")
    with pytest.raises(Rejected):
        await send(rig, "d-1", "Good morning.")
    assert len(rig.server.seen_at("create_message")) == 1


async def test_cards_without_the_right_to_open_threads_say_which_one_it_is(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    rig.server.people.deny("staffroom", "Create Public Threads")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"open a thread.*#staffroom.*Create Public Threads"):
        await rig.chat.send(Outgoing("d-2", rig.channel, sentence("A card."), under=head))


async def test_reactions_that_may_not_be_added_name_the_permission(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    rig.server.people.deny("staffroom", "Add Reactions")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"add reactions in #staffroom.*Add Reactions"):
        await rig.chat.seed(rig.channel, message, ["1️⃣"])


async def test_a_channel_that_may_not_be_read_cannot_say_whether_a_message_is_there(rig: DiscordRig) -> None:
    await send(rig, "d-1", "Good morning.")
    rig.server.people.deny("staffroom", "Read Message History")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"is not known.*Read Message History"):
        await rig.chat.find(rig.channel, "d-1")


# ------------------------------------------------------------------------------------------------------------- channels


async def test_a_deleted_channel_says_so_and_what_was_in_it_may_be_removed(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    rig.server.people.delete_channel("staffroom")
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match=r"it is deleted.*Choose another one"):
        await send(rig, "d-2", "Good morning.")
    with pytest.raises(Rejected, match="it is deleted"):
        await rig.chat.look(rig.channel)
    await rig.chat.remove(rig.channel, message)


async def test_a_renamed_channel_is_called_by_its_new_name(rig: DiscordRig) -> None:
    rig.server.people.rename("staffroom", "science")
    await rig.server.gateway.settled()
    seen = await rig.chat.look(rig.channel)
    assert seen is not None
    assert (seen.name, seen.is_member) == ("science", True)


async def test_a_voice_channel_says_that_nothing_can_be_written_there(rig: DiscordRig) -> None:
    hall = rig.server.people.make_channel("hall", kind=Kind.CATEGORY)
    await rig.server.gateway.settled()
    with pytest.raises(Rejected, match="no text channel"):
        await rig.chat.send(outgoing(ChannelKey(HILLTOP, hall.id), "d-1", "Good morning."))


@pytest.mark.parametrize("channel", ["maths", "../../users/@me", "", "1" * 30])
async def test_what_is_no_id_never_becomes_part_of_an_address(rig: DiscordRig, channel: str) -> None:
    seen = len(rig.server.seen)
    with pytest.raises(Rejected):
        await rig.chat.send(outgoing(ChannelKey(HILLTOP, channel), "d-1", "Good morning."))
    for reference in ("", channel, f"{channel}:1", f"1:{channel}/x"):
        with pytest.raises(Rejected):
            await rig.chat.remove(rig.channel, reference)
    assert len(rig.server.seen) == seen


async def test_a_channel_of_another_server_is_not_written_to(rig: DiscordRig) -> None:
    theirs = rig.server.world.add_guild("Riverside School", people=("ben",))
    staffroom = theirs.channel("staffroom")
    with pytest.raises(Rejected):
        await rig.chat.send(outgoing(ChannelKey(HILLTOP, staffroom.id), "d-1", "Good morning."))
    assert not staffroom.messages


# -------------------------------------------------------------------------------------------------- messages of our own


async def test_a_message_that_somebody_took_away_cannot_be_edited(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    rig.server.people.delete_message(message.partition(":")[2])
    with pytest.raises(Rejected, match="took the message away"):
        await rig.chat.edit(rig.channel, message, sentence("Good evening."))
    with pytest.raises(Rejected):
        await rig.chat.reactions(rig.channel, message)


async def test_somebody_who_takes_no_direct_messages_is_said_in_plain_words(rig: DiscordRig) -> None:
    rig.server.world.person("ana").takes_messages = False
    with pytest.raises(Rejected, match="Direct messages from Staffroom are switched off"):
        await rig.chat.send(outgoing(rig.channel, "d-1", "For Ana.", private_to=rig.person_id("ana")))


async def test_a_server_that_refuses_the_newer_components_gets_embeds(rig: DiscordRig) -> None:
    rig.server.faults.refuse_next(50035, "Invalid Form Body", 400, "create_message")
    post = Message((Heading("Tuesday"), a_post(), Buttons((Button("Find", "run/find"),))), summary="Tuesday")
    reference = await sent(rig, "d-1", post)
    [shown] = rig.server.messages("staffroom", "ana")
    assert shown.embeds
    assert "Ten exit tickets" in read(shown).text
    assert await rig.chat.find(rig.channel, "d-1") == reference
    rig.server.faults.refuse_next(50035, "Invalid Form Body", 400, "update_message")
    await rig.chat.edit(rig.channel, reference, sentence("Good evening."))
    [shown] = rig.server.messages("staffroom", "ana")
    assert "Good evening." in read(shown).text


# --------------------------------------------------------------------------------------------------- threads and forums


async def test_two_cards_that_open_the_same_thread_at_once_share_it(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", Message((Heading("Tuesday 24 November"),), summary="Tuesday"))
    cards = [Outgoing(f"d-{number}", rig.channel, sentence(f"Card {number}."), under=head) for number in (2, 3, 4)]
    references = await asyncio.gather(*(rig.chat.send(card) for card in cards))
    [thread] = {str(reference).partition(":")[0] for reference in references}
    assert rig.server.world.channels[thread].name == "Tuesday 24 November"
    assert len(await rig.thread("ana", head)) == 3


async def test_after_a_new_start_a_thread_that_is_there_is_used(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    await rig.chat.__aexit__(None, None, None)
    async with hasty(discord_section(rig.server), rig.tools) as chat:
        await chat.send(Outgoing("d-3", rig.channel, sentence("Card 2."), under=head))
        assert await chat.find(rig.channel, "d-2") is not None
        assert await chat.find(rig.channel, "d-4") is None
    assert len(await rig.thread("ana", head)) == 2


async def test_a_closed_thread_is_opened_again_for_an_edit_and_for_a_card(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    assert card is not None
    thread = card.partition(":")[0]
    for _again in range(2):
        rig.server.people.archive(thread)
        await rig.server.gateway.settled()
        await rig.chat.edit(rig.channel, card, sentence("Saved by 2."))
        rig.server.people.archive(thread)
        await rig.chat.send(Outgoing("d-3", rig.channel, sentence("Card 2."), under=head))
    rig.server.people.archive(thread)
    await rig.chat.remove(rig.channel, card)
    assert await rig.thread("ana", head) == ["Card 2."]


async def test_a_locked_thread_says_what_to_do(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    assert card is not None
    rig.server.people.lock(card.partition(":")[0])
    with pytest.raises(Rejected, match=r"closed|locked|threads"):
        await rig.chat.send(Outgoing("d-3", rig.channel, sentence("Card 2."), under=head))


async def test_a_deleted_thread_takes_its_cards_along(rig: DiscordRig) -> None:
    head = await sent(rig, "d-1", "Tuesday 24 November")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Card 1."), under=head))
    assert card is not None
    rig.server.people.delete_channel(card.partition(":")[0])
    await rig.server.gateway.settled()
    with pytest.raises(Rejected):
        await rig.chat.edit(rig.channel, card, sentence("Saved by 2."))
    await rig.chat.remove(rig.channel, card)


async def test_in_a_forum_every_message_is_a_post_with_a_title_and_can_be_found(rig: DiscordRig) -> None:
    ideas = ChannelKey(HILLTOP, rig.server.people.make_channel("ideas", kind=Kind.FORUM).id)
    await rig.server.gateway.settled()
    head = await rig.chat.send(
        Outgoing("d-1", ideas, Message((Heading("Tuesday 24 November"), Paragraph("5 posts")), summary="Tuesday"))
    )
    card = await rig.chat.send(Outgoing("d-2", ideas, Message((a_post(),), summary="A post"), under=head))
    threads = [rig.server.world.channels[str(each).partition(":")[0]] for each in (head, card)]
    assert [thread.name for thread in threads] == ["Tuesday 24 November", "Ana Souza: Ten exit tickets"]
    rig.server.people.archive(threads[0].id)
    await rig.server.gateway.settled()
    assert await rig.chat.find(ideas, "d-1") == head
    assert await rig.chat.find(ideas, "d-2") == card
    assert await rig.chat.find(ideas, "d-3") is None


async def test_in_somebodys_own_channel_there_are_no_threads(rig: DiscordRig) -> None:
    own = ChannelKey(HILLTOP, rig.person_id("ana"))
    head = await rig.chat.send(outgoing(own, "d-1", "Your digest."))
    await rig.chat.send(Outgoing("d-2", own, sentence("A card."), under=head))
    assert await rig.personal("ana") == ["Your digest.", "A card."]
    assert await rig.chat.find(own, "d-1") == head
    assert len(rig.server.seen_at("create_dm")) == 1


# ------------------------------------------------------------------------------------------------------ being throttled


async def test_where_a_channel_is_throttled_the_others_go_on(rig: DiscordRig) -> None:
    rig.server.faults.throttle(7, operation="create_message")
    with pytest.raises(Throttled) as caught:
        await send(rig, "d-1", "Good morning.")
    assert caught.value.until == rig.clock.now() + timedelta(seconds=7)
    asked = len(rig.server.seen_at("create_message"))
    with pytest.raises(Throttled):
        await send(rig, "d-1", "Good morning.")
    assert len(rig.server.seen_at("create_message")) == asked
    await rig.chat.send(outgoing(channel_of(rig, "maths"), "d-2", "Good morning."))
    rig.clock.advance(timedelta(seconds=7))
    await send(rig, "d-1", "Good morning.")


async def test_where_everything_is_throttled_nothing_is_asked(rig: DiscordRig) -> None:
    rig.server.faults.throttle(3, is_global=True, operation="create_message")
    with pytest.raises(Throttled):
        await send(rig, "d-1", "Good morning.")
    asked = len(rig.server.seen)
    with pytest.raises(Throttled) as caught:
        await rig.chat.send(outgoing(channel_of(rig, "maths"), "d-2", "Good morning."))
    assert caught.value.until == rig.clock.now() + timedelta(seconds=3)
    assert len(rig.server.seen) == asked


async def test_a_ban_by_those_before_discord_silences_everything_for_as_long_as_they_say(rig: DiscordRig) -> None:
    rig.server.faults.fail_next("refused by Cloudflare")
    for channel in ("staffroom", "maths"):
        with pytest.raises(Throttled) as caught:
            await rig.chat.send(outgoing(channel_of(rig, channel), "d-1", "Good morning."))
        assert caught.value.until == rig.clock.now() + timedelta(seconds=600)
    assert len(rig.server.seen_at("create_message")) == 1


async def test_an_empty_bucket_is_not_asked_for_more(rig: DiscordRig) -> None:
    rig.server.pace.is_kept = True
    rig.server.pace.limits["create_message"] = (2, 5.0)
    for number in (1, 2):
        await send(rig, f"d-{number}", "Good morning.")
    with pytest.raises(Throttled) as caught:
        await send(rig, "d-3", "Good morning.")
    assert timedelta(seconds=3) < caught.value.until - rig.clock.now() <= timedelta(seconds=5)
    assert len(rig.server.seen_at("create_message")) == 2
    await rig.chat.send(outgoing(channel_of(rig, "maths"), "d-4", "Good morning."))


async def test_reactions_go_on_where_they_were_interrupted(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    rig.server.faults.fail_next("429 30", operation="add_my_message_reaction", after=1)
    with pytest.raises(Throttled):
        await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣", "3️⃣"])
    rig.clock.advance(timedelta(seconds=30))
    await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣", "3️⃣"])
    asked = rig.server.seen_at("add_my_message_reaction")
    assert len(asked) == 4
    assert len(rig.server.world.messages[message.partition(":")[2]].reactions) == 3


# ------------------------------------------------------------------------------------------------ answers that are none


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("out of service", Unavailable),
        ("the page of a proxy", Unavailable),
        ("bad gateway", Uncertain),
        ("an error with an HTML body", Uncertain),
        ("nonsense instead of JSON", Uncertain),
        ("dropped", Uncertain),
    ],
)
async def test_of_a_send_that_may_have_been_done_nobody_says_that_it_was_not(
    rig: DiscordRig, fault: str, expected: type[Exception]
) -> None:
    rig.server.faults.fail_next(fault, operation="create_message")
    with pytest.raises(expected):
        await send(rig, "d-1", "Good morning.")
    assert len(rig.server.seen_at("create_message")) == 1


@pytest.mark.parametrize("fault", ["done, then dropped", "done, then an error with an HTML body"])
async def test_a_send_that_was_done_is_found_and_sending_it_again_makes_no_double(rig: DiscordRig, fault: str) -> None:
    rig.server.faults.fail_next(fault, operation="create_message")
    with pytest.raises(Uncertain):
        await send(rig, "d-1", "Good morning.")
    found = await rig.chat.find(rig.channel, "d-1")
    assert found is not None
    assert await sent(rig, "d-1", "Good morning.") == found
    assert len(await rig.shown("ana")) == 1


@pytest.mark.parametrize("fault", ["an error with an HTML body", "nonsense instead of JSON", "dropped"])
async def test_what_can_be_done_twice_is_only_unavailable(rig: DiscordRig, fault: str) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    rig.server.faults.fail_next(fault, times=4)
    with pytest.raises(Unavailable):
        await rig.chat.edit(rig.channel, message, sentence("Good evening."))
    with pytest.raises(Unavailable):
        await rig.chat.find(rig.channel, "d-1")
    with pytest.raises(Unavailable):
        await rig.chat.reactions(rig.channel, message)
    with pytest.raises(Unavailable):
        await rig.chat.seed(rig.channel, message, ["1️⃣"])


async def test_what_is_not_answered_in_time_is_given_up() -> None:
    async with discord_rig(open_chat=in_a_hurry) as rig:
        message = await sent(rig, "d-1", "Good morning.")
        rig.server.faults.fail_next("slow", operation="create_message")
        with pytest.raises(Uncertain):
            await send(rig, "d-2", "Good morning.")
        rig.server.faults.fail_next("slow", operation="update_message")
        with pytest.raises(Unavailable):
            await rig.chat.edit(rig.channel, message, sentence("Good evening."))


async def test_a_cut_request_is_not_repeated_by_any_library(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    asked = len(rig.server.seen)
    rig.server.faults.fail_next("dropped", times=9)
    with pytest.raises(Unavailable):
        await rig.chat.reactions(rig.channel, message)
    assert len(rig.server.seen) == asked + 1


async def test_refused_too_often_discord_is_left_alone(rig: DiscordRig, capsys: pytest.CaptureFixture[str]) -> None:
    rig.server.faults.refuse_next(50001, "Missing Access", times=9)
    async with Api(rig.server.api, TOKEN, rig.clock, pace=Pace(rig.clock, most_refused=5)) as api:
        for _each in range(5):
            with pytest.raises(Rejected):
                await api.channel("1")
        asked = len(rig.server.seen)
        with pytest.raises(Throttled, match="Discord bans who goes on") as caught:
            await api.channel("1")
        assert caught.value.until == rig.clock.now() + timedelta(minutes=10)
        assert len(rig.server.seen) == asked
        rig.server.faults.clear()
        rig.clock.advance(timedelta(minutes=10))
        await api.who_am_i()
    assert capsys.readouterr().out.count("Discord bans who goes on") == 1


# ----------------------------------------------------------------------------------------------------- finding, reading


async def test_a_message_far_back_is_found_page_by_page_and_goes_on_after_a_wait(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    for number in range(250):
        rig.server.people.say("ben", "staffroom", f"Chat {number}")
    rig.server.faults.fail_next("429 5", operation="list_messages", after=2)
    with pytest.raises(Throttled):
        await rig.chat.find(rig.channel, "d-1")
    rig.clock.advance(timedelta(seconds=5))
    assert await rig.chat.find(rig.channel, "d-1") == message
    assert len(rig.server.seen_at("list_messages")) == 4


async def test_where_too_much_was_written_it_is_said_that_nobody_can_tell(rig: DiscordRig) -> None:
    for number in range(MOST_PAGES * 100 + 1):
        rig.server.people.say("ben", "staffroom", f"Chat {number}")
    with pytest.raises(Rejected, match="So much was written"):
        await rig.chat.find(rig.channel, "d-1")


async def test_of_more_people_than_a_page_holds_none_is_left_out(rig: DiscordRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    for number in range(130):
        teacher = rig.server.world.add_person(f"teacher{number}")
        rig.server.guild.members[teacher.id] = Member(teacher.id)
        rig.server.people.react(teacher.name, message.partition(":")[2], BOOKMARK)
    await rig.chat.seed(rig.channel, message, ["1️⃣"])
    standing = await rig.chat.reactions(rig.channel, message)
    assert len({each.person.key for each in standing}) == 130
    assert {each.emoji for each in standing} == {BOOKMARK}


# --------------------------------------------------------------------------------------------------------------- doctor


async def test_the_doctor_says_whom_it_is_connected_as_and_where(rig: DiscordRig) -> None:
    checks = {each.name: each for each in await rig.chat.check()}
    assert checks["discord"].health is Health.OK
    assert "Hilltop School" in checks["discord servers"].finding
    assert checks["discord gateway"].finding == "it is open"


async def test_the_doctor_looks_without_connecting(rig: DiscordRig) -> None:
    chat = hasty(discord_section(rig.server, only_in=["123456789012345678"]), rig.tools)
    checks = {each.name: each for each in await chat.check()}
    assert checks["discord gateway"].finding == "it can be opened"
    assert checks["discord only_in"].health is Health.WARN
    assert rig.server.gateway.identified == 1


async def test_the_doctor_says_where_a_setting_does_nothing_on_discord(rig: DiscordRig) -> None:
    async with school(chats={"discord": rig.chat}) as our:
        checks = await examine_surroundings(our.parts, [Configured("discord", rig.channel.channel, saves_links=True)])
        without = await examine_surroundings(our.parts, [Configured("discord", rig.channel.channel)])
    (said,) = [each for each in checks if "saves_links" in each.finding]
    assert said.health is Health.WARN
    assert "Discord does not show Staffroom what people write. “Save to library”" in said.finding
    assert said.remedy == "Set saves_links = false for it."
    assert not [each for each in without if "saves_links" in each.finding]


async def test_a_wrong_token_fails_the_doctor_and_is_not_shown(rig: DiscordRig) -> None:
    checks = await hasty(discord_section(rig.server, token="MTEw.wrong.secret"), rig.tools).check()
    assert [each.health for each in checks] == [Health.FAIL, Health.FAIL]
    assert "Copy it again" in checks[0].remedy
    assert not any("wrong.secret" in f"{each.finding} {each.remedy}" for each in checks)


async def test_a_token_that_stops_working_is_said_in_a_sentence(rig: DiscordRig) -> None:
    rig.server.faults.refuse_next(0, "401: Unauthorized", 401)
    with pytest.raises(Unauthorised, match="Discord does not accept token"):
        await send(rig, "d-1", "Good morning.")


async def test_neither_tokens_nor_what_people_wrote_reach_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("discord").setLevel(logging.DEBUG)
    async with discord_rig(open_chat=hasty) as rig:
        await rig.chat.check()
        await rig.command("ana", "/pln follow #edchat")
        await send(rig, "d-1", "The exit tickets are in the tray.")
        rig.server.faults.fail_next("dropped")
        with pytest.raises(Uncertain):
            await send(rig, "d-2", "The exit tickets are in the tray.")
        rig.server.gateway.cut()
        await rig.server.gateway.is_ready()
        [token] = rig.server.world.interactions
    logged = caplog.text + "".join(capsys.readouterr())
    assert logged
    for secret in ("an_invented_token_of_no_bot", "exit tickets", "#edchat", token):
        assert secret not in logged


async def test_an_api_that_cannot_be_reached_stops_the_start_with_a_sentence() -> None:
    async with discord_rig() as rig:
        section = discord_section(rig.server, api_url="http://127.0.0.1:9/api/v10")
        with pytest.raises(Unavailable, match="Discord cannot be reached"):
            await hasty(section, rig.tools).__aenter__()


def test_a_loopback_server_is_all_that_tests_talk_to() -> None:
    assert DiscordServer().url.startswith("http://127.0.0.1")
