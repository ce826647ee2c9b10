"""What people do with an item of a digest beside saving it, and what becomes of a reported post."""

from bot.domain.actions import MOST_LETTERS_IN_A_MENU
from bot.domain.people import Standing
from bot.views import PostItem
from tests.fakes.chat import Shown
from tests.rigs.school import OFFICE, STAFF, School, school


async def press(our: School, person: str, message: Shown, label: str) -> str:
    return await our.hear(person, our.chat.press(person, message.id, label))


async def digest_with_admin(our: School) -> Shown:
    our.chat.standings["ada"] = Standing.ADMIN
    return await our.digest_of()


async def test_every_item_has_a_menu_whose_buttons_differ_and_fit_everywhere() -> None:
    async with school() as our:
        digest = await our.digest_of()
        menus = [block.menu for block in digest.message.blocks if isinstance(block, PostItem)]
        labels = [button.label for menu in menus for button in menu]
        assert labels[:4] == ["Less like item 1", "Mute author of item 1", "Why item 1?", "Report item 1"]
        assert len(set(labels)) == 8
        assert max(len(button.action) for menu in menus for button in menu) <= MOST_LETTERS_IN_A_MENU


async def test_it_says_why_an_item_is_there() -> None:
    async with school() as our:
        digest = await our.digest_of()
        assert "chosen from 2 posts" in await press(our, "ben", digest, "Why item 1?")


async def test_asking_for_less_is_kept_once() -> None:
    async with school() as our:
        digest = await our.digest_of()
        for _ in range(2):
            assert "less often" in await press(our, "ben", digest, "Less like item 1")
        async with our.store.reading() as tx:
            assert [vote.person for vote in await tx.rules.votes(STAFF, None)] == ["ben"]


async def test_asking_for_less_says_how_many_have_to_ask_and_is_taken_back() -> None:
    async with school() as our:
        digest = await our.digest_of()
        assert "once a colleague asks for it, too" in await press(our, "ben", digest, "Less like item 1")
        assert "come less often here from now on" in await press(our, "cleo", digest, "Less like item 1")
        assert "no longer ask for less" in await press(our, "cleo", our.last_answer("cleo"), "Undo")
        async with our.store.reading() as tx:
            assert [vote.person for vote in await tx.rules.votes(STAFF, None)] == ["ben"]


async def test_an_admin_mutes_an_author_for_the_channel_and_others_are_offered_less() -> None:
    async with school() as our:
        digest = await digest_with_admin(our)
        refusal = await press(our, "ben", digest, "Mute author of item 1")
        assert "only admins do it" in refusal
        assert "less often" in await press(our, "ben", our.last_answer("ben"), "Less of this author")
        answer = await press(our, "ada", digest, "Mute author of item 1")
        assert answer.startswith("@author")
        assert "muted @author" in our.chat.shown(STAFF)[-1].text
        muted = answer.split()[0]
        assert muted in await our.say("ben", "/pln mute")
        assert "again" in await press(our, "ada", our.last_answer("ada"), f"Unmute {muted}")


async def test_a_report_hides_the_post_everywhere_at_once_and_keeps_saves_and_notes() -> None:
    async with school() as our:
        digest = await digest_with_admin(our)
        await our.say("ana", "/pln note 1 Worked well")
        assert "hidden everywhere" in await press(our, "ben", digest, "Report item 1")
        assert "1. hidden until an admin has looked at it" in digest.text
        assert "2." in digest.text
        assert "Post by" not in await our.say("ana", "/pln saved")
        (told,) = our.chat.shown(OFFICE)
        assert "Post by Author" in told.text
        assert "Worked well" not in told.text
        assert "Only admins" in await press(our, "ben", told, "Restore")
        assert "shown again" in await press(our, "ada", told, "Restore")
        assert "hidden" not in digest.text
        assert "Ana: Worked well" in await our.say("ana", "/pln saved")
        assert "decided about this post already" in await press(our, "ada", told, "Remove")


async def test_what_was_removed_stays_away() -> None:
    async with school() as our:
        digest = await digest_with_admin(our)
        await press(our, "ben", digest, "Report item 2")
        assert "1 reported post waits" in await our.say("ada", "/pln reports")
        assert "stays away" in await press(our, "ada", our.last_answer("ada"), "Remove 1")
        assert "2. removed by an admin" in digest.text
        assert "No reported post" in await our.say("ada", "/pln reports")


async def test_an_admin_takes_a_verdict_back() -> None:
    async with school() as our:
        digest = await digest_with_admin(our)
        await press(our, "ben", digest, "Report item 2")
        (told,) = our.chat.shown(OFFICE)
        await press(our, "ada", told, "Remove")
        removed = our.last_answer("ada")
        assert "Only admins" in await press(our, "ben", removed, "Undo")
        assert "waits for a decision" in await press(our, "ada", removed, "Undo")
        assert "2. hidden until an admin" in digest.text
        assert "shown again" in await press(our, "ada", our.last_answer("ada"), "Restore")
        assert "2. hidden" not in digest.text


async def test_an_admin_who_blocks_something_can_take_it_back() -> None:
    async with school() as our:
        await digest_with_admin(our)
        assert "#ad and example.com are kept out" in await our.say("ada", "/pln block #ad https://www.example.com/x")
        assert "again" in await press(our, "ada", our.last_answer("ada"), "Unblock #ad")
        assert "example.com" in await our.say("ben", "/pln block")
        assert "cannot be muted" in await our.say("ada", "/pln block buy")


async def test_two_reports_at_once_tell_the_office_once() -> None:
    async with school() as our:
        digest = await digest_with_admin(our)
        for person in ("ben", "cleo"):
            await our.chat.press(person, digest.id, "Report item 1")
        await our.settle()
        assert "reported already" in our.last_answer("cleo").text
        assert len(our.chat.shown(OFFICE)) == 1
