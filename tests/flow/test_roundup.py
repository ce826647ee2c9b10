"""The round-up: what colleagues saved and said, once a week."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.channel import Slot
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from bot.domain.schedule import Reading, SlotKind, SlotState
from tests.fakes.chat import EVERYTHING, Shown
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, School, school

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY = HALF_PAST_SEVEN.replace(day=27, hour=15, minute=0)


async def a_week(our: School) -> Shown:
    """A staff channel with a round-up, and Tuesday's digest of three posts."""
    digest = await our.digest_of(3)
    await our.say("ana", "/pln roundup fri 15:00")
    return digest


async def save(our: School, person: str, digest: Shown, number: int) -> None:
    await our.chat.react(person, digest.id, KEYCAPS[number - 1])
    await our.settle()


async def friday(our: School, at: datetime = FRIDAY) -> Shown | None:
    """What the staff channel is told then, if anything; an hour before, all was well."""
    await our.at(at - HOUR)
    return await told(our, at)


async def told(our: School, at: datetime) -> Shown | None:
    before = len(our.chat.messages)
    await our.at(at)
    new = [each for each in our.chat.messages[before:] if each.channel == STAFF and not each.private_to]
    assert len(new) <= 1
    return new[0] if new else None


def again(our: School, message: Shown | None) -> str:
    """What it says by now."""
    assert message
    current = our.chat.message(message.id)
    assert current
    return current.text


async def roundups(our: School) -> list[Slot]:
    async with our.store.reading() as tx:
        return await tx.slots.latest(STAFF, SlotKind.ROUNDUP, 9)


# --------------------------------------------------------------------------------------------------------- what it says


async def test_on_friday_the_channel_hears_what_was_saved_tagged_and_noted_that_week() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await save(our, "ben", digest, 2)
        await save(our, "cleo", digest, 2)
        await our.say("ben", "/pln tag 2 fractions, year 9")
        await our.say("cleo", "/pln note 2 Worked well with my year 9")
        roundup = await friday(our)
        assert roundup
        heading, since, first, *_ = roundup.text.splitlines()
        assert heading == "The week in the library: 2 items"
        assert since == "What colleagues saved, tagged or noted since Friday 20 November."
        assert first == "Post by Author 2"
        assert "Saved by Ben and 1 colleague" in roundup.text
        assert "Tags: fractions, year 9" in roundup.text
        assert "Cleo: Worked well with my year 9" in roundup.text
        assert "Saved by Ana" in roundup.text
        assert roundup.text.endswith("Search all that was saved with /pln find fractions.")


async def test_it_comes_once_and_the_digest_of_that_morning_stays_as_it_is() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        assert await friday(our)
        for hours in (0, 1, 20, 24):
            assert await friday(our, FRIDAY + (hours + 1) * HOUR) is None
        assert [slot.state for slot in await roundups(our)] == [SlotState.COMPOSED]


async def test_a_week_in_which_nobody_saved_anything_passes_in_silence() -> None:
    async with school() as our:
        await a_week(our)
        assert await friday(our) is None
        assert [slot.state for slot in await roundups(our)] == [SlotState.QUIET]


async def test_ten_items_are_shown_and_the_rest_is_counted() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln size 10")
        await our.say("ana", "/pln roundup fri 15:00")
        digest = await our.next_digest(10)
        for number in range(1, 11):
            await save(our, "ana", digest, number)
        for number in range(2):
            address = f"https://resources.example/{number}"
            message = our.chat.write(STAFF, f"Look at {address}", address)
            await our.hear("ben", our.chat.choose_message("ben", message))
            await our.hear("ben", our.chat.fill_in("ben", {}))
        roundup = await friday(our)
        assert roundup
        assert roundup.text.startswith("The week in the library: 12 items")
        assert "These are 10 of them, those of most colleagues first." in roundup.text
        assert roundup.text.count("Saved by") == 10


async def test_nothing_is_read_for_it_and_so_it_costs_nothing() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await our.at(FRIDAY - HOUR)
        asked = len(our.x.asked)
        await our.at(FRIDAY)
        assert len(our.x.asked) == asked


async def test_the_next_digest_is_still_said_to_be_the_next_digest() -> None:
    async with school() as our:
        await a_week(our)
        await our.say("ana", "/pln roundup wed 12:00")
        await our.at(HALF_PAST_SEVEN + DAY + HOUR)
        assert "Next digest: tomorrow 07:30" in await our.say("ana", "/pln status")


# ----------------------------------------------------------------------------------------------------------- since when


async def test_the_second_one_begins_where_the_first_ended() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await friday(our)
        our.clock.set(FRIDAY + DAY)
        await save(our, "ben", digest, 2)
        roundup = await friday(our, FRIDAY + 7 * DAY)
        assert roundup
        assert "since Friday 27 November" in roundup.text
        assert "Author 2" in roundup.text
        assert "Author 1" not in roundup.text


async def test_after_weeks_without_one_it_looks_back_four_weeks_at_most() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await friday(our)
        await our.say("ana", "/pln roundup off")
        our.clock.set(FRIDAY + 30 * DAY)
        await save(our, "ben", digest, 2)
        await our.say("ana", "/pln roundup fri 15:00")
        roundup = await friday(our, FRIDAY + 35 * DAY)
        assert roundup
        assert "since Friday 4 December" in roundup.text


async def test_one_that_would_come_more_than_a_day_late_is_left_out_and_the_next_has_it_all() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await our.at(FRIDAY - HOUR)
        assert await told(our, FRIDAY + 25 * HOUR) is None
        our.clock.set(FRIDAY + 3 * DAY)
        await save(our, "ben", digest, 2)
        roundup = await friday(our, FRIDAY + 7 * DAY)
        assert roundup
        assert "since Friday 27 November" in roundup.text


async def test_one_that_a_process_took_along_into_a_long_outage_is_left_out_too() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await our.at(FRIDAY - HOUR)
        async with our.store.transaction() as tx:
            await tx.slots.set_reading(await tx.slots.claim_reading(FRIDAY, FRIDAY + HOUR, HOUR), Reading.DONE)
            assert await tx.slots.claim("a worker that dies", FRIDAY, HOUR, HOUR)
        assert await told(our, FRIDAY + 25 * HOUR) is None
        assert [slot.state for slot in await roundups(our)] == [SlotState.SKIPPED]


async def test_one_that_is_some_hours_late_still_comes() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await our.at(FRIDAY - HOUR)
        assert await told(our, FRIDAY + 5 * HOUR)


# --------------------------------------------------------------------------------------------------- what is taken back


async def test_a_save_that_is_taken_back_leaves_the_round_up() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await save(our, "ben", digest, 2)
        roundup = await friday(our)
        our.clock.advance(HOUR)
        await our.chat.unreact("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert again(our, roundup).startswith("The week in the library: 1 item\n")
        assert "Author 1" not in again(our, roundup)


async def test_a_forgotten_person_leaves_with_saves_notes_and_name() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await save(our, "ben", digest, 2)
        await our.say("ana", "/pln note 2 Ana says so")
        roundup = await friday(our)
        assert "Ana: Ana says so" in again(our, roundup)
        await our.say("ana", "/pln forget-me yes")
        await our.settle()
        assert "Ana" not in again(our, roundup)
        assert "Saved by Ben" in again(our, roundup)
        assert again(our, roundup).startswith("The week in the library: 1 item\n")


async def test_a_note_on_what_somebody_no_longer_saves_goes_with_them_too() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ben", digest, 2)
        await our.say("ana", "/pln note 2 Ana says so")
        await our.press("ana", our.last_answer("ana").id, "Undo")
        roundup = await friday(our)
        assert "Ana: Ana says so" in again(our, roundup)
        await our.say("ana", "/pln forget-me yes")
        assert "Ana" not in again(our, roundup)


async def test_a_reported_post_leaves_the_round_up_until_it_is_restored() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await save(our, "ben", digest, 2)
        roundup = await friday(our)
        await our.chat.press("cleo", digest.id, "Report item 1")
        await our.settle()
        assert "Author 1" not in again(our, roundup)
        assert again(our, roundup).startswith("The week in the library: 1 item\n")
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ada", "/pln reports")
        await our.press("ada", our.last_answer("ada").id, "Restore")
        assert "Author 1" in again(our, roundup)


async def test_where_nothing_can_be_taken_back_nobody_is_named_or_quoted() -> None:
    async with school(abilities=replace(EVERYTHING, edit=False, remove=False)) as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        await our.say("ben", "/pln note 1 Ben says so")
        roundup = await friday(our)
        assert roundup
        assert "Post by Author 1" in roundup.text
        assert "Saved by 2 colleagues" in roundup.text
        assert not {"Ana", "Ben"} & set(roundup.text.replace(":", " ").split())
        assert "says so" not in roundup.text


# ------------------------------------------------------------------------------------------------------------- commands


async def test_alone_the_command_says_what_holds_and_how_to_change_it() -> None:
    async with school() as our:
        await our.open_channel()
        before = await our.say("ana", "/pln roundup")
        assert before.startswith("There is no weekly round-up here. It looks back at what colleagues saved")
        assert before.endswith("Have one with /pln roundup fri 15:00.")
        await our.say("ana", "/pln roundup friday 15:00")
        after = await our.say("ana", "/pln roundup")
        assert after.startswith("The weekly round-up comes on Fridays at 15:00 (UTC).")
        assert after.endswith("end it with /pln roundup off.")


async def test_switching_it_on_is_said_aloud_and_can_be_undone() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln roundup thu 1530")
        assert answer.startswith("The weekly round-up comes on Thursdays at 15:30 (UTC).\nIt looks back")
        aloud = our.chat.shown(STAFF)[-2:]
        assert any("Ana changed it: The weekly round-up comes on Thursdays" in each.text for each in aloud)
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert "no weekly round-up" in await our.say("ana", "/pln roundup")


async def test_off_ends_it_at_once_and_the_same_again_changes_nothing() -> None:
    async with school() as our:
        digest = await a_week(our)
        await save(our, "ana", digest, 1)
        assert "already" in await our.say("ana", "/pln roundup fri 15:00")
        assert "no weekly round-up any more" in await our.say("ana", "/pln roundup off")
        assert "already" in await our.say("ana", "/pln roundup off")
        assert await friday(our) is None


async def test_what_is_no_time_of_the_week_is_refused_with_an_example() -> None:
    async with school() as our:
        await our.open_channel()
        for words in ("whenever", "fri", "15:00", "mon-fri 15:00", "fri 25:00"):
            assert "such as" in await our.say("ana", f"/pln roundup {words}")
        assert "no weekly round-up" in await our.say("ana", "/pln roundup")


async def test_where_the_configuration_decides_the_command_names_the_file() -> None:
    async with school() as our:
        await our.configure()
        assert "config.toml" in await our.say("ana", "/pln roundup")
        assert "config.toml" in await our.say("ana", "/pln roundup fri 15:00")


async def test_somebody_may_have_it_for_themselves_alone() -> None:
    async with school() as our:
        digest = await our.digest_of(2)
        await our.say("ana", "/pln me follow #edchat")
        assert "Fridays at 15:00" in await our.say("ana", "/pln me roundup fri 15:00")
        await save(our, "ben", digest, 1)
        before = len(our.chat.messages)
        await our.at(FRIDAY - HOUR)
        await our.at(FRIDAY)
        new = [each for each in our.chat.messages[before:] if "The week in the library" in each.text]
        assert [each.channel.channel for each in new] == ["ana"]
        assert "Saved by Ben" in new[0].text
