"""Tokens of workspaces: encrypted where they are kept, and renewed in time whoever sends."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.database.store import open_store
from adapters.slack.district.grants import Grants
from adapters.slack.district.installs import KIND, Installation, Installations, Team
from adapters.slack.district.rotation import IN_GOOD_TIME, Rotation
from adapters.slack.district.secrets import Seal, new_key
from adapters.slack.district.workspaces import InstalledTokens
from bot.domain.check import Health
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import Mistake, Throttled, Unauthorised, Unavailable
from bot.ports import Outgoing, Vault
from bot.testing.messages import sentence
from tests.fakes.clock import TUESDAY, FakeClock
from tests.fakes.vault import FakeVault
from tests.rigs.slack_district import HILL, KEY, OTHER_KEY, VALLEY, District, Parts, a_district, new_parts, section
from tests.rigs.slack_server_rules import ROTATED_TOKEN_LIVES

WORKSPACE = f"slack:{HILL}"
STAFFROOM = ChannelKey(WORKSPACE, "C0STAFFROOM")
TOKEN, REFRESH = "xoxe.xoxb-1-invented", "xoxe-1-invented"
INSTALLATION = Installation(
    enterprise=None,
    team=HILL,
    name="Hilltop School",
    is_org=False,
    teams=(Team(HILL, "Hilltop School"),),
    token=TOKEN,
    scopes=frozenset({"chat:write"}),
    bot_user="U0BOT",
    bot="B0BOT",
    app="A0STAFF",
    installed_at=TUESDAY,
    refresh_token=REFRESH,
    expires_at=TUESDAY + ROTATED_TOKEN_LIVES,
)


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    async with new_parts() as parts:
        parts.server.oauth.rotates = True
        yield parts


def installations(vault: Vault, keys: str = KEY, clock: FakeClock | None = None) -> Installations:
    return Installations(vault, Seal(keys), clock or FakeClock())


async def send(district: District, delivery: str = "d-1", text: str = "Good morning.") -> None:
    await district.slack.send(Outgoing(delivery, STAFFROOM, sentence(text)))


def refreshed(parts: Parts) -> int:
    return len([each for each in parts.server.seen_at("oauth.v2.access") if "refresh_token" in each.arguments])


# ------------------------------------------------------------------------------------------------------------ encrypted


async def test_nothing_secret_is_in_the_database_file(sqlite: str) -> None:
    clock = FakeClock()
    async with open_store(sqlite, clock) as store:
        await installations(store.vault(), clock=clock).put(INSTALLATION)
        assert await installations(store.vault(), clock=clock).get(INSTALLATION.key) == INSTALLATION
    folder = Path(sqlite.removeprefix("sqlite:///")).parent
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert HILL.encode() in kept
    for secret in (TOKEN, REFRESH, "invented", "Hilltop", "chat:write"):
        assert secret.encode() not in kept
        assert b64encode(secret.encode()).rstrip(b"=")[:-1] not in kept


def test_an_installation_that_is_printed_shows_no_token() -> None:
    assert TOKEN not in repr(INSTALLATION)
    assert REFRESH not in repr(INSTALLATION)


async def test_the_newest_of_a_workspace_replaces_the_one_before() -> None:
    shelf = installations(FakeVault())
    await shelf.put(INSTALLATION)
    await shelf.put(replace(INSTALLATION, token="xoxb-newer"))
    [kept] = (await shelf.all()).installations
    assert kept.token == "xoxb-newer"


async def test_what_cannot_be_read_any_more_is_said_without_what_it_holds() -> None:
    vault = FakeVault()
    await vault.put(KIND, INSTALLATION.key, Seal(KEY).close(f'{{"token": "{TOKEN}"}}'))
    with pytest.raises(Unauthorised, match="cannot be read") as refused:
        await installations(vault).get(INSTALLATION.key)
    assert TOKEN not in repr(refused.getrepr(style="long"))
    assert (await installations(vault).all()).sealed == 1


async def test_with_a_new_key_in_front_the_old_one_still_opens_and_may_go_once_all_was_read() -> None:
    vault = FakeVault()
    await installations(vault, KEY).put(INSTALLATION)
    assert (await installations(vault, f"{OTHER_KEY}, {KEY}").all()).installations == [INSTALLATION]
    assert (await installations(vault, OTHER_KEY).all()).installations == [INSTALLATION]
    assert (await installations(vault, KEY).all()).sealed == 1


async def test_reading_with_a_new_key_does_not_put_an_old_token_back() -> None:
    vault, clock = FakeVault(), FakeClock()
    await installations(vault, KEY, clock).put(INSTALLATION)
    await vault.lease(KIND, INSTALLATION.key, clock.now(), clock.now() + timedelta(minutes=1))
    before = dict(vault.kept)
    assert (await installations(vault, f"{OTHER_KEY},{KEY}", clock).all()).installations == [INSTALLATION]
    assert vault.kept == before


async def test_a_wrong_key_is_a_sentence_that_says_what_to_do(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
    parts.settings["encryption_keys"] = OTHER_KEY
    with pytest.raises(Unauthorised, match="Put the earlier key behind the present one"):
        async with a_district(parts):
            pass


async def test_where_a_key_fits_some_the_others_are_left_out_and_doctor_says_so(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
    parts.settings["encryption_keys"] = OTHER_KEY
    await installations(parts.vault, OTHER_KEY, parts.clock).put(replace(INSTALLATION, team=VALLEY, teams=()))
    async with a_district(parts) as district:
        [line] = await district.slack.check()
    assert line.health is Health.FAIL
    assert line.finding == "1 installation cannot be read"


@pytest.mark.parametrize("keys", ["", " , ", "short", KEY + "x", f"{KEY},short", "é" * 44])
def test_what_is_no_key_is_refused_with_how_to_get_one(keys: str) -> None:
    with pytest.raises(Mistake, match="`staffroom slack key` prints a new one") as caught:
        Seal(keys)
    assert "short" not in str(caught.value).replace("44 characters", "")


def test_a_key_is_what_we_print_or_openssl_prints() -> None:
    for key in (new_key(), b64encode(b"\xff\xfb" * 16).decode()):
        assert Seal(key).open(Seal(key).close("text")).text == "text"


# -------------------------------------------------------------------------------------------------------------- renewed


async def test_a_token_without_an_end_is_never_renewed(parts: Parts) -> None:
    parts.server.oauth.rotates = False
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(timedelta(days=400))
        await send(district)
    assert refreshed(parts) == 0


async def test_the_morning_digest_renews_a_token_that_ended_in_the_night(parts: Parts) -> None:
    """At 07:30, and nobody has pressed or typed anything since yesterday."""
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(timedelta(hours=16))
        await send(district)
        assert district.server.texts("staffroom", "ana") == ["Good morning."]
        await send(district, "d-2")
    assert refreshed(parts) == 1


async def test_week_after_week_it_is_renewed_with_the_token_of_the_day_before(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        for day in range(1, 8):
            parts.clock.advance(timedelta(days=1))
            await send(district, f"d-{day}")
    assert refreshed(parts) == 7


async def test_a_token_is_renewed_while_the_old_one_still_holds(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(ROTATED_TOKEN_LIVES - IN_GOOD_TIME - timedelta(minutes=1))
        await send(district, "d-1")
        assert refreshed(parts) == 0
        parts.clock.advance(timedelta(minutes=1))
        await send(district, "d-2")
        assert refreshed(parts) == 1


async def test_many_who_send_at_once_renew_it_once(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(timedelta(hours=16))
        tokens = await asyncio.gather(*(district.slack._line.tokens.token(WORKSPACE) for _time in range(30)))  # noqa: SLF001
    assert len(set(tokens)) == 1
    assert refreshed(parts) == 1


async def test_two_processes_renew_it_once_between_them(parts: Parts, sqlite: str) -> None:
    async with open_store(sqlite, parts.clock) as one, open_store(sqlite, parts.clock) as other:
        parts.vault = one.vault()
        async with a_district(parts) as district:
            await district.install()
        held = (await installations(one.vault(), clock=parts.clock).all()).installations[0]
        parts.clock.advance(ROTATED_TOKEN_LIVES - timedelta(minutes=30))
        fresh = await asyncio.gather(*(_rotation(parts, store.vault()).fresh(held) for store in (one, other)))
        again = [await _rotation(parts, store.vault()).fresh(held) for store in (one, other)]
    assert refreshed(parts) == 1
    assert {each.token for each in fresh} <= {held.token, again[0].token}
    assert again[0].token == again[1].token != held.token


async def test_while_another_process_renews_an_ended_token_one_waits_a_moment(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(timedelta(hours=16))
        key = (await installations(parts.vault, clock=parts.clock).all()).installations[0].key
        assert await parts.vault.lease(KIND, key, parts.clock.now(), parts.clock.now() + timedelta(minutes=1))
        with pytest.raises(Throttled) as caught:
            await send(district)
        assert caught.value.until == parts.clock.now() + timedelta(seconds=5)
        parts.clock.advance(timedelta(minutes=1))
        await send(district)


async def test_where_slack_is_down_the_old_token_serves_while_it_holds(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        parts.clock.advance(ROTATED_TOKEN_LIVES - timedelta(minutes=30))
        district.server.faults.fail_next("out of service", method="oauth.v2.access")
        await send(district)
        assert district.server.texts("staffroom", "ana") == ["Good morning."]
        parts.clock.advance(timedelta(minutes=30))
        district.server.faults.fail_next("out of service", method="oauth.v2.access")
        with pytest.raises(Unavailable):
            await send(district, "d-2")
        await send(district, "d-2")


async def test_a_refresh_token_that_slack_does_not_take_is_a_sentence_without_it(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_district(parts) as district:
        await district.install()
        for token in parts.server.world.tokens.values():
            token.refresh = ""
        parts.clock.advance(timedelta(hours=16))
        with pytest.raises(Unauthorised, match=r"did not renew the token for Hilltop School\. Install") as caught:
            await send(district)
    assert "xoxe" not in f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"


async def test_what_was_uninstalled_while_its_token_was_renewed_is_not_put_back(parts: Parts) -> None:
    async with a_district(parts) as district:
        await district.install()
        shelf = installations(parts.vault, clock=parts.clock)
        held = (await shelf.all()).installations[0]
        parts.clock.advance(timedelta(hours=11))
        await shelf.remove(held.key)
        with pytest.raises(Unauthorised, match="removed from Hilltop School"):
            await _rotation(parts, parts.vault).fresh(held)
    assert (await shelf.all()).installations == []


class SlowVault(FakeVault):
    """The next thing that is put into it waits until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.is_slow = False

    async def put(
        self, kind: str, key: str, text: str, expires_at: datetime | None = None, about: PersonKey | None = None
    ) -> None:
        if self.is_slow:
            self.is_slow = False
            self.begun.set()
            await self.go_on.wait()
        await super().put(kind, key, text, expires_at, about)


async def test_what_was_installed_anew_while_the_token_before_was_renewed_stays() -> None:
    vault = SlowVault()
    async with new_parts(vault) as parts:
        parts.server.oauth.rotates = True
        async with a_district(parts) as district:
            await district.install()
        shelf, grants = installations(vault, clock=parts.clock), Grants(section(parts), parts.clock)
        tokens = InstalledTokens(shelf, grants, _rotation(parts, vault))
        await tokens.load()
        [before] = (await shelf.all()).installations
        parts.clock.advance(timedelta(hours=11))
        vault.is_slow = True
        sending = asyncio.ensure_future(tokens.token(WORKSPACE))
        await vault.begun.wait()
        new = replace(before, token="xoxe.xoxb-1-new", installed_at=parts.clock.now(), expires_at=None)
        adding = asyncio.ensure_future(tokens.add(new))
        await asyncio.sleep(0)
        vault.go_on.set()
        await asyncio.gather(sending, adding)
        assert (await shelf.all()).installations == [new]
        assert await tokens.token(WORKSPACE) == new.token


def _rotation(parts: Parts, vault: Vault) -> Rotation:
    """What another process would have."""
    return Rotation(installations(vault, clock=parts.clock), Grants(section(parts), parts.clock), parts.clock)
