"""The pages of an installation in a real browser, at a phone's size and a laptop's, light and dark."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest

from adapters.slack.district.oauth import INSTALL_PATH
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.slack_district import HILL, District, a_district, new_parts


@pytest.fixture
async def district() -> AsyncIterator[District]:
    async with new_parts() as parts, a_district(parts) as district:
        yield district


async def test_somebody_adds_staffroom_by_the_button(district: District) -> None:
    async with a_browser() as browser, a_page(browser) as page:
        await page.goto(district.address + INSTALL_PATH)
        assert await page.title() == "Add Staffroom to Slack"
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/slack/oauth_redirect**")
        assert await page.inner_text("h1") == "Staffroom is installed"
        assert "Hilltop School" in await page.inner_text("main")
    assert set(district.workspaces()) == {f"slack:{HILL}"}
    assert district.installs == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_everybody_can_use_the_pages(
    district: District, scheme: Literal["light", "dark"], size: dict[str, int]
) -> None:
    options = {"color_scheme": scheme, "viewport": size, "bypass_csp": True}
    async with a_browser() as browser, a_page(browser, **options) as page:
        await page.goto(district.address + INSTALL_PATH)
        assert await what_axe_finds(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.click("text=Add to Slack")
        await page.wait_for_url("**/slack/oauth_redirect**")
        assert await what_axe_finds(page) == []
