"""The preview: one page that shows what is sent, loads nothing and does nothing, and that everybody can read."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from adapters.discord.show.escape import escape, link
from adapters.discord.show.preview import preview
from adapters.discord.show.preview.markdown import Run, parts_of, runs_of
from bot.plugins import Sight
from bot.testing.messages import HOSTILE, a_post, of_every_kind
from bot.views import Button, Credit, File, Form, Heading, Message, TextField
from tests.rigs.browser import LAPTOP, PHONE, a_browser, a_page, what_axe_finds
from tests.rigs.html_page import Element, parse_page
from tests.rigs.sights import POSTS, SIGHTS, TITLE, saved

pytestmark = pytest.mark.asyncio(loop_scope="module")

INERT = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "div", "span", "p", "h1", "h2"}
INERT |= {"h3", "a", "strong", "em", "ul", "li", "hr", "button", "details", "summary"}
INERT |= {"label", "input", "textarea", "select", "option", "fieldset", "legend"}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


def page_of(*sights: Sight) -> Element:
    return parse_page(preview(sights))


def ten() -> Message:
    posts = [
        replace(
            POSTS[number % 5],
            number=number + 1,
            buttons=(Button(f"Save item {number + 1}", f"save/d/{number + 1}"),),
            menu=tuple(Button(f"{verb} {number + 1}", f"{verb}/d/{number + 1}") for verb in ("less", "why", "report")),
        )
        for number in range(10)
    ]
    return Message((Heading(TITLE), *posts), summary=TITLE)


def all_sights() -> list[Sight]:
    shown = [
        replace(sight, shown=replace(sight.shown, fields=sight.shown.fields[:5]))
        if isinstance(sight.shown, Form)
        else sight
        for sight in SIGHTS
    ]
    return [*shown, Sight("Ten posts", ten()), Sight("Only for one", saved(), is_private=True)]


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
    page = page_of(*all_sights())
    assert [each.words for each in page.all("h2")] == [sight.caption for sight in all_sights()]
    assert len(list(page.all(class_="message"))) == 10
    assert len(list(page.all(class_="modal"))) == 2


async def test_the_page_shows_what_is_sent() -> None:
    digest = page_of(SIGHTS[0])
    assert digest.one("h3").words == TITLE
    assert next(digest.all("button", class_="button")).words == "Save item 1 by Ana Souza"
    assert next(digest.all("details", class_="menu")).one("summary").words == "More about one of these…"
    assert "https://x.com/anateachesmaths/status/181" in [each["href"] for each in digest.all("a")]
    assert "argue about *why*." in next(digest.all(class_="message")).words


async def test_a_private_answer_says_that_nobody_else_sees_it() -> None:
    assert "Only you can see this" in page_of(Sight("Saved", saved(), is_private=True)).one("main").words
    assert "Only you can see this" not in page_of(Sight("Saved", saved())).one("main").words


async def test_cards_stand_in_a_thread_that_is_called_like_the_message_above_and_in_a_forum_as_posts() -> None:
    cover, one = SIGHTS[2], SIGHTS[3]
    page = page_of(replace(cover, caption="Cards"), replace(one, caption="Cards", is_below=True))
    assert [each.words for each in page.all("h2")] == ["Cards", "The same in a forum: each card is a post"]
    assert [each.words for each in page.all("p", class_="thread")] == [f"Thread: {TITLE}"]
    assert next(page.all("p", class_="post")).words == TITLE
    assert len(list(page.all("p", class_="post"))) == 2
    assert len(list(page.all("div", class_="message"))) == 4


async def test_a_caption_is_spelled_as_the_command_is_typed() -> None:
    assert page_of(Sight("/pln schedule", saved())).one("h2").words == "/pln change schedule"


async def test_our_markdown_is_read_as_it_was_written() -> None:
    line = f"**1.  {link('https://x.example/a', 'Ana S')}** · {escape('now *here*')}"
    assert list(runs_of(line)) == [
        Run("1.  ", bold=True),
        Run("Ana S", "https://x.example/a", bold=True),
        Run(" · now *here*"),
    ]
    assert [part.kind for part in parts_of("### a\n-# b\n-# c\n- e\nf\n\\- g")] == [
        "heading",
        "small",
        "bullet",
        "text",
    ]


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
    text = preview([*all_sights(), *hostile_sights()])
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
        await page.set_content(preview(all_sights()))
        assert await what_axe_finds(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]


async def test_a_menu_opens_by_keyboard(browser: Browser) -> None:
    async with a_page(browser, viewport=PHONE) as page:
        await page.set_content(preview(SIGHTS[:1]))
        choice = page.get_by_role("button", name="Report item 1")
        await expect(choice).to_be_hidden()
        await page.locator(".menu summary").first.press("Enter")
        await expect(choice).to_be_visible()


async def test_hostile_text_does_nothing_in_a_browser(browser: Browser) -> None:
    async with a_page(browser) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        await page.set_content(preview(hostile_sights()))
        await expect(page.locator("h1")).to_have_text("What Discord will show")
        assert await page.locator("script, img, iframe, object").count() == 0
