"""Discord's own description of its API, as the loopback Discord applies it to every request of every test."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.conformance.shared import shared
from tests.rigs import discord_server_spec as spec
from tests.rigs.discord_server_rest import ROUTES

Json = dict[str, Any]

MESSAGES = ("POST", "/channels/{channel_id}/messages")
COMMANDS = ("PUT", "/applications/{application_id}/commands")
CALLBACK = ("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
NAMED = {
    MESSAGES: {"channel_id": "1"},
    COMMANDS: {"application_id": "1"},
    CALLBACK: {"interaction_id": "1", "interaction_token": "a"},
}
TEXT = {"type": 10, "content": "Hello"}
BUTTON = {"type": 2, "style": 2, "label": "Save", "custom_id": "save"}
SECTION = {"type": 9, "components": [TEXT], "accessory": BUTTON}
INPUT = {"type": 18, "label": "When", "component": {"type": 4, "custom_id": "t", "style": 1}}

RIGHT: list[tuple[tuple[str, str], Any]] = [
    (MESSAGES, {"content": "Hello", "nonce": "n", "enforce_nonce": True, "allowed_mentions": {"parse": []}}),
    (MESSAGES, {"flags": 1 << 15, "components": [{"type": 17, "components": [SECTION, {"type": 14}]}]}),
    (MESSAGES, {"embeds": [{"title": "Hello", "fields": [{"name": "A", "value": "B"}]}]}),
    (COMMANDS, {"_": [{"type": 1, "name": "pln", "description": "All", "default_member_permissions": 32}]}),
    (CALLBACK, {"type": 9, "data": {"title": "A", "custom_id": "b", "components": [INPUT]}}),
    (CALLBACK, {"type": 8, "data": {"choices": [{"name": "A", "value": "b"}]}}),
    (CALLBACK, {"type": 5, "data": {"flags": 64}}),
]
WRONG: list[tuple[tuple[str, str], Any, str]] = [
    (MESSAGES, {"content": 5}, "content"),
    (MESSAGES, {"content": "A" * 4_001}, "content"),
    (MESSAGES, {"allowed_mentions": {"parse": ["persons"]}}, "parse"),
    (MESSAGES, {"components": [{"type": 99}]}, "components.0"),
    (MESSAGES, {"components": [{**SECTION, "accessory": TEXT}]}, "accessory"),
    (MESSAGES, {"components": [{**SECTION, "components": []}]}, "components.0.components"),
    (MESSAGES, {"components": [{"type": 1, "components": [{**BUTTON, "label": "A" * 81}]}]}, "label"),
    (MESSAGES, {"contents": "Hello"}, "contents"),
    (COMMANDS, {"_": [{"type": 1, "name": "A" * 33, "description": "All"}]}, "name"),
    (CALLBACK, {"type": 9, "data": {"title": "A" * 46, "custom_id": "b", "components": [INPUT]}}, "title"),
    (CALLBACK, {"type": 77}, "type"),
]


@pytest.fixture(autouse=True)
def document() -> Json:
    shared("specs/discord-openapi.json.gz")
    return spec._document()  # noqa: SLF001 - what the checks are made of


def complaints(route: tuple[str, str], body: Json) -> list[str]:
    return spec.complaints(ROUTES[route][0], route, NAMED[route], {}, body)


@pytest.mark.parametrize(("route", "body"), RIGHT)
def test_what_is_right_is_taken(route: tuple[str, str], body: Json) -> None:
    assert complaints(route, body) == []


@pytest.mark.parametrize(("route", "body", "where"), WRONG)
def test_what_is_wrong_is_named(route: tuple[str, str], body: Json, where: str) -> None:
    found = complaints(route, body)
    assert found
    assert all(where in each for each in found)


@pytest.mark.parametrize(("route", "body"), [*RIGHT, *((route, body) for route, body, _where in WRONG)])
def test_jsonschema_says_the_same(document: Json, route: tuple[str, str], body: Json) -> None:
    """But for properties that the document does not know: those jsonschema lets pass."""
    method, path = route
    content = document["paths"][path][method.lower()]["requestBody"]["content"]
    wanted = {**content["application/json"]["schema"], "components": document["components"]}
    fits = Draft202012Validator(wanted).is_valid(body.get("_", body))
    ours = [each for each in complaints(route, body) if " has no " not in each]
    assert fits == (ours == [])


def test_every_route_of_the_loopback_discord_is_in_the_document(document: Json) -> None:
    for (method, path), (operation, _method) in ROUTES.items():
        assert document["paths"][path][method.lower()]["operationId"] == operation


def test_addresses_are_checked_too() -> None:
    route = ("GET", "/channels/{channel_id}/messages")
    assert spec.complaints("list_messages", route, {"channel_id": "1"}, {"limit": "100"}, {}) == []
    assert spec.complaints("list_messages", route, {"channel_id": "1"}, {"limit": "101"}, {})
    assert spec.complaints("list_messages", route, {"channel_id": "x"}, {}, {})
    assert spec.complaints("list_messages", route, {"channel_id": "1"}, {"colour": "red"}, {})


def test_numbers_for_ids_are_read_as_discord_reads_them() -> None:
    body = {"content": "Hello", "message_reference": {"message_id": 1200000000000000000}}
    assert json.loads(json.dumps(body)) == body
    assert complaints(MESSAGES, body) == []
