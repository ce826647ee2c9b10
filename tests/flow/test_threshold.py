"""Where strangers may join, the library of all has what several people saved, or somebody who looks after the place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.people import Role, Standing
from bot.domain.search import Total
from bot.flow.catch_up import catch_up
from bot.ports.desk import Viewer
from bot.services.web.desk import EngineDesk
from bot.views import LibraryEntry
from tests.fakes.chat import EVERYTHING, Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

COMMUNITY = replace(EVERYTHING, open_to_anyone=True)
FRACTIONS = "Fractions by folding paper"


async def community(our: School) -> Shown:
    """A digest in an open community. Ada is an admin, Mo decides about reports."""
    our.chat.roles |= {"r2": "Moderators"}
    our.chat.roles_of |= {"mo": frozenset({"r2"})}
    our.chat.standings |= {"ana": Standing.ADMIN, "ada": Standing.ADMIN}
    await our.open_channel()
    await our.say("ada", "/pln role moderate r2")
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    for text in (FRACTIONS, "A poem for every Monday"):
        our.write(text)
    await our.at(HALF_PAST_SEVEN)
    return our.digests()[0]


async def library_of(our: School, viewer: str, *, mine: bool = False) -> list[LibraryEntry]:
    looking = Viewer(Person(PersonKey(WORKSPACE, viewer)), Role.EDITOR)
    shelf = await EngineDesk(our.parts).shelf(looking, "", mine=mine)
    assert shelf.total == Total(len(shelf.items))
    return [each.entry for each in shelf.items]


async def test_in_an_open_community_two_people_have_to_save_it_and_are_told_so() -> None:
    async with school(abilities=COMMUNITY) as our:
        digest = await community(our)
        heard = await our.say("zoe", "/pln save 1")
        assert "Saved for you. It comes into the library of all once 1 more person saves it." in heard
        assert "Nothing saved so far" in await our.say("yan", "/pln find fractions")
        assert "You have saved 1 item" in await our.say("zoe", "/pln saved")
        await our.a_minute_later()
        assert "Saved by" not in digest.text
        assert await library_of(our, "yan") == []
        assert len(await library_of(our, "zoe", mine=True)) == 1
        assert "It is still empty" in await our.say("yan", "/pln library")
        assert "Saved to the library." in await our.say("yan", "/pln save 1")
        assert "1 item with" in await our.say("xia", "/pln find fractions")
        await our.a_minute_later()
        assert "Saved by Zoe and 1 colleague" in digest.text
        assert len(await library_of(our, "xia")) == 1
        assert "holds 1 item" in await our.say("xia", "/pln library")


@pytest.mark.parametrize("person", ["ada", "mo"])
async def test_what_an_admin_or_a_moderator_saves_is_in_it_at_once(person: str) -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        assert "Saved to the library." in await our.say(person, "/pln save 1")
        assert "1 item with" in await our.say("zoe", "/pln find fractions")
        assert "Saved to the library." in await our.say("zoe", "/pln save 1")
        undone = our.chat.press(person, our.last_answer(person).id, "Undo")
        await our.say(person, "/pln save 1")
        assert undone
        await undone
        await our.settle()
        assert "Nothing saved so far" in await our.say("yan", "/pln find fractions")
        assert "1 item" in await our.say("zoe", "/pln saved")


async def test_what_a_moderator_has_looked_up_is_in_it_at_once_too() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("ada", "/pln role follow everybody")
        our.write("Decimals on a number line", url="https://x.com/i/status/3")
        assert "Saved to the library." in await our.say("mo", "/pln save https://x.com/i/status/3")
        assert "1 item with" in await our.say("yan", "/pln find decimals")


async def test_undoing_takes_it_out_of_the_library_again() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("zoe", "/pln save 1")
        await our.say("yan", "/pln save 1")
        await our.hear("yan", our.chat.press("yan", our.last_answer("yan").id, "Undo"))
        assert "Nothing saved so far" in await our.say("xia", "/pln find fractions")


async def test_an_admin_decides_how_many_and_everybody_sees_it() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("zoe", "/pln save 1")
        assert "once 2 people saved it" in await our.say("zoe", "/pln threshold")
        assert "Only admins, and" in await our.say("zoe", "/pln threshold 1")
        for wrong in ("0", "21", "many"):
            assert "Say a number from 1 to 20" in await our.say("ada", f"/pln threshold {wrong}")
        assert "What anybody saves is in the library of all at once." in await our.say("ada", "/pln threshold 1")
        assert "1 item with" in await our.say("yan", "/pln find fractions")
        assert "once 2 people" in await our.hear("ada", our.chat.press("ada", our.last_answer("ada").id, "Undo"))
        assert "Nothing saved so far" in await our.say("yan", "/pln find fractions")
        await our.say("ada", "/pln threshold 4")
        assert "once 2 more people save it" in await our.say("yan", "/pln save 1")
        assert "already" in await our.say("ada", "/pln threshold 4")


async def test_among_colleagues_nothing_has_changed() -> None:
    async with school() as our:
        await our.digest_of()
        assert "Saved to the library." in await our.say("zoe", "/pln save 1")
        assert "at once" in await our.say("zoe", "/pln threshold")


async def test_who_saved_it_too_and_what_they_noted_is_told_to_nobody_before() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("ada", "/pln threshold 3")
        await our.say("zoe", "/pln note 1 Zoes own thought")
        assert "Zoes own thought" in await our.say("zoe", "/pln saved")
        await our.say("yan", "/pln save 1")
        heard = await our.say("yan", "/pln saved")
        assert "You have saved 1 item" in heard
        assert "Zoe" not in heard
        await our.say("xia", "/pln save 1")
        assert "Zoe: Zoes own thought" in await our.say("yan", "/pln saved")


async def test_a_round_up_looks_back_on_what_is_in_the_library_of_all() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("ada", "/pln roundup fri 15:00")
        await our.say("zoe", "/pln save 1")
        await our.say("zoe", "/pln save 2")
        await our.say("yan", "/pln save 2")
        friday = our.clock.now().replace(day=27, hour=15, minute=0)
        our.clock.set(friday - timedelta(hours=1))
        await our.engine.turn_morning()
        await our.at(friday)
        assert "The week in the library: 1 item" in our.chat.shown(STAFF)[-1].text


async def test_the_own_page_shows_of_others_what_is_in_the_library_of_all() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("zoe", "/pln save 1")
        await our.chat.open_home("yan")
        await our.settle()
        assert "Nothing yet this week." in home_of(our, "yan")
        await our.say("xia", "/pln save 1")
        await our.chat.open_home("yan")
        await our.settle()
        assert "Nothing yet this week." not in home_of(our, "yan")


def home_of(our: School, person: str) -> str:
    return Shown("home", "home", ChannelKey(WORKSPACE, person), our.chat.homes[person], person).text


async def test_taste_is_learnt_from_what_is_in_the_library_of_all() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        async with our.store.reading() as tx:
            assert await tx.rules.votes(STAFF, None, 2) == []
        await our.say("zoe", "/pln save 1")
        assert "no preferences yet" in await our.say("ada", "/pln taste")
        async with our.store.reading() as tx:
            assert await tx.rules.votes(STAFF, None, 2) == []
        await our.say("yan", "/pln save 1")
        async with our.store.reading() as tx:
            assert {vote.person for vote in await tx.rules.votes(STAFF, None, 2)} == {"zoe", "yan"}


async def test_reactions_count_towards_it_also_those_made_while_we_were_away() -> None:
    async with school(abilities=COMMUNITY) as our:
        digest = await community(our)
        heard = await our.hear("zoe", our.chat.react("zoe", digest.id, "1️⃣"))
        assert "once 1 more person saves it" in heard
        digest.reactions["2️⃣"] = ["mo"]
        assert await catch_up(our.parts)
        assert "1 item with" in await our.say("yan", "/pln find poem")
