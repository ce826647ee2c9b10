"""`staffroom plan`: what will be read, what it should cost, and why; in words and as JSON."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.x.sample.source import SampleSource
from adapters.x.section import XSection
from adapters.x.source import XSource
from bot.cli.plan import Outlook, as_json, lines_of, outlook
from bot.domain.budget import Caps, dollars
from bot.domain.coverage import Span
from bot.domain.reading.filter import EVERYTHING
from bot.domain.reading.heard import Heard, Volume
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, School, school
from tests.unit.examples import topic

DAY = timedelta(days=1)


async def heard(our: School, text: str, likes: list[int]) -> None:
    """So it was on the Thursday before."""
    friday = EVENING_BEFORE - 3 * DAY
    async with our.store.transaction() as tx:
        await tx.readings.add("x", [Heard(topic(text), friday, Span(friday - DAY, friday), EVERYTHING, tuple(likes))])
        await tx.coverage.add("x", topic(text), Span(friday - 7 * DAY, EVENING_BEFORE - DAY / 2))


async def planned(our: School) -> Outlook:
    """As the command sees it: with X as a source, and no chat."""
    parts = replace(our.parts, chats={}, sources={"x": XSource(XSection(), our.clock)})
    (told,) = await outlook(parts)
    return told


async def said(our: School) -> str:
    return "\n".join(lines_of([await planned(our)], our.clock.now()))


async def test_it_prints_each_query_as_x_gets_it_and_what_it_should_bring_and_cost() -> None:
    async with school() as our:
        await our.configure("#edchat #elearning")
        await our.plan()
        await heard(our, "#edchat", [4, 2, 0, 0])
        await heard(our, "#elearning", [*range(600)])
        words = await said(our)
        assert words.startswith("X, tomorrow 07:30 (UTC), for Staff\n")
        assert "\n  #edchat -is:retweet" in words
        assert "    #edchat: about 4 posts a day, so it is read whole; about " in words
        assert "    #elearning: about 600 posts a day, of which those with " in words
        assert "min_likes:" in words
        assert "There is no cap" not in words
        assert "$1.00 may be spent on that day. Nothing was read for this." in words


async def test_it_asks_nobody_and_writes_nothing() -> None:
    async with school() as our:
        await our.configure("#edchat")
        await our.plan()
        assert (await planned(our)).plan == (await planned(our)).plan
        async with our.store.reading() as tx:
            assert await tx.ledger.entries(EVENING_BEFORE.date(), HALF_PAST_SEVEN.date()) == []
            assert await tx.readings.volumes("x", [topic("#edchat")], EVENING_BEFORE - DAY) == {}


async def test_of_a_topic_that_nobody_knows_it_says_that_it_is_counted_first() -> None:
    async with school() as our:
        await our.configure("#edchat")
        await our.plan()
        assert "  #edchat: nobody has read it yet, so its posts are counted first, $0.005." in await said(our)
        async with our.store.transaction() as tx:
            await tx.readings.put_volume("x", Volume(topic("#edchat"), 110, our.clock.now()))
        assert "#edchat: about 110 posts a day" in await said(our)


async def test_an_account_that_was_never_looked_up_is_named() -> None:
    async with school() as our:
        await our.configure("@AdaTeaches")
        await our.plan()
        assert "  @AdaTeaches: has to be looked up first, $0.01." in await said(our)


async def test_when_money_is_short_it_names_the_channels_and_what_to_do() -> None:
    async with school(caps=Caps(dollars("0.02"))) as our:
        await our.configure("#edchat")
        await our.plan()
        await heard(our, "#edchat", [4, 2, 0, 0])
        words = await said(our)
        assert "#edchat: there is not enough money left today to read it." in words
        assert "Money is short: Staff will be read in part. Raise [budget], or follow less." in words


async def test_a_program_reads_the_same_as_json() -> None:
    async with school() as our:
        await our.configure("#edchat")
        await our.plan()
        await heard(our, "#edchat", [4, 2, 0, 0])
        (told,) = json.loads(as_json([await planned(our)]))
        assert told["source"] == "x"
        assert told["at"] == HALF_PAST_SEVEN.isoformat()
        (query,) = told["queries"]
        assert query["text"].startswith("#edchat -is:retweet")
        (read,) = query["reads"]
        assert read["topic"] == "#edchat"
        assert read["min_likes"] == 0
        assert told["dollars"] == pytest.approx(read["dollars"])
        assert told["dollars_at_most"] >= told["dollars"] > 0
        assert told["dollars_left"] == 1.0


async def test_posts_that_only_stand_for_others_are_called_so() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        async with our.store.transaction() as tx:
            known = await tx.channels.get(STAFF)
            assert known
            await tx.channels.put(replace(known, sources=("sample",)))
        sample = SampleSource(None, our.clock, our.clock.now())
        parts = replace(our.parts, chats={}, sources={"sample": sample})
        head = lines_of(await outlook(parts), our.clock.now())[0]
        assert head.startswith("sample in place of X, ")


async def test_without_a_digest_to_come_it_says_so() -> None:
    async with school() as our:
        assert lines_of(await outlook(our.parts), our.clock.now()) == [
            "Nothing is planned: no channel has a digest coming. `staffroom run` takes over those of the configuration."
        ]
