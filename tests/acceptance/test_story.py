"""The whole story on one page: from a post to the library."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import Engine
from bot.domain.library import KEYCAPS
from bot.errors import Unavailable
from bot.ports import Store
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, NoTicker, school


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EVENING_BEFORE)


async def test_from_a_post_to_the_library(stores: tuple[Store, Store], clock: FakeClock) -> None:
    async with school(store=stores[0], clock=clock) as our:
        await our.configure("#edchat")
        await our.plan()

        # On the morning somebody has written something worth two minutes, and something not worth any.
        clock.set(HALF_PAST_SEVEN)
        our.write("Exit tickets on the back of a post card: three questions, one smile")
        our.write("Buy followers now, cheap and safe and quick", sensitive=True)

        # The chat is down when the digest is due, and back a little later: one digest, with one post.
        our.chat.down = Unavailable("The chat is down.")
        await our.at(HALF_PAST_SEVEN)
        assert our.digests() == []
        our.chat.down = None
        await our.at(HALF_PAST_SEVEN + timedelta(minutes=5))
        (digest,) = our.digests()
        assert digest.text.startswith("Tuesday 24 November · 1 post from #edchat")
        assert "Author 1 @author1" in digest.text
        assert "View on X" in digest.text

        # Ana presses the button, Ben taps the number of the item; both are its savers, and all can see it.
        await our.chat.press("ana", digest.id, "Save item 1 by Author 1")
        await our.chat.react("ben", digest.id, KEYCAPS[0])
        await our.settle()
        await our.a_minute_later()
        assert "Saved by Ana and 1 colleague" in digest.text

        # In March, somebody finds it. Ana changes her mind, and it stays Ben's.
        assert "Exit tickets on the back of a post card" in await our.say("cleo", "/pln find exit tickets")
        await our.say("ana", "/pln saved")
        await our.press("ana", our.chat.messages[-1].id, "Undo: Post by Author 1")
        await our.settle()
        await our.a_minute_later()
        assert "Saved by Ben" in digest.text

        # The next morning brings nothing new, and nothing is said.
        await our.at(HALF_PAST_SEVEN + timedelta(days=1))
        assert len(our.digests()) == 1


async def test_two_processes_on_one_database_send_one_digest_and_read_once(
    stores: tuple[Store, Store], clock: FakeClock
) -> None:
    async with school(store=stores[0], clock=clock) as our:
        await our.configure("#edchat")
        await our.plan()
        second = Engine(replace(our.parts, store=stores[1], worker="second"), NoTicker())
        for minute in (-4, -2, 0, 1, 5):
            clock.set(HALF_PAST_SEVEN + timedelta(minutes=minute))
            our.write()
            for _ in range(3):
                await asyncio.gather(our.engine.turn_morning(), second.turn_morning())
                await asyncio.gather(our.engine.turn_answers(), second.turn_answers())
        assert len(our.digests()) == len(our.chat.messages) == 1
        assert len(our.x.asked) == 1
