"""Forms and a person's own page, as Slack's views."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.show.home import home
from adapters.slack.show.modal import Filled, filled, modal
from bot.errors import Rejected
from bot.views import ChoiceField, Form, TextField
from tests.rigs.sights import ZONES, home_page, save_form, settings
from tests.rigs.slack_server_blocks import check_view

Json = dict[str, Any]


def answered(view: Json, **answers: Any) -> Json:
    """The view as Slack sends it back, with what was there unless somebody answered otherwise."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: answers.get(block["block_id"], _left_as_is(block["element"]))
        }
        for block in inputs
    }
    return view | {"state": {"values": values}, "id": "V123"}


def _left_as_is(element: Json) -> Json:
    match element["type"]:
        case "plain_text_input":
            return {"type": element["type"], "value": element.get("initial_value")}
        case "checkboxes" | "multi_static_select":
            return {"type": element["type"], "selected_options": element.get("initial_options", [])}
        case kind:
            return {"type": kind, "selected_option": element.get("initial_option")}


def field(view: Json, key: str) -> Json:
    (found,) = [block for block in view["blocks"] if block.get("block_id") == key]
    return dict(found)


def form_of(*fields: TextField | ChoiceField) -> Form:
    return Form("form", "A form", "Send", fields)


def test_a_form_comes_back_as_it_was_opened() -> None:
    assert filled(answered(modal(settings(), "C0123"))) == Filled(
        form="settings",
        state="C0123",
        channel="C0123",
        values={
            "topics": "#edchat, #mathchat, @harbourstlib",
            "time": "07:30",
            "days": "mon,tue,wed,thu,fri",
            "zone": "Europe/London",
            "layout": "list",
            "mutes": "",
        },
    )


def test_what_people_changed_comes_back() -> None:
    view = modal(settings(), "C0123")
    days = field(view, "days")["element"]["options"][:2]
    sent = answered(
        view,
        days={"type": "checkboxes", "selected_options": days},
        layout={"type": "radio_buttons", "selected_option": field(view, "layout")["element"]["options"][1]},
        mutes={"type": "plain_text_input", "value": "<!channel> & *giveaway*"},
    )
    assert filled(sent).values["days"] == "mon,tue"
    assert filled(sent).values["layout"] == "cards"
    assert filled(sent).values["mutes"] == "<!channel> & *giveaway*"


def test_an_empty_value_can_be_chosen() -> None:
    assert filled(answered(modal(save_form(), "C0123"))).values["shelf"] == ""


def test_a_form_says_what_it_is_about() -> None:
    view = modal(settings(), "C0123")
    assert view["title"]["text"] == "Settings of this channel"
    assert view["blocks"][0]["elements"][0]["elements"][0]["text"].endswith("#staff-room.")
    assert field(view, "time")["hint"]["text"] == "On a 24-hour clock."
    assert field(view, "mutes")["optional"] is True


def test_few_choices_are_all_in_sight_and_many_are_a_menu_to_type_in() -> None:
    view = modal(settings(), "C0123")
    assert field(view, "layout")["element"]["type"] == "radio_buttons"
    assert field(view, "days")["element"]["type"] == "checkboxes"
    assert field(view, "zone")["element"]["type"] == "static_select"


def test_more_than_a_hundred_choices_are_in_groups_of_a_hundred() -> None:
    element = field(modal(settings(), "C0123"), "zone")["element"]
    sizes = [len(group["options"]) for group in element["option_groups"]]
    assert sizes == [100, 100, 100, 100, 21]
    assert element["option_groups"][1]["label"]["text"] == "Region/Town_099 to Region/Town_198"
    assert element["initial_option"] in element["option_groups"][0]["options"]
    check_view(modal(form_of(ChoiceField("zone", "Zone", ZONES[:100])), "C0123"))


def test_many_choices_of_which_several_may_be_taken_are_a_menu() -> None:
    several = ChoiceField("zone", "Zone", ZONES[:40], (ZONES[3][0], ZONES[1][0]), several=True)
    view = modal(form_of(several), "C0123")
    assert field(view, "zone")["element"]["type"] == "multi_static_select"
    assert filled(answered(view)).values["zone"] == "Region/Town_003,Region/Town_001"


def test_what_may_stay_open_can_be_taken_back() -> None:
    choice = ChoiceField("shelf", "Shelf", (("a", "A"), ("b", "B")), optional=True)
    view = modal(form_of(choice), "C0123")
    assert field(view, "shelf")["element"]["type"] == "static_select"
    assert filled(answered(view)).values["shelf"] == ""


def test_a_choice_without_options_is_a_sentence() -> None:
    (block,) = modal(form_of(ChoiceField("shelf", "Shelf", ())), "C0123")["blocks"]
    assert block["elements"][0]["text"] == "Shelf: there is nothing to choose from."


def test_what_was_chosen_but_is_not_offered_is_left_out() -> None:
    view = modal(form_of(ChoiceField("shelf", "Shelf", (("a", "A"),), ("gone",), several=True)), "C0123")
    assert "initial_options" not in field(view, "shelf")["element"]


def test_everything_too_long_is_cut() -> None:
    long = "very long words " * 300
    form = Form(
        "form",
        long,
        long,
        (
            TextField("text", long, long, long, most=200),
            TextField("none", "", "", most=0),
            ChoiceField("choice", long, ((long[:40], long), ("b", "")), (long[:40],)),
        ),
        intro=long,
    )
    view = modal(form, "C0123")
    check_view(view)
    assert view["title"]["text"] == "very long words very…"
    assert len(field(view, "text")["element"]["initial_value"]) <= 200


def test_the_state_comes_back_whole_and_too_much_of_it_is_refused() -> None:
    form = replace(save_form(), state='{"links": ["https://tickets.example/ä"]}\n')
    assert filled(answered(modal(form, "C0123"))).state == form.state
    assert len(json.dumps(form.state)) < 3000
    with pytest.raises(Rejected, match="smaller steps"):
        modal(replace(form, state="a" * 2990), "C0123")


def test_a_value_that_slack_could_not_send_back_is_refused() -> None:
    with pytest.raises(Rejected, match="longer name"):
        modal(form_of(ChoiceField("choice", "Choice", (("a" * 75, "A"),))), "C0123")


def test_a_persons_own_page_has_room_for_a_hundred_blocks() -> None:
    page = home_page()
    view = home(replace(page, blocks=(*page.blocks, *page.blocks[4:5] * 30)))
    assert view["type"] == "home"
    assert 50 < len(view["blocks"]) <= 100
    check_view(view)


def test_a_page_says_what_the_engine_says() -> None:
    heads = [block["text"]["text"] for block in home(home_page())["blocks"] if block["type"] == "header"]
    assert heads == ["Your next digest", "My saves", "What colleagues saved this week"]
