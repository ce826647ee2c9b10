"""What is read for digests, when, and for whom."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.app import reconcile
from bot.domain.budget import Caps, dollars
from bot.domain.channel import Channel, Origin
from bot.domain.coverage import Span
from bot.domain.digest import Digest
from bot.domain.keys import ChannelKey
from bot.domain.post import Metrics
from bot.domain.reading.filter import EVERYTHING
from bot.domain.reading.heard import Heard
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic, parse_topics
from bot.services.digest.selection import window
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EDCHAT, MATHCHAT = parse_topics("#edchat #mathchat", account_source="x")
LATE = ChannelKey(WORKSPACE, "late")


async def channels(our: School, *wanted: tuple[ChannelKey, time, str], share: float | None = None) -> None:
    described = [
        (Channel(key, key.channel, Schedule("UTC", at=at), origin=Origin.CONFIG, share=share), topics)
        for key, at, topics in wanted
    ]
    async with our.store.transaction() as tx:
        parsed = [(channel, parse_topics(topics, account_source="x")) for channel, topics in described]
        await reconcile(tx, our.parts, parsed)


async def heard(our: School, topic: Topic) -> list[Heard]:
    async with our.store.reading() as tx:
        return (await tx.readings.of("x", [topic], our.clock.now() - 30 * DAY))[topic]


async def test_a_topic_is_read_before_the_earliest_digest_of_the_day_and_topped_up_for_later_ones() -> None:
    async with school() as our:
        await channels(our, (STAFF, time(7, 30), "#edchat"), (LATE, time(9, 0), "#edchat"))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("Written the evening before, for everybody who follows it")
        await our.at(HALF_PAST_SEVEN)
        our.clock.advance(HOUR)
        our.write("Written after the first digest", created_at=our.clock.now())
        await our.at(HALF_PAST_SEVEN + 90 * MINUTE)
        first, second = our.x.asked
        assert first.span.length > 2 * DAY
        assert second.span.length < 2 * HOUR
        assert "for everybody who follows it" in our.chat.shown(LATE)[0].text


async def test_what_reading_brought_is_remembered_for_the_next_plan() -> None:
    async with school() as our:
        await our.configure("#edchat #mathchat")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        for likes in (3, 40, 12):
            our.write(metrics=Metrics(likes=likes))
        await our.at(HALF_PAST_SEVEN)
        (edchat,) = await heard(our, EDCHAT)
        (mathchat,) = await heard(our, MATHCHAT)
        assert edchat.likes == (40, 12, 3)
        assert edchat.wasted == 0
        assert mathchat.likes == ()
        assert edchat.at == HALF_PAST_SEVEN


async def test_each_channels_part_of_what_a_shared_topic_costs_is_in_the_ledger() -> None:
    async with school() as our:
        await channels(our, (STAFF, time(7, 30), "#edchat"), (LATE, time(9, 0), "#edchat #mathchat"))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        for _ in range(4):
            our.write()
        our.write(hashtags=("mathchat",))
        our.x.people.clear()
        await our.at(HALF_PAST_SEVEN)
        await our.at(HALF_PAST_SEVEN + 90 * MINUTE)
        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_by_channel(HALF_PAST_SEVEN.date())
        assert spent[LATE].today > spent[STAFF].today > 0


async def test_a_channel_whose_share_is_spent_is_read_for_only_with_others() -> None:
    async with school(caps=Caps(dollars(1), dollars(10))) as our:
        await channels(our, (STAFF, time(7, 30), "#edchat #mathchat"), share=0.0)
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("Nobody can pay for this one")
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            today, _ = await tx.ledger.spent(HALF_PAST_SEVEN.date())
        assert today == 0
        assert our.digests() == []


async def test_when_money_is_short_every_channel_gets_some_of_it_and_says_so() -> None:
    subjects = ("edchat", "mathchat", "scichat", "artchat")
    keys = [ChannelKey(WORKSPACE, f"{subject}-room") for subject in subjects]
    async with school(caps=Caps(dollars("0.08"), dollars(10))) as our:
        wanted = [(key, time(7, 30), f"#{subject}") for key, subject in zip(keys, subjects, strict=True)]
        await channels(our, *wanted)
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for number in range(80):
            our.write(hashtags=(subjects[number % 4],), metrics=Metrics(likes=30 + number))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            today, _ = await tx.ledger.spent(HALF_PAST_SEVEN.date())
        assert today <= dollars("0.08")
        shown = [our.chat.shown(key)[0].text for key in keys]
        assert all("Read in part today" in text for text in shown)


async def test_what_was_left_out_is_read_after_all_where_less_was_billed_than_planned() -> None:
    """A post that has several of the topics is billed once."""
    subjects = ("edchat", "mathchat", "scichat", "artchat")
    async with school(caps=Caps(dollars("0.015"), dollars(10))) as our:
        await channels(our, *((ChannelKey(WORKSPACE, each), time(7, 30), f"#{each}") for each in subjects))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("Everybody's post about fractions", hashtags=subjects, metrics=Metrics(likes=90))
        await our.at(HALF_PAST_SEVEN)
        assert {want.topic.key for want in our.x.asked} == set(subjects)
        async with our.store.reading() as tx:
            today, _ = await tx.ledger.spent(HALF_PAST_SEVEN.date())
        assert today <= dollars("0.015")
        assert not any("Read in part" in our.chat.shown(ChannelKey(WORKSPACE, each))[0].text for each in subjects)


async def test_an_account_that_nobody_can_find_does_not_make_old_posts_new() -> None:
    async with school() as our:
        await channels(our, (STAFF, time(7, 30), "#edchat @nobody_here"))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("The only one about seating plans", metrics=Metrics(likes=40))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            last = await tx.digests.last(STAFF)
        assert last is not None
        assert HALF_PAST_SEVEN - last.until < 10 * MINUTE


def test_the_time_of_a_topic_that_could_not_be_read_is_new_again_and_nothing_before_it() -> None:
    since = HALF_PAST_SEVEN - 2 * DAY
    last = Digest("slot", STAFF, since, since, (), (), 0, HALF_PAST_SEVEN - DAY)
    assert window(last, HALF_PAST_SEVEN) == Span(since, HALF_PAST_SEVEN)


async def test_a_post_that_did_well_after_its_own_digest_is_looked_at_once_more() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - 3 * HOUR)
        late = our.write("A slow burner about seating plans that nobody liked at first", metrics=Metrics(likes=0))
        await our.at(HALF_PAST_SEVEN)
        assert our.digests() == []
        await read_again(our, HALF_PAST_SEVEN + 20 * HOUR, late.key.id, likes=80)
        await our.at(HALF_PAST_SEVEN + DAY)
        assert "A slow burner about seating plans" in our.digests()[-1].text


async def read_again(our: School, at: datetime, post: str, likes: int) -> None:
    """As a second look does."""
    our.clock.set(at)
    (found,) = [each for each in our.x.posts if each.key.id == post]
    async with our.store.transaction() as tx:
        await tx.posts.add([replace(found, metrics=Metrics(likes=likes))], {found.key: {EDCHAT}}, at)


async def test_yesterdays_losers_do_not_come_again_only_because_they_are_still_stored() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - 3 * HOUR)
        our.write("Nobody liked this one, and nobody read it again", metrics=Metrics(likes=0))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            (channel,) = [each for each in await tx.channels.all() if each.key == STAFF]
            assert await tx.digests.last(channel.key) is None
        assert our.digests() == []


async def test_coverage_remembers_by_what_filter_it_was_read() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            read = (await tx.coverage.of("x", [EDCHAT], HALF_PAST_SEVEN - 7 * DAY))[EDCHAT]
            whole = (await tx.coverage.of("x", [EDCHAT], HALF_PAST_SEVEN - 7 * DAY, EVERYTHING))[EDCHAT]
        (span,) = read
        assert span.end <= HALF_PAST_SEVEN
        assert span.start == HALF_PAST_SEVEN - 3 * DAY
        assert whole == ([span] if our.x.asked[0].filter == EVERYTHING else [])


async def test_after_days_without_a_run_one_reading_brings_all_that_can_still_be_read() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("The last thing before the server room was flooded")
        await our.at(HALF_PAST_SEVEN)
        our.clock.set(HALF_PAST_SEVEN + 2 * DAY)
        our.write("Written while Staffroom was away, and still there to be read")
        before = len(our.x.asked)
        await our.at(HALF_PAST_SEVEN + 3 * DAY)
        asked = our.x.asked[before:]
        assert max(want.span.length for want in asked) >= 3 * DAY - HOUR
        assert len(asked) <= 3
        assert "Written while Staffroom was away" in our.digests()[-1].text
        assert "Nothing could be read" not in our.digests()[-1].text


async def test_time_that_no_source_gives_any_more_is_named_in_the_digest_and_in_status() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("The last thing before a long silence")
        await our.at(HALF_PAST_SEVEN)
        our.clock.set(HALF_PAST_SEVEN + 14 * DAY - HOUR)
        our.write("The first thing after it, two weeks later")
        await our.at(HALF_PAST_SEVEN + 14 * DAY)
        digest = our.digests()[-1].text
        assert "The first thing after it" in digest
        assert "Nothing could be read between 24 November and 1 December." in digest
        assert "Nothing could be read between 24 November and 1 December." in await our.say("ana", "/pln status")
        our.clock.advance(3 * HOUR)
        our.write("And all is as usual the day after")
        await our.at(HALF_PAST_SEVEN + 15 * DAY)
        assert "Nothing could be read" not in our.digests()[-1].text


async def test_time_in_which_there_was_no_digest_anyway_was_not_lost() -> None:
    async with school() as our:
        await our.configure(days=frozenset({1}))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - HOUR)
        our.write("A digest a week is enough for us")
        await our.at(HALF_PAST_SEVEN)
        our.clock.set(HALF_PAST_SEVEN + 7 * DAY - HOUR)
        our.write("And here is the next one")
        await our.at(HALF_PAST_SEVEN + 7 * DAY)
        assert len(our.digests()) == 2
        assert "Nothing could be read" not in our.digests()[-1].text


async def test_a_pause_that_somebody_ended_was_no_loss() -> None:
    async with school() as our:
        await our.digest_of(1)
        await our.say("ana", "/pln pause")
        await our.at(HALF_PAST_SEVEN + 14 * DAY - HOUR)
        await our.say("ana", "/pln resume")
        our.write("The first thing after the long break")
        await our.at(HALF_PAST_SEVEN + 14 * DAY)
        assert "The first thing after the long break" in our.digests()[-1].text
        assert "Nothing could be read" not in our.digests()[-1].text


async def test_quiet_weeks_and_another_topic_are_no_loss() -> None:
    async with school() as our:
        await our.digest_of(1)
        for day in range(1, 14):
            await our.at(HALF_PAST_SEVEN + day * DAY)
        await our.say("ana", "/pln unfollow #edchat")
        await our.say("ana", "/pln follow #mathchat")
        our.clock.set(HALF_PAST_SEVEN + 14 * DAY - HOUR)
        our.write("The first thing about fractions in the new topic", hashtags=("mathchat",))
        await our.at(HALF_PAST_SEVEN + 14 * DAY)
        assert "The first thing about fractions" in our.digests()[-1].text
        assert "Nothing could be read" not in our.digests()[-1].text


async def test_a_digest_just_after_midnight_is_read_for_on_the_day_that_pays() -> None:
    midnight = HALF_PAST_SEVEN.replace(hour=0, minute=0)
    async with school() as our:
        await channels(our, (STAFF, time(0, 1), "#edchat"))
        await our.at(midnight - 2 * HOUR)
        our.clock.set(midnight - MINUTE)
        our.write("For whoever reads their digest in bed")
        await our.at(midnight - timedelta(seconds=50))
        assert our.digests() == []
        await our.at(midnight)
        assert our.digests() == []
        await our.at(midnight + MINUTE)
        await our.at(midnight + 2 * MINUTE)
        assert "For whoever reads their digest in bed" in our.digests()[0].text
        async with our.store.reading() as tx:
            assert (await tx.ledger.spent((midnight - DAY).date()))[0] == 0
