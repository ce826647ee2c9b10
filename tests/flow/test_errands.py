"""Errands end once, whatever ends in between."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errand import Errand, ErrandKind
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import LeaseLost
from bot.flow import errands
from bot.flow.errands import run_errand
from bot.ports import Allowance, Batch, Store, Want
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, STAFF, WORKSPACE, School, school

FRACTIONS = "Fractions with paper plates, a lesson that my pupils asked for again"
ANA = Person(PersonKey(WORKSPACE, "ana"), "Ana")


async def put(our: School, *words: str, kind: ErrandKind = ErrandKind.SEARCH, **more: Any) -> Errand:
    errand = Errand("e-1", kind, STAFF, ANA, words or ("x", "fractions"), our.clock.now(), **more)
    async with our.store.transaction() as tx:
        assert await tx.errands.put(errand)
    return errand


def answers(our: School) -> list[str]:
    return [each.text for each in our.chat.messages if each.private_to == "ana"]


class Interrupted(BaseException):
    """The process ends."""


async def test_an_errand_whose_process_ended_is_done_by_the_next_one_and_answered_once() -> None:
    async with school() as our:
        await our.plan()
        our.write(FRACTIONS)
        await put(our)
        reads = our.x.read

        async def cut_off(wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
            async for batch in reads(wants, allowance):
                yield batch
                raise Interrupted

        our.x.read = cut_off  # type: ignore[method-assign]
        with pytest.raises(Interrupted):
            await run_errand(our.parts)
        our.x.read = reads  # type: ignore[method-assign]

        assert not await run_errand(our.parts)
        our.clock.advance(errands.LEASE + timedelta(seconds=1))
        await our.settle()
        assert len(answers(our)) == 1
        assert FRACTIONS in answers(our)[0]


async def test_a_worker_that_lost_its_errand_to_another_says_nothing() -> None:
    async with school() as our:
        await our.plan()
        our.write(FRACTIONS)
        await put(our)
        reads = our.x.read

        async def overtaken(wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:
            our.x.read = reads  # type: ignore[method-assign]
            our.clock.advance(errands.LEASE + timedelta(seconds=1))
            assert await run_errand(replace(our.parts, worker="another"))
            async for batch in reads(wants, allowance):
                yield batch

        our.x.read = overtaken  # type: ignore[method-assign]
        assert await run_errand(our.parts)
        await our.settle()
        assert len(answers(our)) == 1


async def test_what_fails_in_a_way_nobody_foresaw_is_apologised_for_and_not_tried_again() -> None:
    async with school() as our:
        await our.plan()
        await put(our)

        async def broken(wants: Sequence[Want], allowance: Allowance) -> AsyncIterator[Batch]:  # noqa: ARG001
            raise ZeroDivisionError
            yield

        our.x.read = broken  # type: ignore[method-assign]
        await our.settle()
        assert answers(our) == ["That did not work, and it is our fault. Please try again."]
        assert not await run_errand(our.parts)


async def test_one_that_ends_the_process_again_and_again_is_given_up() -> None:
    async with school() as our:
        await our.plan()
        await put(our)
        for _ in range(errands.MOST_CLAIMS):
            async with our.store.transaction() as tx:
                assert await tx.errands.claim("worker", our.clock.now(), errands.LEASE)
            our.clock.advance(errands.LEASE + timedelta(seconds=1))
        await our.settle()
        assert answers(our) == ["That did not work, and it is our fault. Please try again."]


async def test_a_source_that_is_no_longer_connected_is_said_after_a_few_tries() -> None:
    async with school() as our:
        await our.plan()
        await put(our, "elsewhere", "fractions")
        for _ in range(errands.MOST_ATTEMPTS):
            await our.settle()
            our.clock.advance(timedelta(minutes=1))
        assert len(answers(our)) == 1
        assert "does not answer just now" in answers(our)[0]


async def test_the_fence_guards_the_end() -> None:
    async with school() as our:
        await our.plan()
        errand = await put(our)
        async with our.store.transaction() as tx:
            assert await tx.errands.claim("worker", our.clock.now(), errands.LEASE)
        with pytest.raises(LeaseLost):
            async with our.store.transaction() as tx:
                await tx.errands.done(errand)


def test_every_kind_that_can_be_asked_for_can_be_done() -> None:
    assert set(errands.KINDS) == set(ErrandKind)


async def test_errands_end_the_same_on_every_store(store: Store, clock: FakeClock) -> None:
    clock.set(EVENING_BEFORE)
    async with school(store=store, clock=clock) as our:
        await our.open_channel()
        our.write(FRACTIONS)
        our.write("Something else altogether for my lessons in history")
        found = await our.hear("ana", our.chat.command("ana", STAFF, "/pln search fractions"))
        saved = await our.hear("ana", our.chat.command("ana", STAFF, "/pln save https://x.com/i/status/2"))
        again = await our.hear("ana", our.chat.command("ana", STAFF, "/pln search fractions"))

        assert FRACTIONS in found
        assert "Saved to the library." in saved
        assert "history" in await our.say("ana", "/pln saved")
        assert "This search cost $0.00." in again
        nowhere = ChannelKey(WORKSPACE, "nobody-opened-it")
        assert FRACTIONS in await our.hear("ben", our.chat.command("ben", nowhere, "/pln search fractions"))
        assert not await run_errand(our.parts)
