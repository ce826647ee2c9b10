"""What a chat promises about what is around its messages: what people write themselves, who they are, and what becomes
of channels and workspaces. For platforms that tell; inherited beside `bot.testing.chat_contract`.
"""

from dataclasses import replace

import pytest

from bot.domain.events import Change, ChannelChanged, MessageChosen, ReactionAdded, WorkspaceLeft
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.testing.chat_rig import CallRig, ChannelRig, MessageRig, ProfileRig, ReadingRig
from bot.testing.messages import outgoing, sentence
from bot.testing.talk import sent

BOOKMARK = "🔖"
TEN = "https://tickets.example/ten"


class MessageChosenContract:
    """Chats in which people can choose a message, whoever wrote it, to save what it links to."""

    pytestmark = pytest.mark.asyncio

    async def test_it_says_who_chose_which_message_with_its_links_and_text(self, rig: MessageRig) -> None:
        message = await rig.write("ben", f"Ten exit tickets: {TEN}", TEN)
        assert await rig.choose("ana", message)
        [event] = await rig.events()
        assert isinstance(event.happening, MessageChosen)
        assert (event.happening.channel, event.happening.message) == (rig.channel, message)
        assert event.happening.person.key.person == rig.person_id("ana")
        assert list(event.happening.links) == [TEN]
        assert event.happening.text.startswith("Ten exit tickets")
        assert event.happening.reply.deadline > rig.now()

    async def test_a_message_of_ours_is_known_by_its_reference(self, rig: MessageRig) -> None:
        message = await sent(rig, "d-1", "Good morning.")
        await rig.choose("ana", message)
        [event] = await rig.events()
        assert isinstance(event.happening, MessageChosen)
        assert event.happening.message == message

    async def test_a_choice_reported_twice_is_one_event(self, rig: MessageRig) -> None:
        await rig.choose("ana", await rig.write("ben", "Good morning."))
        await rig.repeat()
        assert len(await rig.events()) == 1

    async def test_a_choice_that_could_not_be_kept_is_not_acknowledged(self, rig: MessageRig) -> None:
        message = await rig.write("ben", "Good morning.")
        await rig.break_inbox()
        assert not await rig.choose("ana", message)


class ReadMessagesContract:
    """Chats that can be asked for the links in a message, whoever wrote it."""

    pytestmark = pytest.mark.asyncio

    async def test_the_links_of_a_message_are_told(self, rig: ReadingRig) -> None:
        message = await rig.write("ben", f"Ten exit tickets: {TEN}", TEN)
        assert list(await rig.chat.links(rig.channel, message)) == [TEN]

    async def test_a_message_without_links_has_none(self, rig: ReadingRig) -> None:
        assert list(await rig.chat.links(rig.channel, await rig.write("ben", "Good morning."))) == []

    async def test_a_message_that_is_gone_has_none(self, rig: ReadingRig) -> None:
        message = await sent(rig, "d-1", "To be taken back.")
        await rig.chat.remove(rig.channel, message)
        assert list(await rig.chat.links(rig.channel, message)) == []

    async def test_a_reaction_on_somebodys_message_is_heard(self, rig: ReadingRig) -> None:
        message = await rig.write("ben", f"Ten exit tickets: {TEN}", TEN)
        assert await rig.react("ana", message, BOOKMARK)
        event = (await rig.events())[-1]
        assert isinstance(event.happening, ReactionAdded)
        assert (event.happening.message, event.happening.channel) == (message, rig.channel)


class ChannelChangeContract:
    """Chats that tell what becomes of a channel, and of the workspace."""

    pytestmark = pytest.mark.asyncio

    async def test_a_change_says_which_channel_and_what(self, rig: ChannelRig) -> None:
        for change in rig.changes:
            assert await rig.change(change)
            event = (await rig.events())[-1]
            assert isinstance(event.happening, ChannelChanged)
            assert (event.happening.channel, event.happening.change) == (rig.channel, change)

    async def test_a_new_name_is_said(self, rig: ChannelRig) -> None:
        await rig.change(Change.RENAMED, "science")
        event = (await rig.events())[-1]
        assert isinstance(event.happening, ChannelChanged)
        assert event.happening.name == "science"

    async def test_a_change_reported_twice_is_one_event(self, rig: ChannelRig) -> None:
        for change in rig.changes:
            await rig.change(change)
            heard = len(await rig.events())
            await rig.repeat()
            assert len(await rig.events()) == heard, change

    async def test_that_the_app_was_taken_away_is_said_in_a_sentence(self, rig: ChannelRig) -> None:
        await rig.take_away()
        event = (await rig.events())[-1]
        assert isinstance(event.happening, WorkspaceLeft)
        assert event.happening.why.endswith(".")


class ProfileContract:
    """Chats that know people's names, and who looks after the workspace."""

    pytestmark = pytest.mark.asyncio

    @pytest.mark.parametrize(("person", "standing"), [("ana", Standing.MEMBER), ("ben", Standing.ADMIN)])
    async def test_the_standing_of_a_person_is_told(self, rig: ProfileRig, person: str, standing: Standing) -> None:
        assert await _standing(rig, person) == standing

    async def test_a_channel_says_its_name_and_that_we_are_in_it(self, rig: ProfileRig) -> None:
        seen = await rig.chat.look(rig.channel)
        assert seen
        assert seen.is_member
        assert seen.name


class CallContract:
    """Chats in which people are in groups, and a message can call one of them."""

    pytestmark = pytest.mark.asyncio

    async def test_groups_are_known_by_name_and_who_is_in_them(self, rig: CallRig) -> None:
        teachers = await rig.group("Teachers", "ana")
        assert rig.chat.groups(rig.channel.workspace)[teachers] == "Teachers"
        assert teachers in await _groups(rig, "ana")
        assert teachers not in await _groups(rig, "ben")

    async def test_a_message_calls_the_group_it_says_and_nobody_else(self, rig: CallRig) -> None:
        teachers, others = await rig.group("Teachers", "ana"), await rig.group("Others", "ben")
        text = f"Good morning @everyone @here <@&{others}> <@{rig.person_id('ben')}> @Others"
        calling = replace(outgoing(rig.channel, "d-1", text), calls=teachers)
        message = await rig.chat.send(calling)
        assert message
        assert list(await rig.called(message)) == [teachers]
        assert await rig.chat.find(rig.channel, "d-1") == message, "it is known by its delivery all the same"

    async def test_no_other_message_calls_anybody_whatever_stands_in_it(self, rig: CallRig) -> None:
        teachers = await rig.group("Teachers", "ana")
        text = f"@everyone <@&{teachers}> <@{rig.person_id('ana')}> @Teachers"
        message = await sent(rig, "d-1", text)
        assert list(await rig.called(message)) == []
        await rig.chat.edit(rig.channel, message, sentence(f"{text} again"))
        assert list(await rig.called(message)) == []

    async def test_an_edit_of_what_called_them_calls_nobody(self, rig: CallRig) -> None:
        teachers = await rig.group("Teachers", "ana")
        message = await rig.chat.send(replace(outgoing(rig.channel, "d-1", "Good morning."), calls=teachers))
        assert message
        await rig.chat.edit(rig.channel, message, sentence("Good morning again."))
        assert list(await rig.called(message)) == []


async def _groups(rig: CallRig, person: str) -> frozenset[str]:
    return (await rig.chat.profile(PersonKey(rig.channel.workspace, rig.person_id(person)))).groups


class GuestContract:
    """Chats that know as well who is a guest, and who belongs to somebody else."""

    pytestmark = pytest.mark.asyncio

    @pytest.mark.parametrize(("person", "standing"), [("gus", Standing.GUEST), ("eve", Standing.EXTERNAL)])
    async def test_who_does_not_belong_to_the_workspace_is_told(
        self, rig: ProfileRig, person: str, standing: Standing
    ) -> None:
        assert await _standing(rig, person) == standing


async def _standing(rig: ProfileRig, person: str) -> Standing:
    profile = await rig.chat.profile(PersonKey(rig.channel.workspace, rig.person_id(person)))
    assert profile.name
    return profile.standing
