"""Buttons that nobody was shown, pressed as a program could: with ids of what is somebody else's, or with nonsense."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from inspect import getmembers, isfunction

import pytest

from bot.commands.buttons import WITH_ITEMS
from bot.domain import actions
from bot.domain.actions import Action, fits_on_a_button
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Role, Standing
from bot.services.library.care import note_item, tag_item
from bot.services.library.shelf import Placing, save_link
from tests.fakes.store import FakeStore
from tests.rigs.school import STAFF, WORKSPACE, School, school

MARKER = "quokka"
"""Stands in all that is not the person's who presses, and nowhere else."""
ELSEWHERE = "fake:elsewhere"
OF_ITEMS = sorted((*WITH_ITEMS, "into", "out_of", "note", "unnote"))
NONSENSE = ((), ("",), ("²", "²"), ("<!channel>", "9999"), ("a" * 40, "\u202e", "b"))


@pytest.fixture
async def our() -> AsyncIterator[School]:
    async with school() as found:
        await found.open_channel()
        yield found


async def kept_by_others(our: School) -> list[str]:
    """Ids of what Ana keeps for herself, and of what somebody has in another workspace; each with its note."""
    found: list[str] = []
    for workspace, private in ((WORKSPACE, True), (ELSEWHERE, False)):
        ana = Person(PersonKey(workspace, "ana"), f"Ana {MARKER}")
        async with our.store.transaction() as tx:
            placing = Placing(ana, "form", our.clock.now(), private=private)
            item = await save_link(tx, placing, f"https://{MARKER}.example/{len(found)}", f"The {MARKER} page")
            await note_item(tx, ana, Role.EDITOR, item, f"The {MARKER} was quiet.", at=our.clock.now())
            if not private:
                await tag_item(tx, ana, Role.EDITOR, item, (MARKER,), at=our.clock.now())
            [note] = (await tx.library.items(workspace, [item], "ana"))[item].notes
        found += [item, note.id]
    return found


def what_others_have(our: School) -> list[str]:
    assert isinstance(our.store, FakeStore)
    data = our.store._data  # noqa: SLF001 - there is no other way to see all of it
    rows = (f"{table.name} {row!r}" for table in fields(data) for row in getattr(data, table.name).items())
    return sorted(row for row in rows if MARKER in row or ELSEWHERE in row)


def strange(ids: list[str]) -> Iterator[str]:
    """Every verb with every one of these, and with two of them."""
    _, note, _, other_note = ids
    tried = [*((each, *more) for each in ids for more in ((), (note,), (other_note,), ("maths",))), *NONSENSE]
    for verb in OF_ITEMS:
        for arguments in tried:
            action = Action(verb, arguments)
            if fits_on_a_button(action):
                yield action.encode()


def test_every_verb_about_an_item_is_tried() -> None:
    made = [make for _, make in getmembers(actions, isfunction) if "item" in make.__code__.co_varnames[:1]]
    assert {make("i", *["x"] * (make.__code__.co_argcount - 1)).verb for make in made} <= set(OF_ITEMS)


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.MEMBER, Standing.ADMIN], ids=lambda each: each.value)
async def test_a_button_made_up_by_a_program_shows_and_changes_nothing_of_others(
    our: School, standing: Standing
) -> None:
    our.chat.standings["ben"] = standing
    ids = await kept_by_others(our)
    before, leaks, silent = what_others_have(our), [], []
    for action in strange(ids):
        forms = len(our.chat.forms)
        said = await our.hear("ben", our.chat.press_elsewhere("ben", STAFF, action))
        opened = [repr(each.form) for each in our.chat.forms[forms:]]
        leaks += [action] if any(MARKER in text for text in (said, *opened)) else []
        silent += [] if said or opened else [action]
    assert leaks == []
    assert silent == []
    assert what_others_have(our) == before
    assert not [each.text for each in our.chat.messages if MARKER in each.text]


async def test_the_same_buttons_work_for_whose_item_it_is(our: School) -> None:
    """Without this the other would prove nothing."""
    item, note, *_ = await kept_by_others(our)
    told = await our.hear("ana", our.chat.press_elsewhere("ana", STAFF, f"notes/{item}/1"))
    assert f"The {MARKER} was quiet." in told
    await our.hear("ana", our.chat.press_elsewhere("ana", STAFF, f"note/{item}/{note}"))
    assert MARKER in repr(our.chat.forms[-1].form)
    assert "deleted" in await our.hear("ana", our.chat.press_elsewhere("ana", STAFF, f"unnote/{item}/{note}"))
