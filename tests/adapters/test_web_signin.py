"""Signing in on the web: links, platforms, sessions, roles, and what a stranger meets."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.domain.keys import PersonKey
from bot.domain.people import Role, Standing
from bot.domain.session import hidden
from bot.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.front_door import HILL, PUBLIC, VALLEY, BrowserRig, FrontDoor, front_door
from tests.rigs.html_page import parse_page
from tests.rigs.valid_html import mistakes_in

ANA, BEN, ANA_ELSEWHERE = PersonKey(HILL, "ana"), PersonKey(HILL, "ben"), PersonKey(VALLEY, "ana")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[FrontDoor]:
    async with front_door(FakeStore(clock), clock) as rig:
        yield rig


async def status_of(browser: BrowserRig, path: str = "/sessions") -> int:
    async with await browser.get(path) as response:
        return response.status


# --------------------------------------------------------------------------------------------------------------- links


async def test_a_link_says_who_comes_in_and_where_and_the_button_lets_them_in(door: FrontDoor) -> None:
    browser = door.browser()
    assert await browser.leads_to(await door.link(ANA)) == "/sign-in/link"
    page = await browser.page("/sign-in/link")
    assert "as Ana of Hill School" in page.words
    assert await browser.submit(page.one("form")) == (303, "/library")
    assert "As Ana of Hill School" in (await browser.page("/sessions")).words


async def test_a_link_may_be_looked_at_often_before_it_is_used(door: FrontDoor) -> None:
    path = await door.link(ANA)
    for _ in range(3):
        scanner = door.browser()
        await scanner.leads_to(path)
        await scanner.page("/sign-in/link")
    browser = door.browser()
    await browser.leads_to(path)
    form = (await browser.page("/sign-in/link")).one("form")
    assert await browser.submit(form) == (303, "/library")


async def test_a_used_link_and_one_of_ten_minutes_ago_say_how_to_get_another(door: FrontDoor) -> None:
    path = await door.link(ANA)
    first, second = door.browser(), door.browser()
    for browser in (first, second):
        await browser.leads_to(path)
    forms = [(await browser.page("/sign-in/link")).one("form") for browser in (first, second)]
    assert await first.submit(forms[0]) == (303, "/library")
    status, said = await second.submit(forms[1])
    assert status == 410
    assert "used already" in said
    assert "/pln library" in said
    late = door.browser()
    await late.leads_to(await door.link(ANA))
    door.clock.advance(10 * MINUTE)
    assert "older than ten minutes" in (await late.page("/sign-in/link", 410)).words


async def test_of_many_who_press_at_once_one_comes_in(door: FrontDoor) -> None:
    path, browsers = await door.link(ANA), [door.browser() for _ in range(6)]
    for browser in browsers:
        await browser.leads_to(path)
    forms = [(await browser.page("/sign-in/link")).one("form") for browser in browsers]
    answers = await asyncio.gather(*(each.submit(form) for each, form in zip(browsers, forms, strict=True)))
    assert sorted(status for status, _ in answers) == [303, *[410] * 5]


async def test_a_made_up_or_changed_link_opens_nothing(door: FrontDoor) -> None:
    path = await door.link(ANA)
    for odd in (
        path[:-1] + ("0" if path[-1] != "0" else "1"),
        "/sign-in/link/a.b",
        "/sign-in/link/%00",
        path + "x" * 300,
    ):
        browser = door.browser()
        await browser.leads_to(odd)
        await browser.page("/sign-in/link", 410)


async def test_the_token_leaves_the_address_at_once_and_is_in_no_log_referrer_or_row(
    door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = await door.link(ANA)
    token = path.rpartition("/")[2]
    browser = door.browser()
    async with await browser.get(path) as response:
        assert response.headers["Location"] == "/sign-in/link"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert token not in await response.text()
    async with await browser.get("/sign-in/link") as response:
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert token not in await response.text()
    assert token not in caplog.text
    async with door.store.reading() as tx:
        assert await tx.sessions.link(hidden(token), door.clock.now()) is None
        assert await tx.sessions.link(hidden(token.partition(".")[0]), door.clock.now()) == ANA


async def test_a_link_still_works_after_the_platform_did_not_answer(door: FrontDoor) -> None:
    browser = door.browser()
    await browser.leads_to(await door.link(ANA))
    form = (await browser.page("/sign-in/link")).one("form")
    door.hill.silent = Unavailable("down")
    status, said = await browser.submit(form)
    assert status == 403
    assert "try again in a minute" in said
    door.hill.silent = None
    assert await browser.submit(form) == (303, "/library")


async def test_who_left_the_workspace_before_pressing_is_not_let_in(door: FrontDoor) -> None:
    browser = door.browser()
    await browser.leads_to(await door.link(ANA))
    door.hill.gone.add("ana")
    status, said = await browser.submit((await browser.page("/sign-in/link")).one("form"))
    assert status == 403
    assert "no longer in this workspace" in said


# ----------------------------------------------------------------------------------------------------------- platforms


async def begun(door: FrontDoor, browser: BrowserRig, after: str = "/library/tags") -> str:
    """Where the platform asks the person."""
    door.hill.signs_in = door.chatter
    page = await browser.page(f"/sign-in?next={after}")
    return await browser.leads_to(next(each["href"] for each in page.all("a") if "Chatter" in each.words))


async def test_a_platform_vouches_for_somebody_who_comes_back_to_the_page_they_wanted(door: FrontDoor) -> None:
    browser = door.browser()
    back = door.chatter.allow(await begun(door, browser), ANA)
    assert await browser.leads_to(back) == "/library/tags"
    assert await status_of(browser) == 200


async def test_who_is_in_two_workspaces_chooses_one(door: FrontDoor) -> None:
    browser = door.browser()
    back = door.chatter.allow(await begun(door, browser), ANA, ANA_ELSEWHERE)
    page = await browser.page(back)
    forms = {form.one("button").words: form for form in page.all("form")}
    assert sorted(forms) == ["Sign in to Hill School", "Sign in to Valley School"]
    assert await browser.submit(forms["Sign in to Valley School"]) == (303, "/library/tags")
    assert "of Valley School" in (await browser.page("/sessions")).words


async def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(door: FrontDoor) -> None:
    mallory, ana = door.browser(), door.browser()
    back = door.chatter.allow(await begun(door, mallory), ANA)
    assert "did not begin to sign in" in (await ana.page(back, 403)).words
    back = door.chatter.allow(await begun(door, ana), ANA)
    assert "did not begin" in (await ana.page(back.replace("state=", "state=x"), 403)).words
    assert "did not begin" in (await ana.page(back, 403)).words, "the attempt is over"
    assert await status_of(ana) == 303


async def test_a_code_that_came_back_twice_or_without_consent_signs_nobody_in(door: FrontDoor) -> None:
    browser = door.browser()
    back = door.chatter.allow(await begun(door, browser), ANA)
    kept = dict(browser.cookies)
    await browser.leads_to(back)
    again = door.browser()
    again.cookies = kept
    assert "does not vouch" in (await again.page(back, 403)).words
    refused = door.browser()
    state = (await begun(door, refused)).partition("state=")[2].partition("&")[0]
    page = await refused.page(f"/sign-in/with/fake/back?error=access_denied&state={state}", 403)
    assert "cancelled" in page.words


async def test_who_is_in_none_of_our_workspaces_is_told_so(door: FrontDoor) -> None:
    browser = door.browser()
    back = door.chatter.allow(await begun(door, browser), PersonKey("elsewhere:school", "zoe"))
    assert "none of the workspaces" in (await browser.page(back, 403)).words


async def test_a_way_that_is_not_set_up_is_no_page_and_no_error(door: FrontDoor) -> None:
    await door.browser().page("/sign-in/with/chatter", 404)
    await door.browser().page("/sign-in/with/fake/back?code=1&state=2", 403)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%0d%0aevil",
        "\\\\evil",
        "/sign-in",
        "javascript:1",
        "/a b",
    ],
)
async def test_after_signing_in_nobody_is_led_elsewhere(door: FrontDoor, elsewhere: str) -> None:
    browser = door.browser()
    await browser.leads_to(await door.link(ANA))
    form = (await browser.page("/sign-in/link")).one("form")
    status, location = await browser.submit(form, next=elsewhere)
    assert (status, location) in {(303, "/library"), (303, "/%0d%0aevil")}


# ------------------------------------------------------------------------------------------------------------ sessions


async def test_the_cookie_is_for_this_host_alone_and_for_no_script(door: FrontDoor) -> None:
    browser = await door.signed_in(ANA)
    cookie = next(each for each in browser.set_cookies if each.startswith("__Host-staffroom_session="))
    for said in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=5184000"):
        assert said in cookie
    assert "Domain" not in cookie
    secret = browser.cookies["__Host-staffroom_session"]
    async with door.store.reading() as tx:
        assert [each.id for each in await tx.sessions.of(ANA)] == [hidden(secret)]


async def test_a_session_ends_after_two_weeks_without_a_visit_and_after_sixty_days_at_most(door: FrontDoor) -> None:
    idle, busy = await door.signed_in(ANA), await door.signed_in(BEN)
    for _ in range(14):
        door.clock.advance(DAY)
        assert await status_of(busy) == 200
    assert await status_of(idle) == 303
    for _ in range(45):
        door.clock.advance(DAY)
        assert await status_of(busy) == 200
    door.clock.advance(DAY)
    assert await status_of(busy) == 303


async def test_one_signs_out_here_there_and_everywhere(door: FrontDoor) -> None:
    phone, laptop, library = [await door.signed_in(ANA) for _ in range(3)]
    other = await door.signed_in(BEN)
    page = await laptop.page("/sessions")
    assert len(list(page.all("form", action="/sessions/end"))) == 2
    before = [await status_of(each) for each in (phone, library)]
    assert await laptop.submit(next(page.all("form", action="/sessions/end"))) != (403, "")
    assert sorted([await status_of(each) for each in (phone, library)]) == [200, 303]
    assert before == [200, 200]
    assert (await laptop.submit(page.one("form", action="/sign-out")))[1] == "/sign-out"
    assert await status_of(laptop) == 303
    assert "__Host-staffroom_session" not in laptop.cookies
    left = phone if await status_of(phone) == 200 else library
    again = await door.signed_in(ANA)
    everywhere = (await again.page("/sessions")).one("form", action="/sign-out/everywhere")
    await again.submit(everywhere)
    assert [await status_of(each) for each in (left, again, other)] == [303, 303, 200]


async def test_who_signs_in_as_somebody_else_in_the_same_browser_is_the_first_no_longer(door: FrontDoor) -> None:
    browser = await door.signed_in(ANA)
    assert await browser.leads_to(await door.link(BEN)) == "/sign-in/link"
    assert (await browser.submit((await browser.page("/sign-in/link")).one("form")))[0] == 303
    assert "As Ben" in (await browser.page("/sessions")).words
    async with door.store.reading() as tx:
        assert await tx.sessions.of(ANA) == []


async def test_nobody_ends_a_session_of_somebody_else(door: FrontDoor) -> None:
    ana, ben = await door.signed_in(ANA), await door.signed_in(BEN)
    await ana.page("/sessions")
    async with door.store.reading() as tx:
        theirs = (await tx.sessions.of(BEN))[0].id
    await door.signed_in(ANA)
    form = next((await ana.page("/sessions")).all("form", action="/sessions/end"))
    await ana.submit(form, session=theirs)
    assert await status_of(ben) == 200


async def test_twenty_browsers_at_most_stay_signed_in_the_last_seen_ones(door: FrontDoor) -> None:
    first = await door.signed_in(ANA)
    for _ in range(20):
        door.clock.advance(MINUTE)
        await door.signed_in(ANA)
    assert await status_of(first) == 303
    async with door.store.reading() as tx:
        assert len(await tx.sessions.of(ANA)) == 20


async def test_who_leaves_the_workspace_is_signed_out_within_five_minutes(door: FrontDoor) -> None:
    phone, laptop = await door.signed_in(ANA), await door.signed_in(ANA)
    door.hill.gone.add("ana")
    door.clock.advance(5 * MINUTE)
    assert await status_of(phone) == 303
    assert await status_of(laptop) == 303
    async with door.store.reading() as tx:
        assert await tx.sessions.of(ANA) == []


async def test_the_role_is_asked_for_at_most_every_five_minutes(door: FrontDoor) -> None:
    door.hill.standings["ana"] = Standing.ADMIN
    browser = await door.signed_in(ANA)
    door.hill.standings["ana"] = Standing.GUEST
    before = len(door.hill.asked)
    for _ in range(4):
        door.clock.advance(MINUTE)
        assert await status_of(browser, "/settings") == 200
    assert len(door.hill.asked) == before
    door.clock.advance(MINUTE)
    assert await status_of(browser, "/settings") == 403
    assert len(door.hill.asked) == before + 1


async def test_while_the_platform_is_silent_a_role_holds_for_an_hour_and_then_one_only_reads(door: FrontDoor) -> None:
    door.hill.standings["ana"] = Standing.ADMIN
    browser = await door.signed_in(ANA)
    door.hill.silent = Unavailable("down")
    door.clock.advance(59 * MINUTE)
    assert await status_of(browser, "/settings") == 200
    asked = len(door.hill.asked)
    assert await status_of(browser, "/settings") == 200
    assert len(door.hill.asked) == asked, "nobody waits for it with every page"
    door.clock.advance(MINUTE)
    assert await status_of(browser, "/settings") == 403
    assert await status_of(browser) == 200
    door.hill.silent = None
    door.clock.advance(MINUTE)
    assert await status_of(browser, "/settings") == 200


async def test_who_asks_to_be_forgotten_is_signed_out(door: FrontDoor) -> None:
    browser = await door.signed_in(ANA)
    async with door.store.transaction() as tx:
        await tx.people.erase(ANA)
    assert await status_of(browser) == 303


@pytest.mark.parametrize(
    ("standing", "role"),
    [
        (Standing.ADMIN, Role.OWNER),
        (Standing.MEMBER, Role.EDITOR),
        (Standing.GUEST, Role.READER),
        (Standing.EXTERNAL, Role.READER),
    ],
)
async def test_the_role_is_that_of_the_workspace(door: FrontDoor, standing: Standing, role: Role) -> None:
    door.hill.standings["ana"] = standing
    await door.signed_in(ANA)
    async with door.store.reading() as tx:
        assert (await tx.sessions.of(ANA))[0].role is role


# ------------------------------------------------------------------------------------------------- strangers and forms


async def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_where_they_were(door: FrontDoor) -> None:
    browser = door.browser()
    assert await browser.leads_to("/library?q=fractions") == "/sign-in?next=%2Flibrary%3Fq%3Dfractions"
    page = await browser.page("/sign-in?next=/library")
    assert "/pln library" in page.words
    async with await browser.get("/library/events", Accept="text/event-stream") as response:
        assert response.status == 401


async def test_with_a_public_address_nothing_is_printed_at_the_start_that_opens_the_page(door: FrontDoor) -> None:
    assert door.web.address == f"{PUBLIC}/"


async def test_a_form_without_the_browsers_own_proof_changes_nothing(door: FrontDoor) -> None:
    ana, ben = await door.signed_in(ANA), await door.signed_in(BEN)
    theirs = (await ben.page("/sessions")).one("form", action="/sign-out").one("input", name="csrf")["value"]
    for proof in ("", "x", theirs):
        async with await ana.post("/sign-out", {"csrf": proof}) as response:
            assert response.status == 403
            assert "older page" in parse_page(await response.text()).words
    own = (await ana.page("/sessions")).one("form", action="/sign-out").one("input", name="csrf")["value"]
    for origin in ("https://evil.example", "null", f"{PUBLIC}.evil.example"):
        async with await ana.post("/sign-out", {"csrf": own}, Origin=origin) as response:
            assert response.status == 403
    assert await status_of(ana) == 200


async def test_who_asks_too_often_waits_and_others_do_not(door: FrontDoor) -> None:
    ana, ben = await door.signed_in(ANA), await door.signed_in(BEN)
    statuses = [await status_of(ana) for _ in range(210)]
    assert set(statuses) == {200, 429}
    async with await ana.get("/sessions") as response:
        assert int(response.headers["Retry-After"]) >= 1
    assert await status_of(ben) == 200
    door.clock.advance(MINUTE)
    assert await status_of(ana) == 200


async def test_twenty_open_pages_of_one_browser_are_kept_current(door: FrontDoor) -> None:
    ana, ben = await door.signed_in(ANA), await door.signed_in(BEN)
    open_pages = [await ana.get("/library/events") for _ in range(20)]
    assert {each.status for each in open_pages} == {200}
    async with await ana.get("/library/events") as response:
        assert response.status == 429
    async with await ben.get("/library/events") as response:
        assert response.status == 200
    for each in open_pages:
        each.close()


async def test_links_are_tried_so_often_from_one_address_and_not_from_others(door: FrontDoor) -> None:
    guesser, other = door.browser(), door.browser()
    statuses = []
    for number in range(70):
        async with await guesser.get(f"/sign-in/link/{number}", **{"X-Forwarded-For": "1.1.1.1, 203.0.113.9"}) as each:
            statuses.append(each.status)
    assert statuses == [303] * 60 + [429] * 10
    async with await other.get("/sign-in/link/1", **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}) as response:
        assert response.status == 303


async def test_whoever_has_a_network_of_addresses_is_one_who_asks(door: FrontDoor) -> None:
    browser = door.browser()
    tries = [
        await browser.get("/sign-in/link/a.b", **{"X-Forwarded-For": f"2001:db8:1:2::{number:x}"})
        for number in range(70)
    ]
    assert {each.status for each in tries} == {303, 429}
    for others in ("2001:db8:1:3::1", "203.0.113.9", "::ffff:203.0.113.10", "nonsense"):
        async with await browser.get("/sign-in/link/a.b", **{"X-Forwarded-For": others}) as response:
            assert response.status == 303


async def test_signing_in_is_not_for_the_page_at_this_computer(clock: FakeClock) -> None:
    async with front_door(FakeStore(clock), clock, public_url="") as rig:
        assert rig.web.address == f"{rig.address}/"
        async with rig.session.get(rig.address + "/library") as answer:
            assert answer.status == 200


async def test_every_page_of_signing_in_is_valid_html(door: FrontDoor) -> None:
    door.hill.standings["ana"] = Standing.ADMIN
    door.hill.signs_in = door.chatter
    pages, browser = {}, door.browser()
    await browser.leads_to(await door.link(ANA))
    back = door.chatter.allow(await begun(door, browser), ANA, ANA_ELSEWHERE)
    signed_in = await door.signed_in(ANA)
    await door.signed_in(ANA)
    for visitor, paths in (
        (browser, ["/sign-in", "/sign-in/link", back, "/sign-out"]),
        (signed_in, ["/sessions", "/settings", "/settings/health"]),
    ):
        for path in paths:
            async with await visitor.get(path) as response:
                assert response.status == 200
                pages[path] = mistakes_in(await response.text())
    assert pages == {path: [] for path in pages}


ODD = ["", "a" * 1_500, "%00", "%ff%fe", "../..", "%0d%0aSet-Cookie:%20a=b", "{{7*7}}", "<script>", "💥", "a.b.c.d"]


@pytest.mark.parametrize("odd", ODD)
async def test_nothing_that_a_stranger_sends_is_an_error_of_ours_or_comes_back_as_it_was(
    door: FrontDoor, odd: str
) -> None:
    door.hill.signs_in = door.chatter
    browser = door.browser()
    sent = quote(odd, safe="%")
    paths = [
        f"/sign-in?next={sent}",
        f"/sign-in/link/{sent}",
        f"/sign-in/with/{sent}",
        f"/sign-in/with/fake?next={sent}",
        f"/sign-in/with/fake/back?code={sent}&state={sent}",
        f"/sign-in/with/{sent}/back?state={sent}",
        f"/library?q={sent}",
        f"/{sent}",
    ]
    for path in paths:
        for cookie in ("staffroom_session", "staffroom_link", "staffroom_attempt", "staffroom_forms"):
            browser.cookies[f"__Host-{cookie}"] = quote(odd, safe="%.") or "x"
        async with await browser.get(path) as response:
            assert response.status < 500, path
            assert "a=b" not in response.headers.getall("Set-Cookie", [])
            assert "<script>" not in await response.text()
            assert response.headers.get("Location", "/").startswith(("/", "https://chatter.example/"))
    async with await browser.post("/sign-in/link", {"token": odd, "next": odd, "csrf": odd}) as response:
        assert response.status == 403


async def test_a_request_that_cannot_be_read_is_logged_without_its_cookies(
    door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await door.signed_in(ANA)
    secret = browser.cookies["__Host-staffroom_session"]
    browser.cookies["of_somebody_else"] = "a" * 9_000
    async with await browser.get("/library") as response:
        assert response.status == 400
        assert secret not in await response.text()
    assert "Error handling request" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize(
    ("section", "finding", "remedy"),
    [
        ({"public_url": PUBLIC}, f"for {PUBLIC}.", ""),
        ({"public_url": "http://staffroom.example.org"}, "can read along", "HTTPS"),
        ({"public_url": "", "host": "0.0.0.0"}, "nobody can sign in", "public_url"),  # noqa: S104 - what a container binds
    ],
)
async def test_doctor_says_what_lies_between_the_page_and_its_readers(
    clock: FakeClock, section: dict[str, str], finding: str, remedy: str
) -> None:
    async with front_door(FakeStore(clock), clock, **section) as rig:
        check = (await rig.web.check())[0]
    assert finding in check.finding
    assert remedy in check.remedy
    assert bool(check.remedy) == bool(remedy)
