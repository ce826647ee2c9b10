"""Following a topic says what it costs before it costs it, and above a limit an admin has to agree."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.buttons import press
from bot.commands.context import Around, Asked
from bot.commands.topics.following import follow
from bot.domain.actions import agree_to
from bot.domain.budget import Caps, Prices, Purpose, SpendingRules, dollars
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.packs import Pack
from bot.domain.people import Standing
from bot.domain.post import Metrics
from bot.domain.reading.need import VOLUME_HOLDS
from bot.errors import OutOfCredit, Rejected, StaffroomError, Throttled, Unavailable
from bot.flow.errands.forecast import FORECAST
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import EVENING_BEFORE, STAFF, WORKSPACE, School, school

AT_LIST_PRICES = Prices(dollars("0.005"), dollars("0.01"), dollars("0.005"))
ARTS = ChannelKey(WORKSPACE, "arts")
GENEROUS = SpendingRules(agree_above=dollars(100))
MATHS = Pack("maths-gb", "Maths in Great Britain", "maths", ("#mathschat", "#mathscpd"), ("gb",))


@asynccontextmanager
async def place(**more: Any) -> AsyncIterator[School]:
    """A school whose channels follow nothing yet, and where an admin agrees above two dollars."""
    async with school(**{"spending": SpendingRules(agree_above=dollars(2)), **more}) as our:
        await our.engine.installed()
        yield our


def busy(our: School, tag: str = "edchat", per_day: int = 110) -> None:
    """A week in which the topic brings so many posts a day; every tenth is liked."""
    our.x.prices = AT_LIST_PRICES
    for number in range(7 * per_day):
        age = timedelta(days=7) * (number + 0.5) / (7 * per_day)
        likes = 20 if number % 10 == 0 else 0
        our.write(hashtags=(tag,), created_at=our.clock.now() - age, metrics=Metrics(likes=likes))


def an_admin(our: School, person: str = "head") -> str:
    our.chat.standings[person] = Standing.ADMIN
    return person


async def hears(our: School, words: str = "#edchat", person: str = "ana", channel: ChannelKey = STAFF) -> str:
    return await our.hear(person, our.chat.command(person, channel, f"/pln follow {words}"))


async def followed(our: School, channel: ChannelKey = STAFF) -> list[str]:
    async with our.store.reading() as tx:
        return [each.topic.label for each in await tx.topics.followed(channel)]


async def spent_on_enquiries(our: School) -> int:
    async with our.store.reading() as tx:
        return (await tx.ledger.spent_for(Purpose.ENQUIRY, our.clock.now().date())).today


async def test_a_topic_that_nobody_knows_is_counted_before_it_is_followed() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        heard = await hears(our)

        assert "Asking X how many posts #edchat has, to say what following costs." in heard
        assert "This channel now follows #edchat." in heard
        assert "#edchat: about 110 posts a day; following it adds about $" in heard
        assert "% of this month's budget is planned." in heard
        assert [topic.label for topic in our.x.counted] == ["#edchat"]
        assert our.x.asked == []
        assert await spent_on_enquiries(our) == dollars("0.005")
        assert await followed(our) == ["#edchat"]


@pytest.mark.parametrize(
    ("later", "counts"), [(VOLUME_HOLDS - timedelta(hours=1), 1), (VOLUME_HOLDS + timedelta(hours=1), 2)]
)
async def test_what_was_counted_is_known_for_a_week(later: timedelta, counts: int) -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        await hears(our)
        await our.say("ana", "/pln unfollow #edchat")
        our.clock.advance(later)
        assert "This channel now follows #edchat." in await hears(our)
        assert len(our.x.counted) == counts


async def test_what_another_channel_reads_already_costs_nothing_more_and_is_not_counted() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        await hears(our, channel=ARTS)
        heard = await hears(our)
        assert len(our.x.counted) == 1
        assert "following it adds nothing to what is read already." in heard


async def test_where_reading_costs_nothing_nothing_is_said_of_costs() -> None:
    async with place() as our:
        busy(our)
        our.x.prices = Prices()
        heard = await hears(our)
        assert heard.startswith("This channel now follows #edchat.")
        assert "$" not in heard
        assert our.x.counted == []


async def test_several_topics_are_counted_each_and_added_up_together() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        busy(our, "mathschat", 20)
        heard = await hears(our, "#edchat #mathschat @author1")
        assert "how many posts #edchat and #mathschat have" in heard
        assert "Posts a day: #edchat about 110 and #mathschat about 20; not known yet: @author1." in heard
        assert "Following them adds about $" in heard
        assert len(our.x.counted) == 2
        assert await followed(our) == ["#edchat", "#mathschat", "@author1"]


async def test_more_than_a_few_topics_of_a_command_are_not_counted() -> None:
    async with place(spending=GENEROUS) as our:
        our.x.prices = AT_LIST_PRICES
        await hears(our, " ".join(f"#tag{number}" for number in range(12)))
        assert len(our.x.counted) == 5
        assert len(await followed(our)) == 12


async def test_what_is_too_many_is_refused_before_it_costs_anything() -> None:
    async with place() as our:
        our.x.prices = AT_LIST_PRICES
        heard = await hears(our, " ".join(f"#tag{number}" for number in range(41)))
        assert "at most 40 topics" in heard
        assert our.x.counted == []


async def test_the_same_event_asks_once() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        await hears(our)
        told = len(our.chat.messages)
        await our.chat.repeat()
        await our.settle()
        assert len(our.x.counted) == 1
        assert len(our.chat.messages) == told


async def test_a_person_has_topics_counted_only_so_often_a_day() -> None:
    async with place(spending=GENEROUS) as our:
        our.x.prices = AT_LIST_PRICES
        for number in range(12):
            await hears(our, f"#tag{number}")
        assert len(our.x.counted) == 10
        assert len(await followed(our)) == 12


async def test_what_was_counted_before_a_crash_is_not_paid_for_again() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        ana = Person(PersonKey(WORKSPACE, "ana"), "Ana")
        async with our.store.transaction() as tx:
            await follow(Asked(tx, our.parts, ana, STAFF, "event", our.clock.now()), "#edchat #latin")
        async with our.store.transaction() as tx:
            errand = await tx.errands.claim("one that dies", our.clock.now(), timedelta(minutes=3))
        assert errand
        await FORECAST.ask(our.parts, errand)
        assert len(our.x.counted) == 2
        our.clock.advance(timedelta(minutes=4))
        await our.settle()
        assert await followed(our) == ["#edchat", "#latin"]
        assert len(our.x.counted) == 2
        assert our.last_answer("ana").text.count("now follows") == 1


async def test_without_a_limit_for_the_month_nothing_is_said_of_it() -> None:
    async with place(caps=Caps(), spending=GENEROUS) as our:
        busy(our)
        assert "budget is planned" not in await hears(our)


async def test_more_than_there_is_for_the_month_is_said_as_what_it_means() -> None:
    async with place(caps=Caps(dollars(1), dollars("0.1")), spending=GENEROUS) as our:
        busy(our)
        assert "of this month's budget is planned, so that digests will be read in part." in await hears(our)


async def test_near_the_end_of_a_month_it_is_said_that_a_whole_one_costs_more_than_there_is() -> None:
    async with place(caps=Caps(dollars(1), dollars("1.5")), spending=GENEROUS) as our:
        busy(our)
        heard = await hears(our)
        assert "% of this month's budget is planned. A whole month costs more than the budget" in heard


@pytest.mark.parametrize(
    "problem",
    [
        OutOfCredit("Credits are used up."),
        Unavailable("It does not answer."),
        Throttled("Too many requests.", EVENING_BEFORE + timedelta(minutes=1)),
        Rejected("It did not understand."),
    ],
)
async def test_where_counting_fails_the_topic_is_followed_all_the_same(problem: StaffroomError) -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        our.x.fail_next(problem, 9)
        heard = await hears(our)
        assert "This channel now follows #edchat." in heard
        assert "#edchat: nobody knows yet how much there is; following it adds about $" in heard
        assert await spent_on_enquiries(our) == 0


async def test_where_no_money_is_left_for_counting_the_topic_is_followed_all_the_same() -> None:
    caps = Caps(dollars(1), dollars(10), {Purpose.ENQUIRY: dollars("0.004")})
    async with place(caps=caps, spending=GENEROUS) as our:
        busy(our)
        assert "nobody knows yet how much there is" in await hears(our)
        assert await followed(our) == ["#edchat"]


async def test_a_channel_without_money_of_its_own_has_nothing_counted() -> None:
    async with place(spending=GENEROUS) as our:
        busy(our)
        await our.open_channel("#latin")
        async with our.store.transaction() as tx:
            known = await tx.channels.get(STAFF)
            assert known
            await tx.channels.put(replace(known, share=0.0))
        counted = len(our.x.counted)
        assert "nobody knows yet" in await hears(our)
        assert len(our.x.counted) == counted


# ------------------------------------------------------------------------------------------------------ an admin agrees


async def test_above_the_limit_a_member_asks_and_an_admin_agrees() -> None:
    async with place() as our:
        busy(our)
        heard = await hears(our)
        assert "#edchat: about 110 posts a day; following it adds about $3" in heard
        assert "and above $2.00 an admin has to agree. Nothing was changed." in heard
        assert await followed(our) == []
        question = our.chat.shown(STAFF)[-1]
        assert question.text.startswith("Ana would like this channel to follow #edchat. #edchat: about 110 posts a day")
        assert "An admin can agree with the button." in question.text

        refusal = await our.hear("ben", our.chat.press("ben", question.id, "Agree (admins only)"))
        assert "Only admins, and whoever looks after Staffroom" in refusal
        assert await followed(our) == []

        head = an_admin(our)
        told = await our.hear(head, our.chat.press(head, question.id, "Agree (admins only)"))
        assert "This channel now follows #edchat." in told
        assert "% of this month's budget is planned." in told
        assert await followed(our) == ["#edchat"]
        assert "added #edchat to this channel's digest." in our.chat.shown(STAFF)[-1].text
        assert "follows #edchat already" in await our.hear(
            head, our.chat.press(head, question.id, "Agree (admins only)")
        )


async def test_an_admin_who_follows_is_told_what_it_costs_and_it_is_done() -> None:
    async with place() as our:
        busy(our)
        heard = await hears(our, person=an_admin(our))
        assert "This channel now follows #edchat." in heard
        assert "following it adds about $3" in heard


async def test_the_channel_is_asked_once_a_day() -> None:
    async with place() as our:
        busy(our)
        await hears(our)
        questions = len(our.chat.shown(STAFF))
        assert "was asked already today" in await hears(our, person="ben")
        assert len(our.chat.shown(STAFF)) == questions
        our.clock.advance(timedelta(days=1))
        assert "is asked, so that an admin can agree" in await hears(our)
        assert len(our.chat.shown(STAFF)) > questions


async def test_what_comes_at_once_still_does_when_an_admin_agreed() -> None:
    async with place() as our:
        busy(our)
        await hears(our, "#edchat now 20 likes")
        head = an_admin(our)
        told = await our.hear(head, our.chat.press(head, our.chat.shown(STAFF)[-1].id, "Agree (admins only)"))
        assert "of at least 20 likes come within 15 minutes" in told
        assert "at least 20 likes" in await our.say("ana", "/pln list")


async def test_a_question_too_long_for_a_button_says_what_to_type() -> None:
    many = " ".join(f"#averylonghashtagnumber{number}" for number in range(8))
    async with place(spending=SpendingRules(agree_above=dollars("0.01"))) as our:
        our.x.prices = AT_LIST_PRICES
        await hears(our, many)
        question = our.chat.shown(STAFF)[-1].text
        assert f"An admin can agree by typing here: /pln follow {many}" in question
        assert "now follows" in await our.say(an_admin(our), f"/pln follow {many}")


async def test_without_buttons_an_admin_types_it() -> None:
    async with place(abilities=replace(EVERYTHING, buttons=False)) as our:
        busy(our)
        await hears(our)
        assert "An admin can agree by typing here: /pln follow #edchat" in our.chat.shown(STAFF)[-1].text


async def test_for_a_digest_of_ones_own_nobody_else_is_asked() -> None:
    async with place() as our:
        busy(our)
        heard = await our.hear("ana", our.chat.command("ana", STAFF, "/pln me follow #edchat"))
        assert "an admin has to agree. Nothing was changed." in heard
        assert "/pln me size 2" in heard
        assert {each.private_to for each in our.chat.messages} == {"ana"}
        await our.say("ana", "/pln me size 2")
        assert "Your own digest now follows #edchat." in await our.say("ana", "/pln me follow #edchat")


async def test_where_the_bot_is_not_in_the_channel_nothing_is_said_there() -> None:
    async with place() as our:
        busy(our)
        our.chat.outside.add(STAFF.channel)
        heard = await hears(our)
        assert "An admin can do the same here" in heard
        assert "Invite me to this channel first" in heard
        assert our.chat.shown(STAFF) == []


@pytest.mark.parametrize("words", [(), ("",), ("now:x",), ("pack:none",), ("", "nonsense"), ("now:99999", "list:")])
async def test_a_button_that_was_never_ours_changes_nothing(words: tuple[str, ...]) -> None:
    async with place() as our:
        await our.open_channel()
        head = Person(PersonKey(WORKSPACE, "head"), "Head")
        async with our.store.transaction() as tx:
            asked = Asked(tx, our.parts, head, STAFF, "event", our.clock.now(), Around(Standing.ADMIN))
            assert (await press(asked, agree_to(*words).encode())).private
        assert await followed(our) == ["#edchat"]


# -------------------------------------------------------------------------------------------------- packs and the form


async def test_a_pack_is_followed_for_what_it_costs_as_well() -> None:
    async with place(packs=[MATHS]) as our:
        busy(our, "mathschat")
        busy(our, "mathscpd")
        await our.say("ana", "/pln start maths gb")
        heard = await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Follow Maths in Great Britain"))
        assert "an admin has to agree" in heard
        assert await followed(our) == []
        head = an_admin(our)
        told = await our.hear(head, our.chat.press(head, our.chat.shown(STAFF)[-1].id, "Agree (admins only)"))
        assert "now follows #mathschat and #mathscpd" in told
        assert "Undo" in told


async def test_what_is_written_into_the_form_waits_for_an_admin_and_the_rest_of_it_is_done() -> None:
    async with place(spending=SpendingRules(agree_above=dollars("0.5"))) as our:
        our.x.prices = AT_LIST_PRICES
        await hears(our, "#latin")
        busy(our)
        await our.say("ana", "/pln settings")
        heard = await our.hear("ana", our.chat.fill_in("ana", {"topics": "#latin #edchat", "size": "4"}))
        assert "At most 4 posts." in heard
        assert "Asking X how many posts #edchat has" in heard
        assert "and above $0.50 an admin has to agree." in heard
        assert await followed(our) == ["#latin"]
        head = an_admin(our)
        await our.hear(head, our.chat.press(head, our.chat.shown(STAFF)[-1].id, "Agree (admins only)"))
        assert await followed(our) == ["#latin", "#edchat"]


async def test_an_admin_fills_in_the_form_and_it_is_done() -> None:
    async with place(spending=SpendingRules(agree_above=dollars("0.5"))) as our:
        our.x.prices = AT_LIST_PRICES
        await hears(our, "#latin")
        busy(our)
        head = an_admin(our)
        await our.say(head, "/pln settings")
        heard = await our.hear(head, our.chat.fill_in(head, {"topics": "#latin #edchat"}))
        assert "Now follows #edchat." in heard
        assert "#edchat: nobody knows yet how much there is; following it adds about $" in heard
