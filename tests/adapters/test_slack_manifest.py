"""The manifest: valid by Slack's published rules, and neither more nor less than what the code uses."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from adapters.slack import inbound
from adapters.slack.district.secrets import Seal
from adapters.slack.first_day.manifest import EVENTS_PATH, REDIRECT_PATH, as_yaml, command, manifest
from adapters.slack.first_day.setup import channel_id
from adapters.slack.first_day.yaml import Value, to_yaml
from adapters.slack.plugin import plugin
from adapters.slack.rights import RIGHTS, Need, is_optional, wanted, what_is_lost
from bot.config import outside_addresses, read_config
from bot.domain.catalogue import COMMAND
from bot.errors import Mistake
from tests.rigs.slack_server_rules import SCOPES

SOURCES = sorted((Path(__file__).parents[2] / "adapters" / "slack").rglob("*.py"))
GUIDE = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")
URL = "https://staffroom.school.example"
DEFAULTS = {option.name: option.default for option in command.options}
OF_CONVERSATIONS = {
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
}
NEED_NONE = {"auth.test", "views.open", "views.publish", "apps.connections.open", "auth.teams.list", "oauth.v2.access"}


def printed(**options: str) -> str:
    return command.act({**DEFAULTS, **options})


def parsed(**options: str) -> Any:
    return json.loads(printed(format="json", **options))


MODES = [{}, {"with": "history"}, {"mode": "http", "url": URL}, {"mode": "http", "url": URL, "with": "history"}]


# ---------------------------------------------------------------------------------------------------- Slack's own rules


@pytest.mark.parametrize("options", MODES)
def test_it_keeps_the_published_limits(options: Mapping[str, str]) -> None:
    """Of slackapi/manifest-schema, manifest.schema.1.0.0 and 2.0.0."""
    made = parsed(**options)

    about, features = made["display_information"], made["features"]
    assert set(made) == {"display_information", "features", "oauth_config", "settings"}
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for each in features["slash_commands"]:
        assert re.fullmatch("/[a-z]{1,31}", each["command"])
        assert len(each["description"]) <= 2000
        assert len(each["usage_hint"]) <= 1000
    for each in features["shortcuts"]:
        assert set(each) == {"name", "type", "callback_id", "description"}
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
    for scopes in made["oauth_config"]["scopes"].values():
        assert all(len(scope) <= 50 for scope in scopes)
        assert len(set(scopes)) == len(scopes)
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert all(len(event) <= 50 for event in events)
    assert len(set(events)) == len(events) <= 100


@pytest.mark.parametrize("options", MODES)
def test_yaml_and_json_say_the_same(options: Mapping[str, str]) -> None:
    assert yaml.safe_load(printed(**options)) == parsed(**options)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "null",
        "1",
        "a: b",
        "a #b",
        "- a",
        "",
        "it's",
        'say "hi"',
        "é\n\t",
        "{a}",
        "*",
        "&a",
        "@a",
        "x:",
        "#edchat",
    ],
)
def test_text_stays_text_in_yaml(text: str) -> None:
    tree: dict[str, Value] = {
        "one": text,
        "list": [text, {"two": text, "three": [text]}],
        "flag": True,
        "none": [],
        "empty": {},
    }

    assert yaml.safe_load(to_yaml(tree)) == tree


def test_it_installs_in_a_whole_organisation_and_leaves_hashtags_as_they_are_typed() -> None:
    made = parsed()

    assert made["settings"]["org_deploy_enabled"] is True
    assert made["settings"]["token_rotation_enabled"] is False
    assert made["features"]["slash_commands"][0]["should_escape"] is False
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_socket_mode_names_no_address() -> None:
    assert "http" not in printed().partition("display_information")[2]
    assert parsed()["settings"]["socket_mode_enabled"] is True


def test_http_mode_names_the_addresses_that_are_served() -> None:
    made = parsed(mode="http", url=f"{URL}/")

    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == URL + EVENTS_PATH
    assert made["settings"]["interactivity"]["request_url"] == URL + EVENTS_PATH
    assert made["features"]["slash_commands"][0]["url"] == URL + EVENTS_PATH
    assert made["oauth_config"]["redirect_urls"] == [URL + REDIRECT_PATH]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mode": "http"}, "add --url"),
        ({"mode": "http", "url": "http://staffroom.school.example"}, "add --url"),
        ({"mode": "http", "url": f"{URL}/slack"}, "without a path"),
        ({"url": URL}, "add --mode http"),
        ({"with": "everything"}, "there is only history"),
        ({"without": "chat:write"}, "only these can be left out: users:read, channels:read, groups:read"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(options: Mapping[str, str], sentence: str) -> None:
    with pytest.raises(Mistake, match=re.escape(sentence)):
        printed(**options)


# ------------------------------------------------------------------------------------------------- what the code uses


def methods_in_the_code() -> set[str]:
    names = r'"((?:conversations|chat|files|users|reactions|views|auth|apps|oauth)\.[a-zA-Z.0-9]+)"'
    return {each for file in SOURCES for each in re.findall(names, file.read_text(encoding="utf-8"))}


def scopes_of(method: str) -> tuple[str, ...]:
    if method in OF_CONVERSATIONS:
        return OF_CONVERSATIONS[method]
    return (SCOPES[method],) if method in SCOPES else ()


def test_every_method_that_is_called_has_its_right_and_no_other_is_asked_for() -> None:
    called = methods_in_the_code()
    needed = {scope for method in called for scope in scopes_of(method)}
    by_events = {right.scope for right in RIGHTS if right.events}

    assert {method for method in called if not scopes_of(method)} <= NEED_NONE
    assert needed | by_events | {"commands"} == {right.scope for right in RIGHTS}


def events_in_the_code() -> set[str]:
    departures = next(file for file in SOURCES if file.stem == "departures").read_text(encoding="utf-8")
    return set(inbound._EVENTS) | set(re.findall(r'case "(\w+)"', departures))  # noqa: SLF001 - what it understands


def test_every_event_that_is_understood_is_subscribed_to_and_no_other() -> None:
    assert set(parsed()["settings"]["event_subscriptions"]["bot_events"]) == events_in_the_code()


def test_the_command_and_the_shortcut_are_those_that_are_understood() -> None:
    features = parsed()["features"]

    assert [each["command"] for each in features["slash_commands"]] == [COMMAND]
    assert [(each["type"], each["callback_id"]) for each in features["shortcuts"]] == [("message", "save")]
    assert "message_action" in inbound._INTERACTIONS  # noqa: SLF001


def test_reading_messages_is_never_asked_for_unless_somebody_wants_it() -> None:
    usual, reading = parsed(), parsed(**{"with": "history"})

    assert "history" not in json.dumps(usual)
    assert "does not read your messages" in usual["display_information"]["long_description"]
    optional = set(reading["oauth_config"]["scopes"]["bot_optional"])
    assert {"channels:history", "groups:history", "im:history"} <= optional
    assert optional < set(reading["oauth_config"]["scopes"]["bot"])
    assert "does not read your messages" not in reading["display_information"]["long_description"]


def test_a_right_that_is_left_out_takes_its_events_along() -> None:
    made = parsed(without="groups:read, reactions:write, files:write")

    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert "groups:read" not in made["oauth_config"]["scopes"]["bot"]
    assert "bot_optional" not in made["oauth_config"]["scopes"]
    assert not [event for event in events if event.startswith("group_")]
    assert "member_joined_channel" in events


def test_slacks_own_address_is_outside_for_a_trial_clock_and_a_loopback_one_is_not() -> None:
    def outside(toml: str) -> list[str]:
        return outside_addresses(read_config(toml, "config.toml", {}, str, chats={"slack": plugin.section}, sources={}))

    tokens = '[slack]\nbot_token = "t"\napp_token = "t"\n'
    assert outside(tokens) == ["[slack] base_url: slack.com"]
    assert outside(f'{tokens}base_url = "http://127.0.0.1:9"') == []


# ---------------------------------------------------------------------------------------------------- what people read


def test_each_right_says_what_it_is_for_and_what_is_lost_without_it() -> None:
    text = as_yaml(manifest(wanted()), wanted())

    for right in RIGHTS:
        assert right.use.endswith(".")
        assert right.lost.endswith(".")
        assert (f"#   {right.scope}: {right.use}" in text) is (right.need is not Need.HISTORY)


def rows_of_the_guide() -> Iterator[tuple[str, str]]:
    yield from re.findall(r"^\| `([a-z:]+)`([^\n]*)$", GUIDE, re.MULTILINE)


def test_the_guide_explains_the_same_rights() -> None:
    rows = dict(rows_of_the_guide())

    assert list(rows) == [right.scope for right in RIGHTS]
    for right in RIGHTS:
        assert right.use in rows[right.scope]
        assert right.lost in rows[right.scope]
        assert ("optional" in rows[right.scope]) is is_optional(right)


def test_what_a_token_lacks_is_said_but_not_what_nobody_asked_for() -> None:
    lost = dict(what_is_lost({"commands", "chat:write", "reactions:read", "users:read", "channels:read"}))

    assert set(lost) == {"groups:read", "reactions:write", "files:write"}


def test_an_admin_reads_of_every_right_host_and_datum() -> None:
    assert plugin.disclose
    told = plugin.disclose(plugin.section())

    assert [scope for scope, _ in told.rights] == [right.scope for right in RIGHTS]
    assert any(host.startswith("slack.com") for host in told.hosts)
    assert any("No e-mail address" in line for line in told.keeps)


@pytest.mark.parametrize(
    "typed",
    [
        "C0123ABCD",
        " C0123ABCD\n",
        "https://oakhill.slack.com/archives/C0123ABCD",
        "https://oakhill.slack.com/archives/C0123ABCD/p1700000000000000",
        "https://app.slack.com/client/T0123ABCD/C0123ABCD",
    ],
)
def test_a_channel_is_known_by_its_id_or_its_link(typed: str) -> None:
    assert channel_id(typed) == "C0123ABCD"


@pytest.mark.parametrize("typed", ["", "#maths", "maths", "D0123ABCD", "https://evil.example/C0123ABCD", "c0123abcd"])
def test_what_is_no_channel_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(Mistake, match="Copy link"):
        channel_id(typed)


def test_a_key_is_made_that_http_mode_can_use() -> None:
    make = next(each for each in plugin.commands if each.name == "key")
    made = {make.act({}) for _ in range(3)}

    assert len(made) == 3
    assert Seal(",".join(made))


def test_for_signing_in_on_the_web_the_app_may_ask_who_somebody_is() -> None:
    address = "https://staffroom.example.org"
    for url in ("", address):
        oauth = manifest(wanted(), url, address)["oauth_config"]
        assert isinstance(oauth, dict)
        scopes, back = oauth["scopes"], oauth["redirect_urls"]
        assert isinstance(scopes, dict)
        assert scopes["user"] == ["openid", "profile"]
        assert isinstance(back, list)
        assert back[-1] == f"{address}/sign-in/with/slack/back"
        assert len(back) == (2 if url else 1)
    assert "'user'" not in str(manifest(wanted())["oauth_config"])


@pytest.mark.parametrize("url", ["staffroom.example.org", "http://staffroom.example.org", "https://a.example/b"])
def test_an_address_for_signing_in_that_cannot_be_one_is_a_mistake(url: str) -> None:
    with pytest.raises(Mistake, match="--sign-in takes the public address"):
        command.act({"mode": "socket", "url": "", "sign-in": url, "format": "yaml", "with": "", "without": ""})
