"""Who may do what."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.budget import Prices
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.errors import Unavailable
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import STAFF, School, school

ADMIN_VERBS = [
    "limit topics 20",
    "lock",
    "unlock",
    "block example.com",
    "mute #ad",
    "guests allow",
    "pictures known",
    "reports",
]


def people(our: School) -> None:
    our.chat.standings |= {"ada": Standing.ADMIN, "gus": Standing.GUEST, "eve": Standing.EXTERNAL}


@pytest.mark.parametrize("typed", ADMIN_VERBS)
async def test_what_admins_decide_is_refused_to_a_member_and_done_for_an_admin(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "Only admins, and" in await our.say("ben", f"/pln {typed}")
        assert "Only admins, and" not in await our.say("ada", f"/pln {typed}")


async def test_a_named_owner_may_do_what_admins_may() -> None:
    async with school(owners=frozenset({"olga"})) as our:
        await our.open_channel()
        assert "Only admins, and" in await our.say("olga2", "/pln lock")
        assert "Only admins change" in await our.say("olga", "/pln lock")


@pytest.mark.parametrize("guest", ["gus", "eve"])
@pytest.mark.parametrize(
    "typed", ["follow #maths", "unfollow #edchat", "schedule 08:00", "size 3", "digest now", "save 1", "tag 1 maths"]
)
async def test_guests_change_nothing(guest: str, typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "You are here as a guest" in await our.say(guest, f"/pln {typed}")


@pytest.mark.parametrize("typed", ["help", "list", "find maths", "saved", "digest preview", "status", "settings"])
async def test_guests_may_read(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "guest" not in await our.say("gus", f"/pln {typed}")


async def test_guests_may_do_what_members_may_where_an_admin_says_so() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln guests allow")
        assert "Admins change it with /pln guests refuse" in await our.say("ben", "/pln guests")
        assert "now follows #maths" in await our.say("gus", "/pln follow #maths")
        assert "Only admins, and" in await our.say("gus", "/pln lock")
        await our.say("ada", "/pln guests refuse")
        assert "You are here as a guest" in await our.say("gus", "/pln follow #scichat")


async def test_a_guests_button_is_refused_each_time_and_a_reaction_once() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        for _ in range(2):
            pressed = our.chat.press("gus", digest.id, "Save item 1 by Author 1")
            assert "You are here as a guest" in await our.hear("gus", pressed)
        assert "You are here as a guest" in await our.hear("gus", our.chat.react("gus", digest.id, KEYCAPS[0]))
        assert await our.hear("gus", our.chat.react("gus", digest.id, KEYCAPS[1])) == ""
        assert "saved nothing" in await our.say("gus", "/pln saved")


async def test_a_locked_channel_is_changed_by_admins_only_and_everybody_still_saves() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        await our.say("ada", "/pln lock")
        for typed in ("follow #maths", "unfollow #edchat", "schedule 08:00", "size 3", "layout cards"):
            assert "has locked this channel" in await our.say("ben", f"/pln {typed}")
        assert "now follows #maths" in await our.say("ada", "/pln follow #maths")
        await our.press("ben", digest.id, "Save item 1")
        assert "1 item" in await our.say("ben", "/pln saved")
        await our.say("ada", "/pln unlock")
        assert "now follows #scichat" in await our.say("ben", "/pln follow #scichat")


async def test_a_channel_follows_as_many_topics_as_an_admin_allows() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "at most 40 topics" in await our.say("ben", "/pln limit")
        await our.say("ada", "/pln limit topics 2")
        await our.say("ben", "/pln follow #maths")
        assert "at most 2 topics, and follows 2" in await our.say("ben", "/pln follow #scichat")
        await our.say("ada", "/pln limit topics 1")
        assert "follows #maths already" in await our.say("ben", "/pln follow #maths")


async def test_a_limit_for_everywhere_holds_for_personal_digests_and_not_where_there_is_another() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln limit topics 3")
        assert "personal digests" in await our.say("ada", "/pln limit topics 1 everywhere")
        assert "now follows" in await our.say("ben", "/pln follow #maths #scichat")
        await our.say("ben", "/pln me follow #maths")
        assert "at most 1 topic" in await our.say("ben", "/pln me follow #scichat")


async def test_without_a_limit_of_its_own_a_channel_follows_at_most_forty_topics() -> None:
    async with school() as our:
        our.x.prices = Prices()
        await our.open_channel()
        many = " ".join(f"#tag{number}" for number in range(39))
        assert "now follows" in await our.say("ana", f"/pln follow {many}")
        assert "at most 40 topics" in await our.say("ana", "/pln follow #onemore")


async def test_what_was_limited_or_locked_is_undone_by_a_button() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        for typed, expected in (("lock", "may change this channel again"), ("limit topics 3", "at most 40 topics")):
            await our.say("ada", f"/pln {typed}")
            answer = our.last_answer("ada")
            assert expected in await our.hear("ada", our.chat.press("ada", answer.id, "Undo"))


async def test_where_the_platform_cannot_say_who_somebody_is_members_go_on_and_admins_wait() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        our.chat.silent = Unavailable("It does not say.")
        assert "now follows #maths" in await our.say("ada", "/pln follow #maths")
        assert "could not find out just now" in await our.say("ada", "/pln lock")


async def test_a_name_that_only_the_platform_knows_is_asked_for() -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.chat.nameless.add("ana")
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        await our.a_minute_later()
        assert "Saved by Ana" in digest.text


async def test_the_platform_is_asked_once_about_person_and_channel() -> None:
    async with school() as our:
        await our.open_channel()
        before = len(our.chat.asked)
        await our.say("ana", "/pln list")
        assert our.chat.asked[before:] == ["profile ana", "look staff"]


async def test_no_transaction_is_open_while_the_platform_is_asked() -> None:
    """A store has one writer: another transaction could not begin."""
    async with school() as our:
        digest = await our.digest_of()

        async def write() -> None:
            async with asyncio.timeout(1), our.store.transaction() as tx:
                await tx.notices.first_time("fake:school", "asked", our.clock.now())

        our.chat.when_asked = write
        assert "#edchat" in await our.say("ana", "/pln list")
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_reactions_that_mean_nothing_to_us_ask_nothing_of_the_platform() -> None:
    async with school() as our:
        digest = await our.digest_of()
        before = len(our.chat.asked)
        await our.chat.react("ana", digest.id, "👍")
        await our.chat.unreact("ana", digest.id, "👍")
        await our.settle()
        assert len(our.chat.asked) == before


async def test_what_another_app_reacts_with_saves_nothing_and_is_not_answered() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        our.chat.apps.add("robot")
        our.chat.standings["robot"] = Standing.EXTERNAL
        await our.say("ada", "/pln guests allow")
        assert await our.hear("robot", our.chat.react("robot", digest.id, KEYCAPS[0])) == ""
        assert "saved nothing" in await our.say("robot", "/pln saved")


async def test_without_private_messages_a_refused_reaction_is_not_said_to_everybody() -> None:
    able = replace(EVERYTHING, private_messages=False)
    async with school(abilities=able) as our:
        digest = await our.digest_of()
        people(our)
        before = len(our.chat.shown(STAFF))
        await our.chat.react("gus", digest.id, KEYCAPS[0])
        await our.settle()
        assert len(our.chat.shown(STAFF)) == before


def aloud(our: School) -> list[str]:
    return [each.text for each in our.chat.shown(STAFF) if each.private_to is None]


async def test_who_may_not_write_in_a_channel_does_not_change_its_digest_nor_speak_there_through_us() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        our.chat.read_only |= {("ben", STAFF.channel), ("ada", STAFF.channel)}
        before = aloud(our)
        for typed in ("follow #maths", "schedule 08:00", "size 3", "pause", "unfollow #edchat", "digest now"):
            assert "Only people who may write in this channel" in await our.say("ben", f"/pln {typed}")
        assert aloud(our) == before
        assert "Only people who may write" not in await our.say("ben", "/pln me follow #maths")
        assert "#maths" in await our.say("ada", "/pln follow #maths")


async def test_nor_are_suggestions_of_theirs_posted_there() -> None:
    async with school(abilities=replace(EVERYTHING, open_to_anyone=True)) as our:
        our.chat.read_only.add(("ben", STAFF.channel))
        before = aloud(our)
        assert "Only people who may write in this channel" in await our.say("ben", "/pln follow #maths")
        assert aloud(our) == before
