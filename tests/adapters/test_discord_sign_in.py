"""Signing in with Discord on the web: what Discord is asked, and what of its answers is believed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.message import workspace_id
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.errors import Mistake, Rejected, Unavailable
from bot.ports import Attempt, SignIn
from tests.rigs.discord import HILLTOP, DiscordRig, discord_rig
from tests.rigs.discord_server_oauth import CLIENT_SECRET
from tests.rigs.discord_server_world import APPLICATION

BACK = "https://staffroom.example.org/sign-in/with/discord/back"
VERIFIER = "v" * 64
CHALLENGE = "w1TpKUdYE9hUAcNSeeSRFioHDxfUxuHho_JHAfZ_vDM"
"""The digest of the verifier."""
ATTEMPT = Attempt(BACK, "the-state", "the-nonce", VERIFIER, CHALLENGE)


@pytest.fixture
async def rig() -> AsyncIterator[DiscordRig]:
    async with discord_rig(client_secret=CLIENT_SECRET) as rig:
        yield rig


def sign_in(rig: DiscordRig) -> SignIn:
    found = rig.chat.sign_in()
    assert found is not None
    return found


def code_of(rig: DiscordRig, person: str = "ana") -> str:
    back = rig.server.oauth.authorize(sign_in(rig).address(ATTEMPT), person)
    assert back.startswith(BACK)
    return parse_qs(urlsplit(back).query)["code"][0]


async def test_discord_is_asked_for_name_and_servers_and_for_nothing_else(rig: DiscordRig) -> None:
    address = urlsplit(sign_in(rig).address(ATTEMPT))
    assert address.path == "/oauth2/authorize"
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
        "response_type": "code",
        "scope": "identify guilds",
        "client_id": APPLICATION,
        "redirect_uri": BACK,
        "state": "the-state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "prompt": "none",
    }


async def test_discord_says_who_it_is_in_each_server_that_we_are_in(rig: DiscordRig) -> None:
    school = rig.server.world.add_guild("Second School", people=("ana",))
    rig.server.people.invite_app(school.id)
    rig.server.world.add_guild("Without us", people=("ana",), with_app=False)
    await rig.server.gateway.settled()
    ana = rig.person_id("ana")
    people = await sign_in(rig).people(code_of(rig), ATTEMPT)
    assert sorted(each.key for each in people) == sorted(
        [PersonKey(HILLTOP, ana), PersonKey(workspace_id(school.id), ana)]
    )


async def test_who_shares_no_server_with_us_is_nobody_here(rig: DiscordRig) -> None:
    rig.server.world.add_person("zoe")
    assert await sign_in(rig).people(code_of(rig, "zoe"), ATTEMPT) == []


async def test_a_code_works_once_soon_and_for_who_began(rig: DiscordRig) -> None:
    for attempt in (replace(ATTEMPT, verifier="w" * 64), replace(ATTEMPT, back="https://evil.example/back")):
        with pytest.raises(Mistake, match="used already"):
            await sign_in(rig).people(code_of(rig), attempt)
    used = code_of(rig)
    await sign_in(rig).people(used, ATTEMPT)
    late = code_of(rig)
    rig.clock.advance(timedelta(minutes=1))
    for code in (used, late, "never-was-one"):
        with pytest.raises(Mistake, match="used already"):
            await sign_in(rig).people(code, ATTEMPT)


async def test_a_wrong_secret_is_said_by_its_name_and_is_not_repeated() -> None:
    async with discord_rig(client_secret="of-another-app") as rig:
        with pytest.raises(Rejected, match=r"client_secret of \[discord\]") as refused:
            await sign_in(rig).people(code_of(rig), ATTEMPT)
        assert "of-another-app" not in str(refused.value)


async def test_without_a_secret_nobody_signs_in_with_discord() -> None:
    async with discord_rig() as rig:
        assert rig.chat.sign_in() is None


async def test_where_discord_cannot_be_reached_one_may_try_again(rig: DiscordRig) -> None:
    code = code_of(rig)
    await rig.server.stop_listening()
    with pytest.raises(Unavailable):
        await sign_in(rig).people(code, ATTEMPT)


async def test_who_left_the_server_has_left_and_who_is_not_known_too(rig: DiscordRig) -> None:
    zoe = rig.server.world.add_person("zoe")
    for person in (zoe.id, "1999999999999999998"):
        profile = await rig.chat.profile(PersonKey(HILLTOP, person))
        assert profile.has_left
        assert profile.standing is Standing.EXTERNAL
    assert not (await rig.chat.profile(PersonKey(HILLTOP, rig.person_id("ana")))).has_left
