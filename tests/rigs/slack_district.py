"""A district: Slack in HTTP mode, the one web server beside it, and people who install Staffroom by its pages."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import ClientResponse, ClientSession, CookieJar

from adapters.slack.chat import SlackChat
from adapters.slack.district.oauth import INSTALL_PATH
from adapters.slack.first_day.manifest import EVENTS_PATH
from adapters.slack.plugin import plugin
from adapters.slack.section import SlackSection
from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from bot.plugins import ChatTools
from bot.ports import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import STAFFROOM, FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.vault import FakeVault
from tests.rigs.html_page import Element, parse_page
from tests.rigs.slack_server import CLIENT_ID, CLIENT_SECRET, FIRST_TEAM, SIGNING_SECRET, SlackServer

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
HILL, VALLEY = FIRST_TEAM, "T0VALLEY"
DISTRICT, NORTH, SOUTH = "E0DISTRICT", "T0NORTH", "T0SOUTH"


@dataclass
class Parts:
    """What a district keeps over a restart."""

    server: SlackServer
    clock: FakeClock
    vault: Vault
    settings: dict[str, str | list[str]] = field(default_factory=dict)


class District:
    """`slack` and `page` are entered, in the order of `bot.__main__`; `installs` counts the calls of `installed`."""

    def __init__(self, parts: Parts, session: ClientSession) -> None:
        self.parts = parts
        self.server = parts.server
        self.clock = parts.clock
        self.inbox = FakeInbox()
        self.installs = 0
        self.session = session
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        room, pages = FakeRoom(self.inbox), FakePages(STAFFROOM)
        tools = ChatTools(self.clock, self.inbox, room, pages, parts.vault, self._installed, self.address)
        slack = plugin.open(section(parts), tools)
        assert isinstance(slack, SlackChat)
        self.slack = slack
        self.page = WebChat(WebSection(port=self.port, public_url=self.address), tools)
        self.page.mount(slack.routes())
        self.server.wire.target = self.address + EVENTS_PATH

    async def _installed(self) -> None:
        self.installs += 1

    def workspaces(self) -> dict[str, str]:
        return {each.id: each.name for each in self.slack.workspaces()}

    async def get(self, address: str) -> ClientResponse:
        return await self.session.get(address, allow_redirects=False)

    async def begin(self, query: str = "") -> str:
        """Opens the install page; where its button leads."""
        async with await self.get(f"{self.address}{INSTALL_PATH}{query}") as response:
            assert response.status == 200, await response.text()
            return parse_page(await response.text()).one("a", class_="button")["href"]

    async def install(
        self, team: str = FIRST_TEAM, enterprise: str = "", *, query: str = "", allow: bool = True
    ) -> Element:
        """The whole way; the page at its end."""
        back = self.server.oauth.authorize(await self.begin(query), team=team, enterprise=enterprise, allow=allow)
        return await self.come_back(back)

    async def come_back(self, address: str, status: int | None = None) -> Element:
        async with await self.get(address) as response:
            assert status in {None, response.status}, await response.text()
            assert urlsplit(str(response.url)).port == self.port
            return parse_page(await response.text())


def section(parts: Parts) -> SlackSection:
    return SlackSection.model_validate(
        {
            "mode": "http",
            "signing_secret": SIGNING_SECRET,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "encryption_keys": KEY,
            "base_url": parts.server.api,
            **parts.settings,
        }
    )


@asynccontextmanager
async def a_district(parts: Parts) -> AsyncIterator[District]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        district = District(parts, session)
        async with district.slack, district.page:
            yield district


@asynccontextmanager
async def new_parts(vault: Vault | None = None) -> AsyncIterator[Parts]:
    """Two schools on their own and an organisation of two, with Staffroom in none of them."""
    clock = FakeClock()
    async with SlackServer(clock) as server:
        world = server.world
        world.tokens = {text: token for text, token in world.tokens.items() if token.kind != "bot"}
        world.add_team(VALLEY, "Valley School", "valley")
        world.add_enterprise(DISTRICT, "Riverside District")
        world.add_team(NORTH, "North School", "north", enterprise=DISTRICT)
        world.add_team(SOUTH, "South School", "south", enterprise=DISTRICT)
        yield Parts(server, clock, vault or FakeVault())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
