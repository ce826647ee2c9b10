"""Signing in with Slack on the web: what Slack is asked, and what of its answers is believed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.district.grants import Grants
from adapters.slack.sign_in import SlackSignIn
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.errors import AdapterError, Mistake
from bot.ports import Attempt
from tests.rigs.slack_district import HILL, VALLEY, District, Parts, a_district, new_parts, section
from tests.rigs.slack_server_world import CLIENT_ID

BACK = "https://staffroom.example.org/sign-in/with/slack/back"
ATTEMPT = Attempt(BACK, "the-state", "the-nonce", "the-verifier", "the-challenge")


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with new_parts() as parts:
        yield parts


@pytest.fixture
async def district(parts: Parts) -> AsyncIterator[District]:
    async with a_district(parts) as district:
        await district.install()
        yield district


def sign_in(district: District) -> SlackSignIn:
    found = district.slack.sign_in()
    assert isinstance(found, SlackSignIn)
    return found


def code_of(district: District, *, team: str = HILL, person: str = "ben", attempt: Attempt = ATTEMPT) -> str:
    """Somebody says yes at Slack."""
    back = district.server.oauth.authorize(sign_in(district).address(attempt), team=team, person=person)
    assert back.startswith(BACK)
    answer = parse_qs(urlsplit(back).query)
    assert answer["state"] == [attempt.state]
    return answer["code"][0]


async def test_slack_is_asked_for_who_it_is_and_for_nothing_else(district: District) -> None:
    address = urlsplit(sign_in(district).address(ATTEMPT))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path == "/openid/connect/authorize"
    assert asked == {
        "response_type": "code",
        "scope": "openid profile",
        "client_id": CLIENT_ID,
        "redirect_uri": BACK,
        "state": "the-state",
        "nonce": "the-nonce",
        "team": HILL,
    }


async def test_of_several_workspaces_slack_asks_which_one(district: District) -> None:
    await district.install(VALLEY)
    assert "team=" not in sign_in(district).address(ATTEMPT)
    people = await sign_in(district).people(code_of(district, team=VALLEY), ATTEMPT)
    assert [each.key.workspace for each in people] == [f"slack:{VALLEY}"]


async def test_slack_says_who_it_is_and_in_which_workspace(district: District) -> None:
    ben = district.server.team.person("ben")
    people = await sign_in(district).people(code_of(district), ATTEMPT)
    assert [each.key for each in people] == [PersonKey(f"slack:{HILL}", ben.id)]


async def test_who_is_in_a_workspace_without_staffroom_is_nobody_here(district: District) -> None:
    assert await sign_in(district).people(code_of(district, team=VALLEY), ATTEMPT) == []


async def test_a_code_works_once_and_with_the_address_it_was_asked_with(district: District) -> None:
    code = code_of(district)
    elsewhere = Attempt("https://evil.example/back", "the-state", "the-nonce", "", "")
    with pytest.raises(Mistake, match="address"):
        await sign_in(district).people(code, elsewhere)
    await sign_in(district).people(code, ATTEMPT)
    for used in (code, "never-was-one"):
        with pytest.raises(Mistake, match="used already"):
            await sign_in(district).people(used, ATTEMPT)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of-somebody-else"},
        {"aud": "of-another-app"},
        {"aud": [CLIENT_ID]},
        {"iss": "https://evil.example"},
        {"exp": 0},
        {"exp": None},
        {"https://slack.com/team_id": ""},
        {"https://slack.com/user_id": 7},
    ],
)
async def test_what_was_not_said_to_us_now_is_not_believed(district: District, claims: dict[str, object]) -> None:
    code = code_of(district)
    district.server.oauth.claims = claims
    with pytest.raises(Mistake, match="did not say who you are"):
        await sign_in(district).people(code, ATTEMPT)


@pytest.mark.parametrize(
    "fault", ["out of service", "an error with an HTML body", "the page of a proxy", "dropped", "429 30"]
)
async def test_slack_in_trouble_is_no_crash(district: District, fault: str) -> None:
    code = code_of(district)
    district.server.faults.fail_next(fault, method="openid.connect.token")
    with pytest.raises((AdapterError, Mistake)):
        await sign_in(district).people(code, ATTEMPT)


async def test_without_the_apps_secret_nobody_signs_in_with_slack(parts: Parts) -> None:
    without = section(parts).model_copy(update={"client_id": ""})
    assert not without.client_id
    grants = Grants(section(parts), parts.clock)
    assert SlackSignIn(section(parts), parts.clock, grants, lambda: ()).address(ATTEMPT)


async def test_who_was_switched_off_or_is_not_known_has_left(district: District) -> None:
    ben = district.server.team.person("ben")
    key = PersonKey(f"slack:{HILL}", ben.id)
    assert not (await district.slack.profile(key)).has_left
    ben.is_deleted = True
    district.clock.advance(timedelta(hours=1))
    profile = await district.slack.profile(key)
    assert profile.has_left
    assert profile.standing is Standing.EXTERNAL
    assert (await district.slack.profile(PersonKey(f"slack:{HILL}", "U0NOBODY"))).has_left
