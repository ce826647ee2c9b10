"""`staffroom run` with a public address: people of a Slack workspace sign in on the web, by a link and with Slack."""

import re
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar

from tests.acceptance.test_slack_district import SECRETS, _configure, _install, _until
from tests.rigs.front_door import BrowserRig
from tests.rigs.program import running
from tests.rigs.slack_district import new_parts
from tests.rigs.slack_server import SlackServer


def links_in(server: SlackServer) -> list[str]:
    told = " ".join(str(each.blocks) for each in server.messages("staffroom", "ana"))
    return re.findall(r"(/sign-in/link/[\w.-]+)", told)


async def test_people_sign_in_by_a_link_and_with_slack_and_stay_so_over_a_restart(tmp_path: Path) -> None:
    async with new_parts() as parts, ClientSession(cookie_jar=DummyCookieJar()) as session:
        server, address = parts.server, await _configure(tmp_path, parts.server)
        ana, ben = (BrowserRig(session, address, address) for _ in range(2))
        async with running("run", folder=tmp_path, **SECRETS) as program:
            await _install(server, address)
            assert (await server.people.command("ana", "staffroom", "/pln library")).acknowledged
            await _until(lambda: bool(links_in(server)))
            link = links_in(server)[-1]
            assert await ana.leads_to(link) == "/sign-in/link"
            form = (await ana.page("/sign-in/link")).one("form")
            assert await ana.submit(form) == (303, "/library")
            assert "of Hilltop School" in (await ana.page("/sessions")).words
            async with await ana.get("/settings") as response:
                assert response.status == 403

            button = next(each for each in (await ben.page("/sign-in")).all("a") if "Slack" in each.words)
            at_slack = await ben.leads_to(button["href"])
            back = server.oauth.authorize(at_slack, person="ben").removeprefix(address)
            assert await ben.leads_to(back) == "/library"
            assert "Slack" in (await ben.page("/settings")).words, "Ben is an admin"
            assert await program.stop() == 0
            assert link.rpartition("/")[2] not in "".join(program.errors)
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("staffroom.sqlite*"))
        for secret in (link.rpartition(".")[2], *ana.cookies.values(), *ben.cookies.values()):
            assert secret.encode() not in kept
        async with running("run", folder=tmp_path, **SECRETS):
            assert "As" in (await ana.page("/sessions")).words
            await ben.page("/settings/health")
