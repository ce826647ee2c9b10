"""The real adapter and the real engine in somebody else's Discord: simcord knows nothing of ours, and refuses what it
does not know."""

from datetime import timedelta

import discord
import pytest

from tests.rigs.discord_simcord import SimcordSchool, simcord_school, text_of
from tests.unit.examples import liked, post

pytestmark = pytest.mark.filterwarnings("ignore:'audioop' is deprecated:DeprecationWarning")


def write(our: SimcordSchool, *numbers: int, text: str = "") -> None:
    """Somebody posts, and many people like it."""
    then = our.clock.now() - timedelta(hours=2)
    usual = {"hashtags": ("edchat",), "metrics": liked(30), "created_at": then}
    our.x.posts += [post(each, text, **usual) for each in numbers]


async def digest_of(our: SimcordSchool) -> discord.Message:
    """The staff room follows a topic with three posts, and somebody wants a digest now."""
    write(our, 1, 2, 3)
    followed = await our.ana.slash(our.staff, "pln follow", topics="#edchat")
    assert followed.response
    assert "This channel now follows #edchat." in text_of(followed.response)
    await our.ana.slash(our.staff, "pln digest", what="now")
    return await our.shown("posts from")


async def test_a_command_is_answered_to_whoever_gave_it_alone() -> None:
    async with simcord_school() as our:
        answered = await our.ana.slash(our.staff, "pln status")
        assert answered.response
        assert answered.ephemeral
        assert "How Staffroom is doing" in text_of(answered.response)


async def test_its_commands_are_those_of_the_catalogue_and_members_do_not_see_those_of_admins() -> None:
    async with simcord_school() as our:
        offered = our.ana.available_commands(our.staff)
        assert {"pln home", "pln follow", "pln change schedule", "pln me follow"} <= set(offered)
        assert not [each for each in offered if each.startswith("pln-admin")]


async def test_a_server_that_invited_it_is_greeted() -> None:
    async with simcord_school() as our:
        hello = text_of(await our.shown("Hello, this is Staffroom"))
        assert hello.index("1\\.") < hello.index("2\\.") < hello.index("3\\.")


async def test_a_button_saves_and_a_reaction_saves() -> None:
    async with simcord_school() as our:
        digest = await digest_of(our)
        pressed = await our.ana.click(digest, custom_id=save_button(digest, 1))
        assert pressed.response
        assert "Saved to the library." in text_of(pressed.response)
        assert pressed.ephemeral

        await our.cleo.react(digest, "2️⃣")
        library = await our.cleo.slash(our.staff, "pln library")
        assert library.response
        assert "holds 2 items" in text_of(library.response)


async def test_the_menu_of_a_message_saves_its_link_with_a_note() -> None:
    async with simcord_school() as our:
        written = await our.cleo.send(our.staff, "Worth a look: https://school.example/fractions")
        chosen = await our.ana.context_menu(our.staff, "Save to library", written)
        filled = {"shelf": "=0", "tags": "fractions", "note": "Worked well with year 9"}
        saved = await our.ana.submit_modal(chosen, filled)
        assert saved.response
        assert "Saved to the library" in text_of(saved.response)
        found = await our.cleo.slash(our.staff, "pln find", words="fractions")
        assert found.response
        assert "Worked well with year 9" in text_of(found.response)


async def test_a_form_opens_and_what_was_filled_in_holds() -> None:
    async with simcord_school() as our:
        await our.ana.slash(our.staff, "pln follow", topics="#edchat")
        shown = await our.ana.slash(our.staff, "pln settings", part="when")
        filled = await our.ana.submit_modal(shown, {"time": "08:10", "days": ["=0", "=2"], "zone": "Europe/London"})
        assert filled.response
        status = await our.ana.slash(our.staff, "pln change schedule")
        assert status.response
        assert "08:10" in text_of(status.response)


async def test_a_digest_of_ones_own_comes_as_a_direct_message() -> None:
    async with simcord_school() as our:
        write(our, 1)
        await our.ana.slash(our.staff, "pln me follow", topics="#edchat")
        await our.ana.slash(our.staff, "pln me digest", what="now")
        await our.until(lambda: [each for each in our.ana.user.dm_channel.history() if "1 post from" in text_of(each)])
        assert not [each for each in our.staff.history() if "1 post from" in text_of(each)]


async def test_after_a_restart_the_buttons_of_older_messages_work() -> None:
    async with simcord_school() as our:
        digest = await digest_of(our)
        await our.restart()
        pressed = await our.ana.click(digest, custom_id=save_button(digest, 1))
        assert pressed.response
        assert "Saved to the library." in text_of(pressed.response)


async def test_nothing_that_a_post_says_notifies_anybody() -> None:
    async with simcord_school() as our:
        write(our, 1, text=f"Ask @everyone <@{our.cleo.id}> <@&1> what a good exit ticket for fractions looks like")
        await our.ana.slash(our.staff, "pln follow", topics="#edchat")
        await our.ana.slash(our.staff, "pln digest", what="now")
        digest = await our.shown("1 post from")
        assert not digest.mentions
        assert not digest.role_mentions
        assert not digest.mention_everyone


def save_button(digest: discord.Message, number: int) -> str:
    def buttons(part: object) -> list[discord.Button]:
        if isinstance(part, discord.Button):
            return [part]
        return [each for inner in getattr(part, "children", []) for each in buttons(inner)]

    found = [each for part in digest.components for each in buttons(part)]
    return next(each.custom_id or "" for each in found if (each.label or "").startswith(f"Save item {number}"))
