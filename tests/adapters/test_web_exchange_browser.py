"""Import and export in a real browser: with and without its script, for screen readers, light and dark."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.services.exchange.working_off import bring_some
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.web import WebRig, web_rig
from tests.rigs.web_library import fill_library

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = "".join(f'<DT><A HREF="https://page.example/{number}">Page {number}</A>\n' for number in range(60))
BOOKMARKS = f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><A HREF='javascript:1'>x</A>\n{ROWS}</DL><p>\n"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        await fill_library(rig)
        yield rig


@pytest.fixture
def bookmarks(tmp_path: Path) -> Path:
    file = tmp_path / "bookmarks.html"
    file.write_text(BOOKMARKS, encoding="utf-8")
    return file


async def choose(page: Page, rig: WebRig, bookmarks: Path) -> None:
    await page.goto(f"{rig.address}/import")
    await page.get_by_label("File").set_input_files(bookmarks)
    await page.get_by_role("button", name="Look through it").click()
    await expect(page.get_by_role("heading", name="60 pages in this file")).to_be_visible()


async def work_off(rig: WebRig) -> None:
    while await bring_some(rig.parts):
        pass


@pytest.mark.parametrize("script", [True, False])
async def test_a_file_is_brought_in_and_undone_with_and_without_script(
    browser: Browser, rig: WebRig, bookmarks: Path, *, script: bool
) -> None:
    async with a_page(browser, java_script_enabled=script) as page:
        await choose(page, rig, bookmarks)
        await expect(page.get_by_text("Line 3, “x”: Its address is not one of a web page.")).to_be_visible()
        await page.get_by_role("button", name="Bring them in").click()
        await expect(page.get_by_role("heading", name="Being brought in")).to_be_visible()
        await bring_some(rig.parts)
        await look_again(page, script=script)
        await expect(page.get_by_text("50 of 60 pages done")).to_be_visible(timeout=15_000)
        await work_off(rig)
        await look_again(page, script=script)
        await expect(page.get_by_role("heading", name="Brought in: 60 pages")).to_be_visible(timeout=15_000)
        await page.get_by_role("button", name="Undo").click()
        await work_off(rig)
        await look_again(page, script=script)
        await expect(page.get_by_role("heading", name="Undone")).to_be_visible(timeout=15_000)


async def look_again(page: Page, *, script: bool) -> None:
    """What is in `noscript` a browser that is driven like this takes for text, so that it is not told to look again."""
    if not script:
        await page.reload()


async def test_a_file_that_is_stuck_is_tried_again_or_undone_and_nothing_is_wrong_with_its_page(
    browser: Browser, rig: WebRig, bookmarks: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.html").write_text("<DL></DL>", encoding="utf-8")
    async with a_page(browser, bypass_csp=True) as page:
        await page.goto(f"{rig.address}/import")
        await page.get_by_label("File").set_input_files(tmp_path / "empty.html")
        await page.get_by_role("button", name="Look through it").click()
        await expect(page.get_by_role("alert")).to_contain_text("There is no page in this file")
        await check(page)
        await choose(page, rig, bookmarks)
        await page.get_by_role("button", name="Bring them in").click()
        await bring_some(rig.parts)
        await stick(rig)
        await expect(page.get_by_role("alert")).to_contain_text("50 of 60 pages done", timeout=15_000)
        await check(page)
        await page.get_by_role("button", name="Try again").click()
        await expect(page.get_by_role("heading", name="Being brought in")).to_be_visible()
        await stick(rig)
        await page.get_by_role("button", name="Undo").click()
        await work_off(rig)
        await expect(page.get_by_role("heading", name="Undone")).to_be_visible(timeout=15_000)


async def stick(rig: WebRig) -> None:
    """What is under way fails for good."""
    async with rig.parts.store.transaction() as tx:
        claimed = await tx.imports.claim("worker", rig.clock.now(), timedelta(0))
        assert claimed
        await tx.imports.fail(claimed, claimed.state.when_stuck)


async def test_a_table_is_downloaded_and_a_feed_made_and_ended(browser: Browser, rig: WebRig) -> None:
    async with a_page(browser) as page:
        await page.goto(f"{rig.address}/export")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download").click()
        assert (await download.value).suggested_filename.startswith("staffroom-library-")
        await page.get_by_role("button", name="Make a feed").click()
        address = page.get_by_label("Address of the feed")
        await expect(address).to_have_attribute("readonly", "")
        assert (await address.input_value()).startswith(rig.address)
        await page.get_by_role("link", name="Back to import and export").click()
        await page.get_by_role("button", name="End it").click()
        await expect(page.get_by_role("status")).to_contain_text("The feed has ended.")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, rig: WebRig, bookmarks: Path, size: dict[str, int], scheme: str
) -> None:
    async with a_page(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        await page.goto(f"{rig.address}/export")
        await page.get_by_role("button", name="Make a feed").click()
        await check(page)
        for path in ("/export", "/import"):
            await page.goto(rig.address + path)
            await check(page)
        await choose(page, rig, bookmarks)
        await check(page)
        await page.get_by_role("button", name="Bring them in").click()
        await bring_some(rig.parts)
        await check(page)
        await work_off(rig)
        await expect(page.get_by_role("heading", name="Brought in: 60 pages")).to_be_visible(timeout=15_000)
        await check(page)


async def check(page: Page) -> None:
    assert await what_axe_finds(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
