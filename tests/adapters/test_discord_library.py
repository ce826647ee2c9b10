"""The library in Discord, with the engine behind: pages, menus and long searches."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.keys import PostKey
from bot.domain.post import Author, Post
from bot.domain.topic import parse_topic
from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.discord_server_markdown import Reading
from tests.rigs.discord_server_text import read


async def read_already(our: DiscordSchool, text: str) -> None:
    """A post that the topics of the staff room brought, and nobody saved."""
    now = our.clock.now()
    key = PostKey("x", "77")
    post = Post(key, "77", "a7", text, now - timedelta(hours=1), "https://x.com/beabright/status/77", lang="en")
    async with our.store.transaction() as tx:
        await tx.posts.add([post], {key: [parse_topic("#edchat", account_source="x")]}, now)
        await tx.posts.put_authors([Author("x", "a7", "beabright", "Bea Bright", "https://x.com/beabright")], now)


async def of_maths(our: DiscordSchool) -> None:
    async with our.store.transaction() as tx:
        (channel,) = [each for each in await tx.channels.all() if each.owner is None]
        await tx.channels.put(replace(channel, department="Maths"))


async def save_links(our: DiscordSchool, count: int) -> None:
    for number in range(1, count + 1):
        await our.say("ana", f"/pln save what:https://pages.example/fractions/{number:02}")


def aloud(our: DiscordSchool) -> list[str]:
    """What everybody in the staff room reads."""
    there = [each for each in our.server.world.messages.values() if each.channel == our.staff.channel]
    return [read(each).text for each in there if each.only_for is None]


@pytest.mark.parametrize("more", ["", " " + " ".join(f"-{letter}{'x' * 18}" for letter in "abcdefgh")])
async def test_a_search_leads_from_page_to_page_however_long_it_is(more: str) -> None:
    async with discord_school() as our:
        await save_links(our, 7)
        first = await our.say("ben", f"/pln find words:fractions{more}")
        assert "7 items with “fractions" in first
        assert "”: 1 to 5" in first
        second = await our.press("ben", our.last_answer("ben"), "Next 2")
        assert "”: 6 to 7" in second
        assert (await our.press("ben", our.last_answer("ben"), "Previous 5")).startswith(first.splitlines()[0])


async def test_an_item_is_saved_shared_and_asked_for_its_history_from_what_was_found() -> None:
    async with discord_school() as our:
        await save_links(our, 1)
        await our.say("ben", "/pln find words:fractions")
        found = our.last_answer("ben")
        assert "Saved to the library." in await our.press("ben", found, "Save: pages.example/fractions/01")
        assert "Ana Souza saved it" in await our.press("ben", found, "History: pages.example/fractions/01")
        shared = "Share in this channel: pages.example/fractions/01"
        assert "Shared “pages.example/fractions/01”" in await our.press("ben", found, shared)
        await our.until(lambda: any("shared this from the library" in text for text in aloud(our)))
        assert "pages.example/fractions/01" in aloud(our)[-1]


async def test_the_longest_notes_are_read_and_ones_own_is_changed_in_a_form() -> None:
    """As long as notes can be, and as many as stand in one message."""
    async with discord_school() as our:
        await save_links(our, 1)
        label = "pages.example/fractions/01"
        for number in range(1, 4):
            await our.say("ben", "/pln find words:fractions")
            await our.press("ben", our.last_answer("ben"), f"Tags and note: {label}")
            await our.fill("ben", {"Note for colleagues": f"{number} " + "x" * 998})
        await our.say("ben", "/pln find words:fractions")
        told = await our.press("ben", our.last_answer("ben"), f"Notes: {label}")
        assert "3 notes about" in told
        assert told.count("x" * 998) == 3
        await our.press("ben", our.last_answer("ben"), f"Change “1 {'x' * 28}…”")
        assert "Your note is changed." in await our.fill("ben", {"Your note": "Short **now**"})
        await our.say("ana", "/pln find words:short")
        assert "Short now" in await our.press("ana", our.last_answer("ana"), f"Notes: {label}")


async def test_the_longest_notes_full_of_markup_are_read_whole_in_several_messages() -> None:
    """Discord counts the backslashes that make them harmless."""
    async with discord_school() as our:
        await save_links(our, 1)
        said = [f"{number} " + "*_~|" * 249 for number in range(1, 4)]
        for note in said:
            await our.say("ben", "/pln find words:fractions")
            await our.press("ben", our.last_answer("ben"), "Tags and note: pages.example/fractions/01")
            await our.fill("ben", {"Note for colleagues": note})
        found = await our.say("ben", "/pln find words:fractions")
        assert "1 item with “fractions”\npages.example/fractions/01" in found, "a heading does not stand alone"
        await our.press("ben", our.last_answer("ben"), "Notes: pages.example/fractions/01")

        def shown() -> list[Reading]:
            return [told for each in our.server.world.messages.values() if "You, " in (told := read(each)).text]

        await our.until(lambda: len(shown()) == 3)
        assert sorted([note for note in said if note in each.text] for each in shown()) == [[note] for note in said]
        assert {did for each in shown() for did in each.did} <= {"format:heading", "format:bold"}


async def test_what_is_kept_is_done_below_keep() -> None:
    async with discord_school() as our:
        await save_links(our, 1)
        assert "Undone: “pages.example/fractions/01”" in await our.say("ana", "/pln keep undo")
        assert "has had no digest yet" in await our.say("ana", "/pln keep digests")
        assert "saved nothing" in await our.say("ana", "/pln saved")


async def test_an_export_comes_as_a_file_in_a_direct_message_to_whoever_asked() -> None:
    async with discord_school() as our:
        await save_links(our, 2)
        assert "It comes to you as a file" in await our.say("ana", "/pln keep export what:me format:csv")
        await our.until(lambda: any(each.files for each in our.server.world.messages.values()))
        (sent,) = [each for each in our.server.world.messages.values() if each.files]
        assert sent.channel != our.staff.channel
        ((name, content),) = sent.files
        assert name.endswith(".csv")
        assert b"https://pages.example/fractions/02" in content


async def test_title_and_kind_are_changed_in_a_modal_from_what_was_found() -> None:
    async with discord_school() as our:
        await save_links(our, 1)
        await our.say("ben", "/pln find words:fractions")
        opened = await our.press("ben", our.last_answer("ben"), "Title and kind: pages.example/fractions/01")
        assert "pages.example/fractions/01" in opened
        answer = await our.fill("ben", {"Title": "*Walls* <!here> & @everyone", "Kind": "Worksheet"})
        assert "It is called “*Walls* <!here> & @everyone” now." in answer
        assert "It is a worksheet now." in answer
        assert "1 item with" in await our.say("ben", "/pln find words:kind:worksheet")


async def test_a_find_without_a_result_offers_what_was_read_a_search_topics_and_another_search() -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln follow topics:#edchat")
        await read_already(our, "Fractoins by folding, a lesson for my year 9 pupils worth having")
        await save_links(our, 1)
        answer = await our.say("ben", "/pln find words:fractoins")
        offered = ["Did you mean “fractions”?", "Find fractions", "1 post of the last days has it", "Search X"]
        assert [each for each in (*offered, "Find something else") if each not in answer] == []
        assert "Saved to the library." in await our.press("ben", our.last_answer("ben"), "Save this post by Bea Bright")
        assert "1 item" in await our.say("ben", "/pln find words:folding")
        nothing = await our.say("ben", "/pln find words:kind:video")
        assert "Try fewer or shorter words." in nothing
        assert "Words" in await our.press("ben", our.last_answer("ben"), "Find something else")


async def test_in_a_departments_channel_export_and_week_are_the_departments_with_a_way_to_all() -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln follow topics:#edchat")
        await save_links(our, 1)
        await of_maths(our)
        await our.say("ana", "/pln save what:https://pages.example/decimals/1")
        week = await our.say("ben", "/pln saved which:week")
        assert "in the library of Maths" in week
        everything = await our.press("ben", our.last_answer("ben"), "Look in all libraries (2)")
        assert everything.startswith("2 items saved since ")
        assert "The library of Maths, as a table" in await our.say("ben", "/pln keep export what:library")
