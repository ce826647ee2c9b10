"""What every store promises of looking back: what choosing a digest and summing up a week ask of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar.school import CalendarRead, Days
from bot.domain.channel import Origin
from bot.domain.choosing.gist import gist_of
from bot.domain.coverage import Span
from bot.domain.digest import DigestItem
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Mark, Note
from bot.domain.post import Link, Media, MediaKind, Metrics, Post
from bot.domain.rules import Less, Verdict
from bot.domain.schedule import SlotState
from bot.domain.search import ALL_ITEMS, Total
from bot.domain.taste import Vote
from bot.ports import Store, Transaction
from tests.contract.store_examples import (
    ARTS,
    DAY,
    EDCHAT,
    HILL,
    HOUR,
    LEASE,
    MATHCHAT,
    MATHS,
    MINUTE,
    NOW,
    PATIENCE,
    VALLEY,
    VALLEY_MATHS,
    author,
    channel,
    digest,
    item,
    mark,
    new_id,
    new_slot,
    planned,
    post,
    school,
)

WEEK = timedelta(days=7)
POST, OTHER, THIRD = PostKey("x", "1"), PostKey("x", "2"), PostKey("x", "3")
OWN = ChannelKey(HILL, "dm-ana")


async def showed(store: Store, *posts: PostKey, to: ChannelKey = MATHS, at: datetime = NOW) -> None:
    """A digest with these posts, composed then; the channel has seen a key for each."""
    async with store.transaction() as tx:
        there = await tx.channels.get(to)
    [slot] = await planned(store, new_slot(new_id(), to=to))
    async with store.transaction() as tx:
        if there:
            await tx.channels.put(there)
        made = digest(slot, *posts, until=at, composed_at=at)
        await tx.digests.put(made, [f"post:{each.source}:{each.id}" for each in posts], at)
        claimed = await tx.slots.claim("worker", NOW, LEASE, PATIENCE)
        assert claimed
        await tx.slots.finish(claimed, SlotState.COMPOSED)


async def own_channel(store: Store) -> None:
    async with school(store) as tx:
        await tx.channels.put(replace(channel(OWN), owner="ana"))


async def written(tx: Transaction, *posts: Post) -> None:
    await tx.posts.add(posts, {each.key: [EDCHAT] for each in posts}, NOW)


async def saved(tx: Transaction, of: PostKey, *marks: Mark, workspace: str = HILL) -> str:
    """The item of the post, with these marks whatever item they name."""
    id_ = await tx.library.add(workspace, item(f"post:{of.source}:{of.id}", post_key=of), NOW)
    for each in marks:
        await tx.library.put_mark(workspace, replace(each, item=id_))
    return id_


def by(person: str, at: datetime = NOW, *, origin: str = "button", ended_at: datetime | None = None) -> Mark:
    ending = Ending.UNDONE if ended_at else None
    return replace(mark("", person, origin, at), ended_at=ended_at, ending=ending)


def less(person: str, of: PostKey, at: datetime = NOW, *, where: ChannelKey = MATHS) -> Less:
    return Less(where.workspace, where.channel, person, of.source, "a1", of.id, at)


# ----------------------------------------------------------------------------------------------------- posts, authors


async def test_a_candidate_says_when_it_was_read_last(store: Store) -> None:
    async with school(store) as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await written(tx, post("1"), post("2", age=2 * HOUR))
        await tx.posts.add([replace(post("1"), metrics=Metrics(likes=9))], {}, NOW + HOUR)
        first, second = await tx.posts.candidates(MATHS, ["x"], Span(NOW - DAY, NOW))
        assert (first.post.metrics.likes, first.read_at) == (9, NOW + HOUR)
        assert second.read_at == NOW


async def test_the_topics_of_a_candidate_are_in_the_channels_order(store: Store) -> None:
    async with school(store) as tx:
        for topic in (MATHCHAT, EDCHAT):
            await tx.topics.follow(MATHS, topic, Origin.COMMAND, "ana", NOW)
        for topic in (EDCHAT, MATHCHAT):
            await tx.topics.follow(ARTS, topic, Origin.COMMAND, "ana", NOW)
        await tx.posts.add([post("1")], {POST: [EDCHAT, MATHCHAT]}, NOW)
        span = Span(NOW - DAY, NOW)
        assert [each.topics for each in await tx.posts.candidates(MATHS, ["x"], span)] == [(MATHCHAT, EDCHAT)]
        assert [each.topics for each in await tx.posts.candidates(ARTS, ["x"], span)] == [(EDCHAT, MATHCHAT)]


async def test_the_links_of_a_post_are_replaced_and_nothing_else(store: Store) -> None:
    before = replace(post("1"), links=(Link("https://t.example/1"),), hashtags=("edchat",), lang="en")
    page = Link("https://frakt.example/folding", "https://t.example/1", "Folding paper \0\ud800")
    async with school(store) as tx:
        await tx.topics.follow(MATHS, EDCHAT, Origin.COMMAND, "ana", NOW)
        await written(tx, before)
        await tx.posts.put_links(POST, [page, Link("https://other.example")])
        await tx.posts.put_links(OTHER, [page])
    after = replace(
        before, links=(replace(page, title="Folding paper \N{REPLACEMENT CHARACTER}"), Link("https://other.example"))
    )
    async with store.reading() as tx:
        assert await tx.posts.get([POST, OTHER]) == {POST: after}
        [candidate] = await tx.posts.candidates(MATHS, ["x"], Span(NOW - DAY, NOW))
        assert (candidate.post, candidate.read_at) == (after, NOW)
    async with store.transaction() as tx:
        await tx.posts.put_links(POST, [])
        assert (await tx.posts.get([POST]))[POST].links == ()
        await tx.posts.add([before], {}, NOW + HOUR)
        assert (await tx.posts.get([POST]))[POST] == before


async def test_where_people_reply_and_how_many_follow_is_remembered(store: Store) -> None:
    asked = replace(post("1"), reply_url="https://x.example/reply?to=1")
    many = replace(author("a1"), followers=400_000_000_000)
    async with store.transaction() as tx:
        await written(tx, asked)
        await tx.posts.put_authors([many, replace(author("a2"), followers=0), author("a3")], NOW)
    async with store.reading() as tx:
        assert await tx.posts.get([POST]) == {POST: asked}
        known = await tx.posts.authors("x", ["a1", "a2", "a3"])
        assert [known[id_].followers for id_ in ("a1", "a2", "a3")] == [400_000_000_000, 0, None]
        assert known["a1"] == many


# ------------------------------------------------------------------------------------------------------------- digests


async def test_an_item_that_asks_something_still_does_when_it_comes_back(store: Store) -> None:
    slots = await planned(store, new_slot())
    items = (DigestItem(1, POST, "#edchat", asks=True), DigestItem(2, OTHER, "#edchat"))
    put = replace(digest(slots[0]), items=items)
    async with store.transaction() as tx:
        await tx.digests.put(put, [], NOW)
    async with store.reading() as tx:
        assert await tx.digests.get(HILL, put.slot) == put


async def test_what_other_channels_saw_lately_is_known(store: Store) -> None:
    await showed(store, POST, to=ARTS, at=NOW - DAY)
    await showed(store, OTHER, to=ARTS, at=NOW - WEEK - MINUTE)
    await showed(store, THIRD, to=MATHS)
    await showed(store, THIRD, to=VALLEY_MATHS)
    keys = ["post:x:1", "post:x:2", "post:x:3", "unheard of"]
    async with store.reading() as tx:
        assert await tx.digests.seen_elsewhere(MATHS, keys, NOW - WEEK) == {"post:x:1"}
        assert await tx.digests.seen_elsewhere(MATHS, keys, NOW - WEEK - MINUTE) == {"post:x:1", "post:x:2"}
        assert await tx.digests.seen_elsewhere(ARTS, keys, NOW - WEEK) == {"post:x:3"}
        assert await tx.digests.seen_elsewhere(VALLEY_MATHS, keys, NOW - WEEK) == set()
        assert await tx.digests.seen_elsewhere(MATHS, [], NOW - WEEK) == set()


async def test_what_another_channel_saw_twice_counts_from_the_first_time(store: Store) -> None:
    for at in (NOW - 2 * WEEK, NOW):
        await showed(store, POST, to=ARTS, at=at)
    async with store.reading() as tx:
        assert await tx.digests.seen_elsewhere(MATHS, ["post:x:1"], NOW - WEEK) == set()


async def test_somebodys_own_digest_tells_the_others_nothing_but_hears_of_theirs(store: Store) -> None:
    await own_channel(store)
    await showed(store, POST, to=OWN)
    await showed(store, OTHER, to=ARTS)
    async with store.reading() as tx:
        assert await tx.digests.seen_elsewhere(MATHS, ["post:x:1", "post:x:2"], NOW - WEEK) == {"post:x:2"}
        assert await tx.digests.seen_elsewhere(OWN, ["post:x:1", "post:x:2"], NOW - WEEK) == {"post:x:2"}


async def test_a_channel_that_is_gone_tells_nothing(store: Store) -> None:
    await own_channel(store)
    await showed(store, POST, to=OWN)
    async with store.transaction() as tx:
        await tx.channels.remove(OWN)
        assert await tx.digests.seen_elsewhere(MATHS, ["post:x:1"], NOW - WEEK) == set()


async def test_thousands_of_keys_and_odd_ones_may_be_asked_about_elsewhere(store: Store) -> None:
    slots = await planned(store, new_slot(to=ARTS))
    odd = "text:\ud800"
    async with store.transaction() as tx:
        await tx.digests.put(digest(slots[0]), [odd, *(f"key {number}" for number in range(0, 3000, 2))], NOW)
        keys = [odd, *(f"key {number}" for number in range(3000))]
        seen = await tx.digests.seen_elsewhere(MATHS, keys, NOW - WEEK)
    assert odd in seen
    assert len(seen) == 1501


async def test_the_posts_shown_since_come_newest_digest_first_each_once(store: Store) -> None:
    await showed(store, THIRD, at=NOW - WEEK - MINUTE)
    await showed(store, OTHER, POST, at=NOW - WEEK)
    await showed(store, THIRD, POST, at=NOW)
    await showed(store, PostKey("x", "9"), to=ARTS)
    await showed(store, PostKey("x", "9"), to=VALLEY_MATHS)
    async with store.reading() as tx:
        assert await tx.digests.shown(MATHS, NOW - WEEK) == [THIRD, POST, OTHER]
        assert await tx.digests.shown(MATHS, NOW) == [THIRD, POST]
        assert await tx.digests.shown(MATHS, NOW + MINUTE) == []


# ------------------------------------------------------------------------------------------------- savers of an author


async def test_people_are_counted_once_who_saved_something_by_an_author(store: Store) -> None:
    async with school(store) as tx:
        await written(tx, post("1"), post("2"), replace(post("3"), author_id="a2"), replace(post("4"), author_id="a3"))
        await written(tx, post("1", source="sample"))
        await saved(tx, POST, by("ana"), by("ana", origin="m-1 🔖"), by("ben"))
        await saved(tx, OTHER, by("ana"))
        await saved(tx, THIRD, by("cleo"), by("ben", ended_at=NOW))
        await saved(tx, PostKey("x", "4"), by("ana", ended_at=NOW))
        await saved(tx, PostKey("sample", "1"), by("dora"))
    asked = [("x", "a1"), ("x", "a2"), ("x", "a3"), ("x", "nobody"), ("sample", "a1")]
    async with store.reading() as tx:
        assert await tx.library.savers_of_authors(HILL, asked) == {("x", "a1"): 2, ("x", "a2"): 1, ("sample", "a1"): 1}
        assert await tx.library.savers_of_authors(HILL, [("x", "a2")]) == {("x", "a2"): 1}
        assert await tx.library.savers_of_authors(HILL, []) == {}
        assert await tx.library.savers_of_authors(VALLEY, asked) == {}


async def test_with_a_threshold_what_few_saved_counts_for_nothing_unless_somebody_vouches(store: Store) -> None:
    await showed(store, POST, OTHER, THIRD)
    async with school(store) as tx:
        await written(tx, post("1"), replace(post("2"), author_id="a2"), replace(post("3"), author_id="a3"))
        await saved(tx, POST, by("ana"), by("ana", origin="m-1 🔖"), by("cleo", ended_at=NOW))
        await saved(tx, OTHER, by("ana"), by("ben"))
        await saved(tx, THIRD, replace(by("head"), vouched=True))
    asked = [("x", "a1"), ("x", "a2"), ("x", "a3")]
    async with store.reading() as tx:
        assert await tx.library.savers_of_authors(HILL, asked, 2) == {("x", "a2"): 2, ("x", "a3"): 1}
        assert await tx.library.savers_of_authors(HILL, asked, 3) == {("x", "a3"): 1}
        assert {vote.post for vote in await tx.rules.votes(MATHS, None, 2)} == {OTHER, THIRD}
        items, total = await tx.library.active_since(HILL, NOW - WEEK, 10, 2)
        assert len(items) == total == 2
        found, how_many = await tx.library.find(HILL, ALL_ITEMS, saved_by=None, viewer=None, limit=1, offset=0, least=2)
        assert (len(found), how_many) == (1, Total(2))


async def test_a_saved_page_of_the_web_has_no_author(store: Store) -> None:
    async with school(store) as tx:
        await written(tx, post("1"))
        page = await tx.library.add(HILL, item("link:page"), NOW)
        await tx.library.put_mark(HILL, mark(page))
        assert await tx.library.savers_of_authors(HILL, [("x", "a1")]) == {}


async def test_thousands_of_authors_may_be_asked_about(store: Store) -> None:
    async with school(store) as tx:
        await written(tx, post("1"))
        await saved(tx, POST, by("ana"))
        asked = [("x", f"a{number}") for number in range(2500)]
        assert await tx.library.savers_of_authors(HILL, asked) == {("x", "a1"): 1}


# -------------------------------------------------------------------------------------------------------- a week's life


async def test_what_was_saved_tagged_or_noted_since_comes_by_people_then_by_time(store: Store) -> None:
    old = NOW - 2 * WEEK
    async with school(store) as tx:
        busy = await saved(tx, POST, by("ana", old), by("ben", NOW - DAY))
        await tx.library.tag(HILL, busy, ["maths", "year 9"], "cleo", NOW - DAY)
        noted = await saved(tx, OTHER, by("ana", old))
        await tx.library.note(HILL, noted, Note(new_id(), "ana", "Do this on Monday", NOW - HOUR))
        new = await saved(tx, THIRD, by("ana", NOW - 2 * HOUR))
        await tx.library.note(HILL, new, Note(new_id(), "ana", "Mine", NOW - 2 * HOUR))
        quiet = await saved(tx, PostKey("x", "4"), by("ana", old))
        await tx.library.tag(HILL, quiet, ["maths"], "ana", old)
        await saved(tx, PostKey("x", "5"), by("ana", NOW), workspace=VALLEY)
    async with store.reading() as tx:
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([busy, noted, new], 3)
        assert await tx.library.active_since(HILL, NOW - WEEK, 1) == ([busy], 3)
        assert await tx.library.active_since(HILL, NOW - HOUR, 10) == ([noted], 1)
        assert await tx.library.active_since(HILL, NOW, 10) == ([], 0)


async def test_a_second_mark_of_the_same_person_is_no_new_save(store: Store) -> None:
    async with school(store) as tx:
        id_ = await saved(tx, POST, by("ana", NOW - 2 * WEEK), by("ana", NOW, origin="m-1 🔖"))
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([], 0)
        await saved(tx, POST, by("ana", NOW - 2 * WEEK, ended_at=NOW))
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([id_], 1)


async def test_a_week_holds_nothing_that_nobody_keeps_or_that_is_reported(store: Store) -> None:
    async with school(store) as tx:
        left = await saved(tx, POST, by("ana", ended_at=NOW))
        await tx.library.note(HILL, left, Note(new_id(), "ana", "No longer", NOW))
        await saved(tx, OTHER, by("ana"))
        await tx.reports.open(HILL, OTHER, "ben", NOW)
        back = await saved(tx, THIRD, by("ana"))
        await tx.reports.open(HILL, THIRD, "ben", NOW)
        await tx.reports.settle(HILL, THIRD, Verdict.RESTORED, "cleo", NOW)
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([back], 1)


async def test_the_tag_of_a_forgotten_person_counts_as_nobodys(store: Store) -> None:
    async with school(store) as tx:
        kept = await saved(tx, POST, by("ben", NOW - 2 * WEEK))
        await tx.library.tag(HILL, kept, ["maths"], "ana", NOW)
        other = await saved(tx, OTHER, by("ben", NOW - DAY))
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([kept, other], 2)
        await tx.people.erase(PersonKey(HILL, "ana"))
        assert await tx.library.active_since(HILL, NOW - WEEK, 10) == ([other, kept], 2)


# --------------------------------------------------------------------------------------------------------------- votes


async def test_votes_are_saves_of_what_the_channel_showed_and_wishes_for_less_there(store: Store) -> None:
    await showed(store, POST, OTHER, at=NOW - DAY)
    await showed(store, POST, at=NOW)
    await showed(store, THIRD, to=ARTS)
    async with store.transaction() as tx:
        await saved(tx, POST, by("ana", NOW + HOUR), by("ana", NOW, origin="m-1 🔖"), by("ben", NOW + DAY))
        await saved(tx, OTHER, by("ana", ended_at=NOW))
        await saved(tx, THIRD, by("ana"))
        await saved(tx, POST, by("zoe"), workspace=VALLEY)
        await tx.rules.ask_for_less(less("ana", OTHER, NOW + MINUTE))
        await tx.rules.ask_for_less(less("ana", POST, where=ARTS))
        await tx.rules.ask_for_less(less("zoe", POST, where=VALLEY_MATHS))
    votes = [
        Vote("ana", POST, liked=True, at=NOW),
        Vote("ana", OTHER, liked=False, at=NOW + MINUTE),
        Vote("ben", POST, liked=True, at=NOW + DAY),
    ]
    async with store.reading() as tx:
        assert await tx.rules.votes(MATHS, None) == votes
        assert await tx.rules.votes(MATHS, NOW + MINUTE) == votes[1:]
        assert await tx.rules.votes(MATHS, NOW + WEEK) == []
        assert await tx.rules.votes(VALLEY_MATHS, None) == [Vote("zoe", POST, liked=False, at=NOW)]


async def test_in_their_own_channel_only_that_persons_votes_count(store: Store) -> None:
    await own_channel(store)
    await showed(store, POST, to=OWN)
    await showed(store, POST)
    async with store.transaction() as tx:
        await saved(tx, POST, by("ana"), by("ben"))
        assert await tx.rules.votes(OWN, None) == [Vote("ana", POST, liked=True, at=NOW)]
        assert [vote.person for vote in await tx.rules.votes(MATHS, None)] == ["ana", "ben"]


async def test_nothing_is_left_of_the_votes_of_who_is_erased(store: Store) -> None:
    await showed(store, POST)
    ana = PersonKey(HILL, "ana")
    async with store.transaction() as tx:
        await saved(tx, POST, by("ana"), by("ben"))
        await tx.rules.ask_for_less(less("ana", OTHER))
        await tx.library.end_marks(ana, None, NOW, Ending.ERASED)
        await tx.people.erase(ana)
        assert await tx.rules.votes(MATHS, None) == [Vote("ben", POST, liked=True, at=NOW)]


async def test_many_saves_of_many_posts_are_all_votes(store: Store) -> None:
    keys = [PostKey("x", f"{number}") for number in range(1500)]
    await showed(store, *keys)
    async with store.transaction() as tx:
        for key in keys[::10]:
            await saved(tx, key, by("ana"))
        assert {vote.post for vote in await tx.rules.votes(MATHS, None)} == set(keys[::10])


# ----------------------------------------------------------------------------------------------------------- calendars


async def test_a_calendar_comes_back_as_it_was_read_last(store: Store) -> None:
    half_term = Days(date(2026, 10, 26), date(2026, 10, 30), "Half term \ud800 <b>")
    read = CalendarRead("https://hill.example/terms.ics", NOW, NOW, (half_term, Days(date.max, date.max)))
    failed = replace(read, tried_at=NOW + DAY, problem="It answered with an error.")
    never = CalendarRead("terms.ics", NOW, problem="There is no such file.")
    async with store.transaction() as tx:
        for each in (read, never, failed):
            await tx.calendars.put(each)
    kept = replace(failed, days=(replace(half_term, name="Half term � <b>"), Days(date.max, date.max)))
    async with store.reading() as tx:
        assert await tx.calendars.of([read.place, never.place, "unheard of"]) == {
            read.place: kept,
            never.place: never,
        }
        assert await tx.calendars.of([]) == {}


async def test_what_was_worked_out_of_a_post_holds_when_it_comes_back_from_the_store(store: Store) -> None:
    """Else the work that is done when posts are collected would be done again when a digest is chosen."""
    written = replace(
        post("1"),
        text="Déjà vu in year 9 — “estimate first”, then measure 🎉 #mathchat https://t.co/a1",
        lang="en",
        hashtags=("mathchat", "Year９"),
        mentions=("ana",),
        links=(Link("https://example.org/a?b=1", "https://t.co/a1", "A title"),),
        media=(Media(MediaKind.PHOTO, "a ruler"),),
    )
    worked_out = gist_of(written)
    async with store.transaction() as tx:
        await tx.posts.add([written], {written.key: [EDCHAT]}, NOW)
    async with store.reading() as tx:
        stored = (await tx.posts.get([written.key]))[written.key]
    assert gist_of(stored) is worked_out
