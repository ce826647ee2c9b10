"""The commands of the catalogue as people type them on Discord, part by part, with the engine behind."""

import pytest

from bot.domain.catalogue import Spelling
from tests.rigs.discord_school import DiscordSchool, discord_school
from tests.rigs.typed_options import EVERY, PACKS, every_filling, misunderstood

BEN = "ben"
"""Looks after the server."""


def typed(spelling: Spelling, given: dict[str, str]) -> str:
    command = "/pln-admin" if spelling.verb.for_admins and not spelling.is_own else "/pln"
    return " ".join((command, *spelling.words, *(f"{name}:{value}" for name, value in given.items())))


async def test_every_option_of_every_command_is_understood_on_discord() -> None:
    async with discord_school(packs=PACKS) as our:
        await our.say(BEN, "/pln follow #edchat")
        await our.say(BEN, "/pln me follow #edchat")
        await our.say(BEN, "/pln-admin department name:Maths")
        teachers = _role_of(our)
        for spelling, given in every_filling(teachers):
            if spelling.verb.name in {"tag", "untag", "note", "title", "kind"}:
                continue  # there is no digest yet
            answer = await our.say(BEN, typed(spelling, given))
            assert answer
            assert misunderstood(spelling, given, answer) == [], (typed(spelling, given), answer)


def _role_of(our: DiscordSchool) -> str:
    roles = our.server.world.guild.roles.values()
    return next(each.id for each in roles if each.id != our.server.world.guild.id and not each.managed_by)


async def test_what_is_typed_under_me_is_about_ones_own_digest() -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln follow #edchat")
        assert "Your own digest now follows #scichat." in await our.say("ana", "/pln me follow #scichat")
        assert "#edchat" not in await our.say("ana", "/pln me list")
        assert "at most 3 posts" in await our.say("ana", "/pln me size 3")
        assert "at most 5 posts" in await our.say("ana", "/pln change size")


async def test_proposals_come_from_the_channel_and_under_me_from_ones_own() -> None:
    async with discord_school(packs=PACKS) as our:
        await our.say("ana", "/pln follow #edchat")
        await our.say("ana", "/pln me follow #scichat")
        assert await our.proposals("ana", "/pln follow topics:#edu ma") == ["#edu #mathchat (Mathematics)"]
        assert await our.proposals("ana", "/pln unfollow topics:#") == ["#edchat"]
        assert await our.proposals("ana", "/pln me unfollow topics:#") == ["#scichat"]
        assert await our.proposals("gus", "/pln me unfollow topics:#") == []
        assert await our.proposals("ana", "/pln change schedule zone:lond") == ["Europe/London"]
        assert await our.proposals("ana", "/pln change holidays where:wal") != []


async def test_a_tag_that_somebody_used_is_proposed() -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln save https://example.com/exit-tickets")
        await our.press("ana", our.last_answer("ana"), "Add tags or a note")
        await our.fill("ana", {"Tags": "fractions, year 9"})
        assert await our.proposals("ana", "/pln find words:ye") == ["#year9 (year 9)"]
        assert await our.proposals("ana", "/pln find words:poems frac") == ["poems #fractions"]
        assert "kind:video" in await our.proposals("ana", "/pln find words:kind")
        assert await our.proposals("ana", "/pln keep tag tags:fractions, y") == ["fractions, year 9"]


@pytest.mark.parametrize(
    ("part", "filled", "expected"),
    [
        ("What comes", {"Topics": "#edchat #scichat"}, "Now follows #scichat."),
        ("When it comes", {"Time": "08:15"}, "Monday to Friday at 08:15 (UTC)"),
        ("When it comes", {"Time": "8:15 pm", "Time zone": "london"}, "Monday to Friday at 20:15 (Europe/London)"),
        ("When it comes", {"Days": ["Monday", "Friday"]}, "Monday, Friday at 07:30 (UTC)"),
        ("How it looks", {"Layout": "A message for each post"}, "Layout: cards."),
    ],
)
async def test_the_settings_are_changed_part_by_part(part: str, filled: dict[str, str], expected: str) -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln follow #edchat")
        assert "How this channel is set up" in await our.say("ana", "/pln settings")
        assert await our.press("ana", our.last_answer("ana"), part)
        answer = await our.fill("ana", filled)
        assert expected in answer
        assert "No longer follows" not in answer


async def test_a_mistake_in_a_form_is_told_and_the_form_opens_again_with_what_was_typed() -> None:
    async with discord_school() as our:
        await our.say("ana", "/pln settings part:when")
        assert "Did you mean Europe/London?" in await our.fill("ana", {"Time zone": "Europe/Lodnon"})
        assert "Europe/Lodnon" in await our.press("ana", our.last_answer("ana"), "Open the form again")


async def test_every_command_that_the_help_names_is_one_that_discord_offers() -> None:
    async with discord_school() as our:
        told = await our.say("ana", "/pln help") + await our.say("ana", "/pln help admin")
        for spelling in EVERY:
            if not spelling.is_own:
                assert f"{typed(spelling, {})} " in told.replace("\N{NO-BREAK SPACE}", " "), spelling.words


async def test_no_form_says_less_than_it_was_to_say() -> None:
    async with discord_school(packs=PACKS) as our:
        for text in (
            "/pln settings part:what",
            "/pln settings part:when",
            "/pln settings part:how",
            "/pln me settings",
        ):
            for person in ("ana", BEN):
                assert "…" not in await our.say(person, text), text


async def test_a_command_is_explained_as_discord_spells_it() -> None:
    async with discord_school() as our:
        expected = "/pln change schedule <time> <days> <zone>"
        for word in ("change schedule", "/pln change schedule", "schedule"):
            answer = await our.say("ana", f"/pln help command:{word}")
            assert answer.startswith(expected), answer
        assert (await our.proposals("ana", "/pln help command:sched"))[0].startswith("change schedule (")
        assert (await our.say("ana", "/pln help command:pauze")).endswith("See /pln help for all of them.")


async def test_nobody_is_asked_for_a_reaction_that_is_not_heard_in_a_direct_message() -> None:
    async with discord_school() as our:
        assert "or react with its number" in await our.say("ana", "/pln saved")
        assert "react" not in await our.say_directly("ana", "/pln saved")
