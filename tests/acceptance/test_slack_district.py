"""`staffroom run` for a district: Slack in HTTP mode, installed by the page while it runs, and started once more."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from tests.rigs.html_page import parse_page
from tests.rigs.program import PATIENCE, running, staffroom
from tests.rigs.slack_district import KEY, OTHER_KEY, free_port, new_parts
from tests.rigs.slack_server import CLIENT_ID, CLIENT_SECRET, FIRST_TEAM, SIGNING_SECRET, SlackServer

CONFIG = """
[web]
port = {port}
public_url = "http://127.0.0.1:{port}"
[slack]
mode = "http"
base_url = "{slack}"
client_id = "{client}"
[[channels]]
platform = "slack"
workspace = "{team}"
channel = "C0STAFFROOM"
topics = ["#edchat"]
sources = ["sample"]
"""
SECRETS = {
    "STAFFROOM_SLACK__SIGNING_SECRET": SIGNING_SECRET,
    "STAFFROOM_SLACK__CLIENT_SECRET": CLIENT_SECRET,
    "STAFFROOM_SLACK__ENCRYPTION_KEYS": KEY,
}


async def test_it_starts_in_no_workspace_is_installed_and_answers_there_also_after_a_restart(tmp_path: Path) -> None:
    async with new_parts() as parts:
        server, address = parts.server, await _configure(tmp_path, parts.server)
        async with running("run", folder=tmp_path, **SECRETS) as program:
            await _install(server, address)
            assert (await server.people.command("ana", "staffroom", "/pln help")).acknowledged
            await _until(lambda: any("/pln" in text for text in server.texts("staffroom", "ana")))
            assert await program.stop() == 0
            _no_secret_in("".join(program.errors))
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("staffroom.sqlite*"))
        assert FIRST_TEAM.encode() in kept
        assert b"xoxb-" not in kept
        async with running("run", folder=tmp_path, **SECRETS):
            before = len(server.texts("staffroom", "ana"))
            assert (await server.people.command("ana", "staffroom", "/pln list")).acknowledged
            await _until(lambda: len(server.texts("staffroom", "ana")) > before)


async def test_with_another_key_it_says_what_to_do_and_shows_no_traceback(tmp_path: Path) -> None:
    async with new_parts() as parts:
        address = await _configure(tmp_path, parts.server)
        async with running("run", folder=tmp_path, **SECRETS) as program:
            await _install(parts.server, address)
            assert await program.stop() == 0
        ended = await staffroom("run", folder=tmp_path, **SECRETS | {"STAFFROOM_SLACK__ENCRYPTION_KEYS": OTHER_KEY})
        assert ended.code == 2
        assert "Put the earlier key behind the present one" in ended.complained
        assert "Traceback" not in ended.complained
        _no_secret_in(ended.complained + ended.said)


async def _configure(folder: Path, server: SlackServer) -> str:
    """Where Staffroom will be."""
    port = free_port()
    text = CONFIG.format(port=port, slack=server.api, client=CLIENT_ID, team=FIRST_TEAM)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    server.wire.target = f"http://127.0.0.1:{port}/slack/events"
    return f"http://127.0.0.1:{port}"


async def _install(server: SlackServer, address: str) -> None:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(f"{address}/slack/install") as response:
            leads_to = parse_page(await response.text()).one("a", class_="button")["href"]
        async with session.get(server.oauth.authorize(leads_to)) as response:
            assert "It is connected to Hilltop School" in parse_page(await response.text()).one("main").words


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


def _no_secret_in(text: str) -> None:
    assert not [secret for secret in (*SECRETS.values(), "xoxb-") if secret in text]
