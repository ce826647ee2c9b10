"""Forms people fill in, and the same in sentences where there are none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.budget import Prices
from bot.domain.channel import Layout
from bot.domain.people import Standing
from bot.views import ChoiceField, Form, TextField
from tests.fakes.chat import EVERYTHING
from tests.rigs.school import STAFF, School, school

WITHOUT_FORMS = replace(EVERYTHING, forms=False)


def values_of(form: Form) -> dict[str, str]:
    return {each.key: each.value if isinstance(each, TextField) else ",".join(each.chosen) for each in form.fields}


async def fill_in(our: School, person: str, **values: str) -> str:
    return await our.hear(person, our.chat.fill_in(person, values))


async def test_the_settings_form_shows_what_is_so_and_changes_nothing_by_itself() -> None:
    async with school() as our:
        await our.open_channel()
        assert await our.say("ana", "/pln settings") == "Channel settings"
        assert values_of(our.chat.forms[-1].form) == {
            "topics": "#edchat",
            "time": "07:30",
            "days": "0,1,2,3,4",
            "zone": "UTC",
            "size": "5",
            "layout": "list",
            "keycaps": "yes",
            "languages": "",
        }
        assert await fill_in(our, "ana") == "Nothing was changed."


async def test_the_settings_form_changes_all_of_it_and_says_so() -> None:
    async with school() as our:
        our.x.prices = Prices()
        await our.open_channel()
        await our.say("ana", "/pln settings")
        answer = await fill_in(
            our,
            "ana",
            topics="#maths “exit ticket”\n@ana",
            time="8:05",
            days="0,2",
            zone="europe/london",
            size="3",
            layout="cards",
            keycaps="no",
        )
        for expected in ("#maths", '"exit ticket"', "@ana", "No longer follows #edchat", "Monday, Wednesday at 08:05"):
            assert expected in answer
        assert "Ana changed this channel's digest" in our.chat.shown(STAFF)[-1].text
        async with our.store.reading() as tx:
            channel = await tx.channels.get(STAFF)
        assert channel
        assert (channel.size, channel.layout, channel.keycaps, channel.schedule.zone) == (
            3,
            Layout.CARDS,
            False,
            "Europe/London",
        )
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Undo the time"))
        assert "Monday to Friday at 07:30 (UTC)" in await our.say("ana", "/pln schedule")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"time": "25:00"}, "24-hour clock"),
        ({"zone": "Europe/Lodnon"}, "Did you mean Europe/London?"),
        ({"days": ""}, "at least one day"),
        ({"topics": "edchat"}, 'Did you mean #edchat or "edchat"?'),
        ({"size": "eleven"}, "1 to 10 posts"),
        ({"topics": " ".join(f"#tag{number}" for number in range(50))}, "at most 40 topics"),
    ],
)
async def test_a_mistake_changes_nothing_and_the_form_opens_again_with_what_was_typed(
    values: dict[str, str], expected: str
) -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln settings")
        answer = await fill_in(our, "ana", **{"size": "7"} | values)
        assert expected in answer
        assert "at most 5 posts" in await our.say("ana", "/pln size")
        await our.hear("ana", our.chat.press("ana", _with_form(our, "ana"), "Open the form again"))
        assert values_of(our.chat.forms[-1].form).items() >= ({"size": "7"} | values).items() - {("size", "eleven")}


def _with_form(our: School, person: str) -> str:
    return next(each.id for each in our.chat.messages if each.private_to == person and "Open the form" in each.text)


async def test_nobody_opens_the_form_of_somebody_else_again() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln settings")
        await fill_in(our, "ana", time="25:00")
        answer = await our.hear("ben", our.chat.press("ben", _with_form(our, "ana"), "Open the form again"))
        assert "no longer there" in answer


async def test_a_form_that_could_not_be_opened_in_time_is_offered_by_a_button() -> None:
    async with school() as our:
        await our.open_channel()
        await our.chat.command("ana", STAFF, "/pln settings")
        our.clock.advance(timedelta(seconds=4))
        await our.settle()
        assert our.chat.forms == []
        answer = our.last_answer("ana")
        await our.hear("ana", our.chat.press("ana", answer.id, "Open the form"))
        assert our.chat.forms[-1].form.title == "Channel settings"


async def test_what_the_file_decides_is_not_in_the_form() -> None:
    async with school() as our:
        await our.configure()
        await our.say("ana", "/pln settings")
        form = our.chat.forms[-1].form
        assert values_of(form) == {"topics": ""}
        assert "#edchat" in form.intro
        assert "config.toml" in form.intro
        assert "#maths" in await fill_in(our, "ana", topics="#maths")
        assert "#edchat — a hashtag, set in config.toml" in await our.say("ana", "/pln list")


async def test_only_admins_see_what_is_muted_in_the_form_and_change_it() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ada", "/pln settings")
        assert 'Muted #ad and "buy now"' in await fill_in(our, "ada", mutes="＃ad\n“Buy  now”")
        await our.say("ada", "/pln settings")
        assert values_of(our.chat.forms[-1].form)["mutes"] == '#ad\n"buy now"'
        assert "No longer muted: #ad" in await fill_in(our, "ada", mutes='"buy now"')
        await our.say("ben", "/pln settings")
        assert "mutes" not in values_of(our.chat.forms[-1].form)


async def test_whoever_lost_the_right_while_typing_is_told_so() -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["ada"] = Standing.ADMIN
        await our.say("ben", "/pln settings")
        await our.say("ada", "/pln lock")
        assert "has locked this channel" in await fill_in(our, "ben", size="3")


async def test_without_forms_the_settings_are_said_in_sentences() -> None:
    async with school(abilities=WITHOUT_FORMS) as our:
        await our.open_channel()
        answer = await our.say("ana", "/pln settings")
        assert "change it with /pln schedule 07:45 mon-fri" in answer
        assert "Muted: nothing" in answer


async def test_a_form_for_somebody_elses_own_channel_changes_nothing() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me settings")
        opened = our.chat.forms[-1]
        our.chat.forms.append(replace(opened, person="ben"))
        assert "for somebody else" in await fill_in(our, "ben", topics="#maths")


FIVE_FIELDS = replace(EVERYTHING, form_fields=5)


@pytest.mark.parametrize(
    ("part", "title", "fields"),
    [
        ("What comes", "Channel: what comes", {"topics", "languages", "mutes"}),
        ("When it comes", "Channel: when it comes", {"time", "days", "zone"}),
        ("How it looks", "Channel: how it looks", {"size", "layout", "keycaps"}),
    ],
)
async def test_where_forms_are_small_each_part_of_the_settings_has_its_own(
    part: str, title: str, fields: set[str]
) -> None:
    async with school(abilities=FIVE_FIELDS) as our:
        await our.open_channel()
        our.chat.standings["ana"] = Standing.ADMIN
        answer = await our.say("ana", "/pln settings")
        assert "At most 5 posts" in answer
        assert our.chat.forms == []
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, part))
        assert our.chat.forms[-1].form.title == title
        assert values_of(our.chat.forms[-1].form).keys() == fields
        assert await fill_in(our, "ana") == "Nothing was changed."


@pytest.mark.parametrize(
    ("part", "values", "expected"),
    [
        ("what", {"topics": "#edchat #maths"}, "Now follows #maths"),
        ("what", {"languages": "en"}, "in English only"),
        ("when", {"time": "8:05"}, "at 08:05 (Europe/Paris)"),
        ("when", {"days": "0"}, "Monday at 07:45"),
        ("how", {"size": "3"}, "At most 3 posts"),
    ],
)
async def test_a_part_changes_nothing_of_the_others(part: str, values: dict[str, str], expected: str) -> None:
    async with school(abilities=FIVE_FIELDS) as our:
        await our.open_channel()
        our.chat.standings["ana"] = Standing.ADMIN
        for typed in ("schedule 07:45 tue Europe/Paris", "size 7", "layout cards", "language fr", "mute #ad"):
            await our.say("ana", f"/pln {typed}")
        before = await _settled(our)
        await our.say("ana", f"/pln settings {part}")
        assert expected in await fill_in(our, "ana", **values)
        after = await _settled(our)
        changed = {key for key in before if before[key] != after[key]}
        assert changed == set(values)


async def _settled(our: School) -> dict[str, str]:
    """What stands in all the parts of the form."""
    found: dict[str, str] = {}
    for part in ("what", "when", "how"):
        await our.say("ana", f"/pln settings {part}")
        found |= values_of(our.chat.forms[-1].form)
    return found


async def test_a_mistake_in_a_part_opens_that_part_again() -> None:
    async with school(abilities=FIVE_FIELDS) as our:
        await our.open_channel()
        await our.say("ana", "/pln settings when")
        assert "Nothing was changed" in await fill_in(our, "ana", zone="Europe/Lodnon", time="08:15")
        await our.hear("ana", our.chat.press("ana", _with_form(our, "ana"), "Open the form again"))
        reopened = values_of(our.chat.forms[-1].form)
        assert reopened == {"time": "08:15", "days": "0,1,2,3,4", "zone": "Europe/Lodnon"}


async def test_a_part_can_be_asked_for_where_all_of_it_fits_too() -> None:
    async with school() as our:
        await our.open_channel()
        assert await our.say("ana", "/pln settings how") == "Channel: how it looks"
        assert await our.say("ana", "/pln me settings when") == "My digest: when it comes"
        assert "Did you mean when?" in await our.say("ana", "/pln settings wen")


async def test_what_the_file_decides_is_said_where_a_part_has_nothing_else() -> None:
    async with school(abilities=FIVE_FIELDS) as our:
        await our.configure()
        assert await our.say("ana", "/pln settings") == "Channel settings"
        assert "set in config.toml" in await our.say("ana", "/pln settings when")


async def test_a_choice_is_never_empty_where_a_platform_wants_one() -> None:
    async with school(shelves={"🔖": "", "📚": "reading group"}) as our:
        await our.digest_of()
        await our.say("ana", "/pln settings")
        await our.say("ana", "/pln save 1")
        await our.hear("ana", our.chat.press("ana", our.last_answer("ana").id, "Add tags or a note"))
        for opened in our.chat.forms:
            choices = [each for each in opened.form.fields if isinstance(each, ChoiceField)]
            assert choices
            assert all(value and label for each in choices for value, label in each.options)
