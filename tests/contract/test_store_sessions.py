"""What every store promises of who is signed in on the web."""

import asyncio
from dataclasses import replace

from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.domain.session import ENDS_AT_LATEST, Session, hidden
from bot.ports import Store
from tests.contract.store_examples import HILL, HOUR, MINUTE, NOW, VALLEY

ANA, BEN, ANA_ELSEWHERE = PersonKey(HILL, "ana"), PersonKey(HILL, "ben"), PersonKey(VALLEY, "ana")


def session(secret: str, person: PersonKey = ANA, role: Role = Role.EDITOR) -> Session:
    return Session(hidden(secret), person, NOW, NOW, NOW + ENDS_AT_LATEST, NOW, role)


async def test_a_session_is_found_by_its_digest_and_comes_back_as_it_was(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.sessions.put(session("phone"))
        await tx.sessions.put(replace(session("phone"), role=Role.OWNER))
        assert await tx.sessions.get(hidden("phone")) == session("phone", role=Role.OWNER)
        assert await tx.sessions.get(hidden("laptop")) is None


async def test_somebodys_sessions_are_theirs_alone_the_last_seen_first(store: Store) -> None:
    later = replace(session("laptop"), seen_at=NOW + HOUR)
    async with store.transaction() as tx:
        for each in (session("phone"), later, session("other", BEN), session("else", ANA_ELSEWHERE)):
            await tx.sessions.put(each)
        assert await tx.sessions.of(ANA) == [later, session("phone")]
        assert await tx.sessions.count(HILL) == 3
        assert await tx.sessions.end(ANA, [hidden("phone"), hidden("other")]) == 1
        assert await tx.sessions.end(ANA, []) == 0
        assert await tx.sessions.of(ANA) == [later]
        assert await tx.sessions.end(ANA) == 1
        assert await tx.sessions.of(BEN) == [session("other", BEN)]
        assert await tx.sessions.of(ANA_ELSEWHERE) == [session("else", ANA_ELSEWHERE)]


async def test_a_session_that_has_ended_is_not_renewed(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.sessions.put(session("phone"))
        assert await tx.sessions.renew(replace(session("phone"), seen_at=NOW + HOUR, role=Role.READER))
        assert await tx.sessions.get(hidden("phone")) == replace(session("phone"), seen_at=NOW + HOUR, role=Role.READER)
        await tx.sessions.end(ANA)
        assert not await tx.sessions.renew(session("phone"))
        assert await tx.sessions.get(hidden("phone")) is None


async def test_sessions_that_ended_or_were_not_used_are_dropped(store: Store) -> None:
    over = replace(session("over"), ends_at=NOW)
    idle = replace(session("idle"), seen_at=NOW - HOUR)
    async with store.transaction() as tx:
        for each in (over, idle, session("phone")):
            await tx.sessions.put(each)
        await tx.sessions.drop_ended(NOW, NOW - HOUR)
        assert await tx.sessions.of(ANA) == [session("phone")]


async def test_a_link_works_once_and_looking_does_not_use_it_up(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.sessions.put_link("a", ANA, NOW + MINUTE)
        await tx.sessions.put_link("b", ANA, NOW)
        assert await tx.sessions.link("a", NOW) == ANA
        assert await tx.sessions.link("b", NOW) is None
        assert await tx.sessions.take_link("b", NOW) is None
        assert await tx.sessions.take_link("a", NOW) == ANA
        assert await tx.sessions.take_link("a", NOW) is None
        assert await tx.sessions.link("a", NOW) is None


async def test_of_many_who_use_a_link_at_once_one_gets_it(stores: tuple[Store, Store]) -> None:
    async with stores[0].transaction() as tx:
        await tx.sessions.put_link("a", ANA, NOW + MINUTE)

    async def take(store: Store) -> PersonKey | None:
        async with store.transaction() as tx:
            return await tx.sessions.take_link("a", NOW)

    taken = await asyncio.gather(*(take(stores[number % 2]) for number in range(8)))
    assert [each for each in taken if each] == [ANA]


async def test_who_is_forgotten_is_signed_out_everywhere_and_their_links_are_dead(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.sessions.put(session("phone"))
        await tx.sessions.put(session("other", BEN))
        await tx.sessions.put_link("a", ANA, NOW + MINUTE)
        await tx.sessions.put_link("b", BEN, NOW + MINUTE)
    async with store.transaction() as tx:
        await tx.people.erase(ANA)
        assert await tx.sessions.of(ANA) == []
        assert await tx.sessions.link("a", NOW) is None
        assert await tx.sessions.of(BEN) == [session("other", BEN)]
        assert await tx.sessions.link("b", NOW) == BEN
