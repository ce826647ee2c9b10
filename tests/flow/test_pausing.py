"""Pauses and public holidays, from the command to the morning."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.calendar.school import School as Decided
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

ANA = ChannelKey(WORKSPACE, "ana")


async def channel_of(our: School, key: ChannelKey = STAFF) -> Channel:
    async with our.store.reading() as tx:
        found = await tx.channels.get(key)
    assert found
    return found


async def mornings(our: School, days: int, start: datetime = HALF_PAST_SEVEN) -> list[str]:
    """The dates of the digests that came, with something new to read every day."""
    came = []
    for day in range(days):
        moment = start + timedelta(days=day)
        before = len(our.digests())
        await our.at(moment - timedelta(hours=8))
        our.clock.set(moment)
        our.write()
        await our.at(moment)
        came += [f"{moment:%d %b}"] * (len(our.digests()) - before)
    return came


async def test_a_pause_names_the_first_day_with_a_digest_again_and_keeps_to_it() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln pause until 27 November")
        assert "no digest comes before 27 November" in answer
        assert "The next one comes Friday 07:30 (UTC)" in answer
        assert await mornings(our, 4) == ["27 Nov"]


async def test_a_pause_that_ends_at_a_weekend_says_monday() -> None:
    async with school() as our:
        await our.open_channel()
        assert "The next one comes Monday 30 November 07:30" in await our.say("ana", "/pln pause until 28 November")


async def test_until_may_be_written_in_short_and_needs_a_day() -> None:
    async with school() as our:
        await our.open_channel()
        assert "no digest comes before 27 November" in await our.say("ana", "/pln pause til 27 November")
        assert "Until when? Write a day" in await our.say("ana", "/pln pause until")


async def test_ones_own_digest_is_paused_and_resumed_with_words_of_its_own() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        assert "until somebody says /pln me resume" in await our.say("ana", "/pln me pause")
        assert "Type /pln me resume there" in await our.say("ana", "/pln me digest preview")
        assert "Your own digest is no longer paused." in await our.say("ana", "/pln me resume")
        assert "Type /pln me digest now" in await our.say("ana", "/pln me digest preview")


async def test_a_holiday_that_was_meant_as_holidays_pauses_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Days without a digest" in await our.say("ana", "/pln holiday")
        assert "is not paused" in await our.say("ana", "/pln resume")


async def test_everybody_hears_who_paused_the_digest() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln pause for two weeks")
        assert "no digest comes before 7 December" in our.chat.shown(STAFF, "ben")[-1].text


async def test_a_morning_that_was_planned_before_the_pause_does_not_come_after_it() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        await our.chat.command("ana", STAFF, "/pln pause until 25 November")
        await our.engine.turn_answers()
        await our.at(HALF_PAST_SEVEN + timedelta(minutes=15))
        assert our.digests() == []


async def test_a_pause_without_a_day_lasts_until_somebody_resumes() -> None:
    async with school() as our:
        await our.open_channel()
        assert "until somebody says /pln resume" in await our.say("ana", "/pln pause")
        assert await mornings(our, 2) == []
        assert "none in sight, paused until somebody says resume" in await our.say("ana", "/pln status")
        answer = await our.say("ana", "/pln resume")
        assert "no longer paused. The next digest comes tomorrow 07:30" in answer


async def test_what_was_missed_comes_as_one_digest_of_the_usual_size() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln size 3")
        await our.say("ana", "/pln pause")
        for day in range(4):
            our.clock.set(HALF_PAST_SEVEN + timedelta(days=day))
            our.write()
        await our.say("ana", "/pln resume")
        await our.press("ana", our.last_answer("ana").id, "Get what was missed")
        (digest,) = our.digests()
        assert "3 posts" in digest.text


async def test_the_first_morning_after_a_pause_is_one_digest_of_the_usual_size() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln size 3")
        await our.next_digest(3)
        await our.say("ana", "/pln pause until 30 November")
        for day in range(1, 6):
            our.clock.set(HALF_PAST_SEVEN + timedelta(days=day))
            our.write()
        await our.at(HALF_PAST_SEVEN + timedelta(days=6))
        assert len(our.digests()) == 2
        assert "3 posts" in our.digests()[-1].text


@pytest.mark.parametrize("typed", ["pause", "pause until 4 December"])
async def test_a_pause_is_undone_with_one_press(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln {typed}")
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert (await channel_of(our)).paused_until == our.clock.now().date()
        assert "is not paused" in await our.say("ana", "/pln resume")


async def test_resuming_is_undone_with_one_press() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln pause until 4 December")
        paused = await channel_of(our)
        await our.say("ana", "/pln resume")
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert (await channel_of(our)) == paused


async def test_resuming_what_is_not_paused_changes_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln resume")
        assert answer.startswith("This channel is not paused. The next digest comes tomorrow 07:30 (UTC).")


@pytest.mark.parametrize(
    "typed", ["pause until 20 November", "pause until 8/1", "pause until soon", "pause next friday"]
)
async def test_a_day_that_cannot_be_meant_is_answered_with_an_example(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert "such as" in await our.say("ana", f"/pln {typed}")
        assert (await channel_of(our)).paused_until is None


async def test_a_channel_of_the_file_is_paused_by_command_and_stays_so_when_the_file_is_read_again() -> None:
    async with school() as our:
        await our.configure()
        await our.say("ana", "/pln pause until 4 December")
        await our.configure()
        assert await mornings(our, 2) == []
        await our.say("ana", "/pln resume")
        assert await mornings(our, 1, HALF_PAST_SEVEN + timedelta(days=2)) == ["26 Nov"]


async def test_the_holidays_of_a_channel_of_the_file_are_the_files() -> None:
    async with school() as our:
        await our.configure()
        assert "config.toml" in await our.say("ana", "/pln holidays GB-ENG")


async def test_a_locked_channel_is_not_paused_by_just_anybody() -> None:
    async with school(owners=frozenset({"olga"})) as our:
        await our.open_channel()
        await our.say("olga", "/pln lock")
        assert "only admins change" in await our.say("ben", "/pln pause")
        assert "is paused" in await our.say("olga", "/pln pause")


async def test_somebody_pauses_only_their_own_digest() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        answer = await our.say("ana", "/pln me pause")
        assert "Your own digest is paused: no digest comes until somebody says /pln me resume." in answer
        assert (await channel_of(our)).paused_until is None
        assert (await channel_of(our, ANA)).paused_until is not None


async def test_there_is_no_digest_on_public_holidays_and_the_day_is_named() -> None:
    async with school() as our:
        await our.open_channel()
        assert "public holidays (United States)" in await our.say("ana", "/pln holidays us")
        assert "Thursday 26 November · public holiday: Thanksgiving" in await our.say("ana", "/pln holidays")
        assert await mornings(our, 4) == ["24 Nov", "25 Nov", "27 Nov"]


async def test_why_no_digest_comes_tomorrow_is_said_wherever_the_next_one_is() -> None:
    async with school(school=Decided(holidays=("US",))) as our:
        await our.open_channel()
        our.clock.set(datetime(2026, 11, 25, 18, tzinfo=UTC))
        for typed in ("status", "schedule", "resume", "home"):
            answer = await our.say("ana", f"/pln {typed}")
            assert "Friday 07:30 (UTC)" in answer, typed
            assert "public holiday: Thanksgiving" in answer, typed


async def test_holidays_are_chosen_and_taken_back() -> None:
    async with school(school=Decided(holidays=("GB-ENG",))) as our:
        await our.open_channel()
        assert "public holidays (Scotland)" in await our.say("ana", "/pln holidays Scotland")
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert (await channel_of(our)).holidays is None
        assert "There is a digest on public holidays, too" in await our.say("ana", "/pln holidays none")
        assert (await channel_of(our)).holidays == ()
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert (await channel_of(our)).holidays is None
        assert "public holidays (England and Ireland)" in await our.say("ana", "/pln holidays GB-ENG IE")
        assert "Did you mean GB-ENG?" in await our.say("ana", "/pln holidays GB-EN")
