"""What a chat promises about what people do there: commands, buttons and reactions.

Inherited beside `bot.testing.chat_contract`.
"""

import pytest

from bot.domain.events import ButtonPressed, CommandGiven, ReactionAdded, ReactionRemoved
from bot.ports import Outgoing
from bot.testing.chat_rig import ButtonRig, CommandRig, ReactionRig
from bot.testing.messages import sentence, with_buttons
from bot.testing.talk import reads, send, sent
from bot.views import Button

THUMB = "👍"
BROWN_THUMB = "👍🏾"
BOOKMARK = "🔖"


class CommandContract:
    pytestmark = pytest.mark.asyncio

    async def test_a_command_says_who_typed_what_where(self, rig: CommandRig) -> None:
        assert await rig.command("ana", '/pln follow #edchat "exit ticket"')
        [event] = await rig.events()
        assert isinstance(event.happening, CommandGiven)
        assert event.workspace == rig.channel.workspace
        assert event.happening.text == '/pln follow #edchat "exit ticket"'
        assert event.happening.channel == rig.channel
        assert event.happening.person.key.person == rig.person_id("ana")

    async def test_a_command_can_be_answered_for_a_while(self, rig: CommandRig) -> None:
        await rig.command("ana", "/pln help")
        [event] = await rig.events()
        assert isinstance(event.happening, CommandGiven)
        assert event.happening.reply.deadline > rig.now()

    async def test_two_commands_are_two_events_also_with_the_same_words(self, rig: CommandRig) -> None:
        await rig.command("ana", "/pln help")
        await rig.command("ana", "/pln help")
        first, second = await rig.events()
        assert first.key != second.key

    async def test_a_command_reported_twice_is_one_event(self, rig: CommandRig) -> None:
        await rig.command("ana", "/pln help")
        await rig.repeat()
        assert len(await rig.events()) == 1

    async def test_a_command_that_could_not_be_kept_is_not_acknowledged(self, rig: CommandRig) -> None:
        await rig.break_inbox()
        assert not await rig.command("ana", "/pln help")

    async def test_after_leaving_no_command_is_heard(self, rig: CommandRig) -> None:
        await rig.leave()
        await rig.command("ana", "/pln help")
        assert list(await rig.events()) == []


class ReplyContract:
    """Chats with commands and private messages."""

    pytestmark = pytest.mark.asyncio

    async def test_a_reply_is_seen_by_who_asked_only(self, rig: CommandRig) -> None:
        await rig.command("ana", "/pln help")
        [event] = await rig.events()
        assert isinstance(event.happening, CommandGiven)
        await rig.chat.send(Outgoing("d-1", rig.channel, sentence("Here is help."), reply=event.happening.reply))
        assert await reads(rig, "ana", "Here is help.") == 1
        assert await reads(rig, "ben", "Here is help.") == 0


class ButtonContract:
    pytestmark = pytest.mark.asyncio

    _CHOICES = with_buttons(Button("My saves", "run/saved"), Button("Find", "run/find"))

    async def test_a_press_says_who_pressed_which_button_of_which_message(self, rig: ButtonRig) -> None:
        await send(rig, "d-1", self._CHOICES)
        message = await sent(rig, "d-2", self._CHOICES)
        assert await rig.press("ben", message, "Find")
        [event] = await rig.events()
        assert isinstance(event.happening, ButtonPressed)
        assert (event.happening.message, event.happening.action) == (message, "run/find")
        assert (event.happening.channel, event.happening.person.key.person) == (rig.channel, rig.person_id("ben"))
        assert event.happening.reply.deadline > rig.now()

    async def test_a_press_reported_twice_is_one_event(self, rig: ButtonRig) -> None:
        await rig.press("ana", await sent(rig, "d-1", self._CHOICES), "My saves")
        await rig.repeat()
        assert len(await rig.events()) == 1

    async def test_pressing_again_is_another_event(self, rig: ButtonRig) -> None:
        message = await sent(rig, "d-1", self._CHOICES)
        await rig.press("ana", message, "My saves")
        await rig.press("ana", message, "My saves")
        assert len({event.key for event in await rig.events()}) == 2

    async def test_a_press_that_could_not_be_kept_is_not_acknowledged(self, rig: ButtonRig) -> None:
        message = await sent(rig, "d-1", self._CHOICES)
        await rig.break_inbox()
        assert not await rig.press("ana", message, "My saves")

    async def test_after_leaving_no_press_is_heard(self, rig: ButtonRig) -> None:
        message = await sent(rig, "d-1", self._CHOICES)
        await rig.leave()
        await rig.press("ana", message, "My saves")
        assert list(await rig.events()) == []


class ReactionContract:
    pytestmark = pytest.mark.asyncio

    async def test_a_reaction_carries_the_reference_that_send_returned(self, rig: ReactionRig) -> None:
        await send(rig, "d-1", "Another message.")
        message = await sent(rig, "d-2", "Worth keeping.")
        assert await rig.react("ana", message, BOOKMARK)
        [event] = await rig.events()
        assert isinstance(event.happening, ReactionAdded)
        assert (event.happening.message, event.happening.emoji) == (message, BOOKMARK)
        assert (event.happening.channel, event.happening.person.key.person) == (rig.channel, rig.person_id("ana"))

    async def test_a_reaction_taken_back_is_heard(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.react("ana", message, BOOKMARK)
        await rig.unreact("ana", message, BOOKMARK)
        _, event = await rig.events()
        assert isinstance(event.happening, ReactionRemoved)
        assert (event.happening.message, event.happening.emoji) == (message, BOOKMARK)

    async def test_skin_tone_is_left_out(self, rig: ReactionRig) -> None:
        await rig.react("ana", await sent(rig, "d-1", "Worth keeping."), BROWN_THUMB)
        [event] = await rig.events()
        assert isinstance(event.happening, ReactionAdded)
        assert event.happening.emoji == THUMB

    async def test_a_reaction_reported_twice_is_one_event(self, rig: ReactionRig) -> None:
        await rig.react("ana", await sent(rig, "d-1", "Worth keeping."), BOOKMARK)
        await rig.repeat()
        assert len(await rig.events()) == 1

    async def test_a_reaction_that_could_not_be_kept_is_not_acknowledged(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.break_inbox()
        assert not await rig.react("ana", message, BOOKMARK)

    async def test_after_leaving_no_reaction_is_heard(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.leave()
        await rig.react("ana", message, BOOKMARK)
        assert list(await rig.events()) == []


class SeedContract:
    """Chats in which the bot can react first, so that people only have to tap. They report reactions too."""

    pytestmark = pytest.mark.asyncio

    async def test_its_own_reactions_are_not_heard(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"])
        await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"])
        assert list(await rig.events()) == []

    async def test_a_tap_on_a_seeded_reaction_is_heard(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"])
        await rig.react("ana", message, "2️⃣")
        [event] = await rig.events()
        assert isinstance(event.happening, ReactionAdded)
        assert event.happening.emoji == "2️⃣"


class ReadReactionsContract:
    """Chats that can be asked for the reactions that stand, after a time in which nobody listened."""

    pytestmark = pytest.mark.asyncio

    async def test_the_reactions_that_stand_are_told(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.react("ana", message, BOOKMARK)
        await rig.react("ben", message, THUMB)
        await rig.react("ben", message, BOOKMARK)
        await rig.unreact("ben", message, BOOKMARK)
        standing = await rig.chat.reactions(rig.channel, message)
        assert {(each.person.key.person, each.emoji) for each in standing} == {
            (rig.person_id("ana"), BOOKMARK),
            (rig.person_id("ben"), THUMB),
        }


class SeedAndReadContract:
    """Chats that can do both."""

    pytestmark = pytest.mark.asyncio

    async def test_its_own_reactions_are_not_among_those_that_stand(self, rig: ReactionRig) -> None:
        message = await sent(rig, "d-1", "Worth keeping.")
        await rig.chat.seed(rig.channel, message, ["1️⃣", "2️⃣"])
        await rig.react("ana", message, "2️⃣")
        standing = await rig.chat.reactions(rig.channel, message)
        assert [(each.person.key.person, each.emoji) for each in standing] == [(rig.person_id("ana"), "2️⃣")]
