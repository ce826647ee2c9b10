"""Names as the workspace chose, consent, what is kept, what admins decided, and whom people learn from."""

import json
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

from adapters.database.store import open_store
from bot.domain.catalogue import VERBS
from bot.domain.events import Event, Person, ReactionAdded
from bot.domain.keys import PersonKey
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.domain.post import Author
from bot.domain.search.entry import saver_facet
from bot.flow.catch_up import catch_up
from bot.flow.retention import Retention
from bot.services.erasing.forgetting import is_forgotten
from bot.services.people.my_data import AS_JSON, my_data
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

MINUTE = timedelta(minutes=1)
ANA = PersonKey(WORKSPACE, "ana")


async def saved_by_two(our: School) -> None:
    """By Ana and by Ben, with a note of hers; the admin looks after the place."""
    await our.digest_of()
    our.chat.standings["admin"] = Standing.ADMIN
    await our.say("ana", "/pln save 1")
    await our.say("ben", "/pln save 1")
    await our.say("ana", "/pln note 1 Worked well")
    await our.a_minute_later()


async def test_names_are_shown_as_the_workspace_chose_also_in_what_was_sent_before() -> None:
    async with school() as our:
        await saved_by_two(our)
        (digest,) = our.digests()
        assert "Saved by Ana and 1 colleague" in digest.text
        assert "Ana: Worked well" in await our.say("ben", "/pln saved")
        assert "nobody else's" in await our.say("admin", "/pln names saver")
        await our.a_minute_later()
        (digest,) = our.digests()
        assert "Saved by 2 colleagues" in digest.text
        assert "Ana" not in await our.say("ben", "/pln saved")
        assert "Saved by Ben and 1 colleague" in await our.say("ben", "/pln saved")
        await our.say("admin", "/pln names none")
        assert "Saved by 2 colleagues" in await our.say("ben", "/pln saved")
        assert "Ben" not in await our.say("ben", "/pln saved")


@pytest.mark.parametrize(
    ("policy", "words"),
    [("all", "colleagues see your name"), ("saver", "only you see your name"), ("none", "nobody's name stands")],
)
async def test_the_first_save_says_who_will_see_the_name(policy: str, words: str) -> None:
    async with school() as our:
        await our.digest_of()
        our.chat.standings["admin"] = Standing.ADMIN
        await our.say("admin", f"/pln names {policy}")
        assert words in await our.say("ana", "/pln save 1")


async def test_only_admins_choose_whose_names_are_shown() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Only admins" in await our.say("ana", "/pln names none")
        assert "Everybody here sees" in await our.say("ana", "/pln names")


async def test_a_colleague_is_found_by_name_once_they_agreed_and_while_names_are_shown() -> None:
    async with school() as our:
        await saved_by_two(our)
        assert "Nobody called that has agreed" in await our.say("ben", "/pln find by:Ana")
        assert "Colleagues find what you saved" in await our.say("ana", "/pln findable yes")
        assert "1 item" in await our.say("ben", "/pln find by:Ana")
        assert "Nobody called that has agreed" in await our.say("ana", "/pln find by:Ben")
        await our.say("admin", "/pln names saver")
        assert "Nobody called that has agreed" in await our.say("ben", "/pln find by:Ana")
        assert "1 item" in await our.say("ana", "/pln find by:me")


@pytest.mark.parametrize(
    "typed",
    [
        "names none", "threshold 2", "guests allow", "limit topics 9", "limit topics 9 everywhere", "lock",
        "block #ad", "mute #ad", "pictures known", "pictures known everywhere", "department Maths",
        "purge @author1 yes", "erase-person ben yes",
    ],
)  # fmt: skip
async def test_what_an_admin_decides_is_written_down(typed: str) -> None:
    async with school() as our:
        await saved_by_two(our)
        await our.say("admin", f"/pln {typed}")
        async with our.store.reading() as tx:
            acts, total = await tx.admin_acts.of(WORKSPACE, 9, 0)
        assert (total, [act.by for act in acts]) == (1, ["admin"])
        assert "ben" not in acts[0].about.casefold()
        heard = await our.say("admin", "/pln audit")
        assert "What admins decided" in heard
        assert "Only admins" in await our.say("ana", "/pln audit")


def test_no_verb_for_admins_was_forgotten_in_the_test_above() -> None:
    looking = {"budget", "audit", "removed"}
    tried = {"names", "threshold", "guests", "limit", "lock", "block", "pictures", "department", "purge"}
    elsewhere = {"unlock", "unblock", "role", "call"}
    assert {verb.name for verb in VERBS if verb.for_admins} == {"erase-person"} | looking | tried | elsewhere


async def test_somebody_who_left_is_erased_in_two_steps() -> None:
    async with school() as our:
        await saved_by_two(our)
        assert "type /pln erase-person ana yes" in await our.say("admin", "/pln erase-person Ana")
        assert "Only admins" in await our.say("ben", "/pln erase-person ana yes")
        assert "Done" in await our.say("admin", "/pln erase-person ana yes")
        assert "Nothing is kept about anybody" in await our.say("admin", "/pln erase-person ana")
        async with our.store.reading() as tx:
            assert await tx.people.kept_about(ANA) == {}


async def test_my_data_tells_everything_and_nothing_of_others() -> None:
    async with school() as our:
        await saved_by_two(our)
        await our.say("ben", "/pln note 1 A note of mine")
        async with our.store.reading() as tx:
            text = (await my_data(tx, our.parts, ANA)).text
            whole = json.loads((await my_data(tx, our.parts, ANA, AS_JSON)).text)
        assert "Worked well" in text
        assert "A note of mine" not in text
        assert whole["person"] == "ana"
        assert {"name", "saves", "notes"} <= whole["kept"].keys()


async def test_privacy_says_what_is_kept_and_what_can_be_done() -> None:
    async with school() as our:
        await our.open_channel()
        heard = await our.say("ana", "/pln privacy")
        for words in (
            "/pln my-data",
            "/pln forget-me",
            "/pln findable yes",
            "30 days",
            "365 days",
            "Everybody here sees",
        ):
            assert words in heard


async def test_what_happened_before_and_is_heard_of_later_brings_nobody_back() -> None:
    async with school() as our:
        digest = await our.digest_of()
        long_ago = our.clock.now()
        our.clock.advance(MINUTE)
        await our.say("ana", "/pln forget-me yes")
        our.clock.advance(MINUTE)
        person = Person(ANA, "Ana")
        async with our.store.transaction() as tx:
            late = Event(WORKSPACE, "late", ReactionAdded(person, STAFF, digest.id, KEYCAPS[0]), long_ago)
            await tx.events.put(late, our.clock.now())
        await our.settle()
        async with our.store.reading() as tx:
            assert await tx.people.names(WORKSPACE, ["ana"]) == {}
            assert await is_forgotten(tx, ANA, long_ago)
            assert not await is_forgotten(tx, ANA, our.clock.now())


async def test_a_reaction_that_still_stands_is_not_counted_again_after_an_erasure() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        our.clock.advance(MINUTE)
        await our.say("ana", "/pln forget-me yes")
        our.clock.advance(MINUTE)
        await catch_up(our.parts)
        async with our.store.reading() as tx:
            assert await tx.people.names(WORKSPACE, ["ana"]) == {}
            assert (await tx.people.kept_about(ANA)).get("saves") is None


async def test_people_says_whom_colleagues_learn_from_with_ways_to_them() -> None:
    async with school() as our:
        await saved_by_two(our)
        heard = await our.say("ana", "/pln people")
        assert "Author 1 (@author1). 1 item saved here" in heard
        assert "https://x.example/follow/author1" in heard or "Follow on" in heard
        await our.say("admin", "/pln block @author1")
        assert "author1" not in await our.say("ana", "/pln people")


async def test_whoever_sells_to_teachers_is_not_proposed() -> None:
    async with school() as our:
        await our.open_channel("#edchat #mathchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for tag in ("edchat", "mathchat"):
            our.write(
                f"A+ ESSAYS in 3 hours, no plagiarism! DM us #essayhelp #{tag}", hashtags=(tag,), author_id="twice"
            )
        await our.at(HALF_PAST_SEVEN)
        async with our.store.transaction() as tx:
            seller = Author("x", "twice", "gradebooster", "Grade Booster", "https://x.example/g")
            await tx.posts.put_authors([seller], our.clock.now())
        assert "gradebooster" not in await our.say("ana", "/pln people")


async def test_whoever_writes_on_several_topics_can_be_followed_from_there() -> None:
    async with school() as our:
        await our.open_channel("#edchat #mathchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for tag in ("edchat", "mathchat"):
            our.write(f"On {tag}", hashtags=(tag,), author_id="twice")
        await our.at(HALF_PAST_SEVEN)
        async with our.store.transaction() as tx:
            ada = Author("x", "twice", "adateaches", "Ada _Teaches_", "https://x.example/a")
            await tx.posts.put_authors([ada], our.clock.now())
        heard = await our.say("ana", "/pln people")
        assert "Ada _Teaches_ (@adateaches). Writes about #edchat and #mathchat." in heard
        await our.say("ana", "/pln follow @adateaches")
        assert "@adateaches" not in await our.say("ana", "/pln people")


async def test_no_table_holds_anything_of_who_was_forgotten(sqlite: str) -> None:
    clock = FakeClock(EVENING_BEFORE)
    async with open_store(sqlite, clock) as store, school(store=store, clock=clock) as our:
        digest = await our.digest_of()
        who = "zebedee-quill"
        await our.say(who, "/pln save 1")
        await our.say(who, "/pln save https://only-mine.example only me")
        await our.say(who, "/pln note 1 Xylophones help")
        await our.say(who, "/pln tag 1 shared tag")
        await our.say(who, "/pln findable yes")
        await our.say(who, "/pln me follow #secretly")
        await our.say(who, "/pln find by:me xylo")
        await our.chat.react(who, digest.id, KEYCAPS[1])
        await our.settle()
        await our.say("ben", "/pln save 1")
        our.clock.advance(MINUTE)
        await our.say(who, "/pln forget-me yes")
        our.clock.advance(timedelta(days=2))
        await our.at(our.clock.now())
        await Retention(our.parts).turn()
    file = Path(sqlite.removeprefix("sqlite:///"))
    with connect(file) as connection:
        lines = [
            line for line in connection.iterdump() if "zebedee" in line.casefold() or "xylophones" in line.casefold()
        ]
    connection.close()
    assert "\n".join(lines) == ""
    raw = file.read_bytes().lower()
    assert b"xylophones" not in raw
    assert b"zebedee" not in raw
    assert who.encode().hex() in saver_facet(who)
    assert who.encode().hex().encode() not in raw, "what colleagues saved as well is found by their saves alone"
