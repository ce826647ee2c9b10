"""What every store promises of reading: who pays for a topic, what was read by which filter, and what that brought."""

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.domain.channel import AtOnce, Origin
from bot.domain.coverage import Span
from bot.domain.keys import PostKey
from bot.domain.reading.filter import EVERYTHING, Filter
from bot.domain.reading.heard import Heard, Volume
from bot.ports import Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    EDCHAT,
    FRIDA,
    HOUR,
    MATHCHAT,
    MATHS,
    MINUTE,
    NOW,
    VALLEY_MATHS,
    channel,
    post,
    school,
)

LAST_DAY = Span(NOW - DAY, NOW)
LIKED = Filter(min_likes=5)
DEMANDING = Filter(min_likes=20, min_reposts=3, languages=("en", "cy"), replies=False, top=True)


def heard(at: datetime = NOW, *likes: int, span: Span = LAST_DAY) -> Heard:
    return Heard(EDCHAT, at, span, LIKED, likes)


# ------------------------------------------------------------------------------------------------ channels and topics


async def test_a_channel_keeps_its_share(store: Store) -> None:
    half = replace(channel(MATHS), share=0.35)
    async with school(store) as tx:
        await tx.channels.put(half)
        await tx.channels.put(replace(channel(ARTS), share=0.0))
    async with store.reading() as tx:
        assert [each.share for each in await tx.channels.all()] == [0.0, 0.35, None]
        assert await tx.channels.get(MATHS) == half


async def test_a_topic_may_be_followed_at_once(store: Store) -> None:
    async with school(store) as tx:
        for key in (MATHS, ARTS):
            await tx.topics.follow(key, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.topics.follow(MATHS, MATHCHAT, Origin.COMMAND, "ana", NOW)
        assert await tx.topics.set_at_once(MATHS, EDCHAT, AtOnce(20))
        assert await tx.topics.set_at_once(MATHS, MATHCHAT, AtOnce())
        assert not await tx.topics.set_at_once(ARTS, FRIDA, AtOnce())
    async with store.transaction() as tx:
        assert [each.at_once for each in await tx.topics.followed(MATHS)] == [AtOnce(20), AtOnce(0)]
        assert [each.at_once for each in await tx.topics.followed(ARTS)] == [None]
        assert await tx.topics.wanted_at_once() == {MATHS: {EDCHAT: AtOnce(20), MATHCHAT: AtOnce(0)}}
        assert await tx.topics.set_at_once(MATHS, EDCHAT, None)
        assert [each.at_once for each in await tx.topics.followed(MATHS)] == [None, AtOnce(0)]


async def test_everybody_who_follows_a_topic_is_known(store: Store) -> None:
    async with school(store) as tx:
        assert await tx.topics.followers() == {}
        for key in (VALLEY_MATHS, MATHS):
            await tx.topics.follow(key, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.topics.follow(ARTS, FRIDA, Origin.COMMAND, "ana", NOW)
        await tx.topics.set_account_id(FRIDA, "42")
        assert await tx.topics.followers() == {EDCHAT: [MATHS, VALLEY_MATHS], FRIDA: [ARTS]}
        await tx.topics.unfollow(MATHS, EDCHAT)
        await tx.topics.unfollow(ARTS, FRIDA)
        assert await tx.topics.followers() == {EDCHAT: [VALLEY_MATHS]}


# ------------------------------------------------------------------------------------------------------------- coverage


async def test_spans_of_different_filters_are_kept_apart_and_told_together(store: Store) -> None:
    morning, noon = Span(NOW - 4 * HOUR, NOW - 2 * HOUR), Span(NOW - 3 * HOUR, NOW)
    async with store.transaction() as tx:
        await tx.coverage.add("x", EDCHAT, morning)
        await tx.coverage.add("x", EDCHAT, noon, LIKED)
        await tx.coverage.add("x", EDCHAT, Span(NOW - 9 * HOUR, NOW - 8 * HOUR), DEMANDING)
    async with store.reading() as tx:
        together = [Span(NOW - 9 * HOUR, NOW - 8 * HOUR), Span(NOW - 4 * HOUR, NOW)]
        assert await tx.coverage.of("x", [EDCHAT], NOW - DAY) == {EDCHAT: together}
        assert await tx.coverage.of("x", [EDCHAT], NOW - DAY, EVERYTHING) == {EDCHAT: [morning]}
        assert await tx.coverage.of("x", [EDCHAT], NOW - HOUR, LIKED) == {EDCHAT: [Span(NOW - HOUR, NOW)]}
        assert await tx.coverage.of("x", [EDCHAT, MATHCHAT], NOW - DAY, Filter(top=True)) == {EDCHAT: [], MATHCHAT: []}
        [fresh] = await tx.coverage.freshness("x", [EDCHAT])
        assert fresh.read_until == NOW


async def test_spans_of_one_filter_become_one_whoever_adds_them(stores: tuple[Store, Store]) -> None:
    async def add(number: int) -> None:
        async with stores[number % 2].transaction() as tx:
            span = Span(NOW + number * MINUTE, NOW + (number + 1) * MINUTE)
            await tx.coverage.add("x", EDCHAT, span, LIKED)

    await asyncio.gather(*(add(number) for number in (3, 0, 5, 1, 4, 2)))
    async with stores[0].reading() as tx:
        assert await tx.coverage.of("x", [EDCHAT], NOW, LIKED) == {EDCHAT: [Span(NOW, NOW + 6 * MINUTE)]}


async def test_what_is_covered_already_may_be_added_again(store: Store) -> None:
    async with store.transaction() as tx:
        for _ in range(2):
            await tx.coverage.add("x", EDCHAT, LAST_DAY)
        await tx.coverage.add("x", EDCHAT, Span(NOW - 2 * HOUR, NOW - HOUR))
        await tx.coverage.add("x", EDCHAT, Span(NOW, NOW))
        assert await tx.coverage.of("x", [EDCHAT], NOW - 2 * DAY) == {EDCHAT: [LAST_DAY]}


# ------------------------------------------------------------------------------------------------------------- readings


async def test_readings_come_back_as_they_were_newest_first(store: Store) -> None:
    full = Heard(EDCHAT, NOW, LAST_DAY, DEMANDING, (90, 7, 0), wasted=1.25, cut=True)
    earlier = heard(NOW - HOUR, 3, 2)
    other = replace(full, topic=MATHCHAT, likes=())
    async with store.transaction() as tx:
        await tx.readings.add("x", [earlier, full, other])
        await tx.readings.add("x", [])
    async with store.reading() as tx:
        assert await tx.readings.of("x", [EDCHAT, FRIDA], NOW - DAY) == {EDCHAT: [full, earlier], FRIDA: []}
        assert await tx.readings.of("x", [EDCHAT], NOW) == {EDCHAT: [full]}
        assert await tx.readings.of("x", [MATHCHAT], NOW) == {MATHCHAT: [other]}
        assert await tx.readings.of("sample", [EDCHAT], NOW - DAY) == {EDCHAT: []}


async def test_two_readings_at_the_same_moment_are_two(store: Store) -> None:
    early, late = heard(NOW, 1, span=Span(NOW - DAY, NOW - HOUR)), heard(NOW, 2, span=Span(NOW - HOUR, NOW))
    async with store.transaction() as tx:
        await tx.readings.add("x", [early, late])
        await tx.readings.add("x", [early])
        assert (await tx.readings.of("x", [EDCHAT], NOW))[EDCHAT] == [late, early, early]


async def test_a_count_replaces_the_one_before_and_is_asked_for_by_age(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.readings.put_volume("x", Volume(EDCHAT, 90.5, NOW - DAY))
        await tx.readings.put_volume("x", Volume(EDCHAT, 110.25, NOW))
        await tx.readings.put_volume("x", Volume(MATHCHAT, 3.0, NOW - 8 * DAY))
        of_both = await tx.readings.volumes("x", [EDCHAT, MATHCHAT, FRIDA], NOW - 7 * DAY)
        assert of_both == {EDCHAT: Volume(EDCHAT, 110.25, NOW)}
        assert await tx.readings.volumes("sample", [EDCHAT], NOW - 7 * DAY) == {}


async def test_old_readings_and_counts_are_forgotten(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.readings.add("x", [heard(NOW - DAY), heard(NOW)])
        await tx.readings.put_volume("x", Volume(EDCHAT, 1.0, NOW - DAY))
        await tx.readings.put_volume("x", Volume(MATHCHAT, 2.0, NOW))
        await tx.readings.forget_before(NOW)
        assert await tx.readings.of("x", [EDCHAT], NOW - 9 * DAY) == {EDCHAT: [heard(NOW)]}
        assert set(await tx.readings.volumes("x", [EDCHAT, MATHCHAT], NOW - 9 * DAY)) == {MATHCHAT}


async def test_a_block_that_raises_reads_nothing(store: Store) -> None:
    async with store.reading() as tx:
        await tx.readings.add("x", [heard(NOW)])
        await tx.posts.add([post("1")], {PostKey("x", "1"): [EDCHAT]}, NOW)
    async with store.reading() as tx:
        assert await tx.readings.of("x", [EDCHAT], NOW) == {EDCHAT: []}
