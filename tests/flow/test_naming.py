"""What an item is called and of which kind it is, changed in chat."""

import pytest

from bot.domain.events import Person
from bot.domain.harmless import clean, length
from bot.domain.keys import PersonKey
from bot.domain.library import Item
from bot.domain.people import Role
from bot.domain.search import ALL_ITEMS
from bot.services.library.care import note_item
from bot.services.library.shelf import Placing, save_link
from bot.views import TextField
from tests.fakes.chat import Shown
from tests.fakes.chat_text import all_buttons_of
from tests.rigs.school import STAFF, WORKSPACE, School, school

LINK = "https://pages.example/exit-tickets"


async def item_of(our: School) -> Item:
    async with our.store.reading() as tx:
        items, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=9, offset=0)
    (item,) = items
    return item


def labels(shown: Shown) -> list[str]:
    return [button.label for button in all_buttons_of(shown.message)]


async def press(our: School, person: str, beginning: str) -> str:
    label = next(each for each in labels(our.last_answer(person)) if each.startswith(beginning))
    return await our.hear(person, our.chat.press(person, our.last_answer(person).id, label))


async def test_a_saved_item_of_the_latest_digest_is_called_otherwise_and_gets_another_kind() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        assert "It is called “Exit tickets” now." in await our.say("ben", "/pln title 1  Exit   tickets")
        assert "It is a worksheet now." in await our.say("ben", "/pln kind 1 Worksheet")
        item = await item_of(our)
        assert (item.title, item.kind) == ("Exit tickets", "worksheet")
        assert "1 item with" in await our.say("cem", "/pln find kind:worksheet")
        told = await press(our, "cem", "History: ")
        assert "changed the title" in told
        assert "to worksheet" in told


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("title 1", "such as /pln title 3 Exit tickets that work"),
        ("title", "such as /pln title 3 Exit tickets that work"),
        ("kind 1 poem", "The kinds are article, video"),
        ("kind 1", "The kinds are article, video"),
        ("title 2 Nothing", "The latest digest has 1 item."),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_can_be(typed: str, expected: str) -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        before = await item_of(our)
        assert expected in await our.say("ana", f"/pln {typed}")
        assert await item_of(our) == before


async def test_naming_alone_saves_nothing_and_what_is_kept_alone_keeps_its_title() -> None:
    async with school() as our:
        await our.digest_of(1)
        assert "Save it first, with /pln save 1." in await our.say("ana", "/pln title #1 Exit tickets")
        assert "saved nothing" in await our.say("ana", "/pln saved")
        await our.say("ana", f"/pln save {LINK} only me")
        await our.say("ana", "/pln saved")
        assert not [each for each in labels(our.last_answer("ana")) if each.startswith("Title")]


async def test_title_and_kind_are_changed_in_a_form_of_their_own() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln save {LINK}")
        await our.say("ben", "/pln find exit")
        await press(our, "ben", "Title and kind: ")
        said = await our.hear("ben", our.chat.fill_in("ben", {"title": "Exit tickets", "kind": "worksheet"}))
        assert "It is called “Exit tickets” now." in said
        assert "It is a worksheet now." in said
        assert "saved nothing" in await our.say("ben", "/pln saved")


async def test_the_form_for_tags_and_a_note_has_them_too_where_there_is_room() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln save {LINK}")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Tags and note: ")
        said = await our.hear("ana", our.chat.fill_in("ana", {"tags": "year 9", "title": "Exit tickets"}))
        assert "It is called “Exit tickets” now." in said
        assert "Tagged year 9." in said
        assert (await item_of(our)).kind in {"", "article"}


async def test_what_a_colleague_changed_meanwhile_is_not_changed_back_by_a_form() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln save {LINK}")
        for person in ("ana", "ben"):
            await our.say(person, "/pln find exit")
            await press(our, person, "Title and kind: ")
        await our.hear("ana", our.chat.fill_in("ana", {"title": "Exit tickets"}))
        assert "It is a video now." in await our.hear("ben", our.chat.fill_in("ben", {"kind": "video"}))
        item = await item_of(our)
        assert (item.title, item.kind) == ("Exit tickets", "video")


async def test_a_title_that_cannot_be_kept_changes_nothing_and_the_form_opens_again() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln save {LINK}")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Tags and note: ")
        said = await our.hear("ana", our.chat.fill_in("ana", {"tags": "year 9", "title": "x" * 201}))
        assert "A title has at most 200 characters" in said
        assert "Nothing was changed." in said
        assert (await item_of(our)).tags == ()


@pytest.mark.parametrize("wrong", [{"title": "x" * 201, "kind": "worksheet"}, {"title": "Tickets", "kind": "song"}])
async def test_neither_title_nor_kind_is_changed_where_one_of_them_cannot_be(wrong: dict[str, str]) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln save {LINK}")
        before = await item_of(our)
        await our.say("ben", "/pln find exit")
        await press(our, "ben", "Title and kind: ")
        assert "Nothing was changed." in await our.hear("ben", our.chat.fill_in("ben", wrong))
        assert await item_of(our) == before


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\u00ad", "\u3164"])
async def test_what_shows_nothing_is_no_title_no_tag_and_no_note(unseen: str) -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        before = await item_of(our)
        assert "A title has to say something." in await our.say("ana", f"/pln title 1 {unseen}")
        assert "Say the item's number and its tags" in await our.say("ana", f"/pln tag 1 {unseen}")
        assert "Say the item's number and your note" in await our.say("ana", f"/pln note 1 {unseen}")
        assert await item_of(our) == before


async def test_a_tag_by_which_nothing_would_be_found_is_refused() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        assert "A tag needs a letter or a digit" in await our.say("ana", "/pln tag 1 maths, !!!")
        assert (await item_of(our)).tags == ()


async def test_a_form_has_room_for_what_stands_in_it_and_changes_none_of_it_by_itself() -> None:
    """Slack and Discord count a letter such as 𝗔 as two."""
    async with school() as our:
        await our.open_channel()
        title, note = "\u202e" + "𝗔" * 110, "𝗕" * 1_000
        mine = Person(PersonKey(WORKSPACE, "ana"), "Ana")
        async with our.store.transaction() as tx:
            item = await save_link(tx, Placing(mine, "form", our.clock.now()), LINK, title)
            await note_item(tx, mine, Role.EDITOR, item, note, at=our.clock.now())
        before = await item_of(our)
        for action in (f"name/{item}", f"note/{item}/{before.notes[0].id}"):
            await our.hear("ana", our.chat.press_elsewhere("ana", STAFF, action))
            form = our.chat.forms[-1].form
            texts = [each for each in form.fields if isinstance(each, TextField)]
            assert all(0 < length(clean(each.value)) <= each.most for each in texts)
            await our.hear("ana", our.chat.fill_in("ana", {each.key: clean(each.value) for each in texts}))
        assert await item_of(our) == before
