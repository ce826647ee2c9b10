"""The preview: one page that shows what is sent, loads nothing and does nothing, and that everybody can read."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from adapters.slack.show.preview import preview
from bot.plugins import Sight
from bot.testing.messages import HOSTILE, a_post, of_every_kind
from bot.views import Button, Credit, File, Form, Message, TextField
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.html_page import Element, parse_page
from tests.rigs.sights import SIGHTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

INERT = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "div", "span", "p", "h1", "h2"}
INERT |= {"h3", "a", "bdi", "strong", "em", "ul", "li", "blockquote", "hr", "button", "details", "summary"}
INERT |= {"label", "input", "textarea", "select", "optgroup", "option", "fieldset", "legend"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


def page_of(*sights: Sight) -> Element:
    return parse_page(preview(sights))


def hostile_sights() -> list[Sight]:
    posts = [
        replace(
            a_post(text),
            credit=Credit(text, text, "javascript:alert(1)"),
            buttons=(Button(text, "save/d/1"),),
            menu=(Button(text + " in the menu", "why/d/1"),),
            url=f"https://x.example/{text}",
        )
        for text in HOSTILE
    ]
    forms = [Form("form", text, text, (TextField("key", text, text, text),), intro=text) for text in HOSTILE]
    return [
        *(Sight(post.text, of_every_kind(post)) for post in posts),
        *(Sight(form.title, form) for form in forms),
    ]


async def test_every_sight_is_shown_under_its_caption() -> None:
    page = page_of(*SIGHTS)
    assert [each.words for each in page.all("h2")] == [sight.caption for sight in SIGHTS]
    assert len(list(page.all(class_="message"))) == 7
    assert len(list(page.all(class_="modal"))) == 2
    assert len(list(page.all(class_="home"))) == 1


async def test_the_page_shows_what_is_sent() -> None:
    digest = page_of(SIGHTS[0])
    assert digest.one("h3").words == "Tuesday 24 November · 5 posts from #edchat, #mathchat and 2 more"
    assert next(digest.all("button", class_="button")).words == "Save item 1 by Ana Souza"
    assert [each.words for each in next(digest.all("details", class_="overflow")).all("li")] == [
        "Less like item 1",
        "Mute Ana Souza here (item 1)",
        "Why item 1 is here",
        "Report item 1",
    ]
    assert "https://x.com/anateachesmaths/status/181" in [each["href"] for each in digest.all("a")]
    assert "argue about *why*." in next(digest.all(class_="message")).words


async def test_hostile_text_is_text() -> None:
    page = page_of(*hostile_sights())
    elements = list(page.all())
    assert {each.tag for each in elements} <= INERT
    assert [name for each in elements for name in each.attributes if name.startswith("on")] == []
    assert all(each["href"].startswith("https://") for each in page.all("a"))
    assert "<script>alert('staff')</script>" in page.text


async def test_a_file_is_drawn_with_its_name_and_without_what_is_in_it() -> None:
    file = File("staffroom-<b>library</b>.csv", "text/csv", "Title,Link", "The library, as a table.")
    page = page_of(Sight("An export", Message((file,), summary=file.about), is_private=True))
    assert page.one("p", class_="file").words == "File: staffroom-<b>library</b>.csv"
    assert "The library, as a table." in page.one("main").words
    assert "Title,Link" not in page.text


async def test_the_page_loads_nothing_and_runs_nothing() -> None:
    text = preview([*SIGHTS, *hostile_sights()])
    page = parse_page(text)
    assert [each.tag for each in page.all() if each["src"] or each["srcset"] or each["style"] or each["action"]] == []
    assert "default-src 'none'" in text
    style = page.one("style").text
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_everybody_can_read_it(browser: Browser, scheme: str, size: dict[str, int]) -> None:
    async with a_page(browser, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
        await page.set_content(preview(SIGHTS))
        assert await what_axe_finds(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]


async def test_a_menu_opens_by_keyboard(browser: Browser) -> None:
    async with a_page(browser, viewport=PHONE) as page:
        await page.set_content(preview(SIGHTS[:1]))
        choice = page.get_by_role("button", name="Report item 1")
        await expect(choice).to_be_hidden()
        await page.locator(".overflow summary").first.press("Enter")
        await expect(choice).to_be_visible()


async def test_hostile_text_does_nothing_in_a_browser(browser: Browser) -> None:
    async with a_page(browser) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        await page.set_content(preview(hostile_sights()))
        await expect(page.locator("h1")).to_have_text("What Slack will show")
        assert await page.locator("script, img, iframe, object").count() == 0
