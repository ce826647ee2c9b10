"""What /pln status says of topics: what holds for most of them once, and what differs beside it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.budget import Prices
from bot.domain.coverage import Span
from bot.domain.post import Metrics
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard
from bot.domain.topic import parse_topics
from tests.rigs.school import HALF_PAST_SEVEN, School, school

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def heard(our: School, tag: str, asked_for: Filter, likes: Sequence[int], *, cut: bool = False) -> None:
    """The topic was read until an hour ago."""
    now = our.clock.now()
    (topic,) = parse_topics(tag, account_source="x")
    span = Span(now - DAY, now - HOUR)
    async with our.store.transaction() as tx:
        await tx.coverage.add("x", topic, span)
        await tx.readings.add("x", [Heard(topic, now - HOUR, span, asked_for, tuple(likes), cut=cut)])


async def lines(our: School) -> list[str]:
    return (await our.say("ana", "/pln status")).split("\n")


async def test_when_topics_were_read_is_said_once() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat #latin")
        our.clock.set(HALF_PAST_SEVEN)
        await heard(our, "#edchat", Filter(min_likes=12), [30, 20])
        await heard(our, "#mathchat", EVERYTHING, [3, 2, 1, 0])
        told = await lines(our)
        assert told.count("Topics were last read 1 hour ago:") == 1
        assert [line for line in told if "last read" in line] == ["Topics were last read 1 hour ago:"]
        assert [line for line in told if "read from 12 likes on" in line and line.startswith("#edchat: ")]
        assert [line for line in told if "all read; nothing found yet" in line and line.startswith("#mathchat: ")]
        assert "Not read yet: #latin." in told


async def test_a_topic_that_was_read_at_another_time_says_so() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat #latin")
        our.clock.set(HALF_PAST_SEVEN - DAY)
        await heard(our, "#latin", EVERYTHING, [1])
        our.clock.set(HALF_PAST_SEVEN)
        for tag in ("#edchat", "#mathchat"):
            await heard(our, tag, EVERYTHING, [1])
        told = await lines(our)
        assert "Topics were last read 1 hour ago, where nothing else is said:" in told
        assert [line.partition(":")[0] for line in told if "; last read 1 day ago." in line] == ["#latin"]


async def test_of_a_topic_that_was_too_much_it_is_said_which_posts_were_read() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat")
        our.clock.set(HALF_PAST_SEVEN)
        await heard(our, "#edchat", EVERYTHING, [1, 0], cut=True)
        await heard(our, "#mathchat", Filter(top=True), [9, 8])
        told = "\n".join(await lines(our))
        assert "the newest of them read" in told
        assert "the best of them read" in told


async def test_many_topics_that_nobody_read_yet_are_one_line() -> None:
    async with school() as our:
        await our.configure(" ".join(f"#tag{number}" for number in range(20)))
        assert [line for line in await lines(our) if "#tag" in line] == [
            f"Not read yet: {', '.join(f'#tag{number}' for number in range(7))} and 13 more."
        ]


async def test_what_a_free_source_gives_is_told_alike() -> None:
    async with school() as our:
        our.x.prices = Prices()
        await our.configure("#edchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("A lesson on fractions with paper plates", metrics=Metrics(likes=3))
        await our.at(HALF_PAST_SEVEN)
        told = await lines(our)
        assert "Topics were last read just now:" in told
        assert any(line.startswith("#edchat: ") and line.endswith("newest 1 hour ago.") for line in told)
