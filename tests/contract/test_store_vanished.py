"""What every store promises to those who take posts out of messages and libraries, beyond the posts themselves."""

from dataclasses import replace

from bot.domain.content import Content, ShowItem, ShowPost, say
from bot.domain.delivery import DeliveryState, Lane, NewDelivery, Outcome
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.post import Reference, ReferenceKind
from bot.domain.search import Total, parse_query
from bot.ports import Store
from tests.contract.store_examples import (
    ARTS,
    DAY,
    HILL,
    LEASE,
    MATHS,
    NOW,
    VALLEY,
    VALLEY_MATHS,
    digest,
    item,
    mark,
    new_id,
    new_slot,
    post,
    school,
)

ONE, TWO = PostKey("x", "1"), PostKey("x", "2")


async def shown(store: Store, content: Content, *, to: ChannelKey = MATHS, slot: str | None = None) -> str:
    message = NewDelivery(new_id(), new_id(), to, content, slot=slot)
    async with school(store) as tx:
        await tx.outbox.put(message, NOW)
    async with store.transaction() as tx:
        for each in await tx.outbox.claim("worker", NOW, LEASE, Lane.MESSAGES, 9):
            await tx.outbox.record(each, Outcome(DeliveryState.SHOWN, each.id, 1), NOW)
    return message.id


async def test_messages_outside_digests_are_found_by_the_posts_and_items_they_quote(store: Store) -> None:
    found = await shown(store, (*say("Found"), ShowPost("x", "1", "why")))
    saved = await shown(store, (ShowItem("i-1"),), to=ARTS)
    await shown(store, say('No post: {"block":"post","source":"x","id":"1"}'))
    await shown(store, (ShowPost("x", "1", "why"),), to=VALLEY_MATHS)
    async with store.reading() as tx:
        assert await tx.outbox.quoting(HILL, [ONE], []) == [found]
        assert await tx.outbox.quoting(HILL, [ONE, TWO], ["i-1"]) == [found, saved]
        assert await tx.outbox.quoting(HILL, [TWO, PostKey("y", "1")], ["i-9"]) == []
        assert len(await tx.outbox.quoting(VALLEY, [ONE], ["i-1"])) == 1


async def test_what_belongs_to_a_digest_is_found_by_its_digest_only(store: Store) -> None:
    slot = new_slot()
    async with school(store) as tx:
        await tx.slots.plan(slot)
        await tx.digests.put(digest(slot, ONE), [], NOW)
    await shown(store, (ShowPost("x", "1", "why"),), slot=slot.id)
    async with store.reading() as tx:
        assert await tx.outbox.quoting(HILL, [ONE], []) == []


async def test_a_message_that_waits_will_be_put_into_words_when_it_is_sent(store: Store) -> None:
    async with school(store) as tx:
        await tx.outbox.put(NewDelivery(new_id(), "k", MATHS, (ShowPost("x", "1", "why"),)), NOW)
        assert await tx.outbox.quoting(HILL, [ONE], []) == []


async def test_an_item_is_renewed_in_place(store: Store) -> None:
    async with school(store) as tx:
        old = await tx.library.add(HILL, item("post:x:1", "Exit tickets", post_key=ONE), NOW)
        elsewhere = await tx.library.add(VALLEY, item("post:x:1", "Exit tickets", post_key=ONE), NOW)
        await tx.library.put_mark(HILL, mark(old))
        await tx.library.put_mark(VALLEY, mark(elsewhere))
        await tx.library.renew(HILL, item("post:x:1", "Entry tickets", post_key=ONE))
        await tx.library.renew(HILL, item("post:x:2", "Entry tickets", post_key=TWO))
        await tx.library.renew(HILL, item("tickets", "Entry tickets"))
        found, total = await tx.library.find(HILL, parse_query("entry"), saved_by=None, viewer=None, limit=9, offset=0)
        assert (total, [each.id for each in found]) == (Total(1), [old])
        still_found = await tx.library.find(HILL, parse_query("exit"), saved_by=None, viewer=None, limit=9, offset=0)
        assert still_found[1] == Total(0)
        theirs = await tx.library.find(VALLEY, parse_query("exit"), saved_by=None, viewer=None, limit=9, offset=0)
        assert theirs[1] == Total(1)


async def test_when_somebody_was_told_first_is_remembered_until_it_is_cleared(store: Store) -> None:
    async with school(store) as tx:
        assert await tx.notices.told_at(HILL, "k") is None
        await tx.notices.first_time(HILL, "k", NOW)
        await tx.notices.first_time(HILL, "k", NOW + DAY)
        assert await tx.notices.told_at(HILL, "k") == NOW
        assert await tx.notices.told_at(VALLEY, "k") is None
        assert await tx.notices.told(HILL, ["k", "another"]) == {"k"}
        assert await tx.notices.told(VALLEY, ["k"]) == await tx.notices.told(HILL, []) == set()
        await tx.notices.clear(HILL, "k")
        assert await tx.notices.told_at(HILL, "k") is None


async def test_a_post_is_found_by_its_first_and_by_its_newest_edition(store: Store) -> None:
    edited = replace(post("10", 'He wrote "latest_id":"77"'), latest_id="12")
    async with school(store) as tx:
        await tx.posts.add([edited, post("20")], {}, NOW)
        assert await tx.posts.with_edition("x", "10") == edited.key
        assert await tx.posts.with_edition("x", "12") == edited.key
        assert await tx.posts.with_edition("x", "1") is None
        assert await tx.posts.with_edition("x", "%") is None
        assert await tx.posts.with_edition("x", "77") is None
        assert await tx.posts.with_edition("y", "10") is None


async def test_shown_posts_are_found_by_what_they_answer_or_quote(store: Store) -> None:
    def about(id_: str, *others: str) -> None:
        references = tuple(Reference(ReferenceKind.QUOTED, each) for each in others)
        posts.append(replace(post(id_), references=references))

    posts = [post("1"), post("2")]
    about("10", "1")
    about("11", "2", "1")
    about("12", "1")
    about("13")
    slot = new_slot()
    async with school(store) as tx:
        await tx.posts.add(posts, {}, NOW)
        await tx.slots.plan(slot)
        await tx.digests.put(digest(slot, *(PostKey("x", each) for each in ("10", "11", "13"))), [], NOW)
        ten, eleven = PostKey("x", "10"), PostKey("x", "11")
        assert await tx.posts.referring_to([ONE, TWO]) == {ONE: [ten, eleven], TWO: [eleven]}
        assert await tx.posts.referring_to([PostKey("x", "13"), PostKey("y", "1")]) == {}
        assert await tx.posts.referring_to([]) == {}
