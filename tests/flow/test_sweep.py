"""What vanishes at its source vanishes from messages and library."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bot.app import Engine
from bot.domain.budget import Caps, Purpose, dollars
from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import KEYCAPS
from bot.domain.post import Link, Post, Reference, ReferenceKind
from bot.domain.removal import Cause, Removal
from bot.domain.standing import Standing
from bot.errors import OutOfCredit, Unavailable
from bot.ports import Allowance, Rechecked
from bot.services.library.shelf import Placing, save_post
from tests.fakes.chat import Shown
from tests.fakes.source import FakeSource
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, WORKSPACE, NoTicker, School, school

A_DAY = timedelta(days=1)
HOURS = timedelta(hours=4)


async def sweep(our: School, after: timedelta = A_DAY) -> None:
    """So much later."""
    our.clock.set(our.clock.now() + after)
    await our.engine.turn_sweep()
    await our.engine.turn_answers()


async def removals(our: School) -> list[Removal]:
    async with our.store.reading() as tx:
        return await tx.removals.since(EVENING_BEFORE)


async def stored(our: School, post: Post) -> bool:
    async with our.store.reading() as tx:
        return post.key in await tx.posts.get([post.key])


def text_of(our: School, shown: Shown) -> str:
    return next(each.text for each in our.chat.messages if each.id == shown.id)


def vanish(our: School, *numbers: int, standing: Standing = Standing.GONE) -> None:
    for number in numbers:
        our.x.standings[our.x.posts[number - 1].key.id] = standing


async def digest_of(our: School, posts: int = 3, **written: Any) -> Shown:
    return await our.digest_of(posts, **written)


async def first_item(our: School) -> int:
    """Which of the posts written is item 1 of the latest digest."""
    async with our.store.reading() as tx:
        digest = await tx.digests.latest(STAFF)
    assert digest
    return int(digest.items[0].post.id)


ABSENT = [Standing.GONE, Standing.PROTECTED, Standing.SUSPENDED, Standing.WITHHELD]


@pytest.mark.parametrize("standing", ABSENT)
async def test_what_vanished_reads_no_longer_available_at_the_first_finding(standing: Standing) -> None:
    async with school() as our:
        digest = await digest_of(our)
        vanish(our, 2, standing=standing)
        await sweep(our)
        text = text_of(our, digest)
        assert text.count("no longer available") == 1
        assert "Author 1" in text
        assert "Author 3" in text
        assert "Author 2" not in text


async def test_it_is_erased_once_a_second_look_hours_later_says_the_same() -> None:
    async with school() as our:
        await digest_of(our)
        vanish(our, 2)
        await sweep(our)
        assert await stored(our, our.x.posts[1])
        await sweep(our, timedelta(hours=1))
        assert await stored(our, our.x.posts[1])
        await sweep(our, HOURS)
        assert not await stored(our, our.x.posts[1])
        done = [(each.post, each.cause, each.erased) for each in await removals(our)]
        key = our.x.posts[1].key
        assert done == [(key, Cause.GONE, False), (key, Cause.GONE, True)]


async def test_a_final_answer_needs_no_second_look() -> None:
    async with school() as our:
        await digest_of(our)
        our.x.is_final = True
        vanish(our, 2)
        await sweep(our)
        assert not await stored(our, our.x.posts[1])
        assert [each.erased for each in await removals(our)] == [False, True]


async def test_every_card_and_every_digest_with_the_post_changes() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln layout cards")
        await our.say("ana", "/pln me follow #edchat")
        await our.next_digest(2)
        before = [each for each in our.chat.messages if "Author 1" in each.text]
        assert len(before) == 2
        vanish(our, 1)
        await sweep(our)
        assert not [each.text for each in our.chat.messages if "Author 1" in each.text]
        assert len([each for each in our.chat.messages if "no longer available" in each.text]) == len(before)


async def test_a_private_answer_changes_too() -> None:
    async with school() as our:
        await our.open_channel()
        await our.next_digest(3)
        await our.say("ana", "/pln save 1")
        vanished = await first_item(our)
        writer = f"Author {vanished}"
        assert writer in await our.say("ana", "/pln saved")
        vanish(our, vanished)
        await sweep(our)
        assert not [each.text for each in our.chat.messages if writer in each.text]


async def test_a_post_that_is_back_is_shown_again() -> None:
    async with school() as our:
        digest = await digest_of(our)
        before = text_of(our, digest)
        vanish(our, 2)
        await sweep(our)
        our.x.standings.clear()
        await sweep(our, HOURS)
        assert text_of(our, digest) == before
        await sweep(our, HOURS)
        assert await stored(our, our.x.posts[1])


async def test_what_was_erased_does_not_come_back_even_if_it_is_read_again() -> None:
    async with school() as our:
        digest = await digest_of(our)
        our.x.is_final = True
        vanish(our, 2)
        await sweep(our)
        our.x.standings.clear()
        await sweep(our)
        await our.say("ana", "/pln digest now")
        assert text_of(our, digest).count("no longer available") == 1
        assert not await stored(our, our.x.posts[1])


async def test_nothing_is_believed_while_posts_that_are_surely_there_are_said_to_be_gone() -> None:
    async with school() as our:
        digest = await digest_of(our)
        before = text_of(our, digest)
        vanish(our, 1, 2, 3)
        await sweep(our)
        assert text_of(our, digest) == before
        (told,) = our.told_to_the_office()
        assert "surely there as well" in told
        await sweep(our, HOURS)
        assert len(our.told_to_the_office()) == 1
        assert await removals(our) == []


async def test_a_source_that_says_for_weeks_that_everything_is_gone_is_never_believed() -> None:
    async with school() as our:
        await digest_of(our, 8)
        vanish(our, *range(1, 9))
        for _ in range(13):
            await sweep(our)
        assert await removals(our) == []
        assert len([each for each in our.told_to_the_office() if "surely there" in each]) == 1


async def test_two_of_the_posts_that_were_taken_for_surely_there_may_vanish_themselves() -> None:
    async with school() as our:
        digest = await digest_of(our, 5)
        vanish(our, 1, 2, 3)
        await sweep(our)
        assert text_of(our, digest).count("no longer available") == 0
        await sweep(our)
        assert text_of(our, digest).count("no longer available") == 3


async def test_an_answer_that_says_nothing_deletes_nothing() -> None:
    async with school() as our:
        digest = await digest_of(our)
        before = text_of(our, digest)
        vanish(our, 1, 2, standing=Standing.UNKNOWN)
        await sweep(our)
        await sweep(our)
        assert text_of(our, digest) == before
        assert await removals(our) == []


async def test_a_source_that_fails_deletes_nothing_and_is_left_in_peace_for_longer_each_time() -> None:
    async with school() as our:
        await digest_of(our)
        our.clock.set(our.clock.now() + A_DAY)
        asked = []
        for _ in range(30):
            our.x.fail_next(Unavailable("It is down."))
            before = len(our.x.rechecked)
            await our.engine.turn_sweep()
            asked.append(len(our.x.rechecked) > before)
            our.x.failures.clear()
            our.clock.set(our.clock.now() + timedelta(minutes=1))
        assert [minute for minute, did in enumerate(asked) if did] == [0, 1, 3, 7, 15]
        assert await removals(our) == []


async def test_a_source_that_wants_money_first_is_told_to_the_office_once() -> None:
    async with school() as our:
        await digest_of(our)
        for _ in range(3):
            our.x.fail_next(OutOfCredit("It wants money first."))
            await sweep(our)
        assert len([each for each in our.told_to_the_office() if "money first" in each]) == 1


ANA = Person(PersonKey(WORKSPACE, "ana"), "Ana")


async def save(our: School, *posts: Post) -> list[str]:
    """They are read, and Ana saves them."""
    now = our.clock.now()
    async with our.store.transaction() as tx:
        await tx.posts.add(posts, {}, now)
        await tx.posts.put_authors(
            [each for each in our.x.people if each.id in {post.author_id for post in posts}], now
        )
        items = [await save_post(tx, Placing(ANA, "command", now), post.key) for post in posts]
    return [item for item in items if item]


async def with_saves(our: School, posts: int) -> list[Post]:
    """A digest of three posts, which are numbers 1 to 3, and so many saves of older ones."""
    await digest_of(our)
    saved = [our.write(created_at=our.clock.now() - timedelta(days=10, hours=number)) for number in range(posts)]
    await save(our, *saved)
    return saved


async def test_when_many_vanish_at_once_nothing_is_hidden_until_a_second_look_says_the_same() -> None:
    async with school() as our:
        saved = await with_saves(our, 40)
        vanish(our, *range(4, 10))
        await sweep(our)
        assert await removals(our) == []
        (told,) = our.told_to_the_office()
        assert "X says that 6 of 43 posts shown or saved here are gone, all at once." in told
        assert "nothing was hidden" in told
        asked = len(our.x.rechecked)
        await sweep(our, timedelta(hours=2))
        assert len(our.x.rechecked) == asked
        await sweep(our, HOURS)
        assert {each.post for each in await removals(our)} == {post.key for post in saved[:6]}
        assert "once more" in our.told_to_the_office()[-1]


async def test_a_pause_outlasts_a_restart() -> None:
    async with school() as our:
        await with_saves(our, 40)
        vanish(our, *range(4, 10))
        await sweep(our)
        our.engine = Engine(our.parts, NoTicker())
        await sweep(our, timedelta(hours=5))
        assert await removals(our) == []
        assert len(our.told_to_the_office()) == 1


async def test_a_fault_that_passes_during_the_pause_hides_nothing() -> None:
    async with school() as our:
        await with_saves(our, 40)
        vanish(our, *range(4, 10))
        await sweep(our)
        our.x.standings.clear()
        await sweep(our, timedelta(hours=7))
        await sweep(our)
        assert await removals(our) == []


async def test_a_handful_among_few_is_an_ordinary_day() -> None:
    async with school() as our:
        await with_saves(our, 10)
        vanish(our, 4, 5, 6, 7)
        await sweep(our)
        assert len(await removals(our)) == 4


async def test_many_posts_are_asked_about_in_parts_until_none_is_due() -> None:
    async with school() as our:
        await with_saves(our, 1_200)
        await sweep(our, timedelta(days=8))
        assert len(set(our.x.rechecked)) == 1_203
        asked = len(our.x.rechecked)
        await sweep(our, timedelta(hours=1))
        assert len(our.x.rechecked) == asked


async def test_posts_of_the_last_month_are_looked_at_daily_and_older_ones_weekly() -> None:
    async with school() as our:
        await digest_of(our)
        old = our.write(created_at=our.clock.now() - timedelta(days=60))
        young = our.write(created_at=our.clock.now() - timedelta(days=5))
        await save(our, old, young)
        for _ in range(16):
            await sweep(our)
        assert our.x.rechecked.count(old.key.id) == 2
        assert our.x.rechecked.count(young.key.id) == 16


async def test_an_unanswered_question_is_asked_again() -> None:
    async with school() as our:
        digest = await digest_of(our)
        vanish(our, 2)
        our.x.is_checking = True
        await sweep(our)
        assert "no longer available" not in text_of(our, digest)
        our.x.is_checking = False
        await sweep(our, timedelta(minutes=2))
        assert "no longer available" in text_of(our, digest)


async def test_an_edited_post_is_updated_in_messages_and_library() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.say("ana", "/pln save 1")
        post = our.x.posts[0]
        our.x.edited[post.key.id] = replace(post, latest_id="900", text="Quokka lesson ideas for my pupils, corrected")
        await sweep(our)
        assert "Quokka" in text_of(our, digest)
        assert "1 item with" in await our.say("ben", "/pln find quokka")
        assert [each.cause for each in await removals(our)] == [Cause.EDITED]
        await sweep(our)
        assert len(await removals(our)) == 1


async def test_of_a_saved_post_its_page_tags_and_notes_stay() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for number in range(3):
            our.write(links=(Link(f"https://lessons.example/{number}", title="Fractions with paper"),))
        await our.at(HALF_PAST_SEVEN)
        await our.say("ana", "/pln tag 1 year 9")
        await our.say("ana", "/pln note 1 Worked well")
        our.x.is_final = True
        vanished = await first_item(our)
        assert "lesson ideas" in await our.say("ben", "/pln find worked")
        vanish(our, vanished)
        await sweep(our)
        found = await our.say("ben", "/pln find worked")
        assert "Fractions with paper" in found
        assert "year 9" in found
        assert "Worked well" in found
        assert "lesson ideas" not in found
        assert "View on X" not in found
        assert "Fractions with paper" in await our.say("ana", "/pln saved")


async def test_of_a_saved_post_without_a_page_only_what_colleagues_said_is_left() -> None:
    async with school() as our:
        await digest_of(our)
        await our.say("ana", "/pln note 1 Worked well")
        vanished = await first_item(our)
        vanish(our, vanished)
        for _ in range(2):
            await sweep(our)
            found = await our.say("ana", "/pln saved")
            assert "A post that is no longer available" in found
            assert "Worked well" in found
            assert f"Author {vanished}" not in found
            assert "lesson ideas" not in found
            assert "x.example" not in found
        assert "Nothing saved so far" in await our.say("ben", "/pln find lesson")


async def test_a_vanished_post_cannot_be_saved_any_more_but_a_save_of_it_can_be_taken_back() -> None:
    async with school() as our:
        digest = await digest_of(our)
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert "You have saved 1 item" in await our.say("ana", "/pln saved")
        our.x.is_final = True
        vanish(our, 1, 2)
        await sweep(our)
        assert "no longer available" in await our.say("ben", "/pln save 1")
        assert "You have saved nothing" in await our.say("ben", "/pln saved")
        await our.chat.unreact("ana", digest.id, KEYCAPS[0])
        await our.settle()
        assert "You have saved nothing" in await our.say("ana", "/pln saved")


async def test_what_a_shown_post_quotes_vanishes_with_its_own_post() -> None:
    async with school() as our:
        question = our.write("A question of a colleague", created_at=EVENING_BEFORE - timedelta(days=9), hashtags=())
        quoting = (Reference(ReferenceKind.QUOTED, question.key.id),)
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(references=quoting)
        our.write()
        async with our.store.transaction() as tx:
            await tx.posts.add([question], {}, our.clock.now())
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()
        assert "A question of a colleague" in digest.text
        vanish(our, 1)
        await sweep(our)
        assert "A question of a colleague" not in text_of(our, digest)
        assert "no longer available" not in text_of(our, digest)
        await sweep(our, HOURS)
        assert not await stored(our, question)
        assert [each.messages for each in await removals(our)] == [1, 1]


async def test_a_chosen_digest_leaves_out_what_vanished() -> None:
    async with school() as our:
        await our.open_channel()
        posts = [our.write() for _ in range(3)]
        await our.say("ana", "/pln digest now")
        async with our.store.transaction() as tx:
            await tx.posts.set_standing([posts[1].key], Standing.GONE, our.clock.now())
        assert "Author 2" not in await our.say("ben", "/pln digest preview")


async def test_what_asking_costs_stays_within_its_own_limit() -> None:
    caps = Caps(dollars(1), dollars(10), {Purpose.SWEEP: dollars("0.05")})
    async with school(caps=caps) as our:
        await with_saves(our, 40)
        our.x.rechecks_cost = True
        await sweep(our)
        await sweep(our, HOURS)
        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_for(Purpose.SWEEP, our.clock.now().date())
        assert dollars("0.04") <= spent.today <= dollars("0.05")


async def test_the_office_is_told_when_asking_falls_behind() -> None:
    async with school() as our:
        await digest_of(our)
        our.x.is_checking = True
        await sweep(our, timedelta(days=4))
        (told,) = our.told_to_the_office()
        assert "have not been checked at X for three days" in told


async def test_nobody_is_asked_where_nothing_was_shown() -> None:
    async with school() as our:
        await our.open_channel()
        our.write()
        await sweep(our)
        assert our.x.rechecked == []


class BrokenSource(FakeSource):
    """It fails in a way that nobody foresaw."""

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        async for answer in super().recheck(posts, allowance):
            yield answer
            raise RuntimeError("nobody foresaw this")


async def test_what_nobody_foresaw_is_not_tried_again_and_again() -> None:
    async with school() as our:
        await digest_of(our)
        broken = BrokenSource(our.clock, posts=our.x.posts)
        our.parts = replace(our.parts, sources={"x": broken})
        our.engine = Engine(our.parts, NoTicker())
        with pytest.raises(RuntimeError):
            await sweep(our)
        asked = len(broken.rechecked)
        await sweep(our, timedelta(minutes=1))
        assert len(broken.rechecked) == asked


class DyingSource(FakeSource):
    """The process dies in the middle of its answer, once."""

    dies = True

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        async for answer in super().recheck(posts, allowance):
            yield answer
            if self.dies:
                self.dies = False
                raise Killed


class Killed(BaseException):
    pass


async def test_a_process_that_dies_in_between_leaves_nothing_half_done() -> None:
    async with school() as our:
        digest = await digest_of(our)
        dying = DyingSource(our.clock, prices=our.x.prices, posts=our.x.posts)
        dying.standings["2"], dying.rechecks_cost = Standing.GONE, True
        our.parts = replace(our.parts, sources={"x": dying})
        our.engine = Engine(our.parts, NoTicker())
        with pytest.raises(Killed):
            await sweep(our)
        our.engine = Engine(our.parts, NoTicker())
        await sweep(our, timedelta(0))
        assert text_of(our, digest).count("no longer available") == 1
        assert len(await removals(our)) == 1
        async with our.store.reading() as tx:
            assert (await tx.ledger.spent_for(Purpose.SWEEP, our.clock.now().date())).today == dollars("0.010")


async def test_a_post_that_was_edited_after_it_was_shown_is_updated_once_it_cannot_change_any_more() -> None:
    async with school() as our:
        our.x.reach = replace(our.x.reach, editable_for=timedelta(hours=1))
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        young = our.write(created_at=HALF_PAST_SEVEN - timedelta(minutes=20))
        our.write(created_at=HALF_PAST_SEVEN - timedelta(hours=3))
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()
        our.x.edited[young.key.id] = replace(
            young, latest_id="900", text="Quokka lesson ideas for my pupils, corrected"
        )
        await sweep(our, timedelta(minutes=10))
        assert our.x.looked_up == []
        await sweep(our, HOURS)
        assert our.x.looked_up == [young.latest_id]
        assert "Quokka" in text_of(our, digest)
        await sweep(our, HOURS)
        assert our.x.looked_up == [young.latest_id]
        assert [(each.cause, each.how) for each in await removals(our)] == [(Cause.EDITED, "look-up")]
        async with our.store.reading() as tx:
            assert (await tx.ledger.spent_for(Purpose.SWEEP, our.clock.now().date())).today == our.x.prices.post


class Trial:
    """Weeks in which posts vanish, come back and are not spoken of, sources fail, and the process starts anew. One of
    the five posts of the digest is always there."""

    def __init__(self, our: School, digest: Shown, seed: int) -> None:
        self.our, self.digest, self.random = our, digest, Random(seed)
        self.posts = [post for post in our.x.posts if post.text in digest.text]
        self.last_live = {post.key: our.clock.now() for post in self.posts}
        self.ever_gone: set[PostKey] = set()
        self.quiet_since = our.clock.now()

    async def step(self) -> None:
        x, post = self.our.x, self.random.choice(self.posts[:-1])
        absent = [each for each in x.standings.values() if each in ABSENT]
        match self.random.randrange(7):
            case 0 if len(absent) < 3:
                x.standings[post.key.id] = self.random.choice(ABSENT)
                self.ever_gone.add(post.key)
            case 1:
                x.standings.pop(post.key.id, None)
            case 2 if post.key.id not in x.standings and Standing.UNKNOWN not in x.standings.values():
                x.standings[post.key.id] = Standing.UNKNOWN
            case 3:
                x.fail_next(Unavailable("It is down."))
            case 4:
                self.our.engine = Engine(self.our.parts, NoTicker())
            case 5:
                x.is_final = not x.is_final
        fails = bool(x.failures)
        await sweep(self.our, timedelta(hours=self.random.randrange(1, 30)))
        self.quiet_since = self.our.clock.now() if fails else self.quiet_since

    async def check(self, post: Post) -> None:
        now, is_shown = self.our.clock.now(), post.text in text_of(self.our, self.digest)
        if self.our.x.standings.get(post.key.id) not in ABSENT:
            self.last_live[post.key] = now
        assert is_shown or post.key in self.ever_gone
        assert not is_shown or now - max(self.last_live[post.key], self.quiet_since) < timedelta(days=3)
        assert not is_shown or await stored(self.our, post)


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_what_is_there_stays_and_what_is_gone_goes(seed: int) -> None:
    async with school() as our:
        trial = Trial(our, await digest_of(our, 10), seed)
        assert len(trial.posts) == 5
        for _ in range(40):
            await trial.step()
            for post in trial.posts:
                await trial.check(post)
