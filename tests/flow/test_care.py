"""What colleagues do with what is in the library: tags, notes, titles, kinds, and what admins take out of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.events import Person
from bot.domain.history import What
from bot.domain.keys import PersonKey
from bot.domain.library import KEYCAPS, MOST_NOTES, Item, Note
from bot.domain.people import Role, Standing
from bot.domain.search import ALL_ITEMS
from bot.errors import Mistake, OutOfCredit
from bot.ports import Store
from bot.services.library.care import (
    change_note,
    delete_note,
    note_item,
    remove_item,
    restore_item,
    retitle,
    set_kind,
    tag_item,
    untag_item,
)
from bot.services.library.history import by_nobody_known, change_in_words
from tests.fakes.chat_text import all_buttons_of
from tests.rigs.school import STAFF, WORKSPACE, School, school

NRICH = "https://nrich.example/fractions"
MONTH = timedelta(days=30)
ANA, BEN, ADA = (Person(PersonKey(WORKSPACE, name.lower()), name) for name in ("Ana", "Ben", "Ada"))


async def a_saved_page(our: School, person: str = "ana", url: str = NRICH) -> str:
    """The id of the item."""
    our.chat.standings |= {"ada": Standing.ADMIN}
    await our.say(person, f"/pln save {url}")
    return (await items(our))[0].id


async def items(our: School, viewer: str = "ana") -> list[Item]:
    async with our.store.reading() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer=viewer, limit=9, offset=0)
    return found


async def act(our: School, does: Callable[..., Awaitable[str]], *which: object) -> str:
    """`does`, who, as what, on which item, with what."""
    async with our.store.transaction() as tx:
        return await does(tx, *which, at=our.clock.now())


async def press(our: School, person: str, beginning: str) -> str:
    """Presses the button that begins like that in what the person was told last, and returns the answer."""
    shown = our.last_answer(person)
    label = next(each.label for each in all_buttons_of(shown.message) if each.label.startswith(beginning))
    return await our.hear(person, our.chat.press(person, shown.id, label))


async def told(our: School, item: str) -> list[str]:
    """The history in words, oldest first."""
    async with our.store.reading() as tx:
        changes, total = await tx.history.of_item(WORKSPACE, item, 50, 0)
    assert total == len(changes)
    return [change_in_words(each, each.name or by_nobody_known(each), {}) for each in reversed(changes)]


async def notes_of(our: School, item: str) -> tuple[Note, ...]:
    async with our.store.reading() as tx:
        return (await tx.library.items(WORKSPACE, [item], "ana"))[item].notes


async def change_first_note(our: School, item: str, text: str) -> str:
    """As Ben, who wrote it."""
    first, *_ = await notes_of(our, item)
    async with our.store.transaction() as tx:
        return await change_note(tx, BEN, Role.EDITOR, item, first.id, text=text, at=our.clock.now())


# -------------------------------------------------------------------------------------------------------------- history


async def test_who_changed_what_is_told_as_it_was() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        acts: list[Callable[[], Awaitable[str]]] = [
            partial(act, our, tag_item, BEN, Role.EDITOR, item, ["year 9", "fractions"]),
            partial(act, our, untag_item, ANA, Role.EDITOR, item, ["year 9"]),
            partial(act, our, note_item, BEN, Role.EDITOR, item, "Try paper"),
            partial(act, our, note_item, BEN, Role.EDITOR, item, "Ask Cleo"),
            partial(change_first_note, our, item, "Try pizza"),
            partial(act, our, retitle, ANA, Role.EDITOR, item, " Slices of\npizza "),
            partial(act, our, set_kind, ANA, Role.EDITOR, item, "Worksheet"),
        ]
        said = []
        for each in acts:
            our.clock.advance(timedelta(minutes=1))
            said.append(await each())
        assert said == [
            "Tagged year 9 and fractions.",
            "No longer tagged year 9.",
            "Your note is beside it.",
            "Your note is beside it.",
            "Your note is changed.",
            "It is called “Slices of pizza” now.",
            "It is a worksheet now.",
        ]
        assert await told(our, item) == [
            "Ana saved it",
            "Ben added the tags year 9, fractions",
            "Ana took the tags year 9 away",
            "Ben wrote a note: Try paper",
            "Ben wrote a note: Ask Cleo",
            "Ben changed the note “Try paper” to: Try pizza",
            "Ana changed the title from “nrich.example/fractions” to “Slices of pizza”",
            "Ana changed the kind from article to worksheet",
        ]


async def test_what_changes_nothing_is_not_written_down() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        await act(our, tag_item, BEN, Role.EDITOR, item, ["year 9"])
        await act(our, note_item, BEN, Role.EDITOR, item, "Try paper")
        before = await told(our, item)
        assert "already" in await act(our, tag_item, ANA, Role.EDITOR, item, ["year 9"])
        assert "already" in await act(our, note_item, BEN, Role.EDITOR, item, "Try paper")
        assert "already" in await act(our, retitle, BEN, Role.EDITOR, item, "nrich.example/fractions")
        assert "already" in await act(our, set_kind, BEN, Role.EDITOR, item, "article")
        await our.say("ana", f"/pln save {NRICH}")
        assert await told(our, item) == before


async def test_a_save_and_its_end_are_written_down_once() -> None:
    async with school() as our:
        digest = await our.digest_of(1)
        for emoji in (KEYCAPS[0], "🔖"):
            await our.chat.react("ana", digest.id, emoji)
            await our.settle()
        [item] = await items(our)
        our.clock.advance(timedelta(minutes=1))
        await our.chat.unreact("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert await told(our, item.id) == ["Ana saved it"]
        our.clock.advance(timedelta(minutes=1))
        await our.chat.unreact("ana", digest.id, "🔖")
        await our.settle()
        assert await told(our, item.id) == ["Ana saved it", "Ana took a save back"]


async def test_a_deleted_note_is_gone_from_the_history_too() -> None:
    """A pupil's name may stand in it."""
    async with school() as our:
        item = await a_saved_page(our)
        await act(our, note_item, BEN, Role.EDITOR, item, "Good for Tom")
        our.clock.advance(timedelta(minutes=1))
        await act(our, note_item, BEN, Role.EDITOR, item, "Good for all")
        await change_first_note(our, item, "Good for Tom B")
        first, _ = await notes_of(our, item)
        assert await change_first_note(our, item, "") == "Your note is deleted."
        assert [note.text for note in await notes_of(our, item)] == ["Good for all"]
        lines = await told(our, item)
        assert not [line for line in lines if "Tom" in line]
        assert "Ben wrote a note: Good for all" in lines
        with pytest.raises(Mistake, match="no longer there"):
            await act(our, delete_note, BEN, Role.EDITOR, item, first.id)


async def test_a_person_may_write_several_notes_each_of_which_they_change_alone() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        for person, text in ((BEN, "One"), (ANA, "Mine"), (BEN, "Two")):
            our.clock.advance(timedelta(minutes=1))
            await act(our, note_item, person, Role.EDITOR, item, text)
        one, mine, two = await notes_of(our, item)
        assert [(note.name, note.text, note.edited_at) for note in (one, mine, two)] == [
            ("Ben", "One", None),
            ("Ana", "Mine", None),
            ("Ben", "Two", None),
        ]
        our.clock.advance(timedelta(minutes=1))
        assert await change_first_note(our, item, "First") == "Your note is changed."
        assert await notes_of(our, item) == (replace(one, text="First", edited_at=our.clock.now()), mine, two)
        for person, role in ((ANA, Role.EDITOR), (ADA, Role.OWNER)):
            async with our.store.transaction() as tx:
                with pytest.raises(Mistake, match="Only the person who wrote"):
                    await change_note(tx, person, role, item, one.id, text="Theirs", at=our.clock.now())


async def test_nobody_writes_more_notes_than_can_be_read() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        for number in range(MOST_NOTES):
            await act(our, note_item, BEN, Role.EDITOR, item, f"note {number}")
        with pytest.raises(Mistake, match="You have written 20 notes about this"):
            await act(our, note_item, BEN, Role.EDITOR, item, "one more")
        assert await act(our, note_item, BEN, Role.EDITOR, item, "note 3") == "Your note says that already."
        assert await act(our, note_item, ANA, Role.EDITOR, item, "one more") == "Your note is beside it."


async def test_the_history_is_told_in_chat_with_a_way_out_for_admins() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        await act(our, tag_item, BEN, Role.EDITOR, item, ["year 9"])
        await our.say("cleo", "/pln find fractions")
        heard = await press(our, "cleo", "History")
        assert "Ben added the tags year 9" in heard
        assert "Remove from the library" not in heard


# ---------------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("does", "value"),
    [
        (tag_item, ["year 9"]),
        (untag_item, ["year 9"]),
        (note_item, "Good"),
        (delete_note, "n1"),
        (retitle, "Good"),
        (set_kind, "video"),
    ],
)
async def test_readers_only_read(does: Callable[..., Awaitable[str]], value: object) -> None:
    async with school() as our:
        item = await a_saved_page(our)
        before = await told(our, item)
        with pytest.raises(Mistake):
            await act(our, does, BEN, Role.READER, item, value)
        assert await told(our, item) == before


async def test_only_owners_delete_other_peoples_notes_and_remove_and_restore() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        await act(our, note_item, BEN, Role.EDITOR, item, "Good")
        [note] = await notes_of(our, item)
        for does, *more in ((delete_note, note.id), (remove_item,), (restore_item,)):
            with pytest.raises(Mistake, match="Only admins"):
                await act(our, does, ANA, Role.EDITOR, item, *more)
        assert await act(our, delete_note, ADA, Role.OWNER, item, note.id) == "The note is deleted."
        with pytest.raises(Mistake, match="no longer there"):
            await act(our, delete_note, ADA, Role.OWNER, item, note.id)


async def test_what_cannot_be_is_refused_in_plain_words() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        for does, value in (
            (untag_item, ["never there"]),
            (retitle, " \n"),
            (retitle, "x" * 201),
            (set_kind, "song"),
            (tag_item, [f"tag {number}" for number in range(51)]),
        ):
            with pytest.raises(Mistake):
                await act(our, does, ANA, Role.EDITOR, item, value)
        with pytest.raises(Mistake, match="no longer in the library"):
            await act(our, tag_item, ANA, Role.EDITOR, "unknown", ["year 9"])
        assert await told(our, item) == ["Ana saved it"]


async def test_thirty_people_at_once_lose_nothing(stores: tuple[Store, Store]) -> None:
    """In one process, or in two; each of them twice at once."""
    async with school(store=stores[0]) as our:
        item = await a_saved_page(our)

        async def describe(number: int) -> None:
            person = Person(PersonKey(WORKSPACE, f"person{number}"), f"Person {number}")
            async with stores[number % 2].transaction() as tx:
                at = our.clock.now()
                await tag_item(tx, person, Role.EDITOR, item, [f"tag{number}", "shared"], at=at)
                await note_item(tx, person, Role.EDITOR, item, f"note{number}", at=at)
            async with stores[number % 2].transaction() as tx:
                await note_item(tx, person, Role.EDITOR, item, f"another {number}", at=at)

        await asyncio.gather(*(describe(number) for number in range(30) for _ in range(2)))
        async with our.store.reading() as tx:
            known = (await tx.library.items(WORKSPACE, [item]))[item]
            changes, total = await tx.history.of_item(WORKSPACE, item, 99, 0)
        assert sorted(known.tags) == sorted(["shared", *(f"tag{number}" for number in range(30))])
        written = [text for number in range(30) for text in (f"note{number}", f"another {number}")]
        assert sorted(note.text for note in known.notes) == sorted(written)
        assert total == 91
        assert sum(each.what is What.TAGGED and "shared" in each.after for each in changes) == 1


async def test_that_a_post_was_erased_is_told_without_its_words() -> None:
    async with school() as our:
        our.chat.standings |= {"ada": Standing.ADMIN}
        digest = await our.digest_of(1)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        [item] = await items(our)
        await act(our, retitle, BEN, Role.EDITOR, item.id, "What the post said")
        our.clock.advance(timedelta(minutes=1))
        await our.say("ada", f"/pln purge https://x.com/author1/status/{our.x.posts[0].key.id}")
        assert await told(our, item.id) == [
            "Ana saved it",
            "Ben changed the title",
            "Staffroom erased a post that is no longer available",
        ]


# -------------------------------------------------------------------------------------------------------------- removal


async def removed_by_ada(our: School) -> str:
    item = await a_saved_page(our)
    await our.say("ada", "/pln find fractions")
    await press(our, "ada", "History")
    heard = await press(our, "ada", "Remove from the library")
    assert "Removed from the library." in heard
    return item


async def test_what_an_admin_removed_is_found_by_nobody_and_restored_within_thirty_days() -> None:
    async with school() as our:
        await removed_by_ada(our)
        assert "Nothing saved" in await our.say("ben", "/pln find fractions")
        assert "saved nothing" in await our.say("ana", "/pln saved")
        assert await items(our) == []
        heard = await our.say("ada", "/pln removed")
        assert "Removed from the library: 1 item" in heard
        assert "1. nrich.example/fractions, removed on 23 November 2026" in heard
        our.clock.advance(MONTH - timedelta(hours=1))
        await our.engine.turn_sweep()
        await our.say("ada", "/pln removed")
        back = await press(our, "ada", "Restore 1")
        assert "It is in the library again." in back
        assert "1 item" in await our.say("ben", "/pln find fractions")
        assert "Nothing is removed." in await our.say("ada", "/pln removed")
        [item] = await items(our)
        assert await told(our, item.id) == ["Ana saved it", "Ada removed it from the library", "Ada restored it"]


async def test_only_admins_see_what_was_removed() -> None:
    async with school() as our:
        await removed_by_ada(our)
        assert "Only admins" in await our.say("ben", "/pln removed")


async def test_after_thirty_days_nothing_is_left_of_it() -> None:
    async with school() as our:
        item = await removed_by_ada(our)
        our.clock.advance(MONTH + timedelta(hours=2))
        await our.engine.turn_sweep()
        assert "Nothing is removed." in await our.say("ada", "/pln removed")
        assert await told(our, item) == []
        with pytest.raises(Mistake, match="erased"):
            await act(our, restore_item, ADA, Role.OWNER, item)


@pytest.mark.parametrize("erased", [False, True])
async def test_only_an_admins_new_save_brings_it_back(*, erased: bool) -> None:
    async with school() as our:
        item = await removed_by_ada(our)
        if erased:
            our.clock.advance(MONTH + timedelta(hours=2))
            await our.engine.turn_sweep()
        assert "An admin removed this" in await our.say("ben", f"/pln save {NRICH}?utm_source=x")
        assert await items(our) == []
        assert "Saved to the library." in await our.say("ada", f"/pln save {NRICH}")
        [back] = await items(our)
        assert (back.id, back.title, back.url) == (item, "nrich.example/fractions", NRICH)
        assert back.saver_count == (1 if erased else 2)
        assert "1 item" in await our.say("ben", "/pln find fractions")


async def test_a_form_and_a_look_up_that_fails_do_not_bring_it_back_either() -> None:
    async with school() as our:
        link = "https://x.com/somebody/status/77"
        await removed_by_ada(our)
        our.x.fail_next(OutOfCredit("X wants money first."))
        await our.say("ana", f"/pln save {link}")
        await act(our, remove_item, ADA, Role.OWNER, (await items(our))[0].id)
        our.x.fail_next(OutOfCredit("X wants money first."))
        assert "An admin removed this" in await our.say("ben", f"/pln save {link}")
        await our.hear("ben", our.chat.choose_message("ben", our.chat.write(STAFF, "Look at this", NRICH)))
        assert "An admin removed this" in await our.hear("ben", our.chat.fill_in("ben", {}))
        assert await items(our) == []


async def test_a_reaction_does_not_bring_it_back_and_says_why() -> None:
    async with school() as our:
        our.chat.standings |= {"ada": Standing.ADMIN}
        digest = await our.digest_of(1)
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        [item] = await items(our)
        await act(our, remove_item, ADA, Role.OWNER, item.id)
        our.clock.advance(timedelta(minutes=2))
        await our.at(our.clock.now())
        assert "Saved by" not in our.digests()[0].text
        assert "An admin removed this" in await our.hear("ben", our.chat.react("ben", digest.id, KEYCAPS[0]))
        await our.engine.turn_morning()
        assert await items(our) == []


# --------------------------------------------------------------------------------------------------- messages that show


async def test_a_removed_item_goes_from_messages_that_show_it() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        await our.say("ben", "/pln find fractions")
        await act(our, remove_item, ADA, Role.OWNER, item)
        await our.a_minute_later()
        assert "nrich" not in our.last_answer("ben").text


async def test_a_round_up_shows_the_new_title_and_no_deleted_note() -> None:
    async with school() as our:
        await our.open_channel()
        item = await a_saved_page(our)
        await act(our, note_item, BEN, Role.EDITOR, item, "Good for Tom")
        await our.say("ada", "/pln roundup fri 15:00", STAFF)
        await our.at(our.clock.now() + timedelta(days=3, hours=20))
        await our.at(our.clock.now().replace(hour=15, minute=1))
        [roundup] = [each for each in our.chat.shown(STAFF) if "The week in the library" in each.text]
        assert "Good for Tom" in roundup.text
        [note] = await notes_of(our, item)
        await act(our, delete_note, BEN, Role.EDITOR, item, note.id)
        await act(our, retitle, BEN, Role.EDITOR, item, "Slices of pizza")
        await our.a_minute_later()
        shown = our.chat.message(roundup.id)
        assert shown
        assert "Tom" not in shown.text
        assert "Slices of pizza" in shown.text


# ------------------------------------------------------------------------------------------------------------ own shelf


async def test_a_note_about_what_is_kept_for_oneself_is_for_oneself() -> None:
    async with school() as our:
        item = await a_saved_page(our)
        async with our.store.transaction() as tx:
            [mark] = await tx.library.marks(WORKSPACE, item, "ana")
            await tx.library.put_mark(WORKSPACE, replace(mark, private=True))
        assert "Only you see it." in await act(our, note_item, ANA, Role.EDITOR, item, "For my pupils")
        with pytest.raises(Mistake, match="kept for you alone"):
            await act(our, tag_item, ANA, Role.EDITOR, item, ["year 9"])
        with pytest.raises(Mistake, match="no longer in the library"):
            await act(our, note_item, BEN, Role.EDITOR, item, "Good")
        await our.say("ben", f"/pln save {NRICH}")
        assert not [line for line in await told(our, item) if "pupils" in line]
        async with our.store.reading() as tx:
            assert (await tx.library.items(WORKSPACE, [item], "ben"))[item].notes == ()
