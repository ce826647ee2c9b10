"""The library in chat, whole: for schools that have no page of it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.content import ShowFile
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.domain.search.total import COUNTED_AT_ONCE
from bot.domain.standing import Standing as Fate
from bot.services.library.shelf import Placing, save_link
from bot.views import LibraryEntry, TextField
from tests.fakes.chat import EVERYTHING, Shown
from tests.fakes.chat_text import all_buttons_of
from tests.rigs.school import OFFICE, STAFF, WORKSPACE, School, school


async def save_links(our: School, count: int, *, person: str = "ana", about: str = "fractions") -> None:
    for number in range(1, count + 1):
        our.clock.advance(timedelta(minutes=1))
        await our.say(person, f"/pln save https://pages.example/{about}/{number:02}")


def labels(shown: Shown) -> list[str]:
    return [button.label for button in all_buttons_of(shown.message)]


def numbers(text: str) -> list[int]:
    """Of the pages that a message shows, in its order."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"pages\.example/\w+/(\d+)", text)))


async def press(our: School, person: str, beginning: str) -> str:
    """Presses a button of the last answer."""
    label = next(each for each in labels(our.last_answer(person)) if each.startswith(beginning))
    return await our.hear(person, our.chat.press(person, our.last_answer(person).id, label))


# ----------------------------------------------------------------------------------------------------------- in pages


async def test_of_very_many_a_list_says_how_many_at_least() -> None:
    async with school() as our:
        async with our.store.transaction() as tx:
            for number in range(COUNTED_AT_ONCE + 1):
                placing = Placing(Person(PersonKey(WORKSPACE, "ben"), "Ben"), "form", our.clock.now())
                await save_link(tx, placing, f"https://pages.example/many/{number}", "Fractions")
        heard = await our.say("ana", "/pln find fractions")
        assert "More than 300 items with “fractions”: 1 to 5" in heard
        assert "Next 5" in labels(our.last_answer("ana"))


async def test_what_is_found_is_shown_five_at_a_time_and_buttons_lead_on_and_back() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 12)
        first = await our.say("ben", "/pln find fractions")
        assert first.startswith("12 items with “fractions”: 1 to 5")
        assert "Previous" not in first
        second = await press(our, "ben", "Next 5")
        assert "12 items with “fractions”: 6 to 10" in second
        third = await press(our, "ben", "Next 2")
        assert "12 items with “fractions”: 11 to 12" in third
        assert sorted([*numbers(first), *numbers(second), *numbers(third)]) == list(range(1, 13))
        assert numbers(await press(our, "ben", "Previous 5")) == numbers(second)


async def test_a_search_too_long_for_a_button_is_paged_too_and_only_by_whoever_asked() -> None:
    long = "fractions -" + " -".join(f"{letter}{'x' * 18}" for letter in "abcdefgh")
    assert len(long) > 100
    async with school() as our:
        await our.open_channel()
        await save_links(our, 12)
        first = await our.say("ben", f"/pln find {long}")
        found = our.last_answer("ben")
        second = await press(our, "ben", "Next 5")
        assert "6 to 10" in second
        assert set(numbers(first)).isdisjoint(numbers(second))
        on = next(each.action for each in all_buttons_of(found.message) if each.label.startswith("Next"))
        assert on.startswith("way/")
        assert "no longer there" in await our.hear("cem", our.chat.press_elsewhere("cem", STAFF, on))


async def test_ones_own_saves_are_paged_and_so_are_those_of_a_week_and_of_a_tag() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 7)
        assert "You have saved 7 items: 1 to 5" in await our.say("ana", "/pln saved")
        assert "7 items: 6 to 7" in await press(our, "ana", "Next 2")
        assert "7 items saved since Monday 16 November: 1 to 5" in await our.say("ben", "/pln saved week")
        our.clock.advance(timedelta(days=8))
        assert "There is nothing saved since" in await our.say("ben", "/pln saved week")


async def test_a_tag_lists_what_has_it() -> None:
    async with school() as our:
        await our.digest_of(2)
        await our.say("ana", "/pln tag 1 fractions, year 9")
        await our.say("ana", "/pln tag 2 poems")
        for typed in ("#year9", "year 9", "#year 9"):
            answer = await our.say("ben", f"/pln saved {typed}")
            assert answer.startswith("1 item tagged year")
            assert "poems" not in answer
        assert "There is nothing tagged latin in the library." in await our.say("ben", "/pln saved #latin")
        assert "one tag at a time" in await our.say("ben", "/pln saved #one #two")


# -------------------------------------------------------------------------------------------------- with others' items


async def test_a_colleague_saves_an_item_that_was_found_and_joins_it() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        await our.say("ben", "/pln find fractions")
        assert "Saved to the library." in await press(our, "ben", "Save: ")
        assert "and 1 colleague" in await our.say("cem", "/pln find fractions")


async def test_tags_and_a_note_can_be_added_to_what_a_colleague_saved_without_saving_it() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        await our.say("ben", "/pln find fractions")
        await press(our, "ben", "Tags and note: ")
        answer = await our.hear("ben", our.chat.fill_in("ben", {"tags": "year 9", "note": "Worked well"}))
        assert "Tagged year 9." in answer
        found = await our.say("ana", "/pln find fractions")
        assert "Tags: year 9" in found
        assert "Ben: Worked well" in found
        assert "saved nothing" in await our.say("ben", "/pln saved")


async def test_a_tag_is_taken_away_in_the_form_and_by_number() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln tag 1 fractions, year 9")
        assert "No longer tagged fractions." in await our.say("ben", "/pln untag 1 fractions")
        assert "It is not tagged latin." in await our.say("ben", "/pln untag 1 latin")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Tags and note: ")
        answer = await our.hear("ana", our.chat.fill_in("ana", {"untag": "year 9", "note": ""}))
        assert "No longer tagged year 9." in answer
        assert "note" not in answer.partition("My saves")[0]
        assert "Tags:" not in await our.say("ana", "/pln saved")


# --------------------------------------------------------------------------------------------------------------- notes


async def test_a_note_in_the_form_comes_beside_the_earlier_ones_and_the_newest_are_shown() -> None:
    async with school() as our:
        await our.digest_of(1)
        await noted(our, "One", "Two", "Three")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Tags and note: ")
        (field,) = [each for each in our.chat.forms[-1].form.fields if each.key == "note"]
        assert field == TextField(
            "note",
            "Note for colleagues",
            "",
            "Colleagues read it. Change what you wrote before under Notes.",
            optional=True,
            long=True,
            most=1_000,
        )
        assert "Your note is beside it." in await our.hear("ana", our.chat.fill_in("ana", {"note": "Four"}))
        our.clock.advance(timedelta(minutes=1))
        await our.say("ben", "/pln note 1 Five")
        found = await our.say("ben", "/pln find author")
        (entry,) = [each for each in our.last_answer("ben").message.blocks if isinstance(each, LibraryEntry)]
        told = [note.in_words for note in entry.noted]
        assert told == ["Ana: Three", "Ana: Four", "Ben: Five", "And 2 earlier notes."]
        assert "One" not in found


async def test_all_notes_are_read_a_few_at_a_time_and_ones_own_are_changed_and_deleted_there() -> None:
    async with school() as our:
        await our.digest_of(1)
        await noted(our, "One", "Two", "Three")
        await our.say("ben", "/pln note 1 Mine")
        await our.say("ben", "/pln find author")
        told = await press(our, "ben", "Notes: ")
        assert told.startswith("4 notes about “Post by Author 1”: 1 to 3")
        assert "Ana, 24 November 2026: One" in told
        assert "Mine" not in told
        assert "Delete" not in told
        told = await press(our, "ben", "Next one")
        assert "You, 24 November 2026: Mine" in told
        await press(our, "ben", "Change “Mine”")
        assert [each.value for each in our.chat.forms[-1].form.fields if isinstance(each, TextField)] == ["Mine"]
        our.clock.advance(timedelta(minutes=1))
        assert await our.hear("ben", our.chat.fill_in("ben", {"note": "Mine, later"})) == "Your note is changed."
        await our.say("ben", "/pln find author")
        await press(our, "ben", "Notes: ")
        assert "You, 24 November 2026, changed since: Mine, later" in await press(our, "ben", "Next one")
        assert await press(our, "ben", "Delete “Mine, later”") == "Your note is deleted."
        assert "And " not in await our.say("ana", "/pln find author")


@pytest.mark.parametrize(
    ("button", "heading"),
    [("Notes: ", "1 note about “A post that is"), ("History: ", "History of “A post that is no longer available”")],
)
async def test_whose_post_it_was_is_told_nowhere_once_that_vanished(button: str, heading: str) -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ben", "/pln note 1 Lovely")
        async with our.store.transaction() as tx:
            await tx.posts.set_standing([our.x.posts[0].key], Fate.GONE, our.clock.now())
        assert "Author 1" not in await our.say("ben", "/pln saved")
        told = await press(our, "ben", button)
        assert told.startswith(heading)
        assert "Author 1" not in told


async def test_tag_and_note_say_first_what_they_did_and_speak_of_saving_only_where_they_saved() -> None:
    async with school() as our:
        await our.digest_of(2)
        tagged = (await our.say("ana", "/pln tag 1 fractions")).splitlines()
        assert tagged[0] == "Tagged fractions."
        assert tagged[1].startswith("Saved to the library. Find it again with")
        assert "Undo" in tagged
        noted = (await our.say("ana", "/pln note 1 Worked well")).splitlines()
        assert noted == ["Your note is beside it.", "My saves", "Add tags or a note"]
        again = await our.say("ana", "/pln tag 1 fractions")
        assert again.splitlines()[0] == "These tags were there already."
        assert "Saved" not in again
        beside = (await our.say("ben", "/pln note 1 For us, too")).splitlines()
        assert beside[0] == "Your note is beside it."
        assert beside[1].startswith("Saved to the library.")
        await our.say("ana", "/pln save 2 only me")
        assert (await our.say("ana", "/pln note 2 Mine")).startswith("Your note is beside it. Only you see it.")
        assert (await our.say("ana", "/pln tag 2 x")).startswith("Tags are for colleagues to find things by")


async def test_a_note_that_is_typed_keeps_its_lines_and_its_quotation_marks() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say(
            "ana", "/pln  keep note 1\nThey said “yes”:\n- read   it\n- *twice* <https://a.example|a.example>"
        )
        await our.say("ana", "/pln saved")
        (entry,) = [each for each in our.last_answer("ana").message.blocks if isinstance(each, LibraryEntry)]
        assert [note.text for note in entry.noted] == ["They said “yes”:\n- read it\n- *twice* https://a.example"]
        assert "Say the item's number and your note" in await our.say("ana", "/pln note 1 \n ")


async def test_the_form_of_what_one_saved_already_says_only_what_it_changed() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        for filled, told in (({"tags": "fractions"}, "Tagged fractions."), ({}, "Nothing was changed.")):
            await our.say("ana", "/pln saved")
            await press(our, "ana", "Tags and note: ")
            assert (await our.hear("ana", our.chat.fill_in("ana", filled))).splitlines()[0] == told
        assert "Saved" not in our.last_answer("ana").text


async def test_where_items_have_pages_and_there_are_no_forms_notes_are_changed_on_the_page() -> None:
    async with school(abilities=replace(EVERYTHING, forms=False, item_pages=True)) as our:
        await our.digest_of(1)
        await noted(our, "One")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Notes: ")
        told = await press(our, "ana", "Change “One”")
        assert told.startswith("Open Details: there your notes can be changed.\nPost by Author 1")


async def test_an_emptied_note_is_deleted() -> None:
    async with school() as our:
        await our.digest_of(1)
        await noted(our, "One", "Two")
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Notes: ")
        await press(our, "ana", "Change “One”")
        assert await our.hear("ana", our.chat.fill_in("ana", {"note": ""})) == "Your note is deleted."
        assert "One" not in await our.say("ana", "/pln saved")


async def test_admins_delete_what_others_noted_and_nobody_else_may() -> None:
    async with school() as our:
        await our.digest_of(1)
        await noted(our, "About Tom")
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ada", "/pln find author")
        told = await press(our, "ada", "Notes: ")
        assert "Change" not in told
        our.chat.standings["ada"] = Standing.MEMBER
        shown = our.last_answer("ada")
        assert "Only admins" in await our.hear("ada", our.chat.press("ada", shown.id, "Delete “About Tom”"))
        our.chat.standings["ada"] = Standing.ADMIN
        assert await our.hear("ada", our.chat.press("ada", shown.id, "Delete “About Tom”")) == "The note is deleted."
        assert "Tom" not in await our.say("ana", "/pln saved")


async def test_of_what_one_keeps_alone_the_notes_are_there_too() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1 only me")
        await noted(our, "One", "Two", "Three", "Four")
        await our.say("ana", "/pln saved")
        assert "You, for yourself alone, 24 November 2026: Two" in await press(our, "ana", "Notes: ")


async def noted(our: School, *texts: str) -> None:
    """By Ana, a minute apart."""
    for text in texts:
        our.clock.advance(timedelta(minutes=1))
        await our.say("ana", f"/pln note 1 {text}")
    our.clock.advance(timedelta(minutes=1))


async def test_untag_says_what_to_do_where_there_is_nothing_to_take_away() -> None:
    async with school() as our:
        await our.digest_of(1)
        assert "Item 1 is not in the library" in await our.say("ana", "/pln untag 1 fractions")
        assert "such as /pln untag 3 fractions" in await our.say("ana", "/pln untag 1")


async def test_the_history_of_an_item_says_who_did_what_and_when() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln tag 1 fractions")
        await our.say("ben", "/pln note 1 Worked well")
        await our.say("cem", "/pln find fractions")
        told = await press(our, "cem", "History: ")
        assert told.startswith("History of “Post by Author 1”")
        assert "24 November 2026: Ana added the tags fractions" in told
        assert "24 November 2026: Ben wrote a note: Worked well" in told


async def test_a_reader_is_told_why_nothing_can_be_written() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        our.chat.standings["gus"] = Standing.GUEST
        await our.say("gus", "/pln find fractions")
        for button in ("Save: ", "Tags and note: ", "Share in "):
            assert "You are here as a guest" in await press(our, "gus", button)
            await our.say("gus", "/pln find fractions")


# -------------------------------------------------------------------------------------------------------------- undone


async def test_undo_takes_back_the_last_save_and_offers_it_again() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 2)
        undone = await our.say("ana", "/pln undo")
        assert undone.startswith("Undone: “pages.example/fractions/02” is no longer among your saves.")
        assert "saved 1 item" in await our.say("ana", "/pln saved")
        await our.say("ana", "/pln undo")
        assert "no save to take back" in await our.say("ana", "/pln undo")


async def test_what_was_undone_can_be_saved_again_at_once() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        await our.say("ana", "/pln undo")
        await press(our, "ana", "Save it again")
        assert "saved 1 item" in await our.say("ana", "/pln saved")


# -------------------------------------------------------------------------------------------------------------- shared


def aloud(our: School) -> list[str]:
    return [each.text for each in our.chat.shown(STAFF) if each.private_to is None]


async def share(our: School, person: str, words: str = "fractions") -> str:
    await our.say(person, f"/pln find {words}")
    return await press(our, person, "Share in Staff: ")


async def test_an_item_is_shared_in_the_channel_where_everybody_can_save_it() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        assert "Shared “pages.example/fractions/01” in this channel." in await share(our, "ben")
        assert "Ben shared this from the library." in aloud(our)[-1]
        assert "pages.example/fractions/01" in aloud(our)[-1]
        shared = [each for each in our.chat.shown(STAFF) if each.private_to is None][-1]
        await our.press("cem", shared.id, "Save: ")
        assert "saved 1 item" in await our.say("cem", "/pln saved")


async def test_what_was_shared_a_moment_ago_is_not_shared_twice() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        await share(our, "ben")
        before = len(aloud(our))
        assert "shared in this channel today already" in await share(our, "cem")
        assert len(aloud(our)) == before
        our.clock.advance(timedelta(days=2))
        assert "Shared " in await share(our, "cem")


async def test_what_is_taken_back_hidden_or_removed_is_shown_no_more_where_it_was_shared() -> None:
    async with school() as our:
        await our.digest_of(1, text="Fractions by folding paper, a lesson worth having")
        await our.say("ana", "/pln save 1")
        await share(our, "ben")
        await our.say("ana", "/pln undo")
        await our.a_minute_later()
        assert "folding paper" not in aloud(our)[-1]
        assert "This item is no longer in the library." in aloud(our)[-1]


async def test_nothing_that_waits_for_more_savers_is_shared() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings |= {"ada": Standing.ADMIN}
        await our.say("ada", "/pln threshold 2")
        await save_links(our, 1)
        await our.say("ana", "/pln saved")
        assert not [each for each in labels(our.last_answer("ana")) if each.startswith("Share")]


async def test_who_may_not_write_in_a_channel_or_finds_it_locked_does_not_share_there() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        our.chat.read_only.add(("ben", STAFF.channel))
        assert "Only people who may write in this channel share something in it." in await share(our, "ben")
        our.chat.standings |= {"ada": Standing.ADMIN}
        await our.say("ada", "/pln lock")
        assert "An admin has locked this channel" in await share(our, "cem")
        assert "Shared " in await share(our, "ada")


# ------------------------------------------------------------------------------------------------------- found nothing


async def test_where_nothing_is_saved_posts_that_were_read_already_are_offered_and_can_be_saved() -> None:
    async with school() as our:
        await our.digest_of(2, text="Counting quokkas, a lesson for year nine with fractions in it")
        before = our.x.requests
        answer = await our.say("ana", "/pln find quokkas fractions")
        assert "Nothing saved so far has “quokkas fractions”." in answer
        assert "2 posts of the last days have it" in answer
        assert our.x.requests == before
        await press(our, "ana", "Save this post")
        assert "1 item" in await our.say("ana", "/pln find quokkas")


async def test_what_is_muted_or_reported_is_not_offered_either() -> None:
    async with school() as our:
        digest = await our.digest_of(1, text="Counting quokkas, a lesson for year nine with fractions in it")
        await our.hear("ana", our.chat.press("ana", digest.id, "Report item 1"))
        assert "of the last days" not in await our.say("ben", "/pln find quokkas")


async def test_first_another_spelling_then_posts_then_a_search_then_topics() -> None:
    async with school() as our:
        await our.digest_of(1, text="Counting quokkas, a lesson for year nine with fractoins in it")
        await our.say("ana", "/pln save https://pages.example/fractions")
        await our.chat.command("ben", OFFICE, "/pln follow #fractionchat")
        await our.settle()
        answer = await our.say("ben", "/pln find fractoins")
        meant = "Did you mean “fractions”?"
        expected = [meant, "Find fractions", "1 post of the last days has it", "Search X", "Follow #fractionchat"]
        places = [answer.index(each) for each in expected]
        assert places == sorted(places)
        assert "now follows #fractionchat" in await press(our, "ben", "Follow #fractionchat")


async def test_a_search_for_what_only_saved_things_have_offers_no_posts() -> None:
    async with school() as our:
        await our.digest_of(1)
        assert "of the last days" not in await our.say("ana", "/pln find kind:video")


# ------------------------------------------------------------------------------------------------------- past digests


async def test_past_digests_are_listed_and_opened_for_whoever_asks() -> None:
    async with school() as our:
        await our.digest_of(2)
        our.clock.advance(timedelta(hours=2))
        our.write("A third one that came later in the morning")
        await our.say("ana", "/pln digest now")
        listed = await our.say("ben", "/pln digests")
        assert listed.startswith("2 past digests")
        assert "1. Tuesday 24 November · 1 post from #edchat" in listed
        assert "2. Tuesday 24 November · 2 posts from #edchat" in listed
        opened = await press(our, "ben", "Open 2")
        assert "Tuesday 24 November · 2 posts from #edchat" in opened
        assert "Only you see this." in opened
        assert "Saved to the library." in await press(our, "ben", "Save this post by Author 2")
        assert (await our.say("cem", "/pln digests 2")).splitlines()[0] == opened.splitlines()[0]


async def test_a_past_digest_shows_nothing_that_is_gone_or_hidden_by_then() -> None:
    async with school() as our:
        digest = await our.digest_of(2)
        await our.hear("ana", our.chat.press("ana", digest.id, "Report item 1"))
        assert "hidden until an admin has looked at it" in await our.say("ben", "/pln digests 1")


async def test_a_channel_without_digests_says_so_and_a_number_beyond_the_last_is_a_mistake() -> None:
    async with school() as our:
        await our.open_channel()
        assert "has had no digest yet" in await our.say("ana", "/pln digests")
        assert "has had 0 digests" in await our.say("ana", "/pln digests 4")
        assert "Say the number" in await our.say("ana", "/pln digests soon")


async def test_the_digest_of_another_channel_is_not_opened() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln digests")
        action = next(each.action for each in all_buttons_of(our.last_answer("ana").message) if each.label == "Open 1")
        assert "no longer kept" in await our.hear("ana", our.chat.press_elsewhere("ana", OFFICE, action))


# ------------------------------------------------------------------------------------------------------------- besides


async def test_a_verb_may_be_typed_behind_the_group_that_other_platforms_put_it_in() -> None:
    async with school() as our:
        await our.digest_of(1)
        assert "Tagged fractions." in await our.say("ana", "/pln keep tag 1 fractions")
        assert "Saved" in await our.say("ana", "/pln keep 1")


@pytest.mark.parametrize("word", ["find", "look"])
async def test_the_whole_language_of_searching_stands_on_one_screen(word: str) -> None:
    async with school() as our:
        told = await our.say("ana", f"/pln help {word}")
        for part in "“exit -primary #year9 @ by:me from: in:all kind: domain: since: before: or ( )".split():
            assert part in told
        assert len(told) < 2_000


async def test_where_there_are_no_buttons_everything_still_has_words() -> None:
    async with school(abilities=replace(EVERYTHING, buttons=False, forms=False)) as our:
        await our.digest_of(2)
        await our.say("ana", "/pln tag 1 fractions")
        assert "1 item" in await our.say("ben", "/pln find fractions")
        assert "1 past digest" in await our.say("ben", "/pln digests")
        assert "Author 1" in await our.say("ben", "/pln digests 1")
        assert "Undone" in await our.say("ana", "/pln undo")


# -------------------------------------------------------------------------------------------------------------- export


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ("library", "", "csv")),
        ("library json", ("library", "", "json")),
        ("json me", ("mine", "", "json")),
        ("digests markdown", ("digests", "staff", "markdown")),
        ("#year 9 html", ("tag", "year 9", "bookmarks")),
        ("library #fractions csv", ("tag", "fractions", "csv")),
        ("all csv", ("library", "", "csv")),
        ("find fractions csv", ("found", "fractions", "csv")),
        ("find FRACTIONS / csv json", ("found", "FRACTIONS / csv", "json")),
    ],
)
async def test_an_export_says_what_is_in_it_and_in_which_other_forms_it_can_come(
    typed: str, expected: tuple[str, str, str]
) -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await our.digest_of(1)
        await our.say("ana", "/pln tag 1 fractions, year 9")
        await our.say("ana", f"/pln export {typed}")
        told = [each for each in our.chat.messages if each.private_to == "ana"][-2:]
        assert len([each for message in told for each in labels(message) if each.startswith("As ")]) == 3
        async with our.store.reading() as tx:
            sent = [await tx.outbox.get(WORKSPACE, message.delivery) for message in told]
        files = [
            (part, each.private_to) for each in sent if each for part in each.content if isinstance(part, ShowFile)
        ]
        ((file, for_whom),) = files
        assert (file.kind, file.value, file.format) == expected
        assert for_whom == "ana"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("find in:nowhere fractions", "in: wants the name of a channel"),
        ("find kind:poem csv", "kind: wants one of"),
        (f"find {'a ' * 13}", "A search has at most 12 words"),
    ],
)
async def test_no_file_is_promised_of_a_search_that_cannot_be_meant(typed: str, expected: str) -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ben", f"/pln export {typed}")
        assert expected in answer
        assert "comes to you as a file" not in answer


@pytest.mark.parametrize("typed", ["csv json", "everything", "#one #two", "#", "find", "find csv", "me #fractions"])
async def test_what_cannot_be_exported_is_said_with_what_can_be(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert "/pln export " in await our.say("ana", f"/pln export {typed}")


async def test_where_no_file_can_be_sent_that_is_said() -> None:
    async with school(abilities=replace(EVERYTHING, files=False)) as our:
        await our.open_channel()
        assert "Files cannot be sent in this chat" in await our.say("ana", "/pln export")


# --------------------------------------------------------------------------------------------------------- departments


async def of_departments(our: School) -> None:
    """Staff is Maths, the office English; each saved one thing, and Maths one more."""
    await our.open_channel()
    our.chat.standings |= {"ada": Standing.ADMIN}
    await our.say("ada", "/pln department Maths")
    await our.chat.command("ada", OFFICE, "/pln department English")
    await our.settle()
    await save_links(our, 2, about="fractions")
    await our.say("ana", "/pln save https://pages.example/essays/1", OFFICE)
    await our.say("ana", "/pln save https://pages.example/fractions/99", OFFICE)


async def test_a_departments_channel_finds_in_its_library_and_a_button_looks_in_all() -> None:
    async with school() as our:
        await of_departments(our)
        assert "2 items in the library of Maths with “fractions”" in await our.say("ben", "/pln find fractions")
        assert "3 items with “in:all fractions”" in await press(our, "ben", "Look in all libraries (3)")


async def test_what_only_another_department_has_is_one_button_away() -> None:
    async with school() as our:
        await of_departments(our)
        assert "Nothing saved so far in this library has “essays”." in await our.say("ben", "/pln find essays")
        assert "pages.example/essays/1" in await press(our, "ben", "Look in all libraries (1)")


async def test_a_search_may_say_itself_where_to_look_wherever_that_stands_in_it() -> None:
    async with school() as our:
        await of_departments(our)
        for typed in ("in:all fractio", "fractio in:all"):
            assert "3 items with" in await our.say("ben", f"/pln find {typed}")
        assert "1 item with “in:english fractions”" in await our.say("ben", "/pln find in:english fractions")
        assert "Look in all" not in await our.say("ben", "/pln find in:english fractions")


async def test_paging_stays_in_the_library_that_was_looked_in() -> None:
    async with school() as our:
        await of_departments(our)
        await save_links(our, 7, about="decimals")
        await our.say("ana", "/pln save https://pages.example/decimals/99", OFFICE)
        await our.say("ben", "/pln find decimals")
        assert "7 items in the library of Maths with “decimals”: 6 to 7" in await press(our, "ben", "Next 2")


WEEK = "since:2026-11-16T00:00Z"


async def files_asked_for(our: School, person: str) -> list[tuple[str, str]]:
    """Kind and value of each."""
    told = [each for each in our.chat.messages if each.private_to == person]
    async with our.store.reading() as tx:
        sent = [await tx.outbox.get(WORKSPACE, message.delivery) for message in told]
    return [(part.kind, part.value) for each in sent if each for part in each.content if isinstance(part, ShowFile)]


@pytest.mark.parametrize(
    ("typed", "expected", "called"),
    [
        ("", ("library", "maths"), "The library of Maths, as a table"),
        ("library json", ("library", "maths"), "The library of Maths, as a file"),
        ("all", ("library", ""), "All libraries, as a table"),
        ("library in:all", ("library", ""), "All libraries, as a table"),
        ("english csv", ("library", "english"), "The library of English, as a table"),
        ("library in:English csv", ("library", "english"), "The library of English, as a table"),
        ("find Exit / ticket", ("found", "library:maths Exit / ticket"), "“Exit / ticket” in the library of Maths"),
        ("find in:all exit csv", ("found", "in:all exit"), "What is found with “in:all exit”, as a table"),
        ("#year 9 in:english", ("found", "library:english #year9"), "What is tagged year 9 in the library of English"),
        ("all #year 9", ("tag", "year 9"), "What is tagged year 9 in all libraries, as a table"),
        ("#year 9 in:all", ("tag", "year 9"), "What is tagged year 9 in all libraries, as a table"),
        ("#year 9", ("found", "library:maths #year9"), "What is tagged year 9 in the library of Maths, as a table"),
        (
            "week",
            ("found", f"library:maths {WEEK}"),
            "What was saved since Monday 16 November in the library of Maths",
        ),
        ("in:all week md", ("found", WEEK), "What was saved since Monday 16 November in all libraries, as text"),
        (
            "in:english #year 9 csv",
            ("found", "library:english #year9"),
            "What is tagged year 9 in the library of English",
        ),
    ],
)
async def test_in_a_departments_channel_its_library_is_exported_unless_another_is_named(
    typed: str, expected: tuple[str, str], called: str
) -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await of_departments(our)
        await our.say("ana", f"/pln export {typed}")
        assert await files_asked_for(our, "ana") == [expected]
        assert any(called in each.text for each in our.chat.messages if each.private_to == "ana")


async def test_from_the_library_of_a_department_one_button_leads_to_all() -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await of_departments(our)
        await our.say("ana", "/pln export csv")
        answer = next(each for each in our.chat.messages if "From all libraries" in labels(each))
        await our.hear("ana", our.chat.press("ana", answer.id, "From all libraries"))
        assert await files_asked_for(our, "ana") == [("library", "maths"), ("library", "")]


async def test_a_list_and_its_file_are_the_same_also_where_a_channel_is_called_like_the_department() -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await our.open_channel()
        our.chat.standings |= {"ada": Standing.ADMIN}
        await our.say("ada", "/pln department Maths")
        await our.say("ada", "/pln department Staff", OFFICE)
        await our.digest_of(1)
        await our.say("ana", "/pln save 1")
        await our.say("ana", "/pln save https://pages.example/of-the-office", OFFICE)
        assert "1 item saved since" in await our.say("ben", "/pln saved week", OFFICE)
        await press(our, "ben", "Export")
        await our.say("ben", "/pln export week csv", OFFICE)
        files = [file for each in our.chat.messages if each.private_to == "ben" for file in each.message.files]
        assert [len(file.text.splitlines()) for file in files] == [2, 2]
        assert all("https://pages.example/of-the-office" in file.text for file in files)


async def test_a_week_ends_with_the_day_so_that_a_list_and_its_file_hold_the_same() -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await our.open_channel()
        our.clock.advance(datetime(2026, 11, 24, 0, 1, tzinfo=UTC) - our.clock.now())
        await our.say("ana", "/pln save https://pages.example/first")
        our.clock.advance(timedelta(days=7, hours=23, minutes=50))
        assert "1 item saved since Tuesday 24 November" in await our.say("ben", "/pln saved week")
        our.clock.advance(timedelta(minutes=8))
        await press(our, "ben", "Export")
        (file,) = [file for each in our.chat.messages if each.private_to == "ben" for file in each.message.files]
        assert "https://pages.example/first" in file.text
        our.clock.advance(timedelta(minutes=2))
        assert "There is nothing saved since" in await our.say("ben", "/pln saved week")


async def test_a_department_that_is_not_there_is_said_with_one_that_is() -> None:
    async with school() as our:
        await of_departments(our)
        assert "a department such as English" in await our.say("ana", "/pln export in:music csv")


async def test_what_is_found_is_exported_by_a_button_from_the_library_it_was_found_in() -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await of_departments(our)
        await our.say("ben", "/pln find fractions")
        await press(our, "ben", "Export")
        assert await files_asked_for(our, "ben") == [("found", "library:maths fractions")]
        files = [file for each in our.chat.messages if each.private_to == "ben" for file in each.message.files]
        assert "https://pages.example/fractions/02" in files[-1].text
        assert "https://pages.example/fractions/99" not in files[-1].text


async def test_ones_own_saves_are_exported_by_a_button_and_not_where_no_file_can_be_sent() -> None:
    async with school(abilities=replace(EVERYTHING, files=True)) as our:
        await our.open_channel()
        await save_links(our, 1)
        await our.say("ana", "/pln saved")
        await press(our, "ana", "Export")
        assert await files_asked_for(our, "ana") == [("mine", "")]
    async with school(abilities=replace(EVERYTHING, files=False)) as our:
        await our.open_channel()
        await save_links(our, 1)
        await our.say("ana", "/pln saved")
        assert "Export" not in labels(our.last_answer("ana"))


async def test_what_was_saved_this_week_or_has_a_tag_is_that_of_the_department_with_a_way_to_all() -> None:
    async with school() as our:
        await of_departments(our)
        assert "2 items saved since Monday 16 November in the library of Maths" in await our.say(
            "ben", "/pln saved week"
        )
        assert "4 items saved since Monday 16 November" in await press(our, "ben", "Look in all libraries (4)")
        assert "Look in all" not in our.last_answer("ben").text
        assert "There is nothing tagged poems in the library of Maths" in await our.say("ben", "/pln saved #poems")
        assert "4 items saved since Monday 16 November" in await our.say("ben", "/pln saved week in:all")
        await save_links(our, 5, about="decimals")
        await our.say("ben", "/pln saved week in:all")
        assert "9 items saved since Monday 16 November: 6 to 9" in await press(our, "ben", "Next 4")


# ------------------------------------------------------------------------------------------------------------- private


async def test_what_is_kept_for_oneself_stays_so_when_it_is_noted_shared_or_undone() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1 only me")
        noted = await our.say("ana", "/pln note 1 For my own class")
        assert "Only you see it." in noted
        await our.say("ana", "/pln saved")
        assert not [each for each in labels(our.last_answer("ana")) if each.startswith("Share")]
        assert "Nothing saved so far" in await our.say("ben", "/pln find author")
        await our.say("ana", "/pln undo")
        assert "Save it again" not in our.last_answer("ana").text


async def test_nobody_shares_saves_or_reads_the_history_of_what_a_colleague_keeps_to_themselves() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln save 1 only me")
        await our.say("ana", "/pln saved")
        item = next(each.action for each in all_buttons_of(our.last_answer("ana").message)).partition("/")[2]
        for act in ("join", "share", "describe", "history"):
            heard = await our.hear("ben", our.chat.press_elsewhere("ben", STAFF, f"{act}/{item}"))
            assert heard == "This item is no longer in the library."


# ------------------------------------------------------------------------------------------------------------- hostile


HOSTILE = "<!channel> @everyone [click](https://evil.example) *bold* `code` \u202eevil"


async def test_hostile_words_are_found_again_shared_and_told_in_the_history_as_they_are() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln tag 1 <!channel>, {0}, *bold*")
        await our.say("ana", f"/pln note 1 {HOSTILE}")
        await our.say("ana", "/pln find evil.example")
        await press(our, "ana", "Share in Staff: ")
        assert "click (https://evil.example) bold" in aloud(our)[-1]
        await our.say("ana", "/pln find bold")
        told = await press(our, "ana", "History: ")
        assert "added the tags <!channel>, {0}, *bold*" in told
        assert "wrote a note: <!channel> @everyone click (https://evil.example)" in told


@pytest.mark.parametrize("typed", ["/" * 200, "(" * 90, "in:" * 60, '"' * 200, "\u2215" * 120, "-" * 250, "#" * 200])
async def test_a_strange_search_is_answered_whatever_stands_in_it(typed: str) -> None:
    async with school() as our:
        await our.digest_of(1)
        assert "our fault" not in await our.say("ana", f"/pln find {typed} fractions")


@pytest.mark.parametrize(("policy", "shown"), [("all", "Ana shared this"), ("saver", "A colleague shared this")])
async def test_who_shared_something_is_named_as_the_workspace_shows_names(policy: str, shown: str) -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings |= {"ada": Standing.ADMIN}
        await our.say("ada", f"/pln names {policy}")
        await save_links(our, 1)
        await share(our, "ana")
        assert f"{shown} from the library." in aloud(our)[-1]


async def test_who_is_forgotten_is_not_named_where_they_shared_something() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links(our, 1)
        await share(our, "ben")
        await our.say("ben", "/pln forget-me yes")
        await our.a_minute_later()
        assert "Ben" not in aloud(our)[-1]


async def test_where_nothing_can_be_taken_back_nobody_is_named_and_no_wording_is_shared() -> None:
    async with school(abilities=replace(EVERYTHING, edit=False, remove=False)) as our:
        await our.digest_of(1, text="Fractions by folding paper, a lesson worth having")
        await our.say("ana", "/pln note 1 Worked well")
        await share(our, "ben", "folding")
        assert "A colleague shared this from the library." in aloud(our)[-1]
        assert "Saved by 1 colleague" in aloud(our)[-1]
        for word in ("folding", "Worked well", "Ana", "Ben"):
            assert word not in aloud(our)[-1]


# ------------------------------------------------------------------------------------------------------- on the web


async def test_the_library_leads_to_the_web_where_it_has_an_address_and_to_no_dead_link_where_not() -> None:
    async with school() as our:
        await our.open_channel()
        assert "http" not in await our.say("ana", "/pln library")
    async with school(public_url="https://staffroom.example") as our:
        await our.open_channel()
        told = await our.say("ana", "/pln library")
        assert "https://staffroom.example/sign-in/link/" in told
        assert "works once within ten minutes" in told
        assert our.last_answer("ana").private_to == "ana"


async def test_no_link_that_signs_somebody_in_is_said_where_others_read_it() -> None:
    able = replace(EVERYTHING, private_messages=False, forms=False, home=False, files=False)
    async with school(abilities=able, public_url="https://staffroom.example") as our:
        await our.chat.command("ana", STAFF, "/pln library")
        await our.settle()
        assert "sign-in" not in our.chat.messages[-1].text
