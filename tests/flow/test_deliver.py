"""What becomes of a message on its way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import take_over
from bot.domain.channel import Channel, Origin
from bot.domain.content import say
from bot.domain.delivery import Lane, NewDelivery
from bot.domain.keys import ChannelKey
from bot.domain.library import KEYCAPS
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topics
from bot.errors import Rejected, Throttled, Unavailable
from bot.ports import Abilities
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

MINUTE = timedelta(minutes=1)
POST_ONLY = Abilities()


async def morning(our: School, text: str = "Something short and good for a Tuesday") -> None:
    await our.configure()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    our.write(text)
    await our.at(HALF_PAST_SEVEN)


async def test_a_throttled_message_waits_as_long_as_it_is_told_and_loses_no_attempt() -> None:
    async with school() as our:
        our.chat.throttle_next(HALF_PAST_SEVEN + 3 * MINUTE)
        await morning(our)
        await our.at(HALF_PAST_SEVEN + 2 * MINUTE)
        assert our.digests() == []
        await our.at(HALF_PAST_SEVEN + 3 * MINUTE)
        assert len(our.digests()) == 1


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_cut_message_is_asked_for_before_anything_is_sent_again(arrives: bool) -> None:  # noqa: FBT001
    async with school() as our:
        our.chat.cut_next(arrives=arrives)
        await morning(our)
        await our.at(HALF_PAST_SEVEN + MINUTE)
        await our.at(HALF_PAST_SEVEN + 2 * MINUTE)
        assert len(our.digests()) == 1


@pytest.mark.parametrize("arrives", [True, False])
async def test_where_the_chat_cannot_be_asked_it_is_not_sent_again_and_the_office_is_told(arrives: bool) -> None:  # noqa: FBT001
    async with school(abilities=replace(EVERYTHING, find=False)) as our:
        our.chat.cut_next(arrives=arrives)
        await morning(our)
        await our.at(HALF_PAST_SEVEN + 2 * MINUTE)
        await our.at(HALF_PAST_SEVEN + 20 * MINUTE)
        assert len(our.digests()) == int(arrives)
        assert "may be missing" in our.told_to_the_office()[0]
        assert "1 possibly missing" in await our.say("ana", "/pln status")


REFUSES_DOUBLES = replace(EVERYTHING, find=False, find_private=False, resend_safe_for=2 * MINUTE)


@pytest.mark.parametrize("arrives", [True, False])
async def test_where_the_chat_refuses_doubles_it_is_sent_again_while_that_lasts(*, arrives: bool) -> None:
    async with school(abilities=REFUSES_DOUBLES) as our:
        our.chat.cut_next(arrives=arrives)
        await morning(our)
        await our.at(HALF_PAST_SEVEN + MINUTE)
        assert len(our.digests()) == 1
        assert our.told_to_the_office() == []
        digest = our.digests()[0]
        await our.press("ana", digest.id, "Save item 1")
        await our.a_minute_later()
        assert "Saved by Ana" in digest.text, "its message is known"


@pytest.mark.parametrize("arrives", [True, False])
async def test_where_that_is_over_it_is_not_sent_again(*, arrives: bool) -> None:
    """A request may be on its way for half a minute, so the window ends that much earlier."""
    async with school(abilities=REFUSES_DOUBLES) as our:
        our.chat.cut_next(arrives=arrives)
        await morning(our)
        attempts = len(our.chat.attempts)
        await our.at(HALF_PAST_SEVEN + timedelta(seconds=91))
        assert len([each for each in our.chat.attempts[attempts:] if each.channel == STAFF]) == 0
        assert len(our.digests()) == int(arrives)
        assert "may be missing" in our.told_to_the_office()[0]


async def test_cut_off_again_and_again_it_is_one_message_at_last_or_none_is_known() -> None:
    async with school(abilities=REFUSES_DOUBLES) as our:
        our.chat.cut_next(arrives=True)
        await morning(our)
        for seconds in (30, 60, 85):
            our.chat.cut_next(arrives=True)
            await our.at(HALF_PAST_SEVEN + timedelta(seconds=seconds))
        await our.at(HALF_PAST_SEVEN + 20 * MINUTE)
        assert len(our.digests()) == 1


async def test_a_refusal_of_what_may_have_arrived_leaves_it_unknown() -> None:
    async with school(abilities=REFUSES_DOUBLES) as our:
        our.chat.cut_next(arrives=True)
        await morning(our)
        our.chat.fail_next(Rejected("We may not post there any more."))
        await our.at(HALF_PAST_SEVEN + MINUTE)
        assert "may be missing" in our.told_to_the_office()[0]


async def test_where_the_question_is_refused_it_is_sent_again_while_doubles_are() -> None:
    async with school(abilities=replace(EVERYTHING, resend_safe_for=2 * MINUTE)) as our:
        our.chat.cut_next(arrives=True)
        await morning(our)
        our.chat.unreadable.add(STAFF.channel)
        await our.at(HALF_PAST_SEVEN + MINUTE)
        assert len(our.digests()) == 1
        assert all("A save may be missing" in told for told in our.told_to_the_office())


@pytest.mark.parametrize("arrives", [True, False])
async def test_where_a_channel_takes_doubles_all_the_same_it_is_not_sent_there_again(*, arrives: bool) -> None:
    async with school(abilities=replace(EVERYTHING, resend_safe_for=2 * MINUTE)) as our:
        our.chat.takes_doubles.add(STAFF.channel)
        our.chat.cut_next(arrives=arrives)
        await morning(our)
        our.chat.unreadable.add(STAFF.channel)
        await our.at(HALF_PAST_SEVEN + MINUTE)
        assert len(our.digests()) == int(arrives)
        assert "may be missing" in our.told_to_the_office()[0]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_private_answer_is_sent_again_likewise(*, arrives: bool) -> None:
    async with school(abilities=REFUSES_DOUBLES) as our:
        await our.open_channel()
        our.chat.cut_next(arrives=arrives)
        await our.chat.command("ana", STAFF, "/pln list")
        await our.settle()
        await our.at(our.clock.now() + timedelta(seconds=30))
        heard = [each for each in our.chat.messages if each.private_to == "ana" and "follows 1 of at most" in each.text]
        assert len(heard) == 1


async def test_what_a_process_died_over_is_sent_again_by_the_next_one_while_doubles_are_refused() -> None:
    async with school(abilities=REFUSES_DOUBLES) as our:
        await our.open_channel()
        now = our.clock.now()
        new = NewDelivery("d-1", "key", STAFF, say("For your eyes only."), private_to="ana")
        async with our.store.transaction() as tx:
            await tx.outbox.put(new, now)
            assert await tx.outbox.claim("the dead one", now, 3 * MINUTE, Lane.ANSWERS, 1)
        our.clock.set(now + timedelta(seconds=20))
        async with our.store.transaction() as tx:
            await take_over(tx, our.parts)
        await our.settle()
        assert [each.text for each in our.chat.messages if each.delivery == "d-1"] == ["For your eyes only."]


async def test_where_doubles_are_not_refused_what_a_process_died_over_may_still_be_on_its_way() -> None:
    async with school() as our:
        await our.open_channel()
        now = our.clock.now()
        async with our.store.transaction() as tx:
            await tx.outbox.put(NewDelivery("d-1", "key", STAFF, say("Good morning.")), now)
            assert await tx.outbox.claim("the dead one", now, 3 * MINUTE, Lane.MESSAGES, 1)
            await take_over(tx, our.parts)
        await our.settle()
        assert [each for each in our.chat.messages if each.delivery == "d-1"] == []


async def test_a_refused_message_is_given_up_at_once_and_told() -> None:
    async with school() as our:
        our.chat.fail_next(Rejected("The channel is archived."))
        await morning(our)
        await our.at(HALF_PAST_SEVEN + 20 * MINUTE)
        assert our.digests() == []
        assert "given up: The channel is archived." in our.told_to_the_office()[0]
        assert "could not be sent here: The channel is archived." in await our.say("ana", "/pln status")
        our.clock.set(HALF_PAST_SEVEN + timedelta(days=1))
        our.write()
        await our.at(HALF_PAST_SEVEN + timedelta(days=1))
        assert "could not be sent here" not in await our.say("ana", "/pln status")


async def test_an_outage_without_end_is_given_up_after_a_while() -> None:
    async with school() as our:
        our.chat.down = Unavailable("The chat is down.")
        await morning(our)
        for minutes in range(1, 330, 3):
            await our.at(HALF_PAST_SEVEN + minutes * MINUTE)
        attempts = len([each for each in our.chat.attempts if each.channel.channel == "staff"])
        our.chat.down = None
        await our.at(HALF_PAST_SEVEN + 360 * MINUTE)
        assert attempts == 22
        assert our.digests() == []
        assert "given up" in our.told_to_the_office()[0]


async def test_a_failing_edit_is_tried_again_and_the_message_stays_one() -> None:
    async with school() as our:
        await morning(our)
        (digest,) = our.digests()
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        our.chat.down = Throttled("Slow down.", HALF_PAST_SEVEN + 2 * MINUTE)
        await our.settle()
        our.chat.down = None
        await our.at(HALF_PAST_SEVEN + 3 * MINUTE)
        assert "Saved by Ana" in our.digests()[0].text
        assert len(our.digests()) == 1


async def test_a_chat_that_can_only_be_posted_to_gets_no_text_of_a_post() -> None:
    async with school(abilities=POST_ONLY) as our:
        await morning(our, "Wording that could not be taken back")
        (digest,) = our.digests()
        assert "Wording that could not be taken back" not in digest.text + digest.message.summary
        assert "View on X" in digest.text


async def test_the_bots_own_reactions_come_with_the_numbers_of_the_items() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.write()
        await our.at(HALF_PAST_SEVEN)
        assert our.digests()[0].seeds == [*KEYCAPS[:2], "🔖"]


async def test_each_message_that_is_given_up_is_told() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        for day in range(2):
            our.clock.set(HALF_PAST_SEVEN + timedelta(days=day))
            our.write()
            our.chat.fail_next(Rejected("The channel is archived."))
            await our.at(HALF_PAST_SEVEN + timedelta(days=day))
        assert len(our.told_to_the_office()) == 2


async def test_a_digest_that_somebody_deleted_stays_deleted_and_nobody_is_alarmed() -> None:
    async with school() as our:
        await morning(our)
        (digest,) = our.digests()
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        our.chat.messages.remove(digest)
        await our.settle()
        assert our.digests() == []
        assert our.told_to_the_office() == []


async def test_a_chat_that_cannot_edit_is_not_asked_to() -> None:
    async with school(abilities=replace(EVERYTHING, edit=False)) as our:
        await morning(our)
        (digest,) = our.digests()
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert digest.versions == 1
        assert "You have saved 1 item" in await our.say("ana", "/pln saved")


async def test_whoever_followed_something_there_last_is_told_once_until_it_works_again() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ben", "/pln follow #mathchat")
        await our.plan()
        own = ChannelKey(WORKSPACE, "ben")
        for day, refused, told in ((0, True, 1), (1, True, 1), (2, False, 1), (3, True, 2)):
            our.clock.set(HALF_PAST_SEVEN + timedelta(days=day))
            our.write()
            if refused:
                our.chat.fail_next(Rejected("The channel is archived."))
            await our.at(HALF_PAST_SEVEN + timedelta(days=day))
            messages = our.chat.shown(own)
            assert len(messages) == told
        assert "The digest for Staff could not be sent: The channel is archived." in messages[0].text


async def test_nobody_is_told_about_their_own_channel_in_it() -> None:
    async with school() as our:
        await our.open_channel()
        own = ChannelKey(WORKSPACE, "ana")
        async with our.store.transaction() as tx:
            await tx.channels.put(Channel(own, "Ana", Schedule("UTC"), owner="ana"))
            (topic,) = parse_topics("#edchat", account_source="x")
            await tx.topics.follow(own, topic, Origin.COMMAND, "ana", our.clock.now())
            await tx.channels.remove(STAFF)
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.chat.closed_channels.add("ana")
        await our.at(HALF_PAST_SEVEN)
        assert len([each for each in our.chat.attempts if each.channel == own]) == 1
        assert len(our.told_to_the_office()) == 1
