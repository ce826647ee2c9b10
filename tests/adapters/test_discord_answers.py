"""Answers on Discord with the engine behind: what people see when something is cut off, or asked by many at once."""

import asyncio

import pytest

from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.discord_server_people import Told

CALLBACK = "create_interaction_response"
LATE = "The form took too long to open. Press the button to open it."


def seen(our: DiscordSchool, person: str) -> list[str]:
    return [text for text in our.server.texts("staffroom", person) if text]


@pytest.mark.parametrize("fault", ["dropped", "out of service", "bad gateway"])
async def test_a_form_that_did_not_open_is_offered_with_a_button_that_opens_it(fault: str) -> None:
    async with discord_school() as our:
        our.server.faults.fail_next(fault, operation=CALLBACK)
        our.server.people.command("ana", our.staff.channel, "/pln settings part:when")
        await our.until(lambda: any(LATE in text for text in seen(our, "ana")))
        assert "07:30" in await our.press("ana", our.last_answer("ana"), "Open the form")


async def test_many_people_at_once_are_each_answered_once_and_alone() -> None:
    async with discord_school() as our:
        people = ("ana", "ben", "cleo", "dev", "gus")
        told = [our.server.people.command(each, our.staff.channel, "/pln help") for _ in range(6) for each in people]
        assert all(await asyncio.gather(*map(Told.acknowledged, told)))
        await our.until(lambda: all(len(seen(our, person)) >= 6 for person in people))
        assert [len(seen(our, person)) for person in people] == [6] * 5


async def test_what_a_source_has_to_be_asked_for_comes_after_the_first_answer_for_the_same_person() -> None:
    async with discord_school() as our:
        assert await our.say("ana", "/pln search words:fractions") == "Searching X for “fractions”."
        await our.until(lambda: len(seen(our, "ana")) == 2)
        assert "X has nothing of the last days" in seen(our, "ana")[1]
        assert seen(our, "ben") == []


async def test_in_the_conversation_with_the_bot_everything_is_ones_own() -> None:
    async with discord_school() as our:
        told = our.server.people.command("ana", "me", "/pln follow topics:#edchat")
        assert await told.acknowledged()
        await our.until(lambda: bool(our.server.texts("me", "ana")))
        assert "#edchat — a hashtag" in await our.say("ana", "/pln me list")
        assert "#edchat — a hashtag" not in await our.say("ana", "/pln list")


async def test_an_admins_command_is_refused_to_whoever_gets_at_it_all_the_same() -> None:
    """A server's admin can let anybody use the command."""
    async with discord_school() as our:
        for each in our.server.world.app.commands:
            each["default_member_permissions"] = None
        assert "from now on" not in await our.say("ana", "/pln-admin lock")
        assert "from now on" in await our.say("ben", "/pln-admin lock")
