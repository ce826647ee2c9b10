"""All that is sent to Slack: against its own descriptions, its SDK's models, and 5,000 messages made up to break it."""

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.show import limits
from adapters.slack.show.home import home
from adapters.slack.show.modal import modal
from adapters.slack.show.render import Rendered, render
from bot.testing.messages import HOSTILE, a_post, a_post_without_text, of_every_kind
from bot.views import ChoiceField, Form, Message, TextField
from tests.conformance.shared import shared
from tests.rigs.made_up import NASTY, digests, items, messages, texts
from tests.rigs.sights import SIGHTS, ZONES
from tests.rigs.slack_server_blocks import check_message_blocks, check_view

Json = dict[str, Any]

SOME = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MOST = settings(SOME, max_examples=4_700)
FEW = settings(SOME, max_examples=100)

OURS = re.compile(
    r"<https?://[\x21-\x25\x27-\x3b\x3d\x3f-\x7b\x7d\x7e]+(?:&amp;[\x21-\x25\x27-\x3b\x3d\x3f-\x7b\x7d\x7e]*)*\|[^<>|]+>"
)
FORMATS = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^\s*(?:>|&gt;)", re.MULTILINE)
NOTHING_BUT = {
    "rich_text_section": {"text", "link"},
    "rich_text_quote": {"text", "link"},
    "rich_text_list": {"rich_text_section"},
    "rich_text": {"rich_text_section", "rich_text_quote", "rich_text_list"},
    "context": {"plain_text", "mrkdwn"},
    "actions": {"button", "overflow"},
}


# ------------------------------------------------------------------------------------------------ Slack's descriptions


@cache
def description(name: str) -> Draft7Validator:
    with gzip.open(shared(f"specs/slack-{name}.schema.json.gz")) as file:
        return Draft7Validator(json.load(file))


def complaints(name: str, payload: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in description(name).iter_errors(payload)]


def shown(surface: str) -> list[Any]:
    if surface == "Modal":
        return [modal(each.shown, "C0123") for each in SIGHTS if isinstance(each.shown, Form)]
    pages = [each.shown for each in SIGHTS if isinstance(each.shown, Message)]
    pages += [of_every_kind(a_post(text)) for text in HOSTILE] + [of_every_kind(a_post_without_text())]
    if surface == "Home":
        return [home(page) for page in pages]
    return [render(page).blocks for page in pages]


@pytest.mark.parametrize("surface", ["Blocks", "Modal", "Home"])
def test_what_is_shown_is_what_slack_describes(surface: str) -> None:
    assert [found for payload in shown(surface) for found in complaints(surface, payload)] == []


@pytest.mark.parametrize(("call", "more"), [("chatPostMessage", {}), ("chatUpdate", {"ts": "1764000000.000100"})])
def test_a_call_with_our_blocks_is_what_slack_describes(call: str, more: Json) -> None:
    for sight in SIGHTS:
        if isinstance(sight.shown, Message):
            sent = render(sight.shown)
            payload = {"channel": "C0123", "text": sent.text, "blocks": sent.blocks} | more
            assert complaints(call, payload) == []


def test_the_description_notices_what_is_wrong() -> None:
    assert complaints("Blocks", [{"type": "header", "text": "not an object"}])
    assert complaints("Modal", {"type": "modal", "blocks": []})


@pytest.mark.parametrize("surface", ["Modal", "Home"])
def test_the_sdk_takes_every_view(surface: str) -> None:
    for view in shown(surface):
        View(**view).validate_json()


# ------------------------------------------------------------------------------------------------- made up to break it


@MOST
@given(items)
@example(Message((a_post("\n".join(NASTY)),), "\n".join(NASTY)))
def test_no_item_breaks_mentions_formats_or_is_too_long(message: Message) -> None:
    _is_sound(render(message))


@SOME
@given(st.one_of(messages, digests))
def test_no_long_message_breaks_mentions_formats_or_is_too_long(message: Message) -> None:
    _is_sound(render(message))


def test_that_were_5000() -> None:
    assert MOST.max_examples + SOME.max_examples == 5_000


@FEW
@given(messages)
def test_no_page_breaks(message: Message) -> None:
    view = home(message)
    check_view(view)
    assert limits.weight(view["blocks"]) <= limits.ALL_STRINGS


@FEW
@given(texts, texts, texts, st.integers(-5, 9000))
def test_no_form_breaks(label: str, value: str, hint: str, most: int) -> None:
    options = tuple((f"v{n}", label + str(n)) for n in range(7))
    fields = (
        TextField("text", label, value, hint, most=most),
        ChoiceField("one", label, options, ("v1",)),
        ChoiceField("many", label, ZONES, (ZONES[0][0],), several=True),
    )
    view = modal(Form("form", label, hint, fields, intro=value), "C0123")
    check_view(view | {"blocks": [each for each in view["blocks"] if each.get("block_id") != "many"]})
    View(**view).validate_json()


def _is_sound(sent: Rendered) -> None:
    _is_valid(sent.blocks)
    _is_within_limits(sent)
    _has_only_what_we_meant(sent)


def _is_valid(blocks: list[Json]) -> None:
    json.dumps(blocks).encode()
    json.dumps(blocks, ensure_ascii=False).encode()
    check_message_blocks(blocks)
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed
        parsed.validate_json()


def _is_within_limits(sent: Rendered) -> None:
    assert len(sent.blocks) <= 50
    assert sum(len(text) for text in _strings(sent.blocks)) <= 12_000
    assert 0 < len(sent.text) < 4_000
    ids = [each["action_id"] for block in sent.blocks if block["type"] == "actions" for each in block["elements"]]
    assert len(set(ids)) == len(ids)
    labels = list(_labels(sent.blocks))
    assert len(set(labels)) == len(labels)


def _has_only_what_we_meant(sent: Rendered) -> None:
    for part in _parts(sent.blocks):
        allowed = NOTHING_BUT.get(part["type"])
        assert allowed is None or {each["type"] for each in part["elements"]} <= allowed
        if part["type"] == "mrkdwn":
            assert OURS.fullmatch(part["text"]), part["text"]
            assert not FORMATS.search(part["text"].partition("|")[2])
            assert part["verbatim"] is True
        if part["type"] == "plain_text":
            assert part["emoji"] is False
        if part["type"] == "link":
            assert re.fullmatch(r"https?://[\x21-\x7e]+", part["url"])
    assert not set(sent.text) & {"<", ">"}
    assert not re.search(r"&(?!amp;|lt;|gt;)", sent.text)
    assert not FORMATS.search(sent.text)


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, list):
        for each in value:
            yield from _parts(each)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        yield from _parts(list(value.values()))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if not (isinstance(value, dict) and each is value.get("type")):
            yield from _strings(each)


def _labels(blocks: list[Json]) -> Iterator[str]:
    for part in _parts(blocks):
        if part["type"] == "button":
            yield part["text"]["text"]
        if part["type"] == "overflow":
            yield from (option["text"]["text"] for option in part["options"])
