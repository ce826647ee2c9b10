"""Who may see the pages, and who may change anything."""

import logging
from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from adapters.web.plugin import plugin
from adapters.web.section import WebSection
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.errors import Unavailable
from tests.rigs.web import Visitor, WebRig, web_rig

PUBLIC = "https://staffroom.example.org"


@pytest.fixture
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


@pytest.fixture
async def public() -> AsyncIterator[WebRig]:
    async with web_rig(public_url=PUBLIC) as rig:
        yield rig


# ------------------------------------------------------------------------------------------------------------- address


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example:{port}",
        "127.0.0.1:1",
        "127.0.0.1",
        "0.0.0.0:{port}",
        "[",
        ":",
    ],
)
async def test_under_another_address_nothing_is_shown(rig: WebRig, host: str) -> None:
    async with await rig.visitor("you").get("/", Host=host.format(port=rig.chat.port)) as response:
        assert response.status == 403
        assert "This address is not one of" in await response.text()


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
async def test_under_every_name_of_this_computer_the_page_is_shown(rig: WebRig, host: str) -> None:
    async with await rig.visitor("you").get("/", Host=host.format(port=rig.chat.port)) as response:
        assert response.status == 200


async def test_the_address_is_the_one_to_open(rig: WebRig) -> None:
    assert rig.chat.address == f"http://127.0.0.1:{rig.chat.port}/"


# -------------------------------------------------------------------------------------------------------------- origin


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_form_of_another_site_changes_nothing(rig: WebRig, headers: dict[str, str]) -> None:
    form = {"text": "/pln help", "nonce": "n" * 12}
    async with await rig.visitor("ana").post("/c/staffroom/say", form, headers) as response:
        assert response.status == 403
        assert "nothing was changed" in await response.text()
    assert rig.inbox.events == []


async def test_a_request_that_does_not_say_where_it_comes_from_changes_nothing(rig: WebRig) -> None:
    you = rig.visitor("you")
    form = {"text": "/pln help", "nonce": "n" * 12, "csrf": you.proof}
    for origin, status in (({}, 403), ({"Sec-Fetch-Site": "same-origin"}, 303)):
        address, headers = f"{rig.address}/c/staffroom/say", {"Cookie": you.cookie, **origin}
        async with rig.session.post(address, data=form, headers=headers, allow_redirects=False) as response:
            assert response.status == status


@pytest.mark.parametrize(
    "path", ["/", "/library", "/healthz", "/static/style.css", "/nowhere", "/c/staffroom/messages"]
)
async def test_every_answer_says_what_a_browser_must_not_do(rig: WebRig, path: str) -> None:
    async with await rig.visitor("you").get(path) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


async def test_static_files_end_at_their_folder(rig: WebRig) -> None:
    for path in ("/static/../plugin.py", "/static/%2e%2e/plugin.py", "/static/"):
        async with await rig.visitor("you").get(path) as response:
            assert response.status in {403, 404}


# ------------------------------------------------------------------------------------------------------- from elsewhere


@pytest.mark.parametrize(
    "path", ["/", "/library", "/c/staffroom", "/c/staffroom/messages", "/?token=guess", "/?token="]
)
async def test_with_a_public_address_pages_need_the_printed_link(public: WebRig, path: str) -> None:
    for host in ("staffroom.example.org", f"127.0.0.1:{public.chat.port}"):
        async with await public.visitor("you").get(path, Host=host) as response:
            assert response.status == 403
            assert "the link that Staffroom printed" in " ".join((await response.text()).split())


async def test_health_is_for_everybody_but_not_in_detail(public: WebRig) -> None:
    async with await public.visitor("you").get("/healthz", Host="10.0.0.7") as response:
        assert response.status == 200
    async with await public.visitor("you").get("/readyz", Host="10.0.0.7") as response:
        assert (await response.json())["checks"] == [{"name": "database", "health": "OK"}]


async def test_the_printed_link_opens_the_pages_once_and_for_one_browser(public: WebRig) -> None:
    assert public.chat.address.startswith(f"{PUBLIC}/?token=")
    path = public.chat.address.removeprefix(PUBLIC)
    first, second = public.visitor("ana"), public.visitor("ben")
    await _redeem(first, path)
    async with await first.get("/library") as response:
        assert response.status == 200
    async with await second.get(path) as response:
        assert response.status == 403
    async with await first.get(path) as response:
        assert response.status == 200


async def test_who_has_the_session_may_send_forms_from_the_public_address(public: WebRig) -> None:
    visitor = public.visitor("ana")
    await _redeem(visitor, public.chat.address.removeprefix(PUBLIC))
    form = {"text": "/pln help", "nonce": "n" * 12}
    headers = {"Host": "staffroom.example.org", "Origin": PUBLIC}
    async with await visitor.post("/c/staffroom/say", form, headers) as response:
        assert response.status == 200
    async with await visitor.post("/c/staffroom/say", form, headers | {"Origin": "https://evil.example"}) as response:
        assert response.status == 403
    assert len(public.inbox.events) == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_what_a_proxy_passes_on_does_not_count_as_this_computer(rig: WebRig, header: str) -> None:
    async with await rig.visitor("you").get("/", **{header: "203.0.113.9"}) as response:
        assert response.status == 403


async def test_in_a_container_the_link_works_under_whatever_port_it_is_published() -> None:
    async with web_rig(host="0.0.0.0") as rig:  # noqa: S104 - what a container binds
        assert rig.chat.address.startswith(f"http://127.0.0.1:{rig.chat.port}/?token=")
        visitor = rig.visitor("you")
        await _redeem(visitor, rig.chat.address.removeprefix(rig.address), Host="localhost:9000")
        async with await visitor.get("/", Host="localhost:9000") as response:
            assert response.status == 200
        async with await visitor.get("/", Host="evil.example:9000") as response:
            assert response.status == 403


async def test_the_token_is_in_no_log(public: WebRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = public.chat.address.partition("token=")[2]
    public.room.broken = True
    await _redeem(public.visitor("you"), f"/?token={token}")
    assert token not in caplog.text


# ------------------------------------------------------------------------------------------------------- configuration


def test_the_plug_in_can_be_looked_at_without_loading_a_web_server() -> None:
    assert plugin.name == "web"
    assert plugin.section is WebSection
    assert WebSection().host == "127.0.0.1"
    assert WebSection().port == 8321


@pytest.mark.parametrize(
    "mistake",
    [
        {"port": -1},
        {"port": 70000},
        {"host": ""},
        {"public_url": "staffroom"},
        {"public_url": "https://a.example/b"},
        {"hots": ""},
    ],
)
def test_a_mistake_in_the_section_is_refused(mistake: dict[str, str | int]) -> None:
    with pytest.raises(ValidationError):
        WebSection.model_validate(mistake)


async def test_an_address_that_is_not_this_computers_is_a_sentence() -> None:
    with pytest.raises(Unavailable, match=r"cannot be served at 192\.0\.2\.1"):
        async with web_rig(host="192.0.2.1"):
            pass


async def _redeem(visitor: Visitor, path: str, **headers: str) -> None:
    async with await visitor.get(path, **headers) as response:
        assert response.status == 303
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    name, _, value = cookie.partition(";")[0].partition("=")
    visitor.cookies[name] = value


async def test_who_sits_at_this_computer_looks_after_it_and_nobody_does_where_others_reach_the_page(
    rig: WebRig, public: WebRig
) -> None:
    ana = PersonKey("web:local", "ana")
    assert (await rig.chat.profile(ana)).standing is Standing.ADMIN
    assert (await public.chat.profile(ana)).standing is Standing.MEMBER
