"""What a chat promises about forms, a person's own page and own channel, and threads.

Inherited beside `bot.testing.chat_contract`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.events import ButtonPressed, CommandGiven, Event, FormSent, HomeOpened, ReactionAdded, ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import Rejected
from bot.ports import Outgoing
from bot.testing.chat_rig import FormRig, HomeRig, PersonalRig, ThreadRig
from bot.testing.messages import HOSTILE, sentence, with_buttons
from bot.testing.talk import count_of, sent
from bot.views import Button, ChoiceField, Form, TextField

BOOKMARK = "🔖"


def a_form(intro: str = "What should colleagues know?", note: str = "") -> Form:
    return Form(
        name="note",
        title="Save to library",
        submit="Save",
        intro=intro,
        state="i-1 and more of it" * 20,
        fields=(
            TextField("tags", "Tags", value="maths", optional=True),
            TextField("note", "Note", value=note, optional=True, long=True, most=2_000),
            ChoiceField("shelf", "Shelf", (("", "Library"), ("reading", "Reading group")), chosen=("",)),
            ChoiceField("days", "Days", (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday")), several=True),
        ),
    )


class FormContract:
    """Chats with forms; they have commands, from which a form is opened here."""

    pytestmark = pytest.mark.asyncio

    async def test_a_form_is_shown_to_who_asked_only(self, rig: FormRig) -> None:
        await rig.chat.open_form(await _asked(rig), a_form())
        shown = await rig.form("ana")
        assert shown is not None
        for part in ("Save to library", "What should colleagues know?", "Tags", "Note", "Shelf", "Reading group"):
            assert count_of(part, [shown]) == 1, part
        assert await rig.form("ben") is None

    async def test_what_was_filled_in_comes_back_with_its_state(self, rig: FormRig) -> None:
        await rig.chat.open_form(await _asked(rig), a_form())
        assert await rig.fill(
            "ana",
            {"Tags": "fractions", "Note": "For Year 7.", "Shelf": "Reading group", "Days": ["Monday", "Wednesday"]},
        )
        sent_form = _form_of(await rig.events())
        assert (sent_form.form, sent_form.state) == ("note", a_form().state)
        assert (sent_form.channel, sent_form.person.key.person) == (rig.channel, rig.person_id("ana"))
        assert dict(sent_form.values) == {
            "tags": "fractions",
            "note": "For Year 7.",
            "shelf": "reading",
            "days": "mon,wed",
        }
        assert sent_form.reply.deadline > rig.now()

    async def test_what_nobody_touched_comes_back_as_it_stood(self, rig: FormRig) -> None:
        await rig.chat.open_form(await _asked(rig), a_form())
        await rig.fill("ana", {"Days": ["Tuesday"]})
        values = dict(_form_of(await rig.events()).values)
        assert values == {"tags": "maths", "note": "", "shelf": "", "days": "tue"}

    async def test_a_form_may_have_as_many_fields_as_the_chat_says(self, rig: FormRig) -> None:
        most = rig.chat.abilities(rig.channel.workspace).form_fields
        fields = tuple(TextField(f"field{number}", f"Field no. {number}", value="as it was") for number in range(most))
        await rig.chat.open_form(await _asked(rig), replace(a_form(), fields=fields))
        await rig.fill("ana", {f"Field no. {most - 1}": "changed"})
        values = dict(_form_of(await rig.events()).values)
        assert values == {each.key: each.value for each in fields} | {f"field{most - 1}": "changed"}

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_on_a_form_is_shown_and_not_obeyed(self, rig: FormRig, text: str) -> None:
        await rig.chat.open_form(await _asked(rig), a_form(intro=text))
        assert count_of(text, [await rig.form("ana") or ""]) == 1
        assert list(await rig.obeyed()) == []

    async def test_a_form_cannot_be_opened_when_it_is_too_late(self, rig: FormRig) -> None:
        reply = await _asked(rig)
        assert reply.form_until is not None
        await rig.advance(reply.form_until - rig.now() + timedelta(seconds=1))
        with pytest.raises(Rejected, match=r"\w+ \w+.*\."):
            await rig.chat.open_form(reply, a_form())
        assert await rig.form("ana") is None

    async def test_a_form_reported_twice_is_one_event(self, rig: FormRig) -> None:
        await rig.chat.open_form(await _asked(rig), a_form())
        await rig.fill("ana", {"Days": ["Monday"]})
        await rig.repeat()
        assert len(await rig.events()) == 2

    async def test_a_form_that_could_not_be_kept_is_not_acknowledged(self, rig: FormRig) -> None:
        await rig.chat.open_form(await _asked(rig), a_form())
        await rig.break_inbox()
        assert not await rig.fill("ana", {"Days": ["Monday"]})


class HomeContract:
    """Chats where everybody has a page of their own."""

    pytestmark = pytest.mark.asyncio

    async def test_looking_at_it_is_heard(self, rig: HomeRig) -> None:
        assert await rig.open_home("ana")
        [event] = await rig.events()
        assert isinstance(event.happening, HomeOpened)
        assert event.happening.person.key == _key(rig, "ana")
        assert event.happening.channel == _own(rig, "ana")

    async def test_a_page_is_seen_by_that_person_only(self, rig: HomeRig) -> None:
        await rig.chat.publish_home(_key(rig, "ana"), sentence("Two saves of yours."))
        assert count_of("Two saves of yours.", [await rig.home("ana")]) == 1
        assert count_of("Two saves of yours.", [await rig.home("ben")]) == 0

    async def test_a_new_page_takes_the_place_of_the_old_one(self, rig: HomeRig) -> None:
        await rig.chat.publish_home(_key(rig, "ana"), sentence("Two saves of yours."))
        await rig.chat.publish_home(_key(rig, "ana"), sentence("Three saves of yours."))
        assert count_of("Two saves of yours.", [await rig.home("ana")]) == 0
        assert count_of("Three saves of yours.", [await rig.home("ana")]) == 1

    async def test_a_button_on_it_is_heard(self, rig: HomeRig) -> None:
        page = with_buttons(Button("My saves", "run/saved"), Button("Find", "run/find"))
        await rig.chat.publish_home(_key(rig, "ana"), page)
        assert await rig.press_at_home("ana", "Find")
        [event] = await rig.events()
        assert isinstance(event.happening, ButtonPressed)
        assert (event.happening.action, event.happening.channel) == ("run/find", _own(rig, "ana"))
        assert event.happening.reply.deadline > rig.now()

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_on_it_is_shown_and_not_obeyed(self, rig: HomeRig, text: str) -> None:
        await rig.chat.publish_home(_key(rig, "ana"), sentence(text))
        assert count_of(text, [await rig.home("ana")]) == 1
        assert list(await rig.obeyed()) == []


class ThreadContract:
    pytestmark = pytest.mark.asyncio

    async def test_what_belongs_under_a_message_is_read_there(self, rig: ThreadRig) -> None:
        cover, other = await sent(rig, "d-1", "The cover."), await sent(rig, "d-2", "Another cover.")
        await rig.chat.send(Outgoing("d-3", rig.channel, sentence("A card."), under=cover))
        assert count_of("A card.", await rig.thread("ana", cover)) == 1
        assert count_of("A card.", await rig.thread("ana", other)) == 0

    async def test_cards_stand_in_the_order_they_were_sent_and_each_has_its_own_reference(self, rig: ThreadRig) -> None:
        cover = await sent(rig, "d-1", "The cover.")
        cards = [
            await rig.chat.send(Outgoing(f"d-{n}", rig.channel, sentence(f"Card {n}."), under=cover)) for n in (2, 3)
        ]
        texts = list(await rig.thread("ana", cover))
        assert [count_of("Card 2.", texts[:1]), count_of("Card 3.", texts[1:])] == [1, 1]
        assert len({cover, *cards}) == 3

    async def test_a_card_can_be_edited(self, rig: ThreadRig) -> None:
        cover = await sent(rig, "d-1", "The cover.")
        card = await rig.chat.send(Outgoing("d-2", rig.channel, sentence("Before."), under=cover))
        assert card
        await rig.chat.edit(rig.channel, card, sentence("Afterwards."))
        texts = await rig.thread("ana", cover)
        assert [count_of("Before.", texts), count_of("Afterwards.", texts)] == [0, 1]


class PersonalChannelContract:
    """Chats where a person's id is also the id of a channel that only that person reads."""

    pytestmark = pytest.mark.asyncio

    async def test_what_is_sent_there_is_read_by_that_person_only(self, rig: PersonalRig) -> None:
        await rig.chat.send(Outgoing("d-1", _own(rig, "ana"), sentence("Your own digest.")))
        assert count_of("Your own digest.", await rig.personal("ana")) == 1
        assert count_of("Your own digest.", await rig.personal("ben")) == 0
        assert count_of("Your own digest.", await rig.shown("ana")) == 0

    async def test_it_can_be_edited_and_taken_back(self, rig: PersonalRig) -> None:
        message = await rig.chat.send(Outgoing("d-1", _own(rig, "ana"), sentence("Before.")))
        assert message
        await rig.chat.edit(_own(rig, "ana"), message, sentence("Afterwards."))
        assert count_of("Afterwards.", await rig.personal("ana")) == 1
        await rig.chat.remove(_own(rig, "ana"), message)
        assert list(await rig.personal("ana")) == []

    async def test_a_command_there_is_heard_from_that_channel(self, rig: PersonalRig) -> None:
        assert await rig.command_alone("ana", "/pln me follow #edchat")
        [event] = await rig.events()
        assert isinstance(event.happening, CommandGiven)
        assert event.happening.channel == _own(rig, "ana")
        await rig.chat.send(
            Outgoing("d-1", _own(rig, "ana"), sentence("You follow it now."), reply=event.happening.reply)
        )
        assert count_of("You follow it now.", await rig.personal("ana")) == 1

    async def test_a_button_there_is_heard_with_the_same_reference(self, rig: PersonalRig) -> None:
        message = await rig.chat.send(Outgoing("d-1", _own(rig, "ana"), with_buttons(Button("Find", "run/find"))))
        assert message
        assert await rig.press("ana", message, "Find")
        [event] = await rig.events()
        assert isinstance(event.happening, ButtonPressed)
        assert (event.happening.channel, event.happening.message) == (_own(rig, "ana"), message)

    async def test_a_person_nobody_knows_is_rejected(self, rig: PersonalRig) -> None:
        nobody = ChannelKey(rig.channel.workspace, rig.elsewhere.channel)
        with pytest.raises(Rejected):
            await rig.chat.send(Outgoing("d-1", nobody, sentence("Is anybody there?")))


class PersonalReactionContract:
    """Chats that report reactions in a person's own channel as well."""

    pytestmark = pytest.mark.asyncio

    async def test_a_reaction_there_is_heard_with_the_same_reference(self, rig: PersonalRig) -> None:
        message = await rig.chat.send(Outgoing("d-1", _own(rig, "ana"), sentence("Your own digest.")))
        assert message
        assert await rig.react("ana", message, BOOKMARK)
        [event] = await rig.events()
        assert isinstance(event.happening, ReactionAdded)
        assert (event.happening.channel, event.happening.message) == (_own(rig, "ana"), message)


async def _asked(rig: FormRig) -> ReplyHandle:
    """The handle of a command."""
    await rig.command("ana", "/pln settings")
    [event] = await rig.events()
    assert isinstance(event.happening, CommandGiven)
    return event.happening.reply


def _form_of(events: Sequence[Event]) -> FormSent:
    happening = events[-1].happening
    assert isinstance(happening, FormSent)
    return happening


def _key(rig: HomeRig | PersonalRig, person: str) -> PersonKey:
    return PersonKey(rig.channel.workspace, rig.person_id(person))


def _own(rig: HomeRig | PersonalRig, person: str) -> ChannelKey:
    return ChannelKey(rig.channel.workspace, rig.person_id(person))
