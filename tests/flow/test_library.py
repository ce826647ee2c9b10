"""What gets into the library, from digests and from anybody's messages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.channel import Channel
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.views import ChoiceField
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import STAFF, School, school

SHELVES = {"🔖": "", "📚": "reading group"}
STATUS = "https://x.com/author1/status/1"


async def choose(our: School, person: str, message: str) -> str:
    return await our.hear(person, our.chat.choose_message(person, message))


async def fill_in(our: School, person: str, **values: str) -> str:
    return await our.hear(person, our.chat.fill_in(person, values))


async def save_links_here(our: School) -> None:
    async with our.store.transaction() as tx:
        channel = await tx.channels.get(STAFF)
        assert isinstance(channel, Channel)
        await tx.channels.put(replace(channel, saves_links=True))


# --------------------------------------------------------------------------------------------------------- first save


async def test_the_first_save_says_where_it_is_found_and_who_sees_it_and_later_ones_are_short() -> None:
    async with school() as our:
        digest = await our.digest_of()
        first = await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        assert "/pln find" in first
        assert "colleagues see your name" in first
        assert await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[1])) == ""
        button = "Save item 1 by Author 1"
        later = await our.hear("ana", our.chat.press("ana", digest.id, button))
        assert later.startswith("Saved to the library.\nUndo")
        assert "/pln find" in await our.hear("ben", our.chat.press("ben", digest.id, button))


# ------------------------------------------------------------------------------------------------------------ shelves


async def test_an_emoji_of_a_shelf_saves_there_after_asking_which_item() -> None:
    async with school(shelves=SHELVES) as our:
        digest = await our.digest_of()
        question = await our.hear("ana", our.chat.react("ana", digest.id, "📚"))
        assert "Which item" in question
        answer = await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Save item 2"))
        assert "Saved on the shelf “reading group”" in answer
        assert "On the shelf reading group" in await our.say("ana", "/pln saved")


async def test_on_a_card_every_save_emoji_saves_its_item_and_taking_it_back_withdraws_that_mark() -> None:
    async with school(shelves=SHELVES) as our:
        await our.open_channel()
        await our.say("ana", "/pln layout cards")
        await our.next_digest()
        card = next(each for each in our.chat.shown(STAFF) if each.text.startswith("2."))
        await our.chat.react("ana", card.id, "📚")
        await our.chat.react("ana", card.id, "🔖")
        await our.settle()
        assert "On the shelf reading group" in await our.say("ana", "/pln saved")
        our.clock.advance(timedelta(seconds=1))
        await our.chat.unreact("ana", card.id, "📚")
        await our.settle()
        saved = await our.say("ana", "/pln saved")
        assert "1 item" in saved
        assert "reading group" not in saved


async def test_a_save_emoji_on_the_head_of_cards_asks_which_item() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln layout cards")
        await our.next_digest()
        head = next(each for each in our.chat.shown(STAFF) if "2 posts from" in each.text)
        assert "To save an item, press Save below it or react to it with 🔖 (bookmark)." in head.text
        assert "Which item" in await our.hear("ana", our.chat.react("ana", head.id, "🔖"))


async def test_who_presses_save_once_more_does_not_take_it_off_its_shelf() -> None:
    async with school(shelves=SHELVES) as our:
        digest = await our.digest_of()
        await our.hear("ana", our.chat.react("ana", digest.id, "📚"))
        await our.press("ana", our.last_answer("ana").id, "Save item 2")
        await our.press("ana", digest.id, "Save item 2")
        assert "On the shelf reading group" in await our.say("ana", "/pln saved")


async def test_the_form_that_is_opened_again_shows_the_shelf_and_can_change_it() -> None:
    async with school(shelves=SHELVES) as our:
        await our.open_channel()
        await choose(our, "ana", our.chat.write(STAFF, "Good read", "https://news.example/a"))
        await fill_in(our, "ana", shelf="1")
        await our.press("ana", our.last_answer("ana").id, "Add tags or a note")
        await fill_in(our, "ana", tags="maths")
        assert "On the shelf reading group. Tags: maths" in await our.say("ana", "/pln saved")
        await our.press("ana", our.last_answer("ana").id, "Tags and note")
        await fill_in(our, "ana", shelf="0")
        assert "On the shelf" not in await our.say("ana", "/pln saved")


# --------------------------------------------------------------------------------------------------- anybody's message


async def test_a_message_is_saved_with_tags_note_and_shelf() -> None:
    async with school(shelves=SHELVES) as our:
        await our.open_channel()
        link = "https://news.example/a?utm_source=x"
        message = our.chat.write(STAFF, f"Good read: {link}", link)
        assert await choose(our, "ana", message) == ""
        form = our.chat.forms[-1].form
        assert "Good read:" in form.intro
        assert "Everybody here can find it" in form.intro
        assert [each.options[1] for each in form.fields if isinstance(each, ChoiceField)] == [("1", "reading group")]
        answer = await fill_in(our, "ana", tags="Maths, #year 9", note="For Monday", shelf="1")
        assert "Saved on the shelf “reading group”" in answer
        assert "Tagged maths and year 9. Your note is beside it." in answer
        found = await our.say("ben", "/pln find good read")
        for expected in ("Good read:", "news.example", "Tags: maths, year 9", "Ana: For Monday", "Saved by Ana"):
            assert expected in found


async def test_two_spellings_of_an_address_are_one_item_with_two_savers() -> None:
    async with school() as our:
        await our.open_channel()
        for person, url in (("ana", "https://www.news.example/a/"), ("ben", "https://news.example/a?utm_source=mail")):
            await choose(our, person, our.chat.write(STAFF, "Look", url))
            await fill_in(our, person)
        assert "Saved by Ana and 1 colleague" in await our.say("ana", "/pln find look")


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/author1/status/1",
        "https://twitter.com/author1/status/1?s=20",
        "https://mobile.twitter.com/author1/status/1/photo/1",
        "https://fxtwitter.com/author1/status/1",
        "https://x.com/i/status/1",
        "https://x.com/i/web/status/1",
    ],
)
async def test_a_link_to_a_post_we_have_becomes_that_post(link: str) -> None:
    async with school() as our:
        await our.digest_of(1, url=STATUS)
        await choose(our, "ana", our.chat.write(STAFF, f"This: {link}", link))
        await fill_in(our, "ana", tags="maths")
        assert "Saved by Ana" in await our.say("ben", "/pln find author 1")


async def test_a_link_to_a_post_elsewhere_is_not_taken_for_ours() -> None:
    async with school() as our:
        await our.digest_of(1, url=STATUS)
        link = "https://social.example/author1/status/1"
        await choose(our, "ana", our.chat.write(STAFF, "This", link))
        await fill_in(our, "ana")
        assert "social.example" in await our.say("ana", "/pln saved")


async def test_our_own_digest_asks_which_item_and_a_card_is_saved() -> None:
    async with school() as our:
        digest = await our.digest_of()
        assert "Which item" in await choose(our, "ana", digest.id)
        await our.say("ana", "/pln layout cards")
        our.clock.advance(timedelta(hours=1))
        our.write("A third, which comes alone")
        await our.say("ana", "/pln digest now")
        card = our.chat.shown(STAFF)[-1]
        assert "Saved to the library" in await choose(our, "ana", card.id)


async def test_without_forms_a_chosen_message_is_saved_at_once() -> None:
    async with school(abilities=replace(EVERYTHING, forms=False)) as our:
        await our.open_channel()
        message = our.chat.write(STAFF, "Good read", "https://news.example/a")
        assert "Saved to the library" in await choose(our, "ana", message)


async def test_a_message_without_a_link_is_saved_by_its_own_address() -> None:
    async with school() as our:
        await our.open_channel()
        await choose(our, "ana", our.chat.write(STAFF, "Meeting moved to Tuesday " + "x" * 5_000))
        assert len(our.chat.forms[-1].form.state) < 500
        await fill_in(our, "ana")
        assert "Meeting moved to Tuesday" in await our.say("ana", "/pln saved")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": ",".join(f"tag {number}" for number in range(11))}, "At most 10 tags"),
        ({"tags": "a" * 41}, "at most 40 characters"),
        ({"note": "n" * 1_001}, "at most 1,000 characters"),
    ],
)
async def test_a_mistake_in_the_save_form_saves_nothing_and_keeps_what_was_typed(
    values: dict[str, str], expected: str
) -> None:
    async with school() as our:
        await our.open_channel()
        await choose(our, "ana", our.chat.write(STAFF, "Good read", "https://news.example/a"))
        answer = await fill_in(our, "ana", **values)
        assert expected in answer
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_a_guest_who_chooses_a_message_is_told_why_nothing_happens() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["gus"] = Standing.GUEST
        message = our.chat.write(STAFF, "Good read", "https://news.example/a")
        assert "You are here as a guest" in await choose(our, "gus", message)


# ----------------------------------------------------------------------------------- reactions on anybody's message


async def test_a_save_emoji_on_a_message_with_a_post_saves_it_where_the_channel_wants_that() -> None:
    async with school() as our:
        await our.digest_of(1, url=STATUS)
        message = our.chat.write(STAFF, "Look", "https://news.example/other", "https://twitter.com/author1/status/1")
        await our.chat.react("ana", message, "🔖")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")
        await save_links_here(our)
        await our.chat.react("ana", message, "🔖")
        await our.settle()
        assert "1 item" in await our.say("ana", "/pln saved")
        our.clock.advance(timedelta(seconds=1))
        await our.chat.unreact("ana", message, "🔖")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_a_post_that_is_not_stored_is_saved_as_a_link() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links_here(our)
        message = our.chat.write(STAFF, "Look", "https://x.com/somebody/status/99")
        await our.chat.react("ana", message, "⭐")
        await our.settle()
        assert "x.com/somebody/status/99" in await our.say("ana", "/pln saved")
        our.clock.advance(timedelta(seconds=1))
        await our.chat.unreact("ana", message, "⭐")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_other_emoji_and_messages_without_a_post_are_left_alone() -> None:
    async with school() as our:
        await our.open_channel()
        await save_links_here(our)
        post, page = (
            our.chat.write(STAFF, "Look", each) for each in ("https://x.com/a/status/9", "https://news.example/a")
        )
        await our.chat.react("ana", post, "👍")
        await our.chat.react("ana", page, "🔖")
        await our.settle()
        assert "saved nothing" in await our.say("ana", "/pln saved")
        assert [each for each in our.chat.asked if each.startswith("links")] == [f"links {page}"]


# ------------------------------------------------------------------------------------------------------------- verbs


async def test_the_library_says_where_it_is() -> None:
    async with school(shelves=SHELVES) as our:
        await our.digest_of()
        assert "still empty" in await our.say("ana", "/pln library")
        await our.say("ana", "/pln tag 1 fractions")
        answer = await our.say("ana", "/pln library")
        assert "It holds 1 item" in answer
        assert "📚 reading group" in answer
        assert "Tags: fractions" in await our.say("ben", "/pln find fractions")


async def test_tags_and_notes_can_be_added_to_a_save_later() -> None:
    async with school() as our:
        await our.digest_of()
        await our.say("ana", "/pln save 1")
        await our.say("ana", "/pln saved")
        await our.press("ana", our.last_answer("ana").id, "Tags and note: ")
        await fill_in(our, "ana", tags="fractions", note="First")
        await our.say("ana", "/pln saved")
        await our.press("ana", our.last_answer("ana").id, "Tags and note: ")
        await fill_in(our, "ana", note="Second")
        saved = await our.say("ana", "/pln saved")
        assert "Ana: First" in saved
        assert "Ana: Second" in saved
        assert "Tags: fractions" in saved


# ------------------------------------------------------------------------------------------------------------ searching


async def test_find_reads_the_language_and_says_what_cannot_be_meant() -> None:
    async with school() as our:
        await our.digest_of(2)
        await our.say("ana", "/pln tag 1 fractions, year 9")
        await our.say("ben", "/pln tag 2 poems")
        assert "1 item with" in await our.say("ben", "/pln find #Year9 -poems")
        assert "1 item with" in await our.say("ben", "/pln find “year 9”")
        assert "2 items with" in await our.say("ben", "/pln find poems / fractions")
        assert "Tags: poems" in await our.say("ben", "/pln find by:me")
        assert "2 items with" in await our.say("ben", "/pln find from:#edchat in:staff")
        assert "since:2026-09" in await our.say("ben", "/pln find since:lately")
        assert "Nobody called that has agreed" in await our.say("ben", "/pln find by:Ana")


async def test_a_misspelt_search_proposes_another_one_that_finds_something() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln tag 1 fractions")
        answer = await our.say("ben", "/pln find fractoins")
        assert "Did you mean “fractions”?" in answer
        found = await our.hear("ben", our.chat.press("ben", our.last_answer("ben").id, "Find fractions"))
        assert "Tags: fractions" in found
        for typed in ("gractions", "ractions", "ffractions", "rfactions"):
            assert "Did you mean “fractions”?" in await our.say("ben", f"/pln find {typed}"), typed
        assert "Did you mean" not in await our.say("ben", "/pln find quetzalcoatl")


async def test_what_too_few_saved_is_not_even_suggested() -> None:
    async with school() as our:
        await our.digest_of(1)
        our.chat.standings |= {"ada": Standing.ADMIN}
        await our.say("ada", "/pln threshold 2")
        await our.say("ana", "/pln tag 1 marmalade")
        assert "Did you mean" not in await our.say("ben", "/pln find marmelade")


async def test_an_item_is_shown_by_the_part_in_which_it_was_found() -> None:
    async with school() as our:
        await our.digest_of(1, text="Nothing to see here. " * 12 + "A quokka counts in fractions. " + "More. " * 40)
        await our.say("ana", "/pln save 1")
        answer = await our.say("ben", "/pln find quokka")
        assert "… " in answer
        assert "A quokka counts" in answer
