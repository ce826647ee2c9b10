"""Slack's requests: who is believed, what is kept before Slack hears that it was, and workspaces that come and go."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from time import time
from urllib.parse import urlencode

import pytest
import structlog
from aiohttp import ClientSession

from adapters.slack.first_day.manifest import EVENTS_PATH
from bot.domain.channel import Workspace
from bot.domain.check import Health
from bot.domain.events import CommandGiven, WorkspaceLeft
from bot.domain.keys import ChannelKey
from bot.errors import Unauthorised
from bot.ports import Outgoing
from bot.testing.messages import sentence
from tests.fakes.vault import FakeVault
from tests.rigs.slack_district import (
    DISTRICT,
    HILL,
    KEY,
    NORTH,
    OTHER_KEY,
    SOUTH,
    VALLEY,
    District,
    Parts,
    a_district,
    new_parts,
)
from tests.rigs.slack_server import SIGNING_SECRET
from tests.rigs.slack_server_wire import signature

STALE = 10 * 60


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with new_parts() as parts:
        yield parts


@pytest.fixture
async def district(parts: Parts) -> AsyncIterator[District]:
    async with a_district(parts) as district:
        await district.install()
        yield district


async def told(district: District, body: bytes, headers: dict[str, str], kind: str = "application/json") -> int:
    address = district.address + EVENTS_PATH
    async with district.session.post(address, data=body, headers={"Content-Type": kind, **headers}) as response:
        return response.status


def an_event(kind: str = "app_home_opened") -> bytes:
    event = {"type": kind, "user": "U0ANA", "channel": "D0ANA", "tab": "home", "event_ts": "1.0"}
    return json.dumps(
        {"type": "event_callback", "team_id": HILL, "event_id": "Ev1", "event_time": 1, "event": event}
    ).encode()


def signed(body: bytes, *, secret: str = SIGNING_SECRET, age: int = 0) -> dict[str, str]:
    return signature(secret, str(int(time()) - age), body)


async def tell_of_access(district: District, kind: str, team: str) -> None:
    """The organisation's administrators added a school to the app, or took one away."""
    event = {"type": kind, "team_ids": [team], "event_ts": "1.0"}
    now = int(district.clock.now().timestamp())
    about = {"team_id": DISTRICT, "enterprise_id": DISTRICT, "event_id": f"Ev{kind}", "event_time": now}
    body = json.dumps({"type": "event_callback", **about, "event": event}).encode()
    assert await told(district, body, signed(body)) == 200


def left(district: District) -> set[str]:
    """The workspaces that the engine was told are gone."""
    return {each.workspace for each in district.inbox.events if isinstance(each.happening, WorkspaceLeft)}


async def send(district: District, team: str, text: str, delivery: str = "d-1") -> None:
    channel = ChannelKey(f"slack:{team}", district.server.world.teams[team].channel("staffroom").id)
    await district.slack.send(Outgoing(delivery, channel, sentence(text)))


# ----------------------------------------------------------------------------------------------------------- signatures


async def test_what_slack_signed_is_heard(district: District) -> None:
    assert await told(district, an_event(), signed(an_event())) == 200
    assert len(district.inbox.events) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(an_event(), secret="somebody-else"),
        signed(an_event() + b" "),
        signed(an_event(), age=STALE),
        signed(an_event(), age=-STALE),
        {**signed(an_event()), "X-Slack-Request-Timestamp": str(int(time()) + 1)},
        {**signed(an_event()), "X-Slack-Request-Timestamp": "soon"},
        {**signed(an_event()), "X-Slack-Request-Timestamp": ""},
        {**signed(an_event()), "X-Slack-Request-Timestamp": "-1"},
        {**signed(an_event()), "X-Slack-Request-Timestamp": "9" * 400},
        {**signed(an_event()), "X-Slack-Signature": ""},
        {**signed(an_event()), "X-Slack-Signature": "v0=é"},
    ],
    ids=range(12),
)
async def test_what_slack_did_not_sign_just_now_is_refused_and_kept_nowhere(
    district: District, headers: dict[str, str]
) -> None:
    assert await told(district, an_event(), headers) == 401
    assert district.inbox.events == []


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"ssl_check=1&token=x", b"payload=%7B"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_nonsense_that_nobody_signed_is_refused(district: District, body: bytes, kind: str) -> None:
    assert await told(district, body, {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": "0"}, kind) == 401


@pytest.mark.parametrize("body", [b"{", b"[1]", b"null", b"payload=%7B", b""])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_nonsense_that_slack_signed_keeps_nothing_and_breaks_nothing(
    district: District, body: bytes, kind: str
) -> None:
    assert await told(district, body, signed(body), kind) < 600
    assert district.inbox.events == []
    assert await told(district, an_event(), signed(an_event())) == 200


async def test_neither_what_was_refused_nor_what_was_heard_is_in_the_log(
    district: District, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for secret in ("somebody-else", SIGNING_SECRET):
        body = urlencode({"command": "/pln", "text": "my-private-words", "team_id": HILL, "user_id": "U0ANA"}).encode()
        await told(district, body, signed(body, secret=secret), "application/x-www-form-urlencoded")
    assert "my-private-words" not in caplog.text
    assert SIGNING_SECRET not in caplog.text


async def test_strangers_cannot_fill_the_log(district: District) -> None:
    with structlog.testing.capture_logs() as lines:
        for minute in range(2):
            for _ in range(5):
                await told(district, an_event(), {})
            district.clock.advance(timedelta(minutes=1 - minute))
    assert [each["count"] for each in lines if "did not sign" in each["event"]] == [1, 5]


async def test_slack_is_shown_that_we_are_at_this_address(district: District) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"}).encode()
    address = district.address + EVENTS_PATH
    headers = {"Content-Type": "application/json", **signed(body)}
    async with district.session.post(address, data=body, headers=headers) as response:
        assert (response.status, await response.json()) == (200, {"challenge": "3eZbrw1a"})
    assert await told(district, body, signed(body, secret="somebody-else")) == 401


# ------------------------------------------------------------------------------------------------- kept, then answered


async def test_an_inbox_that_is_broken_makes_slack_try_again_and_then_there_is_one_event(district: District) -> None:
    district.inbox.broken = True
    first = await district.server.people.open_home("ana")
    assert (first.acknowledged, first.status) == (False, 500)
    district.inbox.broken = False
    [again] = await district.server.wire.redeliver()
    assert again.acknowledged
    assert len(district.inbox.events) == 1


async def test_what_slack_reports_twice_is_one_event(district: District) -> None:
    await district.server.people.open_home("ana")
    for _time in range(3):
        assert (await district.server.wire.repeat()).acknowledged
    assert len(district.inbox.events) == 1


async def test_a_command_says_in_which_workspace_it_was_given(district: District) -> None:
    await district.install(VALLEY)
    await district.install(NORTH, DISTRICT)
    for team in (HILL, VALLEY, SOUTH):
        assert (await district.server.people.command("ana", "staffroom", "/pln help", team)).acknowledged
    given = [(each.workspace, each.happening) for each in district.inbox.events]
    assert [workspace for workspace, _ in given] == [f"slack:{HILL}", f"slack:{VALLEY}", f"slack:{SOUTH}"]
    assert all(isinstance(each, CommandGiven) and each.channel.workspace == workspace for workspace, each in given)


async def test_what_somebody_else_does_in_a_shared_channel_happens_in_our_own_workspace(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    whole = {"enterprise_id": DISTRICT, "team_id": None, "is_enterprise_install": True}
    item = {"type": "message", "channel": "C0SHARED", "ts": "1795503600.000100"}
    event = {"type": "reaction_added", "user": "U0OUTSIDE", "reaction": "bookmark", "item": item, "event_ts": "1.0"}
    about = {"team_id": "T0ELSEWHERE", "context_team_id": SOUTH, "event_id": "Ev1", "authorizations": [whole]}
    body = json.dumps({"type": "event_callback", "is_ext_shared_channel": True, **about, "event": event}).encode()
    assert await told(district, body, signed(body)) == 200
    assert [each.workspace for each in district.inbox.events] == [f"slack:{SOUTH}"]


async def test_what_happens_where_staffroom_is_not_installed_is_not_kept(district: District) -> None:
    await district.server.people.command("ana", "staffroom", "/pln help", VALLEY)
    assert district.inbox.events == []


async def test_before_and_after_nothing_is_heard(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        await district.slack.__aexit__(None, None, None)
        assert await told(district, an_event(), signed(an_event())) == 503
        async with district.slack:
            assert await told(district, an_event(), signed(an_event())) == 200


# ------------------------------------------------------------------------------------------------------ many workspaces


async def test_every_workspace_is_written_to_with_its_own_token(district: District) -> None:
    await district.install(VALLEY)
    await district.install(NORTH, DISTRICT)
    for team in (HILL, VALLEY, NORTH, SOUTH):
        await send(district, team, f"Good morning, {team}.")
        assert district.server.texts("staffroom", "ana", team) == [f"Good morning, {team}."]
    used = [each.token for each in district.server.seen_at("chat.postMessage")]
    assert len(set(used)) == 3
    assert used[2] == used[3]


async def test_a_school_with_an_installation_of_its_own_uses_it_and_not_its_organisations(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    await district.install(NORTH)
    await send(district, NORTH, "Good morning.")
    await send(district, SOUTH, "Good morning.")
    of_school, of_org = (each.token for each in district.server.seen_at("chat.postMessage"))
    assert district.server.world.tokens[of_school].team == NORTH
    assert district.server.world.tokens[of_org].team == ""


async def test_after_a_restart_everything_is_as_it_was(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        await district.install(NORTH, DISTRICT)
        before = district.slack.workspaces()
    async with a_district(parts) as district:
        assert sorted(district.slack.workspaces(), key=_id) == sorted(before, key=_id)
        await send(district, SOUTH, "Good morning.")


async def test_with_slack_out_of_reach_it_starts_all_the_same(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install(NORTH, DISTRICT)
    await parts.server.stop_listening()
    async with a_district(parts) as district:
        assert set(district.workspaces()) == {f"slack:{NORTH}", f"slack:{SOUTH}"}


async def test_a_school_that_an_organisation_adds_is_served_without_a_restart(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    world = district.server.world
    world.add_team("T0EAST", "East School", "east", enterprise=DISTRICT)
    await tell_of_access(district, "team_access_granted", "T0EAST")
    assert district.workspaces()["slack:T0EAST"] == "East School"


async def test_a_school_that_an_organisation_takes_away_is_served_no_more(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    await tell_of_access(district, "team_access_revoked", SOUTH)
    assert f"slack:{SOUTH}" not in district.workspaces()
    with pytest.raises(Unauthorised, match="not installed"):
        await send(district, SOUTH, "Good morning.")
    await send(district, NORTH, "Good morning.")
    assert left(district) == {f"slack:{SOUTH}"}


async def test_a_school_that_leaves_does_not_take_its_organisation_along(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    await district.server.people.uninstall(NORTH)
    assert f"slack:{SOUTH}" in district.workspaces()


async def test_an_organisation_that_uninstalls_is_forgotten_with_all_its_schools(district: District) -> None:
    await district.install(NORTH, DISTRICT)
    world = district.server.world
    for text in [token.text for token in world.tokens.values() if token.enterprise == DISTRICT]:
        world.end_token(text, "account_inactive")
    await tell_of_access(district, "app_uninstalled", NORTH)
    assert set(district.workspaces()) == {f"slack:{HILL}"}
    assert {f"slack:{NORTH}", f"slack:{SOUTH}"} <= left(district)


# ----------------------------------------------------------------------------------------------------------- departures


async def test_a_workspace_that_uninstalls_is_forgotten_at_once_and_the_engine_is_told(
    district: District, parts: Parts
) -> None:
    await district.install(VALLEY)
    await district.server.people.uninstall(HILL)
    assert set(district.workspaces()) == {f"slack:{VALLEY}"}
    assert isinstance(district.inbox.events[-1].happening, WorkspaceLeft)
    assert district.inbox.events[-1].workspace == f"slack:{HILL}"
    assert district.installs == 3
    with pytest.raises(Unauthorised, match="not installed"):
        await send(district, HILL, "Good morning.")
    await send(district, VALLEY, "Good morning.")
    assert isinstance(parts.vault, FakeVault)
    assert not any(HILL in key for kind, key in parts.vault.kept)


async def test_a_token_that_was_revoked_is_forgotten(district: District) -> None:
    await district.server.people.revoke(HILL)
    assert district.workspaces() == {}


async def test_a_token_of_before_that_is_revoked_changes_nothing(district: District) -> None:
    home = district.server.world.teams[HILL]
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": [home.bot.id]}}
    await district.server.people.event(event, home)
    assert set(district.workspaces()) == {f"slack:{HILL}"}
    assert left(district) == set()


async def test_what_is_heard_of_a_workspace_that_is_not_ours_is_told_to_nobody(parts: Parts) -> None:
    parts.settings["only_in"] = [HILL]
    async with a_district(parts) as district:
        await district.install()
        await district.install(VALLEY)
        for kind in ("tokens_revoked", "app_uninstalled"):
            event = {"type": kind, "tokens": {"bot": ["U0BOTVALLEY"]}, "event_ts": "1.0"}
            about = {"team_id": VALLEY, "event_id": f"Ev{kind}", "event_time": int(district.clock.now().timestamp())}
            body = json.dumps({"type": "event_callback", **about, "event": event}).encode()
            assert await told(district, body, signed(body)) == 200
        assert left(district) == set()


async def test_a_token_that_ended_and_cannot_be_renewed_any_more_is_forgotten_when_it_is_revoked(
    district: District,
) -> None:
    district.server.oauth.rotates = True
    await district.install()
    district.clock.advance(timedelta(hours=13))
    await district.server.people.revoke(HILL)
    assert district.workspaces() == {}
    assert left(district) == {f"slack:{HILL}"}


async def test_the_token_of_a_person_is_none_of_ours(district: District) -> None:
    home = district.server.world.teams[HILL]
    await district.server.people.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": []}}, home)
    assert set(district.workspaces()) == {f"slack:{HILL}"}


async def test_an_old_report_does_not_undo_a_new_installation(district: District) -> None:
    await district.server.people.uninstall(HILL)
    district.clock.advance(timedelta(minutes=1))
    await district.install()
    district.inbox.events.clear()
    await district.server.wire.repeat()
    assert set(district.workspaces()) == {f"slack:{HILL}"}
    assert left(district) == set()


async def test_where_the_database_is_broken_the_report_comes_again(district: District) -> None:
    district.inbox.broken = True
    await district.server.people.uninstall(HILL)
    assert set(district.workspaces()) == {f"slack:{HILL}"}
    district.inbox.broken = False
    district.clock.advance(timedelta(minutes=1))
    await district.server.wire.redeliver()
    assert district.workspaces() == {}


async def test_doctor_says_where_it_is_installed_or_how_it_will_be(parts: Parts) -> None:
    async with a_district(parts) as district:
        [line] = await district.slack.check()
        assert line.health is Health.WARN
        assert f"{district.address}/slack/install" in line.remedy
        await district.install()
        [line] = await district.slack.check()
        assert (line.health, line.finding) == (Health.OK, "installed in Hilltop School")


async def test_doctor_changes_nothing_and_says_who_is_served_though_not_wanted_and_what_lacks(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        narrower = (await district.begin()).replace("users%3Aread%2C", "")
        await district.come_back(district.server.oauth.authorize(narrower, team=VALLEY))
    assert isinstance(parts.vault, FakeVault)
    before = dict(parts.vault.kept)
    parts.settings |= {"only_in": [HILL], "encryption_keys": f"{OTHER_KEY},{KEY}"}
    async with ClientSession() as session:
        lines = await District(parts, session).slack.check()
    assert parts.vault.kept == before
    assert [(each.health, each.name, each.finding) for each in lines] == [
        (Health.OK, "slack", "installed in Hilltop School, Valley School"),
        (Health.WARN, "slack only_in", "Valley School is not named there and is served"),
        (Health.WARN, "slack right users:read", "not granted in Valley School"),
    ]


def _id(workspace: Workspace) -> str:
    return workspace.id
