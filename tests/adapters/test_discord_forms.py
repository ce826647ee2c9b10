"""Forms as Discord's modals, and what comes back; emoji as they come in."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.show.emoji import emoji_of
from adapters.discord.show.modal import filled, modal
from bot.domain.library import KEYCAPS, SHELVES
from bot.errors import Rejected
from bot.views import ChoiceField, Form, TextField
from tests.rigs.discord_server_components import Part, check_modal
from tests.rigs.sights import DAYS, ZONES, save_form, settings

Json = dict[str, Any]


def opened(form: Form) -> Json:
    return check_modal(modal(form, "form:1").to_dict())


def form_of(*fields: TextField | ChoiceField, intro: str = "") -> Form:
    return Form("form", "A form", "Send", fields, intro=intro)


def five_settings() -> Form:
    return replace(settings(), fields=settings().fields[:5])


def component(made: Json, key: str) -> Json:
    labels = [each for each in made["components"] if each["type"] == Part.LABEL]
    (found,) = [each["component"] for each in labels if each["component"]["custom_id"] == key]
    return dict(found)


def answered(made: Json, **answers: Any) -> Json:
    """As Discord sends it back, with what was there unless somebody answered otherwise."""
    sent = [
        {"type": Part.LABEL, "id": 1, "component": _answer(each["component"], answers)}
        if each["type"] == Part.LABEL
        else {"type": Part.TEXT, "id": 2}
        for each in made["components"]
    ]
    return {"custom_id": made["custom_id"], "components": sent}


def _answer(asked: Json, answers: Json) -> Json:
    key, kind = asked["custom_id"], asked["type"]
    chosen = [each["value"] for each in asked.get("options", []) if each.get("default")]
    given = {"type": kind, "custom_id": key}
    match kind:
        case Part.TEXT_INPUT:
            return given | {"value": answers.get(key, asked.get("value") or "")}
        case Part.RADIO:
            return given | {"value": answers.get(key, chosen[0] if chosen else None)}
        case _:
            return given | {"values": answers.get(key, chosen)}


def test_a_form_comes_back_as_it_was_opened() -> None:
    assert filled(answered(opened(five_settings()))) == {
        "topics": "#edchat, #mathchat, @harbourstlib",
        "time": "07:30",
        "days": "mon,tue,wed,thu,fri",
        "zone": "Europe/London",
        "layout": "list",
    }


def test_what_people_changed_comes_back() -> None:
    made = opened(five_settings())
    days = [each["value"] for each in component(made, "days")["options"]][:2]
    layout = component(made, "layout")["options"][1]["value"]
    values = filled(answered(made, days=days, layout=layout, time="@everyone *8*"))
    assert (values["days"], values["layout"], values["time"]) == ("mon,tue", "cards", "@everyone *8*")


def test_an_empty_value_can_be_chosen() -> None:
    assert filled(answered(opened(save_form())))["shelf"] == ""


def test_a_form_says_what_it_is_about() -> None:
    made = opened(save_form())
    assert made["title"] == "Save to library"
    assert made["components"][0]["content"] == "Ten exit tickets you can mark while they line up"
    note = made["components"][2]
    assert (note["label"], note["description"]) == ("Note", "Colleagues see your name with it.")
    assert component(made, "note")["required"] is False


def test_where_five_fields_leave_no_room_the_first_says_what_the_form_is_about() -> None:
    made = opened(five_settings())
    assert [each["type"] for each in made["components"]] == [Part.LABEL] * 5
    assert made["components"][0]["description"] == (
        "These settings are for everybody in #staff-room. Separate them by commas."
    )


def test_few_choices_are_all_in_sight_and_more_are_a_menu() -> None:
    made = opened(five_settings())
    assert component(made, "layout")["type"] == Part.RADIO
    assert component(made, "days")["type"] == Part.BOXES
    many = opened(form_of(ChoiceField("one", "One", ZONES[:25]), ChoiceField("some", "Some", ZONES[:25], several=True)))
    assert component(many, "one")["type"] == Part.MENU
    assert component(many, "some")["max_values"] == 25


def test_what_has_more_choices_than_a_menu_holds_is_typed() -> None:
    zone = ChoiceField("zone", "Time zone", ZONES, (ZONES[3][0],))
    some = ChoiceField("some", "Zones", ZONES, (ZONES[3][0], ZONES[1][0]), several=True)
    made = opened(form_of(zone, some))
    assert component(made, "zone")["type"] == Part.TEXT_INPUT
    assert filled(answered(made)) == {"zone": "Region/Town_003", "some": "Region/Town_003, Region/Town_001"}
    assert made["components"][1]["description"] == "Separate them by commas."


def test_what_may_stay_open_can_be_taken_back() -> None:
    made = opened(form_of(ChoiceField("shelf", "Shelf", (("a", "A"), ("b", "B")), optional=True)))
    assert component(made, "shelf")["type"] == Part.MENU
    assert component(made, "shelf")["min_values"] == 0
    assert filled(answered(made))["shelf"] == ""
    days = opened(form_of(ChoiceField("days", "Days", DAYS, several=True, optional=True)))
    assert filled(answered(days))["days"] == ""


def test_a_choice_without_options_is_a_sentence() -> None:
    (only,) = opened(form_of(ChoiceField("shelf", "Shelf", ())))["components"]
    assert only["content"] == "Shelf: there is nothing to choose from."


def test_what_was_chosen_but_is_not_offered_is_left_out() -> None:
    made = opened(form_of(ChoiceField("shelf", "Shelf", (("a", "A"), ("b", "B")), ("gone",), several=True)))
    assert [each for each in component(made, "shelf")["options"] if each["default"]] == []


def test_everything_too_long_is_cut() -> None:
    long = "very long words " * 300
    made = opened(
        form_of(
            TextField("text", long, long, long, most=200),
            TextField("none", "", "", most=0),
            ChoiceField("choice", long, ((long[:40], long), ("b", "")), (long[:40],)),
            intro=long,
        )
    )
    assert len(component(made, "text")["value"]) <= 200
    assert component(made, "none")["max_length"] == 1


def test_hostile_words_above_a_form_mean_nothing() -> None:
    made = opened(form_of(TextField("a", "A"), intro="**now** <@1> https://evil.example"))
    assert made["components"][0]["content"] == "\\*\\*now\\*\\* \\<@1\\> https\\://evil.example"


def test_more_fields_than_discord_shows_are_refused_in_a_sentence() -> None:
    with pytest.raises(Rejected, match="more fields than Discord can show"):
        modal(settings(), "form:1")


def test_a_value_that_discord_could_not_send_back_is_refused() -> None:
    with pytest.raises(Rejected, match="longer name"):
        modal(form_of(ChoiceField("choice", "Choice", (("a" * 100, "A"), ("b", "B")))), "form:1")


@pytest.mark.parametrize("data", [{}, {"components": None}, {"components": [1, {"component": 2}, {"components": "a"}]}])
def test_what_is_no_form_is_empty(data: Json) -> None:
    assert filled(data) == {}


def test_an_answer_of_the_old_kind_of_form_is_read_too() -> None:
    row = {"type": Part.ROW, "components": [{"type": Part.TEXT_INPUT, "custom_id": "a", "value": "words"}]}
    assert filled({"components": [row]}) == {"a": "words"}


# --------------------------------------------------------------------------------------------------------------- emoji


def test_the_emoji_that_save_and_choose_come_through_as_they_are() -> None:
    for emoji in (*KEYCAPS, *SHELVES):
        assert emoji_of({"id": None, "name": emoji}) == emoji


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "👍🏿"])
def test_skin_tones_do_not_count(emoji: str) -> None:
    assert emoji_of({"id": None, "name": emoji}) == "👍"


def test_an_emoji_of_the_server_has_its_number_and_a_deleted_one_has_none() -> None:
    assert emoji_of({"id": "123456789012345678", "name": "badger"}) == "<:123456789012345678>"
    assert emoji_of({"id": "123456789012345678", "name": None}) == ""
