"""Whom every store says a workspace learns from."""

from dataclasses import replace

from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark, NewItem, key_of_post
from bot.domain.post import Author
from bot.domain.rules import Verdict
from bot.domain.standing import Standing
from bot.domain.topic import Topic, TopicKind
from bot.ports import LearnedFrom, Met, Store, Transaction
from tests.contract.store_examples import EDCHAT, HILL, HOUR, NOW, post, school

MATHCHAT = Topic(TopicKind.HASHTAG, "mathchat", "#mathchat")


async def saved(
    tx: Transaction,
    label: str,
    author: str,
    *,
    hours: int = 0,
    library: str = "",
    topics: tuple[Topic, ...] = (EDCHAT,),
) -> PostKey:
    at = NOW + hours * HOUR
    written = replace(post(label), author_id=author, created_at=at)
    await tx.posts.add([written], {written.key: topics}, at)
    await tx.posts.put_authors([Author("x", author, author, author.title(), "https://x.example")], at)
    new = NewItem(label, key_of_post(written.key), written.url, label, "", written.key, post_text=label)
    await tx.library.add(HILL, new, at)
    await tx.library.put_mark(HILL, Mark(label, "ana", "button", at, library=library))
    return written.key


async def test_those_most_is_saved_from_come_first_with_their_tags(store: Store) -> None:
    async with school(store) as tx:
        for number, (label, author) in enumerate((("a", "once"), ("b", "often"), ("c", "often"))):
            await saved(tx, label, author, hours=number)
        await tx.library.tag(HILL, "b", ["fractions", "year 9"], "ana", NOW)
        await tx.library.tag(HILL, "c", ["fractions"], "ana", NOW)
        await tx.library.put_mark(HILL, Mark("c", "ben", "button", NOW))
    async with store.reading() as tx:
        assert await tx.network.learned_from(HILL, library="", least=1, most=5) == [
            LearnedFrom("x", "often", 2, PostKey("x", "c"), ("fractions", "year 9")),
            LearnedFrom("x", "once", 1, PostKey("x", "a")),
        ]
        assert [each.items for each in await tx.network.learned_from(HILL, library="", least=2, most=5)] == [1]
        assert await tx.network.learned_from("elsewhere", library="", least=1, most=5) == []


async def test_among_very_many_accounts_those_most_is_saved_from_come_first(store: Store) -> None:
    async with school(store) as tx:
        for number in range(105):
            await saved(tx, f"once-{number:03}", f"a-{number:03}", hours=number)
        for number in range(3):
            await saved(tx, f"often-{number}", "often", hours=number)
        for number in range(5):
            await saved(tx, f"undone-{number}", "undone")
            await tx.library.end_marks(PersonKey(HILL, "ana"), f"undone-{number}", NOW, Ending.UNDONE)
        first = await tx.network.learned_from(HILL, library="", least=1, most=1)
        several = await tx.network.learned_from(HILL, library="", least=1, most=3)
    assert [(each.author_id, each.items, each.newest.id) for each in first] == [("often", 3, "often-2")]
    assert [each.author_id for each in several] == ["often", "a-104", "a-103"]


async def test_a_department_learns_from_those_in_its_library(store: Store) -> None:
    async with school(store) as tx:
        await saved(tx, "a", "maths", library="maths")
        await saved(tx, "b", "shared")
        await saved(tx, "c", "elsewhere")
        await tx.library.share(HILL, "b", "maths", "ana", NOW)
        found = await tx.network.learned_from(HILL, library="maths", least=1, most=5)
        assert sorted(each.author_id for each in found) == ["maths", "shared"]


async def test_who_is_not_public_is_left_out_and_so_is_what_nobody_may_find(store: Store) -> None:
    async with school(store) as tx:
        protected = await saved(tx, "a", "protected")
        suspended = await saved(tx, "b", "suspended")
        reported = await saved(tx, "c", "reported")
        await saved(tx, "d", "alone")
        await saved(tx, "e", "follower")
        await saved(tx, "f", "fine")
        await tx.posts.set_standing([protected], Standing.PROTECTED, NOW)
        await tx.posts.set_standing([suspended], Standing.SUSPENDED, NOW)
        await tx.reports.open(HILL, reported, "ana", NOW)
        await tx.reports.settle(HILL, reported, Verdict.REMOVED, "ana", NOW)
        await tx.library.put_mark(HILL, Mark("d", "ana", "button", NOW, private=True))
        only_followers = Author("x", "follower", "f", "F", "https://x.example", protected=True)
        await tx.posts.put_authors([only_followers], NOW + HOUR)
        found = await tx.network.learned_from(HILL, library="", least=1, most=9)
        assert [each.author_id for each in found] == ["fine"]


async def test_those_on_several_topics_are_met(store: Store) -> None:
    async with school(store) as tx:
        await saved(tx, "a", "both")
        await saved(tx, "b", "both", hours=1, topics=(MATHCHAT,))
        await saved(tx, "c", "one")
        gone = await saved(tx, "d", "gone", topics=(EDCHAT, MATHCHAT))
        await tx.posts.set_standing([gone], Standing.SUSPENDED, NOW)
        found = await tx.network.met([EDCHAT, MATHCHAT], at_least=2, most=5)
        assert found == [Met("x", "both", (EDCHAT, MATHCHAT), PostKey("x", "b"))]
        assert await tx.network.met([], at_least=2, most=5) == []
