"""A digest in cards: one message for its head, one for each item."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.channel import Channel, Layout
from bot.domain.content import ShowCard, ShowCover
from bot.domain.library import KEYCAPS
from bot.domain.schedule import Schedule
from bot.errors import Rejected
from bot.flow.catch_up import catch_up
from tests.fakes.chat import EVERYTHING, Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, School, school

IN_CARDS = [ShowCover, 1, 2, 3]


async def evening(our: School, *, keycaps: bool = True) -> None:
    """The staff channel has chosen cards."""
    await our.open_channel()
    async with our.store.transaction() as tx:
        await tx.channels.put(Channel(STAFF, "Staff", Schedule("UTC"), layout=Layout.CARDS, keycaps=keycaps))
    await our.plan()


async def morning(our: School) -> list[Shown]:
    """What stands in the staff channel after a morning of three posts."""
    our.clock.set(HALF_PAST_SEVEN)
    for _ in range(3):
        our.write()
    before = len(our.chat.messages)
    await our.at(HALF_PAST_SEVEN)
    return [each for each in our.chat.messages[before:] if each.channel == STAFF]


async def parts_shown(our: School, messages: Sequence[Shown]) -> list[object]:
    """What each of them shows: the head, or the number of an item."""
    async with our.store.reading() as tx:
        deliveries = [await tx.outbox.get(each.channel.workspace, each.delivery) for each in messages]
    parts = [part for each in deliveries if each for part in each.content]
    return [part.number if isinstance(part, ShowCard) else type(part) for part in parts]


async def test_the_head_comes_first_and_the_items_follow_in_its_thread() -> None:
    async with school() as our:
        await evening(our)
        cover, *cards = await morning(our)
        assert await parts_shown(our, [cover, *cards]) == IN_CARDS
        assert {card.under for card in cards} == {cover.id}


async def test_where_there_are_no_threads_they_stand_below_each_other() -> None:
    async with school(abilities=replace(EVERYTHING, threads=False)) as our:
        await evening(our)
        cover, *cards = await morning(our)
        assert await parts_shown(our, [cover, *cards]) == IN_CARDS
        assert {card.under for card in cards} == {None}


@pytest.mark.parametrize("keycaps", [True, False])
async def test_each_card_has_the_reaction_that_saves_it_where_the_channel_wants_it(keycaps: bool) -> None:  # noqa: FBT001
    async with school() as our:
        await evening(our, keycaps=keycaps)
        cover, *cards = await morning(our)
        await our.settle()
        assert cover.seeds == []
        assert [card.seeds for card in cards] == [["🔖"] if keycaps else []] * 3


async def test_a_card_is_saved_by_a_reaction_that_was_made_while_nobody_listened() -> None:
    async with school() as our:
        await evening(our)
        cover, first, second, _ = await morning(our)
        second.reactions["🔖"] = ["ana"]
        cover.reactions["🔖"] = ["ben"]
        first.reactions[KEYCAPS[0]] = ["ben"]
        assert await catch_up(our.parts)
        assert "You have saved 1 item" in await our.say("ana", "/pln saved")
        assert "saved nothing" in await our.say("ben", "/pln saved")


async def test_a_head_that_is_refused_takes_its_cards_along_and_is_told_once() -> None:
    async with school() as our:
        await evening(our)
        our.chat.fail_next(Rejected("The channel is archived."))
        assert await morning(our) == []
        assert len(our.told_to_the_office()) == 1
        assert "The channel is archived." in our.told_to_the_office()[0]
        assert "could not be sent here: The channel is archived." in await our.say("ana", "/pln status")


async def test_a_head_that_was_cut_off_and_cannot_be_asked_for_leaves_the_cards_on_their_own() -> None:
    async with school(abilities=replace(EVERYTHING, find=False)) as our:
        await evening(our)
        our.chat.cut_next(arrives=False)
        await morning(our)
        await our.at(HALF_PAST_SEVEN.replace(minute=40))
        cards = [each for each in our.chat.shown(STAFF) if "View on X" in each.text]
        assert len(cards) == 3
        assert {card.under for card in cards} == {None}
        assert ["may be missing" in text for text in our.told_to_the_office()] == [True]
