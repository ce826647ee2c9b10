"""When a digest comes, and when it does not."""

import asyncio
from datetime import time, timedelta

from bot.app import Engine, reconcile
from bot.domain.budget import Caps, dollars
from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.post import Metrics
from bot.domain.rules import Less, Rule, RuleKind
from bot.domain.schedule import Schedule, SlotState
from bot.domain.topic import parse_topics
from bot.errors import OutOfCredit, Throttled, Unauthorised, Unavailable
from tests.fakes.chat import buttons_of
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, NeverTicking, School, school

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def next_morning(our: School, day: int, *texts: str) -> None:
    our.clock.set(HALF_PAST_SEVEN + day * DAY)
    for text in texts:
        our.write(text)
    await our.at(HALF_PAST_SEVEN + day * DAY)


async def test_a_digest_comes_once_a_morning_however_often_the_handle_turns() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write(created_at=our.clock.now())
        for minute in (-6, -4, 0, 1, 2, 30):
            await our.at(HALF_PAST_SEVEN + minute * MINUTE)
        assert len(our.digests()) == 1


async def test_nothing_comes_at_the_weekend_and_monday_brings_it_all() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await next_morning(our, 0, "Something for Tuesday that is worth reading")
        for day in (1, 2, 3, 4, 5):
            await next_morning(our, day)
        our.write("A quiet thought on Saturday about marking less and teaching more")
        await next_morning(our, 6)
        assert [shown.text.split(" · ")[0] for shown in our.digests()] == ["Tuesday 24 November", "Monday 30 November"]


LESSONS = (
    "volcanoes in a bottle", "poems without the letter e", "maps drawn from memory", "bread and yeast",
    "a debate on zoos",
    "shadows at noon", "the longest division", "letters to the mayor", "seeds in cotton wool", "bridges of spaghetti",
)  # fmt: skip


async def test_a_weekend_or_an_outage_is_one_digest_of_the_usual_size() -> None:
    for came_back in (6, 2):
        async with school() as our:
            await our.configure()
            await our.plan()
            await next_morning(our, 0, "Something for Tuesday that is worth reading")
            for hours, lesson in enumerate(LESSONS, start=1):
                our.clock.set(HALF_PAST_SEVEN + hours * timedelta(hours=4))
                our.write(f"What my class made of {lesson}, and what I would change")
            before = len(our.x.asked)
            await our.at(HALF_PAST_SEVEN + came_back * DAY)
            (_, digest) = our.digests()
            assert "5 posts from #edchat" in digest.text
            assert our.x.asked[before].span.start <= HALF_PAST_SEVEN


async def test_a_changed_time_gives_no_second_digest_that_day() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await next_morning(our, 0, "Something for Tuesday that is worth reading")
        our.write("Something that came a little later in the morning")
        await our.configure(at=time(9, 0))
        await our.at(HALF_PAST_SEVEN + timedelta(hours=2))
        assert len(our.digests()) == 1


async def test_after_a_stop_one_digest_comes_late_and_after_four_hours_none() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Late, and still worth it on the same morning")
        await our.at(HALF_PAST_SEVEN + timedelta(hours=3))
        assert len(our.digests()) == 1
        our.write("Too late for anybody before lessons begin")
        await our.at(HALF_PAST_SEVEN + DAY + timedelta(hours=5))
        assert len(our.digests()) == 1


async def test_no_post_and_no_link_comes_twice() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await next_morning(our, 0, "One idea that is worth a digest of its own")
        await next_morning(our, 1)
        assert len(our.digests()) == 1


async def test_three_quiet_mornings_are_explained_once() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        for day in (0, 1, 2, 3):
            await next_morning(our, day)
        (line,) = [shown.text for shown in our.chat.shown(our.chat.messages[0].channel)]
        assert line.startswith("No digest for three mornings: no post has come for these topics.")


async def test_topics_are_read_shortly_before_the_digest_and_not_again() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat")
        await our.plan()
        await our.at(HALF_PAST_SEVEN - timedelta(hours=1))
        assert our.x.asked == []
        for minute in (-4, -1, 0, 5):
            await our.at(HALF_PAST_SEVEN + minute * MINUTE)
        assert [want.topic.label for want in our.x.asked] == ["#edchat", "#mathchat"]
        assert all(want.span.length == timedelta(days=3) for want in our.x.asked)


async def test_an_outage_of_the_source_is_waited_for_ten_minutes_and_then_said() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Read on an earlier try, before everything broke")
        await our.at(HALF_PAST_SEVEN - 4 * MINUTE)
        our.x.fail_next(Unavailable("X is down."), times=99)
        our.clock.advance(DAY)
        our.write("Never read, because the source stays away this morning")
        await our.at(HALF_PAST_SEVEN + DAY)
        assert our.digests() == []
        await our.at(HALF_PAST_SEVEN + DAY + 11 * MINUTE)
        (digest,) = our.digests()
        assert "Read in part today" in digest.text
        assert "Read on an earlier try" in digest.text


async def test_a_throttled_source_is_left_alone_until_it_says() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Worth waiting for, said the patient teacher")
        our.x.fail_next(Throttled("Too many requests.", HALF_PAST_SEVEN + 2 * MINUTE))
        await our.at(HALF_PAST_SEVEN - 4 * MINUTE)
        await our.at(HALF_PAST_SEVEN)
        assert our.x.requests == 1
        await our.at(HALF_PAST_SEVEN + 3 * MINUTE)
        assert len(our.digests()) == 1


async def test_money_problems_and_bad_tokens_are_told_to_the_office_once() -> None:
    for problem in (OutOfCredit("X wants money first."), Unauthorised("The token of X is refused.")):
        async with school() as our:
            await our.configure()
            await our.plan()
            our.x.fail_next(problem, times=99)
            for day in (0, 1):
                await next_morning(our, day)
            assert [str(problem) in text for text in our.told_to_the_office()] == [True]


async def test_the_cap_is_never_passed_and_the_digest_says_that_it_was_read_in_part() -> None:
    async with school(caps=Caps(dollars("0.06"), dollars(10))) as our:
        await our.configure("#edchat #mathchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for number in range(40):
            our.write(hashtags=(("edchat", "mathchat")[number % 2],))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            today, _ = await tx.ledger.spent(HALF_PAST_SEVEN.date())
        assert 0 < today <= dollars("0.06")
        assert "Read in part today" in our.digests()[0].text


async def test_a_post_without_a_known_author_is_shown_all_the_same() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Nobody knows who wrote this line about volcanoes")
        our.x.people.clear()
        await our.at(HALF_PAST_SEVEN)
        assert "Nobody knows who wrote this line about volcanoes" in our.digests()[0].text
        assert buttons_of(our.digests()[0].message)[0].label == "Save item 1"


async def test_an_account_nobody_has_is_told_to_the_office() -> None:
    async with school() as our:
        await our.configure("@nobody_here")
        await our.plan()
        await our.at(HALF_PAST_SEVEN)
        assert "There is no open account @nobody_here on X." in our.told_to_the_office()[0]


async def test_an_account_that_somebody_follows_for_themselves_alone_is_not_named_to_the_office() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow @nobody_here")
        await our.plan()
        await our.at(HALF_PAST_SEVEN)
        assert not [each for each in our.told_to_the_office() if "@nobody_here" in each]
        assert "@nobody_here: there is no open account of that name" in await our.say("ana", "/pln me status")


async def test_what_is_gone_from_the_file_is_gone_and_what_people_added_stays() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat")
        await our.say("ana", "/pln follow #scichat")
        await our.configure("#edchat")
        listed = await our.say("ana", "/pln list")
        assert "#edchat — a hashtag, set in config.toml" in listed
        assert "#scichat" in listed
        assert "#mathchat" not in listed


async def test_a_channel_whose_digest_comes_early_leaves_the_others_their_share() -> None:
    async with school(caps=Caps(dollars("0.3"), dollars(10))) as our:
        await our.configure("#edchat")
        early = Channel(ChannelKey(WORKSPACE, "early"), "Early", Schedule("UTC", at=time(6, 30)), origin=Origin.CONFIG)
        late = Channel(STAFF, "Staff", Schedule("UTC"), origin=Origin.CONFIG)
        async with our.store.transaction() as tx:
            topics = [parse_topics(each, account_source="x") for each in ("#edchat", "#mathchat")]
            await reconcile(tx, our.parts, [(early, topics[0]), (late, topics[1])])
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - timedelta(hours=1))
        for number in range(200):
            our.write(hashtags=(("edchat", "mathchat")[number % 2],))
        await our.at(HALF_PAST_SEVEN - timedelta(hours=1))
        await our.at(HALF_PAST_SEVEN)
        early_limit, late_limit = (want.limit for want in our.x.asked)
        assert late_limit >= early_limit / 2 >= 5
        assert [want.topic.label for want in our.x.asked] == ["#edchat", "#mathchat"]
        assert len(our.chat.shown(STAFF)) == len(our.chat.shown(early.key)) == 1


async def test_what_could_not_be_read_in_time_comes_with_the_next_digest() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - 3 * MINUTE)
        our.write("Seen on Tuesday, before the source went away")
        await our.at(HALF_PAST_SEVEN - 3 * MINUTE)
        our.clock.set(HALF_PAST_SEVEN + timedelta(hours=2))
        our.write("Written while nobody was reading on Tuesday morning")
        await our.at(HALF_PAST_SEVEN + timedelta(hours=3))
        our.x.fail_next(Unavailable("X is down."), times=99)
        await our.at(HALF_PAST_SEVEN + DAY)
        await our.at(HALF_PAST_SEVEN + DAY + 11 * MINUTE)
        our.x.failures.clear()
        await our.at(HALF_PAST_SEVEN + 2 * DAY)
        assert ["Written while nobody was reading" in each.text for each in our.digests()] == [False, True]


async def test_a_morning_that_could_not_be_read_for_is_told_to_the_office_and_is_no_quiet_one() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.fail_next(Unavailable("X is down."), times=999)
        for day in range(4):
            await our.at(HALF_PAST_SEVEN + day * DAY)
            await our.at(HALF_PAST_SEVEN + day * DAY + 11 * MINUTE)
        assert our.chat.shown(STAFF) == []
        assert ["could not be read in time" in text for text in our.told_to_the_office()] == [True]


async def test_yesterdays_trouble_does_not_cost_todays_digest() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.fail_next(Unavailable("X is down."), times=5)
        for minute in range(-4, 12):
            await our.at(HALF_PAST_SEVEN + minute * MINUTE)
        our.x.failures.clear()
        our.x.fail_next(Unavailable("A hiccup."))
        our.clock.set(HALF_PAST_SEVEN + DAY)
        our.write("Here again on Wednesday, after one hiccup")
        for minute in range(-4, 5):
            await our.at(HALF_PAST_SEVEN + DAY + minute * MINUTE)
        assert "Here again on Wednesday" in our.digests()[-1].text


async def test_a_source_that_fails_in_a_way_nobody_foresaw_is_left_alone_and_the_others_go_on() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.failures = [ZeroDivisionError()] * 99  # type: ignore[list-item]
        for second in range(0, 120, 10):
            await our.at(HALF_PAST_SEVEN + timedelta(seconds=second))
        assert len(our.x.asked) <= 3


async def test_more_accounts_than_can_be_afforded_do_not_keep_hashtags_from_being_read() -> None:
    async with school(caps=Caps(dollars("0.3"), dollars(10))) as our:
        await our.configure(" ".join(["#edchat", *(f"@account{n}" for n in range(35))]))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("A hashtag is heard beside many accounts")
        await our.at(HALF_PAST_SEVEN)
        assert "A hashtag is heard beside many accounts" in our.digests()[0].text
        assert "Read in part today" in our.digests()[0].text


async def test_two_processes_read_once_and_nobody_composes_what_is_being_read() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN + timedelta(hours=1))
        async with our.store.transaction() as tx:
            (slot,) = await tx.slots.claim_reading(our.clock.now(), our.clock.now(), 5 * MINUTE)
        await our.at(HALF_PAST_SEVEN + timedelta(hours=1))
        assert our.x.asked == []
        async with our.store.reading() as tx:
            found = await tx.slots.get(slot.channel.workspace, slot.id)
        assert found
        assert found.state is SlotState.PLANNED


async def test_a_digest_now_leaves_the_rest_for_the_morning() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - timedelta(hours=2))
        for _ in range(10):
            our.write()
        await our.say("ana", "/pln digest now")
        await our.at(HALF_PAST_SEVEN)
        assert [each.text.split(" · ")[1].split()[0] for each in our.digests()] == ["5", "5"]


async def test_what_the_file_names_is_the_files_even_where_somebody_had_followed_it() -> None:
    async with school() as our:
        await our.configure("#mathchat")
        await our.say("ana", "/pln follow #edchat")
        await our.configure("#mathchat #edchat")
        assert "config.toml" in await our.say("ana", "/pln unfollow #edchat")


async def test_an_engine_that_is_told_to_stop_begins_nothing_new() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write()
        async with Engine(our.parts, NeverTicking()):
            await asyncio.sleep(0)  # its loops are waiting now
        assert our.x.asked == []
        assert our.chat.attempts == []


async def mute(our: School, kind: RuleKind, value: str, channel: str = "") -> None:
    async with our.store.transaction() as tx:
        await tx.rules.put(Rule(WORKSPACE, channel, kind, value, "ana", our.clock.now()))


async def test_what_the_channel_or_its_workspace_mutes_is_not_shown() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await mute(our, RuleKind.WORD, "raffle")
        await mute(our, RuleKind.HASHTAG, "ad", channel=STAFF.channel)
        await mute(our, RuleKind.HASHTAG, "edchat", channel="another")
        our.write("Win our raffle for every classroom today", hashtags=("edchat",))
        our.write("Buy our wonderful posters for your classroom", hashtags=("edchat", "ad"))
        await next_morning(our, 0, "Something for Tuesday that is worth reading")
        (digest,) = our.digests()
        assert "1 post from #edchat" in digest.text
        assert "Something for Tuesday" in digest.text


async def test_an_account_is_muted_even_where_nobody_knew_it_before_the_morning() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await mute(our, RuleKind.ACCOUNT, "author1")
        await next_morning(our, 0, "Written by an account that nobody wants here", "A lesson on bridges of spaghetti")
        (digest,) = our.digests()
        assert "A lesson on bridges of spaghetti" in digest.text
        assert "that nobody wants here" not in digest.text


async def test_a_morning_of_nothing_but_muted_accounts_is_a_quiet_one() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await mute(our, RuleKind.ACCOUNT, "author1")
        await next_morning(our, 0, "Written by an account that nobody wants here")
        assert our.chat.shown(STAFF) == []


async def test_a_reported_post_is_not_chosen_while_nobody_has_looked_at_it() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        reported = our.write("Reported before anybody else saw it this morning")
        async with our.store.transaction() as tx:
            await tx.reports.open(WORKSPACE, reported.key, "ana", our.clock.now())
        await next_morning(our, 0, "Something for Tuesday that is worth reading")
        assert "Reported before" not in our.digests()[0].text


async def test_two_voices_make_somebody_rarer_in_a_channel_and_one_in_ones_own() -> None:
    for owner, voices, first in ((None, 1, "loud"), (None, 2, "calm"), ("ana", 1, "calm")):
        async with school() as our:
            await our.configure()
            await our.plan()
            async with our.store.transaction() as tx:
                await tx.channels.put(Channel(STAFF, "Staff", Schedule("UTC"), owner=owner, size=1))
            our.clock.set(HALF_PAST_SEVEN)
            loud = our.write("The loud one says a word or two", metrics=Metrics(likes=40))
            our.write("The calm one says a word or two", metrics=Metrics(likes=20))
            async with our.store.transaction() as tx:
                for voice in range(voices):
                    asked = (loud.key.source, loud.author_id, loud.key.id, our.clock.now())
                    await tx.rules.ask_for_less(Less(WORKSPACE, STAFF.channel, f"person{voice}", *asked))
            await our.at(HALF_PAST_SEVEN)
            assert f"The {first} one" in our.digests()[0].text
