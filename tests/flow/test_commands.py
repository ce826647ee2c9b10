"""What people type."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import ACTS
from bot.domain.catalogue import GROUPS, VERBS, verbs_under
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, school

MOST_LETTERS_OF_HELP = 3_800
"""A platform takes 4,000, and may call a command by a longer name."""


def test_every_verb_of_the_catalogue_does_something_and_nothing_else_does() -> None:
    assert set(ACTS) == {verb.name for verb in VERBS}


def test_every_verb_stands_once_in_the_help_for_everybody_or_in_that_for_admins() -> None:
    named = [verb.name for heading in GROUPS for verb in verbs_under(heading)]
    named += [verb.name for verb in VERBS if verb.for_admins]
    assert sorted(named) == sorted(ACTS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
async def test_every_example_of_the_help_works(verb: object) -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", f"/pln {verb.example}")  # type: ignore[attr-defined]
        assert answer
        assert "is not something I know" not in answer


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", "Your learning network"),
        ("help", "/pln follow <topics>"),
        ("folow #edchat", "Did you mean follow?"),
        ("follow", "Say what to follow"),
        ("follow edchat", 'Did you mean #edchat or "edchat"?'),
        ("follow “exit ticket” #maths", 'now follows "exit ticket" and #maths'),
        ("follow #edchat", "follows #edchat already"),
        ("unfollow #nothing", "does not follow #nothing"),
        ("list", "#edchat — a hashtag"),
        ("digest never", "/pln digest now or /pln digest preview"),
        ("schedule 7:45 mon,wed Europe/Paris", "Monday, Wednesday at 07:45 (Europe/Paris)"),
        ("schedule 25:00", "24-hour clock"),
        ("schedule Europe/Lodnon", "Did you mean Europe/London?"),
        ("schedule", "Monday to Friday at 07:30 (UTC)"),
        ("size 11", "1 to 10 posts"),
        ("size 3", "at most 3 posts"),
        ("size 5", "at most 5 posts already"),
        ("schedule 07:30", "already"),
        ("save 1", "no digest in this channel yet"),
        ("save all", "such as /pln save 3"),
        ("saved", "You have saved nothing yet"),
        ("find", "Find in the library"),
        ("find 100%_", "Nothing saved so far"),
        ("status", "Spent on reading: $0.00 of $1.00 today"),
        ("forget-me", "for good"),
        ("help admin", "/pln block"),
        ("help language", "For example: /pln\N{NO-BREAK SPACE}language en fr"),
        ("lang welsh", "shows posts in Welsh only"),
        ("taste", "no preferences yet"),
        ("pictures", "from every account"),
        ("layout", "one message with all its posts"),
        ("layout cads", "Did you mean cards?"),
        ("layout cards", "message of its own"),
        ("cards", "message of its own"),
        ("layout list", "how it is already"),
        ("tag 1", "its tags, such as /pln tag 3 fractions"),
        ("note 1", "your note, such as /pln note 3"),
        ("tag 1 maths", "no digest in this channel yet"),
        ("library", "It is still empty"),
        ("budget", "Spent on reading: $0.00 of $1.00 today, $0.00 of $10.00 this month (UTC)."),
        ("budget", "This channel: $0.00 today, $0.00 this month."),
        ("mute", "Muted here: nothing"),
        ("guests", "can read, search and list"),
        ("start", "no packs of topics here"),
        ("me", "Your own digest follows nothing yet"),
        ("unmute", "Muted here: nothing"),
        ("mute #ad", "begin with /pln me, as in /pln me mute #ad"),
        ("help find", "/pln find <words> — Search the library"),
        ("help shedule", "Did you mean schedule? See /pln help for all of them."),
        ("help /pln schedule", "/pln schedule <time>"),
        ("help change schedule", "/pln schedule <time>"),
        ("help me follow", "/pln follow <topics>"),
        ("help me", "/pln me <any command>"),
        ("help change", "/pln size <1 to 10>"),
        ("schedule London", "The digest now comes Monday to Friday at 07:30 (Europe/London)."),
        ("forget me", "for good"),
        ("status", "Not read yet: #edchat."),
        ("digest", "Nothing new has been read for these topics yet."),
        ("me", "follow a topic with /pln me follow"),
    ],
)
async def test_each_command_is_answered_in_plain_words(typed: str, expected: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert expected in await our.say("ana", f"/pln {typed}")


@pytest.mark.parametrize("typed", ["help", "help admin"])
async def test_the_help_fits_in_one_message(typed: str) -> None:
    async with school() as our:
        assert len(await our.say("ana", f"/pln {typed}")) <= MOST_LETTERS_OF_HELP


async def test_what_the_file_decides_is_refused_in_one_sentence_that_names_it() -> None:
    async with school() as our:
        await our.configure()
        for typed in ("size 3", "schedule 08:00", "unfollow #edchat"):
            assert "config.toml" in await our.say("ana", f"/pln {typed}")


async def test_a_change_for_the_channel_is_said_aloud_and_a_question_is_not() -> None:
    async with school() as our:
        await our.open_channel()
        aloud = len(our.chat.shown(STAFF))
        await our.say("ana", "/pln list")
        assert len(our.chat.shown(STAFF)) == aloud
        await our.say("ana", "/pln follow #scichat")
        assert our.chat.shown(STAFF)[-1].text == "Ana added #scichat to this channel's digest."


async def test_a_preview_reads_nothing_and_shows_what_is_stored() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        for _ in range(7):
            our.write()
        await our.at(HALF_PAST_SEVEN)
        asked = len(our.x.asked)
        answer = await our.say("ana", "/pln digest preview")
        assert answer.startswith("Preview: 2 posts")
        assert len(our.x.asked) == asked


async def test_a_digest_now_leaves_the_morning_alone() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Written in the evening, and read in the evening")
        await our.say("ana", "/pln digest now")
        assert len(our.digests()) == 1
        our.clock.set(HALF_PAST_SEVEN)
        our.write("What my class made of shadows at noon")
        await our.at(HALF_PAST_SEVEN)
        assert len(our.digests()) == 2


async def test_a_digest_now_without_anything_new_says_so() -> None:
    async with school() as our:
        await our.configure()
        await our.say("ana", "/pln digest now")
        assert "Nothing new to show" in our.chat.shown(STAFF)[-1].text


@pytest.mark.parametrize(
    "typed",
    [
        "follow <#C0123|maths>",
        "follow ＃maths",
        "follow\N{NO-BREAK SPACE}#maths",
        "/pln follow  #maths",
        "Follow #Maths",
    ],
)
async def test_what_platforms_and_keyboards_make_of_a_hashtag_is_understood(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", typed)
        assert "#maths" in (await our.say("ana", "/pln list")).casefold()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("follow <@U0123|ana>", "now follows @ana"),
        ("mute <http://www.example.com/a|www.example.com>", "Only admins"),
        ("follow <@U0123>", "is not a topic"),
    ],
)
async def test_names_and_addresses_that_a_platform_wrapped_are_unwrapped(typed: str, expected: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert expected in await our.say("ana", f"/pln {typed}")


@pytest.mark.parametrize(
    ("typed", "button", "look", "expected"),
    [
        ("schedule 09:15 mon Europe/Paris", "Undo", "schedule", "Monday to Friday at 07:30 (UTC)"),
        ("size 3", "Undo", "size", "at most 5 posts"),
        ("layout cards", "Undo", "layout", "one message"),
        ('follow "and/or"', 'Unfollow "and/or"', "list", "follows 1 of at most 40 topics"),
        ("unfollow #edchat", "Follow #edchat again", "list", "#edchat"),
        ("me follow #maths", "Unfollow #maths", "me list", "follows nothing"),
    ],
)
async def test_every_change_is_undone_by_a_button(typed: str, button: str, look: str, expected: str) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", f"/pln {typed}")
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, button))
        assert expected in await our.say("ana", f"/pln {look}")


@settings(deadline=None)
@given(st.text(max_size=60))
async def test_whatever_is_typed_is_answered(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert await our.say("ana", f"/pln {typed}")


@pytest.mark.parametrize(
    "typed",
    [
        'follow "and/or"',
        f"follow #{'a' * 99}",
        f"save {'9' * 5000}",
        f"size {'9' * 5000}",
        "me " * 3_000,
        "tag 1 " + "a," * 5_000,
        "mute " + "@" * 3_000,
        'mute "',
        "schedule \N{DIVISION SLASH}",
        'follow "\N{DIVISION SLASH} half"',
        "start " + "m" * 5_000,
        "limit topics ½",
        "block https://[",
    ],
)
async def test_odd_but_legal_input_is_answered_and_nobody_is_alarmed(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert "our fault" not in await our.say("ana", f"/pln {typed}")
        assert our.told_to_the_office() == []


@pytest.mark.parametrize("typed", ["mon wed fri", "mon, wed, fri", "Monday,Wednesday Friday", "08:00 mon wed fri"])
async def test_days_may_be_written_apart(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert "Monday, Wednesday, Friday" in await our.say("ana", f"/pln schedule {typed}")


async def test_help_for_a_word_that_is_no_command_names_the_nearest() -> None:
    async with school() as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln help pauze")
        assert "There is no command “pauze”. Did you mean pause?" in answer
        assert "What you can type" not in answer


@pytest.mark.parametrize(
    ("typed", "at"), [("8am", "08:00"), ("7:45AM", "07:45"), ("12pm", "12:00"), ("8:15 pm", "20:15")]
)
async def test_a_time_may_be_that_of_a_twelve_hour_clock(typed: str, at: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert f"at {at}" in await our.say("ana", f"/pln schedule {typed}")


@pytest.mark.parametrize("typed", ["monthly", "sunny", "8 o'clock"])
async def test_what_is_no_day_is_not_taken_for_one(typed: str) -> None:
    async with school() as our:
        await our.open_channel()
        assert "such as 07:30" in await our.say("ana", f"/pln schedule {typed}")
