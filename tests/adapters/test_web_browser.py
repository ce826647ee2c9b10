"""The page in a real browser: with and without its script, by keyboard, for screen readers, light and dark."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.domain.events import ButtonPressed, CommandGiven, ReactionAdded, ReactionRemoved
from bot.testing.messages import HOSTILE, a_post, sentence
from bot.views import Message
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.staffroom_page import answer, furnish, put_up
from tests.rigs.web import WebRig, web_rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAVE_FIRST = "Save item 1 by Ana Souza"
TAP_FIRST = "React with keycap 1: saves item 1"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def rig() -> AsyncIterator[WebRig]:
    async with web_rig() as rig:
        yield rig


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, rig: WebRig) -> AsyncIterator[Page]:
    await furnish(rig)
    async with a_page(browser) as page:
        await page.goto(rig.address)
        yield page


# ------------------------------------------------------------------------------------------------------ with the script


async def test_a_save_is_one_event_and_the_page_does_not_jump(rig: WebRig, page: Page) -> None:
    save = page.get_by_role("button", name="Save item 2 by Rosa Lindqvist")
    await save.scroll_into_view_if_needed()
    before = await page.evaluate("scrollY")
    await save.dblclick()
    await expect(page.get_by_role("status")).to_contain_text("Staffroom has it.")
    assert await page.evaluate("scrollY") == before
    [event] = rig.inbox.events
    pressed = event.happening
    assert isinstance(pressed, ButtonPressed)
    assert pressed.action == "save/d-digest/2"


async def test_a_tap_counts_at_once_and_can_be_taken_back(rig: WebRig, page: Page) -> None:
    tap = page.get_by_role("button", name=TAP_FIRST)
    await tap.click()
    await expect(tap).to_have_attribute("aria-pressed", "true")
    await expect(tap).to_have_accessible_name(f"{TAP_FIRST}, tapped by 1")
    await tap.click()
    await expect(tap).to_have_attribute("aria-pressed", "false")
    assert [type(event.happening) for event in rig.inbox.events] == [ReactionAdded, ReactionRemoved]


async def test_a_command_is_shown_and_the_box_is_empty_again(rig: WebRig, page: Page) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill("/pln list")
    await box.press("Enter")
    await expect(page.locator(".said .line")).to_have_text("/pln list")
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()
    given = rig.inbox.events[0].happening
    assert isinstance(given, CommandGiven)
    assert given.text == "/pln list"


async def test_what_is_no_command_stays_in_the_box_beside_a_hint(rig: WebRig, page: Page) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill("hello")
    await box.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("start with /pln")
    await expect(box).to_have_value("hello")
    assert rig.inbox.events == []


async def test_news_arrive_without_disturbing_who_types(rig: WebRig, page: Page) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill("/pln fin")
    await put_up(rig, "d-2", answer(), private_to="guest")
    await expect(page.locator(".private")).to_contain_text("Only visible to you")
    await expect(page.locator("#announcer")).to_contain_text("Saved:")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("/pln fin")


async def test_a_focused_button_stays_focused_when_its_message_changes(rig: WebRig, page: Page) -> None:
    tap = page.get_by_role("button", name=TAP_FIRST)
    await tap.focus()
    digest = await rig.chat.find(rig.channel, "d-digest")
    assert digest
    await rig.react("ben", digest, "1️⃣")
    await expect(tap).to_have_accessible_name(f"{TAP_FIRST}, tapped by 1")
    await expect(tap).to_be_focused()


async def test_news_out_of_sight_are_a_link_away(rig: WebRig, page: Page) -> None:
    await page.evaluate("scrollTo(0, 0)")
    await put_up(rig, "d-2", answer(), private_to="guest")
    toast = page.locator("a.toast")
    await expect(toast).to_contain_text("Saved:")
    await toast.click()
    await expect(page.get_by_role("button", name="My saves")).to_be_in_viewport()
    await expect(toast).to_be_hidden()


async def test_what_is_edited_or_removed_changes_on_open_pages(rig: WebRig, page: Page) -> None:
    message = await put_up(rig, "d-2", sentence("A draft."))
    await expect(page.locator("#messages").get_by_text("A draft.")).to_be_visible()
    await rig.chat.edit(rig.channel, message, sentence("The final words."))
    await expect(page.locator("#messages").get_by_text("The final words.")).to_be_visible()
    await rig.chat.remove(rig.channel, message)
    await expect(page.locator("#messages").get_by_text("The final words.")).to_have_count(0)
    await expect(page.locator("#messages").get_by_text("A draft.")).to_have_count(0)


async def test_the_first_message_replaces_the_empty_state(rig: WebRig, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(rig.address)
        await expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
        await put_up(rig, "d-1", sentence("Good morning."))
        await expect(page.locator("#messages").get_by_text("Good morning.")).to_be_visible()
        await expect(page.get_by_role("heading", name="Nothing here yet")).to_have_count(0)


async def test_hostile_text_does_nothing_in_a_browser(rig: WebRig, browser: Browser) -> None:
    async with a_page(browser) as page:
        await page.goto(rig.address)
        for number, text in enumerate(HOSTILE):
            post = replace(a_post(text), media=(text,), poll=(text,), why=text, context=text, saved_by=text)
            await put_up(rig, f"d-{number}", Message((post,), summary=text))
        await expect(page.locator(".post")).to_have_count(len(HOSTILE))
        assert await page.locator("#messages script, #messages img, #messages b").count() == 0


# --------------------------------------------------------------------------------------------------- without the script


async def test_without_script_everything_can_be_done(rig: WebRig, browser: Browser) -> None:
    await furnish(rig)
    async with a_page(browser, java_script_enabled=False) as page:
        await page.goto(rig.address)
        await expect(page.get_by_role("link", name="View on X")).to_have_count(3)
        await page.get_by_role("button", name=SAVE_FIRST).click()
        await expect(page.get_by_role("status")).to_contain_text("Staffroom has it.")
        await page.get_by_role("button", name=TAP_FIRST).click()
        await expect(page.get_by_role("button", name=TAP_FIRST)).to_have_attribute("aria-pressed", "true")
        await page.get_by_role("textbox", name="Message").fill("/pln saved")
        await page.get_by_role("textbox", name="Message").press("Enter")
        await expect(page.locator(".said .line")).to_have_text("/pln saved")
        await page.get_by_role("textbox", name="Message").fill("hello")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("status")).to_contain_text("start with /pln")
    kinds = [type(event.happening) for event in rig.inbox.events]
    assert kinds == [ButtonPressed, ReactionAdded, CommandGiven]


async def test_without_script_one_can_be_somebody_else(rig: WebRig, browser: Browser) -> None:
    await furnish(rig)
    async with a_page(browser, java_script_enabled=False) as page:
        await page.goto(rig.address)
        await page.get_by_text("You are:").click()
        await page.get_by_label("Your name").fill("Ben Okafor")
        await page.get_by_role("button", name="Use this name").click()
        await expect(page.locator(".me summary")).to_contain_text("Ben Okafor")


# --------------------------------------------------------------------------------------------------------- for everyone


async def test_the_keyboard_is_enough(page: Page) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await _tab_to(page, SAVE_FIRST)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Staffroom has it.")
    await _tab_to(page, TAP_FIRST)
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name=TAP_FIRST)).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name=TAP_FIRST)).to_be_focused()
    await _tab_to(page, "Message")
    await page.keyboard.type("/pln saved")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said .line")).to_have_text("/pln saved")


async def test_what_has_the_focus_is_never_behind_the_message_box(page: Page) -> None:
    await page.evaluate("scrollTo(0, 0)")
    await page.get_by_role("link", name="Skip to the content").focus()
    for _step in range(25):
        await page.keyboard.press("Tab")
        hidden = await page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const compose = document.querySelector(".compose");
                return !compose.contains(document.activeElement) && document.activeElement !== document.body
                    && box.bottom > compose.getBoundingClientRect().top && !document.activeElement.closest(".side");
            }"""
        )
        assert not hidden, await page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_axe_finds_nothing(rig: WebRig, browser: Browser, scheme: str, size: dict[str, int]) -> None:
    async with a_page(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        await page.goto(rig.address)
        assert await what_axe_finds(page) == []
        message = await furnish(rig)
        await rig.react("guest", message, "1️⃣")
        await rig.command("guest", "/pln save 1")
        await put_up(rig, "d-2", answer(), private_to="guest")
        for address in (rig.address, f"{rig.address}/?note=sent"):
            await page.goto(address)
            await page.get_by_text("You are:").click()
            assert await what_axe_finds(page) == [], address


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_nothing_is_wider_than_the_screen(rig: WebRig, browser: Browser, width: int) -> None:
    await furnish(rig)
    endless = "Donaudampfschifffahrtsgesellschaft" * 8
    await put_up(rig, "d-2", Message((replace(a_post(endless), why=endless, poll=(endless,)),), summary="A post"))
    await rig.command("guest", f"/pln find {endless}")
    async with a_page(browser, viewport={"width": width, "height": 800}) as page:
        await page.goto(rig.address)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def _tab_to(page: Page, name: str) -> None:
    """Presses Tab until something of that name has the focus."""
    for _step in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        label = await focused.evaluate("each => each.labels?.[0]?.innerText || each.textContent")
        if name in " ".join(label.split()):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


async def test_a_screen_reader_hears_each_item_by_its_number_and_in_parts(page: Page) -> None:
    heard = await page.locator("article").nth(2).aria_snapshot()
    assert heard.startswith('- article "Item 3 Tomás Ó Briain @tob_science yesterday, 21:05')
    assert "Perhaps somebody here can help." in heard
    assert re.search(r'link "Reply on X ?, item 3"', heard)
    assert re.search(r"Why: #scichat ?, 2 likes", heard)
    assert " · 2" not in heard
