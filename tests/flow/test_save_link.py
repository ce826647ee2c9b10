"""What is saved by its link: a post, or any page."""

from datetime import timedelta

import pytest

from bot.domain.budget import Caps, Prices, Purpose, dollars
from bot.domain.people import Standing as Rank
from bot.domain.standing import Standing
from bot.errors import OutOfCredit, Unavailable
from tests.rigs.school import STAFF, School, school

PLATES = "Fractions with paper plates, a lesson that my pupils asked for again"
LINK = "https://x.com/anateaches/status/1"


async def save(our: School, link: str = LINK, person: str = "ana") -> str:
    return await our.hear(person, our.chat.command(person, STAFF, f"/pln save {link}"))


async def spent(our: School) -> int:
    async with our.store.reading() as tx:
        return (await tx.ledger.spent_for(Purpose.ENQUIRY, our.clock.now().date())).today


async def saves(our: School, person: str = "ana") -> int:
    answer = await our.say(person, "/pln saved")
    return 0 if "saved nothing" in answer else int(answer.split()[3])


@pytest.mark.parametrize(
    "link",
    [
        LINK,
        "x.com/anateaches/status/1",
        "<https://x.com/anateaches/status/1>",
        "https://twitter.com/anateaches/status/1?s=20",
        "https://mobile.twitter.com/i/status/1",
    ],
)
async def test_a_post_that_nobody_has_read_is_looked_up_once_and_saved(link: str) -> None:
    async with school() as our:
        our.x.prices = Prices(dollars("0.005"))
        our.write(PLATES)
        heard = await save(our, link)

        assert "Looking the post up on X to save it." in heard
        assert "Saved to the library." in heard
        assert "Fractions with paper plates" in heard
        assert "Author 1 @author1" in heard
        assert our.x.looked_up == ["1"]
        assert await spent(our) == dollars("0.005")
        assert await saves(our) == 1


async def test_what_it_answers_has_the_buttons_of_a_save() -> None:
    async with school() as our:
        our.write(PLATES)
        await save(our)

        assert "Undone" in await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Undo"))
        assert await saves(our) == 0


async def test_a_post_that_is_stored_is_saved_at_once_and_costs_nothing() -> None:
    async with school() as our:
        await our.digest_of(2)
        heard = await save(our)

        assert heard.count("Saved to the library.") == 1
        assert our.x.looked_up == []
        assert await spent(our) == 0


async def test_two_people_with_the_same_link_pay_for_it_once() -> None:
    async with school() as our:
        our.write(PLATES)
        await our.chat.command("ana", STAFF, f"/pln save {LINK}")
        await our.chat.command("ben", STAFF, f"/pln save {LINK}")
        await our.settle()

        assert our.x.looked_up == ["1"]
        assert [await saves(our, person) for person in ("ana", "ben")] == [1, 1]


async def test_a_number_still_means_the_latest_digest() -> None:
    async with school() as our:
        await our.digest_of(2)
        assert "Saved to the library." in await save(our, "2")
        assert "Saved to the library." in await save(our, "#1")


async def test_any_other_page_is_saved_as_a_link() -> None:
    async with school() as our:
        heard = await save(our, "https://tickets.example/ten?year=9")

        assert "Saved to the library." in heard
        assert "tickets.example/ten" in await our.say("ben", "/pln find tickets")
        assert our.x.looked_up == []


@pytest.mark.parametrize("words", ["everything", "3 4", "javascript:alert(1)", "https://", f"{LINK} {LINK}"])
async def test_what_is_neither_a_number_nor_a_link_is_said(words: str) -> None:
    async with school() as our:
        assert "such as /pln save 3" in await save(our, words)
        assert await saves(our) == 0


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.GONE, "no longer there"),
        (Standing.PROTECTED, "followers only"),
        (Standing.SUSPENDED, "suspended"),
        (Standing.WITHHELD, "withheld"),
    ],
)
async def test_a_post_that_cannot_be_had_is_said_in_plain_words(standing: Standing, words: str) -> None:
    async with school() as our:
        our.write(PLATES)
        our.x.standings["1"] = standing
        heard = await save(our)

        assert words in heard
        assert "Saved" not in heard
        assert await saves(our) == 0


async def test_what_admins_block_and_what_is_sensitive_is_not_saved_by_its_link() -> None:
    async with school() as our:
        our.chat.standings["head"] = Rank.ADMIN
        await our.say("head", '/pln block "paper plates"')
        our.write(PLATES)
        our.write("Something that nobody should look at in my lessons", sensitive=True)

        assert "An admin here keeps such posts out" in await save(our)
        assert "marked as sensitive" in await save(our, "https://x.com/i/status/2")
        assert await saves(our) == 0


async def test_a_reported_post_is_not_saved_by_its_link() -> None:
    async with school() as our:
        digest = await our.digest_of(2)
        await our.hear("ben", our.chat.press("ben", digest.id, "Report item 1"))

        texts = [await save(our, f"https://x.com/i/status/{post.key.id}") for post in our.x.posts]
        assert sum("hidden until an admin has looked at it" in text for text in texts) == 1


async def test_the_library_keeps_what_was_looked_up_when_the_source_is_away_later() -> None:
    async with school() as our:
        our.x.fail_next(Unavailable("X is down."))
        our.write(PLATES)
        assert "Saved" not in await save(our)
        our.clock.advance(timedelta(minutes=1))
        await our.settle()

        assert "Saved to the library." in our.last_answer("ana").text


async def test_where_the_post_cannot_be_had_its_link_is_saved_at_least() -> None:
    async with school() as our:
        our.write(PLATES)
        our.x.fail_next(OutOfCredit("X wants money first."))
        heard = await save(our)

        assert "X does not let us read at the moment." in heard
        assert "Only the link was kept." in heard
        assert "anateaches/status/1" in await our.say("ana", "/pln saved")
        assert "Undone" in await our.hear(
            "ana", our.chat.press("ana", our.last_answer("ana").id, "Undo: x.com/anateaches/status/1")
        )


async def test_without_money_nothing_is_asked_and_that_is_said() -> None:
    async with school(caps=Caps(dollars(0), dollars(0))) as our:
        our.write(PLATES)
        assert "spent for now. Please try again tomorrow. Only the link was kept." in await save(our)


async def test_one_person_cannot_have_everything_looked_up() -> None:
    async with school() as our:
        answers = [await save(our, f"https://x.com/i/status/{number}") for number in range(100, 121)]

        assert "20 posts looked up today" in answers[-1]
        assert "20 posts looked up today" not in answers[-2]


async def test_what_everybody_together_has_looked_up_leaves_the_digests_their_money() -> None:
    async with school(caps=Caps(dollars("0.05"), dollars(10), {Purpose.ENQUIRY: dollars("0.01")})) as our:
        answers = []
        for number, person in enumerate(("ana", "ben", "cleo"), start=1):
            our.write(PLATES)
            answers.append(await save(our, f"https://x.com/i/status/{number}", person))

        assert ["Only the link was kept" in each for each in answers] == [False, False, True]
        assert await spent(our) == dollars("0.01")


async def test_guests_save_nothing_by_a_link() -> None:
    async with school() as our:
        our.chat.standings["gil"] = Rank.GUEST
        assert "guest" in await save(our, person="gil")
        assert our.x.looked_up == []
