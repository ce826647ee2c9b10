"""A person's own digest and own page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.budget import Prices, dollars
from bot.domain.keys import ChannelKey
from bot.domain.library import KEYCAPS
from bot.domain.people import Standing
from tests.fakes.chat import EVERYTHING, plain_text
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

ANA = ChannelKey(WORKSPACE, "ana")


def page(our: School, person: str) -> str:
    return plain_text(our.chat.homes[person])


async def test_anybody_follows_for_themselves_and_nobody_else_hears_of_it() -> None:
    async with school() as our:
        await our.open_channel()
        before = len(our.chat.shown(STAFF, "ben"))
        answer = await our.say("ana", "/pln me follow #maths")
        assert "Your own digest now follows #maths." in answer
        assert "(Europe/London)" in answer
        assert len(our.chat.shown(STAFF, "ben")) == before
        assert "#maths" not in await our.say("ana", "/pln list")
        assert "#maths — a hashtag" in await our.say("ana", "/pln me list")
        async with our.store.reading() as tx:
            own = await tx.channels.get(ANA)
        assert own
        assert own.owner == "ana"


async def test_the_personal_digest_comes_to_that_person_in_the_morning() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("Fractions with paper strips: how my year 5 class compared thirds and quarters", hashtags=("maths",))
        await our.at(HALF_PAST_SEVEN)
        (digest,) = [each for each in our.chat.shown(ANA) if "1 post from #maths" in each.text]
        await our.press("ana", digest.id, "Save item 1")
        assert "1 item" in await our.say("ana", "/pln saved", ANA)


async def test_where_reactions_in_ones_own_channel_are_not_reported_nobody_is_asked_for_any() -> None:
    async with school(abilities=replace(EVERYTHING, personal_reactions=False)) as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.say("ana", "/pln me layout cards")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("Fractions with paper strips: how my year 5 class compared thirds and quarters", hashtags=("maths",))
        await our.at(HALF_PAST_SEVEN)
        own = our.chat.shown(ANA)
        assert [each.seeds for each in own] == [[]] * len(own)
        assert any("press Save below it" in each.text for each in own)
        assert not any("react to it" in each.text for each in own)


async def test_everybody_decides_for_their_own_digest_even_where_the_channel_is_locked() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ada", "/pln lock")
        for typed, expected in (
            ("me follow #maths", "now follows #maths"),
            ("me schedule 09:00", "09:00"),
            ("me mute #ad", "#ad is kept out of your own digest"),
            ("me me me size 3", "at most 3 posts"),
        ):
            assert expected in await our.say("ben", f"/pln {typed}")
        assert "nothing" in await our.say("ben", "/pln mute")


async def test_words_that_end_with_me_stay_whole() -> None:
    async with school() as our:
        await our.open_channel()
        assert "now follows #awesome" in await our.say("ana", "/pln me follow #awesome")
        assert "Your learning network" in await our.say("ana", "/pln me home")


async def test_undo_of_ones_own_change_leaves_the_channel_alone() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me size 3")
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Undo"))
        assert "at most 5 posts" in await our.say("ana", "/pln me size")
        await our.say("ana", "/pln me follow #maths")
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Unfollow #maths"))
        assert "follows nothing yet" in await our.say("ana", "/pln me list")


async def test_the_own_settings_form_is_about_the_own_digest() -> None:
    async with school() as our:
        our.x.prices = Prices()
        await our.open_channel()
        assert await our.say("ana", "/pln me settings") == "My digest"
        fields = {each.key: each for each in our.chat.forms[-1].form.fields}
        assert "mutes" in fields
        answer = await our.hear("ana", our.chat.fill_in("ana", {"topics": "#maths", "mutes": "#ad"}))
        assert "Now follows #maths" in answer
        assert "#maths" not in await our.say("ana", "/pln list")


async def test_a_chat_without_personal_channels_says_so() -> None:
    async with school(abilities=replace(EVERYTHING, personal_channels=False)) as our:
        await our.open_channel()
        assert "no digest of your own here" in await our.say("ana", "/pln me follow #maths")


async def test_a_person_sees_their_own_page() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.say("ana", "/pln me follow #maths")
        await our.chat.react("ana", digest.id, KEYCAPS[0])
        await our.chat.react("ben", digest.id, KEYCAPS[1])
        await our.chat.open_home("ana")
        await our.settle()
        shown = page(our, "ana")
        for expected in ("You follow #maths.", "Next digest: tomorrow 07:30", "You have saved 1 item", "/pln find"):
            assert expected in shown
        mine, colleagues = shown.split("What colleagues saved this week")
        assert "Saved by Ana" in mine
        assert "Saved by Ben" in colleagues
        assert "Saved by Ana" not in colleagues


async def test_everybody_finds_from_the_own_page_by_a_form() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ben", digest.id, KEYCAPS[0])
        our.chat.standings["gus"] = Standing.GUEST
        await our.chat.open_home("gus")
        await our.settle()
        await our.chat.press_at_home("gus", "Find")
        await our.settle()
        assert "Say what to look for" in await our.hear("gus", our.chat.fill_in("gus", {"words": " "}))
        await our.chat.press_at_home("gus", "Find")
        await our.settle()
        assert "1 item with" in await our.hear("gus", our.chat.fill_in("gus", {"words": "Post"}))


async def test_the_page_shows_what_changed_once_it_was_opened() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ben", digest.id, KEYCAPS[0])
        await our.settle()
        assert our.chat.homes == {}
        await our.chat.open_home("ben")
        await our.settle()
        assert "You have saved 1 item" in page(our, "ben")
        await our.chat.react("ben", digest.id, KEYCAPS[1])
        await our.settle()
        assert "You have saved 2 items" in page(our, "ben")


async def test_a_button_of_the_own_page_opens_the_own_settings() -> None:
    async with school() as our:
        await our.open_channel()
        await our.chat.open_home("ana")
        await our.settle()
        await our.chat.press_at_home("ana", "Settings")
        await our.settle()
        assert our.chat.forms[-1].form.title == "My digest"
        assert our.chat.forms[-1].channel == ANA


async def test_what_was_saved_last_month_is_not_what_was_saved_this_week() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ben", digest.id, KEYCAPS[1])
        await our.settle()
        our.clock.advance(timedelta(days=20))
        await our.chat.open_home("ana")
        await our.settle()
        assert "Nothing yet this week." in page(our, "ana")


async def test_a_reported_post_is_on_nobodys_page() -> None:
    async with school() as our:
        digest = await our.digest_of()
        await our.chat.react("ben", digest.id, KEYCAPS[0])
        await our.hear("cleo", our.chat.press("cleo", digest.id, "Report item 1"))
        await our.chat.open_home("ben")
        await our.settle()
        assert "Post by" not in page(our, "ben")


async def test_admins_see_what_personal_digests_cost_together_and_never_whose_they_are() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ana", "/pln me follow #edchat")
        await our.say("ben", "/pln me follow #maths")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(hashtags=("edchat",))
        our.write(hashtags=("maths",))
        async with our.store.transaction() as tx:
            await tx.posts.put_authors(our.x.people, our.clock.now())
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            entries = await tx.ledger.entries(our.clock.now().date(), our.clock.now().date())
        for label in ("#edchat", "#maths"):
            spent = sum(entry.cost / len(entry.topics) for entry in entries if label in entry.topics)
            assert spent == dollars("0.005")
        told = await our.say("ada", "/pln budget")
        assert "Personal digests: 2, $0.0075 this month." in told
        assert "#maths" not in told
        assert "Personal digests" not in await our.say("ben", "/pln budget")


async def test_forgetting_somebody_ends_their_own_digest() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.say("ana", "/pln me mute #ad")
        await our.say("ana", "/pln forget-me yes")
        assert "follows nothing yet" in await our.say("ana", "/pln me list")
        assert "nothing" in await our.say("ana", "/pln me mute")
        assert "#edchat" in await our.say("ana", "/pln list")


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", "../../etc/passwd", "Europe", "\0"])
async def test_a_zone_that_nobody_knows_here_is_not_taken_over_from_the_platform(zone: str) -> None:
    async with school(zone="Europe/Paris") as our:
        await our.open_channel()
        our.chat.zones["ana"] = zone
        assert "(Europe/Paris)" in await our.say("ana", "/pln me follow #maths")
        await our.say("ben", "/pln me settings")
        our.chat.zones["cleo"] = zone
        assert await our.say("cleo", "/pln me settings") == "My digest"


async def test_who_takes_no_direct_messages_is_told_once_at_the_next_command() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.plan()
        sentence = "Your own digest could not be sent to you: There is no such channel."
        for day, is_closed, is_told in ((0, True, True), (1, True, False), (2, False, False), (3, True, True)):
            our.chat.closed_channels = {"ana"} if is_closed else set()
            our.clock.set(HALF_PAST_SEVEN + timedelta(days=day))
            our.write(hashtags=("maths",))
            await our.at(HALF_PAST_SEVEN + timedelta(days=day))
            assert sentence not in await our.say("ben", "/pln list")
            assert (sentence in await our.say("ana", "/pln list")) == is_told
            assert sentence not in await our.say("ana", "/pln list")


async def test_how_to_save_says_nothing_of_reactions_where_none_are_reported() -> None:
    async with school(abilities=replace(EVERYTHING, personal_reactions=False)) as our:
        await our.open_channel()
        assert await our.say("ana", "/pln saved") == (
            "You have saved nothing yet. Press the Save button of a post, or react with its number."
        )
        assert "react" not in await our.say("ana", "/pln saved", ANA)
        assert "react" not in await our.say("ana", "/pln library", ANA)


async def test_who_follows_nothing_is_not_promised_a_digest() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Next digest" not in await our.say("ana", "/pln me status")
        assert "Next digest" in await our.say("ana", "/pln status")
