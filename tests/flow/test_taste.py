"""What a channel learns from what people do with its digests."""

from datetime import timedelta

import pytest

from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.people import Standing
from bot.domain.taste import Taste
from bot.services.digest.leanings import taste_in
from tests.fakes.chat import Shown, buttons_of
from tests.fakes.chat_text import all_buttons_of
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school
from tests.unit.examples import liked, link

ANA = ChannelKey(WORKSPACE, "ana")
MINUTE = timedelta(minutes=1)
AGES = {"Anna": MINUTE, "Bert": 2 * MINUTE}
FINE = liked(20)
FADES = timedelta(days=400)
TURNING = "\N{RIGHT-TO-LEFT OVERRIDE}"


async def press(our: School, person: str, message: Shown, beginning: str) -> str:
    """Presses the button whose label begins like that, and returns the answer."""
    our.clock.advance(MINUTE)
    labels = [button.label for button in all_buttons_of(message.message) if button.label.startswith(beginning)]
    return await our.hear(person, our.chat.press(person, message.id, labels[0]))


async def learnt(our: School, key: ChannelKey = STAFF) -> tuple[Channel, Taste]:
    async with our.store.reading() as tx:
        channel = await tx.channels.get(key)
        assert channel
        return channel, await taste_in(tx, channel, our.clock.now())


async def taste(our: School, person: str, typed: str = "taste") -> str:
    """Everything this person is told."""
    our.clock.advance(MINUTE)
    await our.say(person, f"/pln {typed}")
    return our.last_answer(person).text


async def maths_digest(our: School) -> Shown:
    """One item, by @author1, with #fractions and a link to nrich.example."""
    return await our.digest_of(
        1, metrics=FINE, hashtags=("edchat", "Fractions"), links=link("https://www.nrich.example/12345")
    )


async def test_a_channel_that_nobody_told_anything_leans_to_nothing_and_says_how_it_learns() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await taste(our, "ana")
        assert "This channel has no preferences yet" in answer
        assert "once two people agree" in answer
        assert not buttons_of(our.last_answer("ana").message)


async def test_saves_shift_the_author_the_hashtags_and_the_site_and_everybody_can_see_it() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        await press(our, "ana", digest, "Save item 1")
        await press(our, "ben", digest, "Save item 1")
        answer = await taste(our, "cleo")
        for liked in ("@author1", "nrich.example", "#fractions"):
            expected = f"{liked} (saved by 2 people)"
            assert expected in answer
        assert answer.index("@author1") < answer.index("nrich.example") < answer.index("#fractions")
        assert "Less of" not in answer
        assert "Ana" not in answer
        assert "Ben" not in answer


async def test_a_save_that_is_taken_back_counts_no_longer() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        await press(our, "ana", digest, "Save item 1")
        await press(our, "ana", our.last_answer("ana"), "Undo")
        assert "no preferences yet" in await taste(our, "ana")


async def test_what_one_person_wants_less_of_changes_nothing_and_is_told_to_nobody_else() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        answer = await press(our, "ben", digest, "Less like item 1")
        assert "by @author1, with #fractions or with a link to nrich.example come less often here once a" in answer
        assert "#edchat" not in answer, "the channel follows it"
        assert "You asked for less of @author1, #fractions and nrich.example." in await taste(our, "ben")
        assert "no preferences yet" in await taste(our, "cleo")
        _, found = await learnt(our)
        assert {leaning.weight for leaning in found.leanings.values()} == {0.0}


async def test_two_people_who_agree_change_the_channel() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        await press(our, "ben", digest, "Less like item 1")
        answer = await press(our, "cleo", digest, "Less like item 1")
        assert "Posts by @author1, with #fractions or with a link to nrich.example come less often here from" in answer
        assert "Less of: @author1 (less wanted by 2 people), nrich.example" in await taste(our, "ana")
        assert "You asked" not in await taste(our, "ben")


async def test_people_agree_on_what_their_posts_have_in_common_only() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(author_id="anna", metrics=FINE, hashtags=("edchat", "quizweek"))
        our.write(author_id="bert", metrics=FINE, hashtags=("edchat", "quizweek"))
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()
        await press(our, "ben", digest, "Less like item 1")
        answer = await press(our, "cleo", digest, "Less like item 2")
        assert "Posts with #quizweek come less often here from now on." in answer
        assert "come less often here once a colleague asks for it, too." in answer


@pytest.mark.parametrize(
    ("act", "people", "expected"),
    [
        ("Less like item 1", ["ben"], "Anna"),
        ("Less like item 1", ["ben", "cleo"], "Bert"),
        ("Less like item 2", ["ben", "cleo"], "Anna"),
        ("Save item 2", ["ben"], "Bert"),
    ],
)
async def test_of_two_posts_alike_the_one_that_people_lean_to_comes(act: str, people: list[str], expected: str) -> None:
    async with school() as our:
        await our.open_channel()
        first, _ = await digest_of_two(our, size=2)
        for person in people:
            await press(our, person, first, act)
        second, texts = await digest_of_two(our, size=1)
        assert texts[expected] in second.text


async def digest_of_two(our: School, *, size: int) -> tuple[Shown, dict[str, str]]:
    """Of two posts alike, one by Anna and a minute older one by Bert, and what they say."""
    our.clock.advance(timedelta(hours=1))
    written = {
        name: our.write(author_id=name, metrics=FINE, created_at=our.clock.now() - age) for name, age in AGES.items()
    }
    await our.say("ana", f"/pln size {size}")
    before = {each.id for each in our.digests()}
    await our.say("ana", "/pln digest now")
    await our.at(our.clock.now() + MINUTE)
    (digest,) = [each for each in our.digests() if each.id not in before]
    return digest, {name: post.text for name, post in written.items()}


async def test_in_a_digest_of_ones_own_one_voice_is_enough() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(metrics=FINE, hashtags=("maths", "phonics"))
        await our.at(HALF_PAST_SEVEN)
        (digest,) = [each for each in our.chat.shown(ANA) if "1 post from #maths" in each.text]
        our.clock.advance(MINUTE)
        await our.chat.press("ana", digest.id, "Less like item 1")
        await our.settle()
        said = our.last_answer("ana").text
        assert "with #phonics come less often in your own digest from now on." in said
        answer = await taste(our, "ana", "me taste")
        assert "What your own digest prefers" in answer
        assert "Less of: @author1 and #phonics." in answer
        assert "no preferences yet" in await taste(our, "ana")


async def test_beginning_anew_forgets_what_was_learnt_keeps_the_saves_and_is_taken_back() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        await press(our, "ana", digest, "Save item 1")
        assert "@author1 (saved by 1 person)" in await taste(our, "ben")
        answer = await press(our, "ben", our.last_answer("ben"), "Begin anew")
        assert "begins anew" in answer
        reset = our.last_answer("ben")
        assert our.chat.shown(STAFF, "nobody")[-1].text == "Ben began anew with what this channel prefers."
        said = await taste(our, "ana")
        assert "no preferences yet" in said
        assert "It began anew on 24 November 2026." in said
        assert "1 item" in await our.say("ana", "/pln saved")
        assert "counts again" in await press(our, "ben", reset, "Undo")
        assert "@author1 (saved by 1 person)" in await taste(our, "ben")


async def test_what_is_said_after_beginning_anew_counts_though_it_was_said_before() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        for person in ("ben", "cleo"):
            await press(our, person, digest, "Less like item 1")
        await taste(our, "ana", "taste reset")
        assert "once a colleague asks for it, too" in await press(our, "ben", digest, "Less like item 1")
        assert "from now on" in await press(our, "cleo", digest, "Less like item 1")


async def test_a_channel_of_the_file_begins_anew_because_the_file_says_nothing_about_it() -> None:
    async with school() as our:
        await our.configure()
        digest = await our.next_digest(1, metrics=FINE)
        await press(our, "ana", digest, "Save item 1")
        assert "begins anew" in await taste(our, "ana", "taste reset")
        assert "no preferences yet" in await taste(our, "ana")


async def test_in_a_locked_channel_only_admins_begin_anew() -> None:
    async with school() as our:
        our.chat.standings["ada"] = Standing.ADMIN
        digest = await maths_digest(our)
        await press(our, "ana", digest, "Save item 1")
        await our.say("ada", "/pln lock")
        assert "locked this channel" in await taste(our, "ben", "taste reset")
        assert "@author1 (saved by 1 person)" in await taste(our, "ben")
        assert "begins anew" in await taste(our, "ada", "taste reset")


async def test_there_is_nothing_to_begin_anew_where_nothing_was_learnt() -> None:
    async with school() as our:
        await our.open_channel()
        assert "nothing to begin anew" in await taste(our, "ana", "taste reset")


async def test_other_words_are_answered_with_what_can_be_said() -> None:
    async with school() as our:
        await our.open_channel()
        for words in ("rest", "reset now", "since", "since yesterday", "since 2099-01-01T00:00:00+00:00", "since 0001"):
            assert "/pln taste reset to begin anew" in await taste(our, "ana", f"taste {words}")
        assert "Did you mean reset?" in await taste(our, "ana", "taste rest")
        assert "/pln taste reset" in await taste(our, "ana", "taste since 0001-01-01T00:00:00+14:00")
        await our.say("ana", "/pln schedule America/New_York")
        assert "already" in await taste(our, "ana", "taste since 0001-01-01T00:00:00+00:00")
        assert "no preferences yet" in await taste(our, "ana")


async def test_what_was_learnt_fades() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        await press(our, "ana", digest, "Save item 1")
        our.clock.advance(FADES)
        assert "no preferences yet" in await taste(our, "ana")


async def test_who_is_forgotten_says_nothing_any_more() -> None:
    async with school() as our:
        digest = await maths_digest(our)
        for person in ("ben", "cleo"):
            await press(our, person, digest, "Less like item 1")
        await our.say("ben", "/pln forget-me")
        await press(our, "ben", our.last_answer("ben"), buttons_of(our.last_answer("ben").message)[0].label)
        assert "Less of" not in await taste(our, "ana")


async def test_hostile_names_and_hashtags_stay_plain_text() -> None:
    async with school() as our:
        digest = await our.digest_of(1, metrics=FINE, hashtags=("edchat", f"{TURNING}<!channel>*x*{'y' * 300}"))
        await press(our, "ana", digest, "Save item 1")
        answer = await taste(our, "ana")
        assert TURNING not in answer
        assert max(len(line) for line in answer.splitlines()) < 500
