"""What every chat promises, as tests to inherit, one class an ability.

    class TestMyChat(ChatContract, ReferenceContract, EditContract):
        @pytest_asyncio.fixture
        async def rig(self) -> AsyncIterator[MyRig]: ...

A difference between platforms is an ability that the adapter declares, never a skip: `ChatContract` fails where an
ability is declared and its contract is not inherited. `bot.testing.chat_trouble` has outages, throttling and cuts.
"""

import pytest

from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.events import ButtonPressed, CommandGiven, ReactionAdded, ReactionRemoved
from bot.errors import Rejected
from bot.ports import Abilities, Outgoing
from bot.testing.chat_rig import ButtonRig, ChatRig, CommandRig, ReactionRig
from bot.testing.messages import (
    HOSTILE,
    a_post,
    a_post_without_text,
    of_every_kind,
    outgoing,
    sentence,
    with_buttons,
)
from bot.views import Button, Message

THUMB = "👍"
BROWN_THUMB = "👍🏾"
BOOKMARK = "🔖"


class ChatContract:
    """Every chat, however little it can do."""

    pytestmark = pytest.mark.asyncio

    async def test_it_names_itself_and_its_workspaces(self, rig: ChatRig) -> None:
        workspaces = rig.chat.workspaces()
        assert all(isinstance(each, Workspace) and each.platform == rig.chat.name for each in workspaces)
        assert rig.channel.workspace in {each.id for each in workspaces}

    async def test_every_ability_it_declares_is_held_to_its_contract(self, rig: ChatRig) -> None:
        asked = contracts_for(rig.chat.abilities(rig.channel.workspace))
        assert [each.__name__ for each in asked if not isinstance(self, each)] == []

    async def test_the_text_is_shown(self, rig: ChatRig) -> None:
        await send(rig, "d-1", "The exit tickets are in the tray.")
        assert [await _reads(rig, "ana", "The exit tickets are in the tray.")] == [1]

    async def test_messages_are_shown_in_the_order_they_were_sent(self, rig: ChatRig) -> None:
        for number in (1, 2, 3):
            await send(rig, f"d-{number}", f"Message number {number}.")
        shown = [_squeezed(each) for each in await rig.shown("ana")]
        assert [next(n for n in (1, 2, 3) if f"Message number {n}." in each) for each in shown] == [1, 2, 3]

    async def test_every_kind_of_block_is_one_message(self, rig: ChatRig) -> None:
        able = rig.chat.abilities(rig.channel.workspace).can_take_back
        await send(rig, "d-1", of_every_kind(a_post() if able else a_post_without_text()))
        assert [await _reads(rig, "ana", "Tuesday 24 November")] == [1]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_is_shown_and_not_obeyed(self, rig: ChatRig, text: str) -> None:
        await send(rig, "d-1", text)
        assert await _reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []

    async def test_a_very_long_text_is_no_error(self, rig: ChatRig) -> None:
        await send(rig, "d-1", "A long story. " * 1000)
        assert await _reads(rig, "ana", "A long story. A long story.") == 1

    async def test_an_unknown_channel_is_rejected_in_a_sentence(self, rig: ChatRig) -> None:
        with pytest.raises(Rejected, match=r"\w+ \w+.*\."):
            await rig.chat.send(Outgoing("d-1", rig.elsewhere, sentence("Is anybody there?")))
        assert list(await rig.shown("ana")) == []

    async def test_looking_after_it_changes_nothing(self, rig: ChatRig) -> None:
        assert all(isinstance(each, Check) for each in await rig.chat.check())
        assert list(await rig.shown("ana")) == []

    async def test_what_nobody_did_is_not_heard(self, rig: ChatRig) -> None:
        await send(rig, "d-1", "Good morning.")
        assert list(await rig.events()) == []


class ReferenceContract:
    """Chats whose messages can be spoken of afterwards."""

    pytestmark = pytest.mark.asyncio

    async def test_every_message_has_its_own_reference(self, rig: ChatRig) -> None:
        references = [await sent(rig, f"d-{number}", "The same words.") for number in (1, 2, 3)]
        assert len(set(references)) == 3


class PostContract:
    """Chats that may be given posts, because they can take them back."""

    pytestmark = pytest.mark.asyncio

    @pytest.mark.parametrize(
        "part",
        [
            "Ana Souza",
            "@anateaches",
            "2 hours ago",
            "Exit tickets that take two minutes to mark.",
            "Ten exit tickets",
            "tickets.example",
            "Picture: three cards on a desk",
            "Once a week · 40%",
            "In reply to @mathsbee",
            "#edchat · has a link",
            "View on X",
        ],
    )
    async def test_a_post_is_shown_with(self, rig: ChatRig, part: str) -> None:
        await send(rig, "d-1", Message((a_post(),), summary="A post by Ana Souza"))
        assert await _reads(rig, "ana", part) == 1

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_the_hostile_text_of_a_post_is_shown_and_not_obeyed(self, rig: ChatRig, text: str) -> None:
        await send(rig, "d-1", Message((a_post(text),), summary="A post by Ana Souza"))
        assert await _reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []


class EditContract:
    pytestmark = pytest.mark.asyncio

    async def test_an_edit_replaces_the_text(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "Before.")
        await send(rig, "d-2", "Another message.")
        await rig.chat.edit(rig.channel, message, sentence("Afterwards."))
        assert await _reads(rig, "ana", "Before.") == 0
        assert await _reads(rig, "ana", "Afterwards.") == 1
        assert await _reads(rig, "ana", "Another message.") == 1

    async def test_editing_to_what_it_says_already_is_no_error(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "The same.")
        await rig.chat.edit(rig.channel, message, sentence("The same."))
        await rig.chat.edit(rig.channel, message, sentence("The same."))
        assert await _reads(rig, "ana", "The same.") == 1

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_that_comes_by_an_edit_is_not_obeyed(self, rig: ChatRig, text: str) -> None:
        message = await sent(rig, "d-1", "Before.")
        await rig.chat.edit(rig.channel, message, sentence(text))
        assert await _reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []


class RemoveContract:
    pytestmark = pytest.mark.asyncio

    async def test_what_is_removed_is_not_shown_and_the_rest_is(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "To be taken back.")
        await send(rig, "d-2", "To stay.")
        await rig.chat.remove(rig.channel, message)
        assert await _reads(rig, "ana", "To be taken back.") == 0
        assert await _reads(rig, "ana", "To stay.") == 1

    async def test_removing_twice_is_no_error(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "To be taken back.")
        await rig.chat.remove(rig.channel, message)
        await rig.chat.remove(rig.channel, message)
        assert list(await rig.shown("ana")) == []


class FindContract:
    pytestmark = pytest.mark.asyncio

    async def test_each_delivery_is_found_by_its_own_id(self, rig: ChatRig) -> None:
        first, second = await sent(rig, "d-1", "The same words."), await sent(rig, "d-2", "The same words.")
        assert await rig.chat.find(rig.channel, "d-1") == first
        assert await rig.chat.find(rig.channel, "d-2") == second

    async def test_what_was_never_sent_is_not_found(self, rig: ChatRig) -> None:
        await send(rig, "d-1", "It speaks of d-2.")
        assert await rig.chat.find(rig.channel, "d-2") is None
        assert await rig.chat.find(rig.channel, "d") is None

    async def test_asking_before_sending_again_makes_no_double(self, rig: ChatRig) -> None:
        for _attempt in (1, 2):
            if await rig.chat.find(rig.channel, "d-1") is None:
                await send(rig, "d-1", "Once only.")
        assert await _reads(rig, "ana", "Once only.") == 1


class ResendContract:
    """Chats that refuse a double of a delivery by themselves, for `resend_safe_for`."""

    pytestmark = pytest.mark.asyncio

    async def test_the_same_delivery_sent_again_is_shown_once(self, rig: ChatRig) -> None:
        first = await sent(rig, "d-1", "Once only.")
        assert await sent(rig, "d-1", "Once only.") == first
        assert await _reads(rig, "ana", "Once only.") == 1


class PrivateContract:
    pytestmark = pytest.mark.asyncio

    async def test_a_private_message_is_seen_by_that_person_only(self, rig: ChatRig) -> None:
        await rig.chat.send(outgoing(rig.channel, "d-1", "For Ana's eyes.", private_to=rig.person_id("ana")))
        assert await _reads(rig, "ana", "For Ana's eyes.") == 1
        assert await _reads(rig, "ben", "For Ana's eyes.") == 0


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
        assert await _reads(rig, "ana", "Here is help.") == 1
        assert await _reads(rig, "ben", "Here is help.") == 0


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


def contracts_for(able: Abilities) -> list[type]:
    """The contracts that these abilities ask for."""
    can_refer = able.can_take_back or able.find or able.buttons or able.reaction_events or able.read_reactions
    asked = {
        ReferenceContract: can_refer,
        PostContract: able.can_take_back,
        EditContract: able.edit,
        RemoveContract: able.remove,
        FindContract: able.find,
        ResendContract: bool(able.resend_safe_for),
        PrivateContract: able.private_messages,
        CommandContract: able.commands,
        ReplyContract: able.commands and able.private_messages,
        ButtonContract: able.buttons,
        ReactionContract: able.reaction_events,
        SeedContract: able.seeded_reactions and able.reaction_events,
        ReadReactionsContract: able.read_reactions,
        SeedAndReadContract: able.seeded_reactions and able.read_reactions,
    }
    return [contract for contract, is_asked in asked.items() if is_asked]


async def send(rig: ChatRig, delivery: str, message: Message | str) -> None:
    """Sends it; whether the platform gave a reference does not matter here."""
    await rig.chat.send(outgoing(rig.channel, delivery, message))


async def sent(rig: ChatRig, delivery: str, message: Message | str) -> str:
    """Sends it and returns the reference that the platform has to give."""
    reference = await rig.chat.send(outgoing(rig.channel, delivery, message))
    assert reference
    return reference


async def _reads(rig: ChatRig, person: str, text: str) -> int:
    """In how many messages this person reads the text."""
    return sum(_squeezed(text) in _squeezed(each) for each in await rig.shown(person))


def _squeezed(text: str) -> str:
    return " ".join(text.split())
