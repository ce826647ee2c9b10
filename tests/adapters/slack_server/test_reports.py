"""What a loopback Slack tells an app, and how it is answered."""

import asyncio
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    ROOM,
    Listener,
    actions,
    button,
    plain,
    posted,
)
from tests.rigs.slack_server import SlackServer
from tests.rigs.slack_server_reports import UNHEARD
from tests.rigs.slack_server_screen import NotThere

# ------------------------------------------------------------------------------------------------------- what is heard


async def test_a_command_is_heard_and_may_be_answered_at_once(slack: SlackServer, app: Listener) -> None:
    app.answer = {"text": "Here is help."}
    assert (await slack.people.command("ana", ROOM, "/pln help me")).acknowledged
    [request] = app.heard
    assert request.type == "slash_commands"
    assert (request.payload["command"], request.payload["text"]) == ("/pln", "help me")
    assert (slack.texts(ROOM, "ana"), slack.texts(ROOM, "ben")) == (["Here is help."], [])


async def test_buttons_and_menus_are_pressed_by_what_they_say(
    slack: SlackServer, client: AsyncWebClient, app: Listener
) -> None:
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Why this?"), "value": "why/1"}]}
    ts = await posted(client, blocks=[actions(button(), menu)])
    await slack.people.press("ana", ts, "Save")
    await slack.people.press("ana", ts, "Why this?")
    pressed, chosen = (request.payload["actions"][0] for request in app.heard)
    assert (pressed["value"], chosen["selected_option"]["value"]) == ("save/1", "why/1")
    assert app.heard[0].payload["message"]["ts"] == ts
    with pytest.raises(NotThere):
        await slack.people.press("ana", ts, "Burn")


async def test_a_press_on_an_ephemeral_message_does_not_say_what_it_was(
    slack: SlackServer, client: AsyncWebClient, app: Listener
) -> None:
    answer = await client.chat_postEphemeral(channel=ROOM, user="U0ANA", text="?", blocks=[actions(button())])
    await slack.people.press("ana", answer["message_ts"], "Save")
    [request] = app.heard
    assert request.payload["container"]["is_ephemeral"]
    assert "message" not in request.payload


async def test_an_event_that_nobody_acknowledged_is_told_again_three_times(
    slack: SlackServer, clock: FakeClock, client: AsyncWebClient, app: Listener
) -> None:
    app.acknowledges = False
    slack.wire.patience = 0.05
    ts = await posted(client)
    assert not (await slack.people.react("ana", ts, "star")).acknowledged
    for pause in (timedelta(0), timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)):
        clock.advance(pause)
        await slack.wire.redeliver()
    assert [request.retry_attempt for request in app.heard] == [0, 1, 2, 3]
    assert [request.retry_reason for request in app.heard] == ["", "timeout", "timeout", "timeout"]
    assert len({request.payload["event_id"] for request in app.heard}) == 1
    assert len({request.envelope_id for request in app.heard}) == 4


async def test_a_command_that_nobody_acknowledged_is_not_told_again(
    slack: SlackServer, clock: FakeClock, app: Listener
) -> None:
    app.acknowledges = False
    slack.wire.patience = 0.05
    assert not (await slack.people.command("ana", ROOM, "/pln help")).acknowledged
    clock.advance(timedelta(hours=1))
    assert await slack.wire.redeliver() == []


async def test_events_are_heard_with_their_scope_and_subscription_only(
    slack: SlackServer, client: AsyncWebClient, app: Listener
) -> None:
    ts = await posted(client)
    slack.team.scopes -= {"reactions:read"}
    assert await slack.people.react("ana", ts, "star") == UNHEARD
    slack.world.subscribed -= {"channel_rename"}
    assert await slack.people.rename("ben", ROOM, "lounge") == UNHEARD
    assert app.heard == []


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        ("invite_app", ["member_joined_channel"]),
        ("remove_app", ["channel_left"]),
        ("archive", ["channel_archive"]),
        ("delete_channel", ["channel_deleted"]),
    ],
)
async def test_what_becomes_of_a_channel_is_told(slack: SlackServer, app: Listener, act: str, kinds: list[str]) -> None:
    await getattr(slack.people, act)("ben", ROOM)
    assert [request.payload["event"]["type"] for request in app.heard] == kinds


@pytest.mark.usefixtures("app")
async def test_a_socket_is_asked_to_leave_and_comes_back(slack: SlackServer) -> None:
    [first] = slack.wire.sockets
    await slack.wire.ask_to_leave()
    async with asyncio.timeout(10):
        while slack.wire.sockets in ([], [first]):  # noqa: ASYNC110 - the SDK reconnects when it likes
            await asyncio.sleep(0.02)
    assert len(slack.seen_at("apps.connections.open")) == 2


async def test_a_mute_socket_tells_nothing(slack: SlackServer, app: Listener) -> None:
    slack.wire.mute = True
    assert not (await slack.people.command("ana", ROOM, "/pln help")).acknowledged
    assert app.heard == []
