"""What Discord reports, made into events of ours."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord.inbound import (
    Arrival,
    Remembered,
    channel_of,
    events_of,
    handle_of,
    place_in,
    reaction_of,
    typing_of,
)
from adapters.discord.show.modal import modal
from adapters.discord.talk.handle import Handle
from adapters.discord.target import beginning_of, links_of
from bot.domain.events import (
    ButtonPressed,
    CommandGiven,
    FormSent,
    Happening,
    MessageChosen,
    Person,
    ReactionAdded,
    ReactionRemoved,
    ReplyHandle,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.errors import Rejected
from bot.ports import Typing
from bot.views import Form, TextField

SCHOOL = "discord:4100000000000000001"
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
STAFFROOM = ChannelKey(SCHOOL, "4200000000000000001")
ANA = PersonKey(SCHOOL, "4300000000000000001")
HERE = Arrival(STAFFROOM, NOW)
ID = "4400000000000000001"
PLACE = "4200000000000000001:4500000000000000001"

Json = dict[str, Any]


def acted(kind: int, data: Json, **changes: Any) -> Json:
    return {
        "id": ID,
        "application_id": "4600000000000000001",
        "type": kind,
        "token": "an-invented-token",
        "version": 1,
        "guild_id": "4100000000000000001",
        "channel_id": "4200000000000000001",
        "channel": {"id": "4200000000000000001", "type": 0},
        "member": {"user": {"id": ANA.person, "username": "ana", "global_name": "Ana Reed"}, "nick": None, "roles": []},
        "data": data,
        **changes,
    }


def command(*words: str, **given: str | int) -> Json:
    return acted(2, {"id": "1", "type": 1, "name": "pln", "options": [below(list(words), given)]})


def below(words: list[str], given: dict[str, str | int]) -> Json:
    if len(words) > 1:
        return {"type": 2, "name": words[0], "options": [below(words[1:], given)]}
    kinds = {str: 3, int: 4}
    options = [{"type": kinds[type(value)], "name": name, "value": value} for name, value in given.items()]
    return {"type": 1, "name": words[0], "options": options}


def pressed(custom_id: str) -> Json:
    return acted(3, {"component_type": 2, "custom_id": custom_id}, message=a_message())


def picked(*values: str) -> Json:
    return acted(3, {"component_type": 3, "custom_id": "menu:1", "values": list(values)}, message=a_message())


def a_message(**changes: Any) -> Json:
    return {"id": "4500000000000000001", "channel_id": "4200000000000000001", "content": "", **changes}


def chosen(**changes: Any) -> Json:
    message = a_message(**changes)
    data: Json = {"type": 3, "name": "Save to library", "target_id": message["id"], "resolved": {"messages": {}}}
    data["resolved"]["messages"][message["id"]] = message
    return acted(2, data)


def sent(**values: str) -> Json:
    rows = [{"type": 18, "component": {"type": 4, "custom_id": name, "value": value}} for name, value in values.items()]
    return acted(5, {"custom_id": f"form:{ID}", "components": rows})


def heard(payload: Json, arrival: Arrival = HERE) -> Happening:
    (event,) = events_of(payload, arrival)
    assert event.workspace == SCHOOL
    return event.happening


def text_of(payload: Json) -> str:
    happening = heard(payload)
    assert isinstance(happening, CommandGiven)
    return happening.text


# ------------------------------------------------------------------------------------------------------------ commands


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (command("home"), "/pln home"),
        (command("follow", topics='#edchat "exit ticket"'), '/pln follow #edchat "exit ticket"'),
        (command("follow", topics="#edchat", likes=10), "/pln follow #edchat now 10 likes"),
        (command("change", "size", posts=5), "/pln size 5"),
        (command("change", "schedule", zone="Europe/London", time="07:45"), "/pln schedule 07:45 Europe/London"),
        (command("me", "schedule", time="07:45"), "/pln me schedule 07:45"),
        (command("pause", until="8 January"), "/pln pause until 8 January"),
        (command("keep", "note", number=3, words="  Worked well  "), "/pln note 3 Worked well"),
        (command("about-me", "forget-me"), "/pln forget-me"),
    ],
)
def test_a_command_is_what_would_have_been_typed_elsewhere(payload: Json, text: str) -> None:
    assert text_of(payload) == text


def test_the_admins_command_is_understood_as_the_same_verbs() -> None:
    payload = command("limit", topics=20)
    payload["data"]["name"] = "pln-admin"
    assert text_of(payload) == "/pln limit topics 20"


def test_a_role_that_was_picked_goes_by_its_id() -> None:
    payload = command("call")
    payload["data"]["name"] = "pln-admin"
    payload["data"]["options"][0]["options"] = [{"type": 8, "name": "role", "value": "4700000000000000001"}]
    assert text_of(payload) == "/pln call 4700000000000000001"


def test_a_command_of_yesterday_goes_on_as_it_stands() -> None:
    assert text_of(command("harvest", what="#edchat")) == "/pln harvest #edchat"


def test_a_command_without_any_verb_is_the_bare_one() -> None:
    assert text_of(acted(2, {"type": 1, "name": "pln"})) == "/pln"


def test_who_where_and_until_when_stand_in_the_event() -> None:
    (event,) = events_of(command("home"), HERE)
    assert event.key == f"interaction:{ID}"
    happening = event.happening
    assert isinstance(happening, CommandGiven)
    assert (happening.person, happening.channel) == (Person(ANA, "Ana Reed"), STAFFROOM)
    assert happening.reply.deadline == NOW + timedelta(minutes=15)
    assert happening.reply.form_until == NOW + timedelta(seconds=2)
    assert Handle.read(happening.reply) == Handle(ID, "an-invented-token", "4600000000000000001", ANA.person)


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ({"nick": "Ms Reed", "user": {"id": ANA.person, "username": "ana", "global_name": "Ana"}}, "Ms Reed"),
        ({"nick": None, "user": {"id": ANA.person, "username": "ana", "global_name": "Ana"}}, "Ana"),
        ({"user": {"id": ANA.person, "username": "ana"}}, "ana"),
        ({"user": {"id": ANA.person}}, ""),
    ],
)
def test_a_person_goes_by_the_name_that_colleagues_see(member: Json, name: str) -> None:
    payload = command("home") | {"member": member}
    assert events_of(payload, HERE)[0].happening.person.name == name  # type: ignore[union-attr]


def test_what_somebody_is_called_in_another_server_stays_there() -> None:
    member = {"nick": "Dragon Slayer", "user": {"id": ANA.person, "username": "ana", "global_name": "Ana Reed"}}
    payload = command("home") | {"member": member, "guild_id": "4100000000000000002"}
    happening = heard(payload, Arrival(ChannelKey(SCHOOL, ANA.person), NOW))
    assert isinstance(happening, CommandGiven)
    assert happening.person.name == "Ana Reed"


def test_in_a_conversation_with_the_bot_the_person_stands_outside_of_any_member() -> None:
    payload = command("home")
    payload["user"] = payload.pop("member")["user"]
    del payload["guild_id"]
    own = ChannelKey(SCHOOL, ANA.person)
    happening = heard(payload, Arrival(own, NOW))
    assert isinstance(happening, CommandGiven)
    assert (happening.channel, happening.person) == (own, Person(ANA, "Ana Reed"))


# ---------------------------------------------------------------------------------------------------- buttons and menus


def test_a_button_means_its_action_and_stands_on_its_message() -> None:
    happening = heard(pressed("save/d1/3"))
    assert isinstance(happening, ButtonPressed)
    assert (happening.action, happening.message) == ("save/d1/3", PLACE)


def test_what_makes_a_button_unique_in_its_message_is_no_part_of_its_action() -> None:
    happening = heard(pressed("run/home~2"))
    assert isinstance(happening, ButtonPressed)
    assert happening.action == "run/home"


def test_a_menu_of_several_choices_is_several_presses_each_with_a_key_of_its_own() -> None:
    events = events_of(picked("save/d1/1", "save/d1/3"), HERE)
    actions = [each.happening.action for each in events if isinstance(each.happening, ButtonPressed)]
    assert actions == ["save/d1/1", "save/d1/3"]
    assert [each.key for each in events] == [f"interaction:{ID}", f"interaction:{ID}:1"]


def test_a_menu_without_a_choice_is_nothing() -> None:
    assert events_of(picked(), HERE) == []


# --------------------------------------------------------------------------------------------------------------- forms


def test_a_form_comes_back_with_what_it_was_opened_with_and_opens_no_other() -> None:
    form = Form("save", "Save", "Save", (TextField("note", "Note"),), state='{"item": "i1"}')
    assert modal(form, f"form:{ID}").to_dict()["custom_id"] == f"form:{ID}"
    happening = heard(
        sent(note="Worked well"),
        Arrival(STAFFROOM, NOW, Remembered(form.name, form.state, ANA.person, STAFFROOM.workspace, STAFFROOM.channel)),
    )
    assert isinstance(happening, FormSent)
    assert (happening.form, happening.state) == ("save", '{"item": "i1"}')
    assert dict(happening.values) == {"note": "Worked well"}
    assert happening.reply.form_until is None


def test_a_form_that_nobody_remembers_is_nothing() -> None:
    assert events_of(sent(note="Worked well"), HERE) == []


# ------------------------------------------------------------------------------------------------- somebody's messages


def test_a_message_that_was_chosen_brings_its_links_its_beginning_and_its_address() -> None:
    happening = heard(chosen(content="Look: https://example.com/maths, and (https://example.com/a_(b))."))
    assert isinstance(happening, MessageChosen)
    assert happening.message == PLACE
    assert happening.links == ("https://example.com/maths", "https://example.com/a_(b)")
    assert happening.url == ("https://discord.com/channels/4100000000000000001/4200000000000000001/4500000000000000001")
    assert happening.text.startswith("Look: https://example.com/maths")


def test_a_message_of_a_private_conversation_has_an_address_for_those_in_it() -> None:
    payload = chosen(content="Look")
    del payload["guild_id"]
    happening = heard(payload)
    assert isinstance(happening, MessageChosen)
    assert happening.url.startswith("https://discord.com/channels/@me/")


def test_another_entry_of_the_menu_is_not_ours() -> None:
    payload = chosen(content="Look")
    payload["data"]["name"] = "Translate"
    assert events_of(payload, HERE) == []


@pytest.mark.parametrize(
    ("message", "links"),
    [
        ({"content": "[here](https://example.com/a) and <https://example.com/b>"}, ["a", "b"]),
        ({"content": "||https://example.com/a|| **https://example.com/b**"}, ["a", "b"]),
        ({"content": "https://example.com/a https://example.com/a"}, ["a"]),
        ({"embeds": [{"url": "https://example.com/a", "description": "see https://example.com/b"}]}, ["b", "a"]),
        ({"embeds": [{"fields": [{"name": "x", "value": "https://example.com/a"}]}]}, ["a"]),
        (
            {
                "components": [
                    {
                        "type": 17,
                        "components": [
                            {
                                "type": 9,
                                "components": [{"type": 10, "content": "https://example.com/a"}],
                                "accessory": {"type": 2, "style": 5, "url": "https://example.com/b", "label": "Open"},
                            }
                        ],
                    }
                ]
            },
            ["a", "b"],
        ),
        ({"message_snapshots": [{"message": {"content": "https://example.com/a"}}]}, ["a"]),
        ({"embeds": [{"url": "javascript:alert(1)"}]}, []),
        ({"content": "nothing here, only https:// and http://"}, []),
        ({}, []),
    ],
)
def test_links_are_found_wherever_people_see_them(message: Json, links: list[str]) -> None:
    assert list(links_of(message)) == [f"https://example.com/{each}" for each in links]


def test_no_message_brings_more_than_twenty_links() -> None:
    assert len(links_of({"content": " ".join(f"https://example.com/{number}" for number in range(99))})) == 20


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"content": "Thank you <@43>!", "mentions": [{"id": "43", "global_name": "Ben Cole"}]},
            "Thank you @Ben Cole!",
        ),
        ({"content": "<@!44> in <#45> <@&46> <a:wave:47>"}, "@somebody in #channel @somebody :wave:"),
        ({"content": "", "embeds": [{"title": "A title"}]}, "A title"),
        ({"content": " ", "components": [{"type": 10, "content": "Said in a component"}]}, "Said in a component"),
        ({"content": "x" * 5_000}, "x" * 300),
        ({}, ""),
    ],
)
def test_the_beginning_reads_as_people_read_it(message: Json, text: str) -> None:
    assert beginning_of(message) == text


def test_a_message_made_to_be_slow_to_read_is_not() -> None:
    started = datetime.now(UTC)
    links_of({"content": "https://example.com/" + ")" * 100_000})
    beginning_of({"content": "<@" * 100_000})
    assert datetime.now(UTC) - started < timedelta(seconds=1)


# -------------------------------------------------------------------------------------------------------------- typing


def typed(*words: str, option: str, text: str) -> Json:
    payload = command(*words, **{option: text})
    payload["type"] = 4
    inner = payload["data"]["options"][0]
    for _ in words[1:]:
        inner = inner["options"][0]
    inner["options"][0]["focused"] = True
    return payload


def test_what_somebody_types_goes_by_verb_and_option() -> None:
    assert typing_of(typed("follow", option="topics", text="#ed"), STAFFROOM) == Typing(
        ANA, STAFFROOM, "follow", "topics", "#ed"
    )


def test_what_is_typed_below_me_is_about_ones_own_digest() -> None:
    found = typing_of(typed("me", "follow", option="topics", text="#ed"), STAFFROOM)
    assert found == Typing(ANA, ChannelKey(SCHOOL, ANA.person), "follow", "topics", "#ed")


def test_typing_into_what_is_not_in_the_catalogue_is_nothing() -> None:
    assert typing_of(typed("harvest", option="topics", text="#ed"), STAFFROOM) is None


# -------------------------------------------------------------------------------------------------------------- places


def test_what_happened_in_a_thread_belongs_to_the_channel_that_it_hangs_from() -> None:
    payload = command("home") | {
        "channel": {"id": "48", "type": 11, "parent_id": STAFFROOM.channel},
        "channel_id": "48",
    }
    assert (channel_of(payload), place_in(payload)) == (STAFFROOM.channel, "48")


def test_a_thread_that_does_not_say_where_it_hangs_has_to_be_looked_up() -> None:
    payload = command("home") | {"channel": {"id": "48", "type": 11}, "channel_id": "48"}
    assert (channel_of(payload), place_in(payload)) == (None, "48")


# ----------------------------------------------------------------------------------------------------------- reactions


def reacted(**changes: Any) -> Json:
    return {
        "user_id": ANA.person,
        "channel_id": "4200000000000000001",
        "message_id": "4500000000000000001",
        "guild_id": "4100000000000000001",
        "emoji": {"id": None, "name": "🔖"},
        **changes,
    }


@pytest.mark.parametrize(("added", "kind"), [(True, ReactionAdded), (False, ReactionRemoved)])
def test_a_reaction_is_somebodys_on_a_message(*, added: bool, kind: type) -> None:
    event = reaction_of(reacted(), STAFFROOM, "gateway:s:7", added=added)
    assert event is not None
    assert event.key == "gateway:s:7"
    assert event.happening == kind(Person(ANA), STAFFROOM, PLACE, "🔖")


def test_the_skin_of_an_emoji_makes_no_difference() -> None:
    event = reaction_of(reacted(emoji={"id": None, "name": "👍🏽"}), STAFFROOM, "k", added=True)
    assert event is not None
    assert isinstance(event.happening, ReactionAdded)
    assert event.happening.emoji == "👍"


def test_another_bots_reaction_is_nothing() -> None:
    member = {"user": {"id": ANA.person, "bot": True}}
    assert reaction_of(reacted(member=member), STAFFROOM, "k", added=True) is None


# ------------------------------------------------------------------------------------------------------------- handles


@pytest.mark.parametrize(
    "value",
    ["", "[]", "{}", "null", '{"id": "1"}', '{"id": "1/../2", "token": "t", "application": "2", "user": "3"}'],
)
def test_a_way_back_that_is_none_of_ours_is_refused(value: str) -> None:
    with pytest.raises(Rejected):
        Handle.read(ReplyHandle(value, NOW))


def test_no_token_stands_in_what_is_logged_of_a_handle() -> None:
    assert "an-invented-token" not in repr(handle_of(command("home")))


# ------------------------------------------------------------------------------------------------- hostile and broken

UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, ValueError)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
EVERY_KIND: list[Callable[[], Json]] = [
    lambda: command("me", "follow", topics="#edchat"),
    lambda: pressed("save/d1/3"),
    lambda: picked("save/d1/3"),
    lambda: sent(note="x"),
    lambda: chosen(content="x", embeds=[{"url": "https://example.com"}], components=[{"type": 10, "content": "y"}]),
    lambda: typed("follow", option="topics", text="#ed"),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def broken(payload: Json, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    made = copy.deepcopy(payload)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    return made


@settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), make=st.sampled_from(EVERY_KIND), junk=JUNK)
def test_what_is_not_as_discord_describes_it_is_refused_in_a_known_way(
    data: st.DataObject, make: Callable[[], Json], junk: Any
) -> None:
    payload = make()
    strange = broken(payload, data.draw(st.sampled_from(list(places(payload)))), junk)
    try:
        events = events_of(
            strange, Arrival(STAFFROOM, NOW, Remembered("save", "", ANA.person, STAFFROOM.workspace, STAFFROOM.channel))
        )
        typing_of(strange, STAFFROOM)
    except UNREADABLE:
        return
    for event in events:
        json.dumps(event.key).encode()


@pytest.mark.parametrize("text", ["a\ud800b", "a\0b", "\udfff", "\ud83d\udd16"])
def test_whatever_people_type_can_be_stored(text: str) -> None:
    for payload in (command("find", words=text), chosen(content=text), picked(f"run/find/{text}")):
        happening = heard(payload)
        repr(happening).encode()
        assert "\0" not in getattr(happening, "text", "")


def test_a_text_longer_than_discord_allows_is_cut() -> None:
    assert len(text_of(command("find", words="x" * 50_000))) < 3_000
