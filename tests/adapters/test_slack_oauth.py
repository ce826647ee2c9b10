"""Installing Staffroom in Slack by its own pages."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar

from adapters.slack.district.oauth import INSTALL_PATH, KIND
from adapters.slack.plugin import plugin
from adapters.slack.rights import wanted
from bot.errors import Mistake
from bot.plugins import ChatTools
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.html_page import parse_page
from tests.rigs.slack_district import (
    DISTRICT,
    HILL,
    NORTH,
    SOUTH,
    VALLEY,
    District,
    Parts,
    a_district,
    new_parts,
    section,
)
from tests.rigs.slack_server import CLIENT_ID


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with new_parts() as parts:
        yield parts


@pytest.fixture
async def district(parts: Parts) -> AsyncIterator[District]:
    async with a_district(parts) as district:
        yield district


async def test_the_page_says_what_is_asked_for_and_its_button_leads_to_slack(district: District) -> None:
    async with await district.get(district.address + INSTALL_PATH) as response:
        text = await response.text()
    listed = [each.words for each in parse_page(text).all("li")]
    assert sorted(listed) == sorted(right.use for right in wanted())
    assert "It does not read your messages." in text
    address = urlsplit(await district.begin())
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{district.server.url}/oauth/v2/authorize"
    assert query["client_id"] == [CLIENT_ID]
    assert query["redirect_uri"] == [f"{district.address}/slack/oauth_redirect"]
    assert set(query["scope"][0].split(",")) == {right.scope for right in wanted()}


async def test_who_wants_it_is_asked_for_the_rights_to_read_messages_too(district: District) -> None:
    query = parse_qs(urlsplit(await district.begin("?with=history")).query)
    assert "channels:history" in query["scope"][0].split(",")


async def test_after_the_installation_the_workspace_is_there_and_can_be_spoken_to(district: District) -> None:
    page = await district.install()
    assert page.one("h1").words == "Staffroom is installed"
    assert "Hilltop School" in page.one("main").words
    assert "/invite @Staffroom" in page.one("main").words
    assert district.workspaces() == {f"slack:{HILL}": "Hilltop School"}
    assert district.installs == 1
    assert district.slack.abilities(f"slack:{HILL}").commands
    assert not district.slack.abilities(f"slack:{HILL}").read_messages


async def test_two_workspaces_have_each_their_own_token(district: District) -> None:
    await district.install(HILL)
    await district.install(VALLEY)
    assert set(district.workspaces()) == {f"slack:{HILL}", f"slack:{VALLEY}"}
    assert district.installs == 2


async def test_an_organisation_serves_all_its_workspaces(district: District) -> None:
    page = await district.install(NORTH, DISTRICT)
    assert "Riverside District" in page.one("main").words
    assert "choose the workspaces" in page.one("main").words
    assert district.workspaces() == {f"slack:{NORTH}": "North School", f"slack:{SOUTH}": "South School"}


async def test_installing_again_replaces_the_token_before(district: District, parts: Parts) -> None:
    await district.install()
    await district.install()
    assert isinstance(parts.vault, FakeVault)
    assert len(await parts.vault.keys("slack-installation", parts.clock.now())) == 1
    assert len(district.workspaces()) == 1


# ------------------------------------------------------------------------------------------------------ what goes wrong


async def test_who_says_no_at_slack_is_told_that_nothing_was_installed(district: District) -> None:
    page = await district.install(allow=False)
    assert page.one("h1").words == "Staffroom was not installed"
    assert "cancelled at Slack" in page.one("main").words
    assert page.one("a")["href"] == INSTALL_PATH
    assert district.workspaces() == {}


async def test_the_way_back_works_once(district: District) -> None:
    back = district.server.oauth.authorize(await district.begin())
    await district.come_back(back, 200)
    page = await district.come_back(back, 400)
    assert "Start again" in page.one("main").words


async def test_the_way_back_works_for_ten_minutes(district: District) -> None:
    back = district.server.oauth.authorize(await district.begin())
    district.clock.advance(timedelta(minutes=10))
    await district.come_back(back, 400)
    assert district.workspaces() == {}


async def test_the_way_back_works_in_the_browser_that_began_only(district: District) -> None:
    back = district.server.oauth.authorize(await district.begin())
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as other, other.get(back) as response:
        assert response.status == 400
    assert district.workspaces() == {}
    await district.come_back(back, 200)


async def test_somebody_elses_link_does_not_use_up_mine(district: District, parts: Parts) -> None:
    """Another state in the same place of the vault, brought by who set a cookie of that name."""
    assert isinstance(parts.vault, FakeVault)
    back = district.server.oauth.authorize(await district.begin())
    state = parse_qs(urlsplit(back).query)["state"][0]
    forged = back.replace(state, state[:-1] + "x")
    cookie = {"Cookie": f"staffroom_slack={state[:-1]}x"}
    async with ClientSession() as other, other.get(forged, headers=cookie) as response:
        assert response.status == 400
    await district.come_back(back, 200)


@pytest.mark.parametrize(
    "query", ["", "?code=1", "?state=&code=1", "?state=%F0%9F%98%80&code=1", "?error=access_denied"]
)
async def test_who_did_not_begin_here_gets_nothing(district: District, query: str) -> None:
    await district.come_back(f"{district.address}/slack/oauth_redirect{query}", 400)
    assert district.server.seen_at("oauth.v2.access") == []


async def test_a_code_that_slack_does_not_know_is_said_plainly(district: District) -> None:
    back = district.server.oauth.authorize(await district.begin())
    address = back.replace("code=code", "code=other")
    page = await district.come_back(address, 502)
    assert "Start the installation again." in page.one("main").words


async def test_a_wrong_client_secret_is_said_plainly_and_without_it(parts: Parts) -> None:
    parts.settings["client_secret"] = "not-the-one"
    async with a_district(parts) as district:
        back = district.server.oauth.authorize(await district.begin())
        page = await district.come_back(back, 502)
    assert "Slack refused client_secret" in page.one("main").words.replace("`", "")
    assert "not-the-one" not in page.one("main").words


@pytest.mark.parametrize(("allowed", "team", "enterprise"), [(VALLEY, VALLEY, ""), (DISTRICT, NORTH, DISTRICT)])
async def test_where_it_is_for_some_only_nobody_else_can_install_it(
    parts: Parts, allowed: str, team: str, enterprise: str
) -> None:
    parts.settings["only_in"] = [allowed]
    async with a_district(parts) as district:
        page = await district.install(HILL)
        assert "for certain workspaces only" in page.one("main").words
        assert (district.workspaces(), district.installs) == ({}, 0)
        assert not [token for token in parts.server.world.tokens.values() if token.kind == "bot"]
        assert (await district.install(team, enterprise)).one("h1").words == "Staffroom is installed"


@pytest.mark.parametrize("outage", ["an error with an HTML body", "nonsense instead of JSON", "dropped"])
async def test_when_slack_is_down_nothing_is_installed_and_it_is_said(district: District, outage: str) -> None:
    back = district.server.oauth.authorize(await district.begin())
    district.server.faults.fail_next(outage)
    page = await district.come_back(back, 502)
    assert "Try again in a minute." in page.one("main").words
    assert district.workspaces() == {}


async def test_nothing_that_comes_with_the_address_is_repeated_or_followed(district: District) -> None:
    back = district.server.oauth.authorize(await district.begin())
    evil = f"{back}&redirect_uri=https://evil.example&next=https://evil.example&error=<script>alert(1)</script>"
    async with await district.get(evil) as response:
        assert "Location" not in response.headers
        text = await response.text()
    assert "evil.example" not in text
    assert "<script" not in text


async def test_the_name_of_a_workspace_is_shown_and_not_obeyed(district: District) -> None:
    district.server.world.teams[HILL].name = "<img src=x onerror=alert(1)>"
    page = await district.install()
    assert list(page.all("img")) == []
    assert "<img src=x onerror=alert(1)>" in page.one("main").words


async def test_the_pages_let_a_browser_do_next_to_nothing(district: District) -> None:
    for address in (INSTALL_PATH, "/slack/oauth_redirect"):
        async with await district.get(district.address + address) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "frame-ancestors 'none'" in policy
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"


async def test_the_cookie_is_for_this_way_only(district: District) -> None:
    async with await district.get(district.address + INSTALL_PATH) as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie


async def test_who_opens_the_page_again_and_again_does_not_fill_the_database(district: District, parts: Parts) -> None:
    assert isinstance(parts.vault, FakeVault)
    for _time in range(300):
        await district.begin()
    assert all(len(key) == 3 for key in await parts.vault.keys(KIND, parts.clock.now()))


def test_without_a_public_address_it_says_what_to_set(parts: Parts) -> None:
    inbox = FakeInbox()
    tools = ChatTools(parts.clock, inbox, FakeRoom(inbox), FakePages(), parts.vault, _nobody, "")
    with pytest.raises(Mistake, match="set `public_url` under"):
        plugin.open(section(parts), tools)


async def _nobody() -> None: ...
