"""What adapters remember for a while: never without bound, and what is old only where nobody answers."""

from datetime import timedelta

from bot.domain.memory import Memory
from tests.fakes.clock import FakeClock


def test_what_was_learned_is_fresh_for_a_while_and_then_old() -> None:
    clock = FakeClock()
    memory: Memory[str, int] = Memory(clock.now, timedelta(minutes=5))
    assert memory.put("ana", 1) == 1
    clock.advance(timedelta(minutes=4))
    assert (memory.fresh("ana"), memory.old("ana")) == (1, 1)
    clock.advance(timedelta(minutes=1))
    assert (memory.fresh("ana"), memory.old("ana")) == (None, 1)


def test_the_oldest_is_forgotten_where_there_is_too_much() -> None:
    memory: Memory[int, int] = Memory(FakeClock().now, timedelta(minutes=5), most=3)
    for number in range(10):
        memory.put(number, number)
    assert [number for number in range(10) if memory.old(number) is not None] == [7, 8, 9]


def test_what_was_learned_again_is_the_youngest() -> None:
    memory: Memory[int, int] = Memory(FakeClock().now, timedelta(minutes=5), most=2)
    for number in (1, 2, 1, 3):
        memory.put(number, number)
    assert [number for number in (1, 2, 3) if memory.old(number) is not None] == [1, 3]


def test_what_is_forgotten_is_gone() -> None:
    memory: Memory[str, int] = Memory(FakeClock().now, timedelta(minutes=5))
    memory.put("ana", 1)
    memory.forget("ana")
    memory.forget("ben")
    assert memory.old("ana") is None
