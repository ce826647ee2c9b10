"""The library in a real browser: every flow with and without the script, by keyboard, for screen readers, on paper."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.domain.people import Role
from bot.ports.desk import AddTags, Keep, Remove, WriteNote
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.web import WebRig, web_rig
from tests.rigs.web_library import BARS, BEN, DIGEST, RUBRIC, TICKETS, fill_library, viewer

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITH_OR_WITHOUT_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="module")
async def ids(rig: WebRig) -> dict[str, str]:
    return await fill_library(rig)


async def open_as(page: Page, rig: WebRig, name: str, path: str = "/library") -> None:
    await page.context.add_cookies([{"name": "staffroom_name", "value": name, "url": rig.address}])
    await page.goto(rig.address + path)
    page.set_default_timeout(4000)


# ------------------------------------------------------------------------------------------------------------ the flows


@WITH_OR_WITHOUT_SCRIPT
async def test_one_searches_narrows_and_takes_a_part_away(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("searchbox", name="Search the library").fill("bars")
        await page.get_by_role("searchbox").press("Enter")
        await expect(page.get_by_role("heading", level=3)).to_have_text([BARS])
        await page.get_by_text("Narrow it down").click()
        await page.get_by_label("Kind").select_option("video")
        await page.get_by_role("button", name="Show these").click()
        await expect(page.get_by_role("heading", level=2)).to_have_text("Nothing found for “kind:video bars”")
        await page.get_by_role("link", name="kind:video").click()
        await expect(page.get_by_role("heading", level=3)).to_have_text([BARS])


@WITH_OR_WITHOUT_SCRIPT
async def test_one_tags_notes_and_renames_an_item(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("link", name=f"Details of {BARS}").click()
        await page.get_by_label("Add tags").fill("year 5, cutting")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("status")).to_have_text("Tagged year 5 and cutting.")
        await page.get_by_role("button", name="Take away cutting").click()
        await expect(page.get_by_role("list", name="Tags")).to_have_count(0)
        await page.get_by_label("Your note").fill("Best on **card**")
        await page.get_by_role("button", name="Keep the note").click()
        await expect(page.locator(".note strong")).to_have_text("card")
        rig.clock.advance(timedelta(minutes=1))
        await page.get_by_label("Another note").fill("Ask for *two*")
        await page.get_by_role("button", name="Keep the note").click()
        await expect(page.locator(".note em")).to_have_text("two")
        await page.get_by_text("Change this note, number 2").click()
        await page.locator(".change[open] textarea").fill("Ask for *three*")
        await page.get_by_role("button", name="Keep the change").and_(page.locator(":visible")).click()
        await expect(page.get_by_role("status")).to_have_text("Your note is changed.")
        await expect(page.locator(".note em")).to_have_text("three")
        await page.get_by_role("button", name="Delete this note number 2").click()
        await expect(page.locator(".note em")).to_have_count(0)
        await page.get_by_label("Title", exact=True).fill("Bars to cut out")
        await page.get_by_role("button", name="Change the title").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Bars to cut out")
        await page.get_by_label("Kind", exact=True).select_option("worksheet")
        await page.get_by_role("button", name="Change the kind").click()
        await page.get_by_role("link", name="History").click()
        await expect(page.locator(".history li").first).to_contain_text("You changed the kind")
        await page.get_by_role("button", name="Delete this note").click()
        await expect(page.get_by_role("status")).to_have_text("Your note is deleted.")


@WITH_OR_WITHOUT_SCRIPT
async def test_one_saves_a_link_and_takes_it_back(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("link", name="Save a link").click()
        await page.get_by_label("Address of the page").fill("https://tangrams.example/1")
        await page.get_by_label("Title").fill("Tangrams")
        await page.get_by_role("combobox", name="Tags").fill("shape")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tangrams")
        await page.get_by_role("button", name="Undo my save").click()
        await expect(page.get_by_role("status")).to_have_text("Your save is taken back.")
        await expect(page.get_by_role("heading", name="Tangrams")).to_have_count(0)


@WITH_OR_WITHOUT_SCRIPT
async def test_one_saves_from_the_list_and_finds_it_among_ones_own(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("button", name=f"Save {BARS}").click()
        await expect(page.get_by_role("status")).to_have_text("Saved to the library.")
        await page.get_by_role("link", name="My saves").click()
        await expect(page.get_by_role("heading", level=2)).to_have_text("2 items, saved by you")
        await page.get_by_role("button", name=f"Undo my save {BARS}").click()
        await expect(page.get_by_role("heading", level=2)).to_have_text("1 item, saved by you")


@WITH_OR_WITHOUT_SCRIPT
async def test_what_one_keeps_for_oneself_says_so(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You", "/library/save?url=https://own.example/&title=A+job+in+Leeds")
        await page.get_by_label("Keep it for me alone").check()
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Saved for you alone.")
        await expect(page.get_by_text("Only you see this")).to_be_visible()
        await page.get_by_role("button", name="Save it for everybody").click()
        await expect(page.get_by_role("status")).to_have_text("Saved to the library.")
        await expect(page.get_by_text("Only you see this")).to_have_count(0)
    assert ids


@WITH_OR_WITHOUT_SCRIPT
async def test_an_item_is_shared_removed_and_restored(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You", f"/library/items/{ids[BARS]}")
        await page.get_by_label("Share with the library of").select_option("Maths")
        await page.get_by_role("button", name="Share", exact=True).click()
        await expect(page.get_by_role("status")).to_have_text("It is in the library of Maths as well now.")
        await page.get_by_role("button", name="Stop sharing with Maths").click()
        await page.get_by_role("button", name="Remove it from the library").click()
        await expect(page.get_by_role("status")).to_contain_text("Removed from the library.")
        await page.get_by_role("link", name="Removed").click()
        await page.get_by_role("button", name=f"Restore {BARS}").click()
        await expect(page.get_by_role("status")).to_have_text("It is in the library again.")
        await expect(page.get_by_role("heading", name="Nothing was removed")).to_be_visible()


@WITH_OR_WITHOUT_SCRIPT
async def test_one_looks_through_past_digests_and_saves_from_them(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "Zoe")
        await page.get_by_role("link", name="Past digests").click()
        await page.get_by_role("link", name="Tuesday 24 November").click()
        await page.get_by_role("button", name="Save item 1").click()
        await expect(page.get_by_role("status")).to_have_text("Saved to the library.")
        await expect(page.get_by_role("button", name="Undo my save of item 1")).to_be_visible()
        await page.get_by_role("link", name="My saves").click()
        await expect(page.get_by_role("heading", level=3)).to_have_text([TICKETS, RUBRIC])


@WITH_OR_WITHOUT_SCRIPT
async def test_one_goes_from_tag_to_tag(rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("link", name="Tags", exact=True).click()
        await page.get_by_role("link", name="year 7").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tag: year 7")
        await page.get_by_role("link", name="assessment").click()
        await expect(page.get_by_role("heading", level=3)).to_have_text([TICKETS])


@WITH_OR_WITHOUT_SCRIPT
async def test_one_exports_what_the_list_shows(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You", "/library?q=bars")
        await page.get_by_text("Export this list").click()
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="A list to read (Markdown)").click()
        download = await begun.value
        assert download.suggested_filename.startswith("staffroom-found-bars-")
        text = Path(await download.path()).read_text(encoding="utf-8")
        assert (BARS in text, RUBRIC in text) == (True, False)


@WITH_OR_WITHOUT_SCRIPT
async def test_one_sees_whom_colleagues_learn_from(
    rig: WebRig, ids: dict[str, str], browser: Browser, *, script: bool
) -> None:
    assert ids
    async with a_page(browser, java_script_enabled=script) as page:
        await open_as(page, rig, "You")
        await page.get_by_role("link", name="People", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("People")
        await expect(page.get_by_role("link", name="Say hello on X")).to_have_attribute(
            "rel", "noopener noreferrer nofollow ugc"
        )
        await page.get_by_role("navigation", name="Departments").get_by_role("link", name="Maths").click()
        await expect(page.get_by_role("heading", name="Nobody yet")).to_be_visible()


async def test_what_colleagues_do_shows_on_an_open_list_and_the_focus_stays(
    rig: WebRig, ids: dict[str, str], browser: Browser
) -> None:
    assert rig.pages.desk
    async with a_page(browser) as page:
        await open_as(page, rig, "You")
        button = page.get_by_role("button", name=f"Save {RUBRIC}")
        await button.focus()
        await rig.pages.desk.act(viewer(BEN), ids[BARS], AddTags("laminated"))
        async with await rig.visitor("ben").post(f"/library/items/{ids[BARS]}/keep", {}, is_script=False):
            await expect(page.get_by_role("link", name="laminated")).to_be_visible()
        await expect(button).to_be_focused()


# --------------------------------------------------------------------------------------------------------- for everyone


def pages_of(ids: dict[str, str]) -> list[str]:
    return [
        "/library",
        "/library?q=kind:article+exit",
        "/library?q=nowhere",
        "/library?q=since:never",
        "/library?mine=1",
        "/library/tags",
        "/library/tags/%23year%207",
        "/library/digests",
        f"/library/digests/{DIGEST}",
        "/people",
        "/people?in=Maths",
        "/library/save",
        "/library/removed",
        f"/library/items/{ids[TICKETS]}?history=1",
        f"/library/items/{ids[BARS]}",
        f"/library/items/{ids[RUBRIC]}",
        f"/library/items/{ids[TICKETS]}?print=1",
        "/library?print=1",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_axe_finds_nothing(
    rig: WebRig, ids: dict[str, str], browser: Browser, scheme: str, size: dict[str, int]
) -> None:
    assert rig.pages.desk
    await rig.pages.desk.act(viewer(role=Role.OWNER), ids[RUBRIC], Remove())
    await rig.pages.desk.act(viewer(), ids[BARS], Keep(private=True))
    await rig.pages.desk.act(viewer(), ids[TICKETS], WriteNote("One"))
    await rig.pages.desk.act(viewer(), ids[TICKETS], WriteNote("Two"))
    async with a_page(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        for path in pages_of(ids):
            await open_as(page, rig, "You", path)
            for summary in await page.locator("details:not(.me) > summary").all():
                await summary.click()
            assert await what_axe_finds(page) == [], path


@pytest.mark.parametrize("width", [320, 640])
async def test_nothing_is_wider_than_the_screen(rig: WebRig, ids: dict[str, str], browser: Browser, width: int) -> None:
    """At 320 pixels, which is a laptop's page at 400 %, and at 640, which is one at 200 %."""
    assert rig.pages.desk
    endless = "Donaudampfschifffahrtsgesellschaft"
    await rig.pages.desk.act(viewer(), ids[TICKETS], AddTags(endless))
    await rig.pages.desk.act(viewer(), ids[TICKETS], WriteNote(endless * 9))
    async with a_page(browser, viewport={"width": width, "height": 500}) as page:
        for path in pages_of(ids):
            await open_as(page, rig, "You", path)
            for summary in await page.locator("details > summary").all():
                await summary.click()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


async def test_everything_that_is_pressed_is_large_enough(rig: WebRig, ids: dict[str, str], browser: Browser) -> None:
    """24 pixels each way, but for links within a sentence."""
    async with a_page(browser, viewport=PHONE) as page:
        for path in pages_of(ids):
            await open_as(page, rig, "You", path)
            small = await page.evaluate(
                """() => [...document.querySelectorAll("button, input, select, summary, nav a, .tags a, .chips a")]
                    .filter((each) => each.offsetParent && each.type !== "checkbox")
                    .filter((each) => Math.min(each.offsetHeight, each.offsetWidth) < 24)
                    .map((each) => each.outerHTML)"""
            )
            assert small == [], path


async def test_the_keyboard_is_enough(rig: WebRig, ids: dict[str, str], browser: Browser) -> None:
    async with a_page(browser) as page:
        await open_as(page, rig, "You", f"/library/items/{ids[BARS]}")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        await page.keyboard.press("Enter")
        for _step in range(30):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == "tags-to-add":
                break
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", await page.evaluate("document.activeElement.outerHTML")
        await page.keyboard.type("by keyboard")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("Tagged by keyboard.")
        await expect(page.get_by_role("status")).to_be_focused()


async def test_on_paper_there_is_what_one_reads_and_nothing_to_press(
    rig: WebRig, ids: dict[str, str], browser: Browser
) -> None:
    async with a_page(browser, color_scheme="dark") as page:
        await open_as(page, rig, "You", f"/library/items/{ids[TICKETS]}")
        await page.emulate_media(media="print")
        for hidden in ("nav", "button", "textarea"):
            assert await page.locator(hidden).first.is_hidden(), hidden
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


async def test_on_paper_a_link_in_a_note_says_its_address_once(
    rig: WebRig, ids: dict[str, str], browser: Browser
) -> None:
    assert rig.pages.desk
    note = "[ours](https://a.example/1), https://a.example/2, https://b\u0430nk.example/"
    await rig.pages.desk.act(viewer(), ids[BARS], WriteNote(note))
    behind = "links => links.map(link => getComputedStyle(link, '::after').content)"
    async with a_page(browser) as page:
        for path in ("/library?print=1", f"/library/items/{ids[BARS]}?print=1"):
            await open_as(page, rig, "You", path)
            written = page.locator(".written", has_text="ours")
            said = await written.locator("a").evaluate_all(behind)
            assert [each.replace('"', "") for each in said] == [" (https://a.example/1)", "none", "none"]
            told = "ours, https://a.example/2, https://b\u0430nk.example/ (xn--bnk-6cd.example)"
            assert told in await written.inner_text()


async def test_a_screen_reader_hears_what_each_button_is_about(
    rig: WebRig, ids: dict[str, str], browser: Browser
) -> None:
    assert ids
    async with a_page(browser) as page:
        await open_as(page, rig, "You")
        heard = await page.locator("main").aria_snapshot()
    for name in (f'button "Undo my save {TICKETS}"', f'link "Details of {BARS}"', 'list "Tags"', 'heading "3 items"'):
        assert name in heard
