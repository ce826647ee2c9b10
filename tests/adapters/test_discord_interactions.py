"""What people do with commands, buttons and forms on Discord: kept, answered within three seconds, each answer once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from adapters.discord.api import Api
from adapters.discord.chat import DiscordChat
from adapters.discord.plugin import plugin
from adapters.discord.talk.commands import KEPT_AS
from adapters.discord.talk.handle import Handle
from adapters.discord.talk.homes import KEPT_AS as HOMES
from adapters.discord.talk.homes import MOST_ASKED
from adapters.discord.talk.interactions import FORM_GONE, WHICH_SERVER
from adapters.discord.wire.gateway import Patience
from bot.domain.actions import Action
from bot.domain.events import (
    Asking,
    ButtonPressed,
    CommandGiven,
    Event,
    FormSent,
    MessageChosen,
    ReplyHandle,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import AdapterError, Rejected, Throttled, Unavailable, Uncertain
from bot.plugins import ChatTools
from bot.ports import ChatAdapter, Outgoing, Suggestion
from bot.testing.messages import sentence, with_buttons
from bot.views import Button, Form, Message, Paragraph, TextField
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig, discord_section
from tests.rigs.discord_server import APPLICATION, TOKEN, DiscordServer
from tests.rigs.discord_server_people import Told
from tests.rigs.discord_server_rules import Act, Answer
from tests.rigs.discord_server_text import read
from tests.rigs.discord_server_world import ELSEWHERE_GUILD, Member

REGISTER = "bulk_set_application_commands"
CALLBACK = "create_interaction_response"
EDIT = "update_original_webhook_message"
FOLLOW_UP = "execute_webhook"
ORIGINAL = "get_original_webhook_message"
FAULTS = (
    "dropped",
    "done, then dropped",
    "done, then an error with an HTML body",
    "out of service",
    "bad gateway",
)
NOTE = Form("save", "Save", "Save", (TextField("note", "Your note"),), state='{"item":"i1"}' + " " * 2_400)


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig() as rig:
        yield rig


def reply_of(event: Event) -> ReplyHandle:
    assert isinstance(event.happening, Asking)
    return event.happening.reply


async def kept(rig: DiscordRig, told: Told) -> Event:
    """The event that the interaction became."""
    async with asyncio.timeout(5), rig.inbox.touched:
        await rig.inbox.touched.wait_for(lambda: any(told.interaction.id in each.key for each in rig.inbox.events))
    return next(each for each in rig.inbox.events if told.interaction.id in each.key)


async def asked(rig: DiscordRig, text: str = "/pln list", person: str = "ana", channel: str = "staffroom") -> Event:
    return await kept(rig, rig.server.people.command(person, channel, text))


@pytest.fixture
async def hasty() -> AsyncIterator[DiscordRig]:
    """Where Discord is told very soon that the answer comes later."""
    patience = Patience(for_an_answer=0.1)
    async with discord_rig(open_chat=lambda section, tools: DiscordChat(section, tools, patience=patience)) as rig:
        yield rig


async def deferred(rig: DiscordRig, text: str = "/pln list") -> Event:
    """Of which Discord knows that the answer comes later."""
    told = rig.server.people.command("ana", "staffroom", text)
    event = await kept(rig, told)
    assert await told.acknowledged()
    assert told.interaction.answer is not None
    assert told.interaction.answer["type"] == Answer.THINKING
    return event


def to(event: Event, text: str | Message = "Nothing is followed here.", delivery: str = "d1") -> Outgoing:
    happening = event.happening
    assert isinstance(happening, Asking)
    message = sentence(text) if isinstance(text, str) else text
    return Outgoing(delivery, happening.channel, message, happening.person.key.person, happening.reply)


def seen(rig: DiscordRig, person: str = "ana", channel: str = "staffroom") -> list[str]:
    return [text for text in rig.server.texts(channel, person) if text]


def at(rig: DiscordRig, operation: str) -> int:
    return len(rig.server.seen_at(operation))


def long(words: str) -> Message:
    return Message(tuple(Paragraph(f"{words} {number}: " + "word " * 300) for number in range(6)), words)


# --------------------------------------------------------------------------------------------------- the first answer


async def test_an_answer_that_comes_at_once_is_the_response_itself_and_for_one_person_alone(rig: DiscordRig) -> None:
    event = await asked(rig)
    await rig.chat.send(to(event))
    assert (at(rig, CALLBACK), at(rig, EDIT), at(rig, FOLLOW_UP)) == (1, 0, 0)
    assert seen(rig) == ["Nothing is followed here."]
    assert seen(rig, "ben") == []


async def test_a_slow_engine_is_waited_for_and_its_answer_takes_the_place_of_the_waiting(rig: DiscordRig) -> None:
    event = await deferred(rig)
    assert seen(rig) == []
    await rig.chat.send(to(event))
    assert (at(rig, CALLBACK), at(rig, EDIT), at(rig, FOLLOW_UP)) == (1, 1, 0)
    assert (seen(rig), seen(rig, "ben")) == (["Nothing is followed here."], [])


async def test_discord_hears_nothing_before_the_inbox_has_the_event(hasty: DiscordRig) -> None:
    hasty.inbox.broken = True
    told = hasty.server.people.command("ana", "staffroom", "/pln list")
    told = Told(told.interaction, patience=0.5)
    assert not await told.acknowledged()
    assert at(hasty, CALLBACK) == 0


async def test_the_same_interaction_twice_is_one_event_and_one_answer(rig: DiscordRig) -> None:
    event = await asked(rig)
    await rig.repeat()
    await rig.chat.send(to(event))
    assert [each.key for each in rig.inbox.events] == [event.key]
    assert at(rig, CALLBACK) == 1


async def test_the_same_answer_given_twice_is_shown_once(rig: DiscordRig) -> None:
    event = await asked(rig)
    for _ in range(2):
        await rig.chat.send(to(event))
    assert seen(rig) == ["Nothing is followed here."]


async def test_further_answers_come_after_the_first_and_for_the_same_person_alone(rig: DiscordRig) -> None:
    event = await asked(rig)
    for number in (1, 2, 3):
        await rig.chat.send(to(event, f"Answer {number}.", f"d{number}"))
    assert seen(rig) == ["Answer 1.", "Answer 2.", "Answer 3."]
    assert seen(rig, "ben") == []


async def test_a_long_answer_is_several_messages_each_of_them_once(rig: DiscordRig) -> None:
    event = await asked(rig)
    for _ in range(2):
        await rig.chat.send(to(event, long("Library")))
    shown = seen(rig)
    assert 2 <= len(shown) <= 5
    assert len(shown) == len(set(shown))
    assert seen(rig, "ben") == []


async def test_a_button_is_answered_like_a_command(rig: DiscordRig) -> None:
    message = with_buttons(Button("Save item 3", Action("save", ("d0", "3")).encode()))
    posted = await rig.chat.send(Outgoing("d0", rig.channel, message))
    assert posted is not None
    event = await kept(rig, rig.server.people.press("ana", posted, "Save item 3"))
    assert isinstance(event.happening, ButtonPressed)
    assert (event.happening.message, event.happening.action) == (posted, "save/d0/3")
    await rig.chat.send(to(event, "Saved."))
    assert "Saved." in seen(rig)
    assert "Saved." not in seen(rig, "ben")


async def test_what_is_chosen_in_the_menu_of_a_message_brings_its_links(rig: DiscordRig) -> None:
    said = rig.server.people.say("ben", "staffroom", "Look: https://example.com/maths")
    event = await kept(rig, rig.server.people.choose_message("ana", said.id, "Save to library"))
    assert isinstance(event.happening, MessageChosen)
    assert event.happening.links == ("https://example.com/maths",)
    assert event.happening.message == f"{said.channel}:{said.id}"
    assert event.happening.channel == rig.channel
    await rig.chat.send(to(event, "Saved."))


# ------------------------------------------------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize("fault", ["dropped", "done, then dropped", "done, then an error with an HTML body"])
async def test_an_answer_that_was_cut_off_is_there_once_after_the_next_try(rig: DiscordRig, fault: str) -> None:
    event = await asked(rig)
    rig.server.faults.fail_next(fault, operation=CALLBACK)
    with pytest.raises(Unavailable):
        await rig.chat.send(to(event))
    await rig.chat.send(to(event))
    assert seen(rig) == ["Nothing is followed here."]


@pytest.mark.parametrize("fault", ["dropped", "done, then dropped"])
async def test_an_answer_that_was_cut_off_on_its_way_to_the_waiting_is_there_once(
    hasty: DiscordRig, fault: str
) -> None:
    event = await deferred(hasty)
    hasty.server.faults.fail_next(fault, operation=EDIT)
    with pytest.raises(Unavailable):
        await hasty.chat.send(to(event))
    await hasty.chat.send(to(event, "Another one.", "d2"))
    await hasty.chat.send(to(event))
    assert sorted(seen(hasty)) == ["Another one.", "Nothing is followed here."]


@pytest.mark.parametrize(("fault", "shown"), [("dropped", []), ("done, then dropped", ["Second."])])
async def test_a_further_answer_whose_fate_nobody_knows_is_not_shown_again(
    rig: DiscordRig, fault: str, shown: list[str]
) -> None:
    event = await asked(rig)
    await rig.chat.send(to(event, "First."))
    rig.server.faults.fail_next(fault, operation=FOLLOW_UP)
    with pytest.raises(Uncertain):
        await rig.chat.send(to(event, "Second.", "d2"))
    with pytest.raises(Rejected):
        await rig.chat.send(to(event, "Second.", "d2"))
    assert seen(rig) == ["First.", *shown]


async def test_a_further_answer_that_discord_puts_off_comes_later(rig: DiscordRig) -> None:
    event = await asked(rig)
    await rig.chat.send(to(event, "First."))
    rig.server.faults.throttle(5, operation=FOLLOW_UP)
    with pytest.raises(Throttled):
        await rig.chat.send(to(event, "Second.", "d2"))
    rig.clock.advance(timedelta(seconds=6))
    await rig.chat.send(to(event, "Second.", "d2"))
    assert seen(rig) == ["First.", "Second."]


async def test_an_answer_that_discord_puts_off_finds_the_waiting_when_it_comes(hasty: DiscordRig) -> None:
    told = hasty.server.people.command("ana", "staffroom", "/pln list")
    event = await kept(hasty, told)
    hasty.server.faults.throttle(1, operation=CALLBACK)
    with pytest.raises(Throttled):
        await hasty.chat.send(to(event))
    hasty.clock.advance(timedelta(seconds=2))
    assert await told.acknowledged()
    await hasty.chat.send(to(event))
    assert seen(hasty) == ["Nothing is followed here."]


async def test_what_somebody_else_answered_first_is_answered_after_that(rig: DiscordRig) -> None:
    event = await asked(rig)
    handle = Handle.read(reply_of(event))
    async with Api(rig.server.api, TOKEN, rig.clock) as other:
        await other.callback(handle.id, handle.token, {"type": Answer.THINKING, "data": {"flags": 64}})
    await rig.chat.send(to(event))
    await rig.chat.send(to(event, "And one more.", "d2"))
    assert seen(rig) == ["Nothing is followed here.", "And one more."]


async def test_an_interaction_that_discord_has_forgotten_is_answered_in_a_direct_message(rig: DiscordRig) -> None:
    event = await asked(rig)
    rig.server.faults.refuse_next(10062, "Unknown interaction", 404, CALLBACK, times=9)
    await rig.chat.send(to(event))
    rig.server.faults.clear()
    assert seen(rig) == []
    assert seen(rig, channel="me") == ["Nothing is followed here."]
    rig.accepted.clear()


@pytest.mark.parametrize("minutes", [15, 60])
async def test_what_comes_too_late_for_the_token_is_a_direct_message(hasty: DiscordRig, minutes: int) -> None:
    event = await deferred(hasty)
    hasty.clock.advance(timedelta(minutes=minutes))
    await hasty.chat.send(to(event))
    assert seen(hasty, channel="me") == ["Nothing is followed here."]
    assert seen(hasty) == []


async def test_a_token_that_discord_no_longer_takes_leads_to_a_direct_message(hasty: DiscordRig) -> None:
    event = await deferred(hasty)
    hasty.server.faults.refuse_next(50027, "Invalid Webhook Token", 401, EDIT)
    await hasty.chat.send(to(event))
    await hasty.chat.send(to(event, "And one more.", "d2"))
    assert seen(hasty, channel="me") == ["Nothing is followed here.", "And one more."]


async def test_where_direct_messages_are_closed_the_engine_is_told_that_it_cannot_be_done(hasty: DiscordRig) -> None:
    event = await deferred(hasty)
    hasty.server.world.person("ana").takes_messages = False
    hasty.clock.advance(timedelta(minutes=16))
    with pytest.raises(Rejected):
        await hasty.chat.send(to(event))


async def test_a_deferral_that_does_not_arrive_is_no_reason_for_silence(hasty: DiscordRig) -> None:
    hasty.server.faults.fail_next("dropped", operation=CALLBACK)
    told = Told(hasty.server.people.command("ana", "staffroom", "/pln list").interaction, patience=0.5)
    event = await kept(hasty, told)
    assert not await told.acknowledged()
    await hasty.chat.send(to(event))
    assert seen(hasty) == ["Nothing is followed here."]


async def test_where_discord_refuses_the_newer_components_the_answer_is_plain(rig: DiscordRig) -> None:
    for operation, event in ((CALLBACK, await asked(rig)), (EDIT, await deferred(rig))):
        rig.server.faults.refuse_next(50035, "Invalid Form Body", 400, operation)
        await rig.chat.send(to(event, delivery=operation))
    assert seen(rig) == ["Nothing is followed here."] * 2
    assert seen(rig, "ben") == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"type": 2},
        {"type": 2, "data": None},
        {"type": "two"},
        {"type": 3, "data": {"custom_id": 7}},
        {"type": 4, "data": {"name": "pln", "options": [None]}},
        {"type": 5, "data": {"custom_id": "form:x"}},
        {"type": 99},
    ],
)
async def test_what_discord_does_not_describe_is_left_alone(rig: DiscordRig, broken: dict[str, object]) -> None:
    rig.server.world.tell("INTERACTION_CREATE", broken, rig.server.guild.id)
    event = await asked(rig)
    await rig.chat.send(to(event))
    assert [each.key for each in rig.inbox.events] == [event.key]


@pytest.mark.parametrize("value", ["", "{}", '{"id": "1", "token": "t", "application": "x/y", "user": "3"}'])
async def test_a_way_back_that_is_none_is_refused(rig: DiscordRig, value: str) -> None:
    reply = ReplyHandle(value, rig.now() + timedelta(minutes=5))
    with pytest.raises(Rejected):
        await rig.chat.send(Outgoing("d1", rig.channel, sentence("Hello"), rig.person_id("ana"), reply))
    with pytest.raises(Rejected):
        await rig.chat.open_form(reply, NOTE)


# ------------------------------------------------------------------------------------------------------------- restarts


@asynccontextmanager
async def started_again(rig: DiscordRig) -> AsyncIterator[ChatAdapter]:
    """What is left of before is the vault."""
    await rig.leave()
    tools = ChatTools(rig.clock, rig.inbox, FakeRoom(rig.inbox), FakePages(), rig.vault, nothing)
    async with plugin.open(discord_section(rig.server), tools) as chat:
        yield chat


async def nothing() -> None: ...


async def test_on_leaving_people_are_told_to_wait_and_the_next_one_answers(rig: DiscordRig) -> None:
    told = rig.server.people.command("ana", "staffroom", "/pln list")
    event = await kept(rig, told)
    async with started_again(rig) as chat:
        assert told.interaction.is_thinking
        await chat.send(to(event))
        assert (seen(rig), at(rig, EDIT)) == (["Nothing is followed here."], 1)


async def test_what_was_answered_before_a_restart_is_not_answered_again(rig: DiscordRig) -> None:
    event = await asked(rig)
    await rig.chat.send(to(event))
    await rig.chat.send(to(event, "Another one.", "d2"))
    async with started_again(rig) as chat:
        for text, delivery in (("Another one.", "d2"), ("Nothing is followed here.", "d1"), ("A third.", "d3")):
            await chat.send(to(event, text, delivery))
        assert seen(rig) == ["Nothing is followed here.", "Another one.", "A third."]


async def test_what_discord_heard_nothing_of_before_a_restart_is_answered_while_it_waits(rig: DiscordRig) -> None:
    ana, channel = rig.person_id("ana"), rig.server.world.channels[rig.channel.channel]
    acted = rig.server.world.new_interaction(Act.COMMAND, ana, channel, {})
    reply = Handle(acted.id, acted.token, APPLICATION, ana).reply(rig.now())
    await rig.chat.send(Outgoing("d1", rig.channel, sentence("In time."), ana, reply))
    assert seen(rig) == ["In time."]


async def test_what_discord_heard_nothing_of_and_waits_for_no_more_is_answered_directly(rig: DiscordRig) -> None:
    ana, channel = rig.person_id("ana"), rig.server.world.channels[rig.channel.channel]
    acted = rig.server.world.new_interaction(Act.COMMAND, ana, channel, {})
    reply = Handle(acted.id, acted.token, APPLICATION, ana).reply(rig.now())
    rig.clock.advance(timedelta(seconds=10))
    await rig.chat.send(Outgoing("d1", rig.channel, sentence("Too late for there."), ana, reply))
    assert (seen(rig), seen(rig, channel="me")) == ([], ["Too late for there."])


def spoil(rig: DiscordRig, chance: Random) -> None:
    """More often than not one of the next requests goes wrong."""
    operation = chance.choice((CALLBACK, EDIT, ORIGINAL, FOLLOW_UP))
    rig.server.faults.clear()
    if chance.random() < 0.6:
        rig.server.faults.fail_next(chance.choice(FAULTS), operation=operation)
    elif chance.random() < 0.3:
        rig.server.faults.throttle(1, operation=operation)


async def insist(rig: DiscordRig, outgoing: Outgoing, chance: Random) -> bool:
    """Tries as often as it is not known to be shown; False where it is given up because nobody can know."""
    for _ in range(50):
        spoil(rig, chance)
        try:
            await rig.chat.send(outgoing)
        except Throttled:
            rig.clock.advance(timedelta(seconds=1))
        except (Unavailable, Uncertain):
            continue
        except Rejected:
            return False
        else:
            return True
    raise AssertionError("it was tried fifty times in vain")


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_goes_wrong_no_answer_is_shown_twice_and_none_is_lost_in_silence(
    rig: DiscordRig, seed: int
) -> None:
    chance, told = Random(seed), {}
    for number in range(10):
        event = await asked(rig)
        for part in range(3):
            text = f"Answer {number}, part {part}."
            told[text] = await insist(rig, to(event, text, f"{seed}.{number}.{part}"), chance)
        rig.server.faults.clear()
    shown = Counter([*seen(rig), *seen(rig, channel="me")])
    assert set(shown.values()) == {1}
    assert {text for text, is_told in told.items() if is_told} <= shown.keys()
    assert all(is_told for text, is_told in told.items() if text.endswith("part 0."))


# ---------------------------------------------------------------------------------------------------------------- forms


async def test_a_form_opens_in_time_and_comes_back_with_all_that_it_remembers(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "Worked well"}))
    assert isinstance(sent.happening, FormSent)
    assert (sent.happening.form, sent.happening.state) == (NOTE.name, NOTE.state)
    assert dict(sent.happening.values) == {"note": "Worked well"}
    assert sent.happening.reply.form_until is None
    await rig.chat.send(to(sent, "Saved."))
    assert seen(rig) == ["Saved."]


async def test_no_form_opens_once_people_were_told_to_wait(hasty: DiscordRig) -> None:
    event = await deferred(hasty)
    with pytest.raises(Rejected):
        await hasty.chat.open_form(reply_of(event), NOTE)
    await hasty.chat.send(to(event, "Press the button to open the form."))
    assert seen(hasty) == ["Press the button to open the form."]


async def test_no_form_opens_twice_and_none_from_another_form(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    with pytest.raises(Rejected):
        await rig.chat.open_form(reply_of(event), NOTE)
    sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "Worked well"}))
    await rig.chat.send(to(sent, "Saved."))
    with pytest.raises(Rejected):
        await rig.chat.open_form(reply_of(sent), NOTE)


async def test_an_answer_after_a_form_is_a_further_one(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    await rig.chat.send(to(event, "By the way."))
    assert seen(rig) == ["By the way."]


@pytest.mark.parametrize("fault", ["dropped", "done, then dropped"])
async def test_a_form_whose_fate_nobody_knows_is_not_opened_again(rig: DiscordRig, fault: str) -> None:
    event = await asked(rig, "/pln settings")
    rig.server.faults.fail_next(fault, operation=CALLBACK)
    with pytest.raises(AdapterError):
        await rig.chat.open_form(reply_of(event), NOTE)
    with pytest.raises(Rejected):
        await rig.chat.open_form(reply_of(event), NOTE)


async def test_a_form_survives_a_restart(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    async with started_again(rig) as chat:
        sent = await kept(rig, rig.server.people.fill("ana", {"Your note": "Worked well"}))
        assert isinstance(sent.happening, FormSent)
        assert sent.happening.state == NOTE.state
        await chat.send(to(sent, "Saved."))


async def test_nobody_fills_in_the_form_of_somebody_else(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    opened = rig.server.people.modal("ana")
    assert opened is not None
    opened.user = rig.person_id("cleo")
    told = rig.server.people.fill("cleo", {"Your note": "Worked well"})
    assert await told.acknowledged()
    assert seen(rig, "cleo") == [FORM_GONE]
    assert [each.key for each in rig.inbox.events] == [event.key]


async def test_a_form_that_was_open_for_too_long_changes_nothing_and_says_so(rig: DiscordRig) -> None:
    event = await asked(rig, "/pln settings")
    await rig.chat.open_form(reply_of(event), NOTE)
    rig.clock.advance(timedelta(minutes=61))
    told = rig.server.people.fill("ana", {"Your note": "Worked well"})
    assert await told.acknowledged()
    assert seen(rig) == [FORM_GONE]
    assert [each.key for each in rig.inbox.events] == [event.key]


# --------------------------------------------------------------------------------- conversations and servers of others


async def test_in_their_own_conversation_people_are_at_home_in_the_only_server_that_they_are_in(
    rig: DiscordRig,
) -> None:
    event = await asked(rig, channel="me")
    assert event.workspace == HILLTOP
    assert isinstance(event.happening, CommandGiven)
    assert event.happening.channel == ChannelKey(HILLTOP, rig.person_id("ana"))
    await rig.chat.send(to(event))
    assert seen(rig, channel="me") == ["Nothing is followed here."]


async def test_where_people_are_in_two_servers_the_one_counts_that_they_used_last(rig: DiscordRig) -> None:
    rig.server.world.add_guild("Second School", people=("ana",))
    second = next(each for each in rig.server.world.guilds.values() if each.name == "Second School")
    rig.server.people.invite_app(second.id)
    await rig.server.gateway.settled()
    told = rig.server.people.command("ana", "me", "/pln list")
    assert await told.acknowledged()
    assert seen(rig, channel="me") == [WHICH_SERVER]
    used = await kept(rig, rig.server.people.command("ana", "staffroom", "/pln list", second.id))
    await rig.chat.send(to(used))
    event = await asked(rig, channel="me")
    assert event.workspace == f"discord:{second.id}"
    await rig.chat.send(to(event))


async def test_in_the_only_server_nothing_is_kept_about_where_people_are_at_home(rig: DiscordRig) -> None:
    for number, channel in enumerate(("staffroom", "me")):
        await rig.chat.send(to(await asked(rig, channel=channel), delivery=f"d{number}"))
    assert not [kind for kind, _ in rig.vault.kept if kind == HOMES]


async def test_somebody_who_left_the_server_is_no_longer_at_home_there(rig: DiscordRig) -> None:
    event = await asked(rig, channel="me")
    await rig.chat.send(to(event))
    world = rig.server.world
    elsewhere = world.add_guild("Other School", people=("ana",))
    rig.server.people.invite_app(elsewhere.id)
    await rig.server.gateway.settled()
    del world.guild.members[rig.person_id("ana")]
    rig.clock.advance(timedelta(minutes=6))
    event = await asked(rig, channel="me")
    assert event.workspace == f"discord:{elsewhere.id}"
    await rig.chat.send(to(event, delivery="d2"))


async def test_among_many_servers_nobody_is_looked_for() -> None:
    def make_many(server: DiscordServer) -> None:
        for number in range(MOST_ASKED):
            server.world.add_guild(f"School {number}")

    async with discord_rig(make_many) as rig:
        told = rig.server.people.command("ana", "me", "/pln list")
        assert await told.acknowledged()
        assert seen(rig, channel="me") == [WHICH_SERVER]
        assert at(rig, "get_guild_member") == 0


async def test_where_discord_does_not_say_who_is_in_a_server_what_was_known_holds(rig: DiscordRig) -> None:
    await rig.chat.send(to(await asked(rig)))
    rig.clock.advance(timedelta(minutes=6))
    rig.server.faults.fail_next("out of service", operation="get_guild_member", times=9)
    event = await asked(rig, channel="me")
    assert event.workspace == HILLTOP
    await rig.chat.send(to(event, delivery="d2"))


async def test_in_somebody_elses_server_the_answer_is_private_and_about_ones_own(rig: DiscordRig) -> None:
    world = rig.server.world
    ana = world.person("ana")
    ana.has_installed = True
    world.guilds[ELSEWHERE_GUILD].members[ana.id] = Member(ana.id)
    event = await kept(rig, rig.server.people.command("ana", "staffroom", "/pln list", ELSEWHERE_GUILD))
    assert isinstance(event.happening, CommandGiven)
    assert (event.workspace, event.happening.channel) == (HILLTOP, ChannelKey(HILLTOP, ana.id))
    await rig.chat.send(to(event))
    there = world.guilds[ELSEWHERE_GUILD]
    assert [each.only_for for each in rig.server.messages("staffroom", "ana", there)] == [ana.id]


async def test_somebody_who_is_in_none_of_our_servers_is_told_so(rig: DiscordRig) -> None:
    rig.server.world.person("eve").has_installed = True
    told = rig.server.people.command("eve", "staffroom", "/pln list", ELSEWHERE_GUILD)
    assert await told.acknowledged()
    there = rig.server.world.guilds[ELSEWHERE_GUILD]
    assert [read(each).text for each in rig.server.messages("staffroom", "eve", there)] == [WHICH_SERVER]
    assert rig.inbox.events == []


async def test_what_happens_in_a_thread_belongs_to_its_channel_and_is_answered_in_the_thread(rig: DiscordRig) -> None:
    head = await rig.chat.send(Outgoing("d0", rig.channel, sentence("Tuesday")))
    card = with_buttons(Button("Save", "save/d0/1"))
    posted = await rig.chat.send(Outgoing("d2", rig.channel, card, under=head))
    assert posted is not None
    event = await kept(rig, rig.server.people.press("ana", posted, "Save"))
    assert isinstance(event.happening, ButtonPressed)
    assert (event.happening.channel, event.happening.message) == (rig.channel, posted)
    await rig.chat.send(to(event, "Saved."))
    assert (await rig.thread("ana", str(head)))[-1] == "Saved."


# ---------------------------------------------------------------------------------------------------------- suggestions


async def test_what_somebody_types_is_completed_from_the_engine(rig: DiscordRig) -> None:
    rig.suggestions[:] = [
        Suggestion("#edchat, 40 posts a day", "#edchat"),
        Suggestion("", "x"),
        Suggestion("x", "y" * 101),
    ]
    found = await rig.server.people.proposals("ana", "staffroom", "/pln follow topics:#ed")
    assert found == ["#edchat, 40 posts a day"]
    (typing,) = rig.typing
    assert (typing.verb, typing.option, typing.text) == ("follow", "topics", "#ed")
    assert typing.channel == rig.channel


async def test_no_more_is_suggested_than_discord_shows(rig: DiscordRig) -> None:
    rig.suggestions[:] = [Suggestion(str(number), str(number)) for number in range(40)]
    found = await rig.server.people.proposals("ana", "staffroom", "/pln follow topics:#ed")
    assert found is not None
    assert len(found) == 25


async def test_nothing_that_is_typed_reaches_the_inbox(rig: DiscordRig) -> None:
    await rig.server.people.proposals("ana", "staffroom", "/pln follow topics:#ed")
    assert rig.inbox.events == []


async def test_somebody_who_is_at_home_nowhere_gets_no_suggestions(rig: DiscordRig) -> None:
    rig.server.world.person("eve").has_installed = True
    assert await rig.server.people.proposals("eve", "staffroom", "/pln follow topics:#ed", ELSEWHERE_GUILD) == []
    assert rig.typing == []


async def test_suggestions_that_come_too_late_for_discord_are_no_harm(rig: DiscordRig) -> None:
    rig.server.faults.refuse_next(10062, "Unknown interaction", 404, CALLBACK)
    rig.server.people.patience = 0.3
    assert await rig.server.people.proposals("ana", "staffroom", "/pln follow topics:#ed") is None
    rig.server.people.patience = 3.0
    assert await rig.server.people.proposals("ana", "staffroom", "/pln follow topics:#ed") == ["#edchat"]


# --------------------------------------------------------------------------------------------------------------- people


async def test_who_may_manage_the_server_is_an_admin_and_everybody_else_a_member(rig: DiscordRig) -> None:
    rig.server.people.make_role("Heads", permissions=["Manage Server"])
    rig.server.people.give_role("dev", "Heads")
    await rig.server.gateway.settled()
    standings = {}
    for person in ("ana", "ben", "dev"):
        event = await asked(rig, person=person)
        standings[person] = (await rig.chat.profile(PersonKey(HILLTOP, rig.person_id(person)))).standing
        await rig.chat.send(to(event, delivery=person))
    assert {person: standing.value for person, standing in standings.items()} == {
        "ana": "member",
        "ben": "admin",
        "dev": "admin",
    }
    assert rig.server.seen_at("get_guild_member") == []


async def test_somebody_who_only_reacts_is_asked_about_once_in_some_minutes(rig: DiscordRig) -> None:
    role = rig.server.people.make_role("Maths", permissions=[])
    rig.server.people.give_role("cleo", "Maths")
    person = PersonKey(HILLTOP, rig.person_id("cleo"))
    profiles = [await rig.chat.profile(person) for _ in range(3)]
    assert {(each.standing.value, each.name, each.groups) for each in profiles} == {
        ("member", "Cleo Souza", frozenset({role}))
    }
    assert len(rig.server.seen_at("get_guild_member")) == 1
    rig.clock.advance(timedelta(minutes=6))
    await rig.chat.profile(person)
    assert len(rig.server.seen_at("get_guild_member")) == 2


# ------------------------------------------------------------------------------------------------------------- commands


async def test_commands_are_registered_once_and_again_only_when_they_changed(rig: DiscordRig) -> None:
    async with started_again(rig):
        assert [each["name"] for each in rig.server.world.app.commands] == ["pln", "pln-admin", "Save to library"]
        assert at(rig, REGISTER) == 1
    await rig.vault.put(KEPT_AS, APPLICATION, "what they were in an older version")
    async with started_again(rig):
        assert at(rig, REGISTER) == 2


@pytest.mark.parametrize("fault", ["out of service", "bad gateway", "done, then dropped", "429"])
async def test_where_commands_cannot_be_registered_the_next_start_tries_again(fault: str) -> None:
    def spoil(server: DiscordServer) -> None:
        if fault == "429":
            server.faults.throttle(60, operation=REGISTER)
        else:
            server.faults.fail_next(fault, operation=REGISTER)

    async with discord_rig(spoil) as rig:
        assert rig.chat.workspaces()
        rig.clock.advance(timedelta(minutes=2))
        async with started_again(rig):
            assert at(rig, REGISTER) == 2
            assert rig.server.people.offered("ana", "staffroom") == ["pln", "Save to library"]


async def test_where_nobody_may_take_commands_along_the_server_has_them_all_the_same() -> None:
    def refuse(server: DiscordServer) -> None:
        server.faults.refuse_next(50035, "Invalid Form Body", 400, REGISTER)

    async with discord_rig(refuse) as rig:
        assert rig.server.people.offered("ana", "staffroom") == ["pln", "Save to library"]
        assert {tuple(each["integration_types"]) for each in rig.server.world.app.commands} == {(0,)}
        async with started_again(rig):
            assert (0, 1) in {tuple(each["integration_types"]) for each in rig.server.world.app.commands}


async def test_the_admins_command_is_seen_by_admins_alone(rig: DiscordRig) -> None:
    assert "pln-admin" not in rig.server.people.offered("ana", "staffroom")
    assert "pln-admin" in rig.server.people.offered("ben", "staffroom")
