"""Modals, Home pages and response addresses of a loopback Slack."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    ROOM,
    Json,
    Listener,
    a_modal,
    actions,
    an_input,
    button,
    code_of,
    plain,
    section,
)
from tests.rigs.slack_server import SlackServer
from tests.rigs.slack_server_screen import NotThere

# ---------------------------------------------------------------------------------------------------- modals and Home


async def opened(slack: SlackServer, client: AsyncWebClient, app: Listener, view: Json) -> None:
    await slack.people.command("ana", ROOM, "/pln settings")
    await client.views_open(trigger_id=app.heard[-1].payload["trigger_id"], view=view)


async def test_a_modal_is_filled_in_by_its_labels(slack: SlackServer, client: AsyncWebClient, app: Listener) -> None:
    option = {"text": plain("Reading group"), "value": "reading"}
    shelf = an_input("Shelf", type="static_select", options=[option])
    del shelf["element"]["action_id"]
    shelf["element"]["action_id"] = "answer"
    await opened(slack, client, app, a_modal(an_input(initial_value="Before"), shelf, private_metadata="kept"))
    await slack.people.submit("ana", {"Shelf": "Reading group"})
    view = app.heard[-1].payload["view"]
    assert view["private_metadata"] == "kept"
    assert view["state"]["values"]["Note"]["answer"]["value"] == "Before"
    assert view["state"]["values"]["Shelf"]["answer"]["selected_option"] == option
    assert slack.people.modal("ana") is None


async def test_a_modal_needs_what_is_not_optional(slack: SlackServer, client: AsyncWebClient, app: Listener) -> None:
    await opened(slack, client, app, a_modal(an_input("Note"), an_input("Tags", optional=True)))
    with pytest.raises(NotThere):
        await slack.people.submit("ana", {"Tags": "maths"})
    app.answer = {"response_action": "errors", "errors": {"Note": "Too short."}}
    await slack.people.submit("ana", {"Note": "A"})
    assert slack.people.modal("ana") is not None


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackServer, clock: FakeClock, client: AsyncWebClient, app: Listener
) -> None:
    await opened(slack, client, app, a_modal(section("Hello")))
    used = app.heard[-1].payload["trigger_id"]
    view = a_modal(section("Hello"))
    assert await code_of(client, "views.open", trigger_id=used, view=view) == "exchanged_trigger_id"
    await slack.people.command("ana", ROOM, "/pln settings")
    clock.advance(timedelta(seconds=3.1))
    late = app.heard[-1].payload["trigger_id"]
    assert await code_of(client, "views.open", trigger_id=late, view=view) == "expired_trigger_id"
    assert await code_of(client, "views.open", trigger_id="1.2.3", view=view) == "invalid_trigger_id"


@pytest.mark.parametrize(
    "view",
    [
        a_modal(section("A"), title=plain("A" * 25)),
        a_modal(section("A"), private_metadata="A" * 3_001),
        a_modal(*(section("A") for _ in range(101))),
        {name: part for name, part in a_modal(an_input()).items() if name != "submit"},
        a_modal(an_input(initial_value="A" * 20, max_length=10)),
    ],
)
async def test_a_modal_beyond_a_limit_is_refused(
    slack: SlackServer, client: AsyncWebClient, app: Listener, view: Json
) -> None:
    await slack.people.command("ana", ROOM, "/pln settings")
    trigger = app.heard[-1].payload["trigger_id"]
    assert await code_of(client, "views.open", trigger_id=trigger, view=view) == "invalid_arguments"


async def test_a_home_page_is_published_for_one_person(
    slack: SlackServer, client: AsyncWebClient, app: Listener
) -> None:
    assert (await slack.people.open_home("ana")).acknowledged
    assert app.heard[0].payload["event"]["type"] == "app_home_opened"
    await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [actions(button("Find"))]})
    await slack.people.press_on_home("ana", "Find")
    assert app.heard[1].payload["container"]["type"] == "view"
    assert slack.team.person("ben").home is None


# ------------------------------------------------------------------------------------------------------- response_url


async def test_a_response_url_is_used_five_times_within_half_an_hour(
    slack: SlackServer, clock: FakeClock, app: Listener
) -> None:
    await slack.people.command("ana", ROOM, "/pln help")
    await slack.people.command("ana", ROOM, "/pln help")
    first, second = (request.payload["response_url"] for request in app.heard)
    async with ClientSession() as session:

        async def answer(address: str, **more: Any) -> tuple[int, str]:
            async with session.post(address, json={"text": "Here", **more}) as response:
                return response.status, (await response.json()).get("error", "")

        assert [await answer(first) for _ in range(6)] == [(200, "")] * 5 + [(404, "used_url")]
        assert (await answer(second, blocks=[section("")]))[1] == "invalid_blocks"
        clock.advance(timedelta(minutes=31))
        assert await answer(second) == (404, "expired_url")
    assert len(slack.texts(ROOM, "ana")) == 5
    assert slack.texts(ROOM, "ben") == []
