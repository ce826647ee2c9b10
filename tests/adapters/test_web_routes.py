"""Addresses of other chats beside the page: who may come there, and that the page's own rules hold all the same."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from adapters.web.section import WebSection
from bot.errors import StoreError
from bot.ports import HttpRequest, HttpResponse, Route
from tests.rigs.web import WebRig

PUBLIC = "https://staffroom.example.org"
PAGE = "<h1>A page of another chat</h1>"


@dataclass
class Heard:
    """A chat's side: it remembers what it was asked."""

    requests: list[HttpRequest] = field(default_factory=list)

    async def echo(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        return HttpResponse(200, "heard")

    async def page(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
        return HttpResponse(200, PAGE, {**headers, "Set-Cookie": "begun=1; HttpOnly; SameSite=Lax"})

    async def fail(self, request: HttpRequest) -> HttpResponse:
        raise StoreError("The disk is full." + request.body.decode())

    async def break_down(self, request: HttpRequest) -> HttpResponse:
        raise RuntimeError(request.path)


@asynccontextmanager
async def mounted(**section: Any) -> AsyncIterator[tuple[WebRig, Heard]]:
    heard = Heard()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        rig = WebRig(session, WebSection(**{"port": 0, "public_url": PUBLIC, **section}))
        rig.chat.mount(
            [
                Route("POST", "/pager/events", heard.echo),
                Route("GET", "/pager/install", heard.page),
                Route("POST", "/pager/full", heard.fail),
                Route("GET", "/pager/broken", heard.break_down),
            ]
        )
        async with rig.chat:
            yield rig, heard


@pytest.fixture
async def pager() -> AsyncIterator[tuple[WebRig, Heard]]:
    async with mounted() as both:
        yield both


Both = tuple[WebRig, Heard]


async def test_what_is_sent_arrives_as_it_was_sent(pager: Both) -> None:
    rig, heard = pager
    body = b"\x00\xffpayload=%7B%7D"
    address = f"{rig.address}/pager/events?a=1&a=2&b="
    async with rig.session.post(address, data=body, headers={"X-Signature": "v0=a"}) as response:
        assert (response.status, await response.text()) == (200, "heard")
    [request] = heard.requests
    assert (request.method, request.path, request.body) == ("POST", "/pager/events", body)
    assert dict(request.query) == {"a": "2", "b": ""}
    assert request.headers["x-signature"] == "v0=a"


@pytest.mark.parametrize("host", ["staffroom.example.org", "10.0.0.7", "elsewhere.example"])
async def test_anybody_reaches_it_under_any_name_and_from_any_site(pager: Both, host: str) -> None:
    rig, heard = pager
    headers = {"Host": host, "Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    async with rig.session.post(f"{rig.address}/pager/events", data=b"x", headers=headers) as response:
        assert response.status == 200
    assert len(heard.requests) == 1


async def test_a_page_comes_with_its_own_headers_and_ours_for_the_rest(pager: Both) -> None:
    rig, _heard = pager
    async with rig.session.get(f"{rig.address}/pager/install") as response:
        assert await response.text() == PAGE
        assert response.content_type == "text/html"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Set-Cookie"].startswith("begun=1;")


async def test_a_mebibyte_is_let_in_and_no_byte_more(pager: Both) -> None:
    rig, heard = pager
    for size, status in ((1024 * 1024, 200), (1024 * 1024 + 1, 413)):
        async with rig.session.post(f"{rig.address}/pager/events", data=BytesIO(b"x" * size)) as response:
            assert response.status == status
    assert [len(each.body) for each in heard.requests] == [1024 * 1024]


async def test_who_sends_too_much_without_saying_so_is_refused(pager: Both) -> None:
    rig, heard = pager

    async def parts() -> AsyncIterator[bytes]:
        for _part in range(20):
            yield b"x" * 65536

    async with rig.session.post(f"{rig.address}/pager/events", data=parts()) as response:
        assert response.status == 413
    assert heard.requests == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/pager/full"), ("GET", "/pager/broken")])
async def test_what_goes_wrong_is_said_plainly_and_without_details(
    pager: Both, method: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig, _heard = pager
    async with rig.session.request(method, rig.address + path, data=b"") as response:
        assert response.status == 500
        assert response.content_type == "text/plain"
        assert await response.text() == "Something went wrong inside Staffroom. Its log says what."
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


# ------------------------------------------------------------------------------------------------- the page's own rules


@pytest.mark.parametrize("path", ["/", "/library", "/c/staffroom", "/c/staffroom/messages", "/pager", "/pager/else"])
async def test_the_pages_stay_behind_their_token(pager: Both, path: str) -> None:
    rig, _heard = pager
    for host in ("staffroom.example.org", f"127.0.0.1:{rig.chat.port}"):
        async with await rig.visitor("you").get(path, Host=host) as response:
            assert response.status == 403


@pytest.mark.parametrize("path", ["/", "/library", "/pager/else"])
async def test_under_another_name_the_pages_are_not_shown_at_all(pager: Both, path: str) -> None:
    rig, _heard = pager
    async with await rig.visitor("you").get(path, Host="elsewhere.example") as response:
        assert "This address is not one of" in await response.text()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/pager/events"), ("PUT", "/pager/events"), ("POST", "/pager/install"), ("HEAD", "/pager/install")],
)
async def test_under_another_method_it_is_a_page_like_any_other(pager: Both, method: str, path: str) -> None:
    rig, heard = pager
    async with rig.session.request(method, rig.address + path, headers={"Host": "elsewhere.example"}) as response:
        assert response.status == 403
    assert heard.requests == []


async def test_a_form_of_another_site_still_changes_nothing(pager: Both) -> None:
    rig, _heard = pager
    form = {"text": "/pln help", "nonce": "n" * 12}
    async with await rig.visitor("ana").post("/c/staffroom/say", form, {"Origin": "https://evil.example"}) as response:
        assert response.status == 403
    assert rig.inbox.events == []


async def test_what_is_mounted_does_not_redeem_the_pages_token(pager: Both) -> None:
    rig, heard = pager
    token = rig.chat.address.partition("token=")[2]
    async with await rig.visitor("you").get(f"/pager/install?token={token}") as response:
        assert response.status == 200
        assert "staffroom_session" not in response.headers["Set-Cookie"]
    assert len(heard.requests) == 1
    async with await rig.visitor("you").get(f"/?token={token}") as response:
        assert response.status == 303


@pytest.mark.parametrize("path", ["/c/staffroom/say", "/static/style.css", "/library/else"])
async def test_a_page_cannot_be_taken_over(pager: Both, path: str) -> None:
    rig, heard = pager
    await rig.leave()
    rig.chat.mount([Route("POST", path, heard.echo)])
    with pytest.raises(ValueError, match="is the web page's own"):
        await rig.chat.__aenter__()


@pytest.mark.parametrize("path", ["/", "/pager", "pager/events", "/pager/{anything}"])
async def test_only_fixed_addresses_below_a_name_can_be_mounted(pager: Both, path: str) -> None:
    rig, heard = pager
    with pytest.raises(ValueError, match="cannot be mounted"):
        rig.chat.mount([Route("GET", path, heard.echo)])


async def test_many_at_once_are_all_heard(pager: Both) -> None:
    rig, heard = pager

    async def tell(number: int) -> int:
        async with rig.session.post(f"{rig.address}/pager/events", data=str(number).encode()) as response:
            return response.status

    assert set(await asyncio.gather(*(tell(number) for number in range(50)))) == {200}
    assert len({each.body for each in heard.requests}) == 50
