"""What every store promises: transactions, channels, topics, posts and coverage. The rest is in `test_store_*`."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain.channel import Channel, Freshness, Layout, Origin, Workspace
from bot.domain.coverage import Span
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Link, Media, MediaKind, Metrics, Reference, ReferenceKind
from bot.domain.schedule import Schedule, WeeklyTime
from bot.errors import StoreError
from bot.ports import Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    EDCHAT,
    FRIDA,
    HILL,
    HOUR,
    MATHCHAT,
    MATHS,
    MINUTE,
    NOW,
    VALLEY_MATHS,
    author,
    channel,
    new_slot,
    planned,
    post,
    school,
)
from tests.fakes.clock import FakeClock

LAST_DAY = Span(NOW - DAY, NOW)


class Changed(Exception):
    """Our mind."""


# --------------------------------------------------------------------------------------------------------- transactions


async def test_a_block_that_raises_leaves_no_trace(store: Store) -> None:
    async with school(store):
        pass
    with pytest.raises(Changed):
        await _change_something_and_raise(store)
    async with store.reading() as tx:
        assert await tx.topics.followed(MATHS) == []
        assert await tx.channels.get(ARTS) == channel(ARTS)


async def _change_something_and_raise(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.channels.remove(ARTS)
        raise Changed


async def test_a_cancelled_block_leaves_no_trace_and_blocks_nobody(store: Store) -> None:
    async with school(store):
        pass
    inside = asyncio.Event()

    async def interrupted() -> None:
        async with store.transaction() as tx:
            await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(interrupted())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.transaction() as tx:
        assert await tx.topics.followed(MATHS) == []


async def test_what_is_written_while_reading_is_not_kept(store: Store) -> None:
    async with school(store):
        pass
    async with store.reading() as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
    async with store.reading() as tx:
        assert await tx.topics.followed(MATHS) == []


async def test_reading_waits_for_no_writer_and_sees_nothing_unfinished(stores: tuple[Store, Store]) -> None:
    writer, reader = stores
    async with school(writer):
        pass
    async with writer.transaction() as writing:
        await writing.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        async with asyncio.timeout(5), reader.reading() as reading:
            assert await reading.topics.followed(MATHS) == []


async def test_the_first_start_is_remembered(stores: tuple[Store, Store], clock: FakeClock) -> None:
    first = await stores[0].installed_at()
    clock.advance(timedelta(days=3))
    assert await stores[1].installed_at() == first == NOW


async def test_a_store_that_works_has_nothing_to_complain_about(store: Store) -> None:
    assert {check.health for check in await store.check()} <= {"OK", "WARN"}


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    async with school(store) as tx:
        with pytest.raises(ValueError, match="zone"):
            await tx.notices.first_time(HILL, "key", datetime(2026, 11, 24, 7, 0))  # noqa: DTZ001


# ------------------------------------------------------------------------------------------------------------- channels


async def test_a_channel_comes_back_as_it_was_put(store: Store) -> None:
    schedule = Schedule("Asia/Kathmandu", frozenset({0, 2, 6}), time(6, 5))
    put = Channel(MATHS, "Maths", schedule, ("sample", "x"), 7, Origin.CONFIG, "the channel was archived")
    other = replace(put, key=ARTS, layout=Layout.CARDS, owner="ana", keycaps=False, saves_links=True)
    decided = replace(
        other,
        key=VALLEY_MATHS,
        languages=("en", "cy"),
        holidays=(),
        terms=("https://valley.example/terms.ics", "terms \ud800.ics"),
        closed=("closed.ics",),
        paused_until=date(2027, 1, 8),
        roundup=WeeklyTime(4, time(15, 0)),
        taste_since=NOW,
    )
    async with school(store) as tx:
        await tx.channels.put(put)
        await tx.channels.put(other)
        await tx.channels.put(decided)
    async with store.reading() as tx:
        assert await tx.channels.get(MATHS) == put
        assert await tx.channels.get(ARTS) == other
        kept = replace(decided, terms=("https://valley.example/terms.ics", "terms \N{REPLACEMENT CHARACTER}.ics"))
        assert await tx.channels.get(VALLEY_MATHS) == kept
        assert [each.key for each in await tx.channels.all()] == [ARTS, MATHS, VALLEY_MATHS]


async def test_a_channel_needs_its_workspace(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.transaction() as tx:
            await tx.channels.put(channel(ChannelKey("nowhere", "maths")))


async def test_a_workspace_takes_its_new_name(store: Store) -> None:
    async with school(store) as tx:
        await tx.channels.put_workspace(Workspace(HILL, "web", "Hill Academy"))
        assert Workspace(HILL, "web", "Hill Academy") in await tx.channels.workspaces()


async def test_removing_a_channel_takes_its_topics_and_unclaimed_slots(store: Store) -> None:
    [slot] = await planned(store, new_slot())
    async with store.transaction() as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.channels.remove(MATHS)
        assert await tx.channels.get(MATHS) is None
        assert await tx.topics.watched() == []
        assert await tx.slots.get(HILL, slot.id) is None


# --------------------------------------------------------------------------------------------------------------- topics


async def test_topics_come_in_the_order_they_were_followed(store: Store) -> None:
    async with school(store) as tx:
        for topic in (MATHCHAT, FRIDA, EDCHAT):
            assert await tx.topics.follow(MATHS, topic, Origin.COMMAND, "ana", NOW)
        assert [each.topic for each in await tx.topics.followed(MATHS)] == [MATHCHAT, FRIDA, EDCHAT]


async def test_following_twice_is_following_once_and_changes_no_origin(store: Store) -> None:
    async with school(store) as tx:
        assert await tx.topics.follow(MATHS, EDCHAT, Origin.CONFIG, None, NOW)
        assert not await tx.topics.follow(MATHS, replace(EDCHAT, label="#EDCHAT"), Origin.COMMAND, "ana", NOW)
        [following] = await tx.topics.followed(MATHS)
        assert (following.topic, following.origin, following.by) == (EDCHAT, Origin.CONFIG, None)


async def test_a_topic_of_two_channels_is_watched_once_until_nobody_follows_it(store: Store) -> None:
    async with school(store) as tx:
        for key in (MATHS, VALLEY_MATHS):
            await tx.topics.follow(key, EDCHAT, Origin.COMMAND, "ana", NOW)
        assert await tx.topics.watched() == [EDCHAT]
        assert await tx.topics.unfollow(MATHS, EDCHAT)
        assert not await tx.topics.unfollow(MATHS, EDCHAT)
        assert await tx.topics.watched() == [EDCHAT]
        assert await tx.topics.unfollow(VALLEY_MATHS, EDCHAT)
        assert await tx.topics.watched() == []


async def test_an_account_keeps_its_user_id(store: Store) -> None:
    async with school(store) as tx:
        await tx.topics.set_account_id(FRIDA, "42")
        assert await tx.topics.account_ids([FRIDA, EDCHAT]) == {FRIDA: "42"}
        await tx.topics.follow(MATHS, FRIDA, Origin.COMMAND, "ana", NOW)
        await tx.topics.set_account_id(FRIDA, "43")
        assert await tx.topics.account_ids([FRIDA]) == {FRIDA: "43"}


# ---------------------------------------------------------------------------------------------------------------- posts


async def test_a_post_comes_back_in_all_its_parts(store: Store) -> None:
    full = replace(
        post("1"),
        latest_id="2",
        lang="de",
        conversation_id="9",
        metrics=Metrics(1, 2, 3, 4),
        links=(Link("https://a.example", "https://t.example/1", "Title", "Description"),),
        hashtags=("edchat", "Éducation"),
        mentions=("frida_frakt",),
        media=(Media(MediaKind.PHOTO, "A folded sheet"), Media(MediaKind.GIF)),
        poll=("Yes", "No"),
        references=(Reference(ReferenceKind.QUOTED, "8"), Reference(ReferenceKind.REPLIED_TO, "9")),
        sensitive=True,
        withheld=True,
        invented=True,
        reply_url="https://x.example/reply",
        hidden_addresses=("https://t.example/2",),
    )
    async with store.transaction() as tx:
        await tx.posts.add([full], {full.key: [EDCHAT]}, NOW)
    async with store.reading() as tx:
        assert await tx.posts.get([full.key, PostKey("x", "none")]) == {full.key: full}


async def test_a_post_found_twice_has_its_newest_reading_and_all_its_matches(store: Store) -> None:
    newer = replace(post("1"), text="Fractions, corrected", metrics=Metrics(likes=9))
    async with school(store) as tx:
        for topic in (EDCHAT, MATHCHAT):
            await tx.topics.follow(MATHS, topic, Origin.COMMAND, "ana", NOW)
        await tx.posts.add([post("1")], {post("1").key: [EDCHAT]}, NOW)
        await tx.posts.add([newer], {newer.key: [MATHCHAT]}, NOW + HOUR)
        await tx.posts.add([newer, newer], {newer.key: []}, NOW + HOUR)
        [candidate] = await tx.posts.candidates(MATHS, ["x"], LAST_DAY)
        assert (candidate.post, candidate.topics) == (newer, (EDCHAT, MATHCHAT))


async def test_candidates_are_the_posts_of_the_channels_topics_within_the_span(store: Store) -> None:
    posts = {
        "at the start": post("1", age=DAY),
        "too old": post("2", age=DAY + timedelta(seconds=1)),
        "at the end": post("3", age=timedelta(0)),
        "newest": post("4", age=MINUTE),
        "of another topic": post("5"),
        "of another source": post("6", source="sample"),
    }
    async with school(store) as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.topics.follow(ARTS, MATHCHAT, Origin.COMMAND, "ana", NOW)
        matches = {each.key: [EDCHAT] for name, each in posts.items() if name != "of another topic"}
        await tx.posts.add(list(posts.values()), matches | {PostKey("x", "5"): [MATHCHAT]}, NOW)
        found = await tx.posts.candidates(MATHS, ["x"], LAST_DAY)
        assert [each.post for each in found] == [posts["newest"], posts["at the start"]]
        assert [each.post for each in await tx.posts.candidates(ARTS, ["x"], LAST_DAY)] == [posts["of another topic"]]
        assert await tx.posts.candidates(MATHS, [], LAST_DAY) == []


async def test_thousands_of_posts_are_all_candidates(store: Store) -> None:
    posts = [post(f"{number:05}", age=timedelta(seconds=number + 1)) for number in range(3000)]
    async with school(store) as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await tx.posts.add(posts, {each.key: [EDCHAT] for each in posts}, NOW)
        assert [each.post for each in await tx.posts.candidates(MATHS, ["x"], LAST_DAY)] == posts
        assert len(await tx.posts.get([each.key for each in posts])) == 3000


async def test_authors_are_remembered_and_asked_for_by_age(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.posts.put_authors([author("a1", "Old name"), author("a2")], NOW)
        await tx.posts.put_authors([author("a1")], NOW + HOUR)
        assert await tx.posts.authors("x", ["a1", "a2", "a3"]) == {"a1": author("a1"), "a2": author("a2")}
        assert await tx.posts.authors("x", ["a1", "a2"], not_before=NOW + HOUR) == {"a1": author("a1")}
        assert await tx.posts.authors("sample", ["a1"]) == {}


# ------------------------------------------------------------------------------------------------------------- coverage


async def test_spans_that_touch_or_overlap_become_one(store: Store) -> None:
    start = NOW - DAY
    async with store.transaction() as tx:
        for first, last in ((0, 1), (4, 5), (1, 2), (8, 9), (4, 6), (7, 7)):
            await tx.coverage.add("x", EDCHAT, Span(start + first * HOUR, start + last * HOUR))
        spans = (await tx.coverage.of("x", [EDCHAT], start))[EDCHAT]
        assert spans == [Span(start + a * HOUR, start + b * HOUR) for a, b in ((0, 2), (4, 6), (8, 9))]
        await tx.coverage.add("x", EDCHAT, Span(start, start + 9 * HOUR))
        assert await tx.coverage.of("x", [EDCHAT], start + HOUR) == {EDCHAT: [Span(start + HOUR, start + 9 * HOUR)]}


async def test_coverage_is_kept_apart_by_topic_and_source(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.coverage.add("x", EDCHAT, LAST_DAY)
        assert await tx.coverage.of("x", [EDCHAT, MATHCHAT], NOW - DAY) == {EDCHAT: [LAST_DAY], MATHCHAT: []}
        assert await tx.coverage.of("sample", [EDCHAT], NOW - DAY) == {EDCHAT: []}
        assert await tx.coverage.of("x", [EDCHAT], NOW) == {EDCHAT: []}


async def test_freshness_tells_how_far_was_read_and_the_newest_post(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.coverage.add("x", EDCHAT, Span(NOW - DAY, NOW - HOUR))
        await tx.coverage.add("x", EDCHAT, Span(NOW - 3 * DAY, NOW - 2 * DAY))
        await tx.posts.add(
            [post("1"), post("2", age=DAY)], {PostKey("x", "1"): [EDCHAT], PostKey("x", "2"): [EDCHAT]}, NOW
        )
        assert await tx.coverage.freshness("x", [MATHCHAT, EDCHAT]) == [
            Freshness(MATHCHAT),
            Freshness(EDCHAT, NOW - HOUR, NOW - HOUR),
        ]
