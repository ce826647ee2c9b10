"""Files that people ask for in a chat: one message of its own, for one person, once."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.content import ShowFile
from bot.domain.delivery import NewDelivery
from bot.domain.keys import ChannelKey
from bot.errors import Rejected, Unavailable, Uncertain
from bot.views import File
from tests.fakes.chat import EVERYTHING, Shown
from tests.rigs.school import STAFF, WORKSPACE, School, school

EXPORT = "/pln export library csv"


def given(our: School, person: str) -> list[Shown]:
    return [each for each in our.chat.messages if each.message.files and each.private_to == person]


def file_of(shown: Shown) -> File:
    [file] = shown.message.files
    return file


async def test_an_export_comes_as_a_file_in_a_direct_message_and_the_answer_says_so() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln save https://pages.example/fractions/01")
        await our.say("ben", EXPORT)
        assert any("It comes to you as a file" in each.text for each in our.chat.shown(STAFF, "ben"))
        [shown] = given(our, "ben")
        assert shown.channel == ChannelKey(WORKSPACE, "ben")
        assert "https://pages.example/fractions/01" in file_of(shown).text
        assert file_of(shown).name.endswith(".csv")
        assert given(our, "ana") == []


async def test_where_a_person_has_no_channel_of_their_own_the_file_comes_where_they_asked() -> None:
    async with school(abilities=replace(EVERYTHING, personal_channels=False)) as our:
        await our.open_channel()
        await our.say("ben", EXPORT)
        [shown] = given(our, "ben")
        assert shown.channel == STAFF


async def test_a_file_whose_fate_is_unknown_is_not_sent_twice_and_the_person_is_told() -> None:
    async with school(abilities=replace(EVERYTHING, find_private=False)) as our:
        await our.open_channel()
        our.chat.trouble_with_files = Uncertain("The connection was cut.")
        await our.say("ben", EXPORT)
        await our.at(our.clock.now() + timedelta(minutes=1))
        assert len(given(our, "ben")) == 1
        assert len([each for each in our.chat.attempts if each.message.files]) == 1
        assert "nobody knows whether it arrived" in our.last_answer("ben").text


async def test_who_can_no_longer_be_answered_is_told_where_the_file_was_to_come() -> None:
    async with school(abilities=replace(EVERYTHING, find_private=False)) as our:
        await our.open_channel()
        our.chat.trouble_with_files = Uncertain("The connection was cut.")
        await our.say("ben", EXPORT)
        await our.at(our.clock.now() + timedelta(hours=2))
        [told] = [each for each in our.chat.messages if "nobody knows whether it arrived" in each.text]
        assert told.channel == ChannelKey(WORKSPACE, "ben")


async def test_a_file_that_was_not_taken_is_tried_again() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.trouble_with_files = Unavailable("The chat is away.")
        await our.say("ben", EXPORT)
        assert given(our, "ben") == []
        our.chat.trouble_with_files = None
        await our.at(our.clock.now() + timedelta(minutes=1))
        assert len(given(our, "ben")) == 1


async def test_who_takes_no_direct_messages_is_told_where_they_asked() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.trouble_with_files = Rejected("Direct messages from Staffroom are switched off.")
        await our.say("ben", EXPORT)
        assert given(our, "ben") == []
        assert "Direct messages from Staffroom are switched off." in our.last_answer("ben").text


async def test_what_has_gone_meanwhile_is_said_instead_of_a_file() -> None:
    async with school() as our:
        await our.open_channel()
        file = ShowFile("shelf", "gone", "csv", "The shelf as a table.")
        delivery = NewDelivery("d-1", "k-1", ChannelKey(WORKSPACE, "ben"), (file,), private_to="ben")
        async with our.store.transaction() as tx:
            await tx.outbox.put(delivery, our.clock.now())
        await our.settle()
        assert given(our, "ben") == []
        assert "nothing on a shelf of that name" in our.last_answer("ben").text
