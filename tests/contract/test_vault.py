"""What every vault promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime

import pytest

from adapters.database.store import open_store
from bot.domain.keys import PersonKey
from bot.ports import Vault
from tests.contract.store_examples import HOUR, MINUTE, NOW
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault


@pytest.fixture
async def vaults(store_address: str | None, clock: FakeClock) -> AsyncIterator[tuple[Vault, Vault]]:
    """Two on the same data, as two processes would have them."""
    if store_address is None:
        fake = FakeVault()
        yield fake, fake
        return
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(open_store(store_address, clock)) for _ in range(2)]
        yield first.vault(), second.vault()


@pytest.fixture
def vault(vaults: tuple[Vault, Vault]) -> Vault:
    return vaults[0]


async def test_what_is_put_in_is_found_under_its_kind_and_key(vaults: tuple[Vault, Vault]) -> None:
    await vaults[0].put("token", "T1", "first")
    await vaults[0].put("token", "T1", "second")
    assert await vaults[1].get("token", "T1", NOW) == "second"
    assert await vaults[1].get("state", "T1", NOW) is None
    assert await vaults[1].get("token", "T2", NOW) is None


async def test_keys_are_those_of_the_kind_in_order(vault: Vault) -> None:
    for key in ("b", "B", "ä", "a"):
        await vault.put("token", key, "secret")
    await vault.put("state", "c", "secret")
    assert await vault.keys("token", NOW) == ["B", "a", "b", "ä"]
    assert await vault.keys("unknown", NOW) == []


async def test_what_has_expired_is_not_there(vault: Vault) -> None:
    await vault.put("state", "1", "secret", NOW + MINUTE)
    assert await vault.get("state", "1", NOW) == "secret"
    assert await vault.keys("state", NOW) == ["1"]
    for late in (NOW + MINUTE, NOW + HOUR):
        assert await vault.get("state", "1", late) is None
        assert await vault.keys("state", late) == []
        assert not await vault.lease("state", "1", late, late + HOUR)
        assert await vault.take("state", "1", late) is None
    await vault.put("state", "1", "another", NOW + HOUR)
    await vault.put("state", "1", "lasting")
    assert await vault.get("state", "1", NOW + HOUR) == "lasting"


async def test_of_many_who_take_at_once_one_gets_it(vaults: tuple[Vault, Vault]) -> None:
    await vaults[0].put("state", "1", "secret", NOW + MINUTE)
    taken = await asyncio.gather(*(vaults[number % 2].take("state", "1", NOW) for number in range(10)))
    assert sorted(map(str, taken)) == ["None"] * 9 + ["secret"]
    assert await vaults[0].get("state", "1", NOW) is None


async def test_what_is_removed_is_gone_and_may_be_removed_again(vault: Vault) -> None:
    await vault.put("token", "T1", "secret")
    for _ in range(2):
        await vault.remove("token", "T1")
        assert await vault.get("token", "T1", NOW) is None


async def test_one_at_a_time_may_change_it_until_the_lease_ends(vaults: tuple[Vault, Vault]) -> None:
    async def lease(number: int, now: datetime = NOW) -> bool:
        return await vaults[number % 2].lease("token", "T1", now, now + MINUTE)

    assert not await lease(0)
    await vaults[0].put("token", "T1", "old")
    assert (await asyncio.gather(*(lease(number) for number in range(10)))).count(True) == 1
    await vaults[0].put("token", "T1", "new")
    assert not await lease(1)
    assert await lease(1, NOW + MINUTE)
    await vaults[1].release("token", "T1")
    assert await lease(0, NOW + MINUTE)
    await vaults[0].release("token", "unknown")
    assert await vaults[1].get("token", "T1", NOW) == "new"


async def test_what_is_about_somebody_goes_when_they_ask_to_be_forgotten_there(database: str, clock: FakeClock) -> None:
    ana, ben = PersonKey("T1", "ana"), PersonKey("T1", "ben")
    async with open_store(database, clock) as store:
        vault = store.vault()
        await vault.put("home", "ana", "T1", NOW + HOUR, ana)
        await vault.put("home", "ben", "T1", NOW + HOUR, ben)
        await vault.put("form", "f1", "T2", NOW + HOUR, PersonKey("T2", "ana"))
        await vault.put("form", "f2", "before", NOW + HOUR, ben)
        await vault.put("form", "f2", "now it is about her", NOW + HOUR, ana)
        await vault.put("token", "ana", "nobody's")
        async with store.transaction() as tx:
            await tx.people.erase(ana)
        assert [await vault.keys(kind, NOW) for kind in ("home", "form", "token")] == [["ben"], ["f1"], ["ana"]]


async def test_what_has_expired_is_deleted_when_the_store_is_tidied(database: str, clock: FakeClock) -> None:
    async with open_store(database, clock) as store:
        vault, now = store.vault(), clock.now()
        await vault.put("form", "old", "secret", now + MINUTE)
        await vault.put("form", "new", "secret", now + HOUR)
        await vault.put("form", "lasting", "secret")
        clock.advance(MINUTE)
        await store.tidy()
        assert await vault.keys("form", now) == ["lasting", "new"]
