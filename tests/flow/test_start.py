"""Packs of topics to begin with."""

from importlib.resources import files

import pytest

from bot.domain.budget import Caps, Prices, dollars
from bot.domain.catalogue import VERBS
from bot.domain.packs import MOST_POSTS_A_DAY, Pack
from bot.domain.reading.asking import MOST_POSTS
from bot.packs import read_packs
from tests.fakes.chat import buttons_of
from tests.rigs.school import School, school

BUNDLED = read_packs((files("bot.packs") / "packs.toml").read_text(encoding="utf-8"), "packs.toml")
PACKS = (
    Pack("maths", "Maths teachers", "maths", ("#mathschat", "@mathsfriends"), checked="Their page lists both."),
    Pack("maths-gb", "Maths in Britain", "maths", ("#ukmaths",), ("gb",), "Weekly since 2012."),
    Pack("maths-us", "Maths in the United States", "maths", ("#usmaths",), ("us",)),
    Pack("science", "Science teachers", "science", ("#scichat",)),
)


def labels(our: School, person: str) -> list[str]:
    return [each.label for each in buttons_of(our.last_answer(person).message)]


async def test_it_offers_the_subjects_first() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        assert "/pln start maths gb" in await our.say("ana", "/pln start")
        assert "/pln me start maths gb" in await our.say("ana", "/pln me start")
        await our.say("ana", "/pln start")
        assert labels(our, "ana") == ["Maths", "Science"]
        await our.press("ana", our.last_answer("ana").id, "Science")
        assert labels(our, "ana") == ["Follow Science teachers"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("maths", ["Follow Maths teachers", "Follow Maths in Britain", "Follow Maths in the United States"]),
        ("maths gb", ["Follow Maths teachers", "Follow Maths in Britain"]),
        ("MATHS US", ["Follow Maths teachers", "Follow Maths in the United States"]),
        ("maths uk", ["Follow Maths teachers", "Follow Maths in Britain"]),
        ("us", ["Follow Maths teachers", "Follow Maths in the United States", "Follow Science teachers"]),
    ],
)
async def test_it_offers_what_is_for_every_country_or_this_one(typed: str, expected: list[str]) -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        await our.say("ana", f"/pln start {typed}")
        assert labels(our, "ana") == expected


async def test_the_example_of_the_help_works_with_the_packs_that_come_with_staffroom() -> None:
    async with school(packs=BUNDLED) as our:
        await our.open_channel()
        example = next(verb.example for verb in VERBS if verb.name == "start")
        await our.say("ana", f"/pln {example}")
        assert labels(our, "ana") == ["Follow Mathematics", "Follow Mathematics, United Kingdom"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mths", "Did you mean maths?"),
        ("maths fr", "“fr” is not a country I have packs for. I know GB and US."),
    ],
)
async def test_a_word_it_does_not_know_gets_the_nearest(typed: str, expected: str) -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        assert expected in await our.say("ana", f"/pln start {typed}")


async def test_it_says_what_reading_can_cost_at_most() -> None:
    async with school(packs=PACKS, caps=Caps(None, dollars(100))) as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln start maths gb")
        assert "Reading 2 new topics costs at most $3.00 a school day and $69.00 a month" in answer
        assert "Their page lists both." in answer
        await our.say("ana", "/pln follow #ukmaths")
        assert "so it costs nothing more" in await our.say("ben", "/pln start maths gb")


async def test_it_never_costs_more_than_the_caps_allow() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        assert "at most $1.00 a school day and $10.00 a month" in await our.say("ana", "/pln start maths gb")
        our.x.prices = Prices()
        assert "Reading this is free." in await our.say("ana", "/pln start maths gb")


async def test_a_pack_is_followed_and_unfollowed_by_a_button() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        await our.say("ana", "/pln start maths")
        await our.press("ana", our.last_answer("ana").id, "Follow Maths teachers")
        assert "This channel now follows #mathschat and @mathsfriends." in our.last_answer("ana").text
        await our.press("ana", our.last_answer("ana").id, "Undo")
        assert "no longer follows #mathschat and @mathsfriends" in our.last_answer("ana").text
        assert "#edchat" in await our.say("ana", "/pln list")


async def test_a_pack_for_oneself_is_for_oneself() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        await our.say("ana", "/pln me start science")
        await our.press("ana", our.last_answer("ana").id, "Follow Science teachers")
        assert "Your own digest now follows #scichat" in our.last_answer("ana").text
        assert "#scichat" not in await our.say("ana", "/pln list")


async def test_without_packs_it_says_how_to_begin() -> None:
    async with school() as our:
        await our.open_channel()
        assert "/pln follow #edchat" in await our.say("ana", "/pln start")


def test_the_cost_reckons_with_as_many_posts_as_are_read() -> None:
    assert MOST_POSTS_A_DAY == MOST_POSTS
