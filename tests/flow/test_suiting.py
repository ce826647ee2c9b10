"""What suits the readers of a channel: its languages, and whose pictures come."""

import pytest

from bot.domain.calendar.school import School as Decided
from bot.domain.channel import Channel
from bot.domain.people import Standing
from bot.domain.post import Media, MediaKind
from tests.fakes.chat import Shown
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, STAFF, School, school
from tests.unit.examples import liked, link

PICTURE = (Media(MediaKind.PHOTO, "A fraction wall made of paper"),)
FRENCH = "Une séance de mathématiques avec des bandes de papier"
ENGLISH = "A lesson about fractions with nothing but paper strips"
FINE = liked(20)
WELSH = "Gwers am ffracsiynau gyda stribedi papur yn unig"


async def channel_of(our: School) -> Channel:
    async with our.store.reading() as tx:
        channel = await tx.channels.get(STAFF)
    assert channel
    return channel


async def press(our: School, person: str, label: str) -> str:
    return await our.hear(person, our.chat.press(person, our.last_answer(person).id, label))


async def digest_in_three_languages(our: School) -> Shown:
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    for text, lang in ((FRENCH, "fr"), (ENGLISH, "en"), (WELSH, "cy"), ("Ffracsiynau 1/2 + 1/3 + 1/6 = 1", "zxx")):
        our.write(text, metrics=FINE, lang=lang)
    await our.at(HALF_PAST_SEVEN)
    return our.digests()[0]


async def digest_with_pictures(our: School) -> list[str]:
    """Of somebody that the channel follows, somebody it saved from, and somebody unknown; returns who is in it."""
    our.clock.set(EVENING_BEFORE)
    known = our.write("Phonics games for a wet break time", metrics=FINE, author_id="saved-before")
    await our.say("ana", "/pln digest now")
    await our.at(EVENING_BEFORE)
    await our.press("ana", our.digests()[0].id, "Save item 1")
    await our.engine.turn_morning()
    our.clock.set(HALF_PAST_SEVEN)
    our.write("How we tidy the art room in four minutes", metrics=FINE, author_id="stranger", media=PICTURE)
    our.write("Our class counts birds every Monday", metrics=FINE, author_id=known.author_id, media=PICTURE)
    our.write("Reading aloud after lunch calms everybody", metrics=FINE, author_id="wordy")
    await our.at(HALF_PAST_SEVEN)
    text = our.digests()[1].text
    starts = {"stranger": "How we tidy", "known": "Our class counts", "wordy": "Reading aloud"}
    return [name for name, start in starts.items() if start in text]


# ---------------------------------------------------------------------------------------------------------- languages


async def test_a_channel_reads_every_language_until_somebody_chooses() -> None:
    async with school() as our:
        await our.open_channel()
        assert "This channel shows posts in every language." in await our.say("ana", "/pln language")
        digest = await digest_in_three_languages(our)
        assert all(text in digest.text for text in (FRENCH, ENGLISH, WELSH))


async def test_only_the_chosen_languages_come_and_what_has_no_language_at_all() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln language english, cy")
        assert answer.startswith("This channel shows posts in English and Welsh only.")
        assert "Ana changed it: This channel shows posts in English" in our.chat.shown(STAFF, "nobody")[-1].text
        digest = await digest_in_three_languages(our)
        assert ENGLISH in digest.text
        assert WELSH in digest.text
        assert "Ffracsiynau 1/2" in digest.text
        assert FRENCH not in digest.text


async def test_the_school_decides_for_channels_that_did_not() -> None:
    async with school(school=Decided(languages=("fr",))) as our:
        await our.open_channel()
        assert "shows posts in French only" in await our.say("ana", "/pln language")
        assert "every language" in await our.say("ana", "/pln language any")
        assert (await channel_of(our)).languages == ()
        assert "shows posts in French only" in await press(our, "ana", "Undo")
        assert (await channel_of(our)).languages is None


async def test_a_change_of_languages_is_taken_back() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln language en fr")
        await our.say("ana", "/pln language cy")
        assert "shows posts in English and French only" in await press(our, "ana", "Undo")
        assert "already" in await our.say("ben", "/pln language en fr")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("in English and French", ("en", "fr")),
        ("fr or de", ("fr", "de")),
        ("en EN English", ("en",)),
        ("any", ()),
        ("in", ("id",)),
    ],
)
async def test_languages_are_understood_as_people_say_them(typed: str, expected: tuple[str, ...]) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln language {typed}")
        assert (await channel_of(our)).languages == expected


async def test_what_is_no_language_changes_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        assert "such as French or fr. Did you mean Spanish?" in await our.say("ana", "/pln language spansh")
        assert "at most 10 languages" in await our.say("ana", "/pln language en fr de es it pt pl cy nl sv da")
        assert (await channel_of(our)).languages is None


async def test_the_languages_of_a_channel_of_the_file_are_the_files() -> None:
    async with school() as our:
        await our.configure()
        assert "set in config.toml" in await our.say("ana", "/pln language")
        assert "set up in config.toml" in await our.say("ana", "/pln language fr")
        assert (await channel_of(our)).languages is None


async def test_guests_change_no_languages() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["gus"] = Standing.GUEST
        assert "guest" in await our.say("gus", "/pln language fr")
        assert "every language" in await our.say("gus", "/pln language")


async def test_ones_own_digest_has_languages_of_its_own() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Your own digest shows posts in French only." in await our.say("ana", "/pln me language fr")
        assert "This channel shows posts in every language" in await our.say("ana", "/pln language")


async def test_the_settings_form_has_the_languages_and_leaves_the_schools_alone() -> None:
    async with school(school=Decided(languages=("en",))) as our:
        await our.open_channel()
        await our.say("ana", "/pln settings")
        assert "Nothing was changed" in await our.hear("ana", our.chat.fill_in("ana", {}))
        await our.say("ana", "/pln settings")
        said = await our.hear("ana", our.chat.fill_in("ana", {"languages": "french, en"}))
        assert "This channel shows posts in French and English only." in said
        assert "shows posts in English only" in await press(our, "ana", "Undo the languages")
        assert (await channel_of(our)).languages is None


async def test_a_slip_in_the_form_changes_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln settings")
        await our.hear("ana", our.chat.fill_in("ana", {"languages": "frrr", "size": "3"}))
        assert (await channel_of(our)).size == 5


# ----------------------------------------------------------------------------------------------------------- pictures


async def an_admins(our: School) -> None:
    await our.open_channel()
    our.chat.standings["ada"] = Standing.ADMIN


async def test_pictures_come_from_every_account_until_an_admin_decides() -> None:
    async with school() as our:
        await an_admins(our)
        assert "from every account" in await our.say("ben", "/pln pictures")
        assert "Only admins" in await our.say("ben", "/pln pictures known")
        assert await digest_with_pictures(our) == ["stranger", "known", "wordy"]


async def test_pictures_of_unknown_accounts_stay_out_where_an_admin_says_so() -> None:
    async with school() as our:
        await an_admins(our)
        answer = await our.say("ada", "/pln pictures known")
        assert "This channel shows posts with pictures only from accounts that it knows" in answer
        assert "Ada changed it: This channel shows posts with pictures only" in our.chat.shown(STAFF, "nobody")[-1].text
        assert "already" in await our.say("ada", "/pln pictures known")
        assert await digest_with_pictures(our) == ["known", "wordy"]


async def test_an_admin_decides_for_the_whole_workspace_and_no_channel_is_laxer() -> None:
    async with school() as our:
        await an_admins(our)
        assert "Every channel here" in await our.say("ada", "/pln pictures known everywhere")
        assert "pictures all everywhere" in await our.say("ada", "/pln pictures all")
        assert "Admins change that with /pln pictures all everywhere." in await our.say("ana", "/pln me pictures")
        assert await digest_with_pictures(our) == ["known", "wordy"]


async def test_decisions_about_pictures_are_taken_back() -> None:
    async with school() as our:
        await an_admins(our)
        await our.say("ada", "/pln pictures known")
        assert "from every account" in await press(our, "ada", "Undo")
        await our.say("ada", "/pln pictures known everywhere")
        assert "for itself" in await press(our, "ada", "Undo")
        assert "from every account" in await our.say("ben", "/pln pictures")


async def test_everybody_decides_about_pictures_in_their_own_digest() -> None:
    async with school() as our:
        await our.open_channel()
        assert "Your own digest shows posts with pictures only" in await our.say("ana", "/pln me pictures known")
        assert "This channel shows posts with pictures from every account" in await our.say("ana", "/pln pictures")
        assert "Only admins" in await our.say("ana", "/pln me pictures known everywhere")


async def test_other_words_about_pictures_are_answered_with_what_can_be_said() -> None:
    async with school() as our:
        await an_admins(our)
        for words in ("knwon", "known here", "known everywhere please", "off"):
            assert "Say /pln pictures known or /pln pictures all." in await our.say("ada", f"/pln pictures {words}")


async def test_a_sensitive_post_never_comes_whatever_is_decided() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("A lesson plan about shadows", metrics=FINE, sensitive=True)
        our.write("A lesson plan about puddles", metrics=FINE)
        await our.at(HALF_PAST_SEVEN)
        assert "shadows" not in our.digests()[0].text


async def test_what_an_admin_blocks_stays_out_of_every_channel_and_personal_digest() -> None:
    async with school() as our:
        await an_admins(our)
        await our.say("ada", '/pln block "buy now" shop.example')
        await our.say("ben", "/pln me follow #maths")
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        fine = {
            "edchat": "How our year 4 class measured puddles on the playground after the rain",
            "maths": "We painted number lines on the playground wall, and year 2 counts at break",
        }
        for tag, text in fine.items():
            our.write("Posters for every classroom, buy now while there are some", metrics=FINE, hashtags=(tag,))
            our.write(hashtags=(tag,), links=link("https://shop.example/posters"))
            our.write(text, metrics=FINE, hashtags=(tag,))
        await our.at(HALF_PAST_SEVEN)
        digests = [each.text for each in our.chat.messages if "1 post from" in each.text]
        assert len(digests) == 2
        assert all(any(text in digest for digest in digests) for text in fine.values())
