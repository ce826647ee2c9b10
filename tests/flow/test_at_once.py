"""Topics that are followed "now": single cards within minutes, in school hours."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.app import Engine
from bot.domain.budget import Caps, Prices, Purpose, SpendingRules, dollars
from bot.domain.people import Standing
from bot.domain.post import Author, Metrics, Post
from bot.domain.reading.filter import Filter
from bot.domain.schedule import SlotKind
from bot.errors import OutOfCredit, Unavailable, Uncertain
from bot.flow.at_once import AtOnceReader
from bot.ports import Store
from tests.fakes.chat import Shown
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, NoTicker, School, school

CAPS = Caps(dollars(1), dollars(10), {Purpose.AT_ONCE: dollars("0.10")})
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ANNA = Author("x", "author-anna", "anna", "Anna Field", "https://x.example/anna")
QUARTER = timedelta(minutes=15)


def write(our: School, text: str, *, minutes: int = 5, likes: int = 0, **changes: Any) -> Post:
    """Somebody posts, so many minutes from now."""
    at = our.clock.now() + timedelta(minutes=minutes)
    return our.write(text, created_at=at, metrics=Metrics(likes=likes), **changes)


def by_anna(our: School, text: str, *, minutes: int = 5) -> Post:
    if ANNA not in our.x.people:
        our.x.people.append(ANNA)
    return write(our, text, minutes=minutes, author_id=ANNA.id, hashtags=())


def cards(our: School) -> list[Shown]:
    return [each for each in our.chat.shown(STAFF, "somebody") if "shown at once" in each.text]


def texts(our: School) -> str:
    return "\n".join(each.text for each in cards(our))


async def following(our: School, words: str, at: datetime = TEN) -> str:
    """The channel follows nothing but this, and it is that late."""
    our.x.prices = Prices(dollars("0.005"))
    await our.open_channel()
    await our.say("ana", "/pln unfollow #edchat")
    our.clock.set(at)
    return await our.say("ana", f"/pln follow {words}")


async def later(our: School, by: timedelta = QUARTER) -> None:
    await our.at(our.clock.now() + by)


async def test_a_new_post_of_an_account_comes_as_a_card_within_a_quarter_of_an_hour() -> None:
    async with school(caps=CAPS) as our:
        our.x.people.append(ANNA)
        await following(our, "@anna now")
        await later(our)
        by_anna(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)

        (card,) = cards(our)
        assert "A new lesson on fractions" in card.text
        assert "Anna Field @anna" in card.text
        assert "@anna · new, shown at once" in card.text
        assert not card.text.startswith("1.")


async def test_the_card_can_be_saved_by_button_and_by_reaction() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        (card,) = cards(our)
        await our.press("ana", card.id, "Save this post")
        await our.chat.react("ben", card.id, "🔖")
        await our.settle()

        for person in ("ana", "ben"):
            assert "1 item" in await our.say(person, "/pln saved")


async def test_a_reported_card_is_hidden() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        (card,) = cards(our)
        await our.hear("ana", our.chat.press("ana", card.id, "Report this post"))

        assert "hidden until an admin has looked at it" in card.text
        assert "paper plates" not in card.text


async def test_only_posts_with_enough_likes_come_as_soon_as_they_have_them() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now 20 likes")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils", likes=3)
        write(our, "A calm start to my lessons that every pupil likes", likes=25)
        await later(our)
        assert [("calm start" in card.text, "25 likes" in card.text) for card in cards(our)] == [(True, True)]

        our.x.posts = [replace(post, metrics=Metrics(likes=40)) for post in our.x.posts]
        await later(our)
        assert "paper plates" in cards(our)[1].text
        assert our.x.asked[-1].filter == Filter(min_likes=20, replies=False)


async def test_nothing_is_shown_twice_and_the_morning_digest_does_not_repeat_it() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils", likes=30)
        for _ in range(4):
            await later(our)
        assert len(cards(our)) == 1

        our.clock.set(TEN.replace(hour=18))
        write(our, "A calm start to my lessons that every pupil likes", likes=30)
        await our.at(TEN.replace(hour=18, minute=5))
        await our.at(HALF_PAST_SEVEN + timedelta(days=1))
        (digest,) = our.digests()
        assert "calm start" in digest.text
        assert "paper plates" not in digest.text


async def test_what_the_digest_has_shown_does_not_come_again() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now", at=HALF_PAST_SEVEN - timedelta(hours=8))
        our.clock.set(HALF_PAST_SEVEN)
        write(our, "A new lesson on fractions with paper plates for my pupils", likes=30, minutes=-20)
        await our.at(HALF_PAST_SEVEN)
        for _ in range(3):
            await later(our)

        assert len(our.digests()) == 1
        assert cards(our) == []


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(TEN.replace(hour=6, minute=5), id="before school"),
        pytest.param(TEN.replace(hour=17, minute=1), id="after school"),
        pytest.param(TEN + timedelta(days=4), id="a Saturday"),
    ],
)
async def test_outside_school_hours_nothing_is_read_for_it(moment: datetime) -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now", at=moment)
        before = our.x.requests
        write(our, "A new lesson on fractions with paper plates for my pupils")
        for _ in range(3):
            await later(our)

        assert cards(our) == []
        assert our.x.requests == before


async def test_not_while_the_channel_pauses() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await our.say("ana", "/pln pause until 1 December")
        before = our.x.requests
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our, timedelta(hours=1))
        assert cards(our) == []
        assert our.x.requests == before


async def test_what_was_written_before_school_is_for_the_digest() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now", at=TEN.replace(hour=8))
        write(our, "A new lesson on fractions with paper plates for my pupils", minutes=-120)
        await later(our)
        assert cards(our) == []


async def test_it_looks_every_quarter_of_an_hour_and_no_more_often() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our, timedelta(minutes=2))
        before = our.x.requests
        for _ in range(60):
            await later(our, timedelta(minutes=1))
        assert our.x.requests - before == 4


async def test_of_a_hashtag_it_is_said_how_the_liked_posts_alone_come() -> None:
    async with school(caps=CAPS) as our:
        hint = "These are all new posts. For the liked ones alone: /pln follow #edchat now 10 likes."
        assert hint in await following(our, "#edchat now")
        assert hint.replace("/pln", "/pln me") in await our.say("ana", "/pln me follow #edchat now")
        for said in ("#edchat now 10 likes", "@anna now"):
            assert "all new posts" not in await our.say("ana", f"/pln follow {said}")


async def test_how_often_it_looks_is_configured() -> None:
    async with school(caps=CAPS, spending=SpendingRules(at_once_every=timedelta(minutes=30))) as our:
        heard = await following(our, "#edchat now")
        assert "within 30 minutes" in heard
        await later(our, timedelta(minutes=2))
        before = our.x.requests
        for _ in range(60):
            await later(our, timedelta(minutes=1))
        assert our.x.requests - before == 2


async def test_a_restart_does_not_look_sooner() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        before = our.x.requests
        our.engine = Engine(our.parts, NoTicker())
        await later(our, timedelta(minutes=5))
        assert our.x.requests == before


async def test_what_was_read_is_not_read_again_and_pays_for_the_digest_too() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        await later(our)
        first, second = our.x.asked[-2:]
        assert first.span.end - second.span.start == timedelta(minutes=2)


async def test_what_passes_a_threshold_does_not_count_as_read_for_the_digest() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now 20 likes")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils", likes=10)
        await later(our)
        await our.at(HALF_PAST_SEVEN + timedelta(days=1))
        assert "paper plates" in our.digests()[0].text


async def test_no_more_than_four_an_hour_the_most_liked_first() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        for number in range(7):
            write(our, "", likes=number)
        await later(our)
        assert len(cards(our)) == 4
        for likes, card in zip((3, 4, 5, 6), cards(our), strict=True):
            assert our.x.posts[likes].text[:40] in card.text
        await later(our)
        assert len(cards(our)) == 4
        await later(our, timedelta(hours=1))
        assert len(cards(our)) == 7


async def test_it_spends_within_its_own_limit() -> None:
    async with school(caps=Caps(dollars(1), dollars(10), {Purpose.AT_ONCE: dollars("0.06")})) as our:
        await following(our, "#edchat now")
        for round_of_posts in range(8):
            await later(our)
            for _ in range(4):
                write(our, "", likes=round_of_posts)
        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_for(Purpose.AT_ONCE, our.clock.now().date())
        assert 0 < spent.today <= dollars("0.06")
        assert our.told_to_the_office() == []


async def test_whoever_wants_it_at_once_pays_for_it() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_by_channel(our.clock.now().date())
        assert {key: each.today for key, each in spent.items()} == {STAFF: dollars("0.005")}


async def test_following_says_what_it_means_and_what_it_may_cost() -> None:
    async with school(caps=CAPS) as our:
        heard = await following(our, "#edchat now 20 likes")

        assert "now follows #edchat" in heard
        assert "New posts of at least 20 likes come within 15 minutes, from 07:00 to 17:00" in heard
        assert "at most 4 an hour" in heard
        assert "at most $0.10 a day" in heard
        assert "#edchat — a hashtag, new posts of at least 20 likes come within 15 minutes" in await our.say(
            "ana", "/pln list"
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("#edchat NOW", "New posts come within"),
        ("#edchat now 20", "at least 20 likes"),
        ("#edchat @anna now with at least 1 like", "#edchat and @anna. New posts of at least 1 like come"),
        ("#edchat now 20+ likes", "at least 20 likes"),
        ("“what to do now in maths” now", '"what to do now in maths". New posts come'),
        ("“what to do now in maths”", "The digest comes"),
        ("now #edchat", "Say the topics first"),
        ("now", "Say the topics first"),
        ("#edchat now soon", "Say the topics first"),
        ("#edchat now 20 30", "Say the topics first"),
        ("#edchat now 99999 likes", "Say the topics first"),
    ],
)
async def test_now_is_understood_as_people_write_it(words: str, said: str) -> None:
    async with school(caps=CAPS) as our:
        assert said in await following(our, words)


async def test_following_without_now_ends_it() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        assert "#edchat: new posts come with the digest only from now on." in await our.say(
            "ana", "/pln follow #edchat"
        )
        assert "minutes" not in await our.say("ana", "/pln list")
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert cards(our) == []


async def test_ending_it_beside_something_new_says_both() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        heard = await our.say("ana", "/pln follow #edchat #mathschat")
        assert "now follows #mathschat." in heard
        assert "#edchat: new posts come with the digest only" in heard


async def test_unfollowing_ends_it() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await our.say("ana", "/pln unfollow #edchat")
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert cards(our) == []


async def test_what_the_configuration_file_says_stays_as_it_says() -> None:
    async with school(caps=CAPS) as our:
        await our.configure()
        assert "set in config.toml" in await our.say("ana", "/pln follow #edchat now")


async def test_where_nothing_may_be_spent_on_it_that_is_said() -> None:
    async with school(caps=Caps(dollars(1), dollars(10), {Purpose.AT_ONCE: dollars(0)})) as our:
        assert "nothing may be spent on it" in await following(our, "#edchat now")
        assert "follows nothing yet" in await our.say("ana", "/pln list")


async def test_a_number_after_save_still_means_the_digest() -> None:
    async with school(caps=CAPS) as our:
        await our.digest_of(2)
        our.clock.set(TEN)
        await our.say("ana", "/pln follow #edchat now")
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert len(cards(our)) == 1
        assert "Saved to the library." in await our.say("ana", "/pln save 2")


async def test_what_is_muted_and_what_is_sensitive_does_not_come() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        our.chat.standings["head"] = Standing.ADMIN
        await our.say("head", '/pln mute "paper plates"')
        write(our, "Something that nobody should look at in my lessons", sensitive=True)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert cards(our) == []


async def test_a_source_in_trouble_is_left_alone_and_catches_up() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        our.x.fail_next(Unavailable("X is down."))
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert cards(our) == []
        await later(our)
        assert len(cards(our)) == 1


async def test_out_of_credit_is_told_once_to_the_office_and_the_source_is_left_alone_for_an_hour() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await later(our)
        our.x.fail_next(OutOfCredit("X wants money first."), times=9)
        before = our.x.requests
        for _ in range(3):
            await later(our)
        assert our.x.requests - before <= 1
        assert len([text for text in our.told_to_the_office() if "wants money first" in text]) == 1


async def test_two_channels_share_one_look() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now")
        await our.say("ben", "/pln me follow #edchat now")
        await later(our)
        before = len(our.x.asked)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        await later(our)
        assert len(our.x.asked) - before == 1
        assert len(cards(our)) == 1
        assert [each for each in our.chat.messages if each.channel.channel == "ben" and "paper plates" in each.text]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_a_day_brings_its_promises_hold(seed: int) -> None:
    """Random posts, likes, pauses and failures from before school until the evening."""
    random = Random(seed)
    cap = dollars("0.08")
    async with school(caps=Caps(dollars(1), dollars(10), {Purpose.AT_ONCE: cap})) as our:
        await following(our, "#edchat now", at=TEN.replace(hour=6))
        await our.say("ana", "/pln follow #mathschat now 10 likes")
        while our.clock.now().hour < 19:
            for _ in range(random.choice((0, 0, 0, 1, 2))):
                tag = random.choice(("edchat", "mathschat"))
                write(our, "", minutes=random.randint(-90, 3), likes=random.choice((0, 3, 12)), hashtags=(tag,))
            if random.random() < 0.1:
                our.x.fail_next(random.choice((Unavailable("X is down."), Uncertain("X was cut off."))))
            await later(our, timedelta(minutes=random.randint(1, 12)))
            async with our.store.reading() as tx:
                assert (await tx.ledger.spent_for(Purpose.AT_ONCE, our.clock.now().date())).today <= cap
        async with our.store.reading() as tx:
            slots = await tx.slots.latest(STAFF, SlotKind.AT_ONCE, 1_000)
            shown = [(slot, await tx.digests.get(slot.channel.workspace, slot.id)) for slot in slots]

        assert slots
        assert len({slot.key for slot in slots}) == len(slots)
        assert all(7 <= slot.due_at.hour < 17 for slot in slots)
        times = sorted(slot.due_at for slot in slots)
        assert all(late - early >= timedelta(hours=1) for early, late in zip(times, times[4:], strict=False))
        in_digests = "".join(each.text for each in our.digests())
        for _, digest in shown:
            assert digest
            (post,) = [post for post in our.x.posts if post.key == digest.items[0].post]
            assert post.text[:40] not in in_digests
            assert digest.topics != ("#mathschat",) or post.metrics.likes >= 10
            assert post.created_at >= TEN.replace(hour=7)


async def test_two_processes_show_a_post_once(stores: tuple[Store, Store], clock: FakeClock) -> None:
    clock.set(EVENING_BEFORE)
    first, second = stores
    async with school(caps=CAPS, store=first, clock=clock) as our:
        await following(our, "#edchat now")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils")
        write(our, "A calm start to my lessons that every pupil likes")
        our.clock.advance(QUARTER)
        another = replace(our.parts, store=second, worker="another")
        await asyncio.gather(AtOnceReader(our.parts).turn(), AtOnceReader(another).turn())
        await our.settle()
        assert len(cards(our)) == 2


async def test_it_is_the_same_on_every_store(store: Store, clock: FakeClock) -> None:
    clock.set(EVENING_BEFORE)
    async with school(caps=CAPS, store=store, clock=clock) as our:
        await our.digest_of(2)
        our.clock.set(TEN)
        await our.say("ana", "/pln follow #edchat now 2 likes")
        await later(our)
        write(our, "A new lesson on fractions with paper plates for my pupils", likes=3)
        for _ in range(3):
            await later(our)
        (card,) = cards(our)
        await our.press("ana", card.id, "Save this post")

        assert "paper plates" in await our.say("ana", "/pln saved")
        assert "Saved to the library." in await our.say("ana", "/pln save 2")
        await our.at(HALF_PAST_SEVEN + timedelta(days=1))
        assert len(our.digests()) == 1


async def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_hours() -> None:
    async with school(caps=CAPS) as our:
        await following(our, "#edchat now 3 likes", TEN + timedelta(hours=2))
        await later(our)
        our.clock.set(TEN)
        write(our, "A lesson on rivers that my pupils could not leave", minutes=1, likes=5)
        await later(our)
        assert "A lesson on rivers" in texts(our)
