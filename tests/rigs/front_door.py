"""Two schools that share one Staffroom with a public address, and browsers that come to its page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import ClientResponse, ClientSession, DummyCookieJar

from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from bot.app import put_workspaces
from bot.domain.channel import Workspace
from bot.domain.check import Check, Health
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.errors import Mistake
from bot.plugins import ChatTools
from bot.ports import Attempt, Store
from bot.services.parts import Parts
from bot.services.people.sign_in_links import invitation, link_of
from bot.services.web.pages import EnginePages
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.room import FakeRoom
from tests.fakes.source import FakeSource
from tests.fakes.vault import FakeVault
from tests.rigs.html_page import Element, parse_page

PUBLIC = "https://staffroom.example.org"
HILL, VALLEY = "hill:school", "valley:school"
NAMES = {HILL: "Hill School", VALLEY: "Valley School"}


class NamedChat(FakeChat):
    def workspaces(self) -> Sequence[Workspace]:
        return [Workspace(self.workspace, self.name, NAMES[self.workspace])]


class VouchingPlatform:
    """A platform that says who somebody is. `signed_in` are the people by the code it sends back; each code works once
    and with the proof of who began."""

    label = "Chatter"

    def __init__(self) -> None:
        self.signed_in: dict[str, Sequence[PersonKey]] = {}
        self.challenges: dict[str, str] = {}

    def address(self, attempt: Attempt) -> str:
        asked = {"state": attempt.state, "challenge": attempt.challenge, "redirect_uri": attempt.back}
        return f"https://chatter.example/authorize?{urlencode(asked)}"

    def allow(self, address: str, *people: PersonKey) -> str:
        """The person says yes there: the path that the browser comes back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code{len(self.signed_in)}"
        self.signed_in[code], self.challenges[code] = people, asked["challenge"]
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    async def people(self, code: str, attempt: Attempt) -> Sequence[Person]:
        if self.challenges.get(code) != attempt.challenge:
            raise Mistake("Chatter does not vouch for you.")
        del self.challenges[code]
        return [Person(each, each.person.capitalize()) for each in self.signed_in[code]]


@dataclass
class BrowserRig:
    """Keeps cookies as a browser does, and comes by the public address."""

    session: ClientSession
    address: str
    public: str = PUBLIC
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self._send("GET", path, None, headers)

    async def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> ClientResponse:
        return await self._send("POST", path, fields or {}, {"Origin": self.public, **headers})

    async def page(self, path: str, status: int = 200) -> Element:
        async with await self.get(path) as response:
            assert response.status == status, await response.text()
            return parse_page(await response.text())

    async def leads_to(self, path: str) -> str:
        async with await self.get(path) as response:
            assert response.status == 303, await response.text()
            return response.headers["Location"]

    async def submit(self, form: Element, **filled: str) -> tuple[int, str]:
        """Sends a form of a page as it stands. The status, and where it leads or what it says."""
        fields = {each["name"]: each["value"] for each in form.all("input")} | filled
        async with await self.post(form["action"], fields) as response:
            return response.status, response.headers.get("Location") or parse_page(await response.text()).words

    async def _send(
        self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]
    ) -> ClientResponse:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": urlsplit(self.public).netloc, "Cookie": cookies, **headers}
        response = await self.session.request(
            method, self.address + path, data=fields, headers=sent, allow_redirects=False
        )
        for line in response.headers.getall("Set-Cookie", []):
            self.set_cookies.append(line)
            self._keep(line)
        return response

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


class FrontDoor:
    """`web` is entered. `hill` and `valley` are the chats of the two schools."""

    def __init__(self, session: ClientSession, store: Store, clock: FakeClock, **section: object) -> None:
        self.clock, self.store, self.session = clock, store, session
        self.hill = NamedChat(FakeInbox(), workspace=HILL, clock=clock)
        self.valley = NamedChat(FakeInbox(), workspace=VALLEY, clock=clock)
        self.valley.name = "valley"
        self.chatter = VouchingPlatform()
        self.pages = EnginePages()
        self.inbox = FakeInbox()
        settings = WebSection.model_validate({"port": 0, "public_url": PUBLIC, **section})
        self.public = settings.public_url
        self.web = WebChat(
            settings,
            ChatTools(clock, self.inbox, FakeRoom(self.inbox), self.pages, FakeVault(), self._installed),
        )
        self.parts = Parts(
            store,
            clock,
            "worker",
            {"x": FakeSource(clock)},
            {"fake": self.hill, "valley": self.valley, "web": self.web},
            public_url=self.public,
        )

    async def open(self) -> None:
        async with self.store.transaction() as tx:
            await put_workspaces(tx, self.parts)
        self.pages.serve(self.parts, self._readiness)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.web.port}"

    def browser(self) -> BrowserRig:
        return BrowserRig(self.session, self.address, self.public or self.address)

    async def link(self, person: PersonKey) -> str:
        """The path of a link that signs this person in, as their chat sends it."""
        async with self.store.transaction() as tx:
            id_ = await invitation(tx, self.parts, person, self.clock.now())
        assert id_
        return link_of(self.parts, id_).removeprefix(self.public)

    async def signed_in(self, person: PersonKey) -> BrowserRig:
        browser = self.browser()
        assert await browser.leads_to(await self.link(person)) == "/sign-in/link"
        form = (await browser.page("/sign-in/link")).one("form")
        assert await browser.submit(form) == (303, "/library")
        return browser

    async def _installed(self) -> None:
        """Nobody installs it here."""

    async def _readiness(self) -> Sequence[Check]:
        return [Check("database", Health.OK, "It answers at /srv/staffroom.sqlite.")]


@asynccontextmanager
async def front_door(store: Store, clock: FakeClock, **section: object) -> AsyncIterator[FrontDoor]:
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        rig = FrontDoor(session, store, clock, **section)
        await rig.open()
        async with rig.hill, rig.valley, rig.web:
            yield rig
