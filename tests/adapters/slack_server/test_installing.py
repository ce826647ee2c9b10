"""A loopback Slack over HTTP: signatures, OAuth, several workspaces, organisations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    ROOM,
    Listener,
    code_of,
    posted,
)
from tests.rigs.slack_server import CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, SlackServer
from tests.rigs.slack_server_world import Token

# --------------------------------------------------------------------------------------- HTTP, OAuth, organisations


@asynccontextmanager
async def address_of_an_app(status: int, heard: list[web.BaseRequest]) -> AsyncIterator[str]:
    """An app's own web server, which answers all with the status."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        heard.append(request)
        return web.Response(status=status)

    server = web.ServerRunner(web.Server(answer), shutdown_timeout=1)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{server.addresses[0][1]}/slack/events"
    finally:
        await server.cleanup()


async def test_requests_are_signed_and_repeated_with_their_number(slack: SlackServer, client: AsyncWebClient) -> None:
    ts = await posted(client)
    heard: list[web.BaseRequest] = []
    async with address_of_an_app(500, heard) as slack.wire.target:
        assert not (await slack.people.react("ana", ts, "star")).acknowledged
        await slack.wire.redeliver()
        assert not (await slack.people.command("ana", ROOM, "/pln help")).acknowledged
    verifier = SignatureVerifier(SIGNING_SECRET)
    for request in heard:
        assert verifier.is_valid_request(await request.read(), dict(request.headers))
    event, again, command = heard
    assert "X-Slack-Retry-Num" not in event.headers
    assert (again.headers["X-Slack-Retry-Num"], again.headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert parse_qs((await command.read()).decode())["text"] == ["help"]


async def consented(slack: SlackServer, **how: Any) -> dict[str, str]:
    """The browser's way over the consent page, as the query that it brings back."""
    asked = {
        "client_id": CLIENT_ID,
        "scope": "chat:write,commands",
        "state": "s-1",
        "redirect_uri": "https://us.example/in",
    }
    back = slack.oauth.authorize(f"{slack.url}/oauth/v2/authorize?{urlencode(asked)}", **how)
    assert back.startswith("https://us.example/in?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


async def test_an_app_is_installed_with_a_code_once(slack: SlackServer, clock: FakeClock) -> None:
    nobody = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    back = await consented(slack)
    assert back["state"] == "s-1"
    ours = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uri": "https://us.example/in"}
    answer = await nobody.api_call("oauth.v2.access", params={"code": back["code"], **ours})
    assert (answer["team"]["id"], answer["scope"]) == ("T0SCHOOL", "chat:write,commands")
    await AsyncWebClient(answer["access_token"], base_url=slack.api).auth_test()
    assert await code_of(nobody, "oauth.v2.access", code=back["code"], **ours) == "code_already_used"
    assert await code_of(nobody, "oauth.v2.access", code="made up", **ours) == "invalid_code"
    late = (await consented(slack))["code"]
    for wrong, code in (
        ({"redirect_uri": "https://else.example"}, "bad_redirect_uri"),
        ({"client_secret": "another"}, "bad_client_secret"),
        ({"client_id": "another"}, "invalid_client_id"),
    ):
        assert await code_of(nobody, "oauth.v2.access", code=late, **{**ours, **wrong}) == code
    clock.advance(timedelta(minutes=11))
    assert await code_of(nobody, "oauth.v2.access", code=late, **ours) == "invalid_code"
    assert (await consented(slack, allow=False))["error"] == "access_denied"


async def test_a_token_that_rotates_lives_twelve_hours(slack: SlackServer, clock: FakeClock) -> None:
    slack.oauth.rotates = True
    nobody = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    ours = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    code = (await consented(slack))["code"]
    first = await nobody.api_call("oauth.v2.access", params={"code": code, **ours})
    assert first["expires_in"] == 43_200
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await nobody.api_call("oauth.v2.access", params={**again, **ours})
    assert await code_of(nobody, "oauth.v2.access", **again, **ours) == "invalid_refresh_token"
    clock.advance(timedelta(hours=12))
    for token in (first["access_token"], second["access_token"]):
        assert await code_of(AsyncWebClient(token, base_url=slack.api), "auth.test") == "token_expired"


async def test_a_token_of_an_organisation_serves_all_its_workspaces(slack: SlackServer, app: Listener) -> None:
    slack.world.add_enterprise("E0DISTRICT", "Hill District")
    slack.world.add_team("T0NORTH", "North School", "north", enterprise="E0DISTRICT")
    slack.world.add_team("T0SOUTH", "South School", "south", enterprise="E0DISTRICT")
    slack.world.tokens["xoxb-district"] = Token("xoxb-district", "bot", enterprise="E0DISTRICT")
    client = AsyncWebClient("xoxb-district", base_url=slack.api, retry_handlers=[])
    assert (await client.auth_test())["is_enterprise_install"]
    teams = await client.auth_teams_list()
    assert [each["id"] for each in teams["teams"]] == ["T0NORTH", "T0SOUTH"]
    ts = await posted(client, channel="C0STAFFROOMSOUTH")
    assert slack.texts("staffroom", "ana", "T0SOUTH") == ["Good morning."]
    assert await code_of(client, "chat.postMessage", channel=ROOM, text="?") == "channel_not_found"
    await slack.people.react("ana", ts, "star", "T0SOUTH")
    [request] = app.heard
    assert request.payload["authorizations"][0]["is_enterprise_install"]
    assert (request.payload["team_id"], request.payload["enterprise_id"]) == ("T0SOUTH", "E0DISTRICT")


async def test_workspaces_do_not_see_each_other(slack: SlackServer) -> None:
    slack.world.add_team("T0NORTH", "North School", "north", token="xoxb-north")
    north = AsyncWebClient("xoxb-north", base_url=slack.api, retry_handlers=[])
    assert (await north.auth_test())["team_id"] == "T0NORTH"
    assert await code_of(north, "chat.postMessage", channel=ROOM, text="?") == "channel_not_found"
    assert await code_of(north, "users.info", user="U0ANA") == "user_not_found"


async def test_people_are_told_apart(client: AsyncWebClient) -> None:
    facts = {}
    for person in ("ana", "ben", "gus", "eve"):
        user = (await client.users_info(user=f"U0{person.upper()}"))["user"]
        facts[person] = (user["is_admin"], user["is_restricted"], user["team_id"], user.get("is_stranger", False))
    assert facts == {
        "ana": (False, False, "T0SCHOOL", False),
        "ben": (True, False, "T0SCHOOL", False),
        "gus": (False, True, "T0SCHOOL", False),
        "eve": (False, False, "T0ELSEWHERE", True),
    }
