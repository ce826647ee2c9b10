"""What people can do in the loopback Discord, and what it does not let them do."""

from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.rigs.discord_server_gateway import Gateway
from tests.rigs.discord_server_hands import NotThere, being_typed, filled_in, pressed, typed_command
from tests.rigs.discord_server_people import People
from tests.rigs.discord_server_rules import PERMISSION
from tests.rigs.discord_server_world import ELSEWHERE_GUILD, FIRST_GUILD, Happening, Message, World

Json = dict[str, Any]

TIME = {"type": 3, "name": "time", "description": "When"}
DAYS = {"type": 3, "name": "days", "description": "On which days", "choices": [{"name": "Mondays", "value": "mon"}]}
POSTS = {"type": 4, "name": "posts", "description": "How many", "min_value": 1, "max_value": 10, "required": True}
TOPICS = {"type": 3, "name": "topics", "description": "What", "required": True, "autocomplete": True}


def part(name: str, *options: Json) -> Json:
    return {"type": 1, "name": name, "description": name, "options": list(options)}


PLN: Json = {
    "id": "1",
    "type": 1,
    "name": "pln",
    "integration_types": [0, 1],
    "contexts": [0, 1],
    "options": [
        part("follow", TOPICS),
        part("list"),
        {"type": 2, "name": "change", "options": [part("schedule", TIME, DAYS), part("size", POSTS)]},
    ],
}
ADMIN: Json = {
    "id": "2",
    "type": 1,
    "name": "pln-admin",
    "default_member_permissions": str(PERMISSION["Manage Server"]),
}
SAVE: Json = {"id": "3", "type": 3, "name": "Save to library"}


@pytest.fixture
def world() -> World:
    world = World(FakeClock())
    world.app.commands = [PLN, ADMIN, SAVE]
    return world


@pytest.fixture
def people(world: World) -> People:
    return People(world, Gateway(world))


@pytest.fixture
def told(world: World) -> list[Happening]:
    told: list[Happening] = []
    world.listeners.append(told.append)
    return told


def given(text: str) -> Json:
    """The options of the part that the text calls, by their names."""
    _command, options = typed_command([PLN], text)
    while options and options[0]["type"] in (1, 2):
        options = options[0]["options"]
    return {each["name"]: each["value"] for each in options}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('/pln follow #edchat "exit ticket"', {"topics": '#edchat "exit ticket"'}),
        ("/pln list", {}),
        ("/pln change schedule 07:45 mon", {"time": "07:45", "days": "mon"}),
        ("/pln change schedule days:Mondays", {"days": "mon"}),
        ("/pln change size 5", {"posts": 5}),
    ],
)
def test_what_is_typed_becomes_typed_options(text: str, options: Json) -> None:
    assert given(text) == options


@pytest.mark.parametrize(
    "text",
    [
        "/plan list",
        "/pln dance",
        "/pln follow",
        "/pln list everything",
        "/pln change size eleven",
        "/pln change size 11",
        "/pln change schedule days:Sundays",
    ],
)
def test_what_was_not_registered_cannot_be_sent(text: str) -> None:
    with pytest.raises(NotThere):
        typed_command([PLN], text)


def test_while_somebody_types_the_option_is_in_focus_as_far_as_it_is_written() -> None:
    _command, options = being_typed([PLN], "/pln follow topics:#ed")
    focused = {"type": 3, "name": "topics", "value": "#ed", "focused": True}
    assert options == [{"type": 1, "name": "follow", "options": [focused]}]


def test_what_was_typed_before_the_option_in_focus_is_known() -> None:
    zone = {"type": 3, "name": "zone", "description": "Where", "autocomplete": True}
    command = {"id": "1", "type": 1, "name": "pln", "options": [part("schedule", DAYS, zone)]}
    _command, [schedule] = being_typed([command], "/pln schedule days:mon zone:Europe/Lo")
    assert [(each["name"], each["value"], each.get("focused")) for each in schedule["options"]] == [
        ("days", "mon", None),
        ("zone", "Europe/Lo", True),
    ]


def test_a_role_is_chosen_by_its_name_and_told_with_all_that_is_known_of_it(
    people: People, world: World, told: list[Happening]
) -> None:
    role = world.add_role(world.guild, "Maths teachers")
    chooser = {"type": 8, "name": "role", "description": "Which", "required": True}
    world.app.commands = [{**PLN, "options": [part("call", chooser)]}]
    people.command("ben", "staffroom", "/pln call Maths teachers")
    data = told[-1].data["data"]
    assert data["options"][0]["options"] == [{"type": 8, "name": "role", "value": role.id}]
    assert data["resolved"]["roles"][role.id]["name"] == "Maths teachers"
    with pytest.raises(NotThere):
        people.command("ben", "staffroom", "/pln call Cooks")


def test_nothing_is_proposed_for_an_option_without_proposals() -> None:
    with pytest.raises(NotThere):
        being_typed([PLN], "/pln change schedule time:07")


def test_a_command_for_admins_is_offered_to_admins_only(people: People) -> None:
    assert people.offered("ana", "staffroom") == ["pln", "Save to library"]
    assert people.offered("ben", "staffroom") == ["pln", "pln-admin", "Save to library"]


def test_a_command_is_offered_where_its_contexts_say(people: People) -> None:
    assert "pln" in people.offered("ana", "me")
    people.world.app.commands = [{**PLN, "contexts": [0]}]
    assert people.offered("ana", "me") == []


def test_where_the_app_is_not_it_is_offered_to_who_installed_it_for_themselves(people: People, world: World) -> None:
    assert people.offered("eve", "staffroom", ELSEWHERE_GUILD) == []
    world.person("eve").has_installed = True
    assert people.offered("eve", "staffroom", ELSEWHERE_GUILD) == ["pln"]


def test_a_command_in_a_server_says_who_typed_it_where_and_what_they_may(people: People, told: list[Happening]) -> None:
    people.command("ana", "staffroom", "/pln follow #edchat")
    [happening] = told
    assert (happening.kind, happening.guild) == ("INTERACTION_CREATE", FIRST_GUILD)
    payload = happening.data
    assert (payload["type"], payload["context"]) == (2, 0)
    assert payload["member"]["user"]["username"] == "ana"
    assert not int(payload["member"]["permissions"]) & PERMISSION["Manage Server"]
    assert payload["authorizing_integration_owners"] == {"0": FIRST_GUILD}
    assert "user" not in payload


def test_a_command_to_the_bot_itself_carries_a_user_and_no_server(people: People, told: list[Happening]) -> None:
    people.command("ana", "me", "/pln list")
    payload = told[-1].data
    assert (payload["context"], payload["user"]["username"], payload["channel"]["type"]) == (1, "ana", 1)
    assert {"member", "guild_id"}.isdisjoint(payload)


def test_the_entry_of_a_messages_menu_carries_the_message_whatever_the_intents(
    people: People, told: list[Happening]
) -> None:
    message = people.say("ben", "staffroom", "Ten exit tickets")
    people.choose_message("ana", message.id, "Save to library")
    data = told[-1].data["data"]
    assert data["target_id"] == message.id
    assert data["resolved"]["messages"][message.id]["content"] == "Ten exit tickets"


BUTTONS = [
    {
        "type": 17,
        "components": [
            {
                "type": 9,
                "components": [{"type": 10, "content": "A post"}],
                "accessory": {"type": 2, "id": 4, "style": 2, "label": "Save", "custom_id": "save/1"},
            },
            {"type": 1, "components": [{"type": 2, "style": 5, "label": "View on X", "url": "https://x.example"}]},
            {
                "type": 1,
                "components": [
                    {"type": 3, "custom_id": "menu", "options": [{"label": "Report", "value": "report/1"}], "id": 7}
                ],
            },
        ],
    }
]


def test_buttons_and_menus_are_found_wherever_they_stand() -> None:
    assert pressed(BUTTONS, "Save") == {"component_type": 2, "custom_id": "save/1", "id": 4}
    chosen = {"component_type": 3, "custom_id": "menu", "id": 7, "values": ["report/1"]}
    assert pressed(BUTTONS, "Report") == chosen


def test_a_button_that_leads_away_is_reported_to_nobody() -> None:
    with pytest.raises(NotThere):
        pressed(BUTTONS, "View on X")


def test_what_only_one_person_sees_nobody_else_can_press(people: People, world: World) -> None:
    ana = world.person("ana").id
    where = world.guild.channel("staffroom").id
    world.add_message(Message("77", where, world.app.id, components=BUTTONS, only_for=ana))
    people.press("ana", "77", "Save")
    with pytest.raises(NotThere):
        people.press("ben", "77", "Save")


NOTE = {"type": 4, "custom_id": "note", "style": 2, "required": True, "max_length": 10, "value": "Fine"}
SHELF = {
    "type": 21,
    "custom_id": "shelf",
    "options": [{"label": "Library", "value": "", "default": True}, {"label": "Reading group", "value": "reading"}],
}
DAY_BOXES = {
    "type": 22,
    "custom_id": "days",
    "required": False,
    "options": [{"label": "Monday", "value": "mon"}, {"label": "Tuesday", "value": "tue"}],
}
MODAL = {
    "custom_id": "form:1",
    "components": [
        {"type": 10, "content": "What should colleagues know?"},
        *({"type": 18, "label": label, "component": each} for label, each in [("Note", NOTE), ("Shelf", SHELF)]),
        {"type": 18, "label": "Days", "component": DAY_BOXES},
    ],
}


def values_of(filled: Json) -> Json:
    fields = [each["component"] for each in filled["components"] if "component" in each]
    return {each["custom_id"]: each.get("value", each.get("values")) for each in fields}


def test_what_nobody_touched_is_sent_as_it_stood() -> None:
    assert values_of(filled_in(MODAL, {})) == {"note": "Fine", "shelf": "", "days": []}


def test_what_is_filled_in_is_sent_by_the_labels_of_fields_and_choices() -> None:
    filled = filled_in(MODAL, {"Note": "For 7B", "Shelf": "Reading group", "Days": ["Monday", "Tuesday"]})
    assert values_of(filled) == {"note": "For 7B", "shelf": "reading", "days": ["mon", "tue"]}


@pytest.mark.parametrize("wanted", [{"Note": ""}, {"Note": "Much too long"}, {"Shelf": "Cellar"}, {"Colour": "red"}])
def test_what_the_form_does_not_allow_cannot_be_sent(wanted: dict[str, str]) -> None:
    with pytest.raises(NotThere):
        filled_in(MODAL, wanted)


def test_reactions_of_several_people_are_told_one_by_one_and_cleared_at_once(
    people: People, told: list[Happening]
) -> None:
    message = people.say("ben", "staffroom", "Ten exit tickets")
    for person in ("ana", "cleo", "ana"):
        people.react(person, message.id, "🔖")
    people.unreact("cleo", message.id, "🔖")
    people.react("dev", message.id, "parrot:1234")
    people.clear_reactions(message.id, "🔖")
    people.clear_reactions(message.id)
    kinds = [each.kind.removeprefix("MESSAGE_REACTION_") for each in told if "REACTION" in each.kind]
    assert kinds == ["ADD", "ADD", "REMOVE", "ADD", "REMOVE_EMOJI", "REMOVE_ALL"]
    added = next(each.data for each in told if each.kind == "MESSAGE_REACTION_ADD")
    assert (added["emoji"], added["member"]["user"]["username"]) == ({"id": None, "name": "🔖"}, "ana")


def test_a_server_can_be_left_lost_and_found_again(people: People, told: list[Happening]) -> None:
    people.lose_guild()
    people.bring_back_guild()
    people.kick_app()
    people.invite_app(FIRST_GUILD)
    assert [(each.kind, each.data.get("unavailable")) for each in told] == [
        ("GUILD_DELETE", True),
        ("GUILD_CREATE", False),
        ("GUILD_DELETE", None),
        ("GUILD_CREATE", False),
    ]
