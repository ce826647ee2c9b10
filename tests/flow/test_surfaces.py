"""Forms that open in time or not at all, and people's own pages."""

from datetime import timedelta

import pytest

from bot.domain.content import AskForm, ShowHome
from bot.domain.delivery import DeliveryState, Lane, NewDelivery, Surface
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey
from bot.errors import AdapterError, Unavailable, Uncertain
from bot.services.saying.forms import SETTINGS, FormState
from tests.fakes.chat import buttons_of
from tests.rigs.school import STAFF, WORKSPACE, School, school

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
AGAIN = "run/schedule"
ANA = ChannelKey(WORKSPACE, "ana")


async def ask(our: School, *, opens_for: timedelta | None = 3 * SECOND, answers_for: timedelta = 30 * MINUTE) -> None:
    """Ana asked for the channel's settings just now."""
    now = our.clock.now()
    reply = ReplyHandle("ana@staff", now + answers_for, now + opens_for if opens_for else None)
    wanted = AskForm(SETTINGS, FormState().written(), AGAIN)
    form = NewDelivery("form", "form", STAFF, (wanted,), private_to="ana", reply=reply, surface=Surface.FORM)
    async with our.store.transaction() as tx:
        await tx.outbox.put(form, now, reply.deadline)


async def state_of(our: School, delivery: str) -> DeliveryState:
    async with our.store.reading() as tx:
        found = await tx.outbox.get(WORKSPACE, delivery)
    assert found
    return found.state


async def test_a_form_opens_once() -> None:
    async with school() as our:
        await our.open_channel()
        await ask(our)
        await our.settle()
        our.clock.advance(MINUTE)
        await our.settle()
        assert [opened.person for opened in our.chat.forms] == ["ana"]
        assert await state_of(our, "form") is DeliveryState.ACCEPTED


@pytest.mark.parametrize("opens_for", [None, 3 * SECOND])
async def test_a_form_that_comes_too_late_becomes_a_button(opens_for: timedelta | None) -> None:
    async with school() as our:
        await our.open_channel()
        await ask(our, opens_for=opens_for)
        our.clock.advance(3 * SECOND)
        await our.settle()
        told = our.chat.shown(STAFF, "ana")[-1]
        assert our.chat.forms == []
        assert "took too long to open" in told.text
        assert [button.action for button in buttons_of(told.message)] == [AGAIN]
        assert await state_of(our, "form") is DeliveryState.EXPIRED


@pytest.mark.parametrize("problem", [Unavailable("Down."), Uncertain("Cut.")])
async def test_a_form_that_the_platform_did_not_open_becomes_a_button(problem: AdapterError) -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.down = problem
        await ask(our)
        await our.engine.turn_answers()
        our.chat.down = None
        our.clock.advance(MINUTE)
        await our.settle()
        assert our.chat.forms == []
        assert "took too long to open" in our.chat.shown(STAFF, "ana")[-1].text


async def test_where_nobody_can_be_answered_any_more_nothing_is_said() -> None:
    async with school() as our:
        await our.open_channel()
        before = len(our.chat.messages)
        await ask(our, answers_for=3 * SECOND)
        our.clock.advance(3 * SECOND)
        await our.settle()
        assert len(our.chat.messages) == before


async def test_after_a_crash_nobody_is_surprised_by_a_form_or_a_button() -> None:
    async with school() as our:
        await our.open_channel()
        before = len(our.chat.messages)
        await ask(our)
        async with our.store.transaction() as tx:
            await tx.outbox.claim("one that dies", our.clock.now(), SECOND, Lane.ANSWERS, 1)
        our.clock.advance(MINUTE)
        await our.settle()
        assert our.chat.forms == []
        assert len(our.chat.messages) == before
        assert await state_of(our, "form") is DeliveryState.EXPIRED


@pytest.mark.parametrize("problem", [None, Uncertain("Cut."), Unavailable("Down.")])
async def test_a_page_of_ones_own_is_published_again_where_its_fate_is_not_known(problem: AdapterError | None) -> None:
    async with school() as our:
        await our.open_channel()
        page = NewDelivery("home", "home:ana", ANA, (ShowHome("ana"),), private_to="ana", surface=Surface.HOME)
        async with our.store.transaction() as tx:
            await tx.outbox.put(page, our.clock.now())
        our.chat.down = problem
        await our.engine.turn_answers()
        our.chat.down = None
        our.clock.advance(MINUTE)
        await our.engine.turn_answers()
        assert set(our.chat.homes) == {"ana"}
        assert our.told_to_the_office() == []
