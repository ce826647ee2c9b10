"""Signing in with a real browser, with and without its script: cookies, forms, what the address bar keeps, axe."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.front_door import HILL, FrontDoor, front_door
from tests.rigs.slack_district import free_port

ANA = PersonKey(HILL, "ana")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[FrontDoor]:
    """Its public address is the one that it has on this machine."""
    port = free_port()
    async with front_door(FakeStore(clock), clock, port=port, public_url=f"http://127.0.0.1:{port}") as rig:
        rig.hill.standings["ana"] = Standing.ADMIN
        yield rig


async def sign_in(page: Page, door: FrontDoor) -> None:
    await page.goto(door.address + await door.link(ANA))
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/library")


@pytest.mark.parametrize("with_script", [True, False])
async def test_one_signs_in_by_a_link_and_out_again(browser: Browser, door: FrontDoor, *, with_script: bool) -> None:
    async with a_page(browser, java_script_enabled=with_script) as page:
        path = await door.link(ANA)
        await page.goto(door.address + path)
        assert page.url == f"{door.address}/sign-in/link"
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/library")
        await page.get_by_role("link", name="Signed in as Ana").click()
        await page.get_by_role("button", name="Sign out here").click()
        await page.wait_for_url("**/sign-out")
        await page.goto(door.address + "/library")
        assert "/sign-in?next=%2Flibrary" in page.url


async def test_the_token_is_in_no_referrer_and_in_no_address_that_the_browser_keeps(
    browser: Browser, door: FrontDoor
) -> None:
    async with a_page(browser) as page:
        path = await door.link(ANA)
        token = path.rpartition("/")[2]
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.headers.get("referer", "")))
        await page.goto(door.address + path)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/library")
        assert not [each for each in sent if token in each]
        cookies = {each["name"]: each for each in await page.context.cookies()}
        assert "staffroom_link" not in cookies
        assert cookies["staffroom_session"]["httpOnly"]
        assert cookies["staffroom_session"]["sameSite"] == "Lax"
        assert token not in await page.evaluate("document.referrer")


async def test_another_site_can_neither_frame_a_page_nor_send_its_forms(browser: Browser, door: FrontDoor) -> None:
    context: BrowserContext = await browser.new_context()
    page = await context.new_page()
    await sign_in(page, door)
    elsewhere = await context.new_page()
    await elsewhere.route("http://evil.localhost/", lambda route: route.fulfill(content_type="text/html", body=EVIL))
    await elsewhere.goto("http://evil.localhost/")
    await elsewhere.evaluate(f"steal('{door.address}')")
    await elsewhere.wait_for_url("**/sign-out")
    assert "did not come from a page of Staffroom" in await elsewhere.inner_text("body")
    await page.goto(door.address + "/sessions")
    assert "This browser" in await page.inner_text("main")
    await context.close()


EVIL = """<form method="post"></form><script>
function steal(address) { document.forms[0].action = address + "/sign-out"; document.forms[0].submit(); }
</script>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_axe_finds_nothing_on_the_pages_of_signing_in(
    browser: Browser, door: FrontDoor, scheme: str, viewport: dict[str, int]
) -> None:
    door.hill.signs_in = door.chatter
    async with a_page(browser, color_scheme=scheme, viewport=viewport, bypass_csp=True) as page:
        found: dict[str, list[str]] = {}
        await page.goto(door.address + "/sign-in")
        found["/sign-in"] = await what_axe_finds(page)
        await page.goto(door.address + await door.link(ANA))
        found["/sign-in/link"] = await what_axe_finds(page)
        await page.get_by_role("button", name="Sign in").click()
        await door.signed_in(ANA)
        for path in ("/sessions", "/settings", "/settings/health", "/sign-out"):
            await page.goto(door.address + path)
            found[path] = await what_axe_finds(page)
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"], path
        assert [f"{path} {each}" for path, every in found.items() for each in every] == []
