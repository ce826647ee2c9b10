"""What saved pages are called: they are asked themselves, and nobody waits for them."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.history import What
from bot.domain.keeping import Keeping
from bot.domain.library import KEYCAPS, Item
from bot.domain.people import Role
from bot.domain.post import Link
from bot.domain.search import ALL_ITEMS
from bot.errors import AdapterError, Rejected, Throttled, Unavailable
from bot.services.library.care import retitle
from tests.fakes.documents import FakeDocuments
from tests.flow.test_care import ANA
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

PAGE = "https://nrich.example/fractions"
HOUR = timedelta(hours=1)


class Slow(FakeDocuments):
    """Answers once it is let."""

    def __init__(self, titles: dict[str, str]) -> None:
        super().__init__(titles=titles)
        self.is_asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def title(self, url: str) -> str:
        self.is_asked.set()
        await self.may_answer.wait()
        return await super().title(url)


async def item(our: School) -> Item:
    async with our.store.reading() as tx:
        found, _ = await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer="ana", limit=9, offset=0)
    return found[0]


async def saved(our: School, page: str = PAGE) -> str:
    """What it is called once it was asked."""
    await our.say("ana", f"/pln save {page}")
    await our.engine.turn_titles()
    return (await item(our)).title


async def test_a_saved_page_says_what_it_is_called_and_is_found_by_it() -> None:
    documents = FakeDocuments(titles={PAGE: "  Slices of\n pizza "})
    async with school(documents=documents) as our:
        assert await saved(our) == "Slices of pizza"
        assert "1 item" in await our.say("ben", "/pln find pizza")
        async with our.store.reading() as tx:
            [read, first] = (await tx.history.of_item(WORKSPACE, (await item(our)).id, 9, 0))[0]
        assert {read.what, first.what} == {What.TITLE_READ, What.SAVED}
        await our.say("ben", f"/pln save {PAGE}?utm_source=twitter")
        await our.engine.turn_titles()
        assert documents.titles_asked == [PAGE]


async def test_a_save_waits_for_no_page() -> None:
    documents = Slow({PAGE: "Slices of pizza"})
    async with school(documents=documents) as our:
        await our.say("ana", f"/pln save {PAGE}")
        asking = asyncio.create_task(our.engine.turn_titles())
        await documents.is_asked.wait()
        assert "Saved to the library." in await our.say("ben", "/pln save https://tes.example/worksheet.pdf")
        documents.may_answer.set()
        await asking
        assert "Slices of pizza" in await our.say("ben", "/pln find pizza")


async def test_a_title_that_somebody_wrote_meanwhile_stays() -> None:
    documents = Slow({PAGE: "NRICH"})
    async with school(documents=documents) as our:
        await our.say("ana", f"/pln save {PAGE}")
        asking = asyncio.create_task(our.engine.turn_titles())
        await documents.is_asked.wait()
        async with our.store.transaction() as tx:
            await retitle(tx, ANA, Role.EDITOR, (await item(our)).id, "Slices of pizza", at=our.clock.now())
        documents.may_answer.set()
        await asking
        assert (await item(our)).title == "Slices of pizza"


@pytest.mark.parametrize("problem", [Unavailable("It is down."), Throttled("It asks to wait.", None)])  # type: ignore[arg-type]
async def test_a_page_that_does_not_answer_is_asked_again_a_few_times(problem: AdapterError) -> None:
    documents = FakeDocuments(problems={PAGE: problem})
    async with school(documents=documents) as our:
        if isinstance(problem, Throttled):
            problem.until = our.clock.now() + HOUR
        assert await saved(our) == "nrich.example/fractions"
        for _ in range(99):
            our.clock.advance(HOUR)
            await our.engine.turn_titles()
        assert len(documents.titles_asked) == 4


async def test_a_page_that_was_down_is_called_what_it_says_later() -> None:
    documents = FakeDocuments(problems={PAGE: Unavailable("It is down.")}, titles={PAGE: "Slices of pizza"})
    async with school(documents=documents) as our:
        assert await saved(our) == "nrich.example/fractions"
        documents.problems.clear()
        our.clock.advance(HOUR)
        await our.engine.turn_titles()
        assert (await item(our)).title == "Slices of pizza"


@pytest.mark.parametrize(
    "documents", [FakeDocuments(titles={PAGE: ""}), FakeDocuments(problems={PAGE: Rejected("No.")})]
)
async def test_a_page_that_says_nothing_is_not_asked_again(documents: FakeDocuments) -> None:
    async with school(documents=documents) as our:
        assert await saved(our) == "nrich.example/fractions"
        our.clock.advance(24 * HOUR)
        await our.engine.turn_titles()
        assert documents.titles_asked == [PAGE]


@pytest.mark.parametrize("problem", [Unavailable("nrich.example did not answer."), ValueError("nrich.example")])
async def test_the_log_does_not_name_the_site_of_a_page_that_did_not_answer(
    problem: Exception, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    class Silent(FakeDocuments):
        async def title(self, url: str) -> str:
            self.titles_asked.append(url)
            raise problem

    documents = Silent()
    async with school(documents=documents) as our:
        await our.say("ana", f"/pln save {PAGE} only me")
        capsys.readouterr()
        await our.engine.turn_titles()
    assert documents.titles_asked == [PAGE]
    logged = capsys.readouterr().out + caplog.text
    assert type(problem).__name__ in logged
    assert "test_titles.py" in logged
    assert "nrich" not in logged


async def test_a_very_long_title_is_cut_and_a_hostile_one_is_text() -> None:
    hostile = "<!channel> @everyone \u202e[x](javascript:1) " + "long " * 999
    async with school(documents=FakeDocuments(titles={PAGE: hostile})) as our:
        title = await saved(our)
        assert len(title) <= 121
        assert "\u202e" not in title


async def test_no_page_is_asked_where_the_configuration_says_so() -> None:
    documents = FakeDocuments(titles={PAGE: "Slices of pizza"})
    async with school(documents=documents, keeping=Keeping(page_titles=False)) as our:
        assert await saved(our) == "nrich.example/fractions"
        assert documents.titles_asked == []


async def test_a_message_of_the_chat_keeps_its_own_words_and_a_post_is_not_asked() -> None:
    documents = FakeDocuments(titles={PAGE: "Slices of pizza"})
    async with school(documents=documents) as our:
        for text, *links in (("The plan for Friday",), ("Look at this", PAGE)):
            message = our.chat.write(STAFF, text, *links)
            await our.hear("ana", our.chat.choose_message("ana", message))
            await our.hear("ana", our.chat.fill_in("ana", {}))
        await our.say("ana", "/pln save https://x.com/somebody/status/404")
        await our.engine.turn_titles()
        assert documents.titles_asked == [PAGE]
        assert "1 item" in await our.say("ben", "/pln find pizza")
        assert "1 item" in await our.say("ben", "/pln find plan")


async def test_the_page_of_a_post_is_asked_only_where_its_source_gave_no_title() -> None:
    titled, bare = "https://tes.example/a", "https://tes.example/b"
    documents = FakeDocuments(titles={titled: "No", bare: "A worksheet about pizza"})
    async with school(documents=documents) as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("Exit tickets that my pupils asked for again and again", links=(Link(titled, title="Exit tickets"),))
        our.write("Fractions with paper plates, a lesson for a rainy Friday", links=(Link(bare),))
        await our.at(HALF_PAST_SEVEN)
        digest = our.digests()[0]
        for keycap in KEYCAPS[:2]:
            await our.chat.react("ana", digest.id, keycap)
        await our.settle()
        await our.engine.turn_titles()
        assert documents.titles_asked == [bare]
        assert "A worksheet about pizza" in await our.say("ben", "/pln find pizza")
        assert "Exit tickets" in await our.say("ben", "/pln find exit")
        async with our.store.reading() as tx:
            stored = await tx.posts.get([post.key for post in our.x.posts])
        assert {link.title for post in stored.values() for link in post.links} == {
            "Exit tickets",
            "A worksheet about pizza",
        }
