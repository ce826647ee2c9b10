"""Everything that goes wrong with Slack in the life of a school, each with what people are told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from aiohttp.web import WebSocketResponse

from adapters.slack.api import Api, Calls
from adapters.slack.chat import SlackChat
from adapters.slack.history import MOST_PAGES, MOST_THREADS, PAGE, History
from adapters.slack.message import moment_of
from adapters.slack.socket import SocketLine
from adapters.slack.tokens import OneToken
from bot.domain.check import Health
from bot.domain.events import CommandGiven, Event, ReactionAdded, ReactionRemoved, ReplyHandle, WorkspaceLeft
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Profile, Standing
from bot.errors import Rejected, Throttled, Unauthorised, Unavailable
from bot.plugins import ChatTools
from bot.ports import Outgoing
from bot.testing.messages import sentence
from bot.testing.talk import send, sent
from bot.views import Form, TextField
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.slack import EVERY_RIGHT, SlackRig, slack_rig, slack_section
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.rigs.slack_server_wire import Envelope
from tests.rigs.slack_server_world import Message

SCHOOL = "slack:T0SCHOOL"
BOOKMARK = "🔖"
INVITE = "/invite @Staffroom"


@pytest.fixture
async def rig() -> AsyncIterator[SlackRig]:
    async with slack_rig() as rig:
        yield rig


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0)


async def reply_to(rig: SlackRig, text: str = "/pln help") -> ReplyHandle:
    await rig.command("ana", text)
    happening = rig.inbox.events[-1].happening
    assert isinstance(happening, CommandGiven)
    return happening.reply


def a_form() -> Form:
    return Form("note", "Note", "Save", (TextField("note", "Note"),))


# ------------------------------------------------------------------------------------------------------------ channels


async def test_an_archived_channel_says_what_to_do(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    await rig.server.people.archive("ben", "staffroom")
    with pytest.raises(Rejected, match=r"archived\. Unarchive it, or choose another"):
        await send(rig, "d-2", "Good morning.")
    with pytest.raises(Rejected, match="archived"):
        await rig.chat.edit(rig.channel, message, sentence("Good evening."))
    with pytest.raises(Rejected, match="archived"):
        await rig.chat.look(rig.channel)


async def test_a_deleted_channel_is_one_that_slack_does_not_show(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    await rig.server.people.delete_channel("ben", "staffroom")
    with pytest.raises(Rejected, match="it is gone, or it is private"):
        await send(rig, "d-2", "Good morning.")
    with pytest.raises(Rejected, match="it is gone"):
        await rig.chat.look(rig.channel)
    await rig.chat.remove(rig.channel, message)


async def test_a_renamed_channel_keeps_its_messages_and_is_called_by_its_new_name(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    before = await rig.chat.look(rig.channel)
    await rig.server.people.rename("ben", "staffroom", "science")
    after = await rig.chat.look(rig.channel)
    assert (before and before.name, after and after.name) == ("staffroom", "science")
    await rig.chat.edit(rig.channel, message, sentence("Good evening."))


async def test_a_channel_that_we_were_removed_from_says_how_to_invite_us(rig: SlackRig) -> None:
    await rig.server.people.remove_app("ben", "staffroom")
    with pytest.raises(Rejected, match=INVITE):
        await send(rig, "d-1", "Good morning.")
    seen = await rig.chat.look(rig.channel)
    assert seen is not None
    assert not seen.is_member
    assert "type /invite @Staffroom here" in seen.remedy


async def test_a_private_channel_without_us_looks_like_none_and_says_how_to_invite_us(rig: SlackRig) -> None:
    heads = rig.server.team.add_channel("heads", is_private=True)
    heads.members.clear()
    with pytest.raises(Rejected, match=INVITE):
        await rig.chat.send(Outgoing("d-1", ChannelKey(SCHOOL, heads.id), sentence("Good morning.")))
    with pytest.raises(Rejected, match=INVITE):
        await rig.chat.look(ChannelKey(SCHOOL, heads.id))


# -------------------------------------------------------------------------------------------------------------- tokens


@pytest.mark.parametrize(
    ("setting", "value"), [("bot_token", "xoxb-1-2-wrong"), ("app_token", "xapp-1-2-wrong"), ("app_token", BOT_TOKEN)]
)
async def test_a_wrong_token_is_named_when_connecting_and_not_told(setting: str, value: str) -> None:
    with pytest.raises(Unauthorised, match=rf"{setting} of \[slack\].*api\.slack\.com/apps") as refused:
        async with slack_rig(EVERY_RIGHT, **{setting: value}):
            pass
    assert value not in str(refused.value)


async def test_a_token_that_is_revoked_later_says_so_and_is_said_to_those_who_look_after_it(rig: SlackRig) -> None:
    await rig.server.people.uninstall()
    assert isinstance(rig.inbox.events[-1].happening, WorkspaceLeft)
    with pytest.raises(Unauthorised, match=r"no longer accepts the token.*install"):
        await send(rig, "d-1", "Good morning.")
    [line, *_] = await rig.chat.check()
    assert line.health is Health.FAIL
    assert "bot_token of [slack]" in line.remedy


@pytest.mark.parametrize("team", ["T0SCHOOL", "T0OTHER"])
@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
async def test_that_we_were_taken_out_is_not_believed_while_slack_takes_the_token(
    rig: SlackRig, kind: str, team: str
) -> None:
    event = {"type": kind, "tokens": {"bot": ["U0BOT"]}, "event_ts": rig.server.world.new_ts()}
    payload = {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": event}
    assert (await rig.server.wire.tell(Envelope("events_api", payload))).acknowledged
    assert rig.inbox.events == []


async def test_nobody_is_spoken_to_in_a_workspace_that_is_not_ours(rig: SlackRig) -> None:
    with pytest.raises(Unauthorised, match="not installed"):
        await rig.chat.send(Outgoing("d-1", ChannelKey("slack:T0OTHER", "C0STAFFROOM"), sentence("Good morning.")))


# -------------------------------------------------------------------------------------------------------------- rights


async def test_without_the_right_to_read_people_everybody_is_a_member_without_a_name() -> None:
    async with slack_rig(EVERY_RIGHT - {"users:read"}) as rig:
        assert await rig.chat.profile(PersonKey(SCHOOL, "U0BEN")) == Profile()
        assert len(rig.server.seen_at("users.info")) == 1
        await rig.chat.profile(PersonKey(SCHOOL, "U0BEN"))
        assert len(rig.server.seen_at("users.info")) == 1


async def test_without_the_right_to_read_channels_nobody_knows() -> None:
    async with slack_rig(EVERY_RIGHT - {"channels:read"}) as rig:
        assert await rig.chat.look(rig.channel) is None


async def test_a_right_that_lacks_is_named_where_it_is_needed() -> None:
    async with slack_rig(EVERY_RIGHT - {"reactions:write"}) as rig:
        message = await sent(rig, "d-1", "Good morning.")
        assert not rig.chat.abilities(SCHOOL).seeded_reactions
        with pytest.raises(Unauthorised, match="reactions:write"):
            await rig.chat.seed(rig.channel, message, ["1️⃣"])


async def test_doctor_names_each_right_that_lacks_with_what_is_lost() -> None:
    async with slack_rig(EVERY_RIGHT - {"users:read", "channels:history"}) as rig:
        lines = await rig.chat.check()
        assert [each.name for each in lines if each.health is Health.WARN] == ["slack right users:read"]
        assert "Names of who saved" in next(each.remedy for each in lines if each.health is Health.WARN)


async def test_a_private_channel_that_may_not_be_read_is_not_asked_for_what_became_of_a_message() -> None:
    async with slack_rig(EVERY_RIGHT - {"groups:history"}) as rig:
        heads = rig.server.team.add_channel("heads", is_private=True)
        with pytest.raises(Rejected, match="cannot be asked"):
            await rig.chat.find(ChannelKey(SCHOOL, heads.id), "d-1")


# ------------------------------------------------------------------------------------------------------------ messages


async def test_a_message_that_a_person_deleted_cannot_be_edited_and_is_no_error_to_remove(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Good morning.")
    await rig.server.people.delete_message("ben", message)
    with pytest.raises(Rejected, match="took the message away"):
        await rig.chat.edit(rig.channel, message, sentence("Good evening."))
    await rig.chat.remove(rig.channel, message)
    with pytest.raises(Rejected, match="took the message away"):
        await rig.chat.reactions(rig.channel, message)


async def test_another_app_cannot_pass_a_message_off_as_ours(rig: SlackRig) -> None:
    label = {"event_type": "staffroom_delivery", "event_payload": {"delivery": "d-1"}}
    forged = Message(
        rig.server.world.new_ts(), rig.channel.channel, "U0OTHER", "Trust me.", metadata=label, by_app=True
    )
    rig.server.team.channel("staffroom").messages.append(forged)
    assert await rig.chat.find(rig.channel, "d-1") is None


async def test_a_message_in_a_thread_of_ours_is_found(rig: SlackRig) -> None:
    cover = await sent(rig, "d-1", "Tuesday")
    card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("A card."), under=cover))
    assert await rig.chat.find(rig.channel, "d-2") == card
    assert await rig.chat.find(rig.channel, "d-3") is None


async def test_a_message_in_ones_own_channel_is_found_where_that_may_be_read() -> None:
    own = ChannelKey(SCHOOL, "U0ANA")
    async with slack_rig(EVERY_RIGHT | {"im:write", "im:history"}) as rig:
        message = await rig.chat.send(Outgoing("d-1", own, sentence("For you.")))
        assert message is not None
        assert await rig.chat.find(own, "d-1") == message
    async with slack_rig(EVERY_RIGHT - {"im:write", "im:history"}) as rig:
        with pytest.raises(Rejected, match="cannot be asked"):
            await rig.chat.find(own, "d-1")


async def test_where_too_much_was_written_it_is_not_claimed_that_the_message_is_not_there(rig: SlackRig) -> None:
    channel = rig.server.team.channel("staffroom")
    for _ in range(PAGE * MOST_PAGES + 1):
        channel.messages.append(Message(rig.server.world.new_ts(), channel.id, "U0BEN", "chatter"))
    with pytest.raises(Rejected, match="could not be found out"):
        await rig.chat.find(rig.channel, "d-1")


async def test_in_more_threads_than_are_looked_through_it_is_not_claimed_that_the_message_is_not_there(
    rig: SlackRig,
) -> None:
    for number in range(MOST_THREADS + 1):
        cover = await sent(rig, f"d-{number}", f"Morning {number}")
        await rig.chat.send(Outgoing(f"card-{number}", rig.channel, sentence("A card."), under=cover))
        rig.clock.advance(timedelta(minutes=1))
    with pytest.raises(Rejected, match="could not be found out"):
        await rig.chat.find(rig.channel, "card-0")
    rig.clock.advance(timedelta(minutes=1))
    assert await rig.chat.find(rig.channel, "card-9")


async def test_a_search_that_slacks_pace_interrupts_goes_on_where_it_was(rig: SlackRig) -> None:
    for number in range(12):
        cover = await sent(rig, f"d-{number}", f"Morning {number}")
        await rig.chat.send(Outgoing(f"card-{number}", rig.channel, sentence("A card."), under=cover))
        rig.clock.advance(timedelta(minutes=1))
    assert await rig.chat.find(rig.channel, "gone-1") is None
    waits = 0
    while waits < 12:
        try:
            assert await rig.chat.find(rig.channel, "gone-2") is None
            break
        except Throttled as wait:
            waits += 1
            rig.clock.advance(wait.until - rig.clock.now())
    assert waits == 4
    assert len(rig.server.seen_at("conversations.replies")) == 24
    assert len(rig.server.seen_at("conversations.history")) == 2


async def test_without_knowing_which_messages_are_ours_it_is_not_claimed_that_one_is_not_there(rig: SlackRig) -> None:
    history = History(Calls(Api(rig.server.url, rig.clock), OneToken(BOT_TOKEN)), rig.clock)
    with pytest.raises(Rejected, match="is not known"):
        await history.find(rig.channel, "d-1", bot="")


async def test_history_is_asked_for_a_bounded_time_only(rig: SlackRig) -> None:
    await rig.chat.find(rig.channel, "d-1")
    [asked] = rig.server.seen_at("conversations.history")
    oldest = moment_of(str(asked.arguments["oldest"]))
    assert oldest == rig.clock.now() - timedelta(days=14)


# ------------------------------------------------------------------------------------------------------ private answers


async def test_an_answer_after_half_an_hour_still_reaches_who_asked(rig: SlackRig) -> None:
    reply = await reply_to(rig)
    rig.clock.advance(timedelta(minutes=31))
    await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Here is help."), reply=reply))
    assert await rig.shown("ana") == ["Here is help."]
    assert await rig.shown("ben") == []


async def test_a_sixth_answer_still_reaches_who_asked(rig: SlackRig) -> None:
    reply = await reply_to(rig)
    for number in range(6):
        await rig.chat.send(Outgoing(f"d-{number}", rig.channel, sentence(f"Part {number}."), reply=reply))
    assert await rig.shown("ana") == [f"Part {number}." for number in range(6)]
    assert await rig.shown("ben") == []


async def test_an_answer_where_we_are_not_comes_in_the_persons_own_channel(rig: SlackRig) -> None:
    rig.server.team.channel("staffroom").members.discard(rig.server.team.bot.id)
    await rig.chat.send(Outgoing("d-1", rig.channel, sentence("For Ana's eyes."), private_to="U0ANA"))
    assert await rig.shown("ana") == []
    assert await rig.personal("ana") == ["For Ana's eyes."]


async def test_an_answer_whose_fate_is_not_known_is_not_given_twice(rig: SlackRig) -> None:
    reply = await reply_to(rig)
    rig.server.faults.fail_next("an error with an HTML body", method="response_url")
    with pytest.raises(Exception, match="did not say whether"):
        await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Here is help."), reply=reply))
    assert rig.server.seen_at("chat.postEphemeral") == []


async def test_a_form_that_comes_too_late_or_twice_says_to_press_again(rig: SlackRig) -> None:
    reply = await reply_to(rig)
    await rig.chat.open_form(reply, a_form())
    with pytest.raises(Rejected, match="Press the button or type the command again"):
        await rig.chat.open_form(reply, a_form())
    late = await reply_to(rig)
    rig.clock.advance(timedelta(seconds=4))
    with pytest.raises(Rejected, match="Press the button or type the command again"):
        await rig.chat.open_form(late, a_form())


# -------------------------------------------------------------------------------------------------------------- people


async def test_another_app_is_no_member_and_its_reactions_do_not_count(rig: SlackRig) -> None:
    robot = rig.server.team.add_person("robot", is_bot=True)
    message = await sent(rig, "d-1", "Worth keeping.")
    shown = rig.server.team.channel("staffroom").message(message)
    assert shown is not None
    shown.reactions["bookmark"] = [robot.id, "U0ANA"]
    [seen] = await rig.chat.reactions(rig.channel, message)
    assert (seen.person.key.person, seen.person.name) == ("U0ANA", "Ana")
    profile = await rig.chat.profile(PersonKey(SCHOOL, robot.id))
    assert (profile.standing, profile.is_app) == (Standing.EXTERNAL, True)
    assert not (await rig.chat.profile(PersonKey(SCHOOL, "U0ANA"))).is_app


async def test_somebody_whom_slack_does_not_know_is_from_outside(rig: SlackRig) -> None:
    assert (await rig.chat.profile(PersonKey(SCHOOL, "U0NOBODY"))).standing is Standing.EXTERNAL


async def test_a_person_is_asked_about_once_an_hour(rig: SlackRig) -> None:
    for _ in range(3):
        await rig.chat.profile(PersonKey(SCHOOL, "U0ANA"))
    rig.clock.advance(timedelta(minutes=61))
    await rig.chat.profile(PersonKey(SCHOOL, "U0ANA"))
    assert len(rig.server.seen_at("users.info")) == 2


async def test_a_person_who_was_changed_is_asked_about_anew(rig: SlackRig) -> None:
    assert (await rig.chat.profile(PersonKey(SCHOOL, "U0ANA"))).standing is Standing.MEMBER
    rig.server.team.person("ana").is_admin = True
    changed = {"type": "user_change", "user": {"id": "U0ANA"}, "event_ts": rig.server.world.new_ts()}
    payload = {"type": "event_callback", "team_id": "T0SCHOOL", "event_id": "Ev1", "event": changed}
    assert (await rig.server.wire.tell(Envelope("events_api", payload))).acknowledged
    assert (await rig.chat.profile(PersonKey(SCHOOL, "U0ANA"))).standing is Standing.ADMIN


async def test_who_was_known_is_still_known_while_slack_does_not_answer(rig: SlackRig) -> None:
    known = await rig.chat.profile(PersonKey(SCHOOL, "U0BEN"))
    rig.clock.advance(timedelta(hours=2))
    await rig.break_down("out of service")
    assert await rig.chat.profile(PersonKey(SCHOOL, "U0BEN")) == known
    with pytest.raises(Unavailable):
        await rig.chat.profile(PersonKey(SCHOOL, "U0CLEO"))


# -------------------------------------------------------------------------------------- duplicate, late, out of order


async def test_an_event_that_could_not_be_kept_is_told_again_and_kept_once(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    await rig.break_inbox()
    assert not await rig.react("ana", message, BOOKMARK)
    rig.inbox.broken = False
    assert [told.acknowledged for told in await rig.server.wire.redeliver()] == [True]
    await rig.repeat()
    assert len(rig.inbox.events) == 1


async def test_events_that_come_late_and_in_another_order_say_when_they_happened(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    await rig.break_inbox()
    await rig.react("ana", message, BOOKMARK)
    await rig.unreact("ana", message, BOOKMARK)
    rig.inbox.broken = False
    rig.clock.advance(timedelta(minutes=6))
    for envelope in reversed(rig.server.wire.told[-2:]):
        again = Envelope(envelope.kind, envelope.payload, attempt=3, reason="timeout")
        assert (await rig.server.wire.tell(again)).acknowledged
    removed, added = rig.inbox.events
    assert isinstance(removed.happening, ReactionRemoved)
    assert isinstance(added.happening, ReactionAdded)
    assert _moment(added) < _moment(removed) < rig.clock.now() - timedelta(minutes=5)


def _moment(event: Event) -> datetime:
    assert event.happened_at is not None
    return event.happened_at


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "team_id": "T0SCHOOL", "event": {"type": "reaction_added"}, "event_id": "Ev1"},
        {"type": "event_callback", "team_id": "T0SCHOOL", "event": {"type": "channel_rename", "channel": []}},
        {"type": "block_actions", "team": {"id": "T0SCHOOL"}, "user": {"id": "U0ANA"}, "actions": [{}]},
        {"type": "view_submission", "team": {"id": "T0SCHOOL"}, "user": {"id": "U0ANA"}, "view": {"id": "V1"}},
    ],
)
async def test_what_cannot_be_read_is_not_asked_for_again(rig: SlackRig, payload: dict[str, object]) -> None:
    kind = "events_api" if payload["type"] == "event_callback" else "interactive"
    assert (await rig.server.wire.tell(Envelope(kind, payload))).acknowledged
    assert rig.inbox.events == []


# -------------------------------------------------------------------------------------------------------------- socket


@asynccontextmanager
async def quick_socket(missed: Callable[[], None] = lambda: None) -> AsyncIterator[SlackRig]:
    """Connected with a socket that is tried every fifth of a second."""
    clock, inbox = FakeClock(), FakeInbox()
    async with SlackServer(clock, patience=0.5) as server, not_connected(server, clock, inbox, missed) as chat:
        yield SlackRig(server, clock, inbox, FakeVault(), chat)


def not_connected(
    server: SlackServer, clock: FakeClock, inbox: FakeInbox | None = None, missed: Callable[[], None] = lambda: None
) -> SlackChat:
    async def nothing() -> None: ...

    heard = inbox or FakeInbox()
    tools = ChatTools(clock, heard, FakeRoom(heard), FakePages(), FakeVault(), nothing, missed=missed)
    section = slack_section(server)
    api = Api(section.base_url, clock)
    return SlackChat(api, SocketLine(section, tools, api, ping_seconds=0.2))


async def another_socket(rig: SlackRig, old: list[WebSocketResponse]) -> None:
    await until(lambda: bool(rig.server.wire.sockets) and not set(old) & set(rig.server.wire.sockets))


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_socket_that_slack_wants_renewed_is_renewed(reason: str) -> None:
    async with quick_socket() as rig:
        old = list(rig.server.wire.sockets)
        await rig.server.wire.ask_to_leave(reason)
        await another_socket(rig, old)
        assert await rig.command("ana", "/pln help")
        assert len(rig.inbox.events) == 1


async def test_a_socket_that_closes_without_a_word_is_opened_again() -> None:
    async with quick_socket() as rig:
        old = list(rig.server.wire.sockets)
        await rig.server.wire.hang_up()
        await another_socket(rig, old)
        assert await rig.command("ana", "/pln help")


async def test_a_socket_that_has_gone_silent_is_noticed_and_opened_again() -> None:
    async with quick_socket() as rig:
        old = list(rig.server.wire.sockets)
        rig.server.wire.mute = True
        await until(lambda: old[0] not in rig.server.wire.sockets)
        rig.server.wire.mute = False
        await another_socket(rig, old)
        assert await rig.command("ana", "/pln help")


async def test_while_slack_is_away_it_is_tried_until_it_is_back() -> None:
    async with quick_socket() as rig:
        await rig.server.stop_listening()
        await rig.server.wire.hang_up()
        [_bot, socket] = await rig.chat.check()
        assert socket.health is Health.WARN
        rig.clock.advance(timedelta(hours=1))
        await rig.server.listen()
        await until(lambda: len(rig.server.wire.sockets) == 1)
        assert await rig.command("ana", "/pln help")


@pytest.mark.parametrize(("away", "looks_back"), [(timedelta(seconds=59), False), (timedelta(minutes=5), True)])
async def test_after_a_long_absence_what_happened_meanwhile_is_looked_for(*, away: timedelta, looks_back: bool) -> None:
    called: list[str] = []
    async with quick_socket(missed=lambda: called.append("missed")) as rig:
        await rig.server.stop_listening()
        await rig.server.wire.hang_up()
        while "since" not in (await rig.chat.check())[-1].finding:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0)
        rig.clock.advance(away)
        await rig.server.listen()
        await until(lambda: len(rig.server.wire.sockets) == 1)
        assert await rig.command("ana", "/pln help")
        assert bool(called) is looks_back


async def test_what_comes_while_the_inbox_is_slow_is_kept_before_we_leave() -> None:
    async with quick_socket() as rig:
        slow = SlowInbox(rig.inbox)
        rig.inbox.accept = slow.accept  # type: ignore[method-assign]
        told = asyncio.ensure_future(rig.command("ana", "/pln help"))
        await slow.begun.wait()
        leaving = asyncio.ensure_future(rig.chat.__aexit__(None, None, None))
        slow.go_on.set()
        await leaving
        assert await told
        assert len(rig.inbox.events) == 1


class SlowInbox:
    """Keeps an event only when it is let."""

    def __init__(self, inbox: FakeInbox) -> None:
        self._accept = inbox.accept
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def accept(self, event: Event) -> bool:
        self.begun.set()
        await self.go_on.wait()
        return await self._accept(event)


async def test_the_address_of_the_socket_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with quick_socket() as rig:
        await rig.server.stop_listening()
        await rig.server.wire.hang_up()
        await until(lambda: "Failed to" in caplog.text)
    assert "ws://" not in caplog.text
    assert APP_TOKEN not in caplog.text


async def test_slack_that_is_away_at_the_start_is_said() -> None:
    async with SlackServer(FakeClock()) as server:
        await server.stop_listening()
        chat = not_connected(server, FakeClock())
        [bot, socket] = await chat.check()
        assert (bot.health, socket.health) == (Health.FAIL, Health.FAIL)
        with pytest.raises(Unavailable, match="cannot be reached"):
            await chat.__aenter__()
        assert list(chat.workspaces()) == []


async def test_looking_after_it_before_it_is_connected_opens_no_socket() -> None:
    async with SlackServer(FakeClock()) as server:
        lines = await not_connected(server, FakeClock()).check()
        assert {each.health for each in lines} == {Health.OK}
        assert server.wire.sockets == []


async def test_what_other_slack_apps_keep_in_the_environment_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKEN", "APP_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET"):
        monkeypatch.setenv(f"SLACK_{name}", "xoxb-another-app")
    async with slack_rig() as rig:
        await send(rig, "d-1", "Good morning.")
        assert await rig.command("ana", "/pln help")
        assert "xoxb-another-app" not in {each.token for each in rig.server.seen}


async def test_seeding_is_put_off_as_a_whole_when_it_would_be_too_fast(rig: SlackRig) -> None:
    caps = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣"]
    message = await sent(rig, "d-1", "Worth keeping.")
    for _ in range(4):
        await rig.chat.seed(rig.channel, message, caps)
    before = len(rig.server.seen_at("reactions.add"))
    with pytest.raises(Throttled):
        await rig.chat.seed(rig.channel, message, caps)
    assert len(rig.server.seen_at("reactions.add")) == before


async def test_seeding_goes_on_where_slack_asked_to_wait(rig: SlackRig) -> None:
    message = await sent(rig, "d-1", "Worth keeping.")
    await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"])
    other = await sent(rig, "d-2", "Worth keeping as well.")
    rig.server.faults.throttle(5, method="reactions.add", after=2)
    with pytest.raises(Throttled):
        await rig.chat.seed(rig.channel, other, ["1️⃣", "2️⃣", "3️⃣", "4️⃣"])
    rig.clock.advance(timedelta(seconds=5))
    await rig.chat.seed(rig.channel, other, ["1️⃣", "2️⃣", "3️⃣", "4️⃣"])
    added = [each.arguments["name"] for each in rig.server.seen_at("reactions.add")]
    assert added == ["one", "two", "one", "two", "three", "three", "four"]
