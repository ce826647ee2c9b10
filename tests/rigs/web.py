"""The web page, served for real on a loopback port, and people who visit it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import ClientConnectionError, ClientResponse, ClientSession, CookieJar

from adapters.web.chat import WebChat
from adapters.web.section import WebSection
from adapters.web.signin.cookies import proof_of
from bot.domain.events import Event
from bot.domain.keys import ChannelKey
from bot.domain.session import hidden
from bot.plugins import ChatTools
from bot.services.exchange.engine import EngineExchange
from bot.services.parts import Parts
from bot.services.web.desk import EngineDesk
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeInbox
from tests.fakes.pages import STAFFROOM, FakePages
from tests.fakes.room import FakeRoom
from tests.fakes.source import FakeSource
from tests.fakes.store import FakeStore
from tests.fakes.vault import FakeVault
from tests.rigs.html_page import Element, parse_page


class Visitor:
    """A person with a browser that runs no script: reads pages and sends the forms that are on them."""

    def __init__(self, session: ClientSession, address: str, name: str) -> None:
        self.session = session
        self.address = address
        forms = hidden(name)
        self.cookies = {"staffroom_name": name, "staffroom_forms": forms, "__Host-staffroom_forms": forms}
        self._last: tuple[str, dict[str, str]] | None = None

    @property
    def proof(self) -> str:
        """What the forms of this browser's pages carry."""
        return proof_of(self.cookies["staffroom_forms"])

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.session.get(self.address + path, headers=self._headers(headers), allow_redirects=False)

    async def page(self, path: str = "/") -> Element:
        async with await self.get(path) as response:
            return parse_page(await response.text())

    async def post(
        self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None, *, is_script: bool = True
    ) -> ClientResponse:
        """As our script sends it, which waits for nothing, or as a browser without it does."""
        self._last = path, fields
        fields = {"csrf": self.proof, **fields}
        own = {"Origin": self.address, **({"X-Staffroom-Page": "1"} if is_script else {}), **(headers or {})}
        return await self.session.post(
            self.address + path, data=fields, headers=self._headers(own), allow_redirects=False
        )

    async def submit(self, form: Element, **filled: str) -> bool:
        """Sends a form as it stands on a page; whether the server took it."""
        fields = {each["name"]: each["value"] for each in form.all("input")}
        return await self._sent(form["action"], fields | filled)

    async def submit_again(self) -> bool:
        assert self._last
        return await self._sent(*self._last)

    async def _sent(self, path: str, fields: dict[str, str]) -> bool:
        try:
            async with await self.post(path, fields) as response:
                return response.status < 400
        except ClientConnectionError:
            return False

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Cookie": self.cookie, **more}


class WebRig:
    """`chat` is entered. Whatever a person does goes over HTTP."""

    channel = STAFFROOM.key
    elsewhere = ChannelKey("web:local", "boiler-room")
    outages: Sequence[str] = ("the database",)

    def __init__(self, session: ClientSession, section: WebSection) -> None:
        self.clock = FakeClock()
        self.inbox = FakeInbox()
        self.room = FakeRoom(self.inbox)
        self.pages = FakePages(STAFFROOM)
        self.store = FakeStore(self.clock)
        self.chat = WebChat(
            section, ChatTools(self.clock, self.inbox, self.room, self.pages, FakeVault(), self.installed)
        )
        self.x = FakeSource(self.clock)
        self.parts = Parts(self.store, self.clock, "worker", {"x": self.x}, {"web": self.chat})
        self.pages.desk = EngineDesk(self.parts)
        self.pages.exchange = EngineExchange(self.parts)
        self.session = session
        self._last: Visitor | None = None
        self._forms: dict[tuple[str, str], Element] = {}

    @property
    def address(self) -> str:
        """Where it is on this computer, whatever it calls itself outside."""
        return f"http://127.0.0.1:{self.chat.port}"

    def visitor(self, name: str) -> Visitor:
        return Visitor(self.session, self.address, name)

    async def installed(self) -> None:
        """Nobody installs the web page."""

    # ------------------------------------------------------------------------------------------------- for the contract

    def now(self) -> datetime:
        return self.clock.now()

    def person_id(self, person: str) -> str:
        return person

    async def shown(self, person: str) -> list[str]:
        page = await self.visitor(person).page()
        return [
            each.one(class_="body").words for each in page.all("li", class_="message") if "said" not in each.classes
        ]

    async def told(self, person: str) -> list[str]:
        return await self.shown(person)

    async def files(self, person: str) -> list[tuple[str, bytes]]:
        """Each can be taken once."""
        page = await self.visitor(person).page()
        forms = [each for each in page.all("form", method="post") if each["action"] == "/file"]
        return [await self._taken(person, each) for each in forms]

    async def _taken(self, person: str, form: Element) -> tuple[str, bytes]:
        fields = {each["name"]: each["value"] for each in form.all("input")}
        async with await self.visitor(person).post("/file", fields, is_script=False) as response:
            disposition = response.content_disposition
            assert response.status == 200
            assert disposition
            assert disposition.type == "attachment"
            return str(disposition.filename), await response.read()

    async def obeyed(self) -> list[str]:
        """Whatever in a message is neither text nor what our templates put there."""
        page = await self.visitor("ana").page()
        odd = [element.tag for text in page.all("p", class_="text") for element in text.all()]
        for message in page.all("li", class_="message"):
            odd += [each.tag for each in message.all() if each.tag in {"script", "img", "iframe", "b", "style"}]
            odd += [name for each in message.all() for name in each.attributes if name.startswith("on")]
            odd += [link["href"] for link in message.all("a") if "evil" in link["href"]]
        return odd

    async def events(self) -> list[Event]:
        return self.inbox.events

    async def leave(self) -> None:
        await self._remember_forms()
        await self.chat.__aexit__(None, None, None)

    async def repeat(self) -> None:
        assert self._last
        await self._last.submit_again()

    async def break_inbox(self) -> None:
        self.inbox.broken = True

    async def command(self, person: str, text: str) -> bool:
        return await self._submit(person, "say", "", text=text)

    async def press(self, person: str, message: str, label: str) -> bool:
        return await self._submit(person, "press", f"{message} {label}")

    async def react(self, person: str, message: str, emoji: str) -> bool:
        return await self._react(person, message, emoji, "add")

    async def unreact(self, person: str, message: str, emoji: str) -> bool:
        return await self._react(person, message, emoji, "remove")

    async def break_down(self, outage: str) -> None:  # noqa: ARG002 - there is one
        self.room.broken = True

    async def mend(self) -> None:
        self.room.broken = False

    async def _react(self, person: str, message: str, emoji: str, change: str) -> bool:
        """The page offers the reactions that are there; a person's first one is sent as the page's script could."""
        nonce = (await self._form(person, "say", "")).one(name="nonce")["value"]
        form = Element("form", {"action": f"/c/{self.channel.channel}/react"})
        fields = {"nonce": nonce, "message": message, "emoji": emoji, "change": change}
        form.children = [Element("input", {"name": name, "value": value}) for name, value in fields.items()]
        self._last = self.visitor(person)
        return await self._last.submit(form)

    async def _submit(self, person: str, kind: str, which: str, **filled: str) -> bool:
        form = await self._form(person, kind, which)
        self._last = self.visitor(person)
        return await self._last.submit(form, **filled)

    async def _form(self, person: str, kind: str, which: str) -> Element:
        await self._remember_forms(person)
        return self._forms[kind, which]

    async def _remember_forms(self, person: str = "ana") -> None:
        """The forms of the page as it is, or, once it is no longer served, as it was."""
        try:
            page = await self.visitor(person).page()
        except ClientConnectionError:
            return
        for form in page.all("form", method="post"):
            kind = form["action"].rsplit("/", 1)[-1]
            labels = [button.words for button in form.all("button")] if kind == "press" else [""]
            messages = [field["value"] for field in form.all("input", name="message")] if kind == "press" else [""]
            self._forms[kind, " ".join(part for part in (*messages, *labels) if part)] = form


@asynccontextmanager
async def web_rig(**section: Any) -> AsyncIterator[WebRig]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        rig = WebRig(session, WebSection(**{"port": 0, **section}))
        async with rig.chat:
            yield rig
