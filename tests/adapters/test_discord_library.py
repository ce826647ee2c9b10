"""The library in Discord, with the engine behind: pages, menus and long searches."""

import pytest

from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.discord_server_text import read


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
