"""Where short links lead: followed once, for what is about to be shown, and never in the way of a digest."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.post import Post
from bot.errors import Rejected, Throttled, Unavailable
from bot.flow.unwind import AT_ONCE, MOST_AT_A_TIME, unwind
from tests.fakes.documents import FakeDocuments
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, School, school
from tests.unit.examples import link, post

SHORT = "https://bit.ly/halves"
PAGE = "https://fractionwall.example/halves"


async def stored(our: School, *posts: Post) -> list[Post]:
    async with our.store.transaction() as tx:
        await tx.posts.add(posts, {}, our.clock.now())
    return list(posts)


async def links_of(our: School, written: Post) -> list[str]:
    async with our.store.reading() as tx:
        found = await tx.posts.get([written.key])
    return [each.url for each in found[written.key].links]


async def test_a_short_link_becomes_the_page_it_leads_to() -> None:
    async with school(documents=FakeDocuments(leads={SHORT: PAGE})) as our:
        written = post(1, links=(*link(SHORT), *link("https://school.example/")))
        posts = await stored(our, written)

        assert await unwind(our.parts, posts)
        assert await links_of(our, written) == [PAGE, "https://school.example/"]


async def test_each_short_link_is_followed_once() -> None:
    documents = FakeDocuments(leads={SHORT: PAGE})
    async with school(documents=documents) as our:
        posts = await stored(our, post(1, links=link(SHORT)), post(2, links=link(SHORT)))
        assert await unwind(our.parts, posts)
        assert await unwind(our.parts, posts)  # as after they were read anew

        assert documents.followed == [SHORT]


async def test_what_is_no_short_link_is_left_alone() -> None:
    documents = FakeDocuments()
    async with school(documents=documents) as our:
        posts = await stored(our, post(1, links=link(PAGE)), post(2))

        assert not await unwind(our.parts, posts)
        assert documents.followed == []


async def test_without_anything_to_follow_links_with_they_stay() -> None:
    async with school() as our:
        assert not await unwind(our.parts, await stored(our, post(1, links=link(SHORT))))


async def test_a_link_that_leads_nowhere_stays_and_is_not_asked_again() -> None:
    documents = FakeDocuments(problems={SHORT: Rejected("There is nothing there.")})
    async with school(documents=documents) as our:
        posts = await stored(our, post(1, links=link(SHORT)))
        assert not await unwind(our.parts, posts)
        our.clock.advance(timedelta(days=1))
        assert not await unwind(our.parts, posts)

        assert documents.followed == [SHORT]
        assert await links_of(our, posts[0]) == [SHORT]


@pytest.mark.parametrize(
    ("problem", "minutes"),
    [
        (Unavailable("It is down."), 60),
        (Throttled("It asks to wait.", EVENING_BEFORE + timedelta(minutes=15)), 15),
    ],
)
async def test_a_host_that_does_not_answer_is_left_alone_for_a_while(
    problem: Unavailable | Throttled, minutes: int
) -> None:
    documents = FakeDocuments(leads={SHORT: PAGE}, problems={SHORT: problem})
    async with school(documents=documents) as our:
        posts = await stored(our, post(1, links=link(SHORT)), post(2, links=link("https://bit.ly/thirds")))
        await unwind(our.parts, posts[:1])
        our.clock.advance(timedelta(minutes=minutes - 1))
        assert not await unwind(our.parts, posts)
        assert documents.followed == [SHORT]

        documents.problems.clear()
        our.clock.advance(timedelta(minutes=1))
        assert await unwind(our.parts, posts)
        assert await links_of(our, posts[0]) == [PAGE]


class Silent(FakeDocuments):
    """Never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = self.most_at_once = 0

    async def leads_to(self, url: str) -> str:
        self.followed.append(url)
        self.asking += 1
        self.most_at_once = max(self.most_at_once, self.asking)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.asking -= 1
        raise AssertionError("it never answers")


async def test_what_fails_as_nobody_foresaw_is_logged_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    documents = FakeDocuments(problems={SHORT: ZeroDivisionError()})  # type: ignore[dict-item]
    async with school(documents=documents) as our:
        posts = await stored(our, post(1, links=link(SHORT)))
        assert not await unwind(our.parts, posts)
        assert not await unwind(our.parts, posts)
        assert documents.followed == [SHORT]
    assert "following a short link failed" in capsys.readouterr().out


async def test_a_digest_does_not_wait_for_a_host_that_never_answers() -> None:
    documents = Silent()
    async with school(documents=documents) as our:
        posts = await stored(our, *(post(n, links=link(f"https://bit.ly/{n}")) for n in range(20)))

        assert not await unwind(our.parts, posts, patience=0.01)
        assert not await unwind(our.parts, posts, patience=3600)
        assert documents.most_at_once == len(documents.followed) == AT_ONCE
        assert documents.asking == 0


async def test_only_so_many_are_followed_for_one_digest() -> None:
    links = [f"https://bit.ly/{n}" for n in range(20)]
    documents = FakeDocuments(leads=dict.fromkeys(links, PAGE))
    async with school(documents=documents) as our:
        await unwind(our.parts, await stored(our, *(post(n, links=link(each)) for n, each in enumerate(links))))

        assert documents.followed == links[:MOST_AT_A_TIME]


async def test_two_posts_about_one_page_meet_once_it_is_known_that_they_are() -> None:
    documents = FakeDocuments(leads={SHORT: f"{PAGE}?utm_source=bitly"})
    async with school(documents=documents) as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(links=link(SHORT))
        our.write(links=link(PAGE))
        await our.at(HALF_PAST_SEVEN)

        (digest,) = our.digests()
        assert "1 post from" in digest.text
        assert "bit.ly" not in digest.text
        assert documents.followed == [SHORT]
