"""What people do with a digest."""

from datetime import timedelta

from bot.domain.library import KEYCAPS
from bot.flow.catch_up import catch_up
from tests.fakes.chat import Shown
from tests.rigs.school import HALF_PAST_SEVEN, School, school


async def digest_of(our: School, posts: int = 2) -> Shown:
    await our.configure()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    for _ in range(posts):
        our.write()
    await our.at(HALF_PAST_SEVEN)
    return our.digests()[0]


async def saves(our: School, person: str) -> int:
    answer = await our.say(person, "/pln saved")
    return 0 if "saved nothing" in answer else int(answer.split()[3])


async def test_the_same_event_three_times_has_one_effect() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ana", digest.id, KEYCAPS[1])
        await our.chat.repeat()
        await our.chat.repeat()
        await our.settle()
        assert await saves(our, "ana") == 1


async def test_thirty_people_at_once_are_thirty_savers_of_one_item() -> None:
    async with school() as our:
        digest = await digest_of(our)
        for number in range(30):
            await our.chat.react(f"person{number}", digest.id, KEYCAPS[0])
        await our.settle()
        await our.a_minute_later()
        assert "Saved by Person0 and 29 colleagues" in digest.text
        assert digest.versions == 2


async def test_taking_a_reaction_back_withdraws_that_mark_only() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.press("ana", digest.id, "Save item 1")
        await our.chat.unreact("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert await saves(our, "ana") == 1


async def test_a_reaction_can_be_taken_back_and_made_again() -> None:
    async with school() as our:
        digest = await digest_of(our)
        for expected in (1, 0, 1):
            act = our.chat.react if expected else our.chat.unreact
            our.clock.advance(timedelta(seconds=1))
            await act("ana", digest.id, KEYCAPS[0])
            await our.settle()
            assert await saves(our, "ana") == expected


async def test_a_bookmark_on_a_list_is_answered_with_the_choice() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ana", digest.id, "🔖")
        await our.settle()
        (question,) = [each for each in our.chat.messages if each.private_to == "ana"]
        assert "Which item would you like to save?" in question.text
        await our.chat.press("ana", question.id, "Save item 2")
        await our.settle()
        assert await saves(our, "ana") == 1


async def test_other_reactions_and_other_messages_save_nothing() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.say("ana", "/pln help")
        await our.chat.react("ana", digest.id, "👍")
        await our.chat.react("ana", digest.id, KEYCAPS[7])
        await our.chat.react("ana", our.chat.messages[-1].id, KEYCAPS[0])
        await our.settle()
        assert await saves(our, "ana") == 0


async def test_reactions_made_while_the_bot_was_away_are_found_and_undone_ones_are_not() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ben", digest.id, KEYCAPS[0])
        await our.settle()
        await our.say("ben", "/pln saved")
        await our.press("ben", our.chat.messages[-1].id, "Undo")
        digest.reactions.setdefault(KEYCAPS[1], []).append("ana")
        await catch_up(our.parts)
        assert await saves(our, "ana") == 1
        assert await saves(our, "ben") == 0


async def test_forgetting_somebody_takes_their_name_and_saves_and_leaves_the_others() -> None:
    async with school() as our:
        digest = await digest_of(our)
        for person in ("ana", "ben"):
            await our.chat.react(person, digest.id, KEYCAPS[0])
        await our.settle()
        assert "for good" in await our.say("ana", "/pln forget-me")
        assert "Done" in await our.say("ana", "/pln forget-me yes")
        await our.settle()
        assert "Saved by Ben" in digest.text
        assert "Ana" not in digest.text


async def test_an_item_is_saved_by_its_number() -> None:
    async with school() as our:
        await digest_of(our)
        answer = await our.say("ana", "/pln save 9")
        assert answer == "The latest digest has 2 items."
        assert "Saved to the library" in await our.say("ana", "/pln save 2")


async def test_a_tap_that_comes_before_the_message_is_known_is_not_lost() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        our.chat.cut_next(arrives=True)
        await our.at(HALF_PAST_SEVEN)
        await our.chat.react("ana", our.digests()[0].id, KEYCAPS[0])
        await our.settle()
        for seconds in (30, 60, 120):
            await our.at(HALF_PAST_SEVEN + timedelta(seconds=seconds))
        assert await saves(our, "ana") == 1


async def test_somebody_who_was_forgotten_stays_forgotten_after_a_restart() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        await our.say("ana", "/pln forget-me yes")
        our.clock.advance(timedelta(minutes=5))
        await catch_up(our.parts)
        async with our.store.reading() as tx:
            assert await tx.people.names(digest.channel.workspace, ["ana"]) == {}
        assert await saves(our, "ana") == 0
