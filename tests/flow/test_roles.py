"""Roles decide who may save, follow and moderate; where anybody may join, others suggest."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.database.inbox import StoreInbox
from bot.domain.budget import Prices, SpendingRules, dollars
from bot.domain.events import CommandGiven, Event, Person, ReplyHandle
from bot.domain.keys import PersonKey
from bot.domain.people import Standing
from bot.errors import Rejected, Unavailable
from bot.flow.catch_up import catch_up
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import STAFF, WORKSPACE, School, school

COMMUNITY = replace(EVERYTHING, open_to_anyone=True)


def people(our: School) -> None:
    """Ada is an admin, Ben and Cleo teachers, Mo a moderator, Zoe nobody in particular."""
    our.chat.roles |= {"r1": "Teachers", "r2": "Moderators"}
    our.chat.standings |= {"ada": Standing.ADMIN}
    our.chat.roles_of |= {"ben": frozenset({"r1"}), "cleo": frozenset({"r1"}), "mo": frozenset({"r2"})}


def said_aloud(our: School) -> str:
    return [each for each in our.chat.shown(STAFF) if each.private_to is None][-1].text


# ----------------------------------------------------------------------------------------------------- who may do what


async def test_only_people_with_a_chosen_role_and_admins_save_and_everybody_reports() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        assert "Only admins and people with the role Teachers may save" in await our.say("ada", "/pln role save r1")
        refusal = "Only admins and people with the role Teachers can save here."
        for typed in ("save 1", "tag 1 maths", "note 1 Good", "save https://nrich.example/1"):
            assert refusal in await our.say("zoe", f"/pln {typed}")
        assert refusal in await our.hear("zoe", our.chat.press("zoe", digest.id, "Save item 1 by Author 1"))
        assert refusal in await our.hear("zoe", our.chat.react("zoe", digest.id, "1️⃣"))
        assert refusal in await our.hear("zoe", our.chat.choose_message("zoe", digest.id))
        assert "saved nothing" in await our.say("zoe", "/pln saved")
        for person in ("ben", "ada"):
            assert "Saved to the library" in await our.say(person, "/pln save 1")
        assert "Thank you" in await our.hear("zoe", our.chat.press("zoe", digest.id, "Report item 2"))


async def test_several_roles_may_and_off_lets_everybody_again() -> None:
    async with school() as our:
        await our.digest_of()
        people(our)
        await our.say("ada", "/pln role save Teachers")
        assert "the role Teachers or Moderators may save" in await our.say("ada", "/pln role save moderators")
        assert "Saved" in await our.say("mo", "/pln save 1")
        assert "already" in await our.say("ada", "/pln role save r1")
        assert "Everybody may save" in await our.say("ada", "/pln role save off")
        assert "Saved" in await our.say("zoe", "/pln save 1")
        assert "No role was chosen" in await our.say("ada", "/pln role save off")


async def test_only_people_with_a_chosen_role_change_a_channel_and_everybody_their_own_digest() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln role follow Teachers")
        refusal = "Only admins and people with the role Teachers change what this channel follows and when."
        for typed in ("unfollow #edchat", "schedule 08:00", "size 3", "layout cards", "pause", "taste reset"):
            assert refusal in await our.say("zoe", f"/pln {typed}")
        assert "You can suggest a topic" in await our.say("zoe", "/pln size 3")
        assert "now follows #maths" in await our.say("ben", "/pln follow #maths")
        assert "Your own digest now follows #maths" in await our.say("zoe", "/pln me follow #maths")
        assert "size 3" in await our.say("zoe", "/pln me size 3") or "3 posts" in our.last_answer("zoe").text


async def test_moderators_decide_about_reports_and_about_nothing_else() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        assert "Only admins, and" in await our.say("mo", "/pln reports")
        await our.say("ada", "/pln role moderate r2")
        assert "Thank you" in await our.hear("zoe", our.chat.press("zoe", digest.id, "Report item 1"))
        assert "hidden until" in digest.text
        assert "1 reported post waits" in await our.say("mo", "/pln reports")
        answer = our.last_answer("mo")
        assert "shown again" in await our.hear("mo", our.chat.press("mo", answer.id, "Restore 1"))
        assert "hidden until" not in digest.text
        refusal = "Only admins and people with the role Moderators decide about reported posts."
        assert refusal in await our.hear("zoe", our.chat.press("zoe", answer.id, "Remove 1"))
        for typed in ("lock", "threshold 2", "role save r2", "block #ad", "purge @author1", "limit topics 20"):
            assert "Only admins, and" in await our.say("mo", f"/pln {typed}")


async def test_reports_are_for_no_role_called_everybody() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "for admins and the roles they choose" in await our.say("ada", "/pln role moderate everybody")


async def test_roles_are_chosen_by_admins_and_told_to_everybody() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "Only admins, and" in await our.say("zoe", "/pln role save r1")
        await our.say("ada", "/pln role save r1")
        listed = await our.say("zoe", "/pln role")
        assert "Only admins and people with the role Teachers may save to the library." in listed
        assert "Everybody may change what channels follow and when." in listed
        assert "Only admins may decide about reported posts." in listed
        assert "Did you mean Teachers?" in await our.say("ada", "/pln role follow Teacher")
        assert "Say /pln role save" in await our.say("ada", "/pln role sing Teachers")
        assert "everybody has it, or it is the one of an app" in await our.say("ada", "/pln role save 1200000000000")


async def test_a_role_that_is_gone_lets_nobody_in() -> None:
    async with school() as our:
        await our.digest_of()
        people(our)
        await our.say("ada", "/pln role save r1")
        del our.chat.roles["r1"]
        assert "the role that is no longer there" in await our.say("zoe", "/pln role")
        assert "Only admins" in await our.say("zoe", "/pln save 1")


async def test_the_name_of_a_role_mentions_nobody_and_stays_in_its_line() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        our.chat.roles["r3"] = "x" * 300 + "\n@everyone"
        answer = await our.say("ada", "/pln role save r3")
        assert "x" * 40 in answer
        assert "@everyone" not in answer


async def test_where_the_chat_has_no_roles_it_says_so() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["ada"] = Standing.ADMIN
        assert "There are no roles here that I know of" in await our.say("ada", "/pln role save Teachers")
        assert "There are no roles here that I know of" in await our.say("ada", "/pln role")


async def test_a_reaction_waits_where_nobody_knows_just_now_which_roles_somebody_has() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        await our.say("ada", "/pln role save r1")
        our.chat.silent = Unavailable("It does not say.")
        await our.chat.react("ben", digest.id, "1️⃣")
        await our.settle()
        our.chat.silent = None
        assert "saved nothing" in await our.say("ben", "/pln saved")
        await our.at(our.clock.now() + timedelta(minutes=1))
        assert "1 item" in await our.say("ben", "/pln saved")


async def test_a_reaction_made_while_we_were_away_counts_by_role_too() -> None:
    async with school() as our:
        digest = await our.digest_of()
        people(our)
        await our.say("ada", "/pln role save r1")
        shown = our.chat.message(digest.id)
        assert shown
        shown.reactions["1️⃣"] = ["ben", "zoe"]
        assert await catch_up(our.parts)
        assert "1 item" in await our.say("ben", "/pln saved")
        assert "saved nothing" in await our.say("zoe", "/pln saved")


# ------------------------------------------------------------------------------------------- where anybody may join


async def community(our: School) -> None:
    """A channel of an open community that an admin set up."""
    people(our)
    our.chat.standings["ana"] = Standing.ADMIN
    await our.open_channel()


async def test_in_an_open_community_others_suggest_and_somebody_who_may_follows_it() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        assert "It is suggested in this channel now" in await our.say("zoe", "/pln follow #maths")
        question = [each for each in our.chat.shown(STAFF) if each.private_to is None][-1]
        assert "Zoe suggests that this channel follows #maths." in question.text
        assert "#maths" not in await our.say("zoe", "/pln list")
        refused = await our.hear("zoe", our.chat.press("zoe", question.id, "Follow"))
        assert "Only admins change what this channel follows and when." in refused
        assert "now follows #maths" in await our.hear("ada", our.chat.press("ada", question.id, "Follow"))
        assert "#maths" in await our.say("zoe", "/pln list")
        assert "follows #maths already" in await our.say("zoe", "/pln follow #maths")


async def test_those_whose_role_an_admin_chose_follow_at_once_and_accept() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("ada", "/pln role follow r1")
        assert "now follows #maths" in await our.say("ben", "/pln follow #maths")
        await our.say("zoe", "/pln follow #scichat")
        question = [each for each in our.chat.shown(STAFF) if each.private_to is None][-1]
        assert "now follows #scichat" in await our.hear("cleo", our.chat.press("cleo", question.id, "Follow"))


async def test_an_admin_of_an_open_community_lets_everybody_follow() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        assert "Only admins may change what channels follow" in await our.say("zoe", "/pln role")
        assert "Everybody may change" in await our.say("ada", "/pln role follow everybody")
        assert "now follows #maths" in await our.say("zoe", "/pln follow #maths")


async def test_what_waited_while_the_chat_was_away_is_let_through_no_more_than_before() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        our.chat.workspace = "fake:elsewhere"
        await StoreInbox(our.store, our.clock).accept(follow_by("zoe", our.clock.now()))
        await our.settle()
        async with our.store.reading() as tx:
            assert [each.topic.label for each in await tx.topics.followed(STAFF)] == ["#edchat"]


async def test_a_workspace_that_is_no_longer_open_lets_its_members_follow() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        our.chat.able_now(EVERYTHING)
        await our.engine.installed()
        assert "now follows #maths" in await our.say("zoe", "/pln follow #maths")


def follow_by(person: str, at: datetime) -> Event:
    reply = ReplyHandle(f"{person}@staff", at + timedelta(minutes=15))
    given = CommandGiven(Person(PersonKey(WORKSPACE, person), "Zoe"), STAFF, "/pln follow #maths", reply)
    return Event(WORKSPACE, "waited", given, at)


async def test_the_same_is_suggested_once_a_day_and_nobody_suggests_all_day() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("zoe", "/pln follow #maths")
        assert "was suggested here already today" in await our.say("mo", "/pln follow #maths")
        for topic in ("#scichat", "#artchat"):
            assert "It is suggested" in await our.say("zoe", f"/pln follow {topic}")
        before = said_aloud(our)
        assert "You have suggested 3 times today" in await our.say("zoe", "/pln follow #geochat")
        assert said_aloud(our) == before
        assert "It is suggested" in await our.say("mo", "/pln follow #geochat"), "it was not used up"
        our.clock.set(our.clock.now() + timedelta(days=1))
        assert "It is suggested" in await our.say("zoe", "/pln follow #maths")


async def test_a_suggestion_costs_nothing_and_one_that_costs_much_still_needs_an_admin() -> None:
    async with school(abilities=COMMUNITY, spending=SpendingRules(agree_above=dollars("0.01"))) as our:
        our.x.prices = Prices(dollars("0.005"), dollars("0.01"), dollars("0.005"))
        await community(our)
        await our.say("ada", "/pln role follow r1")
        await our.say("ada", "/pln unfollow #edchat")
        counts = len(our.x.counted)
        await our.say("zoe", "/pln follow #maths")
        assert len(our.x.counted) == counts
        question = [each for each in our.chat.shown(STAFF) if each.private_to is None][-1]
        for number in range(770):
            our.write(hashtags=("maths",), created_at=our.clock.now() - timedelta(days=7) * (number + 0.5) / 770)
        assert "an admin has to agree" in await our.hear("ben", our.chat.press("ben", question.id, "Follow"))


async def test_in_a_locked_channel_nobody_suggests() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        await our.say("ada", "/pln lock")
        assert "has locked this channel" in await our.say("zoe", "/pln follow #maths")


async def test_ones_own_digest_brings_what_a_channel_follows_and_nothing_that_costs_more() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        assert "No channel here follows #maths" in await our.say("zoe", "/pln me follow #maths")
        assert "Your own digest now follows #edchat" in await our.say("zoe", "/pln me follow #edchat")
        await our.say("zoe", "/pln me settings")
        refused = await our.hear("zoe", our.chat.fill_in("zoe", {"topics": "#maths"}))
        assert "No channel here follows #maths" in refused
        assert "#edchat" in await our.say("zoe", "/pln me list"), "nothing was changed"
        assert "within minutes cost money" in await our.say("zoe", "/pln me follow #edchat now 10 likes")


async def test_strangers_have_nothing_read_that_costs_money_and_still_save_the_link() -> None:
    async with school(abilities=COMMUNITY) as our:
        our.x.prices = Prices(dollars("0.005"), dollars("0.01"), dollars("0.005"))
        await community(our)
        await our.say("ada", "/pln role follow r1")
        only = "only admins and people with the role Teachers ask for that here"
        requests = our.x.requests
        for typed in ("search fractions", "digest now", "me digest now"):
            assert only in await our.say("zoe", f"/pln {typed}")
        heard = await our.say("zoe", "/pln save https://x.com/i/status/4711")
        assert only in heard
        assert "Only the link was kept." in heard
        assert "1 item" in await our.say("zoe", "/pln saved")
        assert our.x.requests == requests
        assert only not in await our.say("ben", "/pln search fractions")


async def test_who_is_forgotten_may_suggest_anew_and_leaves_no_name() -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        for topic in ("#maths", "#scichat", "#artchat"):
            await our.say("zoe", f"/pln follow {topic}")
        await our.say("zoe", "/pln forget-me yes")
        assert "Zoe" not in " ".join(each.text for each in our.chat.shown(STAFF) if each.private_to is None)
        assert "It is suggested" in await our.say("zoe", "/pln follow #geochat")


@pytest.mark.parametrize("typed", ["list", "find maths", "digest preview", "status", "saved"])
async def test_in_an_open_community_everybody_reads(typed: str) -> None:
    async with school(abilities=COMMUNITY) as our:
        await community(our)
        assert "Only admins" not in await our.say("zoe", f"/pln {typed}")


# ------------------------------------------------------------------------------------------------------------ the call

CALLING = replace(EVERYTHING, calls_groups=True)


def calling(our: School) -> list[str]:
    """The deliveries that called somebody, once for each time they were sent."""
    return [each.delivery for each in our.chat.attempts if each.calls]


async def test_the_morning_digest_calls_the_group_that_an_admin_chose_and_nothing_else_does() -> None:
    async with school(abilities=CALLING) as our:
        await our.open_channel()
        people(our)
        assert "calls nobody" in await our.say("zoe", "/pln call")
        assert "Only admins, and" in await our.say("zoe", "/pln call r1")
        assert "calls people with the role Teachers" in await our.say("ada", "/pln call Teachers")
        await our.next_digest()
        await our.say("zoe", "/pln save 1")
        our.clock.set(our.clock.now() + timedelta(hours=2))
        our.write("Decimals on a number line")
        await our.say("zoe", "/pln digest now")
        await our.at(our.clock.now() + timedelta(minutes=20))
        assert [each.calls for each in our.chat.attempts if each.calls] == ["r1"]
        assert calling(our) == [our.digests()[0].delivery]
        assert len(our.digests()) == 2


async def test_whoever_chooses_a_role_that_nobody_is_told_of_hears_what_to_do() -> None:
    async with school(abilities=CALLING) as our:
        await our.open_channel()
        people(our)
        assert "mention" not in await our.say("ada", "/pln call r1")
        our.chat.unheard["r2"] = "Nobody may mention this role: allow it in the settings."
        for typed in ("call r2", "call", "call r2"):
            assert "Nobody may mention this role" in await our.say("ada", f"/pln {typed}")


async def test_cards_call_once_with_their_head() -> None:
    async with school(abilities=CALLING) as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln layout cards")
        await our.say("ada", "/pln call r1")
        await our.next_digest(posts=3)
        assert len(calling(our)) == 1


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_digest_that_was_cut_off_calls_once(*, arrives: bool) -> None:
    async with school(abilities=CALLING) as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln call r1")
        await our.plan()
        our.write()
        our.clock.set(our.clock.now() + timedelta(hours=13, minutes=30))
        our.chat.cut_next(arrives=arrives)
        await our.engine.turn_morning()
        for _ in range(3):
            await our.at(our.clock.now() + timedelta(minutes=1))
        assert len(our.digests()) == 1
        assert len(calling(our)) == (1 if arrives else 2), "the first of two did not arrive"


async def test_nobody_is_called_any_more_once_the_role_is_gone_or_an_admin_says_so() -> None:
    async with school(abilities=CALLING) as our:
        await our.open_channel()
        people(our)
        await our.say("ada", "/pln call r1")
        del our.chat.roles["r1"]
        await our.next_digest()
        assert "calls nobody" in await our.say("ada", "/pln call nobody")
        assert calling(our) == []


async def test_where_nobody_can_be_called_the_command_says_so() -> None:
    async with school() as our:
        await our.open_channel()
        people(our)
        assert "Nobody can be called in this chat" in await our.say("ada", "/pln call Teachers")


# ------------------------------------------------------------------------------------------------- asked by a message


async def test_the_question_which_item_is_answered_from_where_only_that_person_reads() -> None:
    async with school() as our:
        digest = await our.digest_of()
        assert "Which item" in await our.hear("ana", our.chat.react("ana", digest.id, "🔖"))
        question = our.last_answer("ana")
        question.channel = replace(question.channel, channel="ana")
        assert "Saved" in await our.hear("ana", our.chat.press("ana", question.id, "Save item 2"))
        assert "1 item" in await our.say("ana", "/pln saved")


async def test_nobody_saves_from_somebody_elses_personal_digest() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.hear("ana", our.chat.react("ana", digest.id, "🔖"))
        question = our.last_answer("ana")
        question.channel = replace(question.channel, channel="ana")
        async with our.store.transaction() as tx:
            channel = await tx.channels.get(STAFF)
            assert channel
            await tx.channels.put(replace(channel, owner="zoe"))
        assert "no longer available" in await our.hear("ana", our.chat.press("ana", question.id, "Save item 2"))


async def test_where_private_messages_are_closed_the_reaction_is_ignored_without_noise() -> None:
    async with school() as our:
        digest = await our.digest_of()
        our.chat.fail_next(Rejected("This person takes no messages from this app."))
        assert await our.hear("ana", our.chat.react("ana", digest.id, "🔖")) == ""
        assert our.told_to_the_office() == []
        assert "Every message was delivered." in await our.say("ana", "/pln status")
