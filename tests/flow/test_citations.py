"""A page that several posts lead to: one item, which stays when they vanish."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.keys import PostKey
from bot.domain.library import KEYCAPS, Item
from bot.domain.post import Link
from bot.domain.standing import Standing
from bot.views import LibraryEntry
from tests.fakes.chat import Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

FIRST, SECOND = PostKey("x", "1"), PostKey("x", "4")
FOLDED = "We folded paper today to compare fractions, and my pupils asked for more of it #edchat"
ZEBRA = "My year 9 loved the zebra lesson, so here it is with all its worksheets"
PAGE = "https://nrich.example/folding"
HOURS, A_DAY = timedelta(hours=4), timedelta(days=1)
MARCH = datetime.fromisoformat("2027-03-16T08:00:00+00:00")


def leading_to(page: str, text: str) -> dict[str, Any]:
    return {"text": text, "links": (Link(page, "https://t.example/a", "Folding fractions", "A lesson plan"),)}


async def digest_with(our: School, **written: Any) -> tuple[Shown, int]:
    """Three posts, the first of which says that; and its number there."""
    await our.open_channel()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    our.write(**written)
    our.write()
    our.write()
    await our.at(HALF_PAST_SEVEN)
    async with our.store.reading() as tx:
        digest = await tx.digests.latest(STAFF)
    assert digest
    return our.digests()[-1], next(each.number for each in digest.items if each.post == FIRST)


async def saved_by_two(our: School) -> tuple[Shown, int]:
    """A post of a digest that Ana saved; Ben saved another post with the same link."""
    digest, number = await digest_with(our, **leading_to(PAGE, FOLDED))
    await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[number - 1]))
    our.write(**leading_to(f"{PAGE}?utm_source=x", ZEBRA))
    await our.say("ben", "/pln save https://x.com/author4/status/4")
    await our.a_minute_later()
    return digest, number


async def vanish(our: School, *numbers: int) -> None:
    """Those posts are deleted, which is found out, and found out again hours later."""
    for number in numbers:
        our.x.standings[our.x.posts[number - 1].key.id] = Standing.GONE
    for later in (A_DAY, HOURS):
        our.clock.set(our.clock.now() + later)
        await our.engine.turn_sweep()
        await our.engine.turn_answers()


async def the_item(our: School) -> Item:
    async with our.store.reading() as tx:
        led_to = await tx.library.led_to(WORKSPACE, [FIRST, SECOND])
        ((id_,),) = {tuple(items) for items in led_to.values()}
        return (await tx.library.items(WORKSPACE, [id_]))[id_]


def text_of(our: School, shown: Shown) -> str:
    current = our.chat.message(shown.id)
    assert current
    return current.text


async def test_a_second_post_with_the_same_link_joins_the_item_and_every_message_says_who_saved_it() -> None:
    async with school() as our:
        digest, _ = await saved_by_two(our)
        found = await our.say("cleo", "/pln find folding")
        assert "1 item" in found
        assert "Folding fractions" in found
        assert "Saved by Ana and 1 colleague" in found
        assert "Saved by Ana and 1 colleague" in text_of(our, digest)
        assert (await the_item(our)).citations == (SECOND, FIRST)
        assert "1 item" in await our.say("cleo", "/pln find zebra")
        assert "1 item" in await our.say("cleo", "/pln find @author1")


async def test_the_newest_post_that_leads_there_is_shown_and_the_next_once_it_vanishes() -> None:
    async with school() as our:
        await saved_by_two(our)
        found = await our.say("cleo", "/pln find folding")
        assert "zebra lesson" in found
        assert "We folded paper" not in found
        await vanish(our, 4)
        found = await our.say("cleo", "/pln find folding")
        assert "We folded paper today" in found
        (entry,) = [each for each in our.last_answer("cleo").message.blocks if isinstance(each, LibraryEntry)]
        assert entry.credit
        assert entry.credit.handle == "author1"
        assert "zebra" not in found
        assert "Nothing saved so far" in await our.say("cleo", "/pln find zebra")


async def test_taking_back_one_of_two_saves_leaves_the_other() -> None:
    async with school() as our:
        digest, number = await saved_by_two(our)
        await our.press("ben", our.last_answer("ben").id, "Undo")
        await our.a_minute_later()
        assert "Saved by Ana" in text_of(our, digest)
        assert "colleague" not in text_of(our, digest)
        await our.chat.unreact("ana", digest.id, KEYCAPS[number - 1])
        await our.settle()
        await our.a_minute_later()
        assert "Saved by" not in text_of(our, digest)
        assert "Nothing saved so far" in await our.say("cleo", "/pln find folding")


async def test_a_page_saved_by_its_address_and_by_a_post_is_one_item() -> None:
    async with school() as our:
        digest, number = await digest_with(our, **leading_to(PAGE, FOLDED))
        await our.say("ana", f"/pln save {PAGE}/")
        await our.hear("ben", our.chat.react("ben", digest.id, KEYCAPS[number - 1]))
        found = await our.say("cleo", "/pln find folding")
        assert "1 item" in found
        assert "Saved by Ana and 1 colleague" in found


@pytest.mark.parametrize("order", [(1, 4), (4, 1)])
async def test_a_saved_post_in_march_after_the_original_was_deleted(order: tuple[int, int]) -> None:
    """The page with its title, who saved it, tags and notes are there; nothing of what was posted, or by whom."""
    async with school() as our:
        digest, number = await saved_by_two(our)
        await our.say("ana", f"/pln tag {number} fractions, year 9")
        await our.say("ben", f"/pln note {number} Worked well with 9C")
        for number in order:
            await vanish(our, number)
        our.clock.set(MARCH)

        for words in ("folding", "worked well", "#fractions", "domain:nrich.example"):
            found = await our.say("cleo", f"/pln find {words}")
            assert "1 item" in found, words
        for expected in (
            "Folding fractions",
            "nrich.example",
            "Saved by Ana and 1 colleague",
            "Tags: fractions, year 9",
            "Ben: Worked well with 9C",
        ):
            assert expected in found
        for gone in ("folded paper", "zebra", "Author 1", "Author 4", "author1", "View on"):
            assert gone not in found
        (entry,) = [each for each in our.last_answer("cleo").message.blocks if isinstance(each, LibraryEntry)]
        assert (entry.url, entry.credit, entry.view_url, entry.text) == (PAGE, None, "", "")
        for words in ("zebra", "paper", "@author1", "@author4"):
            assert "Nothing saved so far" in await our.say("cleo", f"/pln find {words}"), words
        assert "no longer available" in text_of(our, digest)
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_in_march_a_post_that_led_nowhere_is_said_to_be_gone_with_what_colleagues_said_of_it() -> None:
    async with school() as our:
        digest, number = await digest_with(our, text="How do you end a lesson? #edchat")
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[number - 1]))
        await our.say("ben", f"/pln note {number} Try exit tickets")
        await vanish(our, 1)
        our.clock.set(MARCH)
        found = await our.say("cleo", "/pln find exit tickets")
        assert "A post that is no longer available" in found
        assert "Ben: Try exit tickets" in found
        assert "Saved by" in found
        for gone in ("end a lesson", "Author 1", "View on"):
            assert gone not in found


async def test_a_reported_post_hides_its_words_and_not_the_page_that_another_post_leads_to() -> None:
    async with school() as our:
        await saved_by_two(our)
        async with our.store.transaction() as tx:
            await tx.reports.open(WORKSPACE, SECOND, "cleo", our.clock.now())
        found = await our.say("cleo", "/pln find folding")
        assert "We folded paper today" in found
        assert "zebra" not in found


async def test_a_post_marked_as_sensitive_later_gives_way_to_another_that_leads_to_the_page() -> None:
    async with school() as our:
        await saved_by_two(our)
        async with our.store.transaction() as tx:
            stored = (await tx.posts.get([SECOND]))[SECOND]
            await tx.posts.add([replace(stored, sensitive=True)], {}, our.clock.now())
        found = await our.say("cleo", "/pln find folding")
        assert "We folded paper today" in found
        assert "sensitive" not in found
