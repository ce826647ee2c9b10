"""A source that answers and gives nothing new is noticed by age, and said within one digest."""

from datetime import timedelta
from random import Random

from bot.domain.budget import SpendingRules, dollars
from bot.domain.post import Metrics
from bot.ports import Reach
from tests.rigs.school import HALF_PAST_SEVEN, OFFICE, STAFF, School, school

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = (
    "atlas bridge candle desert engine forest garden harbour island journal kettle lantern market needle orchard "
    "puppet quarry ribbon shadow tunnel umbrella valley window yeast zebra anchor basket circus drawing feather "
    "glacier hammock insect jigsaw kitchen ladder mirror notebook ocean pebble quilt rocket saddle timber clock"
).split()


def thoughts(random: Random) -> str:
    """No two say the same."""
    return f"What my class made of {' and '.join(random.sample(WORDS, 6))}"


async def mornings(our: School, first: int, last: int, one_in: int = 1, **posts: int) -> None:
    """So many posts of each tag on each day, one in some of them much liked, and what comes of it on its morning."""
    random = Random(first)
    for day in range(first, last + 1):
        morning = HALF_PAST_SEVEN + day * DAY
        for tag, count in posts.items():
            for number in range(count):
                likes = 40 if number % one_in == 0 else 0
                at = morning - DAY + (number + 1) * DAY / (count + 1)
                our.write(thoughts(random), hashtags=(tag,), created_at=at, metrics=Metrics(likes=likes))
        await our.at(morning)


async def daily(our: School, topics: str) -> None:
    """A channel with a digest every day."""
    our.x.reach = Reach()
    await our.configure(topics, days=frozenset(range(7)))
    await our.plan()


async def test_a_busy_topic_that_falls_silent_is_said_in_the_next_digest_in_status_and_to_the_office() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat")
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        assert our.told_to_the_office() == []
        await mornings(our, 7, 7, mathchat=6)
        digest = our.digests()[-1].text
        assert "Nothing new has come from #edchat for 24 hours, which is unusual." in digest.replace(
            "25 hours", "24 hours"
        )
        told = await our.say("ana", "/pln status")
        assert "Topics were last read just now:" in told
        assert "newest 1 day ago, which is unusual." in told
        (told,) = our.told_to_the_office()
        assert "Nothing new has come from #edchat since" in told
        assert "although X answers; about" in told


async def test_it_is_said_to_the_office_once_and_anew_after_it_had_come_back() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat")
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        await mornings(our, 7, 9, mathchat=6)
        assert len(our.told_to_the_office()) == 1
        await mornings(our, 10, 10, edchat=40, mathchat=6)
        assert "which is unusual" not in our.digests()[-1].text
        await mornings(our, 11, 18, mathchat=6)
        assert len(our.told_to_the_office()) == 2


async def test_what_somebody_follows_for_themselves_alone_is_not_named_to_the_office() -> None:
    async with school(spending=SpendingRules(agree_above=dollars(100))) as our:
        await daily(our, "#mathchat")
        await our.say("ana", "/pln me follow #edchat")
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        await mornings(our, 7, 9, mathchat=6)
        assert our.told_to_the_office() == []
        assert "which is unusual" in await our.say("ana", "/pln me status")


async def test_small_tags_that_are_often_quiet_do_not_cry_wolf() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat #scichat")
        for week in range(3):
            await mornings(our, 7 * week, 7 * week + 3, edchat=3, mathchat=1, scichat=0)
            await mornings(our, 7 * week + 4, 7 * week + 6, edchat=1, mathchat=0, scichat=1)
        assert our.told_to_the_office() == []
        assert all("unusual" not in each.text for each in our.digests())


async def test_all_topics_silent_at_once_are_said_as_one_thing() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat #scichat #artchat")
        await mornings(our, 0, 8, edchat=5, mathchat=6, scichat=7, artchat=5)
        await mornings(our, 9, 9)
        (told,) = our.told_to_the_office()
        assert "Nothing new has come from X since" in told
        assert "for any of 4 topics" in told
        assert (await our.say("ana", "/pln status")).count("which is unusual") == 4


async def test_only_old_posts_are_as_odd_as_none() -> None:
    """An answer that is out of date: what it gives was written long ago."""
    async with school() as our:
        await daily(our, "#edchat #mathchat")
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        for number in range(5):
            at = HALF_PAST_SEVEN + 6 * DAY - HOUR - number * HOUR / 10
            our.write(f"Given late, number {number}", created_at=at)
        await mornings(our, 7, 7, mathchat=6)
        assert "Nothing new has come from #edchat" in our.digests()[-1].text


async def test_the_office_is_told_in_its_own_channel_only() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat")
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        await mornings(our, 7, 7, mathchat=6)
        assert any("although X answers" in each.text for each in our.chat.shown(OFFICE))
        assert not any("although X answers" in each.text for each in our.chat.shown(STAFF))


async def test_a_topic_of_which_only_the_top_is_read_is_counted_before_it_is_said() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat", days=frozenset(range(7)))
        await our.plan()
        await mornings(our, 0, 7, 15, edchat=60, mathchat=6)
        assert our.told_to_the_office() == []
        before = len(our.x.counted)
        await mornings(our, 8, 8, 15, mathchat=6)
        assert [each.label for each in our.x.counted[before:]] == ["#edchat"]
        assert "Nothing new has come from #edchat" in our.digests()[-1].text
        (told,) = our.told_to_the_office()
        assert "Nothing new has come from #edchat since" in told


async def test_a_file_of_posts_that_ends_is_no_silence() -> None:
    async with school() as our:
        await daily(our, "#edchat #mathchat")
        our.x.reach = Reach(is_live=False)
        await mornings(our, 0, 6, edchat=40, mathchat=6)
        await mornings(our, 7, 8, mathchat=6)
        assert our.told_to_the_office() == []
        assert "unusual" not in await our.say("ana", "/pln status")
