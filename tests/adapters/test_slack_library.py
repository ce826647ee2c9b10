"""The library in Slack, with the engine behind: pages, menus, long searches and files."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.keys import PostKey
from bot.domain.post import Author, Post
from bot.domain.topic import parse_topic
from tests.rigs.slack import EVERY_RIGHT
from tests.rigs.slack_school import SlackSchool, slack_school


async def read_already(our: SlackSchool, text: str) -> None:
    """A post that the topics of the staff room brought, and nobody saved."""
    now = our.clock.now()
    key = PostKey("x", "77")
    post = Post(key, "77", "a7", text, now - timedelta(hours=1), "https://x.com/beabright/status/77", lang="en")
    async with our.store.transaction() as tx:
        await tx.posts.add([post], {key: [parse_topic("#edchat", account_source="x")]}, now)
        await tx.posts.put_authors([Author("x", "a7", "beabright", "Bea Bright", "https://x.com/beabright")], now)


async def of_maths(our: SlackSchool) -> None:
    async with our.store.transaction() as tx:
        (channel,) = [each for each in await tx.channels.all() if each.owner is None]
        await tx.channels.put(replace(channel, department="Maths"))


async def save_links(our: SlackSchool, count: int) -> None:
    for number in range(1, count + 1):
        await our.say("ana", f"/pln save https://pages.example/fractions/{number:02}")


@pytest.mark.parametrize("more", ["", " " + " ".join(f"-{letter}{'x' * 18}" for letter in "abcdefgh")])
async def test_a_search_leads_from_page_to_page_however_long_it_is(more: str) -> None:
    async with slack_school() as our:
        await save_links(our, 7)
        first = await our.say("cleo", f"/pln find fractions{more}")
        assert "7 items with “fractions" in first
        assert "”: 1 to 5" in first
        assert "”: 6 to 7" in await our.press("cleo", our.last_answer("cleo"), "Next 2")
        back = await our.press("cleo", our.last_answer("cleo"), "Previous 5")
        assert back.splitlines()[0] == first.splitlines()[0]
        assert our.aloud() == [], "what one person looks for is nobody else's"


async def test_an_item_is_saved_shared_and_asked_for_its_history_from_what_was_found() -> None:
    async with slack_school() as our:
        await save_links(our, 1)
        await our.say("cleo", "/pln find fractions")
        found = our.last_answer("cleo")
        assert "Saved to the library." in await our.press("cleo", found, "Save: pages.example/fractions/01")
        assert "Ana saved it" in await our.press("cleo", found, "History: pages.example/fractions/01")
        shared = "Share in this channel: pages.example/fractions/01"
        assert "Shared “pages.example/fractions/01”" in await our.press("cleo", found, shared)
        await our.until(lambda: any("shared this from the library" in text for text in our.aloud()))
        assert "pages.example/fractions/01" in our.aloud()[-1]


async def test_tags_and_a_note_are_added_in_a_modal_to_what_a_colleague_saved() -> None:
    async with slack_school() as our:
        await save_links(our, 1)
        await our.say("cleo", "/pln find fractions")
        label = "Tags and note: pages.example/fractions/01"
        assert "Tags" in await our.press("cleo", our.last_answer("cleo"), label)
        answer = await our.fill("cleo", {"Tags": "year 9", "Note for colleagues": "*Worked* <!channel> & well"})
        assert "Tagged year 9." in answer
        found = await our.say("ana", "/pln find #year9")
        assert "Worked <!channel> & well" in found


async def test_the_longest_notes_are_read_and_ones_own_is_changed_in_a_modal() -> None:
    """As long as notes can be, and as many as stand in one message."""
    async with slack_school() as our:
        await save_links(our, 1)
        label = "pages.example/fractions/01"
        for number in range(1, 4):
            await our.say("cleo", "/pln find fractions")
            await our.press("cleo", our.last_answer("cleo"), f"Tags and note: {label}")
            await our.fill("cleo", {"Note for colleagues": f"{number} " + "&" * 998})
        await our.say("cleo", "/pln find fractions")
        told = await our.press("cleo", our.last_answer("cleo"), f"Notes: {label}")
        assert "3 notes about" in told
        assert told.count("&" * 998) == 3
        beginning = f"“1 {'&' * 28}…”"
        await our.press("cleo", our.last_answer("cleo"), f"Change {beginning}")
        assert "Your note is changed." in await our.fill("cleo", {"Your note": "Short *now*"})
        await our.say("ana", "/pln find short")
        assert "Short now" in await our.press("ana", our.last_answer("ana"), f"Notes: {label}")


async def test_what_was_saved_can_be_undone_and_is_found_no_more() -> None:
    async with slack_school() as our:
        await save_links(our, 1)
        assert "Undone: “pages.example/fractions/01”" in await our.say("ana", "/pln undo")
        assert "saved nothing" in await our.say("ana", "/pln saved")
        assert "has had no digest yet" in await our.say("ana", "/pln digests")


async def test_what_is_only_mine_is_found_by_me_alone() -> None:
    async with slack_school() as our:
        await our.say("ana", "/pln save https://pages.example/appraisal only me")
        assert "pages.example/appraisal" in await our.say("ana", "/pln saved")
        assert "pages.example/appraisal" not in await our.say("ben", "/pln find appraisal")


@pytest.mark.parametrize("channel", ["staffroom", "me"])
async def test_an_export_comes_as_a_file_in_the_own_conversation_of_whoever_asked(channel: str) -> None:
    async with slack_school() as our:
        await save_links(our, 2)
        assert "It comes to you as a file" in await our.say("ana", "/pln export me csv", channel)
        await our.until(lambda: bool(our.files("ana")))
        ((name, content),) = our.files("ana")
        assert name.endswith(".csv")
        assert b"https://pages.example/fractions/02" in content
        assert our.aloud() == []


async def test_without_the_right_for_files_an_export_says_who_can_change_that() -> None:
    async with slack_school(EVERY_RIGHT - {"files:write"}) as our:
        await save_links(our, 1)
        answer = await our.say("ana", "/pln export me csv")
        assert "files:write" in answer
        assert our.files("ana") == []


async def test_title_and_kind_are_changed_in_a_modal_from_what_was_found() -> None:
    async with slack_school() as our:
        await save_links(our, 1)
        await our.say("cleo", "/pln find fractions")
        opened = await our.press("cleo", our.last_answer("cleo"), "Title and kind: pages.example/fractions/01")
        assert "pages.example/fractions/01" in opened
        answer = await our.fill("cleo", {"Title": "*Walls* <!here> & @everyone", "Kind": "Worksheet"})
        assert "It is called “*Walls* <!here> & @everyone” now." in answer
        assert "It is a worksheet now." in answer
        assert "1 item with" in await our.say("cleo", "/pln find kind:worksheet")


async def test_a_find_without_a_result_offers_what_was_read_a_search_topics_and_another_search() -> None:
    async with slack_school() as our:
        await our.say("ana", "/pln follow #edchat")
        await read_already(our, "Fractoins by folding, a lesson for my year 9 pupils worth having")
        await save_links(our, 1)
        answer = await our.say("cleo", "/pln find fractoins")
        offered = ["Did you mean “fractions”?", "Find fractions", "1 post of the last days has it", "Search X"]
        assert [each for each in (*offered, "Find something else") if each not in answer] == []
        assert "Saved to the library." in await our.press(
            "cleo", our.last_answer("cleo"), "Save this post by Bea Bright"
        )
        assert "1 item" in await our.say("cleo", "/pln find folding")
        nothing = await our.say("cleo", "/pln find kind:video")
        assert "Try fewer or shorter words." in nothing
        assert "Words" in await our.press("cleo", our.last_answer("cleo"), "Find something else")


async def test_in_a_departments_channel_export_and_week_are_the_departments_with_a_way_to_all() -> None:
    async with slack_school() as our:
        await our.say("ana", "/pln follow #edchat")
        await save_links(our, 1)
        await of_maths(our)
        await our.say("ana", "/pln save https://pages.example/decimals/1")
        week = await our.say("cleo", "/pln saved week")
        assert "in the library of Maths" in week
        everything = await our.press("cleo", our.last_answer("cleo"), "Look in all libraries (2)")
        assert everything.startswith("2 items saved since ")
        assert "The library of Maths, as a table" in await our.say("cleo", "/pln export")
