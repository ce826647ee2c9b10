"""The way from the chat to the library's pages: a link for one person, once, of which the store knows half."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.domain.session import ENDS_WHEN_IDLE
from bot.flow.retention import Retention
from bot.ports import Abilities
from bot.services.web.doors import EngineDoors
from bot.views import Link
from tests.fakes.store import FakeStore
from tests.rigs.school import STAFF, WORKSPACE, School, school

PUBLIC = "https://staffroom.example.org"
ANA = PersonKey(WORKSPACE, "ana")


@pytest.fixture
async def public() -> AsyncIterator[School]:
    async with school(public_url=PUBLIC) as found:
        await found.open_channel()
        yield found


def link_in(shown: School, person: str = "ana") -> str:
    blocks = shown.last_answer(person).message.blocks
    return next((block.url for block in blocks if isinstance(block, Link) and block.url.startswith(PUBLIC)), "")


async def test_library_answers_with_a_link_that_signs_in_who_asked(public: School) -> None:
    await public.say("ana", "/pln library")
    address = link_in(public)
    assert address.startswith(f"{PUBLIC}/sign-in/link/")
    doors = EngineDoors(public.parts)
    session = await doors.redeem(address.rpartition("/")[2])
    assert session
    found = await doors.who(session)
    assert found
    assert found.person.key == ANA


async def test_each_time_it_is_another_link_and_each_person_gets_their_own(public: School) -> None:
    links = []
    for person in ("ana", "ana", "ben"):
        await public.say(person, "/pln library")
        links.append(link_in(public, person))
    assert len(set(links)) == 3
    doors = EngineDoors(public.parts)
    invited = [await doors.peek(each.rpartition("/")[2]) for each in links]
    assert [each.person.key.person for each in invited if each] == ["ana", "ana", "ben"]


async def test_what_is_stored_opens_nothing(public: School) -> None:
    await public.say("ana", "/pln library")
    token = link_in(public).rpartition("/")[2]
    assert isinstance(public.store, FakeStore)
    kept = repr(public.store._data)  # noqa: SLF001 - all that there is
    assert token.partition(".")[0] in kept
    assert token not in kept
    assert token.partition(".")[2] not in kept


async def test_a_link_of_an_earlier_process_opens_nothing(public: School) -> None:
    await public.say("ana", "/pln library")
    token = link_in(public).rpartition("/")[2]
    async with school(public_url=PUBLIC, store=public.store, clock=public.clock) as later:
        assert await EngineDoors(later.parts).peek(token) is None


async def test_without_a_public_address_there_is_no_link() -> None:
    async with school() as found:
        await found.open_channel()
        await found.say("ana", "/pln library")
        assert link_in(found) == ""


async def test_where_others_would_read_it_there_is_no_link() -> None:
    async with school(public_url=PUBLIC, abilities=Abilities(commands=True, buttons=True, edit=True)) as found:
        await found.open_channel()
        await found.chat.command("ana", STAFF, "/pln library")
        await found.settle()
        assert not [each for each in found.chat.messages if "/sign-in/link/" in each.text]


async def test_forget_me_signs_out_and_kills_the_links(public: School) -> None:
    await public.say("ana", "/pln library")
    doors, token = EngineDoors(public.parts), link_in(public).rpartition("/")[2]
    await public.say("ana", "/pln library")
    session = await doors.redeem(link_in(public).rpartition("/")[2])
    assert session
    await public.say("ana", "/pln forget-me yes")
    assert await doors.who(session) is None
    assert await doors.peek(token) is None


async def test_guests_come_in_as_readers(public: School) -> None:
    public.chat.standings["gus"] = Standing.GUEST
    await public.say("gus", "/pln library")
    doors = EngineDoors(public.parts)
    session = await doors.redeem(link_in(public, "gus").rpartition("/")[2])
    assert session
    found = await doors.who(session)
    assert found
    assert not found.role.may_edit


async def test_an_owner_of_the_configuration_is_one_on_the_web() -> None:
    async with school(public_url=PUBLIC, owners=frozenset({"ana"})) as found:
        await found.open_channel()
        await found.say("ana", "/pln library")
        session = await EngineDoors(found.parts).redeem(link_in(found).rpartition("/")[2])
        assert session
        who = await EngineDoors(found.parts).who(session)
        assert who
        assert who.role == "owner"


async def test_of_sessions_that_ended_nothing_is_kept(public: School) -> None:
    await public.say("ana", "/pln library")
    assert await EngineDoors(public.parts).redeem(link_in(public).rpartition("/")[2])
    public.clock.advance(ENDS_WHEN_IDLE)
    await Retention(public.parts).turn()
    async with public.store.reading() as tx:
        assert await tx.sessions.of(ANA) == []
