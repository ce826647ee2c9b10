"""What Slack reports, made into events of ours."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack.inbound import Arrival, event_of
from adapters.slack.message import beginning_of, links_of, moment_of, place_of, plain, reference
from adapters.slack.show.modal import modal
from bot.domain.events import (
    ButtonPressed,
    Change,
    ChannelChanged,
    CommandGiven,
    Event,
    FormSent,
    HomeOpened,
    MessageChosen,
    ReactionAdded,
    ReactionRemoved,
    WorkspaceLeft,
)
from bot.domain.keys import ChannelKey, PersonKey
from bot.views import Form, TextField

SCHOOL = "slack:T0SCHOOL"
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HERE = Arrival(SCHOOL, "U0BOT", NOW)
STAFFROOM = ChannelKey(SCHOOL, "C0STAFFROOM")
ANA = PersonKey(SCHOOL, "U0ANA")
TS = "1795503600.000100"


def heard(payload: dict[str, Any]) -> Event:
    event = event_of(payload, HERE)
    assert event is not None
    return event


def command(**changes: Any) -> dict[str, Any]:
    return {
        "command": "/pln",
        "text": "follow #edchat",
        "user_id": "U0ANA",
        "user_name": "ana",
        "channel_id": "C0STAFFROOM",
        "channel_name": "staffroom",
        "team_id": "T0SCHOOL",
        "response_url": "https://hooks.slack.com/commands/1",
        "trigger_id": "1.2.abc",
        **changes,
    }


def reported(kind: str, **event: Any) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": "T0SCHOOL",
        "event_id": "Ev1",
        "event": {"type": kind, "event_ts": TS, **event},
    }


def interaction(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": "T0SCHOOL", "domain": "hilltop"},
        "user": {"id": "U0ANA", "name": "ana", "team_id": "T0SCHOOL"},
        "trigger_id": "1.2.abc",
        **more,
    }


def pressed(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return interaction(
        "block_actions",
        container={"type": "message", "message_ts": TS, "channel_id": "C0STAFFROOM"},
        channel={"id": "C0STAFFROOM", "name": "staffroom"},
        actions=[{"action_ts": TS, **action}],
        **more,
    )


def reaction(kind: str = "reaction_added", **changes: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C0STAFFROOM", "ts": TS}
    return reported(kind, **{"user": "U0ANA", "reaction": "bookmark", "item": item, **changes})


# ------------------------------------------------------------------------------------------------------------ commands


def test_a_command_keeps_its_words_and_can_be_answered() -> None:
    event = heard(command())
    assert isinstance(event.happening, CommandGiven)
    assert (event.key, event.happening.text) == ("command:1.2.abc", "/pln follow #edchat")
    assert (event.happening.channel, event.happening.person.key, event.happening.person.name) == (STAFFROOM, ANA, "ana")
    assert event.happening.reply.deadline == NOW + timedelta(minutes=30)
    assert event.happening.reply.form_until == NOW + timedelta(seconds=3)
    assert json.loads(event.happening.reply.value) == {
        "workspace": SCHOOL,
        "channel": "C0STAFFROOM",
        "user": "U0ANA",
        "url": "https://hooks.slack.com/commands/1",
        "trigger": "1.2.abc",
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", "/pln"),
        ("follow <#C0EDCHAT|edchat>", "/pln follow #edchat"),
        ("follow <#C0EDCHAT>", "/pln follow #C0EDCHAT"),
        ("follow <@U0BEN|ben>", "/pln follow @ben"),
        ("save <https://a.example/b?c=d&amp;e=f|a.example>", "/pln save https://a.example/b?c=d&e=f"),
        ("save <https://a.example>", "/pln save https://a.example"),
        ("find cats &amp; dogs &lt;3", "/pln find cats & dogs <3"),
        ("find <!here>", "/pln find @here"),
        ("follow “exit ticket”", "/pln follow “exit ticket”"),
    ],
)
def test_what_slack_made_of_the_words_is_undone(typed: str, meant: str) -> None:
    event = heard(command(text=typed))
    assert isinstance(event.happening, CommandGiven)
    assert event.happening.text == meant


def test_a_command_in_the_conversation_with_us_is_in_the_persons_own_channel() -> None:
    event = heard(command(channel_id="D0ANA", channel_name="directmessage"))
    assert isinstance(event.happening, CommandGiven)
    assert event.happening.channel == ChannelKey(SCHOOL, "U0ANA")
    assert json.loads(event.happening.reply.value)["channel"] == "D0ANA"


# -------------------------------------------------------------------------------------------------------- interactions


def test_a_button_carries_its_action_and_its_message() -> None:
    event = heard(pressed({"type": "button", "action_id": "press:1", "value": "save/d-1/3"}))
    assert isinstance(event.happening, ButtonPressed)
    assert (event.happening.action, event.happening.message, event.happening.channel) == ("save/d-1/3", TS, STAFFROOM)
    assert event.key == f"action:1.2.abc:{TS}"
    assert event.happened_at == NOW + timedelta(microseconds=100)


def test_an_entry_of_a_menu_is_pressed_like_a_button() -> None:
    event = heard(pressed({"type": "overflow", "selected_option": {"value": "less/d-1/3"}}))
    assert isinstance(event.happening, ButtonPressed)
    assert event.happening.action == "less/d-1/3"


def test_a_button_that_only_leads_somewhere_is_nothing_to_us() -> None:
    assert event_of(pressed({"type": "button", "url": "https://a.example"}), HERE) is None


def test_a_button_on_ones_own_page_is_pressed_in_ones_own_channel() -> None:
    actions = [{"type": "button", "value": "run/saved", "action_ts": TS}]
    event = heard(interaction("block_actions", container={"type": "view", "view_id": "V1"}, actions=actions))
    assert isinstance(event.happening, ButtonPressed)
    assert (event.happening.channel, event.happening.message) == (ChannelKey(SCHOOL, "U0ANA"), "")


def test_a_button_in_the_conversation_with_us_names_the_conversation_for_later_edits() -> None:
    payload = pressed({"type": "button", "value": "run/saved"})
    payload["container"]["channel_id"] = payload["channel"]["id"] = "D0ANA"
    event = heard(payload)
    assert isinstance(event.happening, ButtonPressed)
    assert (event.happening.channel, event.happening.message) == (ChannelKey(SCHOOL, "U0ANA"), f"D0ANA:{TS}")


def sent_form(channel: str) -> dict[str, Any]:
    form = Form("note", "Note", "Save", (TextField("note", "Note"),), state="i-1")
    view = modal(form, channel)
    [block] = [each for each in view["blocks"] if each["type"] == "input"]
    state = {"values": {block["block_id"]: {block["element"]["action_id"]: {"value": "For Year 7."}}}}
    return interaction("view_submission", view={**view, "id": "V1", "hash": "1.a", "state": state})


def test_a_form_comes_back_with_what_it_was_opened_with() -> None:
    event = heard(sent_form("C0STAFFROOM"))
    assert isinstance(event.happening, FormSent)
    assert (event.key, event.happening.form, event.happening.state) == ("view:V1:1.a", "note", "i-1")
    assert (event.happening.channel, dict(event.happening.values)) == (STAFFROOM, {"note": "For Year 7."})


def test_a_form_of_the_conversation_with_us_is_of_the_persons_own_channel() -> None:
    event = heard(sent_form("D0ANA"))
    assert isinstance(event.happening, FormSent)
    assert event.happening.channel == ChannelKey(SCHOOL, "U0ANA")


def chosen(message: dict[str, Any]) -> MessageChosen:
    payload = interaction(
        "message_action",
        callback_id="save",
        channel={"id": "C0STAFFROOM"},
        message_ts=TS,
        message={"type": "message", "ts": TS, **message},
        action_ts=TS,
    )
    happening = heard(payload).happening
    assert isinstance(happening, MessageChosen)
    return happening


def test_a_message_that_somebody_chose_says_where_it_is_and_what_it_links_to() -> None:
    happening = chosen({"text": "Look: <https://tickets.example/ten|Ten &amp; more> &lt;3"})
    assert happening.links == ("https://tickets.example/ten",)
    assert happening.text == "Look: https://tickets.example/ten <3"
    assert happening.url == "https://hilltop.slack.com/archives/C0STAFFROOM/p1795503600000100"


@pytest.mark.parametrize("team", [None, {"id": "T0SCHOOL"}, {"id": "T0SCHOOL", "domain": "evil.example/"}])
def test_a_message_of_an_organisation_without_a_workspace_of_its_own_is_chosen_all_the_same(team: object) -> None:
    payload = interaction(
        "message_action", channel={"id": "C0STAFFROOM"}, message={"ts": TS, "text": "Look"}, team=team
    )
    happening = heard(payload).happening
    assert isinstance(happening, MessageChosen)
    assert happening.url == "https://slack.com/archives/C0STAFFROOM/p1795503600000100"


# -------------------------------------------------------------------------------------------------------------- events


def test_a_reaction_says_when_it_was_made() -> None:
    event = heard(reaction())
    assert isinstance(event.happening, ReactionAdded)
    assert (event.key, event.happened_at) == ("event:Ev1", NOW + timedelta(microseconds=100))
    assert (event.happening.emoji, event.happening.message, event.happening.channel) == ("🔖", TS, STAFFROOM)


def test_a_reaction_taken_back_is_another_event() -> None:
    assert isinstance(heard(reaction("reaction_removed")).happening, ReactionRemoved)


def test_skin_tones_are_taken_off() -> None:
    event = heard(reaction(reaction="thumbsup::skin-tone-3"))
    assert isinstance(event.happening, ReactionAdded)
    assert event.happening.emoji == "👍"


def test_our_own_reactions_and_those_on_files_are_nothing_to_us() -> None:
    assert event_of(reaction(user="U0BOT"), HERE) is None
    assert event_of(reaction(item={"type": "file", "file": "F1"}), HERE) is None


def test_a_reaction_in_the_conversation_with_us_is_in_the_persons_own_channel() -> None:
    event = heard(reaction(item={"type": "message", "channel": "D0ANA", "ts": TS}))
    assert isinstance(event.happening, ReactionAdded)
    assert (event.happening.channel, event.happening.message) == (ChannelKey(SCHOOL, "U0ANA"), f"D0ANA:{TS}")


def test_only_the_home_tab_is_ones_own_page() -> None:
    event = heard(reported("app_home_opened", user="U0ANA", channel="D0ANA", tab="home"))
    assert isinstance(event.happening, HomeOpened)
    assert event.happening.channel == ChannelKey(SCHOOL, "U0ANA")
    assert event_of(reported("app_home_opened", user="U0ANA", channel="D0ANA", tab="messages"), HERE) is None


@pytest.mark.parametrize(
    ("kind", "more", "change", "name"),
    [
        ("member_joined_channel", {"user": "U0BOT", "channel": "C0STAFFROOM"}, Change.JOINED, ""),
        ("member_left_channel", {"user": "U0BOT", "channel": "C0STAFFROOM"}, Change.LEFT, ""),
        ("channel_left", {"channel": "C0STAFFROOM"}, Change.LEFT, ""),
        ("group_left", {"channel": "C0STAFFROOM"}, Change.LEFT, ""),
        ("channel_rename", {"channel": {"id": "C0STAFFROOM", "name": "science"}}, Change.RENAMED, "science"),
        ("group_rename", {"channel": {"id": "C0STAFFROOM", "name": "science"}}, Change.RENAMED, "science"),
        ("channel_archive", {"channel": "C0STAFFROOM", "user": "U0BEN"}, Change.ARCHIVED, ""),
        ("group_archive", {"channel": "C0STAFFROOM"}, Change.ARCHIVED, ""),
        ("channel_unarchive", {"channel": "C0STAFFROOM", "user": "U0BEN"}, Change.UNARCHIVED, ""),
        ("group_unarchive", {"channel": "C0STAFFROOM"}, Change.UNARCHIVED, ""),
        ("channel_deleted", {"channel": "C0STAFFROOM"}, Change.DELETED, ""),
        ("group_deleted", {"channel": "C0STAFFROOM"}, Change.DELETED, ""),
    ],
)
def test_what_becomes_of_a_channel_is_heard(kind: str, more: dict[str, Any], change: Change, name: str) -> None:
    happening = heard(reported(kind, **more)).happening
    assert isinstance(happening, ChannelChanged)
    assert (happening.channel, happening.change, happening.name) == (STAFFROOM, change, name)


@pytest.mark.parametrize("kind", ["channel_left", "group_left"])
def test_that_we_were_taken_out_of_a_channel_is_one_event_however_it_is_told(kind: str) -> None:
    one = heard(reported("member_left_channel", user="U0BOT", channel="C0STAFFROOM"))
    other = heard({**reported(kind, channel="C0STAFFROOM"), "event_id": "Ev2"})
    later = heard(reported(kind, channel="C0STAFFROOM") | {"event_id": "Ev3"})
    later_event = reported(kind, channel="C0STAFFROOM")
    later_event["event"]["event_ts"] = "1795503700.000100"
    assert one.key == other.key == later.key
    assert heard(later_event).key != one.key
    assert isinstance(one.happening, ChannelChanged)
    assert one.happening.remedy == "Type /invite @Staffroom there, and the digest comes again."


def test_who_invited_us_is_told() -> None:
    event = heard(reported("member_joined_channel", user="U0BOT", channel="C0STAFFROOM", inviter="U0ANA"))
    assert isinstance(event.happening, ChannelChanged)
    assert event.happening.person is not None
    assert event.happening.person.key == ANA


def test_who_else_comes_and_goes_is_nothing_to_us() -> None:
    assert event_of(reported("member_joined_channel", user="U0ANA", channel="C0STAFFROOM"), HERE) is None
    assert event_of(reported("member_left_channel", user="U0ANA", channel="C0STAFFROOM"), HERE) is None


def test_when_the_app_is_taken_out_that_is_said() -> None:
    assert isinstance(heard(reported("app_uninstalled")).happening, WorkspaceLeft)
    assert isinstance(
        heard(reported("tokens_revoked", tokens={"oauth": [], "bot": ["U0BOT"]})).happening, WorkspaceLeft
    )
    assert event_of(reported("tokens_revoked", tokens={"oauth": ["U0ANA"]}), HERE) is None


@pytest.mark.parametrize("kind", ["message", "user_change", "app_mention", "something_new", ""])
def test_what_does_not_matter_to_us_is_left_alone(kind: str) -> None:
    assert event_of(reported(kind, user={"id": "U0ANA"}, text="hello"), HERE) is None


@pytest.mark.parametrize("kind", ["view_closed", "shortcut", "block_suggestion", ""])
def test_interactions_that_we_do_not_offer_are_left_alone(kind: str) -> None:
    assert event_of(interaction(kind), HERE) is None


# ------------------------------------------------------------------------------------------------------ what is written


def test_links_are_found_wherever_slack_puts_them_and_each_once() -> None:
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://b.example"}]}],
    }
    button = {"type": "actions", "elements": [{"type": "button", "url": "https://button.example"}]}
    message = {
        "text": "<https://a.example?x=1&amp;y=2> and <mailto:ana@a.example|ana> and <@U0BEN>",
        "blocks": [rich, button],
        "attachments": [{"from_url": "https://c.example", "title_link": "https://b.example"}],
    }
    assert links_of(message) == ("https://a.example?x=1&y=2", "https://b.example", "https://c.example")


def test_only_so_many_links_of_a_message_are_looked_at() -> None:
    assert len(links_of({"text": " ".join(f"<https://a.example/{number}>" for number in range(100))})) == 20


@pytest.mark.parametrize(
    "message", [{}, {"text": None, "blocks": None}, {"blocks": "no list", "attachments": [None, 1]}]
)
def test_a_message_without_anything_has_no_links_and_no_words(message: dict[str, Any]) -> None:
    assert links_of(message) == ()
    assert beginning_of(message) == ""


def test_a_reference_leads_back_to_its_message() -> None:
    assert place_of("C0STAFFROOM", reference("C0STAFFROOM", TS)) == ("C0STAFFROOM", TS)
    assert place_of("U0ANA", reference("D0ANA", TS)) == ("D0ANA", TS)


@pytest.mark.parametrize("stamp", [None, "", "soon", "1795503600.", "-1.0", "9" * 40, 12])
def test_a_time_that_is_none_is_no_time(stamp: object) -> None:
    assert moment_of(stamp) is None


def test_a_time_is_exact_to_the_microsecond() -> None:
    assert moment_of("1795503600.000001") == datetime(2026, 11, 24, 7, 0, 0, 1, tzinfo=UTC)


def test_words_that_only_look_like_slacks_markup_stay() -> None:
    assert plain("a < b and c > d") == "a < b and c > d"
    assert plain("&lt;!channel&gt;") == "<!channel>"
