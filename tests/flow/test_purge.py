"""What an admin purges is gone at once, and stays away."""

import csv
from datetime import date

import pytest

from bot.cli.audit import lines_of, purge_now, removals, table_of
from bot.domain.channel import Channel, Workspace
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.people import Standing
from bot.domain.removal import Cause, Removal
from bot.domain.schedule import Schedule
from bot.domain.standing import Standing as Fate
from bot.errors import Mistake
from tests.fakes.chat import buttons_of
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, School, school

DAY = date(2026, 11, 23)


def link(number: int) -> str:
    return f"https://x.com/author{number}/status/{number}"


async def school_with_admin(our: School, posts: int = 3) -> str:
    our.chat.standings |= {"ada": Standing.ADMIN}
    return (await our.digest_of(posts)).id


def text_of(our: School, message: str) -> str:
    return next(each.text for each in our.chat.messages if each.id == message)


async def test_a_purged_post_leaves_messages_library_and_store_at_once() -> None:
    async with school() as our:
        digest = await school_with_admin(our)
        for number in (1, 2, 3):
            await our.say("ana", f"/pln save {number}")
        answer = await our.say("ada", f"/pln purge {link(2)}")
        assert "1 post erased" in answer
        assert "1 message" in answer
        assert "1 saved item" in answer
        assert "Author 2" not in text_of(our, digest)
        assert text_of(our, digest).count("no longer available") == 1
        assert "Author 2" not in await our.say("ana", "/pln saved")
        async with our.store.reading() as tx:
            assert await tx.posts.get([PostKey("x", "2")]) == {}
            assert await tx.posts.authors("x", ["author-2"]) == {}


async def test_a_purged_post_does_not_come_back_when_it_is_read_again() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings |= {"ada": Standing.ADMIN}
        our.write()
        our.write()
        assert "Nothing is kept of it" in await our.say("ada", f"/pln purge {link(1)}")
        await our.say("ana", "/pln digest now")
        (digest,) = our.digests()
        assert "Author 2" in digest.text
        assert "Author 1" not in digest.text


async def test_everything_of_an_account_is_purged_once_it_is_confirmed() -> None:
    async with school() as our:
        our.chat.standings |= {"ada": Standing.ADMIN}
        digest = (await our.digest_of(2, author_id="author-1")).id
        answer = await our.hear("ada", our.chat.command("ada", STAFF, "/pln purge @AUTHOR2"))
        assert "This erases 2 posts of @AUTHOR2" in answer
        assert "no longer available" not in text_of(our, digest)
        asked = our.last_answer("ada")
        assert [each.label for each in buttons_of(asked.message)] == ["Erase 2 posts"]
        await our.press("ada", asked.id, "Erase")
        assert text_of(our, digest).count("no longer available") == 2
        assert "/pln block @AUTHOR2" in our.last_answer("ada").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("purge", "Say which"),
        ("purge everything", "Say which"),
        ("purge https://example.com/page", "no link to a post"),
        ("purge @nobody", "Nothing is kept of @nobody"),
        ("purge @", "Say which"),
        ("purge x:abc", "Say which"),
        ("purge x:²", "Say which"),
        (f"purge x:{'9' * 5_000}", "Say which"),
        (f"purge @{'a' * 10_000}", "Say which"),
        (f"purge https://x.com/a/status/{'9' * 10_000}", "no link to a post"),
    ],
)
async def test_what_cannot_be_purged_is_answered_in_words(typed: str, said: str) -> None:
    async with school() as our:
        await school_with_admin(our)
        assert said in await our.say("ada", f"/pln {typed}")


async def test_only_admins_purge() -> None:
    async with school() as our:
        digest = await school_with_admin(our)
        assert "Only admins" in await our.say("ben", f"/pln purge {link(1)}")
        assert "no longer available" not in text_of(our, digest)


async def another_workspace(our: School) -> None:
    async with our.store.transaction() as tx:
        await tx.channels.put_workspace(Workspace("fake:other", "fake", "Other"))
        await tx.channels.put(Channel(ChannelKey("fake:other", "staff"), "Staff", Schedule("UTC")))


async def test_where_workspaces_share_the_posts_no_admin_of_one_takes_them_from_the_others() -> None:
    async with school(admin=None, owners=frozenset({"olga"})) as our:
        await school_with_admin(our)
        await another_workspace(our)
        assert "share what is kept here" in await our.say("ada", f"/pln purge {link(1)}")
        assert "1 post erased" in await our.say("olga", f"/pln purge {link(1)}")


async def test_a_link_to_a_later_edition_purges_the_post() -> None:
    async with school() as our:
        our.chat.standings |= {"ada": Standing.ADMIN}
        digest = await our.digest_of(2, latest_id="987")
        await our.say("ada", f"/pln purge {link(987)}")
        assert text_of(our, digest.id).count("no longer available") == 1


async def test_purging_twice_changes_nothing_more() -> None:
    async with school() as our:
        await school_with_admin(our)
        await our.say("ana", "/pln save 1")
        await our.say("ada", f"/pln purge {link(1)}")
        before = our.digests()[0].text
        assert "Nothing is kept of it" in await our.say("ada", f"/pln purge {link(1)}")
        assert our.digests()[0].text == before


async def test_the_command_line_purges_beside_an_engine_that_runs() -> None:
    async with school() as our:
        digest = await school_with_admin(our)
        said = await purge_now(our.parts, "x:2")
        assert "1 post erased" in said
        assert "within a minute" in said
        await our.settle()
        assert "Author 2" not in text_of(our, digest)
        with pytest.raises(Mistake, match="Nothing is kept of @nobody"):
            await purge_now(our.parts, "@nobody")


async def test_the_audit_tells_what_was_done_and_why_without_a_word_of_the_post() -> None:
    async with school() as our:
        await school_with_admin(our)
        our.x.standings["3"] = Fate.GONE
        our.clock.set(HALF_PAST_SEVEN.replace(day=25))
        await our.engine.turn_sweep()
        await our.say("ada", f"/pln purge {link(2)}")
        found = await removals(our.parts, DAY)
        lines = "\n".join(lines_of(found, DAY))
        assert "x:3  hidden: deleted there (compliance job; 1 message, 0 saved items)" in lines
        assert "x:2  erased: purged by an admin (purge; 1 message, 0 saved items)" in lines
        assert "Since 2026-11-23: 1 post erased, 1 post hidden." in lines
        assert "lesson" not in lines
        header, *rows = csv.reader(table_of(found).splitlines())
        assert header == "time_utc source post cause done found_by messages items".split()
        assert ["2026-11-25T07:30:00Z", "x", "3", "gone", "hidden", "compliance job", "1", "0"] in rows


def test_no_id_becomes_a_formula_or_reaches_beyond_its_line() -> None:
    removed = [Removal(PostKey("x", "=1+2\n\x1b[2J"), Cause.GONE, "@look-up", EVENING_BEFORE)]
    assert "'=1+2" in table_of(removed)
    assert "'@look-up" in table_of(removed)
    (line, *_) = lines_of(removed, DAY)
    assert "\n" not in line
    assert "\x1b" not in line


async def test_an_audit_of_nothing_says_so() -> None:
    async with school() as our:
        assert lines_of(await removals(our.parts, DAY), DAY) == ["Nothing was taken away or updated since 2026-11-23."]
