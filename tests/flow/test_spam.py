"""What somebody with much time cannot do to the others."""

from datetime import timedelta

from adapters.database.inbox import StoreInbox
from bot.domain.actions import save_item
from bot.domain.events import ButtonPressed, Event, Person, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from tests.rigs.school import STAFF, WORKSPACE, school


async def test_many_who_ask_for_a_digest_at_once_get_one() -> None:
    async with school() as our:
        await our.open_channel()
        our.write()
        for person in ("ana", "ben", "cleo"):
            await our.chat.command(person, STAFF, "/pln digest now")
        await our.settle()
        assert len(our.digests()) == 1
        assert "on its way already" in our.last_answer("ben").text


async def test_digests_on_request_have_a_limit_that_ends_after_a_while() -> None:
    async with school() as our:
        await our.open_channel()
        for _ in range(3):
            our.clock.advance(timedelta(seconds=20))
            assert "Reading what is new" in await our.say("ana", "/pln digest now")
        assert "please wait a little" in await our.say("ana", "/pln digest now")
        our.clock.advance(timedelta(minutes=10))
        assert "Reading what is new" in await our.say("ana", "/pln digest now")


async def test_a_search_for_hundreds_of_words_is_answered() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln find " + " ".join(f"word{number}" for number in range(900)))
        assert "at most" in answer


async def test_a_button_about_a_digest_of_another_channel_does_nothing() -> None:
    async with school() as our:
        digest = await our.digest_of()
        elsewhere = ChannelKey(WORKSPACE, "science")
        reply = ReplyHandle("ben@science", our.clock.now() + timedelta(minutes=5))
        pressed = ButtonPressed(
            Person(PersonKey(WORKSPACE, "ben"), "Ben"), elsewhere, "m-99", save_item(digest.delivery, 1).encode(), reply
        )
        await StoreInbox(our.store, our.clock).accept(Event(WORKSPACE, "forged", pressed, our.clock.now()))
        await our.settle()
        assert "no longer available" in our.last_answer("ben").text
        assert "saved nothing" in await our.say("ben", "/pln saved")
