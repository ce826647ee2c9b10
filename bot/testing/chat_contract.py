"""What every chat promises, as tests to inherit, one class an ability.

    class TestMyChat(ChatContract, ReferenceContract, EditContract):
        @pytest_asyncio.fixture
        async def rig(self) -> AsyncIterator[MyRig]: ...

A difference between platforms is an ability that the adapter declares, never a skip: `ChatContract` fails where an
ability is declared and its contract is not inherited. `bot.testing.chat_events` has what people do on a platform,
`bot.testing.chat_surfaces` forms, own pages and threads, `bot.testing.chat_files` files, `bot.testing.chat_around` what
platforms tell beside messages, `bot.testing.chat_trouble` outages, throttling and cuts.
"""

import pytest

from bot.domain.channel import Workspace
from bot.domain.check import Check
from bot.domain.keys import PersonKey
from bot.domain.people import Profile
from bot.errors import Rejected
from bot.ports import Abilities, Outgoing
from bot.testing.chat_around import CallContract, ReadMessagesContract
from bot.testing.chat_events import (
    ButtonContract,
    CommandContract,
    ReactionContract,
    ReadReactionsContract,
    ReplyContract,
    SeedAndReadContract,
    SeedContract,
)
from bot.testing.chat_files import FileContract
from bot.testing.chat_rig import ChatRig, PrivateRig
from bot.testing.chat_surfaces import (
    FormContract,
    HomeContract,
    PersonalChannelContract,
    PersonalReactionContract,
    ThreadContract,
)
from bot.testing.messages import HOSTILE, a_post, a_post_without_text, of_every_kind, outgoing, sentence
from bot.testing.talk import count_of, reads, send, sent, squeezed
from bot.views import Message


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
        assert [await reads(rig, "ana", "The exit tickets are in the tray.")] == [1]

    async def test_messages_are_shown_in_the_order_they_were_sent(self, rig: ChatRig) -> None:
        for number in (1, 2, 3):
            await send(rig, f"d-{number}", f"Message number {number}.")
        shown = [squeezed(each) for each in await rig.shown("ana")]
        assert [next(n for n in (1, 2, 3) if f"Message number {n}." in each) for each in shown] == [1, 2, 3]

    async def test_every_kind_of_block_is_one_message(self, rig: ChatRig) -> None:
        able = rig.chat.abilities(rig.channel.workspace).can_take_back
        await send(rig, "d-1", of_every_kind(a_post() if able else a_post_without_text()))
        assert [await reads(rig, "ana", "Tuesday 24 November")] == [1]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_is_shown_and_not_obeyed(self, rig: ChatRig, text: str) -> None:
        await send(rig, "d-1", text)
        assert await reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []

    async def test_a_very_long_text_is_no_error(self, rig: ChatRig) -> None:
        await send(rig, "d-1", "A long story. " * 1000)
        assert await reads(rig, "ana", "A long story. A long story.") == 1

    async def test_an_unknown_channel_is_rejected_in_a_sentence(self, rig: ChatRig) -> None:
        with pytest.raises(Rejected, match=r"\w+ \w+.*\."):
            await rig.chat.send(Outgoing("d-1", rig.elsewhere, sentence("Is anybody there?")))
        assert list(await rig.shown("ana")) == []

    async def test_looking_after_it_changes_nothing(self, rig: ChatRig) -> None:
        assert all(isinstance(each, Check) for each in await rig.chat.check())
        assert list(await rig.shown("ana")) == []

    async def test_a_channel_is_looked_at_where_the_platform_can_be_asked(self, rig: ChatRig) -> None:
        seen = await rig.chat.look(rig.channel)
        assert seen is None or (seen.is_member and not seen.remedy)
        assert isinstance(await rig.chat.profile(PersonKey(rig.channel.workspace, rig.person_id("ana"))), Profile)

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
            "#edchat",
            "has a link",
            "Reply on X",
            "View on X",
        ],
    )
    async def test_a_post_is_shown_with(self, rig: ChatRig, part: str) -> None:
        await send(rig, "d-1", Message((a_post(),), summary="A post by Ana Souza"))
        assert await reads(rig, "ana", part) == 1

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_the_hostile_text_of_a_post_is_shown_and_not_obeyed(self, rig: ChatRig, text: str) -> None:
        await send(rig, "d-1", Message((a_post(text),), summary="A post by Ana Souza"))
        assert await reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []


class EditContract:
    pytestmark = pytest.mark.asyncio

    async def test_an_edit_replaces_the_text(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "Before.")
        await send(rig, "d-2", "Another message.")
        await rig.chat.edit(rig.channel, message, sentence("Afterwards."))
        assert await reads(rig, "ana", "Before.") == 0
        assert await reads(rig, "ana", "Afterwards.") == 1
        assert await reads(rig, "ana", "Another message.") == 1

    async def test_editing_to_what_it_says_already_is_no_error(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "The same.")
        await rig.chat.edit(rig.channel, message, sentence("The same."))
        await rig.chat.edit(rig.channel, message, sentence("The same."))
        assert await reads(rig, "ana", "The same.") == 1

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_that_comes_by_an_edit_is_not_obeyed(self, rig: ChatRig, text: str) -> None:
        message = await sent(rig, "d-1", "Before.")
        await rig.chat.edit(rig.channel, message, sentence(text))
        assert await reads(rig, "ana", text) == 1
        assert list(await rig.obeyed()) == []


class RemoveContract:
    pytestmark = pytest.mark.asyncio

    async def test_what_is_removed_is_not_shown_and_the_rest_is(self, rig: ChatRig) -> None:
        message = await sent(rig, "d-1", "To be taken back.")
        await send(rig, "d-2", "To stay.")
        await rig.chat.remove(rig.channel, message)
        assert await reads(rig, "ana", "To be taken back.") == 0
        assert await reads(rig, "ana", "To stay.") == 1

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
        assert await reads(rig, "ana", "Once only.") == 1


class ResendContract:
    """Chats that refuse a double of a delivery by themselves, for `resend_safe_for`."""

    pytestmark = pytest.mark.asyncio

    async def test_the_same_delivery_sent_again_is_shown_once(self, rig: ChatRig) -> None:
        first = await sent(rig, "d-1", "Once only.")
        assert await sent(rig, "d-1", "Once only.") == first
        assert await reads(rig, "ana", "Once only.") == 1


class PrivateContract:
    pytestmark = pytest.mark.asyncio

    async def test_a_private_message_is_seen_by_that_person_only(self, rig: PrivateRig) -> None:
        await rig.chat.send(outgoing(rig.channel, "d-1", "For Ana's eyes.", private_to=rig.person_id("ana")))
        assert count_of("For Ana's eyes.", await rig.told("ana")) == 1
        assert count_of("For Ana's eyes.", await rig.told("ben")) == 0


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
        FormContract: able.forms,
        HomeContract: able.home,
        ThreadContract: able.threads,
        PersonalChannelContract: able.personal_channels,
        PersonalReactionContract: able.personal_reactions,
        ReadMessagesContract: able.read_messages,
        CallContract: able.calls_groups,
        FileContract: able.files,
    }
    return [contract for contract, is_asked in asked.items() if is_asked]
