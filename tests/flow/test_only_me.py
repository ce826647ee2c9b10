"""What people keep to themselves: nobody else hears of it, until they save it for all."""

from datetime import timedelta

import pytest

from bot.domain.keys import PostKey
from bot.domain.library import KEYCAPS
from bot.domain.post import Link
from bot.domain.search import ALL_ITEMS, Total
from bot.views import ChoiceField, LibraryEntry
from tests.fakes.chat import Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

ZEBRA = "Zebra fractions with paper plates, a lesson that my pupils asked for again #edchat"
SHELVES = {"🔖": "", "📚": "reading group"}
PAGE = "https://nrich.example/folding"
FRIDAY = HALF_PAST_SEVEN.replace(day=27, hour=15, minute=0)
SECOND = timedelta(seconds=1)


def text_of(our: School, shown: Shown) -> str:
    current = our.chat.message(shown.id)
    assert current
    return current.text


async def fill_in(our: School, person: str, **values: str) -> str:
    return await our.hear(person, our.chat.fill_in(person, values))


async def kept_alone(our: School, how: str = "only me") -> Shown:
    """A digest with an item that Ana keeps to herself."""
    digest = await our.digest_of(1, text=ZEBRA)
    answer = await our.say("ana", f"/pln save 1 {how}")
    assert "Saved for you alone" in answer
    await our.a_minute_later()
    return digest


@pytest.mark.parametrize("how", ["only me", "Only me", "just for me", "privately", "for me only"])
async def test_only_its_saver_finds_what_is_saved_for_them_alone(how: str) -> None:
    async with school() as our:
        digest = await kept_alone(our, how)
        assert "Saved by" not in text_of(our, digest)
        for words in ("zebra", "#edchat", "from:#edchat", "kind:other"):
            assert "Nothing saved so far" in await our.say("ben", f"/pln find {words}"), words
        assert "saved nothing yet" in await our.say("ben", "/pln saved")
        mine = await our.say("ana", "/pln saved")
        assert "You have saved 1 item" in mine
        assert "Zebra fractions" in mine
        assert "Saved for you alone" in mine


@pytest.mark.parametrize("words", ["zebra", "giraffe / zebra"])
async def test_whoever_finds_nothing_of_all_is_led_to_what_they_keep_to_themselves(words: str) -> None:
    async with school() as our:
        await kept_alone(our, "only me")
        assert "Look in my saves" not in await our.say("ben", f"/pln find {words}")
        assert "Look in my saves (1)" in await our.say("ana", f"/pln find {words}")
        assert "Zebra fractions" in await our.say("ana", f"/pln find by:me ({words})")


async def test_a_page_is_kept_alone_by_its_link_as_well() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Saved for you alone" in await our.say("ana", "/pln save https://news.example/zebra only me")
        assert "Nothing saved so far" in await our.say("ben", "/pln find zebra")
        assert "news.example" in await our.say("ana", "/pln saved")


async def test_a_post_that_had_to_be_looked_up_is_kept_alone_as_well() -> None:
    async with school() as our:
        await our.open_channel()
        our.write("Zebra fractions")
        assert "Saved for you alone" in await our.say("ana", "/pln save https://x.com/author1/status/1 only me")
        assert "Nothing saved so far" in await our.say("ben", "/pln find zebra")
        assert "Zebra" in await our.say("ana", "/pln saved")


async def test_it_counts_in_no_round_up_no_taste_and_no_library() -> None:
    async with school() as our:
        await kept_alone(our)
        await our.say("ana", "/pln note 1 Between us")
        await our.say("ana", "/pln roundup fri 15:00")
        before = len(our.chat.messages)
        await our.at(FRIDAY - timedelta(hours=1))
        await our.at(FRIDAY)
        assert not [each for each in our.chat.messages[before:] if "The week in the library" in each.text]
        assert "It is still empty." in await our.say("ben", "/pln library")
        async with our.store.reading() as tx:
            assert await tx.rules.votes(STAFF, None) == []
            found = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=9, offset=0)
            assert found == ([], Total(0))


async def test_a_note_on_it_stays_with_its_writer_also_when_a_colleague_saves_the_item() -> None:
    async with school() as our:
        digest = await kept_alone(our)
        await our.say("ana", "/pln note 1 Between us")
        assert "Your note, for you alone: Between us" in await our.say("ana", "/pln saved")
        await our.hear("ben", our.chat.react("ben", digest.id, KEYCAPS[0]))
        await our.a_minute_later()
        for who in ("ben", "cleo"):
            found = await our.say(who, "/pln find zebra")
            assert "Saved by Ben" in found
            assert "colleague" not in found
            assert "Between us" not in found
        assert "Between us" in await our.say("ana", "/pln find zebra")
        assert "Saved by Ben" in text_of(our, digest)
        assert "Ana" not in text_of(our, digest)
        assert "Nothing saved so far" in await our.say("cleo", "/pln find between us")


async def test_saving_it_once_more_lets_colleagues_find_it_but_not_read_the_note() -> None:
    async with school() as our:
        digest = await kept_alone(our)
        await our.say("ana", "/pln note 1 Between us")
        our.clock.advance(SECOND)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        await our.a_minute_later()
        assert "Saved by Ana" in text_of(our, digest)
        found = await our.say("ben", "/pln find zebra")
        assert "Saved by Ana" in found
        assert "Between us" not in found
        await our.say("ana", "/pln note 1 Now for all")
        assert "Ana: Now for all" in await our.say("ben", "/pln find zebra")


async def test_a_button_on_it_lets_colleagues_find_it() -> None:
    async with school() as our:
        await kept_alone(our)
        await our.say("ana", "/pln saved")
        (entry,) = [each for each in our.last_answer("ana").message.blocks if isinstance(each, LibraryEntry)]
        (button,) = entry.menu
        assert button.label.startswith("Let colleagues find it")
        our.clock.advance(SECOND)
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, button.label))
        assert "Saved by Ana" in await our.say("ben", "/pln find zebra")


async def test_what_was_saved_for_all_can_be_kept_alone_from_now_on() -> None:
    async with school() as our:
        digest = await our.digest_of(1, text=ZEBRA)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        await our.say("ana", "/pln note 1 Now for all")
        await our.a_minute_later()
        assert "Saved by Ana" in text_of(our, digest)
        assert "Saved for you alone" in await our.say("ana", "/pln save 1 only me")
        await our.a_minute_later()
        assert "Saved by" not in text_of(our, digest)
        for words in ("zebra", "now for all"):
            assert "Nothing saved so far" in await our.say("ben", f"/pln find {words}")
        assert "Now for all" in await our.say("ana", "/pln saved")


async def test_a_reaction_made_before_and_heard_of_later_does_not_make_it_public() -> None:
    async with school() as our:
        digest = await our.digest_of(1, text=ZEBRA)
        reacted_at = our.clock.now()
        our.clock.advance(SECOND)
        await our.say("ana", "/pln save 1 only me")
        our.clock.set(reacted_at)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        assert "Nothing saved so far" in await our.say("ben", "/pln find zebra")


async def test_undo_takes_it_back_entirely() -> None:
    async with school() as our:
        await kept_alone(our)
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert "saved nothing yet" in await our.say("ana", "/pln saved")


async def test_the_form_offers_only_me_and_remembers_it() -> None:
    async with school(shelves=SHELVES) as our:
        await our.open_channel()
        await our.hear(
            "ana", our.chat.choose_message("ana", our.chat.write(STAFF, "Good read", "https://news.example/a"))
        )
        (field,) = [each for each in our.chat.forms[-1].form.fields if isinstance(each, ChoiceField)]
        assert field.options == (("0", "The library"), ("1", "reading group"), ("alone", "Only me"))
        assert "Saved for you alone" in await fill_in(our, "ana", shelf="alone", note="Between us")
        assert "Nothing saved so far" in await our.say("ben", "/pln find good read")
        await our.press("ana", our.last_answer("ana").id, "Add tags or a note")
        field = next(each for each in our.chat.forms[-1].form.fields if isinstance(each, ChoiceField))
        assert field.chosen == ("alone",)
        await fill_in(our, "ana", shelf="1", note="For all")
        found = await our.say("ben", "/pln find good read")
        assert "On the shelf reading group" in found
        assert "Ana: For all" in found
        assert "Between us" not in found


async def test_what_is_kept_alone_is_looked_for_again_and_vanishes_with_its_post() -> None:
    async with school() as our:
        await kept_alone(our)
        async with our.store.transaction() as tx:
            due = await tx.posts.to_recheck(
                "x", our.clock.now() + timedelta(days=1), HALF_PAST_SEVEN - timedelta(days=9), 9
            )
            assert [each.id for each in due] == ["1"]
            await tx.posts.erase(due)
        mine = await our.say("ana", "/pln saved")
        assert "A post that is no longer available" in mine
        assert "Zebra" not in mine


async def test_what_somebody_called_a_page_for_themselves_no_colleague_reads() -> None:
    async with school() as our:
        await our.open_channel()
        await our.hear("ana", our.chat.choose_message("ana", our.chat.write(STAFF, "For the trouble with 9C", PAGE)))
        await fill_in(our, "ana", shelf="alone")
        assert "For the trouble with 9C" in await our.say("ana", "/pln saved")
        await our.say("ben", f"/pln save {PAGE} only me")
        for who in ("ana", "ben"):
            mine = await our.say(who, "/pln saved")
            assert "nrich.example/folding" in mine
            assert "9C" not in mine
        await our.hear("ben", our.chat.choose_message("ben", our.chat.write(STAFF, "Folding paper", PAGE)))
        our.clock.advance(SECOND)
        await fill_in(our, "ben", shelf="0")
        assert "1 item" in await our.say("cleo", "/pln find nrich")
        assert "Nothing saved so far" in await our.say("cleo", "/pln find trouble")


async def test_beside_a_page_that_colleagues_saved_nothing_tells_of_a_post_that_is_kept_alone() -> None:
    async with school() as our:
        await our.open_channel()
        leads_there = {"links": (Link(PAGE, "https://t.example/a", "Folding fractions"),)}
        our.write("Zebra paper for everybody", **leads_there)
        our.write("Folded with year 9 today", **leads_there)
        await our.say("ana", "/pln save https://x.com/author1/status/1 only me")
        await our.say("ben", "/pln save https://x.com/author2/status/2")
        for words in ("zebra", "@author1"):
            assert "Nothing saved so far" in await our.say("cleo", f"/pln find {words}")
        found = await our.say("cleo", "/pln find folding")
        assert "1 item" in found
        assert "Saved by Ben" in found
        async with our.store.reading() as tx:
            (ids,) = (await tx.library.led_to(WORKSPACE, [PostKey("x", "2")])).values()
            assert [each.citations for each in (await tx.library.items(WORKSPACE, ids, "ben")).values()] == [
                (PostKey("x", "2"),)
            ]


@pytest.mark.parametrize("first", ["https://x.com/author2/status/2", PAGE])
async def test_a_post_that_was_kept_alone_is_no_second_item_beside_its_page_once_somebody_saves_it_for_all(
    first: str,
) -> None:
    async with school() as our:
        await our.open_channel()
        leads_there = {"links": (Link(PAGE, "https://t.example/a", "Folding fractions"),)}
        our.write("Zebra paper for everybody", **leads_there)
        our.write("Folded with year 9 today", **leads_there)
        await our.say("ana", "/pln save https://x.com/author1/status/1 only me")
        await our.say("ben", f"/pln save {first}")
        await our.say("ben", "/pln save https://x.com/author1/status/1")
        await our.say("cleo", f"/pln save {PAGE}")
        found = await our.say("dora", "/pln find folding")
        assert found.startswith("1 item")
        assert "Saved by Ben and 1 colleague" in found
        mine = await our.say("ana", "/pln saved")
        assert mine.startswith("You have saved 1 item")


async def test_whoever_kept_a_post_alone_and_saves_it_for_all_has_it_once() -> None:
    async with school() as our:
        await our.open_channel()
        our.write("Zebra paper for everybody", links=(Link(PAGE, "https://t.example/a", "Folding fractions"),))
        await our.say("ana", "/pln save https://x.com/author1/status/1 only me")
        await our.say("ben", f"/pln save {PAGE}")
        await our.say("ana", "/pln save https://x.com/author1/status/1")
        assert (await our.say("ana", "/pln saved")).startswith("You have saved 1 item")
        assert "Saved by Ana and 1 colleague" in await our.say("cleo", "/pln find folding")
