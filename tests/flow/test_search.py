"""A search on X: a few posts, read now, for whoever asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.budget import Caps, Prices, Purpose, SpendingRules, dollars
from bot.domain.people import Standing
from bot.domain.post import Metrics
from bot.domain.reading.filter import Filter
from bot.errors import OutOfCredit, Rejected, Throttled, Unavailable
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import HALF_PAST_SEVEN, OFFICE, STAFF, School, school

CAPS = Caps(dollars(1), dollars(10), {Purpose.SEARCH: dollars("0.25")})
FREE_NAMES = Prices(dollars("0.005"))
FRACTIONS = "Fractions with paper plates, a lesson that my pupils asked for again"


def search_words(our: School) -> list[str]:
    return [want.topic.label for want in our.x.asked]


async def spent_on_searches(our: School) -> int:
    async with our.store.reading() as tx:
        return (await tx.ledger.spent_for(Purpose.SEARCH, our.clock.now().date())).today


async def search(our: School, words: str = "fractions", person: str = "ana") -> str:
    return await our.hear(person, our.chat.command(person, STAFF, f"/pln search {words}"))


async def test_a_search_shows_what_it_found_with_its_price_and_the_free_way() -> None:
    async with school(caps=CAPS) as our:
        our.x.prices = FREE_NAMES
        our.write(FRACTIONS)
        our.write("Something else altogether for my lessons in history")
        heard = await search(our)

    assert "Searching X for “fractions”. It costs at most $0.05." in heard
    assert "1 post on X for “fractions”" in heard
    assert FRACTIONS in heard
    assert "Author 1 @author1" in heard
    assert "This search cost $0.005" in heard
    assert "2 searches left today" in heard
    assert "Search on X (https://" in heard
    assert "history" not in heard


async def test_only_whoever_asked_sees_it() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        await search(our)

        assert {each.private_to for each in our.chat.messages} == {"ana"}


async def test_it_asks_once_for_the_ten_best_of_the_last_days() -> None:
    async with school(caps=CAPS) as our:
        for number in range(30):
            our.write(f"{FRACTIONS}, number {number} of many", metrics=Metrics(likes=number))
        heard = await search(our)

        (want,) = our.x.asked
        assert (want.limit, want.filter) == (10, Filter(replies=False, top=True))
        assert timedelta(days=6) < want.span.length < our.x.reach.looks_back
        assert "10 posts on X" in heard
        assert await spent_on_searches(our) == dollars("0.05")


@pytest.mark.parametrize("words", ["#Fractions", '"paper plates"', "plates fractions", "@author1"])
async def test_it_may_be_words_a_hashtag_a_phrase_or_an_account(words: str) -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS, hashtags=("fractions",))
        assert FRACTIONS in await search(our, words)


@pytest.mark.parametrize("words", ["", "   ", "!!!", "w " * 11, "x" * 121])
async def test_what_cannot_be_searched_for_is_said_and_costs_nothing(words: str) -> None:
    async with school(caps=CAPS) as our:
        assert "search" in await search(our, words)
        assert our.x.asked == []


async def test_operators_of_the_source_are_only_words() -> None:
    async with school(caps=CAPS) as our:
        await search(our, "fractions OR from:anybody -is:retweet (list:1)")
        assert search_words(our) == ["fractions OR from anybody is retweet list 1"]


async def test_each_post_can_be_saved_although_it_is_in_no_digest() -> None:
    async with school(caps=CAPS) as our:
        our.x.prices = FREE_NAMES
        our.write(FRACTIONS)
        await search(our)
        answer = await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Save this post by Author 1"))

        assert "Saved to the library." in answer
        assert "Post by Author 1" in await our.say("ben", "/pln find plates")


async def test_a_post_that_was_found_can_be_reported_and_then_no_longer_saved() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        await search(our)
        found = our.last_answer("ana")
        await our.hear("ana", our.chat.press("ana", found.id, "Report this post"))

        assert "hidden until an admin" in await our.hear("ana", our.chat.press("ana", found.id, "Save this post"))
        assert "did not suit" in await search(our, person="ben")


async def test_what_admins_block_and_what_is_sensitive_or_unread_is_left_out() -> None:
    async with school(caps=CAPS) as our:
        our.chat.standings["head"] = Standing.ADMIN
        await our.say("head", '/pln block "paper plates"')
        our.write(FRACTIONS)
        our.write("Fractions that nobody should look at in my lessons", sensitive=True)
        our.write("Fractions with apples for my pupils, a calm lesson")
        heard = await search(our)

    assert "1 post on X" in heard
    assert "2 posts more did not suit this channel." in heard
    assert "apples" in heard
    assert "plates" not in heard


async def test_an_author_who_turns_out_to_be_muted_is_left_out() -> None:
    async with school(caps=CAPS) as our:
        our.x.prices = FREE_NAMES
        our.chat.standings["head"] = Standing.ADMIN
        await our.say("head", "/pln block @author1")
        our.write(FRACTIONS)

        assert "Nothing suitable was found on X for “fractions”." in await search(our)


async def test_nobody_pays_for_the_name_of_an_author() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        heard = await search(our)

        assert "Author 1" not in heard
        assert FRACTIONS in heard
        assert await spent_on_searches(our) == dollars("0.005")


async def test_what_was_found_of_a_followed_topic_serves_the_digest() -> None:
    async with school(caps=CAPS) as our:
        await our.open_channel()
        our.write(FRACTIONS)
        await search(our)
        our.x.posts.clear()
        await our.at(HALF_PAST_SEVEN)

        assert FRACTIONS in our.digests()[0].text


async def test_a_person_may_search_a_few_times_a_day_and_then_gets_the_link() -> None:
    async with school(caps=CAPS, spending=SpendingRules(searches_per_person=2)) as our:
        await our.open_channel()
        for _ in range(2):
            assert "limit" not in await search(our)
        refusal = await search(our)

        assert "You have searched 2 times today, which is the limit. You can search again tomorrow 00:00." in refusal
        assert "Search on X" in refusal
        assert "limit" not in await search(our, person="ben")
        our.clock.advance(timedelta(days=1))
        assert "limit" not in await search(our)


@pytest.mark.parametrize(
    "more",
    [
        {"spending": SpendingRules(searches_per_person=0)},
        {"caps": Caps(dollars(1), dollars(10), {Purpose.SEARCH: dollars("0.04")})},
    ],
)
async def test_where_it_is_turned_off_the_free_link_is_left(more: dict[str, object]) -> None:
    async with school(**({"caps": CAPS} | more)) as our:  # type: ignore[arg-type]
        heard = await search(our)

        assert "turned off" in heard
        assert "Search on X" in heard
        assert our.x.asked == []


async def test_when_the_money_of_the_day_is_spent_that_is_said() -> None:
    async with school(caps=Caps(dollars(1), dollars(10), {Purpose.SEARCH: dollars("0.05")})) as our:
        for number in range(10):
            our.write(f"{FRACTIONS}, number {number} of many")
        await search(our)
        heard = await search(our, person="ben")

        assert heard.startswith("The money for searches on X is spent for today. You can search again tomorrow 00:00.")
        assert "Search on X" in heard
        our.clock.advance(timedelta(days=1))
        assert "10 posts on X" in await search(our, person="ben")


async def test_when_the_digests_have_spent_the_money_of_the_day_nobody_waits_for_a_search() -> None:
    async with school(caps=Caps(dollars("0.055"), dollars(10), {Purpose.SEARCH: dollars("0.25")})) as our:
        our.x.prices = FREE_NAMES
        await our.digest_of()
        heard = await search(our)

        assert heard.startswith("The money for searches on X is spent for today.")
        assert "Searching" not in heard


async def test_when_the_money_of_the_month_is_spent_that_is_said() -> None:
    async with school(caps=Caps(dollars(1), dollars("0.06"), {Purpose.SEARCH: dollars("0.25")})) as our:
        our.write(FRACTIONS)
        our.write(f"{FRACTIONS}, and with apples")
        our.write(f"{FRACTIONS}, and with pears")
        await search(our)

        assert (await search(our)).startswith("The money for searches on X is spent for this month.\n")


async def test_a_search_that_brought_nothing_but_trouble_does_not_count() -> None:
    async with school(caps=CAPS, spending=SpendingRules(searches_per_person=1)) as our:
        our.write(FRACTIONS)
        our.x.fail_next(Rejected("X refused the query."))
        await search(our)

        assert "You have 0 searches left today." in await search(our)
        assert "which is the limit" in await search(our)


async def test_guests_do_not_spend_money() -> None:
    async with school(caps=CAPS) as our:
        our.chat.standings["gil"] = Standing.GUEST
        assert "guest" in await search(our, person="gil")
        assert our.x.asked == []


async def test_a_source_that_is_away_for_a_moment_is_asked_again() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        our.x.fail_next(Unavailable("X is down."))
        assert FRACTIONS not in await search(our)

        our.clock.advance(timedelta(minutes=1))
        await our.settle()
        assert FRACTIONS in our.last_answer("ana").text


async def test_a_source_that_stays_away_is_said_once_with_the_free_way() -> None:
    async with school(caps=CAPS) as our:
        our.x.fail_next(Unavailable("X is down."), times=10)
        await search(our)
        for _ in range(10):
            our.clock.advance(timedelta(minutes=1))
            await our.settle()

        told = [each.text for each in our.chat.messages if each.private_to == "ana"][1:]
        assert len(told) == 1
        assert "X does not answer just now. Please try again in a few minutes." in told[0]
        assert "Search on X" in told[0]


async def test_nobody_waits_for_a_limit_that_lifts_much_later() -> None:
    async with school(caps=CAPS) as our:
        our.x.fail_next(Throttled("X asks to wait.", our.clock.now() + timedelta(minutes=15)))
        assert "does not answer just now" in await search(our)


async def test_out_of_credit_is_told_to_the_office_and_nobody_asks_again() -> None:
    async with school(caps=CAPS) as our:
        our.x.fail_next(OutOfCredit("X wants money first."))
        heard = await search(our)
        again = await search(our)

        assert "X does not let us read at the moment." in heard
        assert "Search on X" in heard
        assert "X does not let us read at the moment." in again
        assert [text for text in our.told_to_the_office() if "wants money first" in text]
        assert our.x.requests <= 1


async def test_what_the_source_cannot_make_anything_of_is_said() -> None:
    async with school(caps=CAPS) as our:
        our.x.fail_next(Rejected("X refused the query."))
        assert "X could not make anything of this." in await search(our)


async def test_the_answer_comes_as_a_message_where_the_handle_ran_out() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        await our.chat.command("ana", STAFF, "/pln search fractions")
        our.clock.advance(timedelta(minutes=40))
        await our.settle()

        assert FRACTIONS in our.last_answer("ana").text


async def test_where_nothing_is_private_and_nothing_can_be_taken_back_no_wording_is_shown() -> None:
    able = replace(EVERYTHING, private_messages=False, remove=False, edit=False, forms=False, home=False)
    async with school(caps=CAPS, abilities=able) as our:
        our.write(FRACTIONS)
        await our.chat.command("ana", STAFF, "/pln search fractions")
        await our.settle()

        assert FRACTIONS not in our.chat.messages[-1].text
        assert "View on X" in our.chat.messages[-1].text


async def test_the_same_event_twice_is_one_search() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        await search(our)
        await our.chat.repeat()
        await our.settle()

        assert len(our.x.asked) == 1


async def test_a_channel_pays_for_its_own_searches() -> None:
    async with school(caps=CAPS) as our:
        await our.configure()
        our.write(FRACTIONS)
        await search(our)

        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_by_channel(our.clock.now().date())
        assert {key: each.today for key, each in spent.items()} == {STAFF: dollars("0.005")}
        assert OFFICE not in spent


async def test_what_somebody_searched_for_is_not_kept() -> None:
    async with school(caps=CAPS) as our:
        await search(our)
        async with our.store.reading() as tx:
            today = our.clock.now().date()
            entries = await tx.ledger.entries(today, today)
        assert [entry.topics for entry in entries] == [()]


async def test_a_channel_whose_part_of_the_money_is_spent_gets_the_link() -> None:
    async with school(caps=CAPS) as our:
        await our.configure()
        async with our.store.transaction() as tx:
            known = await tx.channels.get(STAFF)
            assert known
            await tx.channels.put(replace(known, share=0.01))
        heard = await search(our)

        assert "This channel has spent its part of the money for X." in heard
        assert "Search on X" in heard
        assert our.x.asked == []


async def test_a_library_without_what_was_sought_offers_to_look_outside() -> None:
    async with school(caps=CAPS) as our:
        our.write(FRACTIONS)
        await our.say("ana", "/pln find fractions")
        found = await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Search X"))

        assert FRACTIONS in found
