"""What is marked as sensitive where it comes from is shown nowhere, however somebody comes upon it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.post import Post
from tests.fakes.chat import Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, School, school

SHADOWS = "A lesson plan about shadows"
MARKED = "marked as sensitive where it comes from"


async def digest_with(our: School) -> tuple[Shown, Post]:
    """A digest with a post that is marked only later."""
    await our.open_channel()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    post = our.write(SHADOWS)
    our.write("A poem for every Monday")
    await our.at(HALF_PAST_SEVEN)
    return our.digests()[0], post


async def mark(our: School, post: Post) -> None:
    """What the sweep keeps when the source says so."""
    async with our.store.transaction() as tx:
        await tx.posts.add([replace(post, sensitive=True)], {}, our.clock.now())
        for delivery in await tx.outbox.showing(STAFF.workspace, post.key):
            await tx.outbox.refresh(STAFF.workspace, [delivery], our.clock.now())
    await our.at(our.clock.now() + timedelta(minutes=2))


async def test_what_is_marked_after_it_was_shown_goes_out_of_the_digest() -> None:
    async with school() as our:
        digest, post = await digest_with(our)
        assert "shadows" in digest.text
        await mark(our, post)
        assert "shadows" not in digest.text
        assert MARKED in digest.text
        assert "poem" in digest.text


async def test_what_is_marked_after_it_was_saved_is_quoted_nowhere() -> None:
    async with school() as our:
        digest, post = await digest_with(our)
        await our.hear("ben", our.chat.press("ben", digest.id, f"Save item {number_of(digest)} by Author 1"))
        await our.say("ana", "/pln roundup fri 15:00")
        await mark(our, post)
        for typed in ("saved", "find shadows"):
            heard = await our.say("ben", f"/pln {typed}")
            assert "plan about shadows" not in heard
            assert MARKED in heard
        friday = our.clock.now().replace(day=27, hour=15, minute=0)
        our.clock.set(friday - timedelta(hours=1))
        await our.engine.turn_morning()
        await our.at(friday)
        assert "shadows" not in " ".join(each.text for each in our.chat.shown(STAFF))
        await our.chat.open_home("cleo")
        await our.settle()
        assert "shadows" not in Shown("home", "home", STAFF, our.chat.homes["cleo"], "cleo").text


def number_of(digest: Shown) -> int:
    before, _, _ = digest.text.partition("shadows")
    return before.count("Author")


@pytest.mark.parametrize("way", ["reaction", "shortcut"])
async def test_a_message_that_links_to_it_saves_nothing(way: str) -> None:
    async with school() as our:
        await our.open_channel()
        async with our.store.transaction() as tx:
            channel = await tx.channels.get(STAFF)
            assert channel
            await tx.channels.put(replace(channel, saves_links=True))
            post = our.write(SHADOWS, url="https://x.com/i/status/1", sensitive=True)
            await tx.posts.add([post], {}, our.clock.now())
        message = our.chat.write(STAFF, "Look at https://x.com/i/status/1", "https://x.com/i/status/1")
        act = our.chat.react("ben", message, "🔖") if way == "reaction" else our.chat.choose_message("ben", message)
        assert "marked as sensitive" in await our.hear("ben", act)
        assert "saved nothing" in await our.say("ben", "/pln saved")


async def test_a_form_that_was_open_before_saves_nothing_either() -> None:
    async with school() as our:
        await our.open_channel()
        async with our.store.transaction() as tx:
            post = our.write(SHADOWS, url="https://x.com/i/status/1")
            await tx.posts.add([post], {}, our.clock.now())
        message = our.chat.write(STAFF, "Look at https://x.com/i/status/1", "https://x.com/i/status/1")
        await our.chat.choose_message("ben", message)
        await our.settle()
        await mark(our, post)
        assert "marked as sensitive" in await our.hear("ben", our.chat.fill_in("ben", {"note": "Good"}))
        assert "saved nothing" in await our.say("ben", "/pln saved")
