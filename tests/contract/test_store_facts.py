"""What every store promises of what stands beside an item on its page."""

from datetime import timedelta

from bot.domain.digest import Digest, DigestItem
from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark
from bot.domain.rules import Verdict
from bot.domain.topic import parse_topic
from bot.ports import Store
from tests.contract.store_examples import (
    DAY,
    EDCHAT,
    HILL,
    HOUR,
    MATHS,
    NOW,
    VALLEY,
    item,
    mark,
    new_id,
    new_slot,
    school,
)
from tests.unit.examples import post

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")


async def test_savers_come_with_the_day_of_their_first_save_who_saved_first_comes_first(store: Store) -> None:
    async with school(store) as tx:
        id_ = await tx.library.add(HILL, item(new_id()), NOW)
        await tx.people.put(Person(BEN, "Ben"))
        await tx.library.put_mark(HILL, mark(id_, "ana", at=NOW))
        await tx.library.put_mark(HILL, mark(id_, "ben", "m1 🔖", NOW + HOUR))
        await tx.library.put_mark(HILL, mark(id_, "ben", "button", NOW - DAY))
        await tx.library.put_mark(HILL, Mark(id_, "cleo", "web", NOW, private=True))
        assert await tx.facts.savers(HILL, id_) == [(Person(BEN, "Ben"), NOW - DAY), (Person(ANA, ""), NOW)]
        await tx.library.end_marks(BEN, id_, NOW, Ending.UNDONE)
        assert await tx.facts.savers(HILL, id_) == [(Person(ANA, ""), NOW)]
        assert await tx.facts.savers(VALLEY, id_) == []
        await tx.care.remove(HILL, id_, "olga", NOW)
        assert await tx.facts.savers(HILL, id_) == []


async def test_origins_are_the_topics_and_channels_of_all_posts_that_lead_to_the_item(store: Store) -> None:
    maths = parse_topic("#mathchat", account_source="x")
    one, other = post(1), post(2)
    async with school(store) as tx:
        await tx.posts.add([one, other], {one.key: [EDCHAT], other.key: [maths, EDCHAT]}, NOW)
        for number, each in enumerate((one, other)):
            slot = new_slot(f"2026-11-2{number}")
            await tx.slots.plan(slot)
            shown = (DigestItem(1, each.key, ""),)
            await tx.digests.put(Digest(slot.id, MATHS, NOW, NOW, shown, ("#edchat",), 1, NOW), (), NOW)
        id_ = await tx.library.add(HILL, item("link:a", post_key=one.key), NOW)
        assert await tx.library.add(HILL, item("link:a", post_key=other.key), NOW) == id_
        await tx.library.put_mark(HILL, mark(id_, "ana"))
        found = await tx.facts.origins(HILL, id_)
        assert (set(found.topics), list(found.channels)) == ({EDCHAT, maths}, [MATHS])
        elsewhere = await tx.facts.origins(VALLEY, id_)
        assert (list(elsewhere.topics), list(elsewhere.channels)) == ([], [])


async def test_departments_that_an_item_was_shared_with_are_told(store: Store) -> None:
    async with school(store) as tx:
        id_ = await tx.library.add(HILL, item(new_id()), NOW)
        await tx.library.put_mark(HILL, Mark(id_, "ana", "web", NOW, library="art"))
        await tx.library.share(HILL, id_, "science", "ana", NOW)
        await tx.library.share(HILL, id_, "maths", "ana", NOW)
        assert await tx.facts.shared_with(HILL, id_) == ["maths", "science"]
        await tx.library.unshare(HILL, id_, "science")
        assert await tx.facts.shared_with(HILL, id_) == ["maths"]


async def test_tags_are_counted_of_what_everybody_finds(store: Store) -> None:
    async with school(store) as tx:
        ids = [
            await tx.library.add(HILL, item(f"link:{number}", post_key=PostKey("x", str(number))), NOW)
            for number in range(5)
        ]
        public, pending, private, removed, hidden = ids
        for number, id_ in enumerate(ids):
            await tx.library.put_mark(
                HILL, Mark(id_, "ana", "web", NOW, private=id_ == private, vouched=id_ != pending)
            )
            await tx.library.tag(HILL, id_, ["fractions", f"tag {number}"], "ana", NOW + timedelta(minutes=number))
        await tx.care.remove(HILL, removed, "olga", NOW)
        await tx.reports.open(HILL, PostKey("x", "4"), "ben", NOW)
        assert await tx.facts.tag_counts(HILL) == {"fractions": 2, "tag 0": 1, "tag 1": 1}
        assert await tx.facts.tag_counts(HILL, 2) == {"fractions": 1, "tag 0": 1}
        assert await tx.facts.tag_counts(VALLEY) == {}
        assert await tx.facts.recent_tags(HILL, 9) == ["fractions", "tag 1", "tag 0"]
        assert await tx.facts.recent_tags(HILL, 1, 2) == ["fractions"]
        await tx.reports.settle(HILL, PostKey("x", "4"), Verdict.RESTORED, "olga", NOW)
        assert (await tx.facts.tag_counts(HILL))["fractions"] == 3
        assert public
        assert hidden
