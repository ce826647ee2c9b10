"""What every store promises about pages with the posts that lead to them, departments, and what people keep alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from string import ascii_letters, digits

from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Item, Mark, NewItem, Note
from bot.domain.links import LONGEST_KEPT, is_too_long
from bot.domain.post import Author
from bot.domain.rules import Verdict
from bot.domain.search import ALL_ITEMS, Total, parse_query
from bot.domain.standing import Standing
from bot.domain.taste import Vote
from bot.ports import Store, Transaction
from bot.services.library.shelf import link_item
from tests.contract.store_examples import (
    ARTS,
    DAY,
    HILL,
    HOUR,
    MATHS,
    MINUTE,
    NOW,
    VALLEY,
    channel,
    digest,
    mark,
    new_id,
    new_slot,
    post,
    school,
)

ANA, BEN, CLEO = (PersonKey(HILL, name) for name in ("ana", "ben", "cleo"))
FIRST, SECOND, THIRD = (PostKey("x", number) for number in ("1", "2", "3"))
PAGE = "https://folding.example/paper"


def page(post_key: PostKey | None = None, text: str = "") -> NewItem:
    new = NewItem(new_id(), f"link:{PAGE}", PAGE, "Folding paper", "folding paper", post_key, "article")
    return replace(new, post_text=text)


async def write(tx: Transaction, *keys: PostKey) -> None:
    """Each by an author of their own."""
    await tx.posts.add([replace(post(key.id), author_id=f"author-{key.id}") for key in keys], {}, NOW)
    authors = [Author("x", f"author-{key.id}", f"writer_{key.id}", key.id, "https://x.example") for key in keys]
    await tx.posts.put_authors(authors, NOW)


async def cite(tx: Transaction, *keys: PostKey, workspace: str = HILL) -> str:
    """The page that these posts lead to, an hour apart, saved by Ana."""
    item = ""
    for number, key in enumerate(keys):
        item = await tx.library.add(workspace, page(key, f"said by {key.id} zebra{key.id}"), NOW + number * HOUR)
    await tx.library.put_mark(workspace, mark(item))
    return item


async def known(store: Store, item: str, viewer: str | None = None, workspace: str = HILL) -> Item:
    async with store.reading() as tx:
        return (await tx.library.items(workspace, [item], viewer))[item]


async def found(
    store: Store, words: str = "", *, saved_by: str | None = None, viewer: str | None = None, least: int = 1
) -> list[str]:
    query = parse_query(words) if words else ALL_ITEMS
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL, query, saved_by=saved_by, viewer=viewer, limit=50, offset=0, least=least
        )
    assert total == Total(len(items))
    return [item.id for item in items]


# ------------------------------------------------------------------------------------------------------------ citations


async def test_posts_with_the_same_link_lead_to_one_item_and_the_newest_is_shown(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        assert await tx.library.add(HILL, page(FIRST, "again"), NOW + DAY) == item
        assert await tx.library.add(HILL, page(), NOW + DAY) == item
    saved = await known(store, item)
    assert (saved.post, saved.citations, saved.is_link) == (SECOND, (SECOND, FIRST), True)
    assert (saved.url, saved.title, saved.kind) == (PAGE, "Folding paper", "article")
    async with store.reading() as tx:
        assert await tx.library.links() == [(HILL, item, PAGE)]


async def test_a_page_saved_by_its_address_has_no_post_until_one_leads_to_it(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST)
        item = await tx.library.add(HILL, page(), NOW)
    assert (await known(store, item)).post is None
    async with store.transaction() as tx:
        assert await tx.library.add(HILL, page(FIRST), NOW + HOUR) == item
        elsewhere = await tx.library.add(VALLEY, page(FIRST), NOW)
    assert (await known(store, item)).citations == (FIRST,)
    assert elsewhere != item


async def test_among_ones_own_what_others_find_too_is_found_by_what_they_say_of_it(store: Store) -> None:
    async with school(store) as tx:
        item = await tx.library.add(HILL, page(), NOW)
        await tx.library.put_mark(HILL, Mark(item, "ana", "button", NOW, private=True))
        await tx.library.put_mark(HILL, Mark(item, "ben", "button", NOW))
        await tx.library.tag(HILL, item, ["year5"], "ben", NOW)
    async with store.reading() as tx:
        query = parse_query("#year5")
        found, total = await tx.library.find(HILL, query, saved_by="ana", viewer="ana", limit=9, offset=0)
    assert ([each.id for each in found], total) == ([item], Total(1))


async def test_a_page_of_the_longest_address_is_kept(store: Store) -> None:
    """One that nothing makes shorter: an index takes no long rows."""
    random = Random(1)
    begins = "https://long.example/"
    url = begins + "".join(random.choices(ascii_letters + digits, k=LONGEST_KEPT - len(begins)))
    assert not is_too_long(url)
    async with school(store) as tx:
        long = link_item(url, "Long")
        assert await tx.imports.add_pages(HILL, [(long, NOW)]) == {long.key: long.id}
        assert await tx.library.add(HILL, link_item(url, "Again"), NOW) == long.id


async def test_a_post_that_leads_to_an_item_leads_there_whatever_it_says_now(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST)
        alone = replace(page(FIRST), key="post:x:1")
        item = await tx.library.add(HILL, alone, NOW)
        assert await tx.library.add(HILL, page(FIRST), NOW + HOUR) == item
        assert await tx.library.add(HILL, page(), NOW + HOUR) != item


async def test_an_item_is_found_by_what_each_of_its_posts_says_and_by_their_authors(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
    for words in ("zebra1", "zebra2", "@writer_1", "@writer_2", "paper", "zebra1 @writer_2"):
        assert await found(store, words) == [item], words
    async with store.transaction() as tx:
        await tx.library.renew(HILL, replace(page(FIRST, "quagga"), title="Another title", url="https://b.example"))
    assert await found(store, "zebra1") == []
    assert await found(store, "quagga") == [item]
    assert (await known(store, item)).title == "Folding paper"


async def test_where_the_newest_post_vanishes_the_next_is_shown_and_back_again(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        await tx.posts.set_standing([SECOND], Standing.GONE, NOW)
    assert (await known(store, item)).post == FIRST
    async with store.transaction() as tx:
        await tx.posts.set_standing([SECOND], Standing.UNKNOWN, NOW)
        await tx.posts.set_standing([SECOND], Standing.PRESENT, NOW)
    assert (await known(store, item)).post == SECOND
    async with store.transaction() as tx:
        await tx.posts.set_standing([FIRST, SECOND], Standing.PROTECTED, NOW)
    assert (await known(store, item)).post == SECOND


async def test_a_post_that_is_absent_already_is_not_the_one_shown(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        await tx.posts.set_standing([SECOND], Standing.GONE, NOW)
        item = await cite(tx, FIRST, SECOND)
    assert (await known(store, item)).post == FIRST


async def test_when_all_posts_are_erased_the_page_with_its_title_notes_and_tags_stays(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        await tx.library.tag(HILL, item, ["origami"], "ana", NOW)
        await tx.library.note(HILL, item, Note(new_id(), "ben", "Worked well", NOW))
        await tx.posts.erase([SECOND])
    assert await found(store, "zebra2") == []
    assert await found(store, "@writer_2") == []
    assert await found(store, "zebra1") == [item]
    assert (await known(store, item)).post == FIRST
    async with store.transaction() as tx:
        await tx.posts.erase([FIRST])
        assert await tx.posts.by_author("x", "author-1") == []
    left = await known(store, item)
    assert (left.url, left.title, left.kind, left.tags) == (PAGE, "Folding paper", "article", ("origami",))
    assert [note.text for note in left.notes] == ["Worked well"]
    assert await found(store, "zebra1") == []
    assert await found(store, "folding origami worked") == [item]


async def test_a_post_that_was_erased_leads_to_the_page_without_a_word_of_its_own(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST)
        await tx.posts.set_standing([FIRST], Standing.GONE, NOW)
        await tx.posts.erase([FIRST])
        item = await cite(tx, FIRST)
    assert (await known(store, item)).title == ""
    assert await found(store, "zebra1") == []


async def test_a_reported_post_gives_way_to_another_one_that_leads_to_the_same_page(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        await tx.reports.open(HILL, SECOND, "ben", NOW)
        assert list(await tx.library.of_post(HILL, [FIRST, SECOND])) == [FIRST]
    assert (await known(store, item)).post == FIRST
    assert await found(store, "paper") == [item]
    async with store.transaction() as tx:
        await tx.reports.open(HILL, FIRST, "ben", NOW)
    assert await found(store, "paper") == []
    assert await found(store) == []
    async with store.transaction() as tx:
        await tx.reports.settle(HILL, SECOND, Verdict.RESTORED, "cleo", NOW)
    assert (await known(store, item)).post == SECOND
    assert await found(store, "paper") == [item]


async def test_every_post_that_leads_to_what_is_saved_is_looked_for_again_and_kept(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND, THIRD)
        await cite(tx, FIRST, SECOND)
        later = NOW + 30 * DAY
        assert await tx.posts.to_recheck("x", later, NOW - 30 * DAY, 9) == [FIRST, SECOND]
        assert await tx.posts.drop_unseen(later, 9) == 1
        assert sorted(await tx.posts.get([FIRST, SECOND, THIRD])) == [FIRST, SECOND]


async def test_what_each_post_leads_to_is_known_while_somebody_saved_it(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        assert {key: each.id for key, each in (await tx.library.of_post(HILL, [FIRST, SECOND])).items()} == {
            FIRST: item,
            SECOND: item,
        }
        assert await tx.library.led_to(HILL, [FIRST, THIRD]) == {FIRST: [item]}
        await tx.library.end_marks(ANA, item, NOW, Ending.UNDONE)
        assert await tx.library.led_to(HILL, [FIRST]) == {}
        assert await tx.library.of_post(HILL, [FIRST]) == {}


async def test_savers_are_counted_for_the_authors_of_every_post_that_leads_there(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        await tx.library.put_mark(HILL, mark(item, "ben"))
        await tx.library.put_mark(HILL, replace(mark(item, "cleo"), private=True))
        authors = [("x", "author-1"), ("x", "author-2"), ("x", "author-3")]
        assert await tx.library.savers_of_authors(HILL, authors) == {authors[0]: 2, authors[1]: 2}


async def test_one_save_is_one_vote_in_a_channel_however_many_of_its_posts_lead_there(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)
        item = await cite(tx, FIRST, SECOND)
        await tx.library.put_mark(HILL, replace(mark(item, "ben"), private=True))
        slot = new_slot()
        await tx.slots.plan(slot)
        await tx.digests.put(digest(slot, FIRST, SECOND), (), NOW)
        assert await tx.rules.votes(MATHS, None) == [Vote("ana", FIRST, liked=True, at=NOW)]


# ---------------------------------------------------------------------------------------------------------- kept alone


async def alone(store: Store, person: str = "ana", *texts: str) -> list[str]:
    """Items that this person keeps alone, a minute apart."""
    ids = []
    async with school(store) as tx:
        await tx.people.put(Person(PersonKey(HILL, person), person.title()))
        for number, text in enumerate(texts or ("secret",)):
            new = replace(page(), key=f"link:{text}", title=text, search_text=text)
            ids.append(await tx.library.add(HILL, new, NOW))
            await tx.library.put_mark(HILL, replace(mark(new.id, person, at=NOW + number * MINUTE), private=True))
    return ids


async def test_what_somebody_keeps_alone_only_they_find(store: Store) -> None:
    [item] = await alone(store)
    async with store.transaction() as tx:
        await tx.library.tag(HILL, item, ["hidden"], "ana", NOW)
        await tx.library.note(HILL, item, Note(new_id(), "ana", "Between us", NOW, private=True))
    for words in ("", "secret", "hidden", "between", "#hidden"):
        assert await found(store, words, viewer="ben") == [], words
        assert await found(store, words, viewer="ben", saved_by="ana") == [], words
        assert await found(store, words, viewer=None, saved_by="ana") == [], words
    assert await found(store, viewer="ana", saved_by="ana") == [item]
    async with store.reading() as tx:
        assert await tx.library.tags(HILL, "hid", 9) == []
        assert await tx.library.active_since(HILL, NOW - DAY, 9) == ([], 0)
        assert await tx.library.known_words(HILL, 2, 20) == []
        assert await tx.library.last_saved(ANA) == item


async def test_a_save_kept_alone_counts_for_nothing_but_its_own(store: Store) -> None:
    [item] = await alone(store)
    for_ana, for_ben = await known(store, item, "ana"), await known(store, item, "ben")
    assert (for_ana.saved_by_me, for_ana.private, for_ana.saver_count, for_ana.savers) == (True, True, 0, ())
    assert (for_ana.saved_at, for_ana.libraries) == (NOW, ())
    assert (for_ben.saved_by_me, for_ben.private, for_ben.saver_count) == (False, False, 0)
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, replace(mark(item, "ben", at=NOW + HOUR), shelf="Try", library="arts"))
    for_ana = await known(store, item, "ana")
    assert (for_ana.saved_by_me, for_ana.private, for_ana.saver_count) == (True, True, 1)
    assert (for_ana.shelves, for_ana.libraries, for_ana.saved_at) == (("Try",), ("arts",), NOW + HOUR)
    assert await found(store, "secret", viewer="cleo") == [item]
    assert await found(store, viewer="ana", saved_by="ana") == [item]


async def test_a_private_note_is_read_by_nobody_else_also_when_colleagues_save_the_item(store: Store) -> None:
    [item] = await alone(store)
    async with store.transaction() as tx:
        await tx.library.note(HILL, item, Note("n1", "ana", "Between us", NOW, private=True))
        await tx.library.put_mark(HILL, mark(item, "ben"))
        await tx.library.note(HILL, item, Note(new_id(), "ben", "Lovely", NOW + MINUTE))
    assert [note.text for note in (await known(store, item, "ana")).notes] == ["Between us", "Lovely"]
    assert [note.private for note in (await known(store, item, "ana")).notes] == [True, False]
    for viewer in ("ben", "cleo", None):
        assert [note.text for note in (await known(store, item, viewer)).notes] == ["Lovely"]
    assert await found(store, "between", viewer="ana") == []
    assert await found(store, "lovely", viewer="cleo") == [item]
    async with store.transaction() as tx:
        await tx.library.note(HILL, item, Note("n1", "ana", "For all", NOW))
    assert await found(store, "all", viewer="cleo") == [item]


async def test_what_others_do_not_find_is_among_ones_own_saves_newest_first(store: Store) -> None:
    first, second, third = await alone(store, "ana", "first", "second", "third")
    async with store.transaction() as tx:
        await tx.library.put_mark(HILL, mark(second, "ben"))
        pending = await tx.library.add(HILL, replace(page(), key="link:pending"), NOW)
        await tx.library.put_mark(HILL, mark(pending, at=NOW + HOUR))
        for_all = await tx.library.add(HILL, replace(page(), key="link:vouched"), NOW)
        await tx.library.put_mark(HILL, replace(mark(for_all, at=NOW - HOUR), vouched=True))
    assert await found(store, saved_by="ana", viewer="ana", least=2) == [pending, third, second, first, for_all]
    assert await found(store, saved_by="ben", viewer="ben", least=2) == [second]
    assert await found(store, viewer="cleo", least=2) == [for_all]


async def test_the_post_of_what_somebody_keeps_alone_is_looked_for_again(store: Store) -> None:
    async with school(store) as tx:
        await write(tx, FIRST)
        item = await tx.library.add(HILL, page(FIRST), NOW)
        await tx.library.put_mark(HILL, replace(mark(item), private=True))
        assert await tx.posts.to_recheck("x", NOW + DAY, NOW - DAY, 9) == [FIRST]
        assert await tx.library.led_to(HILL, [FIRST]) == {FIRST: [item]}
        assert await tx.library.of_post(HILL, [FIRST]) == {}


async def test_a_mark_is_kept_with_its_library_and_whether_it_is_private(store: Store) -> None:
    async with school(store) as tx:
        item = await tx.library.add(HILL, page(), NOW)
        made = Mark(item, "ana", "form", NOW, library="modern-languages", private=True, shelf="Try", vouched=True)
        await tx.library.put_mark(HILL, made)
        assert await tx.library.marks(HILL, item, "ana") == [made]


# ---------------------------------------------------------------------------------------------------------- departments


async def save_in(store: Store, libraries: Sequence[str]) -> str:
    async with school(store) as tx:
        item = await tx.library.add(HILL, page(), NOW)
        for number, library in enumerate(libraries):
            await tx.library.put_mark(
                HILL, replace(mark(item, f"p{number}", at=NOW + number * MINUTE), library=library)
            )
    return item


async def test_an_item_is_in_the_libraries_it_was_saved_in_and_shared_with(store: Store) -> None:
    item = await save_in(store, ["maths", "", "maths"])
    assert (await known(store, item)).libraries == ("maths", "")
    async with store.transaction() as tx:
        assert await tx.library.share(HILL, item, "arts", "ana", NOW)
        assert not await tx.library.share(HILL, item, "arts", "ben", NOW)
    assert (await known(store, item)).libraries == ("maths", "", "arts")
    async with store.transaction() as tx:
        assert await tx.library.unshare(HILL, item, "arts")
        assert not await tx.library.unshare(HILL, item, "arts")
        assert not await tx.library.unshare(HILL, item, "maths")
    assert (await known(store, item)).libraries == ("maths", "")


async def test_what_nobody_saves_any_more_is_in_no_library(store: Store) -> None:
    item = await save_in(store, ["maths"])
    async with store.transaction() as tx:
        await tx.library.share(HILL, item, "arts", "p0", NOW)
        await tx.library.end_marks(PersonKey(HILL, "p0"), item, NOW, Ending.UNDONE)
    assert (await known(store, item)).libraries == ()


async def test_departments_are_those_of_channels_and_of_what_is_saved(store: Store) -> None:
    item = await save_in(store, ["history", ""])
    async with store.transaction() as tx:
        await tx.channels.put(replace(channel(MATHS), department="Maths"))
        await tx.channels.put(replace(channel(ARTS), department="Modern Languages"))
        await tx.library.share(HILL, item, "drama", "p0", NOW)
        assert await tx.library.has_departments(HILL)
        assert not await tx.library.has_departments(VALLEY)
        assert await tx.library.departments(HILL) == ["drama", "history", "Maths", "Modern Languages"]
        assert await tx.library.departments(VALLEY) == []
        kept = await tx.channels.get(MATHS)
    assert kept is not None
    assert (kept.department, kept.library) == ("Maths", "maths")


# ---------------------------------------------------------------------------------------------------------- all at once


async def test_thirty_colleagues_save_tag_and_note_one_item_at_once_and_nothing_is_lost(store: Store) -> None:
    """Half of them by one post, half by another, so that the item is made while others make it."""
    people = [f"p{number:02}" for number in range(30)]
    async with school(store) as tx:
        await write(tx, FIRST, SECOND)

    async def save(number: int, person: str) -> str:
        async with store.transaction() as tx:
            item = await tx.library.add(HILL, page((FIRST, SECOND)[number % 2]), NOW + number * MINUTE)
            kept_alone = number % 10 == 0
            made = replace(mark(item, person), library=f"d{number % 3}", private=kept_alone)
            await tx.library.put_mark(HILL, made)
        async with store.transaction() as tx:
            await tx.library.tag(HILL, item, [f"tag {number % 5}", f"own {number}"], person, NOW)
            await tx.library.note(HILL, item, Note(new_id(), person, f"note{number}x", NOW, private=kept_alone))
            await tx.library.share(HILL, item, f"shared-{number}", person, NOW)
        return item

    items = await asyncio.gather(*(save(number, person) for number, person in enumerate(people)))
    assert len(set(items)) == 1
    saved = await known(store, items[0], "p00")
    assert (saved.saver_count, saved.saved_by_me, saved.private) == (27, True, True)
    assert len(saved.notes) == 28
    assert len(saved.tags) == 35
    assert set(saved.citations) == {FIRST, SECOND}
    assert len(saved.libraries) == 33
    assert await found(store, "note11x note29x #own17") == [items[0]]
    assert await found(store, "note10x") == []
